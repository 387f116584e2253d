//! `sigill check`.

use crate::arguments::{CheckArguments, SharedArguments};
use crate::input::Setting;
use crate::output::{self, Status};
use crate::store::Named;
use sigill::{Bytes, Error, Report, Validator, archive};
use std::io;
use std::path::Path;

/// Checks every envelope that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &CheckArguments) -> Result<Status, String> {
    let setting = read_setting(&arguments.shared)?;
    let validator = setting.validator();
    let named = Named::of(&arguments.paths)?;
    output::judge_all(
        &arguments.shared,
        &setting.wanted(&arguments.shared),
        named.files(),
        &validator,
        |path| judge(path, named.read(path), &validator, &setting),
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
pub fn judge(
    path: &Path,
    bytes: io::Result<Bytes>,
    validator: &Validator<'_>,
    setting: &Setting,
) -> Report {
    let name = path.display().to_string();
    let bytes = match bytes {
        Ok(bytes) => bytes,
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
        Err(error) => validator.unreadable(bytes, error, setting.time).named(name),
    }
}
