//! Time-stamps as reports have them.

use crate::crypto;
use crate::report::TimestampReport;
use crate::signature::Timestamp;
use crate::validation::TimestampValidation;

pub(super) fn report_all(
    timestamps: &[Timestamp],
    validations: Vec<TimestampValidation>,
) -> Vec<TimestampReport> {
    timestamps
        .iter()
        .zip(validations)
        .enumerate()
        .map(|(index, (timestamp, validation))| report(index + 1, timestamp, validation))
        .collect()
}

pub(super) fn report(
    number: usize,
    timestamp: &Timestamp,
    validation: TimestampValidation,
) -> TimestampReport {
    let token = timestamp.token.as_ref().ok();
    TimestampReport {
        id: format!("T-{number}"),
        kind: timestamp.kind,
        time: token.map(|token| token.info.generation_time),
        imprint_matches: validation.imprint_matches,
        signature_value: validation.integrity.signature_value,
        conclusion: validation.conclusion,
        sha256: token.map(|token| crypto::sha256(token.raw())),
        certificate: validation.certificate,
        basis: validation.basis,
    }
}
