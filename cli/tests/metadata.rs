//! Metadata of identity providers as people give it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::Command;
use support::fixture;

const EMPLOYER: &str = "5599990024";
const OTHER_EMPLOYER: &str = "5599990040";

/// `sigill validate` on what an employee signed through a service: exit status, text and complaints.
fn validate(metadata: &str, more: &[&str]) -> (i32, String, String) {
    let input = fixture("cases/metadata/good/input.p7m");
    let root = fixture("pki/trust/root.pem");
    let metadata = fixture(&format!("metadata/{metadata}.xml"));
    let given = [
        "validate",
        &input,
        "--trust",
        &root,
        "--evidence",
        &metadata,
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(given)
        .args(["--at", "2026-02-01T00:00:00Z", "--lang", "en"])
        .args(more)
        .output()
        .unwrap();
    // Lines are broken where the terminal ends.
    let text = |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (told, complaints) = (text(output.stdout), text(output.stderr));
    (output.status.code().unwrap(), told, complaints)
}

#[test]
fn metadata_counts_with_its_signer_only() {
    let signer = fixture("pki/siths-ca.pem");
    let by = ["--metadata-signer", &signer, "--require-grade", "O3"];
    let (status, text, complaints) = validate("good", &by);
    assert_eq!((status, complaints.as_str()), (0, ""));
    assert!(text.contains("Authorised:"), "{text}");
    let (status, _, complaints) = validate("good", &["--require-grade", "O3"]);
    assert_ne!(status, 0);
    assert!(complaints.contains("--metadata-signer"), "{complaints}");
    for (name, why) in [
        ("stripped", "it is not signed"),
        ("other-signer", "none of the certificates"),
        ("wrapped", "not over all of it"),
        ("same-identifier", "changed after it was signed"),
    ] {
        let (status, text, complaints) = validate(name, &by);
        assert_ne!(status, 0, "{name}");
        assert!(complaints.contains(why), "{name}: {complaints}");
        assert!(text.contains("Asserted only"), "{name}: {text}");
    }
    // It is used, and had ended.
    let (status, text, complaints) = validate("ended", &by);
    assert_ne!(status, 0);
    assert_eq!(complaints, "");
    assert!(
        text.contains("it had ended at the best signature time"),
        "{text}"
    );
    assert_eq!(validate("document-type", &by).0, 64);
}

#[test]
fn what_is_required_of_the_organisation_holds_of_the_authorised_one() {
    let signer = fixture("pki/siths-ca.pem");
    let of = |number| {
        let by = [
            "--metadata-signer",
            &signer,
            "--require-grade",
            "O3",
            "--require-organisation",
            number,
        ];
        validate("two-employers", &by).0
    };
    assert_eq!(of(EMPLOYER), 0);
    // The identity provider may speak for it too, and did not.
    assert_ne!(of(OTHER_EMPLOYER), 0);
    // The same file again does not name its entities twice.
    let copies = fixture("metadata/two-employers.xml");
    let twice = [
        "--metadata-signer",
        &signer,
        "--require-grade",
        "O3",
        "--evidence",
        &copies,
    ];
    assert_eq!(validate("two-employers", &twice).0, 0);
}

#[test]
fn needs_name_the_metadata_that_is_missing() {
    let (_, text, _) = validate("stripped", &["--needs"]);
    assert!(text.contains("the operator of the federation"), "{text}");
    assert!(text.contains("metadata of the identity provider"), "{text}");
}
