//! A proxy (RFC 9110, 9.3.6) that has all the Internet behind it.

use super::fixture;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// What is answered, path by path.
pub type Internet = fn(&str) -> Answer;

/// Files are those below `fixtures/pki/revocation`.
pub enum Answer {
    File(&'static str),
    /// The file with its last octet changed, which is the signature's.
    Forged(&'static str),
    /// The file without its second half, which was announced.
    Cut(&'static str),
    /// An octet now and then.
    Slow,
    /// A redirect.
    To(String),
    Nothing,
}

/// Exit status, standard output and standard error of a command that reaches the Internet.
pub fn run_online(internet: Internet, arguments: &[&str]) -> (i32, String, String) {
    run_online_as("json", internet, arguments)
}

/// The same with another format than JSON.
pub fn run_online_as(
    format: &str,
    internet: Internet,
    arguments: &[&str],
) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(arguments)
        .args(["--trust", &fixture("pki/trust/root.pem")])
        .args(["--format", format])
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

fn proxy(internet: Internet) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || tunnel(stream, internet));
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
    // Whoever asks may have lost patience.
    let _ = answer(&mut stream, internet(&path));
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

fn answer(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::File(name) => send(stream, &content(name)),
        Answer::Forged(name) => {
            let mut content = content(name);
            *content.last_mut().unwrap() ^= 1;
            send(stream, &content)
        }
        Answer::Cut(name) => {
            let content = content(name);
            begin(stream, content.len())?;
            stream.write_all(&content[..content.len() / 2])
        }
        Answer::Slow => {
            begin(stream, 1_000)?;
            loop {
                stream.write_all(b"0")?;
                thread::sleep(Duration::from_millis(200));
            }
        }
        Answer::To(place) => {
            let head = format!(
                "HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes())
        }
        Answer::Nothing => stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }
}

fn content(name: &str) -> Vec<u8> {
    fs::read(Path::new(&fixture("pki/revocation")).join(name)).unwrap()
}

fn send(stream: &mut TcpStream, content: &[u8]) -> std::io::Result<()> {
    begin(stream, content.len())?;
    stream.write_all(content)
}

fn begin(stream: &mut TcpStream, length: usize) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())
}
