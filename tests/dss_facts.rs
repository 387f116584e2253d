//! The documents of the EU DSS test suite: does our cryptographic fact agree with what that
//! suite asserts? Says so and passes where `../shared/corpus` is not at hand.
//!
//! Disagreements stand with their reasons in `tests/dss_disagreements.toml`; one that has healed
//! fails the test, and so does a new one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Disagreement {
    asserted: String,
    ours: String,
    reason: String,
}

/// The words of `error.kind`.
const KINDS: &[&str] = &[
    "malformed",
    "not-recognised",
    "encrypted",
    "empty",
    "over-limit",
    "unsupported",
];

#[test]
fn integrity_agrees_with_the_suite() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dss");
    let Ok(facts) = fs::read_to_string(corpus.join("facts.tsv")) else {
        println!("skipped: ../shared/corpus/dss is not at hand");
        return;
    };
    let known: BTreeMap<String, Disagreement> =
        toml::from_str(include_str!("dss_disagreements.toml")).unwrap();
    let (mut agree, mut compared, mut unreadable) = (0, 0, BTreeMap::<String, usize>::new());
    let mut unexpected = Vec::new();
    let mut healed: Vec<&String> = known.keys().collect();
    for fact in read_facts(&facts) {
        let ours = integrity(&corpus, fact.path, fact.detached);
        if let Some(kind) = ours.strip_prefix("error ") {
            assert!(KINDS.contains(&kind), "{}: {kind}", fact.path);
            *unreadable.entry(kind.to_owned()).or_default() += 1;
        }
        if !["true", "false", "mixed"].contains(&fact.asserted) {
            continue;
        }
        compared += 1;
        // Not shown to be intact is what the suite calls false; ours is null where the content
        // or the key is not at hand.
        if ours == fact.asserted || (ours == "unknown" && fact.asserted == "false") {
            agree += 1;
            continue;
        }
        let id = format!("{} {}", fact.path, fact.test_class);
        match known.get(&id) {
            Some(listed) if listed.ours == ours && listed.asserted == fact.asserted => {
                assert!(!listed.reason.is_empty(), "{id}: no reason");
                healed.retain(|known| **known != id);
            }
            _ => unexpected.push(format!(
                "[\"{id}\"]\nasserted = \"{}\"\nours = \"{ours}\"\nreason = \"\"",
                fact.asserted
            )),
        }
    }
    println!(
        "dss: integrity agrees on {agree} of {compared} ({} %), {} listed disagreements, unreadable {unreadable:?}",
        100 * agree / compared,
        known.len()
    );
    assert!(healed.is_empty(), "healed: {healed:?}");
    assert!(
        unexpected.is_empty(),
        "{} unlisted:\n{}",
        unexpected.len(),
        unexpected.join("\n")
    );
    assert!(agree * 10 >= compared * 9, "below 90 %");
}

/// What a test of the suite asserts of one document.
struct Fact<'a> {
    path: &'a str,
    detached: &'a str,
    test_class: &'a str,
    asserted: &'a str,
}

/// The rows about validation of the formats that sigill reads.
fn read_facts(table: &str) -> Vec<Fact<'_>> {
    let mut rows = table.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = |name: &str| header.iter().position(|field| *field == name).unwrap();
    let [path, kind, container] = ["path", "row_kind", "container"].map(column);
    let [asserted, detached] = ["b_level_valid", "detached_content"].map(column);
    let test_class = column("test_class");
    rows.filter(|row| row[kind] == "validation" && ["cades", "pdf"].contains(&row[container]))
        .map(|row| Fact {
            path: row[path],
            detached: row[detached],
            test_class: row[test_class].rsplit('.').next().unwrap(),
            asserted: row[asserted],
        })
        .collect()
}

/// `true`, `false`, `mixed`, `unknown`, `none` or `error KIND`.
fn integrity(corpus: &Path, path: &str, detached: &str) -> String {
    let mut document = match Document::read(fs::read(corpus.join(path)).unwrap()) {
        Ok(document) => document,
        Err(error) => return format!("error {}", error.kind()),
    };
    if let Some(content) = content(corpus, detached) {
        document = document.with_detached(content);
    }
    let mut evidence = Evidence::from(&document);
    for file in fs::read_dir(corpus.join("_trust")).unwrap().flatten() {
        evidence = evidence.with(fs::read(file.path()).unwrap());
    }
    let at = UnixTime::from_rfc3339("2026-11-24T12:00:00Z").unwrap();
    let report = validate(
        &document,
        &evidence,
        &TrustAnchors::none(),
        &Policy::default(),
        at,
    );
    if let Some(error) = &report.error {
        return format!("error {}", error.kind());
    }
    let facts: Vec<Option<bool>> = report
        .signatures
        .iter()
        .map(|signature| {
            let integrity = signature.integrity;
            match (integrity.reference_data, integrity.signature_value) {
                (Some(true), Some(true)) => Some(true),
                (Some(false), _) | (_, Some(false)) => Some(false),
                _ => None,
            }
        })
        .collect();
    let count = |fact: Option<bool>| facts.iter().filter(|found| **found == fact).count();
    match (count(Some(true)), count(Some(false)), count(None)) {
        (0, 0, 0) => "none",
        (_, 0, 0) => "true",
        (0, _, 0) => "false",
        (0, 0, _) => "unknown",
        _ => "mixed",
    }
    .to_owned()
}

fn content(corpus: &Path, detached: &str) -> Option<Vec<u8>> {
    let detached = detached.strip_prefix("DigestDocument,").unwrap_or(detached);
    let detached = detached.split(",ER=").next()?;
    if let Some(text) = detached.strip_prefix("inline:") {
        return Some(text.as_bytes().to_vec());
    }
    let name = detached
        .split(['/', ';'])
        .next_back()
        .filter(|name| !name.is_empty())?;
    let module = detached.split('/').next()?;
    find(&corpus.join(module), name).and_then(|path| fs::read(path).ok())
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let direct = folder.join(name);
    direct.exists().then_some(direct)
}
