//! A file of which no more than a few windows are in memory at a time.

use super::text::occurrences;
use crate::crypto::{DigestAlgorithm, Hasher};
use crate::error::Error;
use bytes::Bytes;
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A file or whatever else can be read at any place; the caller opens it.
pub trait ReadAt: Send + Sync {
    /// How many bytes there are.
    ///
    /// # Errors
    /// As the system gives them.
    fn length(&self) -> std::io::Result<u64>;

    /// Reads from `offset` on, at most as much as `buffer` takes; 0 at the end.
    ///
    /// # Errors
    /// As the system gives them.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize>;
}

/// Bytes of one window: large enough that reading it costs more than asking for it, small enough
/// that a place in the file does not cost much.
pub(super) const WINDOW: usize = 128 << 10;

/// Windows that are kept, 4 MB: the objects of a PDF refer back and forth.
const KEPT: usize = 32;

/// Places of the token that are noted. A file that holds a million ends is made to waste memory.
const NOTED: usize = 1 << 20;

/// See [`Source`](super::Source) for what keeps a changing file from being believed.
pub(super) struct Windows {
    reader: Box<dyn ReadAt>,
    length: usize,
    /// Bytes of each window but the last.
    size: usize,
    /// SHA-256 before each window, and after the last.
    states: Vec<Hasher>,
    noted: Vec<usize>,
    kept: Mutex<VecDeque<(usize, Bytes)>>,
    failure: OnceLock<Error>,
}

impl Windows {
    /// Reads everything once in windows of `size` bytes, and notes where `token` stands.
    pub(super) fn open(
        reader: Box<dyn ReadAt>,
        size: usize,
        token: &[u8],
        most_bytes: u64,
    ) -> Result<Self, Error> {
        let length = reader.length().map_err(unreadable)?;
        let over_limit = Error::OverLimit {
            limit: "bytes in one document",
            allowed: most_bytes,
        };
        if length > most_bytes {
            return Err(over_limit);
        }
        let mut windows = Windows {
            reader,
            length: usize::try_from(length).map_err(|_| over_limit)?,
            size,
            states: vec![DigestAlgorithm::Sha256.hasher()],
            noted: Vec::new(),
            kept: Mutex::default(),
            failure: OnceLock::new(),
        };
        windows.read_once(token)?;
        Ok(windows)
    }

    fn read_once(&mut self, token: &[u8]) -> Result<(), Error> {
        let mut state = DigestAlgorithm::Sha256.hasher();
        let overlap = token.len().saturating_sub(1);
        // The end of the last window stands before the next, so that no token is cut in two.
        let mut buffer = vec![0; overlap + self.size];
        let mut before = 0;
        for start in (0..self.length).step_by(self.size) {
            let count = self.size.min(self.length - start);
            let fresh = buffer.get_mut(overlap..overlap + count).unwrap_or_default();
            self.fill(fresh, start)?;
            state.update(fresh);
            self.states.push(state.clone());
            let searched = buffer
                .get(overlap - before..overlap + count)
                .unwrap_or_default();
            let room = NOTED.saturating_sub(self.noted.len());
            let found = occurrences(searched, token).map(|at| start - before + at);
            self.noted.extend(found.take(room));
            if self.noted.len() >= NOTED {
                return Err(Error::OverLimit {
                    limit: "revisions",
                    allowed: NOTED as u64,
                });
            }
            buffer.copy_within(count..count + overlap, 0);
            before = overlap;
        }
        Ok(())
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// SHA-256 before each window, and after the last.
    pub(super) fn states(&self) -> &[Hasher] {
        &self.states
    }

    /// Where the token stands that was looked for at the first reading.
    pub(super) fn noted(&self) -> &[usize] {
        &self.noted
    }

    /// What went wrong since the first reading.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }

    /// The window of this index, as it was when it was first read.
    pub(super) fn window(&self, index: usize) -> Option<Bytes> {
        let start = index.checked_mul(self.size)?;
        let rest = self.length.checked_sub(start).filter(|rest| *rest > 0)?;
        if self.failure.get().is_some() {
            return None;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(known, _)| *known == index) {
            let found = kept.remove(place)?;
            kept.push_front(found.clone());
            return Some(found.1);
        }
        let mut bytes = vec![0; self.size.min(rest)];
        let read = self.fill(&mut bytes, start);
        let read = read.and_then(|()| self.compare(index, &bytes));
        if let Err(error) = read {
            // The first failure stays; others follow from it.
            let _ = self.failure.set(error);
            return None;
        }
        let bytes = Bytes::from(bytes);
        kept.push_front((index, bytes.clone()));
        kept.truncate(KEPT);
        Some(bytes)
    }

    /// The bytes of a range, from as many windows as it touches.
    pub(super) fn get(&self, range: Range<usize>) -> Option<Bytes> {
        if range.start > range.end || range.end > self.length {
            return None;
        }
        let first = self.part(&range, range.start)?;
        if first.len() == range.len() {
            return Some(first);
        }
        let mut bytes = Vec::with_capacity(range.len());
        bytes.extend_from_slice(&first);
        while bytes.len() < range.len() {
            let part = self.part(&range, range.start + bytes.len())?;
            bytes.extend_from_slice(&part);
        }
        Some(Bytes::from(bytes))
    }

    /// What of `range` the window around `at` holds from there on; not empty inside a range.
    pub(super) fn part(&self, range: &Range<usize>, at: usize) -> Option<Bytes> {
        if at >= range.end {
            return Some(Bytes::new());
        }
        let window = self.window(at / self.size)?;
        let from = at % self.size;
        let until = window.len().min(from + (range.end - at));
        (from < until).then(|| window.slice(from..until))
    }

    /// Whether these bytes lead from the state before the window to that after it.
    fn compare(&self, index: usize, bytes: &[u8]) -> Result<(), Error> {
        let changed = || Error::Changed;
        let mut state = self.states.get(index).cloned().ok_or_else(changed)?;
        state.update(bytes);
        let after = self.states.get(index + 1).cloned().ok_or_else(changed)?;
        match state.finish() == after.finish() {
            true => Ok(()),
            false => Err(Error::Changed),
        }
    }

    fn fill(&self, buffer: &mut [u8], start: usize) -> Result<(), Error> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.reader.read_at(rest, (start + done) as u64) {
                // It was longer when its length was asked for.
                Ok(0) => return Err(Error::Changed),
                Ok(count) => done += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(error)),
            }
        }
        Ok(())
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::InputOutput(error.kind())
}
