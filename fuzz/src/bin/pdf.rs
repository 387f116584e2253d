//! PDF (ISO 32000-2): revisions, signatures, evidence and changes, and updates behind all of them.
#![no_main]

use sigill::container::Content;
use sigill::container::pdf::PdfDocument;
use sigill::limits::Limits;
use sigill_fuzz::{seeds, target};

target!(
    seeds::documents_like(|content| matches!(content, Content::Pdf(_))),
    |bytes| {
        let limits = Limits::default();
        let Ok(pdf) = PdfDocument::read(bytes.clone(), &limits) else {
            return;
        };
        if let Ok(pending) = pdf.with_room_for_timestamp(100, &limits) {
            let stamped = pending.complete(&[0x30; 100]).unwrap_or_default();
            assert!(stamped.starts_with(&bytes));
        }
    }
);
