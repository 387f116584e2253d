//! The JSON object of one judged certificate.

use super::json::{ErrorObject, FindingObject, SCHEMA, shown};
use super::model::{CertificateReport, JudgedCertificate};
use super::options::Options;
use super::wording;
use crate::validation::{Finding, RevocationSource, RevocationStatement, ValidatedPath};
use crate::x509::{Certificate, DistinguishedName, RevocationStatus};
use crate::{UnixTime, hex};
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
pub(super) struct CertificateReportObject<'a> {
    schema: &'static str,
    certificate: NamedCertificate<'a>,
    validation_time: UnixTime,
    indication: Option<&'static str>,
    sub_indication: Option<&'static str>,
    path: Vec<String>,
    revocation: Vec<RevocationObject>,
    user_constrained_policies: Vec<String>,
    findings: Vec<FindingObject<'a>>,
    error: Option<ErrorObject<'static>>,
}

impl<'a> CertificateReportObject<'a> {
    pub fn new(judged: &'a JudgedCertificate, options: &Options) -> Self {
        let (certificate, report) = match &judged.outcome {
            Ok((certificate, report)) => (Some(certificate.as_ref()), Some(report)),
            Err(_) => (None, None),
        };
        let error = judged.outcome.as_ref().err();
        let indication = judged.indication();
        CertificateReportObject {
            schema: SCHEMA,
            certificate: NamedCertificate::new(judged, certificate, options),
            validation_time: judged.validation_time,
            indication: indication.map(|indication| indication.name()),
            sub_indication: indication.and_then(|indication| indication.sub_indication()),
            path: report.map_or_else(Vec::new, path),
            revocation: report.map_or_else(Vec::new, revocation),
            user_constrained_policies: report.map_or_else(Vec::new, policies),
            findings: report.map_or_else(Vec::new, |report| findings(report, options)),
            error: error.map(|error| ErrorObject::unreadable(error, options)),
        }
    }
}

fn path(report: &CertificateReport) -> Vec<String> {
    let certificates = report.path.as_ref().map(ValidatedPath::certificates);
    let names = certificates.unwrap_or_default().iter();
    names.map(|certificate| hex(certificate.sha256())).collect()
}

fn revocation(report: &CertificateReport) -> Vec<RevocationObject> {
    let statements = report.statements.iter().flatten();
    statements.map(RevocationObject::new).collect()
}

fn policies(report: &CertificateReport) -> Vec<String> {
    let policies = report.user_constrained_policies.iter();
    policies.map(ToString::to_string).collect()
}

fn findings<'a>(report: &'a CertificateReport, options: &Options) -> Vec<FindingObject<'a>> {
    let object = |finding: &'a Finding| {
        let advice = wording::certificate_advice(finding, options.language);
        FindingObject::advising(finding, advice, options)
    };
    report.conclusion.findings.iter().map(object).collect()
}

#[derive(Serialize)]
struct NamedCertificate<'a> {
    path: Option<Cow<'a, str>>,
    sha256: Option<String>,
    subject: Option<String>,
    issuer: Option<String>,
    serial: Option<String>,
    not_before: Option<UnixTime>,
    not_after: Option<UnixTime>,
}

impl<'a> NamedCertificate<'a> {
    fn new(
        judged: &'a JudgedCertificate,
        certificate: Option<&Certificate>,
        options: &Options,
    ) -> Self {
        let name = |name: &DistinguishedName| options.shown_of_name(&name.to_string(), name);
        NamedCertificate {
            path: shown(judged.path.as_deref(), options),
            sha256: judged.sha256.map(|digest| hex(&digest)),
            subject: certificate.map(|certificate| name(&certificate.subject)),
            issuer: certificate.map(|certificate| name(&certificate.issuer)),
            serial: certificate.map(|certificate| hex(&certificate.serial)),
            not_before: certificate.map(|certificate| certificate.not_before),
            not_after: certificate.map(|certificate| certificate.not_after),
        }
    }
}

/// What the revocation of one certificate was judged by.
#[derive(Serialize)]
struct RevocationObject {
    certificate: String,
    by: &'static str,
    object: String,
    status: &'static str,
    revoked_at: Option<UnixTime>,
}

impl RevocationObject {
    fn new(statement: &RevocationStatement) -> Self {
        let (status, revoked_at) = match statement.status {
            RevocationStatus::Good => ("good", None),
            RevocationStatus::Revoked { at, .. } => ("revoked", Some(at)),
            RevocationStatus::Unknown => ("unknown", None),
        };
        RevocationObject {
            certificate: hex(&statement.certificate),
            by: match statement.source {
                RevocationSource::Crl => "crl",
                RevocationSource::Ocsp => "ocsp",
            },
            object: hex(&statement.object),
            status,
            revoked_at,
        }
    }
}
