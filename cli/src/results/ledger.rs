//! What a run comes to, and how little must be known of each document for the next to see that
//! nothing has changed.

use super::file_mark::digest_of_marks;
use super::journal::{Entry, Key};
use crate::output::Status;
use serde::{Deserialize, Serialize};
use sigill::crypto::{DigestAlgorithm, sha256};
use sigill::report::{Judged, Summary};
use std::collections::BTreeMap;

/// What all documents come to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Totals {
    /// How they count for the run.
    pub status: Status,
    /// Tables of numbers.
    pub summary: Summary,
    /// How many have failed.
    pub failures: u64,
}

impl Totals {
    /// Takes in one document.
    pub fn add(&mut self, entry: &Entry, judged: Judged) {
        self.status.add(entry.status);
        self.summary.merge(&entry.summary);
        self.summary.taken_over += u64::from(judged == Judged::Before);
        self.failures += u64::from(entry.status.has_failed());
    }
}

/// All documents of a run in their order, each with what is known of it.
pub struct Ledger {
    /// What they come to.
    pub totals: Totals,
    /// When something was judged, and until when nothing begins or ends in any document of
    /// that time.
    pub judged: BTreeMap<i64, i64>,
    /// Whether a password might open a document that none has opened.
    pub lacks_password: bool,
    traces: Vec<Trace>,
}

#[derive(Clone, Copy, Default)]
struct Trace {
    key: Key,
    content: [u8; 32],
    files: Option<[u8; 32]>,
}

impl Ledger {
    /// Nothing is known of any document.
    pub fn new(keys: impl Iterator<Item = Key>) -> Self {
        let traces = keys.map(|key| Trace {
            key,
            ..Trace::default()
        });
        Ledger {
            totals: Totals::default(),
            judged: BTreeMap::new(),
            lacks_password: false,
            traces: traces.collect(),
        }
    }

    /// Takes in the document of this number.
    pub fn add(&mut self, number: usize, entry: &Entry, judged: Judged) {
        self.totals.add(entry, judged);
        let until = self.judged.entry(entry.judged_at).or_insert(i64::MAX);
        *until = entry.unchanged_until.min(*until);
        self.lacks_password |= entry.lacks_password;
        if let Some(trace) = self.traces.get_mut(number) {
            trace.content = entry.content;
            trace.files = entry.files.as_deref().and_then(digest_of_marks);
        }
    }

    /// What the results hold, in their order.
    pub fn contents(&self) -> impl Iterator<Item = (&Key, &[u8; 32])> {
        self.traces.iter().map(|trace| (&trace.key, &trace.content))
    }

    /// All that the results hold, as one digest.
    pub fn content(&self) -> [u8; 32] {
        let contents = self.traces.iter().flat_map(|trace| trace.content);
        sha256(&contents.collect::<Vec<u8>>())
    }

    /// The documents as they were judged, as one digest; `None` where one must be asked anew.
    pub fn documents(&self) -> Option<[u8; 32]> {
        digest_of_documents(self.traces.iter().map(|trace| (trace.key, trace.files)))
    }
}

/// Documents in their order, each with what the file system says of it, as one digest; `None`
/// where it does not say enough of one of them.
pub fn digest_of_documents(
    documents: impl Iterator<Item = (Key, Option<[u8; 32]>)>,
) -> Option<[u8; 32]> {
    let mut hasher = DigestAlgorithm::Sha256.hasher();
    for (key, files) in documents {
        hasher.update(&key);
        hasher.update(&files?);
    }
    hasher.finish().try_into().ok()
}
