//! Why a document could not be read. A verdict on a signature is never an error.

use thiserror::Error as ThisError;

/// What kept an input from being read, with the place and what to do.
///
/// Judgements (a broken signature, an expired certificate) are values in a
/// [`Report`](crate::report::Report); they never surface here.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The input holds no bytes at all.
    #[error("the input is empty")]
    Empty,
    /// The input is none of the containers that sigill reads.
    #[error(
        "the input is not a PDF, a CMS, an ASiC container, a time-stamp token or an evidence record"
    )]
    NotRecognised,
    /// A structure is damaged at a known place.
    #[error("{structure}: {problem} at byte {offset}")]
    Malformed {
        /// The structure in its standard's own word, such as `SignedData`.
        structure: &'static str,
        /// Byte offset from the start of that structure.
        offset: usize,
        /// What was found instead of what the standard asks for.
        problem: &'static str,
    },
    /// A limit of [`Limits`](crate::limits::Limits) was reached.
    #[error("more than {allowed} {limit}")]
    OverLimit {
        /// The counted thing, such as `levels of nesting`.
        limit: &'static str,
        /// The number that is allowed.
        allowed: u64,
    },
    /// The document is encrypted and no password opens it.
    #[error("the document is encrypted with a password")]
    Encrypted,
    /// The file could not be opened or read from its disk.
    #[error("the file cannot be opened: {0}")]
    InputOutput(std::io::ErrorKind),
    /// sigill itself came to a place that should not exist, and stopped there.
    #[error("a defect of sigill: it stopped in the middle of this document")]
    Defect,
    /// A structure is understood but one of its features is not.
    #[error("{structure}: {feature} is not supported")]
    Unsupported {
        /// The structure in its standard's own word.
        structure: &'static str,
        /// The feature that is missing here.
        feature: &'static str,
    },
}

impl Error {
    /// The stable word that scripts may compare, as in the JSON field `error.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Error::Empty => "empty",
            Error::NotRecognised => "not-recognised",
            Error::Malformed { .. } => "malformed",
            Error::OverLimit { .. } => "over-limit",
            Error::Encrypted => "encrypted",
            Error::InputOutput(_) => "input-output",
            Error::Defect => "defect",
            Error::Unsupported { .. } => "unsupported",
        }
    }

    /// What the user can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Error::Empty => "fetch the file again from where it came",
            Error::NotRecognised => {
                "check that this is the signed file itself, not a printout or an attachment around it"
            }
            Error::Malformed { .. } => {
                "the file is damaged or cut; fetch it again from where it came"
            }
            Error::OverLimit { .. } => {
                "raise the limit (--limit) if the file comes from a source you trust"
            }
            Error::Encrypted => {
                "give its password (--password-file) or a copy without one; archives should not keep locked files"
            }
            Error::InputOutput(_) => "check that the file exists and that you may read it",
            Error::Defect => "report it, with the file if you may (see SECURITY.md)",
            Error::Unsupported { .. } => "see SHORTCOMINGS.md",
        }
    }

    pub(crate) fn malformed(structure: &'static str, offset: usize, problem: &'static str) -> Self {
        Error::Malformed {
            structure,
            offset,
            problem,
        }
    }
}
