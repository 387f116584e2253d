//! OCSP responses (RFC 6960, 4.2).

mod request;
mod single_response;

use super::certificate::Certificate;
use super::name::DistinguishedName;
use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::crypto::{self, AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;
pub use request::ocsp_request;
pub use single_response::{CertificateHash, CertificateIdentifier, SingleResponse};
use std::borrow::Cow;

/// A successful basic OCSP response.
#[derive(Debug, Clone)]
pub struct OcspResponse {
    der: Bytes,
    basic: Bytes,
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
    /// Whether the response has a critical extension that sigill does not process.
    pub unknown_critical: bool,
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
        let status = outer.expect(tag::ENUMERATED)?.content;
        if status != [0] {
            return Err(outer.error(unsuccessful(status)));
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
        fields.finish()?;
        let mut data = tbs.reader();
        data.explicit(0)?;
        let responder = read_responder(&mut data, basic)?;
        let produced_at = data.time()?;
        let mut list = data.sequence()?;
        let mut responses = Vec::new();
        while !list.is_empty() {
            responses.push(SingleResponse::read(list.sequence()?, basic)?);
        }
        let mut response = OcspResponse {
            der: whole.clone(),
            basic: basic.clone(),
            tbs: keep(basic, tbs.raw),
            sha256: crypto::sha256(whole),
            responder,
            produced_at,
            responses,
            nonce: None,
            unknown_critical: false,
            signature_algorithm,
            signature,
            certificates,
        };
        if let Some(mut wrapper) = data.explicit(1)? {
            response.read_extensions(wrapper.sequence()?, basic)?;
        }
        data.finish()?;
        Ok(response)
    }

    /// The nonce is kept as it stands: RFC 8954 wraps it in an OCTET STRING, BankID does not.
    fn read_extensions(&mut self, mut extensions: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        while !extensions.is_empty() {
            let extension = Extension::read(&mut extensions)?;
            if extension.kind == oid::OCSP_NONCE {
                self.nonce = Some(keep(source, &extension.content));
            } else if extension.kind != oid::OCSP_EXTENDED_REVOKE {
                self.unknown_critical |= extension.critical;
            }
        }
        Ok(())
    }

    /// The response as it stands.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// `tbsResponseData` as it stands: the bytes that were signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// The `BasicOCSPResponse` in it.
    pub(crate) fn basic(&self) -> &Bytes {
        &self.basic
    }

    /// SHA-256 of the response.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether the response answers the request with this nonce (RFC 8954, 2.1), also where the
    /// responder put its octets there bare.
    pub fn has_nonce(&self, requested: &[u8]) -> bool {
        self.nonce.as_deref().is_some_and(|nonce| {
            let wrapped = Reader::new(nonce, "Nonce").expect(tag::OCTET_STRING);
            nonce == requested || wrapped.is_ok_and(|octets| octets.content == requested)
        })
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

/// Why there is no answer (4.2.1); 4 is not used.
fn unsuccessful(status: &[u8]) -> &'static str {
    match status {
        [1] => "the responder's answer malformedRequest",
        [2] => "the responder's answer internalError",
        [3] => "the responder's answer tryLater",
        [5] => "the responder's answer sigRequired",
        [6] => "the responder's answer unauthorized",
        _ => "a response status that does not exist",
    }
}

/// An extension of a response, its value as it stands.
struct Extension<'a> {
    kind: Oid,
    critical: bool,
    content: Cow<'a, [u8]>,
}

impl<'a> Extension<'a> {
    fn read(extensions: &mut Reader<'a>) -> Result<Self, Error> {
        let mut extension = extensions.sequence()?;
        let kind = extension.oid()?;
        let critical = match extension.peek() {
            Some(tag::BOOLEAN) => extension.boolean()?,
            _ => false,
        };
        let content = extension.string(tag::OCTET_STRING)?;
        Ok(Extension {
            kind,
            critical,
            content,
        })
    }
}
