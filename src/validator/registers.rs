//! What registers add to the findings on a signature. They bear on who signed, never on whether
//! the signature holds.

use crate::binding::{Agreement, Authority, Binding, EvidenceKind, RegisterOutcome};
use crate::register::{RegisterExtract, Registers, Standing};
use crate::validation::{Conclusion, Need, NeedKind, Rule, Status};

/// Notes what the registers came to.
pub(super) fn note(binding: &Binding, registers: &Registers, conclusion: &mut Conclusion) {
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
    for extract in signed_by_another(binding, registers) {
        let (rule, about) = (Rule::RegisterAgrees, extract.kind().title());
        let detail =
            "an extract was signed by another organisation than the one that keeps the register";
        conclusion.note(rule, Status::Warning, about, detail);
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

/// Extracts that were asked and that somebody else signed than the keeper they name.
fn signed_by_another<'a>(
    binding: &Binding,
    registers: &'a Registers,
) -> impl Iterator<Item = &'a RegisterExtract> {
    let is_asked = |extract: &&RegisterExtract| {
        binding
            .asked
            .iter()
            .any(|asked| asked.kind == EvidenceKind::Register && asked.sha256 == extract.sha256)
    };
    registers
        .extracts()
        .filter(is_asked)
        .filter(|extract| matches!(extract.standing, Standing::SignedByAnother { .. }))
}

fn need(about: &str, conclusion: &mut Conclusion) {
    conclusion.needs.push(Need {
        kind: NeedKind::RegisterExtract,
        about: about.to_owned(),
        urls: Vec::new(),
    });
}
