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

mod support;

use std::collections::BTreeMap;
use support::dss::{Row, Suite, settle};
use support::dss_signatures::{Comparisons, integrity, judge};

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
    let Some(suite) = Suite::at_hand() else {
        return;
    };
    let mut unreadable = BTreeMap::<&str, usize>::new();
    let mut comparisons = Vec::new();
    for row in suite.rows.iter().filter(|row| is_about_signatures(row)) {
        let ours = match judge(&suite, row) {
            Ok(report) => integrity(&report),
            Err(error) => {
                assert!(KINDS.contains(&error.kind()), "{}: {error}", row["path"]);
                *unreadable.entry(error.kind()).or_default() += 1;
                format!("error {}", error.kind())
            }
        };
        let mut of_row = Comparisons::new(row);
        of_row.integrity(ours);
        comparisons.append(&mut of_row.all);
    }
    println!("dss: unreadable {unreadable:?}");
    settle(
        "dss",
        &comparisons,
        include_str!("dss_disagreements.toml"),
        90,
    );
}

fn is_about_signatures(row: &Row) -> bool {
    row["row_kind"] == "validation" && ["cades", "pdf"].contains(&row["container"].as_str())
}
