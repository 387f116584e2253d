//! Who signed, for which legal organisation, in what role, and how surely.
//!
//! Three organisations stand around a signature: that of the signer, the one that asked for it,
//! and the one whose service signed or issued the certificate. Each is a question of its own
//! with an answer of its own; they are never merged, and a name alone never binds.
//!
//! What attributes mean is told by [profiles](Profiles), one for each e-identification system.

mod asked;
#[cfg(test)]
mod attack_tests;
mod attested;
mod attributed;
mod authentication_context;
mod check_digit;
#[cfg(test)]
mod context_tests;
mod federation;
mod foreign_person_identifier;
mod identification;
mod identity_provider_metadata;
mod level_of_assurance;
mod mapped;
mod organisation;
mod organisation_identifier;
mod organisation_number;
mod person;
pub mod personal_number;
mod profile;
mod register_evidence;
mod register_questions;
#[cfg(test)]
mod register_tests;
mod requirement;
mod reserve_number;
mod role;
mod service;
mod signer;
mod statement;
#[cfg(test)]
mod tests;

pub use attributed::{
    Agreement, Attributed, Authority, BindingEvidence, Conflict, EvidenceKind, Grade, Organisation,
    RoleGrade,
};
pub use federation::Authorisation;
pub use identification::{Authentication, Identification, KeptEvidence};
pub use identity_provider_metadata::{IdentityProviderMetadata, MetadataTrust};
pub use level_of_assurance::{Level, LevelOfAssurance, LevelStanding};
pub use organisation_number::{OrganisationGroup, OrganisationNumber};
pub use person::may_be_same_person;
pub use profile::{Fact, Profile, Profiles, SigningKey};
pub use register_evidence::{RegisterAnswer, RegisterOutcome};
pub use signer::mask_within_name;

use crate::UnixTime;
use crate::crypto::ReferenceKey;
use crate::limits::Limits;
use crate::register::Registers;
use crate::validation::{CertifiedRole, ValidatedPath};
use crate::x509::Certificate;
use authentication_context::AuthenticationContext;
use profile::{Recognisable, Recognition};
use register_evidence::Consultation;
use std::sync::Arc;

/// What a signature says of the person and the organisations around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The person or system that signed.
    pub signer: Signer,
    /// The legal organisation for which the signer acted; of grade O0 where none is known, with
    /// the reason.
    pub signer_organisation: Attributed<Organisation>,
    /// Who asked for the signature: the relying party, the e-service.
    pub requesting_organisation: Option<Attributed<Organisation>>,
    /// Whose service issued the certificate or signed.
    pub service_organisation: Option<Attributed<Organisation>>,
    /// Roles of the signer, the surest first.
    pub roles: Vec<Attributed<String, RoleGrade>>,
    /// By which e-identification, and what of it is kept.
    pub identification: Identification,
    /// What the registers that were asked came to.
    pub registers: Vec<RegisterAnswer>,
    /// Whether a federation lets the identity provider speak for the organisation; `None` where
    /// none attested it.
    pub authorisation: Option<Authorisation>,
    /// What was asked besides the certificate: profiles, metadata and extracts of registers, also
    /// those that had no answer.
    pub asked: Vec<BindingEvidence>,
}

/// The person or system that signed. Personal numbers never stand here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signer {
    /// Name, as certified.
    pub name: Option<String>,
    /// What kind of identifier the certificate holds, such as `personnummer` or `HSA-ID`.
    pub identity_scheme: Option<String>,
    /// The identifier itself: shown where it is a HSA-ID, else masked.
    pub identifier: Option<String>,
    /// What tells two signatures by one person from those by two, without telling who it is:
    /// HMAC-SHA-256 in hexadecimal, by the key of the archive; `None` without one.
    pub person_ref: Option<String>,
    /// The e-identification system, where it is recognised and its issuer trusted.
    pub eid: Option<String>,
    /// Whether the e-identification's own key signed; `None` where that is not known.
    pub direct: Option<bool>,
}

/// A signature whose signer is to be bound.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The certificate of the signer.
    pub certificate: &'a Certificate,
    /// The path to it, where it is trusted; without it everything is a mere claim.
    pub path: Option<&'a ValidatedPath>,
    /// Whether a trusted list says that its issuer was qualified when it signed.
    pub qualification: Qualification,
    /// Roles that the signer claims.
    pub claimed_roles: &'a [String],
    /// Roles that attribute certificates in the signature certify.
    pub certified_roles: &'a [CertifiedRole],
    /// SHA-256 of the signature value, beside which the claimed roles stand.
    pub signature: Option<[u8; 32]>,
    /// The time as of which the answers are to hold: the best signature time.
    pub as_of: UnixTime,
}

/// What trusted lists say of the issuer of a certificate (TS 119 615, 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Qualification {
    /// No list says so.
    #[default]
    NotKnown,
    /// It was a qualified issuer of certificates for seals.
    QualifiedForSeals,
}

/// What signers are bound by, besides what stands in the signature.
#[derive(Debug, Clone, Default)]
pub struct BindingSources {
    /// Profiles of e-identification systems.
    pub profiles: Profiles,
    /// Metadata of identity providers, which raises what they attest where it is signed by a
    /// federation that is trusted.
    pub identity_provider_metadata: Vec<IdentityProviderMetadata>,
    /// Federations whose signature makes metadata count that lies in an envelope.
    pub metadata_signers: Vec<Arc<Certificate>>,
    /// Extracts of registers.
    pub registers: Registers,
    /// The archive's secret, by which references to persons are made.
    pub reference_key: Option<ReferenceKey>,
    /// What registers and profiles inside an envelope count for where it is checked.
    pub enclosed: Enclosed,
}

/// What registers and profiles that lie in an envelope count for. Whoever made the envelope may
/// have chosen them, as they may have chosen the trust anchors inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enclosed {
    /// Extracts of registers are claims of grade O1, and profiles are not asked.
    #[default]
    Asserted,
    /// As if the reader had given them: for envelopes of which the reader knows who sealed them.
    Believed,
}

/// Binds a signer to the organisations around the signature.
pub fn bind(signed: &Signed<'_>, sources: &BindingSources, limits: &Limits) -> Binding {
    let vouching = Vouching::of(signed.certificate, signed.path);
    let issuers = signed.path.map_or(&[][..], |path| {
        path.certificates().get(1..).unwrap_or_default()
    });
    let issuers = match vouching {
        Vouching::Issuer => issuers,
        Vouching::Nobody => &[],
    };
    bind_by(signed, vouching, issuers, sources, limits)
}

/// Whether anybody stands for what a certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vouching {
    /// Its issuer, who is trusted.
    Issuer,
    /// Nobody.
    Nobody,
}

impl Vouching {
    /// A certificate that is itself the anchor has no issuer who vetted it.
    fn of(certificate: &Certificate, path: Option<&ValidatedPath>) -> Self {
        match path.map(ValidatedPath::certificates) {
            Some([leaf, _issuer, ..]) if leaf.sha256() == certificate.sha256() => Vouching::Issuer,
            _ => Vouching::Nobody,
        }
    }
}

/// Everything that answers are read from.
#[derive(Clone, Copy)]
struct Reading<'a> {
    signed: &'a Signed<'a>,
    vouching: Vouching,
    /// The certificates above that of the signer, where it is trusted.
    issuers: &'a [Arc<Certificate>],
    context: Option<&'a AuthenticationContext>,
    recognition: Option<Recognition<'a>>,
    sources: &'a BindingSources,
}

impl Reading<'_> {
    /// Whether a service signs with a key of its own for whoever it identified.
    fn is_by_service(&self) -> bool {
        self.context.is_some()
            || self
                .recognition
                .is_some_and(|recognition| recognition.profile.key == SigningKey::Service)
    }
}

fn bind_by(
    signed: &Signed<'_>,
    vouching: Vouching,
    issuers: &[Arc<Certificate>],
    sources: &BindingSources,
    limits: &Limits,
) -> Binding {
    let contexts = signed
        .certificate
        .extensions
        .authentication_contexts
        .as_ref();
    let context = contexts.map(|contexts| AuthenticationContext::read(contexts, limits));
    let recognition = sources.profiles.recognise(&Recognisable {
        certificate: signed.certificate,
        issuers,
        context: context.as_ref(),
    });
    let reading = Reading {
        signed,
        vouching,
        issuers,
        context: context.as_ref(),
        recognition,
        sources,
    };
    let mut consultation = Consultation::new(&reading);
    let stated = organisation::of_signer(&reading, consultation.statements());
    let signer_organisation = consultation.complete(stated);
    Binding {
        signer: signer::describe(&reading),
        requesting_organisation: service::requesting(&reading),
        service_organisation: service::of_service(&reading),
        roles: role::roles(&reading, consultation.roles(&signer_organisation)),
        identification: identification::identify(&reading),
        asked: asked::sources(&reading, consultation.asked()),
        registers: consultation.answers(),
        authorisation: attested::authorisation(&reading, &signer_organisation),
        signer_organisation,
    }
}

impl Binding {
    /// What is said where no certificate was found.
    pub fn unknown(as_of: UnixTime) -> Self {
        Binding {
            signer: Signer::default(),
            signer_organisation: Attributed::none("the signer's certificate is not known", as_of),
            requesting_organisation: None,
            service_organisation: None,
            roles: Vec::new(),
            identification: Identification::default(),
            registers: Vec::new(),
            authorisation: None,
            asked: Vec::new(),
        }
    }
}
