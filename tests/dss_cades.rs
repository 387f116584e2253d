//! CAdES signatures of the EU DSS test suite: number of signatures, level, integrity, time-stamps
//! and verdicts, against what that suite asserts. Says so and passes where `../shared/corpus` is
//! not at hand.
//!
//! Disagreements stand with their reasons in `tests/dss_cades_disagreements.toml`; one that has
//! healed fails the test, and so does a new one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::report::{Report, SignatureReport, TimestampReport};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Disagreement {
    asserted: String,
    ours: String,
    reason: String,
}

/// One assertion of the suite beside what we say.
struct Comparison {
    id: String,
    column: &'static str,
    asserted: String,
    ours: String,
    agrees: bool,
}

#[test]
fn cades_agrees_with_the_suite() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dss");
    let Ok(facts) = fs::read_to_string(corpus.join("facts.tsv")) else {
        println!("skipped: ../shared/corpus/dss is not at hand");
        return;
    };
    let known: BTreeMap<String, Disagreement> =
        toml::from_str(include_str!("dss_cades_disagreements.toml")).unwrap();
    let mut healed: Vec<&String> = known.keys().collect();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut unexpected = Vec::new();
    for comparison in rows(&facts).iter().flat_map(|row| compare(&corpus, row)) {
        let (agree, compared) = tally.entry(comparison.column).or_default();
        *compared += 1;
        *agree += usize::from(comparison.agrees);
        if comparison.agrees {
            continue;
        }
        let id = format!("{} {}", comparison.id, comparison.column);
        match known.get(&id) {
            Some(listed)
                if listed.ours == comparison.ours && listed.asserted == comparison.asserted =>
            {
                assert!(!listed.reason.is_empty(), "{id}: no reason");
                healed.retain(|known| **known != id);
            }
            _ => unexpected.push(format!(
                "[\"{id}\"]\nasserted = \"{}\"\nours = \"{}\"\nreason = \"\"\n",
                comparison.asserted, comparison.ours
            )),
        }
    }
    let (mut agree, mut compared) = (0, 0);
    for (column, (same, all)) in &tally {
        println!("dss cades: {column} agrees on {same} of {all}");
        agree += same;
        compared += all;
    }
    assert!(
        unexpected.is_empty(),
        "{} unlisted:\n{}",
        unexpected.len(),
        unexpected.join("\n")
    );
    assert!(healed.is_empty(), "healed: {healed:?}");
    assert!(
        agree * 100 >= compared * 97,
        "{agree} of {compared}: below 97 %"
    );
}

type Row = BTreeMap<String, String>;

fn rows(table: &str) -> Vec<Row> {
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|fields| header.iter().cloned().zip(fields).collect::<Row>())
        .filter(|row| row["row_kind"].starts_with("validation") && row["container"] == "cades")
        .filter(is_complete)
        .collect()
}

/// Left out is what the suite hands in and the corpus does not have: a digest in place of the
/// content, and a signer's certificate.
fn is_complete(row: &Row) -> bool {
    !row["detached_content"].starts_with("DigestDocument")
        && !row["path"].ends_with("no-key-info-cert.pkcs7")
}

fn compare(corpus: &Path, row: &Row) -> Vec<Comparison> {
    let class = row["test_class"].rsplit('.').next().unwrap();
    let id = format!("{} {class}", row["path"]);
    let report = judge(corpus, row);
    let signatures = flat(&report.signatures);
    let mut comparisons = Vec::new();
    let mut add = |column, asserted: &str, ours: String, agrees| {
        comparisons.push(Comparison {
            id: id.clone(),
            column,
            asserted: asserted.to_owned(),
            ours,
            agrees,
        });
    };
    let count = &row["n_signatures"];
    if !count.is_empty() {
        let ours = signatures.len().to_string();
        let agrees = ours == *count;
        add("signatures", count, ours, agrees);
    }
    for asserted in row["levels"].split('|').filter(|level| !level.is_empty()) {
        let ours: Vec<String> = signatures
            .iter()
            .map(|signature| signature.level.to_string())
            .collect();
        if let Some(agrees) = level_agrees(asserted, &ours) {
            add("level", asserted, ours.join(" "), agrees);
        }
    }
    let facts = |fact: fn(&SignatureReport) -> Option<bool>| {
        sum_up(signatures.iter().map(|signature| fact(signature)))
    };
    for (column, ours) in [
        (
            "signature_intact",
            facts(|one| both(one.integrity.reference_data, one.integrity.signature_value)),
        ),
        (
            "reference_data_intact",
            facts(|one| one.integrity.reference_data),
        ),
    ] {
        let asserted = &row[column];
        if ["true", "false", "mixed"].contains(&asserted.as_str()) {
            let agrees = ours == *asserted || (ours == "unknown" && asserted == "false");
            add(column, asserted, ours, agrees);
        }
    }
    // The suite does not count tokens that it cannot read; we name them and why.
    let timestamps: Vec<&TimestampReport> = signatures
        .iter()
        .flat_map(|signature| &signature.timestamps)
        .filter(|stamp| stamp.time.is_some())
        .collect();
    compare_timestamps(row, &timestamps, &mut add);
    compare_verdict(row, &report, &mut add);
    comparisons
}

fn compare_timestamps(
    row: &Row,
    timestamps: &[&TimestampReport],
    add: &mut impl FnMut(&'static str, &str, String, bool),
) {
    let kinds: Vec<&str> = timestamps.iter().map(|stamp| stamp.kind.name()).collect();
    let asserted = row["timestamps"].split('[').next().unwrap().trim();
    for part in asserted.split([';', ' ']).filter(|part| !part.is_empty()) {
        let part = part.trim_start_matches("has:");
        let (kind, number) = part.split_once('=').unwrap_or((part, ""));
        let found = match kind {
            "n" => kinds.len(),
            _ => kinds.iter().filter(|ours| **ours == kind_of(kind)).count(),
        };
        let agrees = match number.parse::<usize>() {
            Ok(number) => found == number,
            Err(_) => found > 0,
        };
        add("timestamps", part, kinds.join(" "), agrees);
    }
    let detail = &row["timestamps_detail"];
    // Some tests look at their archive time-stamps alone.
    let alone = detail.starts_with("CAdES_V2:");
    let looked_at = timestamps
        .iter()
        .filter(|stamp| !alone || stamp.kind.name() == "archive-time-stamp");
    let imprints = sum_up(looked_at.map(|stamp| stamp.imprint_matches));
    let is_about_records = row["timestamps"].contains("EvidenceRecords");
    let asserted = match (
        detail.contains("imprintIntact=T"),
        detail.contains("imprintIntact=F"),
    ) {
        (true, true) => "mixed",
        (false, true) => "false",
        (true, false) => "true",
        (false, false) if row["timestamps_valid"] == "true" => "true",
        (false, false) => return,
    };
    if !timestamps.is_empty() && !is_about_records {
        let agrees = imprints == asserted || (imprints == "unknown" && asserted == "false");
        add("imprint", asserted, imprints, agrees);
    }
}

fn kind_of(asserted: &str) -> &'static str {
    match asserted {
        "CONTENT_TIMESTAMP" => "content-time-stamp",
        "SIGNATURE_TIMESTAMP" => "signature-time-stamp",
        "ARCHIVE_TIMESTAMP" | "CAdES_V2" | "CAdES_V3" => "archive-time-stamp",
        other => panic!("{other}"),
    }
}

/// The suite trusts nobody unless it says so, and neither do we here.
fn compare_verdict(
    row: &Row,
    report: &Report,
    add: &mut impl FnMut(&'static str, &str, String, bool),
) {
    let ours = report
        .signatures
        .first()
        .map(|signature| signature.conclusion.indication);
    let Some(ours) = ours else { return };
    let of_signature = |column: &str| {
        row[column]
            .split('|')
            .find_map(|part| part.strip_prefix("sig:"))
            .map(str::to_owned)
    };
    if let Some(asserted) = of_signature("indication") {
        let name = ours.total_name().to_owned();
        let agrees = name.replace('-', "_") == asserted;
        add("indication", &asserted, name, agrees);
    }
    if let Some(asserted) = of_signature("sub_indication") {
        let name = ours.sub_indication().unwrap_or_default().to_owned();
        let agrees = name == asserted;
        add("sub_indication", &asserted, name, agrees);
    }
}

/// The contract's level for the name that the suite uses; `None` where it has none.
fn level_agrees(asserted: &str, ours: &[String]) -> Option<bool> {
    let (which, name) = asserted.split_once(':')?;
    let level = match name
        .trim_start_matches("CAdES-")
        .trim_start_matches("BASELINE-")
    {
        "BES" | "EPES" | "B" => "B-B",
        "T" | "C" | "X" => "B-T",
        "XL" | "LT" => "B-LT",
        "A" | "LTA" => "B-LTA",
        "CMS-NOT-ETSI" => "none",
        "ERS" => return None,
        other => panic!("{other}"),
    };
    Some(match which {
        "first" => ours.first().is_some_and(|ours| ours == level),
        _ => ours.iter().any(|ours| ours == level),
    })
}

fn flat(signatures: &[SignatureReport]) -> Vec<&SignatureReport> {
    signatures
        .iter()
        .flat_map(SignatureReport::with_counter_signatures)
        .collect()
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn sum_up(facts: impl Iterator<Item = Option<bool>>) -> String {
    let facts: Vec<Option<bool>> = facts.collect();
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

fn judge(corpus: &Path, row: &Row) -> Report {
    let mut document = Document::read(fs::read(corpus.join(&row["path"])).unwrap()).unwrap();
    if let Some(content) = content(corpus, &row["detached_content"]) {
        document = document.with_detached(content);
    }
    let mut evidence = Evidence::from(&document);
    for file in fs::read_dir(corpus.join("_trust")).unwrap().flatten() {
        evidence = evidence.with(fs::read(file.path()).unwrap());
    }
    let at = UnixTime::from_rfc3339("2026-11-24T12:00:00Z").unwrap();
    validate(
        &document,
        &evidence,
        &TrustAnchors::none(),
        &Policy::default(),
        at,
    )
}

fn content(corpus: &Path, detached: &str) -> Option<Vec<u8>> {
    let detached = detached.split(",ER=").next()?;
    if let Some(text) = detached.strip_prefix("inline:") {
        return Some(text.as_bytes().to_vec());
    }
    let name = detached.split(['/', ';']).next_back()?;
    let module = corpus.join("dss-cades");
    fs::read(module.join(Some(name).filter(|name| !name.is_empty())?)).ok()
}
