//! Format checking, EN 319 102-1 §5.2.2.

use super::Purpose;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy;
use super::rule::Rule;
use crate::policy::Policy;
use crate::signature::{ChangeKind, MemberCoverage, Signature};

/// Whether the signature has the form its standard asks for and its document is unchanged.
pub(super) fn check(signature: &Signature, purpose: Purpose, policy: &Policy) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    if purpose == Purpose::Signature {
        check_accepted(signature, policy, &mut conclusion);
    }
    for problem in &signature.format_problems {
        conclusion.fail(FailedWhy::FormatFailure, Rule::FormatConforms, "", problem);
    }
    if signature.format_problems.is_empty() {
        conclusion.pass(Rule::FormatConforms, "", signature.format.name());
    }
    for hidden in &signature.coverage.hidden {
        let warning = Status::Warning;
        conclusion.note(Rule::NothingHidden, warning, "", hidden);
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
            ChangeKind::Covering => {
                let warning = Status::Warning;
                conclusion.note(Rule::NothingCovered, warning, "", &change.description);
            }
            _ => {}
        }
    }
    if !suspicious {
        conclusion.pass(Rule::UnchangedAfterSigning, "", "");
    }
    if let Some(members) = &signature.coverage.members {
        check_members(members, policy, &mut conclusion);
    }
    conclusion
}

/// Says nothing where the user has not chosen among formats.
fn check_accepted(signature: &Signature, policy: &Policy, conclusion: &mut Conclusion) {
    let Some(accepted) = &policy.accepted_formats else {
        return;
    };
    let (rule, name) = (Rule::FormatAccepted, signature.format.name());
    if accepted.iter().any(|known| known == name) {
        conclusion.pass(rule, "", name);
    } else {
        conclusion.fail(FailedWhy::FormatFailure, rule, "", name);
    }
}

/// What departs from EN 319 162-1 without touching what was signed, and what nobody signed.
fn check_members(members: &MemberCoverage, policy: &Policy, conclusion: &mut Conclusion) {
    let why = FailedWhy::FormatFailure;
    for remark in &members.remarks {
        let rule = Rule::ContainerConforms;
        conclusion.enforce(policy.container_remark, why, rule, "", remark);
    }
    if members.remarks.is_empty() {
        conclusion.pass(Rule::ContainerConforms, "", "");
    }
    for name in &members.unsigned {
        let rule = Rule::EveryMemberSigned;
        conclusion.enforce(policy.unsigned_member, why, rule, name, "");
    }
    if members.unsigned.is_empty() {
        conclusion.pass(Rule::EveryMemberSigned, "", "");
    }
}

fn annotation(conclusion: &mut Conclusion, policy: &Policy, description: &str) {
    conclusion.enforce(
        policy.annotations_after_signing,
        FailedWhy::FormatFailure,
        Rule::UnchangedAfterSigning,
        "",
        description,
    );
}
