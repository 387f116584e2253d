//! `sigill validate`.

use crate::arguments::{Format, ValidateArguments};
use crate::documents::{self, Listed};
use crate::fetching::{self, Fetcher};
use crate::input::{self, Setting};
use crate::output::{self, Status};
use crate::results;
use sigill::bulk::Moments;
use sigill::report::NeedsSection;
use sigill::{Document, Error, Evidence, Report, Source, UnixTime, Validator};
use std::path::Path;

/// Judges every document that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &ValidateArguments) -> Result<Status, String> {
    let by = match &arguments.out {
        Some(_) => {
            let programme = results::programme()?;
            Some((programme, results::judged_by(&programme, arguments)?))
        }
        None => None,
    };
    let setting = Setting::read(&arguments.shared)?;
    let documents = documents(arguments)?;
    let password = input::password(
        arguments.password.as_deref(),
        arguments.password_file.as_deref(),
    )?;
    let validator = setting.validator();
    let fetcher = Fetcher::wanted(&arguments.fetch);
    let is_shown = arguments.needs || arguments.shared.format == Format::Html;
    let judge = Judge {
        password: &password,
        validator: &validator,
        setting: &setting,
        fetcher: fetcher.as_ref(),
        outlook: match is_shown || arguments.out.is_some() {
            true => Outlook::Computed,
            false => Outlook::Omitted,
        },
    };
    if let Some((out, (programme, by))) = arguments.out.as_ref().zip(by) {
        if by != results::judged_by(&programme, arguments)? {
            return Err("a file that this run goes by was changed meanwhile".to_owned());
        }
        return results::run(arguments, out, documents, &judge, by);
    }
    let mut wanted = setting.wanted(&arguments.shared);
    if arguments.needs {
        wanted.options.needs = NeedsSection::Listed;
    }
    output::judge_all(
        &arguments.shared,
        &wanted,
        &documents,
        &validator,
        |document| judge.judge(document).report,
    )
}

/// What was named; the content that is given beside it belongs to one.
fn documents(arguments: &ValidateArguments) -> Result<Vec<Listed>, String> {
    let mut documents = documents::named(&arguments.paths)?;
    if let Some(content) = &arguments.detached {
        let [document] = documents.as_mut_slice() else {
            return Err("--detached belongs to one document; give just that one".to_owned());
        };
        input::can_be_opened(content)?;
        document.detached = Some(content.clone());
    }
    Ok(documents)
}

/// Whether it is computed until when a signature goes on to pass.
#[derive(Clone, Copy)]
pub enum Outlook {
    /// It is not.
    Omitted,
    /// It is, which costs further validations.
    Computed,
}

/// What judges one document after the other.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// It opens documents that are encrypted.
    pub password: &'a str,
    /// By what it is judged.
    pub validator: &'a Validator<'a>,
    /// By what it is judged, and when.
    pub setting: &'a Setting,
    /// It asks for what is missing.
    pub fetcher: Option<&'a Fetcher>,
    /// Whether it is computed until when a signature goes on to pass.
    pub outlook: Outlook,
}

/// The verdicts on one document.
pub struct Judgement {
    /// All that was found.
    pub report: Report,
    /// Nothing in the document begins or ends before.
    pub unchanged_until: UnixTime,
    /// SHA-256 of the content of detached signatures, where there is any.
    pub detached_sha256: Option<[u8; 32]>,
    /// Whether it is encrypted and would not be open without the password.
    pub needs_password: bool,
}

impl Judge<'_> {
    /// Judges a document.
    pub fn judge(&self, document: &Listed) -> Judgement {
        let time = self.setting.time;
        let judgement = match input::open(&document.path, &self.setting.limits) {
            Err(error) => Judgement::of_error(self.validator.not_opened(error, time)),
            Ok(source) => self.judge_source(&source, document.detached.as_deref()),
        };
        Judgement {
            report: named(judgement.report, document),
            ..judgement
        }
    }

    /// The report on a document in which a defect was met.
    pub fn defect(&self, document: &Listed) -> Report {
        let report = self.validator.not_opened(Error::Defect, self.setting.time);
        named(report, document)
    }

    fn judge_source(&self, source: &Source, detached: Option<&Path>) -> Judgement {
        let (limits, time) = (&self.setting.limits, self.setting.time);
        let unreadable = |error| {
            let report = self.validator.unreadable(source.clone(), error, time);
            Judgement::of_error(report)
        };
        let detached = match detached.map(|path| input::open(path, limits)).transpose() {
            Ok(detached) => detached,
            Err(error) => return unreadable(error),
        };
        let judgement = match read(source, self.password, detached.as_ref(), self.validator) {
            Ok((document, own)) => self.judge_read(&document, &own),
            Err(error) => unreadable(error),
        };
        Judgement {
            detached_sha256: detached.as_ref().and_then(Source::sha256),
            needs_password: self.needs_password(source),
            ..judgement
        }
    }

    fn needs_password(&self, source: &Source) -> bool {
        let limits = &self.setting.limits;
        let without = || Document::read_with_password(source.clone(), "", limits);
        !self.password.is_empty() && matches!(without(), Err(Error::Encrypted))
    }

    fn judge_read(&self, document: &Document, own: &Evidence) -> Judgement {
        let time = self.setting.time;
        let mut evidence = own.clone();
        evidence.extend(&self.setting.evidence);
        let (validator, trust) = (self.validator, &self.setting.trust);
        let judge = |evidence: &Evidence| validator.validate(document, evidence, time);
        let report = match (self.fetcher, self.outlook) {
            (None, Outlook::Computed) => validator.validate_with_outlook(document, &evidence, time),
            (Some(_), Outlook::Computed) => {
                let fetched = fetching::judge(self.fetcher, &mut evidence, trust, judge);
                Report {
                    unfetched: fetched.unfetched,
                    ..validator.validate_with_outlook(document, &evidence, time)
                }
            }
            (_, Outlook::Omitted) => fetching::judge(self.fetcher, &mut evidence, trust, judge),
        };
        Judgement {
            // What is asked for may have another answer at any time.
            unchanged_until: match self.fetcher {
                Some(_) => time,
                None => Moments::first_of_document(&report, own, &self.setting.policy),
            },
            report,
            detached_sha256: None,
            needs_password: false,
        }
    }
}

impl Judgement {
    /// What cannot be read cannot be read at any time.
    fn of_error(report: Report) -> Self {
        Judgement {
            report,
            unchanged_until: UnixTime(i64::MAX),
            detached_sha256: None,
            needs_password: false,
        }
    }
}

fn named(report: Report, document: &Listed) -> Report {
    let mut report = report.named(document.path.display().to_string());
    report.document.diary_number = document.diary_number.clone();
    report
}

/// A document, which `password` opens if it is encrypted, and the evidence inside it.
///
/// # Errors
/// As for [`Document::read_with_password`].
pub fn read(
    source: &Source,
    password: &str,
    detached: Option<&Source>,
    validator: &Validator<'_>,
) -> Result<(Document, Evidence), Error> {
    let limits = validator.limits();
    let document = Document::read_with_password(source.clone(), password, limits)?;
    let document = match detached {
        Some(content) => document.with_detached(content.clone()),
        None => document,
    };
    let evidence = validator.evidence_in(&document);
    Ok((document, evidence))
}
