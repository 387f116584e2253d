//! Signed content, each digest of which is computed once, however many time-stamps are over it.

use crate::crypto::DigestAlgorithm;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was signed, in parts as they stand in the file. Clones share their digests.
#[derive(Debug, Clone)]
pub struct SignedContent {
    parts: Arc<[Bytes]>,
    digests: Arc<Mutex<BTreeMap<DigestAlgorithm, Vec<u8>>>>,
}

impl From<Vec<Bytes>> for SignedContent {
    fn from(parts: Vec<Bytes>) -> Self {
        SignedContent {
            parts: parts.into(),
            digests: Arc::default(),
        }
    }
}

impl SignedContent {
    /// The parts, one after the other.
    pub fn parts(&self) -> &[Bytes] {
        &self.parts
    }

    /// The digest over all parts.
    pub fn digest(&self, algorithm: DigestAlgorithm) -> Vec<u8> {
        // A poisoned map still holds only finished digests.
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = digests.entry(algorithm).or_insert_with(|| {
            let parts: Vec<&[u8]> = self.parts.iter().map(Bytes::as_ref).collect();
            algorithm.digest(&parts)
        });
        digest.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_over_all_parts_and_its_own_algorithm() {
        let content = SignedContent::from(vec![Bytes::from_static(b"a"), Bytes::from_static(b"b")]);
        let shared = content.clone();
        for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
            let expected = algorithm.digest(&[b"ab"]);
            assert_eq!(content.digest(algorithm), expected);
            assert_eq!(shared.digest(algorithm), expected);
        }
    }
}
