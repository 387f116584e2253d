//! An envelope that was looked for, in words.

use super::facts::{EnvelopeFacts, SealedOrganisation, SealedVerdict};
use crate::UnixTime;
use crate::hex;
use crate::report::Options;
use crate::report::wording::{outside, say, time};
use crate::validation::Language;
use serde::Serialize;

/// An envelope that was found, and what it says of itself.
#[derive(Debug, Clone, Copy)]
pub struct FoundEnvelope<'a> {
    /// Its path in the store.
    pub path: &'a str,
    /// What it says of itself.
    pub facts: &'a EnvelopeFacts,
}

impl FoundEnvelope<'_> {
    /// One line for people.
    pub fn to_text(&self, options: &Options) -> String {
        let (facts, language) = (self.facts, options.language);
        let mut parts = Vec::new();
        if let Some(number) = &facts.diary_number {
            let word = say(language, "diary number", "diarienummer");
            parts.push(format!("{word} {}", outside(number, options)));
        }
        parts.push(verdict(facts.verdict, language).to_owned());
        for organisation in &facts.organisations {
            let known = [&organisation.name, &organisation.identifier];
            let known: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
            let grade = &organisation.grade;
            parts.push(outside(&format!("{} ({grade})", known.join(", ")), options));
        }
        if let Some(sealed) = facts.sealed_at {
            let word = say(language, "sealed", "förseglat");
            parts.push(format!("{word} {}", time(sealed)));
        }
        if let Some(end) = facts.renew_by {
            let word = say(language, "renew by", "förnyas senast");
            parts.push(format!("{word} {}", time(end)));
        }
        let path = outside(self.path, options);
        format!("{path}: {}\n", parts.join("; "))
    }

    /// One JSON object, without a line feed.
    pub fn to_json(&self, options: &Options) -> String {
        let facts = self.facts;
        let organisations = facts.organisations.iter();
        let object = FoundObject {
            schema: "sigill/1",
            found: FoundFields {
                path: outside(self.path, options),
                sha256: hex(&facts.sha256),
                document_sha256: hex(&facts.document),
                diary_number: facts.diary_number.as_deref().map(|n| outside(n, options)),
                verdict: facts.verdict.name(),
                organisations: organisations
                    .map(|organisation| shown(organisation, options))
                    .collect(),
                sealed_at: facts.sealed_at,
                renew_by: facts.renew_by,
            },
        };
        serde_json::to_string(&object).unwrap_or_default()
    }
}

fn verdict(verdict: SealedVerdict, language: Language) -> &'static str {
    match verdict {
        SealedVerdict::Passed => say(language, "passed at sealing", "godkänt vid förseglingen"),
        SealedVerdict::Failed => say(language, "failed at sealing", "underkänt vid förseglingen"),
        SealedVerdict::Indeterminate => say(
            language,
            "undecided at sealing",
            "obestämt vid förseglingen",
        ),
        SealedVerdict::NoSignature => say(language, "no signature", "utan underskrift"),
    }
}

fn shown(organisation: &SealedOrganisation, options: &Options) -> SealedOrganisation {
    let shown = |text: &Option<String>| text.as_deref().map(|text| outside(text, options));
    SealedOrganisation {
        identifier: shown(&organisation.identifier),
        name: shown(&organisation.name),
        grade: outside(&organisation.grade, options),
    }
}

#[derive(Serialize)]
struct FoundObject {
    schema: &'static str,
    found: FoundFields,
}

#[derive(Serialize)]
struct FoundFields {
    path: String,
    sha256: String,
    document_sha256: String,
    diary_number: Option<String>,
    verdict: &'static str,
    organisations: Vec<SealedOrganisation>,
    sealed_at: Option<UnixTime>,
    renew_by: Option<UnixTime>,
}
