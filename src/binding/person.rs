//! Whether two signatures are by one person, without telling who it is.

use super::authentication_context::MappingKind;
use super::personal_number::{self, PersonalNumberKind};
use super::profile::{Meaning, Place};
use super::signer::{is_hsa_identifier, states};
use super::{Authority, Reading, Vouching, foreign_person_identifier};
use crate::asn1::oid;
use crate::hex;
use crate::x509::Certificate;

/// The keyed reference of the signer; `None` without a key, for an identifier whose kind is not
/// known, and where neither a trusted issuer nor an identity provider stands for it.
pub(super) fn reference(reading: &Reading<'_>) -> Option<String> {
    let key = reading.sources.reference_key.as_ref()?;
    let certificate = reading.signed.certificate;
    let person = PersonIdentifier::of(certificate)?;
    let number = certificate.subject.first(&oid::SERIAL_NUMBER)?;
    let is_known = person.kind != DIRECTORY_IDENTIFIER
        || reading.is_by_service()
        || reading.holds_directory_identifiers();
    (is_known && reading.authority_of_person(number) >= Authority::IdentityProvider)
        .then(|| hex(&key.reference(&[DOMAIN, &person.kind, &person.value])))
}

/// The names under which assertions identify persons (Sweden Connect technical framework, 4, 2):
/// personal number, provisional identifier, eIDAS identifier, HSA-ID.
const PERSON_ATTRIBUTES: [&str; 4] = [
    "1.2.752.29.4.13",
    "1.2.752.201.3.4",
    "1.2.752.201.3.7",
    "1.2.752.29.6.2.1",
];

const DIRECTORY_IDENTIFIER: &str = "HSA-ID";

impl Reading<'_> {
    /// Whether the system is one of those whose serialNumber is a HSA-ID where it looks like one:
    /// elsewhere, as in EFOS, it is of another directory or of none.
    pub(super) fn holds_directory_identifiers(&self) -> bool {
        let place = Place::Subject(oid::SERIAL_NUMBER);
        self.recognition
            .and_then(|recognition| recognition.profile.attribute(&place))
            .is_some_and(|attribute| attribute.means == Meaning::DirectoryOwner)
    }

    /// Whose word it is that a serialNumber of the subject is the signer's.
    pub(super) fn authority_of_person(&self, value: &str) -> Authority {
        if !self.is_by_service() || self.vouching == Vouching::Nobody {
            return self.authority_of_unmapped();
        }
        let reference = oid::SERIAL_NUMBER.to_string();
        let mappings = self.context.map_or(&[][..], |context| &context.mappings);
        let mut of_number = mappings.iter().filter(|mapping| {
            mapping.kind == MappingKind::RelativeDistinguishedName && mapping.reference == reference
        });
        match (of_number.next(), of_number.next()) {
            (Some(mapping), None)
                if mapping.holds(value)
                    && PERSON_ATTRIBUTES.contains(&mapping.name.as_deref().unwrap_or_default()) =>
            {
                self.authority_of_attested()
            }
            _ => Authority::Requester,
        }
    }
}

/// So that the same key gives other references elsewhere.
const DOMAIN: &str = "sigill/person/1";

/// Whether the holders of two certificates may be one person: what is not shown to be otherwise
/// may be so.
///
/// Two numbers of one population register are two persons. Other identifiers one person may have
/// several of, such as a HSA-ID beside a personal number; then two differing names, each with
/// given name and surname, show two persons.
pub fn may_be_same_person(one: &Certificate, other: &Certificate) -> bool {
    let identifiers = (PersonIdentifier::of(one), PersonIdentifier::of(other));
    let are_two_numbers = match &identifiers {
        (Some(one), Some(other)) => {
            one.is_one_for_life()
                && one.kind == other.kind
                && one.characters() != other.characters()
        }
        _ => false,
    };
    let is_one_identifier = identifiers.0.is_some() && identifiers.0 == identifiers.1;
    let are_two_names = match (full_name(one), full_name(other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    is_one_identifier || !(are_two_numbers || are_two_names)
}

/// An identifier in the one form in which it is compared.
#[derive(PartialEq, Eq)]
struct PersonIdentifier {
    kind: String,
    value: String,
}

impl PersonIdentifier {
    /// That of a subject with one number: whose two that differ are is not known.
    fn of(certificate: &Certificate) -> Option<Self> {
        let mut numbers = certificate.subject.all(&oid::SERIAL_NUMBER).map(str::trim);
        let text = numbers.next()?;
        if numbers.any(|other| other != text) {
            return None;
        }
        let parts = foreign_person_identifier::split_natural_person_semantics(text);
        let (kind, value) = match parts {
            // How to read it is for the certificate to say (EN 319 412-1, 5.1.3).
            Some(_) if !states(certificate, &oid::SEMANTICS_NATURAL) => return None,
            Some(("PNO" | "TIN", "SE", number)) => Self::swedish(number)?,
            Some((kind, country, number)) => (format!("{kind}{country}"), number.to_owned()),
            None if is_hsa_identifier(text) => (DIRECTORY_IDENTIFIER.to_owned(), text.to_owned()),
            // Twelve digits of another country are something else.
            None if is_swedish(certificate) => {
                Self::swedish(text).or_else(|| Self::of_node(text))?
            }
            None => Self::of_node(text)?,
        };
        Some(PersonIdentifier { kind, value })
    }

    /// Twelve digits. Ten leave the century open, so that two persons could have one reference.
    fn swedish(number: &str) -> Option<(String, String)> {
        let kind = personal_number::kind(number)?;
        let digits: String = number.chars().filter(|c| !matches!(c, '-' | '+')).collect();
        (digits.len() == 12).then(|| (kind.name().to_owned(), digits))
    }

    /// Identifiers of persons with foreign e-identifications.
    fn of_node(text: &str) -> Option<(String, String)> {
        let text = text.strip_prefix("PI:SE-").unwrap_or(text);
        let kind = if foreign_person_identifier::is_provisional(text) {
            "prid"
        } else if foreign_person_identifier::is_eidas(text) {
            "eIDAS"
        } else {
            return None;
        };
        Some((kind.to_owned(), text.to_owned()))
    }

    /// What remains of it however it is written.
    fn characters(&self) -> String {
        let characters = self.value.chars().filter(|c| c.is_alphanumeric());
        characters.flat_map(char::to_uppercase).collect()
    }

    /// Whether nobody has two of them.
    fn is_one_for_life(&self) -> bool {
        self.kind == PersonalNumberKind::Registered.name() || self.kind.starts_with("PNO")
    }
}

fn is_swedish(certificate: &Certificate) -> bool {
    let country = certificate.subject.first(&oid::COUNTRY);
    country.is_some_and(|country| country.eq_ignore_ascii_case("SE"))
}

/// Given name and surname, as far as both are certified.
fn full_name(certificate: &Certificate) -> Option<(String, String)> {
    let part = |kind| certificate.subject.first(kind).map(str::to_lowercase);
    Some((part(&oid::GIVEN_NAME)?, part(&oid::SURNAME)?))
}
