//! A store that reaches over several disks, by links as by mounts: what is sealed and renewed there
//! finds its place, and the time-stamp is not obtained for nothing.

#![cfg(unix)]
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
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use support::{fixture, has_openssl, json as parse, openssl, run, serve};
use tempfile::TempDir;

/// A folder on another disk than `here`.
fn elsewhere(here: &Path) -> Option<TempDir> {
    let there = tempfile::tempdir_in("/dev/shm").ok()?;
    let device = |path: &Path| fs::metadata(path).unwrap().dev();
    (device(there.path()) != device(here)).then_some(there)
}

fn command(arguments: &[&str]) -> (i32, Vec<Value>) {
    let root = fixture("pki/trust/root.pem");
    let more = ["--trust", &root, "--format", "json"];
    let (status, output) = run(&[arguments, &more].concat());
    (status, output.lines().map(parse).collect())
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn envelopes_are_sealed_and_renewed_on_whatever_disk_they_belong() {
    let (documents, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let there = elsewhere(out.path()).filter(|_| has_openssl());
    let Some(there) = there else {
        println!("skipped: there is no other disk at /dev/shm, or no openssl");
        return;
    };
    let document = fixture("cases/pades/b-lt-rsa/input.pdf");
    for folder in ["here", "there"] {
        fs::create_dir(documents.path().join(folder)).unwrap();
        let place = documents.path().join(folder).join("one.pdf");
        fs::copy(&document, place).unwrap();
    }
    symlink(there.path(), out.path().join("there")).unwrap();
    let url = serve(openssl);
    let (from, to) = (documents.path().to_str(), out.path().to_str());
    let (from, to) = (from.unwrap(), to.unwrap());
    let (status, sealed) = command(&["seal", from, "--out", to, "--tsa", &url]);
    assert_eq!((status, sealed.len()), (0, 2), "{sealed:?}");
    let envelope = there.path().join("one.pdf.asice");
    let before = fs::read(&envelope).unwrap();
    let (status, renewed) = command(&["renew", to, "--all", "--tsa", &url]);
    assert_eq!((status, renewed.len()), (0, 2), "{renewed:?}");
    assert!(fs::read(&envelope).unwrap().len() > before.len());
    assert_eq!(names_in(there.path()), ["one.pdf.asice"]);
    assert_eq!(names_in(out.path()), ["here", "there"]);
    assert_eq!(command(&["status", to]).0, 0);
    // Never over another, there as here.
    fs::write(&envelope, "another").unwrap();
    let (status, again) = command(&["seal", from, "--out", to, "--tsa", &url]);
    assert_eq!(status, 3, "{again:?}");
    assert_eq!(fs::read(&envelope).unwrap(), b"another");
}
