//! The revisions from the first signed one on, each compared with the next.

use super::comparison::{self, Steps};
use super::dss::{DocumentSecurityStore, Gatherer};
use super::lexer;
use super::modification::{Change, Modification, ModificationKind};
use super::objects::{Misplaced, Objects};
use super::problem::FormatProblem;
use super::revision::Revisions;
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

/// Compares the revisions of `objects` from the first signed one on.
///
/// # Errors
///
/// [`Error::OverLimit`] when the document holds too much evidence.
pub(super) fn read(
    objects: &Objects,
    revisions: &Revisions,
    signatures: &mut [SignatureDictionary],
    limits: &Limits,
) -> Result<History, Error> {
    let newest = revisions.all.len().saturating_sub(1);
    let first = signatures.iter().map(|signature| signature.revision).min();
    let first = first.unwrap_or(newest);
    let last = State::at(objects, newest);
    let mut steps = Steps::new(limits);
    let mut walk = Walk::new(revisions);
    walk.misplaced(objects, first);
    for index in first..=newest {
        let state = State::at(objects, index);
        if index > first {
            let before = State::at(objects, index - 1);
            let changes = comparison::compare(&before, &state, index, &mut steps)?;
            walk.add(changes, index, limits);
            walk.compare_encryption(&before, &state, index);
        }
        walk.gatherer.add(&state, index, limits)?;
        if index < newest {
            compare_dictionaries(signatures, &state, &last, index);
        }
    }
    Ok(walk.finish())
}

/// Gathers what a damaged file holds, in which no revision can be told from another.
///
/// # Errors
///
/// [`Error::OverLimit`] when the document holds too much evidence.
pub(super) fn read_repaired(
    state: &State<'_>,
    revisions: &Revisions,
    limits: &Limits,
) -> Result<History, Error> {
    let newest = revisions.all.len().saturating_sub(1);
    let mut walk = Walk::new(revisions);
    walk.gatherer.add(state, newest, limits)?;
    walk.problems
        .push(FormatProblem::CrossReferenceRepaired { revision: newest });
    Ok(walk.finish())
}

/// A signature keeps its dictionary for good.
fn compare_dictionaries(
    signatures: &mut [SignatureDictionary],
    state: &State<'_>,
    last: &State<'_>,
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
    revisions: &'a Revisions,
    changes: Vec<Modification>,
    gatherer: Gatherer,
    problems: Vec<FormatProblem>,
}

impl<'a> Walk<'a> {
    fn new(revisions: &'a Revisions) -> Self {
        Walk {
            revisions,
            changes: Vec::new(),
            gatherer: Gatherer::default(),
            problems: Vec::new(),
        }
    }

    /// An update that misplaces an object is broken; what nobody refers to in the signed
    /// revision shows nothing.
    fn misplaced(&mut self, objects: &Objects, first: usize) {
        let all: Vec<Misplaced> = objects.misplaced(first).take(MISPLACED).collect();
        let numbers = all.iter().map(|misplaced| misplaced.object.into());
        let used = objects.used(&numbers.collect(), first);
        for misplaced in all {
            let Misplaced { object, offset, .. } = misplaced;
            let used = misplaced.revision > first || used.contains(&object.into());
            self.problems.push(match used {
                true => FormatProblem::ObjectMisplaced { object, offset },
                false => FormatProblem::UnusedEntryMisplaced { object, offset },
            });
        }
    }

    /// Adds the changes of a revision; when there are too many already, that there are more.
    fn add(&mut self, changes: Vec<Modification>, index: usize, limits: &Limits) {
        let full = self.changes.len().saturating_add(changes.len()) > limits.pdf_changes;
        match full && !changes.is_empty() {
            true => self.suspicious(index, Change::More),
            false => self.changes.extend(changes),
        }
    }

    fn compare_encryption(&mut self, before: &State<'_>, state: &State<'_>, index: usize) {
        if !self.same_encryption(before, state, index) {
            self.suspicious(index, Change::Encryption);
        }
    }

    fn same_encryption(&self, before: &State<'_>, state: &State<'_>, index: usize) -> bool {
        let encryption = |index: Option<usize>| {
            let revision = self.revisions.all.get(index?)?;
            revision.sections.first()?.encryption.as_deref()
        };
        let now = encryption(Some(index));
        let object = now.and_then(|written| lexer::unsigned(written, 0));
        let place = |state: &State<'_>| state.place(u32::try_from(object?.0).ok()?);
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
