//! Path validation (RFC 5280 §6.1) under EN 319 102-1 §5.2.6, apart from time and revocation.
//!
//! Names and signatures were checked when the path was built.

use super::certificate_policies::{PolicyProblem, PolicyProcessing};
use super::certificate_profile::{Place, broken_clauses};
use super::effort::Effort;
use super::name_constraints::{Misfit, NameSpace};
use crate::asn1::{Oid, oid};
use crate::limits::Limits;
use crate::policy::{AnchorConstraints, KeyPurposeStatement, PathConstraints};
use crate::validation::Purpose;
use crate::validation::finding::{Conclusion, Status, about_certificate};
use crate::validation::indication::IndeterminateWhy::{
    CertificateChainGeneralFailure, ChainConstraintsFailure,
};
use crate::validation::rule::Rule;
use crate::x509::{Certificate, Criticality};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What path validation puts out (6.1.6).
#[derive(Debug)]
pub(super) struct PathValidation {
    pub conclusion: Conclusion,
    /// The user-constrained-policy-set.
    pub user_constrained_policies: BTreeSet<Oid>,
}

/// Checks `path`, which runs from the certificate judged to the anchor.
pub(super) fn check(
    path: &[Arc<Certificate>],
    purpose: Purpose,
    constraints: &PathConstraints,
    limits: &Limits,
    effort: &mut Effort,
) -> PathValidation {
    let mut walk = Walk {
        constraints,
        limits,
        effort,
        names: NameSpace::default(),
        policies: PolicyProcessing::new(constraints),
        path_length: constraints.path_length,
        outcome: PathValidation {
            conclusion: Conclusion::passed(),
            user_constrained_policies: BTreeSet::new(),
        },
    };
    if let Some((leaf, issuers)) = path.split_first() {
        check_purpose(leaf, purpose, &mut walk.outcome.conclusion);
        walk.names.narrow(&constraints.name_constraints);
        if let Some((anchor, intermediates)) = issuers.split_last() {
            walk.begin(anchor);
            for issuer in intermediates.iter().rev() {
                walk.pass_intermediate(issuer);
            }
        }
        walk.end(leaf);
    }
    walk.outcome
}

/// The state at one certificate (6.1.2), from the anchor down.
struct Walk<'a> {
    constraints: &'a PathConstraints,
    limits: &'a Limits,
    effort: &'a mut Effort,
    names: NameSpace<'a>,
    policies: PolicyProcessing<'a>,
    /// max_path_length.
    path_length: Option<u64>,
    outcome: PathValidation,
}

impl<'a> Walk<'a> {
    /// Takes from the anchor what the user wants to be taken from it (RFC 5937).
    fn begin(&mut self, anchor: &'a Certificate) {
        match self.constraints.anchor {
            AnchorConstraints::None => {}
            AnchorConstraints::Names => {
                let unreadable = &anchor.extensions.unreadable;
                if unreadable.contains(&oid::NAME_CONSTRAINTS) {
                    let detail = oid::NAME_CONSTRAINTS.to_string();
                    self.fail(Rule::ExtensionsUnderstood, anchor, detail);
                }
                self.narrow_names(anchor);
            }
            AnchorConstraints::All => {
                self.check_certificate(anchor, Place::Issuer);
                // Anchors from before version 3 have no basic constraints.
                if anchor.extensions.basic_constraints.is_some() {
                    self.check_basic_constraints(anchor);
                }
                self.check_certificate_signing(anchor);
                let processed = self.policies.process_anchor(anchor);
                self.take_constraints(anchor, processed);
            }
        }
    }

    /// 6.1.3 and 6.1.4 for a certificate between the anchor and the last one.
    fn pass_intermediate(&mut self, issuer: &'a Certificate) {
        self.check_certificate(issuer, Place::Issuer);
        // 6.1.3 (b), (c): key roll-over must stay possible under name constraints.
        if !issuer.is_self_issued() {
            self.check_names(issuer);
        }
        // (k)
        self.check_basic_constraints(issuer);
        // (l)
        if !issuer.is_self_issued() {
            match self.path_length {
                Some(0) => self.fail(Rule::BasicConstraintsMet, issuer, "pathLenConstraint"),
                Some(left) => self.path_length = Some(left - 1),
                None => {}
            }
        }
        // (n)
        self.check_certificate_signing(issuer);
        let processed = self.policies.process_issuer(issuer);
        self.take_constraints(issuer, processed);
    }

    /// 6.1.3 and 6.1.5 for the certificate judged.
    fn end(&mut self, leaf: &Certificate) {
        self.check_certificate(leaf, Place::Last);
        let constrained = !self.names.is_unlimited();
        if self.check_names(leaf) && constrained {
            self.pass(Rule::NameConstraintsMet, leaf, "");
        }
        match self.policies.process_last(leaf) {
            Ok(policies) => {
                if self.policies.is_required() {
                    let listed: Vec<String> = policies.iter().map(Oid::to_string).collect();
                    self.pass(Rule::CertificatePoliciesMet, leaf, listed.join(", "));
                }
                self.outcome.user_constrained_policies = policies;
            }
            Err(problem) => self.fail_policies(leaf, problem),
        }
    }

    /// (g), (a), (b), (h) to (j), (m): what holds for all certificates below.
    fn take_constraints(&mut self, issuer: &'a Certificate, policies: Result<(), PolicyProblem>) {
        self.narrow_names(issuer);
        if let Err(problem) = policies {
            self.fail_policies(issuer, problem);
        }
        let basic = issuer.extensions.basic_constraints;
        if let Some(stated) = basic.and_then(|constraints| constraints.path_length) {
            self.path_length = Some(self.path_length.map_or(stated, |left| left.min(stated)));
        }
    }

    fn narrow_names(&mut self, issuer: &'a Certificate) {
        if let Some(constraints) = &issuer.extensions.name_constraints {
            self.names.narrow(constraints);
        }
    }

    fn check_names(&mut self, certificate: &Certificate) -> bool {
        let detail = match self.names.check(certificate, self.limits, self.effort) {
            Ok(()) => return true,
            Err(Misfit::Name(name)) => name,
            Err(Misfit::TooManyNames) => {
                format!("more than {} names", self.limits.certificate_names)
            }
            Err(Misfit::TooManyComparisons) => {
                format!("more than {} comparisons", self.limits.name_comparisons)
            }
        };
        self.fail(Rule::NameConstraintsMet, certificate, detail);
        false
    }

    fn check_certificate(&mut self, certificate: &Certificate, place: Place) {
        if !certificate.algorithms_agree {
            self.fail(Rule::CertificateSignatureConsistent, certificate, "");
        }
        let extensions = &certificate.extensions;
        let bad = extensions
            .unknown_critical
            .iter()
            .chain(&extensions.unreadable)
            .chain(&extensions.repeated);
        for extension in bad {
            self.fail(
                Rule::ExtensionsUnderstood,
                certificate,
                extension.to_string(),
            );
        }
        // RFC 5280, 4.1.2.1: a reader that takes an older version at its word sees none.
        if certificate.version != 3 && !extensions.present.is_empty() {
            let detail = format!("4.1.2.1: version {}", certificate.version);
            self.fail(Rule::CertificateProfileMet, certificate, detail);
        }
        for clause in broken_clauses(certificate, place) {
            self.outcome.conclusion.enforce(
                clause.enforcement(self.constraints.certificate_profile),
                CertificateChainGeneralFailure,
                Rule::CertificateProfileMet,
                &about_certificate(certificate),
                clause.text,
            );
        }
        self.check_key_purposes(certificate, place);
    }

    fn check_basic_constraints(&mut self, issuer: &Certificate) {
        let basic = issuer.extensions.basic_constraints;
        if basic.is_some_and(|constraints| constraints.ca) {
            self.pass(Rule::BasicConstraintsMet, issuer, "");
        } else {
            self.fail(Rule::BasicConstraintsMet, issuer, "");
        }
    }

    /// keyCertSign, where key usage is stated at all.
    fn check_certificate_signing(&mut self, issuer: &Certificate) {
        let usage = issuer.extensions.key_usage;
        if usage.is_some_and(|usage| !usage.key_certificate_sign()) {
            self.fail(Rule::KeyUsageMet, issuer, "keyCertSign");
        }
    }

    /// 4.2.1.12, which gives the extension no meaning for issuers. By common practice it then
    /// limits what they may certify.
    fn check_key_purposes(&mut self, certificate: &Certificate, place: Place) {
        let wanted = &self.constraints.key_purposes;
        if wanted.is_empty() {
            return;
        }
        // A purpose left out, and anyExtendedKeyUsage, restrict nothing.
        let must_be_named = match self.constraints.key_purpose_statement {
            KeyPurposeStatement::Optional => false,
            KeyPurposeStatement::Required => place == Place::Last,
            KeyPurposeStatement::RequiredThroughout => true,
        };
        let met = match &certificate.extensions.extended_key_usage {
            Some((stated, _)) => stated.iter().any(|purpose| {
                let is_any = *purpose == oid::ANY_EXTENDED_KEY_USAGE;
                wanted.contains(purpose) || (is_any && !must_be_named)
            }),
            None => !must_be_named,
        };
        if !met {
            let listed: Vec<String> = wanted.iter().map(Oid::to_string).collect();
            self.outcome.conclusion.fail(
                ChainConstraintsFailure,
                Rule::KeyUsageMet,
                &about_certificate(certificate),
                listed.join(", "),
            );
        }
    }

    fn fail_policies(&mut self, certificate: &Certificate, problem: PolicyProblem) {
        let detail = match problem {
            PolicyProblem::AnyPolicyMapped => "anyPolicy is mapped",
            PolicyProblem::NoValidPolicy => "",
        };
        self.fail(Rule::CertificatePoliciesMet, certificate, detail);
    }

    fn pass(&mut self, rule: Rule, certificate: &Certificate, detail: impl Into<String>) {
        let about = about_certificate(certificate);
        self.outcome.conclusion.pass(rule, &about, detail);
    }

    fn fail(&mut self, rule: Rule, certificate: &Certificate, detail: impl Into<String>) {
        let about = about_certificate(certificate);
        let conclusion = &mut self.outcome.conclusion;
        conclusion.fail(CertificateChainGeneralFailure, rule, &about, detail);
    }
}

fn check_purpose(leaf: &Certificate, purpose: Purpose, conclusion: &mut Conclusion) {
    let about = about_certificate(leaf);
    let extensions = &leaf.extensions;
    match purpose {
        Purpose::Unspecified => {}
        Purpose::Signature => {
            let allowed = extensions
                .key_usage
                .is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
            if allowed {
                conclusion.pass(Rule::KeyUsageMet, &about, "");
            } else {
                conclusion.fail(ChainConstraintsFailure, Rule::KeyUsageMet, &about, "");
            }
        }
        // RFC 3161, 2.3: the purpose must be there, alone and critical; old authorities left
        // out the flag or added purposes, which is warned of.
        Purpose::Timestamp => match &extensions.extended_key_usage {
            Some((purposes, criticality)) if purposes.contains(&oid::KEY_PURPOSE_TIME_STAMPING) => {
                let strict = purposes.len() == 1 && *criticality == Criticality::Critical;
                let status = if strict {
                    Status::Passed
                } else {
                    Status::Warning
                };
                conclusion.note(Rule::KeyUsageMet, status, &about, "timeStamping");
            }
            _ => conclusion.fail(
                ChainConstraintsFailure,
                Rule::KeyUsageMet,
                &about,
                "timeStamping",
            ),
        },
    }
}
