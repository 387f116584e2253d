//! Certificate revocation lists (RFC 5280, 5).

use super::RevocationStatus;
use super::name::DistinguishedName;
use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::crypto::{self, AlgorithmIdentifier};
use crate::error::Error;
use bytes::Bytes;

/// A revocation list; its entries are read where they stand, not copied.
#[derive(Debug, Clone)]
pub struct CertificateList {
    der: Bytes,
    tbs: Bytes,
    sha256: [u8; 32],
    revoked: Bytes,
    /// Who issued it.
    pub issuer: DistinguishedName,
    /// When it was issued.
    pub this_update: UnixTime,
    /// When a newer one is due.
    pub next_update: Option<UnixTime>,
    /// Algorithm of the signature.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Signature value.
    pub signature: Bytes,
    /// The key identifier of `AuthorityKeyIdentifier`.
    pub authority_key_identifier: Option<Bytes>,
    /// `IssuingDistributionPoint` (5.2.5), raw.
    pub issuing_distribution_point: Option<Bytes>,
    /// Whether this lists only the changes since another list (5.2.4).
    pub is_delta: bool,
    /// Critical extensions that sigill does not process.
    pub unknown_critical: Vec<Oid>,
}

impl CertificateList {
    /// Reads one DER `CertificateList`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none.
    pub fn read(bytes: &Bytes) -> Result<Self, Error> {
        let mut whole = Reader::new(bytes, "CertificateList");
        let mut fields = whole.sequence()?;
        whole.finish()?;
        let tbs = fields.expect(tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields, bytes)?;
        let signature = keep(bytes, &fields.bit_string()?);
        let mut inner = tbs.reader();
        inner.optional(tag::INTEGER)?;
        inner.expect(tag::SEQUENCE)?;
        let issuer = DistinguishedName::read(&keep(bytes, inner.expect(tag::SEQUENCE)?.raw))?;
        let this_update = inner.time()?;
        let next_update = match inner.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(inner.time()?),
            _ => None,
        };
        let revoked = inner.optional(tag::SEQUENCE)?;
        let mut list = CertificateList {
            der: bytes.clone(),
            tbs: keep(bytes, tbs.raw),
            sha256: crypto::sha256(bytes),
            revoked: revoked.map_or_else(Bytes::new, |entries| keep(bytes, entries.content)),
            issuer,
            this_update,
            next_update,
            signature_algorithm,
            signature,
            authority_key_identifier: None,
            issuing_distribution_point: None,
            is_delta: false,
            unknown_critical: Vec::new(),
        };
        if let Some(mut wrapper) = inner.explicit(0)? {
            list.read_extensions(wrapper.sequence()?)?;
        }
        Ok(list)
    }

    fn read_extensions(&mut self, mut extensions: Reader<'_>) -> Result<(), Error> {
        while !extensions.is_empty() {
            let (kind, critical, content) = read_extension(&mut extensions)?;
            if kind == oid::AUTHORITY_KEY_IDENTIFIER {
                let identifier = Reader::new(&content, "AuthorityKeyIdentifier")
                    .sequence()?
                    .optional(tag::context(0))?;
                self.authority_key_identifier =
                    identifier.map(|key| Bytes::copy_from_slice(key.content));
            } else if kind == oid::ISSUING_DISTRIBUTION_POINT {
                self.issuing_distribution_point = Some(Bytes::from(content));
            } else if kind == oid::DELTA_CRL_INDICATOR {
                self.is_delta = true;
            } else if critical {
                self.unknown_critical.push(kind);
            }
        }
        Ok(())
    }

    /// The list as it stands.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// `tbsCertList` as it stands: the bytes that were signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// SHA-256 of the list.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// What the list says of a serial number.
    ///
    /// # Errors
    /// [`Error::Malformed`] where an entry cannot be read, or where an entry carries a critical
    /// extension that sigill does not process (5.3: the list must not be used then).
    pub fn status(&self, serial: &[u8]) -> Result<RevocationStatus, Error> {
        let mut entries = Reader::new(&self.revoked, "revokedCertificates");
        let mut status = RevocationStatus::Good;
        while !entries.is_empty() {
            let mut entry = entries.sequence()?;
            let found = entry.integer()? == serial;
            let at = entry.time()?;
            let mut reason = None;
            if let Some(extensions) = entry.optional(tag::SEQUENCE)? {
                reason = entry_reason(extensions.reader())?;
            }
            if found {
                status = RevocationStatus::Revoked { at, reason };
            }
        }
        Ok(status)
    }
}

fn entry_reason(mut extensions: Reader<'_>) -> Result<Option<u8>, Error> {
    let mut reason = None;
    while !extensions.is_empty() {
        let (kind, critical, content) = read_extension(&mut extensions)?;
        if kind == oid::REASON_CODE {
            let code = Reader::new(&content, "CRLReason").expect(tag::ENUMERATED)?;
            reason = code.content.first().copied();
        } else if critical {
            return Err(extensions.error("a critical entry extension that is not processed"));
        }
    }
    Ok(reason)
}

fn read_extension(extensions: &mut Reader<'_>) -> Result<(Oid, bool, Vec<u8>), Error> {
    let mut extension = extensions.sequence()?;
    let kind = extension.oid()?;
    let critical = match extension.peek() {
        Some(tag::BOOLEAN) => extension.boolean()?,
        _ => false,
    };
    let content = extension.string(tag::OCTET_STRING)?.into_owned();
    Ok((kind, critical, content))
}
