//! The index of a store: it finds by every key, it is the same whether it was kept or made anew,
//! and whatever befalls it, it gives the right answer or none.
//!
//! `SIGILL_KILLS` says how often each command is killed, 12 times if it does not;
//! `SIGILL_ENVELOPES` how many envelopes the large store has, 1 000 if it does not.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{fixture, has_openssl, input_of, json as parse, openssl, run, serve};
use tempfile::TempDir;

const INDEX: &str = ".sigill-index";

/// Documents with what they are to be found by.
const CASES: [(&str, &str); 4] = [
    ("binding/seal", "KS 2026/1"),
    ("binding/employee", "KS 2026/2"),
    ("pades/b-lt-rsa", ""),
    // A number of which the index may hold nothing.
    ("tampered/cms-content", "dnr 191212121212"),
];

struct Sealed {
    _documents: TempDir,
    manifest: PathBuf,
    out: TempDir,
    url: String,
    root: String,
}

impl Sealed {
    /// Documents in a manifest, and a folder for their envelopes with an index that is empty.
    fn new() -> Self {
        let documents = tempfile::tempdir().unwrap();
        let mut manifest = "path;detached;diary_number\n".to_owned();
        for (place, (case, number)) in CASES.iter().enumerate() {
            let input = PathBuf::from(input_of(&fixture(&format!("cases/{case}"))));
            let extension = input.extension().unwrap().to_str().unwrap();
            let name = format!("{place}.{extension}");
            fs::copy(&input, documents.path().join(&name)).unwrap();
            manifest.push_str(&format!("{name};;{number}\n"));
        }
        let file = documents.path().join("manifest.csv");
        fs::write(&file, manifest).unwrap();
        let sealed = Sealed {
            manifest: file,
            _documents: documents,
            out: tempfile::tempdir().unwrap(),
            url: serve(openssl),
            root: fixture("pki/trust/root.pem"),
        };
        assert_eq!(sealed.rebuild().0, 0);
        sealed
    }

    fn path(&self) -> &str {
        self.out.path().to_str().unwrap()
    }

    fn index(&self) -> PathBuf {
        self.out.path().join(INDEX)
    }

    fn command<'a>(&'a self, command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let tsa = ["--tsa", &self.url, "--trust", &self.root, "--batch", "2"];
        [&[command][..], &tsa, more].concat()
    }

    fn seal_arguments(&self) -> Vec<&str> {
        let manifest = self.manifest.to_str().unwrap();
        self.command("seal", &["--manifest", manifest, "--out", self.path()])
    }

    fn renew_arguments(&self) -> Vec<&str> {
        self.command("renew", &[self.path(), "--all"])
    }

    fn seal(&self) {
        let (_, lines) = run(&[&self.seal_arguments()[..], &["--format", "json"]].concat());
        let failed = lines.lines().map(parse).filter(|it| !it["error"].is_null());
        assert_eq!(failed.count(), 0, "{lines}");
    }

    fn rebuild(&self) -> (i32, String) {
        run(&["store", "rebuild", self.path()])
    }

    fn find(&self, more: &[&str]) -> (i32, Vec<Value>) {
        let command = ["store", "find", self.path(), "--format", "json"];
        let (status, lines) = run(&[&command[..], more].concat());
        (status, lines.lines().map(parse).collect())
    }

    /// The stems of what was found.
    fn names(&self, more: &[&str]) -> Vec<String> {
        let (status, found) = self.find(more);
        assert_eq!(status, 0, "{more:?}: {found:?}");
        let name = |found: &Value| {
            let path = PathBuf::from(found["found"]["path"].as_str().unwrap());
            let name = path.file_name().unwrap().to_str().unwrap();
            name.split('.').next().unwrap().to_owned()
        };
        found.iter().map(name).collect()
    }

    /// Why nothing was found.
    fn refusal(&self) -> String {
        let (status, told) = self.find(&[]);
        assert_eq!((status, told.len()), (3, 1), "{told:?}");
        told[0]["error"]["kind"].as_str().unwrap().to_owned()
    }

    /// The states that `store verify` tells, sorted.
    fn states(&self, more: &[&str]) -> (i32, Vec<String>) {
        let command = ["store", "verify", self.path(), "--format", "json"];
        let (status, lines) = run(&[&command[..], more].concat());
        let state = |line| {
            parse(line)["verified"]["state"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let mut states: Vec<String> = lines.lines().map(state).collect();
        states.sort();
        (status, states)
    }
}

#[test]
fn envelopes_are_found_by_every_key_and_by_several() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = Sealed::new();
    store.seal();
    assert_eq!(store.names(&[]), ["0", "1", "2", "3"]);
    assert_eq!(store.names(&["--diary-number", "KS 2026/1"]), ["0"]);
    assert_eq!(store.names(&["--diary-number", "KS 2026/"]), [""; 0]);
    assert_eq!(store.names(&["--diary-number", "dnr 191212121212"]), ["3"]);
    assert_eq!(
        store.names(&["--diary-number", "dnr 192512121218"]),
        [""; 0]
    );
    for number in [
        "559999-0016",
        "5599990016",
        "165599990016",
        "NTRSE-5599990016",
    ] {
        assert_eq!(store.names(&["--organisation", number]), ["0"], "{number}");
    }
    let name = ["--organisation", "fixturbolaget ab"];
    assert_eq!(store.names(&name), ["0", "1"]);
    assert_eq!(
        store.names(&[&name[..], &["--diary-number", "KS 2026/2"]].concat()),
        ["1"]
    );
    assert_eq!(store.names(&["--verdict", "failed"]), ["3"]);
    assert_eq!(store.names(&["--verdict", "no-signature"]), [""; 0]);
    assert_eq!(store.names(&["--renew-before", "2030-01-01"]), [""; 0]);
    assert_eq!(store.names(&["--renew-before", "2070-01-01"]).len(), 4);
    let (_, found) = store.find(&["--diary-number", "KS 2026/2"]);
    for digest in ["sha256", "document_sha256"] {
        let digest = found[0]["found"][digest].as_str().unwrap();
        assert_eq!(store.names(&["--digest", digest]), ["1"]);
    }
    let (_, text) = run(&[
        "store",
        "find",
        store.path(),
        "--verdict",
        "failed",
        "--lang",
        "sv",
    ]);
    assert!(text.contains("underkänt vid förseglingen"), "{text}");
    assert!(!text.contains("191212121212"), "{text}");
    no_personal_number_in(&store.index());
    assert_eq!(
        store.states(&["--trust", &store.root]),
        (0, vec!["whole".to_owned(); 4])
    );
}

fn no_personal_number_in(index: &Path) {
    let bytes = fs::read(index).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("KS 2026/1"),
        "the test looks in the wrong place"
    );
    assert!(!text.contains("1212121212"));
}

#[test]
fn an_index_that_was_kept_is_the_one_that_is_made_anew() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = Sealed::new();
    store.seal();
    let (sealed, _) = (store.find(&[]), store.rebuild());
    assert_eq!(store.find(&[]), sealed);
    let (status, lines) = run(&store.renew_arguments());
    assert_eq!((status, lines.lines().count()), (0, CASES.len()), "{lines}");
    let renewed = store.find(&[]);
    assert_eq!((renewed.0, renewed.1.len()), (0, CASES.len()));
    assert_ne!(renewed, sealed, "other bytes");
    assert_eq!(store.rebuild().0, 0);
    assert_eq!(store.find(&[]), renewed);
    fs::remove_file(store.index()).unwrap();
    assert_eq!(store.refusal(), "index-absent");
    store.seal();
    assert!(!store.index().exists(), "none is made unasked");
    assert_eq!(store.rebuild().0, 0);
    assert_eq!(store.find(&[]), renewed);
}

#[test]
fn an_index_that_does_not_agree_with_its_store_says_so() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = Sealed::new();
    store.seal();
    let all = store.find(&[]);
    let envelope = |name: &str| store.out.path().join(name);
    let names: Vec<PathBuf> = all
        .1
        .iter()
        .map(|found| found["found"]["path"].as_str().unwrap().into())
        .collect();

    fs::copy(&names[0], envelope("new.asice")).unwrap();
    assert_eq!(store.refusal(), "index-stale");
    assert_eq!(store.states(&[]).0, 2);
    assert!(store.states(&[]).1.contains(&"not-in-index".to_owned()));
    store.seal();
    assert_eq!(store.names(&[]).len(), 5, "the next run takes it in");
    fs::remove_file(envelope("new.asice")).unwrap();
    assert_eq!(store.find(&[]), all, "what is gone is not found");
    let (status, states) = store.states(&[]);
    assert_eq!((status, &*states[0]), (1, "gone"));
    assert_eq!(store.rebuild().0, 0);

    // Another whole envelope in the place of one is not taken for its renewal.
    fs::copy(&names[0], &names[1]).unwrap();
    store.seal_again_is_refused();
    assert_eq!(store.refusal(), "index-stale");
    let (status, states) = store.states(&[]);
    assert_eq!((status, &*states[0]), (1, "other-than-indexed"));

    let mut bytes = fs::read(&names[2]).unwrap();
    let place = support::content_of(&bytes, "sigill/report.json");
    bytes[place + 60] ^= 1;
    fs::write(&names[2], bytes).unwrap();
    assert!(store.states(&[]).1.contains(&"not-as-sealed".to_owned()));
    assert_eq!(store.rebuild().0, 3);
    let (status, found) = store.find(&[]);
    assert_eq!(
        (status, found.len()),
        (3, 3),
        "what is not whole is told and not found"
    );
}

impl Sealed {
    fn seal_again_is_refused(&self) {
        let (status, lines) = run(&[&self.seal_arguments()[..], &["--format", "json"]].concat());
        assert_eq!(status, 1, "the tampered document counts most");
        assert!(lines.contains(r#""kind":"exists""#), "{lines}");
    }
}

#[test]
fn a_damaged_index_gives_the_right_answer_or_none() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = Sealed::new();
    store.seal();
    let right = store.find(&[]);
    let whole = fs::read(store.index()).unwrap();
    let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let mut refused = 0;
    for number in 1..=60 {
        let mut bytes = whole.clone();
        bytes[number * used / 61] ^= 0x41;
        fs::write(store.index(), bytes).unwrap();
        refused += usize::from(is_refused(&store, &right, number));
    }
    for length in [0, 1, 64, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(store.index(), &whole[..length]).unwrap();
        refused += usize::from(is_refused(&store, &right, length));
    }
    fs::write(store.index(), "no index").unwrap();
    assert!(is_refused(&store, &right, 0));
    println!("{refused} of 66 damaged indexes gave no answer, the others the right one");
    assert!(refused > 0);
    store.seal();
    assert_eq!(store.rebuild().0, 0, "it can always be made anew");
    assert_eq!(store.find(&[]), right);
}

fn is_refused(store: &Sealed, right: &(i32, Vec<Value>), damage: usize) -> bool {
    let (status, answer) = store.find(&[]);
    if status == 0 {
        assert_eq!((status, answer), *right, "damage {damage}");
        return false;
    }
    assert_eq!(
        (status, answer.len()),
        (3, 1),
        "damage {damage}: {answer:?}"
    );
    assert!(
        answer[0]["error"]["kind"].is_string(),
        "damage {damage}: {answer:?}"
    );
    true
}

fn kills() -> u32 {
    let told = std::env::var("SIGILL_KILLS").ok();
    told.map_or(12, |number| number.parse().unwrap())
}

fn kill_after(arguments: &[&str], pause: Option<Duration>) -> Duration {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if let Some(pause) = pause {
        thread::sleep(pause);
        let _ = child.kill();
    }
    child.wait().unwrap();
    start.elapsed()
}

/// What the store holds by its index, which must be all of it, or that the index is stale.
fn is_consistent(store: &Sealed) -> bool {
    let (status, found) = store.find(&[]);
    if status != 0 {
        assert_eq!(found[0]["error"]["kind"], "index-stale");
        return false;
    }
    let told: BTreeSet<PathBuf> = found
        .iter()
        .map(|it| it["found"]["path"].as_str().unwrap().into())
        .collect();
    let there = fs::read_dir(store.out.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let there = there.filter(|path| path.extension().is_some_and(|it| it == "asice"));
    assert_eq!(told, there.collect());
    for it in &found {
        let bytes = fs::read(it["found"]["path"].as_str().unwrap()).unwrap();
        let digest: String = sigill::crypto::sha256(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            it["found"]["sha256"], digest,
            "the index is about other bytes"
        );
    }
    true
}

#[test]
fn a_kill_leaves_an_index_that_is_right_or_known_to_be_old() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let store = Sealed::new();
    let duration = kill_after(&store.seal_arguments(), None);
    let moment =
        |number: u32| duration.mul_f64((f64::from(number) * 0.618_033_988_75).fract() * 1.1);
    let mut stale = 0;
    for number in 1..=kills() {
        fs::remove_dir_all(store.out.path()).unwrap();
        fs::create_dir(store.out.path()).unwrap();
        store.rebuild();
        kill_after(&store.seal_arguments(), Some(moment(number)));
        stale += u32::from(!is_consistent(&store));
        store.seal();
        assert!(is_consistent(&store) && store.names(&[]).len() == CASES.len());
    }
    for number in 1..=kills() {
        kill_after(&store.renew_arguments(), Some(moment(number)));
        stale += u32::from(!is_consistent(&store));
    }
    println!("{} kills, {stale} of them left an old index", 2 * kills());
    kill_after(&store.renew_arguments(), None);
    assert!(is_consistent(&store) && store.names(&[]).len() == CASES.len());
}

/// Bytes that a command of this machine reads, files and all.
#[cfg(target_os = "linux")]
fn bytes_read(arguments: &[&str]) -> (u64, String) {
    let output = Command::new("sh")
        .args([
            "-c",
            "\"$0\" \"$@\"; grep rchar /proc/$$/io",
            env!("CARGO_BIN_EXE_sigill"),
        ])
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (answer, count) = text.trim_end().rsplit_once("rchar: ").unwrap();
    (count.parse().unwrap(), answer.to_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn finding_among_many_opens_no_envelope() {
    if !has_openssl() {
        println!("skipped: openssl is not installed");
        return;
    }
    let told = std::env::var("SIGILL_ENVELOPES").ok();
    let count: u64 = told.map_or(1_000, |number| number.parse().unwrap());
    let store = Sealed::new();
    store.seal();
    let one = store.out.path().join("0.p7m.asice");
    let one = if one.exists() {
        one
    } else {
        store.find(&[]).1[0]["found"]["path"]
            .as_str()
            .unwrap()
            .into()
    };
    let size = fs::metadata(&one).unwrap().len();
    for number in 0..count {
        let folder = store.out.path().join(format!("{:02}", number % 100));
        fs::create_dir_all(&folder).unwrap();
        fs::copy(&one, folder.join(format!("{number}.asice"))).unwrap();
    }
    let start = Instant::now();
    assert_eq!(store.rebuild().0, 0);
    let rebuilt = start.elapsed();
    let index = fs::metadata(store.index()).unwrap().len();
    let start = Instant::now();
    let find = ["store", "find", store.path(), "--diary-number", "KS 2026/2"];
    let (read, answer) = bytes_read(&find);
    assert_eq!(answer.lines().count(), 1, "{answer}");
    println!(
        "{count} envelopes of {size} bytes: rebuilt in {rebuilt:?}, index of {index} bytes; found in \
         {:?}, {read} bytes read",
        start.elapsed()
    );
    assert!(read < 2 * index + 2_000_000, "{read} of {index}");
    assert!(read < count * size / 5, "{read} of {}", count * size);
    assert!(index < count * 2_500, "{index}");
}
