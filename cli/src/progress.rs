//! How far a run has come, on standard error: a bar on terminals, a line now and then otherwise.

use crate::output::complain;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Told of every document that is done.
pub struct Progress {
    bar: ProgressBar,
    documents: u64,
    done: u64,
    failures: u64,
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
            start,
            told: start,
        }
    }

    /// One more is done.
    pub fn advance(&mut self, has_failed: bool) {
        self.done += 1;
        self.bar.inc(1);
        if has_failed {
            self.failures += 1;
        }
        if has_failed || self.done == 1 {
            self.bar.set_message(format!("{} failed", self.failures));
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

    fn line(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss)]
        let rate = self.done as f64 / seconds;
        #[allow(clippy::cast_precision_loss)]
        let left = (self.documents - self.done.min(self.documents)) as f64 / rate.max(0.001);
        format!(
            "{} of {} documents, {rate:.0} per second, {} failed, {left:.0} s left",
            self.done, self.documents, self.failures
        )
    }
}
