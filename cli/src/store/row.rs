//! What the index knows of one envelope.

use super::{Listed, Version};
use serde::{Deserialize, Serialize};
use sigill::UnixTime;
use sigill::archive::{EnvelopeFacts, SealedOrganisation, SealedVerdict};
use sigill::binding::personal_number;
use sigill::crypto::sha256;
use std::path::Path;

/// A row of the index. No name of a file stands in it, for such may hold personal numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    size: u64,
    version: String,
    /// What the envelope says of itself; `None` where it is none or not as it was sealed.
    pub facts: Option<Facts>,
}

/// What an envelope says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    #[serde(with = "hexadecimal")]
    pub sha256: [u8; 32],
    #[serde(with = "hexadecimal")]
    pub document: [u8; 32],
    /// With personal numbers masked.
    pub diary_number: Option<String>,
    pub verdict: String,
    pub organisations: Vec<SealedOrganisation>,
    pub sealed_at: Option<i64>,
    pub renew_by: Option<i64>,
    /// The policy whose ends of algorithms count in `renew_by`.
    pub policy: String,
}

impl Row {
    pub fn new(version: Version, facts: Option<Facts>) -> Self {
        Row {
            size: version.size,
            version: version.tag,
            facts,
        }
    }

    /// Whether it is about the present version of an envelope.
    pub fn is_about(&self, listed: &Listed) -> bool {
        self.size == listed.version.size && self.version == listed.version.tag
    }

    /// Whether both are about the same bytes, and those hold an envelope.
    pub fn is_of_same_bytes(&self, other: &Row) -> bool {
        match (&self.facts, &other.facts) {
            (Some(own), Some(other)) => own.sha256 == other.sha256,
            _ => false,
        }
    }

    /// Whether an envelope that has changed may take this row's place: it holds the same, renewed.
    pub fn may_become(&self, newer: &Row) -> bool {
        match (&self.facts, &newer.facts) {
            (Some(own), Some(newer)) => {
                own.document == newer.document
                    && own.diary_number == newer.diary_number
                    && own.sealed_at == newer.sealed_at
            }
            _ => false,
        }
    }
}

impl Facts {
    pub fn new(facts: EnvelopeFacts, policy: &str) -> Option<Self> {
        facts.intact.then(|| Facts {
            sha256: facts.sha256,
            document: facts.document,
            diary_number: facts.diary_number.as_deref().map(masked),
            verdict: facts.verdict.name().to_owned(),
            organisations: facts.organisations,
            sealed_at: facts.sealed_at.map(|time| time.0),
            renew_by: facts.renew_by.map(|time| time.0),
            policy: policy.to_owned(),
        })
    }

    /// The same as it was read from the envelope, but for masked numbers.
    pub fn to_envelope_facts(&self) -> Option<EnvelopeFacts> {
        Some(EnvelopeFacts {
            sha256: self.sha256,
            intact: true,
            document: self.document,
            diary_number: self.diary_number.clone(),
            verdict: SealedVerdict::from_name(&self.verdict)?,
            organisations: self.organisations.clone(),
            sealed_at: self.sealed_at.map(UnixTime),
            renew_by: self.renew_by.map(UnixTime),
        })
    }
}

/// How an envelope is known in the index: by the SHA-256 of its name.
pub fn key(name: &Path) -> [u8; 32] {
    let parts = name.iter().map(|part| part.as_encoded_bytes());
    sha256(&parts.collect::<Vec<_>>().join(&b'/'))
}

fn masked(text: &str) -> String {
    personal_number::mask(text).into_owned()
}

/// Digests as text.
mod hexadecimal {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(digest: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&crate::store::hexadecimal(digest))
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        crate::store::arguments::digest(&text).map_err(D::Error::custom)
    }
}
