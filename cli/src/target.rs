//! Which file is worked on, and where what comes of it is to stand.

use crate::input::{self, Named};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A document and where what comes of it is to stand.
pub struct Source {
    pub path: PathBuf,
    pub target: PathBuf,
}

/// The files that were named; what is found in a folder keeps its place, so that namesakes do not
/// meet. `target_of` names what is to come of the document of a place, and `stands_at` says where
/// that is: what came of an earlier run, in such a folder, is no document.
pub fn sources(
    paths: &[PathBuf],
    target_of: impl Fn(PathBuf) -> PathBuf,
    stands_at: impl Fn(&Path) -> PathBuf,
) -> Vec<Source> {
    let mut sources = Vec::new();
    for named in paths {
        for (path, how) in input::files_of(std::slice::from_ref(named)) {
            let below = path.strip_prefix(named).unwrap_or(Path::new(""));
            let place = match below.file_name() {
                Some(_) => below.to_owned(),
                None => PathBuf::from(path.file_name().unwrap_or_default()),
            };
            let target = target_of(place);
            sources.push((Source { target, path }, how));
        }
    }
    let place = |path: &Path| fs::canonicalize(path).ok();
    let targets = sources
        .iter()
        .map(|(source, _)| (stands_at(&source.target), &source.path))
        .filter(|(target, path)| target != *path)
        .filter_map(|(target, _)| place(&target));
    let targets: HashSet<PathBuf> = targets.collect();
    let is_target = |path: &Path| place(path).is_some_and(|place| targets.contains(&place));
    let sources = sources.into_iter();
    sources
        .filter(|(source, how)| *how == Named::Itself || !is_target(&source.path))
        .map(|(source, _)| source)
        .collect()
}
