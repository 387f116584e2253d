//! Evidence laid into a CMS beside its signatures, none of which covers it.

use super::SignedData;
use crate::asn1::{DerWriter, Reader, oid, tag};
use crate::error::Error;
use bytes::Bytes;
use std::collections::HashSet;

/// The version where revocation data in another format than a CRL stands inside (RFC 5652, 5.1).
const VERSION_WITH_OTHER_FORMATS: u64 = 5;
const CERTIFICATES: u8 = tag::context_constructed(0);
const REVOCATION_DATA: u8 = tag::context_constructed(1);

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
        let mut content_info = Reader::new(self.raw(), "ContentInfo").sequence()?;
        let content_type = content_info.expect(tag::OBJECT_IDENTIFIER)?;
        let mut wrapper = content_info.expect(tag::context_constructed(0))?.reader();
        let mut fields = wrapper.sequence()?;
        let version = fields.expect(tag::INTEGER)?;
        let digest_algorithms = fields.expect(tag::SET)?;
        let content = fields.expect(tag::SEQUENCE)?;
        let own_certificates = fields.optional(CERTIFICATES)?;
        let own_revocation_data = fields.optional(REVOCATION_DATA)?;
        let signers = fields.expect(tag::SET)?;

        let added_certificates = without(&self.certificates, certificates);
        let lists = without(&self.revocation_lists, revocation_lists);
        let responses = without(&self.ocsp_responses, ocsp_responses);
        let mut revocation_data: Vec<Vec<u8>> = lists.iter().map(|list| list.to_vec()).collect();
        revocation_data.extend(responses.iter().map(|response| in_other_format(response)));

        let mut writer = DerWriter::new();
        writer.sequence(|content_info| {
            content_info.raw(content_type.raw);
            content_info.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(|data| {
                    match responses.is_empty() {
                        true => data.raw(version.raw),
                        false => data.small_integer(VERSION_WITH_OTHER_FORMATS),
                    }
                    data.raw(digest_algorithms.raw);
                    data.raw(content.raw);
                    let own = own_certificates.map(|set| set.content);
                    write_set(data, CERTIFICATES, own, &added_certificates);
                    let own = own_revocation_data.map(|set| set.content);
                    write_set(data, REVOCATION_DATA, own, &revocation_data);
                    data.raw(signers.raw);
                });
            });
        });
        Ok(writer.into_bytes())
    }
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

fn write_set(writer: &mut DerWriter, tag: u8, own: Option<&[u8]>, added: &[impl AsRef<[u8]>]) {
    if own.is_none() && added.is_empty() {
        return;
    }
    writer.constructed(tag, |set| {
        set.raw(own.unwrap_or_default());
        added.iter().for_each(|object| set.raw(object.as_ref()));
    });
}
