//! Validation process for signatures providing long-term availability and integrity of
//! validation material, EN 319 102-1 §5.6.3: the driver of all others.
//!
//! Proofs are gathered from the newest time-stamp to the oldest, each judged by what the newer
//! ones prove; then every signature is judged by all of them.

use super::basic_signature::{self, BasicValidation, Basis};
use super::cryptographic_verification::{self, Integrity};
use super::evidence_record::RecordValidation;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::{FormatFailure, HashFailure};
use super::indication::IndeterminateWhy::SigConstraintsFailure;
use super::indication::Indication;
use super::past_signature_validation::{self, overruled};
use super::rule::Rule;
use super::signature_acceptance::Surroundings;
use super::signer_attributes::{self, CertifiedAttributes, Times};
use super::timestamp::{self, TimestampValidation};
use super::{
    Context, Purpose, evidence_record, poe_extraction, signature_acceptance, signature_with_time,
};
use crate::error::Error;
use crate::evidence::{Proof, ProofsOfExistence};
use crate::policy::Enforcement;
use crate::signature::{
    Coverage, ReferenceState, Signature, Signatures, Timestamp, TimestampKind, UnreadableSignature,
};
use crate::time::{BestSignatureTime, ValidationTime};
use crate::x509::Certificate;
use crate::{UnixTime, crypto};
use std::collections::HashSet;
use std::sync::Arc;

/// The outcome for everything that a document holds.
#[derive(Debug, Clone)]
pub(crate) struct DocumentValidation {
    /// One entry for each signature, in the order of the file.
    pub signatures: Vec<SignatureValidation>,
    /// One entry for each document time-stamp, in the order of the file.
    pub timestamps: Vec<TimestampValidation>,
    /// One entry for each evidence record: those of the document, then those inside signatures.
    pub records: Vec<RecordValidation>,
}

/// The outcome for one signature.
#[derive(Debug, Clone)]
pub(crate) struct SignatureValidation {
    pub conclusion: Conclusion,
    pub integrity: Integrity,
    pub certificate: Option<Arc<Certificate>>,
    pub basis: Basis,
    pub best_signature_time: BestSignatureTime,
    /// One entry for each time-stamp inside the signature.
    pub timestamps: Vec<TimestampValidation>,
    /// Roles in attribute certificates that were signed along.
    pub attributes: CertifiedAttributes,
    /// One entry for each counter-signature on it.
    pub counter_signatures: Vec<SignatureValidation>,
}

/// Validates everything in `signatures`. `proofs` holds what evidence records have proven.
pub(crate) fn validate(
    signatures: &Signatures,
    context: &Context<'_>,
    mut proofs: ProofsOfExistence,
    now: ValidationTime,
) -> DocumentValidation {
    let records = validate_records(signatures, context, &mut proofs, now.0);
    let timestamps = validate_document_timestamps(signatures, context, &mut proofs, now.0);
    let validated = signatures
        .signatures
        .iter()
        .map(|signature| validate_any(signature, context, &proofs, now.0))
        .collect();
    DocumentValidation {
        signatures: validated,
        timestamps,
        records,
    }
}

fn validate_any(
    signature: &Result<Signature, Box<UnreadableSignature>>,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> SignatureValidation {
    match signature {
        Ok(signature) => validate_signature(signature, context, proofs.clone(), now),
        Err(unreadable) => refuse(unreadable, now),
    }
}

/// Step (1) of 5.6.3.4: records come before time-stamps.
fn validate_records(
    signatures: &Signatures,
    context: &Context<'_>,
    proofs: &mut ProofsOfExistence,
    now: UnixTime,
) -> Vec<RecordValidation> {
    let records = signatures.all_records();
    records
        .map(|record| {
            let validation = evidence_record::validate_in_place(record, context, proofs, now);
            if let Some(proof) = validation.proof {
                let proven = &validation.proven;
                poe_extraction::from_record(proofs, proof, record, proven, signatures, context);
            }
            validation
        })
        .collect()
}

fn validate_document_timestamps(
    signatures: &Signatures,
    context: &Context<'_>,
    proofs: &mut ProofsOfExistence,
    now: UnixTime,
) -> Vec<TimestampValidation> {
    let mut newest_first: Vec<usize> = (0..signatures.timestamps.len()).collect();
    newest_first.sort_by_key(|index| {
        let timestamp = signatures.timestamps.get(*index);
        std::cmp::Reverse(timestamp.and_then(revision_and_time))
    });
    let mut validations: Vec<(usize, TimestampValidation)> = Vec::new();
    for index in newest_first {
        let Some(stamp) = signatures.timestamps.get(index) else {
            continue;
        };
        let mut validation = timestamp::validate(stamp, context, proofs, now);
        if let (Some(proof), Some(coverage)) = (proof_of(stamp, &validation), &stamp.coverage) {
            extract_proofs(proofs, proof, coverage, signatures, context);
        }
        // A member that differs is not proven; the others still are.
        if let Some(members) = stamp.coverage.as_ref().and_then(|own| own.members.as_ref()) {
            let conclusion = &mut validation.conclusion;
            let references = &members.references;
            let same = cryptographic_verification::compare_members(references, conclusion);
            // What is disproven outranks what is merely not known.
            if same == Some(false) && matches!(conclusion.indication, Indication::Indeterminate(_))
            {
                conclusion.indication = HashFailure.into();
            }
        }
        validations.push((index, validation));
    }
    validations.sort_by_key(|(index, _)| *index);
    validations
        .into_iter()
        .map(|(_, validation)| validation)
        .collect()
}

fn extract_proofs(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    coverage: &Coverage,
    signatures: &Signatures,
    context: &Context<'_>,
) {
    let Some(members) = &coverage.members else {
        let revision = coverage.revision;
        poe_extraction::from_document_timestamp(proofs, proof, revision, signatures, context);
        return;
    };
    let covered: HashSet<&str> = members
        .references
        .iter()
        .filter(|reference| reference.state == ReferenceState::Intact)
        .filter(|reference| signature_acceptance::binds(reference, context, proofs))
        .map(|reference| reference.name.as_str())
        .collect();
    for reference in &members.references {
        if let (Some(sha256), true) = (reference.sha256, covered.contains(reference.name.as_str()))
        {
            proofs.add(sha256, proof);
        }
    }
    poe_extraction::from_members(proofs, proof, signatures, context, |place| {
        covered.contains(place)
    });
}

fn revision_and_time(timestamp: &Timestamp) -> Option<(usize, UnixTime)> {
    let revision = timestamp
        .coverage
        .as_ref()
        .map_or(0, |coverage| coverage.revision);
    let token = timestamp.token.as_ref().ok()?;
    Some((revision, token.info.generation_time))
}

fn proof_of(timestamp: &Timestamp, validation: &TimestampValidation) -> Option<Proof> {
    let token = timestamp.token.as_ref().ok()?;
    Some(Proof {
        not_later_than: validation.time?,
        by: Some(crypto::sha256(token.raw())),
    })
}

/// 5.6.3.4: the newest first, each judged by what newer ones prove. One that is broken or not
/// proven proves nothing, and only what hung on it is lost.
fn validate_timestamps(
    signature: &Signature,
    context: &Context<'_>,
    proofs: &mut ProofsOfExistence,
    now: UnixTime,
) -> Vec<TimestampValidation> {
    let mut newest_first: Vec<(usize, &Timestamp)> =
        signature.timestamps.iter().enumerate().collect();
    newest_first.sort_by_key(|(_, stamp)| std::cmp::Reverse(time_and_reach(stamp)));
    let mut validations = Vec::with_capacity(newest_first.len());
    for (index, stamp) in newest_first {
        let validation = timestamp::validate(stamp, context, proofs, now);
        if let Some(proof) = proof_of(stamp, &validation) {
            poe_extraction::from_signature_timestamp(proofs, proof, &stamp.covers, context);
        }
        validations.push((index, validation));
    }
    validations.sort_by_key(|(index, _)| *index);
    validations
        .into_iter()
        .map(|(_, validation)| validation)
        .collect()
}

/// Of time-stamps of one second, the one that covers more is the newer.
fn time_and_reach(timestamp: &Timestamp) -> (Option<UnixTime>, u8) {
    let time = timestamp.token.as_ref().ok();
    let reach = match timestamp.kind {
        TimestampKind::Content => 0,
        TimestampKind::Signature | TimestampKind::ValidationRelatedInformation => 1,
        TimestampKind::References => 2,
        TimestampKind::Archive | TimestampKind::Document | TimestampKind::Container => 3,
    };
    (time.map(|token| token.info.generation_time), reach)
}

fn validate_signature(
    signature: &Signature,
    context: &Context<'_>,
    mut proofs: ProofsOfExistence,
    now: UnixTime,
) -> SignatureValidation {
    let timestamps = validate_timestamps(signature, context, &mut proofs, now);
    let counter_signatures: Vec<SignatureValidation> = signature
        .counter_signatures
        .iter()
        .map(|counter| validate_any(counter, context, &proofs, now))
        .collect();
    let best = BestSignatureTime(proofs.earliest(&signature.value_sha256()).not_later_than);
    let made_after = newest_content_time(signature, &timestamps);
    let basic = basic_signature::validate(signature, context, Purpose::Signature, made_after, now);
    let integrity = basic.integrity;
    if (integrity.reference_data, integrity.signature_value) == (Some(true), Some(true)) {
        poe_extraction::from_signature_value(&mut proofs, signature);
    }
    let certificate = basic.certificate.clone();
    let basis = Basis::new(signature, &basic, context, &proofs);
    let mut conclusion = conclude(signature, basic, context, &proofs, best, now);
    report_timestamps(&mut conclusion, &timestamps);
    timestamp::check_order(&signature.timestamps, &timestamps, &mut conclusion);
    signature_with_time::check_delay(signature, best, context.policy, &mut conclusion);
    report_left_out(&mut conclusion, signature);
    refuse_broken(signature, &timestamps, context, &mut conclusion);
    let surroundings = Surroundings {
        timestamps: proven_kinds(signature, &timestamps),
        counter_signed: counter_signatures
            .iter()
            .any(|counter| counter.conclusion.indication.is_passed()),
        best,
        now,
    };
    let policy = context.policy;
    signature_acceptance::check_constraints(signature, &surroundings, policy, &mut conclusion);
    let attributes = signer_attributes::validate(
        signature,
        basis.path.as_ref(),
        context,
        &proofs,
        Times { best: best.0, now },
        &mut conclusion,
    );
    SignatureValidation {
        conclusion,
        integrity,
        certificate,
        basis,
        best_signature_time: best,
        timestamps,
        attributes,
        counter_signatures,
    }
}

/// NOTE: EN 319 102-1, 5.5.4 passes a broken time-stamp over. One inside the signature whose imprint
/// or signature is wrong is no accident, so the default policy takes it for tampering. A broken
/// time-stamp over the document, over references or for the archive loses only what hung on it.
fn refuse_broken(
    signature: &Signature,
    validations: &[TimestampValidation],
    context: &Context<'_>,
    conclusion: &mut Conclusion,
) {
    let broken = signature
        .timestamps
        .iter()
        .zip(validations)
        .any(|(stamp, validation)| validation.broken && is_about_the_signature(stamp));
    if broken && context.policy.broken_timestamp == Enforcement::Fail {
        let rule = Rule::TimestampProven;
        conclusion.fail(SigConstraintsFailure, rule, "signature", "");
    }
}

fn proven_kinds(signature: &Signature, validations: &[TimestampValidation]) -> Vec<TimestampKind> {
    let timestamps = signature.timestamps.iter().zip(validations);
    timestamps
        .filter(|(_, validation)| validation.time.is_some())
        .map(|(timestamp, _)| timestamp.kind)
        .collect()
}

fn newest_content_time(
    signature: &Signature,
    validations: &[TimestampValidation],
) -> Option<UnixTime> {
    let timestamps = signature.timestamps.iter().zip(validations);
    timestamps
        .filter(|(timestamp, _)| timestamp.kind == TimestampKind::Content)
        .filter_map(|(_, validation)| validation.time)
        .max()
}

fn is_about_the_signature(timestamp: &Timestamp) -> bool {
    [TimestampKind::Content, TimestampKind::Signature].contains(&timestamp.kind)
}

/// 5.6.3.4: the basic result, then that with time, then that of the past; the first that passes
/// stands.
fn conclude(
    signature: &Signature,
    mut basic: BasicValidation,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    best: BestSignatureTime,
    now: UnixTime,
) -> Conclusion {
    let with_time = signature_with_time::validate(signature, &basic, context, proofs, best);
    let undecided = matches!(with_time.indication, Indication::Indeterminate(_));
    if undecided && with_time.indication == basic.conclusion.indication {
        basic.conclusion.findings.extend(with_time.findings);
        return past_signature_validation::validate(signature, basic, context, proofs, now);
    }
    let mut conclusion = basic.conclusion;
    if with_time.indication.is_passed() {
        overruled(&mut conclusion);
    }
    conclusion.indication = with_time.indication;
    conclusion.findings.extend(with_time.findings);
    conclusion.needs.extend(with_time.needs);
    conclusion
}

fn report_timestamps(conclusion: &mut Conclusion, timestamps: &[TimestampValidation]) {
    for (index, validation) in timestamps.iter().enumerate() {
        let about = format!("T-{}", index + 1);
        match validation.time {
            Some(time) => conclusion.pass(Rule::TimestampProven, &about, time.to_string()),
            None => conclusion.note(
                Rule::TimestampProven,
                Status::Warning,
                &about,
                validation.conclusion.indication.to_string(),
            ),
        }
    }
}

/// What came after an archive time-stamp is for the next one to cover; what the newest leaves out
/// nothing proves.
fn report_left_out(conclusion: &mut Conclusion, signature: &Signature) {
    let archive = signature.timestamps.iter().enumerate();
    let newest = archive
        .filter(|(_, stamp)| stamp.kind == TimestampKind::Archive)
        .max_by_key(|(_, stamp)| time_and_reach(stamp));
    let Some((index, newest)) = newest else {
        return;
    };
    let about = format!("T-{}", index + 1);
    for object in &newest.covers.left_out {
        let rule = Rule::ArchiveTimestampCoversAll;
        conclusion.note(rule, Status::Warning, &about, object);
    }
}

/// A signature that is there but cannot be read has no form that its standard knows (5.2.2).
fn refuse(unreadable: &UnreadableSignature, now: UnixTime) -> SignatureValidation {
    let mut conclusion = Conclusion::passed();
    let detail = unreadable.error.to_string();
    match unreadable.error {
        // Nothing is known of a format that is not read; only one that is can be disproven.
        Error::Unsupported { .. } => {
            conclusion.fail(SigConstraintsFailure, Rule::FormatSupported, "", detail);
        }
        _ => conclusion.fail(FormatFailure, Rule::FormatConforms, "", detail),
    }
    for problem in &unreadable.format_problems {
        conclusion.fail(FormatFailure, Rule::FormatConforms, "", problem);
    }
    SignatureValidation {
        conclusion,
        integrity: Integrity::default(),
        certificate: None,
        basis: Basis::default(),
        best_signature_time: BestSignatureTime(now),
        timestamps: Vec::new(),
        attributes: CertifiedAttributes::default(),
        counter_signatures: Vec::new(),
    }
}
