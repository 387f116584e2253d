//! The organisations around a signature that are not the signer's: who asked for it, and whose
//! service issued the certificate or signed.

use super::attributed::{
    Attributed, Authority, BindingEvidence, EvidenceKind, Grade, Organisation,
};
use super::organisation::{
    Semantics, certificate_evidence, in_subject, joined, meaning, read_identifier,
};
use super::personal_number::mask;
use super::profile::{Meaning, Place};
use super::statement::{Statement, weigh};
use super::{Reading, Vouching};
use crate::asn1::oid;

/// Who asked for the signature, as far as the service that signed tells.
pub(super) fn requesting(reading: &Reading<'_>) -> Option<Attributed<Organisation>> {
    let context = reading.context?;
    let service = context.service.as_deref()?;
    let is_requester =
        meaning(reading, &Place::ContextService) == Some(Meaning::RequestingOrganisationName);
    let statement = Statement {
        organisation: Organisation {
            name: Some(mask(service).into_owned()),
            ..Organisation::default()
        },
        grade: Grade::O1,
        authority: match reading.vouching {
            Vouching::Issuer => Authority::Requester,
            Vouching::Nobody => Authority::Nobody,
        },
        reason: "service named in the authentication context, asserted only".to_owned(),
        evidence: vec![BindingEvidence {
            kind: EvidenceKind::AuthenticationContext,
            sha256: context.sha256,
        }],
    };
    weigh(
        is_requester.then_some(statement).into_iter().collect(),
        reading.signed.as_of,
    )
}

/// Whose service issued the certificate or signed.
pub(super) fn of_service(reading: &Reading<'_>) -> Option<Attributed<Organisation>> {
    let statements = [service_in_issuer(reading), service_in_subject(reading)];
    weigh(
        statements.into_iter().flatten().collect(),
        reading.signed.as_of,
    )
}

/// Systems whose subjects name the issuer where others name the signer's organisation.
fn service_in_subject(reading: &Reading<'_>) -> Option<Statement> {
    let name = joined(&in_subject(reading, Meaning::ServiceOrganisationName))?;
    Some(Statement {
        organisation: Organisation {
            name: Some(name),
            ..Organisation::default()
        },
        grade: Grade::O1,
        authority: reading.authority_of_unmapped(),
        reason: "subject O names who issued the e-identification, asserted only".to_owned(),
        evidence: vec![certificate_evidence(reading)],
    })
}

/// What the issuer calls itself; what its own certificate says counts for more.
fn service_in_issuer(reading: &Reading<'_>) -> Option<Statement> {
    let certificate = reading.signed.certificate;
    let of = |wanted: Meaning| -> Vec<&str> {
        let attributes = certificate.issuer.attributes().iter();
        attributes
            .filter(|attribute| {
                meaning(reading, &Place::Issuer(attribute.kind.clone())) == Some(wanted)
            })
            .map(|attribute| attribute.value.trim())
            .collect()
    };
    let name = joined(&of(Meaning::ServiceOrganisationName));
    let numbers = of(Meaning::ServiceOrganisationIdentifier);
    let (number, has_others) = match numbers.as_slice() {
        [] => (None, false),
        [number, others @ ..] => (Some(*number), others.iter().any(|other| other != number)),
    };
    let issuer = reading.issuers.first().map_or(certificate, AsRef::as_ref);
    let identifier = number.filter(|_| !has_others).and_then(|number| {
        read_identifier(number, issuer, certificate.issuer.first(&oid::COUNTRY))
    });
    if name.is_none() && identifier.is_none() {
        return None;
    }
    // An issuer below another one was vetted by that one.
    let is_vetted = reading.issuers.len() > 1 && matches!(identifier, Some((_, Semantics::Stated)));
    let kind = match reading.issuers.is_empty() {
        true => EvidenceKind::Certificate,
        false => EvidenceKind::IssuerCertificate,
    };
    Some(Statement {
        organisation: Organisation {
            identifier: identifier
                .as_ref()
                .map(|(identifier, _)| identifier.reference.clone()),
            scheme: identifier.map(|(identifier, _)| identifier.scheme),
            name,
        },
        grade: if is_vetted { Grade::O4 } else { Grade::O1 },
        authority: match reading.vouching {
            Vouching::Issuer => Authority::Issuer,
            Vouching::Nobody => Authority::Nobody,
        },
        reason: match is_vetted {
            true => "issuer organizationIdentifier with legal-person semantics".to_owned(),
            false => "what the issuer calls itself, asserted only".to_owned(),
        },
        evidence: vec![BindingEvidence {
            kind,
            sha256: *issuer.sha256(),
        }],
    })
}
