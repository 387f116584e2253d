//! What a run writes is no document of it, and never takes the place of what it reads.

use super::Place;
use super::aside::is_aside;
use super::file_mark::is_regular;
use super::journal::{self, Key};
use super::judged_by::files_named;
use crate::arguments::ValidateArguments;
use crate::documents::Listed;
use crate::input::Named;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Each document once, without what earlier runs have written into the folders of documents.
///
/// # Errors
/// A sentence where something that is read would be written over.
pub fn documents_beside(
    documents: Vec<Listed>,
    arguments: &ValidateArguments,
    place: &Place,
) -> Result<Vec<(Key, Listed)>, String> {
    let written = written(arguments, place)?;
    let named = files_named(arguments);
    if let Some(path) = arguments
        .paths
        .iter()
        .chain(&named)
        .find(|path| standing_at(&written, path).is_some())
    {
        return Err(refusal(path));
    }
    let mut seen = HashSet::new();
    let mut judged = Vec::with_capacity(documents.len());
    for document in documents {
        let clash = document
            .files()
            .find_map(|path| Some((path, standing_at(&written, path)?)));
        match clash {
            Some((_, Origin::Run)) if document.named == Named::ByFolder => continue,
            Some((path, _)) => return Err(refusal(path)),
            None => {}
        }
        let key = journal::key(&document);
        if seen.insert(key) {
            judged.push((key, document));
        }
    }
    Ok(judged)
}

/// Where a file is to be written.
struct Written {
    place: PathBuf,
    /// Of what stands there now.
    origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// An earlier run has written it.
    Run,
    /// Somebody else may have.
    Unknown,
}

impl Origin {
    fn of(is_of_a_run: bool) -> Self {
        match is_of_a_run {
            true => Origin::Run,
            false => Origin::Unknown,
        }
    }
}

/// All that is written, each to a place of its own.
fn written(arguments: &ValidateArguments, place: &Place) -> Result<Vec<Written>, String> {
    let results = Origin::of(journal::is_one(&place.journal));
    let at = |path: &Path, origin| {
        let place = resolved(path)?;
        Some(Written { place, origin })
    };
    let files = place.files().into_iter();
    let mut written: Vec<Written> = files.filter_map(|path| at(path, results)).collect();
    if let Some(page) = &arguments.summary {
        if standing_at(&written, page).is_some() {
            return Err("--summary and --out: one file each".to_owned());
        }
        written.extend(at(page, Origin::of(is_page(page))));
    }
    Ok(written)
}

/// Whether a file would be written over, or is on its way to a place, and who has written it.
fn standing_at(written: &[Written], path: &Path) -> Option<Origin> {
    let name = path.file_name()?;
    let is_namesake = |it: &Written| {
        let own = it.place.file_name();
        own == Some(name) || is_aside(name, &it.place)
    };
    // The system is asked about few.
    let place = written.iter().any(is_namesake).then(|| resolved(path));
    let linked = path.is_symlink().then(|| fs::canonicalize(path).ok());
    let mut places = [place, linked].into_iter().flatten().flatten();
    places.find_map(|place| {
        let own = written.iter().find(|it| it.place == place);
        let is_on_its_way =
            |it: &Written| it.place.parent() == place.parent() && is_aside(name, &it.place);
        let aside = || written.iter().any(is_on_its_way).then_some(Origin::Run);
        own.map(|own| own.origin).or_else(aside)
    })
}

/// Whether it is a summary, as far as its start tells.
fn is_page(path: &Path) -> bool {
    let mark = br#"<meta name="generator" content="sigill summary">"#;
    let start = start_of(path, 512).unwrap_or_default();
    start.windows(mark.len()).any(|window| window == mark)
}

/// The first bytes of a file; `None` where it is none, such as a pipe, which is not touched.
pub fn start_of(path: &Path, length: u64) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    let file = is_regular(path).then(|| File::open(path).ok())??;
    file.take(length).read_to_end(&mut start).ok()?;
    Some(start)
}

/// Where a file is or would be, its folder's links followed.
fn resolved(path: &Path) -> Option<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

fn refusal(path: &Path) -> String {
    format!("{}: would be written over", path.display())
}
