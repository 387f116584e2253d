//! What one document may cause to be fetched, and what a run may: no document may use up what
//! others need, nor have a server struck off for them.

use sigill::report::{UnfetchedSource, WhyUnfetched};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest answer that is read: the largest CRL known has 80 MB.
const LONGEST_ANSWER: u64 = 100 << 20;
/// For one document, whether or not it was of use.
const DOCUMENT_BYTES: u64 = 128 << 20;
/// What is kept, for all documents of a run together, so that each question is asked once.
const RUN_BYTES: u64 = 2 << 30;
/// For each document when a run has kept all that it may: what is fetched then is for that
/// document alone.
const LATE_DOCUMENT_BYTES: u64 = 8 << 20;
/// Questions about one document.
pub const QUESTIONS: usize = 60;
/// Once a document has waited so long it asks nothing more. Every question has its whole time: one
/// that was cut short would speak against a server that is merely slow.
const DOCUMENT_PATIENCE: Duration = Duration::from_secs(120);
/// After so many failures a server is not asked any more for a document, and after failures for
/// so many documents on end, for none.
const FAILURES: usize = 3;

/// What a whole run has fetched.
#[derive(Default)]
pub struct RunAllowance {
    kept: AtomicU64,
    /// For how many documents each server has failed since it last answered.
    failures: Mutex<HashMap<String, usize>>,
}

/// What is fetched for one document.
pub struct Errand<'a> {
    run: &'a RunAllowance,
    received: u64,
    waited: Duration,
    questions: usize,
    failures: HashMap<String, usize>,
    unfetched: Vec<UnfetchedSource>,
}

/// What one answer may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In bytes.
    pub bytes: u64,
    /// What a longer answer goes beyond; `None` where nothing is that long.
    pub limit: Option<WhyUnfetched>,
}

impl RunAllowance {
    /// An errand for a document.
    pub fn errand(&self) -> Errand<'_> {
        Errand {
            run: self,
            received: 0,
            waited: Duration::ZERO,
            questions: 0,
            failures: HashMap::new(),
            unfetched: Vec::new(),
        }
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self) -> u64 {
        RUN_BYTES.saturating_sub(self.kept.load(Ordering::Relaxed))
    }
}

impl Errand<'_> {
    /// Counts a question that has no answer yet, unless it must not be asked, and tells how much
    /// room its answer has.
    ///
    /// # Errors
    /// Why it must not.
    pub fn ask(&mut self, server: &str) -> Result<Room, WhyUnfetched> {
        let of_document = self.failures.get(server).copied().unwrap_or_default();
        let of_run = self.run.failures().get(server).copied();
        if of_document >= FAILURES || of_run.unwrap_or_default() >= FAILURES {
            return Err(WhyUnfetched::HostFailed);
        }
        if self.waited >= DOCUMENT_PATIENCE || self.questions >= QUESTIONS {
            return Err(WhyUnfetched::DocumentLimit);
        }
        let room = self.room();
        if let (0, Some(limit)) = (room.bytes, room.limit) {
            return Err(limit);
        }
        self.questions += 1;
        Ok(room)
    }

    fn room(&self) -> Room {
        let of_document = DOCUMENT_BYTES.saturating_sub(self.received);
        let late = LATE_DOCUMENT_BYTES.saturating_sub(self.received);
        let of_run = self.run.room().max(late);
        let bytes = of_document.min(of_run).min(LONGEST_ANSWER);
        let limit = if bytes == LONGEST_ANSWER {
            None
        } else if bytes == of_document {
            Some(WhyUnfetched::DocumentLimit)
        } else {
            Some(WhyUnfetched::RunLimit)
        };
        Room { bytes, limit }
    }

    /// Counts what came, whether or not it was of use.
    pub fn receive(&mut self, bytes: u64) {
        self.received = self.received.saturating_add(bytes);
    }

    /// Counts how long an answer was waited for.
    pub fn wait(&mut self, time: Duration) {
        self.waited = self.waited.saturating_add(time);
    }

    /// Whether the run has room to keep evidence for other documents, which then is counted. What
    /// came and was none is not: others would have to do without for it.
    pub fn keep(&self, bytes: u64) -> bool {
        let kept = &self.run.kept;
        let with = |kept: u64| kept.checked_add(bytes).filter(|sum| *sum <= RUN_BYTES);
        kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, with)
            .is_ok()
    }

    /// Notes that a server did not answer.
    pub fn note_failure(&mut self, server: &str) {
        let own = self.failures.entry(server.to_owned()).or_default();
        *own += 1;
        if *own == 1 {
            *self.run.failures().entry(server.to_owned()).or_default() += 1;
        }
    }

    /// Notes that a server is there, whatever it answered.
    pub fn note_answer(&mut self, server: &str) {
        self.run.failures().remove(server);
    }

    /// Notes a place of which nothing was fetched.
    pub fn refuse(&mut self, url: &str, reason: WhyUnfetched) {
        let url = url.to_owned();
        self.unfetched.push(UnfetchedSource { url, reason });
    }

    /// The places of which nothing was fetched.
    pub fn into_unfetched(self) -> Vec<UnfetchedSource> {
        self.unfetched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Room = Room {
        bytes: LONGEST_ANSWER,
        limit: None,
    };

    #[test]
    fn no_document_uses_up_what_others_need() {
        let run = RunAllowance::default();
        let mut greedy = run.errand();
        assert_eq!(greedy.ask("a"), Ok(FREE));
        greedy.receive(LONGEST_ANSWER);
        let rest = Room {
            bytes: DOCUMENT_BYTES - LONGEST_ANSWER,
            limit: Some(WhyUnfetched::DocumentLimit),
        };
        assert_eq!(greedy.ask("a"), Ok(rest));
        greedy.receive(rest.bytes);
        assert_eq!(greedy.ask("a"), Err(WhyUnfetched::DocumentLimit));
        let mut curious = run.errand();
        for _ in 0..QUESTIONS {
            assert_eq!(curious.ask("a"), Ok(FREE));
        }
        assert_eq!(curious.ask("a"), Err(WhyUnfetched::DocumentLimit));
        let mut patient = run.errand();
        patient.wait(DOCUMENT_PATIENCE - Duration::from_millis(1));
        assert_eq!(patient.ask("a"), Ok(FREE));
        patient.wait(Duration::from_millis(1));
        assert_eq!(patient.ask("a"), Err(WhyUnfetched::DocumentLimit));
    }

    #[test]
    fn later_documents_are_served_however_much_came_before() {
        let run = RunAllowance::default();
        for _ in 0..100 {
            run.errand().receive(DOCUMENT_BYTES);
        }
        assert_eq!(run.errand().ask("a"), Ok(FREE), "it was no evidence");
        assert!(run.errand().keep(RUN_BYTES - 1));
        let mut late = run.errand();
        assert!(!late.keep(2));
        let room = |bytes| Room {
            bytes,
            limit: Some(WhyUnfetched::RunLimit),
        };
        assert_eq!(late.ask("a"), Ok(room(LATE_DOCUMENT_BYTES)));
        late.receive(LATE_DOCUMENT_BYTES);
        assert_eq!(late.ask("a"), Ok(room(1)));
        assert!(late.keep(1));
        assert_eq!(late.ask("a"), Err(WhyUnfetched::RunLimit));
        assert_eq!(run.errand().ask("a"), Ok(room(LATE_DOCUMENT_BYTES)));
    }

    #[test]
    fn a_server_is_struck_off_by_several_documents_only_and_comes_back_by_an_answer() {
        let run = RunAllowance::default();
        let mut hostile = run.errand();
        for _ in 0..FAILURES {
            assert_eq!(hostile.ask("a"), Ok(FREE));
            hostile.note_failure("a");
        }
        assert_eq!(hostile.ask("a"), Err(WhyUnfetched::HostFailed));
        assert_eq!(hostile.ask("b"), Ok(FREE));
        let mut other = run.errand();
        assert_eq!(other.ask("a"), Ok(FREE));
        other.note_failure("a");
        other.note_answer("a");
        for _ in 0..FAILURES {
            assert_eq!(run.errand().ask("a"), Ok(FREE));
            run.errand().note_failure("a");
        }
        assert_eq!(run.errand().ask("a"), Err(WhyUnfetched::HostFailed));
    }
}
