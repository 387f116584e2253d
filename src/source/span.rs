//! Ranges of sources, and digests over them.

use super::Source;
use crate::crypto::DigestAlgorithm;
use bytes::Bytes;
use std::ops::Range;

/// A range of a source: bytes that are signed or time-stamped, wherever they are kept.
#[derive(Debug, Clone)]
pub struct Span {
    source: Source,
    range: Range<usize>,
}

impl Span {
    pub(super) fn new(source: Source, range: Range<usize>) -> Self {
        Span { source, range }
    }

    /// How many bytes there are.
    pub fn length(&self) -> usize {
        self.range.len()
    }

    /// The bytes, brought into memory; `None` where they cannot be read.
    pub fn bytes(&self) -> Option<Bytes> {
        self.source.get(self.range.clone())
    }

    /// The digest; `None` where the bytes cannot be read.
    pub fn digest(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        digest(algorithm, std::slice::from_ref(self))
    }

    /// SHA-256; `None` where the bytes cannot be read.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        let digest = self.digest(DigestAlgorithm::Sha256)?;
        <[u8; 32]>::try_from(digest).ok()
    }
}

impl From<Source> for Span {
    fn from(source: Source) -> Self {
        let range = 0..source.length();
        Span { source, range }
    }
}

impl From<Bytes> for Span {
    fn from(bytes: Bytes) -> Self {
        Span::from(Source::from(bytes))
    }
}

/// Two spans are the same where their bytes are; those that cannot be read are the same as none.
impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        const COMPARED: usize = 1 << 20;
        let part = |span: &Span, start: usize| {
            let end = start.saturating_add(COMPARED).min(span.range.len());
            let from = span.range.start;
            span.source.get(from + start..from + end)
        };
        self.length() == other.length()
            && (0..self.length())
                .step_by(COMPARED)
                .all(|start| part(self, start).is_some_and(|own| Some(own) == part(other, start)))
    }
}

/// The digest over `parts`, one after the other; `None` where they cannot be read.
pub fn digest(algorithm: DigestAlgorithm, parts: &[Span]) -> Option<Vec<u8>> {
    let (mut hasher, rest) = match parts.split_first() {
        Some((first, rest)) if first.range.start == 0 => {
            let hasher = first.source.digest_before(algorithm, first.range.end)?;
            (hasher, rest)
        }
        _ => (algorithm.hasher(), parts),
    };
    for part in rest {
        let range = part.range.clone();
        part.source.visit(range, |bytes| hasher.update(bytes))?;
    }
    Some(hasher.finish())
}

/// The bytes of `parts`, one after the other, brought into memory; `None` where they cannot be
/// read.
pub fn concat(parts: &[Span]) -> Option<Bytes> {
    if let [only] = parts {
        return only.bytes();
    }
    let parts: Option<Vec<Bytes>> = parts.iter().map(Span::bytes).collect();
    Some(Bytes::from(parts?.concat()))
}
