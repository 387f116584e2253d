//! Results as Parquet, and the question of the README that DuckDB answers by them.
//!
//! `SIGILL_DUCKDB` names a Python that has the package `duckdb`.

#![cfg(feature = "parquet")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMillisecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use std::process::Command;
use support::{fixture, input_of};
use tempfile::TempDir;

/// Three documents of a list, as a table that was written twice.
fn results() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut list = "path,diary_number\n".to_owned();
    let cases = ["pades/b-b-rsa", "pades/b-lta-rsa"];
    for (number, case) in cases.into_iter().enumerate() {
        let case = fixture(&format!("cases/{case}"));
        let name = format!("{number}.pdf");
        fs::copy(input_of(&case), folder.path().join(&name)).unwrap();
        list += &format!("{name},KS 2026/{number}\n");
    }
    fs::write(folder.path().join("nothing.pdf"), "nothing").unwrap();
    list += "nothing.pdf,\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    for _ in 0..2 {
        run(&folder);
    }
    folder
}

fn run(folder: &TempDir) {
    let root = fixture("pki/trust/root.pem");
    let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
        .args(["validate", "list.csv", "--out", "results.parquet"])
        .args(["--trust", &root, "--at", "2026-02-01T00:00:00Z"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.code().unwrap() < 64, "{output:?}");
}

#[test]
fn a_table_is_left_as_it_is_or_written_anew_as_it_was() {
    let folder = results();
    let path = folder.path().join("results.parquet");
    let table = fs::read(&path).unwrap();
    let written = || fs::metadata(&path).unwrap().modified().unwrap();
    let before = written();
    run(&folder);
    assert_eq!(written(), before);
    let mut changed = table.clone();
    changed[table.len() / 2] ^= 1;
    fs::write(&path, changed).unwrap();
    run(&folder);
    assert_eq!(fs::read(&path).unwrap(), table);
    let document = folder.path().join("nothing.pdf");
    fs::write(document, "nothing else").unwrap();
    run(&folder);
    assert_ne!(fs::read(&path).unwrap(), table);
}

fn text<'a>(batch: &'a RecordBatch, column: &str, row: usize) -> Option<&'a str> {
    let column = batch.column_by_name(column).unwrap().as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

#[test]
fn a_table_has_a_row_for_each_signature_and_each_document_without_one() {
    let folder = results();
    let file = File::open(folder.path().join("results.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let columns = reader.schema().fields().len();
    let documented = fs::read_to_string(fixture("../docs/results.md")).unwrap();
    for field in reader.schema().fields() {
        let row = format!("| `{}` |", field.name());
        assert!(documented.contains(&row), "{row} is not documented");
    }
    assert_eq!(
        documented
            .lines()
            .filter(|line| line.starts_with("| `"))
            .count(),
        columns
    );
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let [batch] = &batches[..] else {
        panic!("{} batches", batches.len());
    };
    assert_eq!(text(batch, "path", 0), Some("0.pdf"));
    assert_eq!(text(batch, "diary_number", 1), Some("KS 2026/1"));
    assert_eq!(text(batch, "indication", 0), Some("TOTAL-PASSED"));
    assert_eq!(text(batch, "error", 0), None);
    let last = batch.num_rows() - 1;
    assert_eq!(text(batch, "error", last), Some("not-recognised"));
    assert_eq!(text(batch, "signature", last), None);
    assert_eq!(text(batch, "diary_number", last), None);
    let sizes = batch
        .column_by_name("size")
        .unwrap()
        .as_primitive::<UInt64Type>();
    assert_eq!(sizes.value(last), 7);
    let ends = batch.column_by_name("provable_until").unwrap();
    let ends = ends.as_primitive::<TimestampMillisecondType>();
    assert!(ends.is_valid(0) && ends.is_null(last));
}

#[test]
fn duckdb_answers_the_question_of_the_readme() {
    let Ok(python) = std::env::var("SIGILL_DUCKDB") else {
        println!("skipped: SIGILL_DUCKDB names no Python with the package duckdb");
        return;
    };
    let readme = fs::read_to_string(fixture("../README.md")).unwrap();
    let (_, query) = readme.split_once("```sql\n").unwrap();
    let (query, _) = query.split_once("```").unwrap();
    let folder = results();
    let output = Command::new(python)
        .args([
            "-c",
            "import duckdb, sys; print(duckdb.sql(sys.argv[1]).fetchall())",
            query,
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    assert!(answer.contains("'KS 2026/0', '0.pdf', 'S-1'"), "{answer}");
    assert!(!answer.contains("nothing.pdf"), "{answer}");
}
