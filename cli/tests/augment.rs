//! Signatures lifted on the command line, with OpenSSL's time-stamps, and evidence fetched over
//! HTTP from servers of all manners.

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
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use support::{fixture, has_faketime, json, longterm_evidence, openssl_in_2026, run, serve};

const AT: [&str; 2] = ["--at", "2026-11-24T12:00:00Z"];

fn augment(document: &str, level: &str, url: &str, out: &Path, more: &[&str]) -> (i32, Value) {
    let root = fixture("pki/trust/root.pem");
    let out = out.to_str().unwrap();
    let mut arguments = vec!["augment", document, "--level", level, "--out", out];
    arguments.extend(["--tsa", url, "--trust", &root, "--format", "json"]);
    arguments.extend(AT);
    arguments.extend_from_slice(more);
    let (status, output) = run(&arguments);
    (status, json(&output))
}

fn with_evidence() -> Vec<String> {
    let files = longterm_evidence().into_iter();
    files
        .flat_map(|file| ["--evidence".to_owned(), file])
        .collect()
}

/// Levels as `sigill validate` finds them in the file alone.
fn levels(file: &str, more: &[&str]) -> (i32, Vec<String>) {
    let root = fixture("pki/trust/root.pem");
    let mut arguments = vec!["validate", file, "--trust", &root, "--format", "json"];
    arguments.extend(["--at", "2026-11-24T12:00:10Z"]);
    arguments.extend_from_slice(more);
    let (status, output) = run(&arguments);
    let report = json(&output);
    let signatures = report["signatures"].as_array().unwrap();
    let levels = signatures
        .iter()
        .map(|one| one["level"].as_str().unwrap().to_owned());
    (status, levels.collect())
}

#[test]
fn documents_are_lifted_level_by_level() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let url = serve(openssl_in_2026);
    let evidence = with_evidence();
    let evidence: Vec<&str> = evidence.iter().map(String::as_str).collect();
    for case in [
        "pades/b-b-rsa/input.pdf",
        "cades/b-b-attached-rsa/input.p7m",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut document = fixture(&format!("cases/{case}"));
        for (level, calls) in [("t", 1), ("lt", 0), ("lta", 1)] {
            let before = fs::read(&document).unwrap();
            let out = folder.path().join(level);
            let (status, report) = augment(&document, level, &url, &out, &evidence);
            assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
            assert_eq!(report["tsa_calls"], calls, "{report}");
            document = report["augmented"]["path"].as_str().unwrap().to_owned();
            if case.ends_with("pdf") {
                assert!(fs::read(&document).unwrap().starts_with(&before));
            }
            let reached = format!("B-{}", level.to_uppercase());
            assert_eq!(levels(&document, &[]), (0, vec![reached]), "{case}");
        }
        let (status, again) = augment(&document, "lt", &url, &folder.path().join("lta"), &[]);
        assert_eq!(
            (status, again["error"]["kind"].as_str()),
            (3, Some("exists"))
        );
        let (status, nothing) = augment(&document, "lt", &url, &folder.path().join("again"), &[]);
        assert_eq!(
            (status, &nothing["augmented"]),
            (0, &Value::Null),
            "{nothing}"
        );
    }
}

#[test]
fn what_fails_is_left_alone() {
    let out = tempfile::tempdir().unwrap();
    let url = serve(|_| b"no reply".to_vec());
    for (case, kind) in [
        ("pades/adbe-x509-rsa-sha1/input.pdf", "no-baseline"),
        ("pades/encrypted-revision-6/input.pdf", "unsupported"),
        ("pades/b-b-rsa/input.pdf", "revocation-data"),
        ("robustness/truncated-cms/input.p7m", "malformed"),
    ] {
        let document = fixture(&format!("cases/{case}"));
        if !Path::new(&document).exists() {
            panic!("{document}");
        }
        let level = if kind == "revocation-data" { "lt" } else { "t" };
        let (status, report) = augment(&document, level, &url, out.path(), &[]);
        assert_eq!(
            (status, report["error"]["kind"].as_str()),
            (3, Some(kind)),
            "{report}"
        );
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    }
}

/// A proxy (RFC 9110, 9.3.6) that has all the Internet behind it: path by path, the answers.
type Internet = fn(&str) -> String;

fn proxy(internet: Internet) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || tunnel(stream, internet));
        }
    });
    url
}

fn tunnel(mut stream: TcpStream, internet: Internet) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let connect = head(&mut reader);
    assert!(connect.starts_with("CONNECT "), "{connect}");
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let request = head(&mut reader);
    let mut body = vec![0; length_in(&request)];
    reader.read_exact(&mut body).unwrap();
    let path = request.split(' ').nth(1).unwrap().to_owned();
    let _ = stream.write_all(&answer_to(&path, internet));
}

fn head(reader: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            break;
        }
    }
    head
}

fn length_in(head: &str) -> usize {
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1);
    length.map_or(0, |rest| {
        rest.split("\r\n").next().unwrap().parse().unwrap()
    })
}

/// A file below `fixtures/pki/revocation`, a redirect, or nothing.
fn answer_to(path: &str, internet: Internet) -> Vec<u8> {
    let answer = internet(path);
    if let Some(place) = answer.strip_prefix("to ") {
        let head = format!(
            "HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        return head.into_bytes();
    }
    let file = Path::new(&fixture("pki/revocation")).join(&answer);
    let Ok(content) = fs::read(file) else {
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .to_vec();
    };
    let length = content.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.into_bytes(), content].concat()
}

/// Exit status, standard output and standard error of a command that reaches the Internet.
fn online(internet: Internet, arguments: &[&str]) -> (i32, String, String) {
    online_as("json", internet, arguments)
}

fn online_as(format: &str, internet: Internet, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(arguments)
        .args([
            "--trust",
            &fixture("pki/trust/root.pem"),
            "--format",
            format,
        ])
        .args(AT)
        .env("http_proxy", proxy(internet))
        .env("no_proxy", "127.0.0.1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn lists(path: &str) -> String {
    match path {
        "/root.crl" => "root-longterm.crl".to_owned(),
        "/issuing-ca.crl" => "issuing-ca-longterm.crl".to_owned(),
        _ => String::new(),
    }
}

#[test]
fn missing_evidence_is_fetched_where_the_user_wants_it() {
    if !has_faketime() {
        println!("skipped: openssl or faketime is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let (url, document) = (
        serve(openssl_in_2026),
        fixture("cases/pades/b-b-rsa/input.pdf"),
    );
    let folder = out.path().to_str().unwrap();
    let arguments = [
        "augment", &document, "--level", "lta", "--out", folder, "--tsa", &url, "--fetch",
    ];
    let (status, output, told) = online(lists, &arguments);
    assert_eq!(
        (status, &json(&output)["error"]),
        (0, &Value::Null),
        "{output}{told}"
    );
    assert!(
        told.contains("--fetch http://pki.fixture.test/ocsp: "),
        "{told}"
    );
    let fetched = "--fetch http://pki.fixture.test/issuing-ca.crl: a revocation list, ";
    assert_eq!(
        told.matches(fetched).count(),
        1,
        "asked once in a run: {told}"
    );
    let lifted = out.path().join("input.pdf");
    assert_eq!(
        levels(lifted.to_str().unwrap(), &[]),
        (0, vec!["B-LTA".to_owned()])
    );
}

#[test]
fn validation_fetches_too_and_only_when_it_is_told_to() {
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let policy = tempfile::tempdir().unwrap();
    let strict = policy.path().join("strict.toml");
    fs::write(&strict, "revocation_data_missing = \"fail\"\n").unwrap();
    let arguments = ["validate", &document, "--policy", strict.to_str().unwrap()];
    let (status, _, told) = online(lists, &arguments);
    assert_eq!((status, told.as_str()), (2, ""));
    let (status, output, told) = online(lists, &[&arguments[..], &["--fetch"]].concat());
    assert_eq!(status, 0, "{output}{told}");
}

#[test]
fn answers_that_lead_astray_are_a_line_each() {
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let arguments = ["validate", &document, "--fetch"];
    let to_a_file: Internet = |_| "to file:///etc/passwd".to_owned();
    let to_this_machine: Internet = |_| "to http://127.0.0.1:9/".to_owned();
    let to_a_user: Internet = |_| "to http://user@127.0.0.1:9/".to_owned();
    let in_circles: Internet = |path| format!("to http://pki.fixture.test{path}");
    let something_else: Internet = |_| "../root.pem".to_owned();
    for (internet, problem) in [
        // No path of a file is followed; it is taken for one of the same host.
        (to_a_file, "too many redirects"),
        (to_this_machine, "not an address of the open Internet"),
        (to_a_user, "the URL holds a user's name"),
        (in_circles, "too many redirects"),
        (something_else, "what came is not"),
    ] {
        let (status, output, told) = online(internet, &arguments);
        assert_eq!(status, 0, "{output}{told}");
        assert!(told.contains(problem), "{problem}: {told}");
        assert!(!told.contains("bytes"), "nothing was taken: {told}");
        assert!(told.contains("goes through the proxy 127.0.0.1:"), "{told}");
    }
    drop(listener);
}

/// What is not asked any more stands in the report, not on the terminal alone.
#[test]
fn places_that_are_not_asked_stand_in_the_report() {
    let document = fixture("cases/pades/b-t-rsa/input.pdf");
    let in_circles: Internet = |path| format!("to http://pki.fixture.test{path}");
    let (_, output, told) = online(in_circles, &["validate", &document, "--fetch"]);
    let unfetched = json(&output)["unfetched"].as_array().unwrap().clone();
    assert!(!unfetched.is_empty(), "{output}{told}");
    for place in unfetched {
        assert_eq!(place["reason"], "host-failed");
        let line = format!(
            "--fetch {}: {}",
            place["url"].as_str().unwrap(),
            place["text"].as_str().unwrap()
        );
        assert!(told.contains(&line), "{line}: {told}");
    }
    let arguments = ["validate", &document, "--fetch", "--lang", "en"];
    let (_, text, _) = online_as("text", in_circles, &arguments);
    assert!(text.contains("Evidence not fetched"), "{text}");
}
