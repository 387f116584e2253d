//! Rules for the logical structure (ISO 32000-2, 14.7): in a tagged document the widget of
//! a new signature gets an element, and nothing that is read aloud changes.

use std::collections::{BTreeMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::super::modification::Change;
use super::super::state::State;
use super::value::{keys, same};
use super::{Comparison, Manner, Spot};

impl Comparison<'_> {
    /// The root of the structure tree and the table that leads back from content to it.
    pub(super) fn structure_tree(&mut self, old: &Dictionary, new: &Dictionary) {
        let key = b"StructTreeRoot";
        let id = new.get(key).and_then(Object::as_reference).ok();
        let before = self.old.dictionary_value(old, key);
        let after = self.new.dictionary_value(new, key);
        let (Some(before), Some(after)) = (before, after) else {
            self.keep(self.catalog_spot(), old, new, key, Manner::Structure);
            return;
        };
        self.judged.extend(id);
        let spot = Spot { page: None, id };
        for key in keys(before, after) {
            match key {
                b"K" => self.kids(spot, before, after),
                b"ParentTree" => self.parent_tree(spot, before, after),
                b"ParentTreeNextKey" => {}
                _ => self.keep(spot, before, after, key, Manner::Structure),
            }
        }
    }

    /// Judges `id` when it is an element of the structure tree, and tells whether it was.
    pub(super) fn element(&mut self, id: ObjectId) -> bool {
        let (old, new) = (
            self.old.object_dictionary(id),
            self.new.object_dictionary(id),
        );
        let (Some(old), Some(new)) = (old, new) else {
            return false;
        };
        if self.old.name(old, b"Type") != Some(b"StructElem") || !old.has(b"P") {
            return false;
        }
        for key in keys(old, new) {
            match key {
                b"K" => self.kids(Spot::object(id), old, new),
                _ => self.keep(Spot::object(id), old, new, key, Manner::Structure),
            }
        }
        true
    }

    /// Kids stay in their order; those that join them belong to new signatures.
    fn kids(&mut self, spot: Spot, old: &Dictionary, new: &Dictionary) {
        let (before, after) = (self.old, self.new);
        let earlier = members(before, old);
        let mut remaining = earlier.iter();
        let mut awaited = remaining.next();
        for kid in members(after, new) {
            if awaited.is_some_and(|awaited| same(awaited, kid)) {
                awaited = remaining.next();
                self.follow(kid, Manner::Structure);
            } else if self.is_signature_element(kid) {
                self.follow(kid, Manner::Fresh);
            } else {
                let key = b"K"[..].into();
                self.suspicious(spot, Change::Entry { key });
                return;
            }
        }
        if awaited.is_some() {
            let key = b"K"[..].into();
            self.suspicious(spot, Change::Entry { key });
        }
    }

    /// Numbers keep the elements that they lead to; new numbers may join them.
    fn parent_tree(&mut self, spot: Spot, old: &Dictionary, new: &Dictionary) {
        let (before, after) = (self.old, self.new);
        let mut earlier = numbers(before, old);
        let later = numbers(after, new);
        for (number, value) in &later {
            let Some(earlier) = earlier.remove(number) else {
                self.follow(value, Manner::Fresh);
                continue;
            };
            let copied = same(before.resolve(earlier), after.resolve(value));
            if !copied {
                let key = b"ParentTree"[..].into();
                self.suspicious(spot, Change::Entry { key });
                continue;
            }
            self.follow(after.resolve(value), Manner::Structure);
        }
        if !earlier.is_empty() {
            let key = b"ParentTree"[..].into();
            self.suspicious(spot, Change::Entry { key });
        }
    }

    /// A new element, or a reference in an old one, to the widget of a new signature.
    fn is_signature_element(&self, kid: &Object) -> bool {
        let appeared = kid
            .as_reference()
            .is_ok_and(|id| self.old.object(id).is_none());
        let Some(dictionary) = self
            .new
            .dictionary(kid)
            .filter(|_| appeared || kid.as_dict().is_ok())
        else {
            return false;
        };
        let leads_to_signature = |object: &Dictionary| {
            let widget = object.get(b"Obj").and_then(Object::as_reference);
            widget.is_ok_and(|id| self.is_fresh_signature_field(id))
        };
        let kids = members(self.new, dictionary);
        leads_to_signature(dictionary)
            || !kids.is_empty()
                && kids
                    .iter()
                    .all(|kid| self.new.dictionary(kid).is_some_and(leads_to_signature))
    }
}

/// The kids of an element: an array of them, or a single one.
fn members<'a>(state: &State<'a>, of: &'a Dictionary) -> Vec<&'a Object> {
    match (state.value(of, b"K"), of.get(b"K")) {
        (Some(Object::Array(kids)), _) => kids.iter().collect(),
        (Some(_), Ok(single)) => vec![single],
        _ => Vec::new(),
    }
}

/// The entries of the number tree at `/ParentTree` (7.9.7).
fn numbers<'a>(state: &State<'a>, of: &'a Dictionary) -> BTreeMap<i64, &'a Object> {
    let mut found = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut waiting: Vec<&Dictionary> = Vec::new();
    waiting.extend(state.dictionary_value(of, b"ParentTree"));
    while let Some(node) = waiting.pop() {
        for pair in state.elements(node, b"Nums").chunks_exact(2) {
            if let [number, value] = pair
                && let Ok(number) = state.resolve(number).as_i64()
            {
                found.insert(number, value);
            }
        }
        for kid in state.elements(node, b"Kids") {
            if kid.as_reference().is_ok_and(|id| seen.insert(id)) {
                waiting.extend(state.dictionary(kid));
            }
        }
    }
    found
}
