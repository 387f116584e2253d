//! The content-addressed set of evidence.

use crate::container::{Content, Document, Identity};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::ers::{EvidenceRecord, InformationKind};
use crate::limits::Limits;
use crate::signature::{Embedded, Record, Signature, Signatures};
use crate::x509::{Certificate, CertificateList, DistinguishedName, Objects, OcspResponse};
use crate::{cms, crypto};
use bytes::Bytes;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a piece of evidence was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Inside a signature or a time-stamp of the document.
    Signature,
    /// In the document's own store, such as a PDF's DSS dictionary, since this revision.
    DocumentStore {
        /// The first revision that holds it.
        revision: usize,
    },
    /// Given by the caller.
    Supplied,
}

/// A piece of evidence and where it came from.
#[derive(Debug, Clone)]
pub struct Item<T> {
    /// The object, shared with whatever was judged by it.
    pub object: Arc<T>,
    /// Where it was found first.
    pub origin: Origin,
}

/// Evidence that could not be read; it is reported, never passed over in silence.
#[derive(Debug, Clone)]
pub struct UnreadableEvidence {
    /// What it was taken for.
    pub kind: &'static str,
    /// Why it cannot be read.
    pub error: Error,
    /// Where it was found.
    pub origin: Origin,
}

/// Certificates, CRLs, OCSP responses and evidence records for one validation.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = sigill::Document::read(std::fs::read("contract.pdf")?)?;
/// let evidence = sigill::Evidence::from(&document).with(std::fs::read("more.crl")?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    certificates: Vec<Item<Certificate>>,
    by_subject: HashMap<String, Vec<usize>>,
    revocation_lists: Vec<Item<CertificateList>>,
    ocsp_responses: Vec<Item<OcspResponse>>,
    evidence_records: Vec<Bytes>,
    documents: Vec<Bytes>,
    unreadable: Vec<UnreadableEvidence>,
    /// SHA-256 of every object, readable or not.
    seen: HashSet<[u8; 32]>,
    digests: Digests,
    /// What the document holds that this was taken from.
    read: Option<Read>,
}

/// What was read of a document, and within which limits.
#[derive(Debug, Clone)]
struct Read {
    document: Identity,
    limits: Limits,
    signatures: Arc<Signatures>,
}

/// SHA-256 of objects by another digest.
pub(crate) type ByDigest = HashMap<Vec<u8>, [u8; 32]>;

/// Of each algorithm that was asked for, with how many objects had been seen by then.
#[derive(Debug, Default)]
struct Digests(Mutex<HashMap<DigestAlgorithm, (usize, Arc<ByDigest>)>>);

impl Clone for Digests {
    /// A copy of a set is there to grow: it starts anew.
    fn clone(&self) -> Self {
        Digests::default()
    }
}

impl From<&Document> for Evidence {
    /// What the document itself carries.
    fn from(document: &Document) -> Self {
        Evidence::of_document(document, &Limits::default(), &Objects::default())
    }
}

impl Evidence {
    /// What `document` itself carries; of that, `objects` have been read in other documents before.
    pub fn of_document(document: &Document, limits: &Limits, objects: &Objects) -> Self {
        match Signatures::of_known(document, limits, objects) {
            Ok(signatures) => {
                let evidence = Evidence::of(&signatures, objects);
                let read = Read {
                    document: document.identity().clone(),
                    limits: limits.clone(),
                    signatures: Arc::new(signatures),
                };
                Evidence {
                    read: Some(read),
                    ..evidence
                }
            }
            Err(_) => Evidence::default(),
        }
    }

    /// What signatures, their time-stamps and the store beside them carry.
    pub(crate) fn of(signatures: &Signatures, objects: &Objects) -> Self {
        let mut evidence = Evidence::default();
        for (embedded, revision) in &signatures.stored {
            evidence.take_embedded(
                embedded,
                Origin::DocumentStore {
                    revision: *revision,
                },
                objects,
            );
        }
        let signed = signatures.signatures.iter().flatten();
        for signature in signed.flat_map(Signature::with_counter_signatures) {
            evidence.take_embedded(&signature.embedded, Origin::Signature, objects);
            for timestamp in &signature.timestamps {
                evidence.take_embedded(&timestamp.embedded(), Origin::Signature, objects);
            }
        }
        for timestamp in &signatures.timestamps {
            evidence.take_embedded(&timestamp.embedded(), Origin::Signature, objects);
        }
        for record in signatures.all_records() {
            evidence.take_record(record, Origin::Signature, objects);
        }
        evidence
    }

    /// What `document` holds, where this was taken from it within the same limits.
    pub(crate) fn signatures_of(
        &self,
        document: &Document,
        limits: &Limits,
    ) -> Option<&Arc<Signatures>> {
        let read = self.read.as_ref()?;
        let is_same = read.document == *document.identity() && read.limits == *limits;
        is_same.then_some(&read.signatures)
    }

    /// Adds what a file holds, recognised by its content: certificates, CRLs, OCSP responses,
    /// CMS with any of these, evidence records; DER or PEM. What is none of these is
    /// [told](Self::unreadable), and serves as the document of a signature policy that a signer
    /// names by its digest.
    pub fn with(mut self, bytes: impl Into<Bytes>) -> Self {
        self.add(bytes.into());
        self
    }

    /// As [`Evidence::with`], in place.
    pub fn add(&mut self, bytes: Bytes) {
        if bytes.starts_with(b"-----BEGIN") || contains_pem(&bytes) {
            for pem in x509_parser::pem::Pem::iter_from_buffer(&bytes).flatten() {
                self.add_der(Bytes::from(pem.contents));
            }
        } else {
            self.add_der(bytes);
        }
    }

    /// All of another set, such as what is shared by many documents.
    pub fn extend(&mut self, other: &Evidence) {
        for item in &other.certificates {
            if self.seen.insert(*item.object.sha256()) {
                self.insert_certificate(item.clone());
            }
        }
        for item in &other.revocation_lists {
            if self.seen.insert(*item.object.sha256()) {
                self.revocation_lists.push(item.clone());
            }
        }
        for item in &other.ocsp_responses {
            if self.seen.insert(*item.object.sha256()) {
                self.ocsp_responses.push(item.clone());
            }
        }
        self.evidence_records
            .extend_from_slice(&other.evidence_records);
        self.documents.extend_from_slice(&other.documents);
        self.unreadable.extend_from_slice(&other.unreadable);
    }

    /// Every certificate.
    pub fn certificates(&self) -> &[Item<Certificate>] {
        &self.certificates
    }

    /// Certificates of a subject.
    pub fn certificates_of<'a>(
        &'a self,
        subject: &DistinguishedName,
    ) -> impl Iterator<Item = &'a Arc<Certificate>> {
        self.by_subject
            .get(subject.canonical())
            .into_iter()
            .flatten()
            .filter_map(|index| self.certificates.get(*index))
            .map(|item| &item.object)
    }

    /// Every revocation list.
    pub fn revocation_lists(&self) -> &[Item<CertificateList>] {
        &self.revocation_lists
    }

    /// Every OCSP response.
    pub fn ocsp_responses(&self) -> &[Item<OcspResponse>] {
        &self.ocsp_responses
    }

    /// SHA-256 of every certificate, revocation list and OCSP response by its digest, as
    /// references to evidence name it. An OCSP response is also found by the basic response in it,
    /// which is what `revocation-values` hold (RFC 5126, 6.3.4).
    ///
    /// Computed once, however many signatures hold references.
    pub(crate) fn by_digest(&self, algorithm: DigestAlgorithm) -> Arc<ByDigest> {
        // A poisoned map still holds only finished digests.
        let mut known = self
            .digests
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match known.get(&algorithm) {
            Some((seen, digests)) if *seen == self.seen.len() => digests.clone(),
            _ => {
                let digests = Arc::new(self.digest_all(algorithm));
                known.insert(algorithm, (self.seen.len(), digests.clone()));
                digests
            }
        }
    }

    fn digest_all(&self, algorithm: DigestAlgorithm) -> ByDigest {
        let certificates = self.certificates.iter();
        let certificates =
            certificates.map(|item| (item.object.der().as_ref(), *item.object.sha256()));
        let lists = self.revocation_lists.iter();
        let lists = lists.map(|item| (item.object.der().as_ref(), *item.object.sha256()));
        let responses = self.ocsp_responses.iter().flat_map(|item| {
            let response = &item.object;
            [response.der(), response.basic()].map(|der| (der.as_ref(), *response.sha256()))
        });
        let objects = certificates.chain(lists).chain(responses);
        objects
            .map(|(bytes, sha256)| (algorithm.digest(&[bytes]), sha256))
            .collect()
    }

    /// The digest of all that validations of certificates look at: the objects in their order, where
    /// each was found, and whether the document carries more revocation data that cannot be read.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let certificates = self.certificates.iter();
        let certificates = certificates.map(|item| (b'c', item.object.sha256(), item.origin));
        let lists = self.revocation_lists.iter();
        let lists = lists.map(|item| (b'l', item.object.sha256(), item.origin));
        let responses = self.ocsp_responses.iter();
        let responses = responses.map(|item| (b'o', item.object.sha256(), item.origin));
        let mut all = vec![u8::from(self.document_carries_revocation_data())];
        for (kind, sha256, origin) in certificates.chain(lists).chain(responses) {
            let place: u64 = match origin {
                Origin::Signature => 0,
                Origin::Supplied => 1,
                Origin::DocumentStore { revision } => (revision as u64).saturating_add(2),
            };
            all.push(kind);
            all.extend(place.to_be_bytes());
            all.extend(sha256);
        }
        crypto::sha256(&all)
    }

    /// Evidence records that were supplied.
    pub fn evidence_records(&self) -> &[Bytes] {
        &self.evidence_records
    }

    /// Files that are no evidence in themselves, but may be the document of a signature policy.
    pub(crate) fn documents(&self) -> &[Bytes] {
        &self.documents
    }

    /// What could not be read.
    pub fn unreadable(&self) -> &[UnreadableEvidence] {
        &self.unreadable
    }

    /// Whether the document itself carries revocation data, readable or not.
    pub fn document_carries_revocation_data(&self) -> bool {
        let own = |origin: Origin| origin != Origin::Supplied;
        self.revocation_lists.iter().any(|item| own(item.origin))
            || self.ocsp_responses.iter().any(|item| own(item.origin))
            || self
                .unreadable
                .iter()
                .any(|item| item.kind != "certificate" && own(item.origin))
    }

    /// What the time-stamp tokens inside a record carry.
    fn take_record(&mut self, record: &Record, origin: Origin, objects: &Objects) {
        for token in record.tokens(&Limits::default()) {
            self.take_embedded(&Embedded::of(&token.signed_data), origin, objects);
        }
        let information = record.record.iter();
        for item in information.flat_map(|record| &record.cryptographic_information) {
            match item.kind {
                InformationKind::Certificate => {
                    self.take_certificate(&item.octets, origin, objects);
                }
                InformationKind::RevocationList => {
                    self.take_revocation_list(&item.octets, origin, objects);
                }
                InformationKind::OcspResponse => {
                    self.take_ocsp_response(&item.octets, origin, objects);
                }
            }
        }
    }

    fn take_embedded(&mut self, embedded: &Embedded, origin: Origin, objects: &Objects) {
        for bytes in &embedded.certificates {
            self.take_certificate(bytes, origin, objects);
        }
        for bytes in &embedded.revocation_lists {
            self.take_revocation_list(bytes, origin, objects);
        }
        for bytes in &embedded.ocsp_responses {
            self.take_ocsp_response(bytes, origin, objects);
        }
    }

    fn add_der(&mut self, bytes: Bytes) {
        let objects = Objects::default();
        if cms::SignedData::recognises(&bytes) {
            match Document::read(bytes) {
                Ok(document) => self.extend(&Evidence::from(&document).supplied()),
                Err(error) => self.refuse("CMS", error, Origin::Supplied),
            }
        } else if objects.certificate(&bytes).is_ok() {
            self.take_certificate(&bytes, Origin::Supplied, &objects);
        } else if objects.revocation_list(&bytes).is_ok() {
            self.take_revocation_list(&bytes, Origin::Supplied, &objects);
        } else if objects.ocsp_response(&bytes).is_ok() {
            self.take_ocsp_response(&bytes, Origin::Supplied, &objects);
        } else {
            match Document::read(bytes.clone()).map(|document| document.content().clone()) {
                Ok(Content::EvidenceRecord(record)) => self.add_record(record),
                _ => {
                    self.documents.push(bytes);
                    self.refuse("evidence", Error::NotRecognised, Origin::Supplied);
                }
            }
        }
    }

    fn add_record(&mut self, bytes: Bytes) {
        match EvidenceRecord::read(&bytes, &Limits::default()) {
            Ok(record) => {
                let record = Record::about(Ok(record), Vec::new());
                self.take_record(&record, Origin::Supplied, &Objects::default());
                self.evidence_records.push(bytes);
            }
            Err(error) => self.refuse("evidence", furthest(&bytes, error), Origin::Supplied),
        }
    }

    fn supplied(mut self) -> Self {
        let mark = |origin: &mut Origin| *origin = Origin::Supplied;
        self.certificates
            .iter_mut()
            .for_each(|item| mark(&mut item.origin));
        self.revocation_lists
            .iter_mut()
            .for_each(|item| mark(&mut item.origin));
        self.ocsp_responses
            .iter_mut()
            .for_each(|item| mark(&mut item.origin));
        self
    }

    fn take_certificate(&mut self, bytes: &Bytes, origin: Origin, objects: &Objects) {
        match objects.certificate(bytes) {
            Ok(object) => {
                if self.seen.insert(*object.sha256()) {
                    self.insert_certificate(Item { object, origin });
                }
            }
            Err(error) => self.refuse_once(bytes, "certificate", error, origin),
        }
    }

    fn insert_certificate(&mut self, item: Item<Certificate>) {
        self.by_subject
            .entry(item.object.subject.canonical().to_owned())
            .or_default()
            .push(self.certificates.len());
        self.certificates.push(item);
    }

    fn take_revocation_list(&mut self, bytes: &Bytes, origin: Origin, objects: &Objects) {
        match objects.revocation_list(bytes) {
            Ok(object) => {
                if self.seen.insert(*object.sha256()) {
                    self.revocation_lists.push(Item { object, origin });
                }
            }
            Err(error) => self.refuse_once(bytes, "CRL", error, origin),
        }
    }

    fn take_ocsp_response(&mut self, bytes: &Bytes, origin: Origin, objects: &Objects) {
        match objects.ocsp_response(bytes) {
            Ok(object) => {
                if self.seen.insert(*object.sha256()) {
                    for certificate in &object.certificates {
                        self.take_certificate(certificate, origin, objects);
                    }
                    self.ocsp_responses.push(Item { object, origin });
                }
            }
            Err(error) => self.refuse_once(bytes, "OCSP response", error, origin),
        }
    }

    /// What stands in a document more than once is told once.
    fn refuse_once(&mut self, bytes: &Bytes, kind: &'static str, error: Error, origin: Origin) {
        if self.seen.insert(crypto::sha256(bytes)) {
            self.refuse(kind, error, origin);
        }
    }

    fn refuse(&mut self, kind: &'static str, error: Error, origin: Origin) {
        self.unreadable.push(UnreadableEvidence {
            kind,
            error,
            origin,
        });
    }
}

/// Of what the readers complain of, that of the one that got furthest: it knows best what the
/// bytes were meant to be.
fn furthest(bytes: &Bytes, complaint: Error) -> Error {
    let place = |error: &Error| match error {
        Error::Malformed { offset, .. } => *offset,
        _ => 0,
    };
    let others = [
        Certificate::read(bytes).err(),
        CertificateList::read(bytes).err(),
        OcspResponse::read(bytes).err(),
    ];
    let others = others.into_iter().flatten();
    others.fold(complaint, |furthest, other| {
        if place(&other) > place(&furthest) {
            other
        } else {
            furthest
        }
    })
}

/// PEM files often begin with comments.
fn contains_pem(bytes: &[u8]) -> bool {
    let start = bytes.get(..65_536).unwrap_or(bytes);
    start.windows(11).any(|window| window == b"-----BEGIN ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn digests_are_computed_once_until_something_is_added() {
        let list = include_bytes!("../../fixtures/pki/revocation/root.crl").to_vec();
        let mut evidence = Evidence::default();
        let digests = |evidence: &Evidence| evidence.by_digest(DigestAlgorithm::Sha1);
        let empty = digests(&evidence);
        assert!(empty.is_empty());
        assert!(Arc::ptr_eq(&empty, &digests(&evidence)));
        evidence.add(list.clone().into());
        let digest = DigestAlgorithm::Sha1.digest(&[&list]);
        assert!(digests(&evidence).contains_key(&digest));
        assert!(digests(&evidence.clone()).contains_key(&digest));
    }

    #[test]
    fn what_cannot_be_read_is_named_for_what_it_nearly_is() {
        let mut list = include_bytes!("../../fixtures/pki/revocation/root.crl").to_vec();
        let signature = [0x03, 0x82, 0x01, 0x81, 0x00];
        let place = list
            .windows(signature.len())
            .rposition(|window| window == signature)
            .unwrap();
        list[place + 4] = 1;
        let evidence = Evidence::default().with(list);
        let error = &evidence.unreadable()[0].error;
        let structure = match error {
            Error::Malformed { structure, .. } => *structure,
            _ => "",
        };
        assert_eq!(structure, "CertificateList", "{error}");
    }
}
