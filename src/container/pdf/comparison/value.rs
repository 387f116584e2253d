//! Equality of values between revisions, and the references inside them.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::super::state::State;

/// Objects whose value differs, that appeared or that are gone.
pub(super) fn changed(old: &State, new: &State) -> HashSet<ObjectId> {
    let mut changed = HashSet::new();
    for (id, object) in new.objects() {
        if old.object(id).is_none_or(|earlier| !same(earlier, object)) {
            changed.insert(id);
        }
    }
    for (id, _) in old.objects() {
        if new.object(id).is_none() {
            changed.insert(id);
        }
    }
    // What cannot be read here another reader may read: it must stay in its place.
    for id in new.placed() {
        if new.object(id).is_none() && old.places(id.0) != new.places(id.0) {
            changed.insert(id);
        }
    }
    changed
}

/// Whether two objects have the same value; references must be the same ones.
pub(super) fn same(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::String(old, _), Object::String(new, _)) => old == new,
        (Object::Integer(whole), Object::Real(real))
        | (Object::Real(real), Object::Integer(whole)) => *whole as f64 == f64::from(*real),
        (Object::Array(old), Object::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
        }
        (Object::Dictionary(old), Object::Dictionary(new)) => same_dictionary(old, new),
        (Object::Stream(old), Object::Stream(new)) => {
            same_dictionary(&old.dict, &new.dict) && old.content == new.content
        }
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

/// Every reference inside `object`, at any depth of direct objects.
pub(super) fn references(object: &Object) -> Vec<ObjectId> {
    let mut found = Vec::new();
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        match object {
            Object::Reference(id) => found.push(*id),
            Object::Array(elements) => waiting.extend(elements),
            Object::Dictionary(dictionary) => {
                waiting.extend(dictionary.iter().map(|(_, value)| value));
            }
            Object::Stream(stream) => {
                waiting.extend(stream.dict.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found
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
