//! The bytes of a file behind one type: held in memory, or read in windows when they are asked
//! for, so that a large file is never in memory as a whole.

mod span;
mod text;
mod windows;

#[cfg(test)]
pub(crate) mod tests;

pub use span::{Span, concat, digest};
pub use text::{Reader, Text, occurrences};
pub use windows::ReadAt;

use crate::crypto::{DigestAlgorithm, Hasher};
use crate::error::Error;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use windows::{WINDOW, Windows};

/// The bytes of a file. A clone is the same file.
///
/// What is held in memory cannot change, and slices of it cost nothing. Of a file that is read
/// in windows a few are kept, and digests over large parts are computed as the windows pass.
///
/// # A file that changes while it is read
///
/// Its structure and its digests are read at different times, and whoever may write to it could
/// show a signed document to the one and another to the other. So the file is read from its
/// first to its last byte once, when it is opened, and the state of SHA-256 before each window
/// is kept. Every window that is read later, for whatever purpose, must lead from the state
/// before it to the state after it; one that does not ends all reading with [`Error::Changed`].
/// All that is ever looked at are therefore bytes of the one file whose SHA-256 stands in the
/// report, unless SHA-256 is broken. Times and sizes in the folder, which a writer can set back,
/// play no part. What comes behind the length that the file had at first is not of this file.
///
/// The reading is done and its SHA-256 known before anything else is, so that a large document
/// with a signature by SHA-256 is hashed once: the digest over what the signature covers goes on
/// from the state before its gap.
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
}

struct Inner {
    storage: Storage,
    /// For each algorithm its states by the offset before which all is hashed.
    states: Mutex<HashMap<DigestAlgorithm, BTreeMap<usize, Hasher>>>,
}

enum Storage {
    Memory(Bytes),
    Windows(Windows),
}

impl Source {
    /// A file that is read in windows. All of it is read once now.
    ///
    /// # Errors
    /// [`Error::InputOutput`] as the system gives it, [`Error::Changed`] where the file gets
    /// shorter meanwhile, [`Error::OverLimit`] above `most_bytes`.
    pub fn in_windows(reader: impl ReadAt + 'static, most_bytes: u64) -> Result<Self, Error> {
        let windows = Windows::open(Box::new(reader), WINDOW, END_OF_REVISION, most_bytes)?;
        Ok(Self::new(Storage::Windows(windows)))
    }

    fn new(storage: Storage) -> Self {
        let states = Mutex::default();
        Source {
            inner: Arc::new(Inner { storage, states }),
        }
    }

    /// How many bytes there are.
    pub fn length(&self) -> usize {
        match &self.inner.storage {
            Storage::Memory(bytes) => bytes.len(),
            Storage::Windows(windows) => windows.length(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// All bytes, where they are held in memory.
    pub fn memory(&self) -> Option<&Bytes> {
        match &self.inner.storage {
            Storage::Memory(bytes) => Some(bytes),
            Storage::Windows(_) => None,
        }
    }

    /// The bytes of a range that lies wholly inside; `None` also where they cannot be read.
    pub fn get(&self, range: Range<usize>) -> Option<Bytes> {
        match &self.inner.storage {
            Storage::Memory(bytes) => {
                let inside = range.start <= range.end && range.end <= bytes.len();
                inside.then(|| bytes.slice(range))
            }
            Storage::Windows(windows) => windows.get(range),
        }
    }

    /// The first bytes, at most `count`.
    pub fn start(&self, count: usize) -> Bytes {
        self.get(0..count.min(self.length())).unwrap_or_default()
    }

    /// All bytes, brought into memory.
    ///
    /// # Errors
    /// As for [`Source::intact`].
    pub fn whole(&self) -> Result<Bytes, Error> {
        let bytes = self.get(0..self.length());
        self.intact()?;
        bytes.ok_or(Error::Defect)
    }

    /// Whether everything could be read so far. What was found by bytes that could not be is
    /// worth nothing.
    ///
    /// # Errors
    /// [`Error::Changed`] where the file changed since it was opened, [`Error::InputOutput`]
    /// as the system gives it.
    pub fn intact(&self) -> Result<(), Error> {
        match &self.inner.storage {
            Storage::Windows(windows) => windows.failure().cloned().map_or(Ok(()), Err),
            Storage::Memory(_) => Ok(()),
        }
    }

    /// The text, for lexers.
    pub fn reader(&self) -> Reader {
        Reader::new(self.clone())
    }

    /// A range that lies wholly inside.
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let inside = range.start <= range.end && range.end <= self.length();
        inside.then(|| Span::new(self.clone(), range))
    }

    /// Where each `%%EOF` stands.
    pub fn ends_of_revisions(&self) -> Vec<usize> {
        match &self.inner.storage {
            Storage::Memory(bytes) => occurrences(bytes, END_OF_REVISION).collect(),
            Storage::Windows(windows) => windows.noted().to_vec(),
        }
    }

    /// SHA-256 over everything; `None` where it cannot be read.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        Span::from(self.clone()).sha256()
    }

    /// The window that holds the byte at `at`, with its offset, where there are windows.
    fn window_around(&self, at: usize) -> Option<(usize, Bytes)> {
        match &self.inner.storage {
            Storage::Memory(_) => None,
            Storage::Windows(windows) => {
                let index = at / windows.size();
                Some((index * windows.size(), windows.window(index)?))
            }
        }
    }

    /// Gives a range that lies wholly inside to `take`, part by part.
    fn visit(&self, range: Range<usize>, mut take: impl FnMut(&[u8])) -> Option<()> {
        let windows = match &self.inner.storage {
            Storage::Memory(bytes) => {
                take(bytes.get(range)?);
                return Some(());
            }
            Storage::Windows(windows) => windows,
        };
        let mut at = range.start;
        while at < range.end {
            let part = windows.part(&range, at)?;
            take(&part);
            at += part.len();
        }
        Some(())
    }

    /// The digest over everything before `end`, which may go on. States are kept there and at the
    /// start of each window, so that all signatures of a document share one reading of it.
    fn digest_before(&self, algorithm: DigestAlgorithm, end: usize) -> Option<Hasher> {
        let states = self.inner.states.lock();
        let mut states = states.unwrap_or_else(PoisonError::into_inner);
        let states = states.entry(algorithm).or_default();
        let (mut at, mut state) = self.nearest(states, algorithm, end)?;
        let step = self.step();
        while at < end {
            let next = end.min((at / step + 1) * step);
            self.visit(at..next, |bytes| state.update(bytes))?;
            states.insert(next, state.clone());
            at = next;
        }
        Some(state)
    }

    /// Bytes between two states that are kept.
    fn step(&self) -> usize {
        match &self.inner.storage {
            Storage::Memory(_) => WINDOW,
            Storage::Windows(windows) => windows.size(),
        }
    }

    /// The last state that is known at `end` or before, and where it stands.
    fn nearest(
        &self,
        states: &BTreeMap<usize, Hasher>,
        algorithm: DigestAlgorithm,
        end: usize,
    ) -> Option<(usize, Hasher)> {
        let kept = states.range(..=end).next_back();
        let kept = kept.map(|(at, state)| (*at, state.clone()));
        let start = match &self.inner.storage {
            Storage::Windows(windows) if algorithm == DigestAlgorithm::Sha256 => {
                if end == windows.length() {
                    return Some((end, windows.states().last()?.clone()));
                }
                let index = end / windows.size();
                (index * windows.size(), windows.states().get(index)?.clone())
            }
            _ => (0, algorithm.hasher()),
        };
        Some(kept.filter(|(at, _)| *at > start.0).unwrap_or(start))
    }
}

/// What closes a revision of a PDF (ISO 32000-2, 7.5.5). To find each takes a look at every
/// byte, and there is one anyway when a file is opened.
const END_OF_REVISION: &[u8] = b"%%EOF";

impl<T: Into<Bytes>> From<T> for Source {
    fn from(bytes: T) -> Self {
        Self::new(Storage::Memory(bytes.into()))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Source({} bytes)", self.length())
    }
}
