//! One form for every signature, whatever format it came in.
//!
//! PAdES and CAdES are normalised here; nothing later knows what container they were in.

pub(crate) mod cades;
mod coverage;
mod level;
mod pades;
mod timestamp;

pub use coverage::{Change, ChangeKind, Coverage, Hidden};
pub use level::Level;
pub use timestamp::{Stamped, Timestamp, TimestampKind};

use crate::asn1::Oid;
use crate::cms::{CertificateReference, SignedAttributes, SignerIdentifier};
use crate::container::{Content, Document};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
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
}

impl Format {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pades => "PAdES",
            Format::Cades => "CAdES",
            Format::Pkcs7 => "PKCS7",
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
    /// The content as it stands in the file, in parts; `None` where it was not given.
    pub content: Option<Vec<Bytes>>,
    /// For `adbe.pkcs7.sha1`: the bytes whose SHA-1 is the content.
    pub content_is_sha1_of: Option<Vec<Bytes>>,
    /// Digest algorithms that the CMS announces for all its signers.
    pub announced_digests: Vec<AlgorithmIdentifier>,
    /// Type of the content, as the CMS announces it.
    pub content_type: Oid,
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
    /// A signature policy is named (EPES).
    pub has_signature_policy: bool,
    /// Time-stamps inside the signature.
    pub timestamps: Vec<Timestamp>,
    /// Certificates and revocation data inside the signature.
    pub embedded: Embedded,
    /// How many counter-signatures are there.
    pub counter_signatures: usize,
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
    /// Everything signed or time-stamped in `document`.
    ///
    /// # Errors
    /// [`Error`] where the document as a whole cannot be read as what it announces.
    pub fn of(document: &Document, limits: &Limits) -> Result<Self, Error> {
        let is_cms = matches!(document.content(), Content::Cms(_));
        if document.detached().is_some() && !is_cms {
            return Err(Error::Unsupported {
                structure: "document",
                feature: "content beside a document that is no CMS",
            });
        }
        match document.content() {
            Content::Pdf(pdf) => pades::read(pdf, limits),
            Content::Cms(bytes) => cades::read(bytes, document.detached(), limits),
            Content::Asic(_) | Content::EvidenceRecord(_) => Ok(Signatures::default()),
        }
    }
}
