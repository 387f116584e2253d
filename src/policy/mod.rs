//! Validation constraints (EN 319 102-1, 5.1.4): plain data, the user's choice.

mod path_constraints;
mod required_signers;
mod revocation_freshness;
mod signature_attributes;
mod signing_certificate;
mod trust_anchor;
mod trust_service;

pub use path_constraints::{
    AnchorConstraints, AnchorValidity, CertificateProfile, KeyPurposeStatement, PathConstraints,
    ValidationModel,
};
pub use required_signers::RequiredSigners;
pub use revocation_freshness::{Age, RevocationFreshness};
pub use signature_attributes::{RequiredAttribute, SignatureAttributes};
pub use signing_certificate::{
    CertificateStatement, SigningCertificateConstraints, SigningKeyUsage, SubjectAttribute,
};
pub use trust_anchor::{AnchorName, TrustAnchor};
pub use trust_service::TrustServiceConstraints;

use crate::crypto::{self, AlgorithmEnd, CryptographicSuite, Reliability};
use crate::{UnixTime, hex};
use serde::{Deserialize, Serialize};

/// What happens where a constraint is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enforcement {
    /// The verdict falls.
    Fail,
    /// The verdict stands, with a warning.
    Warn,
    /// The verdict stands; the fact is told.
    Inform,
}

/// The constraints of one validation.
///
/// ```
/// let policy = sigill::Policy::from_toml("revocation_data_missing = \"fail\"").unwrap();
/// assert_eq!(policy.revocation_data_missing, sigill::policy::Enforcement::Fail);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Name, for reports.
    pub name: String,
    /// No revocation data at hand for a certificate, in a document that carries none itself.
    /// Documents that do carry some must carry it for every certificate of the signer's path.
    pub revocation_data_missing: Enforcement,
    /// A time-stamp whose imprint or signature is broken. EN 319 102-1, 5.5 passes it over;
    /// sigill by default takes it for a sign of tampering.
    pub broken_timestamp: Enforcement,
    /// A signature without a signing-certificate attribute (RFC 5035), which ties the signature
    /// to one certificate.
    pub signing_certificate_reference_missing: Enforcement,
    /// An end of an algorithm that the suite's authors foresaw after they last looked at it, as
    /// in the EU DSS 6.4 default policy (`LevelAfterUpdate`).
    pub foreseen_end_of_algorithm: Enforcement,
    /// Annotations added to a PDF after it was signed.
    pub annotations_after_signing: Enforcement,
    /// Formats of signatures that are accepted, by their names in reports; any where this is left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_formats: Option<Vec<String>>,
    /// A container that departs from its standard without a doubt about what is signed.
    pub container_remark: Enforcement,
    /// A file in a container that no signature is about.
    pub unsigned_member: Enforcement,
    /// A time-stamp over a container that does not cover every file in it.
    pub container_timestamp_incomplete: Enforcement,
    /// Signature policies that signers may follow, in dotted decimals; any where this is left
    /// out. A signature that names none is never judged by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_signature_policies: Option<Vec<String>>,
    /// The document of the signature policy that a signer names is not at hand.
    pub signature_policy_unavailable: Enforcement,
    /// SHA-256 of certificates whose holders may issue attribute certificates (RFC 5755, 5),
    /// besides the authorities above the signer's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_authorities: Vec<String>,
    /// Issuer and serial number in the signing-certificate attribute that are not those of the
    /// certificate whose digest it holds (EN 319 102-1, 5.2.3.4).
    pub issuer_serial_mismatch: Enforcement,
    /// A claimed signing time outside the validity of the certificate (EN 319 102-1, 5.2.8).
    pub claimed_time_outside_validity: Enforcement,
    /// A trusted list whose successor was due before the time of validation (ETSI TS 119 612,
    /// 5.3.15), where an anchor is known by it alone.
    pub trusted_list_expired: Enforcement,
    /// A signing-certificate attribute that names its certificate by a digest that was no longer
    /// reliable at the best signature time.
    pub weak_certificate_reference: Enforcement,
    /// The number of the organisation that every signature must be bound to, by more than a
    /// claim; any or none, where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_organisation: Option<String>,
    /// A revocation list that does not say when the next one comes.
    pub revocation_next_update_missing: Enforcement,
    /// How long before the best signature time an extract of a register may have been taken; any
    /// time, where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_freshness: Option<Age>,
    /// How old revocation data may be.
    pub revocation_freshness: RevocationFreshness,
    /// What signatures must hold besides their value.
    pub signature_attributes: SignatureAttributes,
    /// What the certificates of signers must say.
    pub signing_certificate: SigningCertificateConstraints,
    /// Who must have signed a document together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_signers: Vec<RequiredSigners>,
    /// What the paths of signers must keep to.
    pub path: PathConstraints,
    /// What services of trusted lists paths may end in.
    pub trust_service: TrustServiceConstraints,
    /// Trust that the policy itself speaks of, besides the anchors that the user gives.
    #[serde(rename = "trust_anchor", skip_serializing_if = "Vec::is_empty")]
    pub trust_anchors: Vec<TrustAnchor>,
    /// Algorithms and their ends: a whole table `[suite]` as in
    /// [`CryptographicSuite::from_toml`], or the default.
    pub suite: CryptographicSuite,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            name: "default".to_owned(),
            revocation_data_missing: Enforcement::Warn,
            broken_timestamp: Enforcement::Fail,
            signing_certificate_reference_missing: Enforcement::Warn,
            foreseen_end_of_algorithm: Enforcement::Warn,
            annotations_after_signing: Enforcement::Fail,
            accepted_formats: None,
            container_remark: Enforcement::Warn,
            unsigned_member: Enforcement::Warn,
            container_timestamp_incomplete: Enforcement::Inform,
            accepted_signature_policies: None,
            signature_policy_unavailable: Enforcement::Inform,
            attribute_authorities: Vec::new(),
            issuer_serial_mismatch: Enforcement::Warn,
            claimed_time_outside_validity: Enforcement::Fail,
            trusted_list_expired: Enforcement::Warn,
            weak_certificate_reference: Enforcement::Warn,
            required_organisation: None,
            revocation_next_update_missing: Enforcement::Warn,
            register_freshness: Age::parse("90d"),
            revocation_freshness: RevocationFreshness::default(),
            signature_attributes: SignatureAttributes::default(),
            signing_certificate: SigningCertificateConstraints::default(),
            required_signers: Vec::new(),
            path: PathConstraints::default(),
            trust_service: TrustServiceConstraints::default(),
            trust_anchors: Vec::new(),
            suite: CryptographicSuite::default(),
        }
    }
}

impl Policy {
    /// The default policy as a policy file, each line with its source.
    pub const DEFAULT_FILE: &'static str = include_str!("../../policies/default.toml");

    /// Reads a policy file; what it leaves out keeps its default.
    ///
    /// # Errors
    /// The line and the reason, where the text is not TOML or names an unknown constraint.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The policy as a policy file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The policy with other ends of algorithms.
    ///
    /// ```
    /// use sigill::Policy;
    /// use sigill::crypto::CryptographicSuite;
    /// let mut suite = CryptographicSuite::default();
    /// suite.schemes.clear();
    /// assert!(Policy::default().with_suite(suite).suite.schemes.is_empty());
    /// ```
    #[must_use]
    pub fn with_suite(self, suite: CryptographicSuite) -> Self {
        Policy { suite, ..self }
    }

    /// SHA-256 over all constraints and the suite, so that reports can name the policy exactly.
    pub fn sha256(&self) -> String {
        let constraints = self.to_toml();
        // What the policy file does not hold.
        let rest = format!("{:?}", self.path.name_constraints);
        hex(&crypto::sha256(format!("{constraints}\n{rest}").as_bytes()))
    }

    /// Whether signers may follow the signature policy with this identifier.
    pub fn accepts_signature_policy(&self, identifier: &str) -> bool {
        self.accepted_signature_policies
            .as_ref()
            .is_none_or(|accepted| accepted.iter().any(|known| known == identifier))
    }

    /// Whether the holder of the certificate with this SHA-256 is named as one who may issue
    /// attribute certificates.
    pub fn trusts_for_attributes(&self, certificate: &[u8; 32]) -> bool {
        let sha256 = hex(certificate);
        let mut authorities = self.attribute_authorities.iter();
        authorities.any(|known| known.eq_ignore_ascii_case(&sha256))
    }

    /// What the suite's end of an algorithm means at a time.
    pub fn reliability(&self, algorithm: &AlgorithmEnd, at: UnixTime) -> AlgorithmConstraint {
        match algorithm.end.reliability(at) {
            Reliability::Reliable => AlgorithmConstraint::Met,
            Reliability::UnreliableSince(end)
                if end > self.suite.update_date
                    && self.foreseen_end_of_algorithm != Enforcement::Fail =>
            {
                AlgorithmConstraint::MetWithWarning(end)
            }
            Reliability::UnreliableSince(end) => AlgorithmConstraint::NotMet(Some(end)),
            Reliability::NotListed => AlgorithmConstraint::NotMet(None),
        }
    }
}

/// Whether an algorithm may be relied upon at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlgorithmConstraint {
    /// It may.
    Met,
    /// It may still, although its foreseen end has passed.
    MetWithWarning(UnixTime),
    /// It may not, since the given time or at all.
    NotMet(Option<UnixTime>),
}
