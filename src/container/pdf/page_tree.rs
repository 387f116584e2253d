//! The page tree (ISO 32000-2, 7.7.3).

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::state::State;

/// The nodes and pages of the page tree, pages with their index. Revisions that show the same
/// tree share it.
pub(super) fn tree(state: &State<'_>) -> Rc<PageTree> {
    state.shared_tree(|relisted| PageTree::read(state, relisted))
}

/// The page tree of one revision.
#[derive(Debug, Default)]
pub(super) struct PageTree {
    pub(super) nodes: BTreeMap<ObjectId, Option<usize>>,
    /// The numbers that the tree names, be there something or not.
    named: HashSet<u32>,
    root: Option<ObjectId>,
    /// Whether some node keeps its kids in another object.
    has_distant_kids: bool,
}

impl PageTree {
    /// That of `state`, or `known` where that is the same although `relisted` numbers stand
    /// between them.
    fn read(state: &State<'_>, known: Option<(&Rc<Self>, &[u32])>) -> Rc<Self> {
        match known {
            Some((known, relisted)) if known.is_that_of(state, relisted) => Rc::clone(known),
            _ => Rc::new(PageTree::walk(state)),
        }
    }

    fn walk(state: &State<'_>) -> Self {
        let mut tree = PageTree {
            root: root(state),
            ..PageTree::default()
        };
        let mut count = 0;
        let mut waiting: Vec<ObjectId> = tree.root.into_iter().collect();
        while let Some(id) = waiting.pop() {
            tree.named.insert(id.0);
            let Some(dictionary) = state.object_dictionary(id) else {
                continue;
            };
            if tree.nodes.contains_key(&id) {
                continue;
            }
            if is_page(dictionary) {
                tree.nodes.insert(id, Some(count));
                count += 1;
                continue;
            }
            tree.nodes.insert(id, None);
            tree.has_distant_kids |= !matches!(dictionary.get(b"Kids"), Ok(Object::Array(_)));
            let kids = state.elements(dictionary, b"Kids").iter().rev();
            waiting.extend(kids.filter_map(|kid| kid.as_reference().ok()));
        }
        tree
    }

    /// Whether nothing that `relisted` names changes more of the tree than what pages hold.
    fn is_that_of(&self, state: &State<'_>, relisted: &[u32]) -> bool {
        let still_a_page = |number: &u32| {
            let all = (*number, 0)..=(*number, u16::MAX);
            let mut nodes = self.nodes.range(all).peekable();
            nodes.peek().is_some()
                && nodes.all(|(id, index)| {
                    let dictionary = state.object_dictionary(*id);
                    index.is_some() && dictionary.is_some_and(is_page)
                })
        };
        let mut named = relisted.iter().filter(|number| self.named.contains(number));
        !self.has_distant_kids && self.root == root(state) && named.all(still_a_page)
    }
}

fn root(state: &State<'_>) -> Option<ObjectId> {
    state.catalog()?.get(b"Pages").ok()?.as_reference().ok()
}

fn is_page(node: &Dictionary) -> bool {
    !node.has(b"Kids")
}
