//! Who signed, for which legal organisation, and how surely.

mod organisation;
pub mod personal_number;

pub use organisation::{Grade, Organisation};

use crate::UnixTime;
use crate::validation::ValidatedPath;
use crate::x509::Certificate;

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
    /// The identifier itself: masked where it is a personal number.
    pub person_ref: Option<String>,
    /// Roles, each with where it came from.
    pub roles: Vec<Role>,
    /// The e-identification system, where it is recognised.
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
    /// The signer alone.
    Claimed,
}

/// Binds a signer to a legal organisation by what the certificate holds.
///
/// `path` is given where the certificate is trusted; without it everything is a mere claim.
pub fn bind(
    certificate: &Certificate,
    path: Option<&ValidatedPath>,
    claimed_roles: &[String],
    as_of: UnixTime,
) -> Binding {
    let _ = (certificate, path, claimed_roles);
    Binding {
        signer: Signer::default(),
        organisation: Organisation::none(as_of),
    }
}
