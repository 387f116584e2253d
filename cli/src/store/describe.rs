//! Reading envelopes for the index.

use super::row::{Facts, Row};
use super::{Listed, Store, Version};
use crate::input::Setting;
use crate::output;
use sigill::Validator;
use sigill::archive::EnvelopeFacts;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

/// Reads envelopes by one policy.
pub struct Reader<'a> {
    pub store: &'a dyn Store,
    pub setting: &'a Setting,
    validator: Validator<'a>,
    /// SHA-256 of the policy.
    pub policy: String,
}

/// Rows between two writes.
const BATCH: usize = 1_000;

impl<'a> Reader<'a> {
    pub fn new(store: &'a dyn Store, setting: &'a Setting) -> Self {
        Reader {
            store,
            setting,
            validator: setting.validator(),
            policy: setting.policy.sha256(),
        }
    }

    /// Reads every envelope of a list and takes the rows about them, each under the `key` of its
    /// name, some at a time.
    ///
    /// # Errors
    /// A sentence where `take` gives one.
    pub fn read_all(
        &self,
        listed: &[Listed],
        jobs: Option<NonZeroUsize>,
        key: impl Fn(&Path) -> [u8; 32] + Sync,
        mut take: impl FnMut(Vec<([u8; 32], Row)>) -> Result<(), String>,
    ) -> Result<(), String> {
        for batch in listed.chunks(BATCH) {
            let mut rows = Vec::with_capacity(batch.len());
            output::in_order(
                jobs,
                batch,
                |listed| (key(&listed.name), self.read(listed)),
                |listed| {
                    (
                        key(&listed.name),
                        Ok(Row::new(listed.version.clone(), None)),
                    )
                },
                |(key, row)| {
                    // What cannot be read has no row, so that nobody takes it for read.
                    rows.extend(row.ok().map(|row| (key, row)));
                    Ok(())
                },
            )?;
            take(rows)?;
        }
        Ok(())
    }

    /// The row about an envelope as it is now.
    ///
    /// # Errors
    /// What the system or the store says.
    pub fn read(&self, listed: &Listed) -> io::Result<Row> {
        let (bytes, version) = self.store.read(&listed.name)?;
        Ok(self.row(&bytes, version))
    }

    /// The row about an envelope of these bytes.
    pub fn row(&self, bytes: &sigill::Bytes, version: Version) -> Row {
        let facts = EnvelopeFacts::read(bytes, &self.validator, self.setting.time);
        let facts = facts.ok();
        let facts = facts.and_then(|facts| Facts::new(facts, &self.policy));
        Row::new(version, facts)
    }
}
