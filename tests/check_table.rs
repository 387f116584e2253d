//! The checks of EN 319 102-1 as EU DSS runs them, 64 rows: `fixtures/checks.toml` names for each
//! the rule that it is here, a case that meets it and one that does not, with the outcome.
//! And every sub-indication of clause 5.1.3 is reached by a case.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde::Deserialize;
use sigill::validation::{Conclusion, Status};
use sigill::{Policy, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use support::cases::Case;
use support::fixture;

const ROWS: std::ops::RangeInclusive<u32> = 1..=64;

#[derive(Deserialize)]
struct Table {
    check: Vec<Check>,
    /// The case, and the policy where it needs one, that reach each sub-indication.
    sub_indication: BTreeMap<String, Reached>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    row: u32,
    /// What is checked, in a few words.
    check: String,
    /// The word of the rule.
    #[serde(default)]
    rule: String,
    #[serde(default)]
    passing: String,
    #[serde(default)]
    failing: String,
    /// The verdict on what fails the check: signature, time-stamp or record.
    #[serde(default)]
    indication: String,
    #[serde(default)]
    sub_indication: String,
    /// The policy, under `fixtures`, by which both cases are judged where the default does not
    /// ask for the check or only warns.
    policy: Option<String>,
    /// Whether the rule is named only where it is not met.
    #[serde(default)]
    silent: bool,
    /// Why the default level is other than in EU DSS, or there is no such check here.
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    case: String,
    policy: Option<String>,
}

fn table() -> Table {
    toml::from_str(&fs::read_to_string(fixture("checks.toml")).unwrap()).unwrap()
}

#[test]
fn every_check_has_a_case_that_meets_it_and_one_that_does_not() {
    let checks = table().check;
    let named: BTreeSet<u32> = checks.iter().map(|check| check.row).collect();
    let unnamed = ROWS.filter(|row| !named.contains(row));
    let mut wrong: Vec<String> = unnamed
        .map(|row| format!("row {row} is left out"))
        .collect();
    wrong.extend(
        named
            .iter()
            .filter(|row| !ROWS.contains(row))
            .map(|row| format!("row {row}?")),
    );
    for check in &checks {
        let problems = match (check.rule.is_empty(), check.reason.is_empty()) {
            (true, true) => vec![format!("row {}: neither a rule nor why not", check.row)],
            (true, false) => Vec::new(),
            (false, _) => check.problems(),
        };
        println!(
            "{:2} {:60} {:40} {} {}",
            check.row, check.check, check.rule, check.indication, check.sub_indication
        );
        wrong.extend(problems);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Check {
    fn problems(&self) -> Vec<String> {
        let place = format!("row {} ({}), {}", self.row, self.check, self.rule);
        let mut problems = Vec::new();
        if !self.is_met() {
            problems.push(format!("{place}: {} does not meet it", self.passing));
        }
        let report = judge(&self.failing, self.policy.as_deref());
        let verdict = format!("{}/{}", self.indication, self.sub_indication);
        let verdict = verdict.trim_end_matches('/');
        let failed: Vec<String> = conclusions(&report)
            .into_iter()
            .filter(|conclusion| has(conclusion, &self.rule, |status| status == Status::Failed))
            .map(|conclusion| conclusion.indication.to_string())
            .collect();
        if !failed.iter().any(|found| found == verdict) {
            problems.push(format!(
                "{place}: {} is to fail it as {verdict}, but {failed:?}",
                self.failing
            ));
        }
        problems
    }

    /// The rule is met somewhere, and nowhere not.
    fn is_met(&self) -> bool {
        let report = judge(&self.passing, self.policy.as_deref());
        let all = conclusions(&report);
        let any = |wanted: fn(Status) -> bool| {
            all.iter()
                .any(|conclusion| has(conclusion, &self.rule, wanted))
        };
        let passed = any(|status| status == Status::Passed);
        !all.is_empty() && !any(|status| status != Status::Passed) && passed != self.silent
    }
}

#[test]
fn every_sub_indication_is_reached() {
    let reached = table().sub_indication;
    let known: BTreeSet<&str> = SUB_INDICATIONS.into_iter().collect();
    let named: BTreeSet<&str> = reached.keys().map(String::as_str).collect();
    assert_eq!(named, known);
    let mut missed = Vec::new();
    for (word, by) in &reached {
        let report = judge(&by.case, by.policy.as_deref());
        let verdicts: Vec<String> = conclusions(&report)
            .into_iter()
            .map(|conclusion| conclusion.indication.to_string())
            .collect();
        println!("{word:40} {:50} {verdicts:?}", by.case);
        if !verdicts
            .iter()
            .any(|verdict| verdict.ends_with(&format!("/{word}")))
        {
            missed.push(format!("{word}: {} gives {verdicts:?}", by.case));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// EN 319 102-1, 5.1.3, tables 5 and 6.
const SUB_INDICATIONS: [&str; 25] = [
    "FORMAT_FAILURE",
    "HASH_FAILURE",
    "SIG_CRYPTO_FAILURE",
    "REVOKED",
    "EXPIRED",
    "NOT_YET_VALID",
    "SIG_CONSTRAINTS_FAILURE",
    "CHAIN_CONSTRAINTS_FAILURE",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "CRYPTO_CONSTRAINTS_FAILURE",
    "POLICY_PROCESSING_ERROR",
    "SIGNATURE_POLICY_NOT_AVAILABLE",
    "TIMESTAMP_ORDER_FAILURE",
    "NO_SIGNING_CERTIFICATE_FOUND",
    "NO_CERTIFICATE_CHAIN_FOUND",
    "NO_CERTIFICATE_CHAIN_FOUND_NO_POE",
    "REVOKED_NO_POE",
    "REVOKED_CA_NO_POE",
    "OUT_OF_BOUNDS_NO_POE",
    "OUT_OF_BOUNDS_NOT_REVOKED",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "NO_POE",
    "TRY_LATER",
    "SIGNED_DATA_NOT_FOUND",
];

fn judge(case: &str, policy: Option<&str>) -> Report {
    let policy = match policy {
        Some(path) => Policy::from_toml(&fs::read_to_string(fixture(path)).unwrap()).unwrap(),
        None => Policy::default(),
    };
    Case::named(case).judge(&policy)
}

/// Every verdict in the report.
fn conclusions(report: &Report) -> Vec<&Conclusion> {
    let signatures = report.signatures.iter();
    let signatures = signatures.flat_map(|signature| signature.with_counter_signatures());
    let mut all = Vec::new();
    for signature in signatures {
        all.push(&signature.conclusion);
        let timestamps = signature.timestamps.iter();
        all.extend(timestamps.map(|timestamp| &timestamp.conclusion));
    }
    all.extend(
        report
            .timestamps
            .iter()
            .map(|timestamp| &timestamp.conclusion),
    );
    all.extend(
        report
            .evidence_records
            .iter()
            .map(|record| &record.conclusion),
    );
    all
}

fn has(conclusion: &Conclusion, rule: &str, wanted: impl Fn(Status) -> bool) -> bool {
    let mut findings = conclusion.findings.iter();
    findings.any(|finding| finding.rule.id() == rule && wanted(finding.status))
}
