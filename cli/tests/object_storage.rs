//! A store of objects, against a server that speaks S3: `SIGILL_S3_ENDPOINT` names one that takes
//! any credentials, such as moto's; without it the tests say so and pass.

#![cfg(feature = "object-storage")]
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
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use support::{fixture, has_openssl, input_of, json as parse, openssl, serve};

/// Enough for a server that takes any credentials.
const KNOWN: &str = "AWS4-HMAC-SHA256 Credential=somebody/20261124/eu-north-1/s3/aws4_request";

/// A bucket of its own, and a time-stamping authority.
struct Bucket {
    endpoint: String,
    name: &'static str,
    tsa: String,
    root: String,
}

impl Bucket {
    fn new(name: &'static str) -> Option<Self> {
        Bucket::stamped_by(name, openssl)
    }

    fn stamped_by(name: &'static str, reply: support::Reply) -> Option<Self> {
        let Ok(endpoint) = std::env::var("SIGILL_S3_ENDPOINT") else {
            println!("skipped: SIGILL_S3_ENDPOINT names no server");
            return None;
        };
        if !has_openssl() {
            println!("skipped: openssl is not installed");
            return None;
        }
        let bucket = Bucket {
            tsa: serve(reply),
            root: fixture("pki/trust/root.pem"),
            endpoint,
            name,
        };
        // What an earlier run left is gone with the server.
        ureq::put(bucket.url_of("")).send_empty().unwrap();
        Some(bucket)
    }

    fn url_of(&self, key: &str) -> String {
        format!("{}/{}/{key}", self.endpoint, self.name)
    }

    fn store(&self) -> String {
        format!("s3://{}/arkiv/2026", self.name)
    }

    fn get(&self, name: &str) -> Vec<u8> {
        let url = self.url_of(&format!("arkiv/2026/{name}"));
        let request = ureq::get(url).header("authorization", KNOWN);
        let mut answer = request.call().unwrap();
        answer.body_mut().read_to_vec().unwrap()
    }

    fn put(&self, name: &str, content: &[u8]) {
        let url = self.url_of(&format!("arkiv/2026/{name}"));
        let request = ureq::put(url).header("authorization", KNOWN);
        request.send(content).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
            .args(arguments)
            .args(["--format", "json", "--trust", &self.root])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_ACCESS_KEY_ID", "somebody")
            .env("AWS_SECRET_ACCESS_KEY", "something")
            .env("AWS_REGION", "eu-north-1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code().unwrap(),
            lines.lines().map(parse).collect(),
        )
    }

    fn seal(&self, case: &str, more: &[&str]) -> (i32, Vec<Value>) {
        let document = input_of(&fixture(&format!("cases/{case}")));
        let store = self.store();
        let command = ["seal", &document, "--out", &store, "--tsa", &self.tsa];
        self.run(&[&command[..], more].concat())
    }

    fn on_store(&self, command: &[&str], more: &[&str]) -> (i32, Vec<Value>) {
        self.run(&[command, &[&self.store()], more].concat())
    }
}

#[test]
fn a_store_of_objects_is_a_store() {
    let Some(bucket) = Bucket::new("life") else {
        return;
    };
    assert_eq!(bucket.on_store(&["store", "rebuild"], &[]).0, 0);
    let number = ["--diary-number", "KS 2026/7"];
    let (_, sealed) = bucket.seal("pades/b-lt-rsa", &number);
    assert_eq!(
        sealed[0]["envelope"]["path"],
        "s3://life/arkiv/2026/input.pdf.asice"
    );
    let (_, again) = bucket.seal("pades/b-lt-rsa", &number);
    assert_eq!(
        (&again[0]["tsa_calls"], &again[0]["error"]),
        (&0.into(), &Value::Null)
    );
    let (_, other) = bucket.seal("pades/b-lt-p256", &[]);
    assert_eq!(
        other[0]["error"]["kind"], "exists",
        "nothing is overwritten"
    );

    let (_, found) = bucket.on_store(&["store", "find"], &number);
    let before = bucket.get("input.pdf.asice");
    assert_eq!(found[0]["found"]["path"], sealed[0]["envelope"]["path"]);
    let at = ["--at", "2045-01-01T00:00:00Z"];
    let (_, checked) = bucket.on_store(&["check"], &at);
    assert_eq!(checked[0]["envelope"]["intact"], true);
    let (status, told) = bucket.on_store(&["status"], &[]);
    assert_eq!(
        (status, &told[1]["store"]["envelopes"]),
        (0, &1.into()),
        "the index is none"
    );

    let (status, renewed) = bucket.on_store(&["renew"], &["--all", "--tsa", &bucket.tsa]);
    assert_eq!((status, renewed.len()), (0, 1), "{renewed:?}");
    assert_ne!(bucket.get("input.pdf.asice"), before);
    let (status, verified) = bucket.on_store(&["store", "verify"], &[]);
    assert_eq!(
        (status, &verified[0]["verified"]["state"]),
        (0, &"whole".into())
    );
    let (status, found) = bucket.on_store(&["store", "find"], &number);
    assert_eq!((status, found.len()), (0, 1));
    assert_eq!(bucket.on_store(&["store", "rebuild"], &[]).0, 0);
    assert_eq!(bucket.on_store(&["store", "find"], &number).1, found);

    bucket.put("input.pdf.asice", &before);
    let (status, found) = bucket.on_store(&["store", "find"], &number);
    assert_eq!(
        (status, &found[0]["error"]["kind"]),
        (3, &"index-stale".into())
    );
}

#[test]
fn envelopes_of_a_store_are_judged_then_and_now_and_packed_into_a_folder() {
    let Some(bucket) = Bucket::new("delivery") else {
        return;
    };
    let number = ["--diary-number", "KS 2026/8"];
    bucket.seal("pades/b-lt-rsa", &number);
    let sealed = bucket.get("input.pdf.asice");
    bucket.put("sub/other.pdf.asice", &sealed);

    let at = ["--at", "2045-01-01T00:00:00Z"];
    let (_, replayed) = bucket.on_store(&["replay"], &at);
    let paths: Vec<&Value> = replayed.iter().map(|it| &it["envelope"]["path"]).collect();
    assert_eq!(
        paths,
        [
            "s3://delivery/arkiv/2026/input.pdf.asice",
            "s3://delivery/arkiv/2026/sub/other.pdf.asice"
        ]
    );
    let signature = &replayed[0]["signatures"][0];
    assert_eq!(signature["sealed"], signature["then"], "{signature}");

    let out = tempfile::tempdir().unwrap();
    let to = ["--out", out.path().to_str().unwrap()];
    let asked = [&to[..], &["--submitter", "Testkommunen"], &at].concat();
    let (_, packed) = bucket.on_store(&["export", "--jobs", "1"], &asked);
    assert_eq!(packed.len(), 2, "{packed:?}");
    let package = Path::new(packed[0]["package"].as_str().unwrap());
    let data = package.join("representations/rep1/data/input.pdf.asice");
    assert_eq!(fs::read(data).unwrap(), sealed);
    assert!(package.join("METS.xml").exists());
    // The same envelope under another name is the same package.
    assert_eq!(packed[1]["error"]["kind"], "exists", "{packed:?}");

    // One envelope by its name, as a file.
    let one = format!("{}/sub/other.pdf.asice", bucket.store());
    let (_, replayed) = bucket.run(&[&["replay", &one], &at[..]].concat());
    assert_eq!(replayed.len(), 1, "{replayed:?}");
    assert_eq!(replayed[0]["envelope"]["path"], one.as_str());
    let zip = [&["export", &one, "--package", "zip"], &asked[..]].concat();
    let (_, packed) = bucket.run(&zip);
    let package = packed[0]["package"].as_str().unwrap();
    assert_eq!(fs::read(package).unwrap()[..2], *b"PK", "{packed:?}");

    // What was changed is not handed on.
    let mut changed = sealed.clone();
    changed[support::content_of(&sealed, "sigill/policy.toml")] ^= 1;
    bucket.put("sub/other.pdf.asice", &changed);
    let (status, packed) = bucket.run(&[&["export", &one], &asked[..]].concat());
    assert_eq!(
        (status, &packed[0]["error"]["kind"]),
        (1, &"envelope-changed".into()),
        "{packed:?}"
    );
    bucket.put("sub/other.pdf.asice", &sealed[..sealed.len() / 2]);
    let (status, replayed) = bucket.run(&["replay", &one]);
    assert_eq!(status, 3, "{replayed:?}");
}

#[test]
fn a_part_is_searched_and_renewed_by_the_index_above_it() {
    let Some(bucket) = Bucket::new("parts") else {
        return;
    };
    bucket.seal("pades/b-lt-rsa", &[]);
    let sealed = bucket.get("input.pdf.asice");
    bucket.put("a/deep/two.pdf.asice", &sealed);
    let part = |name: &str| format!("{}/{name}", bucket.store());
    let find = |name: &str| bucket.run(&["store", "find", &part(name)]);
    assert_eq!(find("a").1[0]["error"]["kind"], "index-absent");
    assert_eq!(bucket.run(&["store", "rebuild", "s3://parts"]).0, 0);
    for (name, expected) in [("", 2), ("a", 1), ("a/deep", 1), ("input.pdf.asice", 1)] {
        let (status, found) = find(name);
        assert_eq!((status, found.len()), (0, expected), "{name}: {found:?}");
    }
    for name in ["a", "input.pdf.asice"] {
        let renew = ["renew", &part(name), "--all", "--tsa", &bucket.tsa];
        let (status, renewed) = bucket.run(&renew);
        assert_eq!((status, renewed.len()), (0, 1), "{renewed:?}");
        let (status, found) = bucket.run(&["store", "find", "s3://parts"]);
        assert_eq!((status, found.len()), (0, 2), "{found:?}");
    }
    let (status, verified) = bucket.run(&["store", "verify", &part("a")]);
    assert_eq!(
        (status, &verified[0]["verified"]["state"]),
        (0, &"whole".into())
    );
    // An index lower down is none of the envelopes.
    assert_eq!(bucket.run(&["store", "rebuild", &part("a")]).0, 0);
    let (status, found) = bucket.run(&["store", "find", "s3://parts"]);
    assert_eq!((status, found.len()), (0, 2), "{found:?}");
}

/// The bucket whose envelope changes while it is being renewed.
static CHANGING: OnceLock<Bucket> = OnceLock::new();

fn changing(request: &[u8]) -> Vec<u8> {
    if let Some(bucket) = CHANGING.get() {
        bucket.put("input.pdf.asice", b"something else");
    }
    openssl(request)
}

#[test]
fn a_renewal_never_overwrites_what_changed_meanwhile() {
    let Some(bucket) = Bucket::stamped_by("changing", changing) else {
        return;
    };
    bucket.seal("pades/b-lt-rsa", &[]);
    let bucket = CHANGING.get_or_init(|| bucket);
    let (status, renewed) = bucket.on_store(&["renew"], &["--all", "--tsa", &bucket.tsa]);
    assert_eq!(status, 3, "{renewed:?}");
    assert!(!renewed[0]["error"].is_null(), "{renewed:?}");
    assert_eq!(bucket.get("input.pdf.asice"), b"something else");
}

#[test]
fn a_store_that_cannot_be_reached_is_no_empty_one() {
    let Some(bucket) = Bucket::new("there") else {
        return;
    };
    let out = tempfile::tempdir().unwrap();
    for command in [
        &["status"][..],
        &["check"],
        &["store", "find"],
        &["store", "verify"],
        &["replay"],
        &[
            "export",
            "--submitter",
            "X",
            "--out",
            out.path().to_str().unwrap(),
        ],
    ] {
        let store = ["s3://not-there/arkiv"];
        let (status, _) = bucket.run(&[command, &store].concat());
        assert_ne!(status, 0, "{command:?}");
    }
}
