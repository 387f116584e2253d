//! Reports as rows of a table: one for each signature, and one for a document without any.

use super::model::{Report, SignatureReport};
use super::options::Options;
use crate::UnixTime;
use crate::asn1::oid;
use crate::hex;
use crate::validation::Indication;
use serde::{Deserialize, Serialize};

/// What is known of one signature or, where a document has none, of the document alone; the
/// columns of `docs/results.md`, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Row {
    /// Path of the document as the user gave it.
    pub path: Option<String>,
    /// The number it has in a records system.
    pub diary_number: Option<String>,
    /// SHA-256 of the document, lower-case hexadecimal; `None` where it could not be opened.
    pub sha256: Option<String>,
    /// Size of the document in bytes.
    pub size: Option<u64>,
    /// The kind of container, such as `pdf`.
    pub container: String,
    /// The time at which it was judged.
    pub validation_time: Option<UnixTime>,
    /// SHA-256 over the constraints it was judged by.
    pub policy_sha256: String,
    /// The worst verdict in the document; `None` where there is nothing to judge.
    pub document_indication: Option<String>,
    /// Why the document could not be read, by the word for scripts.
    pub error: Option<String>,
    /// `S-1`, or `S-1-C-1` for a counter-signature.
    pub signature: Option<String>,
    /// Its format.
    pub format: Option<String>,
    /// Its level.
    pub level: Option<String>,
    /// Its verdict.
    pub indication: Option<String>,
    /// The reason of the verdict.
    pub sub_indication: Option<String>,
    /// The name of the signer.
    pub signer: Option<String>,
    /// The identifier of the signer, masked unless the user asked for it.
    pub signer_identifier: Option<String>,
    /// The archive's reference to the person.
    pub person_ref: Option<String>,
    /// The e-identification system.
    pub eid: Option<String>,
    /// The unit that the signer's certificate names (`organizationalUnitName`).
    pub unit: Option<String>,
    /// How surely the signer's organisation is known, `O0` to `O5`.
    pub organisation_grade: Option<String>,
    /// The number of the signer's organisation.
    pub organisation_identifier: Option<String>,
    /// The name of the signer's organisation.
    pub organisation: Option<String>,
    /// The time the signer claims.
    pub claimed_signing_time: Option<UnixTime>,
    /// The earliest time at which the signature is proven to have existed.
    pub best_signature_time: Option<UnixTime>,
    /// Until when the same evidence lets it pass; `None` where it does not pass, or no end is
    /// known.
    pub provable_until: Option<UnixTime>,
}

/// The rows of one report: at least one.
pub fn rows(report: &Report, options: &Options) -> Vec<Row> {
    let document = of_document(report, options);
    let signatures = report
        .all_signatures()
        .map(|signature| of_signature(&document, signature, options));
    let rows: Vec<Row> = signatures.collect();
    if rows.is_empty() {
        vec![document]
    } else {
        rows
    }
}

fn of_document(report: &Report, options: &Options) -> Row {
    let document = &report.document;
    let shown = |text: &String| options.shown(text).into_owned();
    Row {
        path: document.path.as_ref().map(shown),
        diary_number: document.diary_number.as_ref().map(shown),
        sha256: document.sha256.map(|digest| hex(&digest)),
        size: document.size,
        container: document.container.to_owned(),
        validation_time: Some(report.validation_time),
        policy_sha256: report.policy.sha256.clone(),
        document_indication: report
            .worst()
            .map(Indication::total_name)
            .map(str::to_owned),
        error: report.error.as_ref().map(|error| error.kind().to_owned()),
        ..Row::default()
    }
}

fn of_signature(document: &Row, report: &SignatureReport, options: &Options) -> Row {
    let shown = |text: &String| options.shown(text).into_owned();
    let indication = report.conclusion.indication;
    let signer = &report.binding.signer;
    let organisation = &report.binding.signer_organisation;
    let subject = report.certificate.as_ref().map(|known| &known.subject);
    let unit = subject.and_then(|subject| {
        let unit = subject.first(&oid::ORGANIZATIONAL_UNIT)?;
        Some(options.shown_of_name(unit, subject))
    });
    Row {
        signature: Some(report.id.clone()),
        format: Some(report.format.name().to_owned()),
        level: Some(report.level.to_string()),
        indication: Some(indication.total_name().to_owned()),
        sub_indication: indication.sub_indication().map(str::to_owned),
        signer: signer.name.as_ref().map(shown),
        signer_identifier: options
            .person_identifier(report)
            .map(std::borrow::Cow::into_owned),
        person_ref: signer.person_ref.clone(),
        eid: signer.eid.clone(),
        unit,
        organisation_grade: Some(organisation.grade.name().to_owned()),
        organisation_identifier: organisation.value.identifier.as_ref().map(shown),
        organisation: organisation.value.name.as_ref().map(shown),
        claimed_signing_time: report.claimed_signing_time,
        best_signature_time: Some(report.best_signature_time),
        provable_until: report.provable_until,
        ..document.clone()
    }
}
