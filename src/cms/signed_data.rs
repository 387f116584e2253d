//! `SignedData` (RFC 5652, 5.1).

use super::signer_info::SignerInfo;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::crypto::AlgorithmIdentifier;
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;

/// Whether the outermost layers of a CMS are DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Definite lengths.
    Definite,
    /// An indefinite length on `ContentInfo`: BER.
    Indefinite,
}

/// Signed content, its signers and the evidence sent along.
#[derive(Debug, Clone)]
pub struct SignedData {
    raw: Bytes,
    /// How the outermost layer is encoded.
    pub encoding: Encoding,
    /// Bytes after the CMS that are not zero padding.
    pub trailing_bytes: usize,
    /// Digest algorithms announced for the signers.
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// Type of the content.
    pub content_type: Oid,
    /// `EncapsulatedContentInfo` as it stands.
    pub encapsulated_content: Bytes,
    /// The content octets, if they are inside.
    pub content: Option<Bytes>,
    /// `certificates [0]` as it stands.
    pub certificate_set: Option<Bytes>,
    /// `crls [1]` as it stands.
    pub revocation_set: Option<Bytes>,
    /// X.509 certificates.
    pub certificates: Vec<Bytes>,
    /// Attribute certificates and other formats, kept but not judged.
    pub other_certificates: Vec<Bytes>,
    /// Revocation lists.
    pub revocation_lists: Vec<Bytes>,
    /// OCSP responses (RFC 5940).
    pub ocsp_responses: Vec<Bytes>,
    /// Revocation information in other formats.
    pub other_revocation: Vec<Bytes>,
    /// Every `RevocationInfoChoice` as it stands, whatever its format.
    pub revocation_choices: Vec<RevocationChoice>,
    /// The signers.
    pub signer_infos: Vec<SignerInfo>,
}

/// One `RevocationInfoChoice` (RFC 5652, 10.2.1).
#[derive(Debug, Clone)]
pub struct RevocationChoice {
    /// The choice as it stands.
    pub raw: Bytes,
    /// The revocation data inside: the same for a CRL.
    pub information: Bytes,
}

impl SignedData {
    /// Whether `bytes` start like a `ContentInfo` that holds `SignedData`.
    pub fn recognises(bytes: &[u8]) -> bool {
        let start = bytes.get(..64).unwrap_or(bytes);
        let content_type = [&[tag::OBJECT_IDENTIFIER, 9], oid::SIGNED_DATA.content()].concat();
        start.first() == Some(&tag::SEQUENCE)
            && start
                .windows(content_type.len())
                .take(16)
                .any(|window| window == content_type)
    }

    /// Reads a `ContentInfo`; zero padding after it is passed over, as PDF asks for.
    ///
    /// # Errors
    /// [`Error::Malformed`] where this is no `SignedData`, [`Error::OverLimit`] beyond `limits`.
    pub fn read(bytes: &Bytes, limits: &Limits) -> Result<Self, Error> {
        let mut whole = Reader::new(bytes, "ContentInfo");
        let content_info = whole.expect(tag::SEQUENCE)?;
        let rest = whole.rest();
        let trailing_bytes = rest.len() - rest.iter().take_while(|byte| **byte == 0).count();
        let mut outer = content_info.reader();
        if outer.oid()? != oid::SIGNED_DATA {
            return Err(outer.error("a content type other than signedData"));
        }
        let mut wrapper = outer
            .explicit(0)?
            .ok_or_else(|| outer.error("no content"))?;
        let mut fields = Reader::new(wrapper.expect(tag::SEQUENCE)?.content, "SignedData");
        fields.integer()?;
        let mut digest_algorithms = Vec::new();
        let mut algorithms = fields.set()?;
        while !algorithms.is_empty() {
            digest_algorithms.push(AlgorithmIdentifier::read(&mut algorithms, bytes)?);
        }
        let encapsulated = fields.expect(tag::SEQUENCE)?;
        let (content_type, content) = read_content(encapsulated.reader(), bytes)?;
        let mut data = SignedData {
            raw: keep(bytes, content_info.raw),
            encoding: encoding(content_info.raw),
            trailing_bytes,
            digest_algorithms,
            content_type,
            encapsulated_content: keep(bytes, encapsulated.raw),
            content,
            certificate_set: None,
            revocation_set: None,
            certificates: Vec::new(),
            other_certificates: Vec::new(),
            revocation_lists: Vec::new(),
            ocsp_responses: Vec::new(),
            other_revocation: Vec::new(),
            revocation_choices: Vec::new(),
            signer_infos: Vec::new(),
        };
        if let Some(set) = fields.optional(tag::context_constructed(0))? {
            data.certificate_set = Some(keep(bytes, set.raw));
            data.read_certificates(set.reader(), bytes, limits)?;
        }
        if let Some(set) = fields.optional(tag::context_constructed(1))? {
            data.revocation_set = Some(keep(bytes, set.raw));
            data.read_revocations(set.reader(), bytes)?;
        }
        let mut signers = fields.set()?;
        while !signers.is_empty() {
            if data.signer_infos.len() >= limits.signatures {
                return Err(Error::OverLimit {
                    limit: "signers in one CMS",
                    allowed: limits.signatures as u64,
                });
            }
            data.signer_infos
                .push(SignerInfo::read(&signers.expect(tag::SEQUENCE)?, bytes)?);
        }
        Ok(data)
    }

    /// The `ContentInfo` as it stands, without padding.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    fn read_certificates(
        &mut self,
        mut list: Reader<'_>,
        source: &Bytes,
        limits: &Limits,
    ) -> Result<(), Error> {
        while !list.is_empty() {
            if self.certificates.len() >= limits.certificates {
                return Err(Error::OverLimit {
                    limit: "certificates in one CMS",
                    allowed: limits.certificates as u64,
                });
            }
            let choice = list.element()?;
            let raw = keep(source, choice.raw);
            if choice.tag == tag::SEQUENCE {
                self.certificates.push(raw);
            } else {
                self.other_certificates.push(raw);
            }
        }
        Ok(())
    }

    fn read_revocations(&mut self, mut list: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        while !list.is_empty() {
            let choice = list.element()?;
            let raw = keep(source, choice.raw);
            if choice.tag == tag::SEQUENCE {
                self.revocation_lists.push(raw.clone());
                let information = raw.clone();
                self.revocation_choices
                    .push(RevocationChoice { raw, information });
                continue;
            }
            let mut other = choice.reader();
            let format = other.oid()?;
            let information = keep(source, other.element()?.raw);
            self.revocation_choices.push(RevocationChoice {
                raw,
                information: information.clone(),
            });
            // The second is no format of RFC 5940, and is met all the same.
            if [oid::OCSP_RESPONSE_INFO, oid::OCSP_BASIC_RESPONSE].contains(&format) {
                self.ocsp_responses.push(information);
            } else {
                self.other_revocation.push(information);
            }
        }
        Ok(())
    }
}

fn encoding(content_info: &[u8]) -> Encoding {
    match content_info.get(1) {
        Some(0x80) => Encoding::Indefinite,
        _ => Encoding::Definite,
    }
}

/// `EncapsulatedContentInfo`; PKCS#7 signers put types other than OCTET STRING inside
/// (RFC 5652, 5.2.1), whose content octets are what is signed.
fn read_content(
    mut encapsulated: Reader<'_>,
    source: &Bytes,
) -> Result<(Oid, Option<Bytes>), Error> {
    let content_type = encapsulated.oid()?;
    let content = match encapsulated.explicit(0)? {
        Some(mut wrapper) if !wrapper.is_empty() => {
            let inside = wrapper.element()?;
            let octets = if inside.tag & !0x20 == tag::OCTET_STRING {
                keep(source, &inside.octets()?)
            } else {
                keep(source, inside.content)
            };
            Some(octets)
        }
        _ => None,
    };
    Ok((content_type, content))
}
