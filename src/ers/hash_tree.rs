//! Hash trees, so that one time-stamp serves any number of records (RFC 4998, 4.2).

use super::pending_record::PendingRecord;
use super::reduced_hash_tree::father;
use crate::crypto::DigestAlgorithm;

/// A binary hash tree over the nodes of many records, stamped once for all of them.
///
/// Two hashes are kept for each record, and nothing else: a million records under SHA-256 take
/// 64 MB.
///
/// ```
/// use sigill::crypto::DigestAlgorithm::Sha256;
/// use sigill::ers::{HashTree, PendingRecord};
/// let hash = |object: &[u8]| Sha256.digest(&[object]);
/// let signed = PendingRecord::initial(Sha256, vec![hash(b"a"), hash(b"a.sig")]).unwrap();
/// let alone = PendingRecord::initial(Sha256, vec![hash(b"b")]).unwrap();
/// let tree = HashTree::over(Sha256, [signed.node(), alone.node()]).unwrap();
/// let token = b"the authority's answer to tree.root()";
/// assert!(signed.complete_in(&tree, 0, token).is_some());
/// assert!(signed.complete_in(&tree, 1, token).is_none(), "that is another's place");
/// ```
#[derive(Debug, Clone)]
pub struct HashTree {
    digest: DigestAlgorithm,
    /// From the nodes of the records up to the root alone, the hashes of a level end to end.
    levels: Vec<Vec<u8>>,
}

impl HashTree {
    /// Builds the tree over what [`PendingRecord::node`] gives for each record. `None` without
    /// nodes or with one of another length than that of `digest`.
    pub fn over<Node: AsRef<[u8]>>(
        digest: DigestAlgorithm,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Option<Self> {
        let length = digest.output_length();
        let mut level = Vec::new();
        for node in nodes {
            level.extend(Some(node.as_ref()).filter(|node| node.len() == length)?);
        }
        let mut levels = Vec::new();
        while level.len() > length {
            let pairs = level.chunks(2 * length);
            let above = pairs.flat_map(|pair| {
                let children: Vec<&[u8]> = pair.chunks(length).collect();
                father(digest, &children)
            });
            let above = above.collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(Some(level).filter(|root| !root.is_empty())?);
        Some(HashTree { digest, levels })
    }

    /// The hash that one time-stamp must cover.
    pub fn root(&self) -> &[u8] {
        self.levels.last().map_or(&[], |root| root)
    }

    /// The algorithm of every hash in the tree.
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest
    }

    /// What stands beside the node at `place` and beside its fathers, up to the root (4.2,
    /// reduction); `None` where `record` does not stand there.
    pub(super) fn siblings(&self, record: &PendingRecord, place: usize) -> Option<Vec<&[u8]>> {
        if self.hash(0, place)? != record.node() {
            return None;
        }
        let levels = 0..self.levels.len();
        let beside = levels.filter_map(|level| self.hash(level, (place >> level) ^ 1));
        Some(beside.collect())
    }
    fn hash(&self, level: usize, place: usize) -> Option<&[u8]> {
        let mut hashes = self.levels.get(level)?.chunks(self.digest.output_length());
        hashes.nth(place)
    }
}
