//! Trust that a policy file itself speaks of (EN 319 102-1, 5.1.4.2).

use crate::{UnixTime, hex};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A trust anchor of a policy file: either the certificate itself or, by its hash, one that is
/// trusted anyway and whose trust ends.
///
/// The policy names no files: it must mean the same wherever it lies, and its hash must cover
/// whom it trusts.
///
/// ```
/// let text = "[[trust_anchor]]\nsha256 = \"0a\"\nuntil = 2027-01-01T00:00:00Z";
/// assert!(sigill::Policy::from_toml(text).is_err(), "a SHA-256 has 64 digits");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Row")]
pub struct TrustAnchor {
    /// Who is meant.
    #[serde(flatten)]
    pub certificate: AnchorName,
    /// When trust ends (the sunset date of 5.6.2.2); never, where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixTime>,
}

/// How a policy file names an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnchorName {
    /// The certificate as PEM: the policy itself makes it an anchor.
    Pem(String),
    /// SHA-256 of the certificate, for one that the user gives as an anchor.
    #[serde(serialize_with = "to_hex")]
    Sha256([u8; 32]),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    pem: Option<String>,
    sha256: Option<String>,
    #[serde(default, deserialize_with = "time")]
    until: Option<UnixTime>,
}

impl TryFrom<Row> for TrustAnchor {
    type Error = &'static str;

    fn try_from(row: Row) -> Result<Self, &'static str> {
        let certificate = match (row.pem, row.sha256) {
            (Some(pem), None) => AnchorName::Pem(pem),
            (None, Some(digits)) => {
                AnchorName::Sha256(digest(&digits).ok_or("sha256: not 64 hexadecimal digits")?)
            }
            _ => return Err("a trust anchor needs either pem or sha256"),
        };
        if matches!(certificate, AnchorName::Sha256(_)) && row.until.is_none() {
            return Err("a trust anchor that is named by sha256 needs until");
        }
        Ok(TrustAnchor {
            certificate,
            until: row.until,
        })
    }
}

fn digest(digits: &str) -> Option<[u8; 32]> {
    let digits = digits.to_ascii_lowercase();
    let mut digest = [0; 32];
    for (index, octet) in digest.iter_mut().enumerate() {
        *octet = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    (hex(&digest) == digits).then_some(digest)
}

fn to_hex<S: serde::Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(digest))
}

/// An RFC 3339 time, in quotes or as TOML writes it.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<UnixTime>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Date(toml::value::Datetime),
    }
    let text = match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Date(date) => date.to_string(),
    };
    UnixTime::from_rfc3339(&text)
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("{text}: not a time such as 2027-01-01T00:00:00Z")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::policy::Policy;

    #[test]
    fn anchors_survive_the_policy_file() {
        let text = format!(
            "[[trust_anchor]]\nsha256 = \"{}\"\nuntil = 2027-01-01T00:00:00Z\n\
             [[trust_anchor]]\npem = \"-----BEGIN CERTIFICATE-----\"\nuntil = \"2028-01-01T00:00:00Z\"\n",
            "ab".repeat(32)
        );
        let policy = Policy::from_toml(&text).unwrap();
        assert_eq!(policy.trust_anchors.len(), 2);
        assert_eq!(Policy::from_toml(&policy.to_toml()).unwrap(), policy);
        assert_ne!(policy.sha256(), Policy::default().sha256());
    }

    #[test]
    fn anchors_that_say_nothing_are_refused() {
        let hash = "ab".repeat(32);
        for row in [
            String::new(),
            format!("sha256 = \"{hash}\""),
            format!("sha256 = \"{hash}\"\npem = \"x\"\nuntil = 2027-01-01T00:00:00Z"),
            format!(
                "sha256 = \"{}\"\nuntil = 2027-01-01T00:00:00Z",
                "é".repeat(32)
            ),
            format!("sha256 = \"{hash}\"\nuntil = \"soon\""),
            "file = \"root.pem\"".to_owned(),
        ] {
            assert!(
                Policy::from_toml(&format!("[[trust_anchor]]\n{row}")).is_err(),
                "{row}"
            );
        }
    }
}
