//! Where envelopes wait until their time-stamp has come, and how one takes its place: whole.

use crate::output::failure;
use sigill::archive::PendingEnvelope;
use sigill::limits::Limits;
use sigill::report::Failure;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// A folder beside the envelopes, on the same disk, that ends with the run. Of a run that was
/// killed nothing but this folder is left over, and no envelope is half; the next run takes it
/// away.
pub struct Staging {
    folder: TempDir,
    /// Held for as long as the run lives, whatever ends it.
    _lock: File,
}

/// How the names of such folders begin.
const PREFIX: &str = ".sigill-staging-";
const LOCK: &str = "lock";

impl Staging {
    /// A fresh folder in the one for envelopes, which is made where it is not there.
    ///
    /// # Errors
    /// A sentence where the folder cannot be made.
    pub fn below(out: &Path) -> Result<Self, String> {
        let problem = |error: io::Error| format!("--out {}: {error}", out.display());
        fs::create_dir_all(out).map_err(problem)?;
        remove_abandoned(out);
        loop {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(out);
            let folder = folder.map_err(problem)?;
            match File::create_new(folder.path().join(LOCK)) {
                Ok(lock) => {
                    lock.lock().map_err(problem)?;
                    // Until it was locked, another run could take the folder for an abandoned one.
                    if folder.path().join(LOCK).exists() {
                        return Ok(Staging {
                            folder,
                            _lock: lock,
                        });
                    }
                }
                // Another run has taken the empty folder for an abandoned one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(problem(error)),
            }
        }
    }

    /// Lets an envelope wait.
    ///
    /// # Errors
    /// [`Failure`] where another waits under the same name, or the disk refuses.
    pub fn put(&self, name: &Path, pending: &PendingEnvelope) -> Result<(), Failure> {
        let bytes = pending.to_bytes().map_err(|error| Failure::from(&error))?;
        let path = self.folder.path().join(name);
        make_parent(&path)?;
        let file = File::create_new(&path);
        file.and_then(|mut file| file.write_all(&bytes))
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    let message = format!("{}: another document has this name", name.display());
                    failure("exists", message)
                }
                _ => problem(&path, &error),
            })
    }

    /// Takes up an envelope that waits.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be read any more.
    pub fn take(&self, name: &Path, limits: &Limits) -> Result<PendingEnvelope, Failure> {
        let path = self.folder.path().join(name);
        let bytes = fs::read(&path).map_err(|error| problem(&path, &error))?;
        PendingEnvelope::read(bytes.into(), limits).map_err(|error| Failure::from(&error))
    }

    /// Ends the waiting of an envelope that stands where it belongs.
    ///
    /// # Errors
    /// [`Failure`] where the disk refuses.
    pub fn leave(&self, name: &Path) -> Result<(), Failure> {
        let waited = self.folder.path().join(name);
        fs::remove_file(&waited).map_err(|error| problem(&waited, &error))
    }

    /// Puts a file where it belongs: written aside, synced, then renamed, and never over another.
    ///
    /// # Errors
    /// [`Failure`] where one is there, or the disk refuses.
    pub fn place(&self, target: &Path, content: &[u8]) -> Result<(), Failure> {
        make_parent(target)?;
        let persist = |file: NamedTempFile| {
            file.persist_noclobber(target)?;
            Ok(())
        };
        self.put_in_place(target, content, persist)
            .map_err(|error| problem(target, &error))
    }

    /// Has a file of this content take the place of `target`. Below a folder may lie another disk,
    /// behind a link or mounted: nothing can be renamed onto that but what was written there.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_in_place<Placed>(
        &self,
        target: &Path,
        content: &[u8],
        persist: impl Fn(NamedTempFile) -> io::Result<Placed>,
    ) -> io::Result<Placed> {
        match persist(self.aside(content)?) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let beside = target.parent().unwrap_or(Path::new("."));
                let beside =
                    Staging::below(&fs::canonicalize(beside)?).map_err(io::Error::other)?;
                persist(beside.aside(content)?)
            }
            placed => placed,
        }
    }

    /// An empty file, for as long as the run lasts.
    ///
    /// # Errors
    /// What the disk says.
    pub fn empty_file(&self) -> io::Result<PathBuf> {
        let file = new_file_in(self.folder.path())?;
        Ok(file.into_temp_path().keep()?)
    }

    /// A file that nobody else sees and that ends with the run.
    ///
    /// # Errors
    /// What the disk says.
    pub fn nameless_file(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.folder.path())
    }

    /// A file of this content, synced, that goes away unless it is persisted.
    fn aside(&self, content: &[u8]) -> io::Result<NamedTempFile> {
        let mut file = new_file_in(self.folder.path())?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// Whether a folder is one where envelopes wait, of this run or of one that was killed.
pub fn is_staging(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(PREFIX)
}

/// Folders whose run has ended: nobody holds their lock. What cannot be removed does no harm.
fn remove_abandoned(out: &Path) {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    for entry in entries {
        if !is_staging(&entry.file_name()) {
            continue;
        }
        match File::open(entry.path().join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => drop(fs::remove_dir_all(entry.path())),
            Ok(_) => {}
            // Killed before it could take the lock; only an empty folder is removed so.
            Err(_) => drop(fs::remove_dir(entry.path())),
        }
    }
}

/// A file under a name of its own, which goes away unless it is persisted. Who may read it is as
/// with any file that the user makes.
///
/// # Errors
/// What the disk says.
pub fn new_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Makes the folder of a file.
///
/// # Errors
/// [`Failure`] where the disk refuses.
pub fn make_parent(path: &Path) -> Result<(), Failure> {
    match path.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(|error| problem(folder, &error)),
        None => Ok(()),
    }
}

/// What the system says of a file.
pub fn problem(path: &Path, error: &io::Error) -> Failure {
    failure("input-output", format!("{}: {error}", path.display()))
}
