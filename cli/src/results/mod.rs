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

use crate::arguments::{Format, ValidateArguments};
use crate::documents::Listed;
use crate::output::{self, Status, complain};
use crate::progress::Progress;
use crate::validate::Judge;
use aside::{Aside, is_aside, remove_abandoned};
use form::Form;
use journal::{Doubt, Journal, Key};
pub use judged_by::{judged_by, programme};
use ledger::Totals;
use lock::Lock;
use sigill::report::NeedsSection;
use standing::{Belief, Standing};
use std::collections::HashSet;
use std::fs;
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
    refuse_overwriting(arguments, out)?;
    let documents = without_own_files(documents, arguments, out);
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
    let place = Place::of(out);
    // Held until all is written.
    let (mut totals, _lock) = place.bring_up_to_date(&work, &documents, arguments)?;
    if documents.is_empty() {
        complain("there is no file in what was named");
        totals.status.take_error();
    }
    if let Some(page) = &arguments.summary {
        remove_abandoned(&[page]);
        let mut aside = Aside::of(page)?;
        aside.write(totals.summary.to_html(&work.wanted.options).as_bytes())?;
        aside.sync()?;
        aside.place()?;
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
        let lock = Lock::of(&self.journal)?;
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
        let journal = Journal::read(lock)?;
        let ledger = work.judge_all(documents, &journal, doubt, arguments.shared.jobs)?;
        journal.sync()?;
        let limits = &work.judge.setting.limits;
        let left = standing.and_then(|standing| {
            standing.results_of(&ledger.content(), &self.out, work.belief, limits)
        });
        let placed = match left {
            Some(placed) => placed,
            None => work.form.write(&self.out, &ledger, &journal)?,
        };
        let keys: Vec<Key> = documents.iter().map(|(key, _)| *key).collect();
        let lock = journal.tidy(&keys)?;
        let totals = ledger.totals.clone();
        let results = (self.out.as_path(), placed);
        standing::write(&self.standing, results, &lock, &work.judged_by, ledger)?;
        Ok((totals, lock))
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

/// Results never take the place of what they are about, nor of each other.
fn refuse_overwriting(arguments: &ValidateArguments, out: &Path) -> Result<(), String> {
    let written = [out.to_owned()]
        .into_iter()
        .chain(arguments.summary.clone());
    let named: HashSet<PathBuf> = arguments
        .paths
        .iter()
        .filter_map(|path| place(path))
        .collect();
    let mut clashes =
        written.filter(|path| place(path).is_some_and(|place| named.contains(&place)));
    if let Some(clash) = clashes.next() {
        return Err(format!("{}: would be written over", clash.display()));
    }
    let own = own_files(out).map(|file| place(&file));
    match &arguments.summary {
        Some(page) if own.contains(&place(page)) => {
            Err("--summary and --out: one file each".to_owned())
        }
        _ => Ok(()),
    }
}

/// Each document once, and none that this run itself writes.
fn without_own_files(
    documents: Vec<Listed>,
    arguments: &ValidateArguments,
    out: &Path,
) -> Vec<(Key, Listed)> {
    let own: Vec<PathBuf> = own_files(out)
        .into_iter()
        .chain(arguments.summary.clone())
        .filter_map(|path| place(&path))
        .collect();
    let mut seen = HashSet::new();
    let documents = documents.into_iter();
    let documents = documents.filter(|document| !is_one_of(&own, &document.path));
    let documents = documents.map(|document| (journal::key(&document), document));
    documents.filter(|(key, _)| seen.insert(*key)).collect()
}

/// Whether a file is one of these, or on its way to become one.
fn is_one_of(own: &[PathBuf], path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let named = |own: &&PathBuf| own.file_name() == Some(name) || is_aside(name, own);
    let namesakes = own.iter().filter(named);
    // The system is asked about few.
    let mut folders = namesakes.map(|own| own.parent());
    folders.any(|folder| place(path).is_some_and(|place| place.parent() == folder))
}

/// The results and what is kept beside them.
fn own_files(out: &Path) -> [PathBuf; 3] {
    let place = Place::of(out);
    [place.out, place.journal, place.standing]
}

/// Where a file is or would be, its folder's links followed.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
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
