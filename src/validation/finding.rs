//! What a check found, and what is missing: report data of EN 319 102-1 §5.1.3.

use super::indication::{IndeterminateWhy, Indication};
use super::rule::Rule;
use crate::crypto::AlgorithmEnd;
use crate::policy::Enforcement;
use crate::x509::Certificate;

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Met.
    Passed,
    /// Not met, and of no weight by the policy.
    Information,
    /// Not met, but the verdict stands.
    Warning,
    /// Not met.
    Failed,
    /// Not looked at; never to be read as passed.
    NotChecked,
}

impl Status {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Information => "information",
            Status::Warning => "warning",
            Status::Failed => "failed",
            Status::NotChecked => "not-checked",
        }
    }
}

/// One check on one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check.
    pub rule: Rule,
    /// Its outcome.
    pub status: Status,
    /// The object, such as `certificate 5e8f…`.
    pub about: String,
    /// The values that were compared, in a form that needs no translation, or words that
    /// reports translate.
    pub detail: String,
    /// The algorithm and its end, where the check is about one.
    pub algorithm: Option<AlgorithmEnd>,
}

/// Evidence that would change the answer. The library never fetches; the caller may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What is missing.
    pub kind: NeedKind,
    /// What it is about.
    pub about: String,
    /// Where the certificate says that it can be had.
    pub urls: Vec<String>,
}

/// Kinds of missing evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedKind {
    /// The content of a detached signature.
    SignedData,
    /// The signer's certificate.
    SigningCertificate,
    /// An issuer's certificate, or trust in it.
    IssuerCertificate,
    /// A CRL or an OCSP response.
    RevocationData,
    /// A time-stamp or an evidence record made before the end of the certificates.
    ProofOfExistence,
    /// An extract of a register, as of the time of signing.
    RegisterExtract,
    /// Metadata of the identity provider, signed by its federation, of the time of signing.
    IdentityProviderMetadata,
}

impl NeedKind {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            NeedKind::SignedData => "signed-data",
            NeedKind::SigningCertificate => "signing-certificate",
            NeedKind::IssuerCertificate => "issuer-certificate",
            NeedKind::RevocationData => "revocation-data",
            NeedKind::ProofOfExistence => "proof-of-existence",
            NeedKind::RegisterExtract => "register-extract",
            NeedKind::IdentityProviderMetadata => "identity-provider-metadata",
        }
    }
}

impl Finding {
    pub(crate) fn new(rule: Rule, status: Status, about: &str, detail: impl Into<String>) -> Self {
        Finding {
            rule,
            status,
            about: about.to_owned(),
            detail: detail.into(),
            algorithm: None,
        }
    }
}

/// What a block concluded, with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// The outcome.
    pub indication: Indication,
    /// Every check, in the order in which they were made.
    pub findings: Vec<Finding>,
    /// What would change the outcome.
    pub needs: Vec<Need>,
}

impl Conclusion {
    pub(crate) fn passed() -> Self {
        Conclusion {
            indication: Indication::Passed,
            findings: Vec::new(),
            needs: Vec::new(),
        }
    }

    /// Notes a check that was met.
    pub(crate) fn pass(&mut self, rule: Rule, about: &str, detail: impl Into<String>) {
        self.note(rule, Status::Passed, about, detail);
    }

    /// Notes a check without touching the outcome.
    pub(crate) fn note(
        &mut self,
        rule: Rule,
        status: Status,
        about: &str,
        detail: impl Into<String>,
    ) {
        self.findings
            .push(Finding::new(rule, status, about, detail));
    }

    /// Notes a check that was not met. The first failure decides the outcome.
    pub(crate) fn fail(
        &mut self,
        why: impl Into<Indication>,
        rule: Rule,
        about: &str,
        detail: impl Into<String>,
    ) {
        self.note(rule, Status::Failed, about, detail);
        if self.indication.is_passed() {
            self.indication = why.into();
        }
    }

    /// Notes a check that was not met, with the weight that the policy gives it.
    pub(crate) fn enforce(
        &mut self,
        enforcement: Enforcement,
        why: impl Into<Indication>,
        rule: Rule,
        about: &str,
        detail: impl Into<String>,
    ) {
        match enforcement {
            Enforcement::Fail => self.fail(why, rule, about, detail),
            Enforcement::Warn => self.note(rule, Status::Warning, about, detail),
            Enforcement::Inform => self.note(rule, Status::Information, about, detail),
        }
    }

    /// Notes an algorithm that cannot be relied upon, without touching the outcome.
    pub(crate) fn note_algorithm(&mut self, status: Status, about: &str, end: &AlgorithmEnd) {
        let finding = Finding::new(Rule::AlgorithmReliable, status, about, end.to_string());
        self.findings.push(Finding {
            algorithm: Some(end.clone()),
            ..finding
        });
    }

    /// Notes an algorithm that cannot be relied upon, with no proof of an earlier time.
    pub(crate) fn fail_algorithm(&mut self, about: &str, end: &AlgorithmEnd) {
        self.note_algorithm(Status::Failed, about, end);
        if self.indication.is_passed() {
            self.indication = IndeterminateWhy::CryptoConstraintsFailureNoPoe.into();
        }
    }

    /// Takes in what another block found; its failure decides unless one did before.
    pub(crate) fn absorb(&mut self, other: Conclusion) {
        if self.indication.is_passed() {
            self.indication = other.indication;
        }
        self.findings.extend(other.findings);
        self.needs.extend(other.needs);
    }
}

/// How findings name a certificate.
pub(crate) fn about_certificate(certificate: &Certificate) -> String {
    format!("certificate {}", crate::hex(certificate.sha256()))
}
