//! Who signed, for which legal organisation, and how surely.
//!
//! Three organisations stand around a signature: that of the signer, the one that asked for it,
//! and the issuer of the certificate. Only the first is bound here, and only by what the
//! subject says of itself; a name that stands in the wrong place is no evidence.

mod check_digit;
mod electronic_identification;
mod foreign_person_identifier;
mod organisation;
mod organisation_identifier;
mod organisation_number;
pub mod personal_number;
mod reserve_number;
mod signer;
#[cfg(test)]
mod tests;

pub use organisation::{Grade, Organisation};
pub use organisation_number::{OrganisationGroup, OrganisationNumber};

use crate::UnixTime;
use crate::validation::ValidatedPath;
use crate::x509::Certificate;
use electronic_identification::ElectronicIdentification;

/// What a signature says of the person and the organisation behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The person or system that signed.
    pub signer: Signer,
    /// The legal organisation behind the signer.
    pub organisation: Organisation,
}

/// The person or system that signed. Personal numbers never stand here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signer {
    /// Name, as certified.
    pub name: Option<String>,
    /// What kind of identifier the certificate holds, such as `personnummer` or `HSA-ID`.
    pub identity_scheme: Option<String>,
    /// The identifier itself: shown where it is a HSA-ID, else masked.
    pub person_ref: Option<String>,
    /// Roles, each with where it came from.
    pub roles: Vec<Role>,
    /// The e-identification system, where it is recognised and its issuer trusted.
    pub eid: Option<String>,
    /// Whether the e-identification's own key signed; `None` where that is not known.
    pub direct: Option<bool>,
}

/// A role of the signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role in words.
    pub title: String,
    /// Who says so.
    pub source: RoleSource,
}

/// Who vouches for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSource {
    /// The issuer of the certificate.
    Certified,
    /// Nobody but the signer or who asked for the signature.
    Claimed,
}

/// Binds a signer to a legal organisation by what the certificate holds.
///
/// `stated_roles` are those that stand in the signature, not in the certificate. `path` is given where the certificate is trusted; without it everything is a mere claim.
pub fn bind(
    certificate: &Certificate,
    path: Option<&ValidatedPath>,
    stated_roles: &[Role],
    as_of: UnixTime,
) -> Binding {
    bind_by(
        certificate,
        Vouching::of(certificate, path),
        stated_roles,
        as_of,
    )
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

fn bind_by(
    certificate: &Certificate,
    vouching: Vouching,
    stated_roles: &[Role],
    as_of: UnixTime,
) -> Binding {
    let system = ElectronicIdentification::recognise(certificate);
    Binding {
        signer: signer::describe(certificate, system, vouching, stated_roles),
        organisation: Organisation::of_subject(certificate, system, vouching, as_of),
    }
}
