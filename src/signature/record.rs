//! Evidence records in and around documents, with the objects they must be about.

use super::{MemberReference, Signatures};
use crate::container::{Content, Document};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::ers::{DataObject, EvidenceRecord, Imprint, ObjectCoverage, verify_hashes};
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use std::collections::HashMap;

/// An evidence record and what it must be about.
#[derive(Debug, Clone)]
pub struct Record {
    /// The record, or why it cannot be read.
    pub record: Result<EvidenceRecord, Error>,
    /// The member of a container that it stands in.
    pub place: Option<String>,
    /// The objects that its hash trees must hold.
    pub objects: Vec<RecordObject>,
    /// What the manifest of the record says of these objects.
    pub references: Vec<MemberReference>,
    /// What is wrong with its form or that of its container.
    pub format_problems: Vec<String>,
}

/// One object that a record must be about.
#[derive(Debug, Clone)]
pub struct RecordObject {
    /// Its name in reports.
    pub name: String,
    /// Its bytes; `None` where it is not at hand.
    pub content: Option<Bytes>,
    /// What existed if it did.
    pub subject: Subject,
}

/// What is proven to have existed along with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Everything in the document.
    Document,
    /// What stands in the member of the container with the object's name.
    Member,
    /// The signature whose value has this SHA-256, and what stands inside it.
    Signature([u8; 32]),
    /// The object and nothing else.
    Content,
}

impl Record {
    /// A record that is a document by itself, about content given beside it.
    pub(super) fn alone(bytes: &Bytes, content: Option<&Bytes>, limits: &Limits) -> Self {
        let object = |content: &Bytes| RecordObject {
            name: "content".to_owned(),
            content: Some(content.clone()),
            subject: Subject::Content,
        };
        let objects = content.map(object).into_iter().collect();
        Record::about(EvidenceRecord::read(bytes, limits), objects)
    }

    /// A record that no manifest binds to its objects.
    pub(crate) fn about(record: Result<EvidenceRecord, Error>, objects: Vec<RecordObject>) -> Self {
        Record {
            record,
            place: None,
            objects,
            references: Vec::new(),
            format_problems: Vec::new(),
        }
    }

    /// The time-stamp tokens inside, as far as they can be read.
    pub fn tokens(&self, limits: &Limits) -> Vec<TimestampToken> {
        let record = self.record.iter();
        record
            .flat_map(|record| &record.chains)
            .flat_map(|chain| &chain.timestamps)
            .filter_map(|archive| TimestampToken::read(&archive.timestamp, limits).ok())
            .collect()
    }
}

impl Signatures {
    /// Adds those of `records`, given beside `document`, that are about it, its members or its
    /// detached content. One that is about something else is none of this document's.
    pub(crate) fn attach(&mut self, records: &[Bytes], document: &Document, limits: &Limits) {
        let mut candidates = Candidates::of(document);
        for bytes in records {
            let Ok(record) = EvidenceRecord::read(bytes, limits) else {
                continue;
            };
            let objects = candidates.within(&record, limits);
            if !objects.is_empty() {
                self.records.push(Record::about(Ok(record), objects));
            }
        }
    }
}

/// What records from outside may be about, hashed once for each algorithm.
struct Candidates {
    objects: Vec<RecordObject>,
    digests: HashMap<DigestAlgorithm, Vec<Vec<u8>>>,
}

impl Candidates {
    fn of(document: &Document) -> Self {
        let object = |name: &str, content: &Bytes, subject| RecordObject {
            name: name.to_owned(),
            content: Some(content.clone()),
            subject,
        };
        let mut objects = vec![object("document", document.bytes(), Subject::Document)];
        let detached = document.detached();
        objects.extend(detached.map(|content| object("content", content, Subject::Content)));
        if let Content::Asic(container) = document.content() {
            let members = container.members.iter();
            let members = members.filter(|member| container.member(&member.name).is_some());
            objects.extend(
                members.map(|member| object(&member.name, &member.content, Subject::Member)),
            );
        }
        Candidates {
            objects,
            digests: HashMap::new(),
        }
    }

    /// Those whose hash is in the first archive time-stamp of `record`.
    fn within(&mut self, record: &EvidenceRecord, limits: &Limits) -> Vec<RecordObject> {
        let Some(algorithm) = first_algorithm(record, limits) else {
            return Vec::new();
        };
        let objects = &self.objects;
        let digests = self.digests.entry(algorithm).or_insert_with(|| {
            let contents = objects.iter().filter_map(|object| object.content.as_ref());
            contents
                .map(|content| algorithm.digest(&[content]))
                .collect()
        });
        let is_there = first_lists_hold(record, algorithm, digests, limits);
        let canonical = canonical_digests(record, algorithm, objects);
        let is_there_as_xml = first_lists_hold(record, algorithm, &canonical, limits);
        let is_there = is_there.into_iter().zip(is_there_as_xml);
        let is_there = is_there.map(|(as_it_is, as_xml)| as_it_is || as_xml);
        let objects = objects.iter().zip(is_there);
        objects
            .filter(|(_, is_there)| *is_there)
            .map(|(object, _)| object.clone())
            .collect()
    }
}

/// What an XML record may hold of objects in XML; an empty digest, which none has, for others.
fn canonical_digests(
    record: &EvidenceRecord,
    algorithm: DigestAlgorithm,
    objects: &[RecordObject],
) -> Vec<Vec<u8>> {
    let contents = objects.iter().filter_map(|object| object.content.as_ref());
    contents
        .map(|content| record.canonical_form(content))
        .map(|form| form.map_or_else(Vec::new, |form| algorithm.digest(&[&form])))
        .collect()
}

/// For each content, whether its hash is in the first archive time-stamp of `record`.
pub(super) fn are_in(record: &EvidenceRecord, contents: &[Bytes], limits: &Limits) -> Vec<bool> {
    let Some(algorithm) = first_algorithm(record, limits) else {
        return vec![false; contents.len()];
    };
    let digests: Vec<_> = contents
        .iter()
        .map(|content| algorithm.digest(&[content]))
        .collect();
    first_lists_hold(record, algorithm, &digests, limits)
}

fn first_lists_hold(
    record: &EvidenceRecord,
    algorithm: DigestAlgorithm,
    digests: &[Vec<u8>],
    limits: &Limits,
) -> Vec<bool> {
    let digests: Vec<_> = digests
        .iter()
        .map(|digest| [(algorithm, &digest[..])])
        .collect();
    let asked: Vec<_> = digests
        .iter()
        .map(|digest| DataObject::Digests(digest))
        .collect();
    let verification = verify_hashes(record, &asked, &|token| imprint_of(token, limits));
    let is_there = |coverage: &ObjectCoverage| {
        !matches!(
            coverage,
            ObjectCoverage::MissingFrom { chain: 0 } | ObjectCoverage::NoDigestFor { chain: 0 }
        )
    };
    verification.objects.iter().map(is_there).collect()
}

/// The algorithm of the oldest hash tree (RFC 4998, 4.1).
fn first_algorithm(record: &EvidenceRecord, limits: &Limits) -> Option<DigestAlgorithm> {
    let first = record.chains.first()?.timestamps.first()?;
    match &first.digest_algorithm {
        Some(stated) => DigestAlgorithm::from_oid(&stated.oid),
        None => imprint_of(&first.timestamp, limits).map(|(algorithm, _)| algorithm),
    }
}

fn imprint_of(token: &Bytes, limits: &Limits) -> Option<Imprint> {
    let token = TimestampToken::read(token, limits).ok()?;
    Some((token.info.imprint_digest()?, token.info.imprint.to_vec()))
}
