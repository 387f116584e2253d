//! Reports to the terminal, and the exit status of a run.

use crate::arguments::{Format, SharedArguments};
use rayon::prelude::*;
use sigill::binding::{Grade, OrganisationNumber, personal_number};
use sigill::report::{Options, SignatureReport, html, json, text, xml};
use sigill::validation::Indication;
use sigill::{Error, Report, UnixTime, Validator};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// The worst that was met in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    failed: bool,
    indeterminate: bool,
    unreadable: bool,
}

impl Status {
    /// Takes in the verdict on one document.
    pub fn take(&mut self, report: &Report, required: Option<&OrganisationNumber>) {
        match report.worst() {
            None => self.unreadable = true,
            Some(Indication::Failed(_)) => self.failed = true,
            Some(Indication::Indeterminate(_)) => self.indeterminate = true,
            Some(Indication::Passed) => {
                self.indeterminate |= required.is_some_and(|number| !is_by(report, number));
            }
        }
    }

    /// Notes a document for which nothing could be done.
    pub fn take_error(&mut self) {
        self.unreadable = true;
    }
}

/// Whether every signature is bound to the organisation by more than a claim.
fn is_by(report: &Report, number: &OrganisationNumber) -> bool {
    let wanted = number.to_string();
    let is_bound = |signature: &SignatureReport| {
        let organisation = &signature.binding.organisation;
        organisation.grade >= Grade::O2 && organisation.identifier.as_deref() == Some(&wanted)
    };
    !report.signatures.is_empty() && report.signatures.iter().all(is_bound)
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
    /// Whom every signature must be bound to.
    pub organisation: Option<&'a OrganisationNumber>,
}

/// Judges files side by side and prints the reports in the order of the files.
///
/// # Errors
/// A sentence where the output cannot be written.
pub fn judge_all(
    arguments: &SharedArguments,
    wanted: &Wanted<'_>,
    files: &[PathBuf],
    validator: &Validator<'_>,
    judge: impl Fn(&PathBuf) -> Report + Sync,
) -> Result<Status, String> {
    let threads = arguments.jobs.map_or(0, std::num::NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| error.to_string())?;
    let options = &wanted.options;
    let mut status = Status::default();
    if files.is_empty() {
        complain("there is no file in what was named");
        status.take_error();
    }
    let mut output = io::stdout().lock();
    // A batch at a time, so that memory does not grow with the number of documents.
    for batch in files.chunks(pool.current_num_threads() * BATCH) {
        let reports: Vec<(Report, String)> = pool.install(|| {
            batch
                .par_iter()
                .map(|file| {
                    let report = guarded(file, &judge).unwrap_or_else(|| {
                        let report = validator.not_opened(Error::Defect, UnixTime(0));
                        report.named(file.display().to_string())
                    });
                    let written = write(&report, arguments.format, options);
                    (report, written)
                })
                .collect()
        });
        for (report, written) in reports {
            status.take(&report, wanted.organisation);
            print(&mut output, &written)?;
        }
    }
    Ok(status)
}

/// A defect met in one document must not end the run.
fn guarded(file: &PathBuf, judge: impl Fn(&PathBuf) -> Report) -> Option<Report> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(file))).ok()
}

/// Documents per thread between two outputs.
const BATCH: usize = 32;

fn write(report: &Report, format: Format, options: &Options) -> String {
    match format {
        Format::Json => json::to_json(report, options),
        Format::Text => text::to_text(report, options),
        Format::Html => html::to_html(report, options),
        Format::Xml => xml::to_xml(report, options),
    }
}

/// Tells the user something beside the reports: personal numbers masked, and nothing in a file's
/// name reaches the terminal as a command.
pub fn complain(text: &str) {
    let visible: String = text
        .chars()
        .map(|character| match character {
            '\n' => character,
            control if control.is_control() => char::REPLACEMENT_CHARACTER,
            character => character,
        })
        .collect();
    eprintln!("sigill: {}", personal_number::mask(&visible));
}

/// Prints one report or line.
///
/// # Errors
/// A sentence where the output cannot be written.
pub fn print(output: &mut impl Write, written: &str) -> Result<(), String> {
    let end = if written.ends_with('\n') { "" } else { "\n" };
    write!(output, "{written}{end}").map_err(|error| format!("the output: {error}"))
}
