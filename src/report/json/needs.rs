//! The evidence that is missing, as JSON.

use super::super::model::Report;
use super::super::needs::{MissingEvidence, missing_evidence};
use super::super::needs_section;
use super::super::options::{NeedsSection, Options};
use super::super::reasons;
use crate::UnixTime;
use serde::Serialize;

/// One piece of evidence.
#[derive(Serialize)]
pub(super) struct NeedObject {
    /// Whose verdict it bears on.
    subject: String,
    kind: &'static str,
    about: String,
    weight: &'static str,
    obtainable: &'static str,
    until: Option<UnixTime>,
    urls: Vec<String>,
    text: &'static str,
    advice: String,
}

/// What is missing; `None` where it was not asked for.
pub(super) fn objects(report: &Report, options: &Options) -> Option<Vec<NeedObject>> {
    let listed = options.needs == NeedsSection::Listed;
    let missing = || missing_evidence(report).into_iter();
    listed.then(|| missing().map(|missing| object(&missing, options)).collect())
}

fn object(missing: &MissingEvidence, options: &Options) -> NeedObject {
    let language = options.language;
    let shown = |text: &str| options.shown(text).into_owned();
    let action = reasons::rule(missing.kind).advice(language);
    NeedObject {
        subject: missing.subject.clone(),
        kind: missing.kind.name(),
        about: shown(&missing.about),
        weight: missing.weight.name(),
        obtainable: missing.obtainable.name(),
        until: missing.obtainable.time(),
        urls: missing.urls.iter().map(|url| shown(url)).collect(),
        text: needs_section::what(missing, language),
        advice: format!("{action}. {}", needs_section::obtainable(missing, language)),
    }
}
