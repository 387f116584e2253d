//! PDF (ISO 32000-2): revisions, signatures, evidence and changes.
#![no_main]

use sigill::container::Content;
use sigill::container::pdf::PdfDocument;
use sigill::limits::Limits;
use sigill_fuzz::{seeds, target};

target!(
    seeds::documents_like(|content| matches!(content, Content::Pdf(_))),
    |bytes| {
        let _ = PdfDocument::read(bytes, &Limits::default());
    }
);
