//! Binds the signers of every binding case, through validation, and shows no personal number.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde::Deserialize;
use sigill::binding::personal_number::mask;
use sigill::binding::{Binding, Grade};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    input: String,
    trust: Vec<String>,
    at: String,
    signature: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    organisation_grade: String,
    organisation_identifier: Option<String>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn read_case(folder: &Path) -> Case {
    toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap()
}

/// What the signatures of a case are bound to, by these files of trust.
fn bind(folder: &Path, case: &Case, trusted: &[String]) -> Vec<Binding> {
    let mut trust = TrustAnchors::none();
    for file in trusted {
        trust.add(fs::read(fixtures().join(file)).unwrap()).unwrap();
    }
    let document = Document::read(fs::read(folder.join(&case.input)).unwrap()).unwrap();
    let time = UnixTime::from_rfc3339(&case.at).unwrap();
    let evidence = Evidence::from(&document);
    let report = validate(&document, &evidence, &trust, &Policy::default(), time);
    let bindings = report.signatures.into_iter().map(|report| report.binding);
    bindings.collect()
}

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures().join("cases/binding")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn assert_shows_no_personal_number(binding: &Binding) {
    let shown = format!("{binding:?}");
    assert_eq!(mask(&shown), shown);
    assert!(!shown.contains("1212121"), "{shown}");
}

#[test]
fn every_signer_is_bound_as_its_case_expects() {
    assert!(folders().len() >= 8);
    for folder in folders() {
        let case = read_case(&folder);
        let bindings = bind(&folder, &case, &case.trust);
        assert_eq!(bindings.len(), case.signature.len());
        for (expected, binding) in case.signature.iter().zip(&bindings) {
            let organisation = &binding.signer_organisation;
            let case = folder.display();
            assert_eq!(
                organisation.grade.name(),
                expected.organisation_grade,
                "{case}"
            );
            assert_eq!(
                organisation.value.identifier, expected.organisation_identifier,
                "{case}"
            );
            assert!(binding.signer.name.is_some(), "{case}");
            assert_shows_no_personal_number(binding);
        }
    }
}

#[test]
fn without_trust_every_organisation_is_a_claim_at_most() {
    for folder in folders() {
        for binding in bind(&folder, &read_case(&folder), &[]) {
            assert!(
                binding.signer_organisation.grade <= Grade::O1,
                "{binding:?}"
            );
            assert_eq!((&binding.signer.eid, binding.signer.direct), (&None, None));
            assert_shows_no_personal_number(&binding);
        }
    }
}

#[test]
fn a_certificate_that_is_itself_the_anchor_is_vetted_by_nobody() {
    let folder = fixtures().join("cases/binding/seal");
    let trusted = ["pki/seal.pem".to_owned()];
    let bindings = bind(&folder, &read_case(&folder), &trusted);
    assert_eq!(bindings.len(), 1);
    assert_eq!(bindings[0].signer_organisation.grade, Grade::O1);
}
