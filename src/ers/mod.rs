//! Evidence records (RFC 4998; in XML, RFC 6283): proof that data objects existed, kept alive by renewal.
//!
//! This module answers one question, [`verify_hashes`]: does every hash lead from the data
//! objects to the time-stamps? Who issued a time-stamp, when, and whether its algorithms were
//! still strong is judged elsewhere, so time-stamp tokens stay closed here.

mod archive_timestamp;
mod evidence_record;
mod hash_tree;
mod pending_record;
mod reduced_hash_tree;
mod verification;
mod xml_record;

pub use archive_timestamp::{ArchiveTimestamp, ArchiveTimestampChain};
pub use evidence_record::{CryptographicInformation, EvidenceRecord, InformationKind};
pub use hash_tree::HashTree;
pub use pending_record::PendingRecord;
pub use reduced_hash_tree::PartialHashtree;
pub use verification::{
    ArchiveTimestampVerification, Covers, DataObject, Deviation, Imprint, ImprintCheck, Link,
    ObjectCoverage, RecordVerification, verify_hashes,
};

#[cfg(test)]
mod tests;
