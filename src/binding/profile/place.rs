//! Places where attributes stand, as profiles write them.

use crate::asn1::Oid;
use serde::Deserialize;

/// Where an attribute stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in super::super) enum Place {
    /// `subject/<OID>`: in the distinguished name.
    Subject(Oid),
    /// `issuer/<OID>`: in the distinguished name of the issuer.
    Issuer(Oid),
    /// `directory/<OID>`: in SubjectDirectoryAttributes.
    Directory(Oid),
    /// `extension/<OID>`: the text that an extension holds.
    Extension(Oid),
    /// `context/<name>`: an attribute of the identity provider's assertion, in the
    /// authentication context.
    Context(String),
    /// `context-service`: the service for which the signer was identified.
    ContextService,
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unknown = || format!("no place of an attribute: {text}");
        if text == "context-service" {
            return Ok(Place::ContextService);
        }
        let (container, name) = text.split_once('/').ok_or_else(unknown)?;
        if container == "context" {
            return Ok(Place::Context(name.to_owned()));
        }
        let identifier = Oid::from_dotted(name).ok_or_else(unknown)?;
        Ok(match container {
            "subject" => Place::Subject(identifier),
            "issuer" => Place::Issuer(identifier),
            "directory" => Place::Directory(identifier),
            "extension" => Place::Extension(identifier),
            _ => return Err(unknown()),
        })
    }
}
