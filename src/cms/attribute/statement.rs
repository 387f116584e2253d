//! What a signer says, under its signature, of the content and of its own intent: attributes that
//! no verdict depends on by default (EN 319 122-1, 5.2.3, 5.2.4, 5.2.5, 5.2.11; RFC 2634, 2.7,
//! 2.9 and 2.11).

use super::Attribute;
use crate::asn1::{Oid, Reader, oid, tag, text};
use crate::error::Error;

/// One such attribute in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The attribute's name in its standard.
    pub name: &'static str,
    /// What it says, or why it cannot be read.
    pub value: Result<String, Error>,
}

type Reading = fn(&Attribute) -> Result<String, Error>;

impl Statement {
    /// Reads an attribute of these kinds; `None` for any other.
    pub fn read(attribute: &Attribute) -> Option<Self> {
        let kinds: [(Oid, &str, Reading); 6] = [
            (
                oid::COMMITMENT_TYPE,
                "commitment-type-indication",
                commitment,
            ),
            (oid::MIME_TYPE, "mime-type", mime_type),
            (oid::CONTENT_HINTS, "content-hints", content_hints),
            (
                oid::CONTENT_REFERENCE,
                "content-reference",
                content_reference,
            ),
            (
                oid::CONTENT_IDENTIFIER,
                "content-identifier",
                content_identifier,
            ),
            (oid::SIGNER_LOCATION, "signer-location", signer_location),
        ];
        let (_, name, read) = kinds
            .into_iter()
            .find(|(kind, ..)| *kind == attribute.kind)?;
        Some(Statement {
            name,
            value: read(attribute),
        })
    }
}

fn commitment(attribute: &Attribute) -> Result<String, Error> {
    let known = [
        (oid::PROOF_OF_ORIGIN, "proof-of-origin"),
        (oid::PROOF_OF_RECEIPT, "proof-of-receipt"),
        (oid::PROOF_OF_DELIVERY, "proof-of-delivery"),
        (oid::PROOF_OF_SENDER, "proof-of-sender"),
        (oid::PROOF_OF_APPROVAL, "proof-of-approval"),
        (oid::PROOF_OF_CREATION, "proof-of-creation"),
    ];
    // More than one commitment is allowed, each a value of its own.
    let mut names = Vec::new();
    for value in &attribute.values {
        let commitment = Reader::new(value, "CommitmentTypeIndication")
            .sequence()?
            .oid()?;
        let name = known.iter().find(|(known, _)| *known == commitment);
        names.push(name.map_or_else(|| commitment.to_string(), |(_, name)| (*name).to_owned()));
    }
    Ok(names.join(", "))
}

fn mime_type(attribute: &Attribute) -> Result<String, Error> {
    let value = attribute.single_value()?;
    let octets = Reader::new(value, "MimeType").string(tag::UTF8_STRING)?;
    Ok(text(tag::UTF8_STRING, &octets))
}

fn content_hints(attribute: &Attribute) -> Result<String, Error> {
    let mut fields = Reader::new(attribute.single_value()?, "ContentHints").sequence()?;
    let description = match fields.peek() {
        Some(first) if first & !0x20 == tag::UTF8_STRING => {
            text(tag::UTF8_STRING, &fields.string(tag::UTF8_STRING)?)
        }
        _ => String::new(),
    };
    let content_type = fields.oid()?;
    Ok(format!("{description} ({content_type})").trim().to_owned())
}

fn content_reference(attribute: &Attribute) -> Result<String, Error> {
    let mut fields = Reader::new(attribute.single_value()?, "ContentReference").sequence()?;
    let content_type = fields.oid()?;
    let identifier = crate::hex(&fields.string(tag::OCTET_STRING)?);
    Ok(format!("{identifier} ({content_type})"))
}

fn content_identifier(attribute: &Attribute) -> Result<String, Error> {
    let value = attribute.single_value()?;
    let octets = Reader::new(value, "ContentIdentifier").string(tag::OCTET_STRING)?;
    Ok(crate::hex(&octets))
}

fn signer_location(attribute: &Attribute) -> Result<String, Error> {
    let mut fields = Reader::new(attribute.single_value()?, "SignerLocation").sequence()?;
    let mut parts = Vec::new();
    while !fields.is_empty() {
        let mut field = fields.element()?.reader();
        while !field.is_empty() {
            let part = field.element()?;
            if !part.is_constructed() {
                parts.push(text(part.tag, part.content));
            }
        }
    }
    Ok(parts.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::asn1::DerWriter;
    use bytes::Bytes;

    fn statement(kind: &Oid, value: impl FnOnce(&mut DerWriter)) -> Option<Statement> {
        let mut writer = DerWriter::new();
        writer.sequence(|attribute| {
            attribute.oid(kind);
            attribute.constructed(tag::SET, value);
        });
        let bytes = Bytes::from(writer.into_bytes());
        let attributes = Attribute::read_all(Reader::new(&bytes, "test"), &bytes).unwrap();
        Statement::read(&attributes[0])
    }

    #[test]
    fn a_commitment_is_named_where_it_is_known() {
        let known = statement(&oid::COMMITMENT_TYPE, |set| {
            set.sequence(|value| value.oid(&oid::PROOF_OF_APPROVAL));
        });
        assert_eq!(known.unwrap().value.unwrap(), "proof-of-approval");
    }

    #[test]
    fn hints_may_lack_their_description() {
        let hints = statement(&oid::CONTENT_HINTS, |set| {
            set.sequence(|value| value.oid(&oid::DATA));
        });
        assert_eq!(hints.unwrap().value.unwrap(), "(1.2.840.113549.1.7.1)");
    }

    #[test]
    fn a_mime_type_of_another_string_type_is_refused() {
        let wrong = statement(&oid::MIME_TYPE, |set| set.octet_string(b"text/plain"));
        assert!(wrong.unwrap().value.is_err());
        assert!(statement(&oid::SIGNING_TIME, |_| ()).is_none());
    }
}
