//! What is missing, for people.

use super::model::Report;
use super::needs::{MissingEvidence, Obtainable, Weight, missing_evidence};
use super::options::Options;
use super::page::{Heading, Item, Row, Section, Tone};
use super::reasons::{self, name_of_object, short_hashes};
use super::wording::{outside, say, time};
use crate::validation::{Language, NeedKind};

/// The section on evidence that is missing, or that none is.
pub(super) fn new(report: &Report, options: &Options) -> Section {
    let language = options.language;
    let missing = missing_evidence(report);
    let items = |weight| -> Vec<Item> {
        let weighed = missing.iter().filter(|missing| missing.weight == weight);
        weighed.map(|missing| item(missing, options)).collect()
    };
    let rows = [
        Row::list(
            say(language, "For the verdict", "För utslaget"),
            items(Weight::Verdict),
        ),
        Row::list(
            say(language, "For the future", "För framtiden"),
            items(Weight::Future),
        ),
    ];
    let awaited = missing
        .iter()
        .any(|missing| missing.weight == Weight::Verdict);
    let (verdict, tone) = if awaited {
        (
            say(
                language,
                "The verdict waits for it",
                "Utslaget väntar på det",
            ),
            Tone::Open,
        )
    } else if missing.is_empty() {
        (say(language, "None", "Inget"), Tone::Good)
    } else {
        (
            say(language, "Not for the verdict", "Inte för utslaget"),
            Tone::Good,
        )
    };
    Section {
        heading: Heading {
            subject: say(language, "Missing evidence", "Underlag som saknas").to_owned(),
            verdict,
            sub_indication: None,
            tone,
        },
        rows: rows.into_iter().flatten().collect(),
    }
}

fn item(missing: &MissingEvidence, options: &Options) -> Item {
    let language = options.language;
    let what = what(missing, language);
    let about = name_of_object(&missing.about, options)
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    let mut details = vec![obtainable(missing, language)];
    details.extend(missing.urls.iter().map(|url| outside(url, options)));
    Item {
        text: short_hashes(&format!("{}: {what}{about}", missing.subject)),
        details,
    }
}

/// What is missing, in a few words.
pub(super) fn what(missing: &MissingEvidence, language: Language) -> &'static str {
    match (missing.kind, missing.weight) {
        (NeedKind::ProofOfExistence, Weight::Future) => say(
            language,
            "A new time-stamp or sealing, so that it stays provable",
            "En ny tidsstämpel eller försegling, så att det går att bevisa även sedan",
        ),
        (kind, _) => reasons::rule(kind).not_met(language),
    }
}

/// Whether and until when it can be had, and from whom.
pub(super) fn obtainable(missing: &MissingEvidence, language: Language) -> String {
    let supplier = reasons::supplier(missing.kind, language);
    match (missing.obtainable, language) {
        (Obtainable::WhileKept, Language::English) => format!("Can be had from: {supplier}"),
        (Obtainable::WhileKept, Language::Swedish) => format!("Kan fås av: {supplier}"),
        (Obtainable::Until(end), Language::English) if is_proof(missing) => {
            format!("Can be made until {}", time(end))
        }
        (Obtainable::Until(end), Language::Swedish) if is_proof(missing) => {
            format!("Går att göra till {}", time(end))
        }
        (Obtainable::Until(end), Language::English) => format!(
            "Can be had until {}, when the certificate ends, from: {supplier}",
            time(end)
        ),
        (Obtainable::Until(end), Language::Swedish) => format!(
            "Kan fås till {}, då certifikatet går ut, av: {supplier}",
            time(end)
        ),
        (Obtainable::CopiesSince(end), Language::English) => format!(
            "The issuer need not publish it since {}; only a copy from before helps",
            time(end)
        ),
        (Obtainable::CopiesSince(end), Language::Swedish) => format!(
            "Utfärdaren behöver inte lämna den sedan {}; bara en kopia från tiden före hjälper",
            time(end)
        ),
        (Obtainable::Never, Language::English) => {
            format!("Cannot be made any more; one made in time may exist with: {supplier}")
        }
        (Obtainable::Never, Language::Swedish) => {
            format!("Går inte att göra längre; ett som gjordes i tid kan finnas hos: {supplier}")
        }
    }
}

fn is_proof(missing: &MissingEvidence) -> bool {
    missing.kind == NeedKind::ProofOfExistence
}
