//! What is laid into a CMS after signing: evidence beside its signatures and attributes that no
//! signature covers. What was there stays, byte for byte.

use super::SignedData;
use crate::asn1::{DerWriter, Element, Reader, oid, tag};
use crate::error::Error;
use bytes::Bytes;
use std::collections::HashSet;

/// The version where revocation data in another format than a CRL stands inside (RFC 5652, 5.1).
const VERSION_WITH_OTHER_FORMATS: u64 = 5;
const CERTIFICATES: u8 = tag::context_constructed(0);
const REVOCATION_DATA: u8 = tag::context_constructed(1);
const UNSIGNED_ATTRIBUTES: u8 = tag::context_constructed(1);

impl SignedData {
    /// The same CMS with more certificates, revocation lists and OCSP responses in
    /// `certificates` and `crls` (RFC 5652, 5.1; RFC 5940), each once. What was there stays, byte
    /// for byte, and no signature covers either field.
    ///
    /// # Errors
    /// [`Error`] where what was read before cannot be read once more.
    pub fn with_evidence<'a>(
        &self,
        certificates: impl IntoIterator<Item = &'a Bytes>,
        revocation_lists: impl IntoIterator<Item = &'a Bytes>,
        ocsp_responses: impl IntoIterator<Item = &'a Bytes>,
    ) -> Result<Vec<u8>, Error> {
        let fields = Fields::read(self)?;
        let added_certificates = without(&self.certificates, certificates);
        let lists = without(&self.revocation_lists, revocation_lists);
        let responses = without(&self.ocsp_responses, ocsp_responses);
        let mut revocation_data: Vec<Vec<u8>> = lists.iter().map(|list| list.to_vec()).collect();
        revocation_data.extend(responses.iter().map(|response| in_other_format(response)));
        Ok(fields.write(|data| {
            match responses.is_empty() {
                true => data.raw(fields.version.raw),
                false => data.small_integer(VERSION_WITH_OTHER_FORMATS),
            }
            data.raw(fields.digest_algorithms.raw);
            data.raw(fields.content.raw);
            write_set(data, CERTIFICATES, fields.certificates, &added_certificates);
            write_set(
                data,
                REVOCATION_DATA,
                fields.revocation_data,
                &revocation_data,
            );
            data.raw(fields.signers.raw);
        }))
    }

    /// The same CMS with more unsigned attributes (RFC 5652, 5.3), for each signer by its place
    /// those that `added` has there, after all others. Attributes are encoded already.
    ///
    /// # Errors
    /// As for [`Self::with_evidence`].
    pub fn with_unsigned_attributes(&self, added: &[Vec<Vec<u8>>]) -> Result<Vec<u8>, Error> {
        let fields = Fields::read(self)?;
        let mut signers = Vec::new();
        let mut list = fields.signers.reader();
        let mut added = added.iter();
        while !list.is_empty() {
            let signer = list.expect(tag::SEQUENCE)?;
            signers.push(match added.next() {
                Some(attributes) if !attributes.is_empty() => with_attributes(&signer, attributes)?,
                _ => signer.raw.to_vec(),
            });
        }
        Ok(fields.write(|data| {
            data.raw(fields.version.raw);
            data.raw(fields.digest_algorithms.raw);
            data.raw(fields.content.raw);
            let sets = [fields.certificates, fields.revocation_data];
            sets.into_iter().flatten().for_each(|set| data.raw(set.raw));
            data.primitive(tag::SET, &signers.concat());
        }))
    }
}

/// The fields of a `SignedData` as they stand.
struct Fields<'a> {
    content_type: Element<'a>,
    version: Element<'a>,
    digest_algorithms: Element<'a>,
    content: Element<'a>,
    certificates: Option<Element<'a>>,
    revocation_data: Option<Element<'a>>,
    signers: Element<'a>,
}

impl<'a> Fields<'a> {
    fn read(data: &'a SignedData) -> Result<Self, Error> {
        let mut content_info = Reader::new(data.raw(), "ContentInfo").sequence()?;
        let content_type = content_info.expect(tag::OBJECT_IDENTIFIER)?;
        let mut wrapper = content_info.expect(tag::context_constructed(0))?.reader();
        let mut fields = wrapper.sequence()?;
        Ok(Fields {
            content_type,
            version: fields.expect(tag::INTEGER)?,
            digest_algorithms: fields.expect(tag::SET)?,
            content: fields.expect(tag::SEQUENCE)?,
            certificates: fields.optional(CERTIFICATES)?,
            revocation_data: fields.optional(REVOCATION_DATA)?,
            signers: fields.expect(tag::SET)?,
        })
    }

    /// A `ContentInfo` around the fields that `write` writes.
    fn write(&self, write: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|content_info| {
            content_info.raw(self.content_type.raw);
            content_info.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(write);
            });
        });
        writer.into_bytes()
    }
}

/// A `SignerInfo` with attributes after those that it has.
fn with_attributes(signer: &Element<'_>, added: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let mut fields = signer.reader();
    let mut before = Vec::new();
    let mut own: &[u8] = &[];
    // unsignedAttrs [1] stands last; no other field of a signer has that tag.
    while !fields.is_empty() {
        let field = fields.element()?;
        match field.tag {
            UNSIGNED_ATTRIBUTES => own = field.content,
            _ => before.extend_from_slice(field.raw),
        }
    }
    let mut writer = DerWriter::new();
    writer.sequence(|signer| {
        signer.raw(&before);
        signer.constructed(UNSIGNED_ATTRIBUTES, |set| {
            set.raw(own);
            added.iter().for_each(|attribute| set.raw(attribute));
        });
    });
    Ok(writer.into_bytes())
}

/// What of `added` is not among `own`, each once.
fn without<'a>(own: &[Bytes], added: impl IntoIterator<Item = &'a Bytes>) -> Vec<&'a Bytes> {
    let mut seen: HashSet<&Bytes> = HashSet::new();
    let added = added.into_iter();
    added
        .filter(|object| !own.contains(object) && seen.insert(object))
        .collect()
}

/// `OtherRevocationInfoFormat` (RFC 5940, 2).
fn in_other_format(response: &Bytes) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.constructed(tag::context_constructed(1), |other| {
        other.oid(&oid::OCSP_RESPONSE_INFO);
        other.raw(response);
    });
    writer.into_bytes()
}

/// The set as it stands where nothing is added: older archive time-stamps are over its header too
/// (TS 101 733, 6.4.1).
fn write_set(
    writer: &mut DerWriter,
    tag: u8,
    own: Option<Element<'_>>,
    added: &[impl AsRef<[u8]>],
) {
    match own {
        Some(own) if added.is_empty() => writer.raw(own.raw),
        None if added.is_empty() => {}
        _ => writer.constructed(tag, |set| {
            set.raw(own.map_or(&[], |own| own.content));
            added.iter().for_each(|object| set.raw(object.as_ref()));
        }),
    }
}
