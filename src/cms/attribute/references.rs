//! Complete references to certificates and revocation data, and those for attribute certificates
//! (RFC 5126, 6.2; EN 319 122-1, A.1.1 to A.1.4).

use super::Attribute;
use crate::asn1::{Reader, keep, oid, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;
use std::collections::BTreeSet;

/// A certificate or a piece of revocation data by its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceReference {
    /// Digest over the whole object; `None` if sigill does not know it.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The digest.
    pub digest: Bytes,
}

impl EvidenceReference {
    /// The references of an attribute of any of the four kinds; `None` for another kind.
    ///
    /// OCSP responses that are referred to without a digest are passed over.
    pub fn read_all(attribute: &Attribute) -> Option<Result<Vec<Self>, Error>> {
        let to_certificates = [
            oid::CERTIFICATE_REFERENCES,
            oid::ATTRIBUTE_CERTIFICATE_REFERENCES,
        ];
        let to_revocation = [
            oid::REVOCATION_REFERENCES,
            oid::ATTRIBUTE_REVOCATION_REFERENCES,
        ];
        if to_certificates.contains(&attribute.kind) {
            Some(read_certificates(attribute))
        } else if to_revocation.contains(&attribute.kind) {
            Some(read_revocation(attribute))
        } else {
            None
        }
    }

    /// The digest algorithms that any of `references` uses.
    pub fn algorithms(references: &[Self]) -> BTreeSet<DigestAlgorithm> {
        let algorithms = references
            .iter()
            .filter_map(|reference| reference.digest_algorithm);
        algorithms.collect()
    }
}

fn read_certificates(attribute: &Attribute) -> Result<Vec<EvidenceReference>, Error> {
    let value = attribute.single_value()?;
    let mut list = Reader::new(value, "CompleteCertificateRefs").sequence()?;
    let mut references = Vec::new();
    while !list.is_empty() {
        references.push(read_hash(&mut list.sequence()?, value)?);
    }
    Ok(references)
}

fn read_revocation(attribute: &Attribute) -> Result<Vec<EvidenceReference>, Error> {
    let value = attribute.single_value()?;
    let mut list = Reader::new(value, "CompleteRevocationRefs").sequence()?;
    let mut references = Vec::new();
    while !list.is_empty() {
        let mut of_one_certificate = list.sequence()?;
        if let Some(mut lists) = of_one_certificate.explicit(0)? {
            let mut lists = lists.sequence()?.sequence()?;
            while !lists.is_empty() {
                references.push(read_hash(&mut lists.sequence()?, value)?);
            }
        }
        if let Some(mut responses) = of_one_certificate.explicit(1)? {
            let mut responses = responses.sequence()?.sequence()?;
            while !responses.is_empty() {
                let mut response = responses.sequence()?;
                response.expect(tag::SEQUENCE)?;
                if !response.is_empty() {
                    references.push(read_hash(&mut response, value)?);
                }
            }
        }
    }
    Ok(references)
}

/// `OtherHash`: bare octets are SHA-1.
fn read_hash(fields: &mut Reader<'_>, source: &Bytes) -> Result<EvidenceReference, Error> {
    let Some(other) = fields.optional(tag::SEQUENCE)? else {
        return Ok(EvidenceReference {
            digest_algorithm: Some(DigestAlgorithm::Sha1),
            digest: keep(source, &fields.string(tag::OCTET_STRING)?),
        });
    };
    let mut other = other.reader();
    let algorithm = AlgorithmIdentifier::read(&mut other, source)?;
    Ok(EvidenceReference {
        digest_algorithm: DigestAlgorithm::from_oid(&algorithm.oid),
        digest: keep(source, &other.string(tag::OCTET_STRING)?),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::asn1::{DerWriter, Oid};

    fn attribute(kind: &Oid, value: impl FnOnce(&mut DerWriter)) -> Attribute {
        let mut writer = DerWriter::new();
        writer.sequence(|attribute| {
            attribute.oid(kind);
            attribute.constructed(tag::SET, |set| set.sequence(value));
        });
        let bytes = Bytes::from(writer.into_bytes());
        Attribute::read_all(Reader::new(&bytes, "test"), &bytes).unwrap()[0].clone()
    }

    #[test]
    fn bare_octets_are_a_sha1() {
        let references = attribute(&oid::CERTIFICATE_REFERENCES, |list| {
            list.sequence(|reference| reference.octet_string(&[7; 20]));
        });
        let references = EvidenceReference::read_all(&references).unwrap().unwrap();
        assert_eq!(references[0].digest_algorithm, Some(DigestAlgorithm::Sha1));
        assert_eq!(references[0].digest, [7; 20].as_slice());
    }

    #[test]
    fn lists_and_responses_are_found() {
        let references = attribute(&oid::REVOCATION_REFERENCES, |list| {
            list.sequence(|of_one| {
                of_one.constructed(0xa0, |wrapper| {
                    wrapper.sequence(|crls| {
                        crls.sequence(|ids| ids.sequence(|id| id.octet_string(&[1])));
                    });
                });
                of_one.constructed(0xa1, |wrapper| {
                    wrapper.sequence(|ocsps| {
                        ocsps.sequence(|ids| {
                            ids.sequence(|id| {
                                id.sequence(|_| ());
                                id.octet_string(&[2]);
                            });
                            ids.sequence(|id| id.sequence(|_| ()));
                        });
                    });
                });
            });
        });
        let references = EvidenceReference::read_all(&references).unwrap().unwrap();
        let digests: Vec<&[u8]> = references.iter().map(|one| one.digest.as_ref()).collect();
        assert_eq!(digests, [&[1][..], &[2]]);
    }
}
