//! Tests of the whole reader: documents made here, and those of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod additions;
mod attacks;
mod corpus;
mod hostile;
mod sample;
mod updates;

use super::*;
use crate::source::tests::in_windows;
use bytes::Bytes;

fn read(bytes: Vec<u8>) -> PdfDocument {
    read_both_ways(&Bytes::from(bytes)).unwrap()
}

/// From memory and from windows in which hardly a token has room, which must come to the same.
fn read_both_ways(bytes: &Bytes) -> Result<PdfDocument, Error> {
    let held = PdfDocument::read(bytes.clone(), &Limits::default());
    for size in [61, 4096] {
        let windows = PdfDocument::read(in_windows(bytes, size), &Limits::default());
        assert_eq!(format!("{windows:?}"), format!("{held:?}"));
    }
    held
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
