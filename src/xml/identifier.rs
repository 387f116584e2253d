//! Elements by their identifiers (XMLDSig 1.1, 4.4.3.3).

use roxmltree::{Document, Node};

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// What stands behind an identifier.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Identified<'a, 'i> {
    /// Exactly one element.
    One(Node<'a, 'i>),
    /// None.
    Nothing,
    /// More than one, as when a signed element is wrapped: whoever reads the document could
    /// take another one than was signed.
    Several,
}

/// The element with this identifier. Without a DTD no attribute is declared to be one, so each
/// that is called so counts.
pub(crate) fn identified<'a, 'i>(
    document: &'a Document<'i>,
    identifier: &str,
) -> Identified<'a, 'i> {
    let mut found = document
        .descendants()
        .filter(|node| identifiers(*node).any(|own| own == identifier));
    match (found.next(), found.next()) {
        (Some(element), None) => Identified::One(element),
        (None, _) => Identified::Nothing,
        (Some(_), Some(_)) => Identified::Several,
    }
}

fn identifiers<'a>(node: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    let attributes = node.attributes().filter(|attribute| {
        attribute.name().eq_ignore_ascii_case("id")
            && matches!(attribute.namespace(), None | Some(XML))
    });
    attributes.map(|attribute| attribute.value())
}
