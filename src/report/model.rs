//! The report: everything that is known of one document.

use super::required_signers::RequiredSignersReport;
use super::unfetched::UnfetchedSource;
use crate::UnixTime;
use crate::asn1::Oid;
use crate::binding::Binding;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::signature::{Coverage, Format, Level, TimestampKind};
use crate::validation::{
    Basis, Conclusion, Effort, FailedWhy, Indication, Integrity, RecordAlgorithmEnds,
    RecordValidation, RevocationStatement, Rule, Status, ValidatedPath,
};
use crate::x509::Certificate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The verdicts on one document, with all their reasons.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was judged.
    pub document: DocumentSummary,
    /// The time at which it was judged.
    pub validation_time: UnixTime,
    /// The constraints it was judged by.
    pub policy: PolicySummary,
    /// Why the document could not be read; then everything below is empty.
    pub error: Option<Error>,
    /// The signatures in the order of the file.
    pub signatures: Vec<SignatureReport>,
    /// Time-stamps over the document.
    pub timestamps: Vec<TimestampReport>,
    /// Evidence records over the document.
    pub evidence_records: Vec<RecordReport>,
    /// The envelope it was sealed in, where that was checked.
    pub envelope: Option<EnvelopeSummary>,
    /// What each demand of the policy on those who sign together came to.
    pub required_signers: Vec<RequiredSignersReport>,
    /// What was not fetched and why; the library fetches nothing.
    pub unfetched: Vec<UnfetchedSource>,
}

/// What was judged.
#[derive(Debug, Clone)]
pub struct DocumentSummary {
    /// Path as the user gave it; the library knows none.
    pub path: Option<String>,
    /// The number it has in a records system; the library knows none.
    pub diary_number: Option<String>,
    /// Size in bytes; `None` where the file could not be opened.
    pub size: Option<u64>,
    /// SHA-256 of the file; `None` where it could not be opened.
    pub sha256: Option<[u8; 32]>,
    /// The kind of container, such as `pdf`.
    pub container: &'static str,
}

/// The constraints a document was judged by.
#[derive(Debug, Clone)]
pub struct PolicySummary {
    /// The policy's name.
    pub name: String,
    /// SHA-256 over all its constraints, lower-case hexadecimal.
    pub sha256: String,
}

/// The verdict on one signature.
#[derive(Debug, Clone)]
pub struct SignatureReport {
    /// `S-1`, `S-2` and so on, in the order of the file.
    pub id: String,
    /// Format.
    pub format: Format,
    /// Level.
    pub level: Level,
    /// The verdict, its reasons and what is missing.
    pub conclusion: Conclusion,
    /// Cryptographic fact.
    pub integrity: Integrity,
    /// The signing certificate, if it is identified.
    pub certificate: Option<Arc<Certificate>>,
    /// The time the signer claims.
    pub claimed_signing_time: Option<UnixTime>,
    /// The earliest time at which the signature is proven to have existed.
    pub best_signature_time: UnixTime,
    /// Person and organisation.
    pub binding: Binding,
    /// What it covers and what came after.
    pub coverage: Coverage,
    /// Time-stamps inside it.
    pub timestamps: Vec<TimestampReport>,
    /// The verdicts on signatures over its value, `S-1-C-1` and so on.
    pub counter_signatures: Vec<SignatureReport>,
    /// What the verdict rests on.
    pub basis: Basis,
    /// Until when the same evidence would let it pass, where that was
    /// [computed](crate::Validator::validate_with_outlook) and it passes now.
    pub provable_until: Option<UnixTime>,
}

/// The verdict on one time-stamp.
#[derive(Debug, Clone)]
pub struct TimestampReport {
    /// `T-1`, `T-2` and so on.
    pub id: String,
    /// What it is about.
    pub kind: TimestampKind,
    /// The time it states.
    pub time: Option<UnixTime>,
    /// Whether it is over the bytes it should be over.
    pub imprint_matches: Option<bool>,
    /// Whether the authority's signature verifies.
    pub signature_value: Option<bool>,
    /// The verdict and its reasons.
    pub conclusion: Conclusion,
    /// SHA-256 of the token; `None` where it cannot be read.
    pub sha256: Option<[u8; 32]>,
    /// The authority's certificate, if it is identified.
    pub certificate: Option<Arc<Certificate>>,
    /// What the verdict rests on.
    pub basis: Basis,
}

/// The verdict on one certificate.
#[derive(Debug, Clone)]
pub struct CertificateReport {
    /// The verdict, its reasons and what is missing.
    pub conclusion: Conclusion,
    /// The path that is good or, failing that, the one that comes nearest.
    pub path: Option<ValidatedPath>,
    /// For each certificate of the path below the anchor, in its order, what its revocation was
    /// judged by.
    pub statements: Vec<Option<RevocationStatement>>,
    /// The policies, in the domain of the anchor, that the path holds for (RFC 5280, 6.1.6).
    pub user_constrained_policies: BTreeSet<Oid>,
    /// What the search for the path has cost.
    pub effort: Effort,
}

/// One certificate of a file, with the verdict on it.
#[derive(Debug, Clone)]
pub struct JudgedCertificate {
    /// Path of the file as the user gave it.
    pub path: Option<String>,
    /// SHA-256 of the certificate or, where it cannot be read, of its file; `None` where that
    /// could not be opened.
    pub sha256: Option<[u8; 32]>,
    /// The time at which it was judged.
    pub validation_time: UnixTime,
    /// The certificate with the verdict on it, or why it cannot be read.
    pub outcome: Result<(Arc<Certificate>, CertificateReport), Error>,
}

/// The verdict on one evidence record.
#[derive(Debug, Clone)]
pub struct RecordReport {
    /// `E-1`, `E-2` and so on.
    pub id: String,
    /// The verdict and its reasons.
    pub conclusion: Conclusion,
    /// Digest algorithm of its newest chain.
    pub digest: Option<DigestAlgorithm>,
    /// The times of its archive time-stamps, chain by chain.
    pub chains: Vec<Vec<Option<UnixTime>>>,
    /// What it covers, by name.
    pub covers: Vec<String>,
    /// What it should cover but does not.
    pub missing: Vec<String>,
    /// Until when its newest time-stamp proves itself.
    pub provable_until: Option<UnixTime>,
}

impl RecordReport {
    /// The report on the record with this number, about objects with these names.
    pub(crate) fn new(number: usize, validation: RecordValidation, names: &[&str]) -> Self {
        let covered = validation
            .covered
            .iter()
            .copied()
            .chain(std::iter::repeat(false));
        let (covers, missing): (Vec<_>, Vec<_>) =
            names.iter().zip(covered).partition(|(_, covered)| *covered);
        let name = |(name, _): (&&str, bool)| (*name).to_owned();
        RecordReport {
            id: format!("E-{number}"),
            digest: validation.digest,
            chains: validation.times,
            covers: covers.into_iter().map(name).collect(),
            missing: missing.into_iter().map(name).collect(),
            provable_until: validation.provable_until,
            conclusion: validation.conclusion,
        }
    }
}

/// What checking an envelope found.
#[derive(Debug, Clone)]
pub struct EnvelopeSummary {
    /// Path as the user gave it.
    pub path: Option<String>,
    /// SHA-256 of the envelope.
    pub sha256: [u8; 32],
    /// Whether all that was sealed is there and as it was.
    pub intact: bool,
    /// When its first archive time-stamp was made.
    pub sealed_at: Option<UnixTime>,
    /// Until when its newest time-stamp proves itself.
    pub provable_until: Option<UnixTime>,
    /// When the algorithms end that its newest time-stamp rests on.
    pub algorithm_ends: RecordAlgorithmEnds,
    /// What is not as it was sealed, by name.
    pub tampered: Vec<String>,
    /// Whether a public report is the one on what was sealed, where that was asked.
    pub public_report: Option<PublicReport>,
}

/// A public report on what an envelope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicReport {
    /// Path as the user gave it, or where it was written.
    pub path: Option<String>,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// Whether it is the one that follows from the envelope.
    pub belongs: bool,
}

impl JudgedCertificate {
    /// The verdict; `None` where there is nothing to judge.
    pub fn indication(&self) -> Option<Indication> {
        let (_, report) = self.outcome.as_ref().ok()?;
        Some(report.conclusion.indication)
    }
}

impl EnvelopeSummary {
    /// Whether nothing at all is other than it was sealed.
    pub fn is_intact(&self) -> bool {
        self.intact && self.tampered.is_empty()
    }

    /// Whether the public report that was asked about, if any was, belongs to it.
    fn has_public_report(&self) -> bool {
        let asked = self.public_report.as_ref();
        asked.is_none_or(|report| report.belongs)
    }
}

/// What sealing one document gave.
#[derive(Debug, Clone)]
pub struct SealReport {
    /// The envelope; `None` where none was made.
    pub envelope: Option<SealedEnvelope>,
    /// What was sealed.
    pub document: DocumentSummary,
    /// The public report, where one was written.
    pub public_report: Option<PublicReport>,
    /// How often a time-stamping authority was called.
    pub tsa_calls: u64,
    /// Until when the envelope proves itself.
    pub provable_until: Option<UnixTime>,
    /// Why no envelope was made.
    pub error: Option<Failure>,
}

/// An envelope that was made.
#[derive(Debug, Clone)]
pub struct SealedEnvelope {
    /// Where it was written.
    pub path: Option<String>,
    /// SHA-256 of the envelope.
    pub sha256: [u8; 32],
}

/// What augmenting one document gave.
#[derive(Debug, Clone)]
pub struct AugmentReport {
    /// What was augmented.
    pub document: DocumentSummary,
    /// The new document; `None` where none was made.
    pub augmented: Option<AugmentedDocument>,
    /// Each signature of it by its name in reports, with its level now.
    pub levels: Vec<(String, Level)>,
    /// Certificates of time-stamps of which nothing says whether they were revoked. Those of the
    /// last time-stamp are for the next one to cover.
    pub revocation_data_missing: Vec<String>,
    /// How many counter-signatures were left as they are.
    pub counter_signatures: usize,
    /// How often a time-stamping authority was called.
    pub tsa_calls: u64,
    /// Why no new document was made, where one was wanted.
    pub error: Option<Failure>,
}

/// A document that was written.
#[derive(Debug, Clone)]
pub struct AugmentedDocument {
    /// Where.
    pub path: String,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
}

/// What kept something from being done, be it the document, the disk or the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stable word that scripts may compare.
    pub kind: &'static str,
    /// What happened.
    pub message: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Failure {
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

impl SignatureReport {
    /// What the signer says of the content and of its own intent, by the names of the attributes
    /// (EN 319 122-1, 5.2): no verdict depends on it.
    pub fn statements(&self) -> impl Iterator<Item = (&str, &str)> {
        let findings = self.conclusion.findings.iter();
        let stated = findings.filter(|finding| {
            finding.rule == Rule::SignerStatementsReadable && finding.status == Status::Passed
        });
        stated.map(|finding| (finding.about.as_str(), finding.detail.as_str()))
    }

    /// This verdict and, after it, those on its counter-signatures.
    pub fn with_counter_signatures(&self) -> Vec<&SignatureReport> {
        let mut all = vec![self];
        for counter_signature in &self.counter_signatures {
            all.extend(counter_signature.with_counter_signatures());
        }
        all
    }
}

impl Report {
    /// Every signature, each with its counter-signatures after it.
    pub(super) fn all_signatures(&self) -> impl Iterator<Item = &SignatureReport> {
        let signatures = self.signatures.iter();
        signatures.flat_map(SignatureReport::with_counter_signatures)
    }

    /// The worst of all verdicts: `None` where there is nothing to judge.
    ///
    /// A time-stamp or an evidence record alone does not make a document pass that nobody has
    /// signed; only a file that is itself a token or a record passes by it.
    /// An envelope that is not as it was sealed, or not the one of the public report that is
    /// asked about, counts as a failure, whatever else holds.
    pub fn worst(&self) -> Option<Indication> {
        let is_proof_itself =
            ["timestamp-token", "evidence-record"].contains(&self.document.container);
        let signatures = self.all_signatures().map(|report| &report.conclusion);
        // One that is merely not proven leaves the signatures' own verdicts as they are.
        let counts = |conclusion: &&Conclusion| {
            self.signatures.is_empty() || matches!(conclusion.indication, Indication::Failed(_))
        };
        let is_envelope = self.envelope.is_some();
        let records = self
            .evidence_records
            .iter()
            .map(|report| &report.conclusion)
            .filter(|conclusion| is_envelope || counts(conclusion));
        let timestamps = self
            .timestamps
            .iter()
            .map(|report| &report.conclusion)
            .filter(counts);
        let envelope = self
            .envelope
            .iter()
            .filter(|envelope| !envelope.is_intact() || !envelope.has_public_report())
            .map(|_| Indication::Failed(FailedWhy::HashFailure));
        signatures
            .chain(records)
            .chain(timestamps)
            .map(|conclusion| conclusion.indication)
            .chain(envelope)
            .min_by_key(|indication| match indication {
                Indication::Failed(_) => 0,
                Indication::Indeterminate(_) => 1,
                Indication::Passed => 2,
            })
            .filter(|worst| !worst.is_passed() || !self.signatures.is_empty() || is_proof_itself)
    }

    /// Whether everybody signed whom the policy demands.
    pub fn has_required_signers(&self) -> bool {
        self.required_signers.iter().all(|demand| demand.is_met)
    }

    /// The same report with the path the user gave.
    pub fn named(mut self, path: impl Into<String>) -> Self {
        self.document.path = Some(path.into());
        self
    }
}
