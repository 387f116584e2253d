//! Runs that are killed at any moment lose nothing: every envelope that stands in the store is
//! whole, in its old state or in its new one, and the next run goes on.
//!
//! `SIGILL_KILLS` says how often each command is killed; 20 times, if it does not.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::{Evidence, Policy, TrustAnchors, UnixTime, Validator, archive};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{fixture, has_openssl, input_of, openssl, run, serve};
use tempfile::TempDir;

const DOCUMENTS: usize = 8;

fn kills() -> usize {
    let told = std::env::var("SIGILL_KILLS").ok();
    told.map_or(20, |number| number.parse().unwrap())
}

/// A command about a store.
struct Run<'a> {
    arguments: Vec<&'a str>,
}

impl Run<'_> {
    fn spawn(&self) -> std::process::Child {
        Command::new(env!("CARGO_BIN_EXE_sigill"))
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// How long it takes when nobody kills it.
    fn duration(&self) -> Duration {
        let start = Instant::now();
        assert!(self.spawn().wait().unwrap().code().is_some());
        start.elapsed()
    }

    fn kill_after(&self, pause: Duration) {
        let mut child = self.spawn();
        thread::sleep(pause);
        let _ = child.kill();
        child.wait().unwrap();
    }
}

/// Moments spread over a duration, the same on every run (the golden ratio's multiples).
fn moments(duration: Duration) -> impl Iterator<Item = Duration> {
    (1..).map(move |number| duration.mul_f64((f64::from(number) * 0.618_033_988_75).fract() * 1.1))
}

fn documents() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let document = input_of(&fixture("cases/cades/b-t-attached-rsa"));
    for number in 0..DOCUMENTS {
        fs::copy(&document, folder.path().join(format!("{number}.p7m"))).unwrap();
    }
    folder
}

/// Every file in the store is a whole envelope whose record holds; how many there are, and how
/// many time-stamps they have together.
fn whole(store: &Path) -> (usize, usize) {
    let mut trust = TrustAnchors::none();
    trust
        .add(fs::read(fixture("pki/trust/root.pem")).unwrap())
        .unwrap();
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy);
    let at = UnixTime::from_date(2045, 1, 1).unwrap();
    let files: Vec<PathBuf> = fs::read_dir(store)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            !path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(".sigill-")
        })
        .collect();
    let mut timestamps = 0;
    for file in &files {
        let envelope = fs::read(file).unwrap().into();
        let report = archive::check(&envelope, &validator, &Evidence::default(), at).unwrap();
        assert!(report.envelope.unwrap().is_intact(), "{}", file.display());
        let record = &report.evidence_records[0];
        assert!(
            record.conclusion.indication.is_passed(),
            "{}",
            file.display()
        );
        timestamps += record.chains.iter().map(Vec::len).sum::<usize>();
    }
    (files.len(), timestamps)
}

#[test]
fn nothing_is_lost_when_sealing_or_renewing_is_killed() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (documents, url, root) = (documents(), serve(openssl), fixture("pki/trust/root.pem"));
    let (from, out) = (
        documents.path().to_str().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let store = out.path().join("store");
    let to = store.to_str().unwrap();
    let seal = Run {
        arguments: vec![
            "seal", from, "--out", to, "--tsa", &url, "--trust", &root, "--batch", "3",
        ],
    };
    let duration = seal.duration();
    let mut unfinished = 0;
    for pause in moments(duration).take(kills()) {
        fs::remove_dir_all(&store).unwrap();
        fs::create_dir(&store).unwrap();
        seal.kill_after(pause);
        unfinished += usize::from(whole(&store).0 < DOCUMENTS);
        seal.duration();
        assert_eq!(whole(&store).0, DOCUMENTS, "the next run goes on");
        assert_eq!(
            fs::read_dir(&store).unwrap().count(),
            DOCUMENTS,
            "and tidies up"
        );
    }
    println!("{} kills of sealing, {unfinished} before its end", kills());
    assert!(unfinished > 0);

    let renew = Run {
        arguments: vec![
            "renew", to, "--all", "--tsa", &url, "--trust", &root, "--batch", "3",
        ],
    };
    let (mut before, mut partly) = (whole(&store).1, 0);
    for pause in moments(duration).take(kills()) {
        renew.kill_after(pause);
        let (envelopes, now) = whole(&store);
        assert_eq!(envelopes, DOCUMENTS);
        partly += usize::from(now > before && now < before + DOCUMENTS);
        assert!(now >= before, "evidence is never deleted");
        before = now;
    }
    println!("{} kills of renewing, {partly} of them half-way", kills());
    let (_, lines) = run(&renew.arguments);
    assert_eq!(lines.lines().count(), DOCUMENTS);
    assert_eq!(whole(&store).1, before + DOCUMENTS);
    assert_eq!(
        fs::read_dir(&store).unwrap().count(),
        DOCUMENTS,
        "and tidies up"
    );
}
