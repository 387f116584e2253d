//! One byte of a document changed, at every place: nothing panics, no flip in signed bytes leaves
//! a signature passed, and none turns a broken signature into a passed one. Deterministic, without
//! a clock. Envelopes and their evidence records have a sweep of their own in `archive.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use bytes::Bytes;
use sigill::crypto::DigestAlgorithm;
use sigill::tsp::TimestampRequest;
use sigill::{Document, Evidence, Policy, Validator};
use std::ops::Range;
use support::tsa::Authority;
use support::{read, time, trust};

const AT: &str = "2026-02-01T00:00:00Z";

/// Whether every signature, or without one every time-stamp, of the document passes.
fn passes(bytes: &[u8], detached: Option<&[u8]>) -> bool {
    let Ok(mut document) = Document::read(Bytes::copy_from_slice(bytes)) else {
        return false;
    };
    if let Some(content) = detached {
        document = document.with_detached(content.to_vec());
    }
    let (trust, policy) = (trust(), Policy::default());
    let evidence = Evidence::from(&document);
    let report = Validator::new(&trust, &policy).validate(&document, &evidence, time(AT));
    report.worst().is_some_and(|worst| worst.is_passed())
}

/// Flips one bit in every `step`th byte of `places`, another bit in each, and tells where the
/// document passes all the same.
fn passing_flips(
    original: &[u8],
    detached: Option<&[u8]>,
    places: Range<usize>,
    step: usize,
) -> Vec<usize> {
    let mut bytes = original.to_vec();
    let mut passing = Vec::new();
    for place in places.step_by(step) {
        bytes[place] ^= 1 << ((place + 1) % 8);
        if passes(&bytes, detached) {
            passing.push(place);
        }
        bytes[place] = original[place];
    }
    passing
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let mut windows = bytes.windows(wanted.len());
    windows.position(|window| window == wanted).unwrap()
}

/// The span of `/Contents <...>` in a document with one signature.
fn contents(pdf: &[u8]) -> Range<usize> {
    let start = find(pdf, b"/Contents <30") + b"/Contents ".len();
    start..start + find(&pdf[start..], b">") + 1
}

#[test]
fn no_flip_in_the_signed_bytes_of_a_pdf_passes() {
    let pdf = read("cases/pades/b-b-p256/input.pdf");
    assert!(passes(&pdf, None));
    let gap = contents(&pdf);
    let before = passing_flips(&pdf, None, 0..gap.start, 1);
    assert!(before.is_empty(), "{before:?}");
    let after = passing_flips(&pdf, None, gap.end..pdf.len(), 1);
    assert!(after.is_empty(), "{after:?}");
}

#[test]
fn a_flip_beside_the_signed_bytes_of_a_pdf_is_read_or_refused() {
    let pdf = read("cases/pades/b-b-p256/input.pdf");
    let passing = passing_flips(&pdf, None, contents(&pdf), 5);
    // Case of hexadecimal digits, and certificates that the path does not need.
    println!("{} flips in /Contents pass", passing.len());
    let signed_data = contents(&pdf).start + 1..contents(&pdf).start + 40;
    let header = passing_flips(&pdf, None, signed_data, 1);
    let case_only = |place: &usize| place % 8 == 4 && pdf[*place].is_ascii_alphabetic();
    assert!(header.iter().all(case_only), "{header:?}");
}

#[test]
fn no_flip_in_a_pdf_with_long_term_evidence_passes_before_its_end() {
    let pdf = read("cases/pades/b-lt-p256/input.pdf");
    assert!(passes(&pdf, None));
    let signed_end = find(&pdf, b"%%EOF");
    let passing = passing_flips(&pdf, None, 0..signed_end, 7);
    assert!(passing.is_empty(), "{passing:?}");
    // The evidence itself is not signed: a flip in it may pass, and must not panic.
    let rest = passing_flips(&pdf, None, contents(&pdf).end..pdf.len(), 101);
    println!("{} flips in the evidence pass", rest.len());
}

#[test]
fn no_flip_mends_a_broken_pdf() {
    for case in ["pdf-content", "page-replaced", "pdf-signature-value-p256"] {
        let pdf = read(&format!("cases/tampered/{case}/input.pdf"));
        assert!(!passes(&pdf, None), "{case}");
        let gap = contents(&pdf);
        let outside = passing_flips(&pdf, None, 0..gap.start, 3);
        assert!(outside.is_empty(), "{case}: {outside:?}");
        let inside = passing_flips(&pdf, None, gap.clone(), 31);
        assert!(inside.is_empty(), "{case}: {inside:?}");
        let behind = passing_flips(&pdf, None, gap.end..pdf.len(), 3);
        assert!(behind.is_empty(), "{case}: {behind:?}");
    }
}

#[test]
fn no_flip_in_the_content_of_a_cms_passes() {
    let cms = read("cases/cades/b-b-attached-p256/input.p7m");
    assert!(passes(&cms, None));
    let start = find(&cms, b"Avtal om fixturer");
    let content = start..start + "Avtal om fixturer, undertecknat på försök.\n".len();
    assert!(passing_flips(&cms, None, content, 1).is_empty());
    // The signature value, at the end of the only SignerInfo.
    let value = passing_flips(&cms, None, cms.len() - 60..cms.len(), 1);
    assert!(value.is_empty(), "{value:?}");
    // From the first signed attribute, content-type, to the end.
    let signed = find(&cms, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03");
    let signed = passing_flips(&cms, None, signed..cms.len(), 1);
    assert!(signed.is_empty(), "{signed:?}");
    // Certificates that the path does not need, and the issuer's name in another case.
    let before = passing_flips(&cms, None, 0..start, 1);
    println!(
        "{} flips beside the signed parts of a CMS pass",
        before.len()
    );
}

#[test]
fn no_flip_mends_a_broken_cms() {
    for case in ["cms-content", "cms-signature-value", "cms-signing-time"] {
        let cms = read(&format!("cases/tampered/{case}/input.p7m"));
        let passing = passing_flips(&cms, None, 0..cms.len(), 2);
        assert!(passing.is_empty(), "{case}: {passing:?}");
    }
    let detached = read("cases/tampered/cms-detached-content/input.p7s");
    let content = read("cases/tampered/cms-detached-content/content.txt");
    let passing = passing_flips(&detached, Some(&content), 0..detached.len(), 2);
    assert!(passing.is_empty(), "{passing:?}");
}

#[test]
fn no_flip_in_what_a_time_stamp_states_passes() {
    let content = b"stamped content";
    let request = TimestampRequest {
        digest: DigestAlgorithm::Sha256,
        imprint: DigestAlgorithm::Sha256.digest(&[content]),
        nonce: 7,
        policy: None,
    };
    let token = Authority::archive().answer(&request, time(AT));
    let bytes = token.raw().to_vec();
    assert!(passes(&bytes, Some(content)));
    assert!(!passes(&bytes, Some(b"another content")));
    let imprint = find(&bytes, &request.imprint);
    let info = imprint - 20..imprint + request.imprint.len() + 20;
    let passing = passing_flips(&bytes, Some(content), info, 1);
    assert!(passing.is_empty(), "{passing:?}");
    let broken = passing_flips(&bytes, Some(b"another content"), 0..bytes.len(), 1);
    assert!(broken.is_empty(), "{broken:?}");
}
