//! Large documents in little memory. The command runs with less address space than the file has
//! bytes, so that no way of holding it as a whole can succeed.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[allow(dead_code)]
#[path = "support/paper.rs"]
mod paper;
#[allow(dead_code)]
#[path = "../../tests/support/pki.rs"]
mod pki;

use paper::{Paper, detached};
use pki::Identity;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Far above what any of these documents needs, and half of the large ones.
const ADDRESS_SPACE: usize = 100 << 20;
const LARGE: usize = 200 << 20;

struct Desk {
    folder: tempfile::TempDir,
    signer: Identity,
}

impl Desk {
    fn new() -> Self {
        let root = Identity::root("Root");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.cer"), root.der()).unwrap();
        let signer = root.issue("Signer", |draft| {
            draft.extensions = vec![pki::key_usage(pki::SIGNATURE)];
        });
        Desk { folder, signer }
    }

    /// The exit status of `sigill validate` and what it says.
    fn validate(&self, arguments: &[&str]) -> (i32, String) {
        let limited = format!("ulimit -v {} && exec \"$0\" \"$@\"", ADDRESS_SPACE >> 10);
        let output = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_sigill"), "validate"])
            .args(arguments)
            .args(["--trust", "root.cer", "--at", "2026-02-01T00:00:00Z"])
            .args(["--jobs", "1"])
            .current_dir(self.folder.path())
            // Each thread and each arena of the allocator reserves space that it does not use.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), text)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

/// Changes one byte of a file.
fn touch(path: &Path, at: usize) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(b"x").unwrap();
}

#[test]
fn a_pdf_is_validated_in_less_memory_than_it_has_bytes() {
    let desk = Desk::new();
    let mut paper = Paper::new(LARGE);
    paper.sign(&desk.signer, 0);
    paper.sign(&desk.signer, 0);
    paper.write(&desk.path("large.pdf"));
    let (status, text) = desk.validate(&["large.pdf"]);
    assert_eq!(status, 0, "{text}");
    touch(&desk.path("large.pdf"), LARGE / 2);
    let (status, text) = desk.validate(&["large.pdf"]);
    assert_eq!(status, 1, "{text}");
}

#[test]
fn detached_content_is_digested_in_less_memory_than_it_has_bytes() {
    let desk = Desk::new();
    let content = fs::File::create(desk.path("content.bin")).unwrap();
    content.set_len(LARGE as u64).unwrap();
    let signature = detached(&desk.signer, &paper::zeros(LARGE));
    fs::write(desk.path("signature.p7s"), signature).unwrap();
    let asked = ["signature.p7s", "--detached", "content.bin"];
    let (status, text) = desk.validate(&asked);
    assert_eq!(status, 0, "{text}");
    touch(&desk.path("content.bin"), LARGE - 1);
    let (status, text) = desk.validate(&asked);
    assert_eq!(status, 1, "{text}");
}

#[test]
fn many_signatures_do_not_hold_the_document_many_times() {
    let desk = Desk::new();
    for (name, signatures, bytes_each) in [("many.pdf", 51, 0), ("heavy.pdf", 5, 5 << 20)] {
        let mut paper = Paper::new(0);
        for _ in 0..signatures {
            paper.sign(&desk.signer, bytes_each);
        }
        paper.write(&desk.path(name));
        let (status, text) = desk.validate(&[name, "--format", "json"]);
        assert_eq!(status, 0, "{text}");
        assert_eq!(text.matches("\"TOTAL-PASSED\"").count(), signatures);
    }
}
