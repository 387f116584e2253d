//! Whoever has only `docs/envelope.md`, `unzip` and `openssl` can check an envelope: the script
//! `docs/check-envelope.sh` does, and shares nothing with sigill.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::Bytes;
use sigill::container::asic::{AsicContainer, write_asic_e};
use sigill::limits::Limits;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::{fixture, has_openssl, openssl, run, serve};

/// Whether the stranger passes it, and the last line.
fn check(envelope: &Path, root: &str) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check-envelope.sh");
    let output = Command::new("bash")
        .arg(script)
        .args([envelope.as_os_str(), fixture(root).as_ref()])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let last = told.lines().last().unwrap_or_default().to_owned();
    (output.status.success(), last)
}

const ROOT: &str = "pki/trust/root.pem";

#[test]
fn a_stranger_checks_what_is_sealed_and_renewed() {
    let tools = Command::new("unzip").arg("-v").output().is_ok();
    if !has_openssl() || !tools {
        println!("skipped: openssl or unzip is not installed");
        return;
    }
    let (folder, out, url) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        serve(openssl),
    );
    for name in ["ett.pdf", "två.pdf", "tre.pdf"] {
        fs::copy(
            fixture("cases/pades/b-lt-rsa/input.pdf"),
            folder.path().join(name),
        )
        .unwrap();
    }
    let (from, to) = (
        folder.path().to_str().unwrap(),
        out.path().to_str().unwrap(),
    );
    let trust = fixture(ROOT);
    let always = ["--tsa", &url, "--trust", &trust];
    let envelope = out.path().join("två.pdf.asice");
    let steps: [&[&str]; 4] = [
        &["seal", from, "--out", to],
        &["renew", to, "--all"],
        &["renew", to, "--all", "--hash", "sha512"],
        &["renew", to, "--all", "--hash", "sha512"],
    ];
    for step in steps {
        assert_eq!(run(&[step, &always].concat()).0, 0);
        let (passed, told) = check(&envelope, ROOT);
        assert!(passed, "{step:?}: {told}");
    }
    let (passed, told) = check(&envelope, "pki/other-root.pem");
    assert!(!passed && told.contains("does not verify"), "{told}");
    refuses_what_was_changed(&envelope);
    refuses_what_nothing_covers(&envelope);
}

/// The manifest, which nothing covers, names a file twice to make room for another.
fn refuses_what_nothing_covers(envelope: &Path) {
    let whole = Bytes::from(fs::read(envelope).unwrap());
    let container = AsicContainer::read(whole, &Limits::default()).unwrap();
    let mut members: Vec<(String, Vec<u8>)> = container
        .members
        .iter()
        .filter(|member| member.name != "mimetype")
        .map(|member| (member.name.clone(), member.content.to_vec()))
        .collect();
    for (_, manifest) in members
        .iter_mut()
        .filter(|(name, _)| name.ends_with("Manifest001.xml"))
    {
        let text = String::from_utf8(manifest.clone()).unwrap();
        let line = text.lines().find(|line| line.contains("report.json"));
        *manifest = text
            .replace(line.unwrap(), &[line.unwrap(); 2].join("\n"))
            .into();
    }
    members.push(("later.txt".to_owned(), b"nothing covers this".to_vec()));
    let members: Vec<_> = members
        .iter()
        .map(|(name, content)| (name.clone(), &content[..]))
        .collect();
    let path = envelope.with_extension("changed");
    fs::write(&path, write_asic_e(&members).unwrap()).unwrap();
    let (passed, told) = check(&path, ROOT);
    assert!(!passed && told.contains("nothing covers"), "{told}");
}

fn refuses_what_was_changed(envelope: &Path) {
    let whole = Bytes::from(fs::read(envelope).unwrap());
    let record = "META-INF/evidencerecord001.ers";
    let container = AsicContainer::read(whole.clone(), &Limits::default()).unwrap();
    let bookkeeping = |name: &str| name == "mimetype" || name.starts_with("META-INF/");
    let members = container.members.iter();
    let covered = members.filter(|member| !bookkeeping(&member.name)).count();
    // A hash takes 34 octets with its header; after those of the files stands that beside them,
    // in a list with a header of its own.
    let beside = 80 + 34 * covered;
    let changes = [
        ("två.pdf", 100, "not as it was sealed"),
        ("sigill/report.json", 60, "not as it was sealed"),
        (record, 70, "not covered"),
        (record, beside, "something else"),
    ];
    for (changed, place, reason) in changes {
        let container = AsicContainer::read(whole.clone(), &Limits::default()).unwrap();
        let mut members: Vec<(String, Vec<u8>)> = container
            .members
            .iter()
            .filter(|member| member.name != "mimetype")
            .map(|member| (member.name.clone(), member.content.to_vec()))
            .collect();
        for (_, content) in members.iter_mut().filter(|(name, _)| name == changed) {
            content[place] ^= 1;
        }
        let members: Vec<_> = members
            .iter()
            .map(|(name, content)| (name.clone(), &content[..]))
            .collect();
        let path = envelope.with_extension("changed");
        fs::write(&path, write_asic_e(&members).unwrap()).unwrap();
        let (passed, told) = check(&path, ROOT);
        assert!(!passed && told.contains(reason), "{changed}: {told}");
    }
}
