//! Suites as TOML: the same table as the default's, row by row.

use super::{CryptographicSuite, DigestRow, End, Scheme, SchemeRow};
use crate::crypto::digest::DigestAlgorithm;
use crate::time::UnixTime;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

impl CryptographicSuite {
    /// Reads a suite file, which must state everything: nothing is taken from the default.
    ///
    /// ```
    /// use sigill::crypto::CryptographicSuite;
    /// let suite = CryptographicSuite::default();
    /// assert_eq!(CryptographicSuite::from_toml(&suite.to_toml()).unwrap(), suite);
    /// ```
    ///
    /// # Errors
    /// The line and the reason, where the text is not TOML, lacks something, or names an
    /// algorithm that sigill does not know.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The suite as a suite file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuiteTable {
    source: Cow<'static, str>,
    #[serde(with = "day")]
    update_date: UnixTime,
    digests: Vec<DigestTable>,
    schemes: Vec<SchemeTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DigestTable {
    #[serde(with = "digest")]
    algorithm: DigestAlgorithm,
    #[serde(with = "end")]
    end: End,
    /// That of the suite, where it is left out.
    source: Option<Cow<'static, str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeTable {
    #[serde(with = "scheme")]
    algorithm: Scheme,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "any_digest")]
    digest: Option<DigestAlgorithm>,
    minimum_size: u32,
    #[serde(with = "end")]
    end: End,
    source: Option<Cow<'static, str>>,
}

impl Serialize for CryptographicSuite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let source = |source: &Cow<'static, str>| Some(source.clone());
        let digests = self.digests.iter().map(|row| DigestTable {
            algorithm: row.digest,
            end: row.end,
            source: source(&row.source),
        });
        let schemes = self.schemes.iter().map(|row| SchemeTable {
            algorithm: row.scheme,
            digest: row.digest,
            minimum_size: row.minimum_size,
            end: row.end,
            source: source(&row.source),
        });
        let table = SuiteTable {
            source: self.source.clone(),
            update_date: self.update_date,
            digests: digests.collect(),
            schemes: schemes.collect(),
        };
        table.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CryptographicSuite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = SuiteTable::deserialize(deserializer)?;
        let source = |source: Option<Cow<'static, str>>| source.unwrap_or(table.source.clone());
        let digests = table.digests.into_iter().map(|row| DigestRow {
            digest: row.algorithm,
            end: row.end,
            source: source(row.source),
        });
        let schemes = table.schemes.into_iter().map(|row| SchemeRow {
            scheme: row.algorithm,
            digest: row.digest,
            minimum_size: row.minimum_size,
            end: row.end,
            source: source(row.source),
        });
        let suite = CryptographicSuite {
            update_date: table.update_date,
            digests: digests.collect(),
            schemes: schemes.collect(),
            source: table.source.clone(),
        };
        match suite.doubled_row() {
            None => Ok(suite),
            Some(row) => Err(D::Error::custom(format!("{row} has two rows"))),
        }
    }
}

impl CryptographicSuite {
    /// A second row for the same would be passed over unseen.
    fn doubled_row(&self) -> Option<String> {
        let digests = self.digests.iter().enumerate().find(|(index, row)| {
            let mut before = self.digests.iter().take(*index);
            before.any(|other| other.digest == row.digest)
        });
        let key = |row: &SchemeRow| (row.scheme, row.digest, row.minimum_size);
        let schemes = self.schemes.iter().enumerate().find(|(index, row)| {
            let mut before = self.schemes.iter().take(*index);
            before.any(|other| key(other) == key(row))
        });
        let digest = digests.map(|(_, row)| row.digest.name().to_owned());
        digest.or_else(|| {
            schemes.map(|(_, row)| format!("{} {}", row.scheme.name(), row.minimum_size))
        })
    }
}

/// Where rows end: a day, `never`, or `not-listed`, by which a row takes its sizes out.
mod end {
    use super::*;

    pub(super) fn serialize<S: Serializer>(end: &End, serializer: S) -> Result<S::Ok, S::Error> {
        match end {
            End::Never => serializer.serialize_str("never"),
            End::NotListed => serializer.serialize_str("not-listed"),
            End::At(time) => day::serialize(time, serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<End, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "never" => Ok(End::Never),
            "not-listed" => Ok(End::NotListed),
            day => day::read(day).map(End::At),
        }
    }
}

/// A day as `2029-01-01`, or a time where it is not midnight.
mod day {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        time: &UnixTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time.0 % 86_400 {
            0 => serializer.serialize_str(&time.date()),
            _ => serializer.collect_str(time),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<UnixTime, D::Error> {
        read(&String::deserialize(deserializer)?)
    }

    pub(super) fn read<E: serde::de::Error>(text: &str) -> Result<UnixTime, E> {
        UnixTime::from_rfc3339(text)
            .or_else(|| UnixTime::from_rfc3339(&format!("{text}T00:00:00Z")))
            .ok_or_else(|| E::custom(format!("{text}: not a day such as 2029-01-01")))
    }
}

mod digest {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        digest: &DigestAlgorithm,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(digest.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DigestAlgorithm, D::Error> {
        let name = String::deserialize(deserializer)?;
        DigestAlgorithm::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("{name}: not a digest algorithm")))
    }
}

mod any_digest {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        digest: &Option<DigestAlgorithm>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        digest.map(DigestAlgorithm::name).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DigestAlgorithm>, D::Error> {
        digest::deserialize(deserializer).map(Some)
    }
}

mod scheme {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        scheme: &Scheme,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(scheme.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Scheme, D::Error> {
        let name = String::deserialize(deserializer)?;
        let scheme = Scheme::ALL.into_iter().find(|scheme| scheme.name() == name);
        scheme.ok_or_else(|| D::Error::custom(format!("{name}: not a signature scheme")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    const SMALL: &str = r#"
source = "Riksarkivet"
update_date = "2026-01-01"
schemes = []

[[digests]]
algorithm = "sha256"
end = "2030-06-01"
"#;

    #[test]
    fn a_suite_comes_back_as_it_was_written() {
        let mut suite = CryptographicSuite::default();
        suite.schemes.push(SchemeRow {
            scheme: Scheme::Ecdsa,
            digest: Some(DigestAlgorithm::Sha3_512),
            minimum_size: 224,
            end: End::NotListed,
            source: Cow::Borrowed("test"),
        });
        suite.update_date = UnixTime(1_728_777_601);
        let text = suite.to_toml();
        assert_eq!(CryptographicSuite::from_toml(&text).unwrap(), suite);
        assert!(
            text.contains("algorithm = \"RSA-PKCS1\"\nminimum_size = 3000\nend = \"2029-01-01\"")
        );
    }

    #[test]
    fn a_row_without_a_source_has_that_of_the_suite() {
        let suite = CryptographicSuite::from_toml(SMALL).unwrap();
        let end = suite.digest_end(DigestAlgorithm::Sha256);
        assert_eq!(end.to_string(), "sha256, 2030-06-01, Riksarkivet");
        let unknown = suite.digest_end(DigestAlgorithm::Sha512);
        assert_eq!(unknown.to_string(), "sha512, Riksarkivet");
        assert_eq!(unknown.end, End::NotListed);
    }

    #[test]
    fn a_bad_file_names_the_line() {
        for (good, bad, line, word) in [
            ("sha256", "sha257", 7, "sha257"),
            ("2030-06-01", "2030-02-30", 8, "2030-02-30"),
            ("2026-01-01", "tomorrow", 3, "tomorrow"),
            ("schemes = []", "scheme = []", 4, "scheme"),
        ] {
            let text = SMALL.replace(good, bad);
            let error = CryptographicSuite::from_toml(&text).unwrap_err();
            let start = error.span().unwrap().start;
            assert_eq!(text[..start].matches('\n').count() + 1, line, "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
        let twice = format!("{SMALL}[[digests]]\nalgorithm = \"sha256\"\nend = \"never\"\n");
        let error = CryptographicSuite::from_toml(&twice).unwrap_err();
        assert!(error.to_string().contains("sha256 has two rows"), "{error}");
        assert!(CryptographicSuite::from_toml("").is_err());
    }
}
