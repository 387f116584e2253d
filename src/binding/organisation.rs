//! The legal organisation behind a signer and how surely it is known.

use crate::UnixTime;

/// How surely an organisation is known, from nothing to qualified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// None: a personal e-identification says nothing of an organisation.
    O0,
    /// Asserted: somebody says so.
    O1,
    /// Resolved through a register.
    O2,
    /// Authorised by a federation.
    O3,
    /// Vetted by the issuer of the certificate.
    O4,
    /// Qualified: a seal of a legal person by a qualified issuer on a trusted list.
    O5,
}

impl Grade {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Grade::O0 => "O0",
            Grade::O1 => "O1",
            Grade::O2 => "O2",
            Grade::O3 => "O3",
            Grade::O4 => "O4",
            Grade::O5 => "O5",
        }
    }
}

/// A legal organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// How surely it is known.
    pub grade: Grade,
    /// Its identifier, such as `5590000004`.
    pub identifier: Option<String>,
    /// The scheme of the identifier, such as `NTRSE`.
    pub scheme: Option<String>,
    /// Its name, as certified.
    pub name: Option<String>,
    /// Where this came from.
    pub source: Option<String>,
    /// The time as of which it holds.
    pub as_of: UnixTime,
}

impl Organisation {
    /// No organisation.
    pub fn none(as_of: UnixTime) -> Self {
        Organisation {
            grade: Grade::O0,
            identifier: None,
            scheme: None,
            name: None,
            source: None,
            as_of,
        }
    }
}
