//! Which file is worked on, and where what comes of it is to stand.

use crate::input::{self, Named};
use sigill::crypto::sha256;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A document and where what comes of it is to stand.
pub struct Source {
    pub path: PathBuf,
    pub target: PathBuf,
}

/// The files that were named; what is found in a folder keeps its place, so that namesakes do not
/// meet. `target_of` names what is to come of the document of a place. Those that [`Targets`]
/// has are to be left out.
pub fn found(
    paths: &[PathBuf],
    target_of: impl Fn(PathBuf) -> PathBuf + Copy,
) -> impl Iterator<Item = (Source, Named)> {
    paths.iter().flat_map(move |named| {
        input::walk(named).map(move |(path, how)| {
            let below = path.strip_prefix(named).unwrap_or(Path::new(""));
            let place = match below.file_name() {
                Some(_) => below.to_owned(),
                None => PathBuf::from(path.file_name().unwrap_or_default()),
            };
            let target = target_of(place);
            (Source { path, target }, how)
        })
    })
}

/// What came of an earlier run.
#[derive(Default)]
pub struct Targets {
    /// Half of the SHA-256 of where each stands: many names would take more room.
    places: HashSet<[u8; 16]>,
}

impl Targets {
    /// Adds what stands where something is to come of a document.
    pub fn add(&mut self, stands_at: &Path, document: &Path) {
        if stands_at != document {
            self.places.extend(place(stands_at));
        }
    }

    /// Whether this is no document, but what came of one: a folder of these may be in a folder of
    /// documents.
    pub fn have(&self, path: &Path, how: Named) -> bool {
        let is_found = how == Named::ByFolder && !self.places.is_empty();
        is_found && place(path).is_some_and(|place| self.places.contains(&place))
    }
}

fn place(path: &Path) -> Option<[u8; 16]> {
    let path = fs::canonicalize(path).ok()?;
    let digest = sha256(path.as_os_str().as_encoded_bytes());
    digest.first_chunk().copied()
}
