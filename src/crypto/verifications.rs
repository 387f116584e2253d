//! Verified once per run: signatures of certificates, CRLs, OCSP responses and TSA chains
//! return in document after document.

use super::digest::sha256_of_list;
use super::verify::{Verification, verify};
use super::{PublicKey, SignatureAlgorithm};
use crate::memory::Memory;

/// Signature checks that were done before, shared between documents and threads.
///
/// An entry is found by the digest of all that was checked, so it can never answer for
/// anything else.
#[derive(Debug)]
pub struct Verifications(Memory<[u8; 32], Verification>);

/// Entries of one generation. Most of them are signatures of documents, which never return, so
/// that this must be many times what is asked for between two uses of a common certificate; two
/// generations take about 8 MB.
const GENERATION: usize = 65_536;

impl Default for Verifications {
    fn default() -> Self {
        Verifications(Memory::of_generations(GENERATION))
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
        let algorithm_name = algorithm.name();
        let question = [
            key.spki(),
            inherited_parameters(key),
            algorithm_name.as_bytes(),
            message,
            signature,
        ];
        self.remembered(&question, || verify(key, algorithm, message, signature))
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
        let algorithm_name = algorithm.name();
        let question = [
            &object[..],
            key.spki(),
            inherited_parameters(key),
            algorithm_name.as_bytes(),
        ];
        self.remembered(&question, || verify(key, algorithm, message, signature))
    }

    fn remembered(
        &self,
        question: &[&[u8]],
        answer: impl FnOnce() -> Verification,
    ) -> Verification {
        let name = sha256_of_list(question);
        if let Some(known) = self.0.find(&name) {
            return known;
        }
        let verification = answer();
        self.0.keep(name, verification, 1);
        verification
    }
}

/// Inherited parameters are no part of the SubjectPublicKeyInfo, but of the question.
fn inherited_parameters(key: &PublicKey) -> &[u8] {
    key.identifier.parameters.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn what_returns_is_checked_once() {
        let verifications = Verifications::default();
        let checks = Cell::new(0u32);
        let ask = |question: u32| {
            let _ = verifications.remembered(&[&question.to_be_bytes()], || {
                checks.set(checks.get() + 1);
                Verification::Invalid
            });
        };
        let documents = 200_000;
        for number in 0..documents {
            ask(number % 7);
            ask(100 + number);
        }
        assert_eq!(checks.get(), 7 + documents);
    }
}
