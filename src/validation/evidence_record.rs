//! Evidence records as proofs of existence, RFC 4998 §5.3 under EN 319 102-1 §5.6.3.

use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::{FormatFailure, HashFailure};
use super::indication::IndeterminateWhy::{
    SigConstraintsFailure, SignedDataNotFound, TimestampOrderFailure,
};
use super::rule::Rule;
use super::timestamp::{self, TimestampValidation};
use super::{Context, cryptographic_verification, poe_extraction};
use crate::UnixTime;
use crate::crypto::{self, DigestAlgorithm, End};
use crate::error::Error;
use crate::ers::{
    ArchiveTimestampVerification, Covers, DataObject, Deviation, EvidenceRecord, ImprintCheck,
    Link, ObjectCoverage, RecordVerification, verify_hashes,
};
use crate::evidence::{Proof, ProofsOfExistence};
use crate::signature::{self, Record, Stamped, Timestamp, TimestampKind};
use crate::tsp::TimestampToken;

/// The outcome for one evidence record.
#[derive(Debug, Clone)]
pub(crate) struct RecordValidation {
    pub conclusion: Conclusion,
    /// Digest algorithm of the newest chain.
    pub digest: Option<DigestAlgorithm>,
    /// The times of the archive time-stamps, chain by chain, where they can be read.
    pub times: Vec<Vec<Option<UnixTime>>>,
    /// Which of the given objects the record covers.
    pub covered: Vec<bool>,
    /// Hashes in the record that belong to none of the given objects.
    pub extra_hashes: usize,
    /// What the record proves: objects existed then.
    pub proof: Option<Proof>,
    /// Which of the given objects it proves that of.
    pub proven: Vec<bool>,
    /// Until when the record proves itself: the end of its newest archive time-stamp or, where an
    /// older one ends before and nothing proves that it was good until then, of that.
    pub provable_until: Option<UnixTime>,
    /// Until when the newest archive time-stamp of all proves itself.
    pub newest_until: Option<UnixTime>,
    /// When the algorithms end that the newest archive time-stamp rests on.
    pub algorithm_ends: RecordAlgorithmEnds,
}

/// When the algorithms end that the newest archive time-stamp of a record rests on; `None` where
/// no end is foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordAlgorithmEnds {
    /// The first of those that its token and certificates are signed with: time-stamp renewal is
    /// due before (RFC 4998, 5.2).
    pub signature: Option<UnixTime>,
    /// The digest algorithm of its hash tree: hash-tree renewal is due before.
    pub hash_tree: Option<UnixTime>,
}

/// Judges `record` as it stands in or beside its document.
pub(crate) fn validate_in_place(
    record: &Record,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> RecordValidation {
    let read = match &record.record {
        Ok(read) => read,
        Err(error) => return unreadable(error),
    };
    let objects: Vec<DataObject<'_>> = record
        .objects
        .iter()
        .map(|object| match &object.content {
            Some(content) => DataObject::Span(content),
            None => DataObject::Digests(&[]),
        })
        .collect();
    let mut conclusion = Conclusion::passed();
    for problem in &record.format_problems {
        conclusion.fail(FormatFailure, Rule::ContainerConforms, RECORD, problem);
    }
    cryptographic_verification::compare_members(&record.references, &mut conclusion);
    let mut validation = validate(read, &objects, context, proofs, now);
    conclusion.absorb(validation.conclusion);
    validation.conclusion = conclusion;
    if !record.format_problems.is_empty() {
        validation.proof = None;
    }
    validation
}

/// Judges `record` over `objects` at `now`.
pub(crate) fn validate(
    record: &EvidenceRecord,
    objects: &[DataObject<'_>],
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> RecordValidation {
    let judge = |record: &EvidenceRecord| Attempt::new(record, objects, context, proofs, now);
    let whole = judge(record);
    let mut conclusion = Conclusion::passed();
    check_coverage(&whole.hashes, &mut conclusion);
    conclusion.absorb(whole.chains.clone());
    let mut proof = whole.proof(record);
    let mut proven = whole.covered();
    let mut provable_until = whole.provable_until;
    if proof.is_none() {
        // EN 319 102-1 takes the record as a whole. What an archive time-stamp proved by itself
        // is not undone by a later one that is broken.
        let mut older = whole.without_doubtful(record);
        for _ in 0..CUTS {
            let Some(part) = older.take() else { break };
            let attempt = judge(&part);
            proof = attempt.proof(&part);
            if proof.is_some() {
                let last = attempt.times.iter().flatten().flatten().last();
                let detail = last.map(ToString::to_string).unwrap_or_default();
                conclusion.note(Rule::LastProvablePoint, Status::Warning, RECORD, detail);
                proven = attempt.covered();
                provable_until = attempt.provable_until;
                break;
            }
            older = attempt.without_doubtful(&part);
        }
    }
    RecordValidation {
        conclusion,
        digest: newest_digest(&whole.hashes),
        covered: whole.covered(),
        extra_hashes: whole.hashes.extra_hashes,
        times: whole.times,
        proof,
        proven,
        provable_until,
        newest_until: whole.newest_until,
        algorithm_ends: whole.algorithm_ends,
    }
}

/// The outcome for a record that cannot be read.
pub(crate) fn unreadable(error: &Error) -> RecordValidation {
    let mut conclusion = Conclusion::passed();
    match error {
        Error::Unsupported { .. } => conclusion.fail(
            SigConstraintsFailure,
            Rule::FormatSupported,
            RECORD,
            error.to_string(),
        ),
        _ => conclusion.fail(
            FormatFailure,
            Rule::RecordChainIntact,
            RECORD,
            error.to_string(),
        ),
    }
    RecordValidation {
        conclusion,
        digest: None,
        times: Vec::new(),
        covered: Vec::new(),
        extra_hashes: 0,
        proof: None,
        proven: Vec::new(),
        provable_until: None,
        newest_until: None,
        algorithm_ends: RecordAlgorithmEnds::default(),
    }
}

const RECORD: &str = "evidence record";

/// How often the newest doubtful part of a record is cut off in search of one that is proven.
const CUTS: usize = 10;

/// A record, or the older part of it, judged as if nothing came later.
struct Attempt {
    hashes: RecordVerification,
    times: Vec<Vec<Option<UnixTime>>>,
    /// What is to say of the archive time-stamps, whatever they cover.
    chains: Conclusion,
    /// For each archive time-stamp, oldest first, whether it is proven.
    proven: Vec<bool>,
    first_time: Option<UnixTime>,
    provable_until: Option<UnixTime>,
    newest_until: Option<UnixTime>,
    algorithm_ends: RecordAlgorithmEnds,
}

impl Attempt {
    fn new(
        record: &EvidenceRecord,
        objects: &[DataObject<'_>],
        context: &Context<'_>,
        proofs: &ProofsOfExistence,
        now: UnixTime,
    ) -> Self {
        let hashes = verify_hashes(record, objects, &|bytes| {
            let token = TimestampToken::read(bytes, context.limits).ok()?;
            Some((token.info.imprint_digest()?, token.info.imprint.to_vec()))
        });
        let mut chains = Conclusion::passed();
        check_chains(&hashes, &mut chains);
        let times = times(record, context);
        check_order(&times, &mut chains);
        let newest_first = validate_timestamps(record, &hashes, context, proofs, now);
        let newest = newest_first.first();
        let ends = newest_first.iter().filter_map(|own| own.provable_until);
        let newest_until = newest.and_then(|own| own.provable_until);
        // Nothing is known where the newest proves nothing.
        let provable_until = newest_until.and(ends.min());
        let algorithm_ends = algorithm_ends(&hashes, newest, context);
        let first_time = newest_first.last().and_then(|validation| validation.time);
        let oldest_first = newest_first.iter().rev();
        let proven = oldest_first
            .map(|validation| validation.time.is_some())
            .collect();
        for validation in newest_first {
            chains.absorb(validation.conclusion);
        }
        Attempt {
            hashes,
            times,
            chains,
            proven,
            first_time,
            provable_until,
            newest_until,
            algorithm_ends,
        }
    }

    /// What is proven of the covered objects: they existed when the first archive time-stamp was
    /// made.
    fn proof(&self, record: &EvidenceRecord) -> Option<Proof> {
        let holds = self.chains.indication.is_passed() && self.covered().contains(&true);
        let first = record.chains.first()?.timestamps.first()?;
        holds.then_some(Proof {
            not_later_than: self.first_time?,
            by: Some(crypto::sha256(&first.timestamp)),
        })
    }

    fn covered(&self) -> Vec<bool> {
        let objects = self.hashes.objects.iter();
        objects
            .map(|object| *object == ObjectCoverage::Covered)
            .collect()
    }

    /// `record` up to its newest archive time-stamp that is not good or, where all are, up to the
    /// newest chain that covers nothing.
    fn without_doubtful(&self, record: &EvidenceRecord) -> Option<EvidenceRecord> {
        let verifications = self.hashes.chains.iter().flatten();
        let times: Vec<_> = self.times.iter().flatten().collect();
        let is_good = |index: usize, verification: &ArchiveTimestampVerification| {
            let before = index.checked_sub(1).and_then(|before| times.get(before));
            is_linked(verification)
                && self.proven.get(index) == Some(&true)
                && before.is_none_or(|before| Some(before) <= times.get(index))
        };
        let doubtful = verifications
            .enumerate()
            .filter(|(index, verification)| !is_good(*index, verification))
            .map(|(index, _)| index)
            .last();
        let uncovered = || {
            let objects = self.hashes.objects.iter();
            let chain = objects.filter_map(|object| match object {
                ObjectCoverage::MissingFrom { chain } | ObjectCoverage::NoDigestFor { chain } => {
                    Some(*chain)
                }
                ObjectCoverage::Covered => None,
            });
            let older = record.chains.get(..chain.max()?)?;
            Some(older.iter().map(|chain| chain.timestamps.len()).sum())
        };
        up_to(record, doubtful.or_else(uncovered)?)
    }
}

/// The record as it was when it had this many archive time-stamps.
fn up_to(record: &EvidenceRecord, mut count: usize) -> Option<EvidenceRecord> {
    if count == 0 {
        return None;
    }
    let mut older = record.clone();
    for chain in &mut older.chains {
        chain.timestamps.truncate(count);
        count -= chain.timestamps.len();
    }
    older.chains.retain(|chain| !chain.timestamps.is_empty());
    Some(older)
}

fn algorithm_ends(
    hashes: &RecordVerification,
    newest: Option<&TimestampValidation>,
    context: &Context<'_>,
) -> RecordAlgorithmEnds {
    let hash_tree = newest_digest(hashes).map(|digest| context.policy.suite.digest_end(digest).end);
    RecordAlgorithmEnds {
        signature: newest.and_then(|newest| newest.basis.algorithm_ends.first().copied()),
        hash_tree: match hash_tree {
            Some(End::At(end)) => Some(end),
            _ => None,
        },
    }
}

fn newest_digest(hashes: &RecordVerification) -> Option<DigestAlgorithm> {
    hashes.chains.last()?.first()?.digest_algorithm
}

/// The times of the archive time-stamps, chain by chain; `None` where one cannot be read.
fn times(record: &EvidenceRecord, context: &Context<'_>) -> Vec<Vec<Option<UnixTime>>> {
    let time = |bytes| {
        let token = TimestampToken::read(bytes, context.limits).ok()?;
        Some(token.info.generation_time)
    };
    let chains = record.chains.iter();
    chains
        .map(|chain| {
            let timestamps = chain.timestamps.iter();
            timestamps.map(|archive| time(&archive.timestamp)).collect()
        })
        .collect()
}

fn check_coverage(hashes: &RecordVerification, conclusion: &mut Conclusion) {
    let missing = hashes
        .objects
        .iter()
        .filter(|object| **object != ObjectCoverage::Covered)
        .count();
    if missing > 0 || hashes.objects.is_empty() {
        conclusion.fail(
            SignedDataNotFound,
            Rule::RecordCoversData,
            RECORD,
            format!("{missing} / {}", hashes.objects.len()),
        );
    } else {
        let timestamps = hashes.chains.iter().flatten();
        let mut deviations = timestamps.flat_map(|timestamp| &timestamp.deviations);
        let detail = match deviations.any(|found| *found == Deviation::CanonicalForm) {
            true => "XML in its canonical form",
            false => "",
        };
        conclusion.pass(Rule::RecordCoversData, RECORD, detail);
    }
    if hashes.extra_hashes > 0 {
        let count = hashes.extra_hashes.to_string();
        conclusion.note(Rule::RecordGroupComplete, Status::Warning, RECORD, count);
    }
}

fn check_chains(hashes: &RecordVerification, conclusion: &mut Conclusion) {
    let mut verifications = hashes.chains.iter().flatten();
    let nothing_to_compare = |verification: &ArchiveTimestampVerification| {
        verification.imprint == ImprintCheck::NothingToCompare
    };
    if !verifications.clone().all(is_linked) {
        conclusion.fail(HashFailure, Rule::RecordChainIntact, RECORD, "");
    } else if verifications.any(nothing_to_compare) {
        conclusion.note(Rule::RecordChainIntact, Status::NotChecked, RECORD, "");
    } else {
        conclusion.pass(Rule::RecordChainIntact, RECORD, "");
    }
}

/// Whether the imprint is as it must be, as far as it can be told, and over the time-stamp before.
fn is_linked(verification: &ArchiveTimestampVerification) -> bool {
    let imprint = verification.imprint;
    matches!(
        imprint,
        ImprintCheck::Matches | ImprintCheck::NothingToCompare
    ) && verification.covers != Covers::PreviousTimestamp(Link::Missing)
}

/// The hash tree's algorithm must have been reliable until the next archive time-stamp was made,
/// and that of the newest must still be.
fn check_tree_algorithm(
    digest: Option<DigestAlgorithm>,
    context: &Context<'_>,
    relied_on: UnixTime,
    validation: &mut TimestampValidation,
) {
    let conclusion = &mut validation.conclusion;
    timestamp::check_digest(digest, "hash tree", context, relied_on, conclusion);
    if !conclusion.indication.is_passed() {
        validation.time = None;
    }
}

/// No archive time-stamp may be younger than the next (RFC 4998, 5.3); two of the same second are
/// met where a test renews at once.
fn check_order(times: &[Vec<Option<UnixTime>>], conclusion: &mut Conclusion) {
    let all: Vec<_> = times.iter().flatten().collect();
    if all.iter().any(|time| time.is_none()) || all.is_empty() {
        conclusion.fail(FormatFailure, Rule::TimestampFormConforms, RECORD, "");
    } else if all
        .iter()
        .zip(all.iter().skip(1))
        .any(|(one, two)| one > two)
    {
        conclusion.fail(TimestampOrderFailure, Rule::RecordChainIntact, RECORD, "");
    }
}

/// Whether a time-stamp is still proven when its authority has ended.
fn is_proven_after(
    end: UnixTime,
    timestamp: &Timestamp,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
) -> bool {
    let later = UnixTime(end.0.saturating_add(1));
    let validation = timestamp::validate(timestamp, context, &proofs.as_of(later), later);
    validation.time.is_some()
}

/// Newest first: each proven time-stamp proves that the ones before it existed.
fn validate_timestamps(
    record: &EvidenceRecord,
    hashes: &RecordVerification,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> Vec<TimestampValidation> {
    let mut proofs = proofs.clone();
    let pairs: Vec<_> = record
        .chains
        .iter()
        .flat_map(|chain| &chain.timestamps)
        .zip(hashes.chains.iter().flatten())
        .collect();
    let mut validations: Vec<TimestampValidation> = Vec::with_capacity(pairs.len());
    let mut newer: Option<Proof> = None;
    for (archive, verification) in pairs.into_iter().rev() {
        let stamped = match (
            verification.digest_algorithm,
            &verification.expected_imprint,
        ) {
            (Some(algorithm), Some(digest)) => Stamped::Digest(algorithm, digest.clone()),
            _ => Stamped::Unknown,
        };
        let candidate = Timestamp {
            kind: TimestampKind::Archive,
            token: TimestampToken::read(&archive.timestamp, context.limits),
            stamped,
            format_problems: Vec::new(),
            coverage: None,
            covers: signature::Covers::default(),
        };
        if let (Some(proof), Ok(token)) = (newer, &candidate.token) {
            poe_extraction::from_token(&mut proofs, proof, token);
        }
        let mut validation = timestamp::validate(&candidate, context, &proofs, now);
        if newer.is_some() && validation.time.is_some() {
            // One that lasts as long as the newest ends nothing.
            let newest = validations.first().and_then(|newest| newest.provable_until);
            validation.provable_until = validation.provable_until.filter(|end| {
                let may_end_first = *end >= now && newest.is_some_and(|newest| *end < newest);
                may_end_first && !is_proven_after(*end, &candidate, context, &proofs)
            });
        }
        let relied_on = newer.map_or(now, |proof| proof.not_later_than);
        check_tree_algorithm(
            verification.digest_algorithm,
            context,
            relied_on,
            &mut validation,
        );
        newer = validation.time.map(|time| Proof {
            not_later_than: time,
            by: Some(crypto::sha256(&archive.timestamp)),
        });
        validations.push(validation);
    }
    validations
}
