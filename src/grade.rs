//! How surely an organisation or a role is known.

use serde::{Deserialize, Serialize};

/// How surely an organisation is known, from nothing to qualified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Every grade, the least sure first.
    pub const ALL: [Grade; 6] = [
        Grade::O0,
        Grade::O1,
        Grade::O2,
        Grade::O3,
        Grade::O4,
        Grade::O5,
    ];

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

/// How surely a role is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleGrade {
    /// Nobody but the signer or who asked for the signature says so.
    Claimed,
    /// An identity provider said so when the signer was identified, or a register does.
    Attested,
    /// The issuer of the certificate or of an attribute certificate says so, or the organisation itself in a register.
    Certified,
}

impl RoleGrade {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            RoleGrade::Claimed => "claimed",
            RoleGrade::Attested => "attested",
            RoleGrade::Certified => "certified",
        }
    }
}
