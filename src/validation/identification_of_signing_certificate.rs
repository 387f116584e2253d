//! Identification of the signing certificate, EN 319 102-1 §5.2.3.

use super::Context;
use super::finding::{Conclusion, Need, NeedKind, about_certificate};
use super::indication::IndeterminateWhy::NoSigningCertificateFound;
use super::rule::Rule;
use crate::signature::Signature;
use crate::x509::Certificate;
use std::sync::Arc;

/// What is known of the signing certificate.
pub(super) struct Identification {
    /// The certificate, if it is identified.
    pub certificate: Option<Arc<Certificate>>,
    /// The one that the signer names, identified or not: enough for cryptographic fact.
    pub named: Option<Arc<Certificate>>,
    pub conclusion: Conclusion,
}

/// Identifies the signing certificate.
pub(super) fn identify(signature: &Signature, context: &Context<'_>) -> Identification {
    let named = context
        .evidence
        .certificates()
        .iter()
        .map(|item| &item.object)
        .find(|certificate| signature.identifier.names(certificate));
    let (certificate, conclusion) = find(signature, context);
    Identification {
        named: certificate.clone().or(named.cloned()),
        certificate,
        conclusion,
    }
}

fn find(signature: &Signature, context: &Context<'_>) -> (Option<Arc<Certificate>>, Conclusion) {
    let mut conclusion = Conclusion::passed();
    let candidates = context.evidence.certificates();
    let mut named = candidates
        .iter()
        .map(|item| &item.object)
        .filter(|certificate| signature.identifier.names(certificate));
    let Some(reference) = signature.certificate_references.first() else {
        return (
            without_reference(named.next(), context, &mut conclusion),
            conclusion,
        );
    };
    // (2) The certificate is the one whose digest the reference holds, and only if the signer
    // itself names it too: two answers to one question would be an attack.
    let found = named.find(|certificate| {
        signature
            .certificate_references
            .iter()
            .all(|reference| reference.matches_digest(certificate))
    });
    let Some(certificate) = found.cloned() else {
        not_found(&mut conclusion);
        return (None, conclusion);
    };
    let about = about_certificate(&certificate);
    conclusion.pass(Rule::SigningCertificateIdentified, &about, "");
    conclusion.pass(Rule::SigningCertificateReferenced, &about, "");
    // (3) Issuer and serial number; the digest decides.
    if reference.matches_issuer_serial(&certificate) {
        conclusion.pass(Rule::IssuerSerialMatches, &about, "");
    } else {
        conclusion.enforce(
            context.policy.issuer_serial_mismatch,
            NoSigningCertificateFound,
            Rule::IssuerSerialMatches,
            &about,
            "",
        );
    }
    (Some(certificate), conclusion)
}

fn without_reference(
    named: Option<&Arc<Certificate>>,
    context: &Context<'_>,
    conclusion: &mut Conclusion,
) -> Option<Arc<Certificate>> {
    let Some(certificate) = named else {
        not_found(conclusion);
        return None;
    };
    let about = about_certificate(certificate);
    conclusion.pass(Rule::SigningCertificateIdentified, &about, "");
    conclusion.enforce(
        context.policy.signing_certificate_reference_missing,
        NoSigningCertificateFound,
        Rule::SigningCertificateReferenced,
        &about,
        "",
    );
    Some(certificate.clone())
}

fn not_found(conclusion: &mut Conclusion) {
    conclusion.fail(
        NoSigningCertificateFound,
        Rule::SigningCertificateIdentified,
        "",
        "",
    );
    conclusion.needs.push(Need {
        kind: NeedKind::SigningCertificate,
        about: "signature".to_owned(),
        urls: Vec::new(),
    });
}
