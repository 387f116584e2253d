//! `sigill store rebuild`, and keeping an index as new as its store.

use super::arguments::RebuildArguments;
use super::describe::Reader;
use super::index::{Index, Trouble};
use super::index_place::IndexPlace;
use super::row::{Row, key};
use super::{IndexFile, Listed, Replaced, Store};
use crate::arguments::{Format, SharedArguments};
use crate::input::Setting;
use crate::output::{self, Status};
use sigill::validation::Language;
use std::io;
use std::path::Path;

/// Makes the index anew from nothing but the envelopes.
///
/// # Errors
/// A sentence where the command was used wrongly, or the index cannot be written.
pub fn run(arguments: &RebuildArguments) -> Result<Status, String> {
    let setting = Setting::read(&arguments.shared)?;
    let store = super::open(&arguments.store)?;
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", arguments.store.display());
    let listed = store.list().map_err(|error| at(&error))?;
    let staging = store.staging()?;
    let path = staging.empty_file().map_err(|error| at(&error))?;
    let index = Index::create(&path).map_err(|trouble| at(&trouble))?;
    let (mut rows, mut searchable) = (0, 0);
    let jobs = arguments.shared.jobs;
    Reader::new(&*store, &setting).read_all(&listed, jobs, key, |batch| {
        rows += batch.len();
        searchable += batch.iter().filter(|(_, row)| row.facts.is_some()).count();
        index.put(&batch).map_err(|trouble| at(&trouble))
    })?;
    index.close().map_err(|trouble| at(&trouble))?;
    store
        .keep_index(IndexFile::at(path))
        .map_err(|error| at(&error))?;
    let mut status = Status::default();
    if searchable < listed.len() {
        status.take_error();
    }
    let told = told(listed.len(), rows, searchable, &arguments.shared);
    output::print(&mut io::stdout().lock(), &told)?;
    Ok(status)
}

fn told(listed: usize, rows: usize, searchable: usize, shared: &SharedArguments) -> String {
    let unusable = rows - searchable;
    let unreadable = listed - rows;
    match (shared.format, shared.options().language) {
        (Format::Json, _) => format!(
            r#"{{"schema":"sigill/1","index":{{"envelopes":{listed},"not_as_sealed":{unusable},"unreadable":{unreadable}}}}}"#
        ),
        (_, Language::English) => format!(
            "Envelopes in the index: {searchable}\nNot as sealed, or none: {unusable}\n\
             Unreadable: {unreadable}\n"
        ),
        (_, Language::Swedish) => format!(
            "Kuvert i indexet: {searchable}\nInte som de förseglades, eller inga kuvert: \
             {unusable}\nOläsliga: {unreadable}\n"
        ),
    }
}

/// Takes in what a run has sealed or renewed, where the store or one that it is a part of has an
/// index, and what an earlier run could not take in any more. It never keeps a run from its end: what could not be taken in
/// is told, and `sigill store find` tells it too.
pub fn bring_up_to_date(store: &dyn Store, setting: &Setting, shared: &SharedArguments) {
    let complain = |trouble: Trouble| {
        output::complain(&format!(
            "the index was not brought up to date: {trouble}; the envelopes are in their places"
        ));
    };
    match IndexPlace::all(store) {
        Ok(places) => places
            .into_iter()
            .filter_map(|place| take_in(store, place, setting, shared).err())
            .for_each(complain),
        Err(error) => complain(error.into()),
    }
}

fn take_in(
    store: &dyn Store,
    place: IndexPlace,
    setting: &Setting,
    shared: &SharedArguments,
) -> Result<(), Trouble> {
    let index = Index::to_write(place.path())?;
    let rows = index.rows()?;
    let mut wanted: Vec<Listed> = Vec::new();
    for listed in store.list()? {
        let row = rows.row(&place.key(&listed.name))?;
        if !row.is_some_and(|row| row.is_about(&listed)) {
            wanted.push(listed);
        }
    }
    // Pages that a reader sees are not used again.
    drop(rows);
    let mut outcome = Ok(());
    let reader = Reader::new(store, setting);
    let key = |name: &Path| place.key(name);
    let read = reader.read_all(&wanted, shared.jobs, key, |batch| {
        outcome = put_if_renewed(&index, batch);
        match outcome {
            Ok(()) => Ok(()),
            Err(_) => Err(String::new()),
        }
    });
    outcome?;
    read.map_err(|sentence| Trouble::Unreachable(io::Error::other(sentence)))?;
    if wanted.is_empty() {
        return Ok(());
    }
    index.close()?;
    match place.keep(store)? {
        Replaced::Done => Ok(()),
        Replaced::Changed => Err(Trouble::Busy),
    }
}

/// An envelope that has become something else than renewed keeps its row, so that
/// `sigill store verify` finds it.
fn put_if_renewed(index: &Index, batch: Vec<([u8; 32], Row)>) -> Result<(), Trouble> {
    let known = index.rows()?;
    let mut rows = Vec::with_capacity(batch.len());
    for (key, row) in batch {
        let before = known.row(&key)?;
        if before.is_none_or(|before| before.may_become(&row)) {
            rows.push((key, row));
        }
    }
    index.put(&rows)
}
