//! Bytes by their offset, for lexers that go where a file leads them.

use super::Source;
use bytes::Bytes;
use memchr::memmem;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// Bytes that a lexer can look at one by one, be they in memory or not.
pub trait Text {
    /// How many there are.
    fn length(&self) -> usize;

    /// The byte at an offset.
    fn byte(&self, at: usize) -> Option<u8>;

    /// The bytes of a range that lies wholly inside.
    fn slice(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>>;

    /// Where `token` stands first in a range that lies wholly inside.
    fn find(&self, token: &[u8], range: Range<usize>) -> Option<usize>;

    /// Where `byte` stands first from an offset on.
    fn next(&self, byte: u8, at: usize) -> Option<usize> {
        let mut at = at;
        while self.byte(at)? != byte {
            at += 1;
        }
        Some(at)
    }

    /// Whether `token` stands at an offset.
    fn starts_with(&self, at: usize, token: &[u8]) -> bool {
        let mut bytes = token.iter().enumerate();
        bytes.all(|(index, byte)| {
            let at = at.checked_add(index);
            at.and_then(|at| self.byte(at)) == Some(*byte)
        })
    }
}

impl Text for [u8] {
    fn length(&self) -> usize {
        self.len()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.get(at).copied()
    }

    fn slice(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.get(range).map(Cow::Borrowed)
    }

    fn find(&self, token: &[u8], range: Range<usize>) -> Option<usize> {
        let start = range.start;
        let found = occurrences(self.get(range)?, token).next()?;
        Some(start + found)
    }

    fn next(&self, byte: u8, at: usize) -> Option<usize> {
        let length = memchr::memchr(byte, self.get(at..)?)?;
        Some(at + length)
    }

    fn starts_with(&self, at: usize, token: &[u8]) -> bool {
        self.get(at..).is_some_and(|rest| rest.starts_with(token))
    }
}

/// The text of a source, which keeps the window at hand that was looked at last.
pub struct Reader {
    source: Source,
    /// All of it, where it is held in memory.
    held: Bytes,
    window: RefCell<(usize, Bytes)>,
}

impl Reader {
    pub(super) fn new(source: Source) -> Self {
        Reader {
            held: source.memory().cloned().unwrap_or_default(),
            source,
            window: RefCell::default(),
        }
    }

    /// What is read.
    pub fn source(&self) -> &Source {
        &self.source
    }
}

impl Text for Reader {
    fn length(&self) -> usize {
        self.source.length()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if let Some(byte) = self.held.get(at) {
            return Some(*byte);
        }
        let inside = |(start, window): &(usize, Bytes)| {
            let index = at.checked_sub(*start)?;
            window.get(index).copied()
        };
        if let Some(byte) = inside(&self.window.borrow()) {
            return Some(byte);
        }
        let around = self.source.window_around(at)?;
        let byte = inside(&around);
        self.window.replace(around);
        byte
    }

    fn slice(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let bytes = self.source.get(range)?;
        Some(Cow::Owned(bytes.to_vec()))
    }

    fn find(&self, token: &[u8], range: Range<usize>) -> Option<usize> {
        let mut start = range.start;
        // Windows overlap, so that no token is cut in two.
        let overlap = token.len().saturating_sub(1);
        while start.saturating_add(overlap) < range.end {
            let end = start.saturating_add(SEARCHED).min(range.end);
            let window = self.source.get(start..end)?;
            if let Some(found) = occurrences(&window, token).next() {
                return Some(start + found);
            }
            start = end.checked_sub(overlap)?;
        }
        None
    }
}

/// Bytes that are searched at once.
const SEARCHED: usize = 1 << 20;

/// Where `token` stands in `bytes`, also where it overlaps itself.
pub fn occurrences<'a>(bytes: &'a [u8], token: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let finder = memmem::Finder::new(token);
    let mut position = 0usize;
    std::iter::from_fn(move || {
        let found = position.checked_add(finder.find(bytes.get(position..)?)?)?;
        position = found.checked_add(1)?;
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_occurrence_is_found() {
        let text = b"%%EOF %%%EOF%EOF%%EOF";
        let found: Vec<usize> = occurrences(text, b"%%EOF").collect();
        assert_eq!(found, [0, 7, 16]);
        assert_eq!(occurrences(b"aaaa", b"aa").collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(occurrences(b"", b"aa").count(), 0);
    }
}
