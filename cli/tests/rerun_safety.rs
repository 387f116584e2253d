//! What a run over documents that were judged before must neither destroy nor tell.

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
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use support::{fixture, input_of};

const JOURNAL: &str = "results.jsonl.journal";
const STANDING: &str = "results.jsonl.standing";

fn pipe(desk: &Desk, name: &str) {
    let made = Command::new("mkfifo").arg(desk.path(name)).status();
    assert!(made.unwrap().success());
}

#[test]
fn what_a_pipe_gives_is_read_once_in_each_run_and_judged_in_each() {
    let desk = Desk::new();
    pipe(&desk, "pipe");
    let document = fs::read(input_of(&fixture("cases/pades/b-b-rsa"))).unwrap();
    for _ in 0..3 {
        let (path, document) = (desk.path("pipe"), document.clone());
        let writer = thread::spawn(move || fs::write(path, document));
        assert_eq!(desk.run(AT, &["pipe"]).0, 0);
        writer.join().unwrap().unwrap();
        let records = desk.records();
        assert_eq!(records[0]["signatures"][0]["indication"], "TOTAL-PASSED");
    }
    // A pipe in the place of a document is no document that was judged.
    fs::copy(input_of(&fixture("cases/pades/b-b-rsa")), desk.path("a")).unwrap();
    assert_eq!(desk.run(AT, &["a"]).0, 0);
    fs::rename(desk.path("pipe"), desk.path("a")).unwrap();
    let path = desk.path("a");
    let writer = thread::spawn(move || fs::write(path, "no document"));
    assert_eq!(desk.run(AT, &["a"]).0, 3);
    writer.join().unwrap().unwrap();
}

#[test]
fn what_options_name_is_read_more_than_once_and_no_pipe() {
    let desk = Desk::with_documents(1);
    pipe(&desk, "pipe");
    let mut command = desk.command(AT, &["documents", "--evidence", "pipe"]);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("can be read once only"), "{told}");
}

#[test]
fn personal_numbers_do_not_outlast_the_run_that_shows_them() {
    let desk = Desk::with_documents(3);
    desk.taken_over(AT, &["--show-personal-identifiers"]);
    let shown = desk.journal().len();
    assert_eq!(desk.taken_over(AT, &[]), 0);
    assert_eq!(desk.journal().len(), shown, "nothing of before is left");
    // Nor what is known of a document that is gone.
    fs::remove_file(desk.path("documents/00001.bin")).unwrap();
    desk.taken_over(AT, &[]);
    assert_eq!(desk.journal().len(), 2);
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let desk = Desk::with_documents(2);
    let names = [
        "documents/a.html",
        "documents/a.jsonl",
        "documents/b.jsonl.journal",
        "documents/c.jsonl.standing",
        "trust.jsonl",
        "secret.html",
        "list.csv",
    ];
    for name in names {
        fs::write(desk.path(name), "mine").unwrap();
    }
    fs::copy(&desk.root, desk.path("trust.jsonl")).unwrap();
    fs::write(desk.path("list.csv"), "path\nsecret.html\n").unwrap();
    symlink(desk.path("secret.html"), desk.path("documents/link")).unwrap();
    let read = || names.map(|name| fs::read(desk.path(name)).unwrap());
    let before = read();
    for refused in [
        &["documents", "--summary", "documents/a.html"][..],
        &["documents", "--out", "documents/a.jsonl"],
        &["documents", "--out", "documents/../documents/a.jsonl"],
        &["documents", "--out", "documents/b.jsonl"],
        &["documents", "--out", "documents/c.jsonl"],
        &["documents", "--summary", "secret.html"],
        &["list.csv", "--summary", "./secret.html"],
        &[
            "documents/00000.bin",
            "--out",
            "trust.jsonl",
            "--trust",
            "trust.jsonl",
        ],
        &[
            "documents/00000.bin",
            "--summary",
            "secret.html",
            "--password-file",
            "secret.html",
        ],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigill"));
        command
            .args(["validate", "--at", AT, "--lang", "en"])
            .args(refused);
        if !refused.contains(&"--out") {
            command.args(["--out", "results.jsonl"]);
        }
        let output = command.current_dir(desk.folder.path()).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{refused:?} {told}");
        assert!(told.contains("would be written over"), "{refused:?} {told}");
        assert_eq!(read(), before, "{refused:?}");
    }
}

#[test]
fn what_is_kept_beside_results_is_open_to_nobody_else() {
    let desk = Desk::with_documents(2);
    let mode = |name: &str| fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    let restrict = |name: &str| {
        fs::set_permissions(desk.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    };
    for name in ["results.jsonl", "s.html"] {
        fs::write(desk.path(name), "").unwrap();
        restrict(name);
    }
    for number in 0..4 {
        // Each time all is written anew.
        fs::write(desk.path("documents/00001.bin"), [b'x'; 9].repeat(number)).unwrap();
        desk.taken_over(AT, &["--summary", "s.html"]);
        for name in ["results.jsonl", JOURNAL, STANDING, "s.html"] {
            assert_eq!(mode(name), 0o600, "{name} in run {number}");
        }
    }
    desk.taken_over(AT, &["--show-personal-identifiers"]);
    assert_eq!(mode(JOURNAL), 0o600);
}

#[test]
fn a_file_with_a_name_like_that_of_one_on_its_way_stays_and_is_judged() {
    let desk = Desk::with_documents(1);
    let names = [
        "partial-mine.pdf",
        "partial-report",
        "partial-AbCdEfGhIjKlMn01.pdf",
    ];
    for name in names {
        fs::write(desk.path(&format!("results.jsonl.{name}")), "mine").unwrap();
        fs::write(desk.path(&format!("s.html.{name}")), "mine").unwrap();
    }
    desk.run(AT, &[".", "--summary", "s.html"]);
    assert_eq!(desk.records().len(), 7);
    for name in names {
        assert!(
            desk.path(&format!("results.jsonl.{name}")).exists(),
            "{name}"
        );
        assert!(desk.path(&format!("s.html.{name}")).exists(), "{name}");
    }
}

#[test]
fn runs_with_one_page_in_common_do_not_stop_each_other() {
    let desk = Desk::with_documents(2);
    for _ in 0..10 {
        let children: Vec<_> = (0..4)
            .map(|number| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_sigill"));
                command
                    .args(["validate", "documents", "--trust", &desk.root, "--at", AT])
                    .args(["--out", &format!("{number}.jsonl"), "--summary", "s.html"])
                    .current_dir(desk.folder.path())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{told}");
        }
        let page = fs::read_to_string(desk.path("s.html")).unwrap();
        assert!(page.trim_end().ends_with("</html>"));
    }
}

#[test]
fn what_a_password_has_opened_is_not_told_without_it() {
    let desk = Desk::with_documents(1);
    let locked = fixture("cases/pades/encrypted-with-password");
    let password = "hemlig";
    fs::copy(input_of(&locked), desk.path("documents/locked.pdf")).unwrap();
    settle();
    let error = |desk: &Desk| desk.records()[1]["error"]["kind"].clone();
    for (given, expected) in [
        (password, false),
        ("wrong", true),
        (password, false),
        ("", true),
    ] {
        for _ in 0..2 {
            desk.taken_over(AT, &["--password", given]);
            assert_eq!(error(&desk) == "encrypted", expected, "{given}");
        }
    }
}

/// What the file system says of a file, as it is noted.
fn words(path: &Path) -> String {
    let about = fs::metadata(path).unwrap();
    let (device, node, length) = (about.dev(), about.ino(), about.len());
    let written = format!("{}.{}", about.mtime(), about.mtime_nsec());
    let changed = format!("{}.{}", about.ctime(), about.ctime_nsec());
    format!("{device}:{node}:{length}:{written}:{changed}")
}

#[test]
fn a_record_that_was_damaged_unseen_is_judged_again() {
    let desk = Desk::with_documents(4);
    settle();
    desk.taken_over(AT, &[]);
    let (results, path) = (desk.results(), desk.path(JOURNAL));
    let before = words(&path);
    let mut journal = fs::read(&path).unwrap();
    let last = journal.len() - 20;
    journal[last] ^= 1;
    fs::write(&path, journal).unwrap();
    // As if the file system had not told.
    let standing = fs::read_to_string(desk.path(STANDING)).unwrap();
    let (_, said) = standing.split_once('\t').unwrap();
    assert!(said.contains(&before));
    let said = said.replace(&before, &words(&path));
    let checked = &sha256(said.as_bytes())[..16];
    let checked: String = checked.iter().map(|octet| format!("{octet:02x}")).collect();
    fs::write(desk.path(STANDING), format!("{checked}\t{said}")).unwrap();
    fs::remove_file(desk.path("results.jsonl")).unwrap();
    assert_eq!(desk.taken_over(AT, &[]), 3);
    assert_eq!(desk.results(), results);
    assert_eq!(desk.taken_over(AT, &[]), 4);
}
