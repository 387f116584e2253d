//! Evidence records as proofs of existence, RFC 4998 §5.3 under EN 319 102-1 §5.6.3.

use super::Context;
use super::finding::Conclusion;
use super::indication::FailedWhy::{FormatFailure, HashFailure};
use super::indication::IndeterminateWhy::{SignedDataNotFound, TimestampOrderFailure};
use super::rule::Rule;
use super::timestamp::{self, TimestampValidation};
use crate::UnixTime;
use crate::crypto::{self, DigestAlgorithm};
use crate::error::Error;
use crate::ers::{
    ArchiveTimestampVerification, DataObject, EvidenceRecord, ImprintCheck, ObjectCoverage,
    RecordVerification, verify_hashes,
};
use crate::evidence::{Proof, ProofsOfExistence};
use crate::signature::{Covers, Stamped, Timestamp, TimestampKind};
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
    /// What the record proves: the objects existed then.
    pub proof: Option<Proof>,
    /// Until when the newest archive time-stamp proves itself.
    pub provable_until: Option<UnixTime>,
}

/// Judges `record` over `objects` at `now`.
pub(crate) fn validate(
    record: &EvidenceRecord,
    objects: &[DataObject<'_>],
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> RecordValidation {
    let hashes = verify_hashes(record, objects, &|bytes| {
        let token = TimestampToken::read(bytes, context.limits).ok()?;
        Some((token.info.imprint_digest()?, token.info.imprint.to_vec()))
    });
    let mut conclusion = Conclusion::passed();
    check_coverage(&hashes, &mut conclusion);
    let times = times(record, context);
    check_order(&times, &mut conclusion);
    let newest_first = validate_timestamps(record, &hashes, context, proofs, now);
    let provable_until = newest_first
        .first()
        .and_then(|validation| validation.provable_until);
    let first_time = newest_first.last().and_then(|validation| validation.time);
    for validation in newest_first {
        conclusion.absorb(validation.conclusion);
    }
    let first_token = record
        .chains
        .first()
        .and_then(|chain| chain.timestamps.first());
    let passed = conclusion.indication.is_passed();
    RecordValidation {
        conclusion,
        digest: hashes
            .chains
            .last()
            .and_then(|chain| chain.first()?.digest_algorithm),
        times,
        covered: hashes
            .objects
            .iter()
            .map(|object| *object == ObjectCoverage::Covered)
            .collect(),
        extra_hashes: hashes.extra_hashes,
        proof: match (passed, first_time, first_token) {
            (true, Some(time), Some(token)) => Some(Proof {
                not_later_than: time,
                by: Some(crypto::sha256(&token.timestamp)),
            }),
            _ => None,
        },
        provable_until,
    }
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

/// The outcome for a record that cannot be read.
pub(crate) fn unreadable(error: &Error) -> RecordValidation {
    let mut conclusion = Conclusion::passed();
    conclusion.fail(
        FormatFailure,
        Rule::RecordChainIntact,
        "evidence record",
        error.to_string(),
    );
    RecordValidation {
        conclusion,
        digest: None,
        times: Vec::new(),
        covered: Vec::new(),
        extra_hashes: 0,
        proof: None,
        provable_until: None,
    }
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
            "evidence record",
            format!("{missing} / {}", hashes.objects.len()),
        );
    } else {
        conclusion.pass(Rule::RecordCoversData, "evidence record", "");
    }
    let broken = |timestamp: &&ArchiveTimestampVerification| {
        !matches!(
            timestamp.imprint,
            ImprintCheck::Matches | ImprintCheck::NothingToCompare
        )
    };
    let links_broken = missing == 0 && !hashes.is_unbroken();
    if hashes.chains.iter().flatten().find(broken).is_some() || links_broken {
        conclusion.fail(HashFailure, Rule::RecordChainIntact, "evidence record", "");
    } else {
        conclusion.pass(Rule::RecordChainIntact, "evidence record", "");
    }
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

/// Each archive time-stamp must be older than the next (RFC 4998, 5.3).
fn check_order(times: &[Vec<Option<UnixTime>>], conclusion: &mut Conclusion) {
    let all: Vec<_> = times.iter().flatten().collect();
    if all.iter().any(|time| time.is_none()) || all.is_empty() {
        conclusion.fail(
            FormatFailure,
            Rule::TimestampFormConforms,
            "evidence record",
            "",
        );
    } else if all
        .iter()
        .zip(all.iter().skip(1))
        .any(|(one, two)| one >= two)
    {
        conclusion.fail(
            TimestampOrderFailure,
            Rule::RecordChainIntact,
            "evidence record",
            "",
        );
    }
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
            covers: Covers::default(),
        };
        if let (Some(proof), Ok(token)) = (newer, &candidate.token) {
            proofs.add(crypto::sha256(&token.signer_info.signature), proof);
            for certificate in &token.signed_data.certificates {
                proofs.add(crypto::sha256(certificate), proof);
            }
        }
        let mut validation = timestamp::validate(&candidate, context, &proofs, now);
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
