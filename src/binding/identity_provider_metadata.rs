//! SAML metadata of identity providers: which organisations an identity provider may speak for.

use crate::UnixTime;
use crate::crypto;
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;
use roxmltree::{Document, Node, ParsingOptions};

/// What the metadata of one identity provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Until when it holds.
    pub valid_until: Option<UnixTime>,
    /// Whether the federation operator's signature was verified.
    pub signature: MetadataSignature,
}

/// Whether a federation operator stands for metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataSignature {
    /// Nobody has looked: the metadata proves nothing.
    NotVerified,
    /// Its signature is that of a federation operator that is trusted.
    Verified,
}

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SHIBBOLETH_METADATA: &str = "urn:mace:shibboleth:metadata:1.0";

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

    /// The identity providers in a file of metadata. Its signature is not verified.
    ///
    /// # Errors
    /// [`Error::OverLimit`] for a file that is too large, [`Error::Malformed`] for one that is no
    /// XML without a document type.
    pub fn read_all(bytes: &Bytes, limits: &Limits) -> Result<Vec<Self>, Error> {
        const WHAT: &str = "SAML metadata";
        let malformed = |problem| Error::malformed(WHAT, 0, problem);
        if bytes.len() > limits.identity_provider_metadata_bytes {
            return Err(Error::OverLimit {
                limit: "bytes of SAML metadata",
                allowed: limits.identity_provider_metadata_bytes as u64,
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("not UTF-8"))?;
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: limits.identity_provider_metadata_nodes,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
            .map_err(|_| malformed("not XML"))?;
        let sha256 = crypto::sha256(bytes);
        let entities = document
            .descendants()
            .filter(|node| node.has_tag_name((METADATA, "EntityDescriptor")));
        Ok(entities
            .filter_map(|entity| of_entity(entity, sha256, bytes))
            .collect())
    }

    /// Whether a federation lets `entity` speak for the organisation of this number at `time`.
    pub(super) fn authorises(&self, entity: &str, number: &str, time: Option<UnixTime>) -> bool {
        let is_in_time = match (time, self.valid_until) {
            (Some(time), Some(until)) => time <= until,
            (Some(_), None) => true,
            (None, _) => false,
        };
        self.entity == entity && is_in_time && self.scopes.iter().any(|scope| scope == number)
    }
}

fn of_entity(
    entity: Node<'_, '_>,
    sha256: [u8; 32],
    file: &Bytes,
) -> Option<IdentityProviderMetadata> {
    let provider = entity
        .children()
        .find(|child| child.has_tag_name((METADATA, "IDPSSODescriptor")))?;
    let scopes = provider
        .descendants()
        .filter(|node| node.has_tag_name((SHIBBOLETH_METADATA, "Scope")))
        // A regular expression could name anybody.
        .filter(|scope| !matches!(scope.attribute("regexp"), Some("true" | "1")))
        .filter_map(|scope| scope.text())
        .map(|scope| scope.trim().to_owned());
    Some(IdentityProviderMetadata {
        sha256,
        file: file.clone(),
        entity: entity.attribute("entityID")?.to_owned(),
        scopes: scopes.collect(),
        valid_until: valid_until(entity)?,
        signature: MetadataSignature::NotVerified,
    })
}

/// The earliest end that the entity or a group around it states. An end that cannot be read
/// makes it worthless: the outer `None`.
#[allow(clippy::option_option)]
fn valid_until(entity: Node<'_, '_>) -> Option<Option<UnixTime>> {
    let mut earliest: Option<UnixTime> = None;
    for text in entity
        .ancestors()
        .filter_map(|node| node.attribute("validUntil"))
    {
        let end = UnixTime::from_rfc3339(text)?;
        earliest = Some(earliest.map_or(end, |known| known.min(end)));
    }
    Some(earliest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const FILE: &str = r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
        xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" validUntil="2026-03-01T00:00:00Z">
        <md:EntityDescriptor entityID="https://idp.fixture.test/a"><md:IDPSSODescriptor><md:Extensions>
        <shibmd:Scope>5599990024</shibmd:Scope><shibmd:Scope regexp="true">.*</shibmd:Scope>
        </md:Extensions></md:IDPSSODescriptor></md:EntityDescriptor>
        <md:EntityDescriptor entityID="https://sp.fixture.test/b"><md:SPSSODescriptor/></md:EntityDescriptor>
        </md:EntitiesDescriptor>"#;

    fn read(text: &str) -> Result<Vec<IdentityProviderMetadata>, Error> {
        IdentityProviderMetadata::read_all(&text.to_owned().into(), &Limits::default())
    }

    #[test]
    fn an_identity_provider_may_speak_for_its_scopes_while_its_metadata_holds() {
        assert!(IdentityProviderMetadata::announces(FILE.as_bytes()));
        let found = read(FILE).unwrap();
        assert_eq!(found.len(), 1);
        let metadata = &found[0];
        assert_eq!(metadata.signature, MetadataSignature::NotVerified);
        let time = |text| UnixTime::from_rfc3339(text);
        let provider = "https://idp.fixture.test/a";
        let during = time("2026-01-15T00:00:00Z");
        assert!(metadata.authorises(provider, "5599990024", during));
        assert!(!metadata.authorises(provider, "5599990016", during));
        assert!(!metadata.authorises("https://other.test", "5599990024", during));
        assert!(!metadata.authorises(provider, "5599990024", None));
        assert!(!metadata.authorises(provider, "5599990024", time("2026-04-01T00:00:00Z")));
    }

    #[test]
    fn what_cannot_be_read_in_full_says_nothing() {
        assert!(
            read(&FILE.replace("2026-03-01T00:00:00Z", "soon"))
                .unwrap()
                .is_empty()
        );
        assert!(read(&format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{FILE}")).is_err());
        assert!(read("no XML").is_err());
        assert!(!IdentityProviderMetadata::announces(b"<html/>"));
    }
}
