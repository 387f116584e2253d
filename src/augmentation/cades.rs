//! Attributes and evidence for CAdES (EN 319 122-1, 5.3, 5.4 and 5.5).

use super::Refusal;
use super::material::Material;
use crate::asn1::{DerWriter, Oid, oid, tag};
use crate::cms::attribute::HashIndex;
use crate::cms::{SignedData, SignerInfo};
use crate::container::{Content, Document};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// The CMS that a document is.
pub(super) fn read(document: &Document, limits: &Limits) -> Result<SignedData, Error> {
    match document.content() {
        Content::Cms(bytes) => SignedData::read(bytes, limits),
        _ => Err(Error::NotRecognised),
    }
}

/// A `signature-time-stamp` (5.3) for each signer that lacks one, by its place.
pub(super) fn with_signature_timestamps(
    data: &SignedData,
    lacking: &[bool],
    stamp: impl Fn(&Bytes) -> Result<TimestampToken, Refusal>,
) -> Result<Vec<u8>, Refusal> {
    let mut added = Vec::new();
    for (signer, lacks) in data.signer_infos.iter().zip(lacking) {
        let mut attributes = Vec::new();
        if *lacks {
            let token = stamp(&signer.signature)?;
            attributes.push(attribute(&oid::SIGNATURE_TIMESTAMP, token.raw()));
        }
        added.push(attributes);
    }
    Ok(data.with_unsigned_attributes(&added)?)
}

/// Evidence in `SignedData.certificates` and `crls`, where 5.4.1 and 5.4.2.1 want it.
pub(super) fn with_evidence(data: &SignedData, material: &Material) -> Result<Vec<u8>, Refusal> {
    let mut attributes = data
        .signer_infos
        .iter()
        .flat_map(|signer| &signer.unsigned_attributes);
    if attributes.any(|attribute| covers_everything(&attribute.kind)) {
        let in_the_way = "an archive time-stamp of version 2 or a long-term-validation is over all \
                          certificates and revocation data";
        return Err(Refusal::ArchiveTimestampInTheWay(in_the_way));
    }
    Ok(data.with_evidence(
        &material.certificates,
        &material.revocation_lists,
        &material.ocsp_responses,
    )?)
}

/// TS 101 733, 6.4.1 and A.2.4: over `certificates` and `crls` as they are.
fn covers_everything(attribute: &Oid) -> bool {
    [oid::ARCHIVE_TIMESTAMP_V2, oid::LONG_TERM_VALIDATION].contains(attribute)
}

/// The digest of what the signers have signed, which an archive time-stamp is over.
pub(super) fn content_digest(
    data: &SignedData,
    document: &Document,
    digest: DigestAlgorithm,
) -> Result<Vec<u8>, Refusal> {
    let missing = Error::malformed("SignedData", 0, "the signed content is not there");
    match (&data.content, document.detached()) {
        (Some(content), _) => Ok(digest.digest(&[content])),
        (None, Some(content)) => {
            let content = content.span(0..content.length()).ok_or(missing)?;
            Ok(content.digest(digest).ok_or(Error::Changed)?)
        }
        (None, None) => Err(missing.into()),
    }
}

/// An `archive-time-stamp-v3` (5.5.3) for each signer, over all that stands there now.
pub(super) fn with_archive_timestamps(
    data: &SignedData,
    content_digest: &[u8],
    digest: DigestAlgorithm,
    stamp: impl Fn(&[&[u8]]) -> Result<TimestampToken, Refusal>,
) -> Result<Vec<u8>, Refusal> {
    let mut added = Vec::new();
    for signer in &data.signer_infos {
        let index = HashIndex::write(data, signer, digest);
        let token = stamp(
            &stamped(data, signer, content_digest, &index)
                .each_ref()
                .map(Vec::as_slice),
        )?;
        let index = attribute(&oid::ATS_HASH_INDEX_V3, &index);
        let token = token.signed_data.with_unsigned_attributes(&[vec![index]])?;
        added.push(vec![attribute(&oid::ARCHIVE_TIMESTAMP_V3, &token)]);
    }
    Ok(data.with_unsigned_attributes(&added)?)
}

/// Content type, digest of the content, fields of the signer, index: one after the other.
fn stamped(
    data: &SignedData,
    signer: &SignerInfo,
    content_digest: &[u8],
    index: &[u8],
) -> [Vec<u8>; 4] {
    let mut content_type = DerWriter::new();
    content_type.oid(&data.content_type);
    [
        content_type.into_bytes(),
        content_digest.to_vec(),
        signer.signed_fields.to_vec(),
        index.to_vec(),
    ]
}

/// An `Attribute` of one value (RFC 5652, 5.3).
fn attribute(kind: &Oid, value: &[u8]) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|attribute| {
        attribute.oid(kind);
        attribute.primitive(tag::SET, value);
    });
    writer.into_bytes()
}
