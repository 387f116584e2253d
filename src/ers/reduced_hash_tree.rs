//! What is left of a hash tree for one data object group (RFC 4998, 4.2 and 4.3).

use super::evidence_record::Budget;
use crate::asn1::{DerWriter, Reader, keep, tag};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use bytes::Bytes;

/// One list of hashes under the same father node; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialHashtree(pub Vec<Bytes>);

impl PartialHashtree {
    /// Reads the lists of one reduced hash tree.
    pub(super) fn read_all(
        mut reader: Reader<'_>,
        source: &Bytes,
        budget: &mut Budget<'_>,
    ) -> Result<Vec<Self>, Error> {
        let mut lists = Vec::new();
        while !reader.is_empty() {
            let mut members = reader.sequence()?;
            let mut list = Vec::new();
            while !members.is_empty() {
                budget.hash()?;
                list.push(keep(source, members.expect(tag::OCTET_STRING)?.content));
            }
            if list.is_empty() {
                return Err(reader.error("a list without hashes"));
            }
            lists.push(PartialHashtree(list));
        }
        if lists.is_empty() {
            return Err(reader.error("a reduced hash tree without lists"));
        }
        Ok(lists)
    }

    pub(super) fn write(&self, writer: &mut DerWriter) {
        writer.sequence(|list| self.0.iter().for_each(|hash| list.octet_string(hash)));
    }
}

/// What happens to a first list of one hash. RFC 4998 hashes groups of "more than one
/// document" (4.2), but its verification hashes every list (4.3); producers follow either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SingleHash {
    AsItIs,
    HashedAgain,
}

/// The root hash that the lists lead to (4.3, step 3).
pub(super) fn root(
    lists: &[PartialHashtree],
    digest: DigestAlgorithm,
    single: SingleHash,
) -> Vec<u8> {
    let mut father: Option<Vec<u8>> = None;
    for PartialHashtree(list) in lists {
        let mut hashes: Vec<&[u8]> = list.iter().map(|hash| &hash[..]).collect();
        hashes.extend(father.as_deref());
        father = Some(match (hashes.as_slice(), single) {
            ([only], SingleHash::AsItIs) => only.to_vec(),
            _ => hash_sorted(digest, hashes),
        });
    }
    father.unwrap_or_default()
}

/// The hash of sorted and concatenated children; a single child stands for itself.
pub(super) fn father(digest: DigestAlgorithm, children: &[&[u8]]) -> Vec<u8> {
    match children {
        [only] => only.to_vec(),
        _ => hash_sorted(digest, children.to_vec()),
    }
}

/// "Binary ascending order" is that of unsigned octets.
fn hash_sorted(digest: DigestAlgorithm, mut hashes: Vec<&[u8]>) -> Vec<u8> {
    hashes.sort_unstable();
    digest.digest(&hashes)
}

/// A list in the order that the standard writes it in.
pub(super) fn sorted_list(mut hashes: Vec<Vec<u8>>) -> PartialHashtree {
    hashes.sort_unstable();
    PartialHashtree(hashes.into_iter().map(Bytes::from).collect())
}
