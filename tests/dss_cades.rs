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

mod support;

use support::dss::{Comparison, Row, Suite, settle};
use support::dss_signatures::{Comparisons, judge};

#[test]
fn cades_agrees_with_the_suite() {
    let Some(suite) = Suite::at_hand() else {
        return;
    };
    let rows = suite.rows.iter().filter(|row| is_compared(row));
    let comparisons: Vec<Comparison> = rows.flat_map(|row| compare(&suite, row)).collect();
    let listed = include_str!("dss_cades_disagreements.toml");
    settle("dss cades", &comparisons, listed, 97);
}

/// Left out is what the suite hands in and the corpus does not have: a digest in place of the
/// content, and a signer's certificate.
fn is_compared(row: &Row) -> bool {
    row["row_kind"].starts_with("validation")
        && row["container"] == "cades"
        && !row["detached_content"].starts_with("DigestDocument")
        && !row["path"].ends_with("no-key-info-cert.pkcs7")
}

fn compare(suite: &Suite, row: &Row) -> Vec<Comparison> {
    let report = judge(suite, row).unwrap();
    let mut comparisons = Comparisons::new(row);
    comparisons.signatures(&report);
    comparisons.timestamps(&report);
    comparisons.verdict(&report);
    comparisons.all
}
