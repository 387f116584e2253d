//! From when until when a row holds.

use super::RegisterProblem;
use crate::UnixTime;

/// A time during which a row holds: from a moment on, until just before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: UnixTime,
    /// The first moment after it; `None` where no end is known.
    pub until: Option<UnixTime>,
}

/// Days are Swedish ones, and midnight in Stockholm comes one or two hours before that of UTC:
/// of both readings of a day the narrower counts.
const MIDNIGHT_BEFORE_UTC: i64 = 2 * 3_600;
const DAY: i64 = 86_400;

impl Period {
    /// Reads a beginning and an end, each a day or a time; a day that is an end belongs to the
    /// period.
    pub(super) fn read(from: &str, until: Option<&str>) -> Result<Self, RegisterProblem> {
        let from = beginning(from)?;
        let until = until.map(end).transpose()?;
        match until {
            Some(until) if until <= from => Err(RegisterProblem::Period),
            _ => Ok(Period { from, until }),
        }
    }

    /// Whether `time` is in it.
    pub fn contains(&self, time: UnixTime) -> bool {
        self.from <= time && self.until.is_none_or(|until| time < until)
    }
}

/// A day from its beginning in UTC, or a time.
pub(super) fn beginning(text: &str) -> Result<UnixTime, RegisterProblem> {
    day(text)
        .or_else(|| UnixTime::from_rfc3339(text))
        .ok_or(RegisterProblem::Time)
}

fn end(text: &str) -> Result<UnixTime, RegisterProblem> {
    day(text)
        .map(|day| UnixTime(day.0 + DAY - MIDNIGHT_BEFORE_UTC))
        .or_else(|| UnixTime::from_rfc3339(text))
        .ok_or(RegisterProblem::Time)
}

fn day(text: &str) -> Option<UnixTime> {
    (text.len() == 10).then(|| UnixTime::from_rfc3339(&format!("{text}T00:00:00Z")))?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn time(text: &str) -> UnixTime {
        UnixTime::from_rfc3339(text).unwrap()
    }

    #[test]
    fn the_last_day_belongs_to_the_period_but_not_the_next_one_in_stockholm() {
        let period = Period::read("2026-01-10", Some("2026-01-12")).unwrap();
        assert!(!period.contains(time("2026-01-09T23:59:59Z")));
        assert!(period.contains(time("2026-01-10T00:00:00Z")));
        assert!(period.contains(time("2026-01-12T21:59:59Z")));
        assert!(!period.contains(time("2026-01-12T22:00:00Z")));
        let open = Period::read("2026-01-10T08:00:00+01:00", None).unwrap();
        assert_eq!(open.from, time("2026-01-10T07:00:00Z"));
        assert!(open.contains(time("2099-01-01T00:00:00Z")));
    }

    #[test]
    fn what_is_no_time_or_ends_too_early_is_refused() {
        let problem = |from, until| Period::read(from, until).unwrap_err();
        for wrong in ["", "2026-1-1", "2026-13-01", "10/01/2026", "2026-01-10 "] {
            assert_eq!(problem(wrong, None), RegisterProblem::Time, "{wrong}");
        }
        assert_eq!(
            problem("2026-01-10", Some("2026-01-09")),
            RegisterProblem::Period
        );
    }
}
