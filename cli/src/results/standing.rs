//! How things stood when a run was over: by that the next one sees that nothing has changed since,
//! and that the results are what it would write.
//!
//! It says nothing that the results and the journal do not say; a run without it takes longer and
//! comes to the same.

use super::aside::Aside;
use super::file_mark::{FileMark, State, digest_of_files, state};
use super::journal::{Key, checksum};
use super::ledger::{Ledger, Totals, digest_of_documents};
use super::lock::Lock;
use super::work::Work;
use crate::documents::Listed;
use serde::{Deserialize, Serialize};
use sigill::limits::Limits;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How things stood.
#[derive(Serialize, Deserialize)]
pub struct Standing {
    /// What all documents were judged by.
    judged_by: String,
    /// The file of the results.
    results: FileMark,
    /// All that it holds, as one digest.
    content: [u8; 32],
    /// What must be found again where nothing has changed; `None` where something must be asked
    /// anew in any case.
    still: Option<Still>,
}

#[derive(Serialize, Deserialize)]
struct Still {
    /// What the file system said of the journal.
    journal: String,
    /// The documents, and what it said of each, as one digest.
    documents: [u8; 32],
    judged: BTreeMap<i64, i64>,
    lacks_password: bool,
    totals: Totals,
}

impl Standing {
    /// How things stood when the last run by the same judge was over; `None` where that is not
    /// known.
    pub fn read(path: &Path, judged_by: &str) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let (checked, said) = text.trim_start().split_once('\t')?;
        let standing: Standing = match checked == checksum(said) {
            true => serde_json::from_str(said).ok()?,
            false => return None,
        };
        (standing.judged_by == judged_by).then_some(standing)
    }

    /// Whether nobody has written to the journal since.
    pub fn has_journal(&self, journal: &Path) -> bool {
        let still = self.still.as_ref();
        still.is_some_and(|still| state(journal).is_some_and(|it| it.words() == still.journal))
    }

    /// What a run would come to that judges these documents: the same again, where these are
    /// the same documents, the results and the journal are as they were left, and every verdict
    /// would be found again.
    pub fn totals(
        &self,
        out: &Path,
        journal: &Path,
        documents: &[(Key, Listed)],
        work: &Work<'_>,
    ) -> Option<&Totals> {
        let still = self.still.as_ref()?;
        let mut judged = still.judged.iter();
        let is_found_again = judged.all(|(at, until)| work.is_found_again(*at, *until))
            && !(still.lacks_password && work.has_password());
        let is_as_left = self.results.is_unchanged(out) && self.has_journal(journal);
        if !is_found_again || !is_as_left {
            return None;
        }
        let documents = documents
            .iter()
            .map(|(key, document)| (*key, digest_of_files(document.files())));
        (digest_of_documents(documents)? == still.documents).then_some(&still.totals)
    }

    /// The results as they are, if they hold just this content: by what the file system says of
    /// them or, where that says too little or is not to be believed, by their digest.
    pub fn results_of(
        &self,
        content: &[u8; 32],
        out: &Path,
        belief: Belief,
        limits: &Limits,
    ) -> Option<Placed> {
        let state = state(out);
        let mark = &self.results;
        let is_as_left = self.content == *content
            && (belief == Belief::InFileSystem && mark.is_of(state.as_ref())
                || mark.of_same_bytes(out, limits).is_some());
        let sha256 = mark.sha256.clone();
        is_as_left.then_some(Placed { sha256, state })
    }
}

/// What says that a file is the one it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// The file system does, where it says enough.
    InFileSystem,
    /// Its digest alone does.
    InDigests,
}

/// Results in their place.
pub struct Placed {
    /// SHA-256 of their bytes.
    pub sha256: String,
    /// What the file system said of them then.
    pub state: Option<State>,
}

/// Writes how things stand.
///
/// # Errors
/// A sentence where the disk refuses.
pub fn write(
    path: &Path,
    (out, results): (&Path, Placed),
    lock: &Lock,
    judged_by: &str,
    ledger: Ledger,
) -> Result<(), String> {
    let mut aside = Aside::like(path, out)?;
    let journal = state(&lock.path);
    let states = [&results.state, &journal];
    let is_settled =
        settle(&mut aside, &states)? && results.state == state(out) && journal == state(&lock.path);
    let journal = journal.filter(|_| is_settled);
    let standing = Standing {
        judged_by: judged_by.to_owned(),
        results: FileMark {
            sha256: results.sha256,
            state: results.state.filter(|_| is_settled).map(State::into_words),
        },
        content: ledger.content(),
        still: ledger
            .documents()
            .zip(journal)
            .map(|(documents, journal)| Still {
                journal: journal.into_words(),
                documents,
                judged: ledger.judged,
                lacks_password: ledger.lacks_password,
                totals: ledger.totals,
            }),
    };
    // Serialising fails for maps without text keys alone, and there are none here.
    let said = serde_json::to_string(&standing).unwrap_or_default();
    aside.write(format!("{}\t{said}", checksum(&said)).as_bytes())?;
    aside.place().map(drop)
}

/// Waits until the file system gives another time than it has given to these files, so that any
/// later change of them shows; whether it does in time.
fn settle(aside: &mut Aside, states: &[&Option<State>]) -> Result<bool, String> {
    for _ in 0..ATTEMPTS {
        let now = state(aside.path());
        let is_before = |state: &&Option<State>| {
            let pair = state.as_ref().zip(now.as_ref());
            pair.is_some_and(|(state, now)| state.is_before(now))
        };
        if states.iter().all(is_before) {
            return Ok(true);
        }
        thread::sleep(PAUSE);
        aside.write(b" ")?;
    }
    Ok(false)
}

/// Longer than the steps in which most file systems count; on others, the next run but one is the
/// first that is fast.
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(2);
