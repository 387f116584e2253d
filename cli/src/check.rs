//! `sigill check`.

use crate::arguments::{CheckArguments, SharedArguments};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use sigill::{Bytes, Error, Report, Validator, archive};
use std::fs;
use std::path::{Path, PathBuf};

/// Checks every envelope that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &CheckArguments) -> Result<Status, String> {
    let setting = read_setting(&arguments.shared)?;
    let validator = setting.validator();
    let files: Vec<PathBuf> = input::files_of(&arguments.paths)
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    output::judge_all(
        &arguments.shared,
        &setting.wanted(&arguments.shared),
        &files,
        &validator,
        |path| judge(path, &validator, &setting),
    )
}

/// What checking goes by.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn read_setting(arguments: &SharedArguments) -> Result<Setting, String> {
    let setting = Setting::read(arguments)?;
    if setting.trust.certificates().is_empty() {
        output::complain(
            "without --trust nothing can be proven; the anchors inside an envelope are its own \
             word only",
        );
    }
    Ok(setting)
}

/// The report on one envelope.
pub fn judge(path: &Path, validator: &Validator<'_>, setting: &Setting) -> Report {
    let name = path.display().to_string();
    let bytes = match fs::read(path) {
        Ok(bytes) => Bytes::from(bytes),
        Err(error) => {
            let error = Error::InputOutput(error.kind());
            return validator.not_opened(error, setting.time).named(name);
        }
    };
    match archive::check(&bytes, validator, &setting.evidence, setting.time) {
        Ok(mut report) => {
            if let Some(envelope) = &mut report.envelope {
                envelope.path = Some(name);
            }
            report
        }
        Err(error) => validator
            .unreadable(&bytes, error, setting.time)
            .named(name),
    }
}
