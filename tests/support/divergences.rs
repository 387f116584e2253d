//! Verdicts of a public suite held against ours, with the list of where and why they differ.
//!
//! A verdict that differs must be listed; one that is listed and no longer differs must be
//! struck off. To accept what a suite refuses takes a public document that says so.

use serde::Deserialize;
use sigill::validation::{Conclusion, Status};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the corpus of public suites, which is not part of the project.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(folder);
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: no corpus at {}", path.display());
        None
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    divergence: Vec<Divergence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Divergence {
    suite: String,
    case: String,
    expected: String,
    actual: String,
    reason: String,
    /// Where it is written that what the suite refuses may be accepted.
    documented: Option<String>,
}

/// The cases of one suite as they are judged.
pub struct Tally {
    suite: &'static str,
    listed: BTreeMap<String, Divergence>,
    agreed: usize,
    diverged: usize,
    false_accepts: usize,
    problems: Vec<String>,
}

impl Tally {
    pub fn new(suite: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/x509_divergences.toml");
        let file: File = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let of_suite = file
            .divergence
            .into_iter()
            .filter(|divergence| divergence.suite == suite);
        Tally {
            suite,
            listed: of_suite.map(|one| (one.case.clone(), one)).collect(),
            agreed: 0,
            diverged: 0,
            false_accepts: 0,
            problems: Vec::new(),
        }
    }

    /// A case by what the suite asks for and what we say; `detail` is for the reader.
    pub fn judge(&mut self, case: &str, expected: &str, actual: &str, detail: &str) {
        let listed = self.listed.remove(case);
        if expected == actual {
            self.agreed += 1;
            if listed.is_some() {
                self.problems
                    .push(format!("{case}: agrees now; strike it off the list"));
            }
            return;
        }
        self.diverged += 1;
        let is_false_accept = actual.starts_with(ACCEPTED) && !expected.starts_with(ACCEPTED);
        self.false_accepts += usize::from(is_false_accept);
        let problem = match listed {
            None => "not listed",
            Some(one) if one.expected != expected || one.actual != actual => "listed otherwise",
            Some(one) if one.reason.is_empty() => "listed without a reason",
            Some(one) if is_false_accept && one.documented.is_none() => "a false accept",
            Some(_) => return,
        };
        self.problems.push(format!(
            "{case}: {problem}: expected {expected}, is {actual}\n{detail}"
        ));
    }

    /// Prints the figures; panics where they are not what the list says.
    pub fn finish(self, least_cases: usize, least_percentage: usize) {
        let judged = self.agreed + self.diverged;
        println!(
            "{}: {} of {judged} agreed, {} diverged, of which {} accept what the suite refuses",
            self.suite, self.agreed, self.diverged, self.false_accepts
        );
        let mut problems = self.problems;
        problems.extend(
            self.listed
                .keys()
                .map(|case| format!("{case}: no such case")),
        );
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(judged >= least_cases, "only {judged} cases were run");
        assert!(self.agreed * 100 >= judged * least_percentage);
    }
}

/// What of a report speaks against the certificate, a line each.
pub fn objections(conclusion: &Conclusion) -> String {
    let findings = conclusion.findings.iter();
    let against = findings.filter(|finding| finding.status != Status::Passed);
    let lines = against.map(|finding| {
        let (rule, status) = (finding.rule, finding.status);
        format!("  {status:?} {rule:?} {} {}", finding.about, finding.detail)
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub const ACCEPTED: &str = "accepted";
pub const REFUSED: &str = "refused";
