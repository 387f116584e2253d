//! `sigill check`.

use crate::arguments::{CheckArguments, SharedArguments};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use crate::store::Named;
use sigill::binding::Enclosed;
use sigill::report::PublicReport;
use sigill::{Bytes, Error, Report, Validator, archive};
use std::io;
use std::path::Path;

/// Checks every envelope that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &CheckArguments) -> Result<Status, String> {
    let mut setting = read_setting(&arguments.shared)?;
    if arguments.believe_enclosed {
        setting.binding_sources.enclosed = Enclosed::Believed;
    }
    let validator = setting.validator();
    let named = Named::of(&arguments.paths)?;
    let public = arguments.public_report.as_deref();
    if public.is_some() && named.files().len() != 1 {
        return Err("--public-report belongs to one envelope; give just that one".to_owned());
    }
    let public = public
        .map(|path| Ok::<_, String>((path, input::read(path)?)))
        .transpose()?;
    output::judge_all(
        &arguments.shared,
        &setting.wanted(&arguments.shared),
        named.files(),
        &validator,
        |path| {
            let bytes = named.read(path);
            let envelope = bytes.as_ref().ok().cloned();
            let mut report = judge(path, bytes, &validator, &setting);
            if let (Some((place, public)), Some(envelope)) = (&public, envelope) {
                compare(&envelope, place, public, &validator, &mut report);
            }
            report
        },
    )
}

/// Adds to the report on an envelope whether the public report is the one on it.
fn compare(
    bytes: &Bytes,
    place: &Path,
    public: &[u8],
    validator: &Validator<'_>,
    report: &mut Report,
) {
    let Some(envelope) = &mut report.envelope else {
        return;
    };
    let compared = archive::compare_public_report(public, bytes, validator.limits());
    envelope.public_report = Some(PublicReport {
        path: Some(place.display().to_string()),
        // One that has none has nothing that belongs to it.
        ..compared.unwrap_or(PublicReport {
            path: None,
            sha256: sigill::crypto::sha256(public),
            belongs: false,
        })
    });
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
