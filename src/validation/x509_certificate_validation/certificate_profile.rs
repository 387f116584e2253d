//! The certificate profile (RFC 5280 §4.1 and §4.2) under EN 319 102-1 §5.2.6: rules for
//! issuers that path validation (§6.1) does not depend on.

use crate::asn1::{Oid, oid};
use crate::policy::{CertificateProfile, Enforcement};
use crate::x509::{Certificate, Criticality, GeneralName, NameForm};

/// Where a certificate stands in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the one judged.
    Last,
    /// It has issued another one of the path, or is the anchor.
    Issuer,
}

/// A rule of the profile.
pub(super) struct Clause {
    /// Its number and what it asks for.
    pub text: &'static str,
    practice: Practice,
}

/// How a rule is kept by authorities that are trusted.
#[derive(Clone, Copy)]
enum Practice {
    /// Old roots, NIST's own test suite or authorities in service break it.
    OftenBroken,
    /// A certificate that breaks it is an oddity.
    Kept,
}

impl Clause {
    /// What breaking it means under a profile.
    pub fn enforcement(&self, profile: CertificateProfile) -> Enforcement {
        match (profile, self.practice) {
            (CertificateProfile::Strict, _) | (CertificateProfile::Usual, Practice::Kept) => {
                Enforcement::Fail
            }
            (CertificateProfile::Usual, Practice::OftenBroken)
            | (CertificateProfile::Lenient, _) => Enforcement::Warn,
        }
    }
}

/// The clauses that a certificate breaks.
pub(super) fn broken_clauses(
    certificate: &Certificate,
    place: Place,
) -> impl Iterator<Item = Clause> {
    broken_for_names(certificate)
        .into_iter()
        .chain(broken_for_keys(certificate))
        .chain(broken_for_issuers(certificate, place))
        .filter_map(|(broken, practice, text)| broken.then_some(Clause { text, practice }))
}

fn broken_for_names(certificate: &Certificate) -> [(bool, Practice, &'static str); 4] {
    let subject_is_empty = certificate.subject.is_empty();
    [
        (
            !has_proper_serial(certificate),
            Practice::Kept,
            "4.1.2.2: a positive serial number of at most 20 octets",
        ),
        (
            certificate.issuer.is_empty(),
            Practice::Kept,
            "4.1.2.4: an issuer",
        ),
        (
            subject_is_empty && is_authority(certificate),
            Practice::Kept,
            "4.1.2.6: a subject of an authority",
        ),
        (
            subject_is_empty
                && !is_marked(
                    certificate,
                    &oid::SUBJECT_ALTERNATIVE_NAME,
                    Criticality::Critical,
                ),
            Practice::Kept,
            "4.2.1.6: a critical SubjectAltName where the subject is empty",
        ),
    ]
}

fn broken_for_keys(certificate: &Certificate) -> [(bool, Practice, &'static str); 6] {
    let critical = |kind: &Oid| is_marked(certificate, kind, Criticality::Critical);
    let absent = |kind: &Oid| certificate.extensions.criticality(kind).is_none();
    [
        (
            critical(&oid::AUTHORITY_KEY_IDENTIFIER),
            Practice::Kept,
            "4.2.1.1: AuthorityKeyIdentifier not critical",
        ),
        (
            absent(&oid::AUTHORITY_KEY_IDENTIFIER) && !certificate.is_self_issued(),
            Practice::OftenBroken,
            "4.2.1.1: AuthorityKeyIdentifier",
        ),
        (
            critical(&oid::SUBJECT_KEY_IDENTIFIER),
            Practice::Kept,
            "4.2.1.2: SubjectKeyIdentifier not critical",
        ),
        (
            absent(&oid::SUBJECT_KEY_IDENTIFIER) && is_authority(certificate),
            Practice::OftenBroken,
            "4.2.1.2: SubjectKeyIdentifier of an authority",
        ),
        (
            signs_certificates(certificate) && !is_authority(certificate),
            Practice::Kept,
            "4.2.1.3: keyCertSign for authorities only",
        ),
        (
            critical(&oid::AUTHORITY_INFORMATION_ACCESS),
            Practice::Kept,
            "4.2.2.1: AuthorityInfoAccess not critical",
        ),
    ]
}

fn broken_for_issuers(
    certificate: &Certificate,
    place: Place,
) -> [(bool, Practice, &'static str); 8] {
    let optional = |kind: &Oid| is_marked(certificate, kind, Criticality::NonCritical);
    let extensions = &certificate.extensions;
    let is_ca = is_authority(certificate);
    let limits_length = extensions
        .basic_constraints
        .is_some_and(|constraints| constraints.path_length.is_some());
    [
        (
            place == Place::Issuer && extensions.basic_constraints.is_none(),
            Practice::OftenBroken,
            "4.2.1.9: BasicConstraints of an issuer",
        ),
        (
            is_ca && optional(&oid::BASIC_CONSTRAINTS),
            Practice::OftenBroken,
            "4.2.1.9: BasicConstraints critical",
        ),
        (
            limits_length && !(is_ca && signs_certificates(certificate)),
            Practice::OftenBroken,
            "4.2.1.9: pathLenConstraint for issuers only",
        ),
        (
            extensions.name_constraints.is_some() && !is_ca,
            Practice::Kept,
            "4.2.1.10: NameConstraints for authorities only",
        ),
        (
            has_odd_subtree(certificate),
            Practice::Kept,
            "4.2.1.10: subtrees in the syntax of their form",
        ),
        (
            optional(&oid::NAME_CONSTRAINTS),
            Practice::OftenBroken,
            "4.2.1.10: NameConstraints critical",
        ),
        (
            optional(&oid::POLICY_CONSTRAINTS),
            Practice::OftenBroken,
            "4.2.1.11: PolicyConstraints critical",
        ),
        (
            optional(&oid::INHIBIT_ANY_POLICY),
            Practice::OftenBroken,
            "4.2.1.14: InhibitAnyPolicy critical",
        ),
    ]
}

fn is_marked(certificate: &Certificate, kind: &Oid, criticality: Criticality) -> bool {
    certificate.extensions.criticality(kind) == Some(criticality)
}

fn is_authority(certificate: &Certificate) -> bool {
    let basic = certificate.extensions.basic_constraints;
    basic.is_some_and(|constraints| constraints.ca)
}

fn signs_certificates(certificate: &Certificate) -> bool {
    let usage = certificate.extensions.key_usage;
    usage.is_some_and(|usage| usage.key_certificate_sign())
}

fn has_proper_serial(certificate: &Certificate) -> bool {
    match certificate.serial.as_ref() {
        [] | [0] => false,
        // A leading zero octet that keeps the number positive is one of the 20.
        octets @ [first, ..] => first & 0x80 == 0 && octets.len() <= 20,
    }
}

/// A period at either end of a dNSName base, which is foreseen for URIs and mailboxes only, or a
/// whole URI in place of its host.
fn has_odd_subtree(certificate: &Certificate) -> bool {
    let constraints = certificate.extensions.name_constraints.iter();
    constraints
        .flat_map(|stated| stated.permitted.iter().chain(&stated.excluded))
        .any(|base| match base {
            GeneralName::Dns(name) => name.starts_with('.') || name.ends_with('.'),
            GeneralName::NotCompared(form) => *form == NameForm::Uri,
            _ => false,
        })
}
