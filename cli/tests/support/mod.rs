//! Running the command, and a time-stamping authority on this machine.

#![allow(dead_code)]

pub mod internet;

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub fn fixture(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("fixtures")
        .join(path)
        .to_str()
        .unwrap()
        .to_owned()
}

pub fn input_of(folder: &str) -> String {
    field_of(folder, "input").unwrap()
}

pub fn detached_of(folder: &str) -> String {
    field_of(folder, "detached").unwrap()
}

/// The file that a line of `case.toml` names.
fn field_of(folder: &str, field: &str) -> Option<String> {
    let case = fs::read_to_string(Path::new(folder).join("case.toml")).unwrap();
    let line = case
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{field} = \"")))?;
    let name = line.trim_end_matches('"');
    Some(Path::new(folder).join(name).to_str().unwrap().to_owned())
}

/// Exit status and standard output.
pub fn run(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

pub fn status(arguments: &[&str]) -> i32 {
    run(arguments).0
}

pub fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// How the authority answers a request.
pub type Reply = fn(&[u8]) -> Vec<u8>;

/// Serves RFC 3161 over HTTP on a free port until the test ends; returns the URL.
pub fn serve(reply: Reply) -> String {
    serve_to(None, reply)
}

/// As [`serve`], by OpenSSL, to whoever has these credentials (RFC 7617).
pub fn serve_known(credentials: &str) -> String {
    let encoded = Command::new("openssl")
        .args(["base64", "-A"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .and_then(|mut process| {
            process
                .stdin
                .take()
                .unwrap()
                .write_all(credentials.as_bytes())?;
            process.wait_with_output()
        })
        .unwrap();
    let encoded = String::from_utf8(encoded.stdout).unwrap();
    serve_to(Some(format!("authorization: Basic {encoded}\r\n")), openssl)
}

fn serve_to(header: Option<String>, reply: Reply) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, header.as_deref(), reply);
        }
    });
    url
}

fn answer(mut stream: TcpStream, header: Option<&str>, reply: Reply) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut length, mut is_known) = (0, header.is_none());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        is_known |= header.is_some_and(|header| header.eq_ignore_ascii_case(&line));
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut request = vec![0; length];
    // Whoever asks may be killed meanwhile.
    if reader.read_exact(&mut request).is_err() {
        return;
    }
    let body = if is_known {
        reply(&request)
    } else {
        Vec::new()
    };
    let status = if is_known {
        "200 OK"
    } else {
        "401 Unauthorized"
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}

/// OpenSSL's `ts` with the fixtures' archive authority; the time is that of the real clock.
pub fn openssl(request: &[u8]) -> Vec<u8> {
    openssl_by(Command::new("openssl"), "archive-tsa", request)
}

/// The same with a clock that stands in November 2026, when the fixtures' signers are valid.
pub fn openssl_in_2026(request: &[u8]) -> Vec<u8> {
    openssl_at("@2026-11-24 12:00:00", "archive-tsa", request)
}

/// The fixtures' other authority, whose certificate ends with 2027 and says where the revocation
/// lists about it are.
pub fn openssl_until_2028(request: &[u8]) -> Vec<u8> {
    openssl_at("@2026-11-24 12:00:00", "tsa", request)
}

/// The archive authority a day later.
pub fn openssl_a_day_later(request: &[u8]) -> Vec<u8> {
    openssl_at("@2026-11-25 12:00:00", "archive-tsa", request)
}

fn openssl_at(time: &str, authority: &str, request: &[u8]) -> Vec<u8> {
    openssl_by(openssl_command_at(time), authority, request)
}

/// OpenSSL with a clock that stands.
pub fn openssl_command_at(time: &str) -> Command {
    let mut command = Command::new("faketime");
    command.args(["-f", time, "openssl"]);
    command.env("TZ", "UTC");
    command
}

pub fn has_faketime() -> bool {
    has_openssl() && Command::new("faketime").arg("--version").output().is_ok()
}

fn openssl_by(command: Command, authority: &str, request: &[u8]) -> Vec<u8> {
    let pki = |name: &str| PathBuf::from(fixture("pki")).join(name);
    let signer = Signer {
        certificate: pki(&format!("{authority}.pem")),
        key: pki(&format!("keys/{authority}.key")),
        issuer: pki(&format!("{authority}-ca.pem")),
    };
    signer.reply(command, request)
}

/// An authority's files.
pub struct Signer {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub issuer: PathBuf,
}

impl Signer {
    /// By OpenSSL, which this command starts.
    pub fn reply(&self, mut command: Command, request: &[u8]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::write(file("request.tsq"), request).unwrap();
        fs::write(file("serial"), "01\n").unwrap();
        let output = command
            .current_dir(folder.path())
            .args([
                "ts",
                "-reply",
                "-section",
                "archive_tsa",
                "-queryfile",
                "request.tsq",
                "-out",
                "reply.tsr",
            ])
            .arg("-config")
            .arg(fixture("pki/openssl-tsa.cnf"))
            .arg("-signer")
            .arg(&self.certificate)
            .arg("-inkey")
            .arg(&self.key)
            .arg("-chain")
            .arg(&self.issuer)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        fs::read(file("reply.tsr")).unwrap()
    }
}

pub fn has_openssl() -> bool {
    Command::new("openssl").arg("version").output().is_ok()
}

/// Revocation data that reaches to the day of the test and beyond: what an archive would have
/// fetched from the issuers before sealing.
pub fn longterm_evidence() -> Vec<String> {
    ["root-longterm.crl", "issuing-ca-longterm.crl"]
        .map(|name| fixture(&format!("pki/revocation/{name}")))
        .into()
}

pub fn seal(document: &str, url: &str, out: &Path, more: &[&str]) -> (i32, Value) {
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

/// Status and report of `sigill check` at this time.
pub fn check(envelope: &str, at: &str) -> (i32, Value) {
    let root = fixture("pki/trust/root.pem");
    let (status, output) = run(&[
        "check", envelope, "--at", at, "--trust", &root, "--format", "json",
    ]);
    (status, json(&output))
}

/// Where a stored member's content begins: after its local header of 30 octets and its name.
pub fn content_of(bytes: &[u8], name: &str) -> usize {
    let header = bytes
        .windows(30 + name.len())
        .position(|window| window.starts_with(b"PK\x03\x04") && window.ends_with(name.as_bytes()))
        .unwrap();
    header + 30 + name.len()
}
