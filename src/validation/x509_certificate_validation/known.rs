//! Validations (EN 319 102-1 §5.2.6) that were done before: most signers of an archive have signed
//! more than once, and its time-stamping authorities return in every document.

use super::{CertificateValidation, Purpose};
use crate::UnixTime;
use crate::evidence::Evidence;
use crate::memory::Memory;
use crate::x509::Certificate;
use std::sync::Arc;

/// Octets of certificates and words in one generation.
const GENERATION: usize = 8 << 20;

/// What one validation depends on, under one trust, policy, path constraints and limits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    evidence: [u8; 32],
    certificate: [u8; 32],
    purpose: Purpose,
    at: UnixTime,
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
    /// Those by this evidence.
    pub fn by(&self, evidence: &Evidence) -> ValidationsByEvidence<'_> {
        ValidationsByEvidence {
            all: self,
            evidence: evidence.digest(),
        }
    }
}

/// Validations by the same evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValidationsByEvidence<'a> {
    all: &'a CertificateValidations,
    evidence: [u8; 32],
}

impl ValidationsByEvidence<'_> {
    pub fn remembered(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        at: UnixTime,
        answer: impl FnOnce() -> CertificateValidation,
    ) -> CertificateValidation {
        let question = Question {
            evidence: self.evidence,
            certificate: *certificate.sha256(),
            purpose,
            at,
        };
        let memory = &self.all.0;
        if let Some(known) = memory.find(&question) {
            return known.as_ref().clone();
        }
        let validation = answer();
        memory.keep(question, Arc::new(validation.clone()), weight(&validation));
        validation
    }
}

/// What is told, and the certificates that are held by it.
fn weight(validation: &CertificateValidation) -> usize {
    let findings = validation.conclusion.findings.iter();
    let words = findings.map(|finding| finding.about.len() + finding.detail.len());
    let needs = validation.conclusion.needs.iter();
    let urls = needs.flat_map(|need| need.urls.iter().chain([&need.about]));
    let path = validation.path.iter().flat_map(|path| path.certificates());
    let statements = validation.statements.iter().flatten();
    let signers = statements.flat_map(|statement| {
        let supporting = statement.supported_by.iter().map(|object| &object.signer);
        supporting.chain([&statement.signer])
    });
    let certificates = path
        .chain(signers)
        .map(|certificate| certificate.der().len());
    let told = words.chain(urls.map(String::len));
    // The frame of each finding weighs about as much as a short one says.
    let frames = 128 * validation.conclusion.findings.len();
    frames + told.chain(certificates).sum::<usize>()
}
