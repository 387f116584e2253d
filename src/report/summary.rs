//! A whole run in numbers, as text and as one page with charts: no script, nothing fetched.

use super::options::Options;
use super::row::Row;
use super::wording::say;
use crate::UnixTime;
use crate::validation::Language;
use askama::Template;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run came to, or one document of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// How many documents there were.
    pub documents: u64,
    /// How many signatures they hold, counter-signatures among them.
    pub signatures: u64,
    /// How many documents were not judged again, but as of an earlier run.
    pub taken_over: u64,
    /// The earliest time at which a document was judged.
    pub judged_from: Option<UnixTime>,
    /// The latest time at which a document was judged.
    pub judged_until: Option<UnixTime>,
    by_document: Counts,
    by_verdict: Counts,
    by_reason: Counts,
    by_system: Counts,
    by_grade: Counts,
    by_year: Counts,
}

/// How often each word stands in a column; `None` where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(
    from = "Vec<(Option<String>, u64)>",
    into = "Vec<(Option<String>, u64)>"
)]
struct Counts(BTreeMap<Option<String>, u64>);

impl From<Vec<(Option<String>, u64)>> for Counts {
    fn from(pairs: Vec<(Option<String>, u64)>) -> Self {
        Counts(pairs.into_iter().collect())
    }
}

impl From<Counts> for Vec<(Option<String>, u64)> {
    fn from(counts: Counts) -> Self {
        counts.0.into_iter().collect()
    }
}

/// Whether a document was judged in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It was.
    Now,
    /// Its verdict is that of an earlier run.
    Before,
}

impl Summary {
    /// Takes in the rows of one document.
    pub fn add(&mut self, rows: &[Row], judged: Judged) {
        let Some(document) = rows.first() else {
            return;
        };
        self.documents += 1;
        self.taken_over += u64::from(judged == Judged::Before);
        self.add_times(document.validation_time, document.validation_time);
        let verdict = match (&document.error, &document.document_indication) {
            (Some(_), _) => Some(UNREADABLE),
            (None, indication) => indication.as_deref(),
        };
        self.by_document.add_one(verdict);
        if let Some(error) = &document.error {
            self.by_reason.add_one(Some(error));
        }
        for row in rows.iter().filter(|row| row.signature.is_some()) {
            self.add_signature(row);
        }
    }

    /// Takes in what another part of a run came to.
    pub fn merge(&mut self, other: &Summary) {
        self.documents += other.documents;
        self.signatures += other.signatures;
        self.taken_over += other.taken_over;
        self.add_times(other.judged_from, other.judged_until);
        for (counts, others) in [
            (&mut self.by_document, &other.by_document),
            (&mut self.by_verdict, &other.by_verdict),
            (&mut self.by_reason, &other.by_reason),
            (&mut self.by_system, &other.by_system),
            (&mut self.by_grade, &other.by_grade),
            (&mut self.by_year, &other.by_year),
        ] {
            for (word, times) in &others.0 {
                counts.add(word.as_deref(), *times);
            }
        }
    }

    fn add_times(&mut self, from: Option<UnixTime>, until: Option<UnixTime>) {
        self.judged_from = self.judged_from.into_iter().chain(from).min();
        self.judged_until = self.judged_until.into_iter().chain(until).max();
    }

    fn add_signature(&mut self, row: &Row) {
        self.signatures += 1;
        self.by_verdict.add_one(row.indication.as_deref());
        if row.sub_indication.is_some() {
            self.by_reason.add_one(row.sub_indication.as_deref());
        }
        self.by_system.add_one(row.eid.as_deref());
        self.by_grade.add_one(row.organisation_grade.as_deref());
        if row.indication.as_deref() == Some(PASSED) {
            let year = row.provable_until.map(|end| end.date());
            let year = year.as_deref().and_then(|date| date.split('-').next());
            self.by_year.add_one(year);
        }
    }

    /// Tables of numbers.
    pub fn to_text(&self, options: &Options) -> String {
        let language = options.language;
        let mut text = format!("{}\n", self.heading(language));
        for line in self.remarks(language) {
            text += &format!("  {line}\n");
        }
        for table in self.tables(language) {
            text += &format!("\n{}\n", table.title);
            for bar in &table.bars {
                text += &format!("  {:>9}  {}\n", bar.count, bar.label);
            }
        }
        text
    }

    /// The same as one page, each table with a chart.
    pub fn to_html(&self, options: &Options) -> String {
        let language = options.language;
        let page = SummaryTemplate {
            language: say(language, "en", "sv"),
            heading: self.heading(language),
            remarks: self.remarks(language),
            tables: self.tables(language),
        };
        // Rendering fails where a value's own Display does, and these are all plain texts.
        page.render().unwrap_or_default()
    }

    fn heading(&self, language: Language) -> String {
        format!(
            "{} {}, {} {}",
            self.documents,
            say(language, "documents", "dokument"),
            self.signatures,
            say(language, "signatures", "underskrifter"),
        )
    }

    fn remarks(&self, language: Language) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some((from, until)) = self.judged_from.zip(self.judged_until) {
            let judged = say(language, "Judged as of", "Bedömda per");
            remarks.push(match from == until {
                true => format!("{judged} {from}"),
                false => format!("{judged} {from} {} {until}", say(language, "to", "till")),
            });
        }
        if self.taken_over > 0 {
            remarks.push(format!(
                "{}: {}",
                say(
                    language,
                    "Taken over from earlier runs, nothing having changed since",
                    "Övertagna från tidigare körningar, då inget ändrats sedan dess",
                ),
                self.taken_over
            ));
        }
        remarks
    }

    fn tables(&self, language: Language) -> Vec<Table> {
        let unknown = say(language, "not known", "inte känt");
        let tables = [
            Table::new(
                say(language, "Documents by verdict", "Dokument efter utslag"),
                &self.by_document,
                say(language, "nothing to judge", "inget att bedöma"),
            ),
            Table::new(
                say(
                    language,
                    "Signatures by verdict",
                    "Underskrifter efter utslag",
                ),
                &self.by_verdict,
                unknown,
            ),
            Table::new(say(language, "Reasons", "Skäl"), &self.by_reason, unknown),
            Table::new(
                say(language, "e-ID systems", "E-legitimationer"),
                &self.by_system,
                unknown,
            ),
            Table::new(
                say(
                    language,
                    "How surely the organisation is known",
                    "Hur säkert organisationen är känd",
                ),
                &self.by_grade,
                unknown,
            ),
            Table::new(
                say(
                    language,
                    "Passed signatures by the year in which they cease to be provable",
                    "Godkända underskrifter efter det år då de slutar kunna styrkas",
                ),
                &self.by_year,
                say(language, "no end known", "inget känt slut"),
            ),
        ];
        let tables = tables.into_iter();
        tables.filter(|table| !table.bars.is_empty()).collect()
    }
}

const UNREADABLE: &str = "unreadable";
const PASSED: &str = "TOTAL-PASSED";

impl Counts {
    fn add_one(&mut self, word: Option<&str>) {
        self.add(word, 1);
    }

    fn add(&mut self, word: Option<&str>, times: u64) {
        *self.0.entry(word.map(str::to_owned)).or_default() += times;
    }
}

/// One table, which is one chart.
struct Table {
    title: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    count: u64,
    class: &'static str,
    /// In percent of the longest.
    width: String,
}

impl Table {
    fn new(title: &'static str, counts: &Counts, none: &str) -> Self {
        let longest = counts.0.values().copied().max().unwrap_or(1);
        // Sorted by the word; what has none comes last.
        let named = counts.0.iter().filter(|(word, _)| word.is_some());
        let others = counts.0.iter().filter(|(word, _)| word.is_none());
        let bar = |(word, count): (&Option<String>, &u64)| Bar {
            class: tone(word.as_deref()),
            label: word.clone().unwrap_or_else(|| none.to_owned()),
            count: *count,
            width: width(*count, longest),
        };
        Table {
            title,
            bars: named.chain(others).map(bar).collect(),
        }
    }

    fn height(&self) -> usize {
        self.bars.len() * STEP
    }

    fn places(&self) -> impl Iterator<Item = (usize, &Bar)> {
        let bars = self.bars.iter().enumerate();
        bars.map(|(index, bar)| (index * STEP, bar))
    }
}

/// The height of one bar with the words over it.
const STEP: usize = 40;

/// Tenths of a percent are shown; what is there at all is seen.
fn width(count: u64, longest: u64) -> String {
    let tenths = u128::from(count) * 1_000 / u128::from(longest.max(1));
    let tenths = tenths.max(3);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn tone(word: Option<&str>) -> &'static str {
    match word {
        Some(PASSED) => "good",
        Some("TOTAL-FAILED" | UNREADABLE) => "bad",
        Some("INDETERMINATE") => "open",
        _ => "plain",
    }
}

#[derive(Template)]
#[template(path = "summary.html")]
struct SummaryTemplate {
    language: &'static str,
    heading: String,
    remarks: Vec<String>,
    tables: Vec<Table>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn row(signature: &str, indication: &str, until: Option<&str>) -> Row {
        Row {
            signature: Some(signature.to_owned()),
            indication: Some(indication.to_owned()),
            document_indication: Some(indication.to_owned()),
            eid: Some("a <b> system".to_owned()),
            organisation_grade: Some("O4".to_owned()),
            provable_until: until.map(|until| UnixTime::from_rfc3339(until).unwrap()),
            validation_time: UnixTime::from_date(2026, 2, 1),
            ..Row::default()
        }
    }

    fn example() -> Summary {
        let mut summary = Summary::default();
        let passed = |until| row("S-1", PASSED, until);
        summary.add(&[passed(Some("2029-12-31T23:59:59Z"))], Judged::Now);
        summary.add(&[passed(Some("2029-01-01T00:00:00Z"))], Judged::Before);
        summary.add(
            &[passed(None), row("S-2", "INDETERMINATE", None)],
            Judged::Now,
        );
        let damaged = Row {
            error: Some("malformed".to_owned()),
            ..Row::default()
        };
        summary.add(&[damaged], Judged::Now);
        summary.add(&[Row::default()], Judged::Now);
        summary
    }

    #[test]
    fn every_document_and_every_signature_is_counted_once() {
        let summary = example();
        assert_eq!((summary.documents, summary.signatures), (5, 4));
        assert_eq!(summary.taken_over, 1);
        for (counts, whole) in [(&summary.by_document, 5), (&summary.by_verdict, 4)] {
            assert_eq!(counts.0.values().sum::<u64>(), whole);
        }
        assert_eq!(summary.by_year.0.get(&Some("2029".to_owned())), Some(&2));
        assert_eq!(summary.by_year.0.get(&None), Some(&1));
        let text = summary.to_text(&Options::default());
        assert!(text.starts_with("5 documents, 4 signatures\n"), "{text}");
        assert!(
            text.contains("          2  2029\n          1  no end known\n"),
            "{text}"
        );
    }

    #[test]
    fn parts_come_to_the_same_as_the_whole_also_when_they_were_written_and_read() {
        let mut whole = example();
        let mut parts = Summary::default();
        for part in [example(), Summary::default()] {
            let written = serde_json::to_string(&part).unwrap();
            parts.merge(&serde_json::from_str(&written).unwrap());
        }
        assert_eq!(parts, whole);
        let later = Row {
            validation_time: UnixTime::from_date(2027, 2, 1),
            ..row("S-1", PASSED, None)
        };
        let mut part = Summary::default();
        part.add(std::slice::from_ref(&later), Judged::Before);
        parts.merge(&part);
        whole.add(&[later], Judged::Before);
        assert_eq!(parts, whole);
    }

    #[test]
    fn the_page_is_well_formed_with_all_texts_escaped() {
        let page = example().to_html(&Options::default());
        let (_, body) = page.split_once("</head>").unwrap();
        let body = body.trim_end().trim_end_matches("</html>");
        let parsed = roxmltree::Document::parse(body);
        let parsed = parsed.unwrap();
        let names: Vec<&str> = parsed
            .descendants()
            .map(|node| node.tag_name().name())
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "svg").count(), 6);
        assert!(!names.contains(&"b") && !names.contains(&"script"));
        assert!(page.contains("a &#60;b&#62; system"), "{page}");
    }
}
