//! X.509 certificate validation, EN 319 102-1 §5.2.6.

mod path_building;
mod path_validation;
mod revocation;

pub(super) use revocation::{CERTIFICATE_HOLD, Statements, statements_about};
pub use revocation::{RevocationSource, RevocationStatement};

use super::finding::{Conclusion, Need, NeedKind, Status, about_certificate};
use super::indication::IndeterminateWhy::{
    CertificateChainGeneralFailure, CryptoConstraintsFailureNoPoe, NoCertificateChainFound,
    OutOfBoundsNoPoe, OutOfBoundsNotRevoked, RevocationOutOfBoundsNoPoe, RevokedCaNoPoe,
    RevokedNoPoe, TryLater,
};
use super::indication::Indication;
use super::rule::Rule;
use super::{Context, Purpose, revocation_freshness};
use crate::UnixTime;
use crate::crypto::{End, SignatureAlgorithm};
use crate::policy::{AlgorithmConstraint, Enforcement};
use crate::x509::{Certificate, RevocationStatus};
use std::sync::Arc;

/// A path whose links are proven: from a certificate to a trust anchor.
#[derive(Debug, Clone)]
pub struct ValidatedPath(Vec<Arc<Certificate>>);

impl ValidatedPath {
    /// The certificates, the one judged first and the anchor last.
    pub fn certificates(&self) -> &[Arc<Certificate>] {
        &self.0
    }

    /// Each certificate below the anchor with its issuer, the one judged first.
    pub(crate) fn links(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&Arc<Certificate>, &Arc<Certificate>)> {
        self.0.iter().zip(self.0.iter().skip(1))
    }
}

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
            Obstacle::Final(indication) => *indication,
        }
    }

    /// Which of several obstacles is told: what time cannot heal before what it can.
    fn rank(&self) -> u8 {
        match self {
            Obstacle::Final(_) => 0,
            Obstacle::Revoked { .. } => 1,
            Obstacle::OnHold { .. } => 2,
            Obstacle::Algorithm => 3,
            Obstacle::OutOfBounds { .. } => 4,
            Obstacle::RevocationIssuerOutOfBounds => 5,
            Obstacle::NotFresh { .. } => 6,
        }
    }
}

/// The outcome of the block, with what later processes need of it.
#[derive(Debug, Clone)]
pub(super) struct CertificateValidation {
    pub conclusion: Conclusion,
    pub path: Option<ValidatedPath>,
    pub obstacles: Vec<Obstacle>,
}

/// Validates `leaf` at the time `at`.
pub(super) fn validate(
    context: &Context<'_>,
    leaf: &Arc<Certificate>,
    purpose: Purpose,
    at: UnixTime,
) -> CertificateValidation {
    let candidates = path_building::candidate_paths(context, leaf);
    let best = candidates
        .paths
        .into_iter()
        .map(|path| judge_path(context, path, purpose, at))
        .min_by_key(|validation| {
            validation
                .obstacles
                .iter()
                .map(|obstacle| 7 - obstacle.rank())
                .max()
                .unwrap_or(0)
        });
    let mut validation = best.unwrap_or_else(|| no_path(leaf));
    if candidates.cut_off && !validation.conclusion.indication.is_passed() {
        let about = about_certificate(leaf);
        validation
            .conclusion
            .note(Rule::PathSearchCompleted, Status::Warning, &about, "");
    }
    validation
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
    }
}

fn judge_path(
    context: &Context<'_>,
    path: Vec<Arc<Certificate>>,
    purpose: Purpose,
    at: UnixTime,
) -> CertificateValidation {
    let path = ValidatedPath(path);
    let mut judgement = Judgement {
        context,
        purpose,
        at,
        conclusion: Conclusion::passed(),
        obstacles: Vec::new(),
    };
    if let Some(anchor) = path.certificates().last() {
        let about = about_certificate(anchor);
        judgement
            .conclusion
            .pass(Rule::TrustAnchorReached, &about, anchor.subject.to_string());
    }
    let structure = path_validation::check(path.certificates(), purpose);
    if !structure.indication.is_passed() {
        judgement
            .obstacles
            .push(Obstacle::Final(structure.indication));
    }
    judgement.conclusion.findings.extend(structure.findings);
    for (index, (certificate, issuer)) in path.links().enumerate() {
        judgement.judge_certificate(index, certificate, issuer);
    }
    let worst = judgement
        .obstacles
        .iter()
        .min_by_key(|obstacle| obstacle.rank());
    judgement.conclusion.indication = worst.map_or(Indication::Passed, Obstacle::indication);
    CertificateValidation {
        conclusion: judgement.conclusion,
        path: Some(path),
        obstacles: judgement.obstacles,
    }
}

struct Judgement<'a> {
    context: &'a Context<'a>,
    purpose: Purpose,
    at: UnixTime,
    conclusion: Conclusion,
    obstacles: Vec<Obstacle>,
}

impl Judgement<'_> {
    fn judge_certificate(
        &mut self,
        index: usize,
        certificate: &Arc<Certificate>,
        issuer: &Arc<Certificate>,
    ) {
        let about = about_certificate(certificate);
        let exempt = is_exempt_from_revocation(certificate);
        let mut known_not_revoked = exempt;
        if exempt {
            self.conclusion
                .pass(Rule::RevocationDataPresent, &about, "not foreseen");
        } else {
            let statements = statements_about(self.context, certificate, issuer, self.at);
            match statements.latest() {
                Some(statement) => {
                    known_not_revoked = self.judge_statement(index, &about, statement);
                }
                None => self.without_statement(certificate, &about, &statements),
            }
        }
        if certificate.is_valid_at(self.at) {
            self.conclusion
                .pass(Rule::CertificateInValidity, &about, validity(certificate));
        } else {
            self.obstacles.push(Obstacle::OutOfBounds {
                certificate: index,
                known_not_revoked,
            });
            self.fail(Rule::CertificateInValidity, &about, validity(certificate));
        }
        let end = certificate_algorithm_end(self.context, certificate, issuer);
        self.judge_algorithm(&about, end);
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
        self.judge_algorithm(about, statement.algorithm_end);
        match statement.status {
            RevocationStatus::Revoked { at, reason } if at <= self.at => {
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
        if !revocation_freshness::is_fresh(statement, self.at) {
            let until = revocation_freshness::fresh_until(statement);
            self.time_bound(
                Obstacle::NotFresh { until },
                Rule::RevocationDataFresh,
                about,
                until.to_string(),
            );
        }
        let signer_valid =
            statement.signer.is_valid_at(self.at) || self.context.trust.contains(&statement.signer);
        if !signer_valid {
            self.time_bound(
                Obstacle::RevocationIssuerOutOfBounds,
                Rule::RevocationIssuerInValidity,
                &about_certificate(&statement.signer),
                validity(&statement.signer),
            );
        }
        signer_valid
    }

    /// Old revocation data must not be worse than none: for time-stamps, which pass without
    /// any by default (check 38 of EU DSS is for signatures only), it is a warning.
    fn time_bound(&mut self, obstacle: Obstacle, rule: Rule, about: &str, detail: String) {
        match self.purpose {
            Purpose::Signature => {
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
        let document_vouches = self.purpose == Purpose::Signature
            && self.context.evidence.document_carries_revocation_data();
        let refused = !statements.unusable.is_empty() && self.purpose == Purpose::Signature;
        if refused
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

    fn judge_algorithm(&mut self, about: &str, end: End) {
        match self.context.policy.reliability(end, self.at) {
            AlgorithmConstraint::Met => {}
            AlgorithmConstraint::MetWithWarning(end) => {
                self.conclusion
                    .note(Rule::AlgorithmReliable, Status::Warning, about, end.date());
            }
            AlgorithmConstraint::NotMet(end) => {
                self.obstacles.push(Obstacle::Algorithm);
                let detail = end.map(|end| end.date()).unwrap_or_default();
                self.fail(Rule::AlgorithmReliable, about, detail);
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
) -> End {
    SignatureAlgorithm::identify(&certificate.signature_algorithm, None).map_or(
        End::NotListed,
        |algorithm| {
            context
                .policy
                .suite
                .signature_end(&algorithm, &issuer.public_key)
        },
    )
}

fn validity(certificate: &Certificate) -> String {
    format!("{} – {}", certificate.not_before, certificate.not_after)
}
