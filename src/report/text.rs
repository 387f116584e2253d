//! Reports as text, for a registrar who is no cryptographer.

use super::model::Report;
use super::options::Options;
use super::page::{Heading, Page, Row};

/// Columns of a line; words that are longer, such as URLs, stand out beyond it.
const WIDTH: usize = 88;
const INDENT: usize = 2;

/// The report on one document, in short lines under aligned labels.
///
/// The first line holds the name of the document and the verdict.
pub fn to_text(report: &Report, options: &Options) -> String {
    let page = Page::new(report, options);
    let column = label_column(&page);
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

/// Where statements start: after the longest label.
fn label_column(page: &Page) -> usize {
    let rows = page
        .sections
        .iter()
        .flat_map(|section| &section.rows)
        .chain(&page.rows);
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
