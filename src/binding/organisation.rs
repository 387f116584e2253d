//! The legal organisation behind a signer and how surely it is known.

use super::Vouching;
use super::electronic_identification::ElectronicIdentification;
use super::organisation_identifier::OrganisationIdentifier;
use super::personal_number::mask;
use super::signer::directory_owner;
use crate::UnixTime;
use crate::asn1::{Oid, oid};
use crate::x509::Certificate;

/// How surely an organisation is known, from nothing to qualified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// None: a personal e-identification says nothing of an organisation.
    O0,
    /// Asserted: somebody says so.
    O1,
    /// Resolved through a register.
    O2,
    /// Authorised by a federation.
    O3,
    /// Vetted by the issuer of the certificate.
    O4,
    /// Qualified: a seal of a legal person by a qualified issuer on a trusted list.
    O5,
}

impl Grade {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Grade::O0 => "O0",
            Grade::O1 => "O1",
            Grade::O2 => "O2",
            Grade::O3 => "O3",
            Grade::O4 => "O4",
            Grade::O5 => "O5",
        }
    }
}

/// A legal organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// How surely it is known.
    pub grade: Grade,
    /// Its identifier, such as `5590000004`.
    pub identifier: Option<String>,
    /// The scheme of the identifier, such as `NTRSE`.
    pub scheme: Option<String>,
    /// Its name, as certified.
    pub name: Option<String>,
    /// Where this came from.
    pub source: Option<String>,
    /// The time as of which it holds.
    pub as_of: UnixTime,
}

impl Organisation {
    /// No organisation.
    pub fn none(as_of: UnixTime) -> Self {
        Organisation {
            grade: Grade::O0,
            identifier: None,
            scheme: None,
            name: None,
            source: None,
            as_of,
        }
    }

    /// The organisation that the subject of `certificate` names, graded by what the
    /// certificate alone can show. Who issued it is never taken for the signer's organisation.
    pub(super) fn of_subject(
        certificate: &Certificate,
        system: Option<ElectronicIdentification>,
        vouching: Vouching,
        as_of: UnixTime,
    ) -> Self {
        if system == Some(ElectronicIdentification::BankId) {
            return Organisation {
                source: Some("subject O is the bank that issued the e-identification".to_owned()),
                ..Self::none(as_of)
            };
        }
        let claims = Claims::of_subject(certificate, system);
        let grade = claims.grade(system, vouching);
        let source = claims.source(certificate, system, vouching);
        let masked = |text: &str| mask(text).into_owned();
        let (identifier, scheme) = match claims.identifier {
            Identifier::Valid { identifier, .. } => {
                (Some(identifier.reference), Some(identifier.scheme))
            }
            Identifier::Invalid | Identifier::Ambiguous | Identifier::Absent => (None, None),
        };
        Organisation {
            grade,
            identifier,
            scheme,
            name: claims.name.as_deref().map(masked),
            source: source.map(|source| masked(&source)),
            as_of,
        }
    }
}

/// What a subject says of an organisation.
struct Claims<'a> {
    identifier: Identifier,
    name: Option<String>,
    /// The attribute the name comes from.
    name_type: &'static str,
    /// Digits of a HSA-ID: the owner of the directory, not necessarily the employer.
    directory_owner: Option<&'a str>,
}

enum Identifier {
    Absent,
    /// One, right by its own rules.
    Valid {
        identifier: OrganisationIdentifier,
        semantics: Semantics,
    },
    /// One, wrong by its own rules or not understood.
    Invalid,
    /// Several that differ: none is *the* organisation.
    Ambiguous,
}

/// Whether the certificate says how its identifier is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Semantics {
    Stated,
    Unstated,
}

impl<'a> Claims<'a> {
    fn of_subject(certificate: &'a Certificate, system: Option<ElectronicIdentification>) -> Self {
        let subject = &certificate.subject;
        // One of several names must not pass for the only one.
        let joined = |kind: &Oid| {
            let values: Vec<&str> = subject.all(kind).collect();
            (!values.is_empty()).then(|| values.join(" / "))
        };
        let (name, name_type) = match joined(&oid::ORGANIZATION) {
            Some(name) => (Some(name), "O"),
            None => (joined(&oid::ORGANIZATIONAL_UNIT), "OU"),
        };
        Claims {
            identifier: Identifier::of_subject(certificate),
            name,
            name_type,
            directory_owner: subject
                .first(&oid::SERIAL_NUMBER)
                .filter(|_| system != Some(ElectronicIdentification::Efos))
                .and_then(|number| directory_owner(number.trim())),
        }
    }

    fn grade(&self, system: Option<ElectronicIdentification>, vouching: Vouching) -> Grade {
        let is_service = system.is_some_and(ElectronicIdentification::is_signature_service);
        match &self.identifier {
            Identifier::Absent if self.name.is_none() && self.directory_owner.is_none() => {
                Grade::O0
            }
            Identifier::Valid {
                semantics: Semantics::Stated,
                ..
            } if vouching == Vouching::Issuer && !is_service => {
                // O5 also needs a qualified seal and an anchor from a trusted list. Anchors do
                // not tell where they come from, so that no certificate can reach it here.
                Grade::O4
            }
            _ => Grade::O1,
        }
    }

    fn source(
        &self,
        certificate: &Certificate,
        system: Option<ElectronicIdentification>,
        vouching: Vouching,
    ) -> Option<String> {
        let mut source = match &self.identifier {
            Identifier::Valid {
                semantics: Semantics::Stated,
                ..
            } => "subject organizationIdentifier with legal-person semantics".to_owned(),
            Identifier::Valid { .. } => {
                "subject organizationIdentifier read by its form alone, asserted only"
                    .to_owned()
            }
            Identifier::Invalid => {
                "subject organizationIdentifier of no known form or with a wrong check digit, asserted only"
                    .to_owned()
            }
            Identifier::Ambiguous => {
                "several organizationIdentifiers in the subject, asserted only".to_owned()
            }
            Identifier::Absent if self.name.is_some() => {
                format!("subject {}, asserted only", self.name_type)
            }
            Identifier::Absent => String::new(),
        };
        let is_identified = matches!(self.identifier, Identifier::Valid { .. });
        let mut add = |text: &str| {
            if !source.is_empty() {
                source.push_str("; ");
            }
            source.push_str(text);
        };
        if is_identified && vouching == Vouching::Nobody {
            add("no trusted issuer vouches for it");
        }
        if is_identified && is_qualified_seal(certificate) {
            add("seal certificate that claims to be qualified");
        }
        if let (Some(owner), false) = (self.directory_owner, is_identified) {
            add(&format!(
                "HSA-ID prefix {owner}: owner of the directory, not necessarily the employer"
            ));
        }
        if !source.is_empty() && system.is_some_and(ElectronicIdentification::is_signature_service)
        {
            source.push_str(
                "; sign service: attested by the identity provider or set by the requester, not judged",
            );
        }
        (!source.is_empty()).then_some(source)
    }
}

impl Identifier {
    fn of_subject(certificate: &Certificate) -> Self {
        let subject = &certificate.subject;
        let mut values = subject.all(&oid::ORGANIZATION_IDENTIFIER).map(str::trim);
        let Some(value) = values.next() else {
            return Identifier::Absent;
        };
        if values.any(|other| other != value) {
            return Identifier::Ambiguous;
        }
        let states = |semantics: &Oid| {
            let statements = certificate.extensions.qc_statements.as_ref();
            statements.is_some_and(|statements| statements.semantics.contains(semantics))
        };
        let stated = if states(&oid::SEMANTICS_LEGAL) {
            OrganisationIdentifier::of_legal_semantics(value)
        } else if states(&oid::SEMANTICS_EIDAS_LEGAL) {
            OrganisationIdentifier::of_eidas_semantics(value)
        } else {
            None
        };
        if let Some(identifier) = stated {
            return Identifier::Valid {
                identifier,
                semantics: Semantics::Stated,
            };
        }
        match OrganisationIdentifier::of_look(value, subject.first(&oid::COUNTRY)) {
            Some(identifier) => Identifier::Valid {
                identifier,
                semantics: Semantics::Unstated,
            },
            None => Identifier::Invalid,
        }
    }
}

/// A seal certificate that states compliance (EN 319 412-5, 4.2.1 and 4.2.3).
fn is_qualified_seal(certificate: &Certificate) -> bool {
    certificate
        .extensions
        .qc_statements
        .as_ref()
        .is_some_and(|statements| statements.compliance && statements.types == [oid::QC_TYPE_SEAL])
}
