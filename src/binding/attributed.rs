//! An answer with what stands behind it: who says so, by what evidence, as of when, and what
//! speaks against it.

use crate::UnixTime;
pub use crate::grade::{Grade, RoleGrade};

/// Who says what is answered, from the least to the most that their word counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// Nobody who is trusted.
    Nobody,
    /// The signer.
    Signer,
    /// Who asked for the signature: a value may be a default that the requester set.
    Requester,
    /// A register, in an extract.
    Register,
    /// The identity provider, in the assertion by which the signer was identified.
    IdentityProvider,
    /// The issuer of the certificate, or of the attribute certificate, who is trusted.
    Issuer,
    /// The archive, in a profile of its own.
    Profile,
}

impl Authority {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Authority::Nobody => "nobody",
            Authority::Signer => "signer",
            Authority::Requester => "requester",
            Authority::Register => "register",
            Authority::IdentityProvider => "identity-provider",
            Authority::Issuer => "issuer",
            Authority::Profile => "profile",
        }
    }
}

/// What an answer was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BindingEvidence {
    /// What kind of object it is.
    pub kind: EvidenceKind,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
}

/// Kinds of objects that answers are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceKind {
    /// The signer's certificate.
    Certificate,
    /// The certificate of its issuer.
    IssuerCertificate,
    /// The signature, whose signed attributes hold claims of the signer.
    Signature,
    /// An attribute certificate (RFC 5755) in the signature.
    AttributeCertificate,
    /// The contexts of RFC 7773 in the signer's certificate.
    AuthenticationContext,
    /// Metadata of the identity provider.
    IdentityProviderMetadata,
    /// The profile of an e-identification system.
    Profile,
    /// An extract of a register.
    Register,
}

impl EvidenceKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            EvidenceKind::Certificate => "certificate",
            EvidenceKind::IssuerCertificate => "issuer-certificate",
            EvidenceKind::Signature => "signature",
            EvidenceKind::AttributeCertificate => "attribute-certificate",
            EvidenceKind::AuthenticationContext => "authentication-context",
            EvidenceKind::IdentityProviderMetadata => "identity-provider-metadata",
            EvidenceKind::Profile => "profile",
            EvidenceKind::Register => "register",
        }
    }
}

/// An answer and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributed<T, G = Grade> {
    /// The answer.
    pub value: T,
    /// How surely it is known.
    pub grade: G,
    /// Who says so.
    pub authority: Authority,
    /// Where it was read and why it is graded so, in English; for Swedish the phrases of it are
    /// translated.
    pub reason: String,
    /// What it was read from.
    pub evidence: Vec<BindingEvidence>,
    /// The time as of which it holds.
    pub as_of: UnixTime,
    /// What other sources say that does not agree. Nothing is resolved silently.
    pub conflicts: Vec<Conflict<T, G>>,
}

/// Another answer to the same question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<T, G = Grade> {
    /// How it stands to the first.
    pub agreement: Agreement,
    /// The other answer.
    pub value: T,
    /// How surely it is known.
    pub grade: G,
    /// Who says so.
    pub authority: Authority,
    /// Where it was read.
    pub reason: String,
}

/// How two answers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Both cannot be right.
    Contradicts,
    /// They name in different ways what may be one organisation or two.
    NotComparable,
}

impl Agreement {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Agreement::Contradicts => "contradicts",
            Agreement::NotComparable => "not-comparable",
        }
    }
}

/// A legal organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Organisation {
    /// Its identifier, such as `5590000004`; masked where it is a personal number.
    pub identifier: Option<String>,
    /// The scheme of the identifier, such as `NTRSE`.
    pub scheme: Option<String>,
    /// Its name, which alone never binds.
    pub name: Option<String>,
}

impl Attributed<Organisation> {
    /// No organisation, and why not.
    pub fn none(reason: impl Into<String>, as_of: UnixTime) -> Self {
        Attributed {
            value: Organisation::default(),
            grade: Grade::O0,
            authority: Authority::Nobody,
            reason: reason.into(),
            evidence: Vec::new(),
            as_of,
            conflicts: Vec::new(),
        }
    }
}
