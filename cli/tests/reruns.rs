//! A run over documents that were judged before: nothing is done twice, and nothing that is not so
//! is left as it is.

#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/desk.rs"]
mod desk;
mod support;

use desk::{AT, Desk, settle};
use sigill::crypto::sha256;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{fixture, input_of};

const RESULTS: &str = "results.jsonl";
const JOURNAL: &str = "results.jsonl.journal";
const STANDING: &str = "results.jsonl.standing";

/// Which file it is, and when it was changed last.
fn stamp(path: &Path) -> (u64, u64, i64, i64) {
    let about = fs::metadata(path).unwrap();
    (about.ino(), about.len(), about.ctime(), about.ctime_nsec())
}

fn stamps(desk: &Desk) -> Vec<(u64, u64, i64, i64)> {
    let files = [RESULTS, JOURNAL, STANDING];
    files.map(|name| stamp(&desk.path(name))).to_vec()
}

/// How many bytes a run has read when it tells what it came to; `None` where the system does not
/// say.
fn bytes_read(desk: &Desk) -> Option<u64> {
    // Nothing has room in it, so that the run stops there.
    pipe(desk, "full");
    let mut full = File::options();
    let mut full = full.read(true).write(true).open(desk.path("full")).ok()?;
    full.write_all(&[0; 1 << 16]).unwrap();
    let mut command = desk.command(AT, &["documents"]);
    let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(" 0 s left") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0);
    }
    let io = fs::read_to_string(format!("/proc/{}/io", child.id()));
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_file(desk.path("full")).unwrap();
    let io = io.ok()?;
    let read = io.lines().find_map(|line| line.strip_prefix("rchar: "))?;
    read.parse().ok()
}

/// A desk of which all is judged, so long ago that every change shows.
fn judged(count: usize) -> Desk {
    let desk = Desk::with_documents(count);
    settle();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    desk
}

/// The results of a run that knows nothing.
fn afresh(desk: &Desk) -> String {
    let options = ["--out", "other.jsonl"];
    for name in ["other.jsonl.journal", "other.jsonl.standing"] {
        let _ = fs::remove_file(desk.path(name));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigill"));
    command.args(["validate", "documents", "--trust", &desk.root, "--at", AT]);
    command.args(["--lang", "en"]).args(options);
    let output = command.current_dir(desk.folder.path()).output().unwrap();
    assert!(output.status.code().unwrap() < 64, "{output:?}");
    fs::read_to_string(desk.path("other.jsonl")).unwrap()
}

/// What the journal calls a document.
fn key_of(path: &str) -> String {
    let parts = [path, "", ""].map(|part| sha256(part.as_bytes()));
    let name = sha256(&parts.concat());
    name[..16]
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn where_nothing_has_changed_nothing_is_written_or_read_and_all_is_told() {
    let desk = judged(12);
    let first = desk.run(AT, &["documents", "--summary", "first.html"]).1;
    let before = stamps(&desk);
    let mut command = desk.command(AT, &["documents", "--summary", "second.html"]);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(stamps(&desk), before);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("12 of 12 documents"), "{told}");
    assert!(told.contains("12 taken over, 0 failed"), "{told}");
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(
        summary.contains("nothing having changed since: 12"),
        "{summary}"
    );
    assert_eq!(summary, first, "whether it was read or remembered");
    let pages = ["first.html", "second.html"].map(|name| fs::read(desk.path(name)).unwrap());
    assert_eq!(pages[0], pages[1]);
    // At another time of which nothing depends, too.
    assert_eq!(desk.taken_over("2026-02-01T01:00:00Z", &[]), 12);
    assert_eq!(stamps(&desk), before);
    assert_eq!(desk.taken_over("2026-01-31T00:00:00Z", &[]), 0);
    assert_ne!(stamps(&desk), before);
}

#[test]
fn neither_journal_nor_results_are_read_where_nothing_has_changed() {
    let desk = judged(50);
    let size = |name| fs::metadata(desk.path(name)).unwrap().len();
    let few = bytes_read(&desk);
    // The journal alone, which is read where it is not known how things stood.
    fs::remove_file(desk.path(STANDING)).unwrap();
    let all = bytes_read(&desk);
    let (Some(few), Some(all)) = (few, all) else {
        println!("skipped: this system does not say how much a process reads");
        return;
    };
    println!("{few} bytes, {all} with a journal of {}", size(JOURNAL));
    assert!(all - few > size(JOURNAL));
    // That one was stopped before it could say how things stood.
    assert_eq!(desk.taken_over(AT, &[]), 50);
    let again = bytes_read(&desk).unwrap();
    assert!(again.abs_diff(few) < 100, "{again}, no more than before");
}

#[test]
fn failures_are_counted_and_told_again() {
    let desk = Desk::with_documents(5);
    fs::write(desk.path("documents/00003.bin"), "no document").unwrap();
    settle();
    for taken_over in [0, 5, 5] {
        let mut command = desk.command(AT, &["documents"]);
        let output = command.stderr(Stdio::piped()).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(
            told.contains(&format!("{taken_over} taken over, 1 failed")),
            "{told}"
        );
        assert_eq!(output.status.code(), Some(3));
    }
}

#[test]
fn only_what_was_changed_added_or_removed_is_judged() {
    let desk = judged(9);
    let check = |taken_over: usize, count: usize| {
        let before = stamps(&desk);
        let gone = |key: &String| {
            let names = fs::read_dir(desk.path("documents")).unwrap();
            let mut names = names.map(|entry| entry.unwrap().file_name());
            !names.any(|name| *key == key_of(&format!("documents/{}", name.to_str().unwrap())))
        };
        let has_gone = desk.journal().iter().any(gone);
        let lines = desk.journal().len();
        assert_eq!(desk.taken_over(AT, &[]), taken_over);
        assert_ne!(stamps(&desk), before);
        // What is known of a document that is gone is not kept, nor anything else beside the rest.
        let expected = match has_gone {
            true => count,
            false => lines + count - taken_over,
        };
        assert_eq!(desk.journal().len(), expected);
        let results = desk.results();
        assert_eq!(results.lines().count(), count);
        assert_eq!(results, afresh(&desk));
        // What was just written is read again once.
        settle();
        desk.taken_over(AT, &[]);
        let before = stamps(&desk);
        assert_eq!(desk.taken_over(AT, &[]), count);
        assert_eq!(stamps(&desk), before);
    };
    let document = |name: &str| desk.path(&format!("documents/{name}.bin"));
    flip(&document("00004"), 1_000);
    check(8, 9);
    fs::remove_file(document("00002")).unwrap();
    check(8, 8);
    fs::copy(document("00001"), document("00001a")).unwrap();
    check(8, 9);
    fs::rename(document("00001a"), document("a")).unwrap();
    check(8, 9);
    // Two that change places are two others.
    fs::rename(document("00000"), document("x")).unwrap();
    fs::rename(document("00001"), document("00000")).unwrap();
    fs::rename(document("x"), document("00001")).unwrap();
    check(7, 9);
}

#[test]
fn the_same_documents_in_another_order_are_other_results() {
    let desk = judged(2);
    let names = ["documents/00000.bin", "documents/00001.bin"];
    assert_eq!(desk.run(AT, &[names[0], names[1]]).0, 0);
    let given: Vec<String> = desk.results().lines().map(str::to_owned).collect();
    assert_eq!(desk.run(AT, &[names[1], names[0]]).0, 0);
    let turned: Vec<String> = desk.results().lines().map(str::to_owned).collect();
    assert_eq!(turned, [given[1].clone(), given[0].clone()]);
    assert_eq!(desk.run(AT, &[names[1]]).0, 0);
    assert_eq!(desk.results().lines().count(), 1);
    assert_eq!(desk.run(AT, &[names[0], names[1]]).0, 0);
    assert_eq!(desk.results().lines().collect::<Vec<_>>(), given);
}

#[test]
fn results_that_somebody_has_changed_are_written_anew() {
    let desk = judged(6);
    let (path, results) = (desk.path(RESULTS), desk.results());
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    let lines = desk.journal().len();
    let changes: [(&str, &dyn Fn()); 6] = [
        ("one bit", &|| flip(&path, results.len() / 2)),
        ("one bit, and its time set back", &|| {
            flip(&path, results.len() / 2);
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(written).unwrap();
        }),
        ("another file of the same size", &|| {
            let other = desk.path("other");
            fs::write(&other, results.replace("TOTAL-PASSED", "TOTAL-FAILED")).unwrap();
            fs::rename(&other, &path).unwrap();
        }),
        ("cut", &|| {
            let file = File::options().write(true).open(&path).unwrap();
            file.set_len(results.len() as u64 / 2).unwrap();
        }),
        ("longer", &|| {
            fs::write(&path, results.clone() + "x").unwrap()
        }),
        ("deleted", &|| fs::remove_file(&path).unwrap()),
    ];
    for (what, change) in changes {
        change();
        assert_eq!(desk.taken_over(AT, &[]), 6, "{what}");
        assert_eq!(desk.results(), results, "{what}");
        let before = stamps(&desk);
        assert_eq!(desk.taken_over(AT, &[]), 6, "{what}");
        assert_eq!(stamps(&desk), before, "{what}");
    }
    assert_eq!(
        desk.journal().len(),
        lines,
        "nothing was judged or read again"
    );
    // The same bytes are the same results, whatever they are said to be.
    fs::write(&path, &results).unwrap();
    let before = stamp(&path);
    assert_eq!(desk.taken_over(AT, &[]), 6);
    assert_eq!(stamp(&path), before);
}

#[test]
fn by_digests_alone_results_are_read_whatever_the_file_system_says() {
    let desk = judged(4);
    let (path, results) = (desk.path(RESULTS), desk.results());
    assert_eq!(desk.taken_over(AT, &["--rehash"]), 4);
    let standing = fs::read_to_string(desk.path(STANDING)).unwrap();
    let words = |path: &Path| {
        let about = fs::metadata(path).unwrap();
        format!(
            "{}:{}:{}:{}.{}:{}.{}",
            about.dev(),
            about.ino(),
            about.len(),
            about.mtime(),
            about.mtime_nsec(),
            about.ctime(),
            about.ctime_nsec()
        )
    };
    let (_, said) = standing.split_once('\t').unwrap();
    let before = words(&path);
    assert!(said.contains(&before));
    flip(&path, results.len() / 2);
    // As if the file system had not told.
    let said = said.replace(&before, &words(&path));
    let checked: String = sha256(said.as_bytes())[..16]
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    fs::write(desk.path(STANDING), format!("{checked}\t{said}")).unwrap();
    desk.taken_over(AT, &[]);
    assert_ne!(desk.results(), results, "else nothing is shown here");
    assert_eq!(desk.taken_over(AT, &["--rehash"]), 4);
    assert_eq!(desk.results(), results);
}

#[test]
fn without_its_journal_everything_is_judged_and_by_half_of_it_half() {
    let desk = judged(8);
    let results = desk.results();
    let journal = fs::read(desk.path(JOURNAL)).unwrap();
    fs::remove_file(desk.path(JOURNAL)).unwrap();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    assert_eq!(desk.results(), results);
    fs::write(desk.path(JOURNAL), &journal[..journal.len() / 2]).unwrap();
    let taken_over = desk.taken_over(AT, &[]);
    assert!((1..8).contains(&taken_over), "{taken_over}");
    assert_eq!(desk.results(), results);
    assert_eq!(desk.taken_over(AT, &[]), 8);
    for standing in ["", "\t", "0\t{}"] {
        fs::write(desk.path(STANDING), standing).unwrap();
        assert_eq!(desk.taken_over(AT, &[]), 8);
        assert_eq!(desk.results(), results);
    }
    let length = fs::metadata(desk.path(STANDING)).unwrap().len();
    for at in (0..usize::try_from(length).unwrap()).step_by(37) {
        flip(&desk.path(STANDING), at);
        fs::remove_file(desk.path(RESULTS)).unwrap();
        assert_eq!(desk.taken_over(AT, &[]), 8, "byte {at}");
        assert_eq!(desk.results(), results);
    }
}

#[test]
fn another_run_in_between_is_no_run_that_left_things_so() {
    let desk = judged(5);
    let results = desk.results();
    let passed = |desk: &Desk| desk.results().matches("\"TOTAL-PASSED\"").count();
    let all = passed(&desk);
    // By other limits, by which nothing can be read.
    let other = ["--limit", "document_bytes=10"];
    assert_eq!(desk.taken_over(AT, &other), 0);
    assert!(passed(&desk) < all);
    assert_eq!(desk.taken_over(AT, &[]), 0);
    assert_eq!(desk.results(), results);
    // The same of one document alone.
    desk.run(AT, &["documents/00001.bin", other[0], other[1]]);
    desk.taken_over(AT, &[]);
    assert_eq!(desk.results(), results);
}

#[test]
fn what_lacks_a_password_is_judged_again_only_with_one() {
    let desk = Desk::with_documents(3);
    let locked = input_of(&fixture("cases/pades/encrypted-with-password"));
    fs::copy(locked, desk.path("documents/locked.pdf")).unwrap();
    settle();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    let before = stamps(&desk);
    assert_eq!(desk.taken_over(AT, &[]), 4);
    assert_eq!(stamps(&desk), before);
    for _ in 0..2 {
        assert_eq!(desk.taken_over(AT, &["--password", "wrong"]), 3);
    }
    // What a wrong one does not open, none might.
    assert_eq!(desk.taken_over(AT, &[]), 3);
    assert_eq!(desk.taken_over(AT, &[]), 4);
}

#[test]
fn a_second_run_that_is_killed_at_any_moment_leaves_nothing_wrong() {
    let desk = judged(90);
    let begin = || -> Child {
        let mut command = desk.command(AT, &["documents"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let start = Instant::now();
    assert_eq!(desk.taken_over(AT, &["--rehash"]), 90);
    let duration = start.elapsed();
    for number in 1..=12 {
        let old = desk.results();
        // Every ninth document is another one.
        for document in (number % 9..90).step_by(9) {
            flip(&desk.path(&format!("documents/{document:05}.bin")), 1_000);
        }
        let expected = afresh(&desk);
        assert_ne!(old, expected);
        // Spread over the run, the same on every run (the golden ratio's multiples).
        let share = (f64::from(u32::try_from(number).unwrap()) * 0.618_033_988_75).fract();
        for _ in 0..2 {
            let mut child = begin();
            thread::sleep(duration.mul_f64(share * 1.5));
            let _ = child.kill();
            child.wait().unwrap();
            let now = desk.results();
            assert!(now == old || now == expected, "half of the results");
        }
        assert!(desk.taken_over(AT, &[]) >= 80);
        assert_eq!(desk.results(), expected);
        let names = fs::read_dir(desk.folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let left: Vec<String> = names.filter(|name| name.contains("partial")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn what_a_killed_run_left_on_its_way_is_no_document_and_goes_away() {
    let desk = Desk::with_documents(2);
    let names =
        ["", ".journal", ".standing"].map(|end| format!("{RESULTS}{end}.partial-AbCdEfGhIjKlMn01"));
    for name in &names {
        fs::write(desk.path(name), "half").unwrap();
    }
    fs::write(desk.path("results.jsonl.other"), "a document").unwrap();
    assert_eq!(desk.run(AT, &["."]).0, 3);
    assert_eq!(desk.records().len(), 3);
    assert!(names.iter().all(|name| !desk.path(name).exists()));
}

/// A document that is not to be had until somebody writes it, so that a run waits for it.
fn pipe(desk: &Desk, name: &str) {
    let made = Command::new("mkfifo")
        .arg(desk.path(name))
        .status()
        .unwrap();
    assert!(made.success());
}

#[test]
fn a_run_does_not_write_over_the_results_of_another_one() {
    let desk = Desk::with_documents(2);
    pipe(&desk, "waits");
    let mut command = desk.command(AT, &["waits", "documents"]);
    let first = command.stderr(Stdio::piped()).stdout(Stdio::null());
    let first = first.spawn().unwrap();
    while desk.journal().len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    let mut command = desk.command(AT, &["documents"]);
    let refused = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(refused.status.code(), Some(64));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("another run writes to it; wait until it is over"),
        "{told}"
    );

    // Without the journal that the first one holds, nothing tells the second one of it.
    fs::remove_file(desk.path(JOURNAL)).unwrap();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    let results = desk.results();
    let mut writer = File::options()
        .write(true)
        .open(desk.path("waits"))
        .unwrap();
    writer.write_all(b"no document").unwrap();
    drop(writer);
    let first = first.wait_with_output().unwrap();
    let told = String::from_utf8(first.stderr).unwrap();
    assert_eq!(first.status.code(), Some(64), "{told}");
    assert!(told.contains("was exchanged while it was used"), "{told}");
    assert_eq!(desk.results(), results);
    assert_eq!(desk.taken_over(AT, &[]), 2);
}

#[test]
fn of_two_or_three_runs_with_one_place_for_results_each_is_whole_or_refused() {
    let desk = Desk::with_documents(30);
    let parts: Vec<Vec<String>> = (0..3)
        .map(|part| {
            let numbers = (part..30).step_by(3);
            numbers
                .map(|number| format!("documents/{number:05}.bin"))
                .collect()
        })
        .collect();
    let (mut written, mut refused) = (0, 0);
    for round in 0..20 {
        // One journal among many grows until it is put in order, which exchanges it.
        let begin = |part: &Vec<String>| {
            let part: Vec<&str> = part.iter().map(String::as_str).collect();
            let mut command = desk.command(AT, &part);
            command.stdout(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<Child> = parts[..2 + round % 2].iter().map(begin).collect();
        let mut done = Vec::new();
        for (part, mut child) in children.into_iter().enumerate() {
            match child.wait().unwrap().code() {
                Some(0) => done.push(part),
                Some(64) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        written += done.len();
        let names: Vec<String> = desk
            .records()
            .iter()
            .map(|record| record["document"]["path"].as_str().unwrap().to_owned())
            .collect();
        assert!(
            done.iter().any(|part| parts[*part] == names),
            "{done:?} {names:?}"
        );
    }
    println!("{written} runs wrote, {refused} were refused");
    assert!(written >= 20 && refused > 0);
}
