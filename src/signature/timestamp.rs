//! Time-stamps in and around signatures, with the bytes they are about.

use super::{Coverage, Embedded, SignedContent};
use crate::asn1::oid;
use crate::cms::attribute::{
    EvidenceReference, LongTermValidation, RevocationValues, certificate_values,
};
use crate::cms::{Attribute, SignedData};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::tsp::{TimestampToken, TstInfo};
use bytes::Bytes;

/// What a time-stamp is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampKind {
    /// The content, before it was signed (EN 319 122-1, 5.2.8).
    Content,
    /// The signature value (EN 319 122-1, 5.3).
    Signature,
    /// The signature value, beside its evidence in a PDF (ISO 32000-2, 12.8.4.4: `/TS` of `/VRI`).
    ValidationRelatedInformation,
    /// References to certificates and revocation data (EN 319 122-1, A.1.5).
    References,
    /// Everything so far (EN 319 122-1, 5.5).
    Archive,
    /// A revision of a PDF (ISO 32000-2, 12.8.5).
    Document,
    /// A member of an ASiC container (EN 319 162-1).
    Container,
}

impl TimestampKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            TimestampKind::Content => "content-time-stamp",
            TimestampKind::Signature => "signature-time-stamp",
            TimestampKind::ValidationRelatedInformation => "vri-time-stamp",
            TimestampKind::References => "refs-time-stamp",
            TimestampKind::Archive => "archive-time-stamp",
            TimestampKind::Document => "document-time-stamp",
            TimestampKind::Container => "container-time-stamp",
        }
    }
}

/// A time-stamp and the bytes its imprint must be of.
#[derive(Debug, Clone)]
pub struct Timestamp {
    /// What it is about.
    pub kind: TimestampKind,
    /// The token, or why it cannot be read.
    pub token: Result<TimestampToken, Error>,
    /// What its imprint must be of.
    pub stamped: Stamped,
    /// What is wrong with its form.
    pub format_problems: Vec<String>,
    /// For a document time-stamp: what it covers of the document.
    pub coverage: Option<Coverage>,
    /// For a time-stamp inside a signature: what it covers of the signature.
    pub covers: Covers,
}

/// What a time-stamp binds of the signature that it stands in.
#[derive(Debug, Clone, Default)]
pub struct Covers {
    /// SHA-256 of each object: signature values, tokens, certificates, revocation data.
    pub objects: Vec<[u8; 32]>,
    /// References to certificates and revocation data that may stand elsewhere.
    pub references: Vec<EvidenceReference>,
    /// For an archive time-stamp: what it could cover and does not, in words.
    pub left_out: Vec<String>,
}

impl Covers {
    pub(super) fn extend(&mut self, other: Covers) {
        self.objects.extend(other.objects);
        self.references.extend(other.references);
        self.left_out.extend(other.left_out);
    }
}

/// What the imprint of a time-stamp must be of.
#[derive(Debug, Clone)]
pub enum Stamped {
    /// Bytes, in each of the forms that signers are known to stamp: the imprint must be of one.
    Forms(Vec<Vec<StampedPart>>),
    /// A digest that was computed over a hash tree (RFC 4998, 4.3).
    Digest(DigestAlgorithm, Vec<u8>),
    /// Bytes that are not at hand, or that sigill cannot compose yet.
    Unknown,
}

/// One of the parts that stand one after the other in what is stamped.
#[derive(Debug, Clone)]
pub enum StampedPart {
    /// Bytes of the document.
    Bytes(Bytes),
    /// The signed content.
    Content(SignedContent),
    /// The digest of the signed content, by the algorithm of the imprint.
    DigestOf(SignedContent),
}

impl Stamped {
    pub(super) fn content(content: Option<SignedContent>) -> Self {
        content.map_or(Stamped::Unknown, |content| {
            Stamped::Forms(vec![vec![StampedPart::Content(content)]])
        })
    }

    /// Whether the imprint in `info` is of this; `None` where that cannot be told.
    pub fn is_imprinted_in(&self, info: &TstInfo) -> Option<bool> {
        let algorithm = info.imprint_digest()?;
        match self {
            Stamped::Forms(forms) => {
                let mut digests = forms.iter().map(|form| digest_of(form, algorithm));
                Some(digests.any(|digest| digest == info.imprint))
            }
            Stamped::Digest(by, digest) => Some(*by == algorithm && info.imprint == *digest),
            Stamped::Unknown => None,
        }
    }
}

fn digest_of(form: &[StampedPart], algorithm: DigestAlgorithm) -> Vec<u8> {
    if let [StampedPart::Content(content)] = form {
        return content.digest(algorithm);
    }
    let parts = form.iter().flat_map(|part| match part {
        StampedPart::Bytes(bytes) => vec![bytes.clone()],
        StampedPart::Content(content) => content.parts().to_vec(),
        StampedPart::DigestOf(content) => vec![content.digest(algorithm).into()],
    });
    let parts: Vec<Bytes> = parts.collect();
    let parts: Vec<&[u8]> = parts.iter().map(Bytes::as_ref).collect();
    algorithm.digest(&parts)
}

impl Embedded {
    /// Certificates and revocation data that a CMS carries outside its signers.
    pub(crate) fn of(data: &SignedData) -> Self {
        Embedded {
            certificates: data.certificates.clone(),
            revocation_lists: data.revocation_lists.clone(),
            ocsp_responses: data.ocsp_responses.clone(),
        }
    }
}

/// Certificates and revocation data that an attribute carries; nothing for other attributes.
pub(super) fn evidence_in(attribute: &Attribute) -> Result<Embedded, Error> {
    let mut embedded = Embedded::default();
    if attribute.kind == oid::CERTIFICATE_VALUES {
        embedded.certificates = certificate_values(attribute)?;
    } else if [oid::REVOCATION_VALUES, oid::ADOBE_REVOCATION_INFO_ARCHIVAL]
        .contains(&attribute.kind)
    {
        let values = RevocationValues::read(attribute)?;
        embedded.revocation_lists = values.revocation_lists;
        embedded.ocsp_responses = values.ocsp_responses;
    } else if attribute.kind == oid::LONG_TERM_VALIDATION {
        for value in &attribute.values {
            // Its definition can be read in more than one way, so that this is no fault of form.
            let gathered = LongTermValidation::read(value).unwrap_or_default();
            embedded.certificates.extend(gathered.certificates);
            embedded.revocation_lists.extend(gathered.revocation_lists);
            embedded.ocsp_responses.extend(gathered.ocsp_responses);
        }
    }
    Ok(embedded)
}

impl Embedded {
    /// Everything, one after the other.
    pub fn objects(&self) -> impl Iterator<Item = &Bytes> {
        let lists = self.certificates.iter().chain(&self.revocation_lists);
        lists.chain(&self.ocsp_responses)
    }

    /// Whether any of it is revocation data.
    pub fn carries_revocation(&self) -> bool {
        !self.revocation_lists.is_empty() || !self.ocsp_responses.is_empty()
    }

    pub(super) fn extend(&mut self, other: Embedded) {
        self.certificates.extend(other.certificates);
        self.revocation_lists.extend(other.revocation_lists);
        self.ocsp_responses.extend(other.ocsp_responses);
    }
}

impl Timestamp {
    /// The evidence inside the token, also where it was added after it was made.
    pub fn embedded(&self) -> Embedded {
        let Ok(token) = &self.token else {
            return Embedded::default();
        };
        let mut embedded = Embedded::of(&token.signed_data);
        for attribute in &token.signer_info.unsigned_attributes {
            embedded.extend(evidence_in(attribute).unwrap_or_default());
        }
        embedded
    }
}
