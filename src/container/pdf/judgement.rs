//! Changes under what earlier signatures permit: certification (ISO 32000-2, 12.8.2.2) and
//! locked fields (12.8.2.4).

use std::collections::HashSet;
use std::sync::Arc;

use super::ObjectNumber;
use super::field_lock::FieldLock;
use super::modification::{Modification, Prohibition};
use super::signature_dictionary::{Permissions, SignatureDictionary};

/// The changes, in their order, each under the signatures of earlier revisions.
pub(super) fn judge(
    changes: Vec<Modification>,
    signatures: &[SignatureDictionary],
) -> Arc<[Modification]> {
    let rules = Rules::new(signatures);
    let judged = changes.into_iter().map(|change| rules.judge(change));
    judged.collect()
}

struct Rules<'a> {
    /// Certifications by revision, each the strictest so far.
    certifications: Vec<(usize, Permissions)>,
    locks: Vec<(&'a SignatureDictionary, &'a FieldLock)>,
    /// Fields with a signature whose form is sound. Names do not tell fields apart: nothing keeps
    /// an update from giving one to a second field.
    sound: HashSet<ObjectNumber>,
}

impl<'a> Rules<'a> {
    fn new(signatures: &'a [SignatureDictionary]) -> Self {
        let mut certifications: Vec<(usize, Permissions)> = signatures
            .iter()
            .filter_map(|signature| Some((signature.revision, signature.permissions?)))
            .collect();
        certifications.sort_by_key(|(revision, _)| *revision);
        let mut strictest = Permissions::Annotations;
        for (_, permissions) in &mut certifications {
            strictest = strictest.min(*permissions);
            *permissions = strictest;
        }
        let locks = signatures
            .iter()
            .flat_map(|signature| signature.locks.iter().map(move |lock| (signature, lock)));
        let sound = signatures
            .iter()
            .filter(|signature| signature.problems.is_empty())
            .flat_map(SignatureDictionary::fields);
        Rules {
            certifications,
            locks: locks.collect(),
            sound: sound.collect(),
        }
    }

    fn judge(&self, change: Modification) -> Modification {
        let revision = change.revision;
        let is_sound = |field: &ObjectNumber| self.sound.contains(field);
        if change.signs() && !change.object.as_ref().is_some_and(is_sound) {
            return change.forbidden(Prohibition::BrokenSignature);
        }
        let earlier = self.certifications.iter().rev();
        let strictest = earlier
            .skip_while(|(certified, _)| *certified >= revision)
            .map(|(_, permissions)| *permissions)
            .next();
        let lock = change
            .field
            .as_deref()
            .filter(|_| change.sets_value())
            .and_then(|field| self.lock(field, revision));
        match (lock, strictest) {
            (Some(lock), _) => change.forbidden(lock),
            (None, Some(permissions)) => change.under(permissions),
            (None, None) => change,
        }
    }

    fn lock(&self, field: &str, revision: usize) -> Option<Prohibition> {
        let mut locks = self.locks.iter();
        let (signature, _) =
            locks.find(|(signature, lock)| signature.revision < revision && lock.covers(field))?;
        Some(Prohibition::FieldLock(signature.object))
    }
}
