//! The least that judging a set of documents can cost: reading each file once, hashing what is
//! covered, and verifying each distinct signature, all on one core and with nothing in between.
//!
//! `cargo bench --bench limit -- FOLDER...` prints for each folder what its documents hold and how
//! many a second the primitives allow. `each alone` hashes what every signature and time-stamp
//! covers by itself, `shared` every byte once, since the digests over a document begin alike.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/primitive.rs"]
mod primitive;

use primitive::Check;
use sigill::crypto::sha256;
use sigill::{Bytes, Document};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() {
    let folders = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    println!(
        "set\tdocuments\tMB\tread s\thash s\thash shared s\tverify s\teach alone/s\tshared/s\tsignatures"
    );
    for folder in folders {
        measure(Path::new(&folder));
    }
}

fn measure(folder: &Path) {
    let files = files(folder);
    let mut checks = Vec::new();
    let mut covered = Vec::new();
    for file in &files {
        let bytes = Bytes::from(fs::read(file).unwrap());
        let document = Document::read(bytes.clone()).unwrap();
        let (ranges, found) = primitive::of(&document);
        covered.extend(ranges);
        checks.extend(found);
    }
    let mut seen = HashSet::new();
    checks.retain(|check| seen.insert((sha256(&check.message), check.value.clone())));
    let whole: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    let megabytes = whole.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    let read = seconds(|| {
        files
            .iter()
            .for_each(|file| drop(black_box(fs::read(file).unwrap())))
    });
    let hash = seconds(|| {
        covered.iter().for_each(|bytes| {
            black_box(sha256(bytes));
        })
    });
    let shared = seconds(|| {
        whole.iter().for_each(|bytes| {
            black_box(sha256(bytes));
        })
    });
    let verified = seconds(|| {
        checks.iter().for_each(|check| {
            let _ = black_box(check.answer());
        })
    });
    let rate = |hashing: f64| files.len() as f64 / (read + hashing + verified);
    let name = folder.file_name().unwrap().to_string_lossy();
    println!(
        "{name}\t{}\t{megabytes:.1}\t{read:.4}\t{hash:.4}\t{shared:.4}\t{verified:.4}\t{:.0}\t{:.0}\t{:?}",
        files.len(),
        rate(hash),
        rate(shared),
        by_algorithm(&checks),
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "pdf" || end == "p7m")
        })
        .collect();
    files.sort();
    files
}

/// The median of five.
fn seconds(mut work: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken.get(2).copied().unwrap_or_default()
}

fn by_algorithm(checks: &[Check]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for check in checks {
        let key = check.key.spki().len();
        *counts
            .entry(format!("{} ({key} octets of key)", check.algorithm.name()))
            .or_default() += 1;
    }
    counts
}
