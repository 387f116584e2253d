//! The content of a report for people, before it is laid out as text or as HTML.

use super::model::{EnvelopeSummary, RecordReport, Report, TimestampReport};
use super::needs_section;
use super::options::{NeedsSection, Options};
use super::reasons::{self, Subject};
use super::required_signers;
use super::signature_section;
use super::unfetched;
use super::wording::{outside, say, time};
use super::{explanation, wording};
use crate::UnixTime;
use crate::error::Error;
use crate::signature::TimestampKind;
use crate::validation::{Indication, Language};

/// One document.
pub(super) struct Page {
    /// The verdict on the document, with its name.
    pub heading: Heading,
    /// What holds for the document as a whole.
    pub rows: Vec<Row>,
    /// Its signatures, time-stamps, evidence records and envelope.
    pub sections: Vec<Section>,
}

/// One signature, time-stamp, evidence record or envelope.
pub(super) struct Section {
    /// What it is, with the verdict.
    pub heading: Heading,
    /// What is known of it.
    pub rows: Vec<Row>,
}

/// A name with its verdict.
pub(super) struct Heading {
    /// What was judged.
    pub subject: String,
    /// The verdict in words.
    pub verdict: &'static str,
    /// The reason, in the standard's word.
    pub sub_indication: Option<&'static str>,
    /// How the verdict is to be shown.
    pub tone: Tone,
}

/// How a verdict is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Open,
    /// Nothing was judged.
    Plain,
}

/// A label with what is said under it.
pub(super) struct Row {
    pub label: &'static str,
    pub items: Vec<Item>,
}

/// One statement, with lines that belong to it.
pub(super) struct Item {
    pub text: String,
    pub details: Vec<String>,
}

impl Page {
    /// Everything that a report says to people.
    pub fn new(report: &Report, options: &Options) -> Self {
        let mut sections: Vec<Section> = report
            .all_signatures()
            .map(|signature| signature_section::new(signature, report.validation_time, options))
            .collect();
        sections.extend(
            report
                .timestamps
                .iter()
                .map(|timestamp| timestamp_section(timestamp, options)),
        );
        sections.extend(
            report
                .evidence_records
                .iter()
                .map(|record| record_section(record, report.validation_time, options)),
        );
        sections.extend(
            report
                .envelope
                .iter()
                .map(|envelope| envelope_section(envelope, report.validation_time, options)),
        );
        if options.needs == NeedsSection::Listed {
            sections.push(needs_section::new(report, options));
        }
        sections.extend(unfetched::section(report, options));
        Page {
            heading: document_heading(report, options),
            rows: document_rows(report, options),
            sections,
        }
    }
}

impl Heading {
    /// A name with the words for an indication.
    pub fn judged(subject: String, indication: Indication, language: Language) -> Self {
        Heading {
            subject,
            verdict: wording::verdict(indication, language),
            sub_indication: indication.sub_indication(),
            tone: match indication {
                Indication::Passed => Tone::Good,
                Indication::Failed(_) => Tone::Bad,
                Indication::Indeterminate(_) => Tone::Open,
            },
        }
    }

    /// A name of something that cannot be read.
    pub fn unreadable(subject: String, language: Language) -> Self {
        Heading {
            subject,
            verdict: say(language, "Cannot be read", "Kan inte läsas"),
            sub_indication: None,
            tone: Tone::Open,
        }
    }
}

impl Row {
    /// A label with one statement.
    pub fn line(label: &'static str, text: impl Into<String>) -> Self {
        Row {
            label,
            items: vec![Item::new(text)],
        }
    }

    /// A label with statements; `None` where there are none.
    pub fn list(label: &'static str, items: Vec<Item>) -> Option<Self> {
        (!items.is_empty()).then_some(Row { label, items })
    }
}

impl Item {
    /// A statement that needs no more lines.
    pub fn new(text: impl Into<String>) -> Self {
        Item {
            text: text.into(),
            details: Vec::new(),
        }
    }
}

/// The row that says what a verdict means, where it needs saying.
pub(super) fn meaning(indication: Indication, language: Language) -> Option<Row> {
    let label = say(language, "What it means", "Vad det betyder");
    explanation::indication(indication, language).map(|sentence| Row::line(label, sentence))
}

fn document_heading(report: &Report, options: &Options) -> Heading {
    let language = options.language;
    let subject = match &report.document.path {
        Some(path) => outside(path, options),
        None => say(language, "The document", "Handlingen").to_owned(),
    };
    match report.worst() {
        _ if report.error.is_some() => Heading::unreadable(subject, language),
        Some(indication) => Heading::judged(subject, indication, language),
        None => Heading {
            subject,
            verdict: say(
                language,
                "Holds no signature",
                "Innehåller ingen underskrift",
            ),
            sub_indication: None,
            tone: Tone::Open,
        },
    }
}

fn document_rows(report: &Report, options: &Options) -> Vec<Row> {
    let language = options.language;
    let mut rows = Vec::new();
    if let Some(error) = &report.error {
        rows.extend(unreadable_rows(error, options));
    }
    let at = time(report.validation_time);
    let policy = outside(&report.policy.name, options);
    rows.push(Row::line(
        say(language, "Judged", "Bedömd"),
        match language {
            Language::English => format!("as of {at}, by the rules named \"{policy}\""),
            Language::Swedish => format!("per {at}, enligt reglerna \"{policy}\""),
        },
    ));
    rows.push(Row::line(
        say(language, "Rules, SHA-256", "Regler, SHA-256"),
        report.policy.sha256.clone(),
    ));
    rows.extend(required_signers::row(&report.required_signers, options));
    rows
}

/// Why something cannot be read, and what to do about it.
pub(super) fn unreadable_rows(error: &Error, options: &Options) -> [Row; 2] {
    let language = options.language;
    let reason = explanation::error(error, language);
    [
        Row::line(say(language, "Why", "Orsak"), outside(&reason, options)),
        Row::line(
            say(language, "What to do", "Gör så"),
            explanation::error_advice(error, language),
        ),
    ]
}

fn timestamp_section(report: &TimestampReport, options: &Options) -> Section {
    let language = options.language;
    let indication = report.conclusion.indication;
    let title = say(language, "Time-stamp", "Tidsstämpel");
    let mut rows = Vec::new();
    rows.extend(meaning(indication, language));
    rows.push(Row::line(
        say(language, "What it is over", "Gäller"),
        stamped(report.kind, language),
    ));
    rows.push(Row::line(
        say(language, "States the time", "Anger tiden"),
        time_or_none(report.time, language),
    ));
    rows.extend(reasons::rows(
        &report.conclusion,
        Subject::Timestamp,
        options,
    ));
    Section {
        heading: Heading::judged(format!("{title} {}", report.id), indication, language),
        rows,
    }
}

/// What a time-stamp is about, in words.
pub(super) fn stamped(kind: TimestampKind, language: Language) -> &'static str {
    match kind {
        TimestampKind::Content => say(
            language,
            "the content before it was signed",
            "innehållet innan det skrevs under",
        ),
        TimestampKind::Signature | TimestampKind::ValidationRelatedInformation => {
            say(language, "the signature", "underskriften")
        }
        TimestampKind::References => say(
            language,
            "the list of certificates and revocation data",
            "förteckningen över certifikat och spärruppgifter",
        ),
        TimestampKind::Archive => say(
            language,
            "the signature and all its evidence",
            "underskriften med allt underlag",
        ),
        TimestampKind::Document => say(
            language,
            "the document up to here",
            "handlingen så långt den då fanns",
        ),
        TimestampKind::Container => say(language, "files in the container", "filer i behållaren"),
    }
}

/// A time in words, or that there is none.
pub(super) fn time_or_none(at: Option<UnixTime>, language: Language) -> String {
    at.map_or_else(
        || say(language, "not stated", "anges inte").to_owned(),
        time,
    )
}

fn record_section(report: &RecordReport, now: UnixTime, options: &Options) -> Section {
    let language = options.language;
    let indication = report.conclusion.indication;
    let title = say(language, "Evidence record", "Arkivbevis (evidence record)");
    let mut rows = Vec::new();
    rows.extend(meaning(indication, language));
    rows.extend(Row::list(
        say(language, "Covers", "Gäller"),
        names(&report.covers, options),
    ));
    rows.extend(Row::list(
        say(language, "Does not cover", "Gäller inte"),
        names(&report.missing, options),
    ));
    let times = report.chains.iter().flatten().enumerate();
    let items = times.map(|(index, at)| {
        let made = if index == 0 {
            say(language, "made", "gjort")
        } else {
            say(language, "renewed", "förnyat")
        };
        Item::new(format!("{made} {}", time_or_none(*at, language)))
    });
    rows.extend(Row::list(
        say(language, "History", "Historik"),
        items.collect(),
    ));
    rows.push(provable_until(report.provable_until, now, language));
    rows.extend(reasons::rows(
        &report.conclusion,
        Subject::EvidenceRecord,
        options,
    ));
    Section {
        heading: Heading::judged(format!("{title} {}", report.id), indication, language),
        rows,
    }
}

pub(super) fn envelope_section(
    envelope: &EnvelopeSummary,
    now: UnixTime,
    options: &Options,
) -> Section {
    let language = options.language;
    let title = say(language, "Archive envelope", "Arkivkuvert");
    let subject = match &envelope.path {
        Some(path) => format!("{title} {}", outside(path, options)),
        None => title.to_owned(),
    };
    let (verdict, tone) = if envelope.is_intact() {
        (say(language, "Intact", "Orört"), Tone::Good)
    } else {
        (
            say(language, "Not as it was sealed", "Inte som det förseglades"),
            Tone::Bad,
        )
    };
    let mut rows = vec![
        Row::line(
            say(language, "Sealed", "Förseglat"),
            time_or_none(envelope.sealed_at, language),
        ),
        provable_until(envelope.provable_until, now, language),
    ];
    rows.extend(Row::list(
        say(language, "Changed", "Ändrat"),
        names(&envelope.tampered, options),
    ));
    rows.extend(envelope.public_report.as_ref().map(|report| {
        let label = say(language, "Public report", "Offentlig rapport");
        let belongs = match report.belongs {
            true => say(
                language,
                "is the one on this envelope",
                "är den om detta kuvert",
            ),
            false => say(
                language,
                "is not the one on this envelope",
                "är inte den om detta kuvert",
            ),
        };
        Row::line(label, belongs.to_owned())
    }));
    Section {
        heading: Heading {
            subject,
            verdict,
            sub_indication: None,
            tone,
        },
        rows,
    }
}

fn provable_until(until: Option<UnixTime>, now: UnixTime, language: Language) -> Row {
    let text = match until {
        Some(until) if until < now => {
            let lost = say(
                language,
                "that day has passed: a new archive time-stamp before then would have kept it \
                 provable",
                "den dagen har passerat: en ny arkivtidsstämpel före dess hade gjort att det \
                 fortfarande gick att bevisa",
            );
            format!("{}; {lost}", time(until))
        }
        Some(until) => {
            let renew = say(language, "renew it before then", "förnya före dess");
            format!("{}; {renew}", time(until))
        }
        None => say(language, "not known", "inte känt").to_owned(),
    };
    Row::line(say(language, "Provable until", "Går att bevisa till"), text)
}

fn names(names: &[String], options: &Options) -> Vec<Item> {
    names
        .iter()
        .map(|name| Item::new(outside(name, options)))
        .collect()
}
