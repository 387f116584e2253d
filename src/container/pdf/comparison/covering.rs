//! What lies over what on a page (ISO 32000-2, 12.5.2): a new signature or annotation hides an
//! older one where their rectangles meet, whatever its appearance is. Whether it hides what the
//! page itself draws is not computed.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::modification::{Change, ModificationKind};
use super::super::state::State;
use super::{Comparison, Spot};

/// New annotations of one page that are compared with the older ones. As many signatures are
/// too many, and of anything else one is enough for a verdict.
const MOST: usize = 1_000;
/// The bits of `/F` for what is never shown on a screen (12.5.3): hidden, and no view.
const UNSEEN: i64 = 1 << 1 | 1 << 5;

/// Left, bottom, right and top in the space of the page.
type Corners = [f32; 4];

impl Comparison<'_> {
    /// Reports each new annotation of a page that lies over one of the `known` ones.
    pub(super) fn covering(&mut self, page: usize, later: &[Object], known: &HashSet<ObjectId>) {
        let listed = later
            .iter()
            .filter_map(|element| element.as_reference().ok());
        let (fresh, staying): (Vec<ObjectId>, Vec<ObjectId>) =
            listed.partition(|id| !known.contains(id) || self.is_fresh_signature_field(*id));
        if fresh.is_empty() {
            return;
        }
        let shown = |id: ObjectId| Some((id, shown(self.new, self.new.object_dictionary(id)?)?));
        let is_link = |id: &ObjectId| {
            let dictionary = self.new.object_dictionary(*id);
            dictionary.and_then(|link| self.new.name(link, b"Subtype")) == Some(b"Link")
        };
        // Of an old link there is nothing to see.
        let older = staying.into_iter().filter(|id| !is_link(id));
        let older: Vec<(ObjectId, Corners)> = older.filter_map(shown).collect();
        let newer: Vec<(ObjectId, Corners)> = fresh.into_iter().filter_map(shown).collect();
        for (id, corners) in newer.into_iter().take(MOST) {
            let covered = older.iter().find(|(_, other)| meet(&corners, other));
            if let Some((covered, _)) = covered {
                let spot = Spot {
                    page: Some(page),
                    id: Some(id),
                };
                let change = Change::Covers((*covered).into());
                self.report(ModificationKind::Covering, spot, change);
            }
        }
    }
}

/// Where an annotation stands on its page, if it is shown there; a pop-up is on demand only.
fn shown(state: &State<'_>, annotation: &Dictionary) -> Option<Corners> {
    let flags = state.value(annotation, b"F");
    let flags = flags.and_then(|flags| flags.as_i64().ok());
    let popup = state.name(annotation, b"Subtype") == Some(b"Popup");
    if popup || flags.is_some_and(|flags| flags & UNSEEN != 0) {
        return None;
    }
    let corners = state.elements(annotation, b"Rect").iter();
    let corners: Option<Vec<f32>> = corners
        .map(|corner| state.resolve(corner).as_float().ok())
        .collect();
    // Any two opposite corners may be given (7.9.5).
    let &[one, low, other, high] = corners?.as_slice() else {
        return None;
    };
    let corners = [one.min(other), low.min(high), one.max(other), low.max(high)];
    let [left, bottom, right, top] = corners;
    (left < right && bottom < top).then_some(corners)
}

/// Whether two rectangles have more in common than a border.
fn meet(one: &Corners, other: &Corners) -> bool {
    let [left, bottom, right, top] = one;
    let [other_left, other_bottom, other_right, other_top] = other;
    left < other_right && other_left < right && bottom < other_top && other_bottom < top
}
