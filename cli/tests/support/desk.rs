//! Documents in a folder, and whole runs over them with `--out`.

#![allow(dead_code)]

use crate::support::{fixture, input_of, json};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// As of when documents are judged.
pub const AT: &str = "2026-02-01T00:00:00Z";

/// Documents in a folder, and results beside it.
pub struct Desk {
    pub folder: TempDir,
    pub root: String,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("documents")).unwrap();
        let root = fixture("pki/trust/root.pem");
        Desk { folder, root }
    }

    /// With so many documents of several kinds, whose names do not follow the order in which they
    /// were made.
    pub fn with_documents(count: usize) -> Self {
        let desk = Desk::new();
        let kinds = ["pades/b-b-rsa", "pades/b-lt-rsa", "cades/b-t-attached-rsa"];
        let kinds = kinds.map(|kind| input_of(&fixture(&format!("cases/{kind}"))));
        for number in (0..count).rev() {
            let name = format!("documents/{number:05}.bin");
            fs::copy(&kinds[number % kinds.len()], desk.path(&name)).unwrap();
        }
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, at: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigill"));
        command
            .args(["validate", "--out", "results.jsonl", "--trust", &self.root])
            .args(["--at", at, "--lang", "en"])
            .args(more)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Exit status and summary of a run.
    pub fn run(&self, at: &str, more: &[&str]) -> (i32, String) {
        let output = self.command(at, more).output().unwrap();
        let summary = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), summary)
    }

    /// How many documents were not judged again.
    pub fn taken_over(&self, at: &str, more: &[&str]) -> usize {
        let mut arguments = vec!["documents"];
        arguments.extend(more);
        let (_, summary) = self.run(at, &arguments);
        let line = summary.lines().find(|line| line.contains("Taken over"));
        line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }

    pub fn results(&self) -> String {
        fs::read_to_string(self.path("results.jsonl")).unwrap()
    }

    pub fn records(&self) -> Vec<Value> {
        self.results().lines().map(json).collect()
    }

    /// The keys of all whole lines of the journal.
    pub fn journal(&self) -> Vec<String> {
        let journal = fs::read(self.path("results.jsonl.journal")).unwrap_or_default();
        let journal = String::from_utf8(journal).unwrap();
        let lines = journal
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        lines.map(|line| line[..32].to_owned()).collect()
    }
}

/// Until the file system would give a change another time.
pub fn settle() {
    thread::sleep(Duration::from_millis(3_100));
}
