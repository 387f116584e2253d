//! Canonical forms: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.

use super::document::declares;
use super::name;
use crate::error::Error;
use roxmltree::{Node, NodeId, NodeType};
use std::collections::BTreeMap;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Prefixes of one list, each of which is looked for at every element.
const INCLUSIVE_PREFIXES: usize = 100;
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// A way to the canonical form, with all that its parameters fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Canonicalization {
    version: Version,
    /// Whether comments are written.
    pub comments: Comments,
    /// `InclusiveNamespaces`: prefixes that exclusive canonicalisation treats as inclusive
    /// does; the default name space is the empty one.
    inclusive_prefixes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Inclusive10,
    Inclusive11,
    Exclusive,
}

/// What becomes of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    /// They are part of the form.
    Kept,
    /// They are left out.
    Dropped,
}

/// A document or the subtree of an element, less some subtrees inside.
#[derive(Debug, Clone)]
pub(crate) struct NodeSet<'a, 'i> {
    /// The root of the document, or an element.
    pub apex: Node<'a, 'i>,
    /// What is taken out, such as an enveloped signature.
    pub without: Vec<NodeId>,
}

impl<'a, 'i> NodeSet<'a, 'i> {
    /// All below `apex`.
    pub fn below(apex: Node<'a, 'i>) -> Self {
        NodeSet {
            apex,
            without: Vec::new(),
        }
    }
}

impl Canonicalization {
    /// Canonical XML 1.0 without comments, which XMLDSig 1.1 (4.4.3.2) applies to a node-set
    /// that no transform turned into octets.
    pub fn default_of_references() -> Self {
        Canonicalization {
            version: Version::Inclusive10,
            comments: Comments::Dropped,
            inclusive_prefixes: Vec::new(),
        }
    }

    /// The method that a `CanonicalizationMethod` or `Transform` names; `None` where sigill
    /// knows none.
    pub fn of(method: Node<'_, '_>) -> Option<Self> {
        let mut known = Self::from_uri(method.attribute("Algorithm")?)?;
        if known.version == Version::Exclusive {
            let parameters = method.children();
            let mut parameters =
                parameters.filter(|node| node.has_tag_name((EXCLUSIVE, "InclusiveNamespaces")));
            let list = parameters
                .next()
                .and_then(|node| node.attribute("PrefixList"));
            known.inclusive_prefixes = list
                .unwrap_or_default()
                .split_ascii_whitespace()
                .map(|prefix| if prefix == "#default" { "" } else { prefix })
                .map(str::to_owned)
                .collect();
            if known.inclusive_prefixes.len() > INCLUSIVE_PREFIXES {
                return None;
            }
        }
        Some(known)
    }

    /// The method of an algorithm identifier (XMLDSig 1.1, 6.5), without parameters.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (version, comments) = match uri {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => {
                (Version::Inclusive10, Comments::Dropped)
            }
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments" => {
                (Version::Inclusive10, Comments::Kept)
            }
            "http://www.w3.org/2006/12/xml-c14n11" => (Version::Inclusive11, Comments::Dropped),
            "http://www.w3.org/2006/12/xml-c14n11#WithComments" => {
                (Version::Inclusive11, Comments::Kept)
            }
            EXCLUSIVE => (Version::Exclusive, Comments::Dropped),
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" => {
                (Version::Exclusive, Comments::Kept)
            }
            _ => return None,
        };
        Some(Canonicalization {
            version,
            comments,
            inclusive_prefixes: Vec::new(),
        })
    }

    /// The octets of the canonical form.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where it grows beyond `limit` bytes: exclusive canonicalisation
    /// repeats a declaration with each sibling. [`Error::Unsupported`] where Canonical XML 1.1
    /// would have to join an inherited `xml:base`.
    pub fn apply(&self, nodes: NodeSet<'_, '_>, limit: u64) -> Result<Vec<u8>, Error> {
        let mut writer = Writer {
            method: self,
            without: nodes.without,
            limit,
            octets: Vec::new(),
        };
        if nodes.apex.is_root() {
            writer.document(nodes.apex)?;
        } else {
            writer.element(nodes.apex, &Scope::new(), Place::Apex)?;
        }
        Ok(writer.octets)
    }
}

/// Name spaces that were written on the way to an element, by prefix.
type Scope<'a> = BTreeMap<&'a str, &'a str>;

/// An attribute, in the order of canonical forms: by name space and local name.
type Sorted<'a> = BTreeMap<(&'a str, &'a str), (&'a str, &'a str)>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Its parent is not in the node-set.
    Apex,
    Inside,
}

struct Writer<'m> {
    method: &'m Canonicalization,
    without: Vec<NodeId>,
    limit: u64,
    octets: Vec<u8>,
}

impl Writer<'_> {
    /// Outside the document element each node stands on its own line.
    fn document(&mut self, root: Node<'_, '_>) -> Result<(), Error> {
        let mut is_before = true;
        for node in root.children() {
            if node.is_element() {
                is_before = false;
                // In a whole document nothing is inherited, so this is no apex.
                self.element(node, &Scope::new(), Place::Inside)?;
                continue;
            }
            let length = self.octets.len();
            if !is_before {
                self.octets.push(b'\n');
            }
            let written = self.other(node);
            if written == Written::Nothing {
                self.octets.truncate(length);
            } else if is_before {
                self.octets.push(b'\n');
            }
        }
        Ok(())
    }

    fn element<'a>(
        &mut self,
        element: Node<'a, '_>,
        outer: &Scope<'a>,
        place: Place,
    ) -> Result<(), Error> {
        if self.without.contains(&element.id()) {
            return Ok(());
        }
        let name = name::qualified(element);
        self.octets.push(b'<');
        self.text(name);
        let added = self.namespaces(element, outer, place);
        for (prefix, uri) in &added {
            let separator = if prefix.is_empty() { "" } else { ":" };
            self.text(&format!(" xmlns{separator}{prefix}=\""));
            self.attribute_value(uri);
            self.octets.push(b'"');
        }
        let extended: Scope<'a>;
        let scope = match added.is_empty() {
            true => outer,
            false => {
                extended = outer.iter().chain(&added).map(|(p, u)| (*p, *u)).collect();
                &extended
            }
        };
        for (name, value) in self.attributes(element, place)?.into_values() {
            self.text(&format!(" {name}=\""));
            self.attribute_value(value);
            self.octets.push(b'"');
        }
        self.octets.push(b'>');
        for node in element.children() {
            match node.is_element() {
                true => self.element(node, scope, Place::Inside)?,
                false => drop(self.other(node)),
            }
        }
        self.text(&format!("</{name}>"));
        match self.octets.len() as u64 > self.limit {
            true => Err(Error::OverLimit {
                limit: "bytes of canonical XML",
                allowed: self.limit,
            }),
            false => Ok(()),
        }
    }

    /// Text, comments and processing instructions.
    fn other(&mut self, node: Node<'_, '_>) -> Written {
        match node.node_type() {
            NodeType::Text => {
                self.escaped(
                    node.text().unwrap_or_default(),
                    |character| match character {
                        '&' => Some("&amp;"),
                        '<' => Some("&lt;"),
                        '>' => Some("&gt;"),
                        '\r' => Some("&#xD;"),
                        _ => None,
                    },
                )
            }
            NodeType::PI => {
                let Some(instruction) = node.pi() else {
                    return Written::Nothing;
                };
                self.text(&format!("<?{}", instruction.target));
                if let Some(value) = instruction.value {
                    self.text(&format!(" {value}"));
                }
                self.text("?>");
            }
            NodeType::Comment if self.method.comments == Comments::Kept => {
                self.text(&format!("<!--{}-->", node.text().unwrap_or_default()));
            }
            _ => return Written::Nothing,
        }
        Written::Something
    }

    /// The name spaces that an element must have by the method and that are not written yet.
    fn namespaces<'a>(&self, element: Node<'a, '_>, outer: &Scope<'a>, place: Place) -> Scope<'a> {
        let mut scope = Scope::new();
        if self.method.version == Version::Exclusive {
            let listed = self.method.inclusive_prefixes.iter();
            let declared =
                |prefix: &str| element.namespaces().find(|one| one.name() == Some(prefix));
            let listed = listed.filter_map(|prefix| match prefix.as_str() {
                "" => Some(""),
                _ => declared(prefix)?.name(),
            });
            let used = self.used_prefixes(element).into_iter().chain(listed);
            scope.extend(used.map(|prefix| (prefix, uri(element, prefix))));
        } else if place == Place::Apex || declares(element) {
            let all = element.namespaces();
            scope.extend(all.map(|one| (one.name().unwrap_or_default(), one.uri())));
            scope.entry("").or_insert("");
        }
        scope.retain(|prefix, uri| {
            let known = outer.get(prefix).copied();
            known != Some(*uri) && (known.is_some() || !prefix.is_empty() || !uri.is_empty())
        });
        scope
    }

    /// The prefixes that are visibly utilised, but for `xml`, which is never declared.
    fn used_prefixes<'a>(&self, element: Node<'a, '_>) -> Vec<&'a str> {
        let attributes = element.attributes();
        let of_attributes = attributes
            .map(|attribute| name::split(name::attribute(element, &attribute)).0)
            // An attribute without a prefix is in no name space.
            .filter(|prefix| !prefix.is_empty());
        let all = std::iter::once(name::prefix(element)).chain(of_attributes);
        all.filter(|prefix| *prefix != "xml").collect()
    }

    fn attributes<'a>(&self, element: Node<'a, '_>, place: Place) -> Result<Sorted<'a>, Error> {
        let mut sorted = Sorted::new();
        let mut collect = |element: Node<'a, '_>, wanted: &dyn Fn(&str, &str) -> bool| {
            for attribute in element.attributes() {
                let namespace = attribute.namespace().unwrap_or_default();
                let written = name::attribute(element, &attribute);
                let local = name::split(written).1;
                if wanted(namespace, local) {
                    let value = (written, attribute.value());
                    sorted.entry((namespace, local)).or_insert(value);
                }
            }
        };
        collect(element, &|_, _| true);
        if place == Place::Apex && self.method.version != Version::Exclusive {
            let is_11 = self.method.version == Version::Inclusive11;
            for ancestor in element.ancestors().skip(1).filter(Node::is_element) {
                if is_11 && ancestor.has_attribute((XML, "base")) {
                    return Err(Error::Unsupported {
                        structure: "Canonical XML 1.1",
                        feature: "an inherited xml:base",
                    });
                }
                collect(ancestor, &|namespace, local| {
                    namespace == XML && (!is_11 || matches!(local, "lang" | "space"))
                });
            }
        }
        Ok(sorted)
    }

    fn attribute_value(&mut self, value: &str) {
        self.escaped(value, |character| match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '"' => Some("&quot;"),
            '\t' => Some("&#x9;"),
            '\n' => Some("&#xA;"),
            '\r' => Some("&#xD;"),
            _ => None,
        });
    }

    fn escaped(&mut self, text: &str, reference: impl Fn(char) -> Option<&'static str>) {
        let mut rest = text;
        while let Some(index) = rest.find(|character| reference(character).is_some()) {
            let (plain, special) = rest.split_at(index);
            self.text(plain);
            let mut special = special.chars();
            self.text(special.next().and_then(&reference).unwrap_or_default());
            rest = special.as_str();
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        self.octets.extend_from_slice(text.as_bytes());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Something,
    Nothing,
}

/// The name space of a prefix; empty where it has none.
fn uri<'a>(element: Node<'a, '_>, prefix: &str) -> &'a str {
    let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
    element.lookup_namespace_uri(prefix).unwrap_or_default()
}
