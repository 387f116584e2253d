//! One `SignatureValidationReport`, for signatures and for time-stamps alike (TS 119 102-2, 4.2).

use super::super::model::{SignatureReport, TimestampReport};
use super::super::options::Options;
use super::super::wording;
use super::objects::{ProofOfExistence, References, certificate_id, object_id, revocation_id};
use super::text;
use crate::UnixTime;
use crate::binding::{Attributed, Binding, Grade, Organisation, RoleGrade};
use crate::signature::TimestampKind;
use crate::validation::{Basis, Conclusion, Finding, Indication, Status};
use crate::x509::{DistinguishedName, RevocationStatus};

/// What is said of one signature or time-stamp.
pub(super) struct Judgement {
    pub identifier: String,
    pub is_signature: bool,
    pub constraints: Vec<Constraint>,
    pub best_time: Option<ProofOfExistence>,
    pub claimed_time: Option<UnixTime>,
    pub roles: Vec<RoleDetails>,
    pub attributes: Vec<TimestampAttribute>,
    pub signer: Option<Signer>,
    pub indication: &'static str,
    pub sub_indication: Option<&'static str>,
    pub revoked: Option<Revoked>,
    path: Vec<String>,
}

/// One check.
pub(super) struct Constraint {
    pub rule: &'static str,
    pub clause: &'static str,
    pub about: String,
    pub status: &'static str,
    pub indication: Option<&'static str>,
    pub text: String,
}

/// A role (A.10).
pub(super) struct RoleDetails {
    pub title: String,
    pub endorsement: &'static str,
}

/// A time-stamp inside a signature.
pub(super) struct TimestampAttribute {
    pub element: &'static str,
    pub object: String,
    pub time: UnixTime,
}

/// Who signed.
pub(super) struct Signer {
    pub certificate: String,
    pub name: Option<String>,
    pub organisations: Vec<AttributedOrganisation>,
}

/// An organisation around the signature; an extension of sigill.
pub(super) struct AttributedOrganisation {
    /// `Organisation` is the signer's.
    pub element: &'static str,
    pub grade: &'static str,
    pub identifier: Option<String>,
    pub name: Option<String>,
}

/// A revocation that the verdict rests on.
pub(super) struct Revoked {
    pub certificate: String,
    pub time: UnixTime,
    pub reason: Option<&'static str>,
    pub object: String,
}

impl Judgement {
    /// What is said of a signature.
    pub fn of_signature(
        report: &SignatureReport,
        references: &References,
        options: &Options,
    ) -> Self {
        let identifier = report.id.clone();
        let best = report.best_signature_time;
        let proof = report.basis.proofs.first();
        let by = proof
            .filter(|proof| proof.not_later_than == best)
            .and_then(|proof| references.of_proof(&proof.by));
        let signer = &report.binding.signer;
        Judgement {
            is_signature: true,
            best_time: Some(ProofOfExistence { time: best, by }),
            claimed_time: report.claimed_signing_time,
            roles: report
                .binding
                .roles
                .iter()
                .map(|role| RoleDetails {
                    title: text(&role.value, options),
                    endorsement: endorsement(role.grade),
                })
                .collect(),
            attributes: report
                .timestamps
                .iter()
                .filter_map(|stamp| attribute(&identifier, stamp))
                .collect(),
            signer: report.certificate.as_ref().map(|certificate| Signer {
                certificate: certificate_id(certificate.sha256()),
                name: signer.name.as_deref().map(|name| text(name, options)),
                organisations: organisations(&report.binding, options),
            }),
            indication: main_indication(report.conclusion.indication, Scope::Whole),
            ..Judgement::new(identifier, &report.conclusion, &report.basis, options)
        }
    }

    /// What is said of a time-stamp, which stands under `identifier`.
    pub fn of_timestamp(identifier: String, report: &TimestampReport, options: &Options) -> Self {
        Judgement {
            signer: report.certificate.as_ref().map(|certificate| Signer {
                certificate: certificate_id(certificate.sha256()),
                name: Some(name_of(&certificate.subject, options)),
                organisations: Vec::new(),
            }),
            ..Judgement::new(identifier, &report.conclusion, &report.basis, options)
        }
    }

    /// What is said of anything else that was judged.
    pub fn new(
        identifier: String,
        conclusion: &Conclusion,
        basis: &Basis,
        options: &Options,
    ) -> Self {
        let path = basis.path.iter().flat_map(|path| path.certificates());
        Judgement {
            identifier,
            is_signature: false,
            constraints: conclusion
                .findings
                .iter()
                .map(|finding| constraint(finding, options))
                .collect(),
            best_time: None,
            claimed_time: None,
            roles: Vec::new(),
            attributes: Vec::new(),
            signer: None,
            indication: main_indication(conclusion.indication, Scope::Part),
            sub_indication: conclusion.indication.sub_indication(),
            revoked: revoked(basis),
            path: path
                .map(|certificate| certificate_id(certificate.sha256()))
                .collect(),
        }
    }

    /// The path: the certificate judged, those between, and the anchor.
    pub fn chain(&self) -> Option<(&str, &[String], &str)> {
        let (leaf, issuers) = self.path.split_first()?;
        Some(match issuers.split_last() {
            Some((anchor, between)) => (leaf, between, anchor),
            None => (leaf, issuers, leaf),
        })
    }
}

/// What an indication is about (TS 119 102-2, 4.2.3 and 4.2.4.4).
#[derive(Clone, Copy)]
enum Scope {
    Whole,
    Part,
}

fn main_indication(indication: Indication, scope: Scope) -> &'static str {
    match (indication, scope) {
        (Indication::Passed, Scope::Whole) => "total-passed",
        (Indication::Failed(_), Scope::Whole) => "total-failed",
        (Indication::Passed, Scope::Part) => "passed",
        (Indication::Failed(_), Scope::Part) => "failed",
        (Indication::Indeterminate(_), _) => "indeterminate",
    }
}

fn constraint(finding: &Finding, options: &Options) -> Constraint {
    let (status, indication) = match finding.status {
        Status::Passed => ("applied", Some("passed")),
        Status::Failed => ("applied", Some("failed")),
        Status::Warning | Status::Information => ("overridden", Some("failed")),
        Status::NotChecked => ("disabled", None),
    };
    Constraint {
        rule: finding.rule.id(),
        clause: finding.rule.clause(),
        about: text(&finding.about, options),
        status,
        indication,
        text: text(&wording::finding(finding, options), options),
    }
}

fn attribute(signature: &str, report: &TimestampReport) -> Option<TimestampAttribute> {
    Some(TimestampAttribute {
        element: match report.kind {
            TimestampKind::Content => "AllDataObjectsTimeStamp",
            TimestampKind::Signature | TimestampKind::ValidationRelatedInformation => {
                "SignatureTimeStamp"
            }
            TimestampKind::References => "SigAndRefsTimeStamp",
            TimestampKind::Archive => "ArchiveTimeStamp",
            TimestampKind::Document | TimestampKind::Container => "DocTimeStamp",
        },
        object: object_id(&inner_timestamp_id(signature, &report.id)),
        time: report.time?,
    })
}

/// The identifier of a time-stamp inside a signature.
pub(super) fn inner_timestamp_id(signature: &str, timestamp: &str) -> String {
    format!("{signature}-{timestamp}")
}

/// The standard knows no attested roles (TS 119 102-2, A.10): the assertion that an identity
/// provider made is signed.
fn endorsement(grade: RoleGrade) -> &'static str {
    match grade {
        RoleGrade::Certified => "certified",
        RoleGrade::Attested => "signed",
        RoleGrade::Claimed => "claimed",
    }
}

fn organisations(binding: &Binding, options: &Options) -> Vec<AttributedOrganisation> {
    [
        ("Organisation", Some(&binding.signer_organisation)),
        (
            "RequestingOrganisation",
            binding.requesting_organisation.as_ref(),
        ),
        ("ServiceOrganisation", binding.service_organisation.as_ref()),
    ]
    .into_iter()
    .filter_map(|(element, organisation)| Some((element, organisation?)))
    .filter(|(_, organisation)| organisation.grade > Grade::O0)
    .map(|(element, organisation)| attributed(element, organisation, options))
    .collect()
}

fn attributed(
    element: &'static str,
    organisation: &Attributed<Organisation>,
    options: &Options,
) -> AttributedOrganisation {
    let shown = |part: &Option<String>| part.as_deref().map(|part| text(part, options));
    AttributedOrganisation {
        element,
        grade: organisation.grade.name(),
        identifier: shown(&organisation.value.identifier),
        name: shown(&organisation.value.name),
    }
}

fn name_of(name: &DistinguishedName, options: &Options) -> String {
    text(&options.shown_of_name(&name.to_string(), name), options)
}

fn revoked(basis: &Basis) -> Option<Revoked> {
    basis
        .statements
        .iter()
        .find_map(|statement| match statement.status {
            RevocationStatus::Revoked { at, reason } => Some(Revoked {
                certificate: certificate_id(&statement.certificate),
                time: at,
                reason: reason.and_then(reason_name),
                object: revocation_id(&statement.object),
            }),
            _ => None,
        })
}

/// CRLReason (RFC 5280, 5.3.1), as TS 119 102-2, 4.2.10 names them.
fn reason_name(reason: u8) -> Option<&'static str> {
    Some(match reason {
        0 => "unspecified",
        1 => "keyCompromise",
        2 => "cACompromise",
        3 => "affiliationChanged",
        4 => "superseded",
        5 => "cessationOfOperation",
        6 => "certificateHold",
        8 => "removeFromCRL",
        9 => "privilegeWithdrawn",
        10 => "aACompromise",
        _ => return None,
    })
}
