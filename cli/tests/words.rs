//! `explain`, `policy` and `--needs`, and what a policy file changes.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use support::{fixture, json, run, status};

const AT: &str = "2026-02-01T00:00:00Z";

fn validate(case: &str, more: &[&str]) -> (i32, String) {
    let input = support::input_of(&fixture(&format!("cases/{case}")));
    let root = fixture("pki/trust/root.pem");
    let mut arguments = vec![
        "validate", &input, "--trust", &root, "--at", AT, "--lang", "en",
    ];
    arguments.extend_from_slice(more);
    run(&arguments)
}

/// The verdict by a policy file with this text.
fn judged_by(case: &str, policy: &str, more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    fs::write(&file, policy).unwrap();
    let mut arguments = vec!["--policy", file.to_str().unwrap()];
    arguments.extend_from_slice(more);
    validate(case, &arguments)
}

#[test]
fn rules_and_reasons_are_explained_and_listed() {
    let (code, text) = run(&[
        "explain",
        "not-revoked",
        "OUT_OF_BOUNDS_NO_POE",
        "--lang",
        "sv",
    ]);
    assert_eq!(code, 0);
    assert!(text.starts_with("not-revoked\n  Källa"), "{text}");
    assert!(text.contains("\n\nOUT_OF_BOUNDS_NO_POE\n"), "{text}");
    assert!(
        text.contains("EN 319 102-1 5.2.6") && text.contains("Gör så"),
        "{text}"
    );
    let (code, list) = run(&["explain", "--lang", "en"]);
    assert_eq!(code, 0);
    assert!(list.lines().count() > 60, "{list}");
    assert!(list.lines().all(|line| line.contains("  ")), "{list}");
    assert_eq!(status(&["explain", "not-revokd"]), 64);
}

#[test]
fn the_printed_policy_is_the_default_and_a_file_is_told_in_whole() {
    let (code, default) = run(&["policy"]);
    assert_eq!(code, 0);
    let (_, with_default) = judged_by("pades/b-b-rsa", &default, &["--format", "json"]);
    let (_, without) = validate("pades/b-b-rsa", &["--format", "json"]);
    assert_eq!(with_default, without);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    fs::write(
        &file,
        "name = \"ours\"\n[revocation_freshness]\nocsp = \"36h\"\n",
    )
    .unwrap();
    let (code, whole) = run(&["policy", file.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(whole.starts_with("# SHA-256 "), "{whole}");
    assert!(
        whole.contains("ocsp = \"36h\"") && whole.contains("broken_timestamp"),
        "{whole}"
    );
    fs::write(&file, "nonsense = true\n").unwrap();
    assert_eq!(status(&["policy", file.to_str().unwrap()]), 64);
}

#[test]
fn a_policy_decides_what_fails_warns_and_informs() {
    let case = "pades/b-b-rsa";
    assert_eq!(
        judged_by(case, "revocation_data_missing = \"warn\"", &[]).0,
        0
    );
    assert_eq!(
        judged_by(case, "revocation_data_missing = \"fail\"", &[]).0,
        2
    );
    let claimed = "pades/adbe-pkcs7-detached";
    let rule = |level: &str| format!("signing_certificate_reference_missing = \"{level}\"");
    let told = |level: &str| {
        let (code, output) = judged_by(claimed, &rule(level), &["--format", "json"]);
        let findings = json(&output)["signatures"][0]["findings"].clone();
        let findings = findings.as_array().unwrap().clone();
        let finding = findings
            .iter()
            .find(|finding| finding["rule"] == "signing-certificate-referenced")
            .unwrap();
        (code, finding["status"].as_str().unwrap().to_owned())
    };
    assert_eq!(told("warn"), (0, "warning".to_owned()));
    assert_eq!(told("inform"), (0, "information".to_owned()));
    assert_eq!(told("fail"), (2, "failed".to_owned()));
}

#[test]
fn a_policy_bounds_the_age_of_revocation_data() {
    let evidence = fixture("pki/revocation");
    let case = "pades/b-b-rsa";
    let by = |policy: &str| judged_by(case, policy, &["--evidence", &evidence, "--format", "json"]);
    let (code, output) = by("[revocation_freshness]\ncrl = \"3650d\"\nocsp = \"3650d\"\n");
    assert_eq!(code, 0, "{output}");
    let (code, output) = by("[revocation_freshness]\ncrl = \"1s\"\nocsp = \"1s\"\n");
    assert_eq!(code, 2, "{output}");
    assert_eq!(
        json(&output)["signatures"][0]["sub_indication"],
        "TRY_LATER"
    );
}

#[test]
fn a_policy_ends_trust_and_gives_it() {
    let root = fs::read_to_string(fixture("pki/trust/root.pem")).unwrap();
    let input = support::input_of(&fixture("cases/pades/b-b-rsa"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    let by = |rest: &str| {
        fs::write(
            &file,
            format!("[[trust_anchor]]\npem = '''{root}'''\n{rest}"),
        )
        .unwrap();
        status(&[
            "validate",
            &input,
            "--at",
            AT,
            "--policy",
            file.to_str().unwrap(),
        ])
    };
    assert_eq!(by(""), 0);
    assert_eq!(by("until = 2030-01-01T00:00:00Z"), 0);
    assert_eq!(by("until = 2026-01-01T00:00:00Z"), 2);
    // By its hash, as the report of a passed run tells it.
    let (_, output) = validate("pades/b-b-rsa", &["--format", "json"]);
    let findings = json(&output)["signatures"][0]["findings"].clone();
    let anchor = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "trust-anchor-reached")
        .map(|finding| {
            finding["about"]
                .as_str()
                .unwrap()
                .replace("certificate ", "")
        })
        .unwrap();
    let ended = format!("[[trust_anchor]]\nsha256 = \"{anchor}\"\nuntil = 2026-01-01T00:00:00Z\n");
    let (code, output) = judged_by("pades/b-b-rsa", &ended, &["--format", "json"]);
    assert_eq!(code, 2);
    assert_eq!(
        json(&output)["signatures"][0]["sub_indication"],
        "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    );
}

#[test]
fn a_policy_can_demand_an_organisation() {
    let case = "binding/seal";
    let (_, output) = validate(case, &["--format", "json"]);
    let organisation = &json(&output)["signatures"][0]["organisation"];
    let number = organisation["identifier"].as_str().unwrap().to_owned();
    let demand = |number: &str| format!("required_organisation = \"{number}\"");
    assert_eq!(judged_by(case, &demand(&number), &[]).0, 0);
    assert_eq!(judged_by(case, &demand("202100-6883"), &[]).0, 2);
    assert_eq!(judged_by(case, &demand("nobody"), &[]).0, 64);
}

#[test]
fn needs_are_listed_where_they_are_asked_for() {
    let (_, plain) = validate("pades/b-b-rsa", &["--format", "json"]);
    assert!(json(&plain).get("needs").is_none());
    let (code, output) = validate("pades/b-b-rsa", &["--format", "json", "--needs"]);
    assert_eq!(code, 0);
    let report = json(&output);
    let needs = report["needs"].as_array().unwrap();
    assert!(needs.iter().any(|need| need["kind"] == "revocation-data"
        && need["obtainable"] == "until"
        && need["urls"][0].as_str().unwrap().starts_with("http")));
    let (_, text) = validate("pades/b-b-rsa", &["--needs"]);
    assert!(
        text.contains("Missing evidence: Not for the verdict"),
        "{text}"
    );
    assert!(text.contains("Can be made until 2027-06-01"), "{text}");
    let (_, unreadable) = validate("robustness/text", &["--format", "json", "--needs"]);
    assert_eq!(json(&unreadable)["needs"], serde_json::json!([]));
}

#[test]
fn xml_is_one_document_per_file() {
    let (code, output) = validate("pades/b-lta-rsa", &["--format", "xml"]);
    assert_eq!(code, 0);
    assert!(
        output.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        "{output}"
    );
    assert!(
        output.contains("urn:etsi:019102:mainindication:total-passed"),
        "{output}"
    );
}
