//! The hashes of a record, from the data objects to every imprint (RFC 4998, 4.3 and 5.3; RFC 6283,
//! 3.3 and 4.3).

use super::archive_timestamp::{ArchiveTimestamp, ArchiveTimestampChain};
use super::evidence_record::EvidenceRecord;
use super::pending_record::sequence_of_chains;
use super::reduced_hash_tree::{SingleHash, root};
use super::xml_record::is_announced;
use crate::asn1::{Reader, to_der};
use crate::crypto::DigestAlgorithm;
use crate::source::Span;
use bytes::Bytes;
use std::cell::Cell;
use std::collections::HashSet;

/// How many bytes of data objects are brought into canonical forms, which each chain of a record
/// asks for anew: objects beyond are taken as they are.
const CANONICAL_BYTES: u64 = 256 << 20;

/// A data object that the record is asked about.
#[derive(Debug, Clone, Copy)]
pub enum DataObject<'a> {
    /// The object itself.
    Bytes(&'a [u8]),
    /// The object itself, wherever it is kept. One that cannot be read is not covered.
    Span(&'a Span),
    /// Only its digests; hash-tree renewal needs one under each chain's algorithm.
    Digests(&'a [(DigestAlgorithm, &'a [u8])]),
}

/// The message imprint of a time-stamp token (RFC 3161, 2.4.1).
pub type Imprint = (DigestAlgorithm, Vec<u8>);

/// What the hashes of a record prove. Times and trust are not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordVerification {
    /// One entry per archive time-stamp, as they stand in the record's chains.
    pub chains: Vec<Vec<ArchiveTimestampVerification>>,
    /// One entry per data object, in the order they were given.
    pub objects: Vec<ObjectCoverage>,
    /// Different hashes in the first list of the initial archive time-stamp that belong to no given
    /// object. Above 0 the objects are not shown to be the whole group (5.3). Beware of the
    /// reverse: a hash can be moved from the first list to the next under the same root, so
    /// that 0 alone is no proof that a group never had another member.
    pub extra_hashes: usize,
}

/// What the hashes of one archive time-stamp prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTimestampVerification {
    /// The algorithm of its hash tree; `None` where sigill knows it not.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The hash that the token must have as its imprint: the root of the hash tree or, without
    /// one, the hash of what it covers. `None` where there is nothing to compute it from.
    pub expected_imprint: Option<Vec<u8>>,
    /// How the token's imprint compares.
    pub imprint: ImprintCheck,
    /// What it must cover, and whether it does.
    pub covers: Covers,
    /// Where its producer departed from RFC 4998, with no loss of proof.
    pub deviations: Vec<Deviation>,
}

/// How the imprint of a token compares with the root hash (4.3, step 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImprintCheck {
    /// It is the expected one.
    Matches,
    /// It is another one: nothing below this time-stamp is proven by it.
    Differs,
    /// The token uses another digest algorithm than the hash tree, or the hash tree another
    /// than its chain (5.3, step 2).
    AlgorithmDiffers,
    /// The caller could not read an imprint from the token.
    NoImprint,
    /// The digest algorithm is unknown, so that nothing can be computed.
    AlgorithmUnknown,
    /// There is neither a hash tree nor a data object to compare with.
    NothingToCompare,
}

/// What an archive time-stamp must cover by its place (5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// First of its chain: the data objects, in later chains together with all older chains.
    DataObjects {
        /// How many of the given objects are covered.
        found: usize,
        /// How many different hashes of the first list belong to none of them.
        extra: usize,
    },
    /// Later in its chain: the time-stamp before it.
    PreviousTimestamp(Link),
}

/// Whether a hash stands where the standard asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It does.
    Found,
    /// It does not.
    Missing,
}

/// Whether one data object is covered from its first time-stamp to the last chain. A hash in
/// a list proves something only where the imprint above it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectCoverage {
    /// The first archive time-stamp of every chain holds its hash.
    Covered,
    /// Not from this chain on, counted from 0. In chain 0 it never was.
    MissingFrom {
        /// The first chain without it.
        chain: usize,
    },
    /// Its digest under this chain's algorithm was not given or is unknown.
    NoDigestFor {
        /// The first chain that cannot be checked.
        chain: usize,
    },
}

/// Habits of producers. Each still binds the same hashes one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deviation {
    /// A first list of one hash is hashed again, as 4.3 says and 4.2 does not.
    SingleHashHashedAgain,
    /// The hash of the older chains stands before that of the object (5.2, step 4).
    SequenceBeforeObject,
    /// What is covered was hashed in its DER form, though the record holds it in BER.
    HashedAsDer,
    /// Not the bytes of a data object in XML were hashed but its canonical form, as RFC 6283,
    /// 4.1.2 asks: another spelling of the same XML would do as well.
    CanonicalForm,
}

impl RecordVerification {
    /// Whether every imprint matches, every time-stamp covers its predecessor and every
    /// object is covered from the first time-stamp to the last. Never without an object.
    pub fn is_unbroken(&self) -> bool {
        let linked = |timestamp: &ArchiveTimestampVerification| {
            timestamp.imprint == ImprintCheck::Matches
                && timestamp.covers != Covers::PreviousTimestamp(Link::Missing)
        };
        !self.objects.is_empty()
            && self
                .objects
                .iter()
                .all(|object| *object == ObjectCoverage::Covered)
            && self.chains.iter().flatten().all(linked)
    }
}

/// Computes every hash of `record` for `objects` (4.3, 5.3). `imprint_of` reads the message
/// imprint of a time-stamp token.
pub fn verify_hashes(
    record: &EvidenceRecord,
    objects: &[DataObject<'_>],
    imprint_of: &dyn Fn(&Bytes) -> Option<Imprint>,
) -> RecordVerification {
    let mut coverage = vec![ObjectCoverage::Covered; objects.len()];
    let left = Cell::new(CANONICAL_BYTES);
    let mut chains = Vec::with_capacity(record.chains.len());
    for (index, chain) in record.chains.iter().enumerate() {
        let older = record.chains.get(..index).unwrap_or_default();
        let mut previous: Option<(&ArchiveTimestamp, Option<DigestAlgorithm>)> = None;
        let mut verifications = Vec::with_capacity(chain.timestamps.len());
        for timestamp in &chain.timestamps {
            let imprint = imprint_of(&timestamp.timestamp);
            let check = Check::new(timestamp, imprint);
            let verification = match previous {
                None => check.first(chain, older, objects, &mut coverage, &left),
                Some((before, digest)) => check.renewal(before, digest),
            };
            let chain_digest = previous.map_or(verification.digest_algorithm, |(_, digest)| digest);
            previous = Some((timestamp, chain_digest));
            verifications.push(verification);
        }
        chains.push(verifications);
    }
    RecordVerification {
        extra_hashes: extra_hashes(&chains),
        chains,
        objects: coverage,
    }
}

/// The hash of an object joined with that of all older chains (5.2, step 4).
pub(super) fn object_in_sequence(
    digest: DigestAlgorithm,
    object: &[u8],
    sequence: &[u8],
) -> Vec<u8> {
    digest.digest(&[object, sequence])
}

/// The hash of the older chains (5.2, step 3).
pub(super) fn sequence_hash(digest: DigestAlgorithm, chains: &[ArchiveTimestampChain]) -> Vec<u8> {
    digest.digest(&[&sequence_of_chains(chains)])
}

/// One archive time-stamp while it is checked.
struct Check<'a> {
    timestamp: &'a ArchiveTimestamp,
    imprint: Option<Imprint>,
    digest: Option<DigestAlgorithm>,
    /// The first list of the hash tree, if there is a tree.
    first_list: Option<HashSet<&'a [u8]>>,
}

/// A hash that may stand for an object, and what its producer did differently.
struct Candidate {
    /// All must be there. Only XML keeps the object and the older chains apart.
    hashes: Vec<Vec<u8>>,
    deviations: Vec<Deviation>,
}

impl<'a> Check<'a> {
    /// 4.1: an algorithm that is not stated is that of the token.
    fn new(timestamp: &'a ArchiveTimestamp, imprint: Option<Imprint>) -> Self {
        let digest = match &timestamp.digest_algorithm {
            Some(stated) => DigestAlgorithm::from_oid(&stated.oid),
            None => imprint.as_ref().map(|(digest, _)| *digest),
        };
        let lists = timestamp.reduced_hash_tree.as_ref();
        let first_list = lists
            .and_then(|lists| lists.first())
            .map(|list| list.0.iter().map(|hash| &hash[..]).collect());
        Check {
            timestamp,
            imprint,
            digest,
            first_list,
        }
    }

    /// 5.3, steps 1 and 3: the first archive time-stamp of a chain.
    fn first(
        &self,
        chain: &ArchiveTimestampChain,
        older: &[ArchiveTimestampChain],
        objects: &[DataObject<'_>],
        coverage: &mut [ObjectCoverage],
        left: &Cell<u64>,
    ) -> ArchiveTimestampVerification {
        let index = older.len();
        let sequences = self
            .digest
            .map(|digest| sequence_hashes(digest, chain, older));
        let mut stamped = Vec::new();
        let mut found = 0;
        for (object, state) in objects.iter().zip(coverage) {
            let candidates =
                self.digest
                    .zip(sequences.as_deref())
                    .and_then(|(digest, sequences)| {
                        object_hashes(object, digest, chain, sequences, left)
                    });
            let now = match candidates {
                None => ObjectCoverage::NoDigestFor { chain: index },
                Some(candidates) => match self.find(candidates) {
                    Some(candidate) => {
                        stamped.push(candidate);
                        found += 1;
                        ObjectCoverage::Covered
                    }
                    None => ObjectCoverage::MissingFrom { chain: index },
                },
            };
            if *state == ObjectCoverage::Covered {
                *state = now;
            }
        }
        let extra = self.count_extra(&stamped);
        self.conclude(
            self.digest,
            stamped,
            Covers::DataObjects { found, extra },
            !objects.is_empty(),
        )
    }

    /// 5.3, step 2: an archive time-stamp over the one before it.
    fn renewal(
        &self,
        before: &ArchiveTimestamp,
        chain_digest: Option<DigestAlgorithm>,
    ) -> ArchiveTimestampVerification {
        let candidates = self
            .digest
            .map(|digest| match &before.canonical_timestamp {
                Some(canonical) => vec![Candidate::of(digest, canonical)],
                None => encodings(digest, &before.timestamp),
            })
            .unwrap_or_default();
        let stamped: Vec<Candidate> = self.find(candidates).into_iter().collect();
        let link = if stamped.is_empty() {
            Link::Missing
        } else {
            Link::Found
        };
        self.conclude(chain_digest, stamped, Covers::PreviousTimestamp(link), true)
    }

    /// The first candidate in the first list or, without a tree, in the imprint.
    fn find(&self, candidates: Vec<Candidate>) -> Option<Candidate> {
        candidates.into_iter().find(
            |candidate| match (&self.first_list, &candidate.hashes[..]) {
                (Some(list), hashes) => hashes.iter().all(|hash| list.contains(&hash[..])),
                (None, [only]) => self.imprint_is(only),
                (None, _) => false,
            },
        )
    }

    fn conclude(
        &self,
        chain_digest: Option<DigestAlgorithm>,
        stamped: Vec<Candidate>,
        covers: Covers,
        comparable: bool,
    ) -> ArchiveTimestampVerification {
        let mut deviations = Vec::new();
        for deviation in stamped.iter().flat_map(|candidate| &candidate.deviations) {
            if !deviations.contains(deviation) {
                deviations.push(*deviation);
            }
        }
        let mut expected = self.root(SingleHash::AsItIs);
        if expected.as_ref().is_some_and(|root| !self.imprint_is(root)) {
            let again = self.root(SingleHash::HashedAgain);
            if again.as_ref().is_some_and(|root| self.imprint_is(root)) {
                deviations.push(Deviation::SingleHashHashedAgain);
                expected = again;
            }
        }
        if self.first_list.is_none() {
            expected = stamped.into_iter().flat_map(|one| one.hashes).next();
        }
        ArchiveTimestampVerification {
            digest_algorithm: self.digest,
            imprint: self.compare(expected.as_deref(), chain_digest, comparable),
            expected_imprint: expected,
            covers,
            deviations,
        }
    }

    fn compare(
        &self,
        expected: Option<&[u8]>,
        chain_digest: Option<DigestAlgorithm>,
        comparable: bool,
    ) -> ImprintCheck {
        let Some((imprint_digest, _)) = &self.imprint else {
            return ImprintCheck::NoImprint;
        };
        let Some(digest) = self.digest else {
            return ImprintCheck::AlgorithmUnknown;
        };
        if *imprint_digest != digest || chain_digest != Some(digest) {
            return ImprintCheck::AlgorithmDiffers;
        }
        if !self.has_whole_hashes(digest) {
            return ImprintCheck::Differs;
        }
        match expected {
            Some(hash) if self.imprint_is(hash) => ImprintCheck::Matches,
            None if !comparable => ImprintCheck::NothingToCompare,
            _ => ImprintCheck::Differs,
        }
    }

    /// An empty hash in a list, or one in two parts, would lead to the same root.
    fn has_whole_hashes(&self, digest: DigestAlgorithm) -> bool {
        let lists = self.timestamp.reduced_hash_tree.iter().flatten();
        let mut hashes = lists.flat_map(|list| &list.0);
        hashes.all(|hash| hash.len() == digest.output_length())
    }

    fn root(&self, single: SingleHash) -> Option<Vec<u8>> {
        let lists = self.timestamp.reduced_hash_tree.as_deref()?;
        Some(root(lists, self.digest?, single))
    }

    fn imprint_is(&self, hash: &[u8]) -> bool {
        self.imprint
            .as_ref()
            .is_some_and(|(_, imprint)| imprint == hash)
    }

    fn count_extra(&self, stamped: &[Candidate]) -> usize {
        let own = stamped.iter().flat_map(|own| &own.hashes);
        let own: HashSet<&[u8]> = own.map(|hash| &hash[..]).collect();
        let list = self.first_list.iter().flatten();
        list.filter(|hash| !own.contains(*hash)).count()
    }
}

impl Candidate {
    /// The hash of octets as they are.
    fn of(digest: DigestAlgorithm, octets: &[u8]) -> Self {
        Candidate::from(digest.digest(&[octets]))
    }
}

impl From<Vec<u8>> for Candidate {
    fn from(hash: Vec<u8>) -> Self {
        Candidate {
            hashes: vec![hash],
            deviations: Vec::new(),
        }
    }
}

/// What may stand for an object in the first list; `None` without its digest.
fn object_hashes(
    object: &DataObject<'_>,
    digest: DigestAlgorithm,
    chain: &ArchiveTimestampChain,
    sequences: &[Candidate],
    left: &Cell<u64>,
) -> Option<Vec<Candidate>> {
    let mut objects = plain_hashes(object, digest, chain, left);
    objects.retain(|object| object.hashes.concat().len() == digest.output_length());
    if objects.is_empty() {
        return None;
    }
    if sequences.is_empty() {
        return Some(objects);
    }
    let pairs = objects
        .iter()
        .flat_map(|object| sequences.iter().map(move |sequence| (object, sequence)));
    let joined = pairs.flat_map(|(object, sequence)| match &chain.xml {
        Some(_) => vec![side_by_side(object, sequence)],
        None => joined_hashes(digest, object, sequence),
    });
    Some(joined.collect())
}

/// The hash of an object by itself; of XML in an XML record also that of its canonical form.
fn plain_hashes(
    object: &DataObject<'_>,
    digest: DigestAlgorithm,
    chain: &ArchiveTimestampChain,
    left: &Cell<u64>,
) -> Vec<Candidate> {
    let xml = chain.xml.as_ref();
    let (hash, canonical) = match object {
        DataObject::Bytes(bytes) => {
            let xml = xml.filter(|_| is_announced(bytes) && is_affordable(bytes.len(), left));
            let canonical = xml.and_then(|xml| xml.canonical_form(bytes));
            (Some(digest.digest(&[bytes])), canonical)
        }
        DataObject::Span(span) => {
            let xml = xml.filter(|_| is_affordable(span.length(), left));
            let canonical = xml.and_then(|xml| xml.canonical_form_of(span));
            (span.digest(digest), canonical)
        }
        DataObject::Digests(digests) => {
            let known = digests.iter().filter(|(known, _)| *known == digest);
            let of_hash = |(_, hash): &(DigestAlgorithm, &[u8])| Candidate::from(hash.to_vec());
            return known.map(of_hash).collect();
        }
    };
    // What cannot be read to the end is covered in no form.
    let Some(hash) = hash else {
        return Vec::new();
    };
    let canonical = canonical.map(|canonical| digest.digest(&[&canonical]));
    let canonical = canonical.filter(|canonical| *canonical != hash);
    let canonical = canonical.map(|canonical| Candidate {
        deviations: vec![Deviation::CanonicalForm],
        ..Candidate::from(canonical)
    });
    let mut candidates = vec![Candidate::from(hash)];
    candidates.extend(canonical);
    candidates
}

/// Whether a form of an object of this length may still be made.
pub(super) fn is_affordable(length: usize, left: &Cell<u64>) -> bool {
    let after = left.get().checked_sub(length as u64);
    after.map(|after| left.set(after)).is_some()
}

/// RFC 6283, 4.2.2: both hashes are members of the first list.
fn side_by_side(object: &Candidate, sequence: &Candidate) -> Candidate {
    Candidate {
        hashes: [&object.hashes[..], &sequence.hashes[..]].concat(),
        deviations: object.deviations.clone(),
    }
}

/// RFC 4998, 5.2, step 4: the two are hashed together, by some in the other order.
fn joined_hashes(
    digest: DigestAlgorithm,
    object: &Candidate,
    sequence: &Candidate,
) -> Vec<Candidate> {
    let (hash, sequence_hash) = (object.hashes.concat(), sequence.hashes.concat());
    let mut reversed = sequence.deviations.clone();
    reversed.push(Deviation::SequenceBeforeObject);
    vec![
        Candidate {
            hashes: vec![object_in_sequence(digest, &hash, &sequence_hash)],
            deviations: sequence.deviations.clone(),
        },
        Candidate {
            hashes: vec![object_in_sequence(digest, &sequence_hash, &hash)],
            deviations: reversed,
        },
    ]
}

/// The hashes of the older chains; none for the first chain.
fn sequence_hashes(
    digest: DigestAlgorithm,
    chain: &ArchiveTimestampChain,
    older: &[ArchiveTimestampChain],
) -> Vec<Candidate> {
    match &chain.xml {
        Some(xml) => {
            let hash = xml.older.iter();
            hash.map(|hash| Candidate {
                hashes: vec![hash.clone()],
                deviations: Vec::new(),
            })
            .collect()
        }
        None if older.is_empty() => Vec::new(),
        None => encodings(digest, &sequence_of_chains(older)),
    }
}

/// The hash of an encoding as it was read and, where that is BER, of its DER form.
fn encodings(digest: DigestAlgorithm, encoded: &[u8]) -> Vec<Candidate> {
    let mut candidates = vec![Candidate::of(digest, encoded)];
    let der = Reader::new(encoded, "ArchiveTimeStamp")
        .element()
        .and_then(|element| to_der(&element));
    if let Some(der) = der.ok().filter(|der| der != encoded) {
        candidates.push(Candidate {
            deviations: vec![Deviation::HashedAsDer],
            ..Candidate::of(digest, &der)
        });
    }
    candidates
}

fn extra_hashes(chains: &[Vec<ArchiveTimestampVerification>]) -> usize {
    let initial = chains.first().and_then(|chain| chain.first());
    match initial.map(|timestamp| timestamp.covers) {
        Some(Covers::DataObjects { extra, .. }) => extra,
        _ => 0,
    }
}
