//! Qualified certificate statements (RFC 3739, 3.2.6; EN 319 412-5).

use crate::asn1::{Oid, Reader, oid, tag};
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
    /// Statements that sigill does not know or cannot read: they claim nothing, and where the
    /// extension is critical, it is not understood (RFC 3739, 3.2.6).
    pub unread: Vec<Oid>,
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
                match types(&mut statement) {
                    Ok(types) => statements.types.extend(types),
                    // One OID where a SEQUENCE of them belongs is met in qualified certificates.
                    Err(_) => statements.unread.push(kind),
                }
            } else if kind == oid::QC_SYNTAX_V2 {
                statements.semantics.extend(semantics(&mut statement)?);
            } else if ![oid::QC_PDS, oid::QC_RETENTION_PERIOD].contains(&kind) {
                statements.unread.push(kind);
            }
        }
        Ok(statements)
    }
}

/// The semantics identifier, which may be left out (RFC 3739, 3.2.6.1).
fn semantics(statement: &mut Reader<'_>) -> Result<Option<Oid>, Error> {
    if statement.is_empty() {
        return Ok(None);
    }
    let mut information = statement.sequence()?;
    match information.peek() {
        Some(tag::OBJECT_IDENTIFIER) => Ok(Some(information.oid()?)),
        _ => Ok(None),
    }
}

fn types(statement: &mut Reader<'_>) -> Result<Vec<Oid>, Error> {
    let mut list = statement.sequence()?;
    let mut types = Vec::new();
    while !list.is_empty() {
        types.push(list.oid()?);
    }
    Ok(types)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::QcStatements;
    use crate::asn1::{DerWriter, Oid, oid};

    fn extension(statement: impl Fn(&mut DerWriter)) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|list| list.sequence(&statement));
        writer.into_bytes()
    }

    #[test]
    fn a_type_is_a_sequence_of_identifiers_and_claims_nothing_otherwise() {
        let right = QcStatements::read(&extension(|statement| {
            statement.oid(&oid::QC_TYPE);
            statement.sequence(|types| types.oid(&oid::QC_TYPE_SEAL));
        }));
        assert_eq!(right.as_ref().unwrap().types, [oid::QC_TYPE_SEAL]);
        assert!(right.unwrap().unread.is_empty());
        let bare = QcStatements::read(&extension(|statement| {
            statement.oid(&oid::QC_TYPE);
            statement.oid(&oid::QC_TYPE_SEAL);
        }));
        let bare = bare.unwrap();
        assert_eq!(
            (bare.types.len(), bare.unread),
            (0, Vec::from([oid::QC_TYPE]))
        );
    }

    #[test]
    fn an_unknown_statement_is_named() {
        let unknown: Oid = oid::SHA1;
        let read = QcStatements::read(&extension(|statement| statement.oid(&unknown)));
        assert_eq!(read.unwrap().unread, [unknown]);
    }
}
