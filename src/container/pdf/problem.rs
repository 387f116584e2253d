//! What keeps a PDF or one of its signatures from being what ISO 32000-2 asks for.

use std::fmt;

use super::ObjectNumber;

/// One broken rule, with the offsets or values that were compared.
///
/// On a [`SignatureDictionary`](super::SignatureDictionary) each one is a
/// `FORMAT_FAILURE` (EN 319 102-1, 5.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatProblem {
    /// `/Contents` is not there or null.
    ContentsMissing,
    /// `/Contents` is not a string.
    ContentsNotString,
    /// `/Contents` holds nothing, or zeros only.
    ContentsEmpty,
    /// `/Contents` is a reference, so that the string lies elsewhere.
    ContentsIndirect,
    /// `/Contents` is a literal string instead of a hexadecimal one (12.8.1).
    ContentsLiteral {
        /// Where the string starts.
        offset: usize,
    },
    /// `/ByteRange` is not there or null.
    ByteRangeMissing,
    /// `/ByteRange` is not an array, or it lies in another object.
    ByteRangeNotArray,
    /// `/ByteRange` is not an array of four integers.
    ByteRangeNotFourIntegers {
        /// How many integers were there.
        found: usize,
    },
    /// A number of `/ByteRange` is negative.
    ByteRangeNegative,
    /// The first part does not start with the file.
    ByteRangeNotFromStart {
        /// Where it starts.
        start: i64,
    },
    /// The second part starts before the first one ends.
    ByteRangeBackwards {
        /// Where the first part ends.
        gap_start: usize,
        /// Where the second part starts.
        gap_end: usize,
    },
    /// The second part runs past the end of the file.
    ByteRangeBeyondFile {
        /// Where it ends.
        end: usize,
        /// Bytes in the file.
        length: usize,
    },
    /// What `/ByteRange` leaves out is not exactly the string of `/Contents`.
    GapIsNotContents {
        /// Start and end of what is left out.
        gap: (usize, usize),
        /// Start and end of the string.
        contents: (usize, usize),
    },
    /// `/ByteRange` does not end where a revision ends.
    EndsInsideRevision {
        /// Where it ends.
        end: usize,
    },
    /// What one signature leaves out overlaps what another one leaves out or where it ends.
    OverlapsSignature {
        /// The other signature.
        other: ObjectNumber,
    },
    /// A key stands more than once in the signature dictionary.
    DuplicateKey {
        /// The key.
        key: &'static str,
    },
    /// The signature dictionary cannot be found in the bytes of the file.
    NotInFile,
    /// No form field refers to the signature dictionary.
    NotInForm,
    /// The signature dictionary of the signed revision differs from the last one.
    DictionaryChanged {
        /// The revision that was signed.
        revision: usize,
    },
    /// The cross-reference data of a revision had to be repaired to be read.
    CrossReferenceRepaired {
        /// The revision, from 0.
        revision: usize,
    },
    /// No cross-reference section that can be read in one way only stands where one is
    /// announced (7.5.8).
    CrossReferenceMissing {
        /// The announced offset.
        offset: u64,
    },
    /// A later cross-reference section stands before an earlier one ends.
    RevisionsDisordered {
        /// Where the section stands.
        offset: usize,
    },
    /// A complete revision that the last one does not build upon.
    RevisionUnlinked {
        /// Where it ends.
        end: usize,
    },
    /// Bytes behind the last revision.
    BytesAfterLastRevision {
        /// Where they start.
        offset: usize,
        /// How many, up to the last one that is not white space.
        count: usize,
    },
    /// The cross-reference data point at an object of another number.
    ObjectMisplaced {
        /// The number in the cross-reference data.
        object: ObjectNumber,
        /// Where it points.
        offset: usize,
    },
    /// The same about an object to which the signed revision does not refer.
    UnusedEntryMisplaced {
        /// The number in the cross-reference data.
        object: ObjectNumber,
        /// Where it points.
        offset: usize,
    },
    /// Bytes before `%PDF-` (7.5.2).
    BytesBeforeHeader {
        /// How many.
        count: usize,
    },
    /// A stream of the document security store cannot be decoded (12.8.4.3).
    EvidenceUnreadable {
        /// The stream.
        object: ObjectNumber,
    },
}

impl FormatProblem {
    /// Whether this problem of the document leaves open what any signature in it covers.
    pub(super) fn concerns_every_signature(&self) -> bool {
        matches!(
            self,
            FormatProblem::CrossReferenceRepaired { .. }
                | FormatProblem::CrossReferenceMissing { .. }
                | FormatProblem::RevisionsDisordered { .. }
                | FormatProblem::RevisionUnlinked { .. }
                | FormatProblem::ObjectMisplaced { .. }
        )
    }
}

impl fmt::Display for FormatProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FormatProblem::*;
        match self {
            ContentsMissing => write!(out, "/Contents is missing"),
            ContentsNotString => write!(out, "/Contents is not a string"),
            ContentsEmpty => write!(out, "/Contents is empty"),
            ContentsIndirect => write!(out, "/Contents lies in another object"),
            ContentsLiteral { offset } => {
                write!(
                    out,
                    "/Contents at byte {offset} is not a hexadecimal string"
                )
            }
            ByteRangeMissing => write!(out, "/ByteRange is missing"),
            ByteRangeNotArray => write!(out, "/ByteRange is not an array in its dictionary"),
            ByteRangeNotFourIntegers { found } => {
                write!(out, "/ByteRange is not four integers but {found}")
            }
            ByteRangeNegative => write!(out, "/ByteRange holds a negative number"),
            ByteRangeNotFromStart { start } => {
                write!(out, "/ByteRange starts at byte {start}, not at 0")
            }
            ByteRangeBackwards { gap_start, gap_end } => write!(
                out,
                "the second part of /ByteRange starts at byte {gap_end}, before the first ends at {gap_start}"
            ),
            ByteRangeBeyondFile { end, length } => write!(
                out,
                "/ByteRange ends at byte {end} of a file of {length} bytes"
            ),
            GapIsNotContents { gap, contents } => write!(
                out,
                "/ByteRange leaves out bytes {} to {}, but /Contents spans {} to {}",
                gap.0, gap.1, contents.0, contents.1
            ),
            EndsInsideRevision { end } => {
                write!(out, "/ByteRange ends at byte {end}, where no revision ends")
            }
            OverlapsSignature { other } => {
                write!(
                    out,
                    "/ByteRange cuts through the signature in object {other}"
                )
            }
            DuplicateKey { key } => write!(out, "/{key} stands more than once in the dictionary"),
            NotInFile => write!(out, "the dictionary is not found in the bytes of the file"),
            NotInForm => write!(out, "no form field refers to the signature"),
            DictionaryChanged { revision } => {
                write!(
                    out,
                    "the dictionary differs from that in the signed revision {revision}"
                )
            }
            _ => self.fmt_document(out),
        }
    }
}

impl FormatProblem {
    fn fmt_document(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FormatProblem::*;
        match self {
            CrossReferenceRepaired { revision } => {
                write!(
                    out,
                    "the cross-reference data of revision {revision} had to be repaired"
                )
            }
            CrossReferenceMissing { offset } => {
                write!(
                    out,
                    "no clear cross-reference section at byte {offset}, where one is announced"
                )
            }
            RevisionsDisordered { offset } => write!(
                out,
                "the cross-reference section at byte {offset} is older than one before it"
            ),
            RevisionUnlinked { end } => write!(
                out,
                "the last revision does not build upon the one that ends at byte {end}"
            ),
            BytesAfterLastRevision { offset, count } => {
                write!(
                    out,
                    "{count} bytes from byte {offset} on belong to no revision"
                )
            }
            ObjectMisplaced { object, offset } | UnusedEntryMisplaced { object, offset } => write!(
                out,
                "object {object} is announced at byte {offset}, where it is not"
            ),
            BytesBeforeHeader { count } => write!(out, "{count} bytes before the header"),
            EvidenceUnreadable { object } => write!(
                out,
                "object {object} of the document security store cannot be decoded"
            ),
            _ => Ok(()),
        }
    }
}
