//! Reports as one self-contained HTML page: no script, nothing fetched, all texts escaped.

use super::model::{JudgedCertificate, Report};
use super::options::Options;
use super::page::{Heading, Page, Tone};
use super::wording::say;
use askama::Template;

/// The report on one document as a whole page.
pub fn to_html(report: &Report, options: &Options) -> String {
    lay_out(Page::new(report, options), options)
}

/// The verdict on one certificate as a whole page.
pub fn certificate_to_html(judged: &JudgedCertificate, options: &Options) -> String {
    let page = match &judged.outcome {
        Ok((certificate, report)) => Page::of_certificate(judged, certificate, report, options),
        Err(error) => Page::of_unreadable_certificate(judged, error, options),
    };
    lay_out(page, options)
}

fn lay_out(page: Page, options: &Options) -> String {
    let template = ReportTemplate {
        language: say(options.language, "en", "sv"),
        page,
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportTemplate {
    language: &'static str,
    page: Page,
}

impl Heading {
    fn class(&self) -> &'static str {
        match self.tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Open => "open",
        }
    }
}
