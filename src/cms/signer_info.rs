//! `SignerInfo` (RFC 5652, 5.3).

use super::attribute::Attribute;
use crate::asn1::{Element, Oid, Reader, keep, tag, to_der};
use crate::crypto::AlgorithmIdentifier;
use crate::error::Error;
use crate::x509::{Certificate, DistinguishedName};
use bytes::Bytes;

/// One signer of a [`SignedData`](super::SignedData).
#[derive(Debug, Clone)]
pub struct SignerInfo {
    raw: Bytes,
    /// All fields before the unsigned attributes, one after the other as they stand: what an
    /// archive time-stamp is over (EN 319 122-1, 5.5.3).
    pub signed_fields: Bytes,
    /// Which certificate the signer names.
    pub identifier: SignerIdentifier,
    /// Digest over the content.
    pub digest_algorithm: AlgorithmIdentifier,
    /// What was signed besides the content.
    pub signed_attributes: Option<SignedAttributes>,
    /// Algorithm of the signature value.
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature value.
    pub signature: Bytes,
    /// What was added after signing.
    pub unsigned_attributes: Vec<Attribute>,
}

/// How a signer names its certificate.
#[derive(Debug, Clone)]
pub enum SignerIdentifier {
    /// By issuer and serial number as encoded.
    IssuerAndSerialNumber {
        /// The issuer's name.
        issuer: DistinguishedName,
        /// The serial number.
        serial: Bytes,
    },
    /// By subject key identifier.
    SubjectKeyIdentifier(Bytes),
}

impl SignerIdentifier {
    /// Whether the signer names this certificate.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial } => {
                *serial == certificate.serial && issuer.matches(&certificate.issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(key) => {
                certificate.extensions.subject_key_identifier.as_ref() == Some(key)
            }
        }
    }
}

/// The signed attributes and their bytes.
#[derive(Debug, Clone)]
pub struct SignedAttributes {
    raw: Bytes,
    /// The attributes in the order of the file.
    pub attributes: Vec<Attribute>,
}

impl SignedAttributes {
    /// The SET that the signature value is computed over (RFC 5652, 5.4), as it was sent: only
    /// the implicit tag is replaced, and lengths made definite where they were not.
    pub fn as_sent(&self) -> Vec<u8> {
        let mut reader = Reader::new(&self.raw, "SignedAttributes");
        let definite = match reader.element() {
            Ok(element) if self.raw.get(1) == Some(&0x80) => to_der(&element).ok(),
            _ => None,
        };
        let mut set = definite.unwrap_or_else(|| self.raw.to_vec());
        if let Some(first) = set.first_mut() {
            *first = tag::SET;
        }
        set
    }

    /// The same in DER, members sorted (X.690, 11.6).
    ///
    /// Of ten unsorted sets met in the wild, nine verify only as sent and one only sorted.
    pub fn sorted(&self) -> Result<Vec<u8>, Error> {
        let mut members = Vec::new();
        let mut list = Reader::new(&self.raw, "SignedAttributes")
            .element()?
            .reader();
        while !list.is_empty() {
            members.push(to_der(&list.element()?)?);
        }
        let mut writer = crate::asn1::DerWriter::new();
        writer.set_of(members);
        Ok(writer.into_bytes())
    }

    /// The attributes one after the other as they stand, without tag and length around them.
    pub fn members(&self) -> Bytes {
        let set = Reader::new(&self.raw, "SignedAttributes").element();
        keep(&self.raw, set.map_or(&[], |set| set.content))
    }

    /// The attributes of one type.
    pub fn all<'a>(&'a self, kind: &'a Oid) -> impl Iterator<Item = &'a Attribute> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.kind == *kind)
    }
}

impl SignerInfo {
    /// Takes in one `SignerInfo`.
    pub(super) fn read(element: &Element<'_>, source: &Bytes) -> Result<Self, Error> {
        let mut fields = Reader::new(element.content, "SignerInfo");
        fields.integer()?;
        let identifier = read_identifier(&mut fields, source)?;
        let digest_algorithm = AlgorithmIdentifier::read(&mut fields, source)?;
        let signed_attributes = match fields.optional(tag::context_constructed(0))? {
            Some(set) => Some(SignedAttributes {
                raw: keep(source, set.raw),
                attributes: Attribute::read_all(set.reader(), source)?,
            }),
            None => None,
        };
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields, source)?;
        let signature = keep(source, &fields.string(tag::OCTET_STRING)?);
        let signed_fields = element.content.get(..fields.position());
        let unsigned_attributes = match fields.optional(tag::context_constructed(1))? {
            Some(set) => Attribute::read_all(set.reader(), source)?,
            None => Vec::new(),
        };
        Ok(SignerInfo {
            raw: keep(source, element.raw),
            signed_fields: keep(source, signed_fields.unwrap_or_default()),
            identifier,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
        })
    }

    /// The signer in one value of a `countersignature` attribute (RFC 5652, 11.4).
    ///
    /// # Errors
    /// [`Error::Malformed`] where the value is no `SignerInfo`.
    pub fn read_countersignature(value: &Bytes) -> Result<Self, Error> {
        let element = Reader::new(value, "countersignature").expect(tag::SEQUENCE)?;
        Self::read(&element, value)
    }

    /// The `SignerInfo` as it stands.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Signed attributes of one type.
    pub fn signed<'a>(&'a self, kind: &'a Oid) -> impl Iterator<Item = &'a Attribute> {
        self.signed_attributes
            .iter()
            .flat_map(move |attributes| attributes.all(kind))
    }

    /// Unsigned attributes of one type.
    pub fn unsigned<'a>(&'a self, kind: &'a Oid) -> impl Iterator<Item = &'a Attribute> {
        self.unsigned_attributes
            .iter()
            .filter(move |attribute| attribute.kind == *kind)
    }
}

fn read_identifier(fields: &mut Reader<'_>, source: &Bytes) -> Result<SignerIdentifier, Error> {
    match fields.peek() {
        Some(tag::SEQUENCE) => {
            let mut pair = fields.sequence()?;
            let issuer = keep(source, pair.expect(tag::SEQUENCE)?.raw);
            Ok(SignerIdentifier::IssuerAndSerialNumber {
                issuer: DistinguishedName::read(&issuer)?,
                serial: keep(source, pair.integer()?),
            })
        }
        // subjectKeyIdentifier [0] IMPLICIT OCTET STRING, in BER possibly constructed.
        Some(0x80 | 0xa0) => {
            let key = fields.element()?.octets()?;
            Ok(SignerIdentifier::SubjectKeyIdentifier(keep(source, &key)))
        }
        _ => Err(fields.error("a signer identifier of unknown kind")),
    }
}
