//! Extracts of registers: what an organisation register, a directory of health care, decisions
//! on delegation or a table of issuer codes said on a day (`docs/registers.md`).
//!
//! A certificate names few organisations; most of them are known by such extracts alone. Each
//! row holds for a time, so that a look-up asks what held when the signature was made, and not
//! what holds today.

mod error;
mod look_up;
mod period;
mod reference;
mod row;
mod table;

pub use error::{RegisterError, RegisterProblem};
pub use look_up::{Found, LookUp, Registers};
pub use period::Period;
pub use row::{DirectoryRow, Holder, IssuerCodeRow, MandateRow, OrganisationRow};

use crate::UnixTime;
use crate::crypto;
use crate::limits::Limits;
use bytes::Bytes;
use row::Rows;

/// What one register said on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterExtract {
    /// Who keeps the register.
    pub source: String,
    /// The time as of which its rows were taken from the register.
    pub as_of: UnixTime,
    /// SHA-256 of the extract as it was read.
    pub sha256: [u8; 32],
    /// Who stands for it.
    pub standing: Standing,
    /// The organisation number, in ten digits, of who keeps the register, where it is named.
    pub keeper: Option<String>,
    /// What it was read from.
    pub file: RegisterFile,
    rows: Rows,
}

/// What an extract was read from: the extract itself, or what it is signed and sealed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFile {
    /// All bytes of it.
    pub content: Bytes,
    /// The signature that stood beside it.
    pub signature: Option<Bytes>,
}

/// What a register is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegisterKind {
    /// Organisations with their numbers, names and mergers.
    Organisations,
    /// HSA-IDs, with the organisations that employ.
    Directory,
    /// EFOS-IDs, which look the same and are of another directory.
    EfosDirectory,
    /// Who may act for which organisation: delegations and powers of attorney.
    Mandates,
    /// Codes of who issued an organisation's e-identifications.
    IssuerCodes,
}

impl RegisterKind {
    /// Every kind.
    pub const ALL: [RegisterKind; 5] = [
        RegisterKind::Organisations,
        RegisterKind::Directory,
        RegisterKind::EfosDirectory,
        RegisterKind::Mandates,
        RegisterKind::IssuerCodes,
    ];

    /// What findings call it.
    pub fn title(self) -> &'static str {
        match self {
            RegisterKind::Organisations => "register of organisations",
            RegisterKind::Directory => "directory of identifiers",
            RegisterKind::EfosDirectory => "directory of EFOS-IDs",
            RegisterKind::Mandates => "register of mandates",
            RegisterKind::IssuerCodes => "register of issuer codes",
        }
    }

    /// The word in extracts.
    pub fn name(self) -> &'static str {
        match self {
            RegisterKind::Organisations => "organisations",
            RegisterKind::Directory => "directory",
            RegisterKind::EfosDirectory => "efos-directory",
            RegisterKind::Mandates => "mandates",
            RegisterKind::IssuerCodes => "issuer-codes",
        }
    }
}

/// Who stands for an extract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nobody: anybody may have written it.
    #[default]
    Unsigned,
    /// It is signed or sealed, but that is not proven.
    NotProven,
    /// Whoever sealed the envelope that it lay in: anybody, unless the reader knows them.
    Enclosed,
    /// Another organisation has signed it than the one that it names as its keeper.
    SignedByAnother {
        /// Their name, as certified.
        signer: Option<String>,
    },
    /// Whoever signed it, as was proven.
    Signed {
        /// Their name, as certified.
        signer: Option<String>,
        /// The number, in ten digits, of the organisation that their issuer vetted.
        organisation: Option<String>,
    },
}

impl Standing {
    /// Whether it is proven who stands for the extract.
    pub fn is_proven(&self) -> bool {
        matches!(self, Standing::Signed { .. })
    }

    /// The word in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Unsigned => "unsigned",
            Standing::NotProven => "not-proven",
            Standing::Enclosed => "enclosed",
            Standing::SignedByAnother { .. } => "signed-by-another",
            Standing::Signed { .. } => "signed",
        }
    }
}

impl RegisterExtract {
    /// Reads an extract in JSON or CSV, told apart by the first character. Nobody stands for it.
    ///
    /// ```
    /// use sigill::limits::Limits;
    /// use sigill::register::{RegisterExtract, RegisterKind};
    ///
    /// let text = r#"{"format": "sigill-register/1", "kind": "organisations", "source": "Example",
    ///     "as_of": "2026-01-10",
    ///     "rows": [{"number": "202100-6883", "name": "DIGG", "from": "2018-09-01"}]}"#;
    /// let extract = RegisterExtract::read(&text.into(), &Limits::default()).unwrap();
    /// assert_eq!(extract.kind(), RegisterKind::Organisations);
    /// ```
    ///
    /// # Errors
    /// [`RegisterError`] with the line and what to do about it.
    pub fn read(bytes: &Bytes, limits: &Limits) -> Result<Self, RegisterError> {
        let table = table::read(bytes, limits)?;
        Ok(RegisterExtract {
            source: table.source,
            as_of: table.as_of,
            sha256: crypto::sha256(bytes),
            standing: Standing::Unsigned,
            keeper: table.keeper,
            file: RegisterFile {
                content: bytes.clone(),
                signature: None,
            },
            rows: table.rows,
        })
    }

    /// Whether `bytes` look like an extract that nobody has signed.
    pub fn announces(bytes: &[u8]) -> bool {
        let start = bytes.strip_prefix(table::BYTE_ORDER_MARK).unwrap_or(bytes);
        matches!(start.trim_ascii_start().first(), Some(b'{' | b'#'))
    }

    /// The same extract, for which somebody stands: not whoever signed it where it names another
    /// organisation as its keeper.
    #[must_use]
    pub fn standing_for(self, standing: Standing) -> Self {
        let standing = match (standing, &self.keeper) {
            (
                Standing::Signed {
                    signer,
                    organisation: Some(organisation),
                },
                Some(keeper),
            ) if organisation != *keeper => Standing::SignedByAnother { signer },
            (standing, _) => standing,
        };
        RegisterExtract { standing, ..self }
    }

    /// The same extract, read from this file.
    #[must_use]
    pub fn from_file(self, file: RegisterFile) -> Self {
        RegisterExtract { file, ..self }
    }

    /// What it is about.
    pub fn kind(&self) -> RegisterKind {
        self.rows.kind()
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn another_organisation_than_the_keeper_stands_for_nothing() {
        let text = "# format: sigill-register/1\n# kind: organisations\n# source: A\n\
                    # as_of: 2026-01-01\n# keeper: 202100-6883\nnumber,name,from\n";
        let extract = RegisterExtract::read(&text.into(), &Limits::default()).unwrap();
        let signed = |organisation: Option<&str>| {
            let standing = Standing::Signed {
                signer: Some("B".to_owned()),
                organisation: organisation.map(str::to_owned),
            };
            extract.clone().standing_for(standing).standing
        };
        assert!(signed(Some("2021006883")).is_proven());
        // A person may have signed for the keeper.
        assert!(signed(None).is_proven());
        let other = signed(Some("2120000142"));
        assert!(!other.is_proven());
        assert_eq!(other.name(), "signed-by-another");
    }
}
