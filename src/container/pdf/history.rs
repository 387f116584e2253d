//! The revisions from the first signed one on, each read once and compared with the next.

use bytes::Bytes;

use super::comparison;
use super::dss::{DocumentSecurityStore, Gatherer};
use super::lexer;
use super::modification::{Change, Modification, ModificationKind};
use super::problem::FormatProblem;
use super::revision::{Revision, Revisions};
use super::signature_dictionary::{self, SignatureDictionary};
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;

/// Misplaced objects that are named; the first one already tells that no offset holds.
const MISPLACED: usize = 100;

/// What the revisions tell.
pub(super) struct History {
    /// All changes, in the order of the revisions.
    pub(super) changes: Vec<Modification>,
    /// The evidence of all revisions.
    pub(super) store: DocumentSecurityStore,
    pub(super) problems: Vec<FormatProblem>,
}

/// Reads the revisions before `last`, which is already read, back to the first signed one.
///
/// # Errors
///
/// [`Error::OverLimit`] when all of them together are larger than `limits` allow.
pub(super) fn read(
    file: &Bytes,
    revisions: &Revisions,
    last: &State,
    signatures: &mut [SignatureDictionary],
    limits: &Limits,
) -> Result<History, Error> {
    let newest = revisions.all.len().saturating_sub(1);
    let first = signatures.iter().map(|signature| signature.revision).min();
    let first = first.unwrap_or(newest);
    let earlier = revisions.all.get(first..newest).unwrap_or_default();
    check_size(earlier, limits)?;
    let mut walk = Walk {
        file,
        revisions,
        changes: Vec::new(),
        gatherer: Gatherer::default(),
        problems: Vec::new(),
    };
    let mut before: Option<State> = None;
    for (index, revision) in earlier.iter().enumerate() {
        let index = first + index;
        let bytes = file.get(..revision.end).unwrap_or_default();
        match State::read(bytes, revisions.header) {
            Ok(state) => {
                walk.step(before.as_ref(), &state, index, limits)?;
                compare_dictionaries(signatures, &state, last, index);
                before = Some(state);
            }
            Err(_) => walk.unreadable(index),
        }
    }
    walk.step(before.as_ref(), last, newest, limits)?;
    Ok(walk.finish())
}

fn check_size(revisions: &[Revision], limits: &Limits) -> Result<(), Error> {
    let sizes = revisions.iter().map(|revision| revision.end as u64);
    if sizes.sum::<u64>() > limits.pdf_revision_bytes {
        return Err(Error::OverLimit {
            limit: "bytes in all revisions together",
            allowed: limits.pdf_revision_bytes,
        });
    }
    Ok(())
}

/// A signature keeps its dictionary for good.
fn compare_dictionaries(
    signatures: &mut [SignatureDictionary],
    state: &State,
    last: &State,
    revision: usize,
) {
    let closing = signatures
        .iter_mut()
        .filter(|signature| signature.revision == revision);
    for signature in closing {
        let then = signature_dictionary::values(state, signature);
        let now = signature_dictionary::values(last, signature);
        if !comparison::same_dictionaries(then, now) {
            let problem = FormatProblem::DictionaryChanged { revision };
            signature.problems.push(problem);
        }
    }
}

struct Walk<'a> {
    file: &'a Bytes,
    revisions: &'a Revisions,
    changes: Vec<Modification>,
    gatherer: Gatherer,
    problems: Vec<FormatProblem>,
}

impl Walk<'_> {
    fn step(
        &mut self,
        before: Option<&State>,
        state: &State,
        index: usize,
        limits: &Limits,
    ) -> Result<(), Error> {
        let revision = self.revisions.all.get(index);
        if revision.is_some_and(|revision| state.is_repaired(revision)) {
            let problem = FormatProblem::CrossReferenceRepaired { revision: index };
            self.problems.push(problem);
        }
        for (object, offset) in state.misplaced(self.file) {
            let problem = FormatProblem::ObjectMisplaced { object, offset };
            if self.problems.len() < MISPLACED && !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        if let Some(before) = before {
            self.changes
                .extend(comparison::compare(before, state, index));
            if !self.same_encryption(before, state, index) {
                self.suspicious(index, Change::Encryption);
            }
        }
        self.gatherer.add(state, index, limits)
    }

    fn unreadable(&mut self, index: usize) {
        let problem = FormatProblem::RevisionUnreadable { revision: index };
        self.problems.push(problem);
        self.suspicious(index, Change::RevisionUnreadable);
    }

    fn same_encryption(&self, before: &State, state: &State, index: usize) -> bool {
        let encryption = |index: Option<usize>| {
            let revision = self.revisions.all.get(index?)?;
            revision.encryption.as_deref()
        };
        let now = encryption(Some(index));
        let object = now.and_then(|written| lexer::unsigned(written, 0));
        let place = |state: &State| state.place(u32::try_from(object?.0).ok()?);
        now == encryption(index.checked_sub(1)) && place(before) == place(state)
    }

    fn suspicious(&mut self, revision: usize, change: Change) {
        self.changes.push(Modification {
            kind: ModificationKind::Suspicious,
            object: None,
            revision,
            page: None,
            field: None,
            change,
            forbidden_by: None,
        });
    }

    fn finish(mut self) -> History {
        let unparsed = self
            .revisions
            .problems
            .iter()
            .find_map(|problem| match problem {
                FormatProblem::BytesAfterLastRevision { offset, count } => Some((*offset, *count)),
                _ => None,
            });
        if let Some((offset, count)) = unparsed {
            let change = Change::UnparsedBytes { offset, count };
            self.suspicious(self.revisions.all.len(), change);
        }
        self.problems.append(&mut self.gatherer.problems);
        self.problems.dedup();
        History {
            changes: self.changes,
            store: self.gatherer.finish(),
            problems: self.problems,
        }
    }
}
