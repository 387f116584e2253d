//! Distinguished names (X.501; RFC 5280, 4.1.2.4 and 7.1).

use crate::asn1::{self, Oid, Reader, oid};
use crate::error::Error;
use bytes::Bytes;
use std::fmt;

/// One attribute of a relative distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeTypeAndValue {
    /// The attribute type, such as [`oid::COMMON_NAME`].
    pub kind: Oid,
    /// The value as text.
    pub value: String,
}

/// A name of a subject or an issuer, with the bytes it came from.
#[derive(Debug, Clone)]
pub struct DistinguishedName {
    der: Bytes,
    attributes: Vec<AttributeTypeAndValue>,
    canonical: String,
}

impl DistinguishedName {
    /// Reads a `Name`; `der` is the whole SEQUENCE.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is not a `Name`.
    pub fn read(der: &Bytes) -> Result<Self, Error> {
        let mut names = Reader::new(der, "Name").sequence()?;
        let mut attributes = Vec::new();
        while !names.is_empty() {
            let mut relative = names.set()?;
            while !relative.is_empty() {
                let mut pair = relative.sequence()?;
                let kind = pair.oid()?;
                let value = pair.element()?;
                attributes.push(AttributeTypeAndValue {
                    kind,
                    value: asn1::text(value.tag, &value.octets()?),
                });
            }
        }
        Ok(DistinguishedName {
            der: der.clone(),
            canonical: canonical(&attributes),
            attributes,
        })
    }

    /// The encoded name.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// All attributes, in the order of the certificate.
    pub fn attributes(&self) -> &[AttributeTypeAndValue] {
        &self.attributes
    }

    /// The first value of an attribute type.
    pub fn first(&self, kind: &Oid) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.kind == *kind)
            .map(|attribute| attribute.value.as_str())
    }

    /// Every value of an attribute type.
    pub fn all<'a>(&'a self, kind: &'a Oid) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.kind == *kind)
            .map(|attribute| attribute.value.as_str())
    }

    /// Whether two names are the same (RFC 5280, 7.1: case and white space folded).
    pub fn matches(&self, other: &DistinguishedName) -> bool {
        self.canonical == other.canonical
    }

    /// The text that equal names share.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// Types and values with the string preparation of RFC 4518, as far as RFC 5280, 7.1 asks for it.
fn canonical(attributes: &[AttributeTypeAndValue]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        // A line feed is white space and so never part of a folded value.
        text.push('\n');
        text.push_str(&attribute.kind.to_string());
        for word in attribute.value.split_whitespace() {
            text.push(' ');
            text.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    text
}

impl fmt::Display for DistinguishedName {
    /// In the order of the certificate, with the short names of RFC 4514.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, attribute) in self.attributes.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match short_name(&attribute.kind) {
                Some(name) => write!(f, "{name}={}", attribute.value)?,
                None => write!(f, "{}={}", attribute.kind, attribute.value)?,
            }
        }
        Ok(())
    }
}

fn short_name(kind: &Oid) -> Option<&'static str> {
    let names = [
        (oid::COMMON_NAME, "CN"),
        (oid::COUNTRY, "C"),
        (oid::ORGANIZATION, "O"),
        (oid::ORGANIZATIONAL_UNIT, "OU"),
        (oid::LOCALITY, "L"),
        (oid::SURNAME, "SN"),
        (oid::GIVEN_NAME, "GN"),
        (oid::SERIAL_NUMBER, "serialNumber"),
        (oid::TITLE, "title"),
        (oid::NAME, "name"),
        (oid::PSEUDONYM, "pseudonym"),
        (oid::ORGANIZATION_IDENTIFIER, "organizationIdentifier"),
        (oid::EMAIL_ADDRESS, "emailAddress"),
    ];
    names
        .into_iter()
        .find(|(known, _)| known == kind)
        .map(|(_, name)| name)
}
