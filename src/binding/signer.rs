//! The person or system behind a certificate.

use super::electronic_identification::ElectronicIdentification;
use super::personal_number::{self, MASK, mask};
use super::{Role, RoleSource, Signer, Vouching, foreign_person_identifier};
use crate::asn1::oid;
use crate::x509::Certificate;

/// What `certificate` says of the signer.
pub(super) fn describe(
    certificate: &Certificate,
    system: Option<ElectronicIdentification>,
    vouching: Vouching,
    stated_roles: &[Role],
) -> Signer {
    let (identity_scheme, person_ref) = match identity(certificate, system) {
        Some(identity) => (Some(identity.scheme), identity.reference),
        None => (None, None),
    };
    Signer {
        name: name(certificate).map(|name| without_number(&name, certificate)),
        identity_scheme,
        person_ref,
        roles: roles(certificate, system, vouching, stated_roles),
        eid: system
            .filter(|_| vouching == Vouching::Issuer)
            .map(|system| system.name().to_owned()),
        direct: match (system, vouching) {
            (Some(system), _) if system.is_signature_service() => Some(false),
            (Some(_), Vouching::Issuer) => Some(true),
            _ => None,
        },
    }
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

/// `name` without the subject's own number, which Estonian and Spanish issuers repeat in it.
fn without_number(name: &str, certificate: &Certificate) -> String {
    // Shorter ones may be part of any name.
    const SHORTEST: usize = 6;
    let numbers = certificate.subject.all(&oid::SERIAL_NUMBER);
    let without = numbers.fold(name.to_owned(), |name, number| {
        let number = number.trim();
        let number = foreign_person_identifier::split_natural_person_semantics(number)
            .map_or(number, |(_, _, number)| number);
        let is_number = number.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST;
        if is_number && !is_hsa_identifier(number) {
            name.replace(number, MASK)
        } else {
            name
        }
    });
    mask(&without).into_owned()
}

struct Identity {
    scheme: String,
    reference: Option<String>,
}

fn identity(
    certificate: &Certificate,
    system: Option<ElectronicIdentification>,
) -> Option<Identity> {
    if is_legal_person(certificate) {
        return Some(Identity {
            scheme: "organisation".to_owned(),
            reference: None,
        });
    }
    let number = certificate.subject.first(&oid::SERIAL_NUMBER)?.trim();
    let is_hsa = system != Some(ElectronicIdentification::Efos) && is_hsa_identifier(number);
    Some(if is_hsa {
        Identity {
            scheme: "HSA-ID".to_owned(),
            reference: Some(mask(number).into_owned()),
        }
    } else {
        // What is not known to be harmless may be the number of a person.
        Identity {
            scheme: person_scheme(number, certificate),
            reference: Some(MASK.to_owned()),
        }
    })
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
fn is_hsa_identifier(text: &str) -> bool {
    match text.strip_prefix("TSTNMT") {
        Some(rest) => directory_owner(&format!("SE{rest}")).is_some(),
        None => directory_owner(text).is_some(),
    }
}

fn person_scheme(number: &str, certificate: &Certificate) -> String {
    let has_semantics = |semantics| {
        let statements = certificate.extensions.qc_statements.as_ref();
        statements.is_some_and(|statements| statements.semantics.contains(semantics))
    };
    let kind = |number: &str| personal_number::kind(number).map(|kind| kind.name().to_owned());
    let scheme = match foreign_person_identifier::split_natural_person_semantics(number) {
        Some(("PNO" | "TIN", "SE", number)) => kind(number),
        Some((kind, country, _)) if has_semantics(&oid::SEMANTICS_NATURAL) => {
            Some(format!("{kind}{country}"))
        }
        Some(_) => None,
        None => kind(number).or_else(|| {
            let is_provisional = foreign_person_identifier::is_provisional(
                number.strip_prefix("PI:SE-").unwrap_or(number),
            );
            if is_provisional {
                Some("prid".to_owned())
            } else if foreign_person_identifier::is_eidas(number)
                || has_semantics(&oid::SEMANTICS_EIDAS_NATURAL)
            {
                Some("eIDAS".to_owned())
            } else {
                None
            }
        }),
    };
    scheme.unwrap_or_else(|| "other".to_owned())
}

fn roles(
    certificate: &Certificate,
    system: Option<ElectronicIdentification>,
    vouching: Vouching,
    stated_roles: &[Role],
) -> Vec<Role> {
    // What a signature service writes may be a value that the requester set.
    let is_certified = vouching == Vouching::Issuer
        && !system.is_some_and(ElectronicIdentification::is_signature_service);
    let of_certificate = if is_certified {
        RoleSource::Certified
    } else {
        RoleSource::Claimed
    };
    let titles = certificate.subject.all(&oid::TITLE);
    let in_certificate = titles
        .chain(certificate.extensions.titles.iter().map(String::as_str))
        .map(|title| (title, of_certificate));
    let stated = stated_roles
        .iter()
        .map(|role| (role.title.as_str(), role.source));
    let mut roles = Vec::new();
    for (title, source) in in_certificate.chain(stated) {
        let role = Role {
            title: mask(title).into_owned(),
            source,
        };
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}
