//! `sigill store verify`.

use super::arguments::VerifyArguments;
use super::describe::Reader;
use super::index::{Index, Rows, Trouble};
use super::index_place::IndexPlace;
use super::row::{Facts, Row};
use super::{Extent, Listed, Part, hexadecimal, problem};
use crate::arguments::Format;
use crate::input::Setting;
use crate::output::{self, Status};
use sigill::archive::{self, EnvelopeStatus};
use sigill::binding::personal_number;
use sigill::report::{Failure, PersonalIdentifiers};
use sigill::validation::Language;
use sigill::{Bytes, Error, Validator};
use std::collections::HashSet;
use std::io;

/// Reads every envelope and compares it with its seal and with the index.
///
/// # Errors
/// A sentence where the command was used wrongly, or the output cannot be written.
pub fn run(arguments: &VerifyArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let Part {
        store,
        listed,
        extent,
    } = super::part(&arguments.store)?;
    let listed = listed.map_err(|error| format!("{}: {error}", arguments.store.display()))?;
    let mut status = Status::default();
    let index = Index::to_read(&*store);
    let index = index.and_then(|(index, place)| Ok((index.rows()?, index, place)));
    if let Err(trouble) = &index {
        output::complain(&format!("{}: {trouble}", arguments.store.display()));
        // A store needs no index.
        if !matches!(trouble, Trouble::Absent) {
            status.take_error();
        }
    }
    let work = Work {
        arguments,
        reader: Reader::new(&*store, &setting),
        validator: setting.validator(),
        known: index.as_ref().ok().map(|(rows, _, place)| (rows, place)),
        extent,
    };
    let shown = |outcome: Outcome| {
        outcome.count(&mut status);
        output::print(&mut io::stdout().lock(), &work.write(&outcome))
    };
    output::in_order(
        arguments.shared.jobs,
        &listed,
        |listed| work.verify(listed),
        |listed| Outcome::new(listed, State::Unreadable(Failure::from(&Error::Defect))),
        shown,
    )?;
    for gone in work.gone(&listed) {
        gone.count(&mut status);
        output::print(&mut io::stdout().lock(), &work.write(&gone))?;
    }
    Ok(status)
}

/// What was found of one envelope.
struct Outcome {
    /// `None` where there is nothing but a row.
    listed: Option<Listed>,
    state: State,
}

enum State {
    /// It is as it was sealed and what the index says, if there is one.
    Whole,
    /// It is as it was sealed, and the index is older.
    NotInIndex,
    /// It is whole, but the reader's trust does not reach it.
    NotProvable,
    /// It is another envelope than the index says.
    Other,
    /// It is not as it was sealed.
    NotAsSealed,
    /// Only the index knows it.
    Gone(Box<Facts>),
    Unreadable(Failure),
}

impl State {
    /// The stable word that scripts may compare.
    fn name(&self) -> &'static str {
        match self {
            State::Whole => "whole",
            State::NotInIndex => "not-in-index",
            State::NotProvable => "not-provable",
            State::Other => "other-than-indexed",
            State::NotAsSealed => "not-as-sealed",
            State::Gone(_) => "gone",
            State::Unreadable(_) => "unreadable",
        }
    }

    fn words(&self, language: Language) -> String {
        let words = match self {
            State::Whole => ("as sealed", "som det förseglades"),
            State::NotInIndex => (
                "as sealed; not in the index yet: `sigill store rebuild`",
                "som det förseglades; ännu inte i indexet: `sigill store rebuild`",
            ),
            State::NotProvable => ("not provable", "går inte att bevisa"),
            State::Other => (
                "another envelope than the index says",
                "ett annat kuvert än indexet säger",
            ),
            State::NotAsSealed => ("not as it was sealed", "inte som det förseglades"),
            State::Gone(_) => (
                "in the index, but not in the store",
                "i indexet men inte i arkivet",
            ),
            State::Unreadable(failure) => return failure.message.clone(),
        };
        match language {
            Language::English => words.0.to_owned(),
            Language::Swedish => words.1.to_owned(),
        }
    }
}

impl Outcome {
    fn new(listed: &Listed, state: State) -> Self {
        Outcome {
            listed: Some(listed.clone()),
            state,
        }
    }

    fn count(&self, status: &mut Status) {
        match self.state {
            State::Whole => {}
            State::NotInIndex | State::NotProvable => status.take_undecided(),
            State::Other | State::NotAsSealed | State::Gone(_) => status.take_failure(),
            State::Unreadable(_) => status.take_error(),
        }
    }
}

struct Work<'a> {
    arguments: &'a VerifyArguments,
    reader: Reader<'a>,
    validator: Validator<'a>,
    /// The rows of the index, and where that stands.
    known: Option<(&'a Rows, &'a IndexPlace)>,
    extent: Extent,
}

impl Work<'_> {
    fn verify(&self, listed: &Listed) -> Outcome {
        let store = self.reader.store;
        let state = match store.read(&listed.name) {
            Err(error) => State::Unreadable(problem(store, &listed.name, &error)),
            Ok((bytes, version)) => {
                let row = self.reader.row(&bytes, version);
                self.state(listed, &row, &bytes)
            }
        };
        Outcome::new(listed, state)
    }

    fn state(&self, listed: &Listed, row: &Row, bytes: &Bytes) -> State {
        let row_in = |(rows, place): (&Rows, &IndexPlace)| rows.row(&place.key(&listed.name));
        let indexed = self.known.map(row_in);
        let indexed = match indexed.transpose() {
            Ok(indexed) => indexed.flatten(),
            Err(trouble) => {
                return State::Unreadable(output::failure(trouble.name(), trouble.to_string()));
            }
        };
        let other = match &indexed {
            Some(before) if before.is_of_same_bytes(row) => None,
            Some(before) if before.may_become(row) => Some(State::NotInIndex),
            Some(_) => Some(State::Other),
            None => self.known.map(|_| State::NotInIndex),
        };
        match other {
            _ if row.facts.is_none() => State::NotAsSealed,
            Some(State::Other) => State::Other,
            _ if !self.is_provable(bytes) => State::NotProvable,
            other => other.unwrap_or(State::Whole),
        }
    }

    /// Asked where the reader trusts anybody.
    fn is_provable(&self, bytes: &Bytes) -> bool {
        let setting = self.reader.setting;
        if setting.trust.certificates().is_empty() {
            return true;
        }
        archive::check(bytes, &self.validator, &setting.evidence, setting.time)
            .is_ok_and(|report| EnvelopeStatus::of(&report, setting.time).is_provable())
    }

    /// What only the index knows; where it knows of more than was named, that cannot be told.
    fn gone(&self, listed: &[Listed]) -> Vec<Outcome> {
        let mut gone = Vec::new();
        let of_whole = self
            .known
            .filter(|(_, place)| place.is_of_whole() && self.extent == Extent::Whole);
        let Some((rows, place)) = of_whole else {
            return gone;
        };
        let there = listed.iter().map(|listed| place.key(&listed.name));
        let there: HashSet<[u8; 32]> = there.collect();
        let taken = rows.each(
            |key| !there.contains(key),
            |row| {
                let state = match row.facts {
                    Some(facts) => State::Gone(Box::new(facts)),
                    None => return,
                };
                gone.push(Outcome {
                    listed: None,
                    state,
                });
            },
        );
        if let Err(trouble) = taken {
            let failure = output::failure(trouble.name(), trouble.to_string());
            let state = State::Unreadable(failure);
            gone.push(Outcome {
                listed: None,
                state,
            });
        }
        gone
    }

    fn write(&self, outcome: &Outcome) -> String {
        let shared = &self.arguments.shared;
        let options = shared.options();
        let shown = |text: String| match options.personal_identifiers {
            PersonalIdentifiers::Masked => personal_number::mask(&text).into_owned(),
            PersonalIdentifiers::Shown => text,
        };
        let path = |listed: &Listed| self.reader.store.path_of(&listed.name);
        let path = outcome.listed.as_ref().map(path);
        let path = path.map(|path| shown(path.display().to_string()));
        let gone = match &outcome.state {
            State::Gone(facts) => Some(facts),
            _ => None,
        };
        let document = gone.map(|facts| hexadecimal(&facts.document));
        let number = gone.and_then(|facts| facts.diary_number.clone());
        match shared.format {
            Format::Json => {
                let error = match &outcome.state {
                    State::Unreadable(failure) => Some(shown(failure.message.clone())),
                    _ => None,
                };
                serde_json::json!({"schema": "sigill/1", "verified": {
                    "path": path, "state": outcome.state.name(), "document_sha256": document,
                    "diary_number": number, "error": error,
                }})
                .to_string()
            }
            Format::Text | Format::Html | Format::Xml => {
                let known = [path, document, number].into_iter().flatten();
                let known = known.collect::<Vec<_>>().join(", ");
                let words = shown(outcome.state.words(options.language));
                output::visible(&format!("{known}: {words}"))
            }
        }
    }
}
