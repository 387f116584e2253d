//! What metadata of identity providers adds to the findings on a signature. It bears on for whom
//! somebody signed, never on whether the signature holds.

use crate::binding::{Authorisation, Binding, EvidenceKind, IdentityProviderMetadata};
use crate::policy::{Enforcement, Policy};
use crate::trust::Refusal;
use crate::validation::{Conclusion, Need, NeedKind, Rule, Status};

const ABOUT: &str = "metadata of the identity provider";

/// The same metadata, which proves nothing any more where the policy lets no algorithm count
/// beyond its foreseen end.
pub(super) fn as_the_policy_allows(
    metadata: IdentityProviderMetadata,
    policy: &Policy,
) -> IdentityProviderMetadata {
    match metadata.foreseen_end {
        Some(end) if policy.foreseen_end_of_algorithm == Enforcement::Fail => {
            IdentityProviderMetadata {
                signer: Err(Refusal::AlgorithmNotReliable(end)),
                foreseen_end: None,
                ..metadata
            }
        }
        _ => metadata,
    }
}

/// Notes whether a federation lets the identity provider speak for the organisation, by which of
/// all `metadata` the answer tells.
pub(super) fn note(
    binding: &Binding,
    metadata: &[IdentityProviderMetadata],
    conclusion: &mut Conclusion,
) {
    let rule = Rule::FederationAuthorises;
    let Some(authorisation) = binding.authorisation else {
        return;
    };
    match authorisation {
        Authorisation::Given => {
            conclusion.pass(rule, ABOUT, "");
            note_foreseen_ends(binding, metadata, conclusion);
        }
        Authorisation::NotGiven(_) => {
            conclusion.note(rule, Status::Warning, ABOUT, authorisation.reason());
        }
        Authorisation::NotProven(_) => {
            conclusion.note(rule, Status::Warning, ABOUT, authorisation.reason());
            need(conclusion);
        }
        Authorisation::NoMetadata => need(conclusion),
    }
}

/// Warns of algorithms that metadata which was relied upon is signed by.
fn note_foreseen_ends(
    binding: &Binding,
    metadata: &[IdentityProviderMetadata],
    conclusion: &mut Conclusion,
) {
    let evidence = binding.signer_organisation.evidence.iter();
    let mut relied_upon = evidence
        .filter(|evidence| evidence.kind == EvidenceKind::IdentityProviderMetadata)
        .map(|evidence| evidence.sha256);
    let end = relied_upon.find_map(|sha256| {
        let mut all = metadata.iter();
        all.find(|found| found.sha256 == sha256)?
            .foreseen_end
            .as_ref()
    });
    if let Some(end) = end {
        conclusion.note_algorithm(Status::Warning, ABOUT, end);
    }
}

fn need(conclusion: &mut Conclusion) {
    conclusion.needs.push(Need {
        kind: NeedKind::IdentityProviderMetadata,
        about: ABOUT.to_owned(),
        urls: Vec::new(),
    });
}
