//! Where the index stands that knows a store: in it, or in one that it is a part of.

use super::row;
use super::{IndexFile, Replaced, Store};
use std::io;
use std::path::{Path, PathBuf};

/// An index and how it knows the envelopes of a store.
pub struct IndexPlace {
    /// The store above that has the index; `None` where the store itself has it.
    holder: Option<Box<dyn Store>>,
    /// Where the store is in the one that has the index.
    part: PathBuf,
    file: IndexFile,
}

impl IndexPlace {
    /// The indexes that know a store, the nearest first. What cannot be read above it has none:
    /// a part may be all that somebody has a right to.
    ///
    /// # Errors
    /// What the system or the store says of the store's own.
    pub fn all(store: &dyn Store) -> io::Result<Vec<Self>> {
        let own = store.index()?.map(|file| IndexPlace {
            holder: None,
            part: PathBuf::new(),
            file,
        });
        let mut places: Vec<Self> = own.into_iter().collect();
        let (mut above, mut part) = (store.above(), PathBuf::new());
        while let Some((holder, name)) = above {
            part = Path::new(&name).join(part);
            above = holder.above();
            if let Ok(Some(file)) = holder.index() {
                places.push(IndexPlace {
                    holder: Some(holder),
                    part: part.clone(),
                    file,
                });
            }
        }
        Ok(places)
    }

    /// The database, as a file of this machine.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// The key under which it knows an envelope of the store.
    pub fn key(&self, name: &Path) -> [u8; 32] {
        row::key(&self.part.join(name))
    }

    /// Whether it knows this store and nothing else.
    pub fn is_of_whole(&self) -> bool {
        self.holder.is_none()
    }

    /// Keeps it after it was written.
    ///
    /// # Errors
    /// What the system or the store says.
    pub fn keep(self, store: &dyn Store) -> io::Result<Replaced> {
        self.holder
            .as_deref()
            .unwrap_or(store)
            .keep_index(self.file)
    }
}
