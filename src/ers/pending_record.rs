//! Records that wait for their next time-stamp (RFC 4998, 4.2 and 5.2).

use super::archive_timestamp::{ArchiveTimestampChain, write_archive_timestamp};
use super::evidence_record::{EvidenceRecord, write_record};
use super::hash_tree::HashTree;
use super::reduced_hash_tree::{PartialHashtree, father, sorted_list};
use super::verification::{object_in_sequence, sequence_hash};
use crate::asn1::{DerWriter, Reader};
use crate::crypto::DigestAlgorithm;

/// A record, new or renewed, that lacks only the token of a time-stamping authority.
#[derive(Debug, Clone)]
pub struct PendingRecord {
    /// The algorithm of the hash tree and of the token's imprint.
    pub(super) digest_algorithm: DigestAlgorithm,
    /// The hashes that the new archive time-stamp must cover.
    pub(super) group: Vec<Vec<u8>>,
    renewal: Option<(EvidenceRecord, Renewal)>,
}

/// The two ways to renew (5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Renewal {
    Timestamp,
    HashTree,
}

impl PendingRecord {
    /// A record for one data object group, given the hashes of its objects under `digest`.
    /// `None` without hashes or with a hash of another length.
    pub fn initial(digest: DigestAlgorithm, group: Vec<Vec<u8>>) -> Option<Self> {
        let fits = |hash: &Vec<u8>| hash.len() == digest.output_length();
        if group.is_empty() || !group.iter().all(fits) {
            return None;
        }
        Some(PendingRecord {
            digest_algorithm: digest,
            group,
            renewal: None,
        })
    }

    /// The algorithm of the hash tree and of the token's imprint.
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest_algorithm
    }

    /// The node that stands for this record in a hash tree; also what the token must have as its
    /// message imprint where the record is stamped alone.
    pub fn node(&self) -> Vec<u8> {
        let children: Vec<&[u8]> = self.group.iter().map(|hash| &hash[..]).collect();
        father(self.digest_algorithm, &children)
    }

    /// The whole record around `token`, a time-stamp token (`ContentInfo`) over [`Self::node`].
    /// Nobody checks the token here; verify the record before the old one is thrown away.
    pub fn complete(&self, token: &[u8]) -> Vec<u8> {
        self.write(&self.reduced(&[]), token)
    }

    /// The whole record around `token`, which is over the root of a tree where this record's
    /// node stands at `place`. `None` where it does not stand there. Nobody checks the token.
    pub fn complete_in(&self, tree: &HashTree, place: usize, token: &[u8]) -> Option<Vec<u8>> {
        if tree.digest_algorithm() != self.digest_algorithm {
            return None;
        }
        let lists = self.reduced(&tree.siblings(self, place)?);
        Some(self.write(&lists, token))
    }

    /// The lists that lead from the group to the root (4.2, reduction); none for a single object
    /// that is stamped alone. The first list of a single object holds its sibling too, as the
    /// RFC asks for: the two have the same father.
    fn reduced(&self, siblings: &[&[u8]]) -> Vec<PartialHashtree> {
        let mut first = self.group.clone();
        let mut beside = siblings.iter().map(|sibling| sibling.to_vec());
        if first.len() == 1 {
            first.extend(beside.next());
        }
        if first.len() == 1 {
            return Vec::new();
        }
        let above = beside.map(|sibling| vec![sibling]);
        std::iter::once(first)
            .chain(above)
            .map(sorted_list)
            .collect()
    }

    fn write(&self, lists: &[PartialHashtree], token: &[u8]) -> Vec<u8> {
        let mut writer = DerWriter::new();
        let lists = Some(lists).filter(|lists| !lists.is_empty());
        write_archive_timestamp(&mut writer, self.digest_algorithm, lists, token);
        let added = writer.into_bytes();
        let Some((record, renewal)) = &self.renewal else {
            return write_record(None, Some(self.digest_algorithm), &[&chain([&added[..]])]);
        };
        let mut chains: Vec<&[u8]> = record.chains.iter().map(|chain| &chain.raw[..]).collect();
        let last = match (renewal, record.chains.last()) {
            (Renewal::Timestamp, Some(last)) => {
                chains.pop();
                let older = last.timestamps.iter().map(|timestamp| &timestamp.raw[..]);
                chain(older.chain([&added[..]]))
            }
            _ => chain([&added[..]]),
        };
        chains.push(&last);
        write_record(Some(record), Some(self.digest_algorithm), &chains)
    }
}

impl EvidenceRecord {
    /// The record with its last token exchanged for `token`, the same but for evidence laid into
    /// it beside its signature. Nothing covers the last token yet, so nothing breaks. `None`
    /// in XML.
    pub fn with_last_token(&self, token: &[u8]) -> Option<Vec<u8>> {
        let (chain_before, last_chain) =
            self.chains.split_last().map(|(last, rest)| (rest, last))?;
        self.last_in_asn1()?;
        let (last, older) = last_chain.timestamps.split_last()?;
        let mut fields = Reader::new(&last.raw, "ArchiveTimeStamp").sequence().ok()?;
        let mut before = Vec::new();
        while !fields.is_empty() {
            let field = fields.element().ok()?;
            if !fields.is_empty() {
                before.extend_from_slice(field.raw);
            }
        }
        let last = chain([&before[..], token]);
        let older = older.iter().map(|timestamp| &timestamp.raw[..]);
        let last_chain = chain(older.chain([&last[..]]));
        let chains = chain_before.iter().map(|chain| &chain.raw[..]);
        let chains: Vec<&[u8]> = chains.chain([&last_chain[..]]).collect();
        Some(write_record(Some(self), None, &chains))
    }

    /// Prepares the renewal of the last time-stamp (5.2), due before that time-stamp's own
    /// certificate or signature becomes weak. `digest` must be the algorithm of the last
    /// chain; `None` where the record states another or is in XML.
    pub fn timestamp_renewal(&self, digest: DigestAlgorithm) -> Option<PendingRecord> {
        let last = self.last_in_asn1()?.timestamps.last()?;
        let stated = last.digest_algorithm.as_ref();
        if stated.is_some_and(|stated| stated.oid != digest.oid()) {
            return None;
        }
        Some(PendingRecord {
            digest_algorithm: digest,
            group: vec![digest.digest(&[&last.timestamp])],
            renewal: Some((self.clone(), Renewal::Timestamp)),
        })
    }

    /// The chain to be prolonged; `None` in XML, which is not written here.
    fn last_in_asn1(&self) -> Option<&ArchiveTimestampChain> {
        self.chains.last().filter(|chain| chain.xml.is_none())
    }

    /// Prepares the renewal of the hash tree (5.2), due before the digest algorithm of the
    /// last chain becomes weak. `objects` are the hashes of the whole group under `digest`,
    /// read anew from the data objects. `None` as for [`PendingRecord::initial`].
    pub fn hash_tree_renewal(
        &self,
        digest: DigestAlgorithm,
        objects: &[Vec<u8>],
    ) -> Option<PendingRecord> {
        self.last_in_asn1()?;
        let whole = PendingRecord::initial(digest, objects.to_vec())?;
        let sequence = sequence_hash(digest, &self.chains);
        let in_sequence = |object: &Vec<u8>| object_in_sequence(digest, object, &sequence);
        Some(PendingRecord {
            group: whole.group.iter().map(in_sequence).collect(),
            renewal: Some((self.clone(), Renewal::HashTree)),
            ..whole
        })
    }
}

fn chain<'a>(timestamps: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|members| {
        timestamps
            .into_iter()
            .for_each(|member| members.raw(member))
    });
    writer.into_bytes()
}

/// The DER of `ArchiveTimeStampSequence` over the chains as they were read (5.2, step 3).
pub(super) fn sequence_of_chains(chains: &[ArchiveTimestampChain]) -> Vec<u8> {
    chain(chains.iter().map(|chain| &chain.raw[..]))
}
