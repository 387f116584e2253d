//! `TimeStampToken` and the `TSTInfo` inside it (RFC 3161, 2.4.2).

use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::cms::{SignedData, SignerInfo};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use crate::source::{self, Span};
use crate::x509::DistinguishedName;
use bytes::Bytes;
use std::time::Duration;

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
    /// By how much the time may be off, to either side; `None` where it is not said.
    pub accuracy: Option<Duration>,
    /// Whether the authority's tokens can be put in order by their times alone.
    pub ordering: bool,
    /// The nonce of the request.
    pub nonce: Option<Bytes>,
    /// `tsa`: the authority as it names itself; `None` also where that is no directory name.
    pub authority: Option<DistinguishedName>,
}

impl TstInfo {
    /// The digest algorithm of the imprint, if sigill knows it.
    pub fn imprint_digest(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(&self.imprint_algorithm.oid)
    }

    /// Whether the imprint is the digest of these parts, one after the other; `None` where the
    /// algorithm is not known or the parts cannot be read.
    pub fn matches(&self, parts: &[Span]) -> Option<bool> {
        let digest = source::digest(self.imprint_digest()?, parts)?;
        Some(digest == self.imprint)
    }

    /// Whether this was issued after `other` beyond doubt: the times are further apart than both
    /// may be off, or the authority promises that its times are in order (RFC 3161, 2.4.2).
    pub fn is_later_than(&self, other: &TstInfo) -> bool {
        let in_order = self.ordering && other.ordering && self.has_authority_of(other);
        let doubt = if in_order {
            0
        } else {
            self.doubt().saturating_add(other.doubt())
        };
        self.generation_time.0 > other.generation_time.0.saturating_add(doubt)
    }

    fn has_authority_of(&self, other: &TstInfo) -> bool {
        match (&self.authority, &other.authority) {
            (Some(one), Some(another)) => one.matches(another),
            _ => false,
        }
    }

    /// Seconds by which the time may be off, rounded up: fractions of times are cut off.
    fn doubt(&self) -> i64 {
        let accuracy = self.accuracy.unwrap_or_default();
        let seconds = i64::try_from(accuracy.as_secs()).unwrap_or(i64::MAX);
        seconds.saturating_add(i64::from(accuracy.subsec_nanos() > 0))
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
    let accuracy = match fields.optional(tag::SEQUENCE)? {
        Some(accuracy) => Some(read_accuracy(accuracy.reader())?),
        None => None,
    };
    let ordering = match fields.peek() {
        Some(tag::BOOLEAN) => fields.boolean()?,
        _ => false,
    };
    let nonce = match fields.peek() {
        Some(tag::INTEGER) => Some(keep(content, fields.integer()?)),
        _ => None,
    };
    let authority = match fields.explicit(0)? {
        Some(name) => read_authority(name, content)?,
        None => None,
    };
    if let Some(extensions) = fields.optional(tag::context_constructed(1))? {
        refuse_critical(extensions.reader())?;
    }
    fields.finish()?;
    Ok(TstInfo {
        policy,
        imprint_algorithm,
        imprint: digest,
        serial,
        generation_time,
        accuracy,
        ordering,
        nonce,
        authority,
    })
}

fn read_accuracy(mut fields: Reader<'_>) -> Result<Duration, Error> {
    let seconds = match fields.peek() {
        Some(tag::INTEGER) => fields.small_integer()?,
        _ => 0,
    };
    let mut fractions = [0_u64; 2];
    for (number, fraction) in (0..).zip(&mut fractions) {
        if let Some(part) = fields.optional(tag::context(number))? {
            let value = part.content.iter().try_fold(0_u64, |value, octet| {
                value.checked_mul(256)?.checked_add(u64::from(*octet))
            });
            *fraction = value
                .filter(|value| (1..=999).contains(value))
                .ok_or_else(|| fields.error("a fraction that is not from 1 to 999"))?;
        }
    }
    fields.finish()?;
    let [milliseconds, microseconds] = fractions;
    Ok(Duration::from_secs(seconds)
        + Duration::from_millis(milliseconds)
        + Duration::from_micros(microseconds))
}

fn read_authority(
    mut name: Reader<'_>,
    source: &Bytes,
) -> Result<Option<DistinguishedName>, Error> {
    match name.explicit(4)? {
        Some(mut directory) => {
            let der = keep(source, directory.expect(tag::SEQUENCE)?.raw);
            DistinguishedName::read(&der).map(Some)
        }
        None => Ok(None),
    }
}

/// No extension of a token is processed, so none may be critical.
fn refuse_critical(mut extensions: Reader<'_>) -> Result<(), Error> {
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        extension.oid()?;
        if extension.peek() == Some(tag::BOOLEAN) && extension.boolean()? {
            return Err(extensions.error("a critical extension that is not processed"));
        }
    }
    Ok(())
}
