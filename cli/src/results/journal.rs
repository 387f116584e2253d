//! What is known so far, one line a document, written as soon as it is known.
//!
//! A line is `KEY⇥CHECKSUM⇥ENTRY⇥RECORD`, where the entry has the digest of the record. Lines are
//! only ever added; of those about one document the last counts. What a killed run has left half
//! is cut off, and a line that is not as it was written is as good as none: the document is judged
//! again.

use super::aside::{Aside, told};
use super::file_mark::FileMark;
use super::hex;
use super::lock::Lock;
use super::written::start_of;
use crate::documents::Listed;
use crate::output::Status;
use serde::{Deserialize, Serialize};
use sigill::crypto::sha256;
use sigill::report::Summary;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names a document of a list: its path, its content and its number.
pub type Key = [u8; 16];

/// What must be known to take a verdict over, and what summaries tell of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What it was judged by.
    pub judged_by: String,
    /// When it was judged.
    pub judged_at: i64,
    /// Nothing in the document begins or ends before.
    pub unchanged_until: i64,
    /// The document and its content; `None` where the verdict is not to be taken over.
    pub files: Option<Vec<FileMark>>,
    /// Whether it is encrypted and no password was given: with one, it would be another verdict.
    pub lacks_password: bool,
    /// How it counts for a run.
    pub status: Status,
    /// What it comes to.
    pub summary: Summary,
    /// SHA-256 of its record.
    pub content: [u8; 32],
}

/// How much of a line is held against its checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The entry: nobody has written to the journal since its records were put into the results.
    OfEntry,
    /// The record too.
    OfWhole,
}

/// The key of a document.
pub fn key(document: &Listed) -> Key {
    let detached = document.detached.as_ref().map(|path| path.as_os_str());
    let name = sha256(
        &[
            sha256(document.path.as_os_str().as_encoded_bytes()),
            sha256(detached.unwrap_or_default().as_encoded_bytes()),
            sha256(
                document
                    .diary_number
                    .as_deref()
                    .unwrap_or_default()
                    .as_bytes(),
            ),
        ]
        .concat(),
    );
    let mut key = Key::default();
    key.iter_mut().zip(name).for_each(|(to, from)| *to = from);
    key
}

/// A line as it is written; the content that the entry names is that of the record.
pub fn line(key: &Key, entry: &Entry, record: &str) -> String {
    // Serialising fails for maps without text keys alone, and there are none here.
    let entry = serde_json::to_string(entry).unwrap_or_default();
    let key = hex(key);
    let checked = checksum(&format!("{key}\t{entry}"));
    format!("{key}\t{checked}\t{entry}\t{record}\n")
}

/// The entry at the start of a line; `None` where it is not as it was written.
fn entry_of(line: &str) -> Option<Entry> {
    let mut parts = line.splitn(4, '\t');
    let (key, checked, entry) = (parts.next()?, parts.next()?, parts.next()?);
    let is_as_written = checked == checksum(&format!("{key}\t{entry}"));
    is_as_written.then(|| serde_json::from_str(entry).ok())?
}

/// Tells that a text is not as it was written.
pub fn checksum(text: &str) -> String {
    let digest = sha256(text.as_bytes());
    hex(digest.get(..16).unwrap_or_default())
}

/// A record as it was written.
pub struct Record {
    line: String,
    start: usize,
}

impl Record {
    /// Its text.
    pub fn text(&self) -> &str {
        let text = self.line.get(self.start..).unwrap_or_default();
        text.strip_suffix('\n').unwrap_or(text)
    }
}

/// A journal that no other run writes to.
pub struct Journal {
    lock: Lock,
    places: Mutex<Places>,
    judged_by: String,
}

/// Where the last line about each document stands.
#[derive(Default)]
struct Places {
    lines: HashMap<Key, Place>,
    length: u64,
    count: usize,
    /// Whether a line is by another judge, or none can tell.
    has_others: bool,
}

#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    /// Where the record begins in the line.
    record: usize,
    length: usize,
}

/// How an entry begins.
const JUDGED_BY: &[u8] = b"{\"judged_by\":\"";

impl Places {
    fn add(&mut self, line: &[u8], judged_by: &str) {
        let place = Place {
            offset: self.length,
            record: record_in(line),
            length: line.len(),
        };
        let entry = line.splitn(3, |octet| *octet == b'\t').last();
        let by = entry.and_then(|entry| entry.strip_prefix(JUDGED_BY));
        let is_by_the_same = by.is_some_and(|by| by.starts_with(judged_by.as_bytes()));
        match key_of(line) {
            Some(key) => {
                self.lines.insert(key, place);
                self.has_others |= !is_by_the_same;
            }
            None => self.has_others = true,
        }
        self.length += line.len() as u64;
        self.count += 1;
    }

    fn are_tidy(&self, keys: &[Key]) -> bool {
        let present = keys.iter().filter(|key| self.lines.contains_key(*key));
        !self.has_others && present.count() == self.lines.len() && self.count <= keys.len() * 2
    }
}

impl Journal {
    /// Reads what is known so far.
    ///
    /// # Errors
    /// A sentence where it cannot be read.
    pub fn read(lock: Lock, judged_by: &str) -> Result<Self, String> {
        let places = told(&lock.path, find_lines(&lock.file, judged_by))?;
        let length = told(&lock.path, lock.file.metadata())?.len();
        // Even where nothing is cut off, this would be a change.
        if length != places.length {
            told(&lock.path, lock.file.set_len(places.length))?;
        }
        Ok(Journal {
            lock,
            places: Mutex::new(places),
            judged_by: judged_by.to_owned(),
        })
    }

    /// What is known of a document; `None` where nothing is, or the line is not as it was written.
    pub fn entry(&self, key: &Key, doubt: Doubt) -> Option<Entry> {
        let place = self.place(key)?;
        match doubt {
            Doubt::OfEntry => entry_of(&self.text(place.offset, place.record).ok()?),
            Doubt::OfWhole => {
                let line = self.text(place.offset, place.length).ok()?;
                let entry = entry_of(&line)?;
                let start = place.record;
                let record = Record { line, start };
                (sha256(record.text().as_bytes()) == entry.content).then_some(entry)
            }
        }
    }

    /// The record of a document.
    ///
    /// # Errors
    /// A sentence where it is not of this content.
    pub fn record(&self, key: &Key, content: &[u8; 32]) -> Result<Record, String> {
        let place = self.place(key);
        let place = place.ok_or_else(|| self.problem(&"a line is missing"))?;
        let line = self.text(place.offset, place.length)?;
        let start = place.record;
        let record = Record { line, start };
        match sha256(record.text().as_bytes()) == *content {
            true => Ok(record),
            false => Err(self.problem(&"was changed by somebody else")),
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn append(&self, line: &str) -> Result<(), String> {
        let mut file = &self.lock.file;
        told(&self.lock.path, file.write_all(line.as_bytes()))?;
        self.lock_places().add(line.as_bytes(), &self.judged_by);
        Ok(())
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn sync(&self) -> Result<(), String> {
        told(&self.lock.path, self.lock.file.sync_data())
    }

    /// The lock, to ask whether it still holds.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Leaves out what is not of these documents or was judged by other options: it may tell what
    /// nobody asks for any more. What was said before of the same is left out where it is the
    /// greater part.
    ///
    /// # Errors
    /// A sentence where the disk refuses; the journal is as it was then.
    pub fn tidy(self, keys: &[Key]) -> Result<Lock, String> {
        if self.lock_places().are_tidy(keys) {
            return Ok(self.lock);
        }
        let mut aside = Aside::of(&self.lock.path)?;
        let mut output = BufWriter::with_capacity(1 << 20, aside.file());
        for key in keys {
            if let Some(place) = self.place(key) {
                let line = self.bytes(place.offset, place.length)?;
                told(&self.lock.path, output.write_all(&line))?;
            }
        }
        told(&self.lock.path, output.flush())?;
        drop(output);
        aside.sync()?;
        self.lock.check()?;
        // It is locked before it is the journal, so that no other run is let in.
        let file = aside.place()?;
        let path = self.lock.path;
        Ok(Lock { path, file })
    }

    fn place(&self, key: &Key) -> Option<Place> {
        self.lock_places().lines.get(key).copied()
    }

    fn text(&self, offset: u64, length: usize) -> Result<String, String> {
        let bytes = self.bytes(offset, length)?;
        String::from_utf8(bytes).map_err(|error| self.problem(&error))
    }

    fn bytes(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; length];
        let read = crate::input::read_exact_at(&self.lock.file, &mut bytes, offset);
        told(&self.lock.path, read)?;
        Ok(bytes)
    }

    fn problem(&self, problem: &dyn std::fmt::Display) -> String {
        format!("{}: {problem}", self.lock.path.display())
    }

    fn lock_places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every whole line; what follows the last one is of a run that was killed.
fn find_lines(file: &File, judged_by: &str) -> io::Result<Places> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut places = Places::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(places);
        }
        places.add(&line, judged_by);
    }
}

/// Where the record begins in a line: after the key, the checksum and the entry.
fn record_in(line: &[u8]) -> usize {
    let ends = line
        .iter()
        .enumerate()
        .filter(|(_, octet)| **octet == b'\t');
    ends.map(|(end, _)| end + 1).nth(2).unwrap_or(line.len())
}

/// Whether a file is a journal, as far as its start tells, or an empty one.
pub fn is_one(path: &Path) -> bool {
    let start = start_of(path, 33);
    start.is_some_and(|start| start.is_empty() || key_of(&start).is_some())
}

fn key_of(line: &[u8]) -> Option<Key> {
    let digits = std::str::from_utf8(line.get(..32)?).ok()?;
    let number = u128::from_str_radix(digits, 16).ok()?;
    (line.get(32) == Some(&b'\t')).then(|| number.to_be_bytes())
}
