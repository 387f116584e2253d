//! Inputs made to cost time or memory, or to be read in two ways. What bounds each one is a field
//! of `Limits` or the size of the input, never a clock.
//!
//! The numbers are those of the list of bad inputs that was drawn up from advisories and from
//! other projects' tests: B01–B06, B11, B17–B21 and B27 are in `cms.rs`, B29 and B35–B40 in
//! `pdf.rs`. The others are held with what they are about: B07–B10, B22–B26 and B28 with
//! certificate validation and under `fixtures/cases/tampered`, B12–B16 in `wycheproof.rs` and
//! `primitives.rs`, B30 and B31 in `ers`, B32–B34 in `container::asic`; every byte of B40 in
//! `byte_flips.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cms;
mod der;
mod pdf;
#[path = "../support/mod.rs"]
mod support;

use sigill::limits::Limits;
use sigill::{Document, Error, Evidence, Policy, Report, Validator};
use support::{time, trust};

/// The word of the error, or that there is none.
fn refusal(bytes: impl Into<sigill::Bytes>) -> &'static str {
    refusal_within(bytes, &Limits::default())
}

fn refusal_within(bytes: impl Into<sigill::Bytes>, limits: &Limits) -> &'static str {
    Document::read_within(bytes, limits).map_or_else(|error: Error| error.kind(), |_| "readable")
}

fn judge(bytes: impl Into<sigill::Bytes>) -> Report {
    let document = Document::read(bytes).unwrap();
    let (trust, policy) = (trust(), Policy::default());
    let evidence = Evidence::from(&document);
    Validator::new(&trust, &policy).validate(&document, &evidence, time("2026-02-01T00:00:00Z"))
}

/// The sub-indication of the first signature, the error, or that it passed.
fn outcome(bytes: impl Into<sigill::Bytes>) -> String {
    let report = judge(bytes);
    if let Some(error) = &report.error {
        return error.kind().to_owned();
    }
    let Some(signature) = report.signatures.first() else {
        return "none".to_owned();
    };
    let indication = signature.conclusion.indication;
    indication.sub_indication().unwrap_or("passed").to_owned()
}
