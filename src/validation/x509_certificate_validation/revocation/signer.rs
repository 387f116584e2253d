//! Who may sign revocation data in place of the issuer (RFC 5280 §6.3.3 (f), RFC 6960 §4.2.2.2).

use super::super::effort::Effort;
use super::super::path_building::{self, is_signed_by};
use super::super::{certificate_algorithm_end, is_exempt_from_revocation, path_validation};
use super::Inquiry;
use crate::UnixTime;
use crate::asn1::oid;
use crate::crypto::AlgorithmEnd;
use crate::policy::Enforcement;
use crate::validation::{Context, Purpose};
use crate::x509::{Certificate, Criticality, RevocationStatus};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Who signed revocation data and was entitled to.
pub(super) struct Signer {
    pub certificate: Arc<Certificate>,
    /// Since when it is known to have been revoked, or its anchor not to be trusted, after the
    /// data was made.
    pub revoked_at: Option<UnixTime>,
    /// Until when the signatures that lead to it are reliable; `None` where it is the issuer,
    /// whose own are judged as part of the path.
    pub algorithm_end: Option<AlgorithmEnd>,
}

impl Signer {
    /// The issuer of the certificate, whose own revocation is judged as part of the path.
    pub(super) fn issuer(inquiry: &Inquiry<'_>) -> Self {
        Signer {
            certificate: inquiry.issuer.clone(),
            revoked_at: None,
            algorithm_end: None,
        }
    }
}

/// Whether `delegate` may answer for the issuer with a response made at `made_at`: by a
/// certificate for this purpose that the same key has signed.
pub(super) fn responder(
    inquiry: &Inquiry<'_>,
    delegate: &Arc<Certificate>,
    made_at: UnixTime,
) -> Result<Signer, String> {
    let extensions = &delegate.extensions;
    if !delegate.issuer.matches(&inquiry.issuer.subject)
        || !is_signed_by(inquiry.context, delegate, inquiry.issuer)
    {
        return Err("the responder's certificate is of another issuer".to_owned());
    }
    if !extensions.has_purpose(&oid::KEY_PURPOSE_OCSP_SIGNING) {
        return Err("the responder's certificate is not for this purpose".to_owned());
    }
    let may_sign = extensions
        .key_usage
        .is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
    if !may_sign {
        return Err("the responder's key is not for signing".to_owned());
    }
    if !delegate.is_valid_at(made_at) {
        return Err("the responder's certificate was outside validity".to_owned());
    }
    if !is_understood(delegate) {
        return Err("the responder's certificate is not understood".to_owned());
    }
    let revoked_at = if extensions.ocsp_no_check {
        None
    } else {
        revocation(inquiry, delegate, inquiry.issuer, made_at)?
    };
    let algorithm_end = certificate_algorithm_end(inquiry.context, delegate, inquiry.issuer);
    Ok(Signer {
        certificate: delegate.clone(),
        revoked_at,
        algorithm_end: Some(algorithm_end),
    })
}

/// A responder's certificate ends its path, which is otherwise that of the certificate in
/// question: nothing but its own critical extensions can speak against it.
fn is_understood(delegate: &Certificate) -> bool {
    let extensions = &delegate.extensions;
    let critical = |kind| extensions.criticality(kind) == Some(Criticality::Critical);
    delegate.algorithms_agree
        && extensions.unknown_critical.is_empty()
        && extensions.repeated.is_empty()
        && !extensions.unreadable.iter().any(critical)
}

/// Whether `candidate` may sign a list made at `made_at`: it needs a path of its own, from the
/// trust anchor of the issuer.
pub(super) fn list_signer(
    inquiry: &Inquiry<'_>,
    candidate: &Arc<Certificate>,
    made_at: UnixTime,
) -> Result<Signer, String> {
    let usage = candidate.extensions.key_usage;
    if usage.is_some_and(|usage| !usage.crl_sign()) {
        return Err("its signer's key is not for signing lists".to_owned());
    }
    let mut outcome = Err("no path leads to its signer".to_owned());
    let effort =
        path_building::search(
            inquiry.context,
            candidate,
            made_at,
            &mut |path, effort| match judge(inquiry, candidate, &path, made_at, effort) {
                Ok(signer) => {
                    outcome = Ok(signer);
                    ControlFlow::Break(())
                }
                Err(problem) => {
                    outcome = Err(problem);
                    ControlFlow::Continue(())
                }
            },
        );
    if outcome.is_err() && effort.exhausted.is_some() {
        inquiry.budget.exhausted.set(effort.exhausted);
    }
    outcome
}

/// What a good path says of its first certificate, the `candidate`.
fn judge(
    inquiry: &Inquiry<'_>,
    candidate: &Arc<Certificate>,
    path: &[Arc<Certificate>],
    made_at: UnixTime,
    effort: &mut Effort,
) -> Result<Signer, String> {
    let is_issuer =
        |certificate: &Arc<Certificate>| certificate.sha256() == inquiry.issuer.sha256();
    let mut signer = Signer {
        certificate: candidate.clone(),
        revoked_at: None,
        algorithm_end: None,
    };
    if !path.iter().any(is_issuer) {
        signer.revoked_at = check_anchor(inquiry, path, made_at)?;
    }
    check_path(inquiry.context, path, made_at, effort)?;
    for (certificate, issuer) in path.iter().zip(path.iter().skip(1)) {
        // From here on it is the path of the certificate in question, which is judged itself.
        if is_issuer(certificate) {
            break;
        }
        let revoked = revocation(inquiry, certificate, issuer, made_at)?;
        signer.revoked_at = signer.revoked_at.into_iter().chain(revoked).min();
        let end = certificate_algorithm_end(inquiry.context, certificate, issuer);
        signer.algorithm_end = signer.algorithm_end.into_iter().chain([end]).min();
    }
    Ok(signer)
}

/// Until when the anchor of a path that is not that of the issuer is trusted.
fn check_anchor(
    inquiry: &Inquiry<'_>,
    path: &[Arc<Certificate>],
    made_at: UnixTime,
) -> Result<Option<UnixTime>, String> {
    if !leads_to_an_anchor_of_the_issuer(inquiry, path) {
        return Err("its signer's trust anchor is not that of the issuer".to_owned());
    }
    let anchor = path.last();
    match anchor.and_then(|anchor| inquiry.context.trust.trusted_until(anchor)) {
        Some(until) if until < made_at => Err(format!(
            "its signer's trust anchor was trusted until {until}"
        )),
        until => Ok(until),
    }
}

/// RFC 5280, 6.3.3 (f): or somebody else's authority of the same name could take back what the
/// issuer has revoked. Anchors of one name are one authority with a new key.
fn leads_to_an_anchor_of_the_issuer(inquiry: &Inquiry<'_>, path: &[Arc<Certificate>]) -> bool {
    let Some(anchor) = path.last() else {
        return false;
    };
    let mut found = false;
    path_building::search(
        inquiry.context,
        inquiry.issuer,
        inquiry.at,
        &mut |path, _| {
            let other = path.last();
            found = other.is_some_and(|other| other.subject.matches(&anchor.subject));
            if found {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    found
}

fn check_path(
    context: &Context<'_>,
    path: &[Arc<Certificate>],
    made_at: UnixTime,
    effort: &mut Effort,
) -> Result<(), String> {
    let below_the_anchor = path.split_last().map_or(path, |(_, below)| below);
    let all_valid = below_the_anchor
        .iter()
        .all(|certificate| certificate.is_valid_at(made_at));
    if !all_valid {
        return Err("its signer was outside validity when it was made".to_owned());
    }
    let constraints = context.path_constraints.for_revocation_data();
    let structure = path_validation::check(
        path,
        Purpose::Unspecified,
        &constraints,
        context.limits,
        effort,
    );
    if structure.conclusion.indication.is_passed() {
        Ok(())
    } else {
        Err("its signer's path is not valid".to_owned())
    }
}

/// Asks about a certificate on the signer's path. It is believed unless it is known to have been
/// revoked, or the policy wants to know. It may speak for itself, which proves nothing unless it
/// calls itself revoked; but while it is in question it is no witness for or against others, or
/// it could silence those who know that it was revoked.
fn revocation(
    inquiry: &Inquiry<'_>,
    certificate: &Arc<Certificate>,
    issuer: &Arc<Certificate>,
    made_at: UnixTime,
) -> Result<Option<UnixTime>, String> {
    let speaks_for_itself = inquiry.certificate.sha256() == certificate.sha256();
    if is_exempt_from_revocation(certificate) || speaks_for_itself {
        return Ok(None);
    }
    if inquiry.is_asked_about(certificate) {
        return Err("its signer is itself in question".to_owned());
    }
    let budget = inquiry.budget;
    if inquiry.depth() >= inquiry.context.limits.path_length
        || !budget.spend(&budget.questions_left, "questions about its signers")
    {
        return Err("too many signers of revocation data wait for each other".to_owned());
    }
    let statements = Inquiry {
        certificate,
        issuer,
        at: inquiry.now,
        asked_by: Some(inquiry),
        ..*inquiry
    }
    .statements();
    match statements.latest().map(|statement| statement.status) {
        Some(RevocationStatus::Revoked { at, .. }) if at <= made_at => {
            Err(format!("its signer was revoked at {at}"))
        }
        Some(RevocationStatus::Revoked { at, .. }) => Ok(Some(at)),
        None if inquiry.context.policy.revocation_data_missing == Enforcement::Fail => {
            Err("nothing is known of its signer's revocation".to_owned())
        }
        _ => Ok(None),
    }
}
