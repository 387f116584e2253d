//! `sigill certificate` as people and scripts use it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::Value;
use sigill::crypto::sha256;
use std::fs;
use std::path::Path;
use support::{fixture, json, run, status};

const AT: &str = "2026-02-01T00:00:00Z";
/// A personal number of nobody, as Skatteverket publishes them for tests.
const NUMBER: &str = "191212121212";

/// `sigill certificate` by the fixtures' root, with their intermediates and, unless other
/// evidence is named, all their revocation data.
fn judge(paths: &[&str], more: &[&str]) -> (i32, String) {
    let options = [
        ("--trust", fixture("pki/trust")),
        ("--intermediate", fixture("pki/issuing-ca.pem")),
        ("--intermediate", fixture("pki/issuing-ca-ec.pem")),
    ];
    let mut arguments = vec!["certificate"];
    arguments.extend_from_slice(paths);
    for (option, value) in &options {
        arguments.extend_from_slice(&[option, value]);
    }
    arguments.extend_from_slice(&["--lang", "en"]);
    let revocation = fixture("pki/revocation");
    if !more.contains(&"--evidence") {
        arguments.extend_from_slice(&["--evidence", &revocation]);
    }
    if !more.contains(&"--at") {
        arguments.extend_from_slice(&["--at", AT]);
    }
    arguments.extend_from_slice(more);
    run(&arguments)
}

/// The objects about the certificates of one file, with the exit status.
fn objects(path: &str, more: &[&str]) -> (i32, Vec<Value>) {
    let (status, output) = judge(&[path], &[more, &["--format", "json"]].concat());
    (status, output.lines().map(json).collect())
}

fn object(name: &str, more: &[&str]) -> (i32, Value) {
    let (status, mut objects) = objects(&fixture(&format!("pki/{name}.pem")), more);
    assert_eq!(objects.len(), 1);
    (status, objects.remove(0))
}

/// SHA-256 of a fixture file, as reports write it.
fn digest_of(path: &str) -> String {
    let bytes = fs::read(fixture(path)).unwrap();
    sha256(&bytes)
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

#[test]
fn json_is_that_of_the_contract() {
    let lists = ["issuing-ca", "root"].map(|name| fixture(&format!("pki/revocation/{name}.crl")));
    let (status, output) = judge(
        &[&fixture("pki/person-rsa.pem")],
        &[
            "--format",
            "json",
            "--evidence",
            &lists[0],
            "--evidence",
            &lists[1],
        ],
    );
    assert_eq!(status, 0);
    assert_eq!(output.lines().count(), 1);
    let report = json(&output);
    let certificate = report["certificate"]["sha256"].as_str().unwrap();
    let path: Vec<&str> = report["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let [leaf, issuer, _root] = path.as_slice() else {
        panic!("{path:?}")
    };
    assert_eq!(*leaf, certificate);
    // As text, so that the order of the fields counts too.
    let start = format!(
        concat!(
            r#"{{"schema":"sigill/1","certificate":{{"path":"{}","sha256":"{}","#,
            r#""subject":"C=SE, CN=Testperson Ett, SN=Ett, GN=Testperson","#,
            r#""issuer":"C=SE, O=Sigill Fixtures, CN=Sigill Fixture Issuing CA","#,
            r#""serial":"5a10d19cddd61eab","not_before":"2025-01-01T00:00:00Z","#,
            r#""not_after":"2027-06-01T00:00:00Z"}},"validation_time":"{}","#,
            r#""indication":"PASSED","sub_indication":null,"path":["#,
        ),
        fixture("pki/person-rsa.pem"),
        certificate,
        AT
    );
    assert!(output.starts_with(&start), "{output}");
    let revocation = |certificate: &str, list: &str| {
        format!(
            r#"{{"certificate":"{certificate}","by":"crl","object":"{}","status":"good","revoked_at":null}}"#,
            digest_of(list)
        )
    };
    let middle = format!(
        r#""],"revocation":[{},{}],"user_constrained_policies":[],"findings":[{{"rule":"#,
        revocation(leaf, "pki/revocation/issuing-ca.crl"),
        revocation(issuer, "pki/revocation/root.crl")
    );
    assert!(output.contains(&middle), "{output}");
    assert!(output.trim_end().ends_with(r#"}],"error":null}"#));
}

#[test]
fn a_revoked_certificate_names_the_object_that_says_so() {
    let (status, report) = object("revoked", &[]);
    assert_eq!(status, 2);
    assert_eq!(report["indication"], "INDETERMINATE");
    assert_eq!(report["sub_indication"], "REVOKED_NO_POE");
    let statement = &report["revocation"][0];
    assert_eq!(statement["certificate"], report["certificate"]["sha256"]);
    assert_eq!(statement["status"], "revoked");
    assert_ne!(statement["revoked_at"], Value::Null);
    let objects = [
        ("crl", digest_of("pki/revocation/issuing-ca-ec.crl")),
        ("crl", digest_of("pki/revocation/issuing-ca-ec-later.crl")),
        ("ocsp", digest_of("pki/revocation/revoked.ocsp")),
    ];
    let named = |(by, object): &(&str, String)| {
        statement["by"] == *by && statement["object"] == object.as_str()
    };
    assert!(objects.iter().any(named), "{statement}");
    let (_, text) = judge(&[&fixture("pki/revoked.pem")], &[]);
    let object = &statement["object"].as_str().unwrap()[..8];
    assert!(text.contains("revoked since 20"), "{text}");
    assert!(text.contains(&format!("{object}…")), "{text}");
    assert!(!text.contains("signature is older"), "{text}");
}

#[test]
fn ocsp_alone_is_enough() {
    let trust = fixture("pki/trust");
    let issuers = fixture("pki/chains/person-rsa.pem");
    let answer = fixture("pki/revocation/person-rsa.ocsp");
    let certificate = fixture("pki/person-rsa.pem");
    let (status, output) = run(&[
        "certificate",
        &certificate,
        "--trust",
        &trust,
        "--evidence",
        &issuers,
        "--evidence",
        &answer,
        "--at",
        AT,
        "--format",
        "json",
    ]);
    assert_eq!(status, 0, "{output}");
    let statement = &json(&output)["revocation"][0];
    assert_eq!(statement["by"], "ocsp");
    assert_eq!(
        statement["object"],
        digest_of("pki/revocation/person-rsa.ocsp")
    );
}

#[test]
fn time_decides_and_can_be_given() {
    let list = fixture("pki/revocation/root.crl");
    let (status, report) = object("expired", &["--evidence", &list]);
    assert_eq!(status, 2);
    let reason = report["sub_indication"].as_str().unwrap();
    assert!(reason.starts_with("OUT_OF_BOUNDS"), "{reason}");
    let begin = report["certificate"]["not_before"].as_str().unwrap();
    let failed = |report: &Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["status"] == "failed")
            .filter(|finding| finding["rule"] == "certificate-in-validity")
            .count()
    };
    assert_eq!(failed(&report), 1);
    let (_, earlier) = object("expired", &["--evidence", &list, "--at", begin]);
    assert_eq!(failed(&earlier), 0);
    assert_eq!(earlier["validation_time"], begin);
}

#[test]
fn without_a_path_nothing_passes() {
    let (status, report) = object("untrusted", &[]);
    assert_eq!(status, 2);
    assert_eq!(report["sub_indication"], "NO_CERTIFICATE_CHAIN_FOUND");
    assert_eq!(report["path"], Value::Array(Vec::new()));
    let (status, text) = run(&[
        "certificate",
        &fixture("pki/chains/person-rsa.pem"),
        "--lang",
        "sv",
        "--at",
        AT,
    ]);
    assert_eq!(status, 2, "nothing is trusted without --trust");
    assert!(
        text.contains("Kan inte avgöras (NO_CERTIFICATE_CHAIN_FOUND)"),
        "{text}"
    );
    assert!(text.contains("Gör så: "), "{text}");
}

#[test]
fn policies_can_be_asked_for_by_option_and_by_file() {
    let by_option = object("person-rsa", &["--require-explicit-policy"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    fs::write(&file, "[path]\nrequire_explicit_policy = true\n").unwrap();
    let by_file = object("person-rsa", &["--policy", file.to_str().unwrap()]);
    for (status, report) in [&by_option, &by_file] {
        assert_eq!(*status, 2, "the fixtures' issuers state no policies");
        let findings = report["findings"].as_array().unwrap();
        let failed = findings.iter().any(|finding| {
            finding["rule"] == "certificate-policies-met" && finding["status"] == "failed"
        });
        assert!(failed, "{report}");
    }
    let more = [
        "--initial-policy",
        "1.2.752.1",
        "--initial-policy",
        "1.2.752.2",
        "--inhibit-policy-mapping",
        "--inhibit-any-policy",
    ];
    assert_eq!(object("person-rsa", &more).0, 0, "no policy is required");
    let input = fixture("pki/person-rsa.pem");
    assert_eq!(
        status(&["certificate", &input, "--initial-policy", "1.x"]),
        64
    );
    assert_eq!(
        status(&["certificate", &input, "--intermediate", "nowhere.pem"]),
        64
    );
    assert_eq!(status(&["certificate"]), 64);
}

#[test]
fn every_certificate_of_a_file_is_judged_with_the_others_as_evidence() {
    let chain = fixture("pki/chains/person-rsa.pem");
    let trust = fixture("pki/trust");
    let (status, output) = run(&[
        "certificate",
        &chain,
        "--trust",
        &trust,
        "--at",
        AT,
        "--format",
        "json",
    ]);
    let reports: Vec<Value> = output.lines().map(json).collect();
    assert_eq!(status, 0, "{output}");
    assert!(reports.len() > 1);
    for report in &reports {
        assert_eq!(report["indication"], "PASSED", "{report}");
        assert_eq!(report["certificate"]["path"], chain.as_str());
    }
    assert_eq!(reports[0]["path"].as_array().unwrap().len(), 3);
    let folder = tempfile::tempdir().unwrap();
    let damaged = folder.path().join("damaged.pem");
    let block = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let person = fs::read_to_string(fixture("pki/person-rsa.pem")).unwrap();
    fs::write(&damaged, format!("{block}{person}")).unwrap();
    let (status, reports) = objects(damaged.to_str().unwrap(), &[]);
    assert_eq!(status, 3, "what cannot be read is never passed over");
    assert_eq!(reports[0]["error"]["kind"], "malformed");
    assert_eq!(reports[1]["indication"], "PASSED");
}

#[test]
fn one_bad_file_does_not_end_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a-empty.pem"), "").unwrap();
    fs::write(path("b-text.pem"), "not a certificate").unwrap();
    fs::copy(fixture("pki/person-rsa.pem"), path("c-good.pem")).unwrap();
    let pem = fs::read(fixture("pki/keys/root.key")).unwrap();
    fs::write(path("d-key.pem"), pem).unwrap();
    let missing = path("e-missing.pem");
    let named = [folder.path().to_str().unwrap(), missing.to_str().unwrap()];
    let (status, output) = judge(&named, &["--format", "json"]);
    assert_eq!(status, 3);
    let reports: Vec<Value> = output.lines().map(json).collect();
    let kinds: Vec<Option<&str>> = reports
        .iter()
        .map(|report| report["error"]["kind"].as_str())
        .collect();
    let (damaged, good) = (Some("malformed"), None);
    let expected = [Some("empty"), damaged, good, damaged, Some("input-output")];
    assert_eq!(kinds, expected);
    assert_eq!(reports[2]["indication"], "PASSED");
    assert_eq!(reports[0]["indication"], Value::Null);
    let (_, text) = judge(&named, &[]);
    let lines = text.lines().filter(|line| line.contains("cannot be read"));
    assert_eq!(lines.count(), 4, "an unreadable file is one line: {text}");
}

#[test]
fn personal_numbers_are_masked_in_names_and_in_paths() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join(format!("{NUMBER}.pem"));
    fs::copy(fixture("pki/chains/private.pem"), &named).unwrap();
    let named = named.to_str().unwrap();
    for format in ["text", "json", "html"] {
        let (_, masked) = judge(&[named], &["--format", format]);
        assert!(!masked.contains(NUMBER), "{format}: {masked}");
        assert!(!masked.is_empty());
        let more = ["--format", format, "--show-personal-identifiers"];
        let (_, shown) = judge(&[named], &more);
        assert!(shown.contains(NUMBER), "{format}: {shown}");
    }
    let original = fixture("pki/chains/private.pem");
    let (_, shown) = objects(&original, &["--show-personal-identifiers"]);
    let (_, masked) = objects(&original, &[]);
    assert!(
        shown[0]["certificate"]["subject"]
            .to_string()
            .contains("121212")
    );
    assert!(
        !masked[0]["certificate"]["subject"]
            .to_string()
            .contains("121212")
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = fixture("pki/chains");
    for format in ["text", "json", "html"] {
        let once = |jobs| judge(&[&folder], &["--format", format, "--jobs", jobs]);
        assert_eq!(once("1"), once("4"));
    }
    assert!(Path::new(&folder).is_dir(), "a folder is walked");
}

#[test]
fn an_organisation_can_be_required() {
    let seal = fixture("pki/seal.pem");
    let by = |number| judge(&[&seal], &["--require-organisation", number]).0;
    assert_eq!(by("559999-0016"), 0);
    assert_eq!(by("2021006883"), 2, "another organisation");
}
