//! What others than the subject's own attributes say of the organisation of the signer: the
//! identity provider, the archive's profile, extensions.

use super::attributed::{
    Attributed, Authority, BindingEvidence, EvidenceKind, Grade, Organisation,
};
use super::authentication_context::Mapping;
use super::federation::{Attestation, Authorisation, Judgement};
use super::organisation::{attribute, certificate_evidence, meaning, text_extensions};
use super::organisation_identifier::OrganisationIdentifier;
use super::profile::{Meaning, Place};
use super::statement::Statement;
use super::{Reading, Vouching};

/// The employer that a profile of the archive's own names, because the issuer is the employer.
pub(super) fn employer_by_profile(reading: &Reading<'_>) -> Option<Statement> {
    let recognition = reading.recognition?;
    let organisation = recognition.profile.organisation.as_ref()?;
    let identifier = OrganisationIdentifier::of_look(&organisation.identifier, Some("SE"))?;
    // Anybody may call itself by the employer's name; only its certificate shows who it is. Who
    // signs by a service was identified by it, not employed.
    let is_proven =
        recognition.by_digest && reading.vouching == Vouching::Issuer && !reading.is_by_service();
    let (grade, authority, reason) = match is_proven {
        true => (
            Grade::O4,
            Authority::Profile,
            "the issuer is the employer, by the profile and by the issuer's certificate",
        ),
        false => (
            Grade::O1,
            Authority::Nobody,
            "the issuer calls itself by the employer's name, asserted only",
        ),
    };
    Some(Statement {
        organisation: Organisation {
            identifier: Some(identifier.reference),
            scheme: Some(identifier.scheme),
            name: Some(organisation.name.clone()),
        },
        grade,
        authority,
        reason: reason.to_owned(),
        evidence: vec![
            BindingEvidence {
                kind: EvidenceKind::Profile,
                sha256: recognition.profile.sha256,
            },
            certificate_evidence(reading),
        ],
    })
}

/// `<user>@<organisation number>`, split at the last `@`, as the user's part may hold one
/// (Sweden Connect technical framework, 4).
pub(super) fn affiliations(reading: &Reading<'_>) -> Vec<Statement> {
    // A person may have several employers; they then contradict each other.
    let mut statements: Vec<Statement> = Vec::new();
    for mapping in reading.context.map_or(&[][..], |context| &context.mappings) {
        let Some(name) = &mapping.name else {
            continue;
        };
        let place = Place::Context(name.clone());
        if meaning(reading, &place) != Some(Meaning::SignerOrganisationAffiliation) {
            continue;
        }
        let numbers = mapping
            .values
            .iter()
            .filter_map(|value| value.rsplit_once('@'))
            .filter_map(|(_, number)| OrganisationIdentifier::of_look(number, Some("SE")))
            .filter(|identifier| identifier.scheme == "NTRSE");
        for number in numbers {
            let statement = attested_by_provider(reading, mapping, &place, number);
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

/// What an identity provider attests, and whether its federation lets it speak for that
/// organisation.
fn attested_by_provider(
    reading: &Reading<'_>,
    mapping: &Mapping,
    place: &Place,
    identifier: OrganisationIdentifier,
) -> Statement {
    let mut statement = Statement {
        organisation: Organisation {
            identifier: Some(identifier.reference),
            scheme: Some(identifier.scheme),
            name: None,
        },
        grade: Grade::O1,
        authority: match reading.holds_otherwise(mapping) {
            true => Authority::Nobody,
            false => reading.authority_of_attested(),
        },
        reason: "affiliation in the authentication context".to_owned(),
        evidence: Vec::new(),
    };
    if let Some(context) = reading.context {
        statement.evidence.push(BindingEvidence {
            kind: EvidenceKind::AuthenticationContext,
            sha256: context.sha256,
        });
    }
    authorise(reading, place, &mut statement);
    statement
}

/// Raises what the identity provider attests where the profile lets it count for so much and its
/// federation lets it speak for the organisation.
pub(super) fn authorise(reading: &Reading<'_>, place: &Place, statement: &mut Statement) {
    let may_reach = attribute(reading, place)
        .filter(|attribute| !attribute.unverified)
        .is_some_and(|attribute| attribute.grade >= Some(Grade::O3));
    let judgement = judge(reading, statement.authority, &statement.organisation);
    let Some(judgement) = judgement.filter(|_| may_reach) else {
        return;
    };
    statement
        .evidence
        .extend(judgement.metadata.map(|metadata| BindingEvidence {
            kind: EvidenceKind::IdentityProviderMetadata,
            sha256: metadata.sha256,
        }));
    if judgement.authorisation == Authorisation::Given {
        statement.grade = Grade::O3;
    }
    let added = judgement.authorisation.reason();
    statement.reason = format!("{}; {added}", statement.reason);
}

/// What a federation says of the answer; `None` where no identity provider attested it.
pub(super) fn authorisation(
    reading: &Reading<'_>,
    answer: &Attributed<Organisation>,
) -> Option<Authorisation> {
    judge(reading, answer.authority, &answer.value).map(|judgement| judgement.authorisation)
}

fn judge<'a>(
    reading: &Reading<'a>,
    authority: Authority,
    organisation: &Organisation,
) -> Option<Judgement<'a>> {
    let is_attested = authority == Authority::IdentityProvider;
    let context = reading.context.filter(|_| is_attested)?;
    if organisation.scheme.as_deref() != Some("NTRSE") {
        return None;
    }
    let number = organisation.identifier.as_deref()?;
    if !holds_what_was_attested(reading, number) {
        return Some(Judgement {
            authorisation: Authorisation::NotGiven(
                "the certificate does not hold what the identity provider attested",
            ),
            metadata: None,
        });
    }
    let attestation = Attestation {
        provider: context.identity_provider.as_deref()?,
        number,
        class: context.class.as_deref(),
        instant: context.instant,
        as_of: reading.signed.as_of,
    };
    Some(attestation.judge(&reading.sources.identity_provider_metadata))
}

/// Whether the certificate has the values with this number that are said to be mapped into it: a
/// context that contradicts its own certificate is relied upon by nobody.
fn holds_what_was_attested(reading: &Reading<'_>, number: &str) -> bool {
    let mappings = reading.context.map_or(&[][..], |context| &context.mappings);
    mappings.iter().all(|mapping| {
        let mut with_number = mapping.values.iter().filter(|value| {
            let scoped = value.rsplit_once('@').map(|(_, scope)| scope);
            let scoped = OrganisationIdentifier::of_look(scoped.unwrap_or(value), Some("SE"));
            scoped.is_some_and(|scoped| scoped.reference == number)
        });
        with_number.all(|value| reading.holds_mapped(mapping, value))
    })
}

/// A LEI in an extension of its own (ISO 17442-2).
pub(super) fn in_extensions(reading: &Reading<'_>) -> Vec<Statement> {
    let certificate = reading.signed.certificate;
    let identifiers = text_extensions(certificate)
        .into_iter()
        .filter_map(|(kind, value)| {
            let place = Place::Extension(kind);
            let attribute = attribute(reading, &place)?;
            let is_identifier = attribute.means == Meaning::SignerOrganisationIdentifier;
            let identifier = OrganisationIdentifier::of_legal_semantics(&format!("LEIXG-{value}"));
            Some((identifier.filter(|_| is_identifier)?, attribute))
        });
    identifiers
        .map(|(identifier, attribute)| {
            let authority = reading.authority_of_unmapped();
            let most = attribute
                .grade
                .filter(|_| !attribute.unverified)
                .unwrap_or(Grade::O1);
            Statement {
                organisation: Organisation {
                    identifier: Some(identifier.reference),
                    scheme: Some(identifier.scheme),
                    name: None,
                },
                grade: match authority {
                    Authority::Issuer => most.min(Grade::O4),
                    _ => Grade::O1,
                },
                authority,
                reason: "LEI in an extension of the certificate".to_owned(),
                evidence: vec![certificate_evidence(reading)],
            }
        })
        .collect()
}
