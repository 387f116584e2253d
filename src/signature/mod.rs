//! One form for every signature, whatever format it came in.
//!
//! PAdES and CAdES are normalised here; nothing later knows what container they were in.

mod archive_index;
mod asic;
pub(crate) mod cades;
mod content;
mod counter_signature;
mod coverage;
mod covered;
mod embedded_record;
mod imprint;
mod level;
mod pades;
mod record;
mod revocation_material;
mod rsa_sha1;
mod timestamp;

pub use content::SignedContent;
pub use coverage::{
    Change, ChangeKind, Coverage, MemberCoverage, MemberReference, ReferenceDigest, ReferenceState,
};
pub use level::Level;
pub use record::{Record, RecordObject, Subject};
pub use timestamp::{Covers, Stamped, StampedPart, Timestamp, TimestampKind};

use crate::asn1::{Oid, oid};
use crate::cms::attribute::{EvidenceReference, SignaturePolicy, Statement};
use crate::cms::{CertificateReference, SignedAttributes, SignerIdentifier};
use crate::container::{Content, Document};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use crate::source::Span;
use crate::x509::{AttributeCertificate, Objects};
use crate::{UnixTime, crypto};
use bytes::Bytes;

/// The format of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ETSI EN 319 142: a PDF signature with a signing-certificate attribute.
    Pades,
    /// ETSI EN 319 122: a CMS signature with a signing-certificate attribute.
    Cades,
    /// A PDF or CMS signature without one.
    Pkcs7,
    /// ETSI EN 319 132, which sigill does not read yet.
    Xades,
}

impl Format {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pades => "PAdES",
            Format::Cades => "CAdES",
            Format::Pkcs7 => "PKCS7",
            Format::Xades => "XAdES",
        }
    }
}

/// A signature with all that validation needs to know of it.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Format.
    pub format: Format,
    /// The level whose elements are all there, whatever their verdict.
    pub level: Level,
    /// What is wrong with its form (EN 319 102-1, 5.2.2).
    pub format_problems: Vec<String>,
    /// Which bytes it protects and what came after them.
    pub coverage: Coverage,
    /// How the signer names its certificate.
    pub identifier: SignerIdentifier,
    /// References in signing-certificate attributes.
    pub certificate_references: Vec<CertificateReference>,
    /// Digest over the content.
    pub digest_algorithm: AlgorithmIdentifier,
    /// The content as it stands in the file; `None` where it was not given.
    pub content: Option<SignedContent>,
    /// For `adbe.pkcs7.sha1`: the bytes whose SHA-1 is the content.
    pub content_is_sha1_of: Option<Vec<Span>>,
    /// Digest algorithms that the CMS announces for all its signers.
    pub announced_digests: Vec<AlgorithmIdentifier>,
    /// Type of the content, as the CMS announces it; a counter-signature has none.
    pub content_type: Option<Oid>,
    /// What was signed besides the content.
    pub signed_attributes: Option<SignedAttributes>,
    /// Algorithm of the signature value.
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature value.
    pub value: Bytes,
    /// The time the signer claims.
    pub claimed_signing_time: Option<UnixTime>,
    /// The roles the signer claims.
    pub claimed_roles: Vec<String>,
    /// What authorities say of the signer, signed along; errors stand for what cannot be read.
    pub attribute_certificates: Vec<Result<AttributeCertificate, Error>>,
    /// The signature policy that the signer says to follow (EPES).
    pub policy: Option<Result<SignaturePolicy, Error>>,
    /// The document of that policy, where the signature carries it.
    pub policy_document: Option<Bytes>,
    /// References to certificates and revocation data (CAdES-C).
    pub references: Vec<EvidenceReference>,
    /// What the signer says of the content and of its own intent, name and value.
    pub statements: Vec<Statement>,
    /// The algorithms that the signer has signed (RFC 6211), against those that are used.
    pub algorithm_protection: Option<AlgorithmAgreement>,
    /// Time-stamps inside the signature.
    pub timestamps: Vec<Timestamp>,
    /// Certificates and revocation data inside the signature.
    pub embedded: Embedded,
    /// Evidence records inside the signature (RFC 4998, A).
    pub records: Vec<Record>,
    /// Signatures over the signature value (RFC 5652, 11.4), in the order of the file; those that
    /// cannot be read stand as errors in their place.
    pub counter_signatures: Vec<Result<Signature, Box<UnreadableSignature>>>,
}

/// Whether algorithms under the signature are those that stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlgorithmAgreement {
    /// They are the same.
    Same,
    /// They are not, or cannot be read.
    Different,
}

/// Evidence that travels inside a signature or a time-stamp.
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    /// Certificates.
    pub certificates: Vec<Bytes>,
    /// Revocation lists.
    pub revocation_lists: Vec<Bytes>,
    /// OCSP responses.
    pub ocsp_responses: Vec<Bytes>,
}

impl Signature {
    /// This signature and, below it, every counter-signature that can be read.
    pub fn with_counter_signatures(&self) -> Vec<&Signature> {
        let mut all = vec![self];
        for counter_signature in self.counter_signatures.iter().flatten() {
            all.extend(counter_signature.with_counter_signatures());
        }
        all
    }

    /// The evidence that the signer signed along (ISO 32000-1, 12.8.3.3.2).
    pub fn signed_evidence(&self) -> Embedded {
        let mut evidence = Embedded::default();
        let attributes = self.signed_attributes.iter();
        for attribute in attributes.flat_map(|all| all.all(&oid::ADOBE_REVOCATION_INFO_ARCHIVAL)) {
            evidence.extend(timestamp::evidence_in(attribute).unwrap_or_default());
        }
        evidence
    }

    /// SHA-256 of the signature value: what proofs of existence are kept for.
    pub fn value_sha256(&self) -> [u8; 32] {
        crypto::sha256(&self.value)
    }

    /// The digest algorithm over the content, if sigill knows it.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(&self.digest_algorithm.oid)
    }
}

/// What a document holds for validation, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Signatures {
    /// The signatures; those that cannot be read stand as errors in their place.
    pub signatures: Vec<Result<Signature, Box<UnreadableSignature>>>,
    /// Time-stamps over the document or its parts.
    pub timestamps: Vec<Timestamp>,
    /// Evidence records over the document or its parts.
    pub records: Vec<Record>,
    /// Evidence beside the signatures, such as that in a PDF's DSS dictionary.
    pub stored: Vec<(Embedded, usize)>,
}

/// A signature that is there but cannot be read: a verdict of its own, never silence.
#[derive(Debug, Clone)]
pub struct UnreadableSignature {
    /// Why.
    pub error: Error,
    /// The format it announces.
    pub format: Format,
    /// Which bytes it claims to protect.
    pub coverage: Coverage,
    /// What else is wrong with its form.
    pub format_problems: Vec<String>,
}

impl Signatures {
    /// Every evidence record: those of the document, then those inside signatures.
    pub fn all_records(&self) -> impl Iterator<Item = &Record> {
        let inside = self.signatures.iter().flatten();
        let inside = inside.flat_map(|signature| &signature.records);
        self.records.iter().chain(inside)
    }

    /// Everything signed or time-stamped in `document`.
    ///
    /// # Errors
    /// [`Error`] where the document as a whole cannot be read as what it announces.
    pub fn of(document: &Document, limits: &Limits) -> Result<Self, Error> {
        Signatures::of_known(document, limits, &Objects::default())
    }

    /// As [`Signatures::of`], with objects that were read in other documents before.
    pub(crate) fn of_known(
        document: &Document,
        limits: &Limits,
        objects: &Objects,
    ) -> Result<Self, Error> {
        let holds_its_content = matches!(document.content(), Content::Pdf(_) | Content::Asic(_));
        if document.detached().is_some() && holds_its_content {
            return Err(Error::Unsupported {
                structure: "document",
                feature: "content beside a document that is no CMS",
            });
        }
        let mut signatures = match document.content() {
            Content::Pdf(pdf) => pades::read(pdf, limits),
            Content::Cms(bytes) => cades::read(bytes, document.detached(), limits),
            Content::Asic(container) => asic::read(container, limits),
            Content::EvidenceRecord(bytes) => Ok(Signatures {
                records: vec![Record::alone(bytes, document.detached(), limits)],
                ..Signatures::default()
            }),
        }?;
        level::tell(&mut signatures, document.content(), limits, objects);
        Ok(signatures)
    }
}
