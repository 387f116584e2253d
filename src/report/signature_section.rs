//! One signature for people: what was signed, by whom, for whom, when, and what is certain.

use super::model::{SignatureReport, TimestampReport};
use super::options::Options;
use super::page::{Heading, Item, Row, Section, meaning, stamped, time_or_none};
use super::reasons::{self, Subject};
use super::vocabulary;
use super::wording::{self, outside, say, time};
use super::{binding_rows, explanation};
use crate::UnixTime;
use crate::signature::{ChangeKind, Coverage};
use crate::validation::{Language, Rule, Status};

/// Everything that is said of one signature.
pub(super) fn new(report: &SignatureReport, judged_at: UnixTime, options: &Options) -> Section {
    let language = options.language;
    let indication = report.conclusion.indication;
    let title = match report.id.contains("-C-") {
        true => say(language, "Counter-signature", "Kontrasignatur"),
        false => say(language, "Signature", "Underskrift"),
    };
    let mut rows = Vec::new();
    rows.extend(meaning(indication, language));
    rows.push(what(report, options));
    rows.extend(changes(&report.coverage, options));
    rows.extend(binding_rows::by_whom(report, options));
    rows.extend(binding_rows::for_whom(report, options));
    rows.extend(statements(report, options));
    rows.extend(when(report, judged_at, language));
    rows.extend(timestamps(&report.timestamps, language));
    rows.extend(reasons::rows(
        &report.conclusion,
        Subject::Signature(report.certificate.as_deref()),
        options,
    ));
    Section {
        heading: Heading::judged(format!("{title} {}", report.id), indication, language),
        rows,
    }
}

fn what(report: &SignatureReport, options: &Options) -> Row {
    let language = options.language;
    let label = say(language, "What was signed", "Omfattar");
    let coverage = &report.coverage;
    let (revision, revisions) = (coverage.revision, coverage.revisions);
    let lacks_content =
        report.conclusion.findings.iter().any(|finding| {
            finding.rule == Rule::SignedDataFound && finding.status != Status::Passed
        });
    if lacks_content {
        let absent = say(
            language,
            "a file that is not at hand",
            "en fil som inte finns tillgänglig",
        );
        return Row::line(label, absent);
    }
    if let Some(members) = &coverage.members {
        let names = members
            .names()
            .take(MEMBERS_TOLD)
            .map(|name| outside(name, options));
        let mut items: Vec<Item> = names.map(Item::new).collect();
        items.extend(more(members.references.len(), MEMBERS_TOLD, language));
        let nothing = say(language, "nothing", "ingenting");
        return Row::list(label, items).unwrap_or_else(|| Row::line(label, nothing));
    }
    let text = match (language, coverage.whole_document) {
        (Language::English, true) => "the whole document".to_owned(),
        (Language::Swedish, true) => "hela handlingen".to_owned(),
        (Language::English, false) if revision < revisions => {
            format!("version {revision} of {revisions}; something was added later")
        }
        (Language::Swedish, false) if revision < revisions => {
            format!("version {revision} av {revisions}; något har lagts till senare")
        }
        (Language::English, false) => "a part of the document".to_owned(),
        (Language::Swedish, false) => "en del av handlingen".to_owned(),
    };
    Row::line(label, text)
}

/// Changes that are told one by one; more than these are counted.
const CHANGES_TOLD: usize = 10;
/// Members of a container that are told one by one.
const MEMBERS_TOLD: usize = 10;

/// How many there are beyond those that are told.
fn more(count: usize, told: usize, language: Language) -> Option<Item> {
    let more = count.checked_sub(told).filter(|more| *more > 0)?;
    Some(Item::new(match language {
        Language::English => format!("and {more} more"),
        Language::Swedish => format!("och {more} till"),
    }))
}

fn changes(coverage: &Coverage, options: &Options) -> Option<Row> {
    let language = options.language;
    let mut items: Vec<Item> = coverage
        .changes
        .iter()
        .take(CHANGES_TOLD)
        .map(|change| {
            let kind = change_kind(change.kind, language);
            let description = vocabulary::translated(&change.description, language);
            let description = outside(&description, options);
            Item::new(match description.is_empty() {
                true => kind.to_owned(),
                false => format!("{kind} ({description})"),
            })
        })
        .collect();
    let further = coverage.further_changes.iter().map(|(_, count)| count);
    let all = coverage.changes.len() + further.sum::<usize>();
    items.extend(more(all, CHANGES_TOLD, language));
    Row::list(say(language, "Added later", "Tillagt senare"), items)
}

/// What the signer says of the content and of its own intent, attribute by attribute.
fn statements(report: &SignatureReport, options: &Options) -> Option<Row> {
    let language = options.language;
    let items = report.statements().map(|(name, value)| {
        let name = match name {
            "commitment-type-indication" => say(language, "commitment", "åtagande"),
            "mime-type" => say(language, "kind of file", "filtyp"),
            "content-hints" => say(language, "about the content", "om innehållet"),
            "content-reference" => say(language, "refers to content", "hänvisar till innehåll"),
            "content-identifier" => say(language, "identifier", "beteckning"),
            "signer-location" => say(language, "place", "plats"),
            other => other,
        };
        Item::new(format!("{name}: {}", outside(value, options)))
    });
    Row::list(
        say(language, "The signer states", "Undertecknaren uppger"),
        items.collect(),
    )
}

fn change_kind(kind: ChangeKind, language: Language) -> &'static str {
    match kind {
        ChangeKind::LongTermEvidence => say(
            language,
            "evidence for long-term keeping",
            "underlag för långtidsförvaring",
        ),
        ChangeKind::Metadata => say(
            language,
            "information about the document",
            "uppgifter om handlingen",
        ),
        ChangeKind::FurtherSignature => say(
            language,
            "a further signature",
            "ytterligare en underskrift",
        ),
        ChangeKind::FormFilling => say(language, "a form was filled in", "ett formulär fylldes i"),
        ChangeKind::Covering => say(
            language,
            "something over what was there",
            "något ovanpå det som fanns",
        ),
        ChangeKind::Annotation => say(language, "a comment", "en kommentar"),
        ChangeKind::Suspicious => say(
            language,
            "a change that no signed document should see",
            "en ändring som inte hör hemma efter en underskrift",
        ),
    }
}

fn when(report: &SignatureReport, judged_at: UnixTime, language: Language) -> [Row; 2] {
    let best = report.best_signature_time;
    let proven = if best < judged_at {
        match language {
            Language::English => format!("{}; this is proven", time(best)),
            Language::Swedish => format!("{}; det är bevisat", time(best)),
        }
    } else {
        say(
            language,
            "nothing proves a time before this check",
            "inget bevisar någon tid före denna kontroll",
        )
        .to_owned()
    };
    [
        Row::line(say(language, "Signed at latest", "Senast"), proven),
        Row::line(
            say(language, "Signer's claim", "Egen tidsuppgift"),
            time_or_none(report.claimed_signing_time, language),
        ),
    ]
}

fn timestamps(reports: &[TimestampReport], language: Language) -> Option<Row> {
    let items = reports.iter().map(|report| {
        let indication = report.conclusion.indication;
        let verdict = wording::verdict(indication, language);
        let reason = indication
            .sub_indication()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        Item {
            text: format!(
                "{}: {}, {}: {verdict}{reason}",
                report.id,
                stamped(report.kind, language),
                time_or_none(report.time, language),
            ),
            details: explanation::indication(indication, language)
                .map(ToOwned::to_owned)
                .into_iter()
                .collect(),
        }
    });
    Row::list(
        say(language, "Time-stamps", "Tidsstämplar"),
        items.collect(),
    )
}
