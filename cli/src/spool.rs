//! Items that wait on the disk, in the order in which they came, so that a run takes no more memory
//! where there are more of them.

use crate::staging::Staging;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Deserializer;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::marker::PhantomData;

/// Takes items.
pub struct Spool<Item> {
    file: BufWriter<File>,
    count: usize,
    item: PhantomData<fn(&Item) -> Item>,
}

impl<Item: Serialize + DeserializeOwned + Send> Spool<Item> {
    /// An empty one, that ends with the run.
    ///
    /// # Errors
    /// What the disk says.
    pub fn new(staging: &Staging) -> io::Result<Self> {
        Ok(Spool {
            file: BufWriter::new(staging.nameless_file()?),
            count: 0,
            item: PhantomData,
        })
    }

    /// Takes one more.
    ///
    /// # Errors
    /// What the disk says.
    pub fn push(&mut self, item: &Item) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, item)?;
        self.count += 1;
        Ok(())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Gives them back, as many as were taken; what cannot be read is an error in its place.
    ///
    /// # Errors
    /// What the disk says.
    pub fn items(self) -> io::Result<impl Iterator<Item = io::Result<Item>> + Send> {
        let mut file = self.file.into_inner()?;
        file.flush()?;
        file.rewind()?;
        let mut items = Deserializer::from_reader(BufReader::new(file)).into_iter::<Item>();
        Ok((0..self.count).map(move |_| {
            let item = items.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            item.map_err(io::Error::from)
        }))
    }
}

/// Paths, whatever their characters.
pub mod path {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        path.as_os_str().serialize(to)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<PathBuf, D::Error> {
        OsString::deserialize(from).map(PathBuf::from)
    }
}

/// Paths that may be missing.
pub mod path_if_any {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::ffi::OsString;
    use std::path::PathBuf;

    pub fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        path.as_ref().map(|path| path.as_os_str()).serialize(to)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<OsString>::deserialize(from)?.map(PathBuf::from))
    }
}
