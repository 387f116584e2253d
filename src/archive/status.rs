//! What becomes unprovable when, for each envelope of a store and for all of them.

use super::renewal::Renewal;
use crate::UnixTime;
use crate::error::Error;
use crate::hex;
use crate::report::wording::{outside, say, time};
use crate::report::{EnvelopeSummary, Failure, Options, Report};
use crate::validation::Indication;
use serde::Serialize;
use std::collections::BTreeMap;

/// How one envelope stands.
#[derive(Debug, Clone)]
pub struct EnvelopeStatus {
    /// What checking it found, where it could be read.
    pub envelope: Result<EnvelopeSummary, Failure>,
    /// The verdict on its evidence record.
    pub record: Option<Indication>,
    /// What is due by the time that was asked about.
    pub due: Option<Renewal>,
}

impl EnvelopeStatus {
    /// How the envelope stands of which this is the report, if nothing may end until `margin`.
    pub fn of(report: &Report, margin: UnixTime) -> Self {
        let path = &report.document.path;
        let Some(envelope) = &report.envelope else {
            let error = report.error.as_ref().unwrap_or(&Error::NotRecognised);
            let failure = Failure::from(error);
            let message = format!("{}: {}", path.as_deref().unwrap_or("-"), failure.message);
            return EnvelopeStatus {
                envelope: Err(Failure { message, ..failure }),
                record: None,
                due: None,
            };
        };
        let record = report.evidence_records.first();
        EnvelopeStatus {
            envelope: Ok(envelope.clone()),
            record: record.map(|record| record.conclusion.indication),
            due: Renewal::due(envelope, margin),
        }
    }

    /// Whether everything in it is as it was sealed and its record still proves that.
    pub fn is_provable(&self) -> bool {
        let is_intact = self.envelope.as_ref().is_ok_and(EnvelopeSummary::is_intact);
        is_intact && self.record == Some(Indication::Passed)
    }

    /// One line for people.
    pub fn to_text(&self, options: &Options) -> String {
        let language = options.language;
        let envelope = match &self.envelope {
            Ok(envelope) => envelope,
            Err(failure) => return format!("{}\n", outside(&failure.message, options)),
        };
        let path = outside(envelope.path.as_deref().unwrap_or("-"), options);
        let until = match envelope.provable_until {
            _ if !self.is_provable() => {
                say(language, "not provable", "går inte att bevisa").to_owned()
            }
            Some(until) => format!(
                "{} {}",
                say(language, "provable until", "bevisbart till"),
                time(until)
            ),
            None => say(language, "provable", "bevisbart").to_owned(),
        };
        let due = match self.due {
            None => "",
            Some(Renewal::Timestamp) => say(
                language,
                "; a new time-stamp is due",
                "; dags för en ny tidsstämpel",
            ),
            Some(Renewal::HashTree) => say(
                language,
                "; a new hash tree is due",
                "; dags för ett nytt hashträd",
            ),
        };
        format!("{path}: {until}{due}\n")
    }

    /// One JSON object, without a line feed.
    pub fn to_json(&self, options: &Options) -> String {
        let envelope = self.envelope.as_ref();
        let object = EnvelopeObject {
            schema: "sigill/1",
            envelope: envelope.ok().map(|envelope| EnvelopeFields {
                path: envelope.path.as_deref().map(|path| outside(path, options)),
                sha256: hex(&envelope.sha256),
                intact: envelope.is_intact(),
                sealed_at: envelope.sealed_at,
                provable_until: envelope.provable_until,
                signature_algorithm_end: envelope.algorithm_ends.signature,
                hash_tree_algorithm_end: envelope.algorithm_ends.hash_tree,
            }),
            provable: self.is_provable(),
            due: self.due.map(Renewal::name),
            error: envelope.err().map(|failure| FailureFields {
                kind: failure.kind,
                message: outside(&failure.message, options),
            }),
        };
        serde_json::to_string(&object).unwrap_or_default()
    }
}

/// How a whole store stands.
///
/// It grows with the years that are spoken of, not with the envelopes.
#[derive(Debug, Clone, Default)]
pub struct StoreStatus {
    envelopes: u64,
    unprovable: u64,
    unreadable: u64,
    due: BTreeMap<Renewal, u64>,
    /// The envelopes whose proof ends in each year, if nothing is done.
    years: BTreeMap<String, u64>,
}

impl StoreStatus {
    /// Takes in one envelope.
    pub fn take(&mut self, status: &EnvelopeStatus) {
        self.envelopes += 1;
        let envelope = match &status.envelope {
            Ok(envelope) if status.is_provable() => envelope,
            Ok(_) => return self.unprovable += 1,
            Err(_) => return self.unreadable += 1,
        };
        if let Some(due) = status.due {
            *self.due.entry(due).or_default() += 1;
        }
        let ends = &envelope.algorithm_ends;
        let ends = [envelope.provable_until, ends.signature, ends.hash_tree];
        if let Some(end) = ends.into_iter().flatten().min() {
            let year = end
                .date()
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            *self.years.entry(year).or_default() += 1;
        }
    }

    /// How many envelopes are due for renewal.
    pub fn due(&self) -> u64 {
        self.due.values().sum()
    }

    /// Some lines for people.
    pub fn to_text(&self, options: &Options) -> String {
        let language = options.language;
        let mut text = String::new();
        let mut line = |english, swedish, number: u64| {
            text.push_str(&format!("{}: {number}\n", say(language, english, swedish)));
        };
        line("Envelopes", "Kuvert", self.envelopes);
        line("Not provable", "Går inte att bevisa", self.unprovable);
        line("Unreadable", "Oläsliga", self.unreadable);
        let due = |renewal| self.due.get(&renewal).copied().unwrap_or_default();
        line(
            "Due for a new time-stamp, one for all",
            "Dags för en ny tidsstämpel, en för alla",
            due(Renewal::Timestamp),
        );
        line(
            "Due for a new hash tree, with one time-stamp for all",
            "Dags för ett nytt hashträd, med en tidsstämpel för alla",
            due(Renewal::HashTree),
        );
        let heading = say(
            language,
            "Without renewal no longer provable in",
            "Utan förnyelse inte längre bevisbara",
        );
        for (year, envelopes) in &self.years {
            text.push_str(&format!("{heading} {year}: {envelopes}\n"));
        }
        text
    }

    /// One JSON object, without a line feed.
    pub fn to_json(&self) -> String {
        let due = |(renewal, number): (&Renewal, &u64)| (renewal.name(), *number);
        let object = StoreObject {
            schema: "sigill/1",
            store: StoreFields {
                envelopes: self.envelopes,
                unprovable: self.unprovable,
                unreadable: self.unreadable,
                due: self.due.iter().map(due).collect(),
                unprovable_from_year: &self.years,
            },
        };
        serde_json::to_string(&object).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct EnvelopeObject<'a> {
    schema: &'static str,
    envelope: Option<EnvelopeFields>,
    provable: bool,
    due: Option<&'static str>,
    error: Option<FailureFields<'a>>,
}

#[derive(Serialize)]
struct EnvelopeFields {
    path: Option<String>,
    sha256: String,
    intact: bool,
    sealed_at: Option<UnixTime>,
    provable_until: Option<UnixTime>,
    signature_algorithm_end: Option<UnixTime>,
    hash_tree_algorithm_end: Option<UnixTime>,
}

#[derive(Serialize)]
struct FailureFields<'a> {
    kind: &'a str,
    message: String,
}

#[derive(Serialize)]
struct StoreObject<'a> {
    schema: &'static str,
    store: StoreFields<'a>,
}

#[derive(Serialize)]
struct StoreFields<'a> {
    envelopes: u64,
    unprovable: u64,
    unreadable: u64,
    due: BTreeMap<&'static str, u64>,
    unprovable_from_year: &'a BTreeMap<String, u64>,
}
