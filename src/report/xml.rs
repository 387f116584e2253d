//! Reports as ETSI TS 119 102-2 validation reports, schema version 1.4.1.
//!
//! The standard knows no report without a signature; where there is none to judge, one
//! `SignatureValidationReport` says so and why. Identifiers of rules are `urn:sigill:rule:…`.

mod judgement;
mod objects;

use super::explanation;
use super::model::Report;
use super::options::Options;
use super::wording::{outside_in_xml as text, say};
use crate::UnixTime;
use crate::base64;
use askama::Template;
use judgement::Judgement;
use objects::{Object, References};

/// The report on one document as an XML document.
pub fn to_xml(report: &Report, options: &Options) -> String {
    let references = References::of(report);
    let template = ReportTemplate {
        policy_name: text(&report.policy.name, options),
        policy_sha256: &report.policy.sha256,
        policy_digest: digest_of_hex(&report.policy.sha256),
        validation_time: report.validation_time,
        document_digest: report.document.sha256.map(|digest| base64::encode(&digest)),
        signatures: report
            .all_signatures()
            .map(|signature| Judgement::of_signature(signature, &references, options))
            .collect(),
        without_signature: without_signature(report, options),
        objects: objects::all(report, &references, options),
        version: env!("CARGO_PKG_VERSION"),
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "report.xml")]
struct ReportTemplate<'a> {
    policy_name: String,
    policy_sha256: &'a str,
    policy_digest: String,
    validation_time: UnixTime,
    document_digest: Option<String>,
    signatures: Vec<Judgement>,
    without_signature: Option<String>,
    objects: Vec<Object>,
    version: &'static str,
}

fn without_signature(report: &Report, options: &Options) -> Option<String> {
    let language = options.language;
    if let Some(error) = &report.error {
        return Some(text(&explanation::error(error, language), options));
    }
    let none = say(
        language,
        "The document holds no signature",
        "Handlingen innehåller ingen underskrift",
    );
    report.signatures.is_empty().then(|| none.to_owned())
}

fn digest_of_hex(digits: &str) -> String {
    let octets = digits.as_bytes().chunks(2).filter_map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    base64::encode(&octets.collect::<Vec<_>>())
}
