//! Validation of time-stamps, EN 319 102-1 §5.4, and as part of §5.6.3 where only evidence from
//! later time-stamps still proves one.

use super::basic_signature::{self, BasicValidation, Basis};
use super::cryptographic_verification::Integrity;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::{FormatFailure, HashFailure};
use super::indication::IndeterminateWhy::{
    SigConstraintsFailure, SignedDataNotFound, TimestampOrderFailure,
};
use super::rule::Rule;
use super::{Context, Purpose, past_signature_validation};
use crate::UnixTime;
use crate::crypto::DigestAlgorithm;
use crate::evidence::ProofsOfExistence;
use crate::policy::AlgorithmConstraint;
use crate::signature::{ChangeKind, Timestamp, TimestampKind};
use crate::tsp::TimestampToken;
use crate::x509::{Certificate, DistinguishedName, GeneralName};
use std::sync::Arc;

/// The outcome for one time-stamp.
#[derive(Debug, Clone)]
pub(crate) struct TimestampValidation {
    pub conclusion: Conclusion,
    /// When the stamped data existed at the latest, if the time-stamp is proven.
    pub time: Option<UnixTime>,
    /// Whether imprint and signature value are broken: a sign of tampering.
    pub broken: bool,
    /// Whether the imprint is that of the stamped bytes; `None` where they are not known.
    pub imprint_matches: Option<bool>,
    /// The authority's signature as fact.
    pub integrity: Integrity,
    /// The authority's certificate, if it is identified.
    pub certificate: Option<Arc<Certificate>>,
    /// What the verdict rests on.
    pub basis: Basis,
    /// Until when the time-stamp proves itself: the end of its certificates or of the trust in them.
    pub provable_until: Option<UnixTime>,
}

/// Judges a time-stamp at `now`, and by `proofs` if it is not good any more.
pub(crate) fn validate(
    timestamp: &Timestamp,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> TimestampValidation {
    let mut conclusion = Conclusion::passed();
    for problem in &timestamp.format_problems {
        conclusion.fail(FormatFailure, Rule::TimestampFormConforms, "", problem);
    }
    note_changes(timestamp, &mut conclusion);
    check_members(timestamp, context, &mut conclusion);
    let (token, signature) = match (&timestamp.token, timestamp.as_signature(context.limits)) {
        (Ok(token), Some(signature)) => (token, signature),
        (token, _) => {
            let problem = token.as_ref().err().map(ToString::to_string);
            let detail = problem.unwrap_or_default();
            conclusion.fail(FormatFailure, Rule::TimestampFormConforms, "", detail);
            return unreadable(conclusion);
        }
    };
    let imprint_matches = check_imprint(timestamp, &mut conclusion);
    let basic = basic_signature::validate(&signature, context, Purpose::Timestamp, None, now);
    let integrity = basic.integrity;
    let broken = imprint_matches == Some(false)
        || integrity.reference_data == Some(false)
        || integrity.signature_value == Some(false);
    let provable_until = earliest_end(&basic, context);
    let certificate = basic.certificate.clone();
    let basis = Basis::new(&signature, &basic, context, proofs);
    let judged = if basic.conclusion.indication.is_passed() {
        basic.conclusion
    } else {
        past_signature_validation::validate(&signature, basic, context, proofs, now)
    };
    conclusion.absorb(judged);
    check_time(token, certificate.as_deref(), now, &mut conclusion);
    check_authority(token, certificate.as_deref(), &mut conclusion);
    let known_since = proofs.earliest(&signature.value_sha256()).not_later_than;
    check_digest(
        token.info.imprint_digest(),
        "imprint",
        context,
        known_since,
        &mut conclusion,
    );
    let proven = conclusion.indication.is_passed();
    TimestampValidation {
        time: proven.then_some(token.info.generation_time),
        conclusion,
        broken,
        imprint_matches,
        integrity,
        certificate,
        basis,
        provable_until,
    }
}

/// What a time-stamp over a container leaves out it does not prove; whether it may leave out
/// anything is for the policy.
fn check_members(timestamp: &Timestamp, context: &Context<'_>, conclusion: &mut Conclusion) {
    let coverage = timestamp.coverage.as_ref();
    let Some(members) = coverage.and_then(|coverage| coverage.members.as_ref()) else {
        return;
    };
    let rule = Rule::TimestampCoversMembers;
    if members.uncovered.is_empty() {
        conclusion.pass(rule, "", "");
    }
    for name in &members.uncovered {
        let enforcement = context.policy.container_timestamp_incomplete;
        conclusion.enforce(enforcement, FormatFailure, rule, name, "");
    }
}

fn unreadable(conclusion: Conclusion) -> TimestampValidation {
    TimestampValidation {
        conclusion,
        time: None,
        broken: true,
        imprint_matches: None,
        integrity: Integrity::default(),
        certificate: None,
        basis: Basis::default(),
        provable_until: None,
    }
}

/// The authority can only have stamped within its certificate's validity, and not after the time
/// of validation.
fn check_time(
    token: &TimestampToken,
    certificate: Option<&Certificate>,
    now: UnixTime,
    conclusion: &mut Conclusion,
) {
    let time = token.info.generation_time;
    let is_plausible =
        time <= now && certificate.is_none_or(|certificate| certificate.is_valid_at(time));
    if is_plausible {
        conclusion.pass(Rule::TimestampTimePlausible, "", time.to_string());
    } else {
        conclusion.fail(
            SigConstraintsFailure,
            Rule::TimestampTimePlausible,
            "",
            time.to_string(),
        );
    }
}

/// RFC 3161, 2.4.2: the name that the authority gives itself is one of its certificate. Some
/// write its parts in another order, which EU DSS only warns of (check 46).
fn check_authority(
    token: &TimestampToken,
    certificate: Option<&Certificate>,
    conclusion: &mut Conclusion,
) {
    let (Some(stated), Some(certificate)) = (&token.info.authority, certificate) else {
        return;
    };
    let alternatives = certificate.extensions.alternative_names.iter();
    let mut names = alternatives
        .filter_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        })
        .chain([&certificate.subject]);
    if names.any(|name| has_same_parts(name, stated)) {
        conclusion.pass(Rule::TimestampAuthorityNamed, "", stated.to_string());
    } else {
        conclusion.fail(
            SigConstraintsFailure,
            Rule::TimestampAuthorityNamed,
            "",
            stated.to_string(),
        );
    }
}

fn has_same_parts(one: &DistinguishedName, other: &DistinguishedName) -> bool {
    let parts = |name: &DistinguishedName| {
        let mut parts: Vec<String> = name.canonical().lines().map(str::to_owned).collect();
        parts.sort();
        parts
    };
    parts(one) == parts(other)
}

/// 5.5.4: the times of proven time-stamps must follow each other as what they are about does:
/// content, signature, references, everything.
pub(super) fn check_order(
    timestamps: &[Timestamp],
    validations: &[TimestampValidation],
    conclusion: &mut Conclusion,
) {
    let proven: Vec<(TimestampKind, &TimestampToken)> = timestamps
        .iter()
        .zip(validations)
        .filter(|(_, validation)| validation.time.is_some())
        .filter_map(|(timestamp, _)| Some((timestamp.kind, timestamp.token.as_ref().ok()?)))
        .collect();
    for (kind, token) in &proven {
        for (later_kind, later) in &proven {
            if place(*kind) < place(*later_kind) && token.info.is_later_than(&later.info) {
                let (time, before) = (token.info.generation_time, later.info.generation_time);
                conclusion.fail(
                    TimestampOrderFailure,
                    Rule::TimestampsInOrder,
                    "",
                    format!("{} {time}, {} {before}", kind.name(), later_kind.name()),
                );
            }
        }
    }
}

fn place(kind: TimestampKind) -> u8 {
    match kind {
        TimestampKind::Content => 0,
        TimestampKind::Signature | TimestampKind::ValidationRelatedInformation => 1,
        TimestampKind::References => 2,
        TimestampKind::Archive | TimestampKind::Document | TimestampKind::Container => 3,
    }
}

/// A weak digest lets what was digested be exchanged: it must be reliable at the time it is
/// relied upon.
pub(super) fn check_digest(
    digest: Option<DigestAlgorithm>,
    about: &str,
    context: &Context<'_>,
    relied_on: UnixTime,
    conclusion: &mut Conclusion,
) {
    let suite = &context.policy.suite;
    let end = match digest {
        Some(digest) => suite.digest_end(digest),
        None => suite.not_listed("?".to_owned()),
    };
    if let AlgorithmConstraint::NotMet(_) = context.policy.reliability(&end, relied_on) {
        conclusion.fail_algorithm(about, &end);
    }
}

/// What changed after a document time-stamp. It proves what it stamped all the same, and the
/// signatures of later revisions are judged on their own.
fn note_changes(timestamp: &Timestamp, conclusion: &mut Conclusion) {
    let changes = timestamp
        .coverage
        .iter()
        .flat_map(|coverage| &coverage.changes);
    for change in changes.filter(|change| change.kind == ChangeKind::Suspicious) {
        let rule = Rule::UnchangedAfterSigning;
        conclusion.note(rule, Status::Warning, "", &change.description);
    }
}

fn check_imprint(timestamp: &Timestamp, conclusion: &mut Conclusion) -> Option<bool> {
    let token = timestamp.token.as_ref().ok()?;
    // By a digest that is not known nothing can be said; `check_digest` tells.
    token.info.imprint_digest()?;
    let Some(matches) = timestamp.stamped.is_imprinted_in(&token.info) else {
        conclusion.fail(SignedDataNotFound, Rule::TimestampBytesComposed, "", "");
        return None;
    };
    if matches {
        conclusion.pass(Rule::TimestampImprintMatches, "", "");
    } else {
        conclusion.fail(HashFailure, Rule::TimestampImprintMatches, "", "");
    }
    Some(matches)
}

/// The end of the first certificate below the anchor, or of the trust in the anchor.
fn earliest_end(basic: &BasicValidation, context: &Context<'_>) -> Option<UnixTime> {
    let path = basic.path.as_ref()?;
    let certificates = path.links().map(|(certificate, _)| certificate.not_after);
    let anchor = path.certificates().last();
    let trust = anchor.and_then(|anchor| context.trust.trusted_until(anchor));
    certificates.chain(trust).min()
}
