//! What no later revision can have touched, found once for all comparisons of a document, so
//! that their cost grows with what the revisions wrote and not with what the document holds.
//!
//! A number is still where no revision after the first signed one lists it, and where nothing
//! that it leads to is listed by one. Whichever two of these revisions are compared, a walk from
//! a still object meets objects only that stand at the same place in both, and so finds nothing.

use std::collections::HashSet;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::page_tree::{self, PageTree};
use super::parser::references;
use super::state::State;

/// The still objects of a document, by their numbers.
pub(super) struct Stillness {
    /// Those from which every reference leads to still ones.
    content: HashSet<u32>,
    /// Those from which it does as long as no walk goes through pages, which have rules of
    /// their own.
    structure: HashSet<u32>,
    pages: HashSet<ObjectId>,
    /// That of the first signed revision, by which pages were told.
    tree: Rc<PageTree>,
}

/// How a walk treats pages that it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Through {
    /// It goes on behind them.
    Everything,
    /// It leaves them to their rules.
    AllButPages,
}

impl Stillness {
    /// Of the objects that `first` shows, when later revisions list the numbers `relisted`.
    pub(super) fn of(first: &State<'_>, relisted: Vec<u32>) -> Self {
        let graph = Graph::of(first, relisted);
        let tree = page_tree::tree(first);
        let mut stillness = Stillness {
            content: graph.still(|_| false),
            structure: HashSet::new(),
            pages: HashSet::new(),
            tree,
        };
        let nodes = stillness.tree.nodes.keys();
        let nodes = nodes.filter(|id| !is_of_another_generation(first, **id));
        let pages: HashSet<u32> = nodes.map(|id| id.0).collect();
        stillness.structure = graph.still(|number| pages.contains(&number));
        let leaves = stillness.tree.nodes.iter();
        let leaves = leaves.filter(|(id, index)| index.is_some() && graph.is_listed_once(id.0));
        let still = leaves.map(|(id, _)| *id).filter(|id| {
            let page = first.object_dictionary(*id);
            page.is_some_and(|page| stillness.is_still_page(first, page))
        });
        stillness.pages = still.collect();
        stillness
    }

    /// Whether it was told by this page tree; if not, it tells nothing.
    pub(super) fn is_of(&self, tree: &Rc<PageTree>) -> bool {
        Rc::ptr_eq(&self.tree, tree)
    }

    /// Whether a walk from the object of this number can find nothing.
    pub(super) fn holds(&self, number: u32, through: Through) -> bool {
        match through {
            Through::Everything => self.content.contains(&number),
            Through::AllButPages => self.structure.contains(&number),
        }
    }

    /// Whether nothing on this page can have changed.
    pub(super) fn holds_page(&self, id: ObjectId) -> bool {
        self.pages.contains(&id)
    }

    /// What a page shows is walked as content, its annotations have rules, and its place in the
    /// tree is compared with the tree.
    fn is_still_page(&self, state: &State<'_>, page: &Dictionary) -> bool {
        let content = |value: &Object| {
            let mut references = references(value).into_iter();
            references.all(|id| self.content.contains(&id.0))
        };
        let structure = |value: &Object| {
            let mut references = references(value).into_iter();
            references.all(|id| self.structure.contains(&id.0))
        };
        let appearance = |annotation: &Object| {
            let appearance = state.dictionary(annotation);
            appearance.is_none_or(|annotation| annotation.get(b"AP").map_or(true, content))
        };
        page.iter().all(|(key, value)| match key.as_slice() {
            b"Parent" => true,
            b"Annots" => structure(value) && state.elements(page, b"Annots").iter().all(appearance),
            _ => content(value),
        })
    }
}

/// Whether a reference names a generation that the object does not have. It leads to the object
/// all the same, but rules for pages and fields do not know it by that name.
fn is_of_another_generation(state: &State<'_>, reference: ObjectId) -> bool {
    state.id(reference.0).is_some_and(|id| id != reference)
}

/// The references between the objects that a revision shows.
struct Graph {
    /// Each reference as the number that it leads to and the one that it stands in, sorted.
    edges: Vec<(u32, u32)>,
    reached: HashSet<u32>,
    /// Numbers that a later revision lists, and those of objects that cannot be read or that
    /// refer to another generation.
    moving: HashSet<u32>,
}

impl Graph {
    fn of(state: &State<'_>, relisted: Vec<u32>) -> Self {
        let mut graph = Graph {
            edges: Vec::new(),
            reached: HashSet::new(),
            moving: relisted.into_iter().collect(),
        };
        let trailer = state.trailer().iter();
        let mut waiting: Vec<ObjectId> = trailer.flat_map(|(_, value)| references(value)).collect();
        while let Some((number, _)) = waiting.pop() {
            if !graph.reached.insert(number) {
                continue;
            }
            let Some(id) = state.id(number) else {
                continue;
            };
            let Some(object) = state.object(id) else {
                graph.moving.insert(number);
                continue;
            };
            let targets = references(object);
            if targets
                .iter()
                .any(|target| is_of_another_generation(state, *target))
            {
                graph.moving.insert(number);
            }
            let edges = targets.iter().map(|target| (target.0, number));
            graph.edges.extend(edges);
            waiting.extend(targets);
        }
        graph.edges.sort_unstable();
        graph.edges.dedup();
        graph
    }

    /// Whether no later revision lists the number.
    fn is_listed_once(&self, number: u32) -> bool {
        !self.moving.contains(&number)
    }

    /// The reached numbers from which no way leads to a moving one, save through those at which
    /// it `ends`.
    fn still(&self, ends: impl Fn(u32) -> bool) -> HashSet<u32> {
        let mut moved = self.moving.clone();
        let mut waiting: Vec<u32> = moved.iter().copied().collect();
        while let Some(number) = waiting.pop() {
            if ends(number) {
                continue;
            }
            let start = self.edges.partition_point(|(target, _)| *target < number);
            let leading = self.edges.get(start..).unwrap_or_default().iter();
            for (_, source) in leading.take_while(|(target, _)| *target == number) {
                if moved.insert(*source) {
                    waiting.push(*source);
                }
            }
        }
        self.reached.difference(&moved).copied().collect()
    }
}
