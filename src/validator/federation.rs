//! What metadata of identity providers adds to the findings on a signature. It bears on for whom
//! somebody signed, never on whether the signature holds.

use crate::binding::{Authorisation, Binding};
use crate::validation::{Conclusion, Need, NeedKind, Rule, Status};

const ABOUT: &str = "metadata of the identity provider";

/// Notes whether a federation lets the identity provider speak for the organisation.
pub(super) fn note(binding: &Binding, conclusion: &mut Conclusion) {
    let rule = Rule::FederationAuthorises;
    let Some(authorisation) = binding.authorisation else {
        return;
    };
    match authorisation {
        Authorisation::Given => conclusion.pass(rule, ABOUT, ""),
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

fn need(conclusion: &mut Conclusion) {
    conclusion.needs.push(Need {
        kind: NeedKind::IdentityProviderMetadata,
        about: ABOUT.to_owned(),
        urls: Vec::new(),
    });
}
