//! Whether those who had to sign a document together have done so.

use crate::binding::{self, OrganisationNumber};
use crate::policy::RequiredSigners;
use crate::report::{NotCounted, Report, RequiredSignersReport, SignatureReport};
use crate::x509::Certificate;

/// What each demand of the policy came to.
pub(super) fn judge(report: &Report, demands: &[RequiredSigners]) -> Vec<RequiredSignersReport> {
    demands
        .iter()
        .map(|demand| judge_one(report, demand))
        .collect()
}

fn judge_one(report: &Report, demand: &RequiredSigners) -> RequiredSignersReport {
    let mut counting = Counting {
        demand,
        counted: Vec::new(),
        role_of: vec![None; demand.roles.len()],
    };
    let mut not_counted = Vec::new();
    for signature in &report.signatures {
        if let Err(why) = counting.take(signature) {
            not_counted.push((signature.id.clone(), why));
        }
    }
    let counted: Vec<String> = counting
        .counted
        .iter()
        .map(|signer| signer.id.to_owned())
        .collect();
    RequiredSignersReport {
        roles: demand.roles.clone(),
        organisation: demand.organisation.clone(),
        count: demand.count,
        // Nobody is not somebody, whatever number the policy asks for.
        is_met: !counted.is_empty() && counted.len() >= demand.count,
        counted,
        not_counted,
    }
}

struct Counting<'a> {
    demand: &'a RequiredSigners,
    counted: Vec<Signer<'a>>,
    /// Which of those counted fills each role, where each needs somebody of its own.
    role_of: Vec<Option<usize>>,
}

/// Somebody who counts.
struct Signer<'a> {
    id: &'a str,
    certificate: &'a Certificate,
    /// Those of the demanded roles that they have.
    roles: Vec<usize>,
}

impl<'a> Counting<'a> {
    fn take(&mut self, signature: &'a SignatureReport) -> Result<(), NotCounted> {
        let certificate = match (&signature.certificate, signature.conclusion.indication) {
            (Some(certificate), indication) if indication.is_passed() => certificate.as_ref(),
            _ => return Err(NotCounted::NotPassed),
        };
        let members = signature.coverage.members.as_ref();
        if members.is_some_and(|members| !members.uncovered.is_empty()) {
            return Err(NotCounted::NotEverythingSigned);
        }
        if !self.is_for_organisation(signature) {
            return Err(NotCounted::OtherOrganisation);
        }
        let roles = self.roles(signature);
        if roles.is_empty() && !self.demand.roles.is_empty() {
            return Err(NotCounted::OtherRole);
        }
        let mut counted = self.counted.iter();
        if counted.any(|signer| binding::may_be_same_person(signer.certificate, certificate)) {
            return Err(NotCounted::SamePerson);
        }
        self.counted.push(Signer {
            id: &signature.id,
            certificate,
            roles,
        });
        let newest = self.counted.len() - 1;
        let has_place = !self.demand.each_role
            || self.demand.roles.is_empty()
            || self.place(newest, &mut vec![false; self.demand.roles.len()]);
        if !has_place {
            self.counted.pop();
            return Err(NotCounted::RoleTaken);
        }
        Ok(())
    }

    fn is_for_organisation(&self, signature: &SignatureReport) -> bool {
        let organisation = &signature.binding.signer_organisation;
        match &self.demand.organisation {
            None => organisation.reaches(self.demand.grade),
            // What is no number is nobody's.
            Some(number) => OrganisationNumber::parse(number)
                .is_some_and(|number| organisation.is(&number, self.demand.grade)),
        }
    }

    fn roles(&self, signature: &SignatureReport) -> Vec<usize> {
        let demanded = self.demand.roles.iter().enumerate();
        demanded
            .filter(|(_, role)| signature.binding.has_role(role, self.demand.role_grade))
            .map(|(index, _)| index)
            .collect()
    }

    /// Finds a role for a signer, moving others to other roles of theirs where that helps.
    fn place(&mut self, signer: usize, tried: &mut Vec<bool>) -> bool {
        let roles = self.counted.get(signer).map(|signer| signer.roles.clone());
        for role in roles.unwrap_or_default() {
            match tried.get_mut(role) {
                Some(tried) if !*tried => *tried = true,
                _ => continue,
            }
            let holder = self.role_of.get(role).copied().flatten();
            if holder.is_none_or(|holder| self.place(holder, tried)) {
                if let Some(place) = self.role_of.get_mut(role) {
                    *place = Some(signer);
                }
                return true;
            }
        }
        false
    }
}
