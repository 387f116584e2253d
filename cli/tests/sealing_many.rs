//! Many documents in one run: what waits on the disk for a time-stamp comes back in its order, with
//! everything that is to be said of it.

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
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{check, fixture, has_openssl, json as parse, openssl, serve};

const DOCUMENTS: [(&str, &str, &str); 5] = [
    ("1.pdf", "pades/b-lt-rsa/input.pdf", "pdf"),
    ("2.p7m", "cades/b-b-attached-rsa/input.p7m", "cms"),
    ("3.p7m", "robustness/truncated-cms/input.p7m", ""),
    ("4.pdf", "pades/b-lt-p256/input.pdf", "pdf"),
    ("5.pdf", "pades/b-b-rsa/input.pdf", "pdf"),
];

fn documents() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, case, _) in DOCUMENTS {
        fs::copy(fixture(&format!("cases/{case}")), folder.path().join(name)).unwrap();
    }
    folder
}

fn seal(from: &Path, to: &Path, url: &str, batch: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .arg("seal")
        .arg(from)
        .arg("--out")
        .arg(to)
        .args(["--tsa", url, "--batch", batch, "--format", "json"])
        .args(["--trust", &fixture("pki/trust/root.pem")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(parse).collect()
}

fn calls(told: &[Value]) -> Vec<u64> {
    let calls = told.iter().map(|line| line["tsa_calls"].as_u64());
    calls.map(Option::unwrap).collect()
}

/// Every line is about its document.
fn are_in_order(told: &[Value], from: &Path) {
    assert_eq!(told.len(), DOCUMENTS.len(), "{told:?}");
    for (line, (name, _, container)) in told.iter().zip(DOCUMENTS) {
        let path = from.join(name);
        let content = fs::read(&path).unwrap();
        let document = &line["document"];
        assert_eq!(document["path"], path.to_str().unwrap());
        assert_eq!(document["size"], content.len());
        let digest: String = sha256(&content)
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(document["sha256"], digest.as_str());
        if !container.is_empty() {
            assert_eq!(document["container"], container, "{line}");
        }
    }
}

#[test]
fn documents_are_told_in_their_order_whatever_the_size_of_batches() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, url) = (documents(), serve(openssl));
    for (batch, expected) in [
        ("1", [1, 1, 0, 1, 1]),
        ("2", [1, 0, 0, 1, 1]),
        ("4", [1, 0, 0, 0, 1]),
        ("5", [1, 0, 0, 0, 0]),
        ("100", [1, 0, 0, 0, 0]),
    ] {
        let out = tempfile::tempdir().unwrap();
        let told = seal(folder.path(), out.path(), &url, batch);
        are_in_order(&told, folder.path());
        assert_eq!(calls(&told), expected, "{batch}");
        for (line, (name, ..)) in told.iter().zip(DOCUMENTS) {
            let envelope = out.path().join(format!("{name}.asice"));
            if name == "3.p7m" {
                assert_eq!(line["error"]["kind"], "malformed");
                assert!(!envelope.exists());
                continue;
            }
            let (_, report) = check(envelope.to_str().unwrap(), "2045-01-01T00:00:00Z");
            assert_eq!(report["evidence_records"][0]["indication"], "PASSED");
        }
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 4, "and no more");
        let again = seal(folder.path(), out.path(), &url, batch);
        are_in_order(&again, folder.path());
        assert_eq!(calls(&again), [0; 5]);
    }
}

#[test]
fn every_document_of_a_batch_is_told_when_no_authority_answers() {
    let (folder, out) = (documents(), tempfile::tempdir().unwrap());
    let url = serve(|_| b"no reply".to_vec());
    let told = seal(folder.path(), out.path(), &url, "100");
    are_in_order(&told, folder.path());
    let kinds: Vec<&str> = told
        .iter()
        .map(|line| line["error"]["kind"].as_str().unwrap())
        .collect();
    let stamp = "time-stamp";
    assert_eq!(kinds, [stamp, stamp, "malformed", stamp, stamp]);
    assert_eq!(calls(&told), [1, 0, 0, 0, 0]);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_may_be_of_any_octets() {
    use std::os::unix::ffi::OsStringExt;
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let named = |end: &str| {
        let name = [b"b\xff\"\n", end.as_bytes()].concat();
        PathBuf::from(OsString::from_vec(name))
    };
    let document = folder.path().join(named(".pdf"));
    fs::copy(fixture("cases/pades/b-lt-rsa/input.pdf"), document).unwrap();
    let told = seal(folder.path(), out.path(), &serve(openssl), "1");
    assert_eq!((told.len(), &told[0]["error"]), (1, &Value::Null));
    assert!(out.path().join(named(".pdf.asice")).exists());
}
