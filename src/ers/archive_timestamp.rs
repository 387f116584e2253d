//! `ArchiveTimeStamp` and its chains (RFC 4998, 4.1 and 5.1).

use super::evidence_record::Budget;
use super::reduced_hash_tree::PartialHashtree;
use super::xml_record::XmlChain;
use crate::asn1::{DerWriter, Reader, keep, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;

const TAG_DIGEST_ALGORITHM: u8 = tag::context_constructed(0);
const TAG_ATTRIBUTES: u8 = tag::context_constructed(1);
const TAG_REDUCED_HASH_TREE: u8 = tag::context_constructed(2);

/// One time-stamp with the way from the hashes of its objects to its imprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTimestamp {
    /// The exact bytes, which hash-tree renewal hashes; of XML a copy.
    pub raw: Bytes,
    /// The algorithm of the hash tree; if absent it is that of the token's imprint (4.1).
    pub digest_algorithm: Option<AlgorithmIdentifier>,
    /// `attributes` as they stand, tag included.
    pub attributes: Option<Bytes>,
    /// The lists of hashes; if absent the token stamps the hash of a single object (4.2).
    pub reduced_hash_tree: Option<Vec<PartialHashtree>>,
    /// The time-stamp token, a `ContentInfo`, which time-stamp renewal hashes.
    pub timestamp: Bytes,
    /// In an XML record the canonical form of its element, which renewal hashes instead
    /// (RFC 6283, 4.2.1).
    pub canonical_timestamp: Option<Bytes>,
}

/// Archive time-stamps over each other with one digest algorithm, oldest first (5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTimestampChain {
    /// The exact bytes of the chain.
    pub raw: Bytes,
    /// At least one time-stamp.
    pub timestamps: Vec<ArchiveTimestamp>,
    /// What a chain in XML has besides.
    pub(super) xml: Option<XmlChain>,
}

impl ArchiveTimestampChain {
    /// Reads the next value of `reader`.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        source: &Bytes,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        let element = reader.expect(tag::SEQUENCE)?;
        let mut members = element.reader();
        let mut timestamps = Vec::new();
        while !members.is_empty() {
            timestamps.push(ArchiveTimestamp::read(&mut members, source, budget)?);
        }
        if timestamps.is_empty() {
            return Err(reader.error("a chain without a time-stamp"));
        }
        Ok(ArchiveTimestampChain {
            raw: keep(source, element.raw),
            timestamps,
            xml: None,
        })
    }
}

impl ArchiveTimestamp {
    fn read(
        reader: &mut Reader<'_>,
        source: &Bytes,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        budget.timestamp()?;
        let element = reader.expect(tag::SEQUENCE)?;
        let mut fields = element.reader();
        let digest_algorithm = match fields.optional(TAG_DIGEST_ALGORITHM)? {
            Some(tagged) => Some(read_implicit_algorithm(tagged.content, source)?),
            None => None,
        };
        let attributes = fields.optional(TAG_ATTRIBUTES)?;
        let reduced_hash_tree = match fields.optional(TAG_REDUCED_HASH_TREE)? {
            Some(tagged) => Some(PartialHashtree::read_all(tagged.reader(), source, budget)?),
            None => None,
        };
        let timestamp = fields.expect(tag::SEQUENCE)?;
        fields.finish()?;
        Ok(ArchiveTimestamp {
            raw: keep(source, element.raw),
            digest_algorithm,
            attributes: attributes.map(|attributes| keep(source, attributes.raw)),
            reduced_hash_tree,
            timestamp: keep(source, timestamp.raw),
            canonical_timestamp: None,
        })
    }
}

/// Writes an archive time-stamp that states its algorithm and has no attributes.
pub(super) fn write_archive_timestamp(
    writer: &mut DerWriter,
    digest: DigestAlgorithm,
    reduced_hash_tree: Option<&[PartialHashtree]>,
    token: &[u8],
) {
    writer.sequence(|fields| {
        fields.constructed(TAG_DIGEST_ALGORITHM, |algorithm| {
            algorithm.oid(&digest.oid())
        });
        if let Some(lists) = reduced_hash_tree {
            fields.constructed(TAG_REDUCED_HASH_TREE, |tree| {
                lists.iter().for_each(|list| list.write(tree));
            });
        }
        fields.raw(token);
    });
}

/// The module of RFC 4998 tags implicitly: the tag replaces that of the SEQUENCE.
fn read_implicit_algorithm(content: &[u8], source: &Bytes) -> Result<AlgorithmIdentifier, Error> {
    let mut fields = Reader::new(content, "ArchiveTimeStamp");
    // Some producers tag explicitly, so that a whole SEQUENCE stands inside.
    if fields.peek() == Some(tag::SEQUENCE) {
        let algorithm = AlgorithmIdentifier::read(&mut fields, source)?;
        fields.finish()?;
        return Ok(algorithm);
    }
    let oid = fields.oid()?;
    let parameters = match fields.is_empty() {
        true => None,
        false => Some(keep(source, fields.element()?.raw)),
    };
    fields.finish()?;
    Ok(AlgorithmIdentifier { oid, parameters })
}
