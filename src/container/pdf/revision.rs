//! Where each revision of a file ends (ISO 32000-2, 7.5.6), from the chain of
//! cross-reference sections that `startxref` and `/Prev` tie together.

use std::collections::{BTreeMap, BTreeSet};

use super::cross_reference::{self, Section};
use super::lexer;
use super::problem::FormatProblem;
use crate::error::Error;
use crate::limits::Limits;

/// The revisions of a file, oldest first, and what is wrong with their chain.
pub(super) struct Revisions {
    /// Offset of `%PDF-`; the offsets in the file count from there.
    pub(super) header: usize,
    /// The revisions; never empty.
    pub(super) all: Vec<Revision>,
    pub(super) problems: Vec<FormatProblem>,
}

/// One revision: the file up to an `%%EOF` that closes its cross-reference section.
pub(super) struct Revision {
    /// The offset behind `%%EOF`, without a line end.
    pub(super) end: usize,
    /// The cross-reference sections that it adds, the newest first.
    pub(super) sections: Vec<Section>,
}

impl Revisions {
    /// Walks the chain from the last `startxref` of `bytes`.
    ///
    /// # Errors
    ///
    /// [`Error::NotRecognised`] without a header, [`Error::OverLimit`] with too many revisions.
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let header = header(bytes)?;
        let markers = end_markers(bytes);
        if markers.len() > limits.pdf_revisions {
            return Err(too_many(limits));
        }
        let mut problems = Vec::new();
        if header > 0 {
            problems.push(FormatProblem::BytesBeforeHeader { count: header });
        }
        let chain = match markers.last() {
            Some(last) => chain(bytes, header, last.section, limits, &mut problems)?,
            None => Vec::new(),
        };
        let mut unlinked = unlinked(bytes, header, &chain, &markers);
        let mut all = revisions(chain, &markers, &mut problems);
        problems.append(&mut unlinked);
        if all.is_empty() {
            if markers.is_empty() {
                problems.push(FormatProblem::CrossReferenceMissing { offset: 0 });
            }
            all.push(Revision {
                end: bytes.len(),
                sections: Vec::new(),
            });
        }
        problems.extend(bytes_after(bytes, all.last().map_or(0, |last| last.end)));
        Ok(Revisions {
            header,
            all,
            problems,
        })
    }

    /// Whether the chain of sections is whole, so that they can be read as they stand.
    pub(super) fn is_linked(&self) -> bool {
        let missing = |problem: &FormatProblem| {
            matches!(problem, FormatProblem::CrossReferenceMissing { .. })
        };
        !self.problems.iter().any(missing)
    }

    /// The revision that a signature ending at `end` covers: nothing but white space
    /// lies between its `%%EOF` and `end`.
    pub(super) fn ending_at(&self, bytes: &[u8], end: usize) -> Option<usize> {
        let index = self.containing(end).checked_sub(1)?;
        let between = bytes.get(self.all.get(index)?.end..end)?;
        let blank = between.iter().all(|byte| lexer::is_white_space(*byte));
        blank.then_some(index)
    }

    /// The revision that holds the byte at `offset`, or one past the last revision.
    pub(super) fn containing(&self, offset: usize) -> usize {
        self.all.partition_point(|revision| revision.end <= offset)
    }
}

/// A `startxref` with its `%%EOF`.
struct EndMarker {
    section: u64,
    end: usize,
}

fn header(bytes: &[u8]) -> Result<usize, Error> {
    // Appendix H.3, note 13 of PDF 1.7: readers look for it in the first 1024 bytes.
    const SEARCHED: usize = 1024;
    bytes
        .windows(5)
        .take(SEARCHED)
        .position(|window| window == b"%PDF-")
        .ok_or(Error::NotRecognised)
}

fn end_markers(bytes: &[u8]) -> Vec<EndMarker> {
    lexer::occurrences(bytes, b"%%EOF")
        .filter_map(|position| {
            let section = announced_section(bytes.get(..position)?)?;
            Some(EndMarker {
                section,
                end: position + 5,
            })
        })
        .collect()
}

/// The offset in `startxref 123` at the very end of `before`.
fn announced_section(before: &[u8]) -> Option<u64> {
    let before = trim_space(before);
    let digits = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (rest, digits) = before.split_at_checked(before.len().checked_sub(digits)?)?;
    trim_space(rest)
        .ends_with(b"startxref")
        .then(|| lexer::unsigned(digits, 0))?
        .map(|(number, _)| number)
}

fn trim_space(bytes: &[u8]) -> &[u8] {
    let kept = bytes.iter().rposition(|byte| !lexer::is_white_space(*byte));
    bytes
        .get(..kept.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

/// The sections from the newest to the oldest.
fn chain(
    bytes: &[u8],
    header: usize,
    newest: u64,
    limits: &Limits,
    problems: &mut Vec<FormatProblem>,
) -> Result<Vec<Section>, Error> {
    let mut chain: Vec<Section> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(newest);
    while let Some(offset) = next {
        let Some(section) = cross_reference::locate(bytes, header, offset) else {
            problems.push(FormatProblem::CrossReferenceMissing { offset });
            break;
        };
        if !seen.insert(section.offset) {
            problems.push(FormatProblem::RevisionsDisordered {
                offset: section.offset,
            });
            break;
        }
        if chain.len() >= limits.pdf_revisions {
            return Err(too_many(limits));
        }
        // Readers differ in where they count from: then each finds its own section.
        let counted_otherwise = cross_reference::locate(bytes, 0, offset)
            .filter(|_| header > 0)
            .is_some_and(|other| other.offset != section.offset);
        if counted_otherwise {
            problems.push(FormatProblem::CrossReferenceMissing { offset });
        }
        next = section.previous;
        chain.push(section);
    }
    Ok(chain)
}

fn too_many(limits: &Limits) -> Error {
    Error::OverLimit {
        limit: "revisions",
        allowed: limits.pdf_revisions as u64,
    }
}

/// Pairs each section with the `%%EOF` that closes it. The main section of a linearised
/// file has none of its own (annex F): the first-page section closes both.
fn revisions(
    chain: Vec<Section>,
    markers: &[EndMarker],
    problems: &mut Vec<FormatProblem>,
) -> Vec<Revision> {
    let mut ends: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for marker in markers {
        ends.entry(marker.section).or_default().push(marker.end);
    }
    let mut all: Vec<Revision> = Vec::new();
    let mut open: Vec<Section> = Vec::new();
    let mut reached = 0;
    for section in chain.into_iter().rev() {
        if section.offset < all.last().map_or(0, |last| last.end) {
            problems.push(FormatProblem::RevisionsDisordered {
                offset: section.offset,
            });
        }
        reached = reached.max(section.end);
        let closing = ends
            .get(&section.announced)
            .and_then(|ends| ends.iter().copied().find(|end| *end > reached));
        open.insert(0, section);
        if let Some(end) = closing {
            reached = reached.max(end);
            all.push(Revision {
                end,
                sections: std::mem::take(&mut open),
            });
        }
    }
    // The newest one stands behind the marker that announces it.
    if let Some(section) = open.first() {
        problems.push(FormatProblem::RevisionsDisordered {
            offset: section.offset,
        });
    }
    all
}

/// Markers outside the chain that are looked into, such as those of files within the file; each
/// may cost a walk through it.
const MOST_UNLINKED: usize = 200;

/// Complete revisions that the chain leaves out, as a rolled-back update would.
fn unlinked(
    bytes: &[u8],
    header: usize,
    chain: &[Section],
    markers: &[EndMarker],
) -> Vec<FormatProblem> {
    let mut problems = Vec::new();
    let linked: BTreeSet<usize> = chain.iter().map(|section| section.offset).collect();
    let mut known: BTreeSet<u64> = chain.iter().map(|section| section.announced).collect();
    let unknown = markers.iter().filter(|marker| known.insert(marker.section));
    for (index, marker) in unknown.enumerate() {
        if index == MOST_UNLINKED {
            problems.push(FormatProblem::RevisionUnlinked { end: marker.end });
            break;
        }
        let found = cross_reference::locate(bytes, header, marker.section)
            .filter(|found| found.offset < marker.end && !linked.contains(&found.offset));
        if found.is_some() {
            problems.push(FormatProblem::RevisionUnlinked { end: marker.end });
        }
    }
    problems
}

fn bytes_after(bytes: &[u8], end: usize) -> Option<FormatProblem> {
    let rest = trim_space(bytes.get(end..)?);
    let leading = rest
        .iter()
        .take_while(|byte| lexer::is_white_space(**byte))
        .count();
    (leading < rest.len()).then(|| FormatProblem::BytesAfterLastRevision {
        offset: end + leading,
        count: rest.len() - leading,
    })
}
