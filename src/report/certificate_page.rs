//! One certificate for people: whom it is for, by whom, and what holds for each certificate of
//! its path.

use super::explanation;
use super::model::{CertificateReport, JudgedCertificate};
use super::options::Options;
use super::page::{Heading, Item, Page, Row, Section, Tone, unreadable_rows};
use super::reasons::{self, Subject, short_hashes};
use super::wording::{outside, say, time};
use crate::error::Error;
use crate::hex;
use crate::validation::{
    Conclusion, Language, RevocationSource, RevocationStatement, Rule, Status, ValidatedPath,
};
use crate::x509::{Certificate, DistinguishedName, RevocationStatus};
use std::sync::Arc;

impl Page {
    /// Everything that is said of one certificate.
    pub fn of_certificate(
        judged: &JudgedCertificate,
        certificate: &Certificate,
        report: &CertificateReport,
        options: &Options,
    ) -> Self {
        let path = report.path.as_ref().map(ValidatedPath::certificates);
        let path = path.unwrap_or_default();
        let indication = report.conclusion.indication;
        let language = options.language;
        let mut rows = Vec::new();
        rows.extend(
            explanation::certificate(indication, language)
                .map(|sentence| Row::line(meaning_label(language), sentence)),
        );
        rows.extend(who(certificate, options));
        rows.push(Row::line(
            say(language, "Judged", "Bedömt"),
            match language {
                Language::English => format!("as of {}", time(judged.validation_time)),
                Language::Swedish => format!("per {}", time(judged.validation_time)),
            },
        ));
        rows.extend(policies(report, language));
        let beside = part_of(&report.conclusion, |about| !names_any(about, path));
        rows.extend(reasons::rows(
            &beside,
            Subject::Certificate(certificate),
            options,
        ));
        Page {
            heading: Heading::judged(name_of_file(judged, options), indication, language),
            rows,
            sections: sections(path, report, options),
        }
    }

    /// What is said of a file in which no certificate can be read.
    pub fn of_unreadable_certificate(
        judged: &JudgedCertificate,
        error: &Error,
        options: &Options,
    ) -> Self {
        Page {
            heading: Heading::unreadable(name_of_file(judged, options), options.language),
            rows: unreadable_rows(error, options).into(),
            sections: Vec::new(),
        }
    }
}

fn meaning_label(language: Language) -> &'static str {
    say(language, "What it means", "Vad det betyder")
}

fn name_of_file(judged: &JudgedCertificate, options: &Options) -> String {
    match &judged.path {
        Some(path) => outside(path, options),
        None => say(options.language, "The certificate", "Certifikatet").to_owned(),
    }
}

fn who(certificate: &Certificate, options: &Options) -> [Row; 4] {
    let language = options.language;
    [
        Row::line(
            say(language, "Issued to", "Utfärdat för"),
            name(&certificate.subject, options),
        ),
        Row::line(
            say(language, "Issued by", "Utfärdat av"),
            name(&certificate.issuer, options),
        ),
        Row::line(
            say(language, "Serial number", "Serienummer"),
            hex(&certificate.serial),
        ),
        Row::line("SHA-256", hex(certificate.sha256())),
    ]
}

fn policies(report: &CertificateReport, language: Language) -> Option<Row> {
    let items = report.user_constrained_policies.iter();
    Row::list(
        say(language, "Holds for policy", "Gäller enligt policy"),
        items.map(|policy| Item::new(policy.to_string())).collect(),
    )
}

/// One section for each certificate of the path, the one judged first and the anchor last.
fn sections(
    path: &[Arc<Certificate>],
    report: &CertificateReport,
    options: &Options,
) -> Vec<Section> {
    let language = options.language;
    let title = say(language, "Certificate", "Certifikat");
    let of = say(language, "of", "av");
    let mut sections = Vec::new();
    for (index, certificate) in path.iter().enumerate() {
        let own = part_of(&report.conclusion, |about| is_about(about, certificate));
        let place = match path.get(index + 1) {
            Some(_) => Place::Below(report.statements.get(index).and_then(Option::as_ref)),
            None => Place::Anchor,
        };
        let mut rows = place_rows(certificate, place, &own, options);
        rows.extend(reasons::rows(
            &own,
            Subject::Certificate(certificate),
            options,
        ));
        let subject = name(&certificate.subject, options);
        let subject = format!("{title} {} {of} {}, {subject}", index + 1, path.len());
        sections.push(Section {
            heading: heading(subject, place, &own, language),
            rows,
        });
    }
    sections
}

/// Where a certificate stands in the path.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// Below another, with what its revocation was judged by.
    Below(Option<&'a RevocationStatement>),
    /// At the end: what the user trusts.
    Anchor,
}

fn heading(subject: String, place: Place<'_>, own: &Conclusion, language: Language) -> Heading {
    let is_met = own
        .findings
        .iter()
        .all(|finding| finding.status != Status::Failed);
    let (verdict, tone) = match (is_met, place) {
        (false, _) => (
            say(
                language,
                "Does not meet all demands",
                "Uppfyller inte alla krav",
            ),
            Tone::Bad,
        ),
        (true, Place::Anchor) => (say(language, "Trusted", "Betrott"), Tone::Good),
        (true, Place::Below(_)) => (
            say(language, "Meets all demands", "Uppfyller alla krav"),
            Tone::Good,
        ),
    };
    Heading {
        subject,
        verdict,
        sub_indication: None,
        tone,
    }
}

fn place_rows(
    certificate: &Certificate,
    place: Place<'_>,
    own: &Conclusion,
    options: &Options,
) -> Vec<Row> {
    let language = options.language;
    let (from, until) = (time(certificate.not_before), time(certificate.not_after));
    let validity = match language {
        Language::English => format!("{from} to {until}"),
        Language::Swedish => format!("{from} till {until}"),
    };
    let mut rows = vec![
        Row::line("SHA-256", short_hashes(&hex(certificate.sha256()))),
        Row::line(say(language, "Valid", "Giltigt"), validity),
    ];
    match place {
        Place::Below(statement) => {
            let issuer = name(&certificate.issuer, options);
            let verified = say(
                language,
                "its signature verifies",
                "dess underskrift stämmer",
            );
            rows.push(Row::line(
                say(language, "Issued by", "Utfärdat av"),
                format!("{issuer}; {verified}"),
            ));
            let revocation = match statement {
                Some(statement) => statement_in_words(statement, options),
                None => without_statement(own, language).to_owned(),
            };
            rows.push(Row::line(say(language, "Revocation", "Spärr"), revocation));
        }
        Place::Anchor => rows.push(Row::line(
            say(language, "Trust", "Tillit"),
            say(
                language,
                "you have said that you trust it, so who issued it and whether it is revoked is \
                 not judged",
                "ni har angett att ni litar på det, så vem som utfärdat det och om det är spärrat \
                 prövas inte",
            ),
        )),
    }
    rows
}

fn statement_in_words(statement: &RevocationStatement, options: &Options) -> String {
    let language = options.language;
    let status = match statement.status {
        RevocationStatus::Good => say(language, "not revoked", "inte spärrat").to_owned(),
        RevocationStatus::Revoked { at, .. } => {
            format!(
                "{} {}",
                say(language, "revoked since", "spärrat sedan"),
                time(at)
            )
        }
        RevocationStatus::Unknown => say(language, "not known", "inte känt").to_owned(),
    };
    let source = match statement.source {
        RevocationSource::Crl => say(language, "CRL", "spärrlista (CRL)"),
        RevocationSource::Ocsp => say(language, "OCSP response", "OCSP-svar"),
    };
    let object = short_hashes(&hex(&statement.object));
    let made = time(statement.this_update);
    let signer = name(&statement.signer.subject, options);
    match language {
        Language::English => {
            format!("{status}, by {source} {object} of {made}, signed by {signer}")
        }
        Language::Swedish => {
            format!("{status}, enligt {source} {object} från {made}, undertecknat av {signer}")
        }
    }
}

fn without_statement(own: &Conclusion, language: Language) -> &'static str {
    let is_exempt = own.findings.iter().any(|finding| {
        finding.rule == Rule::RevocationDataPresent && finding.status == Status::Passed
    });
    if is_exempt {
        say(
            language,
            "not foreseen for this certificate",
            "inte förutsedd för detta certifikat",
        )
    } else {
        say(
            language,
            "not known: nothing usable is at hand",
            "inte känd: inget användbart underlag finns",
        )
    }
}

fn name(name: &DistinguishedName, options: &Options) -> String {
    outside(&options.shown_of_name(&name.to_string(), name), options)
}

/// What a conclusion says about some objects.
fn part_of(conclusion: &Conclusion, wanted: impl Fn(&str) -> bool) -> Conclusion {
    let mut part = conclusion.clone();
    part.findings.retain(|finding| wanted(&finding.about));
    part.needs.retain(|need| wanted(&need.about));
    part
}

fn names_any(about: &str, path: &[Arc<Certificate>]) -> bool {
    path.iter().any(|certificate| is_about(about, certificate))
}

fn is_about(about: &str, certificate: &Certificate) -> bool {
    about
        .strip_prefix("certificate ")
        .is_some_and(|hash| hash == hex(certificate.sha256()))
}
