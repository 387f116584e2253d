//! Rules for pages (ISO 32000-2, 7.7.3) and their annotations (12.5).

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::modification::{Change, ModificationKind};
use super::super::state::State;
use super::value::{keys, same_entry};
use super::{Comparison, Manner, Spot};

impl Comparison<'_> {
    /// Every page and node of the later tree; the tree itself must not change.
    pub(super) fn page_tree(&mut self) {
        let pages: Vec<(ObjectId, Option<usize>)> =
            self.pages.iter().map(|(id, page)| (*id, *page)).collect();
        for (id, page) in pages {
            let (old, new) = (
                self.old.object_dictionary(id),
                self.new.object_dictionary(id),
            );
            let spot = Spot { page, id: Some(id) };
            match (old, new) {
                (Some(old), Some(new)) => self.page(spot, old, new),
                _ => self.suspicious(spot, Change::ObjectDefined),
            }
        }
    }

    fn page(&mut self, spot: Spot, old: &Dictionary, new: &Dictionary) {
        for key in keys(old, new) {
            match (key, spot.page) {
                (b"Annots", Some(page)) => self.page_annotations(page, old, new),
                (b"Parent", _) => {
                    self.keep_reference(spot, old, new, key);
                }
                (b"Contents" | b"Resources" | b"Group", _) => {
                    self.keep(spot, old, new, key, Manner::Content);
                }
                _ => self.keep(spot, old, new, key, Manner::Structure),
            }
        }
    }

    fn page_annotations(&mut self, page: usize, old: &Dictionary, new: &Dictionary) {
        let earlier = self.old.elements(old, b"Annots");
        let later = self.new.elements(new, b"Annots");
        let known: HashSet<ObjectId> = earlier
            .iter()
            .filter_map(|element| element.as_reference().ok())
            .collect();
        let staying: HashSet<ObjectId> = later
            .iter()
            .filter_map(|element| element.as_reference().ok())
            .collect();
        for element in earlier {
            if element
                .as_reference()
                .is_ok_and(|id| !staying.contains(&id))
            {
                let id = element.as_reference().ok();
                let kind = ModificationKind::Annotation;
                self.report(
                    kind,
                    Spot {
                        page: Some(page),
                        id,
                    },
                    Change::AnnotationRemoved,
                );
            }
        }
        let kept = |element: &&Object, of: &HashSet<ObjectId>| {
            element.as_reference().map_or(true, |id| of.contains(&id))
        };
        let before: Vec<&Object> = earlier
            .iter()
            .filter(|element| kept(element, &staying))
            .collect();
        let after: Vec<&Object> = later
            .iter()
            .filter(|element| kept(element, &known))
            .collect();
        if before != after {
            let kind = ModificationKind::Annotation;
            self.report(
                kind,
                Spot {
                    page: Some(page),
                    id: None,
                },
                Change::AnnotationChanged,
            );
        }
        for element in later {
            match element.as_reference() {
                Ok(id) if known.contains(&id) => self.annotation(page, id),
                Ok(id) => self.new_annotation(page, id),
                Err(_) => self.follow(element, Manner::Structure),
            }
        }
        self.covering(page, later, &known);
    }

    fn new_annotation(&mut self, page: usize, id: ObjectId) {
        if self.is_fresh_signature_field(id) {
            // An annotation belongs to one page (12.5.2).
            if *self.shown.entry(id).or_insert(page) != page {
                let subtype = b"Widget"[..].into();
                let spot = Spot {
                    page: Some(page),
                    id: Some(id),
                };
                self.suspicious(spot, Change::AnnotationAdded { subtype });
            }
            return;
        }
        let dictionary = self.new.object_dictionary(id);
        let subtype = dictionary.and_then(|dictionary| self.new.name(dictionary, b"Subtype"));
        let subtype: Box<[u8]> = subtype.unwrap_or_default().into();
        let widget = *subtype == *b"Widget";
        let kind = match widget || self.fields.contains_key(&id) || self.old.object(id).is_some() {
            true => ModificationKind::Suspicious,
            false => ModificationKind::Annotation,
        };
        self.report(
            kind,
            Spot {
                page: Some(page),
                id: Some(id),
            },
            Change::AnnotationAdded { subtype },
        );
        self.judged.insert(id);
        if let Some(dictionary) = dictionary {
            self.follow_all(dictionary, Manner::Fresh);
        }
    }

    /// An annotation that stays; the form judges those that are fields.
    fn annotation(&mut self, page: usize, id: ObjectId) {
        if self.fields.contains_key(&id) || !self.judged.insert(id) {
            return;
        }
        let (old, new) = (
            self.old.object_dictionary(id),
            self.new.object_dictionary(id),
        );
        let (Some(old), Some(new)) = (old, new) else {
            if self.changed.contains(&id.0) {
                let kind = ModificationKind::Suspicious;
                self.report(
                    kind,
                    Spot {
                        page: Some(page),
                        id: Some(id),
                    },
                    Change::AnnotationChanged,
                );
            }
            return;
        };
        let widget = is_widget(self.new, new) || is_widget(self.old, old);
        let appearance_stays = self.appearance_stays(old, new);
        let stays = keys(old, new)
            .into_iter()
            .all(|key| same_entry(old, new, key));
        if !stays || !appearance_stays {
            let kind = match widget {
                true => ModificationKind::Suspicious,
                false => ModificationKind::Annotation,
            };
            self.report(
                kind,
                Spot {
                    page: Some(page),
                    id: Some(id),
                },
                Change::AnnotationChanged,
            );
        }
        for (key, value) in new.iter() {
            match key.as_slice() {
                b"AP" if !appearance_stays && !widget => self.fresh_appearance(new),
                b"AP" => self.follow(value, Manner::Content),
                _ if !stays => self.follow(value, Manner::Fresh),
                _ => self.follow(value, Manner::Structure),
            }
        }
    }

    /// Whether the streams that draw an annotation are the same.
    fn appearance_stays(&self, old: &Dictionary, new: &Dictionary) -> bool {
        let streams = |state: &State<'_>, of: &Dictionary| {
            let mut found = Vec::new();
            let appearances = state.dictionary_value(of, b"AP");
            for (key, appearance) in appearances.into_iter().flat_map(Dictionary::iter) {
                let id = appearance.as_reference().ok();
                found.push((key.clone(), id));
                if let Object::Dictionary(states) = state.resolve(appearance) {
                    let states = states.iter();
                    found.extend(
                        states.map(|(key, state)| (key.clone(), state.as_reference().ok())),
                    );
                }
            }
            found
        };
        let later = streams(self.new, new);
        let unchanged = |id: &Option<ObjectId>| id.is_none_or(|id| !self.changed.contains(&id.0));
        later == streams(self.old, old) && later.iter().all(|(_, id)| unchanged(id))
    }
}

fn is_widget(state: &State<'_>, annotation: &Dictionary) -> bool {
    state.name(annotation, b"Subtype") == Some(b"Widget")
}
