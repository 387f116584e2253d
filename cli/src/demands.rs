//! What the user demands of whoever signed.

use crate::arguments::SharedArguments;
use sigill::binding::{Binding, Grade, OrganisationNumber, RoleGrade};
use sigill::{Policy, Report};

/// What must hold of every signature, beyond its verdict.
#[derive(Default)]
pub struct Demands {
    organisation: Option<OrganisationNumber>,
    grade: Option<Grade>,
    role: Option<String>,
}

impl Demands {
    /// What the arguments demand or, for the organisation, else the policy.
    ///
    /// # Errors
    /// A sentence for the user where a number in the policy is none.
    pub fn read(arguments: &SharedArguments, policy: &Policy) -> Result<Self, String> {
        let of_policy = number(
            policy.required_organisation.as_deref(),
            "required_organisation",
        )?;
        for demand in &policy.required_signers {
            number(demand.organisation.as_deref(), "required_signers")?;
        }
        Ok(Demands {
            organisation: arguments.require_organisation.clone().or(of_policy),
            grade: arguments.require_grade,
            role: arguments.require_role.clone(),
        })
    }

    /// Whether everybody who had to sign a document did so, and nobody else did: every signature
    /// by itself meets all that is demanded, so that no two make up for each other.
    pub fn are_met_in(&self, report: &Report) -> bool {
        let demands_nothing =
            self.organisation.is_none() && self.grade.is_none() && self.role.is_none();
        let mut signatures = report.signatures.iter();
        let is_signed = demands_nothing || !report.signatures.is_empty();
        report.has_required_signers()
            && is_signed
            && signatures.all(|signature| self.are_met_by(&signature.binding))
    }

    /// Whether one signer is who is demanded.
    pub fn are_met_by(&self, binding: &Binding) -> bool {
        let organisation = &binding.signer_organisation;
        let grade = self.grade.unwrap_or(Grade::O0);
        let is_organisation = match &self.organisation {
            Some(number) => organisation.is(number, grade),
            None => self.grade.is_none_or(|grade| organisation.reaches(grade)),
        };
        let mut roles = self.role.iter();
        is_organisation && roles.all(|role| binding.has_role(role, RoleGrade::Attested))
    }
}

fn number(text: Option<&str>, constraint: &str) -> Result<Option<OrganisationNumber>, String> {
    let Some(text) = text else {
        return Ok(None);
    };
    OrganisationNumber::parse(text)
        .map(Some)
        .ok_or_else(|| format!("the policy's {constraint}: not an organisation number"))
}
