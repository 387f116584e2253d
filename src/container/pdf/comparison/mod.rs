//! Two revisions of a document, compared: every change that a reader could show is
//! allowed by a rule or suspicious (ISO 32000-2, 12.8.2.2.2).
//!
//! Rules know the catalog, the form, pages and annotations. Everything else is walked
//! from there in the later revision and must not have changed. An object that is reached
//! in two ways is judged in both, so that evidence or an appearance that a page also
//! shows as content counts as content.

mod covering;
mod form;
mod page;
mod structure;
mod value;

use std::collections::{BTreeMap, HashMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::ObjectNumber;
use super::discovery::Field;
use super::modification::{Change, Modification, ModificationKind};
use super::page_tree;
use super::parser::references;
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;
use value::{keys, same_entry};

/// Changes listed one by one between two revisions.
const LISTED: usize = 1_000;

/// What changed from `old` to `new`, which is revision `revision`, in at most so many `steps`
/// from object to object, of which those that were made are taken.
///
/// # Errors
///
/// [`Error::OverLimit`] when they do not do.
pub(super) fn compare(
    old: &State<'_>,
    new: &State<'_>,
    revision: usize,
    steps: &mut Steps,
) -> Result<Vec<Modification>, Error> {
    let mut comparison = Comparison {
        old,
        new,
        revision,
        changed: value::changed(old, new),
        earlier: HashMap::new(),
        root: new.root(),
        pages: page_tree::tree(new),
        fields: HashMap::new(),
        groups: HashSet::new(),
        filled: HashSet::new(),
        judged: HashSet::new(),
        shown: HashMap::new(),
        waiting: Vec::new(),
        visited: HashSet::new(),
        found: Vec::new(),
    };
    comparison.run();
    steps.take(comparison.pages.len() + comparison.fields.len())?;
    comparison.walk(steps)?;
    Ok(comparison.found)
}

/// What the comparisons of one document may still cost.
pub(super) struct Steps {
    allowed: usize,
    left: usize,
}

impl Steps {
    pub(super) fn new(limits: &Limits) -> Self {
        Steps {
            allowed: limits.pdf_comparisons,
            left: limits.pdf_comparisons,
        }
    }

    fn take(&mut self, steps: usize) -> Result<(), Error> {
        let left = self.left.checked_sub(steps);
        self.left = left.ok_or(Error::OverLimit {
            limit: "comparisons of objects in one PDF",
            allowed: self.allowed as u64,
        })?;
        Ok(())
    }
}

/// Whether a dictionary is there in both revisions with the same entries.
pub(super) fn same_dictionaries(old: Option<&Dictionary>, new: Option<&Dictionary>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => value::same_dictionary(old, new),
        _ => false,
    }
}

struct Comparison<'a> {
    old: &'a State<'a>,
    new: &'a State<'a>,
    revision: usize,
    changed: HashSet<u32>,
    /// Fields and widgets of the earlier form.
    earlier: HashMap<ObjectId, Field<'a>>,
    root: Option<ObjectId>,
    /// Pages and nodes of their tree, with the index of each page.
    pages: BTreeMap<ObjectId, Option<usize>>,
    /// Fields and widgets of the later form.
    fields: HashMap<ObjectId, Field<'a>>,
    /// Fields that have others below them.
    groups: HashSet<ObjectId>,
    /// Fields that got another value or a signature, and their widgets.
    filled: HashSet<ObjectId>,
    /// Annotations and other objects that a rule judges.
    judged: HashSet<ObjectId>,
    /// New fields by the page that shows them.
    shown: HashMap<ObjectId, usize>,
    waiting: Vec<(ObjectId, Manner)>,
    visited: HashSet<(ObjectId, Manner)>,
    found: Vec<Modification>,
}

/// How an object is reached outside the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Manner {
    /// From structure that may lead back to pages, fields and annotations, which have rules.
    Structure,
    /// As something that is shown: nothing there has a rule of its own.
    Content,
    /// From something that may be new: new objects are allowed, changed ones are not.
    Fresh,
}

/// Where a change is: the page, when it is on one, and the object.
#[derive(Debug, Clone, Copy, Default)]
struct Spot {
    page: Option<usize>,
    id: Option<ObjectId>,
}

impl Spot {
    fn object(id: ObjectId) -> Self {
        Spot {
            page: None,
            id: Some(id),
        }
    }
}

impl Comparison<'_> {
    fn run(&mut self) {
        let (old, new) = (self.old.trailer(), self.new.trailer());
        if !self.same_object(old, new, b"Info") {
            let change = Change::DocumentInformation;
            self.report(ModificationKind::Metadata, Spot::default(), change);
        }
        if self.changed.is_empty() && same_entry(old, new, b"Root") {
            return;
        }
        self.follow_entry(new, b"Encrypt", Manner::Structure);
        self.containers();
        let (Some(old), Some(new)) = (self.old.catalog(), self.new.catalog()) else {
            self.ambiguous();
            self.suspicious(self.catalog_spot(), Change::CatalogReplaced);
            return;
        };
        self.form(old, new);
        self.catalog(old, new);
        self.page_tree();
        self.removed();
        self.ambiguous();
    }

    /// What this revision wrote and readers may read differently, wherever it is used.
    fn ambiguous(&mut self) {
        let numbers = self.changed.iter();
        let mut found: Vec<ObjectId> = numbers
            .filter_map(|number| self.new.id(*number))
            .filter(|id| !self.new.is_clear(*id))
            .collect();
        // A signature dictionary shows nothing; its signature answers for it.
        let shown = |id: &ObjectId| self.fields.contains_key(id) || self.judged.contains(id);
        let signature = |id: &ObjectId| {
            let dictionary = self.new.object_dictionary(*id);
            dictionary.is_some_and(|dictionary| dictionary.has(b"ByteRange"))
        };
        found.retain(|id| shown(id) || !signature(id));
        found.sort_unstable();
        for id in found {
            self.suspicious(Spot::object(id), Change::ObjectAmbiguous);
        }
    }

    /// What the object streams of the earlier revision depend on stays, such as their lengths.
    fn containers(&mut self) {
        let old = self.old;
        for number in old.containers() {
            if let Some(Object::Stream(stream)) = old.id(number).and_then(|id| old.object(id)) {
                self.follow_all(&stream.dict, Manner::Structure);
            }
        }
    }

    /// The document catalog (7.7.2): some entries have rules, all others stay.
    fn catalog(&mut self, old: &Dictionary, new: &Dictionary) {
        let spot = self.catalog_spot();
        for key in keys(old, new) {
            let (kind, change) = match key {
                b"DSS" => (ModificationKind::LongTermEvidence, Change::SecurityStore),
                b"Extensions" => (ModificationKind::LongTermEvidence, Change::Extensions),
                b"Version" => (ModificationKind::Metadata, Change::Extensions),
                b"Metadata" => (ModificationKind::Metadata, Change::MetadataStream),
                b"AcroForm" => continue,
                b"StructTreeRoot" => {
                    self.structure_tree(old, new);
                    continue;
                }
                b"Names" => {
                    self.names(old, new);
                    continue;
                }
                _ => {
                    self.keep(spot, old, new, key, Manner::Structure);
                    continue;
                }
            };
            if !self.same_subtree(old, new, key) {
                self.report(kind, spot, change);
            }
        }
    }

    /// The name dictionary (7.7.4) may gain the appearances that annotations share.
    fn names(&mut self, old: &Dictionary, new: &Dictionary) {
        let empty = Dictionary::new();
        let (before, after) = (self.old, self.new);
        let old = before.dictionary_value(old, b"Names").unwrap_or(&empty);
        let new = after.dictionary_value(new, b"Names").unwrap_or(&empty);
        let spot = self.catalog_spot();
        for key in keys(old, new) {
            match key {
                b"AP" if !old.has(key) => self.follow_entry(new, key, Manner::Fresh),
                _ => self.keep(spot, old, new, key, Manner::Structure),
            }
        }
    }

    fn catalog_spot(&self) -> Spot {
        Spot {
            page: None,
            id: self.root,
        }
    }

    /// Pages and fields that are gone although nothing may remove them.
    fn removed(&mut self) {
        let pages = page_tree::tree(self.old).into_keys();
        let fields = self.earlier.keys().copied();
        let mut gone: Vec<ObjectId> = pages.chain(fields).collect();
        gone.retain(|id| self.new.object(*id).is_none());
        gone.sort_unstable();
        for id in gone {
            self.suspicious(Spot::object(id), Change::ObjectRemoved);
        }
    }

    /// Visits what the rules left to the walk.
    fn walk(&mut self, steps: &mut Steps) -> Result<(), Error> {
        while let Some((id, manner)) = self.waiting.pop() {
            steps.take(1)?;
            let judged = manner != Manner::Content && self.has_rule(id);
            if judged || !self.visited.insert((id, manner)) {
                continue;
            }
            let appeared = self.old.object(id).is_none();
            let later = self.new.object(id);
            let changed = self.changed.contains(&id.0);
            if changed && !(manner == Manner::Fresh && appeared) {
                if manner != Manner::Content && self.element(id) {
                    continue;
                }
                let change = match later {
                    None => Change::ObjectRemoved,
                    Some(_) if appeared => Change::ObjectDefined,
                    Some(_) => Change::ObjectReplaced,
                };
                self.suspicious(Spot::object(id), change);
            } else if let Some(object) = later {
                self.follow(object, manner);
            } else if self.new.id(id.0).is_some() {
                // What cannot be read here, another reader may see, with all behind it.
                self.suspicious(Spot::object(id), Change::ObjectAmbiguous);
            }
        }
        Ok(())
    }

    fn has_rule(&self, id: ObjectId) -> bool {
        self.root == Some(id)
            || self.pages.contains_key(&id)
            || self.fields.contains_key(&id)
            || self.judged.contains(&id)
    }

    /// An entry that must stay, with all that it refers to.
    fn keep(&mut self, spot: Spot, old: &Dictionary, new: &Dictionary, key: &[u8], manner: Manner) {
        let stays = self.keep_reference(spot, old, new, key);
        let manner = if stays { manner } else { Manner::Fresh };
        match (new.get(key), same_entry(old, new, key)) {
            (Ok(Object::Reference(_)), false) => {
                let state = self.new;
                if let Some(copy) = state.value(new, key) {
                    self.follow(copy, manner);
                }
            }
            (Ok(value), _) => self.follow(value, manner),
            (Err(_), _) => {}
        }
    }

    /// An entry that must stay, while what it refers to has rules of its own. A copy in
    /// another object is no change.
    fn keep_reference(
        &mut self,
        spot: Spot,
        old: &Dictionary,
        new: &Dictionary,
        key: &[u8],
    ) -> bool {
        let copy = || match (self.old.value(old, key), self.new.value(new, key)) {
            (Some(old), Some(new)) => self.same_value(old, new),
            _ => false,
        };
        let stays = same_entry(old, new, key) || copy();
        if !stays {
            self.suspicious(spot, Change::Entry { key: key.into() });
        }
        stays
    }

    /// Leaves every reference in `object` to the walk.
    fn follow(&mut self, object: &Object, manner: Manner) {
        let references = references(object);
        self.waiting
            .extend(references.into_iter().map(|id| (id, manner)));
    }

    fn same_value(&self, old: &Object, new: &Object) -> bool {
        value::same_value(self.old, self.new, old, new)
    }

    /// Whether an entry has the same value in the same or in another object.
    fn same_object(&self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
        let target = new.get(key).and_then(Object::as_reference);
        let moved = target.is_ok_and(|id| self.changed.contains(&id.0));
        if same_entry(old, new, key) && !moved {
            return true;
        }
        match (self.old.value(old, key), self.new.value(new, key)) {
            (Some(old), Some(new)) => self.same_value(old, new),
            (old, new) => old.is_none() && new.is_none(),
        }
    }

    /// Whether an entry and everything behind it stayed.
    fn same_subtree(&self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
        let Ok(value) = new.get(key) else {
            return !old.has(key);
        };
        let mut waiting = references(value);
        let mut seen = HashSet::new();
        while let Some(id) = waiting.pop() {
            if self.changed.contains(&id.0) {
                return false;
            }
            if let Some(object) = self.new.object(id).filter(|_| seen.insert(id)) {
                waiting.extend(references(object));
            }
        }
        same_entry(old, new, key)
    }

    fn suspicious(&mut self, spot: Spot, change: Change) {
        self.report(ModificationKind::Suspicious, spot, change);
    }

    fn report(&mut self, kind: ModificationKind, spot: Spot, change: Change) {
        let (kind, change) = match self.found.len() {
            LISTED => (ModificationKind::Suspicious, Change::More),
            listed if listed > LISTED => return,
            _ => (kind, change),
        };
        let field = spot.id.and_then(|id| self.fields.get(&id));
        self.found.push(Modification {
            kind,
            object: spot.id.map(ObjectNumber::from),
            revision: self.revision,
            page: spot.page,
            field: field.map(|field| field.name.clone()),
            change,
            forbidden_by: None,
        });
    }
}
