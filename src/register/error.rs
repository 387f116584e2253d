//! What is wrong with an extract, where, and what to do.

use std::fmt;
use thiserror::Error as ThisError;

/// Why an extract cannot be used. Half a register would say less than it seems to, so one wrong
/// row refuses all of it.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub struct RegisterError {
    /// The line of the file, counted from one, where it is known.
    pub line: Option<usize>,
    /// What is wrong there.
    pub problem: RegisterProblem,
}

/// What is wrong with an extract. No value of it is repeated here, for it may be a personal
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum RegisterProblem {
    /// Neither JSON nor CSV in UTF-8.
    #[error("it is neither JSON nor CSV in UTF-8")]
    NotText,
    /// A container that cannot be read.
    #[error("it is neither an extract nor a container of one that can be read")]
    Unreadable,
    /// A container without just one file in it, or a signature without its content.
    #[error("the container does not hold just one extract")]
    NoContent,
    /// More bytes than the limit.
    #[error("it has more than {0} bytes")]
    Bytes(usize),
    /// More rows than the limit.
    #[error("it has more than {0} rows")]
    Rows(usize),
    /// Not `sigill-register/1`.
    #[error("its format is not sigill-register/1")]
    Format,
    /// A kind that is not known.
    #[error(
        "its kind is none of organisations, directory, efos-directory, mandates and issuer-codes"
    )]
    Kind,
    /// The JSON or CSV is broken.
    #[error("the syntax is broken")]
    Syntax,
    /// A field is missing.
    #[error("the field {0} is missing")]
    FieldMissing(&'static str),
    /// A field that this kind does not have.
    #[error("there is a field that this kind does not have")]
    FieldUnknown,
    /// A field stands twice.
    #[error("a field stands twice")]
    FieldTwice,
    /// A value that is no text.
    #[error("a value is not a text")]
    NotAText,
    /// Not a time.
    #[error("a time is neither a day nor RFC 3339")]
    Time,
    /// A period that ends before it begins.
    #[error("until is not after from")]
    Period,
    /// Not an organisation number.
    #[error("an organisation number has not ten digits, the third of them 2 or more")]
    OrganisationNumber,
    /// Not SHA-256 in hexadecimal.
    #[error("a digest has not 64 hexadecimal digits")]
    Digest,
    /// Not a HSA-ID, nor an EFOS-ID.
    #[error("an identifier is not a HSA-ID or EFOS-ID")]
    DirectoryIdentifier,
    /// Not `<user>@<organisation number>`.
    #[error("an affiliation has no organisation number after the last @")]
    Affiliation,
    /// A text without a character.
    #[error("a text is empty")]
    EmptyText,
    /// Not one way to tell who or what is meant.
    #[error("the row must say in just one way whom it is about")]
    Holder,
}

impl RegisterProblem {
    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            RegisterProblem::Unreadable => {
                "give JSON, CSV, or either inside a CMS, an ASiC container or an envelope"
            }
            RegisterProblem::NoContent => {
                "put one extract in it, or give the extract with its signature beside it, named like it with .p7s"
            }
            RegisterProblem::NotText => "save the extract as JSON or CSV in UTF-8",
            RegisterProblem::Bytes(_) | RegisterProblem::Rows(_) => {
                "split the extract, each part with its own heading"
            }
            RegisterProblem::Format | RegisterProblem::Kind => {
                "begin the extract as docs/registers.md shows"
            }
            RegisterProblem::Syntax => "write the extract anew; do not repair it by hand",
            RegisterProblem::FieldMissing(_)
            | RegisterProblem::FieldUnknown
            | RegisterProblem::FieldTwice => {
                "compare the fields with those of docs/registers.md for this kind"
            }
            RegisterProblem::NotAText => "put every value between quotation marks",
            RegisterProblem::Time => "write it as 2026-01-15 or as 2026-01-15T12:00:00Z",
            RegisterProblem::Period => "exchange the two, or leave until out where there is no end",
            RegisterProblem::OrganisationNumber => {
                "write ten digits; the number of a sole trader is a personal number and has no place here"
            }
            RegisterProblem::Digest => {
                "write SHA-256 of the certificate in DER, or the person_ref of a report"
            }
            RegisterProblem::DirectoryIdentifier => {
                "write it as SE2321000016-1ABC; a prefix ends with the hyphen or later"
            }
            RegisterProblem::Affiliation => "write it as in the assertion, such as user@2321000016",
            RegisterProblem::EmptyText => "write the value, or leave the field out where it may be",
            RegisterProblem::Holder => {
                "give one of certificate_sha256, hsa_id, affiliation and person_ref, of hsa_id and hsa_prefix, or of efos_id and efos_prefix"
            }
        }
    }

    pub(super) fn at(self, line: usize) -> RegisterError {
        RegisterError {
            line: Some(line),
            problem: self,
        }
    }
}

impl From<RegisterProblem> for RegisterError {
    fn from(problem: RegisterProblem) -> Self {
        RegisterError {
            line: None,
            problem,
        }
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}; {}", self.problem, self.problem.advice())
    }
}
