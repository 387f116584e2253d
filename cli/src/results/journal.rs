//! What is known so far, one line a document, written as soon as it is known.
//!
//! A line is `KEY⇥CHECKSUM⇥ENTRY⇥RECORD`. Lines are only ever added; of those about one document
//! the last counts. What a killed run has left half is cut off, and a line that is not as it was
//! written is as good as none: the document is judged again.

use super::file_mark::FileMark;
use super::hex;
use crate::documents::Listed;
use crate::output::Status;
use serde::{Deserialize, Serialize};
use sigill::crypto::sha256;
use sigill::report::Row;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names a document of a list: its path, its content and its number.
pub type Key = [u8; 16];

/// What must be known to take a verdict over, and what tables and summaries tell of it.
#[derive(Serialize, Deserialize)]
pub struct Entry {
    /// What it was judged by.
    pub judged_by: String,
    /// When it was judged.
    pub judged_at: i64,
    /// Nothing in the document begins or ends before.
    pub unchanged_until: i64,
    /// The document and its content; `None` where the verdict is not to be taken over.
    pub files: Option<Vec<FileMark>>,
    /// How it counts for a run.
    pub status: Status,
    /// Its rows.
    pub rows: Vec<Row>,
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

/// A line as it is written.
pub fn line(key: &Key, entry: &Entry, record: &str) -> String {
    // Serialising fails for maps without text keys alone, and there are none here.
    let entry = serde_json::to_string(entry).unwrap_or_default();
    let said = format!("{entry}\t{record}");
    format!("{}\t{}\t{said}\n", hex(key), checksum(&said))
}

/// A line as it was read.
pub struct Line(String);

impl Line {
    /// What is known; `None` where the line is not as it was written.
    pub fn entry(&self) -> Option<Entry> {
        let (entry, _) = self.parts()?;
        serde_json::from_str(entry).ok()
    }

    /// The record of the results.
    ///
    /// # Errors
    /// A sentence where the line is not as it was written.
    pub fn record(&self) -> Result<&str, String> {
        self.parts()
            .map(|(_, record)| record)
            .ok_or_else(|| "the journal was changed by somebody else".to_owned())
    }

    fn parts(&self) -> Option<(&str, &str)> {
        let (_, rest) = self.0.trim_end_matches('\n').split_once('\t')?;
        let (checked, said) = rest.split_once('\t')?;
        (checked == checksum(said)).then(|| said.split_once('\t'))?
    }
}

fn checksum(text: &str) -> String {
    let digest = sha256(text.as_bytes());
    hex(digest.get(..16).unwrap_or_default())
}

/// A journal that no other run writes to.
pub struct Journal {
    path: PathBuf,
    file: File,
    places: Mutex<Places>,
}

/// Where the last line about each document stands.
#[derive(Default)]
struct Places {
    lines: HashMap<Key, (u64, usize)>,
    length: u64,
    count: usize,
}

impl Places {
    fn add(&mut self, key: Option<Key>, length: usize) {
        if let Some(key) = key {
            self.lines.insert(key, (self.length, length));
        }
        self.length += length as u64;
        self.count += 1;
    }
}

impl Journal {
    /// Opens a journal, or begins one.
    ///
    /// # Errors
    /// A sentence where it cannot be used, or another run does so.
    pub fn open(path: &Path) -> Result<Self, String> {
        let problem = |error: io::Error| format!("{}: {error}", path.display());
        let mut options = OpenOptions::new();
        let file = options.create(true).read(true).append(true).open(path);
        let file = file.map_err(problem)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(format!("{}: another run writes to it", path.display()));
            }
            Err(TryLockError::Error(error)) => return Err(problem(error)),
        }
        let places = find_lines(&file).map_err(problem)?;
        file.set_len(places.length).map_err(problem)?;
        Ok(Journal {
            path: path.to_owned(),
            file,
            places: Mutex::new(places),
        })
    }

    /// The last line about a document.
    ///
    /// # Errors
    /// A sentence where there is none, or it cannot be read.
    pub fn line(&self, key: &Key) -> Result<Line, String> {
        let place = self.lock().lines.get(key).copied();
        let (offset, length) = place.ok_or_else(|| self.problem(&"a line is missing"))?;
        let mut line = vec![0; length];
        crate::input::read_exact_at(&self.file, &mut line, offset)
            .map_err(|error| self.problem(&error))?;
        let line = String::from_utf8(line).map_err(|error| self.problem(&error))?;
        Ok(Line(line))
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn append(&self, key: Key, line: &str) -> Result<(), String> {
        let mut file = &self.file;
        file.write_all(line.as_bytes())
            .map_err(|error| self.problem(&error))?;
        self.lock().add(Some(key), line.len());
        Ok(())
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn sync(&self) -> Result<(), String> {
        self.file.sync_data().map_err(|error| self.problem(&error))
    }

    /// Leaves out what was said of other documents or before, where that is the greater part.
    ///
    /// # Errors
    /// A sentence where the disk refuses; the journal is as it was then.
    pub fn tidy(&self, keys: &[Key], partial: &Path) -> Result<(), String> {
        if self.lock().count <= keys.len() * 2 {
            return Ok(());
        }
        let written = File::create(partial).and_then(|file| {
            let mut output = BufWriter::new(file);
            for key in keys {
                let line = self.line(key).map_err(io::Error::other)?;
                output.write_all(line.0.as_bytes())?;
            }
            output.into_inner()?.sync_all()?;
            fs::rename(partial, &self.path)
        });
        written.map_err(|error| self.problem(&error))
    }

    fn problem(&self, problem: &dyn std::fmt::Display) -> String {
        format!("{}: {problem}", self.path.display())
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every whole line; what follows the last one is of a run that was killed.
fn find_lines(file: &File) -> io::Result<Places> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut places = Places::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(places);
        }
        places.add(key_of(&line), length);
    }
}

fn key_of(line: &[u8]) -> Option<Key> {
    let digits = std::str::from_utf8(line.get(..32)?).ok()?;
    let number = u128::from_str_radix(digits, 16).ok()?;
    (line.get(32) == Some(&b'\t')).then(|| number.to_be_bytes())
}
