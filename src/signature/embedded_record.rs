//! Evidence records among the unsigned attributes of a signer (RFC 4998, A). Each is about the
//! CMS as it was before the record was put in and, where that lacks the content, about it too.

use super::SignedContent;
use super::record::{Record, RecordObject, Subject, are_in};
use crate::asn1::{DerWriter, Element, Reader, oid, tag, to_der};
use crate::cms::attribute::{LongTermValidation, ProofValue};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::crypto;
use crate::error::Error;
use crate::ers::EvidenceRecord;
use crate::limits::Limits;
use bytes::Bytes;

/// Records in one CMS that are compared with it; each takes a copy of the CMS.
const RECORDS_IN_ONE_CMS: usize = 10;

/// The records inside `signer`, whose content is `content`.
pub(super) fn read(
    data: &SignedData,
    signer: &SignerInfo,
    content: Option<&SignedContent>,
    limits: &Limits,
) -> Vec<Record> {
    let mut records = in_long_term_validation(signer, limits);
    let own: Vec<&Attribute> = record_attributes(signer).collect();
    if own.is_empty() {
        return records;
    }
    let all: Vec<&Attribute> = data
        .signer_infos
        .iter()
        .flat_map(record_attributes)
        .collect();
    let count: usize = all.iter().map(|attribute| attribute.values.len()).sum();
    let subject = Subject::Signature(crypto::sha256(&signer.signature));
    let values = own
        .into_iter()
        .flat_map(|attribute| attribute.values.iter().map(move |value| (attribute, value)));
    records.extend(values.map(|(attribute, value)| {
        let record = EvidenceRecord::read(value, limits);
        let objects = match &record {
            Ok(record) if count <= RECORDS_IN_ONE_CMS => {
                let before = before(data, attribute, &all, record, limits);
                objects(before, attribute, content, subject)
            }
            _ => Vec::new(),
        };
        Record::about(record, objects)
    }));
    records
}

/// Records as values of `long-term-validation`: sigill does not compose what they are about.
fn in_long_term_validation(signer: &SignerInfo, limits: &Limits) -> Vec<Record> {
    let values = signer
        .unsigned(&oid::LONG_TERM_VALIDATION)
        .flat_map(|attribute| &attribute.values);
    let proofs = values.filter_map(|value| LongTermValidation::read(value).ok()?.proof);
    let records = proofs.filter_map(|proof| match proof {
        ProofValue::Record(record) => Some(record),
        ProofValue::Timestamp(_) => None,
    });
    let object = RecordObject {
        name: "signature".to_owned(),
        content: None,
        subject: Subject::Signature(crypto::sha256(&signer.signature)),
    };
    records
        .map(|record| Record::about(EvidenceRecord::read(&record, limits), vec![object.clone()]))
        .collect()
}

fn record_attributes(signer: &SignerInfo) -> impl Iterator<Item = &Attribute> {
    let internal = signer.unsigned(&oid::EVIDENCE_RECORD_INTERNAL);
    internal.chain(signer.unsigned(&oid::EVIDENCE_RECORD_EXTERNAL))
}

fn objects(
    before: Option<Bytes>,
    attribute: &Attribute,
    content: Option<&SignedContent>,
    subject: Subject,
) -> Vec<RecordObject> {
    let mut objects = vec![RecordObject {
        name: "signature".to_owned(),
        content: before,
        subject,
    }];
    if attribute.kind == oid::EVIDENCE_RECORD_EXTERNAL {
        objects.push(RecordObject {
            name: "content".to_owned(),
            content: content.map(|content| Bytes::from(content.parts().concat())),
            subject: Subject::Content,
        });
    }
    objects
}

/// The CMS before the record was put in: without any record or, where one was put in after
/// another, without this one alone; in either case as it is encoded, in DER, or with its signers
/// in the order of DER, which their new lengths may have changed. The record says which; failing
/// that, the first.
fn before(
    data: &SignedData,
    attribute: &Attribute,
    all: &[&Attribute],
    record: &EvidenceRecord,
    limits: &Limits,
) -> Option<Bytes> {
    let without_any: Vec<&[u8]> = all.iter().map(|one| one.raw().as_ref()).collect();
    let mut variants = Vec::new();
    for dropped in [&without_any[..], &[attribute.raw().as_ref()]] {
        for order in [Order::AsItStands, Order::Der] {
            let encoded = without(data.raw(), dropped, order).ok()?;
            let element = Reader::new(&encoded, "ContentInfo").element().ok()?;
            let der = to_der(&element).ok().filter(|der| *der != encoded);
            variants.extend(der.map(Bytes::from));
            variants.push(Bytes::from(encoded));
        }
    }
    let found = are_in(record, &variants, limits);
    let index = found.iter().position(|is_there| *is_there);
    variants.into_iter().nth(index.unwrap_or_default())
}

/// The order of the members of sets from which something was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    AsItStands,
    Der,
}

/// The encoding of a CMS without some of its attributes, lengths made to fit. Unsigned attributes
/// of which none is left are left out, as before the first was put in.
fn without(source: &[u8], dropped: &[&[u8]], order: Order) -> Result<Vec<u8>, Error> {
    let root = Reader::new(source, "ContentInfo").element()?;
    Ok(prune(&root, dropped, order)?.unwrap_or_default())
}

fn prune(element: &Element<'_>, dropped: &[&[u8]], order: Order) -> Result<Option<Vec<u8>>, Error> {
    let own = element.raw.as_ptr_range();
    let mut holds_some = false;
    for part in dropped.iter().map(|part| part.as_ptr_range()) {
        if part == own {
            return Ok(None);
        }
        holds_some |= own.start <= part.start && part.end <= own.end;
    }
    if !holds_some {
        return Ok(Some(element.raw.to_vec()));
    }
    let mut members = Vec::new();
    let mut parts = element.reader();
    while !parts.is_empty() {
        members.extend(prune(&parts.element()?, dropped, order)?);
    }
    let is_unsigned_attributes = element.tag == tag::context_constructed(1);
    if members.is_empty() && is_unsigned_attributes {
        return Ok(None);
    }
    if order == Order::Der && (element.tag == tag::SET || is_unsigned_attributes) {
        members.sort();
    }
    let content = members.concat();
    if element.raw.get(1) == Some(&0x80) {
        return Ok(Some([&[element.tag, 0x80], &content[..], &[0, 0]].concat()));
    }
    let mut writer = DerWriter::new();
    writer.primitive(element.tag, &content);
    Ok(Some(writer.into_bytes()))
}
