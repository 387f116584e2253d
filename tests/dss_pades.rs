//! PDF signatures of the EU DSS test suite: number of signatures, level, integrity, time-stamps,
//! verdicts and what was changed after signing, against what that suite asserts. Says so and
//! passes where `../shared/corpus` is not at hand.
//!
//! Disagreements stand with their reasons in `tests/dss_pades_disagreements.toml`; one that has
//! healed fails the test, and so does a new one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::Report;
use sigill::signature::ChangeKind;
use sigill::validation::{Rule, Status};
use support::dss::{Comparison, Row, Suite, settle};
use support::dss_signatures::{Comparisons, integrity, judge};

#[test]
fn pades_agrees_with_the_suite() {
    let Some(suite) = Suite::at_hand() else {
        return;
    };
    let rows = suite.rows.iter().filter(|row| is_compared(row));
    let comparisons: Vec<Comparison> = rows.flat_map(|row| compare(&suite, row)).collect();
    let listed = include_str!("dss_pades_disagreements.toml");
    settle("dss pades", &comparisons, listed, 97);
}

fn is_compared(row: &Row) -> bool {
    row["container"] == "pdf"
        && ["validation", "standalone"].contains(&row["row_kind"].as_str())
        // The column names a policy of the suite there.
        && !row["detached_content"].contains("PLAIN-ECDSA")
}

fn compare(suite: &Suite, row: &Row) -> Vec<Comparison> {
    let mut comparisons = Comparisons::new(row);
    match judge(suite, row) {
        Ok(report) => {
            comparisons.signatures(&report);
            comparisons.integrity(integrity(&report));
            comparisons.timestamps(&report);
            records(&mut comparisons, row, &report);
            comparisons.verdict(&report);
            some_fail(&mut comparisons, row, &report);
            changes(&mut comparisons, row, &report);
        }
        Err(error) => {
            let ours = format!("error {}", error.kind());
            let asserted = &row["exception_expected"];
            comparisons.add("readable", asserted, ours, !asserted.is_empty());
        }
    }
    comparisons.all
}

fn records(comparisons: &mut Comparisons<'_>, row: &Row, report: &Report) {
    let asserted = &row["n_evidence_records"];
    if !asserted.is_empty() {
        let ours = report.evidence_records.len().to_string();
        let agrees = ours == *asserted;
        comparisons.add("records", asserted, ours, agrees);
    }
}

/// Where the suite looks at each signature and expects the verdict of some.
fn some_fail(comparisons: &mut Comparisons<'_>, row: &Row, report: &Report) {
    if row["indication"].contains("cond:TOTAL_FAILED") {
        let names = report.signatures.iter();
        let names: Vec<&str> = names
            .map(|one| one.conclusion.indication.total_name())
            .collect();
        let agrees = names.contains(&"TOTAL-FAILED");
        comparisons.add("indication", "some TOTAL_FAILED", names.join(" "), agrees);
    }
}

/// What the suite says of all signatures together: a kind of change at some, at none, or both.
fn changes(comparisons: &mut Comparisons<'_>, row: &Row, report: &Report) {
    let asserted = row["pdf_modification"].as_str();
    let found = |kinds: &[ChangeKind]| {
        let changes = report
            .signatures
            .iter()
            .flat_map(|one| &one.coverage.changes);
        let mut kinds_found = changes.map(|change| change.kind);
        kinds_found.any(|kind| kinds.contains(&kind))
    };
    let default = asserted.starts_with("default:");
    for (column, key, kinds) in [
        (
            "changes without definition",
            "undefinedChanges",
            &[ChangeKind::Suspicious][..],
        ),
        (
            "changes of annotations",
            "annotChanges",
            &[ChangeKind::Annotation, ChangeKind::Suspicious],
        ),
        (
            "changes by extension",
            "extensionChanges",
            &[ChangeKind::LongTermEvidence, ChangeKind::Metadata],
        ),
        (
            "changes of forms",
            "formFillChanges",
            &[ChangeKind::FormFilling, ChangeKind::FurtherSignature],
        ),
        (
            "changes of pages",
            "pageDiffPages",
            &[ChangeKind::Suspicious],
        ),
    ] {
        let said: Vec<&str> = asserted
            .split("; ")
            .filter_map(|part| part.strip_prefix(key)?.strip_prefix('='))
            .collect();
        // Both are said of one signature where its time-stamp differs from it, whose changes no
        // report lists.
        if said.len() > 1 && report.signatures.len() == 1 {
            continue;
        }
        let expected = match said.is_empty() {
            true if default && key == "undefinedChanges" => "none",
            true => continue,
            false if said.iter().any(|said| *said != "empty") => "some",
            false => "none",
        };
        let ours = if found(kinds) { "some" } else { "none" };
        comparisons.add(column, expected, ours.to_owned(), ours == expected);
    }
    byte_ranges(comparisons, asserted, report);
}

fn byte_ranges(comparisons: &mut Comparisons<'_>, asserted: &str, report: &Report) {
    let said = match asserted {
        _ if asserted.contains("byteRangeValid=mixed") => "false",
        _ if asserted.contains("byteRangeValid=false") => "false",
        _ if asserted.contains("byte range valid") => "true",
        _ if asserted.contains("byteRangeValid=true") => "true",
        _ => return,
    };
    let sound = report.signatures.iter().all(|signature| {
        let mut findings = signature.conclusion.findings.iter();
        !findings.any(|finding| {
            finding.rule == Rule::FormatConforms
                && finding.status == Status::Failed
                && finding.detail.contains("/ByteRange")
        })
    });
    let ours = sound.to_string();
    let agrees = ours == said;
    comparisons.add("byte range", said, ours, agrees);
}
