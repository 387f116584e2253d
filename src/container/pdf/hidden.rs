//! What stands in a file without being shown, or is shown in another way by the next reader:
//! signatures that nothing refers to, objects that can be read in two ways, and the material
//! of shadow attacks, which a later update brings up (Mainka, Mladenov and
//! Rohlmann, "Shadow Attacks", NDSS 2021).

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use lopdf::{Object, ObjectId};

use super::ObjectNumber;
use super::page_tree;
use super::state::State;

/// Objects of one kind that are listed; the first one already asks for a look.
const LISTED: usize = 20;

/// Something in signed bytes that no reader shows, or that readers show in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HiddenMaterial {
    /// A page or a node of pages that the page tree does not reach.
    Page {
        /// The object.
        object: ObjectNumber,
    },
    /// A catalog from which the document does not start.
    Catalog {
        /// The object.
        object: ObjectNumber,
    },
    /// An object that can be read in more than one way, such as one in which a key stands twice.
    Ambiguous {
        /// The object.
        object: ObjectNumber,
    },
    /// An object that no cross-reference section lists.
    Unlisted {
        /// The number that it gives itself.
        object: ObjectNumber,
        /// Where it stands.
        offset: usize,
    },
}

/// What a look at every object of a file found.
#[derive(Default)]
pub(super) struct Survey {
    /// Objects that look like signatures.
    pub(super) signatures: Vec<ObjectId>,
    /// Pages, nodes of pages and catalogs.
    structure: BTreeMap<ObjectId, Structure>,
    /// Objects that can be read in more than one way.
    ambiguous: Vec<ObjectId>,
    /// Objects between those that are listed.
    unlisted: Vec<(ObjectNumber, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Structure {
    Page,
    Catalog,
}

impl Survey {
    /// Looks at one object that the file shows in its last revision.
    pub(super) fn see(&mut self, id: ObjectId, object: &Object) {
        let Ok(dictionary) = object.as_dict() else {
            return;
        };
        let kind = dictionary.get_type().unwrap_or_default();
        let typed = matches!(kind, b"Sig" | b"DocTimeStamp");
        if dictionary.has(b"ByteRange") || typed && dictionary.has(b"Contents") {
            self.signatures.push(id);
        }
        match kind {
            b"Page" | b"Pages" => self.structure.insert(id, Structure::Page),
            b"Catalog" => self.structure.insert(id, Structure::Catalog),
            _ => None,
        };
    }

    /// Notes an object that can be read in more than one way.
    pub(super) fn see_ambiguous(&mut self, id: ObjectId) {
        if self.ambiguous.len() < LISTED {
            self.ambiguous.push(id);
        }
    }

    /// Notes an object that no section lists.
    pub(super) fn see_unlisted(&mut self, object: ObjectNumber, offset: usize) {
        if self.unlisted.len() < LISTED {
            self.unlisted.push((object, offset));
        }
    }

    /// What the last revision, `state`, does not show, each with the offset where it stands.
    pub(super) fn hidden(&self, state: &State<'_>) -> Vec<(usize, HiddenMaterial)> {
        let shown: HashSet<ObjectId> = page_tree::tree(state).into_keys().collect();
        let root = state.root();
        let structure = self.structure.iter();
        let structure = structure
            .filter(|(id, _)| !shown.contains(id) && root != Some(**id))
            .filter_map(|(id, kind)| {
                let object = ObjectNumber::from(*id);
                let material = match kind {
                    Structure::Page => HiddenMaterial::Page { object },
                    Structure::Catalog => HiddenMaterial::Catalog { object },
                };
                Some((state.place(id.0)?.offset(), material))
            });
        let ambiguous = self.ambiguous.iter().filter_map(|id| {
            let object = ObjectNumber::from(*id);
            let material = HiddenMaterial::Ambiguous { object };
            Some((state.place(id.0)?.offset(), material))
        });
        let unlisted = self.unlisted.iter();
        let unlisted = unlisted.map(|(object, offset)| {
            let (object, offset) = (*object, *offset);
            (offset, HiddenMaterial::Unlisted { object, offset })
        });
        let shown_otherwise = structure.take(LISTED).chain(ambiguous);
        shown_otherwise.chain(unlisted).collect()
    }
}

impl fmt::Display for HiddenMaterial {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HiddenMaterial::Page { object } => {
                write!(
                    out,
                    "object {object} is a page that the document does not show"
                )
            }
            HiddenMaterial::Catalog { object } => write!(
                out,
                "object {object} is a catalog from which the document does not start"
            ),
            HiddenMaterial::Ambiguous { object } => {
                write!(out, "object {object} can be read in more than one way")
            }
            HiddenMaterial::Unlisted { object, offset } => write!(
                out,
                "object {object} at byte {offset} is in no cross-reference section"
            ),
        }
    }
}
