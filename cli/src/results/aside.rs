//! Files that are written beside their place and put into it whole.

use sigill::crypto::{DigestAlgorithm, Hasher};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file on its way to its place, under a name that no other run gives. It goes away with the
/// run, unless that is killed.
pub struct Aside {
    file: NamedTempFile,
    place: PathBuf,
}

/// What follows the name of the place in the name of a file on its way there.
const MARK: &str = ".partial-";

impl Aside {
    /// An empty file on its way to `place`, locked for as long as the run lives.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn of(place: &Path) -> Result<Self, String> {
        let start = start_of(place);
        let mut named = tempfile::Builder::new();
        named.prefix(&start);
        readable_as_any(&mut named);
        let file = told(place, named.tempfile_in(folder_of(place)))?;
        told(place, file.as_file().try_lock().map_err(io::Error::from))?;
        Ok(Aside {
            file,
            place: place.to_owned(),
        })
    }

    /// The file.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Where the file is until it is placed.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Writes all of a small file.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn write(&mut self, content: &[u8]) -> Result<(), String> {
        let written = self.file.write_all(content);
        told(&self.place, written)
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn sync(&self) -> Result<(), String> {
        told(&self.place, self.file.as_file().sync_all())
    }

    /// Puts the file into its place; it stays locked for as long as it is held.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn place(self) -> Result<File, String> {
        let placed = self.file.persist(&self.place);
        told(&self.place, placed.map_err(|error| error.error))
    }
}

/// Removes what runs that were killed have left on its way to a place: nobody holds its lock.
pub fn remove_abandoned(places: &[&Path]) {
    let Some(first) = places.first() else {
        return;
    };
    let entries = fs::read_dir(folder_of(first)).into_iter().flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_on_its_way = places.iter().any(|place| is_aside(&name, place));
        // Whatever stops this does no harm.
        if is_on_its_way && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file of this name, in the folder of `place`, is on its way there.
pub fn is_aside(name: &OsStr, place: &Path) -> bool {
    let whole = place.file_name().unwrap_or_default().as_encoded_bytes();
    let rest = name.as_encoded_bytes().strip_prefix(whole);
    rest.is_some_and(|rest| rest.starts_with(MARK.as_bytes()))
}

/// Takes the digest of what is written.
pub struct Digested<'a> {
    file: &'a mut File,
    hasher: Hasher,
}

impl<'a> Digested<'a> {
    /// Nothing is written yet.
    pub fn new(file: &'a mut File) -> Self {
        Digested {
            file,
            hasher: DigestAlgorithm::Sha256.hasher(),
        }
    }

    /// SHA-256 of all that was written.
    pub fn finish(self) -> Vec<u8> {
        self.hasher.finish()
    }
}

impl Write for Digested<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What the system says of a file, as a sentence.
///
/// # Errors
/// Where it says something.
pub fn told<T>(path: &Path, result: io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("{}: {error}", path.display()))
}

fn start_of(place: &Path) -> OsString {
    let mut start = place.file_name().unwrap_or_default().to_owned();
    start.push(MARK);
    start
}

fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Who may read a file is for the user's own settings to say, as with any other.
#[cfg(unix)]
fn readable_as_any(named: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;

    named.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable_as_any(_named: &mut tempfile::Builder<'_, '_>) {}
