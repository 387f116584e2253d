//! SAML metadata of identity providers: which organisations an identity provider may speak for,
//! by the word of the federation that signed it.
//!
//! `cacheDuration` tells how long a consumer may use its copy before it fetches the next one
//! (SAML 2.0 metadata, 2.3). It ends nothing, so that it is not read here; `validUntil` does.

use crate::UnixTime;
use crate::crypto::{self, AlgorithmEnd, CryptographicSuite};
use crate::error::Error;
use crate::limits::Limits;
use crate::trust::{EnvelopedSignature, Refusal};
use crate::x509::Certificate;
use crate::xml::{self, Node, children, text};
use bytes::Bytes;
use std::sync::Arc;

/// What the metadata of one identity provider says.
#[derive(Debug, Clone)]
pub struct IdentityProviderMetadata {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The file, which may be about others too.
    pub file: Bytes,
    /// Who it is about.
    pub entity: String,
    /// The organisation numbers, in ten digits, that it may use in scoped attributes
    /// (`shibmd:Scope`; Sweden Connect technical framework, 2, 2.1.3.1).
    pub scopes: Vec<String>,
    /// The levels of assurance that it was approved for, as URIs (SAML 2.0 identity assurance
    /// profiles; Sweden Connect technical framework, 2, 2.1.3).
    pub assurance: Vec<String>,
    /// Since when it is known to hold: when the file was published (`mdrpi:PublicationInfo`).
    pub published: Option<UnixTime>,
    /// Until when it holds.
    pub valid_until: Option<UnixTime>,
    /// Whose signature the file has, or why it proves nothing.
    pub signer: Result<Arc<Certificate>, Refusal>,
    /// The algorithm of that signature whose end was only foreseen, and has come.
    pub foreseen_end: Option<AlgorithmEnd>,
}

/// Whose signature metadata must have, and as of when its algorithms are judged.
#[derive(Debug, Clone, Copy)]
pub struct MetadataTrust<'a> {
    /// Certificates of federation operators. They are containers of keys, as is usual in
    /// federations: neither their paths nor their validity are asked about.
    pub signers: &'a [Arc<Certificate>],
    /// Ends of algorithms.
    pub suite: &'a CryptographicSuite,
    /// The time of validation.
    pub at: UnixTime,
}

const STRUCTURE: &str = "SAML metadata";
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SHIBBOLETH_METADATA: &str = "urn:mace:shibboleth:metadata:1.0";
const PUBLICATION: &str = "urn:oasis:names:tc:SAML:metadata:rpi";
const ENTITY_ATTRIBUTES: &str = "urn:oasis:names:tc:SAML:metadata:attribute";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const ASSURANCE: &str = "urn:oasis:names:tc:SAML:attribute:assurance-certification";

impl IdentityProviderMetadata {
    /// Whether `bytes` look like SAML metadata.
    pub fn announces(bytes: &[u8]) -> bool {
        let start = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
        let start = String::from_utf8_lossy(start);
        start
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('<')
            && start.contains(METADATA)
            && (start.contains("EntityDescriptor") || start.contains("EntitiesDescriptor"))
    }

    /// The identity providers in a file of metadata. Each counts for what its signer is: the
    /// signature must stand in the root element, be over all of it, and be by one of the signers
    /// that `trust` names. One over a single entity within unsigned metadata counts for nothing.
    ///
    /// # Errors
    /// [`Error::OverLimit`] for a file that is too large, [`Error::Unsupported`] for a document
    /// type and for another encoding than UTF-8, [`Error::Malformed`] for what is no XML.
    pub fn read_all(
        bytes: &Bytes,
        trust: &MetadataTrust<'_>,
        limits: &Limits,
    ) -> Result<Vec<Self>, Error> {
        let limits = Limits {
            xml_bytes: limits.identity_provider_metadata_bytes as u64,
            xml_nodes: limits.identity_provider_metadata_nodes,
            ..limits.clone()
        };
        let decoded = xml::decode(bytes, STRUCTURE, &limits)?;
        let document = xml::parse(&decoded, STRUCTURE, &limits)?;
        let root = document.root_element();
        let signature = EnvelopedSignature::read(root, &limits)?;
        let mut foreseen_end = None;
        let signer = signature.signer(trust.signers.iter()).and_then(|signer| {
            foreseen_end = signature.judge_algorithms(&signer, trust.suite, trust.at)?;
            Ok(signer)
        });
        let file = SignedFile {
            sha256: crypto::sha256(bytes),
            bytes,
            signer,
            foreseen_end,
        };
        let entities = entities(root).into_iter();
        Ok(entities
            .filter_map(|entity| read_entity(entity, &file))
            .collect())
    }
}

/// The entities that the signature of `root` is over. Nothing else is walked: what stands in the
/// signature itself, or in extensions, is no metadata, even if it is called so.
fn entities<'a, 'i>(root: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    let mut groups = vec![root];
    let mut found = Vec::new();
    while let Some(group) = groups.pop() {
        if group.has_tag_name((METADATA, "EntityDescriptor")) {
            found.push(group);
        } else if group.has_tag_name((METADATA, "EntitiesDescriptor")) {
            groups.extend(group.children());
        }
    }
    found
}

/// What all entities of a file share.
struct SignedFile<'a> {
    sha256: [u8; 32],
    bytes: &'a Bytes,
    signer: Result<Arc<Certificate>, Refusal>,
    foreseen_end: Option<AlgorithmEnd>,
}

fn read_entity(entity: Node<'_, '_>, file: &SignedFile<'_>) -> Option<IdentityProviderMetadata> {
    let roles: Vec<Node<'_, '_>> = children(entity, METADATA, "IDPSSODescriptor").collect();
    if roles.is_empty() {
        return None;
    }
    let around: Vec<Node<'_, '_>> = entity.ancestors().filter(Node::is_element).collect();
    // Elsewhere than in the root it could be what somebody published before.
    let root = entity.document().root_element();
    let publications = extensions(root, PUBLICATION, "PublicationInfo")
        .filter_map(|publication| publication.attribute("creationInstant"));
    let ends = around.iter().chain(&roles);
    let ends = ends.filter_map(|node| node.attribute("validUntil"));
    let scopes = roles.iter().chain([&entity]);
    Some(IdentityProviderMetadata {
        sha256: file.sha256,
        file: file.bytes.clone(),
        entity: entity.attribute("entityID")?.to_owned(),
        scopes: scopes.flat_map(|node| read_scopes(*node)).collect(),
        assurance: read_assurance(entity),
        published: times(publications)?.into_iter().max(),
        valid_until: times(ends)?.into_iter().min(),
        signer: file.signer.clone(),
        foreseen_end: file.foreseen_end.clone(),
    })
}

fn read_scopes(node: Node<'_, '_>) -> Vec<String> {
    extensions(node, SHIBBOLETH_METADATA, "Scope")
        // A regular expression could name anybody.
        .filter(|scope| matches!(scope.attribute("regexp"), None | Some("false" | "0")))
        .filter_map(whole_text)
        .collect()
}

fn read_assurance(entity: Node<'_, '_>) -> Vec<String> {
    extensions(entity, ENTITY_ATTRIBUTES, "EntityAttributes")
        .flat_map(|attributes| children(attributes, ASSERTION, "Attribute"))
        .filter(|attribute| attribute.attribute("Name") == Some(ASSURANCE))
        .flat_map(|attribute| children(attribute, ASSERTION, "AttributeValue"))
        .filter_map(whole_text)
        .collect()
}

fn extensions<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    children(node, METADATA, "Extensions").flat_map(move |list| children(list, namespace, name))
}

/// The text of an element that holds nothing else than text and comments.
fn whole_text(element: Node<'_, '_>) -> Option<String> {
    let is_text = |node: Node<'_, '_>| node.is_text() || node.is_comment();
    element.children().all(is_text).then(|| text(element))
}

/// All times, or `None` where one cannot be read: metadata whose end is not understood may have
/// ended.
fn times<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Vec<UnixTime>> {
    texts.map(UnixTime::from_rfc3339).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const FILE: &str = r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
        xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" validUntil="2026-03-01T00:00:00Z">
        <md:Extensions><mdrpi:PublicationInfo xmlns:mdrpi="urn:oasis:names:tc:SAML:metadata:rpi"
        publisher="https://federation.fixture.test" creationInstant="2026-01-10T00:00:00Z"/></md:Extensions>
        <md:EntityDescriptor entityID="https://idp.fixture.test/a">
        <md:Extensions><mdattr:EntityAttributes xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">
        <saml:Attribute Name="urn:oasis:names:tc:SAML:attribute:assurance-certification">
        <saml:AttributeValue> http://id.elegnamnden.se/loa/1.0/loa3 </saml:AttributeValue></saml:Attribute>
        <saml:Attribute Name="http://macedir.org/entity-category">
        <saml:AttributeValue>http://id.elegnamnden.se/ec/1.0/loa3-pnr</saml:AttributeValue></saml:Attribute>
        </mdattr:EntityAttributes></md:Extensions>
        <md:IDPSSODescriptor validUntil="2026-02-01T00:00:00Z"><md:Extensions>
        <shibmd:Scope>5599990024</shibmd:Scope><shibmd:Scope regexp="true">.*</shibmd:Scope>
        <shibmd:Scope>55999<!-- not -->90032</shibmd:Scope><shibmd:Scope>5599990<b/>057</shibmd:Scope>
        </md:Extensions><shibmd:Scope>5599990065</shibmd:Scope></md:IDPSSODescriptor></md:EntityDescriptor>
        <md:EntityDescriptor entityID="https://sp.fixture.test/b"><md:SPSSODescriptor/></md:EntityDescriptor>
        </md:EntitiesDescriptor>"#;

    fn read(text: &str) -> Result<Vec<IdentityProviderMetadata>, Error> {
        let trust = MetadataTrust {
            signers: &[],
            suite: &CryptographicSuite::default(),
            at: UnixTime(0),
        };
        IdentityProviderMetadata::read_all(&text.to_owned().into(), &trust, &Limits::default())
    }

    #[test]
    fn what_an_entity_and_the_groups_around_it_say_is_read() {
        assert!(IdentityProviderMetadata::announces(FILE.as_bytes()));
        let found = read(FILE).unwrap();
        assert_eq!(found.len(), 1);
        let metadata = &found[0];
        assert!(matches!(metadata.signer, Err(Refusal::Unsigned)));
        assert_eq!(metadata.entity, "https://idp.fixture.test/a");
        // Comments do not cut a scope; other elements in it and other places make it none.
        assert_eq!(metadata.scopes, ["5599990024", "5599990032"]);
        let level = "http://id.elegnamnden.se/loa/1.0/loa3";
        assert_eq!(metadata.assurance, [level]);
        let time = |text| UnixTime::from_rfc3339(text);
        assert_eq!(metadata.published, time("2026-01-10T00:00:00Z"));
        assert_eq!(metadata.valid_until, time("2026-02-01T00:00:00Z"));
        let open = FILE
            .replace("validUntil", "until")
            .replace("creationInstant", "instant");
        let open = &read(&open).unwrap()[0];
        assert_eq!((open.published, open.valid_until), (None, None));
        let start = FILE.find("<mdrpi").unwrap();
        let end = start + FILE[start..].find("/>").unwrap() + 2;
        let (publication, entity) = (&FILE[start..end], "<mdattr:EntityAttributes ");
        let inside = FILE.replace(publication, "");
        let inside = inside.replace(entity, &format!("{publication}{entity}"));
        assert_eq!(read(&inside).unwrap()[0].published, None);
    }

    #[test]
    fn entities_elsewhere_than_in_groups_are_none() {
        let inner = FILE.replace(
            "<md:SPSSODescriptor/>",
            &FILE.replace("idp.fixture", "inner"),
        );
        assert_eq!(read(&inner).unwrap().len(), 1);
        assert!(read(&format!("<a>{FILE}</a>")).unwrap().is_empty());
        let grouped = FILE.replace("</md:EntitiesDescriptor>", "");
        let grouped = format!("{grouped}{FILE}</md:EntitiesDescriptor>");
        assert_eq!(read(&grouped).unwrap().len(), 2);
    }

    #[test]
    fn what_cannot_be_read_in_full_says_nothing() {
        for time in ["2026-03-01T00:00:00Z", "2026-01-10T00:00:00Z"] {
            assert!(read(&FILE.replace(time, "soon")).unwrap().is_empty());
        }
        assert!(read(&format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{FILE}")).is_err());
        assert!(read("no XML").is_err());
        assert!(!IdentityProviderMetadata::announces(b"<html/>"));
        let small = Limits {
            identity_provider_metadata_bytes: 100,
            ..Limits::default()
        };
        let trust = MetadataTrust {
            signers: &[],
            suite: &CryptographicSuite::default(),
            at: UnixTime(0),
        };
        let over = IdentityProviderMetadata::read_all(
            &Bytes::from_static(FILE.as_bytes()),
            &trust,
            &small,
        );
        assert!(matches!(over, Err(Error::OverLimit { allowed: 100, .. })));
    }
}
