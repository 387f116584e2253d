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

/// How many random letters and digits follow that.
const RANDOM: usize = 16;

impl Aside {
    /// An empty file on its way to `place`, locked for as long as the run lives.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn of(place: &Path) -> Result<Self, String> {
        Self::like(place, place)
    }

    /// The same for a file that, where it is new, is open to whom another is.
    ///
    /// # Errors
    /// A sentence where the disk refuses.
    pub fn like(place: &Path, other: &Path) -> Result<Self, String> {
        let start = start_of(place);
        let mut named = tempfile::Builder::new();
        named.prefix(&start).rand_bytes(RANDOM);
        let file = told(place, made(&named, place, other))?;
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
    let random = rest.and_then(|rest| rest.strip_prefix(MARK.as_bytes()));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.iter().all(u8::is_ascii_alphanumeric)
    })
}

/// Writes a small file, whole or not at all, to a place that several runs may have in common.
///
/// # Errors
/// A sentence where the disk refuses.
pub fn write_whole(place: &Path, content: &[u8]) -> Result<(), String> {
    let mut file = told(place, made(&tempfile::Builder::new(), place, place))?;
    told(place, file.write_all(content))?;
    told(place, file.as_file().sync_all())?;
    told(
        place,
        file.persist(place).map(drop).map_err(|error| error.error),
    )
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

/// An empty file beside `place`, open to whom the one there is, or else `other`, or else any file
/// that the user makes.
#[cfg(unix)]
fn made(
    named: &tempfile::Builder<'_, '_>,
    place: &Path,
    other: &Path,
) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;

    let Some(mode) = mode(place).or_else(|| mode(other)) else {
        let mut named = named.clone();
        named.permissions(fs::Permissions::from_mode(0o666));
        return named.tempfile_in(folder_of(place));
    };
    let file = named.tempfile_in(folder_of(place))?;
    let permissions = fs::Permissions::from_mode(mode);
    file.as_file().set_permissions(permissions)?;
    Ok(file)
}

/// To whom a file is open; `None` where there is none.
#[cfg(unix)]
pub fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;

    let about = fs::metadata(path).ok()?;
    Some(about.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn made(
    named: &tempfile::Builder<'_, '_>,
    place: &Path,
    _other: &Path,
) -> io::Result<NamedTempFile> {
    named.tempfile_in(folder_of(place))
}
