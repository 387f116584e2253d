//! A replay for people, before it is laid out as text or as HTML.

use super::{Cause, ConstraintDifference, Place, Reason, Replay, ReplayedSignature, TOOL};
use crate::report::explanation;
use crate::report::options::Options;
use crate::report::page::{
    Heading, Item, Page, Row, Section, Tone, envelope_section, time_or_none,
};
use crate::report::wording::{self, outside, say, time};
use crate::validation::{Indication, Language};
use crate::x509::DistinguishedName;

impl Page {
    /// Everything that is said of an envelope then and now.
    pub(in crate::report) fn of_replay(replay: &Replay, options: &Options) -> Self {
        let language = options.language;
        let path = replay.now.envelope.as_ref();
        let path = path.and_then(|envelope| envelope.path.as_deref());
        let subject = outside(path.unwrap_or("-"), options);
        let heading = match replay.now.worst() {
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
        };
        let signatures = replay.signatures.iter();
        let mut sections: Vec<Section> = signatures
            .map(|signature| signature_section(signature, options))
            .collect();
        let envelope = replay.now.envelope.iter();
        sections.extend(
            envelope
                .map(|envelope| envelope_section(envelope, replay.now.validation_time, options)),
        );
        Page {
            heading,
            rows: rows(replay, options),
            sections,
        }
    }
}

fn rows(replay: &Replay, options: &Options) -> Vec<Row> {
    let language = options.language;
    let policy = replay.sealed.policy.as_ref();
    let policy = policy.map_or_else(String::new, |policy| outside(&policy.name, options));
    let then = judged(
        &time_or_none(replay.sealed.validation_time, language),
        &policy,
        &tool(replay.sealed.tool.as_deref(), options),
        options,
    );
    let now = judged(
        &time(replay.now.validation_time),
        &outside(&replay.now.policy.name, options),
        TOOL,
        options,
    );
    let mut rows = vec![
        Row::line(say(language, "Judged then", "Bedömd då"), then),
        Row::line(say(language, "Judged now", "Bedömd nu"), now),
    ];
    rows.extend(Row::list(
        say(language, "Rules differ", "Regler skiljer"),
        differences(&replay.constraints, options)
            .into_iter()
            .map(Item::new)
            .collect(),
    ));
    rows
}

fn judged(at: &str, policy: &str, tool: &str, options: &Options) -> String {
    match options.language {
        Language::English => format!("as of {at}, by the rules named \"{policy}\", with {tool}"),
        Language::Swedish => format!("per {at}, enligt reglerna \"{policy}\", med {tool}"),
    }
}

fn signature_section(signature: &ReplayedSignature, options: &Options) -> Section {
    let language = options.language;
    let title = say(language, "Signature", "Underskrift");
    let mut rows = vec![
        Row::line(
            say(language, "Verdict then", "Utfall då"),
            verdict(signature.sealed, language),
        ),
        Row::line(
            say(language, "Judged again", "Bedömt på nytt"),
            judged_again(signature, language),
        ),
        Row::line(
            say(language, "Verdict now", "Utfall nu"),
            verdict(Some(signature.now), language),
        ),
    ];
    let unchanged = say(language, "the verdict is the same", "utfallet är detsamma");
    let unknown = say(
        language,
        "no check tells the two apart; compare the two reports",
        "ingen kontroll skiljer dem åt; jämför de två rapporterna",
    );
    let why = match (signature.is_unchanged(), &signature.reasons[..]) {
        (true, _) => vec![Item::new(unchanged)],
        (false, []) => vec![Item::new(unknown)],
        (false, reasons) => reasons.iter().map(|reason| item(reason, options)).collect(),
    };
    rows.extend(Row::list(
        say(language, "Why they differ", "Varför de skiljer sig"),
        why,
    ));
    Section {
        heading: Heading::judged(format!("{title} {}", signature.id), signature.now, language),
        rows,
    }
}

fn judged_again(signature: &ReplayedSignature, language: Language) -> String {
    let by = say(
        language,
        "as of then, by what the envelope holds and whom it trusted",
        "per den tiden, enligt det kuvertet innehåller och litade på",
    );
    format!("{}; {by}", verdict(signature.then, language))
}

fn verdict(indication: Option<Indication>, language: Language) -> String {
    let Some(indication) = indication else {
        return say(language, "not known", "inte känt").to_owned();
    };
    let words = wording::verdict(indication, language);
    let Some(why) = indication.sub_indication() else {
        return words.to_owned();
    };
    match explanation::indication(indication, language) {
        Some(meaning) => format!("{words} ({why}): {meaning}"),
        None => format!("{words} ({why})"),
    }
}

fn item(reason: &Reason, options: &Options) -> Item {
    Item {
        text: words(reason, options),
        details: match &reason.cause {
            Cause::ConstraintsDiffer(constraints) => differences(constraints, options),
            Cause::Changed(names) => names.iter().map(|name| outside(name, options)).collect(),
            Cause::NowUnmet(finding) => wording::advice(finding, options.language)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        },
    }
}

/// A reason in words, without its details.
pub(super) fn words(reason: &Reason, options: &Options) -> String {
    let text = cause(&reason.cause, options);
    match reason.place {
        Place::Signature => text,
        Place::EvidenceRecord => {
            let of = say(
                options.language,
                "The evidence record no longer helps",
                "Arkivbeviset hjälper inte längre",
            );
            format!("{of}: {text}")
        }
    }
}

fn cause(cause: &Cause, options: &Options) -> String {
    let language = options.language;
    let finding = |finding| outside(&wording::finding(finding, options), options);
    match cause {
        Cause::CertificateEnded { subject, ended } => {
            match (name(subject, options), time(*ended)) {
                (name, ended) if language == Language::Swedish => {
                    format!("certifikatet för {name} gick ut {ended}")
                }
                (name, ended) => format!("the certificate of {name} ended {ended}"),
            }
        }
        Cause::AlgorithmEnded(end) => {
            let passed = say(
                language,
                "the date of an algorithm has passed",
                "en algoritms slutdatum har passerat",
            );
            format!("{passed}: {}", wording::algorithm(end, language))
        }
        Cause::RevocationKnown { subject, revoked } => {
            let (name, revoked) = (name(subject, options), time(*revoked));
            match language {
                Language::English => {
                    format!("the certificate of {name} is known now to have been revoked {revoked}")
                }
                Language::Swedish => {
                    format!("certifikatet för {name} är nu känt som spärrat sedan {revoked}")
                }
            }
        }
        Cause::AnchorNotTrusted(anchor) => {
            let lost = say(
                language,
                "not among those you trust now",
                "inte bland dem ni litar på nu",
            );
            format!("{lost}: {}", name(anchor, options))
        }
        Cause::TrustEnded { anchor, ended } => match (name(anchor, options), time(*ended)) {
            (name, ended) if language == Language::Swedish => {
                format!("tilliten till {name} upphörde {ended}")
            }
            (name, ended) => format!("the trust in {name} ended {ended}"),
        },
        Cause::NowUnmet(unmet) => finding(unmet),
        Cause::NoLongerUnmet(unmet) => {
            let then = say(language, "then, not now", "då, inte nu");
            format!("{then}: {}", finding(unmet))
        }
        Cause::ToolDiffers { sealed } => {
            let other = say(language, "judges otherwise than", "bedömer annorlunda än");
            format!("{TOOL} {other} {}", tool(sealed.as_deref(), options))
        }
        Cause::ConstraintsDiffer(_) | Cause::NotReproduced | Cause::Changed(_) => {
            plain_cause(cause, language).to_owned()
        }
    }
}

fn plain_cause(cause: &Cause, language: Language) -> &'static str {
    match cause {
        Cause::ConstraintsDiffer(_) => say(
            language,
            "the rules are other than then; by those of then the verdict would be another now",
            "reglerna är andra än då; enligt dem som gällde då vore utfallet ett annat nu",
        ),
        Cause::NotReproduced => say(
            language,
            "what the envelope holds gives another verdict than its report: not all that was at \
             hand then is in it",
            "det kuvertet innehåller ger ett annat utfall än dess rapport: allt som fanns till \
             hands då finns inte i det",
        ),
        _ => say(
            language,
            "the envelope is not as it was sealed",
            "kuvertet är inte som det förseglades",
        ),
    }
}

fn name(name: &DistinguishedName, options: &Options) -> String {
    outside(&options.shown_of_name(&name.to_string(), name), options)
}

fn tool(tool: Option<&str>, options: &Options) -> String {
    let unknown = say(
        options.language,
        "a version of sigill that is not stated",
        "en version av sigill som inte anges",
    );
    outside(tool.unwrap_or(unknown), options)
}

fn differences(constraints: &[ConstraintDifference], options: &Options) -> Vec<String> {
    let language = options.language;
    let none = say(language, "not stated", "anges inte");
    let (then, now) = (say(language, "then", "då"), say(language, "now", "nu"));
    let shown = |value: &Option<String>| outside(value.as_deref().unwrap_or(none), options);
    constraints
        .iter()
        .map(|difference| {
            let name = outside(&difference.name, options);
            let values = (shown(&difference.then), shown(&difference.now));
            format!("{name}: {then} {}, {now} {}", values.0, values.1)
        })
        .collect()
}
