//! The index of a store: an embedded database of one table, a row for each envelope.
//!
//! What a row says is believed only where its own digest is right and it is about the present
//! version of its envelope, so that an index that is old, damaged or cut short gives no answer
//! rather than a wrong one.

use super::Store;
use super::index_place::IndexPlace;
use super::row::Row;
use redb::{
    Builder, Database, ReadOnlyDatabase, ReadOnlyTable, ReadableDatabase, ReadableTable,
    ReadableTableMetadata, TableDefinition,
};
use sigill::crypto::sha256;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// The names of envelopes, as [`key`](super::row::key) gives them, and digest and JSON of a row.
const ENVELOPES: TableDefinition<'static, [u8; 32], &[u8]> = TableDefinition::new("envelopes-1");

/// How often, and how many milliseconds apart, an index that another run holds is tried again.
const TRIES: usize = 50;
const PAUSE: u64 = 100;

/// Octets of pages that are held in memory; redb's own choice is a gigabyte.
const CACHE: usize = 16 << 20;

/// An index that is open.
pub struct Index<D = Database> {
    database: D,
}

/// What keeps an index from answering.
#[derive(Debug)]
pub enum Trouble {
    /// There is none.
    Absent,
    /// Another run holds it.
    Busy,
    /// It is no index, or not as it was written.
    Damaged,
    /// It does not agree with the store.
    Stale {
        /// Envelopes that it does not know.
        new: usize,
        /// Envelopes that have changed since.
        changed: usize,
    },
    /// It was made by another policy than counts now.
    OtherPolicy,
    /// What the system or the store says.
    Unreachable(io::Error),
}

impl Trouble {
    /// The stable word that scripts may compare.
    pub fn name(&self) -> &'static str {
        match self {
            Trouble::Absent => "index-absent",
            Trouble::Busy => "index-busy",
            Trouble::Damaged => "index-damaged",
            Trouble::Stale { .. } => "index-stale",
            Trouble::OtherPolicy => "index-of-other-policy",
            Trouble::Unreachable(_) => "input-output",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Absent => formatter.write_str("there is no index; `sigill store rebuild`"),
            Trouble::Busy => formatter.write_str("another run holds the index; try again later"),
            Trouble::Damaged => formatter.write_str("the index is damaged; `sigill store rebuild`"),
            Trouble::Stale { new, changed } => write!(
                formatter,
                "the index is out of date, with {new} envelopes that are new and {changed} that \
                 have changed; `sigill store verify`, then `sigill store rebuild`"
            ),
            Trouble::OtherPolicy => formatter.write_str(
                "the index holds ends of algorithms by another policy; give that policy, or \
                 `sigill store rebuild` with this one",
            ),
            Trouble::Unreachable(error) => error.fmt(formatter),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Unreachable(error)
    }
}

impl Index<ReadOnlyDatabase> {
    /// The nearest index that knows a store, for reading, which any number of runs may do at
    /// once, and where it stands.
    pub fn to_read(store: &dyn Store) -> Result<(Self, IndexPlace), Trouble> {
        let places = IndexPlace::all(store)?;
        let place = places.into_iter().next().ok_or(Trouble::Absent)?;
        let open = || patiently(|| Ok(builder().open_read_only(place.path())?));
        let database = match open() {
            // A run that was killed left it open; whoever may write to it can close it.
            Err(Trouble::Damaged) => {
                drop(patiently(|| Ok(builder().open(place.path())?))?);
                open()?
            }
            outcome => outcome?,
        };
        Ok((Index { database }, place))
    }
}

impl Index {
    /// The index in a file, for writing.
    pub fn to_write(path: &Path) -> Result<Self, Trouble> {
        let database = patiently(|| Ok(builder().open(path)?))?;
        Ok(Index { database })
    }

    /// A new one without rows.
    pub fn create(path: &Path) -> Result<Self, Trouble> {
        let index = guarded(|| Ok(builder().create(path)?)).map(|database| Index { database })?;
        index.put(&[])?;
        Ok(index)
    }

    /// Writes rows, all or none of them.
    pub fn put(&self, rows: &[([u8; 32], Row)]) -> Result<(), Trouble> {
        guarded(|| {
            let transaction = self.database.begin_write()?;
            {
                let mut table = transaction.open_table(ENVELOPES)?;
                for (key, row) in rows {
                    let json = serde_json::to_vec(row).unwrap_or_default();
                    let value = [&digest(key, &json)[..], &json].concat();
                    table.insert(key, value.as_slice())?;
                }
            }
            transaction.commit()?;
            Ok(())
        })
    }
}

impl Index {
    /// Ends the writing; pages that it left unused are given back to the disk.
    pub fn close(mut self) -> Result<(), Trouble> {
        guarded(|| {
            self.database.compact()?;
            Ok(())
        })
    }
}

impl<D: ReadableDatabase> Index<D> {
    /// The rows as they are now.
    pub fn rows(&self) -> Result<Rows, Trouble> {
        guarded(|| {
            let transaction = self.database.begin_read()?;
            Ok(Rows {
                table: transaction.open_table(ENVELOPES)?,
            })
        })
    }
}

/// The rows of an index.
pub struct Rows {
    table: ReadOnlyTable<[u8; 32], &'static [u8]>,
}

impl Rows {
    /// The row under a key.
    pub fn row(&self, key: &[u8; 32]) -> Result<Option<Row>, Trouble> {
        let value = guarded(|| Ok(self.table.get(key)?.map(|value| value.value().to_vec())))?;
        value.map(|value| read(key, &value)).transpose()
    }

    /// How many there are.
    pub fn count(&self) -> Result<u64, Trouble> {
        guarded(|| Ok(self.table.len()?))
    }

    /// Takes each row whose key is wanted, in the order of the keys.
    pub fn each(
        &self,
        wanted: impl Fn(&[u8; 32]) -> bool,
        mut take: impl FnMut(Row),
    ) -> Result<(), Trouble> {
        let mut keys = Vec::new();
        guarded(|| {
            for row in self.table.iter()? {
                keys.extend(Some(row?.0.value()).filter(&wanted));
            }
            Ok(())
        })?;
        for key in keys {
            self.row(&key)?.into_iter().for_each(&mut take);
        }
        Ok(())
    }
}

fn read(key: &[u8; 32], value: &[u8]) -> Result<Row, Trouble> {
    let (stated, json) = value.split_at_checked(32).ok_or(Trouble::Damaged)?;
    match stated == digest(key, json) {
        true => serde_json::from_slice(json).map_err(|_| Trouble::Damaged),
        false => Err(Trouble::Damaged),
    }
}

fn digest(key: &[u8; 32], json: &[u8]) -> [u8; 32] {
    sha256(&[key, json].concat())
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// Waits a while for an index that another run holds.
fn patiently<T>(mut open: impl FnMut() -> Result<T, redb::Error>) -> Result<T, Trouble> {
    for _ in 1..TRIES {
        match guarded(&mut open) {
            Err(Trouble::Busy) => thread::sleep(Duration::from_millis(PAUSE)),
            outcome => return outcome,
        }
    }
    guarded(open)
}

/// A damaged file may make the database give up in any way.
fn guarded<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, Trouble> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(redb::Error::DatabaseAlreadyOpen)) => Err(Trouble::Busy),
        Ok(Err(redb::Error::Io(error))) if error.kind() != io::ErrorKind::InvalidData => {
            Err(Trouble::Unreachable(error))
        }
        Ok(Err(_)) | Err(_) => Err(Trouble::Damaged),
    }
}
