//! What a file is and holds, for people.

use super::inspection::{
    Algorithms, InspectedRecord, InspectedSignature, InspectedTimestamp, Inspection,
};
use super::options::Options;
use super::page::{
    Heading, Item, Page, Row, Section, Tone, stamped, time_or_none, unreadable_rows,
};
use super::wording::{outside, say, time};
use crate::hex;
use crate::signature::Coverage;
use crate::validation::Language;
use crate::x509::{
    Certificate, CertificateList, DistinguishedName, OcspResponse, ResponderIdentifier,
    RevocationStatus,
};
use std::sync::Arc;

impl Page {
    /// Everything that is told of the contents of a file.
    pub fn of_inspection(inspection: &Inspection, options: &Options) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        for signature in &inspection.signatures {
            add_signature(signature, options, &mut sections);
        }
        let timestamps = inspection.timestamps.iter();
        sections.extend(timestamps.map(|timestamp| timestamp_section(timestamp, options)));
        let records = inspection.evidence_records.iter();
        sections.extend(records.map(|record| record_section(record, options)));
        sections.extend(evidence_section(inspection, options));
        Page {
            heading: document_heading(inspection, options),
            rows: document_rows(inspection, options),
            sections,
        }
    }
}

fn heading(subject: String, what: &'static str) -> Heading {
    Heading {
        subject,
        verdict: what,
        sub_indication: None,
        tone: Tone::Plain,
    }
}

fn document_heading(inspection: &Inspection, options: &Options) -> Heading {
    let language = options.language;
    let subject = match &inspection.document.path {
        Some(path) => outside(path, options),
        None => say(language, "The document", "Handlingen").to_owned(),
    };
    match inspection.error {
        Some(_) => Heading::unreadable(subject, language),
        None => heading(subject, container(inspection.document.container, language)),
    }
}

fn container(name: &'static str, language: Language) -> &'static str {
    match name {
        "pdf" => "PDF",
        "cms" => say(language, "CMS signature", "CMS-underskrift"),
        "asic-s" => say(language, "ASiC-S container", "ASiC-S-behållare"),
        "asic-e" => say(language, "ASiC-E container", "ASiC-E-behållare"),
        "timestamp-token" => say(language, "time-stamp", "tidsstämpel"),
        "evidence-record" => say(language, "evidence record", "arkivbevis (evidence record)"),
        _ => say(language, "of another kind", "av annat slag"),
    }
}

fn document_rows(inspection: &Inspection, options: &Options) -> Vec<Row> {
    let language = options.language;
    let mut rows = Vec::new();
    if let Some(error) = &inspection.error {
        rows.extend(unreadable_rows(error, options));
    }
    if let Some(size) = inspection.document.size {
        let bytes = say(language, "bytes", "byte");
        rows.push(Row::line(
            say(language, "Size", "Storlek"),
            format!("{size} {bytes}"),
        ));
    }
    rows.extend(
        inspection
            .document
            .sha256
            .map(|digest| Row::line("SHA-256", hex(&digest))),
    );
    rows.extend(
        inspection
            .revisions
            .map(|count| Row::line(say(language, "Revisions", "Versioner"), count.to_string())),
    );
    let members = inspection.members.iter().map(|member| {
        let name = outside(&member.name, options);
        Item::new(format!(
            "{name} ({} {})",
            member.size,
            say(language, "bytes", "byte")
        ))
    });
    rows.extend(Row::list(
        say(language, "Holds", "Innehåller"),
        members.collect(),
    ));
    let nothing_judged = say(
        language,
        "no: this is what the file says of itself; see sigill validate",
        "nej: det här är vad filen uppger om sig själv; se sigill validate",
    );
    rows.push(Row::line(say(language, "Judged", "Bedömd"), nothing_judged));
    rows
}

/// A signature and, after it, those over it.
fn add_signature(signature: &InspectedSignature, options: &Options, sections: &mut Vec<Section>) {
    let language = options.language;
    let title = say(language, "Signature", "Underskrift");
    let mut rows = Vec::new();
    if let Some(error) = &signature.error {
        rows.extend(unreadable_rows(error, options));
    }
    rows.push(Row::line(
        say(language, "Level", "Nivå"),
        signature.level.to_string(),
    ));
    rows.extend(coverage(&signature.coverage, options));
    rows.extend(algorithms(signature.algorithms.as_ref(), language));
    rows.push(Row::line(
        say(language, "Claims the time", "Uppger tiden"),
        time_or_none(signature.claimed_signing_time, language),
    ));
    let roles = signature.claimed_roles.iter();
    rows.extend(Row::list(
        say(language, "Claims the role", "Uppger rollen"),
        roles
            .map(|role| Item::new(outside(role, options)))
            .collect(),
    ));
    rows.push(names_certificate(signature.certificate.as_ref(), options));
    let stamps = signature.timestamps.iter().map(|timestamp| {
        let over = stamped(timestamp.kind, language);
        let at = timestamp.token.as_ref().ok().map(|token| token.time);
        Item::new(format!(
            "{}: {over}, {}",
            timestamp.id,
            time_or_none(at, language)
        ))
    });
    rows.extend(Row::list(
        say(language, "Time-stamps", "Tidsstämplar"),
        stamps.collect(),
    ));
    sections.push(Section {
        heading: heading(format!("{title} {}", signature.id), signature.format.name()),
        rows,
    });
    for counter in &signature.counter_signatures {
        add_signature(counter, options, sections);
    }
}

fn coverage(coverage: &Coverage, options: &Options) -> Vec<Row> {
    let language = options.language;
    let label = say(language, "What it is over", "Gäller");
    if let Some(members) = &coverage.members {
        let names = members
            .names()
            .map(|name| Item::new(outside(name, options)));
        return Row::list(label, names.collect()).into_iter().collect();
    }
    let (revision, revisions) = (coverage.revision, coverage.revisions);
    let mut rows = vec![Row::line(
        label,
        match (coverage.whole_document, language) {
            (true, _) => say(language, "the whole document", "hela handlingen").to_owned(),
            (false, Language::English) => format!("revision {revision} of {revisions}"),
            (false, Language::Swedish) => format!("version {revision} av {revisions}"),
        },
    )];
    let further = coverage.further_changes.iter().map(|(_, count)| count);
    let changes = coverage.changes.len() + further.sum::<usize>();
    if changes > 0 {
        let label = say(language, "Changes since", "Ändringar sedan dess");
        rows.push(Row::line(label, changes.to_string()));
    }
    rows
}

fn algorithms(algorithms: Option<&Algorithms>, language: Language) -> Option<Row> {
    let Algorithms { signature, digest } = algorithms?;
    let label = say(language, "Algorithms", "Algoritmer");
    Some(Row::line(label, format!("{signature}; {digest}")))
}

fn names_certificate(certificate: Option<&Arc<Certificate>>, options: &Options) -> Row {
    let language = options.language;
    let label = say(language, "Names as signer", "Anger som undertecknare");
    Row::line(
        label,
        match certificate {
            Some(certificate) => name(&certificate.subject, options),
            None => say(
                language,
                "a certificate that is not in the file",
                "ett certifikat som inte finns i filen",
            )
            .to_owned(),
        },
    )
}

fn timestamp_section(timestamp: &InspectedTimestamp, options: &Options) -> Section {
    let language = options.language;
    let title = say(language, "Time-stamp", "Tidsstämpel");
    let mut rows = Vec::new();
    match &timestamp.token {
        Err(error) => rows.extend(unreadable_rows(error, options)),
        Ok(token) => {
            rows.push(Row::line(
                say(language, "States the time", "Anger tiden"),
                time(token.time),
            ));
            rows.extend(algorithms(Some(&token.algorithms), language));
            rows.push(Row::line(
                say(language, "Policy", "Policy"),
                token.policy.clone(),
            ));
            rows.push(names_certificate(token.certificate.as_ref(), options));
        }
    }
    Section {
        heading: heading(
            format!("{title} {}", timestamp.id),
            stamped(timestamp.kind, language),
        ),
        rows,
    }
}

fn record_section(record: &InspectedRecord, options: &Options) -> Section {
    let language = options.language;
    let title = say(language, "Evidence record", "Arkivbevis (evidence record)");
    let mut rows = Vec::new();
    let place = record.place.iter();
    rows.extend(place.map(|place| {
        Row::line(
            say(language, "In the file", "I filen"),
            outside(place, options),
        )
    }));
    match &record.chains {
        Err(error) => rows.extend(unreadable_rows(error, options)),
        Ok(chains) => {
            let items = chains.iter().map(|chain| Item {
                text: chain.digest.clone().unwrap_or_else(|| "-".to_owned()),
                details: chain
                    .times
                    .iter()
                    .map(|at| time_or_none(*at, language))
                    .collect(),
            });
            let label = say(language, "Archive time-stamps", "Arkivtidsstämplar");
            rows.extend(Row::list(label, items.collect()));
        }
    }
    let standard = say(language, "of a hash tree", "över ett hashträd");
    Section {
        heading: heading(format!("{title} {}", record.id), standard),
        rows,
    }
}

/// Certificates and revocation data; `None` where there are none.
fn evidence_section(inspection: &Inspection, options: &Options) -> Option<Section> {
    let language = options.language;
    let certificates = inspection.certificates.iter();
    let lists = inspection.revocation_lists.iter();
    let responses = inspection.ocsp_responses.iter();
    let unreadable = inspection.unreadable.iter();
    let rows = [
        Row::list(
            say(language, "Certificates", "Certifikat"),
            certificates
                .map(|one| certificate_item(one, options))
                .collect(),
        ),
        Row::list(
            say(language, "Revocation lists", "Spärrlistor"),
            lists.map(|list| list_item(list, options)).collect(),
        ),
        Row::list(
            say(language, "OCSP responses", "OCSP-svar"),
            responses.map(|one| response_item(one, options)).collect(),
        ),
        Row::list(
            say(language, "Cannot be read", "Kan inte läsas"),
            unreadable.map(|(kind, _)| Item::new(*kind)).collect(),
        ),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    (!rows.is_empty()).then(|| Section {
        heading: heading(
            say(language, "Evidence", "Underlag").to_owned(),
            say(language, "in the file", "i filen"),
        ),
        rows,
    })
}

fn certificate_item(certificate: &Certificate, options: &Options) -> Item {
    let language = options.language;
    let issuer = name(&certificate.issuer, options);
    let (from, to) = (time(certificate.not_before), time(certificate.not_after));
    let key = &certificate.public_key;
    Item {
        text: name(&certificate.subject, options),
        details: vec![
            format!("{} {issuer}", say(language, "issued by", "utfärdat av")),
            match language {
                Language::English => format!("valid from {from} to {to}"),
                Language::Swedish => format!("giltigt från {from} till {to}"),
            },
            format!(
                "{}, {} {}",
                key.algorithm.name(),
                key.bits,
                say(language, "bits", "bitar")
            ),
            format!("SHA-256 {}", hex(certificate.sha256())),
        ],
    }
}

fn list_item(list: &CertificateList, options: &Options) -> Item {
    Item {
        text: name(&list.issuer, options),
        details: updates(list.this_update, list.next_update, options.language),
    }
}

fn response_item(response: &OcspResponse, options: &Options) -> Item {
    let language = options.language;
    let responder = match &response.responder {
        ResponderIdentifier::Name(responder) => name(responder, options),
        ResponderIdentifier::KeyHash(hash) => hex(hash),
    };
    let mut details = vec![format!(
        "{} {}",
        say(language, "made", "gjort"),
        time(response.produced_at)
    )];
    for single in &response.responses {
        let serial = hex(&single.certificate.serial);
        let status = match single.status {
            RevocationStatus::Good => say(language, "not revoked", "inte spärrat"),
            RevocationStatus::Revoked { .. } => say(language, "revoked", "spärrat"),
            RevocationStatus::Unknown => say(language, "not known", "inte känt"),
        };
        let says = say(language, "says of number", "säger om nummer");
        details.push(format!("{says} {serial}: {status}"));
        details.extend(updates(single.this_update, single.next_update, language));
    }
    Item {
        text: responder,
        details,
    }
}

fn updates(
    this_update: crate::UnixTime,
    next_update: Option<crate::UnixTime>,
    language: Language,
) -> Vec<String> {
    vec![
        format!("{} {}", say(language, "as of", "per"), time(this_update)),
        format!(
            "{} {}",
            say(language, "the next is due", "nästa väntas"),
            time_or_none(next_update, language)
        ),
    ]
}

fn name(name: &DistinguishedName, options: &Options) -> String {
    outside(&options.shown_of_name(&name.to_string(), name), options)
}
