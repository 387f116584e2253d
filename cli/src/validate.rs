//! `sigill validate`.

use crate::arguments::{Format, ValidateArguments};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use sigill::limits::Limits;
use sigill::report::NeedsSection;
use sigill::{Document, Error, Evidence, Report, Validator};
use std::fs;
use std::path::{Path, PathBuf};

/// Judges every document that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &ValidateArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = arguments.detached.as_deref().map(input::read).transpose()?;
    let files: Vec<PathBuf> = input::files_of(&arguments.paths)
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    if detached.is_some() && files.len() != 1 {
        return Err("--detached belongs to one document; give just that one".to_owned());
    }
    let password = input::password(arguments)?;
    let key = Key {
        password: &password,
        detached: detached.as_deref(),
    };
    let validator = setting.validator();
    let mut wanted = setting.wanted(&arguments.shared);
    if arguments.needs {
        wanted.options.needs = NeedsSection::Listed;
    }
    let outlook = if arguments.needs || arguments.shared.format == Format::Html {
        Outlook::Computed
    } else {
        Outlook::Omitted
    };
    output::judge_all(&arguments.shared, &wanted, &files, &validator, |path| {
        judge(path, key, &validator, &setting, outlook)
    })
}

/// Whether it is computed until when a signature goes on to pass.
#[derive(Clone, Copy)]
enum Outlook {
    Omitted,
    Computed,
}

/// What a document needs that does not stand in it.
#[derive(Clone, Copy)]
struct Key<'a> {
    password: &'a str,
    detached: Option<&'a [u8]>,
}

fn judge(
    path: &Path,
    key: Key<'_>,
    validator: &Validator<'_>,
    setting: &Setting,
    outlook: Outlook,
) -> Report {
    let report = match fs::read(path) {
        Err(error) => validator.not_opened(Error::InputOutput(error.kind()), setting.time),
        Ok(bytes) => match read(bytes.into(), key.password, key.detached, &setting.limits) {
            Ok((document, mut evidence)) => {
                evidence.extend(&setting.evidence);
                match outlook {
                    Outlook::Omitted => validator.validate(&document, &evidence, setting.time),
                    Outlook::Computed => {
                        validator.validate_with_outlook(&document, &evidence, setting.time)
                    }
                }
            }
            Err((bytes, error)) => validator.unreadable(&bytes, error, setting.time),
        },
    };
    report.named(path.display().to_string())
}

/// A document, which `password` opens if it is encrypted, and the evidence inside it.
pub fn read(
    bytes: sigill::Bytes,
    password: &str,
    detached: Option<&[u8]>,
    limits: &Limits,
) -> Result<(Document, Evidence), (sigill::Bytes, Error)> {
    let document = match Document::read_with_password(bytes.clone(), password, limits) {
        Ok(document) => document,
        Err(error) => return Err((bytes, error)),
    };
    let document = match detached {
        Some(content) => document.with_detached(content.to_vec()),
        None => document,
    };
    let evidence = Evidence::from(&document);
    Ok((document, evidence))
}
