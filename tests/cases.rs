//! Runs every case under `fixtures/cases` and compares with what its `case.toml` expects.
//!
//! Known divergences stand in `fixtures/divergences.toml`; one that has healed fails the test.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::report::SignatureReport;
use sigill::validation::Status;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    id: String,
    input: String,
    detached: Option<String>,
    #[serde(default)]
    trust: Vec<String>,
    #[serde(default)]
    evidence: Vec<String>,
    at: String,
    error: Option<String>,
    timestamps: Option<Vec<String>>,
    records: Option<Vec<String>>,
    signatures: Option<usize>,
    #[serde(default)]
    signature: Vec<ExpectedSignature>,
}

#[derive(Deserialize, Debug)]
struct ExpectedSignature {
    format: String,
    level: String,
    indication: String,
    #[serde(default)]
    sub_indication: String,
    reference_data: Option<bool>,
    signature_value: Option<bool>,
    timestamps: Option<usize>,
    timestamp_verdicts: Option<String>,
    counter_signatures: Option<String>,
    warned: Option<String>,
    organisation_grade: Option<String>,
    organisation_identifier: Option<String>,
    uncovered: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Divergence {
    expected: String,
    actual: String,
    reason: String,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

#[test]
fn every_case_ends_as_expected() {
    let divergences: BTreeMap<String, Divergence> =
        toml::from_str(&fs::read_to_string(fixtures().join("divergences.toml")).unwrap()).unwrap();
    let mut cases = Vec::new();
    for family in fs::read_dir(fixtures().join("cases")).unwrap().flatten() {
        cases.extend(
            fs::read_dir(family.path())
                .unwrap()
                .flatten()
                .map(|entry| entry.path()),
        );
    }
    cases.sort();
    let mut unexpected = Vec::new();
    let mut healed: Vec<_> = divergences.keys().cloned().collect();
    for folder in &cases {
        let case: Case =
            toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
        let (expected, actual) = (expectation(&case), outcome(&case, folder));
        match divergences.get(&case.id) {
            Some(known) if expected != actual => {
                healed.retain(|id| *id != case.id);
                assert!(!known.reason.is_empty());
                if known.expected != expected || known.actual != actual {
                    unexpected.push(format!(
                        "{}: diverges otherwise\n  expected {expected}\n  actual   {actual}",
                        case.id
                    ));
                }
            }
            _ if expected != actual => {
                unexpected.push(format!(
                    "{}\n  expected {expected}\n  actual   {actual}",
                    case.id
                ));
            }
            _ => {}
        }
    }
    println!(
        "{} cases, {} known divergences",
        cases.len(),
        divergences.len()
    );
    assert!(cases.len() > 100, "the fixtures are incomplete");
    assert!(
        healed.is_empty(),
        "healed divergences must be taken out: {healed:?}"
    );
    assert!(
        unexpected.is_empty(),
        "{} of {}:\n{}",
        unexpected.len(),
        cases.len(),
        unexpected.join("\n")
    );
}

fn expectation(case: &Case) -> String {
    if let Some(kind) = &case.error {
        return format!("error {kind}");
    }
    let signatures = case.signature.iter().map(|signature| {
        let mut words = vec![
            signature.format.clone(),
            signature.level.clone(),
            signature.indication.clone(),
            signature.sub_indication.clone(),
        ];
        words.extend(signature.reference_data.map(|fact| format!("data={fact}")));
        words.extend(
            signature
                .signature_value
                .map(|fact| format!("value={fact}")),
        );
        words.extend(
            signature
                .timestamps
                .map(|count| format!("timestamps={count}")),
        );
        words.extend(signature.timestamp_verdicts.clone());
        words.extend(signature.counter_signatures.clone());
        words.extend(signature.warned.clone());
        words.extend(signature.organisation_grade.clone());
        words.extend(signature.organisation_identifier.clone());
        words.extend(signature.uncovered.as_ref().map(|names| uncovered(names)));
        words.join(" ")
    });
    let mut parts: Vec<String> = match case.signatures {
        Some(count) => vec![format!("{count} signatures")],
        None => signatures.collect(),
    };
    parts.extend(
        case.timestamps
            .as_ref()
            .map(|words| about("time-stamps", words)),
    );
    parts.extend(case.records.as_ref().map(|words| about("records", words)));
    parts.join(" | ")
}

fn uncovered(names: &[String]) -> String {
    format!("uncovered={names:?}")
}

fn about(kind: &str, words: &[String]) -> String {
    format!("{kind}={words:?}")
}

fn outcome(case: &Case, folder: &Path) -> String {
    let mut document = match Document::read(fs::read(folder.join(&case.input)).unwrap()) {
        Ok(document) => document,
        Err(error) => return format!("error {}", error.kind()),
    };
    if let Some(detached) = &case.detached {
        document = document.with_detached(fs::read(folder.join(detached)).unwrap());
    }
    let mut trust = TrustAnchors::none();
    for anchor in &case.trust {
        trust
            .add(fs::read(fixtures().join(anchor)).unwrap())
            .unwrap();
    }
    let mut evidence = Evidence::from(&document);
    for file in &case.evidence {
        evidence = evidence.with(fs::read(fixtures().join(file)).unwrap());
    }
    let at = UnixTime::from_rfc3339(&case.at).unwrap();
    let report = validate(&document, &evidence, &trust, &Policy::default(), at);
    if let Some(error) = &report.error {
        return format!("error {}", error.kind());
    }
    let mut words_of_all = Vec::new();
    if case.signatures.is_some() {
        words_of_all.push(format!("{} signatures", report.signatures.len()));
    }
    for (index, signature) in report.signatures.iter().enumerate() {
        if std::env::var_os("SIGILL_SHOW").is_some_and(|wanted| *wanted == *case.id) {
            println!("{:#?}", signature.conclusion);
            for timestamp in signature.timestamps.iter().chain(&report.timestamps) {
                println!("{:#?}", timestamp.conclusion);
            }
        }
        if case.signatures.is_none() {
            words_of_all.push(words(signature, case.signature.get(index)));
        }
    }
    if case.timestamps.is_some() {
        let verdicts = report.timestamps.iter();
        let verdicts: Vec<_> = verdicts
            .map(|timestamp| timestamp.conclusion.indication.to_string())
            .collect();
        words_of_all.push(about("time-stamps", &verdicts));
    }
    if case.records.is_some() {
        let verdicts = report.evidence_records.iter();
        let verdicts: Vec<_> = verdicts
            .map(|record| record.conclusion.indication.to_string())
            .collect();
        words_of_all.push(about("records", &verdicts));
    }
    words_of_all.join(" | ")
}

/// What was found of a signature, as far as the case says what it wants.
fn words(signature: &SignatureReport, wanted: Option<&ExpectedSignature>) -> String {
    let mut words = vec![
        signature.format.name().to_owned(),
        signature.level.to_string(),
        signature.conclusion.indication.total_name().to_owned(),
        signature
            .conclusion
            .indication
            .sub_indication()
            .unwrap_or_default()
            .to_owned(),
    ];
    let told = |fact: Option<bool>| fact.map_or("null".to_owned(), |fact| fact.to_string());
    if wanted.is_some_and(|wanted| wanted.reference_data.is_some()) {
        words.push(format!("data={}", told(signature.integrity.reference_data)));
    }
    if wanted.is_some_and(|wanted| wanted.signature_value.is_some()) {
        words.push(format!(
            "value={}",
            told(signature.integrity.signature_value)
        ));
    }
    if wanted.is_some_and(|wanted| wanted.timestamps.is_some()) {
        words.push(format!("timestamps={}", signature.timestamps.len()));
    }
    if wanted.is_some_and(|wanted| wanted.timestamp_verdicts.is_some()) {
        let verdicts = signature.timestamps.iter();
        let verdicts = verdicts.map(|stamp| stamp.conclusion.indication.to_string());
        words.push(verdicts.collect::<Vec<_>>().join(" "));
    }
    if wanted.is_some_and(|wanted| wanted.counter_signatures.is_some()) {
        let all = signature.with_counter_signatures();
        let verdicts = all.iter().skip(1).map(|counter| total(counter));
        words.push(verdicts.collect::<Vec<_>>().join(" "));
    }
    if let Some(rule) = wanted.and_then(|wanted| wanted.warned.as_ref()) {
        let findings = &signature.conclusion.findings;
        let is_warned = findings
            .iter()
            .any(|finding| finding.rule.id() == rule && finding.status == Status::Warning);
        words.extend(is_warned.then(|| rule.clone()));
    }
    let organisation = &signature.binding.signer_organisation;
    if wanted.is_some_and(|wanted| wanted.organisation_grade.is_some()) {
        words.push(organisation.grade.name().to_owned());
        words.extend(organisation.value.identifier.clone());
    }
    if wanted.is_some_and(|wanted| wanted.uncovered.is_some()) {
        let members = signature.coverage.members.as_ref();
        words.extend(members.map(|members| uncovered(&members.uncovered)));
    }
    words.join(" ")
}

fn total(signature: &SignatureReport) -> String {
    let indication = signature.conclusion.indication;
    match indication.sub_indication() {
        Some(why) => format!("{}/{why}", indication.total_name()),
        None => indication.total_name().to_owned(),
    }
}
