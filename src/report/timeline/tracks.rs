//! What lasts, and from when until when.

use super::super::model::{RecordReport, Report, SignatureReport, TimestampReport};
use super::super::options::Options;
use super::super::page::stamped;
use super::super::wording::{outside, say};
use crate::UnixTime;
use crate::asn1::oid;
use crate::validation::{Basis, RevocationSource, RevocationStatement};
use crate::x509::{Certificate, RevocationStatus};
use std::sync::Arc;

/// Something with a beginning and an end.
pub(super) struct Span {
    pub label: String,
    pub from: UnixTime,
    pub until: UnixTime,
    pub class: &'static str,
    /// Whether the drawing must reach over all of it. An anchor, which is trusted whatever its
    /// dates, would make everything else too small to see.
    pub is_bounding: bool,
}

impl Span {
    /// Its beginning and end, or the one moment that it is.
    pub fn dates(&self) -> String {
        if self.from == self.until {
            return self.from.date();
        }
        format!("{} – {}", self.from.date(), self.until.date())
    }
}

/// Everything that is drawn for a signature.
pub(super) fn spans(report: &Report, signature: &SignatureReport, options: &Options) -> Vec<Span> {
    let language = options.language;
    let signer = say(
        language,
        "Signer's certificate",
        "Undertecknarens certifikat",
    );
    let mut spans = path(
        &signature.basis,
        signature.certificate.as_ref(),
        signer,
        options,
    );
    let statements = signature.basis.statements.iter();
    spans.extend(statements.map(|statement| revocation(statement, &signature.basis, options)));
    let inner = signature.timestamps.iter().map(|stamp| {
        let name = format!("{}/{}", signature.id, stamp.id);
        timestamp(name, stamp, options)
    });
    let outer = report
        .timestamps
        .iter()
        .map(|stamp| timestamp(stamp.id.clone(), stamp, options));
    spans.extend(inner.chain(outer).flatten());
    spans.extend(
        report
            .evidence_records
            .iter()
            .filter_map(|it| record(it, options)),
    );
    spans.extend(signature.basis.algorithm_ends.iter().map(|end| {
        Span {
            label: say(
                language,
                "Foreseen or actual end of an algorithm",
                "En algoritms slut, förutsett eller inträffat",
            )
            .to_owned(),
            from: *end,
            until: *end,
            class: "algorithm",
            is_bounding: true,
        }
    }));
    spans
}

fn path(
    basis: &Basis,
    own: Option<&Arc<Certificate>>,
    first: &str,
    options: &Options,
) -> Vec<Span> {
    let certificates: Vec<&Arc<Certificate>> = match &basis.path {
        Some(path) => path.certificates().iter().collect(),
        None => own.into_iter().collect(),
    };
    let anchor = basis.path.as_ref().map(|_| certificates.len() - 1);
    let drawn = certificates
        .into_iter()
        .enumerate()
        .map(|(index, certificate)| {
            let is_anchor = anchor == Some(index) && index > 0;
            let role = match index {
                0 => first,
                _ if is_anchor => say(options.language, "Trusted issuer", "Betrodd utfärdare"),
                _ => say(options.language, "Issuer", "Utfärdare"),
            };
            Span {
                label: format!("{role}: {}", name(certificate, options)),
                from: certificate.not_before,
                until: certificate.not_after,
                class: if is_anchor { "anchor" } else { "certificate" },
                is_bounding: !is_anchor,
            }
        });
    drawn.collect()
}

fn name(certificate: &Certificate, options: &Options) -> String {
    let subject = &certificate.subject;
    let name = match subject.first(&oid::COMMON_NAME) {
        Some(name) => options.shown_of_name(name, subject),
        None => options.shown_of_name(&subject.to_string(), subject),
    };
    outside(&name, options)
}

fn revocation(statement: &RevocationStatement, basis: &Basis, options: &Options) -> Span {
    let language = options.language;
    let kind = match statement.source {
        RevocationSource::Crl => say(language, "CRL", "Spärrlista"),
        RevocationSource::Ocsp => say(language, "OCSP response", "OCSP-svar"),
    };
    let about = basis
        .path
        .iter()
        .flat_map(|path| path.certificates())
        .find(|certificate| *certificate.sha256() == statement.certificate)
        .map(|certificate| name(certificate, options))
        .unwrap_or_default();
    let (says, class) = match statement.status {
        RevocationStatus::Revoked { .. } => (say(language, "revoked", "spärrat"), "revoked"),
        _ => (say(language, "not revoked", "inte spärrat"), "revocation"),
    };
    Span {
        label: format!("{kind}: {about}, {says}"),
        from: statement.this_update,
        until: statement.next_update.unwrap_or(statement.this_update),
        class,
        is_bounding: true,
    }
}

/// From its time to the first end of the authority's certificates.
fn timestamp(name: String, report: &TimestampReport, options: &Options) -> Option<Span> {
    let language = options.language;
    let time = report.time?;
    let certificates = report.basis.path.as_ref().map(|path| path.certificates());
    let below_anchor = certificates
        .and_then(|all| all.split_last())
        .map(|(_, rest)| rest);
    let ends = below_anchor
        .unwrap_or_default()
        .iter()
        .map(|one| one.not_after);
    let passed = report.conclusion.indication.is_passed();
    let (title, class) = if passed {
        (say(language, "Time-stamp", "Tidsstämpel"), "timestamp")
    } else {
        let unproven = say(
            language,
            "Time-stamp, not proven",
            "Tidsstämpel, inte bevisad",
        );
        (unproven, "unproven")
    };
    Some(Span {
        label: format!("{title} {name}: {}", stamped(report.kind, language)),
        from: time,
        until: ends.min().unwrap_or(time).max(time),
        class,
        is_bounding: true,
    })
}

fn record(report: &RecordReport, options: &Options) -> Option<Span> {
    let from = report.chains.iter().flatten().flatten().min().copied()?;
    let title = say(
        options.language,
        "Evidence record",
        "Arkivbevis (evidence record)",
    );
    let passed = report.conclusion.indication.is_passed();
    Some(Span {
        label: format!("{title} {}", report.id),
        from,
        until: report.provable_until.unwrap_or(from).max(from),
        class: if passed { "timestamp" } else { "unproven" },
        is_bounding: true,
    })
}
