//! Results as a Parquet file, one row a signature. `docs/results.md` tells of each column.

use super::aside::Digested;
use super::journal::Journal;
use super::ledger::Ledger;
use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use sigill::UnixTime;
use sigill::report::Row;
use std::sync::Arc;

/// Writes the rows of all documents, in their order.
///
/// # Errors
/// A sentence where the file cannot be written.
pub fn write(output: &mut Digested, ledger: &Ledger, journal: &Journal) -> Result<(), String> {
    let problem = |error: &dyn std::fmt::Display| format!("--out: {error}");
    let schema = Arc::new(schema());
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let mut writer = ArrowWriter::try_new(output, schema.clone(), Some(properties.build()))
        .map_err(|error| problem(&error))?;
    let mut contents = ledger.contents().peekable();
    // A part at a time, so that memory does not grow with the number of documents.
    while contents.peek().is_some() {
        let mut rows: Vec<Row> = Vec::new();
        for (key, content) in contents.by_ref().take(PART) {
            let record = journal.record(key, content)?;
            let more: Vec<Row> =
                serde_json::from_str(record.text()).map_err(|error| problem(&error))?;
            rows.extend(more);
        }
        let columns = COLUMNS.iter().map(|(_, column)| column.of(&rows)).collect();
        let batch = RecordBatch::try_new(schema.clone(), columns);
        let batch = batch.map_err(|error| problem(&error))?;
        writer.write(&batch).map_err(|error| problem(&error))?;
        if writer.in_progress_size() > GROUP {
            writer.flush().map_err(|error| problem(&error))?;
        }
    }
    writer.close().map(drop).map_err(|error| problem(&error))
}

/// Documents at a time.
const PART: usize = 4096;

/// Bytes in memory after which a group of rows is written, 16 MB.
const GROUP: usize = 16 << 20;

/// Where the values of a column stand in a row.
enum Column {
    Text(fn(&Row) -> Option<&str>),
    Number(fn(&Row) -> Option<u64>),
    Time(fn(&Row) -> Option<UnixTime>),
}

const COLUMNS: &[(&str, Column)] = &[
    ("path", Column::Text(|row| row.path.as_deref())),
    (
        "diary_number",
        Column::Text(|row| row.diary_number.as_deref()),
    ),
    ("sha256", Column::Text(|row| row.sha256.as_deref())),
    ("size", Column::Number(|row| row.size)),
    ("container", Column::Text(|row| Some(&row.container))),
    ("validation_time", Column::Time(|row| row.validation_time)),
    (
        "policy_sha256",
        Column::Text(|row| Some(&row.policy_sha256)),
    ),
    (
        "document_indication",
        Column::Text(|row| row.document_indication.as_deref()),
    ),
    ("error", Column::Text(|row| row.error.as_deref())),
    ("signature", Column::Text(|row| row.signature.as_deref())),
    ("format", Column::Text(|row| row.format.as_deref())),
    ("level", Column::Text(|row| row.level.as_deref())),
    ("indication", Column::Text(|row| row.indication.as_deref())),
    (
        "sub_indication",
        Column::Text(|row| row.sub_indication.as_deref()),
    ),
    ("signer", Column::Text(|row| row.signer.as_deref())),
    (
        "signer_identifier",
        Column::Text(|row| row.signer_identifier.as_deref()),
    ),
    ("person_ref", Column::Text(|row| row.person_ref.as_deref())),
    ("eid", Column::Text(|row| row.eid.as_deref())),
    ("unit", Column::Text(|row| row.unit.as_deref())),
    (
        "organisation_grade",
        Column::Text(|row| row.organisation_grade.as_deref()),
    ),
    (
        "organisation_identifier",
        Column::Text(|row| row.organisation_identifier.as_deref()),
    ),
    (
        "organisation",
        Column::Text(|row| row.organisation.as_deref()),
    ),
    (
        "claimed_signing_time",
        Column::Time(|row| row.claimed_signing_time),
    ),
    (
        "best_signature_time",
        Column::Time(|row| row.best_signature_time),
    ),
    ("provable_until", Column::Time(|row| row.provable_until)),
];

impl Column {
    fn data_type(&self) -> DataType {
        match self {
            Column::Text(_) => DataType::Utf8,
            Column::Number(_) => DataType::UInt64,
            Column::Time(_) => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }

    fn of(&self, rows: &[Row]) -> ArrayRef {
        match self {
            Column::Text(value) => Arc::new(rows.iter().map(value).collect::<StringArray>()),
            Column::Number(value) => Arc::new(rows.iter().map(value).collect::<UInt64Array>()),
            Column::Time(value) => {
                let times = rows.iter().map(|row| value(row).and_then(milliseconds));
                Arc::new(
                    times
                        .collect::<TimestampMillisecondArray>()
                        .with_timezone("UTC"),
                )
            }
        }
    }
}

/// Times that no calendar holds are left out.
fn milliseconds(time: UnixTime) -> Option<i64> {
    time.0.checked_mul(1_000)
}

fn schema() -> Schema {
    let fields = COLUMNS
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type(), true));
    Schema::new(fields.collect::<Vec<_>>())
}
