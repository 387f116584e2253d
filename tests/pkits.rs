//! NIST PKITS 1.0.1: path validation with revocation lists (RFC 5280, 6).

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
use sigill::asn1::Oid;
use sigill::crypto::End;
use sigill::policy::{Enforcement, PathConstraints};
use sigill::report::CertificateReport;
use sigill::x509::Certificate;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn agrees_with_pkits() {
    let Some(folder) = corpus("pkits") else {
        return;
    };
    let suite: Value =
        serde_json::from_slice(&fs::read(folder.join("pkits.json")).unwrap()).unwrap();
    let mut tally = Tally::new("pkits");
    for run in suite["tests"].as_array().unwrap() {
        let report = validate(&folder, run);
        let policies = texts(&run["expected_user_constrained_policy_set"]);
        let expected = match run["expected_valid"].as_bool().unwrap() {
            true => accepted_for(policies.iter().map(|policy| policy.to_string())),
            false => REFUSED.to_owned(),
        };
        let actual = if report.conclusion.indication.is_passed() {
            accepted_for(report.user_constrained_policies.iter().map(Oid::to_string))
        } else {
            REFUSED.to_owned()
        };
        let id = run["id"].as_str().unwrap();
        tally.judge(id, &expected, &actual, &objections(&report.conclusion));
    }
    tally.finish(190, 100);
}

fn validate(folder: &Path, run: &Value) -> CertificateReport {
    let certificate = |name: &str| Bytes::from(fs::read(folder.join("certs").join(name)).unwrap());
    let mut trust = TrustAnchors::none();
    trust
        .add(certificate(run["trust_anchor"].as_str().unwrap()))
        .unwrap();
    let mut evidence = Evidence::default();
    for field in ["certs", "extra_certs"] {
        for name in texts(&run[field]) {
            evidence.add(certificate(name));
        }
    }
    for name in texts(&run["crls"]) {
        evidence.add(fs::read(folder.join("crls").join(name)).unwrap().into());
    }
    let flag = |name: &str| run[name].as_bool().unwrap();
    let constraints = PathConstraints {
        initial_policy_set: texts(&run["initial_policy_set"])
            .into_iter()
            .map(|policy| Oid::from_dotted(policy).unwrap())
            .collect(),
        require_explicit_policy: flag("initial_explicit_policy"),
        inhibit_policy_mapping: flag("initial_policy_mapping_inhibit"),
        inhibit_any_policy: flag("initial_any_policy_inhibit"),
        ..PathConstraints::default()
    };
    let target = Certificate::read(&certificate(run["target"].as_str().unwrap())).unwrap();
    let time = UnixTime::from_rfc3339(run["validation_time"].as_str().unwrap()).unwrap();
    let policy = policy();
    Validator::new(&trust, &policy).validate_certificate(&target, &evidence, &constraints, time)
}

/// Revocation data is required, and no algorithm is too weak: DSA with 1024 bits is not what the
/// suite is about.
fn policy() -> Policy {
    let mut policy = Policy {
        revocation_data_missing: Enforcement::Fail,
        ..Policy::default()
    };
    for row in &mut policy.suite.digests {
        row.end = End::Never;
    }
    for row in &mut policy.suite.schemes {
        row.end = End::Never;
    }
    policy
}

fn accepted_for(policies: impl Iterator<Item = String>) -> String {
    let policies: BTreeSet<String> = policies.collect();
    let listed: Vec<String> = policies.into_iter().collect();
    format!("{ACCEPTED} {}", listed.join(" "))
        .trim_end()
        .to_owned()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}
