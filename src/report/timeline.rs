//! What is known of a signature along time: validity of certificates, revocation data, proofs of
//! existence, the ends of algorithms, and the moment from which nothing can be proven any more.
//!
//! Places are percentages of the width, so that a drawing fits any page while its texts keep
//! their size.

mod axis;
mod tracks;

use super::model::{Report, SignatureReport};
use super::options::Options;
use super::wording::{say, time};
use crate::UnixTime;
use crate::validation::Language;
use axis::Axis;
pub(super) use axis::Tick;
use tracks::Span;

/// A drawing, in units of the page downwards and in percent across.
pub(super) struct Timeline {
    pub title: &'static str,
    pub height: usize,
    pub tracks: Vec<Track>,
    pub marks: Vec<Mark>,
    pub ticks: Vec<Tick>,
    /// Where nothing can be proven any more begins.
    pub lost_from: Option<String>,
    pub lost_width: String,
}

/// One thing that lasts or happens, with what is written over it.
pub(super) struct Track {
    pub label: String,
    pub dates: String,
    pub class: &'static str,
    pub left: String,
    pub width: String,
    /// So short that a bar could not be seen.
    pub is_short: bool,
    /// The baseline of the label, of the dates and the top of the bar.
    pub label_at: usize,
    pub dates_at: usize,
    pub bar_at: usize,
}

/// A moment that matters for all of them.
pub(super) struct Mark {
    pub name: &'static str,
    pub time: String,
    pub class: &'static str,
    pub left: String,
}

const TRACK: usize = 50;
const LABEL: usize = 16;
const DATES: usize = 31;
const BAR: usize = 36;
/// Room for the years under the tracks.
const YEARS: usize = 24;

impl Timeline {
    /// The drawing for one signature; `None` where nothing is known of it that has a time.
    pub fn new(report: &Report, signature: &SignatureReport, options: &Options) -> Self {
        let spans = tracks::spans(report, signature, options);
        let moments = moments(report, signature);
        let axis = Axis::over(
            spans
                .iter()
                .filter(|span| span.is_bounding)
                .flat_map(|span| [span.from, span.until])
                .chain(moments.iter().map(|(_, at)| *at)),
        );
        let lost = moments
            .iter()
            .find(|(moment, _)| *moment == Moment::ProvableUntil);
        Timeline {
            title: say(options.language, "Timeline", "Tidslinje"),
            height: spans.len() * TRACK + YEARS,
            tracks: spans
                .iter()
                .enumerate()
                .map(|(index, span)| track(index, span, &axis))
                .collect(),
            marks: moments
                .iter()
                .map(|(moment, at)| Mark {
                    name: moment.name(options.language),
                    time: time(*at),
                    class: moment.class(),
                    left: axis.place(*at),
                })
                .collect(),
            ticks: axis.ticks(),
            lost_from: lost.map(|(_, at)| axis.place(*at)),
            lost_width: lost.map(|(_, at)| axis.rest(*at)).unwrap_or_default(),
        }
    }

    /// Where the years are written.
    pub fn years_at(&self) -> usize {
        self.height - 6
    }

    /// Where the lines end.
    pub fn bottom(&self) -> usize {
        self.height - YEARS
    }
}

fn track(index: usize, span: &Span, axis: &Axis) -> Track {
    let top = index * TRACK;
    Track {
        label: span.label.clone(),
        dates: span.dates(),
        class: span.class,
        left: axis.place(span.from),
        width: axis.width(span.from, span.until),
        is_short: axis.is_short(span.from, span.until),
        label_at: top + LABEL,
        dates_at: top + DATES,
        bar_at: top + BAR,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Claimed,
    Proven,
    Judged,
    ProvableUntil,
}

impl Moment {
    fn class(self) -> &'static str {
        match self {
            Moment::Claimed => "claimed",
            Moment::Proven => "proven",
            Moment::Judged => "judged",
            Moment::ProvableUntil => "lost",
        }
    }

    fn name(self, language: Language) -> &'static str {
        match self {
            Moment::Claimed => say(
                language,
                "The signer's own claim of the time",
                "Undertecknarens egen tidsuppgift",
            ),
            Moment::Proven => say(
                language,
                "Proven: signed at the latest",
                "Bevisat: undertecknat senast",
            ),
            Moment::Judged => say(language, "Judged as of", "Bedömt per"),
            Moment::ProvableUntil => say(
                language,
                "From here on nothing can be proven any more, unless it is time-stamped or sealed before",
                "Från och med nu går inget längre att bevisa, om inte en ny tidsstämpel eller försegling görs dessförinnan",
            ),
        }
    }
}

fn moments(report: &Report, signature: &SignatureReport) -> Vec<(Moment, UnixTime)> {
    let best = signature.best_signature_time;
    let of_envelope = report
        .envelope
        .as_ref()
        .and_then(|envelope| envelope.provable_until);
    let passed = signature.conclusion.indication.is_passed();
    let provable_until = signature.provable_until.or(of_envelope).filter(|_| passed);
    [
        (Moment::Claimed, signature.claimed_signing_time),
        (
            Moment::Proven,
            Some(best).filter(|best| *best < report.validation_time),
        ),
        (Moment::Judged, Some(report.validation_time)),
        (Moment::ProvableUntil, provable_until),
    ]
    .into_iter()
    .filter_map(|(moment, at)| Some((moment, at?)))
    .collect()
}
