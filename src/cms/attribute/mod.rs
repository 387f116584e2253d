//! Attributes of signers (RFC 5652, 5.3; RFC 5035; EN 319 122-1).

mod algorithm_protection;
mod certificate_values;
mod hash_index;
mod long_term_validation;
mod references;
mod revocation_values;
mod signature_policy;
mod signer_attributes;
mod signing_certificate;
mod statement;

pub use algorithm_protection::AlgorithmProtection;
pub use certificate_values::certificate_values;
pub use hash_index::{AttributeDigests, HashIndex};
pub use long_term_validation::{LongTermValidation, ProofValue};
pub use references::EvidenceReference;
pub use revocation_values::RevocationValues;
pub use signature_policy::{
    PolicyDigest, SignaturePolicy, SignaturePolicyIdentifier, stored_policy,
};
pub use signer_attributes::SignerAttributes;
pub use signing_certificate::CertificateReference;
pub use statement::Statement;

use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, tag};
use crate::error::Error;
use bytes::Bytes;

/// One attribute: a type and a set of values.
#[derive(Debug, Clone)]
pub struct Attribute {
    raw: Bytes,
    /// The attribute type.
    pub kind: Oid,
    /// The values, each as it stands.
    pub values: Vec<Bytes>,
}

impl Attribute {
    pub(super) fn read_all(mut list: Reader<'_>, source: &Bytes) -> Result<Vec<Self>, Error> {
        let mut attributes = Vec::new();
        while !list.is_empty() {
            let element = list.expect(tag::SEQUENCE)?;
            let mut fields = Reader::new(element.content, "Attribute");
            let kind = fields.oid()?;
            let mut set = fields.set()?;
            let mut values = Vec::new();
            while !set.is_empty() {
                values.push(keep(source, set.element()?.raw));
            }
            attributes.push(Attribute {
                raw: keep(source, element.raw),
                kind,
                values,
            });
        }
        Ok(attributes)
    }

    /// The attribute as it stands.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Type and values one after the other, without the SEQUENCE around them: what time-stamps
    /// on references are over (EN 319 122-1, A.1.5).
    pub fn type_and_values(&self) -> Bytes {
        let content = Reader::new(&self.raw, "Attribute")
            .element()
            .map(|element| element.content)
            .unwrap_or_default();
        keep(&self.raw, content)
    }

    /// The same attribute as if it had but one of its values.
    pub fn with_value(&self, value: &Bytes) -> Self {
        Attribute {
            values: vec![value.clone()],
            ..self.clone()
        }
    }

    /// The value of an attribute that must have exactly one (RFC 5652, 11).
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is another number of values.
    pub fn single_value(&self) -> Result<&Bytes, Error> {
        match self.values.as_slice() {
            [value] => Ok(value),
            _ => Err(Error::malformed("Attribute", 0, "not exactly one value")),
        }
    }

    /// The octets of a `message-digest` (RFC 5652, 11.2).
    ///
    /// # Errors
    /// [`Error::Malformed`] if this is not one OCTET STRING.
    pub fn message_digest(&self) -> Result<Bytes, Error> {
        let value = self.single_value()?;
        let octets = Reader::new(value, "message-digest").string(tag::OCTET_STRING)?;
        Ok(keep(value, &octets))
    }

    /// The type in a `content-type` (RFC 5652, 11.1).
    ///
    /// # Errors
    /// [`Error::Malformed`] if this is not one OBJECT IDENTIFIER.
    pub fn content_type(&self) -> Result<Oid, Error> {
        Reader::new(self.single_value()?, "content-type").oid()
    }

    /// The time in a `signing-time` (RFC 5652, 11.3).
    ///
    /// # Errors
    /// [`Error::Malformed`] if this is not one time.
    pub fn signing_time(&self) -> Result<UnixTime, Error> {
        Reader::new(self.single_value()?, "signing-time").time()
    }
}
