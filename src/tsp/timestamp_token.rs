//! `TimeStampToken` and the `TSTInfo` inside it (RFC 3161, 2.4.2).

use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::cms::{SignedData, SignerInfo};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;

/// A time-stamp token: a CMS by a time-stamping authority.
#[derive(Debug, Clone)]
pub struct TimestampToken {
    /// The CMS around the statement.
    pub signed_data: SignedData,
    /// The authority's signature; RFC 3161, 2.4.2 allows exactly one.
    pub signer_info: SignerInfo,
    /// What the authority states.
    pub info: TstInfo,
}

/// What a time-stamping authority states.
#[derive(Debug, Clone)]
pub struct TstInfo {
    /// Policy under which it was issued.
    pub policy: Oid,
    /// Digest algorithm of the imprint.
    pub imprint_algorithm: AlgorithmIdentifier,
    /// Digest of the stamped data.
    pub imprint: Bytes,
    /// Serial number of the token.
    pub serial: Bytes,
    /// When the data existed at the latest; fractions of a second are cut off.
    pub generation_time: UnixTime,
    /// The nonce of the request.
    pub nonce: Option<Bytes>,
}

impl TstInfo {
    /// The digest algorithm of the imprint, if sigill knows it.
    pub fn imprint_digest(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(&self.imprint_algorithm.oid)
    }

    /// Whether the imprint is the digest of these parts, one after the other.
    pub fn matches(&self, parts: &[&[u8]]) -> bool {
        self.imprint_digest()
            .is_some_and(|algorithm| algorithm.digest(parts) == self.imprint)
    }
}

impl TimestampToken {
    /// Reads a token; zero padding after it is passed over.
    ///
    /// # Errors
    /// [`Error::Malformed`] where this is no token or has more than one signer.
    pub fn read(bytes: &Bytes, limits: &Limits) -> Result<Self, Error> {
        let signed_data = SignedData::read(bytes, limits)?;
        let place = |problem| Error::malformed("TimeStampToken", 0, problem);
        if signed_data.content_type != oid::TST_INFO {
            return Err(place("a content type other than TSTInfo"));
        }
        let content = signed_data
            .content
            .as_ref()
            .ok_or_else(|| place("no content"))?;
        let info = read_info(content)?;
        let [signer_info] = signed_data.signer_infos.as_slice() else {
            return Err(place("not exactly one signer"));
        };
        Ok(TimestampToken {
            signer_info: signer_info.clone(),
            info,
            signed_data,
        })
    }

    /// The token as it stands, without padding.
    pub fn raw(&self) -> &Bytes {
        self.signed_data.raw()
    }
}

fn read_info(content: &Bytes) -> Result<TstInfo, Error> {
    let mut fields = Reader::new(content, "TSTInfo").sequence()?;
    if fields.small_integer()? != 1 {
        return Err(fields.error("a version other than 1"));
    }
    let policy = fields.oid()?;
    let mut imprint = fields.sequence()?;
    let imprint_algorithm = AlgorithmIdentifier::read(&mut imprint, content)?;
    let digest = keep(content, &imprint.string(tag::OCTET_STRING)?);
    let serial = keep(content, fields.integer()?);
    let generation_time = fields.time()?;
    fields.optional(tag::SEQUENCE)?;
    fields.optional(tag::BOOLEAN)?;
    let nonce = match fields.peek() {
        Some(tag::INTEGER) => Some(keep(content, fields.integer()?)),
        _ => None,
    };
    Ok(TstInfo {
        policy,
        imprint_algorithm,
        imprint: digest,
        serial,
        generation_time,
        nonce,
    })
}
