//! `signer-attributes` and `signer-attributes-v2` (RFC 5126, 5.11.3; EN 319 122-1, 5.2.6.1): what
//! the signer claims to be, what an authority says of it, and assertions that are signed.

use super::Attribute;
use crate::asn1::{Element, Reader, keep, oid, tag, text};
use crate::error::Error;
use crate::x509::AttributeCertificate;
use bytes::Bytes;

/// What one such attribute holds.
#[derive(Debug, Clone, Default)]
pub struct SignerAttributes {
    /// The roles that the signer claims, as text.
    pub claimed_roles: Vec<String>,
    /// Attribute certificates; those that cannot be read, and signed assertions, which sigill does
    /// not read, stand as errors in their place.
    pub certificates: Vec<Result<AttributeCertificate, Error>>,
}

impl SignerAttributes {
    /// Reads an attribute of either version.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the attribute does not hold what its type promises.
    pub fn read(attribute: &Attribute) -> Result<Self, Error> {
        let value = attribute.single_value()?;
        let mut choices = Reader::new(value, "SignerAttribute").sequence()?;
        let is_second_version = attribute.kind == oid::SIGNER_ATTRIBUTES_V2;
        let mut found = SignerAttributes::default();
        while !choices.is_empty() {
            let choice = choices.element()?;
            match choice.tag {
                CLAIMED => found.read_claimed(choice.reader(), is_second_version)?,
                CERTIFIED if is_second_version => found.read_certified(choice.reader(), value)?,
                CERTIFIED => found.take_certificate(&choice, value),
                ASSERTIONS => found.read_identified(choice.reader())?,
                _ => return Err(choices.error("a field of an unknown tag")),
            }
        }
        Ok(found)
    }

    fn read_claimed(
        &mut self,
        mut claimed: Reader<'_>,
        is_second_version: bool,
    ) -> Result<(), Error> {
        if !is_second_version || wraps_a_list(&claimed) {
            claimed = claimed.sequence()?;
        }
        while !claimed.is_empty() {
            let mut role = claimed.sequence()?;
            role.oid()?;
            let mut values = role.set()?;
            while !values.is_empty() {
                let value = values.element()?;
                let role = text(value.tag, &value.octets()?);
                self.claimed_roles.push(role);
            }
        }
        Ok(())
    }

    /// `CertifiedAttributesV2`, tagged explicitly or not.
    fn read_certified(&mut self, mut list: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        if list.peek() == Some(tag::SEQUENCE) {
            list = list.sequence()?;
        }
        while !list.is_empty() {
            let choice = list.element()?;
            if choice.tag == ATTRIBUTE_CERTIFICATE {
                self.take_certificate(&choice, source);
            } else {
                self.read_identified(choice.reader())?;
            }
        }
        Ok(())
    }

    /// The certificate in `wrapper` or, where that is an implicit tag, in its place.
    fn take_certificate(&mut self, wrapper: &Element<'_>, source: &Bytes) {
        let mut inside = wrapper.reader();
        let certificate = match (inside.element(), inside.is_empty()) {
            (Ok(only), true) => only.raw,
            _ => wrapper.raw,
        };
        let certificate = AttributeCertificate::read(&keep(source, certificate));
        self.certificates.push(certificate);
    }

    /// One object that begins with the identifier of its form, or a list of such.
    fn read_identified(&mut self, mut list: Reader<'_>) -> Result<(), Error> {
        if list.peek() == Some(tag::OBJECT_IDENTIFIER) {
            self.certificates.push(Err(NOT_READ));
            return Ok(());
        }
        let mut look = list.clone();
        if look
            .sequence()
            .is_ok_and(|inner| inner.peek() == Some(tag::SEQUENCE))
        {
            list = list.sequence()?;
        }
        while !list.is_empty() {
            list.sequence()?.oid()?;
            self.certificates.push(Err(NOT_READ));
        }
        Ok(())
    }
}

const NOT_READ: Error = Error::Unsupported {
    structure: "SignerAttribute",
    feature: "an assertion or a certificate of another form",
};

const CLAIMED: u8 = tag::context_constructed(0);
const CERTIFIED: u8 = tag::context_constructed(1);
const ASSERTIONS: u8 = tag::context_constructed(2);
const ATTRIBUTE_CERTIFICATE: u8 = tag::context_constructed(0);

/// Both the explicit and the implicit tagging of `claimedAttributes` are met.
fn wraps_a_list(claimed: &Reader<'_>) -> bool {
    let mut look = claimed.clone();
    look.sequence()
        .is_ok_and(|inner| inner.peek() != Some(tag::OBJECT_IDENTIFIER))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::asn1::{DerWriter, Oid};

    fn read(kind: &Oid, value: impl FnOnce(&mut DerWriter)) -> SignerAttributes {
        let mut writer = DerWriter::new();
        writer.sequence(|attribute| {
            attribute.oid(kind);
            attribute.constructed(tag::SET, |set| set.sequence(value));
        });
        let bytes = Bytes::from(writer.into_bytes());
        let attributes = Attribute::read_all(Reader::new(&bytes, "test"), &bytes).unwrap();
        SignerAttributes::read(&attributes[0]).unwrap()
    }

    fn title(list: &mut DerWriter) {
        list.sequence(|attribute| {
            attribute.oid(&oid::TITLE);
            attribute.constructed(tag::SET, |set| set.primitive(tag::UTF8_STRING, b"Chef"));
        });
    }

    #[test]
    fn claims_are_read_in_every_tagging() {
        let wrapped = |value: &mut DerWriter| {
            value.constructed(CLAIMED, |claimed| claimed.sequence(title));
        };
        let bare = |value: &mut DerWriter| value.constructed(CLAIMED, title);
        assert_eq!(
            read(&oid::SIGNER_ATTRIBUTES, wrapped).claimed_roles,
            ["Chef"]
        );
        assert_eq!(
            read(&oid::SIGNER_ATTRIBUTES_V2, wrapped).claimed_roles,
            ["Chef"]
        );
        assert_eq!(
            read(&oid::SIGNER_ATTRIBUTES_V2, bare).claimed_roles,
            ["Chef"]
        );
    }

    #[test]
    fn what_cannot_be_read_stands_in_its_place() {
        let found = read(&oid::SIGNER_ATTRIBUTES_V2, |value| {
            value.constructed(CERTIFIED, |list| {
                list.constructed(ATTRIBUTE_CERTIFICATE, |choice| choice.sequence(|_| ()));
            });
            value.constructed(ASSERTIONS, |list| {
                list.sequence(|assertion| assertion.oid(&oid::TITLE));
            });
        });
        assert!(found.claimed_roles.is_empty());
        assert_eq!(found.certificates.len(), 2);
        assert!(found.certificates.iter().all(Result::is_err));
    }
}
