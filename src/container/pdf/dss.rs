//! The document security store (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4.2).

use std::collections::HashSet;

use bytes::Bytes;
use lopdf::{Dictionary, Object};

use super::ObjectNumber;
use super::objects::Place;
use super::problem::FormatProblem;
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;

/// Evidence that the document carries, decoded, in the union over its revisions.
#[derive(Debug, Clone, Default)]
pub struct DocumentSecurityStore {
    /// Certificates of `/Certs` and of each `/VRI` entry's `/Cert`.
    pub certificates: Vec<StoredObject>,
    /// Certificate revocation lists of `/CRLs` and of each `/VRI` entry's `/CRL`.
    pub crls: Vec<StoredObject>,
    /// OCSP responses of `/OCSPs` and of each `/VRI` entry's `/OCSP`.
    pub ocsps: Vec<StoredObject>,
    /// Time-stamp tokens of each `/VRI` entry's `/TS`.
    pub timestamps: Vec<StoredObject>,
    /// What the store says about single signatures.
    pub signatures: Vec<SignatureEvidence>,
}

/// A piece of evidence and the revision that holds it first: what a time-stamp over that
/// revision proves depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// The decoded bytes.
    pub content: Bytes,
    /// The first revision that names it, from 0.
    pub revision: usize,
}

/// One entry of `/VRI` with the evidence that it was the first to name.
#[derive(Debug, Clone)]
pub struct SignatureEvidence {
    /// The hexadecimal SHA-1 digest of the `/Contents` that it belongs to.
    pub signature: String,
    /// The time `/TU`, which nobody signed, as written.
    pub claimed_time: Option<String>,
    /// The time-stamp token `/TS`, decoded.
    pub timestamp: Option<Bytes>,
}

/// Gathers the stores of one revision after the other, each stream once.
#[derive(Default)]
pub(super) struct Gatherer {
    store: DocumentSecurityStore,
    revision: usize,
    streams: HashSet<(lopdf::ObjectId, Place)>,
    contents: HashSet<Bytes>,
    pub(super) problems: Vec<FormatProblem>,
}

impl Gatherer {
    /// Adds what the store of `state`, that of `revision`, holds beyond the earlier ones.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when the stores name too many objects.
    pub(super) fn add(
        &mut self,
        state: &State<'_>,
        revision: usize,
        limits: &Limits,
    ) -> Result<(), Error> {
        self.revision = revision;
        let Some(store) = state
            .catalog()
            .and_then(|catalog| state.dictionary_value(catalog, b"DSS"))
        else {
            return Ok(());
        };
        self.add_lists(state, store, [b"Certs", b"CRLs", b"OCSPs"], limits);
        let entries = state.dictionary_value(store, b"VRI");
        for (key, value) in entries.into_iter().flat_map(Dictionary::iter) {
            let Some(entry) = state.dictionary(value).filter(|_| key != b"Type") else {
                continue;
            };
            self.add_lists(state, entry, [b"Cert", b"CRL", b"OCSP"], limits);
            self.add_signature(state, key, entry, limits);
        }
        if self.contents.len() > limits.certificates {
            return Err(Error::OverLimit {
                limit: "objects in the document security store",
                allowed: limits.certificates as u64,
            });
        }
        Ok(())
    }

    pub(super) fn finish(self) -> DocumentSecurityStore {
        self.store
    }

    fn add_lists(&mut self, state: &State<'_>, of: &Dictionary, keys: [&[u8]; 3], limits: &Limits) {
        let [certificates, crls, ocsps] = keys.map(|key| {
            let elements = state.elements(of, key).iter();
            elements
                .filter_map(|element| self.stream(state, element, limits))
                .collect::<Vec<StoredObject>>()
        });
        self.store.certificates.extend(certificates);
        self.store.crls.extend(crls);
        self.store.ocsps.extend(ocsps);
    }

    fn add_signature(
        &mut self,
        state: &State<'_>,
        key: &[u8],
        entry: &Dictionary,
        limits: &Limits,
    ) {
        let timestamp = entry
            .get(b"TS")
            .ok()
            .and_then(|object| self.stream(state, object, limits));
        let signature = String::from_utf8_lossy(key).into_owned();
        let mut known = self.store.signatures.iter();
        if timestamp.is_none() && known.any(|known| known.signature == signature) {
            return;
        }
        self.store.timestamps.extend(timestamp.clone());
        self.store.signatures.push(SignatureEvidence {
            signature,
            claimed_time: state.text(entry, b"TU"),
            timestamp: timestamp.map(|stored| stored.content),
        });
    }

    /// The decoded content of a stream that was not met before.
    fn stream(
        &mut self,
        state: &State<'_>,
        object: &Object,
        limits: &Limits,
    ) -> Option<StoredObject> {
        let id = object.as_reference().ok()?;
        if !self.streams.insert((id, state.place(id.0)?)) {
            return None;
        }
        let content = state.decoded(id, limits).ok().flatten();
        let Some(content) = content.map(Bytes::from) else {
            self.problems.push(FormatProblem::EvidenceUnreadable {
                object: ObjectNumber::from(id),
            });
            return None;
        };
        let revision = self.revision;
        self.contents
            .insert(content.clone())
            .then_some(StoredObject { content, revision })
    }
}
