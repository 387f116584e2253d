//! Constraints on the signing certificate and its issuers (EN 319 102-1 §5.1.4.2 and §5.2.6.4,
//! step 3), beyond RFC 5280.

use crate::asn1::oid;
use crate::policy::{
    CertificateStatement, SigningCertificateConstraints, SigningKeyUsage, SubjectAttribute,
};
use crate::validation::finding::{Conclusion, about_certificate};
use crate::validation::indication::IndeterminateWhy::{
    CertificateChainGeneralFailure, ChainConstraintsFailure,
};
use crate::validation::rule::Rule;
use crate::validation::{Context, Purpose};
use crate::x509::{Certificate, QcStatements};
use std::sync::Arc;

/// Checks `path`, which runs from the certificate judged to the anchor; the anchor is trusted as
/// it is.
pub(super) fn check(
    path: &[Arc<Certificate>],
    purpose: Purpose,
    context: &Context<'_>,
) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    let Some((leaf, issuers)) = path.split_first() else {
        return conclusion;
    };
    let below_anchor = issuers.split_last().map_or(issuers, |(_, below)| below);
    for issuer in below_anchor {
        check_issuer(issuer, &mut conclusion);
    }
    if purpose == Purpose::Signature {
        let constraints = &context.policy.signing_certificate;
        check_extensions(leaf, constraints, &mut conclusion);
        check_key_usage(leaf, constraints, &mut conclusion);
        check_statements(leaf, constraints, &mut conclusion);
        check_subject(leaf, constraints, &mut conclusion);
    }
    conclusion
}

/// RFC 9608, 4: an authority must remain revocable.
fn check_issuer(issuer: &Certificate, conclusion: &mut Conclusion) {
    if issuer.extensions.no_revocation_available {
        let (why, rule) = (CertificateChainGeneralFailure, Rule::ExtensionsPermitted);
        conclusion.fail(why, rule, &about_certificate(issuer), "noRevAvail");
    }
}

fn check_extensions(
    leaf: &Certificate,
    constraints: &SigningCertificateConstraints,
    conclusion: &mut Conclusion,
) {
    let (about, rule) = (about_certificate(leaf), Rule::ExtensionsPermitted);
    let present = leaf.extensions.present.iter();
    let forbidden: Vec<String> = present
        .map(|(kind, _)| kind.to_string())
        .filter(|kind| constraints.forbidden_extensions.contains(kind))
        .collect();
    if forbidden.is_empty() {
        conclusion.pass(rule, &about, "");
    } else {
        let why = CertificateChainGeneralFailure;
        conclusion.fail(why, rule, &about, forbidden.join(", "));
    }
}

fn check_key_usage(
    leaf: &Certificate,
    constraints: &SigningCertificateConstraints,
    conclusion: &mut Conclusion,
) {
    let wanted = &constraints.key_usage;
    let stated = leaf.extensions.key_usage;
    let met = stated.is_some_and(|usage| {
        wanted.iter().any(|wanted| match wanted {
            SigningKeyUsage::DigitalSignature => usage.digital_signature(),
            SigningKeyUsage::NonRepudiation => usage.non_repudiation(),
        })
    });
    if !wanted.is_empty() {
        let named: Vec<&str> = wanted.iter().map(|usage| usage.name()).collect();
        note(leaf, constraints, met, &named.join(", "), conclusion);
    }
}

fn check_statements(
    leaf: &Certificate,
    constraints: &SigningCertificateConstraints,
    conclusion: &mut Conclusion,
) {
    for statement in &constraints.required {
        let met = states(leaf, *statement);
        note(leaf, constraints, met, statement.name(), conclusion);
    }
}

fn states(leaf: &Certificate, statement: CertificateStatement) -> bool {
    let extensions = &leaf.extensions;
    let says = |test: &dyn Fn(&QcStatements) -> bool| {
        let statements = extensions.qc_statements.as_ref();
        statements.is_some_and(test)
    };
    match statement {
        CertificateStatement::NotSelfSigned => !leaf.is_self_issued(),
        CertificateStatement::AuthorityInformationAccess => extensions
            .criticality(&oid::AUTHORITY_INFORMATION_ACCESS)
            .is_some(),
        CertificateStatement::QcCompliance => says(&|stated| stated.compliance),
        CertificateStatement::QcSscd => says(&|stated| stated.secure_device),
        CertificateStatement::QcTypeEsign => {
            says(&|stated| stated.types.contains(&oid::QC_TYPE_SIGNATURE))
        }
        CertificateStatement::QcTypeEseal => {
            says(&|stated| stated.types.contains(&oid::QC_TYPE_SEAL))
        }
        CertificateStatement::NaturalPersonSemantics => {
            says(&|stated| stated.semantics.contains(&oid::SEMANTICS_NATURAL))
        }
        CertificateStatement::LegalPersonSemantics => {
            says(&|stated| stated.semantics.contains(&oid::SEMANTICS_LEGAL))
        }
    }
}

fn check_subject(
    leaf: &Certificate,
    constraints: &SigningCertificateConstraints,
    conclusion: &mut Conclusion,
) {
    for (attribute, accepted) in &constraints.accepted {
        let met = has_accepted_value(leaf, *attribute, accepted);
        note(leaf, constraints, met, attribute.name(), conclusion);
    }
}

fn has_accepted_value(
    leaf: &Certificate,
    attribute: SubjectAttribute,
    accepted: &[String],
) -> bool {
    let kind = attribute.oid();
    leaf.subject.all(&kind).any(|value| {
        let is_accepted = |known: &String| known == "*" || known == value;
        !value.is_empty() && accepted.iter().any(is_accepted)
    })
}

fn note(
    leaf: &Certificate,
    constraints: &SigningCertificateConstraints,
    met: bool,
    detail: &str,
    conclusion: &mut Conclusion,
) {
    let (about, rule) = (about_certificate(leaf), Rule::SigningCertificateAccepted);
    if met {
        conclusion.pass(rule, &about, detail);
    } else {
        let why = ChainConstraintsFailure;
        conclusion.enforce(constraints.unmet, why, rule, &about, detail);
    }
}
