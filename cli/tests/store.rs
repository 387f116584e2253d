//! Many envelopes: sealed with one time-stamp, watched, and renewed with one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use support::{
    check, content_of, fixture, has_openssl, input_of, json as parse, longterm_evidence, openssl,
    run, seal, serve,
};
use tempfile::TempDir;

/// The lines of a command about a store, and its exit status.
fn told(command: &[&str]) -> (i32, Vec<Value>) {
    let root = fixture("pki/trust/root.pem");
    let always = ["--trust", &root, "--format", "json"];
    let (status, lines) = run(&[command, &always].concat());
    (status, lines.lines().map(parse).collect())
}

fn calls(lines: &[Value]) -> Vec<u64> {
    lines
        .iter()
        .map(|line| line["tsa_calls"].as_u64().unwrap())
        .collect()
}

/// Namesakes in folders of their own, one of them cut off.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        "pades/b-lt-rsa",
        "pades/b-b-rsa",
        "robustness/truncated-cms",
    ];
    for (place, case) in ["a", "b", "c"].into_iter().zip(cases) {
        fs::create_dir(folder.path().join(place)).unwrap();
        let document = input_of(&fixture(&format!("cases/{case}")));
        fs::copy(document, folder.path().join(place).join("beslut.pdf")).unwrap();
    }
    folder
}

#[test]
fn one_time_stamp_serves_a_folder() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, out) = (folder(), tempfile::tempdir().unwrap());
    let (url, evidence) = (serve(openssl), longterm_evidence());
    let (from, to) = (
        folder.path().to_str().unwrap(),
        out.path().to_str().unwrap(),
    );
    let command = [
        "seal",
        from,
        "--out",
        to,
        "--tsa",
        &url,
        "--evidence",
        &evidence[0],
        "--evidence",
        &evidence[1],
    ];
    let (status, lines) = told(&command);
    assert_eq!((status, calls(&lines)), (3, vec![1, 0, 0]), "{lines:?}");
    assert_eq!(lines[2]["error"]["kind"], "malformed");
    for place in ["a", "b"] {
        let envelope = out.path().join(place).join("beslut.pdf.asice");
        let (_, report) = check(envelope.to_str().unwrap(), "2045-01-01T00:00:00Z");
        assert_eq!(report["envelope"]["intact"], true);
        assert_eq!(report["evidence_records"][0]["indication"], "PASSED");
    }
    assert_eq!(
        fs::read_dir(out.path()).unwrap().count(),
        2,
        "nothing else is left"
    );

    let (_, again) = told(&command);
    assert_eq!(
        calls(&again),
        [0, 0, 0],
        "what is sealed is not sealed again"
    );
    fs::remove_dir_all(out.path().join("a")).unwrap();
    let (_, text) = run(&[&command[..], &["--lang", "en"]].concat());
    assert!(
        text.ends_with("Envelopes: 2; time-stamps fetched: 1; saved: 1\n"),
        "{text}"
    );
}

/// Two envelopes, each stamped for itself.
fn store(url: &str) -> TempDir {
    let out = tempfile::tempdir().unwrap();
    for case in ["pades/b-lt-rsa", "pades/b-lt-p256"] {
        let document = fixture(&format!("cases/{case}/input.pdf"));
        let folder = out.path().join(case.replace('/', "-"));
        assert_eq!(seal(&document, url, &folder, &[]).0, 0);
    }
    out
}

fn sum(store: &Path, margin: &str) -> (i32, Value) {
    let store = store.to_str().unwrap();
    let (status, mut lines) = told(&[
        "status",
        store,
        "--margin",
        margin,
        "--at",
        "2027-01-01T00:00:00Z",
    ]);
    (status, lines.pop().unwrap()["store"].take())
}

#[test]
fn a_store_tells_what_is_due() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = store(&serve(openssl));
    let (status, now) = sum(store.path(), "365");
    let quiet = json!({
        "envelopes": 2, "unprovable": 0, "unreadable": 0, "due": {}, "unprovable_from_year": {"2060": 2}
    });
    assert_eq!((status, now), (0, quiet));
    let (status, later) = sum(store.path(), "12500");
    assert_eq!((status, &later["due"]), (2, &json!({"time-stamp": 2})));
    fs::write(store.path().join("note.asice"), "no envelope").unwrap();
    let (status, now) = sum(store.path(), "365");
    assert_eq!((status, &now["unreadable"]), (3, &json!(1)));
}

#[test]
fn what_is_due_is_renewed_and_nothing_else() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let url = serve(openssl);
    let store = store(&url);
    let renew = |more: &[&str]| {
        let command = ["renew", store.path().to_str().unwrap(), "--tsa", &url];
        told(&[&command[..], more].concat())
    };
    assert_eq!(renew(&[]), (0, Vec::new()), "nothing is due");
    let (status, lines) = renew(&["--margin", "12600"]);
    assert_eq!((status, calls(&lines)), (0, vec![1, 0]));
    lines.iter().for_each(|line| has_shape(line, &[2]));
    let (status, lines) = renew(&["--all", "--hash", "sha512"]);
    assert_eq!((status, calls(&lines)), (0, vec![1, 0]));
    lines.iter().for_each(|line| has_shape(line, &[2, 1]));
    what_is_broken_is_left(&store.path().join("pades-b-lt-rsa/input.pdf.asice"), renew);
}

/// How many time-stamps each chain of the record has, in an envelope that still holds.
fn has_shape(line: &Value, shape: &[usize]) {
    let envelope = line["envelope"]["path"].as_str().unwrap();
    let (_, report) = check(envelope, "2045-01-01T00:00:00Z");
    assert_eq!(report["envelope"]["intact"], true);
    let record = &report["evidence_records"][0];
    assert_eq!(record["indication"], "PASSED", "{record}");
    let chains = record["chains"].as_array().unwrap().iter();
    let lengths: Vec<usize> = chains
        .map(|chain| chain.as_array().unwrap().len())
        .collect();
    assert_eq!(lengths, shape);
}

fn what_is_broken_is_left(envelope: &PathBuf, renew: impl Fn(&[&str]) -> (i32, Vec<Value>)) {
    let mut bytes = fs::read(envelope).unwrap();
    let place = content_of(&bytes, "sigill/report.json");
    bytes[place + 60] ^= 1;
    fs::write(envelope, &bytes).unwrap();
    let (status, lines) = renew(&["--all"]);
    let refused = lines
        .iter()
        .filter(|line| line["error"]["kind"] == "not-provable");
    assert_eq!(
        (status, lines.len(), refused.count()),
        (3, 2, 1),
        "it is not covered up"
    );
    assert_eq!(fs::read(envelope).unwrap(), bytes);
}
