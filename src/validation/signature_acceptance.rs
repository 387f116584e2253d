//! Signature acceptance validation, EN 319 102-1 §5.2.8.

use super::Context;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::FormatFailure;
use super::indication::IndeterminateWhy::SigConstraintsFailure;
use super::rule::Rule;
use crate::UnixTime;
use crate::asn1::oid;
use crate::crypto::{AlgorithmEnd, DigestAlgorithm, SignatureAlgorithm};
use crate::policy::AlgorithmConstraint;
use crate::signature::Signature;
use crate::x509::Certificate;

/// Attributes and algorithms of the signature itself, judged at `at`.
pub(super) fn accept(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
    at: UnixTime,
) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    check_attributes(signature, certificate, &mut conclusion);
    let end = algorithm_end(signature, certificate, context);
    match context.policy.reliability(&end, at) {
        AlgorithmConstraint::Met => conclusion.pass(Rule::AlgorithmReliable, "signature", ""),
        AlgorithmConstraint::MetWithWarning(_) => {
            conclusion.note_algorithm(Status::Warning, "signature", &end);
        }
        AlgorithmConstraint::NotMet(_) => conclusion.fail_algorithm("signature", &end),
    }
    conclusion
}

/// Until when the digest and the signature algorithm can be relied upon.
pub(super) fn algorithm_end(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
) -> AlgorithmEnd {
    let suite = &context.policy.suite;
    let digest = signature.digest();
    let digest_end = match digest {
        Some(digest) => suite.digest_end(digest),
        None => suite.not_listed(signature.digest_algorithm.oid.to_string()),
    };
    let end = suite
        .identified_end(
            &signature.signature_algorithm,
            digest,
            &certificate.public_key,
        )
        .min(digest_end);
    match &signature.content_is_sha1_of {
        Some(_) => end.min(suite.digest_end(DigestAlgorithm::Sha1)),
        None => end,
    }
}

fn check_attributes(signature: &Signature, certificate: &Certificate, conclusion: &mut Conclusion) {
    if let Some(attributes) = &signature.signed_attributes {
        let mut types = attributes.all(&oid::CONTENT_TYPE);
        let stated = match (types.next(), types.next()) {
            (Some(attribute), None) => attribute.content_type().ok(),
            _ => None,
        };
        if stated.as_ref() == Some(&signature.content_type) {
            conclusion.pass(Rule::ContentTypeMatches, "", "");
        } else {
            conclusion.fail(SigConstraintsFailure, Rule::ContentTypeMatches, "", "");
        }
    }
    check_digest_algorithms(signature, conclusion);
    if let Some(claimed) = signature.claimed_signing_time {
        if certificate.is_valid_at(claimed) {
            conclusion.pass(Rule::ClaimedTimeInValidity, "", claimed.to_string());
        } else {
            conclusion.fail(
                SigConstraintsFailure,
                Rule::ClaimedTimeInValidity,
                "",
                claimed.to_string(),
            );
        }
    }
    if signature.counter_signatures > 0 {
        conclusion.note(Rule::CounterSignaturesJudged, Status::NotChecked, "", "");
    }
}

/// RFC 5652, 5.1 wants the signer's digest among the announced ones; many signers forget it,
/// so that is a warning. A signature algorithm over another digest than the message digest
/// (RFC 8933, 3) is a contradiction.
fn check_digest_algorithms(signature: &Signature, conclusion: &mut Conclusion) {
    let announced = signature
        .announced_digests
        .iter()
        .any(|algorithm| algorithm.oid == signature.digest_algorithm.oid);
    if !announced {
        conclusion.note(Rule::DigestAlgorithmsConsistent, Status::Warning, "", "");
    }
    let digest = signature.digest();
    let signed_with = SignatureAlgorithm::identify(&signature.signature_algorithm, digest)
        .and_then(|algorithm| algorithm.digest());
    if let (Some(digest), Some(signed_with)) = (digest, signed_with)
        && digest != signed_with
    {
        let detail = format!("{} / {}", digest.name(), signed_with.name());
        if signature.signed_attributes.is_some() {
            conclusion.note(
                Rule::DigestAlgorithmsConsistent,
                Status::Warning,
                "",
                detail,
            );
        } else {
            conclusion.fail(FormatFailure, Rule::DigestAlgorithmsConsistent, "", detail);
        }
    }
}
