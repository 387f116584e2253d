//! Points in time that do not mix: EN 319 102-1 gives each its own role.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::Error as _;
use std::fmt;
use std::time::SystemTime;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// ```
/// use sigill::UnixTime;
/// let time = UnixTime::from_rfc3339("2026-01-15T12:00:00+01:00").unwrap();
/// assert_eq!(time.to_string(), "2026-01-15T11:00:00Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// Reads an RFC 3339 time; `None` if the text is none.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(UnixTime(time.timestamp()))
    }

    /// Midnight UTC of a calendar day; `None` if there is no such day.
    pub fn from_date(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::from_calendar(year, month, day, 0, 0, 0)
    }

    /// A UTC calendar time; `None` if there is no such time.
    pub fn from_calendar(
        year: i32,
        month: u32,
        day: u32,
        hour: u32,
        minute: u32,
        second: u32,
    ) -> Option<Self> {
        let time = chrono::NaiveDate::from_ymd_opt(year, month, day)?
            .and_hms_opt(hour, minute, second)?
            .and_utc();
        Some(UnixTime(time.timestamp()))
    }

    /// The calendar day in UTC, as `2026-01-15`.
    pub fn date(self) -> String {
        self.to_string().chars().take_while(|c| *c != 'T').collect()
    }
}

impl From<SystemTime> for UnixTime {
    /// For callers that have a clock; the library has none.
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
        };
        UnixTime(seconds)
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp(self.0, 0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => write!(f, "{} s since 1970", self.0),
        }
    }
}

impl serde::Serialize for UnixTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for UnixTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_rfc3339(&text).ok_or_else(|| D::Error::custom("not a time of RFC 3339"))
    }
}

macro_rules! role {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub UnixTime);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

role! {
    /// The time at which the verdict is asked for (EN 319 102-1, 5.1.1: "current time").
    ValidationTime
}
role! {
    /// The time to which certificate validation has slid (EN 319 102-1, 5.6.2.2).
    ControlTime
}
role! {
    /// The earliest time at which the signature is proven to have existed (EN 319 102-1, 5.5).
    BestSignatureTime
}
