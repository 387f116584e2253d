//! Validations (EN 319 102-1 §5.2.6) that were done before: most signers of an archive have signed
//! more than once, and its time-stamping authorities return in every document.

use super::{CertificateValidation, Purpose};
use crate::UnixTime;
use crate::memory::Memory;
use std::sync::Arc;

/// Validations in one generation, of a few kilobytes each.
const GENERATION: usize = 512;

/// What one validation depends on, under one trust, policy and limits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// The digest of all evidence, as [`Evidence::digest`](crate::Evidence::digest) has it.
    pub evidence: [u8; 32],
    pub certificate: [u8; 32],
    pub purpose: Purpose,
    pub at: UnixTime,
}

/// Validations by what they depend on, shared between documents and threads.
#[derive(Debug)]
pub(crate) struct CertificateValidations(Memory<Question, Arc<CertificateValidation>>);

impl Default for CertificateValidations {
    fn default() -> Self {
        CertificateValidations(Memory::of_generations(GENERATION))
    }
}

impl CertificateValidations {
    pub fn remembered(
        &self,
        question: Question,
        answer: impl FnOnce() -> CertificateValidation,
    ) -> CertificateValidation {
        if let Some(known) = self.0.find(&question) {
            return known.as_ref().clone();
        }
        let validation = answer();
        self.0.keep(question, Arc::new(validation.clone()), 1);
        validation
    }
}
