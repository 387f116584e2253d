//! `sigill validate --out`: whole runs, their continuation, and what is not judged again.

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
use serde_json::Value;
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use support::{fixture, input_of};

fn name_of(record: &Value) -> &str {
    record["document"]["path"].as_str().unwrap()
}

fn verdict_of(record: &Value) -> &str {
    record["signatures"][0]["indication"]
        .as_str()
        .unwrap_or("none")
}

#[test]
fn a_thousand_documents_are_a_thousand_lines_in_order_and_are_not_judged_again() {
    let desk = Desk::with_documents(1_000);
    fs::write(desk.path("documents/00500.bin"), "no document").unwrap();
    settle();
    let page = ["documents", "--summary", "summary.html"];
    let (status, summary) = desk.run(AT, &page);
    assert_eq!(status, 3, "{summary}");
    assert!(
        summary.starts_with("1000 documents, 999 signatures\n"),
        "{summary}"
    );
    let records = desk.records();
    assert_eq!(records.len(), 1_000);
    for (number, record) in records.iter().enumerate() {
        assert_eq!(name_of(record), format!("documents/{number:05}.bin"));
        let expected = if number == 500 {
            "none"
        } else {
            "TOTAL-PASSED"
        };
        assert_eq!(verdict_of(record), expected, "{record}");
    }
    let page = fs::read_to_string(desk.path("summary.html")).unwrap();
    assert!(page.contains("<svg") && !page.contains("<script"));

    let (before, journal) = (desk.results(), desk.journal());
    let written = fs::metadata(desk.path("results.jsonl.journal")).unwrap();
    assert_eq!(desk.taken_over(AT, &[]), 1_000);
    // Each judgement, and each file that was read again, would have left a line.
    let now = fs::metadata(desk.path("results.jsonl.journal")).unwrap();
    assert_eq!(now.len(), written.len());
    assert_eq!((desk.results(), desk.journal()), (before, journal));
    assert_eq!(desk.taken_over(AT, &["--rehash"]), 1_000);
}

#[test]
fn what_was_changed_is_judged_again_whatever_times_it_is_given() {
    let desk = Desk::with_documents(6);
    let path = desk.path("documents/00001.bin");
    let hour_ago = SystemTime::now() - Duration::from_secs(3_600);
    let set_back = || {
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(hour_ago).unwrap();
    };
    set_back();
    settle();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    assert_eq!(verdict_of(&desk.records()[1]), "TOTAL-PASSED");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes
        .windows(8)
        .position(|window| window == b"/Catalog")
        .unwrap();
    bytes[middle + 1] = b'K';
    fs::write(&path, bytes).unwrap();
    set_back();
    assert_eq!(desk.taken_over(AT, &[]), 5);
    assert_ne!(verdict_of(&desk.records()[1]), "TOTAL-PASSED");

    // The same bytes in another file are the same document.
    let copy = desk.path("copy");
    fs::copy(desk.path("documents/00002.bin"), &copy).unwrap();
    fs::rename(&copy, desk.path("documents/00002.bin")).unwrap();
    fs::remove_file(desk.path("documents/00003.bin")).unwrap();
    assert_eq!(desk.taken_over(AT, &[]), 5);
    assert_eq!(desk.records().len(), 5);
}

#[test]
fn files_that_were_just_written_are_read_again() {
    let desk = Desk::with_documents(3);
    desk.taken_over(AT, &[]);
    let before = desk.journal().len();
    assert_eq!(desk.taken_over(AT, &[]), 3);
    assert_eq!(desk.journal().len(), before + 3);
    settle();
    desk.taken_over(AT, &[]);
    let before = desk.journal().len();
    assert_eq!(desk.taken_over(AT, &[]), 3);
    assert_eq!(desk.journal().len(), before);
}

#[test]
fn a_verdict_is_taken_over_to_another_time_only_where_nothing_begins_or_ends_between() {
    let desk = Desk::with_documents(6);
    let at = "2026-02-01T00:00:00Z";
    desk.taken_over(at, &[]);
    // An hour later nothing has ended, and the records say as of when they were judged.
    assert_eq!(desk.taken_over("2026-02-01T01:00:00Z", &[]), 6);
    assert!(
        desk.records()
            .iter()
            .all(|record| record["validation_time"] == at)
    );
    // Backwards nothing is taken over, nor beyond the ends of certificates.
    assert_eq!(desk.taken_over("2026-01-31T23:00:00Z", &[]), 0);
    assert_eq!(desk.taken_over("2040-01-01T00:00:00Z", &[]), 0);
    let records = desk.records();
    assert_ne!(verdict_of(&records[0]), "TOTAL-PASSED");
    for record in &records {
        assert_eq!(record["validation_time"], "2040-01-01T00:00:00Z");
    }
}

#[test]
fn whatever_judges_otherwise_judges_again() {
    let desk = Desk::with_documents(3);
    let policy = desk.path("policy.toml");
    fs::write(&policy, "").unwrap();
    let by_policy = ["--policy", "policy.toml"];
    assert_eq!(desk.taken_over(AT, &by_policy), 0);
    assert_eq!(desk.taken_over(AT, &by_policy), 3);
    fs::write(&policy, "revocation_data_missing = \"fail\"").unwrap();
    assert_eq!(desk.taken_over(AT, &by_policy), 0);
    let list = fixture("pki/revocation/root.crl");
    let federation = fixture("pki/siths-ca.pem");
    fs::write(desk.path("key"), [7; 32]).unwrap();
    for (option, value) in [
        ("--evidence", list.as_str()),
        ("--require-grade", "O3"),
        ("--limit", "pdf_revisions=7"),
        ("--trust", &desk.root),
        ("--metadata-signer", &federation),
        ("--reference-key", "key"),
    ] {
        let mut more = by_policy.to_vec();
        more.extend([option, value]);
        assert_eq!(desk.taken_over(AT, &more), 0, "{option}");
    }
    let (status, _) = desk.run(AT, &["documents", "--require-grade", "O3"]);
    assert_eq!(status, 2);
    let (again, _) = desk.run(AT, &["documents", "--require-grade", "O3"]);
    assert_eq!(again, 2, "what was taken over counts in the same way");
}

#[test]
fn results_take_the_place_of_nothing_else() {
    let desk = Desk::with_documents(1);
    fs::write(desk.path("results.csv"), "path\ndocuments/00000.bin\n").unwrap();
    let at = "2026-02-01T00:00:00Z";
    let page = desk.run(at, &["documents", "--summary", "results.jsonl"]);
    assert_eq!(page.0, 64);
    let journal = desk.run(at, &["documents", "--summary", "results.jsonl.journal"]);
    assert_eq!(journal.0, 64);
    let list = desk.run(at, &["results.csv", "--summary", "results.csv"]);
    assert_eq!(list.0, 64);
    assert!(!desk.path("results.jsonl").exists());
    let list = fs::read_to_string(desk.path("results.csv")).unwrap();
    assert_eq!(list, "path\ndocuments/00000.bin\n");
}

#[test]
fn a_manifest_has_pairs_and_numbers() {
    let desk = Desk::new();
    let case = fixture("cases/cades/b-b-detached");
    let content = support::detached_of(&case);
    fs::copy(input_of(&case), desk.path("documents/signature.p7s")).unwrap();
    fs::copy(content, desk.path("documents/content.txt")).unwrap();
    let alone = input_of(&fixture("cases/pades/b-b-rsa"));
    fs::copy(alone, desk.path("documents/alone.pdf")).unwrap();
    let list = "path;detached;diary_number\n\
                documents/signature.p7s;documents/content.txt;KS 2026/17\n\
                documents/alone.pdf;;KS 2026/3\n\
                documents/missing.pdf;;KS 2026/4\n";
    fs::write(desk.path("list.csv"), list).unwrap();
    let (status, summary) = desk.run(AT, &["list.csv"]);
    assert_eq!(status, 3, "{summary}");
    let records = desk.records();
    let numbers = records
        .iter()
        .map(|record| record["document"]["diary_number"].as_str());
    let expected = ["KS 2026/17", "KS 2026/3", "KS 2026/4"].map(Some);
    assert_eq!(numbers.collect::<Vec<_>>(), expected);
    let verdicts: Vec<&str> = records.iter().map(verdict_of).collect();
    assert_eq!(verdicts, ["TOTAL-PASSED", "TOTAL-PASSED", "none"]);
    assert_eq!(records[2]["error"]["kind"], "input-output");

    // Another content is another document.
    fs::write(desk.path("documents/content.txt"), "something else").unwrap();
    let (status, _) = desk.run(AT, &["list.csv"]);
    assert_eq!(status, 1);
    assert_eq!(verdict_of(&desk.records()[0]), "TOTAL-FAILED");
    // Without `--out` the same list is read.
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(["validate", "list.csv", "--format", "json", "--at", AT])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.contains("KS 2026/17"));
}

#[test]
fn results_are_no_documents_and_no_run_meets_another() {
    let desk = Desk::with_documents(2);
    fs::remove_dir_all(desk.path("documents")).unwrap();
    let document = input_of(&fixture("cases/pades/b-b-rsa"));
    fs::copy(document, desk.path("a.pdf")).unwrap();
    for _ in 0..2 {
        let (status, summary) = desk.run(AT, &[".", "a.pdf", "./a.pdf", "--summary", "s.html"]);
        assert_eq!(status, 0, "{summary}");
        let records = desk.records();
        let names: Vec<&str> = records.iter().map(name_of).collect();
        assert_eq!(names, ["./a.pdf", "a.pdf"]);
    }
    let journal = File::open(desk.path("results.jsonl.journal")).unwrap();
    journal.lock().unwrap();
    assert_eq!(desk.run(AT, &["a.pdf"]).0, 64);
    drop(journal);
    assert_eq!(desk.run(AT, &["a.pdf"]).0, 0);
    for wrong in ["results.txt", "results"] {
        assert_eq!(desk.run(AT, &["a.pdf", "--out", wrong]).0, 64, "{wrong}");
    }
}

#[test]
fn a_journal_that_was_damaged_is_not_believed() {
    let desk = Desk::with_documents(5);
    desk.taken_over(AT, &[]);
    let (results, whole) = (desk.results(), desk.path("results.jsonl.journal"));
    let journal = fs::read(&whole).unwrap();
    let mut judged_again = 0;
    for place in (0..journal.len()).step_by(journal.len() / 16) {
        let mut damaged = journal.clone();
        damaged[place] ^= 1;
        fs::write(&whole, &damaged).unwrap();
        judged_again += 5 - desk.taken_over(AT, &[]);
        assert_eq!(desk.results(), results, "byte {place}");
        fs::write(&whole, &journal[..place]).unwrap();
        desk.taken_over(AT, &[]);
        assert_eq!(desk.results(), results, "{place} bytes");
    }
    assert!(judged_again >= 16, "{judged_again}");
}

#[test]
fn a_run_that_is_killed_at_any_moment_goes_on_where_it_stopped() {
    let desk = Desk::with_documents(120);
    settle();
    let start = Instant::now();
    desk.taken_over(AT, &[]);
    let (duration, results) = (start.elapsed(), desk.results());
    let begin = |desk: &Desk| -> Child {
        let mut command = desk.command(AT, &["documents"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let (mut half_way, mut kept) = (0, 0);
    for number in 1..=12 {
        for name in ["results.jsonl", "results.jsonl.journal"] {
            let _ = fs::remove_file(desk.path(name));
        }
        // Spread over the run, the same on every run (the golden ratio's multiples).
        let pause = duration.mul_f64((f64::from(number) * 0.618_033_988_75).fract() * 1.1);
        let mut known = 0;
        for _ in 0..3 {
            let mut child = begin(&desk);
            thread::sleep(pause);
            let _ = child.kill();
            child.wait().unwrap();
            let keys = desk.journal();
            let different: HashSet<&String> = keys.iter().collect();
            assert_eq!(different.len(), keys.len(), "judged twice");
            assert!(keys.len() >= known, "something was lost");
            half_way += usize::from(keys.len() > known && keys.len() < 120);
            known = keys.len();
            let is_written = desk.path("results.jsonl").exists();
            assert!(
                !is_written || desk.results() == results,
                "half of the results"
            );
        }
        assert_eq!(desk.taken_over(AT, &[]), known);
        assert_eq!(desk.results(), results);
        kept += known;
    }
    println!("36 kills, {half_way} of them half-way; {kept} of 1440 results kept");
    assert!(half_way > 5);
}

#[test]
fn memory_does_not_grow_with_the_number_of_documents() {
    if !Path::new("/proc/self/status").exists() {
        println!("skipped: no /proc");
        return;
    }
    let most = |count: usize| {
        let desk = Desk::with_documents(count);
        let mut child = desk.command(AT, &["documents", "--jobs", "2"]);
        let mut child = child.stdout(Stdio::null()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0;
        while child.try_wait().unwrap().is_none() {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let line = line.map(|line| line.trim().trim_end_matches(" kB").parse().unwrap());
            most = most.max(line.unwrap_or(0u64));
            thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(desk.records().len(), count);
        most
    };
    let (few, many) = (most(200), most(1_500));
    println!("{few} kB for 200 documents, {many} kB for 1500");
    assert!(many < few + 8_192, "{few} kB, then {many} kB");
}
