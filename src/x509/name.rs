//! Distinguished names (X.501; RFC 5280, 4.1.2.4 and 7.1).

use crate::asn1::{self, Oid, Reader, oid, tag};
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
    /// The type of the string, as its tag.
    pub string_type: u8,
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
        let mut outer = Reader::new(der, "Name");
        let mut names = outer.sequence()?;
        outer.finish()?;
        let mut attributes = Vec::new();
        let mut canonical = String::new();
        while !names.is_empty() {
            let mut relative = names.set()?;
            if relative.is_empty() {
                return Err(relative.error("a relative name without attributes"));
            }
            let mut comparable = Vec::new();
            while !relative.is_empty() {
                let mut pair = relative.sequence()?;
                let kind = pair.oid()?;
                let value = pair.element()?;
                pair.finish()?;
                let octets = value.octets()?;
                let string_type = value.tag & !CONSTRUCTED;
                let text = asn1::text(string_type, &octets);
                comparable.push(comparable_text(&kind, string_type, &octets, &text));
                attributes.push(AttributeTypeAndValue {
                    kind,
                    value: text,
                    string_type,
                });
            }
            // A SET has no order.
            comparable.sort();
            canonical.push_str(&comparable.join("\t"));
            canonical.push('\n');
        }
        Ok(DistinguishedName {
            der: der.clone(),
            attributes,
            canonical,
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

    /// Whether two names are the same (RFC 5280, 7.1): the same relative names in the same
    /// order, each a set of attributes whose strings are compared with case and white space
    /// folded, and whose other values octet by octet.
    pub fn matches(&self, other: &DistinguishedName) -> bool {
        self.canonical == other.canonical
    }

    /// Whether this name is `subtree` or lies below it (RFC 5280, 7.1).
    pub fn is_within(&self, subtree: &DistinguishedName) -> bool {
        // Each relative name ends with a line feed, so that only whole ones can agree.
        self.canonical.starts_with(&subtree.canonical)
    }

    /// Whether the name has no parts.
    pub fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }

    /// The text that equal names share.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl PartialEq for DistinguishedName {
    /// Whether the encoded names are the same; see [`matches`](Self::matches) for names that
    /// are to be taken for equal.
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for DistinguishedName {}

/// An attribute as text, the same for attributes that are to be taken for equal.
///
/// Folded strings hold neither tabs nor line feeds, which therefore part attributes and
/// relative names.
///
/// NOTE: of the string preparation of RFC 4518, case and white space are folded; Unicode is not
/// normalised. Names that differ in it alone are taken for different.
fn comparable_text(kind: &Oid, string_type: u8, octets: &[u8], text: &str) -> String {
    // What is not well-formed is compared as it stands.
    if !is_folded(kind, string_type) || text.contains(char::REPLACEMENT_CHARACTER) {
        return format!("{kind}#{string_type:02x}{}", crate::hex(octets));
    }
    let mut folded = format!("{kind}=");
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Whether strings of this type are compared with case and white space folded: those of
/// DirectoryString, and IA5String where the attribute asks for it (RFC 5280, 7.1 and 7.3).
///
/// TeletexString is not: readers differ on what its octets stand for, so that they are compared
/// as they are.
fn is_folded(kind: &Oid, string_type: u8) -> bool {
    match string_type {
        tag::PRINTABLE_STRING
        | tag::UTF8_STRING
        | tag::BMP_STRING
        | tag::UNIVERSAL_STRING
        | tag::NUMERIC_STRING
        | tag::VISIBLE_STRING => true,
        tag::IA5_STRING => [oid::DOMAIN_COMPONENT, oid::EMAIL_ADDRESS].contains(kind),
        _ => false,
    }
}

/// The bit of an identifier octet that marks a string which BER has cut into parts.
const CONSTRUCTED: u8 = 0x20;

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
        (oid::DOMAIN_COMPONENT, "DC"),
    ];
    names
        .into_iter()
        .find(|(known, _)| known == kind)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::asn1::DerWriter;
    use proptest::prelude::*;

    type Attribute<'a> = (&'a Oid, u8, &'a [u8]);

    fn name(relatives: &[&[Attribute<'_>]]) -> DistinguishedName {
        let mut writer = DerWriter::new();
        writer.sequence(|names| {
            for relative in relatives {
                names.constructed(tag::SET, |set| {
                    for (kind, string_type, value) in *relative {
                        set.sequence(|pair| {
                            pair.oid(kind);
                            pair.primitive(*string_type, value);
                        });
                    }
                });
            }
        });
        DistinguishedName::read(&writer.into_bytes().into()).unwrap()
    }

    const CN: Oid = oid::COMMON_NAME;
    const O: Oid = oid::ORGANIZATION;

    #[test]
    fn strings_are_folded_whatever_their_type() {
        let printable = name(&[&[(&CN, tag::PRINTABLE_STRING, b" Test  CA ")]]);
        let utf8 = name(&[&[(&CN, tag::UTF8_STRING, b"test ca")]]);
        let bmp = name(&[&[(&CN, tag::BMP_STRING, b"\0t\0E\0s\0t\0 \0c\0a")]]);
        assert!(printable.matches(&utf8) && utf8.matches(&bmp));
        assert!(!printable.matches(&name(&[&[(&CN, tag::UTF8_STRING, b"testca")]])));
        assert!(!printable.matches(&name(&[&[(&O, tag::UTF8_STRING, b"test ca")]])));
    }

    #[test]
    fn other_values_are_compared_octet_by_octet() {
        let octets = |value| name(&[&[(&CN, tag::OCTET_STRING, value)]]);
        assert!(octets(b"a").matches(&octets(b"a")));
        assert!(!octets(b"a").matches(&octets(b"A")));
        assert!(!octets(b"a").matches(&name(&[&[(&CN, tag::UTF8_STRING, b"a")]])));
        // Two ways of being no UTF-8 look the same as text and are not.
        let broken = |value| name(&[&[(&CN, tag::UTF8_STRING, value)]]);
        assert!(!broken(&[0xff]).matches(&broken(&[0xfe])));
    }

    #[test]
    fn teletex_strings_are_compared_as_they_are() {
        let teletex = |value| name(&[&[(&CN, tag::TELETEX_STRING, value)]]);
        assert!(teletex(b"a").matches(&teletex(b"a")));
        assert!(!teletex(b"a").matches(&teletex(b"A")));
        assert!(!teletex(b"a").matches(&name(&[&[(&CN, tag::UTF8_STRING, b"a")]])));
    }

    #[test]
    fn what_is_no_name_is_an_error() {
        let bad: [&[u8]; 5] = [
            &[0x31, 0],
            &[0x30, 2, 0x31, 0],
            &[0x30, 0, 0x30, 0],
            &[0x30, 7, 0x31, 5, 0x30, 3, 6, 1, 42],
            &[0x30, 12, 0x31, 10, 0x30, 8, 6, 1, 42, 12, 1, b'a', 5, 0],
        ];
        for der in bad {
            let der = bytes::Bytes::from_static(der);
            assert!(DistinguishedName::read(&der).is_err(), "{der:x?}");
        }
    }

    #[test]
    fn ia5_strings_are_folded_for_two_attributes_only() {
        let ia5 = |kind, value| name(&[&[(kind, tag::IA5_STRING, value)]]);
        for kind in [&oid::DOMAIN_COMPONENT, &oid::EMAIL_ADDRESS] {
            assert!(ia5(kind, b"Example").matches(&ia5(kind, b"example")));
        }
        assert!(!ia5(&CN, b"Example").matches(&ia5(&CN, b"example")));
    }

    #[test]
    fn a_relative_name_is_a_set_and_names_are_a_sequence_of_them() {
        let a: Attribute<'_> = (&CN, tag::UTF8_STRING, b"a");
        let b: Attribute<'_> = (&O, tag::UTF8_STRING, b"b");
        assert!(name(&[&[a, b]]).matches(&name(&[&[b, a]])));
        assert!(!name(&[&[a], &[b]]).matches(&name(&[&[a, b]])));
        assert!(!name(&[&[a], &[b]]).matches(&name(&[&[b], &[a]])));
    }

    #[test]
    fn a_subtree_is_made_of_whole_relative_names() {
        let a: Attribute<'_> = (&CN, tag::UTF8_STRING, b"a");
        let longer: Attribute<'_> = (&CN, tag::UTF8_STRING, b"ab");
        let b: Attribute<'_> = (&O, tag::UTF8_STRING, b"b");
        let whole = name(&[&[a], &[b]]);
        assert!(whole.is_within(&name(&[&[a]])));
        assert!(whole.is_within(&whole) && whole.is_within(&name(&[])));
        assert!(!name(&[&[a]]).is_within(&whole));
        assert!(!name(&[&[longer]]).is_within(&name(&[&[a]])));
        assert!(!name(&[&[a, b]]).is_within(&name(&[&[a]])));
    }

    /// Relative names, each one attribute with a text.
    fn of_texts(texts: &[String]) -> DistinguishedName {
        let attributes: Vec<[Attribute<'_>; 1]> = texts
            .iter()
            .map(|text| [(&CN, tag::UTF8_STRING, text.as_bytes())])
            .collect();
        let relatives: Vec<&[Attribute<'_>]> = attributes.iter().map(|one| &one[..]).collect();
        name(&relatives)
    }

    proptest! {
        #[test]
        fn case_and_white_space_never_matter(texts in proptest::collection::vec("[a-zå-ö\n\t ]{0,8}", 0..4)) {
            let mangled: Vec<String> = texts
                .iter()
                .map(|text| format!("\t{}  ", text.to_uppercase().replace(' ', " \n ")))
                .collect();
            prop_assert!(of_texts(&texts).matches(&of_texts(&mangled)));
        }

        #[test]
        fn a_name_lies_within_what_it_begins_with(
            texts in proptest::collection::vec("[a\n\t= ]{0,3}", 0..4),
            others in proptest::collection::vec("[a\n\t= ]{0,3}", 0..4),
        ) {
            let folded = |texts: &[String]| -> Vec<String> {
                let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
                texts.iter().map(words).collect()
            };
            let begins = folded(&texts).starts_with(&folded(&others));
            prop_assert_eq!(of_texts(&texts).is_within(&of_texts(&others)), begins);
        }

        #[test]
        fn reading_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = DistinguishedName::read(&octets.into());
        }
    }
}
