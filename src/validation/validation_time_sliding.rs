//! Validation time sliding, EN 319 102-1 §5.6.2.2.
//!
//! The standard has the shell model in mind. By the chain model an issuer need only have been
//! good when it issued, so that neither its end nor what happened to it later pulls the control
//! time back; the proofs of existence and reliable algorithms that are asked for are the same.

use super::Context;
use super::finding::about_certificate;
use super::revocation_freshness;
use super::x509_certificate_validation::{
    RevocationStatement, Statements, ValidatedPath, certificate_algorithm_end,
    is_exempt_from_revocation, statements_known_by,
};
use crate::crypto::AlgorithmEnd;
use crate::evidence::ProofsOfExistence;
use crate::time::ControlTime;
use crate::x509::{Certificate, RevocationStatus};

/// Where sliding ended.
pub(super) struct Slide {
    pub control: ControlTime,
    /// Who issued the revocation data of the certificate judged, where nothing proves that the
    /// data existed before that issuer's end (5.6.2.4, step 1).
    pub ended_revocation_issuer: Option<String>,
}

/// Slides the control time back along `path`, from the certificate below the anchor to the one
/// judged, to a time at which all of it was good.
pub(super) fn slide(
    path: &ValidatedPath,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: ControlTime,
) -> Result<Slide, String> {
    let mut control = now;
    let mut ended_revocation_issuer = None;
    // (1) Control time is the present; (2) for each certificate, beginning below the anchor.
    for (index, (certificate, issuer)) in path.links().enumerate().rev() {
        if !proofs.exist(certificate.sha256(), control.0) {
            return Err(format!(
                "{}: no proof that it existed at {control}",
                about_certificate(certificate)
            ));
        }
        let in_validity = slide_by_validity(path, index, certificate, control)?;
        if !is_exempt_from_revocation(certificate) {
            let statements = statements_known_by(context, certificate, issuer, control.0, now.0);
            let proven = proven_statement(&statements, |statement| {
                is_proven(statement, context, proofs, control, Issuer::InValidity)
            });
            let statement = match (proven, index) {
                (None, 0) => proven_statement(&statements, |statement| {
                    is_proven(statement, context, proofs, control, Issuer::PerhapsEnded)
                }),
                _ => proven,
            };
            let Some(statement) = statement else {
                return Err(format!(
                    "{}: no revocation data that provably existed at {control}",
                    about_certificate(certificate)
                ));
            };
            if proven.is_none() {
                ended_revocation_issuer = Some(about_certificate(&statement.signer));
            }
            control = slide_by_revocation(path, index, context, statement, control);
            control = slide_by_algorithm(&statement.algorithm_end, context, control)?;
        }
        control = control.min(in_validity);
        // (2c) Algorithms that were no longer reliable pull the control time back further.
        let end = certificate_algorithm_end(context, certificate, issuer);
        control = slide_by_algorithm(&end, context, control)?;
    }
    Ok(Slide {
        control,
        ended_revocation_issuer,
    })
}

/// Back to the end of a certificate that had ended when it was used. One that had not begun
/// cannot be healed: there is no way but back.
pub(super) fn slide_by_validity(
    path: &ValidatedPath,
    index: usize,
    certificate: &Certificate,
    control: ControlTime,
) -> Result<ControlTime, String> {
    let used_at = path.used_at(index, control.0);
    if used_at < certificate.not_before {
        let about = about_certificate(certificate);
        return Err(format!("{about}: begins after {used_at}"));
    }
    Ok(if certificate.is_valid_at(used_at) {
        control
    } else {
        control.min(ControlTime(certificate.not_after))
    })
}

/// (2a) Revocation data made before the control time, and proven to have existed by then
/// together with the certificate that signed it.
fn proven_statement(
    statements: &Statements,
    is_proven: impl Fn(&RevocationStatement) -> bool,
) -> Option<&RevocationStatement> {
    let usable = statements.usable.iter();
    usable
        .filter(|statement| is_revocation(statement) || is_proven(statement))
        .max_by_key(|statement| (is_revocation(statement), statement.this_update))
}

/// (2b) Revoked: back to the revocation. Not revoked, but not fresh: back to where the data
/// still speaks.
///
/// NOTE: the standard goes back to `thisUpdate`. sigill stops at the end of the accepted
/// freshness (5.2.5), the latest time for which the same data would have been accepted: a
/// CA's monthly CRL, made days before a signature, could otherwise never prove it. See
/// SHORTCOMINGS.md.
fn slide_by_revocation(
    path: &ValidatedPath,
    index: usize,
    context: &Context<'_>,
    statement: &RevocationStatement,
    control: ControlTime,
) -> ControlTime {
    let used_at = path.used_at(index, control.0);
    match statement.status {
        RevocationStatus::Revoked { at, reason }
            if path.is_revoked(index, at, reason, control.0) =>
        {
            ControlTime(at)
        }
        RevocationStatus::Revoked { .. } => control,
        _ if revocation_freshness::is_fresh(statement, used_at, context.policy) => control,
        _ => ControlTime(revocation_freshness::fresh_until(statement, context.policy)),
    }
}

/// Bad news counts whenever it was made known.
fn is_revocation(statement: &RevocationStatement) -> bool {
    matches!(statement.status, RevocationStatus::Revoked { .. })
}

/// What is asked of who issued revocation data, when the data provably existed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Issuer {
    InValidity,
    PerhapsEnded,
}

fn is_proven(
    statement: &RevocationStatement,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    control: ControlTime,
    issuer: Issuer,
) -> bool {
    // The signer of the data must have been within validity when the data provably existed,
    // or anybody with an old key could make it up (RevocationIssuerValidAtPoe, check 60).
    // Nor must it have been revoked by then. That an anchor existed while it was trusted is
    // what trusting it means.
    statement.rests_on().all(|object| {
        let existed = proofs.earliest(&object.object).not_later_than;
        existed <= control.0
            && (context.trust.contains(&object.signer)
                || proofs.exist(object.signer.sha256(), control.0))
            && (issuer == Issuer::PerhapsEnded || existed <= object.signer.not_after)
            && object.signer_revoked_at.is_none_or(|at| existed < at)
    })
}

fn slide_by_algorithm(
    end: &AlgorithmEnd,
    context: &Context<'_>,
    control: ControlTime,
) -> Result<ControlTime, String> {
    use crate::policy::AlgorithmConstraint::{Met, MetWithWarning, NotMet};
    match context.policy.reliability(end, control.0) {
        Met | MetWithWarning(_) => Ok(control),
        // Reliable strictly before its end.
        NotMet(Some(since)) => Ok(control.min(ControlTime(crate::UnixTime(since.0 - 1)))),
        NotMet(None) => Err(format!("{end}: an algorithm that the suite does not list")),
    }
}
