//! Who must have signed a document together.

use crate::grade::{Grade, RoleGrade};
use serde::{Deserialize, Serialize};

/// A demand on all signatures of a document: that many persons, each with one of these roles,
/// for this organisation.
///
/// ```
/// let policy = sigill::Policy::from_toml(
///     "[[required_signers]]\nroles = [\"ordförande\", \"sekreterare\"]\ncount = 2\n\
///      each_role = true\norganisation = \"2021006883\"",
/// )
/// .unwrap();
/// assert_eq!(policy.required_signers[0].count, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredSigners {
    /// The roles that count, whatever the letters' case; every signer counts where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The number of the organisation for which they must have acted; any, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How many persons it takes.
    #[serde(default = "one")]
    pub count: usize,
    /// Whether no two of them may count for the same role.
    #[serde(default)]
    pub each_role: bool,
    /// How surely the organisation must be known.
    #[serde(default = "resolved")]
    pub grade: Grade,
    /// How surely the role must be known.
    #[serde(default = "attested")]
    pub role_grade: RoleGrade,
}

fn one() -> usize {
    1
}

fn resolved() -> Grade {
    Grade::O2
}

fn attested() -> RoleGrade {
    RoleGrade::Attested
}
