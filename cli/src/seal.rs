//! `sigill seal`.

mod outcome;
mod sources;

use self::outcome::{Containers, Kept, Outcome, Stage, State, Told, over, refused};
use self::sources::Source;
use crate::arguments::{Format, SealArguments};
use crate::fetching::{self, Fetcher};
use crate::input::{self, Setting};
use crate::output::{self, Status, failure};
use crate::public_report;
use crate::spool::Spool;
use crate::staging::Staging;
use crate::store::{self, Store};
use crate::time_stamping::{Authorities, Stamped};
use crate::validate;
use sigill::archive::{self, EnvelopeFacts, SealedContent};
use sigill::crypto::DigestAlgorithm;
use sigill::ers::HashTree;
use sigill::report::{
    DocumentSummary, Failure, Options, Report, SealReport, SealedEnvelope, json, text,
};
use sigill::validation::Indication;
use sigill::{Bytes, Document, Error, Evidence, UnixTime, Validator};
use std::io;

/// Seals every document that was named, each in an envelope of its own; one time-stamp serves as
/// many as were asked for.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &SealArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let detached = input::detached(arguments.detached.as_deref(), &setting.limits)?;
    let store = store::open(&arguments.out)?;
    let authorities = Authorities::named(&arguments.authority)?;
    let staging = store.staging()?;
    let sources = sources::all(arguments, &*store, &staging)?;
    let count = sources.count();
    if detached.is_some() && count != 1 {
        return Err("--detached belongs to one document; give just that one".to_owned());
    }
    tell_large_registers(&setting);
    if arguments.diary_number.is_some() && count != 1 {
        return Err("--diary-number belongs to one document; give just that one".to_owned());
    }
    let mut run = Run::new(arguments);
    if count == 0 {
        output::complain("there is no file in what was named");
        run.status.take_error();
    }
    let work = Work {
        arguments,
        validator: setting.validator(),
        authorities,
        fetcher: Fetcher::wanted(&arguments.fetch),
        staging,
        store: &*store,
        detached,
        setting: &setting,
    };
    let mut sources = sources.items().map_err(lost)?;
    let batch = arguments.batch.get();
    for _ in 0..count.div_ceil(batch) {
        work.seal_together(sources.by_ref().take(batch), &mut run)?;
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

    fn take(&mut self, told: &Told) -> Result<(), String> {
        self.status.add(told.status);
        self.calls += told.tsa_calls;
        self.sealed += u64::from(told.is_sealed);
        output::print(&mut io::stdout().lock(), &told.text)
    }

    fn tell_cost(&self) -> Result<(), String> {
        if self.arguments.shared.format == Format::Json || self.sealed == 0 {
            return Ok(());
        }
        let cost = text::cost_of_sealing(self.sealed, self.calls, &self.options);
        output::print(&mut io::stdout().lock(), &cost)
    }
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
    /// Envelopes, and what is to be said of them, wait on the disk until one time-stamp serves
    /// them all, so that a batch takes no more memory than its hash tree.
    fn seal_together(
        &self,
        batch: impl Iterator<Item = io::Result<Source>> + Send,
        run: &mut Run<'_>,
    ) -> Result<(), String> {
        let mut kept = Spool::new(&self.staging).map_err(lost)?;
        let (mut containers, mut nodes) = (Containers::default(), Vec::new());
        let keep = |(source, stage)| {
            let state = match stage {
                Stage::Waiting {
                    node,
                    document,
                    status,
                } => {
                    nodes.extend(node);
                    State::Waiting(containers.keep(&document, status))
                }
                Stage::Over(outcome) => State::Over(self.told(&outcome)),
            };
            kept.push(&Kept { source, state })
        };
        self.stage_all(batch, keep)?;
        let stamped = self.stamp(nodes);
        let kept = kept.items().map_err(lost)?;
        let finish = |kept: &Kept, place| self.finish(kept, place, &containers, stamped.as_ref());
        self.finish_all(kept, finish, |told| run.take(&told))
    }

    fn stage_all(
        &self,
        batch: impl Iterator<Item = io::Result<Source>> + Send,
        mut keep: impl FnMut((Source, Stage)) -> io::Result<()>,
    ) -> Result<(), String> {
        let staged = |source: &Result<Source, String>, stage: &dyn Fn(&Source) -> Stage| {
            let source = source.clone()?;
            let stage = stage(&source);
            Ok::<_, String>((source, stage))
        };
        output::in_order_of(
            self.arguments.shared.jobs,
            batch.map(|source| source.map_err(lost)),
            |source| staged(source, &|source| self.stage(source)),
            |source| staged(source, &|source| Stage::Over(Box::new(self.defect(source)))),
            |staged| keep(staged?).map_err(lost),
        )
    }

    /// Each envelope that waits has its own place in the hash tree.
    fn finish_all(
        &self,
        kept: impl Iterator<Item = io::Result<Kept>> + Send,
        finish: impl Fn(&Kept, usize) -> Told + Sync,
        mut take: impl FnMut(Told) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut next = 0;
        let placed = kept.map(|kept| {
            let (kept, place) = (kept.map_err(lost)?, next);
            next += usize::from(matches!(kept.state, State::Waiting(_)));
            Ok::<_, String>((kept, place))
        });
        output::in_order_of(
            self.arguments.shared.jobs,
            placed,
            |item| {
                item.as_ref()
                    .map(|(kept, place)| finish(kept, *place))
                    .map_err(String::clone)
            },
            |item| {
                let defect = |(kept, _): &(Kept, usize)| self.told(&self.defect(&kept.source));
                item.as_ref().map(defect).map_err(String::clone)
            },
            |told| take(told?),
        )
    }

    /// One time-stamp over all nodes, which stand end to end; `None` where there are none.
    fn stamp(&self, nodes: Vec<u8>) -> Option<Result<Stamped, Failure>> {
        let digest = DigestAlgorithm::from(self.arguments.hash);
        let tree = HashTree::over(digest, nodes.chunks(digest.output_length()))?;
        drop(nodes);
        let (validator, setting) = (&self.validator, self.setting);
        Some(self.authorities.stamp_tree(tree, validator, setting))
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
        if self.store.about(&source.target).is_ok() {
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
        kept: &Kept,
        place: usize,
        containers: &Containers,
        stamped: Option<&Result<Stamped, Failure>>,
    ) -> Told {
        let source = &kept.source;
        let waiting = match &kept.state {
            State::Over(told) => return told.clone(),
            State::Waiting(waiting) => waiting,
        };
        let calls = u64::from(place == 0);
        let sealed = match stamped {
            Some(Ok(stamped)) => self.complete(source, place, stamped, calls),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::from(&Error::Defect)),
        };
        let outcome = match sealed {
            Ok(seal) => Outcome {
                seal,
                status: waiting.status,
            },
            Err(failure) => {
                let mut outcome = refused(containers.document(waiting, source), failure);
                outcome.seal.tsa_calls = calls;
                outcome
            }
        };
        self.told(&outcome)
    }

    fn told(&self, outcome: &Outcome) -> Told {
        let (seal, options) = (&outcome.seal, self.arguments.shared.options());
        Told {
            text: match self.arguments.shared.format {
                Format::Json => json::seal_to_json(seal, &options),
                Format::Text | Format::Html | Format::Xml => text::seal_to_text(seal, &options),
            },
            status: outcome.status,
            is_sealed: seal.envelope.is_some(),
            tsa_calls: seal.tsa_calls,
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
        let facts = EnvelopeFacts::read(envelope, &self.validator, self.setting.time);
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

/// Why a run cannot go on.
fn lost(error: io::Error) -> String {
    format!("what waits on the disk: {error}")
}
