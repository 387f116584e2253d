//! Past signature validation, EN 319 102-1 §5.6.2.4.

use super::basic_signature::BasicValidation;
use super::finding::{Conclusion, Need, NeedKind, Status};
use super::indication::FailedWhy::NotYetValid;
use super::indication::IndeterminateWhy::RevocationOutOfBoundsNoPoe;
use super::indication::Indication;
use super::past_certificate_validation::{self, Slide};
use super::rule::Rule;
use super::signature_with_time::is_only_about_time;
use super::x509_certificate_validation::Obstacle;
use super::{Context, signature_acceptance};
use crate::UnixTime;
use crate::evidence::ProofsOfExistence;
use crate::policy::AlgorithmConstraint;
use crate::signature::Signature;

/// Judges a signature that is not good now by what is proven of the past.
///
/// Returns the present result unless the past outweighs it.
pub(super) fn validate(
    signature: &Signature,
    basic: BasicValidation,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> Conclusion {
    let (Some(certificate), Some(path)) = (&basic.certificate, &basic.path) else {
        return basic.conclusion;
    };
    if !is_only_about_time(&basic) {
        return basic.conclusion;
    }
    let best = proofs.earliest(&signature.value_sha256()).not_later_than;
    let end = signature_acceptance::algorithm_end(signature, certificate, context);
    let mut conclusion = basic.conclusion;
    if is_revoked_before(best, &basic.obstacles) {
        need_proof(&mut conclusion);
        return conclusion;
    }
    // (2) Past certificate validation gives the control time.
    let past = match past_certificate_validation::validate(path, context, proofs, now) {
        Ok(past) => past,
        Err(missing) => {
            // Sliding ends with NO_POE; the indication stays that of the present.
            unproven(&mut conclusion, Rule::PastCertificateProven, "", missing);
            return conclusion;
        }
    };
    let control = past.control;
    conclusion.pass(Rule::PastCertificateProven, "", control.to_string());
    // (3) The signature must have existed at the control time.
    if best > control.0 {
        let detail = format!("{best} > {control}");
        unproven(&mut conclusion, Rule::ExistedAtControlTime, "", detail);
        return conclusion;
    }
    let detail = format!("{best} ≤ {control}");
    conclusion.pass(Rule::ExistedAtControlTime, "", detail);
    if best < certificate.not_before {
        let rule = Rule::SignedWithinValidity;
        conclusion.note(rule, Status::Failed, "", best.to_string());
        conclusion.indication = NotYetValid.into();
        return conclusion;
    }
    // (4) Its algorithms must have been reliable when it provably existed.
    if let AlgorithmConstraint::NotMet(_) = context.policy.reliability(&end, best) {
        return conclusion;
    }
    // (7) What step (1) found.
    if !revocation_issuer_was_in_validity(&past, &mut conclusion) {
        return conclusion;
    }
    conclusion.pass(Rule::SignedWithinValidity, "", best.to_string());
    conclusion.indication = Indication::Passed;
    overruled(&mut conclusion);
    let members = signature_acceptance::check_members(signature, context, proofs);
    conclusion.absorb(members);
    conclusion
}

/// That the certificate was not revoked must rest on somebody who could still say so when it is
/// proven to have been said.
fn revocation_issuer_was_in_validity(past: &Slide, conclusion: &mut Conclusion) -> bool {
    let rule = Rule::RevocationDataProvenInTime;
    let Some(ended) = &past.ended_revocation_issuer else {
        conclusion.pass(rule, "", "");
        return true;
    };
    unproven(conclusion, rule, ended, String::new());
    conclusion.indication = RevocationOutOfBoundsNoPoe.into();
    false
}

/// A revocation needs no proof of existence to count against a signature: one that cannot be
/// shown to be older than it stays as it is now.
fn is_revoked_before(best: UnixTime, obstacles: &[Obstacle]) -> bool {
    obstacles.iter().any(|obstacle| match obstacle {
        Obstacle::Revoked { at, .. } | Obstacle::OnHold { at } => best >= *at,
        _ => false,
    })
}

/// Checks that failed at present and no longer decide are shown as warnings.
pub(super) fn overruled(conclusion: &mut Conclusion) {
    for finding in &mut conclusion.findings {
        if finding.status == Status::Failed {
            finding.status = Status::Warning;
        }
    }
}

fn unproven(conclusion: &mut Conclusion, rule: Rule, about: &str, detail: String) {
    conclusion.note(rule, Status::Failed, about, detail);
    need_proof(conclusion);
}

fn need_proof(conclusion: &mut Conclusion) {
    conclusion.needs.push(Need {
        kind: NeedKind::ProofOfExistence,
        about: "signature".to_owned(),
        urls: Vec::new(),
    });
}
