//! `ats-hash-index` in its three versions (TS 101 733, 6.4.2; EN 319 122-1, 5.5.2): what an
//! archive time-stamp of version 3 is about, digest by digest.

use super::Attribute;
use crate::asn1::{DerWriter, Reader, keep, oid, tag};
use crate::cms::{SignedData, SignerInfo};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;

/// How an unsigned attribute is digested for the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeDigests {
    /// Versions 1 and 2: one digest of the whole attribute.
    OfAttributes,
    /// Version 3: one digest of the type and each value.
    OfValues,
}

/// The digests that an archive time-stamp binds together.
#[derive(Debug, Clone)]
pub struct HashIndex {
    raw: Bytes,
    /// How unsigned attributes are digested.
    pub attribute_digests: AttributeDigests,
    /// Algorithm of all digests; `None` if sigill does not know it.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// Of each member of `SignedData.certificates`.
    pub certificates: Vec<Bytes>,
    /// Of each member of `SignedData.crls`.
    pub revocation: Vec<Bytes>,
    /// Of the unsigned attributes.
    pub unsigned_attributes: Vec<Bytes>,
}

impl HashIndex {
    /// Reads an `ats-hash-index` of any version.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the attribute does not hold one index.
    pub fn read(attribute: &Attribute) -> Result<Self, Error> {
        let raw = attribute.single_value()?;
        let mut fields = Reader::new(raw, "ATSHashIndex").sequence()?;
        // Version 1: DEFAULT {algorithm id-sha256}; later ones always name it.
        let names_algorithm = fields
            .clone()
            .sequence()
            .is_ok_and(|first| first.peek() == Some(tag::OBJECT_IDENTIFIER));
        let digest_algorithm = if names_algorithm {
            DigestAlgorithm::from_oid(&AlgorithmIdentifier::read(&mut fields, raw)?.oid)
        } else {
            Some(DigestAlgorithm::Sha256)
        };
        let index = HashIndex {
            attribute_digests: match attribute.kind == oid::ATS_HASH_INDEX_V3 {
                true => AttributeDigests::OfValues,
                false => AttributeDigests::OfAttributes,
            },
            digest_algorithm,
            certificates: digests(&mut fields, raw)?,
            revocation: digests(&mut fields, raw)?,
            unsigned_attributes: digests(&mut fields, raw)?,
            raw: raw.clone(),
        };
        fields.finish()?;
        Ok(index)
    }

    /// An `ATSHashIndexV3` in DER over all that stands beside and below a signer now
    /// (EN 319 122-1, 5.5.2), each instance as it is encoded there.
    pub fn write(data: &SignedData, signer: &SignerInfo, algorithm: DigestAlgorithm) -> Vec<u8> {
        let of = |parts: &[&[u8]]| algorithm.digest(parts);
        let certificates = data.certificates.iter().chain(&data.other_certificates);
        let certificates = certificates.map(|choice| of(&[choice]));
        let revocation = data.revocation_choices.iter();
        let revocation = revocation.map(|choice| of(&[&choice.raw]));
        let attributes = signer.unsigned_attributes.iter().flat_map(|attribute| {
            let mut kind = DerWriter::new();
            kind.oid(&attribute.kind);
            let kind = kind.into_bytes();
            let values = attribute.values.iter();
            values
                .map(|value| of(&[&kind, value]))
                .collect::<Vec<Vec<u8>>>()
        });
        let lists: [Vec<Vec<u8>>; 3] = [
            certificates.collect(),
            revocation.collect(),
            attributes.collect(),
        ];
        let mut writer = DerWriter::new();
        writer.sequence(|index| {
            index.sequence(|identifier| identifier.oid(&algorithm.oid()));
            for list in &lists {
                index.sequence(|digests| list.iter().for_each(|one| digests.octet_string(one)));
            }
        });
        writer.into_bytes()
    }

    /// The `ATSHashIndex` as it stands, which the imprint is over.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }
}

fn digests(fields: &mut Reader<'_>, source: &Bytes) -> Result<Vec<Bytes>, Error> {
    let mut list = fields.sequence()?;
    let mut digests = Vec::new();
    while !list.is_empty() {
        digests.push(keep(source, &list.string(tag::OCTET_STRING)?));
    }
    Ok(digests)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::asn1::{DerWriter, Oid};

    fn attribute(kind: Oid, algorithm: Option<Oid>) -> Attribute {
        let mut writer = DerWriter::new();
        writer.sequence(|attribute| {
            attribute.oid(&kind);
            attribute.constructed(tag::SET, |set| {
                set.sequence(|index| {
                    if let Some(algorithm) = algorithm {
                        index.sequence(|fields| fields.oid(&algorithm));
                    }
                    index.sequence(|list| list.octet_string(&[1]));
                    index.sequence(|_| ());
                    index.sequence(|list| list.octet_string(&[2]));
                });
            });
        });
        let bytes = Bytes::from(writer.into_bytes());
        Attribute::read_all(Reader::new(&bytes, "test"), &bytes).unwrap()[0].clone()
    }

    #[test]
    fn the_first_version_may_leave_its_algorithm_out() {
        let index = HashIndex::read(&attribute(oid::ATS_HASH_INDEX, None)).unwrap();
        assert_eq!(index.digest_algorithm, Some(DigestAlgorithm::Sha256));
        assert_eq!(index.attribute_digests, AttributeDigests::OfAttributes);
        assert_eq!(index.certificates, [Bytes::from_static(&[1])]);
        assert!(index.revocation.is_empty());
        assert_eq!(index.unsigned_attributes, [Bytes::from_static(&[2])]);
    }

    #[test]
    fn an_unknown_algorithm_is_not_taken_for_the_default() {
        let unknown = Oid::from_dotted("1.2.3.4").unwrap();
        let index = HashIndex::read(&attribute(oid::ATS_HASH_INDEX_V3, Some(unknown))).unwrap();
        assert_eq!(index.digest_algorithm, None);
        assert_eq!(index.attribute_digests, AttributeDigests::OfValues);
    }
}
