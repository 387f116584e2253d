//! How a signer was identified to a signature service (RFC 7773, and the SAML context of Sweden
//! Connect).

use crate::asn1::{Reader, tag};
use crate::crypto;
use crate::error::Error;
use crate::limits::Limits;
use crate::time::UnixTime;
use roxmltree::{Document, Node, ParsingOptions};

/// The contexts in a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AuthenticationContext {
    /// SHA-256 of the extension's content.
    pub sha256: [u8; 32],
    /// The types of all contexts.
    pub types: Vec<String>,
    /// The entity that identified the signer.
    pub identity_provider: Option<String>,
    /// When it did.
    pub instant: Option<UnixTime>,
    /// The URI of the level of assurance.
    pub class: Option<String>,
    /// The service for which the signer was identified.
    pub service: Option<String>,
    /// The identifier of the assertion.
    pub assertion: Option<String>,
    /// Which attribute of the certificate comes from which of the assertion.
    pub mappings: Vec<Mapping>,
    /// Names of further attributes of the assertion that the service kept.
    pub kept: Vec<String>,
    /// Why nothing of the above is known, where it is not.
    pub problem: Option<&'static str>,
}

/// One attribute of the certificate, and the attribute of the assertion that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Where it stands in the certificate.
    pub kind: MappingKind,
    /// Which one there: an OID, or the tag number of a GeneralName.
    pub reference: String,
    /// The name in the assertion, without `urn:oid:`. A value without one was set by the
    /// requester (Sweden Connect technical framework, 9, DefaultValue).
    pub name: Option<String>,
    /// The values in the assertion.
    pub values: Vec<String>,
}

impl Mapping {
    /// Whether the assertion has this value.
    pub fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|own| own == value.trim())
    }
}

/// Where a mapped attribute stands in the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MappingKind {
    RelativeDistinguishedName,
    SubjectAlternativeName,
    SubjectDirectoryAttribute,
}

const SAML_CONTEXT: &str = "http://id.elegnamnden.se/auth-cont/1.0/saci";
const SAML_ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const OID_NAME: &str = "urn:oid:";

impl AuthenticationContext {
    /// Reads the content of the extension. What cannot be read is a problem, never an absence:
    /// a service signed all the same.
    pub fn read(content: &[u8], limits: &Limits) -> Self {
        let mut context = AuthenticationContext {
            sha256: crypto::sha256(content),
            ..AuthenticationContext::default()
        };
        let Ok(contexts) = split(content) else {
            context.problem = Some("the authentication context cannot be read");
            return context;
        };
        context.types = contexts.iter().map(|(kind, _)| kind.clone()).collect();
        let mut of_saml = contexts.iter().filter(|(kind, _)| kind == SAML_CONTEXT);
        context.problem = match (of_saml.next(), of_saml.next()) {
            (Some((_, Some(text))), None) => context.take(text, limits).err(),
            (None, _) => None,
            (Some(_), Some(_)) => Some("there are several authentication contexts"),
            (Some((_, None)), None) => Some("the authentication context is empty"),
        };
        context
    }

    /// The mapping of an attribute that the identity provider attested, by its OID.
    pub fn attribute(&self, name: &str) -> Option<&Mapping> {
        self.mappings
            .iter()
            .find(|mapping| mapping.name.as_deref() == Some(name))
    }

    /// Whether the identity provider is at `host` or below it.
    pub fn identity_provider_is_of(&self, host: &str) -> bool {
        let provider = self.identity_provider.as_deref();
        let actual = provider
            .and_then(|provider| provider.strip_prefix("https://"))
            .and_then(|rest| rest.split(['/', ':', '?', '#']).next());
        actual.is_some_and(|actual| {
            actual == host
                || actual
                    .strip_suffix(host)
                    .is_some_and(|before| before.ends_with('.'))
        })
    }

    /// All or nothing: half a context would let what is missing pass for absent.
    fn take(&mut self, text: &str, limits: &Limits) -> Result<(), &'static str> {
        const MALFORMED: &str = "the authentication context cannot be read";
        if text.len() > limits.authentication_context_bytes {
            return Err("the authentication context is over a limit");
        }
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: limits.authentication_context_nodes,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text, options).map_err(|_| MALFORMED)?;
        let root = document.root_element();
        if !root.has_tag_name((SAML_CONTEXT, "SAMLAuthContext")) {
            return Err(MALFORMED);
        }
        let mappings = match only(root, "IdAttributes").map_err(|()| MALFORMED)? {
            Some(attributes) => mappings(attributes).ok_or(MALFORMED)?,
            None => Vec::new(),
        };
        if let Some(info) = only(root, "AuthContextInfo").map_err(|()| MALFORMED)? {
            let text = |name: &str| info.attribute(name).map(|text| text.trim().to_owned());
            self.identity_provider = text("IdentityProvider");
            self.instant =
                text("AuthenticationInstant").and_then(|instant| UnixTime::from_rfc3339(&instant));
            self.class = text("AuthnContextClassRef");
            self.service = text("ServiceID");
            self.assertion = text("AssertionRef");
            // One without a value keeps nothing.
            let kept = info
                .descendants()
                .filter(|node| node.text().is_some_and(|text| !text.trim().is_empty()))
                .filter_map(|node| node.attribute("Name"));
            self.kept = kept
                .map(|name| name.trim_start_matches(OID_NAME).to_owned())
                .collect();
        }
        self.mappings = mappings;
        Ok(())
    }
}

/// `AuthenticationContexts ::= SEQUENCE OF SEQUENCE { contextType UTF8String, contextInfo
/// UTF8String OPTIONAL }`.
fn split(content: &[u8]) -> Result<Vec<(String, Option<String>)>, Error> {
    let mut list = Reader::new(content, "AuthenticationContexts").sequence()?;
    let mut contexts = Vec::new();
    while !list.is_empty() {
        let mut context = list.sequence()?;
        let kind = utf8(&mut context)?;
        let information = match context.is_empty() {
            true => None,
            false => Some(utf8(&mut context)?),
        };
        contexts.push((kind, information));
    }
    Ok(contexts)
}

fn utf8(fields: &mut Reader<'_>) -> Result<String, Error> {
    let text = std::str::from_utf8(fields.expect(tag::UTF8_STRING)?.content);
    text.map(str::to_owned)
        .map_err(|_| Error::malformed("AuthenticationContext", 0, "not UTF-8"))
}

/// The one child of this name; an error where there are several.
fn only<'a, 'input>(parent: Node<'a, 'input>, name: &str) -> Result<Option<Node<'a, 'input>>, ()> {
    let mut children = parent
        .children()
        .filter(|child| child.has_tag_name((SAML_CONTEXT, name)));
    match (children.next(), children.next()) {
        (child, None) => Ok(child),
        _ => Err(()),
    }
}

fn mappings(attributes: Node<'_, '_>) -> Option<Vec<Mapping>> {
    attributes
        .children()
        .filter(|child| child.has_tag_name((SAML_CONTEXT, "AttributeMapping")))
        .map(mapping)
        .collect()
}

fn mapping(node: Node<'_, '_>) -> Option<Mapping> {
    let kind = match node.attribute("Type")? {
        "rdn" => MappingKind::RelativeDistinguishedName,
        "san" => MappingKind::SubjectAlternativeName,
        "sda" => MappingKind::SubjectDirectoryAttribute,
        _ => return None,
    };
    let mut attributes = node
        .children()
        .filter(|child| child.has_tag_name((SAML_ASSERTION, "Attribute")));
    let (attribute, None) = (attributes.next()?, attributes.next()) else {
        return None;
    };
    let values = attribute
        .children()
        .filter(|child| child.has_tag_name((SAML_ASSERTION, "AttributeValue")))
        .map(|value| {
            let text: String = value
                .descendants()
                .filter_map(|node| node.is_text().then(|| node.text()).flatten())
                .collect();
            text.trim().to_owned()
        });
    Some(Mapping {
        kind,
        reference: node.attribute("Ref")?.trim().to_owned(),
        name: attribute
            .attribute("Name")
            .map(|name| name.trim_start_matches(OID_NAME).to_owned()),
        values: values.collect(),
    })
}
