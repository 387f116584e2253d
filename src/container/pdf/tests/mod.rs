//! Tests of the whole reader: documents made here, and those of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod attacks;
mod corpus;
mod hostile;
mod sample;
mod updates;

use super::*;

fn read(bytes: Vec<u8>) -> PdfDocument {
    PdfDocument::read(Bytes::from(bytes), &Limits::default()).unwrap()
}

/// The kinds of what came after the first signature, each once.
fn kinds(document: &PdfDocument) -> Vec<ModificationKind> {
    let changes = document.signatures()[0].modifications().iter();
    let mut kinds: Vec<ModificationKind> = changes.map(|change| change.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn is_tampered(document: &PdfDocument) -> bool {
    document.signatures().iter().any(|signature| {
        !signature.problems.is_empty()
            || signature
                .modifications()
                .iter()
                .any(|change| change.kind == ModificationKind::Suspicious)
    })
}
