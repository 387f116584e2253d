//! The page tree (ISO 32000-2, 7.7.3).

use std::collections::BTreeMap;

use lopdf::ObjectId;

use super::state::State;

/// The nodes and pages of the page tree, pages with their index.
pub(super) fn tree(state: &State<'_>) -> BTreeMap<ObjectId, Option<usize>> {
    let mut found = BTreeMap::new();
    let mut count = 0;
    let root = state
        .catalog()
        .and_then(|catalog| catalog.get(b"Pages").ok());
    let mut waiting: Vec<ObjectId> = root
        .and_then(|root| root.as_reference().ok())
        .into_iter()
        .collect();
    while let Some(id) = waiting.pop() {
        let Some(dictionary) = state.object_dictionary(id) else {
            continue;
        };
        if found.contains_key(&id) {
            continue;
        }
        if !dictionary.has(b"Kids") {
            found.insert(id, Some(count));
            count += 1;
            continue;
        }
        found.insert(id, None);
        let kids = state.elements(dictionary, b"Kids").iter().rev();
        waiting.extend(kids.filter_map(|kid| kid.as_reference().ok()));
    }
    found
}
