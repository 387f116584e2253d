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

mod support;

use serde::Deserialize;
use sigill::report::SignatureReport;
use sigill::validation::Status;
use std::collections::BTreeMap;
use std::fs;
use support::cases::{Case, folders};
use support::fixture;

/// What has to be said of a case.
#[derive(Deserialize)]
struct Expected {
    error: Option<String>,
    timestamps: Option<Vec<String>>,
    records: Option<Vec<String>>,
    required_signers: Option<Vec<String>>,
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
    met: Option<String>,
    roles: Option<String>,
    organisation_grade: Option<String>,
    organisation_identifier: Option<String>,
    organisation_authority: Option<String>,
    organisation_reason: Option<String>,
    conflicts: Option<usize>,
    uncovered: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Divergence {
    expected: String,
    actual: String,
    reason: String,
}

#[test]
fn every_case_ends_as_expected() {
    let divergences: BTreeMap<String, Divergence> =
        toml::from_str(&fs::read_to_string(fixture("divergences.toml")).unwrap()).unwrap();
    let cases = folders();
    let mut unexpected = Vec::new();
    let mut healed: Vec<_> = divergences.keys().cloned().collect();
    for folder in &cases {
        let text = fs::read_to_string(folder.join("case.toml")).unwrap();
        let (case, wanted): (Case, Expected) = (
            toml::from_str(&text).unwrap(),
            toml::from_str(&text).unwrap(),
        );
        let (expected, actual) = (expectation(&wanted), outcome(&case, &wanted));
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

fn expectation(wanted: &Expected) -> String {
    if let Some(kind) = &wanted.error {
        return format!("error {kind}");
    }
    let signatures = wanted.signature.iter().map(|signature| {
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
        words.extend(signature.met.clone());
        words.extend(signature.roles.clone());
        words.extend(signature.organisation_grade.clone());
        words.extend(signature.organisation_identifier.clone());
        words.extend(signature.organisation_authority.clone());
        words.extend(signature.organisation_reason.clone());
        words.extend(
            signature
                .conflicts
                .map(|count| format!("conflicts={count}")),
        );
        words.extend(signature.uncovered.as_ref().map(|names| uncovered(names)));
        words.join(" ")
    });
    let mut parts: Vec<String> = match wanted.signatures {
        Some(count) => vec![format!("{count} signatures")],
        None => signatures.collect(),
    };
    parts.extend(
        wanted
            .timestamps
            .as_ref()
            .map(|words| about("time-stamps", words)),
    );
    parts.extend(wanted.records.as_ref().map(|words| about("records", words)));
    let demands = wanted.required_signers.as_ref();
    parts.extend(demands.map(|words| about("required signers", words)));
    parts.join(" | ")
}

fn uncovered(names: &[String]) -> String {
    format!("uncovered={names:?}")
}

fn about(kind: &str, words: &[String]) -> String {
    format!("{kind}={words:?}")
}

fn outcome(case: &Case, wanted: &Expected) -> String {
    let report = case.judge(&case.policy());
    if let Some(error) = &report.error {
        return format!("error {}", error.kind());
    }
    let mut words_of_all = Vec::new();
    if wanted.signatures.is_some() {
        words_of_all.push(format!("{} signatures", report.signatures.len()));
    }
    for (index, signature) in report.signatures.iter().enumerate() {
        if std::env::var_os("SIGILL_SHOW").is_some_and(|wanted| *wanted == *case.id) {
            println!("{:#?}", signature.conclusion);
            for timestamp in signature.timestamps.iter().chain(&report.timestamps) {
                println!("{:#?}", timestamp.conclusion);
            }
        }
        if wanted.signatures.is_none() {
            words_of_all.push(words(signature, wanted.signature.get(index)));
        }
    }
    if wanted.timestamps.is_some() {
        let verdicts = report.timestamps.iter();
        let verdicts: Vec<_> = verdicts
            .map(|timestamp| timestamp.conclusion.indication.to_string())
            .collect();
        words_of_all.push(about("time-stamps", &verdicts));
    }
    if wanted.records.is_some() {
        let verdicts = report.evidence_records.iter();
        let verdicts: Vec<_> = verdicts
            .map(|record| record.conclusion.indication.to_string())
            .collect();
        words_of_all.push(about("records", &verdicts));
    }
    if wanted.required_signers.is_some() {
        let demands = report.required_signers.iter().map(|demand| {
            let verdict = if demand.is_met { "met" } else { "not met" };
            format!("{verdict} {}", demand.counted.join(" "))
        });
        words_of_all.push(about("required signers", &demands.collect::<Vec<_>>()));
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
    let warned = wanted.and_then(|wanted| wanted.warned.as_ref());
    words.extend(found(signature, warned, Status::Warning));
    let met = wanted.and_then(|wanted| wanted.met.as_ref());
    words.extend(found(signature, met, Status::Passed));
    if wanted.is_some_and(|wanted| wanted.roles.is_some()) {
        let roles = signature.binding.roles.iter();
        let roles = roles.map(|role| format!("{} {}", role.grade.name(), role.value));
        words.push(roles.collect::<Vec<_>>().join(", "));
    }
    words.extend(words_on_organisation(signature, wanted));
    if wanted.is_some_and(|wanted| wanted.uncovered.is_some()) {
        let members = signature.coverage.members.as_ref();
        words.extend(members.map(|members| uncovered(&members.uncovered)));
    }
    words.join(" ")
}

fn words_on_organisation(
    signature: &SignatureReport,
    wanted: Option<&ExpectedSignature>,
) -> Vec<String> {
    let mut words = Vec::new();
    let organisation = &signature.binding.signer_organisation;
    if wanted.is_some_and(|wanted| wanted.organisation_grade.is_some()) {
        words.push(organisation.grade.name().to_owned());
        words.extend(organisation.value.identifier.clone());
    }
    if wanted.is_some_and(|wanted| wanted.organisation_authority.is_some()) {
        words.push(organisation.authority.name().to_owned());
    }
    let reason = wanted.and_then(|wanted| wanted.organisation_reason.clone());
    words.extend(reason.filter(|reason| organisation.reason.ends_with(reason)));
    if wanted.is_some_and(|wanted| wanted.conflicts.is_some()) {
        words.push(format!("conflicts={}", organisation.conflicts.len()));
    }
    words
}

/// The wanted rule, if it has a finding of this status.
fn found(signature: &SignatureReport, rule: Option<&String>, status: Status) -> Option<String> {
    let mut findings = signature.conclusion.findings.iter();
    let is_there =
        |rule: &&String| findings.any(|found| found.rule.id() == **rule && found.status == status);
    rule.filter(is_there).cloned()
}

fn total(signature: &SignatureReport) -> String {
    let indication = signature.conclusion.indication;
    match indication.sub_indication() {
        Some(why) => format!("{}/{why}", indication.total_name()),
        None => indication.total_name().to_owned(),
    }
}
