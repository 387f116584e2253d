//! `sigill replay` and `sigill export`, of an envelope that the command has sealed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::PathBuf;
use support::{
    content_of, fixture, has_openssl, input_of, json, openssl, run, seal, serve, status,
};
use tempfile::TempDir;

/// An envelope in a folder of its own; `None` where OpenSSL is not there.
fn sealed() -> Option<(TempDir, String)> {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let document = input_of(&fixture("cases/pades/b-lt-rsa"));
    let (_, line) = seal(&document, &serve(openssl), folder.path(), &[]);
    let envelope = line["envelope"]["path"].as_str().unwrap().to_owned();
    Some((folder, envelope))
}

#[test]
fn an_envelope_is_judged_then_and_now() {
    let Some((_folder, envelope)) = sealed() else {
        return;
    };
    let root = fixture("pki/trust/root.pem");
    let replay = |more: &[&str]| {
        let always = ["replay", &envelope, "--trust", &root, "--format", "json"];
        run(&[&always[..], more].concat())
    };
    let (code, line) = replay(&["--at", "2045-01-01T00:00:00Z"]);
    let object = json(&line);
    assert_eq!(object["envelope"]["path"], envelope);
    assert_eq!(object["then"]["tool"], object["now"]["tool"]);
    let signature = &object["signatures"][0];
    assert_eq!(signature["sealed"], signature["then"], "{line}");
    assert_eq!(
        code,
        if signature["now"]["sub_indication"].is_null() {
            0
        } else {
            2
        }
    );
    let (code, line) = replay(&["--at", "2061-06-01T00:00:00Z"]);
    assert_eq!(code, 2);
    let object = json(&line);
    let reasons = object["signatures"][0]["reasons"].as_array().unwrap();
    let ended = reasons.iter().find(|reason| {
        reason["reason"] == "certificate-ended" && reason["about"] == "evidence-record"
    });
    assert!(ended.is_some(), "{line}");
    let page = [
        "replay", &envelope, "--trust", &root, "--format", "html", "--lang", "sv",
    ];
    assert!(run(&page).1.contains("<html lang=\"sv\">"));
    assert_eq!(status(&["replay", &envelope, "--format", "xml"]), 64);
    let document = input_of(&fixture("cases/pades/b-lt-rsa"));
    let (code, line) = run(&["replay", &document, "--format", "json"]);
    assert_eq!(code, 3);
    assert!(json(&line)["error"]["kind"].is_string(), "{line}");
}

#[test]
fn an_envelope_is_packed_once_and_whole() {
    let Some((folder, envelope)) = sealed() else {
        return;
    };
    let (root, out) = (fixture("pki/trust/root.pem"), folder.path().join("out"));
    let export = |envelope: &str, more: &[&str]| {
        let to = out.to_str().unwrap();
        let always = [
            "export",
            envelope,
            "--out",
            to,
            "--submitter",
            "Testkommunen",
        ];
        let shared = ["--trust", &root, "--format", "json"];
        let (code, line) = run(&[&always[..], &shared, more].concat());
        (code, json(&line))
    };
    let (_, first) = export(&envelope, &["--submitter-code", "212000-0142"]);
    let package = PathBuf::from(first["package"].as_str().unwrap());
    let data = package.join("representations/rep1/data");
    let data = fs::read_dir(data).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read(data).unwrap(), fs::read(&envelope).unwrap());
    assert!(package.join("METS.xml").exists());
    let (code, again) = export(&envelope, &[]);
    assert_eq!((code, &again["error"]["kind"]), (3, &"exists".into()));
    let (_, zip) = export(&envelope, &["--package", "zip"]);
    assert_eq!(zip["package"], format!("{}.zip", package.display()));
    let (code, _) = export(&envelope, &["--package", "zip"]);
    assert_eq!(code, 3);
    let (_, tar) = export(&envelope, &["--package", "tar"]);
    assert_eq!(tar["package"], format!("{}.tar", package.display()));
    // One that was changed is not handed on.
    let changed = folder.path().join("changed.asice");
    let mut bytes = fs::read(&envelope).unwrap();
    let place = content_of(&bytes, "sigill/policy.toml");
    bytes[place] ^= 1;
    fs::write(&changed, bytes).unwrap();
    let (code, refused) = export(changed.to_str().unwrap(), &[]);
    assert_ne!(code, 0);
    assert!(refused["package"].is_null());
    let left: Vec<_> = fs::read_dir(&out).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing else is left");
}
