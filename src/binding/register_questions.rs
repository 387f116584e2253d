//! What registers are asked about a signer: only what the issuer or an identity provider stands for.

use super::profile::{Meaning, PersonIdentifier, Place};
use super::signer::is_hsa_identifier;
use super::{Authority, OrganisationNumber, Reading, organisation, person};
use crate::asn1::oid;
use crate::hex;
use crate::register::Holder;

/// HSA-IDs that the identity provider stands for, or an issuer of a system that holds them.
pub(super) fn directory_identifiers(reading: &Reading<'_>) -> Vec<String> {
    let in_subject = in_serial_number(reading).filter(|_| reading.holds_directory_identifiers());
    let attested = attested_values(reading, |name| name == EMPLOYEE_HSA_ID);
    let attested = attested
        .into_iter()
        .filter(|value| is_hsa_identifier(value));
    let mut identifiers: Vec<String> = in_subject.chain(attested).collect();
    identifiers.sort();
    identifiers.dedup();
    identifiers
}

/// EFOS-IDs that the issuer stands for.
pub(super) fn efos_identifiers(reading: &Reading<'_>) -> Vec<String> {
    match has_efos_identifier(reading) {
        true => in_serial_number(reading).collect(),
        false => Vec::new(),
    }
}

fn has_efos_identifier(reading: &Reading<'_>) -> bool {
    reading.recognition.is_some_and(|recognition| {
        recognition.profile.person_identifier == PersonIdentifier::EfosId
    })
}

/// Identifiers in the form of a HSA-ID that somebody stands for.
fn in_serial_number(reading: &Reading<'_>) -> impl Iterator<Item = String> {
    let values = reading.signed.certificate.subject.all(&oid::SERIAL_NUMBER);
    values
        .map(str::trim)
        .filter(|value| reading.authority_of_person(value) >= Authority::IdentityProvider)
        .filter(|value| is_hsa_identifier(value))
        .map(str::to_owned)
}

const EMPLOYEE_HSA_ID: &str = "1.2.752.29.6.2.1";

/// Codes of who issued the identity: where they stand is for a profile to say.
pub(super) fn issuer_codes(reading: &Reading<'_>) -> Vec<String> {
    let has_meaning = |name: &str| {
        let place = Place::Context(name.to_owned());
        organisation::meaning(reading, &place) == Some(Meaning::IssuerCode)
    };
    attested_values(reading, has_meaning)
}

/// Values that the identity provider attested under names that fit.
fn attested_values(reading: &Reading<'_>, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mappings = reading.context.map_or(&[][..], |context| &context.mappings);
    let is_attested = reading.authority_of_attested() >= Authority::IdentityProvider;
    let attested = mappings.iter().filter(|mapping| {
        let fits = mapping.name.as_deref().is_some_and(&fits);
        is_attested && fits && !reading.holds_otherwise(mapping)
    });
    attested
        .flat_map(|mapping| &mapping.values)
        .map(|value| value.trim().to_owned())
        .collect()
}

/// Every way in which a mandate may tell that it is the signer's.
pub(super) fn holders(reading: &Reading<'_>, identifiers: Vec<String>) -> Vec<Holder> {
    let is_affiliation = |name: &str| {
        let place = Place::Context(name.to_owned());
        organisation::meaning(reading, &place) == Some(Meaning::SignerOrganisationAffiliation)
    };
    let affiliations = attested_values(reading, is_affiliation)
        .into_iter()
        .filter_map(|value| {
            let (user, number) = value.rsplit_once('@')?;
            let number = OrganisationNumber::parse(number)?;
            Some(Holder::Affiliation(format!("{user}@{number}")))
        });
    let certificate = Holder::Certificate(hex(reading.signed.certificate.sha256()));
    std::iter::once(certificate)
        .chain(identifiers.into_iter().map(Holder::DirectoryIdentifier))
        .chain(affiliations)
        .chain(person::reference(reading).map(Holder::Person))
        .collect()
}
