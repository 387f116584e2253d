//! Roles of a signer.

use super::authentication_context::MappingKind;
use super::personal_number::mask;
use super::profile::{Meaning, Place};
use super::{
    Attributed, Authority, BindingEvidence, EvidenceKind, LevelOfAssurance, LevelStanding, Reading,
    RoleGrade, Vouching, organisation,
};
use crate::validation::CertifiedRole;

/// Every role, the surest first, each once.
pub(super) fn roles(
    reading: &Reading<'_>,
    registered: Vec<Attributed<String, RoleGrade>>,
) -> Vec<Attributed<String, RoleGrade>> {
    let mut roles: Vec<Attributed<String, RoleGrade>> = Vec::new();
    let stated = by_attribute_certificate(reading).chain(claimed(reading));
    let certified = in_certificate(reading);
    for role in registered.into_iter().chain(certified).chain(stated) {
        let is_known = roles
            .iter()
            .any(|known| known.value == role.value && known.grade == role.grade);
        if !is_known {
            roles.push(role);
        }
    }
    roles.sort_by_key(|role| std::cmp::Reverse(role.grade));
    roles
}

fn in_certificate(reading: &Reading<'_>) -> Vec<Attributed<String, RoleGrade>> {
    let certificate = reading.signed.certificate;
    let in_subject = certificate.subject.attributes().iter().map(|attribute| {
        let kind = &attribute.kind;
        (
            Place::Subject(kind.clone()),
            attribute.value.clone(),
            "subject",
        )
    });
    let in_directory = certificate.extensions.directory_attributes.iter();
    let in_directory = in_directory.map(|(kind, value)| {
        (
            Place::Directory(kind.clone()),
            value.clone(),
            "subject directory attribute",
        )
    });
    let in_extensions =
        organisation::text_extensions(certificate)
            .into_iter()
            .map(|(kind, value)| {
                (
                    Place::Extension(kind),
                    value.to_owned(),
                    "certificate extension",
                )
            });
    in_subject
        .chain(in_directory)
        .chain(in_extensions)
        .filter(|(place, _, _)| organisation::meaning(reading, place) == Some(Meaning::Role))
        .map(|(place, title, where_from)| certified(reading, &place, &title, where_from))
        .collect()
}

fn certified(
    reading: &Reading<'_>,
    place: &Place,
    title: &str,
    where_from: &str,
) -> Attributed<String, RoleGrade> {
    let authority = match place {
        Place::Subject(kind) => reading.authority_of(
            MappingKind::RelativeDistinguishedName,
            &kind.to_string(),
            title,
        ),
        Place::Directory(kind) => reading.authority_of(
            MappingKind::SubjectDirectoryAttribute,
            &kind.to_string(),
            title,
        ),
        _ => reading.authority_of_unmapped(),
    };
    let most = organisation::attribute(reading, place).and_then(|attribute| attribute.role_grade);
    let by_authority = match authority {
        Authority::Issuer | Authority::Profile => RoleGrade::Certified,
        Authority::IdentityProvider => RoleGrade::Attested,
        Authority::Nobody | Authority::Signer | Authority::Requester | Authority::Register => {
            RoleGrade::Claimed
        }
    };
    Attributed {
        value: mask(title).into_owned(),
        grade: most.unwrap_or(by_authority).min(by_authority),
        authority,
        reason: format!("title in the {where_from}"),
        evidence: vec![BindingEvidence {
            kind: EvidenceKind::Certificate,
            sha256: *reading.signed.certificate.sha256(),
        }],
        as_of: reading.signed.as_of,
        conflicts: Vec::new(),
    }
}

/// What an authority says of the signer, which the caller has judged (RFC 5755, 5).
fn by_attribute_certificate(
    reading: &Reading<'_>,
) -> impl Iterator<Item = Attributed<String, RoleGrade>> {
    let signed = reading.signed;
    // Of whom an untrusted certificate is, nobody knows: the role may be somebody else's.
    let (grade, authority) = match reading.vouching {
        Vouching::Issuer => (RoleGrade::Certified, Authority::Issuer),
        Vouching::Nobody => (RoleGrade::Claimed, Authority::Nobody),
    };
    let certified = move |role: &CertifiedRole| Attributed {
        value: mask(&role.title).into_owned(),
        grade,
        authority,
        reason: "attribute certificate in the signature".to_owned(),
        evidence: vec![BindingEvidence {
            kind: EvidenceKind::AttributeCertificate,
            sha256: role.attribute_certificate,
        }],
        as_of: signed.as_of,
        conflicts: Vec::new(),
    };
    signed.certified_roles.iter().map(certified)
}

fn claimed(reading: &Reading<'_>) -> impl Iterator<Item = Attributed<String, RoleGrade>> {
    let signed = reading.signed;
    let evidence = signed.signature.map(|sha256| BindingEvidence {
        kind: EvidenceKind::Signature,
        sha256,
    });
    signed.claimed_roles.iter().map(move |title| Attributed {
        value: mask(title).into_owned(),
        grade: RoleGrade::Claimed,
        authority: Authority::Signer,
        reason: "signed attribute of the signature".to_owned(),
        evidence: evidence.into_iter().collect(),
        as_of: signed.as_of,
        conflicts: Vec::new(),
    })
}

impl Reading<'_> {
    /// Who says what stands in this attribute of the certificate.
    ///
    /// Of what a signature service writes, only what the identity provider attested is more
    /// than the requester's word; and only where it is the very value of the very attribute: it
    /// is the requester who chooses what to map onto what.
    pub(super) fn authority_of(
        &self,
        kind: MappingKind,
        reference: &str,
        value: &str,
    ) -> Authority {
        if !self.is_by_service() || self.vouching == Vouching::Nobody {
            return self.authority_of_unmapped();
        }
        let mappings = self.context.map_or(&[][..], |context| &context.mappings);
        let mut of_attribute = mappings
            .iter()
            .filter(|mapping| mapping.kind == kind && mapping.reference == reference);
        match (of_attribute.next(), of_attribute.next()) {
            (Some(mapping), None) if !mapping.holds(value) => Authority::Nobody,
            (Some(mapping), None) if mapping.name.as_deref() == Some(reference) => {
                self.authority_of_attested()
            }
            _ => Authority::Requester,
        }
    }

    /// Whose word an attribute of the assertion is. A provider whose level nobody approved counts
    /// for no more than who chose to ask it.
    pub(super) fn authority_of_attested(&self) -> Authority {
        let class = self.context.and_then(|context| context.class.as_deref());
        let standing = class
            .and_then(LevelOfAssurance::of_uri)
            .map(|level| level.standing);
        match (self.vouching, standing) {
            (Vouching::Nobody, _) => Authority::Nobody,
            (Vouching::Issuer, Some(LevelStanding::Uncertified)) => Authority::Requester,
            (Vouching::Issuer, _) => Authority::IdentityProvider,
        }
    }

    /// Who says what stands in the certificate where no mapping tells.
    pub(super) fn authority_of_unmapped(&self) -> Authority {
        match (self.vouching, self.is_by_service()) {
            (Vouching::Nobody, _) => Authority::Nobody,
            (Vouching::Issuer, true) => Authority::Requester,
            (Vouching::Issuer, false) => Authority::Issuer,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::{fixture, signed};
    use super::super::{BindingSources, Signed, bind_by};
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn a_role_of_an_attribute_certificate_is_certified_with_its_digest() {
        let employee = fixture("employee");
        let certified = [CertifiedRole {
            title: "Firmatecknare".to_owned(),
            attribute_certificate: [9; 32],
        }];
        let signed = Signed {
            certified_roles: &certified,
            ..signed(&employee, &[])
        };
        let sources = BindingSources::default();
        let binding = bind_by(&signed, Vouching::Issuer, &[], &sources, &Limits::default());
        let role = binding
            .roles
            .iter()
            .find(|role| role.value == "Firmatecknare");
        let role = role.unwrap();
        assert_eq!(role.grade, RoleGrade::Certified);
        assert_eq!(
            role.evidence,
            [BindingEvidence {
                kind: EvidenceKind::AttributeCertificate,
                sha256: [9; 32],
            }]
        );
    }
}
