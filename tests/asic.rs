//! One changed byte anywhere in a container: what passes afterwards is what was signed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::container::Content;
use sigill::{Document, Evidence, Policy, Report, Validator};
use std::collections::BTreeMap;
use support::{read, time, trust};

/// A prime, so that changes fall on every kind of field.
const STEP: usize = 23;

#[test]
fn what_passes_is_what_was_signed() {
    for case in ["e-b-b", "e-lta-2040", "e-record-2040"] {
        let original = read(&format!("cases/asic/{case}/input.asice"));
        let at = match case.ends_with("2040") {
            true => "2040-01-01T00:00:00Z",
            false => "2026-02-01T00:00:00Z",
        };
        let members = protected(&Document::read(original.clone()).unwrap());
        assert!(members.len() >= 3);
        assert!(passes(&judge(&original, at).unwrap().1), "{case}");
        let (mut tried, mut passed) = (0, 0);
        for place in (0..original.len()).step_by(STEP) {
            let mut changed = original.clone();
            changed[place] ^= 0x01;
            tried += 1;
            let Some((document, report)) = judge(&changed, at) else {
                continue;
            };
            if passes(&report) {
                passed += 1;
                assert_eq!(protected(&document), members, "{case}: byte {place}");
            }
        }
        println!("{case}: {passed} of {tried} changes touch nothing that is signed");
    }
}

fn judge(bytes: &[u8], at: &str) -> Option<(Document, Report)> {
    let document = Document::read(bytes.to_vec()).ok()?;
    let evidence = Evidence::from(&document);
    let (trust, policy) = (trust(), Policy::default());
    let report = Validator::new(&trust, &policy).validate(&document, &evidence, time(at));
    Some((document, report))
}

fn passes(report: &Report) -> bool {
    report.worst().is_some_and(|worst| worst.is_passed())
}

/// Files and manifests. What stands outside the signed parts of a CMS, such as certificates that
/// nobody needs, may change.
fn protected(document: &Document) -> BTreeMap<String, Vec<u8>> {
    let Content::Asic(container) = document.content() else {
        return BTreeMap::new();
    };
    let members = container.members.iter();
    members
        .filter(|member| !member.name.contains("META-INF") || member.name.ends_with(".xml"))
        .filter(|member| member.name != "mimetype")
        .filter(|member| !member.name.contains("EvidenceRecordManifest"))
        .map(|member| (member.name.clone(), member.content.to_vec()))
        .collect()
}
