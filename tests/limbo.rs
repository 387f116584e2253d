//! x509-limbo: the cases that apply to signers of documents.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/divergences.rs"]
mod divergences;

use divergences::{ACCEPTED, REFUSED, Tally, corpus, objections};
use serde_json::Value;
use sigill::asn1::{Oid, oid};
use sigill::policy::{
    AnchorConstraints, AnchorValidity, CertificateProfile, Enforcement, PathConstraints,
};
use sigill::x509::Certificate;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn agrees_with_limbo() {
    let Some(folder) = corpus("limbo") else {
        return;
    };
    let read = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let selection = read("applies_to_documents.json");
    let applicable: BTreeSet<&str> = selection["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["applies"].as_bool().unwrap())
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    let suite = read("limbo.json");
    let mut tally = Tally::new("limbo");
    for case in suite["testcases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        if !applicable.contains(id) {
            continue;
        }
        let expected = match case["expected_result"].as_str().unwrap() {
            "SUCCESS" => ACCEPTED,
            _ => REFUSED,
        };
        let (actual, detail) = validate(case);
        tally.judge(id, expected, actual, &detail);
    }
    tally.finish(94, 98);
}

fn validate(case: &Value) -> (&'static str, String) {
    let mut trust = TrustAnchors::none();
    for anchor in texts(&case["trusted_certs"]) {
        if let Err(error) = trust.add(anchor.as_bytes().to_vec()) {
            return (REFUSED, format!("anchor: {error}"));
        }
    }
    let mut evidence = Evidence::default();
    for pem in texts(&case["untrusted_intermediates"])
        .into_iter()
        .chain(texts(&case["crls"]))
    {
        evidence.add(Bytes::from(pem.to_owned()));
    }
    let peer = case["peer_certificate"].as_str().unwrap();
    let (_, pem) = x509_parser::pem::parse_x509_pem(peer.as_bytes()).unwrap();
    let leaf = match Certificate::read(&pem.contents.into()) {
        Ok(leaf) => leaf,
        Err(error) => return (REFUSED, error.to_string()),
    };
    let policy = Policy {
        // What a CRL is given for must be answered by it.
        revocation_data_missing: match texts(&case["crls"]).is_empty() {
            true => Enforcement::Warn,
            false => Enforcement::Fail,
        },
        ..Policy::default()
    };
    let validator = Validator::new(&trust, &policy);
    let report = validator.validate_certificate(&leaf, &evidence, &constraints(case), time(case));
    let actual = match report.conclusion.indication.is_passed() {
        true => ACCEPTED,
        false => REFUSED,
    };
    (actual, objections(&report.conclusion))
}

/// The suite judges anchors like other certificates and takes every rule for issuers at its
/// word.
fn constraints(case: &Value) -> PathConstraints {
    PathConstraints {
        path_length: case["max_chain_depth"].as_u64(),
        key_purposes: texts(&case["extended_key_usage"])
            .into_iter()
            .map(key_purpose)
            .collect(),
        anchor: AnchorConstraints::All,
        anchor_validity: AnchorValidity::Judged,
        certificate_profile: CertificateProfile::Strict,
        ..PathConstraints::default()
    }
}

fn key_purpose(name: &str) -> Oid {
    match name {
        "clientAuth" => Oid::from_dotted("1.3.6.1.5.5.7.3.2").unwrap(),
        "serverAuth" => Oid::from_dotted("1.3.6.1.5.5.7.3.1").unwrap(),
        "anyExtendedKeyUsage" => oid::ANY_EXTENDED_KEY_USAGE,
        other => panic!("{other}"),
    }
}

/// Where a case leaves the time open, a fixed one.
fn time(case: &Value) -> UnixTime {
    let text = case["validation_time"].as_str();
    UnixTime::from_rfc3339(text.unwrap_or("2025-01-01T00:00:00Z")).unwrap()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}
