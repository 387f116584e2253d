//! `CMSAlgorithmProtection` (RFC 6211): the algorithms of a signer under its own signature.

use super::Attribute;
use crate::asn1::{Reader, tag};
use crate::cms::SignerInfo;
use crate::crypto::AlgorithmIdentifier;
use crate::error::Error;
use bytes::Bytes;

/// The algorithms that a signer has signed.
#[derive(Debug, Clone)]
pub struct AlgorithmProtection {
    /// Digest over the content.
    pub digest_algorithm: AlgorithmIdentifier,
    /// Algorithm of the signature value.
    pub signature_algorithm: Option<AlgorithmIdentifier>,
}

impl AlgorithmProtection {
    /// Reads the attribute.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the attribute is none.
    pub fn read(attribute: &Attribute) -> Result<Self, Error> {
        let value = attribute.single_value()?;
        let mut fields = Reader::new(value, "CMSAlgorithmProtection").sequence()?;
        let digest_algorithm = AlgorithmIdentifier::read(&mut fields, value)?;
        let signature_algorithm = match fields.optional(tag::context_constructed(1))? {
            Some(implicit) => Some(read_implicit(implicit.reader(), value)?),
            None => None,
        };
        Ok(AlgorithmProtection {
            digest_algorithm,
            signature_algorithm,
        })
    }

    /// Whether these are the algorithms that stand in `signer` (RFC 6211, 2).
    pub fn protects(&self, signer: &SignerInfo) -> bool {
        let signature_algorithm = self.signature_algorithm.as_ref();
        is_same(&self.digest_algorithm, &signer.digest_algorithm)
            && signature_algorithm
                .is_some_and(|protected| is_same(protected, &signer.signature_algorithm))
    }
}

/// `[1] AlgorithmIdentifier`, implicit: its fields without their SEQUENCE.
fn read_implicit(mut fields: Reader<'_>, source: &Bytes) -> Result<AlgorithmIdentifier, Error> {
    let oid = fields.oid()?;
    let parameters = match fields.is_empty() {
        true => None,
        false => Some(crate::asn1::keep(source, fields.element()?.raw)),
    };
    Ok(AlgorithmIdentifier { oid, parameters })
}

/// Absent parameters and NULL are one (RFC 5754, 2).
fn is_same(one: &AlgorithmIdentifier, other: &AlgorithmIdentifier) -> bool {
    let parameters = |algorithm: &AlgorithmIdentifier| {
        let present = algorithm.parameters.clone();
        present.filter(|parameters| parameters.first() != Some(&tag::NULL))
    };
    one.oid == other.oid && parameters(one) == parameters(other)
}
