//! Reports as text, for a registrar who is no cryptographer.

use super::explanation;
use super::inspection::Inspection;
use super::model::{AugmentReport, JudgedCertificate, Report, SealReport};
use super::options::Options;
use super::page::{Heading, Page, Row};
use super::replay::Replay;
use super::wording::{outside, say, time};
use crate::error::Error;

/// Columns of a line; words that are longer, such as URLs, stand out beyond it.
const WIDTH: usize = 88;
const INDENT: usize = 2;

/// The report on one document, in short lines under aligned labels; an unreadable one is one
/// line.
///
/// The first line holds the name of the document and the verdict.
pub fn to_text(report: &Report, options: &Options) -> String {
    if let Some(error) = &report.error {
        return unreadable(report.document.path.as_deref(), error, options);
    }
    lay_out(&Page::new(report, options))
}

/// The verdict on one certificate, laid out as a report on a document is.
pub fn certificate_to_text(judged: &JudgedCertificate, options: &Options) -> String {
    match &judged.outcome {
        Err(error) => unreadable(judged.path.as_deref(), error, options),
        Ok((certificate, report)) => {
            lay_out(&Page::of_certificate(judged, certificate, report, options))
        }
    }
}

/// What a file is and holds, laid out as a report on a document is.
pub fn inspection_to_text(inspection: &Inspection, options: &Options) -> String {
    match &inspection.error {
        Some(error) => unreadable(inspection.document.path.as_deref(), error, options),
        None => lay_out(&Page::of_inspection(inspection, options)),
    }
}

/// One envelope then and now, laid out as a report on a document is.
pub fn replay_to_text(replay: &Replay, options: &Options) -> String {
    match &replay.now.error {
        Some(error) => unreadable(replay.now.document.path.as_deref(), error, options),
        None => lay_out(&Page::of_replay(replay, options)),
    }
}

fn lay_out(page: &Page) -> String {
    let column = label_column(page);
    let mut text = String::new();
    write_heading(&mut text, &page.heading);
    write_rows(&mut text, &page.rows, column);
    for section in &page.sections {
        text.push('\n');
        write_heading(&mut text, &section.heading);
        write_rows(&mut text, &section.rows, column);
    }
    text
}

/// One line, so that a folder's unreadable files do not bury the others.
fn unreadable(path: Option<&str>, error: &Error, options: &Options) -> String {
    let language = options.language;
    format!(
        "{}: {}: {}; {}\n",
        outside(path.unwrap_or("-"), options),
        say(language, "cannot be read", "kan inte läsas"),
        explanation::error(error, language),
        explanation::error_advice(error, language)
    )
}

/// What sealing one document gave, on one line or two.
pub fn seal_to_text(report: &SealReport, options: &Options) -> String {
    let language = options.language;
    let document = report.document.path.as_deref().unwrap_or("-");
    let document = outside(document, options);
    if let Some(failure) = &report.error {
        let refused = say(language, "not sealed", "inte förseglad");
        return format!(
            "{document}: {refused}: {}\n",
            outside(&failure.message, options)
        );
    }
    let envelope = report
        .envelope
        .as_ref()
        .and_then(|envelope| envelope.path.as_deref());
    let sealed = say(language, "sealed in", "förseglad i");
    let until = match report.provable_until {
        Some(until) => format!(
            "{} {}",
            say(language, "provable until", "bevisbar till"),
            time(until)
        ),
        None => say(
            language,
            "the time-stamping authority is not among those you trust",
            "tidsstämplingstjänsten är inte bland dem ni litar på",
        )
        .to_owned(),
    };
    let public = report
        .public_report
        .as_ref()
        .and_then(|public| public.path.as_deref());
    let public = public.map_or_else(String::new, |path| {
        let label = say(language, "public report", "offentlig rapport");
        format!("  {label} {}\n", outside(path, options))
    });
    format!(
        "{document}: {sealed} {}\n  {until}\n{public}",
        outside(envelope.unwrap_or("-"), options)
    )
}

/// What renewing one envelope gave, on one line.
pub fn renewal_to_text(report: &SealReport, options: &Options) -> String {
    let language = options.language;
    let envelope = report
        .envelope
        .as_ref()
        .and_then(|envelope| envelope.path.as_deref());
    let path = outside(
        envelope.or(report.document.path.as_deref()).unwrap_or("-"),
        options,
    );
    if let Some(failure) = &report.error {
        let refused = say(language, "not renewed", "inte förnyat");
        return format!(
            "{path}: {refused}: {}\n",
            outside(&failure.message, options)
        );
    }
    let renewed = say(language, "renewed", "förnyat");
    let until = match report.provable_until {
        Some(until) => format!(
            "{} {}",
            say(language, "provable until", "bevisbart till"),
            time(until)
        ),
        None => say(language, "provable", "bevisbart").to_owned(),
    };
    format!("{path}: {renewed}; {until}\n")
}

/// What augmenting one document gave: where it is, and the level of each signature.
pub fn augmentation_to_text(report: &AugmentReport, options: &Options) -> String {
    let language = options.language;
    let document = outside(report.document.path.as_deref().unwrap_or("-"), options);
    if let Some(failure) = &report.error {
        let refused = say(language, "not augmented", "inte utökad");
        let why = outside(&failure.message, options);
        return format!("{document}: {refused}: {why}\n");
    }
    let mut text = match &report.augmented {
        Some(augmented) => {
            let told = say(language, "augmented in", "utökad i");
            format!("{document}: {told} {}\n", outside(&augmented.path, options))
        }
        None => {
            let told = say(language, "nothing was missing", "ingenting saknades");
            format!("{document}: {told}\n")
        }
    };
    for (signature, level) in &report.levels {
        text.push_str(&format!("  {signature}: {level}\n"));
    }
    for certificate in &report.revocation_data_missing {
        let told = say(
            language,
            "a time-stamp without revocation data of",
            "en tidsstämpel utan spärrinformation om",
        );
        text.push_str(&format!("  {told} {certificate}\n"));
    }
    if report.counter_signatures > 0 {
        let told = say(
            language,
            "counter-signatures left as they are",
            "kontrasignaturer som lämnades som de är",
        );
        text.push_str(&format!("  {told}: {}\n", report.counter_signatures));
    }
    text
}

/// What sealing has cost: one time-stamp serves as many envelopes as were sealed together.
pub fn cost_of_sealing(envelopes: u64, calls: u64, options: &Options) -> String {
    let language = options.language;
    let saved = envelopes.saturating_sub(calls);
    format!(
        "{}: {envelopes}; {}: {calls}; {}: {saved}\n",
        say(language, "Envelopes", "Kuvert"),
        say(language, "time-stamps fetched", "hämtade tidsstämplar"),
        say(language, "saved", "sparade"),
    )
}

/// A title with statements under it.
pub(super) fn paragraph(title: &str, rows: &[Row]) -> String {
    let mut text = format!("{title}\n");
    write_rows(&mut text, rows, column_after(rows.iter()));
    text
}

fn label_column(page: &Page) -> usize {
    let rows = page.sections.iter().flat_map(|section| &section.rows);
    column_after(rows.chain(&page.rows))
}

/// Where statements start: after the longest label.
fn column_after<'a>(rows: impl Iterator<Item = &'a Row>) -> usize {
    let longest = rows.map(|row| row.label.chars().count()).max();
    INDENT + longest.unwrap_or_default() + 2
}

fn write_heading(text: &mut String, heading: &Heading) {
    text.push_str(&heading.subject);
    text.push_str(": ");
    text.push_str(heading.verdict);
    if let Some(reason) = heading.sub_indication {
        text.push_str(&format!(" ({reason})"));
    }
    text.push('\n');
}

fn write_rows(text: &mut String, rows: &[Row], column: usize) {
    for row in rows {
        let mut label = row.label;
        let bullet = if row.items.len() > 1 || row.items.iter().any(|item| !item.details.is_empty())
        {
            "- "
        } else {
            ""
        };
        for item in &row.items {
            write_statement(text, label, bullet, &item.text, column);
            label = "";
            for detail in &item.details {
                write_statement(text, "", "  ", detail, column);
            }
        }
    }
}

/// A statement, broken between words, its lines under each other.
fn write_statement(text: &mut String, label: &str, bullet: &str, statement: &str, column: usize) {
    let width = WIDTH.saturating_sub(column + bullet.len());
    let mut start = format!("{:INDENT$}{label}", "");
    let mut bullet = bullet;
    for line in wrap(statement, width) {
        text.push_str(&format!("{start:column$}{bullet}{line}\n"));
        start.clear();
        bullet = if bullet.is_empty() { "" } else { "  " };
    }
}

fn wrap(statement: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in statement.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if used + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + length;
            }
            _ => {
                lines.push(word.to_owned());
                used = length;
            }
        }
    }
    lines
}
