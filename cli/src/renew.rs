//! `sigill renew`.

use crate::arguments::{Format, RenewArguments};
use crate::check;
use crate::fetching::Fetcher;
use crate::input::Setting;
use crate::output::{self, Status, failure};
use crate::staging::Staging;
use crate::store::{self, Replaced, Store};
use crate::time_stamping::{Authorities, Stamped};
use sigill::archive::{EnvelopeStatus, PendingEnvelope, Renewal};
use sigill::crypto::DigestAlgorithm;
use sigill::ers::HashTree;
use sigill::report::{
    DocumentSummary, EnvelopeSummary, Failure, SealReport, SealedEnvelope, json, text,
};
use sigill::{Bytes, Error, Evidence, Report, UnixTime, Validator, archive};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// Renews every envelope that was named and is due. One that is not provable any more is left as
/// it is, for a new time-stamp would only cover that up.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &RenewArguments) -> Result<Status, String> {
    let setting = check::read_setting(&arguments.shared)?;
    let work = Work {
        arguments,
        validator: setting.validator(),
        authorities: Authorities::named(&arguments.authority)?,
        fetcher: Fetcher::wanted(&arguments.fetch),
        setting: &setting,
    };
    let mut status = Status::default();
    for named in &arguments.paths {
        let (store, names) = store::envelopes(named)?;
        let envelopes = Envelopes {
            staging: store.staging()?,
            store: &*store,
        };
        for batch in names.chunks(arguments.batch.get()) {
            work.renew_together(batch, &envelopes, &mut status)?;
        }
        store::bring_up_to_date(&*store, &setting, &arguments.shared);
    }
    Ok(status)
}

/// Where envelopes stand, and where their renewed ones are written.
struct Envelopes<'a> {
    store: &'a dyn Store,
    staging: Staging,
}

/// One envelope on its way.
enum Stage {
    NotDue,
    /// It waits for a time-stamp over this node, and rests on what was fetched for it: another
    /// answer would be another node.
    Waiting {
        wanted: Wanted,
        node: Vec<u8>,
        fetched: Box<Evidence>,
    },
    Refused(Failure),
}

/// What a renewal is to come to.
#[derive(Clone, Copy)]
struct Wanted {
    digest: DigestAlgorithm,
    /// It must be provable beyond that; `None` where a new time-stamp is of use in any case.
    beyond: Option<UnixTime>,
}

/// The nodes of one hash tree; envelopes that were stamped together share one.
#[derive(Default)]
struct Nodes {
    all: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, usize>,
}

impl Nodes {
    fn place_of(&mut self, node: &[u8]) -> usize {
        if let Some(place) = self.places.get(node) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(node.to_vec());
        self.places.insert(node.to_vec(), place);
        place
    }
}

/// An envelope and what is to be done with it.
struct Task<'a> {
    name: &'a Path,
    path: PathBuf,
    stage: Stage,
    place: usize,
    /// Whether the call of the authority is counted with this one.
    counts: bool,
}

struct Work<'a> {
    arguments: &'a RenewArguments,
    validator: Validator<'a>,
    authorities: Authorities,
    fetcher: Option<Fetcher>,
    setting: &'a Setting,
}

impl Work<'_> {
    /// Every envelope is good in its old state until it is exchanged, whole, for its new one, so
    /// that a run that was cut short is gone on with by the next.
    fn renew_together(
        &self,
        batch: &[PathBuf],
        envelopes: &Envelopes<'_>,
        status: &mut Status,
    ) -> Result<(), String> {
        let jobs = self.arguments.shared.jobs;
        let mut stages = Vec::with_capacity(batch.len());
        output::in_order(
            jobs,
            batch,
            |name| self.stage(name, envelopes.store),
            |_| Stage::Refused(Failure::from(&Error::Defect)),
            |stage| {
                stages.push(stage);
                Ok(())
            },
        )?;
        let mut trees: HashMap<DigestAlgorithm, Nodes> = HashMap::new();
        let mut tasks = Vec::with_capacity(stages.len());
        for (name, stage) in batch.iter().zip(stages) {
            let (mut place, mut counts) = (0, false);
            if let Stage::Waiting { wanted, node, .. } = &stage {
                let nodes = trees.entry(wanted.digest).or_default();
                counts = nodes.all.is_empty();
                place = nodes.place_of(node);
            }
            tasks.push(Task {
                name,
                path: envelopes.store.path_of(name),
                stage,
                place,
                counts,
            });
        }
        let stamped: HashMap<_, _> = trees
            .into_iter()
            .map(|(digest, nodes)| (digest, self.stamp(digest, nodes.all)))
            .collect();
        output::in_order(
            jobs,
            &tasks,
            |task| self.finish(task, &stamped, envelopes),
            |task| Some(refused(&task.path, Failure::from(&Error::Defect))),
            |outcome| outcome.map_or(Ok(()), |outcome| self.tell(&outcome, status)),
        )
    }

    fn stage(&self, name: &Path, store: &dyn Store) -> Stage {
        let path = store.path_of(name);
        let bytes = store.read(name).map(|(bytes, _)| bytes);
        let envelope = bytes.as_ref().map_or(Bytes::new(), Bytes::clone);
        let report = check::judge(&path, bytes, &self.validator, self.setting);
        let margin = self.arguments.margin.from(self.setting.time);
        let status = EnvelopeStatus::of(&report, margin);
        match &status.envelope {
            Err(failure) => return Stage::Refused(failure.clone()),
            Ok(_) if !status.is_provable() => {
                let message = format!("{}: not provable any more", path.display());
                return Stage::Refused(failure("not-provable", message));
            }
            Ok(_) => {}
        }
        let Some(due) = status
            .due
            .or(self.arguments.all.then_some(Renewal::Timestamp))
        else {
            return Stage::NotDue;
        };
        let wanted = self.arguments.hash.map(DigestAlgorithm::from);
        let own = report.evidence_records.first().and_then(|own| own.digest);
        let digest = match due {
            Renewal::HashTree => wanted.or(Some(DigestAlgorithm::Sha512)),
            Renewal::Timestamp => wanted.or(own),
        };
        if due == Renewal::HashTree && digest == own {
            let message = "the digest algorithm of its hash tree ends: give another with --hash";
            return Stage::Refused(failure("hash", message.to_owned()));
        }
        let Some(digest) = digest else {
            return Stage::Refused(Failure::from(&Error::Defect));
        };
        let fetched = self.fetch(&envelope);
        match self.prepare(envelope, digest, &fetched) {
            Ok(pending) => Stage::Waiting {
                wanted: Wanted {
                    digest,
                    beyond: self.end_to_mend(&report, due, margin),
                },
                node: pending.record().node(),
                fetched: Box::new(fetched),
            },
            Err(failure) => Stage::Refused(failure),
        }
    }

    /// The end of an older authority, where nothing but that makes a renewal due: it is of use only
    /// with evidence about that authority, and would otherwise come back with every run.
    fn end_to_mend(&self, report: &Report, due: Renewal, margin: UnixTime) -> Option<UnixTime> {
        let record = report.evidence_records.first()?;
        let algorithms = report.envelope.as_ref()?.algorithm_ends;
        let lasts = |end: Option<UnixTime>| end.is_none_or(|end| end > margin);
        let is_of_older = due == Renewal::Timestamp
            && lasts(record.newest_until)
            && lasts(algorithms.signature)
            && !self.arguments.all;
        record.provable_until.filter(|_| is_of_older)
    }

    fn fetch(&self, envelope: &Bytes) -> Evidence {
        let Some(fetcher) = &self.fetcher else {
            return Evidence::default();
        };
        // An envelope without a record that can be read is refused where it is prepared.
        let authorities = PendingEnvelope::authorities(envelope, self.validator.limits());
        let (evidence, trust) = (&self.setting.evidence, &self.setting.trust);
        fetcher.gather_about(&authorities.unwrap_or_default(), evidence, trust)
    }

    fn prepare(
        &self,
        bytes: Bytes,
        digest: DigestAlgorithm,
        fetched: &Evidence,
    ) -> Result<PendingEnvelope, Failure> {
        let limits = self.validator.limits();
        let mut evidence = self.setting.evidence.clone();
        evidence.extend(fetched);
        PendingEnvelope::renewing(bytes, digest, &evidence, limits)
            .map_err(|error| Failure::from(&error))
    }

    fn stamp(&self, digest: DigestAlgorithm, nodes: Vec<Vec<u8>>) -> Result<Stamped, Failure> {
        let tree = HashTree::over(digest, nodes).ok_or(Failure::from(&Error::Defect))?;
        self.authorities
            .stamp_tree(tree, &self.validator, self.setting)
    }

    fn finish(
        &self,
        task: &Task<'_>,
        stamped: &HashMap<DigestAlgorithm, Result<Stamped, Failure>>,
        envelopes: &Envelopes<'_>,
    ) -> Option<SealReport> {
        let (wanted, fetched) = match &task.stage {
            Stage::NotDue => return None,
            Stage::Refused(failure) => return Some(refused(&task.path, failure.clone())),
            Stage::Waiting {
                wanted, fetched, ..
            } => (*wanted, fetched),
        };
        let renewed = match stamped.get(&wanted.digest) {
            Some(Ok(stamped)) => self.exchange(task, wanted, fetched, stamped, envelopes),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::from(&Error::Defect)),
        };
        let mut report = renewed.unwrap_or_else(|failure| refused(&task.path, failure));
        report.tsa_calls = u64::from(task.counts);
        Some(report)
    }

    /// Nothing is exchanged for what does not prove at least as much.
    fn exchange(
        &self,
        task: &Task<'_>,
        wanted: Wanted,
        fetched: &Evidence,
        stamped: &Stamped,
        envelopes: &Envelopes<'_>,
    ) -> Result<SealReport, Failure> {
        let store = envelopes.store;
        // Read anew: a batch that waited in memory for its time-stamp would not have room.
        let read = store.read(task.name);
        let (bytes, version) = read.map_err(|error| store::problem(store, task.name, &error))?;
        let pending = self.prepare(bytes, wanted.digest, fetched)?;
        let token = stamped.token.raw();
        let record = pending
            .record()
            .complete_in(&stamped.tree, task.place, token);
        let changed = || failure("changed", "the envelope was changed meanwhile".to_owned());
        let envelope = pending.with_record(&record.ok_or_else(&changed)?);
        let envelope = Bytes::from(envelope.map_err(|error| Failure::from(&error))?);
        let time = stamped.token.info.generation_time.max(self.setting.time);
        let evidence = &self.setting.evidence;
        let checked = archive::check(&envelope, &self.validator, evidence, time)
            .map_err(|error| Failure::from(&error))?;
        let summary = worth(&checked, wanted, time)?;
        let replaced = store.replace(task.name, &envelope, &version, &envelopes.staging);
        match replaced.map_err(|error| store::problem(store, task.name, &error))? {
            Replaced::Done => {}
            Replaced::Changed => return Err(changed()),
        }
        let record = checked.evidence_records.first();
        if record.is_some_and(|record| record.provable_until < record.newest_until) {
            output::complain(&format!(
                "{}: renewed, but whether the authority of an older time-stamp was revoked is not \
                 known; before that ends, renew again with --fetch, or with --evidence",
                task.path.display()
            ));
        }
        Ok(SealReport {
            envelope: Some(SealedEnvelope {
                path: Some(task.path.display().to_string()),
                sha256: summary.sha256,
            }),
            document: checked.document.clone(),
            public_report: None,
            tsa_calls: 0,
            provable_until: summary.provable_until,
            error: None,
        })
    }

    fn tell(&self, report: &SealReport, status: &mut Status) -> Result<(), String> {
        if report.error.is_some() {
            status.take_error();
        }
        let options = self.arguments.shared.options();
        let line = match self.arguments.shared.format {
            Format::Json => json::seal_to_json(report, &options),
            Format::Text | Format::Html | Format::Xml => text::renewal_to_text(report, &options),
        };
        output::print(&mut io::stdout().lock(), &line)
    }
}

/// What a renewed envelope is, if it is worth taking the place of the old one.
fn worth(checked: &Report, wanted: Wanted, time: UnixTime) -> Result<&EnvelopeSummary, Failure> {
    let is_provable = EnvelopeStatus::of(checked, time).is_provable();
    let Some(summary) = checked.envelope.as_ref().filter(|_| is_provable) else {
        let message = "with the new time-stamp it would not be provable; is its authority among \
                       those you trust?";
        return Err(failure("time-stamp", message.to_owned()));
    };
    let until = summary.provable_until;
    if wanted.beyond.is_some() && until.is_some() && until <= wanted.beyond {
        let message = "with the new time-stamp it would not be provable for longer: whether the \
                       authority of an older one was revoked is not known; give --fetch or \
                       --evidence";
        return Err(failure("revocation-data", message.to_owned()));
    }
    Ok(summary)
}

fn refused(path: &Path, failure: Failure) -> SealReport {
    SealReport {
        envelope: None,
        document: DocumentSummary {
            path: Some(path.display().to_string()),
            diary_number: None,
            size: None,
            sha256: None,
            container: "asic-e",
        },
        public_report: None,
        tsa_calls: 0,
        provable_until: None,
        error: Some(failure),
    }
}
