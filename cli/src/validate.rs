//! `sigill validate`.

use crate::arguments::{Format, ValidateArguments};
use crate::fetching::{self, Fetcher};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use sigill::limits::Limits;
use sigill::report::NeedsSection;
use sigill::{Document, Error, Evidence, Report, Source, Validator};
use std::path::{Path, PathBuf};

/// Judges every document that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &ValidateArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = input::detached(arguments.detached.as_deref(), &setting.limits)?;
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
        detached: detached.as_ref(),
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
    let judge = Judge {
        validator: &validator,
        setting: &setting,
        fetcher: Fetcher::wanted(&arguments.fetch),
        outlook,
    };
    output::judge_all(&arguments.shared, &wanted, &files, &validator, |path| {
        judge.file(path, key)
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
    detached: Option<&'a Source>,
}

struct Judge<'a> {
    validator: &'a Validator<'a>,
    setting: &'a Setting,
    fetcher: Option<Fetcher>,
    outlook: Outlook,
}

impl Judge<'_> {
    fn file(&self, path: &Path, key: Key<'_>) -> Report {
        let (validator, setting) = (self.validator, self.setting);
        let report = match input::open(path, &setting.limits) {
            Err(error) => validator.not_opened(error, setting.time),
            Ok(source) => match read(&source, key.password, key.detached, &setting.limits) {
                Ok((document, evidence)) => self.document(&document, evidence),
                Err(error) => validator.unreadable(source, error, setting.time),
            },
        };
        report.named(path.display().to_string())
    }

    fn document(&self, document: &Document, mut evidence: Evidence) -> Report {
        let (validator, time) = (self.validator, self.setting.time);
        evidence.extend(&self.setting.evidence);
        let fetcher = self.fetcher.as_ref();
        let report = fetching::judge(fetcher, &mut evidence, &self.setting.trust, |evidence| {
            validator.validate(document, evidence, time)
        });
        match self.outlook {
            Outlook::Omitted => report,
            Outlook::Computed => validator.validate_with_outlook(document, &evidence, time),
        }
    }
}

/// A document, which `password` opens if it is encrypted, and the evidence inside it.
///
/// # Errors
/// As for [`Document::read_with_password`].
pub fn read(
    source: &Source,
    password: &str,
    detached: Option<&Source>,
    limits: &Limits,
) -> Result<(Document, Evidence), Error> {
    let document = Document::read_with_password(source.clone(), password, limits)?;
    let document = match detached {
        Some(content) => document.with_detached(content.clone()),
        None => document,
    };
    let evidence = Evidence::from(&document);
    Ok((document, evidence))
}
