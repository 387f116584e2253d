//! Revocation data in attributes: `revocation-values` (RFC 5126, 6.3.4) and Adobe's
//! `RevocationInfoArchival` (ISO 32000-1, 12.8.3.3.2).

use super::Attribute;
use crate::asn1::{Reader, keep, oid, tag};
use crate::error::Error;
use bytes::Bytes;

/// CRLs and OCSP responses that an attribute holds.
#[derive(Debug, Clone, Default)]
pub struct RevocationValues {
    /// Revocation lists.
    pub revocation_lists: Vec<Bytes>,
    /// OCSP responses, basic or whole.
    pub ocsp_responses: Vec<Bytes>,
}

impl RevocationValues {
    /// Reads either attribute.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the value is not the type the attribute promises.
    pub fn read(attribute: &Attribute) -> Result<Self, Error> {
        // Both are SEQUENCE { [0] SEQUENCE OF CRL, [1] SEQUENCE OF OCSP, [2] other }.
        let value = attribute.single_value()?;
        let structure = if attribute.kind == oid::ADOBE_REVOCATION_INFO_ARCHIVAL {
            "RevocationInfoArchival"
        } else {
            "RevocationValues"
        };
        let mut fields = Reader::new(value, structure).sequence()?;
        let mut values = RevocationValues::default();
        if let Some(mut lists) = fields.explicit(0)? {
            values.revocation_lists = members(lists.sequence()?, value)?;
        }
        if let Some(mut responses) = fields.explicit(1)? {
            values.ocsp_responses = members(responses.sequence()?, value)?;
        }
        Ok(values)
    }
}

fn members(mut list: Reader<'_>, source: &Bytes) -> Result<Vec<Bytes>, Error> {
    let mut members = Vec::new();
    while !list.is_empty() {
        members.push(keep(source, list.expect(tag::SEQUENCE)?.raw));
    }
    Ok(members)
}
