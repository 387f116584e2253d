//! Qualified names as they were written: roxmltree resolves prefixes, canonical forms keep them.

use roxmltree::{Attribute, Node};

/// The prefix of an element; empty where it has none.
pub(super) fn prefix<'a>(element: Node<'a, '_>) -> &'a str {
    split(qualified(element)).0
}

/// The name of an element as it was written.
pub(super) fn qualified<'a>(element: Node<'a, '_>) -> &'a str {
    let text = element.document().input_text();
    // The range begins with the tag's angle bracket.
    written(text, element.range().start + 1)
}

/// The name of an attribute as it was written.
pub(super) fn attribute<'a>(element: Node<'a, '_>, attribute: &Attribute<'_, '_>) -> &'a str {
    written(element.document().input_text(), attribute.range().start)
}

/// Prefix and local part.
pub(super) fn split(qualified: &str) -> (&str, &str) {
    qualified.split_once(':').unwrap_or(("", qualified))
}

fn written(text: &str, start: usize) -> &str {
    let text = text.get(start..).unwrap_or_default();
    let end = text.find(|end: char| end.is_ascii_whitespace() || matches!(end, '=' | '>' | '/'));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
