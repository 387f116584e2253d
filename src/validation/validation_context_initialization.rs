//! Validation context initialisation, EN 319 102-1 §5.2.4.

use super::Context;
use super::finding::{Conclusion, Status};
use super::indication::IndeterminateWhy::{PolicyProcessingError, SignaturePolicyNotAvailable};
use super::rule::Rule;
use crate::cms::attribute::{PolicyDigest, SignaturePolicy};
use crate::signature::Signature;
use bytes::Bytes;

/// Which constraints apply. A signature policy's own rules are not processed, which is said.
pub(super) fn initialise(signature: &Signature, context: &Context<'_>) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    let named = match &signature.policy {
        Some(Ok(SignaturePolicy::Explicit(named))) => named,
        Some(Ok(SignaturePolicy::Implied)) => {
            let rule = Rule::SignaturePolicyProcessed;
            conclusion.note(rule, Status::NotChecked, "", "implied");
            return conclusion;
        }
        Some(Err(error)) => {
            let rule = Rule::SignaturePolicyAccepted;
            conclusion.fail(PolicyProcessingError, rule, "", error.to_string());
            return conclusion;
        }
        None => return conclusion,
    };
    let identifier = named.identifier.to_string();
    if context.policy.accepts_signature_policy(&identifier) {
        conclusion.pass(Rule::SignaturePolicyAccepted, "", &identifier);
    } else {
        let why = PolicyProcessingError;
        conclusion.fail(why, Rule::SignaturePolicyAccepted, "", &identifier);
    }
    let given = || {
        let mut documents = context.evidence.documents().iter();
        documents.find(|document| {
            let digest = named.digest.as_ref();
            digest.is_some_and(|digest| digest.matches(document))
        })
    };
    let document = signature.policy_document.as_ref().or_else(given);
    let place = named.uri.clone().unwrap_or_default();
    if document.is_some() {
        conclusion.pass(Rule::SignaturePolicyAvailable, "", "");
    } else {
        let enforcement = context.policy.signature_policy_unavailable;
        let (rule, why) = (Rule::SignaturePolicyAvailable, SignaturePolicyNotAvailable);
        conclusion.enforce(enforcement, why, rule, "", &place);
    }
    match (document, &named.digest) {
        (Some(document), Some(digest)) => check_digest(document, digest, &mut conclusion),
        _ => {
            conclusion.note(Rule::SignaturePolicyIntact, Status::NotChecked, "", place);
        }
    }
    let rule = Rule::SignaturePolicyProcessed;
    conclusion.note(rule, Status::NotChecked, "", identifier);
    conclusion
}

/// The document against the digest that the signer has signed; a signer may leave that open by a
/// digest of zeros (RFC 5126, 5.8.1).
fn check_digest(document: &Bytes, digest: &PolicyDigest, conclusion: &mut Conclusion) {
    let rule = Rule::SignaturePolicyIntact;
    let name = digest.algorithm.map_or("", |algorithm| algorithm.name());
    if digest.is_zero() {
        conclusion.note(rule, Status::NotChecked, "", "0");
    } else if digest.matches(document) {
        conclusion.pass(rule, "", name);
    } else {
        conclusion.fail(PolicyProcessingError, rule, "", name);
    }
}
