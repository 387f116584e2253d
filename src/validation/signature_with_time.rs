//! Validation process for signatures with time and long-term material, EN 319 102-1 §5.5.

use super::Context;
use super::basic_signature::BasicValidation;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::NotYetValid;
use super::indication::IndeterminateWhy::SigConstraintsFailure;
use super::indication::Indication;
use super::rule::Rule;
use super::signature_acceptance;
use super::x509_certificate_validation::Obstacle;
use crate::evidence::ProofsOfExistence;
use crate::policy::{AlgorithmConstraint, Policy};
use crate::signature::{Signature, TimestampKind};
use crate::time::BestSignatureTime;

/// Judges again, at the best signature time, what the basic process found wanting now.
///
/// Every obstacle must be healed by that time; one that is not keeps the basic result.
pub(super) fn validate(
    signature: &Signature,
    basic: &BasicValidation,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    best: BestSignatureTime,
) -> Conclusion {
    let mut conclusion = Conclusion {
        indication: basic.conclusion.indication,
        findings: Vec::new(),
        needs: Vec::new(),
    };
    let Some(certificate) = &basic.certificate else {
        return conclusion;
    };
    if !may_enter(basic) {
        return conclusion;
    }
    // (4) The signature must not be older than its certificate.
    if best.0 < certificate.not_before {
        conclusion.indication = NotYetValid.into();
        conclusion.note(
            Rule::SignedWithinValidity,
            Status::Failed,
            "",
            best.to_string(),
        );
        return conclusion;
    }
    let path_healed = basic
        .obstacles
        .iter()
        .all(|obstacle| heals(obstacle, basic, best, &mut conclusion));
    // (4c) The algorithms of the signature itself.
    let algorithm_healed = !basic.weak_signature || {
        let end = signature_acceptance::algorithm_end(signature, certificate, context);
        let was_reliable = context.policy.reliability(&end, best.0) == AlgorithmConstraint::Met;
        let detail = format!("{best}, {end}");
        told(
            was_reliable,
            Rule::SignedWhileReliable,
            detail,
            &mut conclusion,
        )
    };
    if path_healed && algorithm_healed && is_only_about_time(basic) {
        conclusion.indication = Indication::Passed;
        if basic.weak_signature {
            conclusion.absorb(signature_acceptance::check_members(
                signature, context, proofs,
            ));
        }
    }
    conclusion
}

/// Step (5): a signature that was stamped late may have been made late. Nothing is asked for by
/// default.
pub(super) fn check_delay(
    signature: &Signature,
    best: BestSignatureTime,
    policy: &Policy,
    conclusion: &mut Conclusion,
) {
    let mut kinds = signature.timestamps.iter().map(|stamp| stamp.kind);
    let accepted = policy.signature_attributes.timestamp_delay;
    let (Some(delay), true) = (accepted, kinds.any(|kind| kind == TimestampKind::Signature)) else {
        return;
    };
    let rule = Rule::TimestampDelayKept;
    match signature.claimed_signing_time {
        None => conclusion.fail(SigConstraintsFailure, rule, "", "no signing time"),
        Some(claimed) => {
            let detail = format!("{claimed} + {delay}, {best}");
            if delay.after(claimed) > best.0 {
                conclusion.pass(rule, "", detail);
            } else {
                conclusion.fail(SigConstraintsFailure, rule, "", detail);
            }
        }
    }
}

/// 5.5.4, step (1): results that proofs of existence may change. Everything else stands.
fn may_enter(basic: &BasicValidation) -> bool {
    basic.conclusion.indication.is_passed() || is_only_about_time(basic)
}

/// Whether nothing but time stands in the way: no block but those for certificates and
/// algorithms has failed.
pub(super) fn is_only_about_time(basic: &BasicValidation) -> bool {
    let time_bound = [
        Rule::CertificateInValidity,
        Rule::NotRevoked,
        Rule::RevocationDataFresh,
        Rule::RevocationIssuerInValidity,
        Rule::AlgorithmReliable,
        Rule::TrustAnchorInForce,
        Rule::SignedBeforeRevocation,
        Rule::SignedWhileReliable,
        Rule::SignedWithinValidity,
    ];
    basic.integrity.signature_value == Some(true)
        && basic.integrity.reference_data == Some(true)
        && basic
            .conclusion
            .findings
            .iter()
            .all(|finding| finding.status != Status::Failed || time_bound.contains(&finding.rule))
        && !basic
            .obstacles
            .iter()
            .any(|obstacle| matches!(obstacle, Obstacle::Final(_)))
}

fn heals(
    obstacle: &Obstacle,
    basic: &BasicValidation,
    best: BestSignatureTime,
    conclusion: &mut Conclusion,
) -> bool {
    match obstacle {
        // (4a), (7) Revoked or suspended, but after the signature was made.
        Obstacle::Revoked { at, .. } | Obstacle::OnHold { at } => {
            let before = best.0 < *at;
            let detail = match before {
                true => format!("{best} < {at}"),
                false => format!("{best} ≥ {at}"),
            };
            told(before, Rule::SignedBeforeRevocation, detail, conclusion)
        }
        // (4b) Ended, but not before the signature was made, and known not to be revoked.
        Obstacle::OutOfBounds {
            certificate: 0,
            known_not_revoked: true,
        } => {
            let within = basic
                .certificate
                .as_ref()
                .is_some_and(|certificate| certificate.is_valid_at(best.0));
            let detail = best.to_string();
            told(within, Rule::SignedWithinValidity, detail, conclusion)
        }
        // (4e) Fresh when the signature was made.
        Obstacle::NotFresh { until } => best.0 <= *until,
        // An anchor or a CA that has ended, its algorithms and the issuers of revocation data are for the
        // archival process (5.6.3).
        Obstacle::OutOfBounds { .. }
        | Obstacle::RevocationIssuerOutOfBounds
        | Obstacle::Algorithm
        | Obstacle::AnchorEnded
        | Obstacle::Final(_) => false,
    }
}

/// Notes whether a check was met, and gives it back.
fn told(met: bool, rule: Rule, detail: String, conclusion: &mut Conclusion) -> bool {
    let status = match met {
        true => Status::Passed,
        false => Status::Failed,
    };
    conclusion.note(rule, status, "", detail);
    met
}
