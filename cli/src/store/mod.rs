//! Where envelopes stand: a folder, or objects under a prefix.
//!
//! A store may have an index, by which its envelopes are found. It can be made anew from the
//! envelopes at any time, and nothing but `sigill store find` needs it.

pub mod arguments;
mod describe;
mod find;
mod folder;
mod index;
mod index_place;
#[cfg(feature = "object-storage")]
mod objects;
mod rebuild;
mod row;
mod verify;

pub use rebuild::bring_up_to_date;

use crate::input;
use crate::output::Status;
use crate::staging::{self, Staging};
use arguments::{StoreArguments, StoreCommand};
use folder::Folder;
use sigill::Bytes;
use sigill::report::Failure;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// `sigill store`.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &StoreArguments) -> Result<Status, String> {
    match &arguments.command {
        StoreCommand::Verify(arguments) => verify::run(arguments),
        StoreCommand::Rebuild(arguments) => rebuild::run(arguments),
        StoreCommand::Find(arguments) => find::run(arguments),
    }
}

/// A place of envelopes, each with a name of its own. Every envelope in it is whole at any time.
pub trait Store: Send + Sync {
    /// The envelopes in the order of their names. None is opened.
    fn list(&self) -> io::Result<Vec<Listed>>;

    /// The present version of an envelope, which is not opened.
    fn about(&self, name: &Path) -> io::Result<Version>;

    /// An envelope and which version of it that is.
    fn read(&self, name: &Path) -> io::Result<(Bytes, Version)>;

    /// Puts an envelope in its place, whole, and never over another.
    fn create(&self, name: &Path, envelope: &[u8], staging: &Staging) -> io::Result<()>;

    /// Exchanges an envelope, whole, unless it has changed since it was `read`.
    fn replace(
        &self,
        name: &Path,
        envelope: &[u8],
        read: &Version,
        staging: &Staging,
    ) -> io::Result<Replaced>;

    /// How an envelope is spoken of.
    fn path_of(&self, name: &Path) -> PathBuf;

    /// The store that this one is a part of, and its name there.
    fn above(&self) -> Option<(Box<dyn Store>, PathBuf)>;

    /// Where new envelopes wait.
    ///
    /// # Errors
    /// A sentence where no such folder can be made.
    fn staging(&self) -> Result<Staging, String>;

    /// The index, if there is one.
    fn index(&self) -> io::Result<Option<IndexFile>>;

    /// Keeps an index that was written: a new one from `file`, or what [`Self::index`] gave.
    fn keep_index(&self, file: IndexFile) -> io::Result<Replaced>;
}

/// An envelope in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its name in the store.
    pub name: PathBuf,
    /// Its present version.
    pub version: Version,
}

/// By what two states of one envelope are told apart without reading them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// In bytes.
    pub size: u64,
    /// When it was last written, or the tag of the object.
    pub tag: String,
}

/// Whether an exchange took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It did.
    Done,
    /// Something else stands there by now.
    Changed,
}

/// An index as a file of this machine.
pub struct IndexFile {
    /// The file.
    pub path: PathBuf,
    /// Which version of the index it is a copy of, and the folder that holds the copy for as long
    /// as it is used; `None` where it is no copy.
    #[cfg(feature = "object-storage")]
    copy_of: Option<(Version, tempfile::TempDir)>,
}

impl IndexFile {
    /// An index that stands where it is.
    pub fn at(path: PathBuf) -> Self {
        IndexFile {
            path,
            #[cfg(feature = "object-storage")]
            copy_of: None,
        }
    }
}

/// What stands before the bucket in the name of a store of objects.
const OBJECTS: &str = "s3://";

/// The store of this name.
///
/// # Errors
/// A sentence where there can be none.
pub fn open(name: &Path) -> Result<Box<dyn Store>, String> {
    match objects_of(name) {
        Some(url) => open_objects(url),
        None => Ok(Box::new(Folder::new(name.to_owned()))),
    }
}

/// What was named: a store, or one envelope and what it is in.
pub struct Part {
    /// The store.
    pub store: Box<dyn Store>,
    /// The envelopes that were named.
    pub listed: io::Result<Vec<Listed>>,
    /// Whether these are all that it holds.
    pub extent: Extent,
}

/// How much of a store was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// One envelope.
    One,
}

/// The store that was named and the envelopes in it, or one envelope and what it is in.
///
/// # Errors
/// A sentence where there can be no such store.
pub fn part(named: &Path) -> Result<Part, String> {
    let is_objects = objects_of(named).is_some();
    if is_objects || named.is_dir() {
        let store = open(named)?;
        let listed = store.list();
        let may_be_object = is_objects && listed.as_ref().is_ok_and(Vec::is_empty);
        let one = store.above().filter(|_| may_be_object);
        let one = one.and_then(|(above, name)| Some((above.about(&name).ok()?, above, name)));
        return Ok(match one {
            Some((version, above, name)) => one_of(above, name, Ok(version)),
            None => Part {
                store,
                listed,
                extent: Extent::Whole,
            },
        });
    }
    let store = open(named.parent().unwrap_or(Path::new("")))?;
    let name = PathBuf::from(named.file_name().unwrap_or_default());
    let version = store.about(&name);
    Ok(one_of(store, name, version))
}

fn one_of(store: Box<dyn Store>, name: PathBuf, version: io::Result<Version>) -> Part {
    Part {
        store,
        listed: version.map(|version| vec![Listed { name, version }]),
        extent: Extent::One,
    }
}

/// As [`part`], the names alone.
///
/// # Errors
/// A sentence where a store cannot be listed; what is to be said of one envelope is said in its
/// place.
pub fn envelopes(named: &Path) -> Result<(Box<dyn Store>, Vec<PathBuf>), String> {
    let Part {
        store,
        listed,
        extent,
    } = part(named)?;
    let names = match (listed, extent) {
        (Ok(listed), _) => listed.into_iter().map(|listed| listed.name).collect(),
        (Err(error), Extent::Whole) => return Err(format!("{}: {error}", named.display())),
        (Err(_), Extent::One) => vec![PathBuf::from(named.file_name().unwrap_or_default())],
    };
    Ok((store, names))
}

/// Envelopes and stores that were named, for reading.
pub struct Named {
    stores: Vec<(PathBuf, Box<dyn Store>)>,
    files: Vec<PathBuf>,
}

impl Named {
    /// The envelopes that paths and URLs name, those of a store in the order of their names.
    ///
    /// # Errors
    /// A sentence where a store of objects cannot be listed: less than was asked for would be
    /// taken for all.
    pub fn of(paths: &[PathBuf]) -> Result<Self, String> {
        let (mut stores, mut files) = (Vec::new(), Vec::new());
        for path in paths {
            if objects_of(path).is_none() {
                let local = input::files_of(std::slice::from_ref(path)).into_iter();
                files.extend(local.map(|(path, _)| path));
                continue;
            }
            let (store, names) = envelopes(path)?;
            files.extend(names.iter().map(|name| store.path_of(name)));
            stores.push((store.path_of(Path::new("")), store));
        }
        Ok(Named { stores, files })
    }

    /// The paths and URLs of the envelopes.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The bytes of one of them.
    ///
    /// # Errors
    /// What the system or the store says.
    pub fn read(&self, file: &Path) -> io::Result<Bytes> {
        let store = self.stores.iter().find_map(|(url, store)| {
            let name = file.strip_prefix(url).ok()?;
            Some(store.read(name))
        });
        match store {
            Some(read) => read.map(|(bytes, _)| bytes),
            None => fs::read(file).map(Bytes::from),
        }
    }
}

/// Whether a file is an index.
pub fn is_index(name: &OsStr) -> bool {
    name == INDEX
}

/// What a store says of one of its envelopes.
pub fn problem(store: &dyn Store, name: &Path, error: &io::Error) -> Failure {
    staging::problem(&store.path_of(name), error)
}

/// Lower-case digits.
fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

const INDEX: &str = ".sigill-index";

/// The URL of a store of objects.
fn objects_of(name: &Path) -> Option<&str> {
    name.to_str().filter(|name| name.starts_with(OBJECTS))
}

#[cfg(feature = "object-storage")]
fn open_objects(url: &str) -> Result<Box<dyn Store>, String> {
    let store = objects::Objects::open(url).map_err(|error| format!("{url}: {error}"))?;
    Ok(Box::new(store))
}

#[cfg(not(feature = "object-storage"))]
fn open_objects(url: &str) -> Result<Box<dyn Store>, String> {
    Err(format!(
        "{url}: this sigill was built without stores of objects; build it with \
         --features object-storage"
    ))
}
