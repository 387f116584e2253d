//! Validation process for basic signatures, EN 319 102-1 §5.3.

use super::cryptographic_verification::{self, Integrity};
use super::finding::Conclusion;
use super::x509_certificate_validation::{self, Obstacle, ValidatedPath};
use super::{
    Context, Purpose, format_checking, identification_of_signing_certificate, signature_acceptance,
    validation_context_initialization,
};
use crate::UnixTime;
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
    /// What keeps the path from being good now.
    pub obstacles: Vec<Obstacle>,
    /// Whether the signature's own algorithms are no longer reliable now.
    pub weak_signature: bool,
}

/// Validates `signature` as it stands at `at`, without regard to proofs of existence.
pub(super) fn validate(
    signature: &Signature,
    context: &Context<'_>,
    purpose: Purpose,
    at: UnixTime,
) -> BasicValidation {
    let mut process = BasicValidation {
        conclusion: Conclusion::passed(),
        integrity: Integrity::default(),
        certificate: None,
        path: None,
        obstacles: Vec::new(),
        weak_signature: false,
    };
    // (1) Format checking. A failure ends the process; the facts below are still computed, for
    // a reader wants to know whether the signed revision was good.
    process
        .conclusion
        .absorb(format_checking::check(signature, context.policy));
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
    process
        .conclusion
        .absorb(validation_context_initialization::initialise(
            signature,
            context.policy,
        ));
    // (4) X.509 certificate validation; its status waits for step (5).
    let x509 = x509_certificate_validation::validate(context, &certificate, purpose, at);
    // (5) Cryptographic verification; a broken signature outranks any certificate.
    let (integrity, verification) =
        cryptographic_verification::verify(signature, &certificate, context);
    process.integrity = integrity;
    process.conclusion.absorb(verification);
    process.path = x509.path;
    process.obstacles = x509.obstacles;
    process.conclusion.absorb(x509.conclusion);
    // (6) Signature acceptance.
    let acceptance = signature_acceptance::accept(signature, &certificate, context, at);
    process.weak_signature =
        acceptance.indication.sub_indication() == Some("CRYPTO_CONSTRAINTS_FAILURE_NO_POE");
    process.conclusion.absorb(acceptance);
    process
}
