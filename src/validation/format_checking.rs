//! Format checking, EN 319 102-1 §5.2.2.

use super::finding::{Conclusion, Status};
use super::indication::FailedWhy;
use super::rule::Rule;
use crate::policy::{Enforcement, Policy};
use crate::signature::{ChangeKind, Signature};

/// Whether the signature has the form its standard asks for and its document is unchanged.
pub(super) fn check(signature: &Signature, policy: &Policy) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    for problem in &signature.format_problems {
        conclusion.fail(FailedWhy::FormatFailure, Rule::FormatConforms, "", problem);
    }
    if signature.format_problems.is_empty() {
        conclusion.pass(Rule::FormatConforms, "", signature.format.name());
    }
    for hidden in &signature.coverage.hidden {
        let warning = Status::Warning;
        conclusion.note(Rule::NothingHidden, warning, "", &hidden.description);
    }
    let mut suspicious = false;
    for change in &signature.coverage.changes {
        match change.kind {
            ChangeKind::Suspicious => {
                suspicious = true;
                conclusion.fail(
                    FailedWhy::FormatFailure,
                    Rule::UnchangedAfterSigning,
                    "",
                    &change.description,
                );
            }
            ChangeKind::Annotation => {
                suspicious = true;
                annotation(&mut conclusion, policy, &change.description);
            }
            _ => {}
        }
    }
    if !suspicious {
        conclusion.pass(Rule::UnchangedAfterSigning, "", "");
    }
    conclusion
}

fn annotation(conclusion: &mut Conclusion, policy: &Policy, description: &str) {
    match policy.annotations_after_signing {
        Enforcement::Fail => conclusion.fail(
            FailedWhy::FormatFailure,
            Rule::UnchangedAfterSigning,
            "",
            description,
        ),
        Enforcement::Warn => conclusion.note(
            Rule::UnchangedAfterSigning,
            Status::Warning,
            "",
            description,
        ),
    }
}
