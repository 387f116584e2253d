//! Validation process for basic signatures, EN 319 102-1 §5.3.

use super::cryptographic_verification::{self, Integrity};
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::{Expired, Revoked};
use super::indication::IndeterminateWhy::{
    CryptoConstraintsFailure, CryptoConstraintsFailureNoPoe, OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked, RevokedNoPoe,
};
use super::indication::Indication;
use super::rule::Rule;
use super::x509_certificate_validation::{
    self, CertificateValidation, Obstacle, RevocationStatement, ValidatedPath,
    certificate_algorithm_end,
};
use super::{
    Context, Purpose, format_checking, identification_of_signing_certificate, signature_acceptance,
    validation_context_initialization,
};
use crate::UnixTime;
use crate::crypto::{AlgorithmEnd, End};
use crate::evidence::ProofsOfExistence;
use crate::policy::{AlgorithmConstraint, Policy};
use crate::signature::Signature;
use crate::x509::Certificate;
use std::sync::Arc;

/// The outcome of the process, with what later processes need of it.
#[derive(Debug, Clone)]
pub(super) struct BasicValidation {
    pub conclusion: Conclusion,
    pub integrity: Integrity,
    pub certificate: Option<Arc<Certificate>>,
    pub path: Option<ValidatedPath>,
    /// For each certificate of the path below the anchor, what its revocation was judged by.
    pub statements: Vec<Option<RevocationStatement>>,
    /// What keeps the path from being good now.
    pub obstacles: Vec<Obstacle>,
    /// Whether the signature's own algorithms are no longer reliable now.
    pub weak_signature: bool,
}

/// Validates `signature` as it stands at `at`, without regard to proofs of existence.
///
/// `made_after` is the time of its newest proven content time-stamp. That stands among the signed
/// attributes, so that the signature is younger.
pub(super) fn validate(
    signature: &Signature,
    context: &Context<'_>,
    purpose: Purpose,
    made_after: Option<UnixTime>,
    at: UnixTime,
) -> BasicValidation {
    let mut process = BasicValidation {
        conclusion: Conclusion::passed(),
        integrity: Integrity::default(),
        certificate: None,
        path: None,
        statements: Vec::new(),
        obstacles: Vec::new(),
        weak_signature: false,
    };
    // (1) Format checking. A failure ends the process; the facts below are still computed, for
    // a reader wants to know whether the signed revision was good.
    process
        .conclusion
        .absorb(format_checking::check(signature, purpose, context.policy));
    // (2) Identification of the signing certificate.
    let identification = identification_of_signing_certificate::identify(signature, context);
    process.conclusion.absorb(identification.conclusion);
    process.certificate = identification.certificate.clone();
    let Some(certificate) = identification.certificate else {
        process.integrity =
            cryptographic_verification::facts(signature, identification.named.as_deref(), context);
        return process;
    };
    // (3) Validation context initialisation.
    let initialisation = validation_context_initialization::initialise(signature, context);
    process.conclusion.absorb(initialisation);
    // (4) X.509 certificate validation; its status waits for step (5).
    let mut x509 = x509_certificate_validation::validate(context, &certificate, purpose, at);
    if let Some(made_after) = made_after {
        disprove_by_certificate(&mut x509, &certificate, made_after);
    }
    // (5) Cryptographic verification; a broken signature outranks any certificate.
    let (integrity, verification) =
        cryptographic_verification::verify(signature, &certificate, context);
    process.integrity = integrity;
    process.conclusion.absorb(verification);
    process.path = x509.path;
    process.statements = x509.statements;
    process.obstacles = x509.obstacles;
    process.conclusion.absorb(x509.conclusion);
    // (7) Signature acceptance.
    let mut acceptance = signature_acceptance::accept(signature, &certificate, context, at);
    process.weak_signature = acceptance.indication == CryptoConstraintsFailureNoPoe.into();
    if let (Some(made_after), true) = (made_after, process.weak_signature) {
        let end = signature_acceptance::value_algorithm_end(signature, &certificate, context);
        disprove_by_algorithm(&mut acceptance, &end, context.policy, made_after);
    }
    process.conclusion.absorb(acceptance);
    process
}

/// 5.3.4, step (4): what is open for want of a proof that the signature is old enough is decided
/// by the proof that it is not.
fn disprove_by_certificate(
    x509: &mut CertificateValidation,
    certificate: &Certificate,
    made_after: UnixTime,
) {
    let revoked = x509.obstacles.iter().find_map(|obstacle| match obstacle {
        Obstacle::Revoked { certificate: 0, at } => Some(*at),
        _ => None,
    });
    let conclusion = &mut x509.conclusion;
    match (conclusion.indication, revoked) {
        (Indication::Indeterminate(RevokedNoPoe), Some(at)) if made_after > at => {
            disprove(conclusion, Revoked, made_after, at);
        }
        (Indication::Indeterminate(OutOfBoundsNoPoe | OutOfBoundsNotRevoked), _)
            if made_after > certificate.not_after =>
        {
            disprove(conclusion, Expired, made_after, certificate.not_after);
        }
        _ => {}
    }
}

/// 5.3.4, step (7): the same for the algorithms of the signature value.
fn disprove_by_algorithm(
    acceptance: &mut Conclusion,
    end: &AlgorithmEnd,
    policy: &Policy,
    made_after: UnixTime,
) {
    if let AlgorithmConstraint::NotMet(Some(end)) = policy.reliability(end, made_after) {
        disprove(acceptance, CryptoConstraintsFailure, made_after, end);
    }
}

fn disprove(
    conclusion: &mut Conclusion,
    why: impl Into<Indication>,
    made_after: UnixTime,
    end: UnixTime,
) {
    let detail = format!("{made_after} > {end}");
    conclusion.note(Rule::MadeInTime, Status::Failed, "signature", detail);
    conclusion.indication = why.into();
}

/// What the verdict on a signature or a time-stamp rests on.
#[derive(Debug, Clone, Default)]
pub struct Basis {
    /// The path that was judged, good or not.
    pub path: Option<ValidatedPath>,
    /// What the revocation of its certificates was judged by.
    pub statements: Vec<RevocationStatement>,
    /// Since when the signature value, the certificates below the anchor and the revocation data
    /// provably existed, in this order.
    pub proofs: Vec<ProvenObject>,
    /// When algorithms of the signature and its path end, the first to end first.
    pub algorithm_ends: Vec<UnixTime>,
}

/// An object that provably existed before it was validated (5.6.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenObject {
    /// SHA-256 of the object.
    pub object: [u8; 32],
    /// It existed at this time.
    pub not_later_than: UnixTime,
    /// SHA-256 of the time-stamp token that proves it.
    pub by: [u8; 32],
}

impl Basis {
    /// What `basic` and the proofs together rest on.
    pub(super) fn new(
        signature: &Signature,
        basic: &BasicValidation,
        context: &Context<'_>,
        proofs: &ProofsOfExistence,
    ) -> Self {
        let statements: Vec<_> = basic.statements.iter().flatten().cloned().collect();
        let links = || basic.path.iter().flat_map(ValidatedPath::links);
        let objects = std::iter::once(signature.value_sha256())
            .chain(links().map(|(certificate, _)| *certificate.sha256()))
            .chain(statements.iter().map(|statement| statement.object));
        let proven = objects.filter_map(|object| {
            let proof = proofs.earliest(&object);
            Some(ProvenObject {
                object,
                not_later_than: proof.not_later_than,
                by: proof.by?,
            })
        });
        let of_path = links()
            .map(|(certificate, issuer)| certificate_algorithm_end(context, certificate, issuer));
        let of_signature = basic.certificate.iter().map(|certificate| {
            signature_acceptance::algorithm_end(signature, certificate, context)
        });
        let mut algorithm_ends: Vec<UnixTime> = of_path
            .chain(of_signature)
            .filter_map(|end| match end.end {
                End::At(end) => Some(end),
                End::Never | End::NotListed => None,
            })
            .collect();
        algorithm_ends.sort_unstable();
        algorithm_ends.dedup();
        Basis {
            path: basic.path.clone(),
            proofs: proven.collect(),
            statements,
            algorithm_ends,
        }
    }
}
