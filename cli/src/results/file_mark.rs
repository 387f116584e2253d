//! Whether a file is still the one that was judged.

use super::hex;
use crate::input::{self, Setting};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// A file as it was when it was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// SHA-256 of the bytes that were judged.
    sha256: String,
    /// What the file system said of it; `None` where that would not tell another content.
    state: Option<String>,
}

impl FileMark {
    /// The mark of a file of which the file system said `before` until it was read.
    pub fn new(path: &Path, before: Option<State>, sha256: [u8; 32]) -> Self {
        // What was written to meanwhile may or may not be what was read, and what was written to
        // just before can be again without another time.
        let settled =
            before.filter(|before| before.is_settled && state(path).as_ref() == Some(before));
        FileMark {
            sha256: hex(&sha256),
            state: settled.map(|state| state.words),
        }
    }

    /// Whether the file system says of a file what it said of this one.
    pub fn is_unchanged(&self, path: &Path) -> bool {
        self.state.is_some() && state(path).map(|state| state.words) == self.state
    }

    /// The mark of a file that holds the same bytes, whatever the file system says; `None` where
    /// it does not.
    pub fn of_same_bytes(&self, path: &Path, setting: &Setting) -> Option<Self> {
        let before = state(path);
        let sha256 = input::open(path, &setting.limits).ok()?.sha256()?;
        let mark = FileMark::new(path, before, sha256);
        (mark.sha256 == self.sha256).then_some(mark)
    }
}

/// What the file system says of a file.
#[derive(PartialEq, Eq)]
pub struct State {
    words: String,
    is_settled: bool,
}

/// Within this time after a change, another might have the same time: file systems count in steps
/// of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

/// What the file system says of a file now: which it is, how long, and when its content and what
/// is said of it were changed last. The latter time cannot be set back.
#[cfg(unix)]
pub fn state(path: &Path) -> Option<State> {
    use std::os::unix::fs::MetadataExt;
    use std::time::SystemTime;

    let about = std::fs::metadata(path).ok()?;
    let changed = u64::try_from(about.ctime()).ok()?;
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(changed) + STEP;
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
        is_settled: about.is_file() && changed < SystemTime::now(),
    })
}

/// Other systems do not say enough: files are read again.
#[cfg(not(unix))]
pub fn state(_path: &Path) -> Option<State> {
    None
}
