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
use std::path::Path;
use std::process::Command;
use support::{fixture, has_openssl, json, openssl, run, serve, serve_known};

/// Revocation data that reaches to the day of the test and beyond: what an archive would have
/// fetched from the issuers before sealing.
fn longterm_evidence() -> Vec<String> {
    ["root-longterm.crl", "issuing-ca-longterm.crl"]
        .map(|name| fixture(&format!("pki/revocation/{name}")))
        .into()
}

fn seal(document: &str, url: &str, out: &Path, more: &[&str]) -> (i32, Value) {
    let root = fixture("pki/trust/root.pem");
    let evidence = longterm_evidence();
    let mut arguments = vec![
        "seal",
        document,
        "--out",
        out.to_str().unwrap(),
        "--tsa",
        url,
        "--trust",
        &root,
        "--format",
        "json",
        "--at",
        "2026-11-24T12:00:00Z",
    ];
    for file in &evidence {
        arguments.extend(["--evidence", file.as_str()]);
    }
    arguments.extend_from_slice(more);
    let (status, output) = run(&arguments);
    (status, json(&output))
}

const SIGNER_ENDS: &str = "2027-06-01";

fn check(envelope: &str, at: &str) -> (i32, Value) {
    let root = fixture("pki/trust/root.pem");
    let (status, output) = run(&[
        "check", envelope, "--at", at, "--trust", &root, "--format", "json",
    ]);
    (status, json(&output))
}

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

#[test]
fn one_time_stamp_serves_a_folder() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cases = [
        "pades/b-lt-rsa",
        "pades/b-b-rsa",
        "robustness/truncated-cms",
    ];
    for (place, case) in ["a", "b", "c"].into_iter().zip(cases) {
        let document = fs::read_dir(fixture(&format!("cases/{case}")))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.file_stem().is_some_and(|stem| stem == "input"))
            .unwrap();
        fs::create_dir(folder.path().join(place)).unwrap();
        fs::copy(document, folder.path().join(place).join("beslut.pdf")).unwrap();
    }
    let (root, url) = (fixture("pki/trust/root.pem"), serve(openssl));
    let evidence = longterm_evidence();
    let arguments = [
        "seal",
        folder.path().to_str().unwrap(),
        "--out",
        out.path().to_str().unwrap(),
        "--tsa",
        &url,
        "--trust",
        &root,
        "--evidence",
        &evidence[0],
        "--evidence",
        &evidence[1],
        "--lang",
        "en",
        "--format",
    ];
    let (status, output) = run(&[&arguments[..], &["json"]].concat());
    let lines: Vec<Value> = output.lines().map(json).collect();
    assert_eq!(status, 3, "{output}");
    let calls: Vec<_> = lines
        .iter()
        .map(|line| line["tsa_calls"].as_u64().unwrap())
        .collect();
    assert_eq!(calls, [1, 0, 0]);
    assert_eq!(lines[2]["error"]["kind"], "malformed", "{output}");
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
    fs::remove_dir_all(out.path().join("a")).unwrap();
    fs::remove_dir_all(out.path().join("b")).unwrap();
    let (_, text) = run(&[&arguments[..], &["text"]].concat());
    assert!(
        text.ends_with("Envelopes: 2; time-stamps fetched: 1; saved: 1\n"),
        "{text}"
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

/// Where a stored member's content begins: after its local header of 30 octets and its name.
fn content_of(bytes: &[u8], name: &str) -> usize {
    let header = bytes
        .windows(30 + name.len())
        .position(|window| window.starts_with(b"PK\x03\x04") && window.ends_with(name.as_bytes()))
        .unwrap();
    header + 30 + name.len()
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

#[test]
fn a_store_is_renewed_when_it_is_due() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (out, url) = (tempfile::tempdir().unwrap(), serve(openssl));
    for case in ["pades/b-lt-rsa", "pades/b-lt-p256"] {
        let folder = out.path().join(case.replace('/', "-"));
        let document = fixture(&format!("cases/{case}/input.pdf"));
        assert_eq!(seal(&document, &url, &folder, &[]).0, 0);
    }
    fs::write(out.path().join("note.asice"), "no envelope").unwrap();
    let (store, root) = (out.path().to_str().unwrap(), fixture("pki/trust/root.pem"));
    let tell = |margin: &str| {
        let now = [
            "--at",
            "2027-01-01T00:00:00Z",
            "--format",
            "json",
            "--trust",
            &root,
        ];
        let (status, lines) = run(&[&["status", store, "--margin", margin], &now[..]].concat());
        (status, json(lines.lines().last().unwrap())["store"].clone())
    };
    let (status, sum) = tell("365");
    assert_eq!(
        (status, &sum["envelopes"], &sum["unreadable"]),
        (3, &3.into(), &1.into()),
        "{sum}"
    );
    // RSA ends with 2028 by ETSI TS 119 312, and the fixtures' authority has no RSA key.
    assert_eq!(sum["due"], serde_json::json!({}), "{sum}");
    assert_eq!(
        sum["unprovable_from_year"],
        serde_json::json!({"2060": 2}),
        "{sum}"
    );
    fs::remove_file(out.path().join("note.asice")).unwrap();
    let (status, sum) = tell("12500");
    assert_eq!(
        (status, &sum["due"]),
        (2, &serde_json::json!({"time-stamp": 2})),
        "{sum}"
    );

    let renew = |more: &[&str]| {
        let arguments = [
            "renew", store, "--tsa", &url, "--trust", &root, "--format", "json",
        ];
        let (status, lines) = run(&[&arguments[..], more].concat());
        (status, lines.lines().map(json).collect::<Vec<_>>())
    };
    assert_eq!(renew(&[]), (0, Vec::new()), "nothing is due");
    for (more, shape) in [
        (&["--margin", "12600"][..], vec![2]),
        (&["--all", "--hash", "sha512"], vec![2, 1]),
    ] {
        let (status, lines) = renew(more);
        let calls: Vec<_> = lines
            .iter()
            .map(|line| line["tsa_calls"].as_u64())
            .collect();
        assert_eq!((status, calls), (0, vec![Some(1), Some(0)]), "{lines:?}");
        for line in lines {
            let (_, report) = check(
                line["envelope"]["path"].as_str().unwrap(),
                "2045-01-01T00:00:00Z",
            );
            assert_eq!(report["envelope"]["intact"], true);
            let record = &report["evidence_records"][0];
            assert_eq!(record["indication"], "PASSED", "{record}");
            let chains = record["chains"].as_array().unwrap().iter();
            let lengths: Vec<_> = chains
                .map(|chain| chain.as_array().unwrap().len())
                .collect();
            assert_eq!(lengths, shape);
        }
    }
    let broken = out.path().join("pades-b-lt-rsa/input.pdf.asice");
    let mut bytes = fs::read(&broken).unwrap();
    let place = content_of(&bytes, "sigill/report.json");
    bytes[place + 60] ^= 1;
    fs::write(&broken, &bytes).unwrap();
    let (status, lines) = renew(&["--all"]);
    assert_eq!((status, lines.len()), (3, 2));
    let refused = lines
        .iter()
        .filter(|line| line["error"]["kind"] == "not-provable");
    assert_eq!(refused.count(), 1, "what is broken is not covered up");
    assert_eq!(fs::read(&broken).unwrap(), bytes);
}
