//! Whether a binding is as sure as somebody demands.

use super::{Agreement, Attributed, Conflict, Grade, Organisation, OrganisationNumber, RoleGrade};
use super::{Authority, Binding};

impl Attributed<Organisation> {
    /// Whether it is known at least this surely, with nothing more than a claim against it.
    pub fn reaches(&self, least: Grade) -> bool {
        let contradicts = |conflict: &Conflict<Organisation>| {
            conflict.agreement == Agreement::Contradicts && conflict.grade >= Grade::O2
        };
        self.grade >= least && !self.conflicts.iter().any(contradicts)
    }

    /// Whether it is the organisation with this number, at least this surely and by more than a
    /// claim.
    pub fn is(&self, number: &OrganisationNumber, least: Grade) -> bool {
        // Ten digits of another country's register are another organisation.
        self.reaches(least.max(Grade::O2))
            && self.value.scheme.as_deref() == Some("NTRSE")
            && self.value.identifier.as_deref() == Some(&number.to_string())
    }
}

impl Binding {
    /// Whether the signer has this role at least this surely, whatever the letters' case, in the
    /// organisation for which they acted: where that is known by a register, a title in the
    /// certificate may be one elsewhere.
    pub fn has_role(&self, title: &str, least: RoleGrade) -> bool {
        let wanted = title.trim().to_lowercase();
        let is_by_register = self.signer_organisation.authority == Authority::Register;
        let mut roles = self.roles.iter();
        roles.any(|role| {
            role.grade >= least
                && role.value.trim().to_lowercase() == wanted
                && (!is_by_register || role.authority == Authority::Register)
        })
    }
}
