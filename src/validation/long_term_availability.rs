//! Validation process for signatures providing long-term availability and integrity of
//! validation material, EN 319 102-1 §5.6.3: the driver of all others.
//!
//! Proofs are gathered from the newest time-stamp to the oldest, each judged by what the newer
//! ones prove; then every signature is judged by all of them.

use super::basic_signature::{self, BasicValidation};
use super::cryptographic_verification::Integrity;
use super::finding::{Conclusion, Status};
use super::indication::FailedWhy::FormatFailure;
use super::indication::IndeterminateWhy::SigConstraintsFailure;
use super::past_signature_validation::{self, overruled};
use super::rule::Rule;
use super::timestamp::{self, TimestampValidation};
use super::x509_certificate_validation::ValidatedPath;
use super::{Context, Purpose, poe_extraction, signature_with_time};
use crate::evidence::{Proof, ProofsOfExistence};
use crate::policy::Enforcement;
use crate::signature::{Signature, Signatures, Timestamp, TimestampKind, UnreadableSignature};
use crate::time::{BestSignatureTime, ValidationTime};
use crate::x509::Certificate;
use crate::{UnixTime, crypto};
use std::sync::Arc;

/// The outcome for everything that a document holds.
#[derive(Debug, Clone)]
pub(crate) struct DocumentValidation {
    /// One entry for each signature, in the order of the file.
    pub signatures: Vec<SignatureValidation>,
    /// One entry for each document time-stamp, in the order of the file.
    pub timestamps: Vec<TimestampValidation>,
}

/// The outcome for one signature.
#[derive(Debug, Clone)]
pub(crate) struct SignatureValidation {
    pub conclusion: Conclusion,
    pub integrity: Integrity,
    pub certificate: Option<Arc<Certificate>>,
    pub path: Option<ValidatedPath>,
    pub best_signature_time: BestSignatureTime,
    /// One entry for each time-stamp inside the signature.
    pub timestamps: Vec<TimestampValidation>,
}

/// Validates everything in `signatures`. `proofs` holds what evidence records have proven.
pub(crate) fn validate(
    signatures: &Signatures,
    context: &Context<'_>,
    mut proofs: ProofsOfExistence,
    now: ValidationTime,
) -> DocumentValidation {
    let timestamps = validate_document_timestamps(signatures, context, &mut proofs, now.0);
    let validated = signatures
        .signatures
        .iter()
        .map(|signature| match signature {
            Ok(signature) => validate_signature(signature, context, proofs.clone(), now.0),
            Err(unreadable) => refuse(unreadable, now.0),
        })
        .collect();
    DocumentValidation {
        signatures: validated,
        timestamps,
    }
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
        let validation = timestamp::validate(stamp, context, proofs, now);
        if let (Some(proof), Some(coverage)) = (proof_of(stamp, &validation), &stamp.coverage) {
            poe_extraction::from_document_timestamp(
                proofs,
                proof,
                coverage.revision,
                signatures,
                context.evidence,
            );
        }
        validations.push((index, validation));
    }
    validations.sort_by_key(|(index, _)| *index);
    validations
        .into_iter()
        .map(|(_, validation)| validation)
        .collect()
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

fn validate_signature(
    signature: &Signature,
    context: &Context<'_>,
    mut proofs: ProofsOfExistence,
    now: UnixTime,
) -> SignatureValidation {
    let mut timestamps = Vec::with_capacity(signature.timestamps.len());
    for stamp in &signature.timestamps {
        let validation = timestamp::validate(stamp, context, &proofs, now);
        if let (TimestampKind::Signature, Some(proof)) = (stamp.kind, proof_of(stamp, &validation))
        {
            poe_extraction::from_signature_timestamp(&mut proofs, proof, signature);
        }
        timestamps.push(validation);
    }
    let best = BestSignatureTime(proofs.earliest(&signature.value_sha256()).not_later_than);
    let basic = basic_signature::validate(signature, context, Purpose::Signature, now);
    let integrity = basic.integrity;
    let certificate = basic.certificate.clone();
    let path = basic.path.clone();
    let mut conclusion = conclude(signature, basic, context, &proofs, best, now);
    report_timestamps(&mut conclusion, &timestamps);
    timestamp::check_order(&signature.timestamps, &timestamps, &mut conclusion);
    let broken = timestamps.iter().any(|stamp| stamp.broken);
    if broken && context.policy.broken_timestamp == Enforcement::Fail {
        // NOTE: EN 319 102-1, 5.5.4 passes a broken time-stamp over. One inside the signature
        // whose imprint or signature is wrong is no accident, so the default policy takes it for
        // tampering. A broken time-stamp over the document loses only what hung on it.
        conclusion.fail(
            SigConstraintsFailure,
            Rule::TimestampProven,
            "signature",
            "",
        );
    }
    SignatureValidation {
        conclusion,
        integrity,
        certificate,
        path,
        best_signature_time: best,
        timestamps,
    }
}

/// 5.6.3.4: the basic result, then that with time, then that of the past; the first that passes
/// stands.
fn conclude(
    signature: &Signature,
    basic: BasicValidation,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    best: BestSignatureTime,
    now: UnixTime,
) -> Conclusion {
    let with_time = signature_with_time::validate(signature, &basic, context, best);
    let undecided = matches!(
        with_time.indication,
        super::indication::Indication::Indeterminate(_)
    );
    if undecided {
        return past_signature_validation::validate(signature, basic, context, proofs, now);
    }
    let mut conclusion = basic.conclusion;
    if with_time.indication.is_passed() {
        overruled(&mut conclusion);
    }
    conclusion.indication = with_time.indication;
    conclusion.findings.extend(with_time.findings);
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

/// A signature that is there but cannot be read has no form that its standard knows (5.2.2).
fn refuse(unreadable: &UnreadableSignature, now: UnixTime) -> SignatureValidation {
    let mut conclusion = Conclusion::passed();
    conclusion.fail(
        FormatFailure,
        Rule::FormatConforms,
        "",
        unreadable.error.to_string(),
    );
    for problem in &unreadable.format_problems {
        conclusion.fail(FormatFailure, Rule::FormatConforms, "", problem);
    }
    SignatureValidation {
        conclusion,
        integrity: Integrity::default(),
        certificate: None,
        path: None,
        best_signature_time: BestSignatureTime(now),
        timestamps: Vec::new(),
    }
}
