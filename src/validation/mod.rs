//! Validation of signatures, ETSI EN 319 102-1: each file is one clause.
//!
//! Blocks take what they judge as arguments and return values. They print nothing, write no
//! shared state and know no container format.

mod basic_signature;
mod cryptographic_verification;
pub(crate) mod evidence_record;
mod finding;
mod format_checking;
mod identification_of_signing_certificate;
mod indication;
pub(crate) mod long_term_availability;
mod past_certificate_validation;
mod past_signature_validation;
pub(crate) mod poe_extraction;
mod revocation_freshness;
mod rule;
mod signature_acceptance;
mod signature_with_time;
mod signer_attributes;
mod timestamp;
mod validation_context_initialization;
mod validation_time_sliding;
mod x509_certificate_validation;

pub use basic_signature::{Basis, ProvenObject};
pub use cryptographic_verification::Integrity;
pub use finding::{Conclusion, Finding, Need, NeedKind, Status};
pub use indication::{FailedWhy, IndeterminateWhy, Indication};
pub use rule::{Language, Rule};
pub use x509_certificate_validation::{
    Effort, RevocationSource, RevocationStatement, Statements, SupportingObject, ValidatedPath,
};

pub use evidence_record::RecordAlgorithmEnds;
pub(crate) use evidence_record::RecordValidation;
pub(crate) use long_term_availability::SignatureValidation;
pub use signer_attributes::CertifiedRole;
pub(crate) use timestamp::{TimestampValidation, validate as validate_timestamp};
pub(crate) use x509_certificate_validation::{
    CertificateValidations, ValidationsByEvidence, statements_about,
    validate as validate_certificate,
};

use crate::crypto::Verifications;
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::policy::{PathConstraints, Policy};
use crate::trust::TrustAnchors;

/// What every block may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub evidence: &'a Evidence,
    pub trust: &'a TrustAnchors,
    pub policy: &'a Policy,
    /// What the paths of signers must keep to.
    pub path_constraints: &'a PathConstraints,
    pub limits: &'a Limits,
    pub verifications: &'a Verifications,
    /// Under this trust, policy, path constraints and limits; none where nothing is remembered.
    pub known_validations: Option<ValidationsByEvidence<'a>>,
}

/// What a certificate is judged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Signing documents.
    Signature,
    /// Issuing time-stamps.
    Timestamp,
    /// Nothing in particular: the certificate is judged on its own.
    Unspecified,
}
