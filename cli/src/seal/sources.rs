//! What is to be sealed, and where.

use crate::arguments::SealArguments;
use crate::input::Named;
use crate::manifest;
use crate::spool::{self, Spool};
use crate::staging::Staging;
use crate::store::Store;
use crate::target::{self, Targets};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// A document and where its envelope is to stand.
#[derive(Clone, Serialize, Deserialize)]
pub struct Source {
    #[serde(with = "spool::path")]
    pub path: PathBuf,
    /// The name of the envelope in its store.
    #[serde(with = "spool::path")]
    pub target: PathBuf,
    #[serde(with = "spool::path_if_any")]
    pub detached: Option<PathBuf>,
    pub diary_number: Option<String>,
}

/// The documents of the manifest, or those that were named.
///
/// # Errors
/// A sentence where the manifest cannot be read, or the disk refuses.
pub fn all(
    arguments: &SealArguments,
    store: &dyn Store,
    staging: &Staging,
) -> Result<Spool<Source>, String> {
    let listed = arguments.manifest.as_deref().map(manifest::read);
    let sources = match listed.transpose()? {
        Some(entries) => listed_in(entries, staging),
        None => found(arguments, store, staging),
    };
    sources.map_err(super::lost)
}

fn listed_in(entries: Vec<manifest::Entry>, staging: &Staging) -> io::Result<Spool<Source>> {
    let mut sources = Spool::new(staging)?;
    for entry in entries {
        sources.push(&Source {
            target: envelope_of(entry.place),
            path: entry.path,
            detached: entry.detached,
            diary_number: entry.diary_number,
        })?;
    }
    Ok(sources)
}

/// The folder of envelopes may be in a folder of documents.
fn found(
    arguments: &SealArguments,
    store: &dyn Store,
    staging: &Staging,
) -> io::Result<Spool<Source>> {
    let mut found: Spool<(Source, Named)> = Spool::new(staging)?;
    let mut targets = Targets::default();
    for (source, how) in target::found(&arguments.paths, envelope_of) {
        targets.add(&store.path_of(&source.target), &source.path);
        let source = Source {
            path: source.path,
            target: source.target,
            detached: None,
            diary_number: arguments.diary_number.clone(),
        };
        found.push(&(source, how))?;
    }
    let mut sources = Spool::new(staging)?;
    for item in found.items()? {
        let (source, how) = item?;
        if !targets.have(&source.path, how) {
            sources.push(&source)?;
        }
    }
    Ok(sources)
}

/// The name of the envelope of a document with this place.
fn envelope_of(place: PathBuf) -> PathBuf {
    let mut name = place.into_os_string();
    name.push(".asice");
    name.into()
}
