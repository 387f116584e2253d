//! Time-stamps in and around signatures, with the bytes they are about.

use super::{Coverage, Embedded};
use crate::cms::SignedData;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// What a time-stamp is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampKind {
    /// The content, before it was signed (EN 319 122-1, 5.2.8).
    Content,
    /// The signature value (EN 319 122-1, 5.3).
    Signature,
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
}

/// What the imprint of a time-stamp must be of.
#[derive(Debug, Clone)]
pub enum Stamped {
    /// Bytes of the document, in parts.
    Bytes(Vec<Bytes>),
    /// A digest that was computed over a hash tree (RFC 4998, 4.3).
    Digest(DigestAlgorithm, Vec<u8>),
    /// Bytes that are not at hand, or that sigill cannot compose yet.
    Unknown,
}

impl Stamped {
    pub(super) fn content(parts: Option<Vec<Bytes>>) -> Self {
        parts.map_or(Stamped::Unknown, Stamped::Bytes)
    }
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

pub(super) fn embedded_in(data: &SignedData) -> Embedded {
    Embedded::of(data)
}

impl Timestamp {
    /// The evidence inside the token.
    pub fn embedded(&self) -> Embedded {
        self.token
            .as_ref()
            .map(|token| embedded_in(&token.signed_data))
            .unwrap_or_default()
    }
}
