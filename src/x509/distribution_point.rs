//! Where revocation lists are to be had, and what a list is about (RFC 5280, 4.2.1.13 and 5.2.5).

use super::extension::GeneralName;
use super::name::DistinguishedName;
use crate::asn1::{DerWriter, Element, Reader, keep, tag};
use crate::error::Error;
use bytes::Bytes;

/// A `DistributionPoint` of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionPoint {
    /// Where the list is to be had.
    pub name: Option<DistributionPointName>,
    /// The reasons that the list tells of; `None` for all.
    pub reasons: Option<Reasons>,
    /// Who issues the list; empty where it is the issuer of the certificate.
    pub list_issuers: Vec<GeneralName>,
}

/// `DistributionPointName`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DistributionPointName {
    /// Names, any of which will do.
    Full(Vec<GeneralName>),
    /// A relative name, to be put behind that of the list's issuer; the octets of its SET.
    RelativeToIssuer(Bytes),
}

/// `ReasonFlags`: reasons for a revocation; bit 0 of the flags is the highest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reasons(u16);

/// `IssuingDistributionPoint`: what a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// The distribution point whose certificates it is about; `None` for all.
    pub name: Option<DistributionPointName>,
    /// The kind of certificates.
    pub certificates: CoveredCertificates,
    /// The reasons it tells of; `None` for all.
    pub reasons: Option<Reasons>,
    /// Whose certificates.
    pub issuers: CoveredIssuers,
}

/// The kind of certificates that a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoveredCertificates {
    /// All of them.
    All,
    /// Those of end users only.
    Users,
    /// Those of authorities only.
    Authorities,
    /// Attribute certificates only.
    Attributes,
}

/// Whose certificates a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoveredIssuers {
    /// Those of the issuer of the list.
    Own,
    /// Those of others as well: an indirect list.
    Others,
}

impl DistributionPoint {
    /// Reads the value of `CRLDistributionPoints`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none.
    pub(super) fn read_all(value: &Bytes) -> Result<Vec<Self>, Error> {
        let mut outer = Reader::new(value, "CRLDistributionPoints");
        let mut list = outer.sequence()?;
        outer.finish()?;
        let mut points = Vec::new();
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let name = match fields.explicit(0)? {
                Some(name) => Some(DistributionPointName::read(name, value)?),
                None => None,
            };
            let reasons = fields
                .optional(tag::context(1))?
                .map(|bits| Reasons::read(&bits));
            let list_issuers = match fields.optional(tag::context_constructed(2))? {
                Some(names) => GeneralName::read_list(names.reader(), value)?,
                None => Vec::new(),
            };
            fields.finish()?;
            points.push(DistributionPoint {
                name,
                reasons,
                list_issuers,
            });
        }
        Ok(points)
    }

    /// The URLs in the name.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        let names = match &self.name {
            Some(DistributionPointName::Full(names)) => names.as_slice(),
            _ => &[],
        };
        names.iter().filter_map(|name| match name {
            GeneralName::Uri(url) => Some(url.as_str()),
            _ => None,
        })
    }
}

impl DistributionPointName {
    fn read(mut choice: Reader<'_>, source: &Bytes) -> Result<Self, Error> {
        let unknown = choice.error("a name that is neither full nor relative");
        let element = choice.element()?;
        choice.finish()?;
        match element.tag {
            0xa0 => Ok(Self::Full(GeneralName::read_list(
                element.reader(),
                source,
            )?)),
            0xa1 => Ok(Self::RelativeToIssuer(keep(source, element.content))),
            _ => Err(unknown),
        }
    }

    /// The names it stands for in the lists of `list_issuer`.
    pub fn names(&self, list_issuer: &DistinguishedName) -> Vec<GeneralName> {
        match self {
            Self::Full(names) => names.clone(),
            Self::RelativeToIssuer(relative) => {
                let name = below(list_issuer, relative).map(GeneralName::Directory);
                name.into_iter().collect()
            }
        }
    }
}

/// The name of `issuer` with one more relative name behind it.
fn below(issuer: &DistinguishedName, relative: &[u8]) -> Option<DistinguishedName> {
    let above = Reader::new(issuer.der(), "Name")
        .expect(tag::SEQUENCE)
        .ok()?;
    let mut writer = DerWriter::new();
    writer.sequence(|names| {
        names.raw(above.content);
        names.primitive(tag::SET, relative);
    });
    DistinguishedName::read(&Bytes::from(writer.into_bytes())).ok()
}

impl Reasons {
    /// No reason at all.
    pub const NONE: Reasons = Reasons(0);
    /// Every reason that RFC 5280 knows; bit 0 has no meaning.
    pub const ALL: Reasons = Reasons(0x7f80);

    fn read(bits: &Element<'_>) -> Self {
        let (first, second) = match bits.content {
            [_unused, first, second, ..] => (*first, *second),
            [_unused, first] => (*first, 0),
            _ => (0, 0),
        };
        Reasons(u16::from_be_bytes([first, second]) & Self::ALL.0)
    }

    /// Those in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Reasons(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Reasons(self.0 | other.0)
    }
}

impl IssuingDistributionPoint {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none, or breaks a MUST of RFC 5280, 5.2.5.
    pub(super) fn read(value: &Bytes) -> Result<Self, Error> {
        let mut outer = Reader::new(value, "IssuingDistributionPoint");
        let mut fields = outer.sequence()?;
        outer.finish()?;
        if fields.is_empty() {
            return Err(fields.error("an empty sequence, which must be left out"));
        }
        let name = match fields.explicit(0)? {
            Some(name) => Some(DistributionPointName::read(name, value)?),
            None => None,
        };
        let users = flag(&mut fields, 1)?;
        let authorities = flag(&mut fields, 2)?;
        let reasons = fields
            .optional(tag::context(3))?
            .map(|bits| Reasons::read(&bits));
        let indirect = flag(&mut fields, 4)?;
        let attributes = flag(&mut fields, 5)?;
        fields.finish()?;
        let certificates = match (users, authorities, attributes) {
            (false, false, false) => CoveredCertificates::All,
            (true, false, false) => CoveredCertificates::Users,
            (false, true, false) => CoveredCertificates::Authorities,
            (false, false, true) => CoveredCertificates::Attributes,
            _ => return Err(fields.error("several kinds of certificates, each the only one")),
        };
        Ok(IssuingDistributionPoint {
            name,
            certificates,
            reasons,
            issuers: if indirect {
                CoveredIssuers::Others
            } else {
                CoveredIssuers::Own
            },
        })
    }
}

fn flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, Error> {
    let wrong = fields.error("a BOOLEAN that is not one octet");
    match fields.optional(tag::context(number))? {
        None => Ok(false),
        Some(element) => match element.content {
            [value] => Ok(*value != 0),
            _ => Err(wrong),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn scope(content: &[u8]) -> Result<IssuingDistributionPoint, Error> {
        let mut writer = DerWriter::new();
        writer.sequence(|fields| fields.raw(content));
        IssuingDistributionPoint::read(&Bytes::from(writer.into_bytes()))
    }

    #[test]
    fn a_scope_says_what_it_covers() {
        let users = scope(&[0x81, 1, 0xff, 0x83, 2, 7, 0x80, 0x84, 1, 0xff]).unwrap();
        assert_eq!(users.certificates, CoveredCertificates::Users);
        assert_eq!(users.reasons, Some(Reasons::NONE));
        assert_eq!(users.issuers, CoveredIssuers::Others);
        // keyCompromise is bit 1, aACompromise bit 8.
        let reasons = scope(&[0x83, 3, 7, 0x40, 0x80]).unwrap().reasons.unwrap();
        assert_eq!(reasons, Reasons(0x4080));
        assert_eq!(reasons.or(Reasons::ALL), Reasons::ALL);
    }

    #[test]
    fn scopes_that_contradict_themselves_are_refused() {
        assert!(scope(&[]).is_err());
        assert!(scope(&[0x81, 1, 0xff, 0x82, 1, 0xff]).is_err());
        assert!(scope(&[0x82, 1, 0xff, 0x81, 1, 0xff]).is_err());
        assert!(scope(&[0x81, 2, 0xff, 0xff]).is_err());
    }

    #[test]
    fn a_relative_name_stands_below_that_of_the_issuer() {
        let name = |names: &[u8]| {
            let mut writer = DerWriter::new();
            writer.sequence(|name| name.raw(names));
            DistinguishedName::read(&Bytes::from(writer.into_bytes())).unwrap()
        };
        let attribute: &[u8] = &[0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, b'A'];
        let relative = [&[0x31, 10], attribute].concat();
        let point = DistributionPointName::RelativeToIssuer(Bytes::copy_from_slice(attribute));
        let whole = GeneralName::Directory(name(&[relative.clone(), relative.clone()].concat()));
        assert_eq!(point.names(&name(&relative)), [whole]);
    }
}
