//! Judging every document, or taking over what is known of it.

use super::file_mark::{self, FileMark};
use super::form::Form;
use super::journal::{self, Doubt, Entry, Journal, Key};
use super::ledger::Ledger;
use super::standing::Belief;
use crate::documents::Listed;
use crate::input;
use crate::output::Status;
use crate::output::{self, Wanted};
use crate::progress::Progress;
use crate::validate::Judge;
use sigill::bulk::{Moments, Order};
use sigill::crypto::sha256;
use sigill::report::{Judged, Summary, rows};
use sigill::{Error, Report, UnixTime};
use std::num::NonZeroUsize;

/// By what documents are judged, and how it is told.
pub struct Work<'a> {
    /// How results are written.
    pub form: Form,
    /// It judges.
    pub judge: &'a Judge<'a>,
    /// What reports are to tell and to demand.
    pub wanted: Wanted<'a>,
    /// Of what all documents share; `None` where judgements follow the present.
    pub moments: Option<Moments>,
    /// What says that a document is the one that was judged.
    pub belief: Belief,
    /// What judges, as one digest.
    pub judged_by: String,
}

/// What became of one document.
struct Outcome {
    number: usize,
    judged: Judged,
    entry: Entry,
    /// What the journal does not hold yet.
    line: Option<String>,
}

/// What is known of documents, and how far that is to be believed.
struct Known<'a> {
    journal: &'a Journal,
    doubt: Doubt,
}

impl Work<'_> {
    /// Judges each document, or takes over what is known of it.
    ///
    /// # Errors
    /// A sentence where the journal cannot be written.
    pub fn judge_all(
        &self,
        documents: &[(Key, Listed)],
        journal: &Journal,
        doubt: Doubt,
        jobs: Option<NonZeroUsize>,
    ) -> Result<Ledger, String> {
        let known = Known { journal, doubt };
        let mut ledger = Ledger::new(documents.iter().map(|(key, _)| *key));
        let mut progress = Progress::new(documents.len());
        output::pipeline(jobs, Order::AsFinished).run(
            documents.iter().enumerate(),
            |(_, (_, document))| input::weight(&document.path),
            |&(number, (key, document))| {
                self.known(number, key, document, &known)
                    .unwrap_or_else(|| self.judge(number, key, document))
            },
            |&(number, (key, document))| self.defect(number, key, document),
            |outcome| outcome.line.as_ref().map_or(0, String::len) as u64,
            |outcome| {
                if let Some(line) = &outcome.line {
                    journal.append(line)?;
                }
                ledger.add(outcome.number, &outcome.entry, outcome.judged);
                progress.advance(outcome.entry.status.has_failed(), outcome.judged);
                Ok::<(), String>(())
            },
        )?;
        progress.finish();
        Ok(ledger)
    }

    /// What an earlier run has found, if that would be found again.
    fn known(
        &self,
        number: usize,
        key: &Key,
        document: &Listed,
        known: &Known<'_>,
    ) -> Option<Outcome> {
        let mut entry = known.journal.entry(key, known.doubt)?;
        let is_by_the_same = entry.judged_by == self.judged_by;
        if !is_by_the_same
            || entry.lacks_password && self.has_password()
            || !self.is_found_again(entry.judged_at, entry.unchanged_until)
        {
            return None;
        }
        let mut is_fresh = false;
        let limits = &self.judge.setting.limits;
        for (path, mark) in document.files().zip(entry.files.as_mut()?) {
            if self.belief == Belief::InDigests || !mark.is_unchanged(path) {
                *mark = mark.of_same_bytes(path, limits)?;
                is_fresh = true;
            }
        }
        let line = match is_fresh {
            true => {
                let record = known.journal.record(key, &entry.content).ok()?;
                Some(journal::line(key, &entry, record.text()))
            }
            false => None,
        };
        Some(Outcome {
            number,
            judged: Judged::Before,
            entry,
            line,
        })
    }

    /// A verdict is of one time. It holds at another only if nothing that it depends on begins
    /// or ends from the one to the other.
    pub fn is_found_again(&self, then: i64, unchanged_until: i64) -> bool {
        let now = self.judge.setting.time.0;
        let holds = |moments: &Moments| {
            let end = moments.first_from(UnixTime(then)).0;
            then < now && now < end.min(unchanged_until)
        };
        // What was fetched then may be otherwise now, also for the same time.
        let is_settled = then == now && self.judge.fetcher.is_none();
        is_settled || self.moments.as_ref().is_some_and(holds)
    }

    /// Whether a password is given, which may open what none has opened.
    pub fn has_password(&self) -> bool {
        !self.judge.password.is_empty()
    }

    fn judge(&self, number: usize, key: &Key, document: &Listed) -> Outcome {
        let before: Vec<_> = document.files().map(file_mark::state).collect();
        let judgement = self.judge.judge(document);
        let digests = [judgement.report.document.sha256, judgement.detached_sha256];
        let files = document.files().zip(before).zip(digests);
        let files = files.map(|((path, before), sha256)| {
            let sha256 = sha256?;
            Some(FileMark::new(path, before, &sha256))
        });
        let files: Option<Vec<FileMark>> = files.collect();
        let is_lasting = match judgement.report.error {
            Some(Error::InputOutput(_) | Error::Changed | Error::Defect) => false,
            // Another password may open it, and none that was tried is kept.
            Some(Error::Encrypted) => !self.has_password(),
            _ => true,
        };
        // Whoever cannot open it learns nothing of it, and what can be read once only is not
        // there to be held against its digest.
        let is_lasting =
            is_lasting && !judgement.needs_password && document.files().all(file_mark::is_regular);
        let files = files.filter(|_| is_lasting);
        let until = judgement.unchanged_until;
        self.outcome(number, key, &judgement.report, until, files)
    }

    fn defect(&self, number: usize, key: &Key, document: &Listed) -> Outcome {
        let report = self.judge.defect(document);
        self.outcome(number, key, &report, report.validation_time, None)
    }

    fn outcome(
        &self,
        number: usize,
        key: &Key,
        report: &Report,
        unchanged_until: UnixTime,
        files: Option<Vec<FileMark>>,
    ) -> Outcome {
        let mut status = Status::default();
        status.take(report, self.wanted.demands);
        let rows = rows(report, &self.wanted.options);
        let mut summary = Summary::default();
        summary.add(&rows, Judged::Now);
        let record = self.form.record(report, &rows, &self.wanted.options);
        let entry = Entry {
            judged_by: self.judged_by.clone(),
            judged_at: report.validation_time.0,
            unchanged_until: unchanged_until.0,
            files,
            lacks_password: matches!(report.error, Some(Error::Encrypted)),
            status,
            summary,
            content: sha256(record.as_bytes()),
        };
        Outcome {
            number,
            judged: Judged::Now,
            line: Some(journal::line(key, &entry, &record)),
            entry,
        }
    }
}
