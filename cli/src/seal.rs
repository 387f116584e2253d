//! `sigill seal`.

use crate::arguments::{Format, SealArguments};
use crate::fetching::{self, Fetcher};
use crate::input::{self, Setting};
use crate::manifest;
use crate::output::{self, Status, failure};
use crate::public_report;
use crate::staging::Staging;
use crate::store::{self, Store};
use crate::target;
use crate::time_stamping::{Authorities, Stamped};
use crate::validate;
use sigill::archive::{self, EnvelopeFacts, SealedContent};
use sigill::ers::HashTree;
use sigill::report::{
    DocumentSummary, Failure, Options, Report, SealReport, SealedEnvelope, json, text,
};
use sigill::validation::Indication;
use sigill::{Bytes, Document, Error, Evidence, UnixTime, Validator};
use std::io;
use std::path::PathBuf;

/// Seals every document that was named, each in an envelope of its own; one time-stamp serves as
/// many as were asked for.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &SealArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = input::detached(arguments.detached.as_deref(), &setting.limits)?;
    let store = store::open(&arguments.out)?;
    let sources = match &arguments.manifest {
        Some(manifest) => listed(manifest::read(manifest)?),
        None => sources(&arguments.paths, &*store, arguments.diary_number.as_ref()),
    };
    if detached.is_some() && sources.len() != 1 {
        return Err("--detached belongs to one document; give just that one".to_owned());
    }
    tell_large_registers(&setting);
    if arguments.diary_number.is_some() && sources.len() != 1 {
        return Err("--diary-number belongs to one document; give just that one".to_owned());
    }
    let mut run = Run::new(arguments);
    if sources.is_empty() {
        output::complain("there is no file in what was named");
        run.status.take_error();
    }
    let work = Work {
        arguments,
        validator: setting.validator(),
        authorities: Authorities::named(&arguments.authority)?,
        fetcher: Fetcher::wanted(&arguments.fetch),
        staging: store.staging()?,
        store: &*store,
        detached,
        setting: &setting,
    };
    for batch in sources.chunks(arguments.batch.get()) {
        work.seal_together(batch, &mut run)?;
    }
    store::bring_up_to_date(&*store, &setting, &arguments.shared);
    run.tell_cost()?;
    Ok(run.status)
}

fn tell_large_registers(setting: &Setting) {
    let most = setting.limits.sealed_register_bytes;
    for extract in setting.binding_sources.registers.extracts() {
        if extract.file.content.len() > most {
            output::complain(&format!(
                "the extract of {} has more than {most} bytes: envelopes name it by its digest, \
                 and do not keep it (--limit sealed_register_bytes)",
                extract.source
            ));
        }
    }
}

/// A document and where its envelope is to stand.
struct Source {
    path: PathBuf,
    /// The name of the envelope in its store.
    target: PathBuf,
    detached: Option<PathBuf>,
    diary_number: Option<String>,
}

/// The documents of a manifest.
fn listed(entries: Vec<manifest::Entry>) -> Vec<Source> {
    let source = |entry: manifest::Entry| Source {
        target: envelope_of(entry.place),
        path: entry.path,
        detached: entry.detached,
        diary_number: entry.diary_number,
    };
    entries.into_iter().map(source).collect()
}

/// The name of the envelope of a document with this place.
fn envelope_of(place: PathBuf) -> PathBuf {
    let mut name = place.into_os_string();
    name.push(".asice");
    name.into()
}

/// The files that were named; the folder of envelopes may be in a folder of documents.
fn sources(paths: &[PathBuf], store: &dyn Store, diary_number: Option<&String>) -> Vec<Source> {
    let found = target::sources(paths, envelope_of, |target| store.path_of(target));
    let source = |found: target::Source| Source {
        path: found.path,
        target: found.target,
        detached: None,
        diary_number: diary_number.cloned(),
    };
    found.into_iter().map(source).collect()
}

/// What a run has come to so far.
struct Run<'a> {
    arguments: &'a SealArguments,
    options: Options,
    status: Status,
    calls: u64,
    sealed: u64,
}

impl<'a> Run<'a> {
    fn new(arguments: &'a SealArguments) -> Self {
        Run {
            arguments,
            options: arguments.shared.options(),
            status: Status::default(),
            calls: 0,
            sealed: 0,
        }
    }

    fn take(&mut self, outcome: &Outcome) -> Result<(), String> {
        let seal = &outcome.seal;
        self.status.add(outcome.status);
        self.calls += seal.tsa_calls;
        self.sealed += u64::from(seal.envelope.is_some());
        let written = match self.arguments.shared.format {
            Format::Json => json::seal_to_json(seal, &self.options),
            Format::Text | Format::Html | Format::Xml => text::seal_to_text(seal, &self.options),
        };
        output::print(&mut io::stdout().lock(), &written)
    }

    fn tell_cost(&self) -> Result<(), String> {
        if self.arguments.shared.format == Format::Json || self.sealed == 0 {
            return Ok(());
        }
        let cost = text::cost_of_sealing(self.sealed, self.calls, &self.options);
        output::print(&mut io::stdout().lock(), &cost)
    }
}

/// What became of one document.
#[derive(Clone)]
struct Outcome {
    seal: SealReport,
    status: Status,
}

/// One document on its way.
enum Stage {
    /// Its envelope waits for a time-stamp over this node.
    Waiting {
        node: Vec<u8>,
        document: DocumentSummary,
        status: Status,
    },
    /// It needs no time-stamp.
    Over(Box<Outcome>),
}

struct Work<'a> {
    arguments: &'a SealArguments,
    validator: Validator<'a>,
    authorities: Authorities,
    fetcher: Option<Fetcher>,
    staging: Staging,
    store: &'a dyn Store,
    detached: Option<sigill::Source>,
    setting: &'a Setting,
}

impl Work<'_> {
    /// Envelopes wait on the disk until one time-stamp serves them all, so that a batch takes no
    /// more memory than its hash tree.
    fn seal_together(&self, batch: &[Source], run: &mut Run<'_>) -> Result<(), String> {
        let jobs = self.arguments.shared.jobs;
        let mut stages = Vec::with_capacity(batch.len());
        output::in_order(
            jobs,
            batch,
            |source| self.stage(source),
            |source| Stage::Over(Box::new(self.defect(source))),
            |stage| {
                stages.push(stage);
                Ok(())
            },
        )?;
        let mut nodes = Vec::new();
        let mut waiting = Vec::with_capacity(stages.len());
        for (source, stage) in batch.iter().zip(&stages) {
            waiting.push((source, stage, nodes.len()));
            if let Stage::Waiting { node, .. } = stage {
                nodes.push(node);
            }
        }
        let digest = self.arguments.hash.into();
        let stamp = |tree| {
            self.authorities
                .stamp_tree(tree, &self.validator, self.setting)
        };
        let stamped = HashTree::over(digest, nodes).map(stamp);
        output::in_order(
            jobs,
            &waiting,
            |(source, stage, place)| self.finish(source, stage, *place, stamped.as_ref()),
            |(source, ..)| self.defect(source),
            |outcome| run.take(&outcome),
        )
    }

    /// Judges a document and lets its envelope wait.
    fn stage(&self, source: &Source) -> Stage {
        let (document, mut evidence) = match self.read(source) {
            Ok(read) => read,
            Err(outcome) => return Stage::Over(outcome),
        };
        let report = fetching::judge(
            self.fetcher.as_ref(),
            &mut evidence,
            &self.setting.trust,
            |evidence| {
                self.validator
                    .validate(&document, evidence, self.setting.time)
            },
        );
        let report = report.named(source.path.display().to_string());
        if report.error.is_some() {
            return Stage::Over(over(&report));
        }
        let mut status = Status::default();
        status.take(&report, &self.setting.demands);
        if self.store.holds(&source.target) {
            return Stage::Over(Box::new(self.sealed_before(source, &report, status)));
        }
        let detached_path = source.detached.as_ref();
        let detached_path = detached_path.or(self.arguments.detached.as_ref());
        let detached_name = detached_path.and_then(|path| path.file_name());
        let content = SealedContent {
            document: &document,
            name: &source.path.to_string_lossy(),
            detached_name: detached_name.and_then(|name| name.to_str()),
            diary_number: source.diary_number.as_deref(),
            evidence: &evidence,
            validator: &self.validator,
            report: &report,
            full_report: None,
        };
        match self.prepare(content, source) {
            Ok(node) => Stage::Waiting {
                node,
                document: report.document,
                status,
            },
            Err(failure) => Stage::Over(Box::new(refused(report.document, failure))),
        }
    }

    /// A document, and the evidence that it is judged by.
    fn read(&self, source: &Source) -> Result<(Document, Evidence), Box<Outcome>> {
        let (time, limits) = (self.setting.time, &self.setting.limits);
        let named = |report: Report| report.named(source.path.display().to_string());
        let file = input::open(&source.path, limits)
            .map_err(|error| over(&named(self.validator.not_opened(error, time))))?;
        let own = input::detached(source.detached.as_deref(), limits).map_err(|message| {
            let report = named(self.validator.not_opened(Error::Defect, time));
            Box::new(refused(report.document, failure("input-output", message)))
        })?;
        let detached = own.as_ref().or(self.detached.as_ref());
        let (document, mut evidence) = validate::read(&file, "", detached, &self.validator)
            .map_err(|error| over(&named(self.validator.unreadable(file, error, time))))?;
        evidence.extend(&self.setting.evidence);
        Ok((document, evidence))
    }

    fn prepare(&self, content: SealedContent<'_>, source: &Source) -> Result<Vec<u8>, Failure> {
        let salt = self.arguments.full_report.then(public_report::salt);
        let content = SealedContent {
            full_report: salt.transpose()?,
            ..content
        };
        let pending = archive::prepare(&content, self.arguments.hash.into())
            .map_err(|error| Failure::from(&error))?;
        self.staging.put(&source.target, &pending)?;
        Ok(pending.record().node())
    }

    /// An envelope is never overwritten; one that holds this document, whole, is as good as new
    /// unless it has not the number in the diary that was given.
    fn sealed_before(&self, source: &Source, report: &Report, status: Status) -> Outcome {
        let there = || -> Option<(SealReport, Bytes)> {
            let (envelope, _) = self.store.read(&source.target).ok()?;
            let checked = self.check(&envelope, self.setting.time).ok()?;
            let is_this = checked.document.sha256 == report.document.sha256;
            let whole = checked.envelope.as_ref()?.intact;
            let has_number = source.diary_number.is_none()
                || self.diary_number_in(&envelope) == source.diary_number;
            (is_this && whole && has_number)
                .then(|| (self.report(source, &envelope, &checked, 0), envelope))
        };
        match there() {
            Some((seal, envelope)) => match self.with_public_report(seal, &envelope) {
                Ok(seal) => Outcome { seal, status },
                Err(failure) => refused(report.document.clone(), failure),
            },
            None => {
                let message = format!(
                    "{} is there already and holds something else",
                    self.store.path_of(&source.target).display()
                );
                refused(report.document.clone(), failure("exists", message))
            }
        }
    }

    /// The call is counted with the first envelope that it serves.
    fn finish(
        &self,
        source: &Source,
        stage: &Stage,
        place: usize,
        stamped: Option<&Result<Stamped, Failure>>,
    ) -> Outcome {
        let (document, status) = match stage {
            Stage::Over(outcome) => return outcome.as_ref().clone(),
            Stage::Waiting {
                document, status, ..
            } => (document, *status),
        };
        let calls = u64::from(place == 0);
        let sealed = match stamped {
            Some(Ok(stamped)) => self.complete(source, place, stamped, calls),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::from(&Error::Defect)),
        };
        match sealed {
            Ok(seal) => Outcome { seal, status },
            Err(failure) => {
                let mut outcome = refused(document.clone(), failure);
                outcome.seal.tsa_calls = calls;
                outcome
            }
        }
    }

    fn complete(
        &self,
        source: &Source,
        place: usize,
        stamped: &Stamped,
        calls: u64,
    ) -> Result<SealReport, Failure> {
        let pending = self.staging.take(&source.target, &self.setting.limits)?;
        let record = pending
            .record()
            .complete_in(&stamped.tree, place, stamped.token.raw())
            .ok_or_else(|| Failure::from(&Error::Defect))?;
        let envelope = pending
            .with_record(&record)
            .map_err(|error| Failure::from(&error))?;
        let envelope = Bytes::from(envelope);
        // Nothing is kept that could not be checked: the time of the check is the token's own,
        // for the clock of the authority may run ahead of ours.
        let time = stamped.token.info.generation_time.max(self.setting.time);
        let checked = self
            .check(&envelope, time)
            .map_err(|error| Failure::from(&error))?;
        let record = checked.evidence_records.first();
        if let Some(Indication::Failed(_)) = record.map(|record| record.conclusion.indication) {
            let message = "the time-stamp does not verify".to_owned();
            return Err(failure("time-stamp", message));
        }
        let seal = self.report(source, &envelope, &checked, calls);
        if seal.provable_until.is_none() {
            output::complain(&format!(
                "{}: sealed, but the time-stamping authority is not among those you \
                 trust; give its root with --trust",
                source.path.display()
            ));
        }
        let created = self.store.create(&source.target, &envelope, &self.staging);
        created.map_err(|error| store::problem(self.store, &source.target, &error))?;
        self.staging.leave(&source.target)?;
        self.with_public_report(seal, &envelope)
    }

    /// Writes the public report where one is wanted.
    fn with_public_report(
        &self,
        seal: SealReport,
        envelope: &Bytes,
    ) -> Result<SealReport, Failure> {
        let folder = self.arguments.public_report.as_deref();
        let limits = &self.setting.limits;
        let written = folder.map(|folder| public_report::write(folder, envelope, limits));
        Ok(SealReport {
            public_report: written.transpose()?,
            ..seal
        })
    }

    fn check(&self, envelope: &Bytes, time: UnixTime) -> Result<Report, Error> {
        archive::check(envelope, &self.validator, &self.setting.evidence, time)
    }

    fn diary_number_in(&self, envelope: &Bytes) -> Option<String> {
        let Setting { policy, limits, .. } = self.setting;
        let facts = EnvelopeFacts::read(envelope, policy, limits, self.setting.time);
        facts.ok().and_then(|facts| facts.diary_number)
    }

    fn report(
        &self,
        source: &Source,
        envelope: &Bytes,
        checked: &Report,
        calls: u64,
    ) -> SealReport {
        let record = checked.evidence_records.first();
        let proven = record.is_some_and(|record| record.conclusion.indication.is_passed());
        let summary = checked.envelope.as_ref().filter(|_| proven);
        SealReport {
            envelope: Some(SealedEnvelope {
                path: Some(self.store.path_of(&source.target).display().to_string()),
                sha256: sigill::crypto::sha256(envelope),
            }),
            document: DocumentSummary {
                path: Some(source.path.display().to_string()),
                ..checked.document.clone()
            },
            public_report: None,
            tsa_calls: calls,
            provable_until: summary.and_then(|summary| summary.provable_until),
            error: None,
        }
    }

    fn defect(&self, source: &Source) -> Outcome {
        let report = self.validator.not_opened(Error::Defect, self.setting.time);
        let report = report.named(source.path.display().to_string());
        refused(report.document, Failure::from(&Error::Defect))
    }
}

/// What could not be read, with its own reason.
fn over(report: &Report) -> Box<Outcome> {
    let failure = report.error.as_ref().unwrap_or(&Error::Defect);
    Box::new(refused(report.document.clone(), failure.into()))
}

fn refused(document: DocumentSummary, failure: Failure) -> Outcome {
    let mut status = Status::default();
    status.take_error();
    Outcome {
        seal: SealReport {
            envelope: None,
            document,
            public_report: None,
            tsa_calls: 0,
            provable_until: None,
            error: Some(failure),
        },
        status,
    }
}
