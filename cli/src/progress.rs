//! How far a run has come, on standard error: a bar on terminals, a line now and then otherwise.

use crate::output::complain;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sigill::report::Judged;
use std::time::{Duration, Instant};

/// Told of every document that is done.
pub struct Progress {
    bar: ProgressBar,
    documents: u64,
    done: u64,
    failures: u64,
    taken_over: u64,
    start: Instant,
    told: Instant,
}

/// Between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

const TEMPLATE: &str = "{bar:30} {pos}/{len}  {per_sec}  {msg}  {eta} left";

impl Progress {
    /// Nothing is done yet of so many documents.
    pub fn new(documents: usize) -> Self {
        let documents = documents as u64;
        let bar = ProgressBar::with_draw_target(Some(documents), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        let start = Instant::now();
        Progress {
            bar,
            documents,
            done: 0,
            failures: 0,
            taken_over: 0,
            start,
            told: start,
        }
    }

    /// One more is done.
    pub fn advance(&mut self, has_failed: bool, judged: Judged) {
        self.done += 1;
        self.bar.inc(1);
        self.failures += u64::from(has_failed);
        self.taken_over += u64::from(judged == Judged::Before);
        if has_failed || judged == Judged::Before || self.done == 1 {
            self.bar.set_message(self.counts());
        }
        if self.bar.is_hidden() && self.told.elapsed() >= PAUSE {
            self.told = Instant::now();
            complain(&self.line());
        }
    }

    /// All are done.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        complain(&self.line());
    }

    /// Nothing was left to do since `start`, and so many of the documents have failed.
    pub fn take_over_all(mut self, start: Instant, failures: u64) {
        self.start = start;
        self.done = self.documents;
        self.taken_over = self.documents;
        self.failures = failures;
        self.finish();
    }

    fn counts(&self) -> String {
        let taken_over = self.taken_over;
        format!("{taken_over} taken over, {} failed", self.failures)
    }

    fn line(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss)]
        let rate = self.done as f64 / seconds;
        #[allow(clippy::cast_precision_loss)]
        let left = (self.documents - self.done.min(self.documents)) as f64 / rate.max(0.001);
        format!(
            "{} of {} documents, {rate:.0} per second, {}, {left:.0} s left",
            self.done,
            self.documents,
            self.counts()
        )
    }
}
