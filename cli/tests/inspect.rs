//! `inspect`: what files are and hold, without a judgement.

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

#[test]
fn files_are_told_of_and_what_cannot_be_read_is_a_line_of_its_own() {
    let document = fixture("cases/pades/b-lta-rsa/input.pdf");
    let (code, output) = run(&["inspect", &document, "--format", "json"]);
    let object = json(&output);
    assert_eq!((code, output.lines().count()), (0, 1));
    assert_eq!(object["schema"], "sigill/1");
    assert_eq!(object["document"]["container"], "pdf");
    assert_eq!(object["signatures"][0]["level"], "B-LTA");
    assert_eq!(object["error"], serde_json::Value::Null);
    let folder = tempfile::tempdir().unwrap();
    fs::copy(&document, folder.path().join("a.pdf")).unwrap();
    fs::write(folder.path().join("b.pdf"), "%PDF-1.7\nnothing").unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, output) = run(&["inspect", path, "--format", "json", "--jobs", "2"]);
    let objects: Vec<_> = output.lines().map(json).collect();
    assert_eq!((code, objects.len()), (3, 2));
    assert!(objects[0]["error"].is_null());
    assert!(objects[1]["error"]["kind"].is_string(), "{output}");
    let missing = folder.path().join("missing.pdf");
    let (code, output) = run(&["inspect", missing.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, 3);
    assert_eq!(json(&output)["error"]["kind"], "input-output", "{output}");
}

#[test]
fn people_read_it_in_their_language_and_wrong_usage_is_told() {
    let document = fixture("cases/asic/e-b-b/input.asice");
    let (code, swedish) = run(&["inspect", &document, "--lang", "sv"]);
    assert_eq!(code, 0);
    assert!(
        swedish.contains("ASiC-E-behållare") && swedish.contains("Underskrift S-1"),
        "{swedish}"
    );
    let (_, page) = run(&["inspect", &document, "--lang", "en", "--format", "html"]);
    assert!(
        page.starts_with("<!") && page.contains("ASiC-E container"),
        "{page}"
    );
    assert_eq!(status(&["inspect", &document, "--format", "xml"]), 64);
    assert_eq!(status(&["inspect"]), 64);
}

#[test]
fn a_password_opens_what_is_encrypted() {
    let input = fixture("cases/pades/encrypted-with-password/input.pdf");
    let (code, output) = run(&["inspect", &input, "--format", "json"]);
    let kind = json(&output)["error"]["kind"].clone();
    assert_eq!((code, kind), (3, "encrypted".into()));
    let (code, output) = run(&["inspect", &input, "--password", "hemlig", "--lang", "en"]);
    assert_eq!(code, 0, "{output}");
    assert!(output.contains("Signature S-1"), "{output}");
    assert!(!output.contains("hemlig"), "{output}");
}
