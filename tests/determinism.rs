//! The same input gives the same bytes: every format of the report on every fixture, judged twice,
//! and with evidence and anchors given in another order.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::limits::Limits;
use sigill::report::{NeedsSection, Options, html, json, text, xml};
use sigill::validation::Language;
use sigill::{Document, Evidence, Policy, Report, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeSet;
use std::fs;
use support::cases::{self, Case};
use support::fixture;

/// In which order evidence and anchors are given.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Forwards,
    Backwards,
}

/// Cases whose document alone decides what is in the report, and those with all the evidence there
/// is, so that there is something to choose from.
#[test]
fn the_same_input_gives_the_same_bytes_in_any_order() {
    let everything = all_evidence();
    assert!(everything.len() > 30, "the fixtures are incomplete");
    let mut written = 0;
    for case in cases::all() {
        let own: Vec<Vec<u8>> = case
            .evidence
            .iter()
            .map(|file| support::read(file))
            .collect();
        for evidence in [&own, &everything] {
            let first = formats(&judge(&case, evidence, Order::Forwards));
            for order in [Order::Forwards, Order::Backwards] {
                let other = formats(&judge(&case, evidence, order));
                for ((name, one), (_, other)) in first.iter().zip(&other) {
                    assert!(
                        one == other,
                        "{} {name}: {}",
                        case.id,
                        differing(one, other)
                    );
                    written += 1;
                }
            }
        }
    }
    println!("determinism: {written} reports are the same");
}

/// One validator judges all cases, each at two times and the whole twice, and says of each what one
/// says that has seen no other.
#[test]
fn what_is_remembered_of_other_documents_changes_nothing() {
    let policy = Policy::default();
    let trust = every_anchor();
    let shared = Validator::new(&trust, &policy);
    let later = UnixTime::from_rfc3339("2036-01-01T00:00:00Z").unwrap();
    let mut compared = 0;
    for _ in 0..2 {
        for case in cases::all() {
            let Ok(document) = case.document() else {
                continue;
            };
            for time in [case.time(), later] {
                let judged = |validator: &Validator<'_>| {
                    let mut evidence = validator.evidence_in(&document);
                    for file in &case.evidence {
                        evidence = evidence.with(support::read(file));
                    }
                    let report = validator.validate(&document, &evidence, time);
                    json::to_json(&report, &Options::default())
                };
                let (alone, one) = (judged(&Validator::new(&trust, &policy)), judged(&shared));
                assert!(
                    alone == one,
                    "{} {time}: {}",
                    case.id,
                    differing(&alone, &one)
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "the fixtures are incomplete");
}

#[test]
fn a_validator_with_other_limits_remembers_no_verdict() {
    let (trust, policy) = (every_anchor(), Policy::default());
    let bytes = support::read("cases/pades/b-t-rsa/input.pdf");
    let document = Document::read(bytes).unwrap();
    let time = UnixTime::from_rfc3339("2026-02-01T00:00:00Z").unwrap();
    let judged = |validator: &Validator<'_>| {
        let evidence = validator.evidence_in(&document);
        let report = validator.validate(&document, &evidence, time);
        json::to_json(&report, &Options::default())
    };
    let narrow = Limits {
        path_length: 0,
        ..Limits::default()
    };
    let wide = Validator::new(&trust, &policy);
    let passed = judged(&wide);
    let refused = judged(&wide.with_limits(narrow.clone()));
    assert_ne!(passed, refused);
    let fresh = Validator::new(&trust, &policy).with_limits(narrow);
    assert_eq!(refused, judged(&fresh));
}

/// The anchors of all cases together, but for those in trusted lists.
fn every_anchor() -> TrustAnchors {
    let cases = cases::all();
    let named = cases
        .iter()
        .filter(|case| case.trusted_list_signer.is_none());
    let files: BTreeSet<&String> = named.flat_map(|case| &case.trust).collect();
    let mut trust = TrustAnchors::none();
    for file in files {
        trust.add(support::read(file)).unwrap();
    }
    trust
}

/// Certificates and revocation data of every entity that the fixtures know.
fn all_evidence() -> Vec<Vec<u8>> {
    let folders = ["pki", "pki/revocation"].map(fixture);
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            ["pem", "crl", "ocsp"].contains(&extension.unwrap_or_default())
        })
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

fn judge(case: &Case, files: &[Vec<u8>], order: Order) -> Report {
    let trust = anchors(case, order);
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy);
    let document = match case.document() {
        Ok(document) => document,
        Err(error) => return validator.unreadable(case.bytes(), error, case.time()),
    };
    let mut evidence = Evidence::from(&document);
    let mut files: Vec<&Vec<u8>> = files.iter().collect();
    if order == Order::Backwards {
        files.reverse();
    }
    for file in files {
        evidence = evidence.with(file.clone());
    }
    validator.validate_with_outlook(&document, &evidence, case.time())
}

/// Those of the case between two others.
fn anchors(case: &Case, order: Order) -> TrustAnchors {
    let mut files = vec!["pki/other-root.pem", "pki/bankid-root.pem"];
    files.splice(1..1, case.trust.iter().map(String::as_str));
    if order == Order::Backwards {
        files.reverse();
    }
    // A trusted list is no certificate; that it gives the same anchors is a matter of its own.
    if case.trusted_list_signer.is_some() {
        return case.anchors();
    }
    let mut trust = TrustAnchors::none();
    for file in files {
        trust.add(support::read(file)).unwrap();
    }
    trust
}

fn formats(report: &Report) -> Vec<(&'static str, String)> {
    type Writer = fn(&Report, &Options) -> String;
    let writers: [(&str, Writer); 4] = [
        ("json", json::to_json),
        ("text", text::to_text),
        ("html", html::to_html),
        ("xml", xml::to_xml),
    ];
    let written = [Language::English, Language::Swedish].map(|language| {
        let options = Options {
            language,
            needs: NeedsSection::Listed,
            ..Options::default()
        };
        writers.map(|(name, write)| (name, write(report, &options)))
    });
    written.into_iter().flatten().collect()
}

/// The first lines that differ.
fn differing(one: &str, other: &str) -> String {
    let mut lines = one.lines().zip(other.lines());
    let pair = lines.find(|(one, other)| one != other);
    pair.map_or_else(String::new, |(one, other)| format!("\n{one}\n{other}"))
}
