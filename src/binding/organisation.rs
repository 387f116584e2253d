//! The three organisations around a signature, by what each attribute means.

use super::attributed::{
    Attributed, Authority, BindingEvidence, EvidenceKind, Grade, Organisation,
};
use super::authentication_context::MappingKind;
use super::organisation_identifier::OrganisationIdentifier;
use super::personal_number::mask;
use super::profile::{Attribute, Meaning, Place};
use super::signer::directory_owner;
use super::statement::{Statement, weigh};
use super::{MetadataSignature, Qualification, Reading, Vouching};
use crate::asn1::{Oid, oid};
use crate::x509::Certificate;

/// The organisation for which the signer acted. Who issued the certificate is never taken for it.
pub(super) fn of_signer(reading: &Reading<'_>) -> Attributed<Organisation> {
    let mut statements = Vec::new();
    statements.extend(fixed(reading));
    statements.extend(SubjectClaims::new(reading).statements(reading));
    statements.extend(affiliation(reading));
    statements.extend(in_extensions(reading));
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

/// What the attribute at `place` means.
pub(super) fn meaning(reading: &Reading<'_>, place: &Place) -> Option<Meaning> {
    attribute(reading, place).map(|attribute| attribute.means)
}

/// The extensions of `certificate` that hold one short text (ISO 17442-2).
pub(super) fn text_extensions(certificate: &Certificate) -> Vec<(Oid, &str)> {
    let extensions = &certificate.extensions;
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

fn attribute<'a>(reading: &Reading<'a>, place: &Place) -> Option<&'a Attribute> {
    let profile = reading.recognition.map(|recognition| recognition.profile);
    reading.sources.profiles.attribute(profile, place)
}

fn certificate_evidence(reading: &Reading<'_>) -> BindingEvidence {
    BindingEvidence {
        kind: EvidenceKind::Certificate,
        sha256: *reading.signed.certificate.sha256(),
    }
}

/// Values of the subject that have this meaning, in its order.
fn in_subject<'a>(reading: &Reading<'a>, wanted: Meaning) -> Vec<&'a str> {
    let attributes = reading.signed.certificate.subject.attributes().iter();
    attributes
        .filter(|attribute| {
            meaning(reading, &Place::Subject(attribute.kind.clone())) == Some(wanted)
        })
        .map(|attribute| attribute.value.trim())
        .collect()
}

/// One of several names must not pass for the only one.
fn joined(values: &[&str]) -> Option<String> {
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
enum Semantics {
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

    fn statements(self, reading: &Reading<'_>) -> Vec<Statement> {
        let says_nothing = matches!(self.identifier, Identifier::Absent)
            && self.name.is_none()
            && self.directory_owner.is_none();
        if says_nothing {
            return Vec::new();
        }
        let authority = self.authority(reading);
        let mut statement = Statement {
            grade: self.grade(reading),
            authority,
            reason: mask(&self.reason(reading, authority)).into_owned(),
            evidence: vec![certificate_evidence(reading)],
            organisation: self.organisation(),
        };
        authorise(reading, &mut statement);
        // Where the context has another value, neither can be relied on; both are shown.
        let other = self.contradiction(reading);
        std::iter::once(statement).chain(other).collect()
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
        let of = |kind: Oid, value: &str| {
            let reference = kind.to_string();
            reading.authority_of(MappingKind::RelativeDistinguishedName, &reference, value)
        };
        match (&self.identifier, &self.name) {
            (Identifier::Valid { text, .. }, _) => of(oid::ORGANIZATION_IDENTIFIER, text),
            (_, Some(name)) if self.name_type == "O" => of(oid::ORGANIZATION, name),
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
        match attribute(reading, &place) {
            Some(Attribute {
                grade: Some(most), ..
            }) if *most < by_rules => *most,
            // The issuer's own documents stand in for the statement.
            Some(Attribute {
                grade: Some(most),
                unverified: false,
                ..
            }) => by_rules.max(Grade::O4.min(*most)),
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
        let other = mapping
            .values
            .iter()
            .find_map(|value| OrganisationIdentifier::of_look(value, Some("SE")));
        Some(Statement {
            organisation: Organisation {
                identifier: Some(
                    other
                        .as_ref()
                        .map_or_else(|| "?".to_owned(), |other| other.reference.clone()),
                ),
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
fn read_identifier(
    value: &str,
    certificate: &Certificate,
    country: Option<&str>,
) -> Option<(OrganisationIdentifier, Semantics)> {
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

/// The employer that a profile of the archive's own names, because the issuer is the employer.
fn fixed(reading: &Reading<'_>) -> Option<Statement> {
    let recognition = reading.recognition?;
    let organisation = recognition.profile.organisation.as_ref()?;
    let identifier = OrganisationIdentifier::of_look(&organisation.identifier, Some("SE"))?;
    // Anybody may call itself by the employer's name; only its certificate shows who it is.
    let is_proven = recognition.by_digest && reading.vouching == Vouching::Issuer;
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
fn affiliation(reading: &Reading<'_>) -> Option<Statement> {
    let context = reading.context?;
    let attested = context.mappings.iter().filter(|mapping| {
        mapping.name.as_ref().is_some_and(|name| {
            let place = Place::Context(name.clone());
            meaning(reading, &place) == Some(Meaning::SignerOrganisationAffiliation)
        })
    });
    let mut numbers: Vec<OrganisationIdentifier> = attested
        .flat_map(|mapping| &mapping.values)
        .filter_map(|value| value.rsplit_once('@'))
        .filter_map(|(_, number)| OrganisationIdentifier::of_look(number, Some("SE")))
        .filter(|identifier| identifier.scheme == "NTRSE")
        .collect();
    numbers.dedup();
    // A person may have several employers; which of them is meant is then not told.
    let [identifier] = numbers.as_slice() else {
        return None;
    };
    Some(attested_by_provider(reading, identifier))
}

/// What an identity provider attests, and whether its federation lets it speak for that
/// organisation.
fn attested_by_provider(reading: &Reading<'_>, identifier: &OrganisationIdentifier) -> Statement {
    let mut statement = Statement {
        organisation: Organisation {
            identifier: Some(identifier.reference.clone()),
            scheme: Some(identifier.scheme.clone()),
            name: None,
        },
        grade: Grade::O1,
        authority: match reading.vouching {
            Vouching::Issuer => Authority::IdentityProvider,
            Vouching::Nobody => Authority::Nobody,
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
    authorise(reading, &mut statement);
    statement
}

/// Raises what the identity provider attests where its metadata lists the organisation among
/// its scopes, as of when it identified the signer.
fn authorise(reading: &Reading<'_>, statement: &mut Statement) {
    let Some(context) = reading
        .context
        .filter(|_| statement.authority == Authority::IdentityProvider)
    else {
        return;
    };
    let (Some(provider), Some(number), Some("NTRSE")) = (
        context.identity_provider.as_deref(),
        statement.organisation.identifier.as_deref(),
        statement.organisation.scheme.as_deref(),
    ) else {
        return;
    };
    let authorising = reading
        .sources
        .identity_provider_metadata
        .iter()
        .filter(|metadata| metadata.authorises(provider, number, context.instant))
        .max_by_key(|metadata| metadata.signature == MetadataSignature::Verified);
    let added = match authorising {
        None => {
            "no metadata of the identity provider shows that it may speak for this organisation"
        }
        Some(metadata) => {
            statement.evidence.push(BindingEvidence {
                kind: EvidenceKind::IdentityProviderMetadata,
                sha256: metadata.sha256,
            });
            match metadata.signature {
                MetadataSignature::Verified => {
                    statement.grade = Grade::O3;
                    "metadata signed by the federation lets the identity provider speak for it"
                }
                MetadataSignature::NotVerified => {
                    "metadata lets the identity provider speak for it, but its signature is not verified"
                }
            }
        }
    };
    statement.reason = format!("{}; {added}", statement.reason);
}

/// A LEI in an extension of its own (ISO 17442-2).
fn in_extensions(reading: &Reading<'_>) -> Vec<Statement> {
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

fn names_service_in_subject(reading: &Reading<'_>) -> bool {
    !in_subject(reading, Meaning::ServiceOrganisationName).is_empty()
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
