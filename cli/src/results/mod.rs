//! The results of a whole run in one file: whole or not at all, and never judged twice without
//! need. What a journal beside it holds is what is known so far, and how things stood at the end of
//! a run tells the next that there is nothing to do.

mod aside;
mod file_mark;
mod form;
mod journal;
mod judged_by;
mod ledger;
mod lock;
mod standing;
#[cfg(feature = "parquet")]
mod table;
mod work;
mod written;

use crate::arguments::{Format, ValidateArguments};
use crate::documents::Listed;
use crate::output::{self, Status, complain};
use crate::progress::Progress;
use crate::validate::Judge;
use aside::{remove_abandoned, write_whole};
use form::Form;
use journal::{Doubt, Journal, Key};
pub use judged_by::{judged_by, programme};
use ledger::{Ledger, Totals};
use lock::Lock;
use sigill::report::NeedsSection;
use standing::{Belief, Placed, Standing};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;
use work::Work;

/// Judges every document, or takes over what is known of it, and writes the results.
///
/// # Errors
/// A sentence where the command was used wrongly or the results cannot be written.
pub fn run(
    arguments: &ValidateArguments,
    out: &Path,
    documents: Vec<Listed>,
    judge: &Judge<'_>,
    judged_by: String,
) -> Result<Status, String> {
    let form = Form::of(out)?;
    if matches!(arguments.shared.format, Format::Html | Format::Xml) {
        return Err("--format is for standard output; the end of --out says how to write".into());
    }
    let place = Place::of(out);
    let documents = written::documents_beside(documents, arguments, &place)?;
    let setting = judge.setting;
    let mut wanted = setting.wanted(&arguments.shared);
    if arguments.needs {
        wanted.options.needs = NeedsSection::Listed;
    }
    let work = Work {
        form,
        judge,
        wanted,
        moments: setting.moments(),
        belief: match arguments.rehash {
            true => Belief::InDigests,
            false => Belief::InFileSystem,
        },
        judged_by: judged_by::with_trust(&judged_by, &setting.trust),
    };
    // Held until all is written.
    let (mut totals, _lock) = place.bring_up_to_date(&work, &documents, arguments)?;
    if documents.is_empty() {
        complain("there is no file in what was named");
        totals.status.take_error();
    }
    if let Some(page) = &arguments.summary {
        let html = totals.summary.to_html(&work.wanted.options);
        write_whole(page, html.as_bytes())?;
    }
    let text = totals.summary.to_text(&work.wanted.options);
    output::print(&mut io::stdout().lock(), &text)?;
    Ok(totals.status)
}

/// Where results are, and what is kept beside them.
struct Place {
    out: PathBuf,
    journal: PathBuf,
    standing: PathBuf,
}

impl Place {
    fn of(out: &Path) -> Self {
        Place {
            out: out.to_owned(),
            journal: beside(out, ".journal"),
            standing: beside(out, ".standing"),
        }
    }

    fn files(&self) -> [&Path; 3] {
        [&self.out, &self.journal, &self.standing]
    }

    /// Leaves results that are just what this run would come to, or writes them.
    fn bring_up_to_date(
        &self,
        work: &Work<'_>,
        documents: &[(Key, Listed)],
        arguments: &ValidateArguments,
    ) -> Result<(Totals, Lock), String> {
        let lock = Lock::of(&self.journal, &self.out)?;
        let standing = Standing::read(&self.standing, &work.judged_by);
        if work.belief == Belief::InFileSystem
            && let Some(standing) = &standing
            && let Some(totals) = self.totals_again(standing, work, documents)
        {
            return Ok((totals, lock));
        }
        remove_abandoned(&self.files());
        let has_journal = |standing: &Standing| standing.has_journal(&self.journal);
        let doubt = match work.belief == Belief::InFileSystem
            && standing.as_ref().is_some_and(has_journal)
        {
            true => Doubt::OfEntry,
            false => Doubt::OfWhole,
        };
        let journal = Journal::read(lock, &work.judged_by)?;
        let judge = |doubt| {
            let ledger = work.judge_all(documents, &journal, doubt, arguments.shared.jobs)?;
            journal.sync()?;
            let placed = self.results_of(work, standing.as_ref(), &ledger, &journal)?;
            Ok::<_, String>((ledger, placed))
        };
        let (ledger, placed) = match (judge(doubt), doubt) {
            // A record may be other than was believed; then its document is judged again.
            (Err(_), Doubt::OfEntry) => judge(Doubt::OfWhole)?,
            (judged, _) => judged?,
        };
        let keys: Vec<Key> = documents.iter().map(|(key, _)| *key).collect();
        let lock = journal.tidy(&keys)?;
        let totals = ledger.totals.clone();
        let results = (self.out.as_path(), placed);
        standing::write(&self.standing, results, &lock, &work.judged_by, ledger)?;
        Ok((totals, lock))
    }

    /// The results as they are, where they are these, or else as they are written.
    fn results_of(
        &self,
        work: &Work<'_>,
        standing: Option<&Standing>,
        ledger: &Ledger,
        journal: &Journal,
    ) -> Result<Placed, String> {
        let limits = &work.judge.setting.limits;
        let left = standing.and_then(|standing| {
            standing.results_of(&ledger.content(), &self.out, work.belief, limits)
        });
        left.map_or_else(|| work.form.write(&self.out, ledger, journal), Ok)
    }

    /// What the run comes to where nothing has changed since the last.
    fn totals_again(
        &self,
        standing: &Standing,
        work: &Work<'_>,
        documents: &[(Key, Listed)],
    ) -> Option<Totals> {
        let start = Instant::now();
        let totals = standing.totals(&self.out, &self.journal, documents, work)?;
        let mut totals = totals.clone();
        totals.summary.taken_over = totals.summary.documents;
        Progress::new(documents.len()).take_over_all(start, totals.failures);
        Some(totals)
    }
}

/// The same name with `end` after it.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
