//! Reports as one self-contained HTML page: no script, nothing fetched, all texts escaped.

use super::inspection::Inspection;
use super::model::{JudgedCertificate, Report};
use super::options::Options;
use super::page::{Heading, Page, Section, Tone};
use super::replay::Replay;
use super::timeline::Timeline;
use super::wording::say;
use askama::Template;

/// The report on one document as a whole page.
pub fn to_html(report: &Report, options: &Options) -> String {
    let signatures = report.signatures.iter();
    let timelines = signatures
        .map(|signature| Timeline::new(report, signature, options))
        .collect();
    lay_out(Page::new(report, options), timelines, options)
}

/// The verdict on one certificate as a whole page.
pub fn certificate_to_html(judged: &JudgedCertificate, options: &Options) -> String {
    let page = match &judged.outcome {
        Ok((certificate, report)) => Page::of_certificate(judged, certificate, report, options),
        Err(error) => Page::of_unreadable_certificate(judged, error, options),
    };
    lay_out(page, Vec::new(), options)
}

/// What a file is and holds as a whole page.
pub fn inspection_to_html(inspection: &Inspection, options: &Options) -> String {
    lay_out(
        Page::of_inspection(inspection, options),
        Vec::new(),
        options,
    )
}

/// One envelope then and now as a whole page.
pub fn replay_to_html(replay: &Replay, options: &Options) -> String {
    let page = match &replay.now.error {
        Some(_) => Page::new(&replay.now, options),
        None => Page::of_replay(replay, options),
    };
    lay_out(page, Vec::new(), options)
}

fn lay_out(page: Page, timelines: Vec<Timeline>, options: &Options) -> String {
    let template = ReportTemplate {
        language: say(options.language, "en", "sv"),
        page,
        timelines,
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportTemplate {
    language: &'static str,
    page: Page,
    /// One for each signature, whose sections come first.
    timelines: Vec<Timeline>,
}

impl ReportTemplate {
    fn sections(&self) -> impl Iterator<Item = (&Section, Option<&Timeline>)> {
        let timelines = self.timelines.iter().map(Some);
        let none = std::iter::repeat(None);
        self.page.sections.iter().zip(timelines.chain(none))
    }
}

impl Heading {
    fn class(&self) -> &'static str {
        match self.tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Open => "open",
            Tone::Plain => "plain",
        }
    }
}
