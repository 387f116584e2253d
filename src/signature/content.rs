//! Signed content, each digest of which is computed once, however many time-stamps are over it.

use crate::crypto::DigestAlgorithm;
use crate::source::{self, Span};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was signed, in parts as they stand in the file. Clones share their digests.
#[derive(Debug, Clone)]
pub struct SignedContent {
    parts: Arc<[Span]>,
    digests: Arc<Mutex<BTreeMap<DigestAlgorithm, Vec<u8>>>>,
}

impl From<Vec<Span>> for SignedContent {
    fn from(parts: Vec<Span>) -> Self {
        SignedContent {
            parts: parts.into(),
            digests: Arc::default(),
        }
    }
}

impl SignedContent {
    /// The parts, one after the other.
    pub fn parts(&self) -> &[Span] {
        &self.parts
    }

    /// All parts in one piece, brought into memory; `None` where they cannot be read.
    pub fn bytes(&self) -> Option<Bytes> {
        source::concat(&self.parts)
    }

    /// The digest over all parts; `None` where they cannot be read, as in a file that changed.
    pub fn digest(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        // A poisoned map still holds only finished digests.
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = digests.get(&algorithm) {
            return Some(digest.clone());
        }
        let digest = source::digest(algorithm, &self.parts)?;
        digests.insert(algorithm, digest.clone());
        Some(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_over_all_parts_and_its_own_algorithm() {
        let parts = [&b"a"[..], b"b"].map(|part| Span::from(Bytes::from_static(part)));
        let content = SignedContent::from(parts.to_vec());
        let shared = content.clone();
        for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
            let expected = Some(algorithm.digest(&[b"ab"]));
            assert_eq!(content.digest(algorithm), expected);
            assert_eq!(shared.digest(algorithm), expected);
        }
    }
}
