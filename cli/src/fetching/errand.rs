//! What one document may cause to be fetched, and what a run may: no document may use up what
//! others need, nor have a host struck off for them.

use sigill::report::{UnfetchedSource, WhyUnfetched};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For one document; the answer that goes beyond is the last. The largest CRL known has 80 MB.
const DOCUMENT_BYTES: u64 = 128 << 20;
/// For all documents of a run together.
const RUN_BYTES: u64 = 2 << 30;
/// Questions about one document.
pub const QUESTIONS: usize = 60;
/// After so many failures a host is not asked any more for a document, and after failures for
/// so many documents on end, for none.
const FAILURES: usize = 3;

/// What a whole run has fetched.
#[derive(Default)]
pub struct RunAllowance {
    received: AtomicU64,
    /// For how many documents each host has failed since it last answered.
    failures: Mutex<HashMap<String, usize>>,
}

/// What is fetched for one document.
pub struct Errand<'a> {
    run: &'a RunAllowance,
    received: u64,
    questions: usize,
    failures: HashMap<String, usize>,
    unfetched: Vec<UnfetchedSource>,
}

impl RunAllowance {
    /// An errand for a document.
    pub fn errand(&self) -> Errand<'_> {
        Errand {
            run: self,
            received: 0,
            questions: 0,
            failures: HashMap::new(),
            unfetched: Vec::new(),
        }
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Errand<'_> {
    /// Counts a question that has no answer yet, unless it must not be asked.
    ///
    /// # Errors
    /// Why it must not.
    pub fn ask(&mut self, host: &str) -> Result<(), WhyUnfetched> {
        let of_document = self.failures.get(host).copied().unwrap_or_default();
        let of_run = self.run.failures().get(host).copied().unwrap_or_default();
        if of_document >= FAILURES || of_run >= FAILURES {
            return Err(WhyUnfetched::HostFailed);
        }
        if self.received >= DOCUMENT_BYTES || self.questions >= QUESTIONS {
            return Err(WhyUnfetched::DocumentLimit);
        }
        if self.run.received.load(Ordering::Relaxed) >= RUN_BYTES {
            return Err(WhyUnfetched::RunLimit);
        }
        self.questions += 1;
        Ok(())
    }

    /// Counts what came, whether or not it was of use.
    pub fn receive(&mut self, bytes: u64) {
        self.received = self.received.saturating_add(bytes);
        self.run.received.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes that a host did not answer.
    pub fn note_failure(&mut self, host: &str) {
        let own = self.failures.entry(host.to_owned()).or_default();
        *own += 1;
        if *own == 1 {
            *self.run.failures().entry(host.to_owned()).or_default() += 1;
        }
    }

    /// Notes that a host is there, whatever it answered.
    pub fn note_answer(&mut self, host: &str) {
        self.run.failures().remove(host);
    }

    /// Notes a place that is not asked.
    pub fn refuse(&mut self, url: &str, reason: WhyUnfetched) {
        let url = url.to_owned();
        self.unfetched.push(UnfetchedSource { url, reason });
    }

    /// The places that were not asked.
    pub fn into_unfetched(self) -> Vec<UnfetchedSource> {
        self.unfetched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_uses_up_what_others_need() {
        let run = RunAllowance::default();
        let mut greedy = run.errand();
        greedy.receive(DOCUMENT_BYTES);
        assert_eq!(greedy.ask("a"), Err(WhyUnfetched::DocumentLimit));
        assert_eq!(run.errand().ask("a"), Ok(()));
        let mut curious = run.errand();
        for _ in 0..QUESTIONS {
            assert_eq!(curious.ask("a"), Ok(()));
        }
        assert_eq!(curious.ask("a"), Err(WhyUnfetched::DocumentLimit));
        for _ in 0..RUN_BYTES / DOCUMENT_BYTES {
            run.errand().receive(DOCUMENT_BYTES);
        }
        assert_eq!(run.errand().ask("a"), Err(WhyUnfetched::RunLimit));
    }

    #[test]
    fn a_host_is_struck_off_by_several_documents_only_and_comes_back_by_an_answer() {
        let run = RunAllowance::default();
        let mut hostile = run.errand();
        for _ in 0..FAILURES {
            assert_eq!(hostile.ask("a"), Ok(()));
            hostile.note_failure("a");
        }
        assert_eq!(hostile.ask("a"), Err(WhyUnfetched::HostFailed));
        assert_eq!(hostile.ask("b"), Ok(()));
        let mut other = run.errand();
        assert_eq!(other.ask("a"), Ok(()));
        other.note_failure("a");
        other.note_answer("a");
        for _ in 0..FAILURES {
            assert_eq!(run.errand().ask("a"), Ok(()));
            run.errand().note_failure("a");
        }
        assert_eq!(run.errand().ask("a"), Err(WhyUnfetched::HostFailed));
    }
}
