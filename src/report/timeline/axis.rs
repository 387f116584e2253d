//! From times to places.

use crate::UnixTime;

/// A scale from a first to a last moment.
pub(super) struct Axis {
    first: UnixTime,
    last: UnixTime,
}

/// A year or month under the drawing.
pub(in super::super) struct Tick {
    pub name: String,
    pub left: String,
}

const DAY: i64 = 86_400;
/// Names of years that stand side by side on a narrow screen.
const TICKS: i64 = 6;
/// Steps from one name to the next, in months.
const STEPS: [i64; 10] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200];
/// Places nearer to an edge than this have no room for a name.
const EDGE: f64 = 4.0;
/// Narrower than this, in percent, nothing is seen on a narrow screen.
const VISIBLE: f64 = 1.5;
/// Room on both sides of what is drawn, as a part of the whole.
const MARGIN: i64 = 25;

impl Axis {
    /// The scale that holds all times, with some room on both sides.
    pub fn over(times: impl Iterator<Item = UnixTime>) -> Self {
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for time in times {
            first = first.min(time.0);
            last = last.max(time.0);
        }
        if first > last {
            (first, last) = (0, 0);
        }
        let room = (last.saturating_sub(first) / MARGIN).max(DAY);
        Axis {
            first: UnixTime(first.saturating_sub(room)),
            last: UnixTime(last.saturating_add(room)),
        }
    }

    /// The place of a time; what lies outside stands at the edge.
    pub fn place(&self, time: UnixTime) -> String {
        percent(self.position(time))
    }

    /// How wide the time between two moments is.
    pub fn width(&self, from: UnixTime, until: UnixTime) -> String {
        percent((self.position(until) - self.position(from)).max(0.0))
    }

    /// Whether the time between two moments is too short to be seen as a bar.
    pub fn is_short(&self, from: UnixTime, until: UnixTime) -> bool {
        self.position(until) - self.position(from) < VISIBLE
    }

    /// How wide everything after a moment is.
    pub fn rest(&self, from: UnixTime) -> String {
        percent(100.0 - self.position(from))
    }

    /// The beginnings of years, or of months where these are few.
    pub fn ticks(&self) -> Vec<Tick> {
        let months = self.last.0.saturating_sub(self.first.0) / (30 * DAY);
        let step = STEPS.into_iter().find(|step| months / step <= TICKS);
        let step = step.unwrap_or(12 * months.max(1));
        let Some((year, month)) = calendar(self.first) else {
            return Vec::new();
        };
        let beginning = (i64::from(year) * 12 + i64::from(month) - 1).div_euclid(step) * step;
        (0..=TICKS + 2)
            .filter_map(|index| self.tick(beginning + index * step, step))
            .collect()
    }

    fn tick(&self, month: i64, step: i64) -> Option<Tick> {
        let year = i32::try_from(month.div_euclid(12)).ok()?;
        let month = u32::try_from(month.rem_euclid(12)).ok()? + 1;
        let time = UnixTime::from_date(year, month, 1)?;
        let position = self.position(time);
        let fits = time > self.first && (EDGE..=100.0 - EDGE).contains(&position);
        fits.then(|| Tick {
            name: if step < 12 {
                format!("{year}-{month:02}")
            } else {
                year.to_string()
            },
            left: percent(position),
        })
    }

    /// In percent.
    #[allow(clippy::cast_precision_loss)]
    fn position(&self, time: UnixTime) -> f64 {
        let whole = (self.last.0.saturating_sub(self.first.0)).max(1) as f64;
        let part = time.0.saturating_sub(self.first.0) as f64;
        (100.0 * part / whole).clamp(0.0, 100.0)
    }
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

fn calendar(time: UnixTime) -> Option<(i32, u32)> {
    let date = time.date();
    let mut parts = date.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> UnixTime {
        UnixTime::from_rfc3339(&format!("{text}T00:00:00Z")).unwrap()
    }

    #[test]
    fn times_stand_in_their_order_within_the_drawing() {
        let axis = Axis::over([day("2026-01-01"), day("2036-01-01")].into_iter());
        assert_eq!(axis.place(day("2000-01-01")), "0.00%");
        assert_eq!(axis.place(day("2031-01-01")), "50.00%");
        assert_eq!(axis.place(day("2099-01-01")), "100.00%");
        assert_eq!(axis.width(day("2026-01-01"), day("2036-01-01")), "92.59%");
        let names: Vec<String> = axis.ticks().into_iter().map(|tick| tick.name).collect();
        assert_eq!(names, ["2028", "2030", "2032", "2034"]);
    }

    #[test]
    fn short_times_have_months_and_none_has_nothing() {
        let axis = Axis::over([day("2026-01-01"), day("2026-05-01")].into_iter());
        let names: Vec<String> = axis.ticks().into_iter().map(|tick| tick.name).collect();
        assert_eq!(names, ["2026-02", "2026-03", "2026-04"]);
        let far = [UnixTime(i64::MIN), UnixTime(i64::MAX)];
        assert!(Axis::over(far.into_iter()).ticks().is_empty());
        assert!(Axis::over(std::iter::empty()).ticks().len() <= 1);
    }
}
