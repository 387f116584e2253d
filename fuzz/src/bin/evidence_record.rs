//! Evidence records (RFC 4998, RFC 6283), read, verified against hashes and renewed.
#![no_main]

use sigill::crypto::DigestAlgorithm;
use sigill::ers::EvidenceRecord;
use sigill::limits::Limits;
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(seeds::evidence_records(), |bytes| {
    let read = |bytes: &_| EvidenceRecord::read(bytes, &Limits::default());
    if let Some(record) = reads_the_same_again(&bytes, read, |record| &record.raw) {
        record.timestamp_renewal(DigestAlgorithm::Sha256);
        record.hash_tree_renewal(DigestAlgorithm::Sha512, &[vec![1; 64]]);
    }
});
