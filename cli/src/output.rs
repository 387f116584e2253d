//! Reports to the terminal, and the exit status of a run.

use crate::arguments::{Format, SharedArguments};
use crate::demands::Demands;
use crate::input;
use serde::{Deserialize, Serialize};
use sigill::archive::EnvelopeStatus;
use sigill::binding::personal_number;
use sigill::bulk::{Capacity, Order, Pipeline};
use sigill::report::{Failure, Options, html, json, text, xml};
use sigill::validation::Indication;
use sigill::{Error, Report, UnixTime, Validator};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

/// What is said of one file.
pub struct Answer {
    /// How it counts for the run.
    pub status: Status,
    /// The reports, one a line or below each other.
    pub text: String,
}

/// The worst that was met in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    failed: bool,
    indeterminate: bool,
    unreadable: bool,
}

impl Status {
    /// Takes in the verdict on one document.
    pub fn take(&mut self, report: &Report, demands: &Demands) {
        self.take_verdict(report.worst(), || demands.are_met_in(report));
    }

    /// Takes in one verdict; `None` where there was nothing to judge. What passed must also meet
    /// what is demanded of whoever signed.
    pub fn take_verdict(
        &mut self,
        verdict: Option<Indication>,
        meets_demands: impl FnOnce() -> bool,
    ) {
        match verdict {
            None => self.unreadable = true,
            Some(Indication::Failed(_)) => self.failed = true,
            Some(Indication::Indeterminate(_)) => self.indeterminate = true,
            Some(Indication::Passed) => self.indeterminate |= !meets_demands(),
        }
    }

    /// Takes in the status of one file.
    pub fn add(&mut self, other: Status) {
        self.failed |= other.failed;
        self.indeterminate |= other.indeterminate;
        self.unreadable |= other.unreadable;
    }

    /// Takes in how an envelope stands: failed where it is not as it was sealed, indeterminate
    /// where it is not provable or due for renewal.
    pub fn take_envelope(&mut self, status: &EnvelopeStatus) {
        match &status.envelope {
            Err(_) => self.unreadable = true,
            Ok(envelope) => {
                self.failed |= !envelope.is_intact();
                self.indeterminate |= !status.is_provable() || status.due.is_some();
            }
        }
    }

    /// Notes what is other than it must be.
    pub fn take_failure(&mut self) {
        self.failed = true;
    }

    /// Notes what cannot be decided.
    pub fn take_undecided(&mut self) {
        self.indeterminate = true;
    }

    /// Whether something is broken, beyond what is merely not proven.
    pub fn has_failed(self) -> bool {
        self.failed || self.unreadable
    }

    /// Notes a document for which nothing could be done.
    pub fn take_error(&mut self) {
        self.unreadable = true;
    }
}

impl From<Status> for ExitCode {
    /// 1 at least one failed; 2 none failed, at least one undecided; 3 at least one unreadable.
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status { failed: true, .. } => 1,
            Status {
                indeterminate: true,
                ..
            } => 2,
            Status {
                unreadable: true, ..
            } => 3,
            _ => 0,
        })
    }
}

/// What a run is to tell and to demand.
pub struct Wanted<'a> {
    /// How reports are to be written.
    pub options: Options,
    /// What must hold of every signature, beyond its verdict.
    pub demands: &'a Demands,
}

/// Judges documents side by side and prints the reports in the order of the files.
///
/// # Errors
/// A sentence where the output cannot be written.
pub fn judge_all<File: AsRef<Path> + Sync>(
    arguments: &SharedArguments,
    wanted: &Wanted<'_>,
    files: &[File],
    validator: &Validator<'_>,
    judge: impl Fn(&File) -> Report + Sync,
) -> Result<Status, String> {
    let answer = |report: Report| {
        let mut status = Status::default();
        status.take(&report, wanted.demands);
        Answer {
            status,
            text: write(&report, arguments.format, &wanted.options),
        }
    };
    answer_all(
        arguments.jobs,
        files,
        |file| answer(judge(file)),
        |file| {
            let report = validator.not_opened(Error::Defect, UnixTime(0));
            answer(report.named(file.as_ref().display().to_string()))
        },
    )
}

/// Answers for files side by side and prints the answers in the order of the files; one in
/// which a defect was met has its own answer, and the run goes on.
///
/// # Errors
/// A sentence where the output cannot be written.
pub fn answer_all<File: AsRef<Path> + Sync>(
    jobs: Option<NonZeroUsize>,
    files: &[File],
    answer: impl Fn(&File) -> Answer + Sync,
    on_defect: impl Fn(&File) -> Answer + Sync,
) -> Result<Status, String> {
    let mut status = Status::default();
    if files.is_empty() {
        complain("there is no file in what was named");
        status.take_error();
    }
    pipeline(jobs, Order::AsGiven).run(
        files.iter(),
        |file| input::weight(file.as_ref()),
        |file| answer(file),
        |file| on_defect(file),
        |answer| answer.text.len() as u64,
        |answer| {
            status.add(answer.status);
            print(&mut io::stdout().lock(), &answer.text)
        },
    )?;
    Ok(status)
}

/// Works on items side by side and takes what comes of them in the order of the items; one in
/// which a defect was met comes to something of its own, and the run goes on.
///
/// # Errors
/// A sentence where `take` says so.
pub fn in_order<Item: Sync, Outcome: Send>(
    jobs: Option<NonZeroUsize>,
    items: &[Item],
    work: impl Fn(&Item) -> Outcome + Sync,
    on_defect: impl Fn(&Item) -> Outcome + Sync,
    take: impl FnMut(Outcome) -> Result<(), String>,
) -> Result<(), String> {
    let (work, on_defect) = (|item: &&Item| work(item), |item: &&Item| on_defect(item));
    in_order_of(jobs, items.iter(), work, on_defect, take)
}

/// As [`in_order`], of items that come one after the other.
///
/// # Errors
/// A sentence where `take` says so.
pub fn in_order_of<Item: Send, Outcome: Send>(
    jobs: Option<NonZeroUsize>,
    items: impl Iterator<Item = Item> + Send,
    work: impl Fn(&Item) -> Outcome + Sync,
    on_defect: impl Fn(&Item) -> Outcome + Sync,
    take: impl FnMut(Outcome) -> Result<(), String>,
) -> Result<(), String> {
    pipeline(jobs, Order::AsGiven).run(items, |_| 0, work, on_defect, |_| 0, take)
}

/// As many threads as were asked for, else one per core.
pub fn pipeline(jobs: Option<NonZeroUsize>, order: Order) -> Pipeline {
    let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let workers = jobs.unwrap_or_else(cores);
    Pipeline {
        workers,
        capacity: Capacity {
            items: workers.saturating_mul(WAITING),
            weight: IN_WORK,
            waiting: WAITING_BYTES,
        },
        order,
    }
}

/// Answers per thread that may wait for an earlier one.
const WAITING: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);

/// Bytes of answers that may wait for an earlier one, 64 MB; those in work may add to it.
const WAITING_BYTES: u64 = 64 << 20;

/// Bytes of documents in memory at once, 64 MB.
const IN_WORK: u64 = 64 << 20;

fn write(report: &Report, format: Format, options: &Options) -> String {
    match format {
        Format::Json => json::to_json(report, options),
        Format::Text => text::to_text(report, options),
        Format::Html => html::to_html(report, options),
        Format::Xml => xml::to_xml(report, options),
    }
}

/// What kept something from being done, by a word for scripts.
pub fn failure(kind: &'static str, message: String) -> Failure {
    Failure { kind, message }
}

/// Tells the user something beside the reports: personal numbers masked, and nothing in a file's
/// name reaches the terminal as a command.
pub fn complain(text: &str) {
    eprintln!("sigill: {}", personal_number::mask(&visible(text)));
}

/// The text without anything that a terminal would take for a command.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' => character,
            control if control.is_control() => char::REPLACEMENT_CHARACTER,
            character => character,
        })
        .collect()
}

/// Prints one report or line.
///
/// # Errors
/// A sentence where the output cannot be written.
pub fn print(output: &mut impl Write, written: &str) -> Result<(), String> {
    let end = if written.ends_with('\n') { "" } else { "\n" };
    write!(output, "{written}{end}").map_err(|error| format!("the output: {error}"))
}
