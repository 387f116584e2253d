//! The whole life of a document through the command: sealed with a time-stamp of a real RFC 3161
//! authority (OpenSSL's `ts`), checked decades later, tampered with, and refused by bad servers.

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
use std::process::Command;
use support::{
    check, content_of, fixture, has_openssl, json, openssl, run, seal, serve, serve_known,
};

const SIGNER_ENDS: &str = "2027-06-01";

#[test]
fn a_sealed_document_passes_until_the_archive_time_stamp_ends() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-lt-rsa/input.pdf");
    let (status, sealed) = seal(&document, &serve(openssl), out.path(), &[]);
    assert_eq!(status, 0, "{sealed}");
    assert_eq!(sealed["tsa_calls"], 1);
    assert!(
        sealed["provable_until"]
            .as_str()
            .unwrap()
            .starts_with("2060-12-31")
    );
    let envelope = sealed["envelope"]["path"].as_str().unwrap().to_owned();

    for at in [
        "2028-01-01T00:00:00Z",
        "2035-01-01T00:00:00Z",
        "2060-12-30T00:00:00Z",
    ] {
        let (status, report) = check(&envelope, at);
        assert_eq!(report["envelope"]["intact"], true);
        assert_eq!(report["evidence_records"][0]["indication"], "PASSED");
        // OpenSSL stamps with the real clock; once that has passed the end of the fixture's
        // signer, the document was sealed too late. `tests/archive.rs` holds the verdict at a
        // fixed time.
        if report["envelope"]["sealed_at"].as_str().unwrap() < SIGNER_ENDS {
            assert_eq!(status, 0, "{at}: {report}");
            assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");
        }
    }
    let (status, late) = check(&envelope, "2061-01-01T00:00:00Z");
    assert_eq!(status, 2);
    assert_eq!(late["envelope"]["intact"], true);
    assert!(
        late["envelope"]["provable_until"]
            .as_str()
            .unwrap()
            .starts_with("2060-12-31")
    );
    tells_what_would_have_kept_it(&envelope, "2061-01-01T00:00:00Z");

    let (again, kept) = seal(&document, &serve(openssl), out.path(), &[]);
    assert_eq!((again, &kept["tsa_calls"]), (0, &Value::from(0)), "{kept}");
    assert_eq!(kept["envelope"], sealed["envelope"], "the run goes on");
    let other = out.path().join("input.pdf");
    fs::copy(fixture("cases/pades/b-lt-p256/input.pdf"), &other).unwrap();
    let (status, refused) = seal(other.to_str().unwrap(), &serve(openssl), out.path(), &[]);
    assert_eq!(
        (status, refused["error"]["kind"].as_str()),
        (3, Some("exists")),
        "an envelope is never overwritten"
    );
}

fn tells_what_would_have_kept_it(envelope: &str, at: &str) {
    let root = fixture("pki/trust/root.pem");
    let (_, text) = run(&[
        "check", envelope, "--at", at, "--trust", &root, "--lang", "en",
    ]);
    assert!(text.contains("2060-12-31"), "{text}");
    // Lines break where they must.
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("a new archive time-stamp before then would have kept it"),
        "{text}"
    );
}

#[test]
fn a_stranger_finds_the_document_byte_for_byte() {
    if !has_openssl() || Command::new("unzip").arg("-v").output().is_err() {
        println!("skipped: openssl or unzip is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let (_, sealed) = seal(
        &document,
        &serve(openssl),
        out.path(),
        &["--hash", "sha512"],
    );
    let envelope = sealed["envelope"]["path"].as_str().unwrap().to_owned();
    let unpacked = out.path().join("unpacked");
    let unzip = Command::new("unzip")
        .args(["-q", &envelope, "-d"])
        .arg(&unpacked)
        .status()
        .unwrap();
    assert!(unzip.success());
    assert_eq!(
        fs::read(unpacked.join("input.pdf")).unwrap(),
        fs::read(&document).unwrap()
    );
    for name in [
        "mimetype",
        "sigill/report.json",
        "sigill/binding.json",
        "sigill/policy.toml",
        "META-INF/evidencerecord001.ers",
        "META-INF/ASiCEvidenceRecordManifest001.xml",
    ] {
        assert!(unpacked.join(name).exists(), "{name}");
    }
    let report = json(&fs::read_to_string(unpacked.join("sigill/report.json")).unwrap());
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");
}

#[test]
fn what_was_changed_is_named() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/cades/b-b-attached-rsa/input.p7m");
    let (_, sealed) = seal(&document, &serve(openssl), out.path(), &[]);
    let envelope = sealed["envelope"]["path"].as_str().unwrap().to_owned();
    let bytes = fs::read(&envelope).unwrap();
    for name in [
        "input.p7m",
        "sigill/report.json",
        "sigill/binding.json",
        "META-INF/evidencerecord001.ers",
    ] {
        let start = content_of(&bytes, name);
        let mut changed = bytes.clone();
        changed[start + 60] ^= 1;
        let path = out.path().join("changed.asice");
        fs::write(&path, changed).unwrap();
        let (status, report) = check(path.to_str().unwrap(), "2035-01-01T00:00:00Z");
        assert_eq!(status, 1, "{name}: {report}");
        assert_eq!(report["envelope"]["intact"], false);
        let tampered = report["envelope"]["tampered"].to_string();
        assert!(tampered.contains(name), "{name} is not named in {tampered}");
    }
}

#[test]
fn a_bad_server_leaves_nothing_behind() {
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let servers: [support::Reply; 3] = [
        |_| Vec::new(),
        |_| b"not a reply at all".to_vec(),
        // PKIStatus rejection (RFC 3161, 2.4.2).
        |_| vec![0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02],
    ];
    for server in servers {
        let (status, report) = seal(&document, &serve(server), out.path(), &[]);
        assert_eq!(status, 3);
        assert_eq!(report["error"]["kind"], "time-stamp");
        assert_eq!(report["envelope"], Value::Null);
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_reply_to_another_request_is_refused() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    // The last octets of the nonce are changed on the way to the authority.
    let url = serve(|request| {
        let mut other = request.to_vec();
        let place = other.len() - 5;
        other[place] ^= 1;
        openssl(&other)
    });
    let (status, report) = seal(&document, &url, out.path(), &[]);
    assert_eq!(
        (status, report["error"]["kind"].as_str()),
        (3, Some("time-stamp")),
        "{report}"
    );
}

#[test]
fn the_next_authority_is_asked_and_told_who_asks() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let password = out.path().join("password");
    fs::write(&password, "hemligt\n").unwrap();
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let (liar, honest) = (
        serve(|_| b"no reply".to_vec()),
        serve_known("arkivet:hemligt"),
    );
    let more = [
        "--tsa",
        &honest,
        "--tsa-user",
        "arkivet",
        "--tsa-password-file",
    ];
    let more = [&more[..], &[password.to_str().unwrap()]].concat();
    let (status, sealed) = seal(&document, &liar, out.path(), &more);
    assert_eq!((status, &sealed["error"]), (0, &Value::Null), "{sealed}");
    let (status, sealed) = seal(&document, &liar, &out.path().join("other"), &more[..2]);
    assert_eq!(
        (status, sealed["error"]["kind"].as_str()),
        (3, Some("time-stamp"))
    );
}
