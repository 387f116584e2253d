//! X.509 certificate validation, EN 319 102-1 §5.2.6.

mod certificate_policies;
mod certificate_profile;
mod effort;
mod known;
mod name_constraints;
mod path_building;
mod path_validation;
mod revocation;
mod signing_certificate;
mod trust_service;
mod validation_model;

pub use effort::Effort;
pub(crate) use known::{CertificateValidations, ValidationsByEvidence};
pub use revocation::{RevocationSource, RevocationStatement, Statements, SupportingObject};
pub(crate) use revocation::{statements_about, statements_known_by};
pub use validation_model::ValidatedPath;

use super::finding::{Conclusion, Need, NeedKind, Status, about_certificate};
use super::indication::IndeterminateWhy::{
    CertificateChainGeneralFailure, CryptoConstraintsFailureNoPoe, NoCertificateChainFound,
    NoCertificateChainFoundNoPoe, OutOfBoundsNoPoe, OutOfBoundsNotRevoked,
    RevocationOutOfBoundsNoPoe, RevokedCaNoPoe, RevokedNoPoe, TryLater,
};
use super::indication::Indication;
use super::rule::Rule;
use super::{Context, Purpose, revocation_freshness};
use crate::UnixTime;
use crate::asn1::Oid;
use crate::crypto::AlgorithmEnd;
use crate::policy::{AlgorithmConstraint, Enforcement};
use crate::x509::{CERTIFICATE_HOLD, Certificate, RevocationStatus};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Something that keeps a path from being good now, but perhaps not in the past.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Obstacle {
    /// Revoked at a time.
    Revoked { certificate: usize, at: UnixTime },
    /// Suspended, and perhaps no longer.
    OnHold { at: UnixTime },
    /// Outside its validity.
    OutOfBounds {
        certificate: usize,
        known_not_revoked: bool,
    },
    /// The revocation data does not reach to the time of validation.
    NotFresh { until: UnixTime },
    /// Who issued the revocation data is outside validity.
    RevocationIssuerOutOfBounds,
    /// An algorithm is no longer reliable.
    Algorithm,
    /// The anchor is no longer trusted.
    AnchorEnded,
    /// Nothing that time could heal.
    Final(Indication),
}

impl Obstacle {
    fn indication(&self) -> Indication {
        match self {
            Obstacle::Revoked { certificate: 0, .. } => RevokedNoPoe.into(),
            Obstacle::Revoked { .. } => RevokedCaNoPoe.into(),
            Obstacle::OnHold { .. } | Obstacle::NotFresh { .. } => TryLater.into(),
            Obstacle::OutOfBounds {
                known_not_revoked: true,
                ..
            } => OutOfBoundsNotRevoked.into(),
            Obstacle::OutOfBounds { .. } => OutOfBoundsNoPoe.into(),
            Obstacle::RevocationIssuerOutOfBounds => RevocationOutOfBoundsNoPoe.into(),
            Obstacle::Algorithm => CryptoConstraintsFailureNoPoe.into(),
            Obstacle::AnchorEnded => NoCertificateChainFoundNoPoe.into(),
            Obstacle::Final(indication) => *indication,
        }
    }

    /// Which of several obstacles is told: what time cannot heal before what it can.
    fn rank(&self) -> u8 {
        match self {
            Obstacle::Final(_) => 0,
            Obstacle::Revoked { .. } => 1,
            Obstacle::OnHold { .. } => 2,
            Obstacle::AnchorEnded => 3,
            Obstacle::Algorithm => 4,
            Obstacle::OutOfBounds { .. } => 5,
            Obstacle::RevocationIssuerOutOfBounds => 6,
            Obstacle::NotFresh { .. } => 7,
        }
    }
}

/// The outcome of the block, with what later processes need of it.
#[derive(Debug, Clone)]
pub(crate) struct CertificateValidation {
    pub conclusion: Conclusion,
    pub path: Option<ValidatedPath>,
    pub(super) obstacles: Vec<Obstacle>,
    /// For each certificate below the anchor, the one judged first, what its revocation was
    /// judged by.
    pub statements: Vec<Option<RevocationStatement>>,
    /// The policies the path is valid for (RFC 5280, 6.1.6).
    pub user_constrained_policies: BTreeSet<Oid>,
    pub effort: Effort,
}

/// Validates `leaf` at the time `at`.
pub(crate) fn validate(
    context: &Context<'_>,
    leaf: &Arc<Certificate>,
    purpose: Purpose,
    at: UnixTime,
) -> CertificateValidation {
    let anew = || validate_anew(context, leaf, purpose, at);
    match &context.known_validations {
        Some(known) => known.remembered(leaf, purpose, at, anew),
        None => anew(),
    }
}

fn validate_anew(
    context: &Context<'_>,
    leaf: &Arc<Certificate>,
    purpose: Purpose,
    at: UnixTime,
) -> CertificateValidation {
    let mut best: Option<CertificateValidation> = None;
    let effort = path_building::search(context, leaf, at, &mut |path, effort| {
        let candidate = judge_path(context, path, purpose, at, effort);
        let is_good = candidate.conclusion.indication.is_passed();
        if best
            .as_ref()
            .is_none_or(|best| candidate.burden() < best.burden())
        {
            best = Some(candidate);
        }
        if is_good {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let mut validation = best.unwrap_or_else(|| no_path(leaf));
    validation.effort = effort;
    if let Some(limit) = effort.exhausted
        && !validation.conclusion.indication.is_passed()
    {
        let about = about_certificate(leaf);
        validation
            .conclusion
            .note(Rule::PathSearchCompleted, Status::Warning, &about, limit);
    }
    validation
}

impl CertificateValidation {
    /// How far the path is from being good: what time cannot heal weighs most.
    fn burden(&self) -> u8 {
        let ranks = self.obstacles.iter().map(Obstacle::rank);
        ranks.map(|rank| u8::MAX - rank).max().unwrap_or(0)
    }
}

fn no_path(leaf: &Certificate) -> CertificateValidation {
    let about = about_certificate(leaf);
    let mut conclusion = Conclusion::passed();
    conclusion.fail(
        NoCertificateChainFound,
        Rule::TrustAnchorReached,
        &about,
        leaf.issuer.to_string(),
    );
    conclusion.needs.push(Need {
        kind: NeedKind::IssuerCertificate,
        about,
        urls: leaf.extensions.issuer_urls.clone(),
    });
    CertificateValidation {
        conclusion,
        path: None,
        obstacles: vec![Obstacle::Final(NoCertificateChainFound.into())],
        statements: Vec::new(),
        user_constrained_policies: BTreeSet::new(),
        effort: Effort::default(),
    }
}

fn judge_path(
    context: &Context<'_>,
    path: Vec<Arc<Certificate>>,
    purpose: Purpose,
    at: UnixTime,
    effort: &mut Effort,
) -> CertificateValidation {
    let for_timestamps = context.path_constraints.for_timestamps();
    let constraints = match purpose {
        Purpose::Signature | Purpose::Unspecified => context.path_constraints,
        Purpose::Timestamp => &for_timestamps,
    };
    let path = ValidatedPath::new(path, constraints);
    let certificates = path.certificates();
    let mut judgement = Judgement {
        context,
        path: &path,
        purpose,
        at,
        conclusion: Conclusion::passed(),
        obstacles: Vec::new(),
        statements: Vec::new(),
    };
    judgement.judge_anchor();
    let structure =
        path_validation::check(certificates, purpose, constraints, context.limits, effort);
    judgement.take(structure.conclusion);
    judgement.take(signing_certificate::check(certificates, purpose, context));
    for (index, (certificate, issuer)) in path.links().enumerate() {
        judgement.judge_certificate(index, certificate, issuer);
    }
    // The keys of signers are judged by what they have signed (5.2.8).
    if let (Purpose::Unspecified, Some(leaf)) = (purpose, certificates.first()) {
        let end = context.policy.suite.key_end(&leaf.public_key);
        judgement.judge_algorithm(&about_certificate(leaf), &end);
    }
    let worst = judgement
        .obstacles
        .iter()
        .min_by_key(|obstacle| obstacle.rank());
    judgement.conclusion.indication = worst.map_or(Indication::Passed, Obstacle::indication);
    let Judgement {
        conclusion,
        obstacles,
        statements,
        ..
    } = judgement;
    CertificateValidation {
        conclusion,
        path: Some(path),
        obstacles,
        statements,
        user_constrained_policies: structure.user_constrained_policies,
        effort: *effort,
    }
}

struct Judgement<'a> {
    context: &'a Context<'a>,
    path: &'a ValidatedPath,
    purpose: Purpose,
    at: UnixTime,
    conclusion: Conclusion,
    obstacles: Vec<Obstacle>,
    statements: Vec<Option<RevocationStatement>>,
}

impl Judgement<'_> {
    /// Takes in what does not depend on time.
    fn take(&mut self, other: Conclusion) {
        if !other.indication.is_passed() {
            self.obstacles.push(Obstacle::Final(other.indication));
        }
        self.conclusion.findings.extend(other.findings);
    }

    /// An anchor is trusted as it is, until its end of trust if there is one.
    fn judge_anchor(&mut self) {
        let Some(anchor) = self.path.certificates().last() else {
            return;
        };
        let about = about_certificate(anchor);
        self.conclusion
            .pass(Rule::TrustAnchorReached, &about, anchor.subject.to_string());
        if let Some(until) = self.context.trust.trusted_until(anchor) {
            if self.at <= until {
                self.conclusion
                    .pass(Rule::TrustAnchorInForce, &about, until.to_string());
            } else {
                self.obstacles.push(Obstacle::AnchorEnded);
                self.fail(Rule::TrustAnchorInForce, &about, until.to_string());
            }
        }
        let anchor = anchor.clone();
        self.judge_trust_service(&anchor, &about);
        if let Some((index, anchor)) = self.path.judged_anchor() {
            self.judge_validity(index, anchor, false);
        }
    }

    fn judge_certificate(
        &mut self,
        index: usize,
        certificate: &Arc<Certificate>,
        issuer: &Arc<Certificate>,
    ) {
        let about = about_certificate(certificate);
        let exempt = is_exempt_from_revocation(certificate);
        let mut known_not_revoked = exempt;
        let mut used = None;
        if exempt {
            self.conclusion
                .pass(Rule::RevocationDataPresent, &about, "not foreseen");
        } else {
            let statements = statements_about(self.context, certificate, issuer, self.at);
            match statements.latest() {
                Some(statement) => {
                    known_not_revoked = self.judge_statement(index, &about, statement);
                    used = Some(statement.clone());
                }
                None => self.without_statement(certificate, &about, &statements),
            }
        }
        self.statements.push(used);
        self.judge_validity(index, certificate, known_not_revoked);
        let end = certificate_algorithm_end(self.context, certificate, issuer);
        self.judge_algorithm(&about, &end);
    }

    fn judge_validity(&mut self, index: usize, certificate: &Certificate, known_not_revoked: bool) {
        let about = about_certificate(certificate);
        if certificate.is_valid_at(self.path.used_at(index, self.at)) {
            self.conclusion
                .pass(Rule::CertificateInValidity, &about, validity(certificate));
        } else {
            self.obstacles.push(Obstacle::OutOfBounds {
                certificate: index,
                known_not_revoked,
            });
            self.fail(Rule::CertificateInValidity, &about, validity(certificate));
        }
    }

    /// Returns whether the certificate is known not to have been revoked, by an issuer of
    /// revocation data that is itself within validity.
    fn judge_statement(
        &mut self,
        index: usize,
        about: &str,
        statement: &RevocationStatement,
    ) -> bool {
        let detail = format!(
            "{} {}, {}",
            match statement.source {
                RevocationSource::Crl => "CRL",
                RevocationSource::Ocsp => "OCSP response",
            },
            crate::hex(&statement.object),
            statement.this_update
        );
        self.conclusion
            .pass(Rule::RevocationDataUsable, about, detail.clone());
        self.judge_algorithm(about, &statement.algorithm_end);
        match statement.status {
            RevocationStatus::Revoked { at, reason }
                if self.path.is_revoked(index, at, reason, self.at) =>
            {
                self.obstacles.push(if reason == Some(CERTIFICATE_HOLD) {
                    Obstacle::OnHold { at }
                } else {
                    Obstacle::Revoked {
                        certificate: index,
                        at,
                    }
                });
                self.fail(Rule::NotRevoked, about, at.to_string());
                return false;
            }
            _ => self.conclusion.pass(Rule::NotRevoked, about, detail),
        }
        self.judge_next_update(about, statement);
        let used_at = self.path.used_at(index, self.at);
        if !revocation_freshness::is_fresh(statement, used_at, self.context.policy) {
            let until = revocation_freshness::fresh_until(statement, self.context.policy);
            self.time_bound(
                Obstacle::NotFresh { until },
                Rule::RevocationDataFresh,
                about,
                until.to_string(),
            );
        }
        self.judge_signers(statement)
    }

    /// A list must say when the next one comes (RFC 5280, 5.1.2.5); a response need not. One that
    /// does not is certain for its own moment only.
    fn judge_next_update(&mut self, about: &str, statement: &RevocationStatement) {
        let (rule, until) = (Rule::RevocationNextUpdateStated, statement.this_update);
        let enforcement = self.context.policy.revocation_next_update_missing;
        match (statement.source, statement.next_update) {
            (RevocationSource::Ocsp, _) => {}
            (_, Some(next)) => self.conclusion.pass(rule, about, next.to_string()),
            (_, None) if enforcement == Enforcement::Fail => {
                self.time_bound(Obstacle::NotFresh { until }, rule, about, String::new());
            }
            (_, None) => {
                let conclusion = &mut self.conclusion;
                conclusion.enforce(enforcement, TryLater, rule, about, "");
            }
        }
    }

    /// Whether all who signed what the statement rests on are within validity, and were not
    /// revoked since.
    fn judge_signers(&mut self, statement: &RevocationStatement) -> bool {
        let ended = statement.rests_on().find(|object| {
            let signer = &object.signer;
            let in_validity = signer.is_valid_at(self.at) || self.context.trust.contains(signer);
            !in_validity || object.signer_revoked_at.is_some_and(|at| at <= self.at)
        });
        let Some(object) = ended else {
            return true;
        };
        let detail = object.signer_revoked_at.map_or_else(
            || validity(&object.signer),
            |at| format!("{}, revoked {at}", validity(&object.signer)),
        );
        self.time_bound(
            Obstacle::RevocationIssuerOutOfBounds,
            Rule::RevocationIssuerInValidity,
            &about_certificate(&object.signer),
            detail,
        );
        false
    }

    /// Old revocation data must not be worse than none: for time-stamps, which pass without
    /// any by default (check 38 of EU DSS is for signatures only), it is a warning.
    fn time_bound(&mut self, obstacle: Obstacle, rule: Rule, about: &str, detail: String) {
        match self.purpose {
            Purpose::Signature | Purpose::Unspecified => {
                self.obstacles.push(obstacle);
                self.fail(rule, about, detail);
            }
            Purpose::Timestamp => self.conclusion.note(rule, Status::Warning, about, detail),
        }
    }

    fn without_statement(
        &mut self,
        certificate: &Certificate,
        about: &str,
        statements: &Statements,
    ) {
        let extensions = &certificate.extensions;
        self.conclusion.needs.push(Need {
            kind: NeedKind::RevocationData,
            about: about.to_owned(),
            urls: [extensions.ocsp_urls.clone(), extensions.crl_urls.clone()].concat(),
        });
        for reason in &statements.unusable {
            self.fail(Rule::RevocationDataUsable, about, reason.clone());
        }
        if let Some(limit) = statements.exhausted {
            self.fail(Rule::RevocationDataUsable, about, limit);
        }
        let document_vouches = self.purpose == Purpose::Signature
            && self.context.evidence.document_carries_revocation_data();
        let refused = !statements.unusable.is_empty() && self.purpose != Purpose::Timestamp;
        if refused
            || statements.exhausted.is_some()
            || document_vouches
            || self.context.policy.revocation_data_missing == Enforcement::Fail
        {
            self.obstacles
                .push(Obstacle::Final(CertificateChainGeneralFailure.into()));
            self.fail(Rule::RevocationDataPresent, about, "");
        } else {
            self.conclusion
                .note(Rule::RevocationDataPresent, Status::NotChecked, about, "");
        }
    }

    fn judge_algorithm(&mut self, about: &str, end: &AlgorithmEnd) {
        match self.context.policy.reliability(end, self.at) {
            AlgorithmConstraint::Met => {}
            AlgorithmConstraint::MetWithWarning(_) => {
                self.conclusion.note_algorithm(Status::Warning, about, end);
            }
            AlgorithmConstraint::NotMet(_) => {
                self.obstacles.push(Obstacle::Algorithm);
                self.conclusion.note_algorithm(Status::Failed, about, end);
            }
        }
    }

    fn fail(&mut self, rule: Rule, about: &str, detail: impl Into<String>) {
        self.conclusion.note(rule, Status::Failed, about, detail);
    }
}

/// Certificates for which no revocation is foreseen: `noRevAvail` (RFC 9608), validity-assured
/// short-term ones (EN 319 412-1, 5.2).
pub(super) fn is_exempt_from_revocation(certificate: &Certificate) -> bool {
    let extensions = &certificate.extensions;
    let is_ca = extensions
        .basic_constraints
        .is_some_and(|constraints| constraints.ca);
    let validity_assured = extensions
        .qc_statements
        .as_ref()
        .is_some_and(|statements| statements.validity_assured);
    !is_ca && (extensions.no_revocation_available || validity_assured)
}

/// Until when the issuer's signature on a certificate can be relied upon.
pub(super) fn certificate_algorithm_end(
    context: &Context<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> AlgorithmEnd {
    context
        .policy
        .suite
        .identified_end(&certificate.signature_algorithm, None, &issuer.public_key)
}

fn validity(certificate: &Certificate) -> String {
    format!("{} – {}", certificate.not_before, certificate.not_after)
}
