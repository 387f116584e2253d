//! Evidence that was wanted and deliberately not fetched.

use super::model::Report;
use super::options::Options;
use super::page::{Heading, Item, Row, Section, Tone};
use super::wording::{outside, say};
use crate::validation::Language;
use serde::Serialize;
use std::borrow::Cow;

/// A place of which nothing was fetched although a certificate names it. The library asks nobody: whoever
/// fetches evidence tells it here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfetchedSource {
    /// The place.
    pub url: String,
    /// Why.
    pub reason: WhyUnfetched,
}

/// Why nothing was fetched of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnfetched {
    /// So much, so often or for so long is fetched for one document at the most.
    DocumentLimit,
    /// So much is fetched in one run at the most, and after that for one document.
    RunLimit,
    /// Its server failed to answer before.
    HostFailed,
    /// Its URL holds a user's name or a password.
    Credentials,
}

impl WhyUnfetched {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            WhyUnfetched::DocumentLimit => "document-limit",
            WhyUnfetched::RunLimit => "run-limit",
            WhyUnfetched::HostFailed => "host-failed",
            WhyUnfetched::Credentials => "credentials",
        }
    }

    /// What people are told.
    pub fn text(self, language: Language) -> &'static str {
        match self {
            WhyUnfetched::DocumentLimit => say(
                language,
                "not fetched: this document has had as much fetched as one may",
                "inte hämtad: för det här dokumentet har så mycket hämtats som får hämtas",
            ),
            WhyUnfetched::RunLimit => say(
                language,
                "not fetched: this run has fetched as much as one may",
                "inte hämtad: under den här körningen har så mycket hämtats som får hämtas",
            ),
            WhyUnfetched::HostFailed => say(
                language,
                "not asked: its server has failed before",
                "inte tillfrågad: dess server har inte svarat tidigare",
            ),
            WhyUnfetched::Credentials => say(
                language,
                "not asked: the URL holds a user's name or a password",
                "inte tillfrågad: adressen innehåller användarnamn eller lösenord",
            ),
        }
    }
}

/// The section on what was not fetched; `None` where there is nothing.
pub(super) fn section(report: &Report, options: &Options) -> Option<Section> {
    let language = options.language;
    let items = report.unfetched.iter().map(|source| Item {
        text: outside(&source.url, options),
        details: vec![source.reason.text(language).to_owned()],
    });
    let rows = Row::list(say(language, "Places", "Platser"), items.collect());
    (!report.unfetched.is_empty()).then(|| Section {
        heading: Heading {
            subject: say(
                language,
                "Evidence not fetched",
                "Underlag som inte hämtades",
            )
            .to_owned(),
            verdict: say(
                language,
                "The verdict may wait for it",
                "Utslaget kan vänta på det",
            ),
            sub_indication: None,
            tone: Tone::Open,
        },
        rows: rows.into_iter().collect(),
    })
}

/// One place, as JSON.
#[derive(Serialize)]
pub(super) struct UnfetchedObject<'a> {
    url: Cow<'a, str>,
    reason: &'static str,
    text: &'static str,
}

impl<'a> UnfetchedObject<'a> {
    pub(super) fn all(report: &'a Report, options: &Options) -> Vec<Self> {
        let places = report.unfetched.iter();
        places
            .map(|source| UnfetchedObject {
                url: options.shown(&source.url),
                reason: source.reason.name(),
                text: source.reason.text(options.language),
            })
            .collect()
    }
}
