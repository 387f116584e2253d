//! One signature for people: what was signed, by whom, for whom, when, and what is certain.

use super::explanation;
use super::model::{SignatureReport, TimestampReport};
use super::options::Options;
use super::page::{Heading, Item, Row, Section, meaning, stamped, time_or_none};
use super::reasons::{self, Subject};
use super::vocabulary;
use super::wording::{self, outside, say, time};
use crate::UnixTime;
use crate::binding::{Grade, RoleSource, Signer};
use crate::signature::{ChangeKind, Coverage};
use crate::validation::{Indication, Language, Rule, Status};

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
    rows.extend(by_whom(report, options));
    rows.extend(for_whom(report, options));
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
    items.extend(more(coverage.changes.len(), CHANGES_TOLD, language));
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

fn by_whom(report: &SignatureReport, options: &Options) -> Vec<Row> {
    let language = options.language;
    let signer = &report.binding.signer;
    let mut rows = vec![Row::line(
        say(language, "Signed by", "Undertecknare"),
        if_confirmed(report, name_of(report, options), language),
    )];
    let roles = signer.roles.iter().map(|role| {
        let source = match role.source {
            RoleSource::Certified => say(
                language,
                "stated by the issuer of the certificate",
                "enligt certifikatets utfärdare",
            ),
            RoleSource::Claimed => say(
                language,
                "the signer's own claim",
                "undertecknarens egen uppgift",
            ),
        };
        Item::new(format!("{} ({source})", outside(&role.title, options)))
    });
    rows.extend(Row::list(say(language, "Role", "Roll"), roles.collect()));
    rows.extend(e_identification(signer, options));
    if let Some(certificate) = &report.certificate {
        let issuer = outside(&certificate.issuer.to_string(), options);
        let (from, until) = (certificate.not_before.date(), certificate.not_after.date());
        rows.push(Row::line(
            say(language, "Certificate", "Certifikat"),
            match language {
                Language::English => format!("issued by {issuer}; valid {from} to {until}"),
                Language::Swedish => format!("utfärdat av {issuer}; giltigt {from} till {until}"),
            },
        ));
    }
    rows
}

/// Names in a certificate that was not proven are whatever its maker wrote there.
fn if_confirmed(report: &SignatureReport, text: Option<String>, language: Language) -> String {
    let unknown = say(language, "not known", "inte känd");
    match (text, report.conclusion.indication) {
        (None, _) => unknown.to_owned(),
        (Some(text), Indication::Passed) => text,
        (Some(text), _) => {
            let warning = say(language, "not confirmed", "inte bekräftat");
            format!("{text} ({warning})")
        }
    }
}

fn name_of(report: &SignatureReport, options: &Options) -> Option<String> {
    let signer = &report.binding.signer;
    let scheme = signer
        .identity_scheme
        .as_deref()
        .map(|scheme| outside(scheme, options));
    let reference = options.person_reference(report).map(|reference| {
        let reference = outside(&reference, options);
        match &scheme {
            Some(scheme) => format!("{scheme} {reference}"),
            None => reference,
        }
    });
    let name = signer.name.as_deref().map(|name| outside(name, options));
    let parts: Vec<String> = [name, reference].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn e_identification(signer: &Signer, options: &Options) -> Option<Row> {
    let language = options.language;
    let name = outside(signer.eid.as_deref()?, options);
    let how = match signer.direct {
        Some(true) => say(
            language,
            "; signed with its own key",
            "; skrev under med sin egen nyckel",
        ),
        Some(false) => say(
            language,
            "; used to identify the signer to a service that signed",
            "; användes för att legitimera sig hos en tjänst som skrev under",
        ),
        None => "",
    };
    Some(Row::line(
        say(language, "E-identification", "E-legitimation"),
        format!("{name}{how}"),
    ))
}

fn for_whom(report: &SignatureReport, options: &Options) -> Vec<Row> {
    let language = options.language;
    let organisation = &report.binding.organisation;
    let identifier = organisation.identifier.as_deref();
    let parts: Vec<String> = [organisation.name.as_deref(), identifier]
        .into_iter()
        .flatten()
        .map(|part| outside(part, options))
        .collect();
    let name = (!parts.is_empty()).then(|| parts.join(", "));
    let mut sureness = explanation::grade(organisation.grade, language).to_owned();
    if let Some(source) = &organisation.source
        && organisation.grade > Grade::O0
    {
        let source = outside(&vocabulary::translated(source, language), options);
        let label = say(language, "source", "källa");
        sureness = format!("{sureness} ({label}: {source})");
    }
    vec![
        Row::line(
            say(language, "Organisation", "Organisation"),
            if_confirmed(report, name, language),
        ),
        Row::line(say(language, "How surely", "Hur säkert"), sureness),
    ]
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
