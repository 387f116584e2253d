//! `PolicyMappings` (RFC 5280, 4.2.1.5).

use crate::asn1::{Oid, Reader};
use crate::error::Error;

/// A policy of the issuer that it takes for equivalent to one of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyMapping {
    /// issuerDomainPolicy.
    pub issuer_domain: Oid,
    /// subjectDomainPolicy.
    pub subject_domain: Oid,
}

impl PolicyMapping {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none or is empty.
    pub(super) fn read_all(value: &[u8]) -> Result<Vec<Self>, Error> {
        let mut outer = Reader::new(value, "PolicyMappings");
        let mut list = outer.sequence()?;
        outer.finish()?;
        if list.is_empty() {
            return Err(list.error("no mapping at all"));
        }
        let mut mappings = Vec::new();
        while !list.is_empty() {
            let mut pair = list.sequence()?;
            mappings.push(PolicyMapping {
                issuer_domain: pair.oid()?,
                subject_domain: pair.oid()?,
            });
            pair.finish()?;
        }
        Ok(mappings)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn pairs_are_read() {
        let one = [0x30, 10, 0x30, 8, 6, 2, 42, 3, 6, 2, 42, 4];
        let read = PolicyMapping::read_all(&one).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].issuer_domain.to_string(), "1.2.3");
        assert_eq!(read[0].subject_domain.to_string(), "1.2.4");
        assert!(PolicyMapping::read_all(&[0x30, 0]).is_err());
        assert!(PolicyMapping::read_all(&[0x30, 6, 0x30, 4, 6, 2, 42, 3]).is_err());
    }
}
