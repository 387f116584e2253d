//! The person or system behind a certificate.

use super::authentication_context::MappingKind;
use super::personal_number::{self, MASK, mask};
use super::profile::{PersonIdentifier, SigningKey};
use super::{Reading, Signer, Vouching, foreign_person_identifier, identification, person};
use crate::asn1::{Oid, oid};
use crate::x509::{Certificate, DistinguishedName};

/// What the certificate says of the signer.
pub(super) fn describe(reading: &Reading<'_>) -> Signer {
    let certificate = reading.signed.certificate;
    let (identity_scheme, identifier) = match identity(reading) {
        Some(identity) => (Some(identity.scheme), identity.reference),
        None => (None, None),
    };
    Signer {
        name: name(certificate).map(|name| mask_within_name(&name, &certificate.subject)),
        identity_scheme,
        identifier,
        person_ref: person::reference(reading),
        eid: e_identification(reading),
        direct: is_direct(reading),
    }
}

/// Whether the e-identification's own key signed; a service can be known by what it wrote, a
/// system only by an issuer who is trusted.
pub(super) fn is_direct(reading: &Reading<'_>) -> Option<bool> {
    let key = reading
        .recognition
        .map(|recognition| recognition.profile.key);
    match (key, reading.vouching) {
        (Some(SigningKey::Service), _) => Some(false),
        (Some(SigningKey::EIdentification), Vouching::Issuer) => Some(true),
        _ => None,
    }
}

fn e_identification(reading: &Reading<'_>) -> Option<String> {
    let profile = reading.recognition?.profile;
    if reading.vouching == Vouching::Nobody || profile.key == SigningKey::Untold {
        return None;
    }
    Some(match identification::country(reading) {
        Some(country) => format!("{} ({country})", profile.name),
        None => profile.name.clone(),
    })
}

/// Whether the owner of a HSA-ID's directory can be read from `text`: `SE`, ten digits, hyphen.
pub(super) fn directory_owner(text: &str) -> Option<&str> {
    const LONGEST: usize = 31;
    let (owner, own) = text.strip_prefix("SE")?.split_once('-')?;
    let is_identifier = owner.len() == 10
        && owner.bytes().all(|byte| byte.is_ascii_digit())
        && !own.is_empty()
        && own
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text.len() <= LONGEST;
    is_identifier.then_some(owner)
}

fn name(certificate: &Certificate) -> Option<String> {
    let subject = &certificate.subject;
    if let Some(common_name) = subject.first(&oid::COMMON_NAME) {
        return Some(common_name.to_owned());
    }
    let given = subject.first(&oid::GIVEN_NAME);
    let parts: Vec<&str> = given
        .into_iter()
        .chain(subject.first(&oid::SURNAME))
        .collect();
    if parts.is_empty() {
        subject.first(&oid::PSEUDONYM).map(str::to_owned)
    } else {
        Some(parts.join(" "))
    }
}

/// `text`, taken from `name`, with personal numbers masked: also the number that the name itself
/// holds in serialNumber and that Estonian and Spanish issuers repeat elsewhere in it.
pub fn mask_within_name(text: &str, name: &DistinguishedName) -> String {
    // Shorter ones may be part of any name.
    const SHORTEST: usize = 6;
    let numbers = name.all(&oid::SERIAL_NUMBER);
    let without = numbers.fold(text.to_owned(), |text, number| {
        let number = number.trim();
        let number = foreign_person_identifier::split_natural_person_semantics(number)
            .map_or(number, |(_, _, number)| number);
        let is_number = number.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST;
        if is_number && !is_hsa_identifier(number) {
            text.replace(number, MASK)
        } else {
            text
        }
    });
    mask(&without).into_owned()
}

struct Identity {
    scheme: String,
    reference: Option<String>,
}

fn identity(reading: &Reading<'_>) -> Option<Identity> {
    let certificate = reading.signed.certificate;
    if is_legal_person(certificate) {
        return Some(Identity {
            scheme: "organisation".to_owned(),
            reference: None,
        });
    }
    let Some(number) = certificate.subject.first(&oid::SERIAL_NUMBER) else {
        return is_pseudonym(certificate).then(|| Identity {
            scheme: "pseudonym".to_owned(),
            reference: None,
        });
    };
    let number = number.trim();
    let form = reading
        .recognition
        .map_or(PersonIdentifier::ByForm, |recognition| {
            recognition.profile.person_identifier
        });
    Some(match form {
        PersonIdentifier::ByForm if is_hsa_identifier(number) => Identity {
            scheme: "HSA-ID".to_owned(),
            reference: Some(mask(number).into_owned()),
        },
        // It has the form of a HSA-ID, but what stands in it is not publicly documented.
        PersonIdentifier::EfosId if is_hsa_identifier(number) => masked("EFOS-ID".to_owned()),
        // What is not known to be harmless may be the number of a person.
        _ => masked(person_scheme(number, reading)),
    })
}

fn masked(scheme: String) -> Identity {
    Identity {
        scheme,
        reference: Some(MASK.to_owned()),
    }
}

/// EN 319 412-2, 4.2.4: a pseudonym stands in place of given name and surname, also where the
/// common name repeats it.
fn is_pseudonym(certificate: &Certificate) -> bool {
    let subject = &certificate.subject;
    subject.first(&oid::PSEUDONYM).is_some()
        && subject.first(&oid::GIVEN_NAME).is_none()
        && subject.first(&oid::SURNAME).is_none()
}

/// EN 319 412-3, 4.2.1: an organisation's certificate names no person.
fn is_legal_person(certificate: &Certificate) -> bool {
    let subject = &certificate.subject;
    let names_person = [oid::GIVEN_NAME, oid::SURNAME, oid::PSEUDONYM]
        .iter()
        .any(|kind| subject.first(kind).is_some());
    let is_seal = certificate
        .extensions
        .qc_statements
        .as_ref()
        .is_some_and(|statements| statements.types.contains(&oid::QC_TYPE_SEAL));
    !names_person && (is_seal || subject.first(&oid::ORGANIZATION_IDENTIFIER).is_some())
}

/// `SE<organisation number>-<own part>`; in tests `TSTNMT<organisation number>-<own part>`.
pub(super) fn is_hsa_identifier(text: &str) -> bool {
    match text.strip_prefix("TSTNMT") {
        Some(rest) => directory_owner(&format!("SE{rest}")).is_some(),
        None => directory_owner(text).is_some(),
    }
}

fn person_scheme(number: &str, reading: &Reading<'_>) -> String {
    let certificate = reading.signed.certificate;
    let is_natural = states(certificate, &oid::SEMANTICS_NATURAL);
    let kind = |number: &str| personal_number::kind(number).map(|kind| kind.name().to_owned());
    let scheme = match foreign_person_identifier::split_natural_person_semantics(number) {
        Some(_) if !is_natural => None,
        Some(("PNO" | "TIN", "SE", number)) => kind(number),
        Some((kind, country, _)) => Some(format!("{kind}{country}")),
        None => kind(number).or_else(|| {
            let provisional = number.strip_prefix("PI:SE-").filter(|_| is_natural);
            if foreign_person_identifier::is_provisional(provisional.unwrap_or(number)) {
                Some("prid".to_owned())
            } else if states(certificate, &oid::SEMANTICS_EIDAS_NATURAL) {
                Some("eIDAS".to_owned())
            } else {
                None
            }
        }),
    };
    scheme
        .or_else(|| scheme_in_context(reading).map(str::to_owned))
        .unwrap_or_else(|| "other".to_owned())
}

/// Whether `certificate` says that its identifiers have these semantics (EN 319 412-1, 5.1.2):
/// only then are they read so.
pub(super) fn states(certificate: &Certificate, semantics: &Oid) -> bool {
    let statements = certificate.extensions.qc_statements.as_ref();
    statements.is_some_and(|statements| statements.semantics.contains(semantics))
}

/// What the identity provider called the attribute that stands in serialNumber.
fn scheme_in_context(reading: &Reading<'_>) -> Option<&'static str> {
    let reference = oid::SERIAL_NUMBER.to_string();
    let mapping = reading.context?.mappings.iter().find(|mapping| {
        mapping.kind == MappingKind::RelativeDistinguishedName && mapping.reference == reference
    })?;
    Some(match mapping.name.as_deref()? {
        "1.2.752.201.3.4" => "prid",
        "1.2.752.201.3.7" => "eIDAS",
        "1.2.752.201.3.1" => "orgAffiliation",
        "1.2.752.29.6.2.1" => "HSA-ID",
        _ => return None,
    })
}
