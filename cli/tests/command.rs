//! The command as people and scripts use it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{fixture, json, run, status};

const AT: &str = "2026-02-01T00:00:00Z";

/// `sigill validate` on one fixture case, by the fixture root.
fn validate(case: &str, more: &[&str]) -> (i32, String) {
    let folder = fixture(&format!("cases/{case}"));
    let input = support::input_of(&folder);
    let mut arguments = vec!["validate", &input, "--at", AT];
    arguments.extend_from_slice(more);
    run(&arguments)
}

fn by_root() -> String {
    fixture("pki/trust/root.pem")
}

#[test]
fn exit_codes_tell_the_worst_verdict() {
    let root = by_root();
    let trusted = ["--trust", root.as_str()];
    assert_eq!(validate("pades/b-lta-rsa", &trusted).0, 0);
    assert_eq!(validate("tampered/pdf-content", &trusted).0, 1);
    assert_eq!(
        validate("pades/b-b-rsa", &[]).0,
        2,
        "nothing is trusted without --trust"
    );
    assert_eq!(validate("robustness/text", &trusted).0, 3);
    assert_eq!(validate("robustness/unsigned-pdf", &trusted).0, 3);
    assert_eq!(
        status(&["validate", "no-such-file.pdf"]),
        3,
        "one unreadable input is one report"
    );
    assert_eq!(status(&["validate"]), 64);
    assert_eq!(status(&["validate", "x.pdf", "--at", "yesterday"]), 64);
    assert_eq!(
        status(&["validate", "x.pdf", "--trust", "no-such-root.pem"]),
        64
    );
    assert_eq!(status(&["--help"]), 0);
}

#[test]
fn json_has_every_field_of_the_contract() {
    let root = by_root();
    let (_, output) = validate("pades/b-lta-rsa", &["--trust", &root, "--format", "json"]);
    assert_eq!(output.lines().count(), 1);
    let report = json(&output);
    let fields = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        fields(&report),
        "document error evidence_records policy schema signatures timestamps validation_time"
    );
    assert_eq!(fields(&report["document"]), "container path sha256 size");
    let signature = &report["signatures"][0];
    assert_eq!(
        fields(signature),
        "best_signature_time claimed_signing_time counter_signatures coverage findings format id \
         indication integrity kind level organisation requesting_organisation \
         service_organisation signer signing_certificate sub_indication timestamps"
    );
    assert_eq!(
        fields(&signature["integrity"]),
        "reference_data signature_value"
    );
    assert_eq!(
        fields(&signature["signing_certificate"]),
        "identified issuer not_after not_before serial sha256"
    );
    assert_eq!(
        fields(&signature["signer"]),
        "direct eid identification identifier identity_scheme name person_ref role"
    );
    assert_eq!(
        fields(&signature["organisation"]),
        "as_of authority conflicts evidence grade identifier name scheme source"
    );
    assert_eq!(
        fields(&signature["coverage"]),
        "modifications revision revisions whole_document"
    );
    assert_eq!(
        fields(&signature["timestamps"][0]),
        "id imprint_matches indication signature_value sub_indication time type"
    );
    assert_eq!(
        fields(&signature["findings"][0]),
        "about advice clause rule status text"
    );
    assert_eq!(signature["indication"], "TOTAL-PASSED");
    assert_eq!(signature["sub_indication"], Value::Null);
    assert_eq!(report["timestamps"][0]["type"], "document-time-stamp");
}

#[test]
fn no_personal_number_is_in_any_default_output() {
    let root = by_root();
    let cases = fixture("cases");
    for format in ["text", "json", "html", "xml"] {
        for language in ["sv", "en"] {
            let (_, output) = run(&[
                "validate", &cases, "--trust", &root, "--at", AT, "--format", format, "--lang",
                language,
            ]);
            for number in ["191212121212", "1212121212", "121212-1212"] {
                assert!(
                    !output.contains(number),
                    "{format} {language} shows {number}"
                );
            }
        }
    }
    let (_, shown) = validate(
        "binding/private",
        &[
            "--trust",
            &root,
            "--format",
            "json",
            "--show-personal-identifiers",
        ],
    );
    let (_, masked) = validate("binding/private", &["--trust", &root, "--format", "json"]);
    assert_ne!(shown, masked, "the option shows what is masked otherwise");
}

#[test]
fn a_folder_of_a_thousand_files_is_walked_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let good = fs::read(fixture("cases/cades/b-b-attached-p256/input.p7m")).unwrap();
    let bad = fs::read(fixture("cases/tampered/cms-content/input.p7m")).unwrap();
    for number in 0..1_000 {
        let content: &[u8] = match number % 10 {
            3 => b"no signature in here",
            4 => &[],
            5 => &good[..good.len() / 2],
            6 => &bad,
            _ => &good,
        };
        fs::write(folder.path().join(format!("{number:04}.p7m")), content).unwrap();
    }
    let root = by_root();
    let (status, output) = run(&[
        "validate",
        folder.path().to_str().unwrap(),
        "--trust",
        &root,
        "--at",
        AT,
        "--format",
        "json",
    ]);
    assert_eq!(status, 1);
    let reports: Vec<Value> = output.lines().map(json).collect();
    assert_eq!(reports.len(), 1_000);
    for (number, report) in reports.iter().enumerate() {
        let path = report["document"]["path"].as_str().unwrap();
        assert!(
            path.ends_with(&format!("{number:04}.p7m")),
            "in the order of names"
        );
        let verdict = &report["signatures"][0]["indication"];
        match number % 10 {
            3 => assert_eq!(report["error"]["kind"], "not-recognised"),
            4 => assert_eq!(report["error"]["kind"], "empty"),
            5 => assert_eq!(report["error"]["kind"], "malformed"),
            6 => assert_eq!(verdict, "TOTAL-FAILED"),
            _ => assert_eq!(verdict, "TOTAL-PASSED"),
        }
    }
    let (_, text) = run(&[
        "validate",
        folder.path().to_str().unwrap(),
        "--trust",
        &root,
        "--at",
        AT,
        "--lang",
        "en",
    ]);
    let lines = text
        .lines()
        .filter(|line| line.contains("cannot be read"))
        .count();
    assert_eq!(lines, 300, "an unreadable file is one line");
}

#[test]
fn an_organisation_can_be_required() {
    let root = by_root();
    let status = |case: &str, number: &str| {
        validate(case, &["--trust", &root, "--require-organisation", number]).0
    };
    assert_eq!(status("binding/seal", "559999-0016"), 0);
    assert_eq!(
        status("binding/seal", "2021006883"),
        2,
        "another organisation"
    );
    assert_eq!(
        status("binding/employee", "5599990024"),
        2,
        "a claim alone never binds"
    );
    assert_eq!(
        status("binding/bankid-like", "5599990016"),
        2,
        "the bank is not the organisation"
    );
    assert_eq!(
        status("binding/seal-german", "5599990024"),
        2,
        "the same digits in another country's register"
    );
    for case in ["service-attested", "service-default", "service-affiliation"] {
        let case = format!("binding/{case}");
        assert_eq!(status(&case, "5599990024"), 2, "no metadata: {case}");
        assert_eq!(status(&case, "5599990032"), 2, "the provider: {case}");
    }
    assert_eq!(
        status("binding/seal", "5599990017"),
        64,
        "a wrong check digit"
    );
}

#[test]
fn a_profile_names_an_issuer_that_is_the_employer() {
    let root = by_root();
    let required = ["--trust", &root, "--require-organisation", "2120990011"];
    assert_eq!(validate("binding/municipality", &required).0, 2);
    for profile in ["profiles/fixturkommunen.toml", "profiles"] {
        let profile = fixture(profile);
        let with_profile = [&required[..], &["--profile", &profile]].concat();
        assert_eq!(validate("binding/municipality", &with_profile).0, 0);
        // It is the employer of its own holders alone.
        assert_eq!(validate("binding/bankid-like", &with_profile).0, 2);
    }
    let wrong = ["--trust", &root, "--profile", &root];
    assert_eq!(validate("binding/municipality", &wrong).0, 64);
}

#[test]
fn a_suite_file_changes_the_verdict() {
    let root = by_root();
    for form in ["xml", "json"] {
        let suite = fixture(&format!("suites/ts-119-322.{form}"));
        let arguments = ["--trust", &root, "--lang", "sv", "--suite", &suite];
        let (code, text) = validate("pades/b-b-p384", &arguments);
        assert_eq!(code, 2, "{text}");
        let words: Vec<&str> = text.split_whitespace().collect();
        let reason = "sha384: inte upptagen som pålitlig";
        assert!(!words.join(" ").contains(reason), "by its URI it is listed");
        let reason = "ECDSA P-384, 384 bitar: inte upptagen som pålitlig, Example of suites 3.1.4";
        assert!(words.join(" ").contains(reason), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml");
    fs::write(&bad, "source = 1\n").unwrap();
    let bad = bad.to_str().unwrap();
    let (code, _) = validate("pades/b-b-rsa", &["--trust", &root, "--suite", bad]);
    assert_eq!(code, 64);
}

#[test]
fn a_policy_file_changes_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("strict.toml");
    fs::write(
        &policy,
        "name = \"strict\"\nrevocation_data_missing = \"fail\"\n",
    )
    .unwrap();
    let root = by_root();
    let strict = [
        "--trust",
        &root,
        "--policy",
        policy.to_str().unwrap(),
        "--format",
        "json",
    ];
    let (status, output) = validate("pades/b-b-rsa", &strict);
    assert_eq!(status, 2);
    let report = json(&output);
    assert_eq!(report["policy"]["name"], "strict");
    assert_eq!(
        report["signatures"][0]["sub_indication"],
        "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    );
    fs::write(&policy, "revocation = \"fail\"\n").unwrap();
    assert_eq!(
        validate("pades/b-b-rsa", &strict).0,
        64,
        "an unknown constraint is an error"
    );
}

#[test]
fn a_detached_signature_is_given_its_content() {
    let root = by_root();
    let folder = fixture("cases/cades/b-b-detached");
    let input = support::input_of(&folder);
    let without = run(&[
        "validate", &input, "--trust", &root, "--at", AT, "--format", "json",
    ]);
    assert_eq!(
        json(&without.1)["signatures"][0]["sub_indication"],
        "SIGNED_DATA_NOT_FOUND"
    );
    let content = support::detached_of(&folder);
    assert_eq!(
        status(&[
            "validate",
            &input,
            "--detached",
            &content,
            "--trust",
            &root,
            "--at",
            AT
        ]),
        0
    );
    assert_eq!(
        status(&["validate", &input, &input, "--detached", &content]),
        64
    );
}

#[test]
fn paths_with_personal_numbers_are_masked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("191212-121212 191212121212.pdf");
    fs::copy(Path::new(&fixture("cases/pades/b-b-rsa/input.pdf")), &path).unwrap();
    for format in ["text", "json", "html", "xml"] {
        let (_, output) = run(&["validate", path.to_str().unwrap(), "--format", format]);
        assert!(!output.contains("191212121212"), "{output}");
    }
}

#[test]
fn content_that_was_not_signed_never_passes() {
    let root = by_root();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.txt");
    fs::write(&other, "what nobody signed").unwrap();
    let detached = ["--trust", &root, "--detached", other.to_str().unwrap()];
    let attached = validate("cades/b-b-attached-rsa", &detached);
    assert_eq!(
        attached.0, 1,
        "the signature holds other content: {}",
        attached.1
    );
    let pdf = validate("pades/b-b-rsa", &detached);
    assert_eq!(pdf.0, 3, "a PDF has no detached content: {}", pdf.1);
}

#[test]
fn what_a_folder_links_to_is_judged_too() {
    let folder = tempfile::tempdir().unwrap();
    let root = by_root();
    assert_eq!(
        status(&["validate", folder.path().to_str().unwrap()]),
        3,
        "nothing in it"
    );
    let good = fixture("cases/cades/b-b-attached-rsa/input.p7m");
    fs::copy(good, folder.path().join("a.p7m")).unwrap();
    #[cfg(unix)]
    {
        let bad = fixture("cases/tampered/cms-content/input.p7m");
        std::os::unix::fs::symlink(bad, folder.path().join("b.p7m")).unwrap();
        let folder = folder.path().to_str().unwrap();
        assert_eq!(
            status(&["validate", folder, "--trust", &root, "--at", AT]),
            1
        );
    }
}

/// Standard output and standard error, and the status.
fn everything(arguments: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(arguments)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&told).into_owned(),
    )
}

#[test]
fn a_password_opens_a_document_and_is_never_told() {
    let root = by_root();
    let file = fixture("cases/pades/encrypted-with-password/input.pdf");
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (right, wrong) = (
        inside("right", "hemlig\r\n"),
        inside("wrong", "kanslig-gissning\n"),
    );
    let absent = folder.path().join("absent").to_str().unwrap().to_owned();
    for (more, expected) in [
        (vec!["--password", "hemlig"], 0),
        (vec!["--password", "owner"], 0),
        (vec!["--password-file", right.as_str()], 0),
        (vec!["--password", "kanslig-gissning"], 3),
        (vec!["--password-file", &wrong], 3),
        (vec!["--password-file", &absent], 64),
        (
            vec!["--password", "kanslig-gissning", "--password-file", &right],
            64,
        ),
        (vec![], 3),
    ] {
        for (format, language) in [
            ("text", "sv"),
            ("text", "en"),
            ("json", "en"),
            ("html", "sv"),
            ("xml", "en"),
        ] {
            let mut arguments = vec![
                "validate", &file, "--at", AT, "--trust", &root, "--format", format, "--lang",
                language,
            ];
            arguments.extend(&more);
            let (status, told) = everything(&arguments);
            assert_eq!(status, expected, "{more:?}: {told}");
            assert!(
                !told.contains("hemlig") && !told.contains("kanslig"),
                "{told}"
            );
            if expected == 3 && format == "text" {
                assert!(told.contains("--password-file"), "{told}");
            }
        }
    }
    // An envelope of a locked file could not be read again.
    assert_eq!(status(&["seal", &file, "--password", "hemlig"]), 64);
}

#[test]
fn limits_are_listed_and_set() {
    let root = by_root();
    let trusted = ["--trust", root.as_str()];
    let with = |limit: &str| {
        let more = [&trusted[..], &["--limit", limit]].concat();
        validate("pades/b-lta-rsa", &more)
    };
    assert_eq!(with("pdf_revisions=1").0, 3);
    assert!(with("pdf_revisions=1").1.contains("--limit"));
    assert_eq!(with("pdf_revisions=5_000").0, 0);
    for wrong in [
        "pdf_revisions",
        "pdf_revisions=many",
        "pdf_pages=1",
        "pdf_revisions=-1",
    ] {
        assert_eq!(with(wrong).0, 64, "{wrong}");
    }
    let (status, listed) = run(&["policy", "--limits"]);
    assert_eq!(status, 0);
    assert!(listed.contains("pdf_revisions=2000\n"));
    for line in listed.lines() {
        assert_eq!(with(line).0, 0, "{line}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_number_of_threads() {
    let (folder, root) = (fixture("cases"), by_root());
    for format in ["text", "json", "html", "xml"] {
        let once = |jobs| {
            let arguments = ["validate", &folder, "--at", AT, "--trust", &root];
            run(&[&arguments[..], &["--format", format, "--jobs", jobs]].concat())
        };
        let (status, written) = once("1");
        assert!(written.len() > 100_000, "the fixtures are incomplete");
        assert!(once("2") == (status, written), "{format}");
    }
}
