//! Qualified certificate statements (RFC 3739, 3.2.6; EN 319 412-5).

use crate::asn1::{Oid, Reader, oid};
use crate::error::Error;

/// The statements that say what a qualified certificate claims to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QcStatements {
    /// `QcCompliance`: issued as an EU qualified certificate.
    pub compliance: bool,
    /// `QcSSCD`: the key is in a qualified signature creation device.
    pub secure_device: bool,
    /// `QcType`: [`oid::QC_TYPE_SIGNATURE`], [`oid::QC_TYPE_SEAL`] or the web type.
    pub types: Vec<Oid>,
    /// Semantics identifiers of EN 319 412-1 (`pkixQCSyntax-v2`).
    pub semantics: Vec<Oid>,
    /// `validity-assured short term` (EN 319 412-1, 5.2): no revocation is foreseen.
    pub validity_assured: bool,
}

impl QcStatements {
    /// Reads the content of the extension.
    pub(super) fn read(content: &[u8]) -> Result<Self, Error> {
        let mut statements = QcStatements::default();
        let mut list = Reader::new(content, "QCStatements").sequence()?;
        while !list.is_empty() {
            let mut statement = list.sequence()?;
            let kind = statement.oid()?;
            if kind == oid::QC_COMPLIANCE {
                statements.compliance = true;
            } else if kind == oid::QC_SSCD {
                statements.secure_device = true;
            } else if kind == oid::VALIDITY_ASSURED_SHORT_TERM {
                statements.validity_assured = true;
            } else if kind == oid::QC_TYPE {
                let mut types = statement.sequence()?;
                while !types.is_empty() {
                    statements.types.push(types.oid()?);
                }
            } else if kind == oid::QC_SYNTAX_V2 && !statement.is_empty() {
                let mut information = statement.sequence()?;
                if information.peek() == Some(crate::asn1::tag::OBJECT_IDENTIFIER) {
                    statements.semantics.push(information.oid()?);
                }
            }
        }
        Ok(statements)
    }
}
