//! Records that wait for their next time-stamp (RFC 4998, 4.2 and 5.2).

use super::archive_timestamp::{ArchiveTimestampChain, write_archive_timestamp};
use super::evidence_record::{EvidenceRecord, write_record};
use super::reduced_hash_tree::{HashTree, PartialHashtree};
use super::verification::{object_in_sequence, sequence_hash};
use crate::asn1::DerWriter;
use crate::crypto::DigestAlgorithm;

/// A record, new or renewed, that lacks only the token over its imprint.
#[derive(Debug, Clone)]
pub struct PendingRecord {
    /// The hash that the time-stamp token must have as its message imprint.
    pub imprint: Vec<u8>,
    /// The algorithm of the imprint and of the hash tree.
    pub digest_algorithm: DigestAlgorithm,
    reduced_hash_tree: Vec<PartialHashtree>,
    renewal: Option<(EvidenceRecord, Renewal)>,
}

/// The two ways to renew (5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Renewal {
    Timestamp,
    HashTree,
}

/// A record for one data object group, given the hashes of its objects under `digest`.
/// `None` without hashes or with a hash of another length.
pub fn initial_record(digest: DigestAlgorithm, group: &[Vec<u8>]) -> Option<PendingRecord> {
    HashTree::new(digest, vec![group.to_vec()])?.record(0)
}

impl PendingRecord {
    pub(super) fn new(
        digest_algorithm: DigestAlgorithm,
        imprint: Vec<u8>,
        reduced_hash_tree: Vec<PartialHashtree>,
    ) -> Self {
        PendingRecord {
            imprint,
            digest_algorithm,
            reduced_hash_tree,
            renewal: None,
        }
    }

    /// The whole record around `token`, a time-stamp token (`ContentInfo`) over the imprint.
    /// Nobody checks the token here; verify the record before the old one is thrown away.
    pub fn complete(&self, token: &[u8]) -> Vec<u8> {
        let mut writer = DerWriter::new();
        let lists = Some(&self.reduced_hash_tree[..]).filter(|lists| !lists.is_empty());
        write_archive_timestamp(&mut writer, self.digest_algorithm, lists, token);
        let added = writer.into_bytes();
        let Some((record, renewal)) = &self.renewal else {
            return write_record(None, self.digest_algorithm, &[&chain([&added[..]])]);
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
        write_record(Some(record), self.digest_algorithm, &chains)
    }
}

impl EvidenceRecord {
    /// Prepares the renewal of the last time-stamp (5.2), due before that time-stamp's own
    /// certificate or signature becomes weak. `digest` must be the algorithm of the last
    /// chain; `None` where the record states another or is in
    /// XML.
    pub fn timestamp_renewal(&self, digest: DigestAlgorithm) -> Option<PendingRecord> {
        let last = self.last_in_asn1()?.timestamps.last()?;
        let stated = last.digest_algorithm.as_ref();
        if stated.is_some_and(|stated| stated.oid != digest.oid()) {
            return None;
        }
        let imprint = digest.digest(&[&last.timestamp]);
        let mut pending = PendingRecord::new(digest, imprint, Vec::new());
        pending.renewal = Some((self.clone(), Renewal::Timestamp));
        Some(pending)
    }

    /// The chain to be prolonged; `None` in XML, which is not written here.
    fn last_in_asn1(&self) -> Option<&ArchiveTimestampChain> {
        self.chains.last().filter(|chain| chain.xml.is_none())
    }

    /// Prepares the renewal of the hash tree (5.2), due before the digest algorithm of the
    /// last chain becomes weak. `objects` are the hashes of the whole group under `digest`,
    /// read anew from the data objects. `None` as for [`initial_record`].
    pub fn hash_tree_renewal(
        &self,
        digest: DigestAlgorithm,
        objects: &[Vec<u8>],
    ) -> Option<PendingRecord> {
        let fits = |hash: &Vec<u8>| hash.len() == digest.output_length();
        self.last_in_asn1()?;
        if !objects.iter().all(fits) {
            return None;
        }
        let sequence = sequence_hash(digest, &self.chains);
        let group: Vec<Vec<u8>> = objects
            .iter()
            .map(|object| object_in_sequence(digest, object, &sequence))
            .collect();
        let mut pending = initial_record(digest, &group)?;
        pending.renewal = Some((self.clone(), Renewal::HashTree));
        Some(pending)
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
