//! Equality of values between revisions, and the references inside them.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Object};

use super::super::state::State;

/// Numbers whose objects have another value, appeared or are gone. What can be read in more
/// than one way, or what cannot be read here while another reader may, must stay in its place.
pub(super) fn changed(old: &State<'_>, new: &State<'_>) -> HashSet<u32> {
    let mut changed = HashSet::new();
    for number in new.relisted(old) {
        let (before, after) = (old.id(number), new.id(number));
        if before == after && old.place(number) == new.place(number) {
            continue;
        }
        let same = before == after
            && after.is_some_and(|id| {
                let values = (old.object(id), new.object(id));
                matches!(values, (Some(earlier), Some(later))
                    if same_value(old, new, earlier, later))
                    && new.is_clear(id)
            });
        if !same && before.or(after).is_some() {
            changed.insert(number);
        }
    }
    changed
}

/// Whether two objects of two revisions have the same value, streams with their content.
pub(super) fn same_value(
    before: &State<'_>,
    after: &State<'_>,
    old: &Object,
    new: &Object,
) -> bool {
    match (old, new) {
        (Object::Stream(old), Object::Stream(new)) => {
            let mut keys = keys(&old.dict, &new.dict);
            // The content itself is compared.
            keys.remove(&b"Length"[..]);
            let content = before.content(old);
            keys.into_iter()
                .all(|key| same_entry(&old.dict, &new.dict, key))
                && content.is_some()
                && content == after.content(new)
        }
        _ => same(old, new),
    }
}

/// Whether two objects that are no streams have the same value; references must be the same ones.
pub(super) fn same(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::String(old, _), Object::String(new, _)) => old == new,
        (Object::Integer(whole), Object::Real(real))
        | (Object::Real(real), Object::Integer(whole)) => *whole as f64 == f64::from(*real),
        (Object::Array(old), Object::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
        }
        (Object::Dictionary(old), Object::Dictionary(new)) => same_dictionary(old, new),
        _ => old == new,
    }
}

/// Whether `key` has the same value in both; null is the same as nothing (7.3.7).
pub(super) fn same_entry(old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
    match (entry(old, key), entry(new, key)) {
        (Some(old), Some(new)) => same(old, new),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// The keys of both dictionaries, each once.
pub(super) fn keys<'a>(old: &'a Dictionary, new: &'a Dictionary) -> BTreeSet<&'a [u8]> {
    let keys = |of: &'a Dictionary| of.iter().map(|(key, _)| key.as_slice());
    keys(old).chain(keys(new)).collect()
}

fn entry<'a>(of: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    of.get(key).ok().filter(|value| !value.is_null())
}

/// Whether two dictionaries have the same entries.
pub(super) fn same_dictionary(old: &Dictionary, new: &Dictionary) -> bool {
    keys(old, new)
        .into_iter()
        .all(|key| same_entry(old, new, key))
}
