//! A certificate (RFC 5280, 4.1).

use super::extension::Extensions;
use super::name::DistinguishedName;
use crate::UnixTime;
use crate::asn1::{Reader, keep, tag};
use crate::crypto::{self, AlgorithmIdentifier, PublicKey};
use crate::error::Error;
use bytes::Bytes;
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;

/// A certificate with the bytes it came from.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Bytes,
    tbs: Bytes,
    sha256: [u8; 32],
    /// Version, of which 3 is the one with extensions (RFC 5280, 4.1.2.1).
    pub version: u32,
    /// Serial number, two's complement as encoded.
    pub serial: Bytes,
    /// Who issued it.
    pub issuer: DistinguishedName,
    /// Whom it is about.
    pub subject: DistinguishedName,
    /// First second of validity.
    pub not_before: UnixTime,
    /// Last second of validity.
    pub not_after: UnixTime,
    /// The certified key.
    pub public_key: PublicKey,
    /// Algorithm of the issuer's signature.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Whether the algorithm inside the signed part is the same (RFC 5280, 4.1.1.2).
    pub algorithms_agree: bool,
    /// The issuer's signature value.
    pub signature: Bytes,
    /// What its extensions say.
    pub extensions: Extensions,
}

impl Certificate {
    /// Reads one DER certificate; bytes after it are an error.
    ///
    /// # Errors
    /// [`Error::Malformed`] where this is no X.509 certificate.
    pub fn read(bytes: &Bytes) -> Result<Self, Error> {
        let (rest, parsed) = X509CertificateParser::new()
            .with_deep_parse_extensions(false)
            .parse(bytes)
            .map_err(|_| Error::malformed("Certificate", 0, "not an X.509 certificate"))?;
        if !rest.is_empty() {
            let end = bytes.len() - rest.len();
            return Err(Error::malformed("Certificate", end, "bytes after it"));
        }
        let tbs = &parsed.tbs_certificate;
        // x509-parser keeps algorithm parameters without their tag, which RSASSA-PSS needs.
        let mut frame = Reader::new(bytes, "Certificate").sequence()?;
        frame.expect(tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut frame, bytes)?;
        Ok(Certificate {
            der: bytes.clone(),
            tbs: keep(bytes, tbs.as_ref()),
            sha256: crypto::sha256(bytes),
            version: tbs.version.0.saturating_add(1),
            serial: keep(bytes, tbs.raw_serial()),
            issuer: DistinguishedName::read(&keep(bytes, tbs.issuer.as_raw()))?,
            subject: DistinguishedName::read(&keep(bytes, tbs.subject.as_raw()))?,
            not_before: UnixTime(tbs.validity.not_before.timestamp()),
            not_after: UnixTime(tbs.validity.not_after.timestamp()),
            public_key: PublicKey::from_spki(&keep(bytes, tbs.subject_pki.raw))?,
            algorithms_agree: tbs.signature == parsed.signature_algorithm,
            signature_algorithm,
            signature: keep(bytes, &parsed.signature_value.data),
            extensions: Extensions::read(tbs.extensions(), bytes)?,
        })
    }

    /// The certificate as it stands.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// `tbsCertificate` as it stands: the bytes that the issuer signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// SHA-256 of the certificate, its name throughout sigill.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The same certificate, its key completed by the parameters of its issuer's key where it
    /// leaves them out (RFC 5280, 6.1.4 (e); RFC 3279, 2.3.2); `None` where it needs none.
    pub(crate) fn inheriting_parameters(&self, issuer: &PublicKey) -> Option<Self> {
        let public_key = self.public_key.with_inherited_parameters(issuer);
        (public_key != self.public_key).then(|| Certificate {
            public_key,
            ..self.clone()
        })
    }

    /// Whether subject and issuer are the same (RFC 5280, 6.1).
    pub fn is_self_issued(&self) -> bool {
        self.subject.matches(&self.issuer)
    }

    /// Whether `time` lies within the validity period, both ends included (RFC 5280, 4.1.2.5).
    pub fn is_valid_at(&self, time: UnixTime) -> bool {
        self.not_before <= time && time <= self.not_after
    }
}
