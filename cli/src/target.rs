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

/// The files that were named; what is found in a folder keeps its place below `out`, so that
/// namesakes do not meet. Where `out` is in such a folder, what came of an earlier run is no
/// document.
pub fn sources(paths: &[PathBuf], out: &Path, extension: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for named in paths {
        for (path, how) in input::files_of(std::slice::from_ref(named)) {
            let below = path.strip_prefix(named).unwrap_or(Path::new(""));
            let place = match below.file_name() {
                Some(_) => below.to_owned(),
                None => PathBuf::from(path.file_name().unwrap_or_default()),
            };
            let mut target = out.join(place).into_os_string();
            target.push(extension);
            let target = target.into();
            sources.push((Source { target, path }, how));
        }
    }
    let place = |path: &Path| fs::canonicalize(path).ok();
    let targets = sources
        .iter()
        .filter(|(source, _)| source.target != source.path)
        .filter_map(|(source, _)| place(&source.target));
    let targets: HashSet<PathBuf> = targets.collect();
    let is_target = |path: &Path| place(path).is_some_and(|place| targets.contains(&place));
    let sources = sources.into_iter();
    sources
        .filter(|(source, how)| *how == Named::Itself || !is_target(&source.path))
        .map(|(source, _)| source)
        .collect()
}
