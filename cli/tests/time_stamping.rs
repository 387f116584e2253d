//! Authorities of all manners: whatever one does, nothing is lost, and the next is asked.

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
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use support::{fixture, has_openssl, openssl, seal, serve};

/// Serves whatever this writes.
fn serve_by(write: fn(&mut TcpStream) -> std::io::Result<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = write(&mut stream);
            });
        }
    });
    url
}

fn with_length(stream: &mut TcpStream, length: u64) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())
}

fn slow(stream: &mut TcpStream) -> std::io::Result<()> {
    with_length(stream, 1_000)?;
    for _ in 0..1_000 {
        stream.write_all(b"0")?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn cutting(stream: &mut TcpStream) -> std::io::Result<()> {
    with_length(stream, 1_000)?;
    stream.write_all(b"\x30\x82")
}

fn endless(stream: &mut TcpStream) -> std::io::Result<()> {
    with_length(stream, 1 << 40)?;
    loop {
        stream.write_all(&[0x30; 65_536])?;
    }
}

fn failing(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
}

fn leading_elsewhere(stream: &mut TcpStream) -> std::io::Result<()> {
    let head = "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(head.as_bytes())
}

fn silent(_: &mut TcpStream) -> std::io::Result<()> {
    Ok(())
}

/// A token with one octet of the authority's signature changed.
fn forging(request: &[u8]) -> Vec<u8> {
    let mut reply = openssl(request);
    let last = reply.len() - 1;
    reply[last] ^= 1;
    reply
}

fn sealed(first: &str, out: &Path, more: &[&str]) -> (i32, Value) {
    let document = fixture("cases/pades/b-b-rsa/input.pdf");
    let more = [&["--tsa-timeout", "1"], more].concat();
    seal(&document, first, out, &more)
}

#[test]
fn a_bad_authority_costs_time_only() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let honest = serve(openssl);
    let refused = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/", refused.local_addr().unwrap());
    drop(refused);
    let bad = [
        ("slow", serve_by(slow)),
        ("cutting", serve_by(cutting)),
        ("endless", serve_by(endless)),
        ("failing", serve_by(failing)),
        ("leading elsewhere", serve_by(leading_elsewhere)),
        ("silent", serve_by(silent)),
        ("forging", serve(forging)),
        ("nobody", nobody),
    ];
    for (manner, url) in bad {
        let (out, start) = (tempfile::tempdir().unwrap(), Instant::now());
        let (status, report) = sealed(&url, out.path(), &["--tsa", &honest]);
        assert_eq!(
            (status, &report["error"]),
            (0, &Value::Null),
            "{manner}: {report}"
        );
        assert!(start.elapsed() < Duration::from_secs(20), "{manner}");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1, "{manner}");
    }
}

#[test]
fn a_token_under_another_policy_is_refused() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let url = serve(openssl);
    // That of OpenSSL's configuration.
    let known = ["--tsa-policy", "1.3.6.1.4.1.32473.1.1"];
    let (status, report) = sealed(&url, out.path(), &known);
    assert_eq!((status, &report["error"]), (0, &Value::Null), "{report}");
    let other = ["--tsa-policy", "1.3.6.1.4.1.32473.1.2"];
    let (status, report) = sealed(&url, &out.path().join("other"), &other);
    assert_eq!(
        (status, report["error"]["kind"].as_str()),
        (3, Some("time-stamp")),
        "{report}"
    );
}
