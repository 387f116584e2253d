//! Every fixture case, for tests that ask more of it than its verdict.

use super::{fixture, read, time};
use serde::Deserialize;
use sigill::{Document, Error, TrustAnchors, UnixTime};
use std::fs;
use std::path::PathBuf;

/// What is given together: a document, anchors, evidence and a time.
#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub input: String,
    detached: Option<String>,
    #[serde(default)]
    pub trust: Vec<String>,
    #[serde(default)]
    pub evidence: Vec<String>,
    at: String,
    #[serde(skip)]
    folder: PathBuf,
}

/// All cases, in the order of their folders.
pub fn all() -> Vec<Case> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for family in fs::read_dir(fixture("cases")).unwrap().flatten() {
        let cases = fs::read_dir(family.path()).unwrap().flatten();
        folders.extend(cases.map(|entry| entry.path()));
    }
    folders.sort();
    let cases = folders.into_iter().map(|folder| {
        let text = fs::read_to_string(folder.join("case.toml")).unwrap();
        let case: Case = toml::from_str(&text).unwrap();
        Case { folder, ..case }
    });
    cases.collect()
}

impl Case {
    pub fn bytes(&self) -> Vec<u8> {
        fs::read(self.folder.join(&self.input)).unwrap()
    }

    pub fn document(&self) -> Result<Document, Error> {
        let document = Document::read(self.bytes())?;
        Ok(match &self.detached {
            Some(content) => document.with_detached(fs::read(self.folder.join(content)).unwrap()),
            None => document,
        })
    }

    pub fn anchors(&self) -> TrustAnchors {
        let mut trust = TrustAnchors::none();
        for anchor in &self.trust {
            trust.add(read(anchor)).unwrap();
        }
        trust
    }

    pub fn time(&self) -> UnixTime {
        time(&self.at)
    }
}
