//! `CertificatePolicies` (RFC 5280, 4.2.1.4).

use crate::asn1::{Oid, Reader, tag};
use crate::error::Error;

/// The policy identifiers. Qualifiers are for people and not judged.
///
/// # Errors
/// [`Error::Malformed`] where the structure is none or is empty.
pub(super) fn read(value: &[u8]) -> Result<Vec<Oid>, Error> {
    let mut outer = Reader::new(value, "CertificatePolicies");
    let mut list = outer.sequence()?;
    outer.finish()?;
    if list.is_empty() {
        return Err(list.error("no policy at all"));
    }
    let mut policies = Vec::new();
    while !list.is_empty() {
        let mut information = list.sequence()?;
        policies.push(information.oid()?);
        information.optional(tag::SEQUENCE)?;
        information.finish()?;
    }
    Ok(policies)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn identifiers_are_read_and_qualifiers_passed_over() {
        let two = [0x30, 12, 0x30, 4, 6, 2, 42, 3, 0x30, 4, 6, 2, 42, 4];
        let texts: Vec<String> = read(&two).unwrap().iter().map(Oid::to_string).collect();
        assert_eq!(texts, ["1.2.3", "1.2.4"]);
        assert!(read(&[0x30, 8, 0x30, 6, 6, 2, 42, 3, 0x30, 0]).is_ok());
    }

    #[test]
    fn nothing_and_too_much_are_errors() {
        assert!(read(&[0x30, 0]).is_err());
        assert!(read(&[0x30, 8, 0x30, 6, 6, 2, 42, 3, 5, 0]).is_err());
        assert!(read(&[0x30, 4, 0x30, 2, 5, 0]).is_err());
    }
}
