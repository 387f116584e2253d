//! OCSP responses (RFC 6960, 4.2).

use super::RevocationStatus;
use super::certificate::Certificate;
use super::name::DistinguishedName;
use crate::UnixTime;
use crate::asn1::{Reader, keep, oid, tag};
use crate::crypto::{self, AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;

/// A successful basic OCSP response.
#[derive(Debug, Clone)]
pub struct OcspResponse {
    der: Bytes,
    tbs: Bytes,
    sha256: [u8; 32],
    /// Who signed it.
    pub responder: ResponderIdentifier,
    /// When it was signed.
    pub produced_at: UnixTime,
    /// What it says, certificate by certificate.
    pub responses: Vec<SingleResponse>,
    /// The nonce as it stands; BankID's is not DER.
    pub nonce: Option<Bytes>,
    /// Algorithm of the signature.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Signature value.
    pub signature: Bytes,
    /// Certificates sent along.
    pub certificates: Vec<Bytes>,
}

/// How the responder names itself (RFC 6960, 4.2.2.3).
#[derive(Debug, Clone)]
pub enum ResponderIdentifier {
    /// By its subject name.
    Name(DistinguishedName),
    /// By the SHA-1 of its key.
    KeyHash(Bytes),
}

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

impl CertificateIdentifier {
    /// Whether this names `certificate`, issued by `issuer`.
    pub fn identifies(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else {
            return false;
        };
        self.serial == certificate.serial
            && digest.digest(&[issuer.subject.der()]) == self.issuer_name_hash
            && digest.digest(&[issuer.public_key.key_bits()]) == self.issuer_key_hash
    }
}

impl OcspResponse {
    /// Reads an `OCSPResponse` or a bare `BasicOCSPResponse`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is neither, or holds no successful response.
    pub fn read(bytes: &Bytes) -> Result<Self, Error> {
        let mut whole = Reader::new(bytes, "OCSPResponse");
        let mut outer = whole.sequence()?;
        whole.finish()?;
        if outer.peek() != Some(tag::ENUMERATED) {
            return Self::read_basic(bytes, bytes);
        }
        if outer.expect(tag::ENUMERATED)?.content != [0] {
            return Err(outer.error("a response that was not successful"));
        }
        let mut wrapper = outer
            .explicit(0)?
            .ok_or_else(|| outer.error("no response bytes"))?;
        let mut response = wrapper.sequence()?;
        if response.oid()? != oid::OCSP_BASIC_RESPONSE {
            return Err(response.error("a response that is not basic"));
        }
        let basic = keep(bytes, &response.string(tag::OCTET_STRING)?);
        Self::read_basic(&basic, bytes)
    }

    fn read_basic(basic: &Bytes, whole: &Bytes) -> Result<Self, Error> {
        let mut fields = Reader::new(basic, "BasicOCSPResponse").sequence()?;
        let tbs = fields.expect(tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields, basic)?;
        let signature = keep(basic, &fields.bit_string()?);
        let certificates = match fields.explicit(0)? {
            Some(mut wrapper) => read_certificates(wrapper.sequence()?, basic)?,
            None => Vec::new(),
        };
        let mut data = tbs.reader();
        data.explicit(0)?;
        let responder = read_responder(&mut data, basic)?;
        let produced_at = data.time()?;
        let mut list = data.sequence()?;
        let mut responses = Vec::new();
        while !list.is_empty() {
            responses.push(read_single(list.sequence()?, basic)?);
        }
        let nonce = match data.explicit(1)? {
            Some(mut wrapper) => read_nonce(wrapper.sequence()?, basic)?,
            None => None,
        };
        Ok(OcspResponse {
            der: whole.clone(),
            tbs: keep(basic, tbs.raw),
            sha256: crypto::sha256(whole),
            responder,
            produced_at,
            responses,
            nonce,
            signature_algorithm,
            signature,
            certificates,
        })
    }

    /// The response as it stands.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// `tbsResponseData` as it stands: the bytes that were signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// SHA-256 of the response.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether `certificate` may be the responder by name or key.
    pub fn is_signed_in_the_name_of(&self, certificate: &Certificate) -> bool {
        match &self.responder {
            ResponderIdentifier::Name(name) => name.matches(&certificate.subject),
            ResponderIdentifier::KeyHash(hash) => {
                DigestAlgorithm::Sha1.digest(&[certificate.public_key.key_bits()]) == *hash
            }
        }
    }
}

fn read_certificates(mut list: Reader<'_>, source: &Bytes) -> Result<Vec<Bytes>, Error> {
    let mut certificates = Vec::new();
    while !list.is_empty() {
        certificates.push(keep(source, list.element()?.raw));
    }
    Ok(certificates)
}

fn read_responder(data: &mut Reader<'_>, source: &Bytes) -> Result<ResponderIdentifier, Error> {
    if let Some(mut name) = data.explicit(1)? {
        let der = keep(source, name.expect(tag::SEQUENCE)?.raw);
        return Ok(ResponderIdentifier::Name(DistinguishedName::read(&der)?));
    }
    match data.explicit(2)? {
        Some(mut key) => Ok(ResponderIdentifier::KeyHash(keep(
            source,
            &key.string(tag::OCTET_STRING)?,
        ))),
        None => Err(data.error("a responder that is neither name nor key")),
    }
}

fn read_single(mut response: Reader<'_>, source: &Bytes) -> Result<SingleResponse, Error> {
    let mut identifier = response.sequence()?;
    let algorithm = AlgorithmIdentifier::read(&mut identifier, source)?;
    let certificate = CertificateIdentifier {
        digest: DigestAlgorithm::from_oid(&algorithm.oid),
        issuer_name_hash: keep(source, &identifier.string(tag::OCTET_STRING)?),
        issuer_key_hash: keep(source, &identifier.string(tag::OCTET_STRING)?),
        serial: keep(source, identifier.integer()?),
    };
    let status = read_status(&mut response)?;
    let this_update = response.time()?;
    let next_update = match response.explicit(0)? {
        Some(mut time) => Some(time.time()?),
        None => None,
    };
    let unknown_critical = match response.explicit(1)? {
        Some(mut wrapper) => has_critical(wrapper.sequence()?)?,
        None => false,
    };
    Ok(SingleResponse {
        certificate,
        status,
        this_update,
        next_update,
        unknown_critical,
    })
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
            Ok(RevocationStatus::Revoked { at, reason })
        }
        0x82 => Ok(RevocationStatus::Unknown),
        _ => Err(response.error("a status that is none of good, revoked and unknown")),
    }
}

fn has_critical(mut extensions: Reader<'_>) -> Result<bool, Error> {
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        extension.oid()?;
        if extension.peek() == Some(tag::BOOLEAN) && extension.boolean()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The nonce's value as it stands: RFC 8954 wraps it in an OCTET STRING, BankID does not.
fn read_nonce(mut extensions: Reader<'_>, source: &Bytes) -> Result<Option<Bytes>, Error> {
    let mut nonce = None;
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        let kind = extension.oid()?;
        if extension.peek() == Some(tag::BOOLEAN) {
            extension.boolean()?;
        }
        let content = extension.string(tag::OCTET_STRING)?;
        if kind == oid::OCSP_NONCE {
            nonce = Some(keep(source, &content));
        }
    }
    Ok(nonce)
}
