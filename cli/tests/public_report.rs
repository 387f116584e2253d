//! `seal --full-report --public-report`, and `check` with what lies in the envelope.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::UnixTime;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use support::{fixture, has_openssl, input_of, json, openssl, run, serve};

const NUMBERS: [&str; 3] = ["191212121212", "1212121212", "121212-1212"];

fn shows_number(text: &str) -> bool {
    NUMBERS.iter().any(|number| text.contains(number))
}

/// The arguments of every command.
fn always(command: &str, path: &Path) -> Vec<String> {
    let path = path.to_str().unwrap();
    let root = fixture("pki/trust/root.pem");
    [command, path, "--trust", &root, "--lang", "en"]
        .map(str::to_owned)
        .into()
}

fn told(arguments: Vec<String>, more: &[&str]) -> (i32, String) {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend_from_slice(more);
    run(&arguments)
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    files[0].path()
}

#[test]
fn a_public_report_shows_no_number_and_is_proven_by_the_envelope() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, out, public) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let document = folder.path().join("beslut 19121212-1212.p7m");
    fs::copy(input_of(&fixture("cases/binding/bankid-card")), &document).unwrap();
    let url = serve(openssl);
    let (to, beside) = (
        out.path().to_str().unwrap(),
        public.path().to_str().unwrap(),
    );
    let options = [
        "--out",
        to,
        "--tsa",
        &url,
        "--full-report",
        "--public-report",
        beside,
        "--format",
        "json",
    ];
    let (_, written) = told(always("seal", &document), &options);
    let report = only_file(public.path());
    let text = fs::read_to_string(&report).unwrap();
    assert!(!shows_number(&text) && !shows_number(&written), "{written}");
    let sealed = json(&written);
    assert_eq!(sealed["public_report"]["path"], report.to_str().unwrap());
    assert_eq!(sealed["public_report"]["belongs"], true);
    assert_eq!(
        json(&text)["full_report"]["sha256"].as_str().unwrap().len(),
        64
    );
    // The same again writes the same.
    told(always("seal", &document), &options);
    assert_eq!(fs::read_to_string(only_file(public.path())).unwrap(), text);

    belongs_to_its_envelope(&only_file(out.path()), &report, &url);
    let (status, _) = told(always("check", out.path()), &["--public-report", to]);
    assert_eq!(status, 64);
}

fn belongs_to_its_envelope(envelope: &Path, report: &Path, url: &str) {
    let text = fs::read_to_string(report).unwrap();
    let check = |report: &Path, more: &[&str]| {
        let report = report.to_str().unwrap();
        let more = [&["--public-report", report], more].concat();
        told(always("check", envelope), &more)
    };
    let (_, object) = check(report, &["--format", "json"]);
    assert_eq!(json(&object)["envelope"]["public_report"]["belongs"], true);
    assert!(check(report, &[]).1.contains("is the one on this envelope"));
    a_stranger_sees_that_it_belongs(envelope, report);
    let elsewhere = tempfile::tempdir().unwrap();
    let changed = elsewhere.path().join("changed.json");
    fs::write(&changed, text.replace("BankID", "BankId")).unwrap();
    let (status, object) = check(&changed, &["--format", "json"]);
    assert_eq!(status, 1);
    assert_eq!(json(&object)["envelope"]["public_report"]["belongs"], false);
    // Renewal changes nothing of it.
    let (status, _) = told(always("renew", envelope), &["--all", "--tsa", url]);
    assert_eq!(status, 0);
    let (_, object) = check(report, &["--format", "json"]);
    assert_eq!(json(&object)["envelope"]["public_report"]["belongs"], true);
}

/// By what `docs/envelope.md` has them do.
fn a_stranger_sees_that_it_belongs(envelope: &Path, public: &Path) {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/envelope.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, commands) = guide.split_once("```sh\n").unwrap();
    let (commands, _) = commands.split_once("```").unwrap();
    let quoted = |path: &Path| format!("'{}'", path.display());
    let commands = commands
        .replace("a.pdf.asice", &quoted(envelope))
        .replace("- public.json\n", &format!("- {}\n", quoted(public)));
    let output = Command::new("bash")
        .args(["-ec", &commands])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    let public = fs::read_to_string(public).unwrap();
    let digest = json(&public)["full_report"]["sha256"].clone();
    assert!(told.starts_with(digest.as_str().unwrap()), "{told}");
}

/// An extract of today's register of organisations, signed by the fixtures' seal.
fn signed_extract(folder: &Path) -> PathBuf {
    let (plain, signed) = (folder.join("extract.csv"), folder.join("extract.p7m"));
    let today = UnixTime::from(SystemTime::now()).date();
    let text = format!(
        "# format: sigill-register/1\n# kind: organisations\n# source: Registret\n\
         # as_of: {today}\nnumber,name,from\n5599990024,Fixturbolaget AB,2001-05-01\n"
    );
    fs::write(&plain, text).unwrap();
    let key = fixture("pki/keys/seal.key");
    let [seal, issuer] = ["seal", "issuing-ca-ec"].map(|name| fixture(&format!("pki/{name}.pem")));
    let output = Command::new("openssl")
        .args([
            "cms",
            "-sign",
            "-cades",
            "-binary",
            "-nodetach",
            "-outform",
            "DER",
        ])
        .args(["-signer", &seal, "-inkey", &key, "-certfile", &issuer])
        .arg("-in")
        .arg(plain)
        .arg("-out")
        .arg(&signed)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    signed
}

#[test]
fn registers_in_an_envelope_meet_a_demand_only_where_they_are_believed() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let register = signed_extract(folder.path());
    let document = PathBuf::from(input_of(&fixture("cases/registers/organisation")));
    let (url, to) = (serve(openssl), out.path().to_str().unwrap());
    let register = register.to_str().unwrap();
    let demand = ["--require-grade", "O2"];
    let options = ["--out", to, "--tsa", &url, "--register", register];
    told(always("seal", &document), &options);
    let envelope = only_file(out.path());
    let check = |more: &[&str]| told(always("check", &envelope), &[&demand, more].concat());
    let (status, written) = check(&["--format", "json"]);
    assert_eq!(status, 2, "{written}");
    // OpenSSL stamps with the real clock; after the signer's end nothing is shown.
    // `tests/enclosed.rs` holds the grades at a fixed time.
    if json(&written)["envelope"]["sealed_at"].as_str().unwrap() < "2027-06-01" {
        assert_eq!(check(&["--believe-enclosed"]).0, 0);
        assert_eq!(check(&["--register", register]).0, 0);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check-envelope.sh");
    let stranger = Command::new("bash")
        .arg(script)
        .arg(&envelope)
        .arg(fixture("pki/trust/root.pem"))
        .output()
        .unwrap();
    assert!(stranger.status.success(), "{stranger:?}");
}
