//! Hash trees and their reduction to what one data object group needs (RFC 4998, 4.2).

use super::evidence_record::Budget;
use super::pending_record::PendingRecord;
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

/// A binary hash tree over many data object groups, stamped once for all of them.
///
/// ```
/// use sigill::crypto::DigestAlgorithm::Sha256;
/// use sigill::ers::HashTree;
/// let hash = |object: &[u8]| Sha256.digest(&[object]);
/// let tree = HashTree::new(Sha256, vec![vec![hash(b"a"), hash(b"a.sig")], vec![hash(b"b")]]).unwrap();
/// assert_eq!(tree.record(1).unwrap().imprint, tree.root());
/// ```
#[derive(Debug, Clone)]
pub struct HashTree {
    digest: DigestAlgorithm,
    groups: Vec<Vec<Vec<u8>>>,
    /// From the group nodes up to the root alone.
    levels: Vec<Vec<Vec<u8>>>,
}

impl HashTree {
    /// Builds the tree; each group holds the hashes of its data objects under `digest`.
    /// `None` without groups, with an empty group or with a hash of another length.
    pub fn new(digest: DigestAlgorithm, groups: Vec<Vec<Vec<u8>>>) -> Option<Self> {
        let fits = |hash: &Vec<u8>| hash.len() == digest.output_length();
        let whole = groups
            .iter()
            .all(|group| !group.is_empty() && group.iter().all(fits));
        if groups.is_empty() || !whole {
            return None;
        }
        let mut level: Vec<Vec<u8>> = groups.iter().map(|group| node(digest, group)).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let above = level.chunks(2).map(|pair| node(digest, pair)).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Some(HashTree {
            digest,
            groups,
            levels,
        })
    }

    /// The hash that one time-stamp must cover.
    pub fn root(&self) -> Vec<u8> {
        self.levels
            .iter()
            .flatten()
            .last()
            .cloned()
            .unwrap_or_default()
    }

    /// The record of one group, waiting for the time-stamp; `None` past the last group.
    pub fn record(&self, group: usize) -> Option<PendingRecord> {
        let lists = self.reduced(group)?;
        Some(PendingRecord::new(self.digest, self.root(), lists))
    }

    /// The lists that lead from one group to the root (4.2, reduction); none for a single
    /// object that is stamped alone. The first list of a single object holds its sibling too,
    /// as the RFC asks for: the two have the same father.
    pub fn reduced(&self, group: usize) -> Option<Vec<PartialHashtree>> {
        let hashes = self.groups.get(group)?;
        let mut lists = Vec::new();
        let mut open = match hashes.as_slice() {
            [only] => Some(only.clone()),
            _ => {
                lists.push(sorted_list(hashes.clone()));
                None
            }
        };
        let mut index = group;
        for level in &self.levels {
            if let Some(sibling) = level.get(index ^ 1) {
                let list = open.take().into_iter().chain([sibling.clone()]);
                lists.push(sorted_list(list.collect()));
            }
            index /= 2;
        }
        Some(lists)
    }
}

/// The hash of sorted and concatenated children; a single child stands for itself.
fn node(digest: DigestAlgorithm, children: &[Vec<u8>]) -> Vec<u8> {
    match children {
        [only] => only.clone(),
        _ => hash_sorted(digest, children.iter().map(|child| &child[..]).collect()),
    }
}

/// "Binary ascending order" is that of unsigned octets.
fn hash_sorted(digest: DigestAlgorithm, mut hashes: Vec<&[u8]>) -> Vec<u8> {
    hashes.sort_unstable();
    digest.digest(&hashes)
}

fn sorted_list(mut hashes: Vec<Vec<u8>>) -> PartialHashtree {
    hashes.sort_unstable();
    PartialHashtree(hashes.into_iter().map(Bytes::from).collect())
}
