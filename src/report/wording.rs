//! Findings in words, as every format shows them.

use super::options::Options;
use crate::validation::{Finding, Language, Status};

/// What a check found, with the values it compared.
pub(super) fn finding(finding: &Finding, options: &Options) -> String {
    let words = match finding.status {
        Status::Passed => finding.rule.met(options.language),
        Status::Warning | Status::Failed | Status::NotChecked => {
            finding.rule.not_met(options.language)
        }
    };
    if finding.detail.is_empty() {
        return words.to_owned();
    }
    format!("{words}: {}", options.shown(&finding.detail))
}

/// What to do about it; `None` where it is met.
pub(super) fn advice(finding: &Finding, language: Language) -> Option<&'static str> {
    (finding.status != Status::Passed).then(|| finding.rule.advice(language))
}
