//! `sigill store find`.

use super::arguments::FindArguments;
use super::index::{Index, Rows, Trouble};
use super::index_place::IndexPlace;
use super::row::Facts;
use super::{Extent, Listed, Part, Store};
use crate::arguments::Format;
use crate::input::Setting;
use crate::output::{self, Status};
use sigill::UnixTime;
use sigill::archive::{EnvelopeFacts, FoundEnvelope, SealedVerdict};
use sigill::binding::{OrganisationNumber, personal_number};
use std::io;

/// Lists the envelopes of which everything holds that is asked for. Where the index does not
/// agree with the store in every envelope, nothing is listed: an envelope might be missing.
///
/// # Errors
/// A sentence where the command was used wrongly, or the output cannot be written.
pub fn run(arguments: &FindArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let Part {
        store,
        listed,
        extent,
    } = super::part(&arguments.store)?;
    let search = Search {
        arguments,
        setting: &setting,
        store: &*store,
        extent,
        policy: setting.policy.sha256(),
    };
    let mut status = Status::default();
    match search.found(listed) {
        Ok((found, unsearchable)) => {
            for listed in &found {
                search.tell(listed)?;
            }
            if unsearchable > 0 {
                status.take_error();
                output::complain(&format!(
                    "{unsearchable} envelopes are not as they were sealed, or none, and were not \
                     searched; `sigill store verify` names them"
                ));
            }
        }
        Err(trouble) => {
            status.take_error();
            output::complain(&format!("{}: {trouble}", arguments.store.display()));
            if arguments.shared.format == Format::Json {
                let kind = trouble.name();
                let line = format!(r#"{{"schema":"sigill/1","error":{{"kind":"{kind}"}}}}"#);
                output::print(&mut io::stdout().lock(), &line)?;
            }
        }
    }
    Ok(status)
}

struct Search<'a> {
    arguments: &'a FindArguments,
    setting: &'a Setting,
    store: &'a dyn Store,
    extent: Extent,
    /// SHA-256 of the policy.
    policy: String,
}

impl Search<'_> {
    /// The envelopes that were asked for, and how many could not be asked.
    fn found(
        &self,
        listed: io::Result<Vec<Listed>>,
    ) -> Result<(Vec<(Listed, EnvelopeFacts)>, usize), Trouble> {
        let (index, place) = Index::to_read(self.store)?;
        let rows = index.rows()?;
        let listed = listed?;
        self.agree(&rows, &place, &listed)?;
        let (mut found, mut unsearchable) = (Vec::new(), 0);
        for listed in listed {
            let row = rows.row(&place.key(&listed.name))?;
            let row = row.ok_or(Trouble::Damaged)?;
            let Some(facts) = row.facts else {
                unsearchable += 1;
                continue;
            };
            if self.asks_for(&facts)? && self.has_diary_number(&listed, &facts)? {
                let facts = facts.to_envelope_facts().ok_or(Trouble::Damaged)?;
                found.push((listed, facts));
            }
        }
        Ok((found, unsearchable))
    }

    fn agree(&self, rows: &Rows, place: &IndexPlace, listed: &[Listed]) -> Result<(), Trouble> {
        let (mut new, mut changed) = (0, 0);
        for listed in listed {
            match rows.row(&place.key(&listed.name))? {
                None => new += 1,
                Some(row) => changed += usize::from(!row.is_about(listed)),
            }
        }
        if new + changed > 0 {
            return Err(Trouble::Stale { new, changed });
        }
        let listed = u64::try_from(listed.len()).unwrap_or(u64::MAX);
        let gone = rows.count()?.saturating_sub(listed);
        if gone > 0 && place.is_of_whole() && self.extent == Extent::Whole {
            output::complain(&format!(
                "{gone} envelopes that the index knows are not in the store any more; \
                 `sigill store verify` tells which"
            ));
        }
        Ok(())
    }

    fn asks_for(&self, facts: &Facts) -> Result<bool, Trouble> {
        let asked = self.arguments;
        let is_digest = |digest| facts.document == digest || facts.sha256 == digest;
        let is_verdict = |choice| SealedVerdict::from(choice).name() == facts.verdict;
        let has_organisation = |asked: &String| {
            let mut organisations = facts.organisations.iter();
            organisations.any(|organisation| {
                let known = [&organisation.identifier, &organisation.name];
                known.into_iter().flatten().any(|known| same(known, asked))
            })
        };
        if asked.renew_before.is_some() && facts.policy != self.policy {
            return Err(Trouble::OtherPolicy);
        }
        let ends = |time: UnixTime| facts.renew_by.is_some_and(|end| end < time.0);
        Ok(asked.digest.is_none_or(is_digest)
            && asked.verdict.is_none_or(is_verdict)
            && asked.organisation.as_ref().is_none_or(has_organisation)
            && asked.renew_before.is_none_or(ends))
    }

    /// Where the index holds a number masked, the envelope itself is asked.
    fn has_diary_number(&self, listed: &Listed, facts: &Facts) -> Result<bool, Trouble> {
        let Some(asked) = &self.arguments.diary_number else {
            return Ok(true);
        };
        let masked = personal_number::mask(asked);
        if facts.diary_number.as_deref() != Some(&*masked) {
            return Ok(false);
        }
        if masked == *asked {
            return Ok(true);
        }
        let (bytes, _) = self.store.read(&listed.name)?;
        let own = EnvelopeFacts::read(&bytes, &self.setting.validator(), self.setting.time);
        Ok(own.is_ok_and(|own| own.intact && own.diary_number.as_ref() == Some(asked)))
    }

    fn tell(&self, (listed, facts): &(Listed, EnvelopeFacts)) -> Result<(), String> {
        let path = self.store.path_of(&listed.name).display().to_string();
        let found = FoundEnvelope { path: &path, facts };
        let options = self.arguments.shared.options();
        let line = match self.arguments.shared.format {
            Format::Json => found.to_json(&options),
            Format::Text | Format::Html | Format::Xml => found.to_text(&options),
        };
        output::print(&mut io::stdout().lock(), &line)
    }
}

/// Whether two names or identifiers are of one organisation; a number may be written with and
/// without hyphen, `16` or the `NTRSE-` of EN 319 412-1.
fn same(known: &str, asked: &str) -> bool {
    let number = |text: &str| {
        let text = text.strip_prefix("NTRSE-").unwrap_or(text);
        OrganisationNumber::parse(text).map(|number| number.to_string())
    };
    match (number(known), number(asked)) {
        (Some(known), Some(asked)) => known == asked,
        _ => known.to_lowercase() == asked.to_lowercase(),
    }
}
