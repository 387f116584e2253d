//! Core verification of XML signatures (XMLDSig 1.1, 3.2), as far as trusted lists need it.
//!
//! Whom the key belongs to, and whether anybody trusts it, is not asked here.

use super::canonical::{Canonicalization, Comments, NodeSet};
use super::document::{child, children, text};
use super::identifier::{Identified, identified};
use crate::base64;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;
use roxmltree::{Node, NodeId};

/// The name space of XMLDSig.
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

const STRUCTURE: &str = "Signature";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A `Signature` element as it was read.
#[derive(Debug)]
pub(crate) struct Signature<'a, 'i> {
    signed_info: Node<'a, 'i>,
    /// `CanonicalizationMethod`; `None` where sigill knows it not.
    canonicalization: Option<Canonicalization>,
    /// `SignatureMethod`; `None` where sigill knows it not.
    pub algorithm: Option<SignatureAlgorithm>,
    /// Its URI.
    pub method: &'a str,
    /// The octets of `SignatureValue`.
    pub value: Vec<u8>,
    /// The certificates of `KeyInfo` as DER. Whose they are, nobody has asked.
    pub certificates: Vec<Bytes>,
    /// What it is over; at least one.
    pub references: Vec<Reference<'a, 'i>>,
}

/// One `Reference` of `SignedInfo`.
#[derive(Debug)]
pub(crate) struct Reference<'a, 'i> {
    /// What `URI` leads to.
    pub target: Target<'a, 'i>,
    /// `DigestMethod`; `None` where sigill knows it not.
    pub digest: Option<DigestAlgorithm>,
    value: Vec<u8>,
    /// The transforms, or the first that is refused.
    transforms: Result<Transforms, String>,
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a, 'i> {
    /// The whole document, less comments.
    Document(Node<'a, 'i>),
    /// The one element with the identifier, less comments.
    Element(Node<'a, 'i>),
    /// No element has the identifier.
    NotFound,
    /// Several elements have it.
    Ambiguous,
    /// Something outside the document, or an expression.
    Outside,
}

#[derive(Debug)]
struct Transforms {
    /// The signature that is taken out.
    without: Option<NodeId>,
    canonicalization: Canonicalization,
}

/// How a reference compares with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReferenceCheck {
    /// It has the stated digest.
    Intact,
    /// It has another one.
    Differs,
    /// No element, or more than one, has the identifier.
    NotIdentified,
    /// The named transform, digest algorithm or place is not supported.
    Unsupported(String),
}

impl<'a, 'i> Signature<'a, 'i> {
    /// Reads a `Signature` element.
    ///
    /// # Errors
    /// [`Error::Malformed`] where a part is missing, stands twice or is not base 64,
    /// [`Error::OverLimit`] for more references than `limits` allow.
    pub fn read(element: Node<'a, 'i>, limits: &Limits) -> Result<Self, Error> {
        let signed_info = only(element, "SignedInfo")?;
        let canonicalization = only(signed_info, "CanonicalizationMethod")?;
        let method = only(signed_info, "SignatureMethod")?;
        let uri = method.attribute("Algorithm").unwrap_or_default();
        let mut references = Vec::new();
        for reference in children(signed_info, DSIG, "Reference") {
            references.push(Reference::read(reference, element)?);
            if references.len() > limits.xml_references {
                return Err(Error::OverLimit {
                    limit: "references of an XML signature",
                    allowed: limits.xml_references as u64,
                });
            }
        }
        if references.is_empty() {
            return Err(malformed(signed_info, "a signature over nothing"));
        }
        Ok(Signature {
            signed_info,
            canonicalization: Canonicalization::of(canonicalization),
            // Parameters of a method are none that sigill knows.
            algorithm: SignatureAlgorithm::from_uri(uri)
                .filter(|_| !method.children().any(|node| node.is_element())),
            method: uri,
            value: octets(only(element, "SignatureValue")?)?,
            certificates: certificates(element)?,
            references,
        })
    }

    /// Compares a reference with the document.
    ///
    /// # Errors
    /// As for [`Canonicalization::apply`].
    pub fn check(
        &self,
        reference: &Reference<'a, 'i>,
        limits: &Limits,
    ) -> Result<ReferenceCheck, Error> {
        let apex = match reference.target {
            Target::Document(node) | Target::Element(node) => node,
            Target::NotFound | Target::Ambiguous => return Ok(ReferenceCheck::NotIdentified),
            Target::Outside => {
                let place = "a reference out of the document".to_owned();
                return Ok(ReferenceCheck::Unsupported(place));
            }
        };
        let transforms = match &reference.transforms {
            Ok(transforms) => transforms,
            Err(refused) => return Ok(ReferenceCheck::Unsupported(refused.clone())),
        };
        let Some(digest) = reference.digest else {
            return Ok(ReferenceCheck::Unsupported("a digest algorithm".to_owned()));
        };
        let mut method = transforms.canonicalization.clone();
        // 4.4.3.3: what an identifier or an empty URI leads to has no comments.
        method.comments = Comments::Dropped;
        let nodes = NodeSet {
            apex,
            without: transforms.without.into_iter().collect(),
        };
        let octets = method.apply(nodes, limits.xml_bytes)?;
        Ok(match digest.digest(&[&octets]) == reference.value {
            true => ReferenceCheck::Intact,
            false => ReferenceCheck::Differs,
        })
    }

    /// The octets that the key has signed (3.2.2); `None` where the method is not known.
    ///
    /// # Errors
    /// As for [`Canonicalization::apply`].
    pub fn signed_octets(&self, limits: &Limits) -> Result<Option<Vec<u8>>, Error> {
        let method = self.canonicalization.as_ref();
        method
            .map(|method| method.apply(NodeSet::below(self.signed_info), limits.xml_bytes))
            .transpose()
    }
}

impl<'a, 'i> Reference<'a, 'i> {
    /// Whether it is to all that this root element holds, less the signature itself.
    pub fn is_to_all_of(&self, root: Node<'a, 'i>) -> bool {
        match self.target {
            Target::Document(document) => root.parent() == Some(document),
            Target::Element(element) => element == root,
            Target::NotFound | Target::Ambiguous | Target::Outside => false,
        }
    }

    fn read(reference: Node<'a, 'i>, signature: Node<'a, 'i>) -> Result<Self, Error> {
        let method = only(reference, "DigestMethod")?.attribute("Algorithm");
        let document = reference.document();
        let target = match reference.attribute("URI") {
            Some("") => Target::Document(document.root()),
            Some(uri) => match uri.strip_prefix('#') {
                Some(identifier) if !identifier.contains('(') => {
                    match identified(document, identifier) {
                        Identified::One(element) => Target::Element(element),
                        Identified::Nothing => Target::NotFound,
                        Identified::Several => Target::Ambiguous,
                    }
                }
                _ => Target::Outside,
            },
            None => Target::Outside,
        };
        Ok(Reference {
            target,
            digest: method.and_then(DigestAlgorithm::from_uri),
            value: octets(only(reference, "DigestValue")?)?,
            transforms: Transforms::read(reference, signature),
        })
    }
}

impl Transforms {
    /// An enveloped signature is taken out before the form is made; anything else than that,
    /// in that order, is refused by its name.
    fn read(reference: Node<'_, '_>, signature: Node<'_, '_>) -> Result<Self, String> {
        let mut without = None;
        let mut canonicalization = None;
        let transforms = children(reference, DSIG, "Transforms");
        for transform in transforms.flat_map(|list| children(list, DSIG, "Transform")) {
            let uri = transform.attribute("Algorithm").unwrap_or_default();
            match Canonicalization::of(transform) {
                Some(method) if canonicalization.is_none() => canonicalization = Some(method),
                None if uri == ENVELOPED && canonicalization.is_none() => {
                    without = Some(signature.id());
                }
                _ => return Err(uri.to_owned()),
            }
        }
        Ok(Transforms {
            without,
            canonicalization: canonicalization
                .unwrap_or_else(Canonicalization::default_of_references),
        })
    }
}

fn certificates(signature: Node<'_, '_>) -> Result<Vec<Bytes>, Error> {
    let information = children(signature, DSIG, "KeyInfo");
    let data = information.flat_map(|node| children(node, DSIG, "X509Data"));
    data.flat_map(|node| children(node, DSIG, "X509Certificate"))
        .map(|node| octets(node).map(Bytes::from))
        .collect()
}

fn only<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, Error> {
    let node = child(parent, DSIG, name)
        .ok_or_else(|| malformed(parent, "an XML signature that lacks a part"))?;
    match children(parent, DSIG, name).nth(1) {
        None => Ok(node),
        Some(again) => Err(malformed(
            again,
            "a part of an XML signature that stands twice",
        )),
    }
}

fn octets(element: Node<'_, '_>) -> Result<Vec<u8>, Error> {
    base64::decode(&text(element)).ok_or_else(|| malformed(element, "text that is not base 64"))
}

fn malformed(node: Node<'_, '_>, problem: &'static str) -> Error {
    Error::malformed(STRUCTURE, node.range().start, problem)
}
