//! `signature-policy-identifier` and `signature-policy-store` (RFC 5126, 5.8.1; EN 319 122-1,
//! 5.2.9 and 5.2.10).

use super::Attribute;
use crate::asn1::{Oid, Reader, keep, oid, tag, text};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;

/// The policy that a signer says to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignaturePolicy {
    /// To be understood from the circumstances.
    Implied,
    /// One that is named.
    Explicit(SignaturePolicyIdentifier),
}

/// A policy by its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignaturePolicyIdentifier {
    /// The policy.
    pub identifier: Oid,
    /// Digest over the policy document, where one is given.
    pub digest: Option<PolicyDigest>,
    /// Where the document can be had.
    pub uri: Option<String>,
}

/// The digest that a signer states of a policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDigest {
    /// Its algorithm; `None` if sigill does not know it.
    pub algorithm: Option<DigestAlgorithm>,
    /// The digest.
    pub value: Bytes,
}

impl SignaturePolicy {
    /// Reads a `signature-policy-identifier`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the attribute is none.
    pub fn read(attribute: &Attribute) -> Result<Self, Error> {
        let value = attribute.single_value()?;
        let mut choice = Reader::new(value, "SignaturePolicy");
        if choice.optional(tag::NULL)?.is_some() {
            return Ok(SignaturePolicy::Implied);
        }
        let mut fields = choice.sequence()?;
        let identifier = fields.oid()?;
        let mut policy = SignaturePolicyIdentifier {
            identifier,
            digest: None,
            uri: None,
        };
        while !fields.is_empty() {
            let mut field = fields.sequence()?;
            if is_digest(&field) {
                let algorithm = AlgorithmIdentifier::read(&mut field, value)?;
                policy.digest = Some(PolicyDigest {
                    algorithm: DigestAlgorithm::from_oid(&algorithm.oid),
                    value: keep(value, &field.string(tag::OCTET_STRING)?),
                });
            } else {
                policy.uri = read_uri(field)?;
            }
        }
        Ok(SignaturePolicy::Explicit(policy))
    }
}

/// `sigPolicyHash` is an algorithm and octets, `sigPolicyQualifiers` a list of sequences.
fn is_digest(field: &Reader<'_>) -> bool {
    let mut look = field.clone();
    look.element().is_ok()
        && look
            .peek()
            .is_some_and(|next| next & !0x20 == tag::OCTET_STRING)
}

fn read_uri(mut qualifiers: Reader<'_>) -> Result<Option<String>, Error> {
    while !qualifiers.is_empty() {
        let mut qualifier = qualifiers.sequence()?;
        if qualifier.oid()? == oid::POLICY_QUALIFIER_URI {
            let value = qualifier.element()?;
            return Ok(Some(text(value.tag, &value.octets()?)));
        }
    }
    Ok(None)
}

impl PolicyDigest {
    /// Whether the signer gave no digest but a placeholder (RFC 5126, 5.8.1: the zero hash).
    pub fn is_zero(&self) -> bool {
        self.value.iter().all(|octet| *octet == 0)
    }

    /// Whether this is the digest of `document`: of the whole file or, for a policy in ASN.1, of
    /// its algorithm and contents without the outer sequence (ETSI TR 102 272, 6.1).
    pub fn matches(&self, document: &Bytes) -> bool {
        let Some(algorithm) = self.algorithm else {
            return false;
        };
        algorithm.digest(&[document]) == self.value
            || inner_parts(document).is_ok_and(|[algorithm_part, contents]| {
                algorithm.digest(&[algorithm_part, contents]) == self.value
            })
    }
}

fn inner_parts(document: &[u8]) -> Result<[&[u8]; 2], Error> {
    let mut fields = Reader::new(document, "SignaturePolicy").sequence()?;
    let algorithm = fields.expect(tag::SEQUENCE)?.raw;
    Ok([algorithm, fields.expect(tag::SEQUENCE)?.raw])
}

/// The policy document in a `signature-policy-store`; `None` where it only says where it is kept.
///
/// # Errors
/// [`Error::Malformed`] where the attribute is none.
pub fn stored_policy(attribute: &Attribute) -> Result<Option<Bytes>, Error> {
    let value = attribute.single_value()?;
    let mut fields = Reader::new(value, "SignaturePolicyStore").sequence()?;
    fields.element()?;
    let document = fields.element()?;
    let is_inside = document.tag & !0x20 == tag::OCTET_STRING;
    match is_inside {
        true => Ok(Some(keep(value, &document.octets()?))),
        false => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn digest_of(parts: &[&[u8]]) -> PolicyDigest {
        PolicyDigest {
            algorithm: Some(DigestAlgorithm::Sha256),
            value: DigestAlgorithm::Sha256.digest(parts).into(),
        }
    }

    #[test]
    fn a_digest_is_of_the_document_and_of_no_other() {
        let document = Bytes::from_static(b"%PDF policy");
        assert!(digest_of(&[&document]).matches(&document));
        assert!(!digest_of(&[b"other"]).matches(&document));
    }

    #[test]
    fn a_policy_in_asn1_is_digested_without_its_outer_sequence() {
        let document = Bytes::from_static(&[0x30, 8, 0x30, 2, 5, 0, 0x30, 2, 5, 0]);
        let inner: &[u8] = document.get(2..).unwrap();
        assert!(digest_of(&[inner]).matches(&document));
    }

    #[test]
    fn a_zero_digest_is_a_placeholder() {
        let zero = PolicyDigest {
            algorithm: None,
            value: Bytes::from_static(&[0, 0]),
        };
        assert!(zero.is_zero());
        assert!(!digest_of(&[b"x"]).is_zero());
    }
}
