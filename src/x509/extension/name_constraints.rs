//! `NameConstraints` (RFC 5280, 4.2.1.10).

use super::general_name::{GeneralName, NameForm, is_host_name, mailbox};
use crate::asn1::{Element, Reader, tag};
use crate::error::Error;
use bytes::Bytes;

/// The space within which the names of all later certificates must lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// permittedSubtrees: a name whose form stands here must lie within one of them.
    pub permitted: Vec<GeneralName>,
    /// excludedSubtrees: no name may lie within one of these.
    pub excluded: Vec<GeneralName>,
}

impl NameConstraints {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none, is empty, or where a base is not what
    /// the RFC allows for its form: what constrains must not be guessed at.
    pub(super) fn read(value: &Bytes) -> Result<Self, Error> {
        let mut outer = Reader::new(value, "NameConstraints");
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let permitted = fields.optional(tag::context_constructed(0))?;
        let excluded = fields.optional(tag::context_constructed(1))?;
        fields.finish()?;
        if permitted.is_none() && excluded.is_none() {
            return Err(fields.error("neither permitted nor excluded subtrees"));
        }
        let bases = |field: Option<Element<'_>>| match field {
            Some(list) => bases_of(list.reader(), value),
            None => Ok(Vec::new()),
        };
        Ok(NameConstraints {
            permitted: bases(permitted)?,
            excluded: bases(excluded)?,
        })
    }
}

/// The bases of `GeneralSubtrees`.
fn bases_of(mut list: Reader<'_>, source: &Bytes) -> Result<Vec<GeneralName>, Error> {
    if list.is_empty() {
        return Err(list.error("an empty list of subtrees"));
    }
    let mut bases = Vec::new();
    while !list.is_empty() {
        let mut subtree = list.sequence()?;
        let wrong = subtree.error("a base that its form does not allow");
        let base = subtree.element()?;
        let form = NameForm::of(&base).ok_or_else(|| wrong.clone())?;
        bases.push(match GeneralName::read(&base, form, source) {
            Some(name) if is_base(&name) => name,
            // Whole URIs stand here by mistake, where a host is asked for: no URI can then be
            // compared, all other names can.
            Some(GeneralName::Uri(_)) => GeneralName::NotCompared(form),
            _ => return Err(wrong),
        });
        // minimum is zero and maximum absent in this profile; an encoded zero does no harm.
        if let Some(minimum) = subtree.optional(tag::context(0))?
            && minimum.content != [0]
        {
            return Err(subtree.error("a minimum other than zero"));
        }
        subtree.finish()?;
    }
    Ok(bases)
}

/// Whether a name may be the base of a subtree.
fn is_base(name: &GeneralName) -> bool {
    match name {
        GeneralName::Email(base) if base.contains('@') => mailbox(base).is_some(),
        GeneralName::Email(base) | GeneralName::Uri(base) => {
            base.is_empty() || is_host_name(base.strip_prefix('.').unwrap_or(base))
        }
        // NOTE: a leading period is widely taken for "subdomains only" and not foreseen for
        // this form, which the certificate profile tells.
        GeneralName::Dns(base) => {
            let name = base.strip_prefix('.').unwrap_or(base);
            base.is_empty() || is_host_name(name.strip_suffix('.').unwrap_or(name))
        }
        GeneralName::IpAddress(base) => is_address_range(base),
        GeneralName::Directory(_) | GeneralName::NotCompared(_) => true,
    }
}

/// An address of 4 or 16 octets and a mask of as many, ones before zeros (RFC 4632).
fn is_address_range(octets: &[u8]) -> bool {
    let (_, mask) = octets.split_at(octets.len() / 2);
    let bits = mask
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1));
    let contiguous = !bits.skip_while(|bit| *bit).any(|bit| bit);
    [8, 32].contains(&octets.len()) && contiguous
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::asn1::DerWriter;

    fn permitted(write: impl FnOnce(&mut DerWriter)) -> Result<NameConstraints, Error> {
        let mut writer = DerWriter::new();
        writer.sequence(|fields| {
            fields.constructed(0xa0, |list| list.sequence(write));
        });
        NameConstraints::read(&writer.into_bytes().into())
    }

    #[test]
    fn bases_are_read_by_their_form() {
        let accepted: [(u8, &[u8]); 12] = [
            (0x82, b"example.com"),
            (0x82, b".example.com"),
            (0x82, b"example.com."),
            (0x82, b""),
            (0x81, b"example.com"),
            (0x81, b".example.com"),
            (0x81, b"*@example.com"),
            (0x86, b".example.com"),
            (0x87, &[10, 0, 0, 0, 255, 128, 0, 0]),
            (0x87, &[0; 32]),
            (0x88, &[1]),
            (0xa4, &[0x30, 0]),
        ];
        for (kind, base) in accepted {
            let read = permitted(|subtree| subtree.primitive(kind, base));
            assert_eq!(read.unwrap().permitted.len(), 1, "{kind:x} {base:?}");
        }
    }

    #[test]
    fn a_whole_uri_is_a_base_that_compares_with_nothing() {
        let read = permitted(|subtree| subtree.primitive(0x86, b"http://example.com"));
        assert_eq!(
            read.unwrap().permitted,
            [GeneralName::NotCompared(NameForm::Uri)]
        );
    }

    #[test]
    fn what_the_profile_forbids_is_an_error() {
        let refused: [(u8, &[u8]); 7] = [
            (0x82, b"."),
            (0x82, b"*.example.com"),
            (0x81, b"a@b@example.com"),
            (0x87, &[10, 0, 0, 1]),
            (0x87, &[10, 0, 0, 0, 255, 0, 255, 0]),
            (0x89, b""),
            (0x82, &[0xff]),
        ];
        for (kind, base) in refused {
            let read = permitted(|subtree| subtree.primitive(kind, base));
            assert!(read.is_err(), "{kind:x} {base:?}");
        }
        let with = |extra: u8, value: u8| {
            permitted(|subtree| {
                subtree.primitive(0x82, b"a");
                subtree.primitive(extra, &[value]);
            })
        };
        assert!(with(0x80, 0).is_ok());
        assert!(with(0x80, 1).is_err());
        assert!(with(0x81, 0).is_err());
        assert!(NameConstraints::read(&vec![0x30, 0].into()).is_err());
        assert!(NameConstraints::read(&vec![0x30, 2, 0xa1, 0].into()).is_err());
    }
}
