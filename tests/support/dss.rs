//! The documents of the EU DSS test suite and what that suite asserts of them: one reader of its
//! table, and one way to hold a list of disagreements to account.

use serde::Deserialize;
use sigill::{Document, Error, Evidence, TrustAnchors, UnixTime};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One row of the table, by column.
pub type Row = BTreeMap<String, String>;

/// The suite, as far as it is at hand.
pub struct Suite {
    folder: PathBuf,
    pub rows: Vec<Row>,
}

impl Suite {
    /// `None`, and a line that says so, where `../shared/corpus` is not at hand.
    pub fn at_hand() -> Option<Suite> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dss");
        let Ok(table) = fs::read_to_string(folder.join("facts.tsv")) else {
            println!("skipped: ../shared/corpus/dss is not at hand");
            return None;
        };
        let mut lines = table.lines().map(|line| line.split('\t'));
        let header: Vec<&str> = lines.next().unwrap().collect();
        let row = |fields: std::str::Split<'_, char>| -> Row {
            let names = header.iter().map(|name| (*name).to_owned());
            names.zip(fields.map(str::to_owned)).collect()
        };
        let rows = lines.map(row).collect();
        Some(Suite { folder, rows })
    }

    /// The document of a row, with its detached content.
    pub fn document(&self, row: &Row) -> Result<Document, Error> {
        let document = Document::read(fs::read(self.folder.join(&row["path"])).unwrap())?;
        Ok(match self.content(&row["detached_content"]) {
            Some(content) => document.with_detached(content),
            None => document,
        })
    }

    /// What the document carries, and the evidence record that the suite puts beside it.
    pub fn evidence(&self, row: &Row, document: &Document) -> Evidence {
        let evidence = Evidence::from(document);
        match supplied_record(row) {
            Some(record) => evidence.with(self.file(record).unwrap()),
            None => evidence,
        }
    }

    /// The document that the suite puts a record into, and the record as evidence beside it.
    pub fn record_beside_document(&self, row: &Row) -> Result<(Evidence, Document), Error> {
        let document = Document::read(self.content(&row["detached_content"]).unwrap())?;
        let record = fs::read(self.folder.join(&row["path"])).unwrap();
        Ok((Evidence::from(&document).with(record), document))
    }

    /// The certificates that tests of the suite hold in their source.
    pub fn with_certificates(&self, evidence: Evidence) -> Evidence {
        let files = fs::read_dir(self.folder.join("_trust")).unwrap().flatten();
        files.fold(evidence, |evidence, file| {
            evidence.with(fs::read(file.path()).unwrap())
        })
    }

    /// All certificates in one folder of the corpus.
    pub fn add_anchors(&self, trust: &mut TrustAnchors, folder: &str) {
        for file in fs::read_dir(self.folder.join(folder)).unwrap().flatten() {
            // A file that holds none is not the matter of these tests.
            let _ = trust.add(fs::read(file.path()).unwrap());
        }
    }

    /// What the suite itself trusts for the document at `path`, in any of its tests.
    pub fn add_named_anchors(&self, trust: &mut TrustAnchors, path: &str) {
        let rows = self.rows.iter().filter(|row| row["path"] == path);
        for named in rows.flat_map(|row| row["needs_trust"].split("sha256:").skip(1)) {
            let name: String = named.chars().take(16).collect();
            let file = self.folder.join("_trust").join(format!("{name}.der"));
            let _ = fs::read(file).map(|bytes| trust.add(bytes));
        }
    }

    fn content(&self, detached: &str) -> Option<Vec<u8>> {
        let content = detached.split("ER=").next()?.trim_end_matches(',');
        let digested = content.strip_prefix("DigestDocument,");
        match digested.unwrap_or(content).strip_prefix("inline:") {
            // The digest itself, which is no content.
            Some(_) if digested.is_some() => None,
            Some(text) => Some(inline(text)),
            None => self.file(
                digested
                    .unwrap_or(content)
                    .split(';')
                    .next_back()?
                    .split(',')
                    .next()?,
            ),
        }
    }

    /// A file of the suite, which the corpus keeps flat by module.
    fn file(&self, path: &str) -> Option<Vec<u8>> {
        let module = self.folder.join(path.split('/').next()?);
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        fs::read(module.join(name)).ok()
    }
}

/// Where the suite puts a record beside the document.
pub fn supplied_record(row: &Row) -> Option<&str> {
    row["detached_content"].split("ER=").nth(1)
}

/// The name of the test without its package.
pub fn test_class(row: &Row) -> &str {
    row["test_class"].rsplit('.').next().unwrap()
}

/// The day on which the documents are judged; all that could end in them has ended.
pub fn today() -> UnixTime {
    UnixTime::from_rfc3339("2026-11-24T12:00:00Z").unwrap()
}

/// One assertion of the suite beside what we say.
pub struct Comparison {
    /// File and test class.
    pub id: String,
    pub column: &'static str,
    pub asserted: String,
    pub ours: String,
    pub agrees: bool,
}

/// A disagreement that is known, and why it is right.
#[derive(Deserialize)]
struct Disagreement {
    asserted: String,
    ours: String,
    reason: String,
}

/// Prints how often both agree. A disagreement that is not listed fails the test, and so does a
/// listed one that has healed.
pub fn settle(name: &str, comparisons: &[Comparison], listed: &str, least_percent: usize) {
    let known: BTreeMap<String, Disagreement> = toml::from_str(listed).unwrap();
    let mut healed: Vec<&String> = known.keys().collect();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut unexpected = String::new();
    for comparison in comparisons {
        let (agree, compared) = tally.entry(comparison.column).or_default();
        *compared += 1;
        *agree += usize::from(comparison.agrees);
        if comparison.agrees {
            continue;
        }
        let id = format!("{} {}", comparison.id, comparison.column);
        let Comparison { asserted, ours, .. } = comparison;
        match known.get(&id) {
            Some(listed) if listed.ours == *ours && listed.asserted == *asserted => {
                assert!(!listed.reason.is_empty(), "{id}: no reason");
                healed.retain(|known| **known != id);
            }
            _ => {
                unexpected += &format!(
                    "[\"{id}\"]\nasserted = \"{asserted}\"\nours = \"{ours}\"\nreason = \"\"\n\n"
                );
            }
        }
    }
    for (column, (agree, compared)) in &tally {
        println!("{name}: {column} agrees on {agree} of {compared}");
    }
    let all = comparisons.len();
    let agree = comparisons.iter().filter(|one| one.agrees).count();
    println!(
        "{name}: {agree} of {all} ({} %), {} listed disagreements",
        100 * agree / all,
        known.len()
    );
    assert!(unexpected.is_empty(), "not listed:\n{unexpected}");
    assert!(healed.is_empty(), "healed: {healed:?}");
    assert!(
        agree * 100 >= all * least_percent,
        "below {least_percent} %"
    );
}

/// Text as the suite's source writes it.
fn inline(text: &str) -> Vec<u8> {
    match text.strip_prefix("\\u00") {
        Some(code) => vec![u8::from_str_radix(code, 16).unwrap()],
        None => text.replace("\\t", "\t").into_bytes(),
    }
}
