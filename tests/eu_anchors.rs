//! Real documents judged by real anchors: the certificates of the EU trusted lists in
//! `../shared/corpus/dss/eu_anchors`, and what the EU DSS test suite trusts for the document.
//! Says so and passes where the corpus is not at hand.
//!
//! Each document is judged ten seconds after the last thing in it was made, and on a day on which
//! most of its certificates have expired. What does not pass stands with its reason in
//! `tests/eu_anchors.toml`; a document that passes after all fails the test until it is taken
//! out, and so does a new failure.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde::Deserialize;
use sigill::report::{Report, SignatureReport};
use sigill::validation::Status;
use sigill::{Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeMap;
use support::dss::{Row, Suite, today};

/// The verdict on every signature of one document at both times, and why it is so.
#[derive(Deserialize, PartialEq, Debug)]
struct Exception {
    /// Ten seconds after the last thing in it was made; left out where it passes.
    then: Option<String>,
    /// On 2026-11-24; left out where it passes.
    now: Option<String>,
    /// Until when what passed then could be proven; left out where it did not pass.
    provable_until: Option<String>,
    reason: String,
}

#[test]
fn documents_with_a_chain_a_time_stamp_and_revocation_data_pass() {
    let Some(suite) = Suite::at_hand() else {
        return;
    };
    let exceptions: BTreeMap<String, Exception> =
        toml::from_str(include_str!("eu_anchors.toml")).unwrap();
    let mut anchors = TrustAnchors::none();
    suite.add_anchors(&mut anchors, "eu_anchors");
    let rows = compared(&suite);
    let mut unlisted = String::new();
    let (mut then, mut now) = (0, 0);
    for row in &rows {
        let path = &row["path"];
        let found = judge(&suite, row, anchors.clone());
        then += usize::from(found.then.is_none());
        now += usize::from(found.now.is_none());
        let none = Exception {
            then: None,
            now: None,
            provable_until: found.provable_until.clone(),
            reason: String::new(),
        };
        let passes = found.then.is_none() && found.now.is_none();
        let is_as_listed = match exceptions.get(path) {
            Some(listed) => {
                !listed.reason.is_empty()
                    && Exception {
                        reason: String::new(),
                        then: listed.then.clone(),
                        now: listed.now.clone(),
                        provable_until: listed.provable_until.clone(),
                    } == found
            }
            None => passes && none == found,
        };
        if !is_as_listed {
            unlisted += &entry(path, &found);
        }
    }
    println!(
        "eu anchors: {} documents; passed shortly after the last thing in them {then}, today {now}",
        rows.len(),
    );
    let gone = exceptions
        .keys()
        .filter(|path| !rows.iter().any(|row| row["path"] == **path));
    assert_eq!(gone.count(), 0, "listed, but not there");
    assert!(unlisted.is_empty(), "not as listed:\n{unlisted}");
}

/// Those whose signer's chain reaches an anchor, and that hold a time-stamp whose chain does.
fn compared(suite: &Suite) -> Vec<&Row> {
    let rows = suite.rows.iter().filter(|row| {
        let chains = &row["obs_chain_verified_to_cached_EU_TL"];
        chains.contains("SIG->")
            && chains.contains("TSA->")
            && ["cades", "pdf", "asic-s", "asic-e"].contains(&row["container"].as_str())
    });
    let by_path: BTreeMap<&str, &Row> = rows.map(|row| (row["path"].as_str(), row)).collect();
    by_path.into_values().collect()
}

/// The verdicts on one document, and a line for each.
fn judge(suite: &Suite, row: &Row, mut trust: TrustAnchors) -> Exception {
    suite.add_named_anchors(&mut trust, &row["path"]);
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy);
    let document = suite.document(row).unwrap();
    let evidence = suite.evidence(row, &document);
    let now = validator.validate(&document, &evidence, today());
    let then = shortly_after(&now, &evidence);
    let then = validator.validate_with_outlook(&document, &evidence, then);
    let until = then.signatures.iter().map(|one| one.provable_until);
    let until = until.collect::<Option<Vec<_>>>();
    let until = until.and_then(|ends| ends.into_iter().min());
    let found = Exception {
        then: verdict(&then),
        now: verdict(&now),
        provable_until: until.map(|end| end.to_string()),
        reason: String::new(),
    };
    println!(
        "{}\n    {} {}\n    now                  {}\n    provable until {}",
        row["path"],
        then.validation_time,
        found.then.as_deref().unwrap_or("TOTAL-PASSED"),
        found.now.as_deref().unwrap_or("TOTAL-PASSED"),
        found.provable_until.as_deref().unwrap_or("-"),
    );
    found
}

fn entry(path: &str, found: &Exception) -> String {
    let lines = [
        ("then", &found.then),
        ("now", &found.now),
        ("provable_until", &found.provable_until),
    ];
    let lines = lines.map(|(key, value)| match value {
        Some(value) => format!("{key} = {value:?}\n"),
        None => String::new(),
    });
    format!("[\"{path}\"]\n{}reason = \"\"\n\n", lines.concat())
}

/// Ten seconds after the last time that anything in the document states of its making: some of
/// its OCSP responses speak for a minute only. Evidence records are made long after signing.
fn shortly_after(report: &Report, evidence: &Evidence) -> UnixTime {
    const WHILE: i64 = 10;
    let claimed = report
        .signatures
        .iter()
        .filter_map(|signature| signature.claimed_signing_time);
    let inner = report.signatures.iter().flat_map(|one| &one.timestamps);
    let stamped = inner.chain(&report.timestamps).filter_map(|one| one.time);
    let lists = evidence.revocation_lists().iter();
    let lists = lists.map(|list| list.object.this_update);
    let responses = evidence.ocsp_responses().iter();
    let responses = responses.map(|response| response.object.produced_at);
    let last = claimed
        .chain(stamped)
        .chain(lists)
        .chain(responses)
        .max()
        .unwrap_or(report.validation_time);
    UnixTime(last.0 + WHILE)
}

/// What is not passed, with the check that stood in the way; `None` where all pass.
fn verdict(report: &Report) -> Option<String> {
    if let Some(error) = &report.error {
        return Some(format!("error {}", error.kind()));
    }
    if report.signatures.is_empty() {
        return Some("no signature".to_owned());
    }
    let failed: Vec<String> = report
        .signatures
        .iter()
        .filter(|signature| !signature.conclusion.indication.is_passed())
        .map(described)
        .collect();
    (!failed.is_empty()).then(|| failed.join("; "))
}

fn described(signature: &SignatureReport) -> String {
    let findings = &signature.conclusion.findings;
    let why = findings
        .iter()
        .find(|finding| finding.status == Status::Failed)
        .map_or_else(String::new, |finding| format!(" by {}", finding.rule.id()));
    format!(
        "{} {:?}{why}",
        signature.id, signature.conclusion.indication
    )
}
