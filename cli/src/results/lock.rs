//! One run at a time writes to a journal, and to the results beside it.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A journal that no other run uses for as long as this lives.
#[derive(Debug)]
pub struct Lock {
    /// Where it is.
    pub path: PathBuf,
    /// What is locked.
    pub file: File,
}

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum Refusal {
    /// Another run uses it.
    InUse(PathBuf),
    /// Another file has taken its place meanwhile.
    Exchanged(PathBuf),
    /// The system refuses.
    InputOutput(PathBuf, io::Error),
}

/// How often a journal may be exchanged between being opened and being locked.
const ATTEMPTS: usize = 100;

impl Lock {
    /// Locks a journal, which is made where there is none, open to nobody to whom the results are
    /// not.
    ///
    /// # Errors
    /// [`Refusal`] where it cannot be had.
    pub fn of(path: &Path, results: &Path) -> Result<Self, Refusal> {
        let refused = |error| Refusal::InputOutput(path.to_owned(), error);
        for _ in 0..ATTEMPTS {
            let mut options = OpenOptions::new();
            restrict(&mut options, results);
            let file = options.create(true).read(true).append(true).open(path);
            let file = file.map_err(refused)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(Refusal::InUse(path.to_owned())),
                Err(TryLockError::Error(error)) => return Err(refused(error)),
            }
            let path = path.to_owned();
            let lock = Lock { path, file };
            // Until it was locked, the run before may have put another in its place.
            if lock.check().is_ok() {
                return Ok(lock);
            }
        }
        Err(Refusal::Exchanged(path.to_owned()))
    }

    /// Asks whether what is locked still is the journal: of another, another run may hold the
    /// lock.
    ///
    /// # Errors
    /// [`Refusal`] where it is not.
    pub fn check(&self) -> Result<(), Refusal> {
        let refused = |error| Refusal::InputOutput(self.path.clone(), error);
        let own = self.file.metadata().map_err(refused)?;
        match fs::metadata(&self.path) {
            Ok(placed) if is_same(&own, &placed) => Ok(()),
            _ => Err(Refusal::Exchanged(self.path.clone())),
        }
    }
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, results: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    if let Some(mode) = super::aside::mode(results) {
        // The next run must be able to read and write it.
        options.mode(mode | 0o600);
    }
}

#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions, _results: &Path) {}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Other systems let nobody exchange a file that is open.
#[cfg(not(unix))]
fn is_same(_one: &fs::Metadata, _other: &fs::Metadata) -> bool {
    true
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::InUse(path) => {
                let path = path.display();
                write!(
                    out,
                    "{path}: another run writes to it; wait until it is over"
                )
            }
            Refusal::Exchanged(path) => {
                write!(out, "{}: was exchanged while it was used", path.display())
            }
            Refusal::InputOutput(path, error) => write!(out, "{}: {error}", path.display()),
        }
    }
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn one_has_a_journal_and_knows_when_it_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let results = folder.path().join("results");
        let lock = Lock::of(&path, &results).unwrap();
        assert!(matches!(Lock::of(&path, &results), Err(Refusal::InUse(_))));
        fs::remove_file(&path).unwrap();
        assert!(matches!(lock.check(), Err(Refusal::Exchanged(_))));
        let next = Lock::of(&path, &results).unwrap();
        assert!(matches!(lock.check(), Err(Refusal::Exchanged(_))));
        drop(lock);
        next.check().unwrap();
    }
}
