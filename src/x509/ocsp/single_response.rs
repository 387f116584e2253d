//! What an OCSP response says of one certificate (RFC 6960, 4.2.1 and 4.4).

use super::Extension;
use crate::UnixTime;
use crate::asn1::{Reader, keep, oid, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::x509::{Certificate, RevocationStatus, serial_number};
use bytes::Bytes;

/// The status of one certificate.
#[derive(Debug, Clone)]
pub struct SingleResponse {
    /// Which certificate it is about.
    pub certificate: CertificateIdentifier,
    /// What is said of it.
    pub status: RevocationStatus,
    /// When this was known to be right.
    pub this_update: UnixTime,
    /// When newer information is due.
    pub next_update: Option<UnixTime>,
    /// `archiveCutOff` (4.4.4): certificates that ended since then are still known.
    pub archive_cut_off: Option<UnixTime>,
    /// `CertHash` (Common PKI, part 4): the certificate as the responder knows it.
    pub certificate_hash: Option<CertificateHash>,
    /// Whether a critical extension is there that sigill does not process.
    pub unknown_critical: bool,
}

/// `CertID` (RFC 6960, 4.1.1).
#[derive(Debug, Clone)]
pub struct CertificateIdentifier {
    /// Digest of the two hashes; `None` if sigill does not know it.
    pub digest: Option<DigestAlgorithm>,
    /// Hash of the issuer's name.
    pub issuer_name_hash: Bytes,
    /// Hash of the issuer's key.
    pub issuer_key_hash: Bytes,
    /// Serial number as encoded.
    pub serial: Bytes,
}

/// The digest of a certificate.
#[derive(Debug, Clone)]
pub struct CertificateHash {
    /// Digest algorithm; `None` if sigill does not know it.
    pub digest: Option<DigestAlgorithm>,
    /// The digest of the whole certificate.
    pub value: Bytes,
}

impl CertificateIdentifier {
    /// Whether this names `certificate`, issued by `issuer`.
    pub fn identifies(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else {
            return false;
        };
        serial_number::significant(&self.serial) == serial_number::significant(&certificate.serial)
            && digest.digest(&[issuer.subject.der()]) == self.issuer_name_hash
            && digest.digest(&[issuer.public_key.key_bits()]) == self.issuer_key_hash
    }
}

impl CertificateHash {
    /// Whether this is the digest of `certificate`.
    pub fn is_of(&self, certificate: &Certificate) -> bool {
        self.digest
            .is_some_and(|digest| digest.digest(&[certificate.der()]) == self.value)
    }
}

impl SingleResponse {
    pub(super) fn read(mut response: Reader<'_>, source: &Bytes) -> Result<Self, Error> {
        let mut identifier = response.sequence()?;
        let algorithm = AlgorithmIdentifier::read(&mut identifier, source)?;
        let certificate = CertificateIdentifier {
            digest: DigestAlgorithm::from_oid(&algorithm.oid),
            issuer_name_hash: keep(source, &identifier.string(tag::OCTET_STRING)?),
            issuer_key_hash: keep(source, &identifier.string(tag::OCTET_STRING)?),
            serial: keep(source, identifier.integer()?),
        };
        identifier.finish()?;
        let status = read_status(&mut response)?;
        let this_update = response.time()?;
        let next_update = match response.explicit(0)? {
            Some(mut time) => Some(time.time()?),
            None => None,
        };
        let mut single = SingleResponse {
            certificate,
            status,
            this_update,
            next_update,
            archive_cut_off: None,
            certificate_hash: None,
            unknown_critical: false,
        };
        if let Some(mut wrapper) = response.explicit(1)? {
            single.read_extensions(wrapper.sequence()?, source)?;
        }
        response.finish()?;
        Ok(single)
    }

    fn read_extensions(&mut self, mut extensions: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        while !extensions.is_empty() {
            let extension = Extension::read(&mut extensions)?;
            let mut value = Reader::new(&extension.content, "singleExtensions");
            if extension.kind == oid::OCSP_ARCHIVE_CUTOFF {
                self.archive_cut_off = Some(value.time()?);
            } else if extension.kind == oid::OCSP_CERTIFICATE_HASH {
                self.certificate_hash = Some(read_hash(value.sequence()?, source)?);
            } else if !needs_no_processing(&extension) {
                self.unknown_critical |= extension.critical;
            }
        }
        Ok(())
    }
}

fn read_status(response: &mut Reader<'_>) -> Result<RevocationStatus, Error> {
    let status = response.element()?;
    match status.tag {
        0x80 => Ok(RevocationStatus::Good),
        0xa1 => {
            let mut revoked = status.reader();
            let at = revoked.time()?;
            let reason = match revoked.explicit(0)? {
                Some(mut code) => code.expect(tag::ENUMERATED)?.content.first().copied(),
                None => None,
            };
            revoked.finish()?;
            Ok(RevocationStatus::Revoked { at, reason })
        }
        0x82 => Ok(RevocationStatus::Unknown),
        _ => Err(response.error("a status that is none of good, revoked and unknown")),
    }
}

fn read_hash(mut fields: Reader<'_>, source: &Bytes) -> Result<CertificateHash, Error> {
    let algorithm = AlgorithmIdentifier::read(&mut fields, source)?;
    Ok(CertificateHash {
        digest: DigestAlgorithm::from_oid(&algorithm.oid),
        value: keep(source, &fields.string(tag::OCTET_STRING)?),
    })
}

/// Extensions that change nothing of what is said: where it comes from, and what the entry of a
/// list would say besides (4.4.2, 4.4.5).
fn needs_no_processing(extension: &Extension<'_>) -> bool {
    [
        oid::OCSP_CRL_REFERENCES,
        oid::REASON_CODE,
        oid::INVALIDITY_DATE,
        oid::OCSP_SIGNED_CERTIFICATE_TIMESTAMPS,
    ]
    .contains(&extension.kind)
}
