//! Path validation (RFC 5280 §6.1) under EN 319 102-1 §5.2.6, apart from time and revocation.
//!
//! Names, links and signatures were checked when the path was built. Name constraints and
//! certificate policies are not processed yet: where a path constrains them it fails closed.

use crate::asn1::oid;
use crate::validation::Purpose;
use crate::validation::finding::{Conclusion, Status, about_certificate};
use crate::validation::indication::IndeterminateWhy::{
    CertificateChainGeneralFailure, ChainConstraintsFailure,
};
use crate::validation::rule::Rule;
use crate::x509::{Certificate, Criticality};
use std::sync::Arc;

/// Checks `path`, which runs from the certificate judged to the anchor.
pub(super) fn check(path: &[Arc<Certificate>], purpose: Purpose) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    let Some((leaf, issuers)) = path.split_first() else {
        return conclusion;
    };
    check_purpose(leaf, purpose, &mut conclusion);
    if issuers.is_empty() {
        return conclusion;
    }
    check_certificate(leaf, &mut conclusion);
    // The anchor is a name and a key (RFC 5280, 6.1.1 d); only those below it are judged.
    let intermediates = issuers.split_last().map_or(issuers, |(_, below)| below);
    let mut below = 0;
    for issuer in intermediates {
        check_certificate(issuer, &mut conclusion);
        check_issuer(issuer, below, &mut conclusion);
        if !issuer.is_self_issued() {
            below += 1;
        }
    }
    conclusion
}

fn check_certificate(certificate: &Certificate, conclusion: &mut Conclusion) {
    let about = about_certificate(certificate);
    let extensions = &certificate.extensions;
    if !certificate.algorithms_agree {
        conclusion.fail(
            CertificateChainGeneralFailure,
            Rule::CertificateSignatureConsistent,
            &about,
            "",
        );
    }
    let bad = extensions
        .unknown_critical
        .iter()
        .chain(&extensions.unreadable)
        .chain(&extensions.repeated);
    for extension in bad {
        conclusion.fail(
            CertificateChainGeneralFailure,
            Rule::ExtensionsUnderstood,
            &about,
            extension.to_string(),
        );
    }
}

fn check_issuer(issuer: &Certificate, below: u64, conclusion: &mut Conclusion) {
    let about = about_certificate(issuer);
    let extensions = &issuer.extensions;
    // (k), (l) and (m): a CA, and not too many below it.
    match extensions.basic_constraints {
        Some(constraints)
            if constraints.ca && constraints.path_length.is_none_or(|most| below <= most) =>
        {
            conclusion.pass(Rule::BasicConstraintsMet, &about, "");
        }
        _ => conclusion.fail(
            CertificateChainGeneralFailure,
            Rule::BasicConstraintsMet,
            &about,
            "",
        ),
    }
    // (n): keyCertSign, where key usage is stated at all.
    if extensions
        .key_usage
        .is_some_and(|usage| !usage.key_certificate_sign())
    {
        conclusion.fail(
            CertificateChainGeneralFailure,
            Rule::KeyUsageMet,
            &about,
            "keyCertSign",
        );
    }
    if extensions.name_constraints {
        not_processed(conclusion, Rule::NameConstraintsMet, &about);
    }
    if extensions.policy_constraints {
        not_processed(conclusion, Rule::CertificatePoliciesMet, &about);
    }
}

/// What is not checked yet is said, and nothing passes by it.
fn not_processed(conclusion: &mut Conclusion, rule: Rule, about: &str) {
    conclusion.note(rule, Status::NotChecked, about, "");
    if conclusion.indication.is_passed() {
        conclusion.indication = CertificateChainGeneralFailure.into();
    }
}

fn check_purpose(leaf: &Certificate, purpose: Purpose, conclusion: &mut Conclusion) {
    let about = about_certificate(leaf);
    let extensions = &leaf.extensions;
    match purpose {
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
