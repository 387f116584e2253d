//! Reading of XML within limits. The tree itself is roxmltree's.

use crate::error::Error;
use crate::limits::Limits;
use roxmltree::{Document, Node, ParsingOptions};
use std::borrow::Cow;

/// The text of a document, with the ends of lines that XML 1.0 (2.11) has read before anything
/// else: roxmltree leaves some of them as they stand. `structure` is its name in errors.
///
/// # Errors
/// [`Error::Unsupported`] for another encoding than UTF-8, [`Error::OverLimit`] where it is
/// larger than `limits` allow, [`Error::Malformed`] where it is not UTF-8.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    structure: &'static str,
    limits: &Limits,
) -> Result<Cow<'a, str>, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    over(bytes.len() as u64, limits.xml_bytes, "bytes of XML")?;
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::malformed(structure, 0, "text that is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !is_declared_as_utf8(text) {
        return Err(Error::Unsupported {
            structure,
            feature: "an encoding other than UTF-8",
        });
    }
    Ok(match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    })
}

/// Reads a document that was [decoded](decode).
///
/// # Errors
/// [`Error::Unsupported`] for a DTD and for a relative name space, [`Error::OverLimit`] where
/// it is deeper or wider than `limits` allow, [`Error::Malformed`] where it is not well formed.
pub(crate) fn parse<'a>(
    text: &'a str,
    structure: &'static str,
    limits: &Limits,
) -> Result<Document<'a>, Error> {
    measure(text, structure, limits)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: limits.xml_nodes,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => Error::OverLimit {
            limit: "nodes of XML",
            allowed: limits.xml_nodes.into(),
        },
        _ => Error::malformed(structure, 0, "text that is not well-formed XML"),
    })?;
    refuse_odd_namespaces(&document, structure)?;
    Ok(document)
}

/// The children of an element with this name.
pub(crate) fn children<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    parent
        .children()
        .filter(move |node| node.has_tag_name((namespace, name)))
}

/// The first child of an element with this name.
pub(crate) fn child<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    children(parent, namespace, name).next()
}

/// Whether an element declares a name space itself.
pub(super) fn declares(element: Node<'_, '_>) -> bool {
    let text = element.document().input_text().get(element.range());
    Tag::of(text.unwrap_or_default()).declarations > 0
}

/// The text of an element, all of it: comments inside cut it into several nodes, of which the
/// first alone would be another text than the signed one.
pub(crate) fn text(element: Node<'_, '_>) -> String {
    let parts = element.children().filter(Node::is_text);
    let whole: String = parts.filter_map(|part| part.text()).collect();
    whole.trim().to_owned()
}

/// A whole number that an element holds.
pub(crate) fn number(element: Node<'_, '_>) -> Option<u64> {
    text(element).parse().ok()
}

fn over(count: u64, allowed: u64, limit: &'static str) -> Result<(), Error> {
    match count > allowed {
        true => Err(Error::OverLimit { limit, allowed }),
        false => Ok(()),
    }
}

/// Whether the XML declaration names UTF-8, a part of it, or nothing.
fn is_declared_as_utf8(text: &str) -> bool {
    let Some(declaration) = text.strip_prefix("<?xml") else {
        return true;
    };
    let declaration = declaration.split("?>").next().unwrap_or_default();
    let Some((_, encoding)) = declaration.split_once("encoding") else {
        return true;
    };
    let encoding = encoding.trim_start().trim_start_matches('=').trim_start();
    let name = encoding.trim_matches(['"', '\'', ' ', '\t', '\r', '\n']);
    let name = name.split(['"', '\'']).next().unwrap_or_default();
    ["utf-8", "us-ascii", "ascii"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Walks the tags before the parser does, whose cost grows with the square of what one tag
/// holds, and which copies the name spaces in scope with each declaration.
fn measure(text: &str, structure: &'static str, limits: &Limits) -> Result<(), Error> {
    let mut rest = text;
    // Declarations of each open element.
    let mut open: Vec<u64> = Vec::new();
    let mut in_scope = 0;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or_default();
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .iter()
            .find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = skipped {
            let inside = rest.get(begin.len()..).unwrap_or_default();
            rest = inside.split_once(end).map_or("", |(_, after)| after);
            continue;
        }
        if rest.starts_with("<!") {
            return Err(Error::Unsupported {
                structure,
                feature: "a document type declaration",
            });
        }
        let tag = Tag::of(rest);
        if rest.starts_with("</") {
            in_scope -= open.pop().unwrap_or_default();
        } else {
            over(
                tag.attributes,
                limits.xml_attributes,
                "attributes of an XML element",
            )?;
            in_scope += tag.declarations;
            over(in_scope, limits.xml_namespaces, "XML name spaces in scope")?;
            open.push(tag.declarations);
            over(
                open.len() as u64,
                limits.xml_depth,
                "levels of XML elements",
            )?;
            if tag.is_empty {
                in_scope -= open.pop().unwrap_or_default();
            }
        }
        rest = rest.get(tag.length..).unwrap_or_default();
    }
    Ok(())
}

/// What is counted of one tag.
#[derive(Default)]
struct Tag {
    length: usize,
    attributes: u64,
    declarations: u64,
    is_empty: bool,
}

impl Tag {
    fn of(text: &str) -> Self {
        let mut tag = Tag::default();
        let (mut quote, mut last, mut name) = (None, '<', 0);
        for (index, character) in text.char_indices() {
            match (quote, character) {
                (Some(open), _) if character == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(character),
                (None, '=') => {
                    tag.attributes += 1;
                    let name = text.get(name..).unwrap_or_default();
                    tag.declarations += u64::from(name.starts_with("xmlns"));
                }
                (None, '>') => {
                    tag.length = index + 1;
                    tag.is_empty = last == '/';
                    return tag;
                }
                _ if last.is_whitespace() && !character.is_whitespace() => name = index,
                _ => {}
            }
            last = character;
        }
        tag.length = text.len();
        tag
    }
}

/// What roxmltree lets pass and name spaces in XML 1.0 do not: a declaration that stands twice,
/// and a prefix of nothing. Canonical XML fails for relative name spaces (1.3).
fn refuse_odd_namespaces(document: &Document<'_>, structure: &'static str) -> Result<(), Error> {
    let elements = document.descendants().filter(Node::is_element);
    for element in elements.filter(|element| declares(*element)) {
        let mut seen: Vec<Option<&str>> = Vec::new();
        for namespace in element.namespaces() {
            if seen.contains(&namespace.name()) {
                let problem = "a name space that is declared twice";
                return Err(Error::malformed(structure, element.range().start, problem));
            }
            seen.push(namespace.name());
            let is_undeclared = namespace.uri().is_empty() && namespace.name().is_none();
            if !is_undeclared && !namespace.uri().contains(':') {
                return Err(Error::Unsupported {
                    structure,
                    feature: "a relative name space",
                });
            }
        }
    }
    Ok(())
}
