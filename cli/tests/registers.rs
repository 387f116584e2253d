//! `--register`, `--reference-key` and what is demanded of whoever signed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::process::Command;
use support::{fixture, json, run};

const AT: &str = "2026-02-01T00:00:00Z";

fn validate(case: &str, more: &[&str]) -> (i32, String) {
    let input = support::input_of(&fixture(&format!("cases/registers/{case}")));
    let root = fixture("pki/trust/root.pem");
    let mut arguments = vec![
        "validate", &input, "--trust", &root, "--at", AT, "--lang", "en",
    ];
    arguments.extend_from_slice(more);
    run(&arguments)
}

#[test]
fn a_register_meets_a_demand_that_the_certificate_does_not() {
    let directory = fixture("registers/directory.p7m");
    let unsigned = fixture("registers/directory-unsigned.json");
    let stale = fixture("registers/directory-stale.p7m");
    let code = |more: &[&str]| validate("directory", more).0;
    let clinic = ["--require-organisation", "559999-0057"];
    let with =
        |register: &str, demands: &[&str]| code(&[&["--register", register], demands].concat());
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&clinic), 2);
    assert_eq!(with(&directory, &clinic), 0);
    assert_eq!(with(&unsigned, &clinic), 2);
    assert_eq!(with(&stale, &clinic), 2);
    assert_eq!(
        with(&directory, &["--require-organisation", "559999-0024"]),
        2
    );
    assert_eq!(with(&directory, &["--require-grade", "O2"]), 0);
    assert_eq!(with(&directory, &["--require-grade", "O3"]), 2);
    assert_eq!(with(&directory, &["--require-role", "verksamhetschef"]), 0);
    assert_eq!(with(&unsigned, &["--require-role", "verksamhetschef"]), 2);
    assert_eq!(with(&directory, &["--require-role", "Vikarie"]), 2);
    assert_eq!(with(&directory, &["--require-grade", "O6"]), 64);
}

#[test]
fn a_folder_of_registers_is_read_with_the_signatures_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["organisations.csv", "organisations.csv.p7s"] {
        let from = fixture(&format!("registers/{name}"));
        fs::copy(from, folder.path().join(name)).unwrap();
    }
    let registers = folder.path().to_str().unwrap().to_owned();
    let demand = [
        "--register",
        &registers,
        "--require-organisation",
        "5599990024",
    ];
    assert_eq!(validate("organisation", &demand).0, 0);
    fs::remove_file(folder.path().join("organisations.csv.p7s")).unwrap();
    assert_eq!(validate("organisation", &demand).0, 2);
}

#[test]
fn who_must_sign_together_decides_the_exit_status() {
    let register = fixture("registers/mandates.asice");
    let key = fixture("registers/reference.key");
    let policy = fixture("registers/association.toml");
    let options = [
        "--policy",
        &policy,
        "--register",
        &register,
        "--reference-key",
        &key,
    ];
    let (code, text) = validate("joint", &options);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("met: 2 of 2 (ordförande, sekreterare; for "),
        "{text}"
    );
    let (code, text) = validate("joint-outsider", &options);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("S-1: not shown to be for that organisation"),
        "{text}"
    );
    // Without the key nobody knows whose mandate it is.
    let (code, written) = validate("joint", &[&options[..4], &["--format", "json"]].concat());
    let object = json(&written);
    assert_eq!(code, 2);
    assert_eq!(object["required_signers"][0]["met"], false);
    assert_eq!(object["required_signers"][0]["counted"][0], "S-2");
    assert!(object["signatures"][0]["signer"]["person_ref"].is_null());
}

#[test]
fn every_signature_meets_every_demand_by_itself() {
    let mandates = fixture("registers/mandates.asice");
    let key = fixture("registers/reference.key");
    let code = |case: &str, demands: &[&str]| {
        let registers = ["--register", &mandates, "--reference-key", &key];
        validate(case, &[&registers, demands].concat()).0
    };
    let organisation = |number: &'static str| ["--require-organisation", number];
    let role = |word: &'static str| ["--require-role", word];
    // Chair and secretary of one association.
    let association = organisation("802999-0010");
    assert_eq!(code("joint", &association), 0);
    assert_eq!(code("joint", &role("Ordförande")), 2);
    assert_eq!(
        code("joint", &[association, role("Sekreterare")].concat()),
        2
    );
    // The organisation by the first signature, the role by the second.
    let outsider = [organisation("559999-0016"), role("Sekreterare")].concat();
    assert_eq!(code("joint-outsider", &outsider), 2);
    assert_eq!(code("joint-outsider", &organisation("559999-0016")), 2);
    assert_eq!(code("joint-outsider", &["--require-grade", "O2"]), 0);
    assert_eq!(code("joint-outsider", &["--require-grade", "O3"]), 2);
    // One signature that meets all three.
    let all = [
        &organisation("559999-0016")[..],
        &role("Firmatecknare"),
        &["--require-grade", "O2"],
    ];
    assert_eq!(code("mandate-certificate", &all.concat()), 0);
}

#[test]
fn two_e_identifications_of_one_person_have_one_reference() {
    let key = fixture("registers/reference.key");
    let options = ["--reference-key", &key, "--format", "json"];
    let object = json(&validate("joint-once", &options).1);
    let reference = |index: usize| object["signatures"][index]["signer"]["person_ref"].clone();
    assert_eq!(reference(0).as_str().unwrap().len(), 64);
    assert_eq!(reference(0), reference(1));
}

#[test]
fn what_is_wrong_with_a_register_or_a_key_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = support::input_of(&fixture("cases/registers/directory"));
    let told = |option: &str, text: &str| {
        let file = folder.path().join("191212121212.csv");
        fs::write(&file, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
            .args(["validate", &input, option])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(64));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let text = "# format: sigill-register/1\n# kind: organisations\n# source: x\n\
                # as_of: 2026-01-01\nnumber,name,from\n191212121212,Firma,2020-01-01\n";
    let error = told("--register", text);
    assert!(error.contains("line 6: an organisation number"), "{error}");
    assert!(error.contains("sole trader"), "{error}");
    assert!(!error.contains("1212121212"), "{error}");
    let error = told("--reference-key", "short");
    assert!(error.contains("shorter than 32 bytes"), "{error}");
    assert!(!error.contains("1212121212"), "{error}");
}
