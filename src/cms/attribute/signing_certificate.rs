//! `signing-certificate` and its second version (RFC 2634, 5.4; RFC 5035, 3 and 4).

use super::Attribute;
use crate::asn1::{Reader, keep, oid, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::x509::{Certificate, DistinguishedName};
use bytes::Bytes;

/// `ESSCertID` or `ESSCertIDv2`: names one certificate by its digest.
#[derive(Debug, Clone)]
pub struct CertificateReference {
    /// Digest over the whole certificate; `None` if sigill does not know it.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The digest.
    pub digest: Bytes,
    /// Issuer and serial number, where given.
    pub issuer_serial: Option<(DistinguishedName, Bytes)>,
}

impl CertificateReference {
    /// The references of a `signing-certificate` or `signing-certificate-v2` attribute, the
    /// signer's own first.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the attribute is neither.
    pub fn read_all(attribute: &Attribute) -> Result<Vec<Self>, Error> {
        let value = attribute.single_value()?;
        let mut list = Reader::new(value, "SigningCertificate")
            .sequence()?
            .sequence()?;
        let mut references = Vec::new();
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let digest_algorithm = if attribute.kind == oid::SIGNING_CERTIFICATE {
                Some(DigestAlgorithm::Sha1)
            } else if fields.peek() == Some(tag::SEQUENCE) {
                let algorithm = AlgorithmIdentifier::read(&mut fields, value)?;
                DigestAlgorithm::from_oid(&algorithm.oid)
            } else {
                // RFC 5035, 4: DEFAULT {algorithm id-sha256}.
                Some(DigestAlgorithm::Sha256)
            };
            references.push(CertificateReference {
                digest_algorithm,
                digest: keep(value, &fields.string(tag::OCTET_STRING)?),
                issuer_serial: read_issuer_serial(&mut fields, value)?,
            });
        }
        Ok(references)
    }

    /// Whether the digest is that of `certificate`.
    pub fn matches_digest(&self, certificate: &Certificate) -> bool {
        self.digest_algorithm
            .is_some_and(|algorithm| algorithm.digest(&[certificate.der()]) == self.digest)
    }

    /// Whether issuer and serial number, where given, are those of `certificate`.
    pub fn matches_issuer_serial(&self, certificate: &Certificate) -> bool {
        self.issuer_serial.as_ref().is_none_or(|(issuer, serial)| {
            *serial == certificate.serial && issuer.matches(&certificate.issuer)
        })
    }
}

fn read_issuer_serial(
    fields: &mut Reader<'_>,
    source: &Bytes,
) -> Result<Option<(DistinguishedName, Bytes)>, Error> {
    let Some(mut pair) = fields.optional(tag::SEQUENCE)?.map(|pair| pair.reader()) else {
        return Ok(None);
    };
    let mut names = pair.sequence()?;
    let Some(mut directory_name) = names.explicit(4)? else {
        return Ok(None);
    };
    let issuer = keep(source, directory_name.expect(tag::SEQUENCE)?.raw);
    Ok(Some((
        DistinguishedName::read(&issuer)?,
        keep(source, pair.integer()?),
    )))
}
