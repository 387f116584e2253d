//! Revocation statements (RFC 5280 §6.3, RFC 6960 §3.2) under EN 319 102-1 §5.2.6.

mod crl;
mod ocsp;
mod scope;
mod signer;

use crate::UnixTime;
use crate::crypto::{AlgorithmEnd, AlgorithmIdentifier, SignatureAlgorithm, Verification};
use crate::validation::Context;
use crate::x509::{CERTIFICATE_HOLD, Certificate, RevocationStatus};
use signer::Signer;
use std::cell::Cell;
use std::sync::Arc;

/// What a CRL or OCSP response says of one certificate, after its own signature was verified.
#[derive(Debug, Clone)]
pub struct RevocationStatement {
    /// SHA-256 of the certificate it is about.
    pub certificate: [u8; 32],
    /// What it says.
    pub status: RevocationStatus,
    /// The kind of object.
    pub source: RevocationSource,
    /// SHA-256 of the object.
    pub object: [u8; 32],
    /// When this was known to be right.
    pub this_update: UnixTime,
    /// When newer information is due.
    pub next_update: Option<UnixTime>,
    /// Who signed the object.
    pub signer: Arc<Certificate>,
    /// Since when the signer is known to have been revoked, or its anchor not to be trusted,
    /// after the object was made.
    pub signer_revoked_at: Option<UnixTime>,
    /// Other objects without which this could not be said: a delta, lists for other reasons.
    pub supported_by: Vec<SupportingObject>,
    /// Until when the algorithms of all signatures it rests on are reliable.
    pub algorithm_end: AlgorithmEnd,
}

/// A signed object that a statement rests on.
#[derive(Debug, Clone)]
pub struct SupportingObject {
    /// SHA-256 of the object.
    pub object: [u8; 32],
    /// Who signed it.
    pub signer: Arc<Certificate>,
    /// Since when the signer is known to have been revoked, or its anchor not to be trusted,
    /// after the object was made.
    pub signer_revoked_at: Option<UnixTime>,
}

/// Kinds of revocation data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationSource {
    /// A certificate revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

impl RevocationStatement {
    /// Every object that it rests on.
    pub fn rests_on(&self) -> impl Iterator<Item = SupportingObject> {
        let first = SupportingObject {
            object: self.object,
            signer: self.signer.clone(),
            signer_revoked_at: self.signer_revoked_at,
        };
        std::iter::once(first).chain(self.supported_by.iter().cloned())
    }

    /// A revocation that nothing can take back; a suspension can be (RFC 5280, 5.3.1).
    fn is_final(&self) -> bool {
        matches!(
            self.status,
            RevocationStatus::Revoked { reason, .. } if reason != Some(CERTIFICATE_HOLD)
        )
    }
}

/// The statements about one certificate, and why others about it cannot be used.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    /// Signed by whom they must be, about this certificate, and made by the judged time.
    pub usable: Vec<RevocationStatement>,
    /// The other objects about it, each by its digest, with the reason.
    pub unusable: Vec<String>,
    /// The limit that was reached. What was left unread may tell of a revocation, so that
    /// nothing that denies one is usable.
    pub exhausted: Option<&'static str>,
}

impl Statements {
    /// The statement that counts: a revocation if there is one, for it is final, else the
    /// newest (EN 319 102-1, 5.2.6.4). Of two equally new ones that which takes more into
    /// account, such as a delta, then the graver.
    pub fn latest(&self) -> Option<&RevocationStatement> {
        self.usable.iter().max_by_key(|statement| {
            let suspended = statement.status != RevocationStatus::Good;
            let support = statement.supported_by.len();
            (
                statement.is_final(),
                statement.this_update,
                support,
                suspended,
            )
        })
    }

    fn take(&mut self, outcome: Result<RevocationStatement, String>) {
        match outcome {
            Ok(statement) => self.usable.push(statement),
            Err(reason) => self.unusable.push(reason),
        }
    }
}

/// What the evidence at hand says of `certificate`, issued by `issuer`, as known at `at`.
pub(crate) fn statements_about(
    context: &Context<'_>,
    certificate: &Certificate,
    issuer: &Arc<Certificate>,
    at: UnixTime,
) -> Statements {
    statements_known_by(context, certificate, issuer, at, at)
}

/// As [`statements_about`]; that those who signed them were themselves revoked counts if it is
/// known by `now`, for it may have become known only after `at`.
pub(crate) fn statements_known_by(
    context: &Context<'_>,
    certificate: &Certificate,
    issuer: &Arc<Certificate>,
    at: UnixTime,
    now: UnixTime,
) -> Statements {
    let budget = Budget {
        questions_left: Cell::new(context.limits.revocation_questions),
        failed_checks_left: Cell::new(context.limits.revocation_failed_checks),
        exhausted: Cell::new(None),
    };
    let inquiry = Inquiry {
        context,
        certificate,
        issuer,
        at,
        now,
        asked_by: None,
        budget: &budget,
    };
    let mut statements = inquiry.statements();
    statements.exhausted = budget.exhausted.get();
    if statements.exhausted.is_some() {
        let is_bad_news =
            |statement: &RevocationStatement| statement.status != RevocationStatus::Good;
        statements.usable.retain(is_bad_news);
    }
    statements
}

/// The question whether one certificate was revoked. To answer it, the same must be asked about
/// delegates that sign revocation data.
struct Inquiry<'a> {
    context: &'a Context<'a>,
    certificate: &'a Certificate,
    issuer: &'a Arc<Certificate>,
    at: UnixTime,
    now: UnixTime,
    asked_by: Option<&'a Inquiry<'a>>,
    budget: &'a Budget,
}

/// What all questions that one question leads to may cost together: hundreds of certificates
/// and lists of one name must not become a search.
struct Budget {
    questions_left: Cell<usize>,
    failed_checks_left: Cell<usize>,
    /// The limit that was reached, so that not everything was read.
    exhausted: Cell<Option<&'static str>>,
}

impl Budget {
    /// Takes one from what is left; false where nothing is.
    fn spend(&self, left: &Cell<usize>, limit: &'static str) -> bool {
        match left.get().checked_sub(1) {
            Some(rest) => {
                left.set(rest);
                true
            }
            None => {
                self.exhausted.set(Some(limit));
                false
            }
        }
    }
}

impl Inquiry<'_> {
    fn statements(&self) -> Statements {
        let mut statements = Statements::default();
        ocsp::gather(self, &mut statements);
        crl::gather(self, &mut statements);
        statements
    }

    /// Whether this question, or one that led to it, is about `certificate`.
    fn is_asked_about(&self, certificate: &Certificate) -> bool {
        let is_this = self.certificate.sha256() == certificate.sha256();
        is_this
            || self
                .asked_by
                .is_some_and(|above| above.is_asked_about(certificate))
    }

    fn depth(&self) -> usize {
        self.asked_by.map_or(0, |above| above.depth() + 1)
    }

    /// Why information from `this_update` cannot tell that the certificate was not revoked.
    /// Issuers may drop certificates that have ended (RFC 5280, 3.3), unless they promise to
    /// keep those that ended since `kept_since`.
    fn check_good_at(
        &self,
        this_update: UnixTime,
        kept_since: Option<UnixTime>,
    ) -> Result<(), &'static str> {
        let ended = self.certificate.not_after;
        if this_update > ended && kept_since.is_none_or(|since| since > ended) {
            return Err("made after the certificate had ended");
        }
        Ok(())
    }

    /// Why information with these times cannot be used at all.
    fn check_times(
        &self,
        this_update: UnixTime,
        next_update: Option<UnixTime>,
    ) -> Result<(), &'static str> {
        if this_update > self.at {
            return Err("made after the time of validation");
        }
        if next_update.is_some_and(|next| next < this_update) {
            return Err("nextUpdate before thisUpdate");
        }
        if this_update < self.certificate.not_before {
            return Err("older than the certificate");
        }
        Ok(())
    }

    fn verifies(&self, object: &SignedObject<'_>, signer: &Certificate) -> bool {
        let left = &self.budget.failed_checks_left;
        let before = left.get();
        if !self.budget.spend(left, "failed checks of revocation data") {
            return false;
        }
        let valid = SignatureAlgorithm::identify(object.algorithm, None).is_some_and(|algorithm| {
            self.context.verifications.verify_object(
                object.sha256,
                &signer.public_key,
                &algorithm,
                object.signed,
                object.signature,
            ) == Verification::Valid
        });
        if valid {
            left.set(before);
        }
        valid
    }

    /// Until when what `signer` has signed is reliable, with the signatures that lead to it.
    fn algorithm_end(&self, algorithm: &AlgorithmIdentifier, signer: &Signer) -> AlgorithmEnd {
        let suite = &self.context.policy.suite;
        let own = suite.identified_end(algorithm, None, &signer.certificate.public_key);
        signer.algorithm_end.iter().cloned().fold(own, Ord::min)
    }
}

/// A list or a response as its signature is checked.
struct SignedObject<'a> {
    sha256: &'a [u8; 32],
    algorithm: &'a AlgorithmIdentifier,
    signed: &'a [u8],
    signature: &'a [u8],
}
