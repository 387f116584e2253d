//! What OCSP responses say (RFC 6960 §3.2 and §4.2.2).

use super::signer::{self, Signer};
use super::{Inquiry, RevocationSource, RevocationStatement, SignedObject, Statements};
use crate::x509::{
    Certificate, OcspResponse, ResponderIdentifier, RevocationStatus, SingleResponse,
};
use std::sync::Arc;

/// Adds what the responses at hand say of the certificate.
pub(super) fn gather(inquiry: &Inquiry<'_>, statements: &mut Statements) {
    for item in inquiry.context.evidence.ocsp_responses() {
        let response = &item.object;
        let answers: Vec<&SingleResponse> = response
            .responses
            .iter()
            .filter(|single| {
                let identifier = &single.certificate;
                identifier.identifies(inquiry.certificate, inquiry.issuer)
            })
            .collect();
        for answer in &answers {
            let outcome = examine(inquiry, response, answer, &answers);
            statements.take(outcome.map_err(|problem| {
                format!("OCSP response {}: {problem}", crate::hex(response.sha256()))
            }));
        }
    }
}

fn examine(
    inquiry: &Inquiry<'_>,
    response: &OcspResponse,
    answer: &SingleResponse,
    answers: &[&SingleResponse],
) -> Result<RevocationStatement, String> {
    check_content(inquiry, answer, answers)?;
    if response.unknown_critical || answer.unknown_critical {
        return Err("a critical extension that is not understood".to_owned());
    }
    check_times(inquiry, response, answer)?;
    let signer = responder(inquiry, response)?;
    let certificate = &signer.certificate;
    Ok(RevocationStatement {
        certificate: *inquiry.certificate.sha256(),
        status: answer.status,
        source: RevocationSource::Ocsp,
        object: *response.sha256(),
        this_update: answer.this_update,
        next_update: answer.next_update,
        algorithm_end: inquiry.algorithm_end(&response.signature_algorithm, &signer),
        signer: certificate.clone(),
        signer_revoked_at: signer.revoked_at,
        supported_by: Vec::new(),
    })
}

/// A responder that says two things of a certificate says no more than the worse.
fn check_content(
    inquiry: &Inquiry<'_>,
    answer: &SingleResponse,
    answers: &[&SingleResponse],
) -> Result<(), &'static str> {
    let is_unknown = |answer: &SingleResponse| answer.status == RevocationStatus::Unknown;
    let contradicted =
        answer.status == RevocationStatus::Good && answers.iter().any(|other| is_unknown(other));
    if is_unknown(answer) || contradicted {
        return Err("the responder does not know the certificate");
    }
    if let Some(hash) = &answer.certificate_hash
        && !hash.is_of(inquiry.certificate)
    {
        return Err("certHash is that of another certificate");
    }
    Ok(())
}

fn check_times(
    inquiry: &Inquiry<'_>,
    response: &OcspResponse,
    answer: &SingleResponse,
) -> Result<(), &'static str> {
    inquiry.check_times(answer.this_update, answer.next_update)?;
    inquiry.check_times(response.produced_at, None)?;
    if answer.status == RevocationStatus::Good {
        let made = answer.this_update.max(response.produced_at);
        inquiry.check_good_at(made, answer.archive_cut_off)?;
    }
    Ok(())
}

/// The issuer itself, or a delegate to which it has given a certificate for this purpose
/// (RFC 6960, 4.2.2.2).
fn responder(inquiry: &Inquiry<'_>, response: &OcspResponse) -> Result<Signer, String> {
    let object = SignedObject {
        sha256: response.sha256(),
        algorithm: &response.signature_algorithm,
        signed: response.tbs(),
        signature: &response.signature,
    };
    let verifies = |signer: &Certificate| {
        response.is_signed_in_the_name_of(signer) && inquiry.verifies(&object, signer)
    };
    if verifies(inquiry.issuer) {
        return Ok(Signer::issuer(inquiry));
    }
    let mut refusal = "not signed by an authorised responder".to_owned();
    for delegate in named(inquiry, response) {
        if delegate.sha256() == inquiry.issuer.sha256() || !verifies(delegate) {
            continue;
        }
        match signer::responder(inquiry, delegate, response.produced_at) {
            Ok(signer) => return Ok(signer),
            Err(problem) => refusal = problem,
        }
    }
    Err(refusal)
}

fn named<'a>(inquiry: &Inquiry<'a>, response: &OcspResponse) -> Vec<&'a Arc<Certificate>> {
    let evidence = inquiry.context.evidence;
    match &response.responder {
        ResponderIdentifier::Name(name) => evidence.certificates_of(name).collect(),
        ResponderIdentifier::KeyHash(_) => evidence
            .certificates()
            .iter()
            .map(|item| &item.object)
            .filter(|certificate| response.is_signed_in_the_name_of(certificate))
            .collect(),
    }
}
