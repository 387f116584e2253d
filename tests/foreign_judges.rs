//! Augmented documents before judges that share no code with sigill: pyHanko, OpenSSL and qpdf
//! (`benches/judge_augmented.py`). Says so and passes where they are not installed; `SIGILL_PYTHON`
//! names the Python that has pyHanko.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::container::Content;
use sigill::signature::Level;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::augmentation::{Given, cases, corpus, lists};
use support::fixture;

/// What the judges say of each file; none where they are not installed.
fn judge(files: &[String], at: &str) -> Option<Vec<(String, String)>> {
    let python = std::env::var("SIGILL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let anchors = root.join("../shared/corpus/pyhanko_made/anchors");
    let mut command = Command::new(python);
    command.arg(root.join("benches/judge_augmented.py"));
    command.args(files).args(["--at", at, "--trust"]);
    command.arg(fixture("pki/root.pem"));
    for anchor in ["rsa-root.pem", "ec-root.pem"].map(|name| anchors.join(name)) {
        if anchor.exists() {
            command.arg("--trust").arg(anchor);
        }
    }
    let output = command.output().ok()?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() == Some(2) {
        println!("skipped: {told}");
        return None;
    }
    let lines = told.lines().filter_map(|line| line.split_once(": "));
    Some(
        lines
            .map(|(file, words)| (file.to_owned(), words.to_owned()))
            .collect(),
    )
}

/// Lifted to LTA and written, with the content of detached signatures beside it.
fn lift_into(folder: &Path, number: usize, given: &Given) -> Option<String> {
    let lifted = given.lift(Level::Lta).ok()?;
    let extension = match given.document.content() {
        Content::Pdf(_) => "pdf",
        _ => "p7m",
    };
    let path = folder.join(format!("{number}.{extension}"));
    fs::write(&path, lifted.bytes?).unwrap();
    if let Some(content) = given.document.detached() {
        fs::write(path.with_extension("bin"), content.whole().unwrap()).unwrap();
    }
    Some(path.to_str().unwrap().to_owned())
}

fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("foreign-judges-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn judged_good(name: &str, all: Vec<Given>, at: &str) {
    let folder = empty_folder(name);
    let files = all.iter().enumerate().filter_map(|(number, given)| {
        let file = lift_into(&folder, number, given)?;
        Some((file, given.name.clone()))
    });
    let (files, names): (Vec<String>, Vec<String>) = files.unzip();
    if files.is_empty() {
        return;
    }
    let Some(said) = judge(&files, at) else {
        return;
    };
    assert_eq!(said.len(), files.len());
    let is_known = |name: &str| WANTING.iter().any(|(known, _)| *known == name);
    let wanting = said
        .iter()
        .zip(&names)
        .filter(|((_, words), name)| words != "good" && !is_known(name));
    let wanting: Vec<String> = wanting
        .map(|((_, words), name)| format!("{name}: {words}"))
        .collect();
    println!("{} documents, {} found wanting", files.len(), wanting.len());
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

/// Where the judges are right by their own lights, and why.
const WANTING: [(&str, &str); 2] = [
    (
        "pades/b-t-revoked-later",
        "pyHanko does not look back from a revocation that came later",
    ),
    (
        "pades/document-time-stamp-of-type-sig",
        "pyHanko knows time-stamps of type DocTimeStamp only",
    ),
];

#[test]
fn the_corpus_is_good_when_lifted() {
    judged_good("corpus", corpus(), "2026-11-24T12:00:05Z");
}

#[test]
fn fixtures_are_good_when_lifted() {
    let mut cases = cases();
    cases.retain(|given| given.name.starts_with("pades/") || given.name.starts_with("cades/"));
    // What is judged decades later has signers that ended: these judges want them alive.
    cases.retain(|given| given.at == support::time("2026-02-01T00:00:00Z"));
    for given in &mut cases {
        given.evidence.extend(&lists());
    }
    judged_good("fixtures", cases, "2026-02-01T00:00:05Z");
}

#[test]
fn the_judges_find_a_flipped_bit() {
    let folder = empty_folder("flipped");
    let mut files = Vec::new();
    for case in ["pades/b-b-rsa", "cades/b-b-attached-rsa"] {
        let given = cases()
            .into_iter()
            .find(|given| given.name == case)
            .unwrap();
        let given = Given {
            evidence: lists(),
            ..given
        };
        let file = lift_into(&folder, files.len(), &given).unwrap();
        let mut bytes = fs::read(&file).unwrap();
        // In a PDF some digit of the last token; in a CMS the signature in the last one.
        let place = match file.ends_with("pdf") {
            true => bytes.len() / 2,
            false => bytes.len() - 600,
        };
        bytes[place] ^= 1;
        fs::write(&file, bytes).unwrap();
        files.push(file);
    }
    let Some(said) = judge(&files, "2026-02-01T00:00:05Z") else {
        return;
    };
    assert!(said.iter().all(|(_, words)| words != "good"), "{said:?}");
}
