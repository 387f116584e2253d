//! How old revocation data may be (EN 319 102-1, 5.2.5).

use crate::UnixTime;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The maximum accepted revocation freshness for each kind of data.
///
/// Where none is set, the interval from `thisUpdate` to `nextUpdate` is the accepted one
/// (5.2.5.4, step 2).
///
/// ```
/// let policy = sigill::Policy::from_toml("[revocation_freshness]\ncrl = \"7d\"").unwrap();
/// assert_eq!(policy.revocation_freshness.crl.unwrap().seconds(), 7 * 86_400);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RevocationFreshness {
    /// For revocation lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl: Option<Age>,
    /// For OCSP responses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocsp: Option<Age>,
}

/// A length of time, written in policy files as a number with `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(i64);

/// The units, the largest first.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Age {
    /// Reads a length of time such as `7d`; `None` if the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = text.chars().last()?;
        let number = text.strip_suffix(unit)?;
        let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = is_number.then(|| number.parse().ok()).flatten()?;
        number.checked_mul(seconds).map(Age)
    }

    /// In seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The end of this length of time, from its beginning.
    pub fn after(self, beginning: UnixTime) -> UnixTime {
        UnixTime(beginning.0.saturating_add(self.0))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.into_iter().find(|(_, unit)| self.0 % unit == 0);
        let (name, unit) = whole.unwrap_or(('s', 1));
        write!(f, "{}{name}", self.0 / unit)
    }
}

impl Serialize for Age {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Age::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text}: not a length of time such as 7d")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Age;

    #[test]
    fn ages_are_read_and_written() {
        for text in ["7d", "36h", "15m", "90s", "0d"] {
            assert_eq!(Age::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Age::parse("24h").unwrap().to_string(), "1d");
        for wrong in [
            "",
            "7",
            "d",
            "-1d",
            "+1d",
            "7w",
            "1.5h",
            "9223372036854775807d",
            "7é",
        ] {
            assert_eq!(Age::parse(wrong), None, "{wrong}");
        }
    }
}
