//! Who signed and for whom, as JSON.

use super::super::model::{Report, SignatureReport};
use super::super::options::Options;
use super::{SCHEMA, line, shown};
use crate::UnixTime;
use crate::binding::{
    Attributed, Authentication, Binding, BindingEvidence, Conflict, Identification, Organisation,
    RoleGrade,
};
use crate::hex;
use serde::Serialize;
use std::borrow::Cow;

/// Who signed a document and for which organisation: the part of a report that an envelope
/// also keeps on its own.
pub fn binding_to_json(report: &Report, options: &Options) -> String {
    let bindings = report.signatures.iter().map(|signature| BindingObject {
        signature: &signature.id,
        signer: SignerObject::new(signature, options),
        organisations: OrganisationsObject::new(&signature.binding, options),
    });
    line(&BindingsObject {
        schema: SCHEMA,
        bindings: bindings.collect(),
    })
}

#[derive(Serialize)]
struct BindingsObject<'a> {
    schema: &'static str,
    bindings: Vec<BindingObject<'a>>,
}

#[derive(Serialize)]
struct BindingObject<'a> {
    signature: &'a str,
    signer: SignerObject<'a>,
    #[serde(flatten)]
    organisations: OrganisationsObject<'a>,
}

#[derive(Serialize)]
pub(super) struct SignerObject<'a> {
    name: Option<Cow<'a, str>>,
    identity_scheme: Option<&'a str>,
    identifier: Option<Cow<'a, str>>,
    person_ref: Option<&'a str>,
    role: Vec<RoleObject<'a>>,
    eid: Option<&'a str>,
    direct: Option<bool>,
    identification: IdentificationObject<'a>,
}

impl<'a> SignerObject<'a> {
    pub fn new(report: &'a SignatureReport, options: &Options) -> Self {
        let binding = &report.binding;
        let signer = &binding.signer;
        let roles = binding.roles.iter();
        SignerObject {
            name: shown(signer.name.as_deref(), options),
            identity_scheme: signer.identity_scheme.as_deref(),
            identifier: options.person_identifier(report),
            person_ref: signer.person_ref.as_deref(),
            role: roles.map(|role| RoleObject::new(role, options)).collect(),
            eid: signer.eid.as_deref(),
            direct: signer.direct,
            identification: IdentificationObject::new(&binding.identification, options),
        }
    }
}

/// A claimed role must never be taken for a certified one, so each says where it came from.
#[derive(Serialize)]
struct RoleObject<'a> {
    title: Cow<'a, str>,
    /// How surely it is known, by a name from before there were grades.
    source: &'static str,
    authority: &'static str,
    reason: Cow<'a, str>,
    evidence: Vec<EvidenceObject>,
    as_of: UnixTime,
}

impl<'a> RoleObject<'a> {
    fn new(role: &'a Attributed<String, RoleGrade>, options: &Options) -> Self {
        RoleObject {
            title: options.shown(&role.value),
            source: role.grade.name(),
            authority: role.authority.name(),
            reason: options.shown(&role.reason),
            evidence: role.evidence.iter().map(EvidenceObject::new).collect(),
            as_of: role.as_of,
        }
    }
}

/// The three organisations around a signature, never merged: `organisation` is the signer's.
#[derive(Serialize)]
pub(super) struct OrganisationsObject<'a> {
    organisation: OrganisationObject<'a>,
    requesting_organisation: Option<OrganisationObject<'a>>,
    service_organisation: Option<OrganisationObject<'a>>,
}

impl<'a> OrganisationsObject<'a> {
    pub fn new(binding: &'a Binding, options: &Options) -> Self {
        let object = |organisation: &'a Attributed<Organisation>| {
            OrganisationObject::new(organisation, options)
        };
        OrganisationsObject {
            organisation: object(&binding.signer_organisation),
            requesting_organisation: binding.requesting_organisation.as_ref().map(object),
            service_organisation: binding.service_organisation.as_ref().map(object),
        }
    }
}

#[derive(Serialize)]
struct OrganisationObject<'a> {
    grade: &'static str,
    identifier: Option<Cow<'a, str>>,
    scheme: Option<&'a str>,
    name: Option<Cow<'a, str>>,
    source: Cow<'a, str>,
    as_of: UnixTime,
    authority: &'static str,
    evidence: Vec<EvidenceObject>,
    conflicts: Vec<ConflictObject<'a>>,
}

impl<'a> OrganisationObject<'a> {
    /// The identifier of a sole trader is a personal number, so it is masked as such.
    fn new(organisation: &'a Attributed<Organisation>, options: &Options) -> Self {
        let value = &organisation.value;
        let conflicts = organisation.conflicts.iter();
        OrganisationObject {
            grade: organisation.grade.name(),
            identifier: shown(value.identifier.as_deref(), options),
            scheme: value.scheme.as_deref(),
            name: shown(value.name.as_deref(), options),
            source: options.shown(&organisation.reason),
            as_of: organisation.as_of,
            authority: organisation.authority.name(),
            evidence: organisation
                .evidence
                .iter()
                .map(EvidenceObject::new)
                .collect(),
            conflicts: conflicts
                .map(|conflict| ConflictObject::new(conflict, options))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ConflictObject<'a> {
    agreement: &'static str,
    grade: &'static str,
    identifier: Option<Cow<'a, str>>,
    scheme: Option<&'a str>,
    name: Option<Cow<'a, str>>,
    source: Cow<'a, str>,
    authority: &'static str,
}

impl<'a> ConflictObject<'a> {
    fn new(conflict: &'a Conflict<Organisation>, options: &Options) -> Self {
        ConflictObject {
            agreement: conflict.agreement.name(),
            grade: conflict.grade.name(),
            identifier: shown(conflict.value.identifier.as_deref(), options),
            scheme: conflict.value.scheme.as_deref(),
            name: shown(conflict.value.name.as_deref(), options),
            source: options.shown(&conflict.reason),
            authority: conflict.authority.name(),
        }
    }
}

#[derive(Serialize)]
struct EvidenceObject {
    kind: &'static str,
    sha256: String,
}

impl EvidenceObject {
    fn new(evidence: &BindingEvidence) -> Self {
        EvidenceObject {
            kind: evidence.kind.name(),
            sha256: hex(&evidence.sha256),
        }
    }
}

#[derive(Serialize)]
struct IdentificationObject<'a> {
    profile: Option<&'a str>,
    profile_sha256: Option<String>,
    unverified: bool,
    level: Option<&'static str>,
    standing: Option<&'static str>,
    kept: Vec<&'static str>,
    authentication: Option<AuthenticationObject<'a>>,
}

impl<'a> IdentificationObject<'a> {
    fn new(identification: &'a Identification, options: &Options) -> Self {
        let authentication = identification.authentication.as_ref();
        let level = identification.level;
        IdentificationObject {
            profile: identification.profile.as_deref(),
            profile_sha256: identification
                .profile_sha256
                .as_ref()
                .map(|digest| hex(digest)),
            unverified: identification.is_unverified,
            level: level.map(|level| level.level.name()),
            standing: level.map(|level| level.standing.name()),
            kept: identification.kept.iter().map(|kept| kept.name()).collect(),
            authentication: authentication
                .map(|authentication| AuthenticationObject::new(authentication, options)),
        }
    }
}

#[derive(Serialize)]
struct AuthenticationObject<'a> {
    identity_provider: Option<Cow<'a, str>>,
    instant: Option<UnixTime>,
    class: Option<Cow<'a, str>>,
    level: Option<&'static str>,
    standing: Option<&'static str>,
    service: Option<Cow<'a, str>>,
    country: Option<&'a str>,
    persistence: Option<&'a str>,
    problem: Option<&'static str>,
}

impl<'a> AuthenticationObject<'a> {
    fn new(authentication: &'a Authentication, options: &Options) -> Self {
        let level = authentication.level;
        AuthenticationObject {
            identity_provider: shown(authentication.identity_provider.as_deref(), options),
            instant: authentication.instant,
            class: shown(authentication.class.as_deref(), options),
            level: level.map(|level| level.level.name()),
            standing: level.map(|level| level.standing.name()),
            service: shown(authentication.service.as_deref(), options),
            country: authentication.country.as_deref(),
            persistence: authentication.persistence.as_deref(),
            problem: authentication.problem,
        }
    }
}
