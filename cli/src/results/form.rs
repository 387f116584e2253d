//! How results are written, and that they are in their place whole or not at all.

use super::aside::{Aside, Digested};
use super::file_mark::state;
use super::hex;
use super::journal::Journal;
use super::ledger::Ledger;
use super::standing::Placed;
#[cfg(feature = "parquet")]
use super::table;
use crate::output;
use sigill::Report;
use sigill::report::{Options, Row, json};
use std::io::{BufWriter, Write};
use std::path::Path;

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A line for each document.
    JsonLines,
    /// A row for each signature.
    Parquet,
}

impl Form {
    /// The form that the end of a name stands for.
    ///
    /// # Errors
    /// A sentence where there is none.
    pub fn of(out: &Path) -> Result<Self, String> {
        match out.extension().and_then(|end| end.to_str()) {
            Some("jsonl") => Ok(Form::JsonLines),
            Some("parquet") if cfg!(feature = "parquet") => Ok(Form::Parquet),
            Some("parquet") => {
                Err("this sigill was built without the feature `parquet`".to_owned())
            }
            _ => Err("--out: the file must end in .jsonl or .parquet".to_owned()),
        }
    }

    /// What the journal keeps of a document for the results.
    pub fn record(self, report: &Report, rows: &[Row], options: &Options) -> String {
        match self {
            Form::JsonLines => json::to_json(report, options),
            // Serialising fails for maps without text keys alone, and there are none here.
            Form::Parquet => serde_json::to_string(rows).unwrap_or_default(),
        }
    }

    /// Writes all results aside, and puts them in their place when they are on the disk.
    ///
    /// # Errors
    /// A sentence where the disk refuses, or another run has come in between.
    pub fn write(self, out: &Path, ledger: &Ledger, journal: &Journal) -> Result<Placed, String> {
        let mut aside = Aside::of(out)?;
        let mut output = Digested::new(aside.file());
        match self {
            Form::JsonLines => write_lines(&mut output, ledger, journal)?,
            #[cfg(feature = "parquet")]
            Form::Parquet => table::write(&mut output, ledger, journal)?,
            #[cfg(not(feature = "parquet"))]
            Form::Parquet => {}
        }
        let sha256 = hex(&output.finish());
        aside.sync()?;
        journal.lock().check()?;
        aside.place()?;
        let state = state(out);
        Ok(Placed { sha256, state })
    }
}

fn write_lines(
    output: &mut Digested<'_>,
    ledger: &Ledger,
    journal: &Journal,
) -> Result<(), String> {
    let mut output = BufWriter::with_capacity(1 << 20, output);
    for (key, content) in ledger.contents() {
        let record = journal.record(key, content)?;
        output::print(&mut output, record.text())?;
    }
    output.flush().map_err(|error| format!("--out: {error}"))
}
