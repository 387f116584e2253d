//! `GeneralName` and `SubjectAltName` (RFC 5280, 4.2.1.6).

use crate::asn1::{Element, Reader, keep, tag};
use crate::error::Error;
use crate::x509::DistinguishedName;
use bytes::Bytes;

/// A name of a subject, or the base of a subtree of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeneralName {
    /// rfc822Name.
    Email(String),
    /// dNSName.
    Dns(String),
    /// directoryName.
    Directory(DistinguishedName),
    /// uniformResourceIdentifier.
    Uri(String),
    /// iPAddress; in a subtree followed by the mask.
    IpAddress(Bytes),
    /// A name whose form sigill does not compare, or that cannot be read. Where its form is
    /// constrained it lies within nothing.
    NotCompared(NameForm),
}

/// The forms of names, in the order of their tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameForm {
    /// otherName.
    Other,
    /// rfc822Name.
    Email,
    /// dNSName.
    Dns,
    /// x400Address.
    X400Address,
    /// directoryName.
    Directory,
    /// ediPartyName.
    EdiParty,
    /// uniformResourceIdentifier.
    Uri,
    /// iPAddress.
    IpAddress,
    /// registeredID.
    RegisteredIdentifier,
}

impl GeneralName {
    /// Reads the value of `SubjectAltName`. A single name that cannot be read is kept as
    /// [`GeneralName::NotCompared`], for it matters only where names are constrained.
    ///
    /// # Errors
    /// [`Error::Malformed`] where this is no list of general names, or an empty one.
    pub(super) fn read_all(value: &Bytes) -> Result<Vec<Self>, Error> {
        let mut outer = Reader::new(value, "GeneralNames");
        let list = outer.sequence()?;
        outer.finish()?;
        Self::read_list(list, value)
    }

    /// As [`read_all`](Self::read_all), from within a structure that `source` holds.
    pub(in crate::x509) fn read_list(
        mut list: Reader<'_>,
        source: &Bytes,
    ) -> Result<Vec<Self>, Error> {
        if list.is_empty() {
            return Err(list.error("no name at all"));
        }
        let mut names = Vec::new();
        while !list.is_empty() {
            let unknown = list.error("a name of an unknown form");
            let element = list.element()?;
            let form = NameForm::of(&element).ok_or(unknown)?;
            names.push(match GeneralName::read(&element, form, source) {
                Some(GeneralName::IpAddress(address)) if ![4, 16].contains(&address.len()) => {
                    GeneralName::NotCompared(form)
                }
                Some(name) => name,
                None => GeneralName::NotCompared(form),
            });
        }
        Ok(names)
    }

    /// Whether both are names of the same thing. Names that sigill does not compare never are.
    pub fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::NotCompared(_), _) => false,
            (Self::Directory(one), Self::Directory(another)) => one.matches(another),
            _ => self == other,
        }
    }

    /// One name of a known form; `None` where its content cannot be read.
    pub(super) fn read(element: &Element<'_>, form: NameForm, source: &Bytes) -> Option<Self> {
        let ascii = || {
            let text = std::str::from_utf8(element.content).ok()?;
            text.is_ascii().then(|| text.to_owned())
        };
        Some(match form {
            NameForm::Email => GeneralName::Email(ascii()?),
            NameForm::Dns => GeneralName::Dns(ascii()?),
            NameForm::Uri => GeneralName::Uri(ascii()?),
            NameForm::IpAddress => GeneralName::IpAddress(keep(source, element.content)),
            NameForm::Directory => {
                let mut name = element.reader();
                let der = keep(source, name.expect(tag::SEQUENCE).ok()?.raw);
                name.finish().ok()?;
                GeneralName::Directory(DistinguishedName::read(&der).ok()?)
            }
            NameForm::Other
            | NameForm::X400Address
            | NameForm::EdiParty
            | NameForm::RegisteredIdentifier => GeneralName::NotCompared(form),
        })
    }

    /// The form of the name.
    pub fn form(&self) -> NameForm {
        match self {
            GeneralName::Email(_) => NameForm::Email,
            GeneralName::Dns(_) => NameForm::Dns,
            GeneralName::Directory(_) => NameForm::Directory,
            GeneralName::Uri(_) => NameForm::Uri,
            GeneralName::IpAddress(_) => NameForm::IpAddress,
            GeneralName::NotCompared(form) => *form,
        }
    }
}

impl NameForm {
    /// The form that the tag of a `GeneralName` stands for.
    pub(super) fn of(element: &Element<'_>) -> Option<Self> {
        Some(match element.tag {
            0xa0 => NameForm::Other,
            0x81 => NameForm::Email,
            0x82 => NameForm::Dns,
            0xa3 => NameForm::X400Address,
            0xa4 => NameForm::Directory,
            0xa5 => NameForm::EdiParty,
            0x86 => NameForm::Uri,
            0x87 => NameForm::IpAddress,
            0x88 => NameForm::RegisteredIdentifier,
            _ => return None,
        })
    }
}

/// Whether `text` is a host name in the preferred syntax (RFC 1034, 3.5), underscores allowed.
pub(crate) fn is_host_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(known)
}

/// Local part and host of a mailbox (RFC 5280, 4.2.1.6); `None` where the text is none, or is
/// so unusual, as with quoted local parts, that readers may differ.
pub(crate) fn mailbox(text: &str) -> Option<(&str, &str)> {
    let (local, host) = text.split_once('@')?;
    let plain = |byte: u8| byte.is_ascii_graphic() && !br#"()<>[]:;,\""#.contains(&byte);
    (!local.is_empty() && local.bytes().all(plain) && is_host_name(host)).then_some((local, host))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn names(content: &[u8]) -> Result<Vec<GeneralName>, Error> {
        let length = u8::try_from(content.len()).unwrap();
        GeneralName::read_all(&[&[0x30, length], content].concat().into())
    }

    #[test]
    fn a_name_that_cannot_be_read_keeps_its_form() {
        let read = names(&[
            0x82, 1, b'a', 0x82, 1, 0xff, 0x87, 2, 1, 2, 0xa4, 2, 0x30, 0,
        ])
        .unwrap();
        assert_eq!(read[0], GeneralName::Dns("a".to_owned()));
        assert_eq!(read[1], GeneralName::NotCompared(NameForm::Dns));
        assert_eq!(read[2], GeneralName::NotCompared(NameForm::IpAddress));
        assert_eq!(read[3].form(), NameForm::Directory);
    }

    #[test]
    fn an_empty_list_and_an_unknown_form_are_errors() {
        assert!(names(&[]).is_err());
        assert!(names(&[0x89, 0]).is_err());
        assert!(names(&[0x82, 5, b'a']).is_err());
    }

    #[test]
    fn mailboxes_have_one_sign_and_a_host() {
        assert_eq!(mailbox("a@example.com"), Some(("a", "example.com")));
        for bad in ["a", "@a", "a@", "a@b@c", "\"a\"@b", "a@.b", "a b@c"] {
            assert_eq!(mailbox(bad), None, "{bad}");
        }
    }
}
