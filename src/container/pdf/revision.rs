//! Where each revision of a file ends (ISO 32000-2, 7.5.6), from the chain of
//! cross-reference sections that `startxref` and `/Prev` tie together.

use std::collections::{BTreeMap, BTreeSet};

use super::cross_reference::{self, Section};
use super::lexer;
use super::problem::FormatProblem;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::{Source, Text};

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
    /// Walks the chain from the last `startxref` of `source`.
    ///
    /// # Errors
    ///
    /// [`Error::NotRecognised`] without a header, [`Error::OverLimit`] with too many revisions.
    pub(super) fn read(source: &Source, limits: &Limits) -> Result<Self, Error> {
        let ends = source.ends_of_revisions();
        match source.memory() {
            Some(bytes) => Self::read_text(bytes.as_ref(), &ends, limits),
            None => Self::read_text(&source.reader(), &ends, limits),
        }
    }

    fn read_text(
        text: &(impl Text + ?Sized),
        ends: &[usize],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let header = header(text)?;
        let markers = end_markers(text, ends);
        if markers.len() > limits.pdf_revisions {
            return Err(too_many(limits));
        }
        let mut problems = Vec::new();
        if header > 0 {
            problems.push(FormatProblem::BytesBeforeHeader { count: header });
        }
        let chain = match markers.last() {
            Some(last) => chain(text, header, last.section, limits, &mut problems)?,
            None => Vec::new(),
        };
        let mut unlinked = unlinked(text, header, &chain, &markers);
        let mut all = revisions(chain, &markers, &mut problems);
        problems.append(&mut unlinked);
        if all.is_empty() {
            if markers.is_empty() {
                problems.push(FormatProblem::CrossReferenceMissing { offset: 0 });
            }
            all.push(Revision {
                end: text.length(),
                sections: Vec::new(),
            });
        }
        problems.extend(bytes_after(text, all.last().map_or(0, |last| last.end)));
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
    pub(super) fn ending_at(&self, source: &Source, end: usize) -> Option<usize> {
        let index = self.containing(end).checked_sub(1)?;
        let closed = self.all.get(index)?.end;
        (lexer::space_before(&source.reader(), end) <= closed).then_some(index)
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

fn header(text: &(impl Text + ?Sized)) -> Result<usize, Error> {
    // Appendix H.3, note 13 of PDF 1.7: readers look for it in the first 1024 bytes.
    const SEARCHED: usize = 1024;
    (0..SEARCHED)
        .find(|at| text.starts_with(*at, b"%PDF-"))
        .ok_or(Error::NotRecognised)
}

fn end_markers(text: &(impl Text + ?Sized), ends: &[usize]) -> Vec<EndMarker> {
    ends.iter()
        .filter_map(|position| {
            let section = announced_section(text, *position)?;
            Some(EndMarker {
                section,
                end: position + 5,
            })
        })
        .collect()
}

/// The offset in `startxref 123` that ends at `end`.
fn announced_section(text: &(impl Text + ?Sized), end: usize) -> Option<u64> {
    let digits = lexer::digits_before(text, lexer::space_before(text, end));
    let keyword = lexer::space_before(text, digits).checked_sub(b"startxref".len())?;
    lexer::after(text, keyword, b"startxref")?;
    Some(lexer::unsigned(text, digits)?.0)
}

/// The sections from the newest to the oldest.
fn chain(
    text: &(impl Text + ?Sized),
    header: usize,
    newest: u64,
    limits: &Limits,
    problems: &mut Vec<FormatProblem>,
) -> Result<Vec<Section>, Error> {
    let mut chain: Vec<Section> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(newest);
    while let Some(offset) = next {
        let Some(section) = cross_reference::locate(text, header, offset) else {
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
        let counted_otherwise = cross_reference::locate(text, 0, offset)
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
    text: &(impl Text + ?Sized),
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
        let found = cross_reference::locate(text, header, marker.section)
            .filter(|found| found.offset < marker.end && !linked.contains(&found.offset));
        if found.is_some() {
            problems.push(FormatProblem::RevisionUnlinked { end: marker.end });
        }
    }
    problems
}

fn bytes_after(text: &(impl Text + ?Sized), end: usize) -> Option<FormatProblem> {
    let last = lexer::space_before(text, text.length());
    let blank = |at: &usize| text.byte(*at).is_some_and(lexer::is_white_space);
    let first = end + (end..last).take_while(blank).count();
    (first < last).then(|| FormatProblem::BytesAfterLastRevision {
        offset: first,
        count: last - first,
    })
}
