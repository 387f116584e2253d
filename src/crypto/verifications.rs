//! Verified once per run: signatures of certificates, CRLs, OCSP responses and TSA chains
//! return in document after document.

use super::verify::{Verification, verify};
use super::{PublicKey, SignatureAlgorithm, sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Signature checks that were done before, shared between documents and threads.
///
/// An entry is found by the digest of all that was checked, so it can never answer for
/// anything else.
#[derive(Debug, Default)]
pub struct Verifications {
    known: Mutex<HashMap<[u8; 32], Verification>>,
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
        if let Some(known) = self.lock().get(&name) {
            return *known;
        }
        let verification = answer();
        self.lock().insert(name, verification);
        verification
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Verification>> {
        // A poisoned map still holds only finished checks.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
