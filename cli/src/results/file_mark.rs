//! Whether a file is still the one that was judged.

use super::hex;
use crate::input;
use serde::{Deserialize, Serialize};
use sigill::crypto::sha256;
use sigill::limits::Limits;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A file as it was when it was judged, or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the file system said of it; `None` where that would not tell another content.
    pub state: Option<String>,
}

impl FileMark {
    /// The mark of a file of which the file system said `before` until it was read.
    pub fn new(path: &Path, before: Option<State>, sha256: &[u8; 32]) -> Self {
        // What was written to meanwhile may or may not be what was read, and what was written to
        // just before can be again without another time.
        let settled =
            before.filter(|before| before.is_settled() && state(path).as_ref() == Some(before));
        FileMark {
            sha256: hex(sha256),
            state: settled.map(|state| state.words),
        }
    }

    /// Whether the file system says of a file what it said of this one.
    pub fn is_unchanged(&self, path: &Path) -> bool {
        self.is_of(state(path).as_ref())
    }

    /// Whether it is the mark of a file that is as the file system says.
    pub fn is_of(&self, state: Option<&State>) -> bool {
        self.state.is_some() && state.map(|state| &state.words) == self.state.as_ref()
    }

    /// The mark of a file that holds the same bytes, whatever the file system says; `None` where
    /// it does not.
    pub fn of_same_bytes(&self, path: &Path, limits: &Limits) -> Option<Self> {
        if !is_regular(path) {
            return None;
        }
        let before = state(path);
        let sha256 = input::open(path, limits).ok()?.sha256()?;
        let mark = FileMark::new(path, before, &sha256);
        (mark.sha256 == self.sha256).then_some(mark)
    }
}

/// Whether it is a file that can be read as often as is wanted, and no pipe.
pub fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.is_file())
}

/// What the file system said of several files, as one digest; `None` where it did not say enough
/// of one of them.
pub fn digest_of_marks(marks: &[FileMark]) -> Option<[u8; 32]> {
    let states: Option<Vec<&str>> = marks.iter().map(|mark| mark.state.as_deref()).collect();
    Some(sha256(states?.join("\n").as_bytes()))
}

/// What the file system says of several files now, as the same digest.
pub fn digest_of_files<'a>(paths: impl Iterator<Item = &'a Path>) -> Option<[u8; 32]> {
    let states: Option<Vec<String>> = paths
        .map(|path| state(path).map(|state| state.words))
        .collect();
    Some(sha256(states?.join("\n").as_bytes()))
}

/// What the file system says of a file.
#[derive(PartialEq, Eq)]
pub struct State {
    words: String,
    device: u64,
    is_file: bool,
    /// Since 1970.
    changed: Duration,
}

/// Within this time after a change, another might have the same time: file systems count in steps
/// of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

impl State {
    /// Whether any later change would show, by the clock.
    fn is_settled(&self) -> bool {
        let last = SystemTime::UNIX_EPOCH.checked_add(self.changed + STEP);
        self.is_file && last.is_some_and(|last| last < SystemTime::now())
    }

    /// Whether any later change would show, since the same file system has already given a later
    /// time to another file.
    pub fn is_before(&self, later: &State) -> bool {
        self.is_file && self.device == later.device && self.changed < later.changed
    }

    /// All that the file system says.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// All that the file system says.
    pub fn into_words(self) -> String {
        self.words
    }
}

/// What the file system says of a file now: which it is, how long, and when its content and what
/// is said of it were changed last. The latter time cannot be set back.
#[cfg(unix)]
pub fn state(path: &Path) -> Option<State> {
    use std::os::unix::fs::MetadataExt;

    let about = std::fs::metadata(path).ok()?;
    let seconds = u64::try_from(about.ctime()).ok()?;
    let nanoseconds = u32::try_from(about.ctime_nsec()).ok()?;
    Some(State {
        words: format!(
            "{}:{}:{}:{}.{}:{}.{}",
            about.dev(),
            about.ino(),
            about.len(),
            about.mtime(),
            about.mtime_nsec(),
            about.ctime(),
            about.ctime_nsec(),
        ),
        device: about.dev(),
        is_file: about.is_file(),
        changed: Duration::new(seconds, nanoseconds),
    })
}

/// Other systems do not say enough: files are read again.
#[cfg(not(unix))]
pub fn state(_path: &Path) -> Option<State> {
    None
}
