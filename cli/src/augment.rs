//! `sigill augment`.

use crate::arguments::{AugmentArguments, Format, LevelChoice};
use crate::fetching::{self, Fetcher};
use crate::input::{self, Setting};
use crate::output::{self, Status, failure};
use crate::staging::Staging;
use crate::target::{self, Source};
use crate::time_stamping::Authorities;
use crate::validate;
use sigill::augmentation::{Augmentation, Augmented, Caller};
use sigill::crypto::{DigestAlgorithm, sha256};
use sigill::report::{
    AugmentReport, AugmentedDocument, DocumentSummary, Failure, Report, json, text,
};
use sigill::tsp::TimestampToken;
use sigill::validation::NeedKind;
use sigill::{Document, Error, Evidence, UnixTime, Validator};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Lifts every signature in what was named; each new document was judged before it is written.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &AugmentArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = input::detached(arguments.detached.as_deref(), &setting.limits)?;
    let sources = target::sources(
        &arguments.paths,
        |place| arguments.out.join(place),
        Path::to_owned,
    );
    if detached.is_some() && sources.len() != 1 {
        return Err("--detached belongs to one document; give just that one".to_owned());
    }
    let mut status = Status::default();
    if sources.is_empty() {
        output::complain("there is no file in what was named");
        status.take_error();
    }
    let work = Work {
        arguments,
        validator: setting.validator(),
        authorities: Authorities::named(&arguments.authority)?,
        fetcher: Fetcher::wanted(&arguments.fetch),
        staging: Staging::below(&arguments.out)?,
        detached,
        setting: &setting,
    };
    output::in_order(
        arguments.shared.jobs,
        &sources,
        |source| work.augment(source),
        |source| work.not_opened(source, &Error::Defect),
        |outcome| {
            status.add(outcome.status);
            work.tell(&outcome.report)
        },
    )?;
    Ok(status)
}

/// What became of one document.
struct Outcome {
    report: AugmentReport,
    status: Status,
}

struct Work<'a> {
    arguments: &'a AugmentArguments,
    validator: Validator<'a>,
    authorities: Authorities,
    fetcher: Option<Fetcher>,
    staging: Staging,
    detached: Option<sigill::Source>,
    setting: &'a Setting,
}

impl Work<'_> {
    fn augment(&self, source: &Source) -> Outcome {
        let limits = &self.setting.limits;
        let file = match input::open(&source.path, limits) {
            Ok(file) => file,
            Err(error) => return self.not_opened(source, &error),
        };
        let summary = DocumentSummary {
            path: Some(source.path.display().to_string()),
            ..self.validator.summary(&file)
        };
        let document = match validate::read(&file, "", self.detached.as_ref(), &self.validator) {
            Ok((document, _)) => document,
            Err(error) => return refused(summary, 0, Failure::from(&error)),
        };
        if source.target.exists() {
            let message = format!("{} is there already", source.target.display());
            return refused(summary, 0, failure("exists", message));
        }
        let on_behalf = OnBehalf {
            work: self,
            calls: AtomicU64::new(0),
        };
        let plan = Augmentation {
            level: self.arguments.level.into(),
            digest: self.arguments.hash.into(),
            time: self.setting.time,
            validator: &self.validator,
        };
        let augmented = plan.of(&document, &on_behalf);
        let calls = on_behalf.calls.into_inner();
        let augmented = augmented.map_err(|refusal| failure(refusal.kind(), refusal.to_string()));
        let placed = augmented.and_then(|augmented| {
            let bytes = augmented.bytes.as_ref();
            bytes.map_or(Ok(()), |bytes| self.staging.place(&source.target, bytes))?;
            Ok(augmented)
        });
        match placed {
            Ok(augmented) => self.done(source, &augmented, summary, calls),
            Err(failure) => refused(summary, calls, failure),
        }
    }

    fn done(
        &self,
        source: &Source,
        augmented: &Augmented,
        document: DocumentSummary,
        calls: u64,
    ) -> Outcome {
        let after = &augmented.report;
        let mut status = Status::default();
        status.take(after, &self.setting.demands);
        let signatures = after.signatures.iter();
        let levels = signatures.map(|signature| (signature.id.clone(), signature.level));
        Outcome {
            report: AugmentReport {
                document,
                augmented: augmented.bytes.as_ref().map(|bytes| AugmentedDocument {
                    path: source.target.display().to_string(),
                    sha256: sha256(bytes),
                }),
                levels: levels.collect(),
                revocation_data_missing: self.missing_in(after),
                counter_signatures: counter_signatures(after),
                tsa_calls: calls,
                error: None,
            },
            status,
        }
    }

    /// What levels LT and LTA lack of time-stamps, which the policy lets pass.
    fn missing_in(&self, report: &Report) -> Vec<String> {
        if matches!(self.arguments.level, LevelChoice::T) {
            return Vec::new();
        }
        let inside = report.signatures.iter().flat_map(|one| &one.timestamps);
        let stamps = inside.chain(&report.timestamps);
        let needs = stamps.flat_map(|stamp| &stamp.conclusion.needs);
        let missing = needs.filter(|need| need.kind == NeedKind::RevocationData);
        let about: BTreeSet<String> = missing.map(|need| need.about.clone()).collect();
        about.into_iter().collect()
    }

    fn tell(&self, report: &AugmentReport) -> Result<(), String> {
        let options = self.arguments.shared.options();
        let line = match self.arguments.shared.format {
            Format::Json => json::augmentation_to_json(report, &options),
            Format::Text | Format::Html | Format::Xml => {
                text::augmentation_to_text(report, &options)
            }
        };
        output::print(&mut io::stdout().lock(), &line)
    }

    fn not_opened(&self, source: &Source, error: &Error) -> Outcome {
        let report = self.validator.not_opened(error.clone(), self.setting.time);
        let report = report.named(source.path.display().to_string());
        refused(report.document, 0, Failure::from(error))
    }
}

fn counter_signatures(report: &Report) -> usize {
    let signatures = report.signatures.iter();
    let with = signatures.flat_map(|signature| signature.with_counter_signatures());
    with.count() - report.signatures.len()
}

fn refused(document: DocumentSummary, calls: u64, failure: Failure) -> Outcome {
    let mut status = Status::default();
    status.take_error();
    Outcome {
        report: AugmentReport {
            document,
            augmented: None,
            levels: Vec::new(),
            revocation_data_missing: Vec::new(),
            counter_signatures: 0,
            tsa_calls: calls,
            error: Some(failure),
        },
        status,
    }
}

/// The network and the evidence of a run, for one document.
struct OnBehalf<'a> {
    work: &'a Work<'a>,
    calls: AtomicU64,
}

impl Caller for OnBehalf<'_> {
    fn stamp(&self, digest: DigestAlgorithm, imprint: &[u8]) -> Result<TimestampToken, String> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let (validator, setting) = (&self.work.validator, self.work.setting);
        self.work
            .authorities
            .stamp(digest, imprint, validator, setting)
    }

    fn judge(&self, document: &Document, time: UnixTime) -> (Report, Evidence) {
        let mut evidence = self.work.validator.evidence_in(document);
        evidence.extend(&self.work.setting.evidence);
        let (fetcher, trust) = (self.work.fetcher.as_ref(), &self.work.setting.trust);
        let report = fetching::judge(fetcher, &mut evidence, trust, |evidence| {
            self.work.validator.validate(document, evidence, time)
        });
        (report, evidence)
    }
}
