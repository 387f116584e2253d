//! The organisation for which a signer acted, by what each attribute means.

use super::attested;
use super::attributed::{
    Attributed, Authority, BindingEvidence, EvidenceKind, Grade, Organisation,
};
use super::authentication_context::MappingKind;
use super::organisation_identifier::OrganisationIdentifier;
use super::personal_number::mask;
use super::profile::{Attribute, Meaning, Place};
use super::signer::{directory_owner, states};
use super::statement::{Statement, weigh};
use super::{Qualification, Reading, Vouching};
use crate::asn1::{Oid, oid};
use crate::x509::Certificate;

/// The organisation for which the signer acted. Who issued the certificate is never taken for it.
pub(super) fn of_signer(
    reading: &Reading<'_>,
    registered: Vec<Statement>,
) -> Attributed<Organisation> {
    let mut statements = registered;
    statements.extend(attested::employer_by_profile(reading));
    statements.extend(SubjectClaims::new(reading).statements(reading));
    statements.extend(attested::affiliations(reading));
    statements.extend(attested::in_extensions(reading));
    let why_not = match reading.recognition {
        Some(recognition) if names_service_in_subject(reading) => format!(
            "subject O names who issued the e-identification ({}), which says nothing of an organisation of the signer",
            recognition.profile.name
        ),
        _ => "nothing in the certificate names an organisation".to_owned(),
    };
    weigh(statements, reading.signed.as_of)
        .unwrap_or_else(|| Attributed::none(why_not, reading.signed.as_of))
}

/// What the attribute at `place` means.
pub(super) fn meaning(reading: &Reading<'_>, place: &Place) -> Option<Meaning> {
    attribute(reading, place).map(|attribute| attribute.means)
}

/// The extensions of `certificate` that hold one short text (ISO 17442-2). A role is one in the
/// entity of the LEI beside it: where that is wrong, neither says anything.
pub(super) fn text_extensions(certificate: &Certificate) -> Vec<(Oid, &str)> {
    let extensions = &certificate.extensions;
    let identifier = extensions.legal_entity_identifier.as_deref();
    let is_right = |identifier| {
        OrganisationIdentifier::of_legal_semantics(&format!("LEIXG-{identifier}")).is_some()
    };
    if !identifier.is_some_and(is_right) {
        return Vec::new();
    }
    let pairs = [
        (
            oid::LEGAL_ENTITY_IDENTIFIER,
            &extensions.legal_entity_identifier,
        ),
        (oid::LEGAL_ENTITY_ROLE, &extensions.legal_entity_role),
    ];
    pairs
        .into_iter()
        .filter_map(|(kind, value)| value.as_deref().map(|value| (kind, value)))
        .collect()
}

pub(super) fn attribute<'a>(reading: &Reading<'a>, place: &Place) -> Option<&'a Attribute> {
    let profile = reading.recognition.map(|recognition| recognition.profile);
    reading.sources.profiles.attribute(profile, place)
}

pub(super) fn certificate_evidence(reading: &Reading<'_>) -> BindingEvidence {
    BindingEvidence {
        kind: EvidenceKind::Certificate,
        sha256: *reading.signed.certificate.sha256(),
    }
}

/// Values of the subject that have this meaning, in its order.
pub(super) fn in_subject<'a>(reading: &Reading<'a>, wanted: Meaning) -> Vec<&'a str> {
    let attributes = reading.signed.certificate.subject.attributes().iter();
    attributes
        .filter(|attribute| {
            meaning(reading, &Place::Subject(attribute.kind.clone())) == Some(wanted)
        })
        .map(|attribute| attribute.value.trim())
        .collect()
}

/// One of several names must not pass for the only one.
pub(super) fn joined(values: &[&str]) -> Option<String> {
    (!values.is_empty()).then(|| mask(&values.join(" / ")).into_owned())
}

/// What a subject says of the organisation of the signer.
struct SubjectClaims<'a> {
    identifier: Identifier<'a>,
    name: Option<String>,
    /// The attribute the name comes from.
    name_type: &'static str,
    /// Digits of a HSA-ID: the owner of the directory, not necessarily the employer.
    directory_owner: Option<&'a str>,
}

enum Identifier<'a> {
    Absent,
    /// One, right by its own rules.
    Valid {
        text: &'a str,
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
pub(super) enum Semantics {
    Stated,
    Unstated,
}

impl<'a> SubjectClaims<'a> {
    fn new(reading: &Reading<'a>) -> Self {
        let certificate = reading.signed.certificate;
        let names = in_subject(reading, Meaning::SignerOrganisationName);
        let (name, name_type) = match joined(&names) {
            Some(name) => (Some(name), "O"),
            None => (
                joined(&in_subject(reading, Meaning::SignerOrganisationUnit)),
                "OU",
            ),
        };
        let identifiers = in_subject(reading, Meaning::SignerOrganisationIdentifier);
        SubjectClaims {
            identifier: Identifier::new(&identifiers, certificate),
            name,
            name_type,
            directory_owner: in_subject(reading, Meaning::DirectoryOwner)
                .into_iter()
                .find_map(directory_owner),
        }
    }

    fn statements(mut self, reading: &Reading<'_>) -> Vec<Statement> {
        let says_nothing = matches!(self.identifier, Identifier::Absent)
            && self.name.is_none()
            && self.directory_owner.is_none();
        if says_nothing {
            return Vec::new();
        }
        let name_alone = self.split_name(reading);
        let authority = self.authority(reading);
        let mut statement = Statement {
            grade: self.grade(reading),
            authority,
            reason: mask(&self.reason(reading, authority)).into_owned(),
            evidence: vec![certificate_evidence(reading)],
            organisation: self.organisation(),
        };
        let place = Place::Subject(oid::ORGANIZATION_IDENTIFIER);
        attested::authorise(reading, &place, &mut statement);
        // Where the context has another value, neither can be relied on; both are shown.
        let other = self.contradiction(reading);
        std::iter::once(statement)
            .chain(name_alone)
            .chain(other)
            .collect()
    }

    /// A name for which less authority stands than for the identifier, as a statement of its
    /// own: a requester must not give a name to what the identity provider attested.
    fn split_name(&mut self, reading: &Reading<'_>) -> Option<Statement> {
        let of_name = self.authority_of_name(reading);
        if !matches!(self.identifier, Identifier::Valid { .. })
            || of_name >= self.authority(reading)
        {
            return None;
        }
        let name = self.name.take()?;
        Some(Statement {
            organisation: Organisation {
                name: Some(name),
                ..Organisation::default()
            },
            grade: Grade::O1,
            authority: of_name,
            reason: format!(
                "subject {}, asserted only; {}",
                self.name_type,
                said_by(of_name)
            ),
            evidence: vec![certificate_evidence(reading)],
        })
    }

    fn organisation(&self) -> Organisation {
        let (identifier, scheme) = match &self.identifier {
            Identifier::Valid { identifier, .. } => (
                Some(identifier.reference.clone()),
                Some(identifier.scheme.clone()),
            ),
            Identifier::Invalid | Identifier::Ambiguous | Identifier::Absent => (None, None),
        };
        Organisation {
            identifier,
            scheme,
            name: self.name.clone(),
        }
    }

    fn authority(&self, reading: &Reading<'_>) -> Authority {
        match &self.identifier {
            Identifier::Valid { text, .. } => {
                authority_of(reading, &oid::ORGANIZATION_IDENTIFIER, text)
            }
            _ => self.authority_of_name(reading),
        }
    }

    fn authority_of_name(&self, reading: &Reading<'_>) -> Authority {
        match &self.name {
            Some(name) if self.name_type == "O" => authority_of(reading, &oid::ORGANIZATION, name),
            _ => reading.authority_of_unmapped(),
        }
    }

    fn grade(&self, reading: &Reading<'_>) -> Grade {
        let Identifier::Valid { semantics, .. } = &self.identifier else {
            return Grade::O1;
        };
        if reading.vouching == Vouching::Nobody || reading.is_by_service() {
            return Grade::O1;
        }
        let certificate = reading.signed.certificate;
        let is_of_qualified_issuer = reading.signed.qualification
            == Qualification::QualifiedForSeals
            && is_qualified_seal(certificate);
        let by_rules = match (semantics, is_of_qualified_issuer) {
            (Semantics::Stated, true) => Grade::O5,
            (Semantics::Stated, false) => Grade::O4,
            (Semantics::Unstated, _) => Grade::O1,
        };
        let place = Place::Subject(oid::ORGANIZATION_IDENTIFIER);
        // A profile that knows its issuer by name alone could be anybody's.
        let is_known = reading
            .recognition
            .is_some_and(|recognition| recognition.by_digest);
        match attribute(reading, &place) {
            Some(Attribute {
                grade: Some(most), ..
            }) if *most < by_rules => *most,
            // The issuer's own documents stand in for the statement.
            Some(Attribute {
                grade: Some(most),
                unverified: false,
                ..
            }) if is_known => by_rules.max(Grade::O4.min(*most)),
            _ => by_rules,
        }
    }

    fn reason(&self, reading: &Reading<'_>, authority: Authority) -> String {
        let mut parts = Vec::new();
        match &self.identifier {
            Identifier::Valid { semantics: Semantics::Stated, .. } => {
                parts.push("subject organizationIdentifier with legal-person semantics".to_owned());
            }
            Identifier::Valid { .. } => parts.push(
                "subject organizationIdentifier read by its form alone, asserted only".to_owned(),
            ),
            Identifier::Invalid => parts.push(
                "subject organizationIdentifier of no known form or with a wrong check digit, asserted only"
                    .to_owned(),
            ),
            Identifier::Ambiguous => parts.push(
                "several organizationIdentifiers in the subject, asserted only".to_owned(),
            ),
            Identifier::Absent if self.name.is_some() => {
                parts.push(format!("subject {}, asserted only", self.name_type));
            }
            Identifier::Absent => {}
        }
        let is_identified = matches!(self.identifier, Identifier::Valid { .. });
        if is_identified && reading.vouching == Vouching::Nobody {
            parts.push("no trusted issuer vouches for it".to_owned());
        }
        if is_identified && is_qualified_seal(reading.signed.certificate) {
            parts.push("seal certificate that claims to be qualified".to_owned());
        }
        if let (Some(owner), false) = (self.directory_owner, is_identified) {
            parts.push(format!(
                "HSA-ID prefix {owner}: owner of the directory, not necessarily the employer"
            ));
        }
        if reading.is_by_service() {
            parts.push(said_by(authority).to_owned());
            parts.extend(
                reading
                    .context
                    .and_then(|context| context.problem)
                    .map(str::to_owned),
            );
        }
        parts.join("; ")
    }

    /// What the authentication context holds in place of the subject's identifier.
    fn contradiction(&self, reading: &Reading<'_>) -> Option<Statement> {
        let Identifier::Valid { text, .. } = &self.identifier else {
            return None;
        };
        let context = reading.context?;
        let reference = oid::ORGANIZATION_IDENTIFIER.to_string();
        let mapping = context.mappings.iter().find(|mapping| {
            mapping.kind == MappingKind::RelativeDistinguishedName
                && mapping.reference == reference
                && !mapping.holds(text)
        })?;
        let other = mapping.values.first().map_or("", String::as_str);
        let other = OrganisationIdentifier::of_look(other, Some("SE"))
            .map_or_else(|| mask(other).into_owned(), |other| other.reference);
        Some(Statement {
            organisation: Organisation {
                identifier: Some(other),
                scheme: self.organisation().scheme,
                name: None,
            },
            grade: Grade::O1,
            authority: Authority::Nobody,
            reason: "the authentication context holds another value than the subject".to_owned(),
            evidence: vec![BindingEvidence {
                kind: EvidenceKind::AuthenticationContext,
                sha256: context.sha256,
            }],
        })
    }
}

fn authority_of(reading: &Reading<'_>, kind: &Oid, value: &str) -> Authority {
    reading.authority_of(
        MappingKind::RelativeDistinguishedName,
        &kind.to_string(),
        value,
    )
}

/// Whose word a value is that a signature service wrote.
fn said_by(authority: Authority) -> &'static str {
    match authority {
        Authority::IdentityProvider => "sign service: attested by the identity provider",
        Authority::Requester => "sign service: set by the requester, or not told from where",
        _ => "sign service: the authentication context does not confirm it",
    }
}

impl<'a> Identifier<'a> {
    fn new(values: &[&'a str], certificate: &Certificate) -> Self {
        let Some((value, others)) = values.split_first() else {
            return Identifier::Absent;
        };
        if others.iter().any(|other| other != value) {
            return Identifier::Ambiguous;
        }
        match read_identifier(value, certificate, certificate.subject.first(&oid::COUNTRY)) {
            Some((identifier, semantics)) => Identifier::Valid {
                text: value,
                identifier,
                semantics,
            },
            None => Identifier::Invalid,
        }
    }
}

/// An identifier by the semantics that `certificate` states, else by its look.
pub(super) fn read_identifier(
    value: &str,
    certificate: &Certificate,
    country: Option<&str>,
) -> Option<(OrganisationIdentifier, Semantics)> {
    let stated = if states(certificate, &oid::SEMANTICS_LEGAL) {
        OrganisationIdentifier::of_legal_semantics(value)
    } else if states(certificate, &oid::SEMANTICS_EIDAS_LEGAL) {
        OrganisationIdentifier::of_eidas_semantics(value)
    } else {
        None
    };
    match stated {
        Some(identifier) => Some((identifier, Semantics::Stated)),
        None => OrganisationIdentifier::of_look(value, country)
            .map(|identifier| (identifier, Semantics::Unstated)),
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

fn names_service_in_subject(reading: &Reading<'_>) -> bool {
    !in_subject(reading, Meaning::ServiceOrganisationName).is_empty()
}
