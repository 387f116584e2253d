//! What registers add to the findings on a signature. They bear on who signed, never on whether
//! the signature holds.

use crate::binding::{Agreement, Authority, Binding, RegisterOutcome};
use crate::validation::{Conclusion, Need, NeedKind, Rule, Status};

/// Notes what the registers came to.
pub(super) fn note(binding: &Binding, conclusion: &mut Conclusion) {
    for answer in &binding.registers {
        let about = answer.kind.title();
        match answer.outcome {
            RegisterOutcome::NoExtract => need(about, conclusion),
            RegisterOutcome::Stale(as_of) => {
                let detail = format!("extract of {}", as_of.date());
                conclusion.note(Rule::RegisterCurrent, Status::Warning, about, detail);
                need(about, conclusion);
            }
            RegisterOutcome::NotListed => {
                conclusion.note(Rule::RegisterAgrees, Status::Warning, about, "not listed");
            }
            RegisterOutcome::NotInForce => {
                let detail = "listed, but not at the time of signing";
                conclusion.note(Rule::RegisterAgrees, Status::Warning, about, detail);
            }
            RegisterOutcome::Listed => conclusion.pass(Rule::RegisterCurrent, about, ""),
        }
    }
    let contradicts = binding
        .signer_organisation
        .conflicts
        .iter()
        .any(|conflict| {
            conflict.authority == Authority::Register
                && conflict.agreement == Agreement::Contradicts
        });
    if contradicts {
        let (rule, about) = (Rule::RegisterAgrees, "signature");
        let detail = "certificate and register contradict each other";
        conclusion.note(rule, Status::Warning, about, detail);
    }
}

fn need(about: &str, conclusion: &mut Conclusion) {
    conclusion.needs.push(Need {
        kind: NeedKind::RegisterExtract,
        about: about.to_owned(),
        urls: Vec::new(),
    });
}
