//! Trusted lists as people give them.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::Command;
use support::{fixture, run};

fn list(name: &str) -> String {
    fixture(&format!("trusted_lists/{name}.xml"))
}

/// `sigill validate` on a PDF that the fixtures' root vouches for: exit status and complaints.
fn validate(more: &[&str]) -> (i32, String) {
    let input = fixture("cases/pades/b-lt-rsa/input.pdf");
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(["validate", &input, "--at", "2026-02-01T00:00:00Z"])
        .args(more)
        .output()
        .unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), complaints)
}

#[test]
fn a_list_counts_with_its_signer_only() {
    let signer = fixture("pki/siths-ca.pem");
    let by = ["--trusted-list-signer", signer.as_str()];
    let with = |option: &str, name: &str, more: &[&str]| {
        validate(&[&[option, &list(name)], more].concat())
    };
    assert_eq!(with("--trust", "good", &by), (0, String::new()));
    assert_eq!(with("--trusted-list", "good", &by).0, 0);
    let (status, complaint) = with("--trust", "good", &[]);
    assert_eq!(status, 64);
    assert!(complaint.contains("--trusted-list-signer"), "{complaint}");
    for name in [
        "unsigned",
        "other-signer",
        "service-changed",
        "same-identifier",
        "document-type",
    ] {
        assert_eq!(with("--trust", name, &by).0, 64, "{name}");
    }
    let (status, complaint) = with("--trust", "expired", &by);
    assert_eq!(status, 0);
    assert!(complaint.contains("12 days ago"), "{complaint}");
    assert_eq!(with("--trust-unsigned-list", "unsigned", &[]).0, 0);
    assert_eq!(with("--trust-unsigned-list", "version-4", &[]).0, 64);
    assert_eq!(with("--trust", "for-time-stamps-only", &by).0, 2);
}

#[test]
fn a_list_of_lists_names_signers_and_a_folder_is_walked() {
    let signer = fixture("pki/ocsp.pem");
    let lists = [list("list-of-lists"), list("good")];
    let [of_lists, good] = lists.each_ref().map(String::as_str);
    let by = ["--trusted-list-signer", &signer];
    let both = [&["--trust", of_lists, "--trust", good][..], &by].concat();
    assert_eq!(validate(&both).0, 0);
    assert_eq!(validate(&[&["--trust", good][..], &by].concat()).0, 64);
    // What a folder holds and cannot be used is told and passed over.
    let folder = fixture("trusted_lists");
    let (status, complaints) = validate(&[&["--trust", &folder][..], &by].concat());
    assert_eq!(status, 0, "{complaints}");
    assert!(
        complaints.contains("changed after it was signed"),
        "{complaints}"
    );
}

#[test]
fn the_report_tells_the_service() {
    let input = fixture("cases/pades/b-lt-rsa/input.pdf");
    let (signer, list) = (fixture("pki/siths-ca.pem"), list("good"));
    let arguments = [
        "validate",
        &input,
        "--trust",
        &list,
        "--trusted-list-signer",
        &signer,
        "--at",
        "2026-02-01T00:00:00Z",
        "--format",
        "json",
    ];
    let (status, text) = run(&arguments);
    assert_eq!(status, 0);
    assert!(
        text.contains("Sigill Fixtures, CA/QC, granted, XX 7, 2026-01-10"),
        "{text}"
    );
}
