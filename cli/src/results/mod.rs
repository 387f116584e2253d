//! The results of a whole run in one file: whole or not at all, and never judged twice without
//! need. What a journal beside it holds is what is known so far.

mod file_mark;
mod journal;
mod judged_by;
#[cfg(feature = "parquet")]
mod table;

use crate::arguments::{Format, ValidateArguments};
use crate::documents::Listed;
use crate::input;
use crate::output::{self, Status, Wanted, complain};
use crate::progress::Progress;
use crate::validate::Judge;
use file_mark::FileMark;
use journal::{Entry, Journal, Key};
pub use judged_by::{judged_by, programme};
use sigill::bulk::{Moments, Order};
use sigill::report::{Judged, NeedsSection, Row, Summary, json, rows};
use sigill::{Error, Report, UnixTime};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
    let journal = Journal::open(&beside(out, ".journal"))?;
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
        rehashes: arguments.rehash,
        judged_by: judged_by::with_trust(&judged_by, &setting.trust),
        journal,
    };
    let (status, summary) = work.judge_all(arguments, &documents)?;
    let keys: Vec<Key> = documents.iter().map(|(key, _)| *key).collect();
    work.journal.sync()?;
    write_whole(out, |file| form.write(file, &keys, &work.journal))?;
    work.journal.tidy(&keys, &beside(out, ".journal.partial"))?;
    if let Some(page) = &arguments.summary {
        let html = summary.to_html(&work.wanted.options);
        write_whole(page, |file| told(page, file.write_all(html.as_bytes())))?;
    }
    let text = summary.to_text(&work.wanted.options);
    output::print(&mut io::stdout().lock(), &text)?;
    Ok(status)
}

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    JsonLines,
    Parquet,
}

impl Form {
    fn of(out: &Path) -> Result<Self, String> {
        match out.extension().and_then(|end| end.to_str()) {
            Some("jsonl") => Ok(Form::JsonLines),
            Some("parquet") if cfg!(feature = "parquet") => Ok(Form::Parquet),
            Some("parquet") => {
                Err("this sigill was built without the feature `parquet`".to_owned())
            }
            _ => Err("--out: the file must end in .jsonl or .parquet".to_owned()),
        }
    }

    fn write(self, file: &mut File, keys: &[Key], journal: &Journal) -> Result<(), String> {
        match self {
            Form::JsonLines => write_lines(file, keys, journal),
            #[cfg(feature = "parquet")]
            Form::Parquet => table::write(file, keys, journal),
            #[cfg(not(feature = "parquet"))]
            Form::Parquet => Ok(()),
        }
    }
}

fn write_lines(file: &mut File, keys: &[Key], journal: &Journal) -> Result<(), String> {
    let mut output = BufWriter::with_capacity(1 << 20, file);
    for key in keys {
        let line = journal.line(key)?;
        output::print(&mut output, line.record()?)?;
    }
    output.flush().map_err(|error| format!("--out: {error}"))
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
    let summary = arguments.summary.clone();
    let mut own = own_files(out).to_vec();
    own.extend(summary.iter().map(|page| beside(page, ".partial")));
    own.extend(summary);
    let own: HashSet<PathBuf> = own.iter().filter_map(|path| place(path)).collect();
    let names: HashSet<_> = own.iter().filter_map(|path| path.file_name()).collect();
    let mut seen = HashSet::new();
    let documents = documents.into_iter().filter(|document| {
        let name = document.path.file_name();
        let is_namesake = name.is_some_and(|name| names.contains(name));
        !(is_namesake && place(&document.path).is_some_and(|place| own.contains(&place)))
    });
    let documents = documents.map(|document| (journal::key(&document), document));
    documents.filter(|(key, _)| seen.insert(*key)).collect()
}

/// The results, their journal, and both while they are written.
fn own_files(out: &Path) -> [PathBuf; 4] {
    ["", ".partial", ".journal", ".journal.partial"].map(|end| beside(out, end))
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

/// Writes a file aside, and puts it in its place when all of it is on the disk.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), String>,
) -> Result<(), String> {
    let partial = beside(path, ".partial");
    let mut file = told(&partial, File::create(&partial))?;
    write(&mut file)?;
    told(&partial, file.sync_all())?;
    told(path, fs::rename(&partial, path))
}

fn told<T>(path: &Path, result: io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("{}: {error}", path.display()))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

struct Work<'a> {
    form: Form,
    judge: &'a Judge<'a>,
    wanted: Wanted<'a>,
    /// Of what all documents share; `None` where judgements follow the present.
    moments: Option<Moments>,
    rehashes: bool,
    judged_by: String,
    journal: Journal,
}

/// What became of one document.
struct Outcome {
    key: Key,
    judged: Judged,
    status: Status,
    rows: Vec<Row>,
    /// What the journal does not hold yet.
    line: Option<String>,
}

impl Work<'_> {
    fn judge_all(
        &self,
        arguments: &ValidateArguments,
        documents: &[(Key, Listed)],
    ) -> Result<(Status, Summary), String> {
        let mut status = Status::default();
        let mut summary = Summary::default();
        let mut progress = Progress::new(documents.len());
        if documents.is_empty() {
            complain("there is no file in what was named");
            status.take_error();
        }
        output::pipeline(arguments.shared.jobs, Order::AsFinished).run(
            documents.iter(),
            |(_, document)| input::weight(&document.path),
            |(key, document)| {
                self.known(key, document)
                    .unwrap_or_else(|| self.judge(key, document))
            },
            |(key, document)| self.defect(key, document),
            |outcome| {
                if let Some(line) = &outcome.line {
                    self.journal.append(outcome.key, line)?;
                }
                status.add(outcome.status);
                summary.add(&outcome.rows, outcome.judged);
                progress.advance(outcome.status.has_failed());
                Ok::<(), String>(())
            },
        )?;
        progress.finish();
        Ok((status, summary))
    }

    /// What an earlier run has found, if that would be found again.
    fn known(&self, key: &Key, document: &Listed) -> Option<Outcome> {
        let line = self.journal.line(key).ok()?;
        let mut entry = line.entry()?;
        let is_by_the_same = entry.judged_by == self.judged_by;
        if !is_by_the_same || !self.would_be_found_again(&entry) {
            return None;
        }
        let mut is_fresh = false;
        for (path, mark) in paths(document).zip(entry.files.as_mut()?) {
            if self.rehashes || !mark.is_unchanged(path) {
                *mark = mark.of_same_bytes(path, self.judge.setting)?;
                is_fresh = true;
            }
        }
        let record = line.record().ok()?;
        Some(Outcome {
            key: *key,
            judged: Judged::Before,
            status: entry.status,
            line: is_fresh.then(|| journal::line(key, &entry, record)),
            rows: entry.rows,
        })
    }

    /// A verdict is of one time. It holds at another only if nothing that it depends on begins
    /// or ends from the one to the other.
    fn would_be_found_again(&self, entry: &Entry) -> bool {
        let (then, now) = (entry.judged_at, self.judge.setting.time.0);
        let holds = |moments: &Moments| {
            let end = moments.first_from(UnixTime(then)).0;
            then < now && now < end.min(entry.unchanged_until)
        };
        // What was fetched then may be otherwise now, also for the same time.
        let is_settled = then == now && self.judge.fetcher.is_none();
        is_settled || self.moments.as_ref().is_some_and(holds)
    }

    fn judge(&self, key: &Key, document: &Listed) -> Outcome {
        let before: Vec<_> = paths(document).map(file_mark::state).collect();
        let judgement = self.judge.judge(document);
        let digests = [judgement.report.document.sha256, judgement.detached_sha256];
        let files = paths(document).zip(before).zip(digests);
        let files = files.map(|((path, before), sha256)| {
            let sha256 = sha256?;
            Some(FileMark::new(path, before, sha256))
        });
        let files: Option<Vec<FileMark>> = files.collect();
        let is_lasting = !matches!(
            judgement.report.error,
            Some(Error::InputOutput(_) | Error::Changed | Error::Defect | Error::Encrypted)
        );
        let files = files.filter(|_| is_lasting);
        self.outcome(key, &judgement.report, judgement.unchanged_until, files)
    }

    fn defect(&self, key: &Key, document: &Listed) -> Outcome {
        let report = self.judge.defect(document);
        self.outcome(key, &report, report.validation_time, None)
    }

    fn outcome(
        &self,
        key: &Key,
        report: &Report,
        unchanged_until: UnixTime,
        files: Option<Vec<FileMark>>,
    ) -> Outcome {
        let mut status = Status::default();
        status.take(report, self.wanted.demands);
        let entry = Entry {
            judged_by: self.judged_by.clone(),
            judged_at: report.validation_time.0,
            unchanged_until: unchanged_until.0,
            files,
            status,
            rows: rows(report, &self.wanted.options),
        };
        let record = match self.form {
            Form::JsonLines => json::to_json(report, &self.wanted.options),
            Form::Parquet => String::new(),
        };
        Outcome {
            key: *key,
            judged: Judged::Now,
            status,
            line: Some(journal::line(key, &entry, &record)),
            rows: entry.rows,
        }
    }
}

/// The files that a verdict is about.
fn paths(document: &Listed) -> impl Iterator<Item = &Path> {
    let detached = document.detached.as_deref();
    std::iter::once(document.path.as_path()).chain(detached)
}
