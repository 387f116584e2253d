//! `certificate-values` (RFC 5126, 6.3.3; EN 319 122-1, A.1.1.2).

use super::Attribute;
use crate::asn1::{Reader, keep, tag};
use crate::error::Error;
use bytes::Bytes;

/// The certificates that the attribute holds.
///
/// # Errors
/// [`Error::Malformed`] where the attribute does not hold what its type promises.
pub fn certificate_values(attribute: &Attribute) -> Result<Vec<Bytes>, Error> {
    let value = attribute.single_value()?;
    let mut list = Reader::new(value, "CertificateValues").sequence()?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        certificates.push(keep(value, list.expect(tag::SEQUENCE)?.raw));
    }
    Ok(certificates)
}
