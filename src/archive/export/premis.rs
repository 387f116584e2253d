//! PREMIS 3.0: the envelope, the document in it, and what was done to them when and by what.

use super::described::{Described, shown, signatures, verdict};
use super::{ENVELOPE_TYPE, Exported, Party};
use crate::UnixTime;
use crate::crypto::sha256;
use crate::hex;
use crate::validation::Indication;
use askama::Template;

/// The preservation metadata of the package.
pub(super) fn write(exported: &Exported<'_>) -> String {
    let template = Preservation {
        envelope: Object {
            identifier: exported.envelope.path.clone(),
            sha256: exported.envelope.sha256.clone(),
            size: exported.envelope.size(),
            format: ENVELOPE_TYPE,
            name: shown(exported.envelope_name),
        },
        document: Object {
            identifier: "document".to_owned(),
            sha256: hex(&sha256(exported.document)),
            size: exported.document.len(),
            format: exported.report.document.container,
            name: shown(exported.document_name),
        },
        diary_number: exported.diary_number.as_deref().map(shown),
        signatures: signatures(exported),
        events: events(exported),
        version: env!("CARGO_PKG_VERSION"),
        submitter: shown_party(&exported.delivery.submitter),
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "export/premis.xml")]
struct Preservation {
    envelope: Object,
    document: Object,
    diary_number: Option<String>,
    signatures: Vec<Described>,
    events: Vec<Event>,
    version: &'static str,
    submitter: (String, Option<String>),
}

/// A file.
struct Object {
    identifier: String,
    sha256: String,
    size: usize,
    format: &'static str,
    name: String,
}

/// Something that was done.
struct Event {
    kind: &'static str,
    time: UnixTime,
    detail: String,
    outcome: String,
    /// Each signature with its verdict.
    notes: Vec<String>,
    /// The object that it was done to.
    object: String,
    /// Whether this programme, in this version, has done it.
    is_ours: bool,
}

fn shown_party(party: &Party) -> (String, Option<String>) {
    (shown(&party.name), party.code.as_deref().map(shown))
}

fn events(exported: &Exported<'_>) -> Vec<Event> {
    let mut events: Vec<Event> = sealed_validation(exported).into_iter().collect();
    events.extend(archive_timestamps(exported));
    let report = exported.report;
    let signatures = report.signatures.iter();
    let verdicts = signatures.map(|report| (report.id.as_str(), report.conclusion.indication));
    events.push(Event {
        kind: "digital signature validation",
        time: report.validation_time,
        detail: format!(
            "EN 319 102-1; policy {} (SHA-256 {})",
            shown(&report.policy.name),
            report.policy.sha256
        ),
        outcome: report.worst().map_or("-".to_owned(), verdict),
        notes: notes(verdicts),
        object: "document".to_owned(),
        is_ours: true,
    });
    if let Some(summary) = &report.envelope {
        events.push(Event {
            kind: "fixity check",
            time: report.validation_time,
            detail: "every member of the envelope, by its evidence record".to_owned(),
            outcome: match summary.is_intact() {
                true => "intact",
                false => "not as it was sealed",
            }
            .to_owned(),
            notes: report
                .evidence_records
                .iter()
                .map(|record| format!("{}: {}", record.id, record.conclusion.indication))
                .collect(),
            object: exported.envelope.path.clone(),
            is_ours: true,
        });
    }
    events
}

fn notes<'a>(verdicts: impl Iterator<Item = (&'a str, Indication)>) -> Vec<String> {
    verdicts
        .map(|(id, indication)| format!("{}: {}", shown(id), verdict(indication)))
        .collect()
}

/// What the sealed report says.
fn sealed_validation(exported: &Exported<'_>) -> Option<Event> {
    let sealed = &exported.sealed;
    let verdicts = sealed.signatures.iter();
    let verdicts = verdicts.map(|(id, indication)| (id.as_str(), *indication));
    let tool = shown(sealed.tool.as_deref().unwrap_or("sigill"));
    let policy = sealed.policy.as_ref();
    let policy = policy.map_or("-".to_owned(), |policy| {
        format!(
            "{} (SHA-256 {})",
            shown(&policy.name),
            shown(&policy.sha256)
        )
    });
    Some(Event {
        kind: "digital signature validation",
        time: sealed.validation_time?,
        detail: format!("before sealing, with {tool}; policy {policy}"),
        outcome: "as each signature says".to_owned(),
        notes: notes(verdicts),
        object: "document".to_owned(),
        is_ours: false,
    })
}

/// The first archive time-stamp seals the envelope, and each later one renews its evidence.
fn archive_timestamps(exported: &Exported<'_>) -> Vec<Event> {
    let record = exported.report.evidence_records.first();
    let times = record.into_iter().flat_map(|record| &record.chains);
    let times = times.flatten().flatten().enumerate();
    times
        .map(|(index, time)| Event {
            kind: match index {
                0 => "sealing",
                _ => "evidence renewal",
            },
            time: *time,
            detail: "archive time-stamp (RFC 4998)".to_owned(),
            outcome: "stated by the time-stamp".to_owned(),
            notes: Vec::new(),
            object: exported.envelope.path.clone(),
            is_ours: false,
        })
        .collect()
}
