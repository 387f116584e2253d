//! PDF (ISO 32000-2): the signatures of a document, the bytes each one covers,
//! the evidence it carries and what later revisions changed.

mod byte_range;
mod comparison;
mod cross_reference;
mod decryption;
mod description;
mod discovery;
mod dss;
mod field_lock;
mod hidden;
mod history;
mod judgement;
mod lexer;
mod modification;
mod objects;
mod page_tree;
mod parser;
mod problem;
mod revision;
mod signature_dictionary;
mod state;
mod stillness;
mod stream;
mod update;

#[cfg(test)]
mod tests;

use std::fmt;

pub use byte_range::ByteRange;
pub use dss::{DocumentSecurityStore, SignatureEvidence, StoredObject};
pub use field_lock::FieldLock;
pub use hidden::HiddenMaterial;
pub use modification::{Change, Modification, ModificationKind, Prohibition, Visibility};
pub use problem::FormatProblem;
pub use signature_dictionary::{Permissions, SignatureDictionary, SignatureRole};
pub use update::{PendingTimestamp, StoreAdditions};

use crate::error::Error;
use crate::limits::Limits;
use crate::source::Source;
use history::History;
use objects::Objects;
use revision::Revisions;
use state::{Repaired, State};

/// A PDF as far as signatures are concerned.
#[derive(Debug, Clone)]
pub struct PdfDocument {
    source: Source,
    signatures: Vec<SignatureDictionary>,
    security_store: DocumentSecurityStore,
    revisions: usize,
    problems: Vec<FormatProblem>,
}

impl PdfDocument {
    /// Finds the signatures of `source` and compares what they cover with what came later.
    ///
    /// A damaged file is read as far as it goes: what had to be repaired is among
    /// [`problems`](Self::problems), and among those of each signature that it concerns.
    ///
    /// # Errors
    ///
    /// [`Error::NotRecognised`] without a PDF header, [`Error::Malformed`] when no objects
    /// can be read, [`Error::Encrypted`] when the empty password does not open the file,
    /// [`Error::OverLimit`] when it is larger than `limits` allow, and what
    /// [`Source::intact`] tells.
    pub fn read(source: impl Into<Source>, limits: &Limits) -> Result<Self, Error> {
        Self::read_with_password(source, "", limits)
    }

    /// The same for a file that `password` opens, be it the user's or the owner's.
    ///
    /// # Errors
    ///
    /// As for [`PdfDocument::read`].
    pub fn read_with_password(
        source: impl Into<Source>,
        password: &str,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let source = source.into();
        if source.is_empty() {
            return Err(Error::Empty);
        }
        if source.length() as u64 > limits.document_bytes {
            return Err(Error::OverLimit {
                limit: "bytes",
                allowed: limits.document_bytes,
            });
        }
        let revisions = Revisions::read(&source, limits)?;
        let objects = match revisions.is_linked() {
            true => Objects::read(&source, &revisions, password, limits)?,
            false => None,
        };
        let newest = revisions.all.len().saturating_sub(1);
        let whole = objects.filter(|objects| State::at(objects, newest).catalog().is_some());
        let (mut signatures, history) = match whole {
            Some(objects) => {
                let read = read_whole(&source, &objects, &revisions, limits);
                objects.within()?;
                read?
            }
            None => read_damaged(&source, &revisions, password, limits)?,
        };
        let mut problems = revisions.problems;
        problems.extend(history.problems);
        let changes = judgement::judge(history.changes, &signatures);
        for signature in &mut signatures {
            let concerning = problems
                .iter()
                .filter(|problem| problem.concerns_every_signature());
            signature.problems.extend(concerning.cloned());
            signature.set_changes(&changes);
        }
        source.intact()?;
        Ok(PdfDocument {
            signatures,
            security_store: history.store,
            revisions: revisions.all.len(),
            problems,
            source,
        })
    }

    /// The file as it was read.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The signatures in the order of signing: by the revision that they close.
    pub fn signatures(&self) -> &[SignatureDictionary] {
        &self.signatures
    }

    /// The evidence in the document, over all its revisions from the first signed one on.
    pub fn security_store(&self) -> &DocumentSecurityStore {
        &self.security_store
    }

    /// How many revisions the file holds.
    pub fn revisions(&self) -> usize {
        self.revisions
    }

    /// What is wrong with the file as a whole.
    pub fn problems(&self) -> &[FormatProblem] {
        &self.problems
    }
}

fn read_whole(
    source: &Source,
    objects: &Objects,
    revisions: &Revisions,
    limits: &Limits,
) -> Result<(Vec<SignatureDictionary>, History), Error> {
    let last = State::at(objects, revisions.all.len().saturating_sub(1));
    let mut signatures = signature_dictionary::read(source, &last, revisions, limits)?;
    let history = history::read(objects, revisions, &mut signatures, limits)?;
    Ok((signatures, history))
}

/// Reads what lopdf can repair of a damaged file, so that its signatures are named.
fn read_damaged(
    source: &Source,
    revisions: &Revisions,
    password: &str,
    limits: &Limits,
) -> Result<(Vec<SignatureDictionary>, History), Error> {
    let end = revisions
        .all
        .last()
        .map_or(source.length(), |last| last.end);
    let until = source.get(0..end).unwrap_or_default();
    let repaired = Repaired::read(&until, revisions.header, password, limits)?;
    let signatures = signature_dictionary::read(source, &repaired.state(), revisions, limits)?;
    let history = history::read_repaired(&repaired.state(), revisions, limits)?;
    Ok((signatures, history))
}

/// The number and generation of an indirect object (7.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectNumber {
    /// The object number.
    pub number: u32,
    /// The generation number.
    pub generation: u16,
}

impl fmt::Display for ObjectNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.number, self.generation)
    }
}

impl From<lopdf::ObjectId> for ObjectNumber {
    fn from((number, generation): lopdf::ObjectId) -> Self {
        ObjectNumber { number, generation }
    }
}

impl From<ObjectNumber> for lopdf::ObjectId {
    fn from(object: ObjectNumber) -> Self {
        (object.number, object.generation)
    }
}
