//! Envelopes in a folder.

use super::{INDEX, IndexFile, Listed, Replaced, Store, Version};
use crate::input;
use crate::staging::Staging;
use sigill::Bytes;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{self, Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A folder and what is below it.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        Folder { root }
    }

    /// The root as the system knows it.
    fn folder(&self) -> &Path {
        match self.root.as_os_str().is_empty() {
            true => Path::new("."),
            false => &self.root,
        }
    }
}

impl Store for Folder {
    fn list(&self) -> io::Result<Vec<Listed>> {
        // An empty list would pass for an empty store.
        fs::read_dir(self.folder())?;
        let files = input::files_of(&[self.folder().to_owned()]);
        let listed = files.into_iter().map(|(path, _)| Listed {
            version: match fs::metadata(&path) {
                Ok(about) => version(&about),
                Err(error) => Version {
                    size: 0,
                    tag: error.kind().to_string(),
                },
            },
            name: path.strip_prefix(self.folder()).unwrap_or(&path).to_owned(),
        });
        Ok(listed.collect())
    }

    fn about(&self, name: &Path) -> io::Result<Version> {
        Ok(version(&fs::metadata(self.path_of(name))?))
    }

    fn read(&self, name: &Path) -> io::Result<(Bytes, Version)> {
        let mut file = File::open(self.path_of(name))?;
        let version = version(&file.metadata()?);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((bytes.into(), version))
    }

    fn above(&self) -> Option<(Box<dyn Store>, PathBuf)> {
        let mut folder = path::absolute(self.folder()).ok()?;
        if folder.components().any(|part| part == Component::ParentDir) {
            folder = fs::canonicalize(folder).ok()?;
        }
        let name = PathBuf::from(folder.file_name()?);
        folder.pop();
        Some((Box::new(Folder::new(folder)), name))
    }

    fn create(&self, name: &Path, envelope: &[u8], staging: &Staging) -> io::Result<()> {
        let target = self.path_of(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        staging.put_in_place(&target, envelope, |file| {
            file.persist_noclobber(&target)?;
            Ok(())
        })
    }

    /// Whoever may read the envelope still may. What a link points to is exchanged, not the link.
    fn replace(
        &self,
        name: &Path,
        envelope: &[u8],
        read: &Version,
        staging: &Staging,
    ) -> io::Result<Replaced> {
        let target = fs::canonicalize(self.path_of(name))?;
        staging.put_in_place(&target, envelope, |file| {
            let held = File::open(&target)?;
            // Another run that has it is soon done. A file system without locks tells changes by
            // their time alone.
            let _ = held.lock();
            let before = fs::metadata(&target)?;
            if version(&before) != *read {
                return Ok(Replaced::Changed);
            }
            file.as_file().set_permissions(before.permissions())?;
            file.persist(&target)?;
            Ok(Replaced::Done)
        })
    }

    fn path_of(&self, name: &Path) -> PathBuf {
        self.root.join(name)
    }

    fn staging(&self) -> Result<Staging, String> {
        Staging::below(self.folder())
    }

    fn index(&self) -> io::Result<Option<IndexFile>> {
        let path = self.root.join(INDEX);
        Ok(path.try_exists()?.then(|| IndexFile::at(path)))
    }

    /// Whoever may read the index still may.
    fn keep_index(&self, file: IndexFile) -> io::Result<Replaced> {
        let own = self.root.join(INDEX);
        if file.path != own {
            if let Ok(before) = fs::metadata(&own) {
                fs::set_permissions(&file.path, before.permissions())?;
            }
            File::open(&file.path)?.sync_all()?;
            fs::rename(&file.path, own)?;
        }
        Ok(Replaced::Done)
    }
}

fn version(about: &Metadata) -> Version {
    let written = about.modified().ok();
    let since = written.and_then(|written| written.duration_since(UNIX_EPOCH).ok());
    Version {
        size: about.len(),
        tag: since.map_or_else(String::new, |since| {
            format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
        }),
    }
}
