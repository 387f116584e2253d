//! `sigill renew --fetch`: what is missing about the authority of the last time-stamp is fetched
//! and laid into that, and whatever a server answers, nothing is lost.

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
use std::path::PathBuf;
use std::sync::OnceLock;
use support::internet::{Answer, Internet, run_online};
use support::{
    Signer, check, fixture, has_faketime, json, openssl_a_day_later, openssl_command_at,
    openssl_until_2028, run, seal, serve,
};
use tempfile::TempDir;

const A_DAY_LATER: &str = "2026-11-25T12:00:00Z";

/// An envelope whose time-stamp nothing is known about but what stands in it.
fn sealed() -> (TempDir, PathBuf) {
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-lt-rsa/input.pdf");
    let (status, sealed) = seal(&document, &serve(openssl_until_2028), out.path(), &[]);
    assert_eq!((status, &sealed["error"]), (0, &Value::Null), "{sealed}");
    let envelope = out.path().join("input.pdf.asice");
    assert!(!holds(&envelope, "tsa-ca-longterm.crl"));
    (out, envelope)
}

fn renew(envelope: &str, internet: Internet, more: &[&str]) -> (i32, Value, String) {
    let url = serve(openssl_a_day_later);
    let command = ["renew", envelope, "--tsa", &url, "--at", A_DAY_LATER];
    let (status, output, told) = run_online(internet, &[&command[..], more].concat());
    (status, json(&output), told)
}

/// Whether a revocation list of the fixtures is in an envelope, octet for octet.
fn holds(envelope: &PathBuf, list: &str) -> bool {
    let list = fs::read(fixture(&format!("pki/revocation/{list}"))).unwrap();
    let envelope = fs::read(envelope).unwrap();
    envelope
        .windows(list.len())
        .any(|window| window == list.as_slice())
}

/// Everything but the record is as it was, and the record, with so many time-stamps, holds until
/// then.
fn is_kept(envelope: &PathBuf, before: &[u8], timestamps: usize, until: &str) {
    let after = fs::read(envelope).unwrap();
    let start = support::content_of(before, "META-INF/evidencerecord001.ers") - 60;
    assert_eq!(after[..start], before[..start]);
    let (_, report) = check(envelope.to_str().unwrap(), until);
    assert_eq!(report["envelope"]["intact"], true);
    let record = &report["evidence_records"][0];
    assert_eq!(record["indication"], "PASSED", "{record}");
    let chains = record["chains"].as_array().unwrap().iter();
    let lengths = chains.map(|chain| chain.as_array().unwrap().len());
    assert_eq!(lengths.sum::<usize>(), timestamps);
}

/// When the first authority has ended, and before.
const LONG_AFTER: &str = "2045-01-01T00:00:00Z";
const BEFORE: &str = "2027-12-31T00:00:00Z";

fn honest(path: &str) -> Answer {
    match path {
        "/tsa-ca.crl" => Answer::File("tsa-ca-longterm.crl"),
        "/root.crl" => Answer::File("root-longterm.crl"),
        _ => Answer::Nothing,
    }
}

#[test]
fn what_is_missing_about_the_last_authority_is_fetched_and_kept_with_it() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    for more in [&[][..], &["--hash", "sha512"]] {
        let (_folder, envelope) = sealed();
        let before = fs::read(&envelope).unwrap();
        let path = envelope.to_str().unwrap();
        let asked = [more, &["--all", "--fetch"]].concat();
        let (status, report, told) = renew(path, honest, &asked);
        assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
        for list in ["tsa-ca", "root"] {
            let fetched = format!("--fetch http://pki.fixture.test/{list}.crl: a revocation list");
            assert_eq!(told.matches(&fetched).count(), 1, "{told}");
            assert!(holds(&envelope, &format!("{list}-longterm.crl")), "{list}");
        }
        is_kept(&envelope, &before, 2, LONG_AFTER);
    }
}

#[test]
fn nothing_is_fetched_unasked_and_for_what_is_not_due() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let (_folder, envelope) = sealed();
    let before = fs::read(&envelope).unwrap();
    let path = envelope.to_str().unwrap();
    let url = serve(openssl_a_day_later);
    let command = ["renew", path, "--tsa", &url, "--at", A_DAY_LATER];
    let quiet = [&command[..], &["--fetch", "--margin", "30"]].concat();
    let (status, output, told) = run_online(honest, &quiet);
    assert_eq!((status, output.as_str()), (0, ""));
    assert!(!told.contains("--fetch http"), "{told}");
    let (status, report, told) = renew(path, honest, &["--all"]);
    assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
    assert!(!told.contains("--fetch http"), "{told}");
    assert!(!holds(&envelope, "tsa-ca-longterm.crl"));
    is_kept(&envelope, &before, 2, BEFORE);

    // That this is not enough is told, and can be mended as long as the authority lasts.
    assert!(told.contains("renew again with --fetch"), "{told}");
    assert_eq!(report["provable_until"], "2028-01-01T00:00:00Z");
    let (status, due) = status_of(path);
    assert_eq!(
        (status, &due["provable_until"]),
        (2, &report["provable_until"])
    );
    let renewed = fs::read(&envelope).unwrap();
    let lying: Internet = |_| Answer::File("checks-ca-lasting.crl");
    for more in [&["--margin", "500"][..], &["--margin", "500", "--fetch"]] {
        let (status, report, _) = renew(path, lying, more);
        let kind = report["error"]["kind"].as_str();
        assert_eq!((status, kind), (3, Some("revocation-data")), "{report}");
        assert_eq!(fs::read(&envelope).unwrap(), renewed);
    }
    let (status, report, told) = renew(path, honest, &["--fetch", "--margin", "500"]);
    assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
    assert!(!told.contains("renew again"), "{told}");
    assert_eq!(report["provable_until"], "2060-12-31T00:00:00Z");
    assert!(holds(&envelope, "tsa-ca-longterm.crl"));
    is_kept(&envelope, &before, 3, LONG_AFTER);
    assert_eq!(status_of(path).0, 0);
}

fn status_of(envelope: &str) -> (i32, Value) {
    let root = fixture("pki/trust/root.pem");
    let command = ["status", envelope, "--margin", "500", "--trust", &root];
    let (status, lines) = run(&[&command[..], &["--at", A_DAY_LATER, "--format", "json"]].concat());
    (
        status,
        json(lines.lines().next().unwrap())["envelope"].take(),
    )
}

#[test]
fn a_server_that_lies_costs_time_only() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let liars: [(Internet, &str); 6] = [
        (
            |_| Answer::File("checks-ca-lasting.crl"),
            "a revocation list",
        ),
        (
            |_| Answer::Forged("tsa-ca-longterm.crl"),
            "a revocation list",
        ),
        (|_| Answer::Cut("tsa-ca-longterm.crl"), "tsa-ca.crl: "),
        (|_| Answer::File("../root.pem"), "what came is not"),
        (|_| Answer::Nothing, "404"),
        (
            |path| match path {
                "/tsa-ca.crl" => Answer::Slow,
                _ => Answer::Nothing,
            },
            "timeout",
        ),
    ];
    for (number, (internet, problem)) in liars.into_iter().enumerate() {
        let (_folder, envelope) = sealed();
        let before = fs::read(&envelope).unwrap();
        let path = envelope.to_str().unwrap();
        let (status, report, told) = renew(path, internet, &["--all", "--fetch"]);
        assert_eq!(
            (status, &report["error"]),
            (0, &Value::Null),
            "{number}: {report}{told}"
        );
        assert!(told.contains(problem), "{number}: {told}");
        is_kept(&envelope, &before, 2, BEFORE);
        for list in ["checks-ca-lasting.crl", "tsa-ca-longterm.crl"] {
            assert!(!holds(&envelope, list), "{number}: {list}");
        }
    }
}

#[test]
fn what_was_fetched_once_stays_when_a_server_lies_later() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let (_folder, envelope) = sealed();
    let before = fs::read(&envelope).unwrap();
    let path = envelope.to_str().unwrap();
    assert_eq!(renew(path, honest, &["--all", "--fetch"]).0, 0);
    let forging: Internet = |_| Answer::Forged("tsa-ca-longterm.crl");
    let (status, report, _) = renew(path, forging, &["--all", "--fetch"]);
    assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
    assert!(holds(&envelope, "tsa-ca-longterm.crl"));
    is_kept(&envelope, &before, 3, LONG_AFTER);
}

/// The authority until 2028 with four places for one list.
fn with_many_lists(request: &[u8]) -> Vec<u8> {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    const TIME: &str = "@2026-11-24 12:00:00";
    let pki = |name: &str| PathBuf::from(fixture("pki")).join(name);
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let places = [1, 2, 3, 4].map(|place| format!("URI:http://many.fixture.test/{place}"));
        let extensions = format!(
            "extendedKeyUsage=critical,timeStamping\ncrlDistributionPoints={}\n",
            places.join(",")
        );
        fs::write(folder.path().join("extensions"), extensions).unwrap();
        let openssl = |arguments: &[&str], key: PathBuf| {
            let mut command = openssl_command_at(TIME);
            command.current_dir(folder.path()).args(arguments).arg(key);
            assert!(command.output().unwrap().status.success(), "{command:?}");
        };
        let subject = "/C=SE/O=Sigill Fixtures/CN=Sigill Fixture TSA";
        openssl(
            &["req", "-new", "-subj", subject, "-out", "request", "-key"],
            pki("keys/tsa.key"),
        );
        let issuer = fixture("pki/tsa-ca.pem");
        let mut issue = vec!["x509", "-req", "-in", "request", "-out", "authority.pem"];
        issue.extend([
            "-set_serial",
            "77",
            "-days",
            "400",
            "-extfile",
            "extensions",
        ]);
        issue.extend(["-CA", &issuer, "-CAkey"]);
        openssl(&issue, pki("keys/tsa-ca.key"));
        folder
    });
    let signer = Signer {
        certificate: folder.path().join("authority.pem"),
        key: pki("keys/tsa.key"),
        issuer: pki("tsa-ca.pem"),
    };
    signer.reply(openssl_command_at(TIME), request)
}

/// What one look for evidence left out, because a server had failed too often, another might find.
#[test]
fn a_renewal_rests_on_what_was_gathered_once() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let document = fixture("cases/pades/b-lt-rsa/input.pdf");
    let (status, sealed) = seal(&document, &serve(with_many_lists), out.path(), &[]);
    assert_eq!((status, &sealed["error"]), (0, &Value::Null), "{sealed}");
    let envelope = out.path().join("input.pdf.asice");
    let failing_at_first: Internet = |path| match path {
        "/1" | "/2" | "/3" => Answer::Cut("tsa-ca-longterm.crl"),
        "/4" => Answer::File("tsa-ca-longterm.crl"),
        _ => honest(path),
    };
    let path = envelope.to_str().unwrap();
    let (status, report, told) = renew(path, failing_at_first, &["--all", "--fetch"]);
    assert_eq!(
        (status, &report["error"]),
        (0, &Value::Null),
        "{report}{told}"
    );
    let refused = "--fetch http://many.fixture.test/4: not asked: its server has failed before";
    assert_eq!(told.matches(refused).count(), 1, "{told}");
    assert!(holds(&envelope, "root-longterm.crl"));
    assert!(!holds(&envelope, "tsa-ca-longterm.crl"));
}
