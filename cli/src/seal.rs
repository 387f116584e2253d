//! `sigill seal`.

use crate::arguments::{Format, SealArguments};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use crate::time_stamping::Authority;
use crate::validate;
use sigill::archive::{self, SealedContent};
use sigill::report::{Failure, Report, SealReport, SealedEnvelope, json, text};
use sigill::validation::Indication;
use sigill::{Bytes, Error, Validator};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Seals every document that was named, each in an envelope of its own.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &SealArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = arguments.detached.as_deref().map(input::read).transpose()?;
    let files = input::files_of(&arguments.paths);
    if detached.is_some() && files.len() != 1 {
        return Err("--detached belongs to one document; give just that one".to_owned());
    }
    fs::create_dir_all(&arguments.out)
        .map_err(|error| format!("--out {}: {error}", arguments.out.display()))?;
    let work = Work {
        arguments,
        validator: setting.validator(),
        authority: Authority::at(&arguments.tsa)?,
        detached,
        setting: &setting,
    };
    let options = arguments.shared.options();
    let mut output = io::stdout().lock();
    let mut status = Status::default();
    for (path, _) in files {
        let (seal, report) = work.seal(&path);
        match &report {
            Some(report) if seal.error.is_none() => {
                status.take(report, setting.required_organisation.as_ref());
            }
            _ => status.take_error(),
        }
        let written = match arguments.shared.format {
            Format::Json => json::seal_to_json(&seal, &options),
            Format::Text | Format::Html | Format::Xml => text::seal_to_text(&seal, &options),
        };
        output::print(&mut output, &written)?;
    }
    Ok(status)
}

struct Work<'a> {
    arguments: &'a SealArguments,
    validator: Validator<'a>,
    authority: Authority,
    detached: Option<Vec<u8>>,
    setting: &'a Setting,
}

impl Work<'_> {
    /// One document after the other; what goes wrong with one is its own report.
    fn seal(&self, path: &Path) -> (SealReport, Option<Report>) {
        let name = path.display().to_string();
        let time = self.setting.time;
        let bytes = match fs::read(path) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) => {
                let error = Error::InputOutput(error.kind());
                let report = self.validator.not_opened(error, time).named(name);
                return (refused(&report), None);
            }
        };
        let report = match validate::read(bytes, self.detached.as_deref()) {
            Err((bytes, error)) => self.validator.unreadable(&bytes, error, time),
            Ok((document, mut evidence)) => {
                evidence.extend(&self.setting.evidence);
                let report = self.validator.validate(&document, &evidence, time);
                if report.error.is_none() {
                    let report = report.named(name);
                    let content = SealedContent {
                        document: &document,
                        name: &path.to_string_lossy(),
                        detached_name: self
                            .arguments
                            .detached
                            .as_deref()
                            .and_then(Path::file_name)
                            .and_then(|name| name.to_str()),
                        evidence: &evidence,
                        trust: &self.setting.trust,
                        policy: &self.setting.policy,
                        report: &report,
                    };
                    return (self.envelope(&content, path), Some(report));
                }
                report
            }
        };
        (refused(&report.named(name)), None)
    }

    fn envelope(&self, content: &SealedContent<'_>, path: &Path) -> SealReport {
        let mut seal = SealReport {
            envelope: None,
            document: content.report.document.clone(),
            tsa_calls: 0,
            provable_until: None,
            error: None,
        };
        if let Err(failure) = self.fill(content, path, &mut seal) {
            seal.error = Some(failure);
        }
        seal
    }

    fn fill(
        &self,
        content: &SealedContent<'_>,
        path: &Path,
        seal: &mut SealReport,
    ) -> Result<(), Failure> {
        let target = self.target(path);
        if target.exists() {
            return Err(failure(
                "exists",
                format!("{} is there already", target.display()),
            ));
        }
        let pending = archive::prepare(content, self.arguments.hash.into())
            .map_err(|error| Failure::from(&error))?;
        seal.tsa_calls += 1;
        let token = self
            .authority
            .stamp(&pending)
            .map_err(|problem| failure("time-stamp", problem))?;
        let envelope = Bytes::from(
            pending
                .complete(&token)
                .map_err(|error| Failure::from(&error))?,
        );
        // Nothing is kept that could not be checked: the time of the check is the token's own,
        // for the clock of the authority may run ahead of ours.
        let time = token.info.generation_time.max(self.setting.time);
        let checked = archive::check(&envelope, &self.validator, &self.setting.evidence, time)
            .map_err(|error| Failure::from(&error))?;
        let record = checked.evidence_records.first();
        if let Some(Indication::Failed(_)) = record.map(|record| record.conclusion.indication) {
            return Err(failure(
                "time-stamp",
                "the time-stamp does not verify".to_owned(),
            ));
        }
        let summary = checked.envelope.as_ref();
        seal.provable_until = record
            .filter(|record| record.conclusion.indication.is_passed())
            .and_then(|_| summary?.provable_until);
        if seal.provable_until.is_none() {
            output::complain(&format!(
                "{}: sealed, but the time-stamping authority is not among those you \
                 trust; give its root with --trust",
                path.display()
            ));
        }
        write_whole(&target, &envelope)?;
        seal.envelope = Some(SealedEnvelope {
            path: Some(target.display().to_string()),
            sha256: sigill::crypto::sha256(&envelope),
        });
        Ok(())
    }

    fn target(&self, path: &Path) -> PathBuf {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".asice");
        self.arguments.out.join(name)
    }
}

/// To a temporary file, synced, then renamed: an envelope is never half.
fn write_whole(target: &Path, envelope: &[u8]) -> Result<(), Failure> {
    let problem =
        |error: io::Error| failure("input-output", format!("{}: {error}", target.display()));
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(problem)?;
    file.write_all(envelope).map_err(problem)?;
    file.as_file().sync_all().map_err(problem)?;
    file.persist_noclobber(target)
        .map_err(|error| problem(error.error))?;
    Ok(())
}

fn refused(report: &Report) -> SealReport {
    SealReport {
        envelope: None,
        document: report.document.clone(),
        tsa_calls: 0,
        provable_until: None,
        error: report.error.as_ref().map(Failure::from),
    }
}

fn failure(kind: &'static str, message: String) -> Failure {
    Failure { kind, message }
}
