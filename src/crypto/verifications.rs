//! Verified once per run: signatures of certificates, CRLs, OCSP responses and TSA chains
//! return in document after document.

use super::verify::{Verification, verify};
use super::{PublicKey, SignatureAlgorithm, sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Signature checks that were done before, shared between documents and threads.
///
/// An entry is found by the digest of all that was checked, so it can never answer for
/// anything else. What was not asked for during the last 65 536 new entries is forgotten
/// after as many more, so that memory does not grow with the number of documents.
#[derive(Debug, Default)]
pub struct Verifications {
    known: Mutex<Generations>,
}

/// Entries of one generation. Most of them are signatures of documents, which never return, so
/// that this must be many times what is asked for between two uses of a common certificate; two
/// generations take about 8 MB.
const GENERATION: usize = 65_536;

/// The entries since the last change of generations, and those of the generation before.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<[u8; 32], Verification>,
    old: HashMap<[u8; 32], Verification>,
}

impl Generations {
    /// What is asked for stays.
    fn find(&mut self, name: &[u8; 32]) -> Option<Verification> {
        if let Some(known) = self.young.get(name) {
            return Some(*known);
        }
        let known = self.old.remove(name)?;
        self.insert(*name, known);
        Some(known)
    }

    fn insert(&mut self, name: [u8; 32], verification: Verification) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(name, verification);
    }
}

impl Verifications {
    /// As [`verify`], remembered.
    pub fn verify(
        &self,
        key: &PublicKey,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        // Inherited parameters are no part of the SubjectPublicKeyInfo, but of the question.
        let parameters = key.identifier.parameters.as_deref().unwrap_or_default();
        let subject = [
            sha256(key.spki()).as_slice(),
            &sha256(parameters),
            &sha256(algorithm.name().as_bytes()),
            &sha256(message),
            &sha256(signature),
        ]
        .concat();
        self.remembered(&subject, || verify(key, algorithm, message, signature))
    }

    /// As [`verify`], remembered by the digest of the whole signed object, which holds the
    /// algorithm, the message and the signature: a list of many megabytes is hashed only once.
    pub fn verify_object(
        &self,
        object: &[u8; 32],
        key: &PublicKey,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        let parameters = key.identifier.parameters.as_deref().unwrap_or_default();
        let subject = [
            object.as_slice(),
            &sha256(key.spki()),
            &sha256(parameters),
            &sha256(algorithm.name().as_bytes()),
        ]
        .concat();
        self.remembered(&subject, || verify(key, algorithm, message, signature))
    }

    fn remembered(&self, question: &[u8], answer: impl FnOnce() -> Verification) -> Verification {
        let name = sha256(question);
        if let Some(known) = self.lock().find(&name) {
            return known;
        }
        let verification = answer();
        self.lock().insert(name, verification);
        verification
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        // A poisoned map still holds only finished checks.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn what_returns_is_checked_once_and_what_does_not_is_forgotten() {
        let verifications = Verifications::default();
        let checks = Cell::new(0u32);
        let ask = |question: u32| {
            let _ = verifications.remembered(&question.to_be_bytes(), || {
                checks.set(checks.get() + 1);
                Verification::Invalid
            });
        };
        let documents = 400_000;
        for number in 0..documents {
            ask(number % 7);
            ask(100 + number);
        }
        assert_eq!(checks.get(), 7 + documents);
        let kept = verifications.lock();
        assert!(kept.young.len() + kept.old.len() <= 2 * GENERATION);
    }
}
