//! Reports as JSON Lines, schema `sigill/1`: one object per document, each on one line.
//!
//! The structures mirror the schema field by field, in its order. What was not computed is `null`.

mod augmentation;
mod binding;
mod inspection;
mod needs;
mod sealed;

use super::certificate_json::CertificateReportObject;
use super::inspection::Inspection;
use super::model::{
    AugmentReport, DocumentSummary, EnvelopeSummary, Failure, JudgedCertificate, PolicySummary,
    PublicReport, RecordReport, Report, SealReport, SignatureReport, TimestampReport,
};
use super::options::Options;
use super::required_signers::RequiredSignersObject;
use super::unfetched::UnfetchedObject;
use super::wording;
use crate::UnixTime;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::hex;
use crate::signature::Coverage;
use crate::validation::{Finding, Integrity};
use crate::x509::Certificate;
use binding::{OrganisationsObject, SignerObject};
use needs::NeedObject;
use sealed::FullReportObject;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

pub use binding::binding_to_json;
pub use sealed::{Salt, full_report_to_json, public_report_to_json};

pub(super) const SCHEMA: &str = "sigill/1";

/// The report on one document, as one line without a line feed.
pub fn to_json(report: &Report, options: &Options) -> String {
    line(&DocumentObject::new(report, options))
}

/// The report on one sealed document, as one line without a line feed.
pub fn seal_to_json(report: &SealReport, options: &Options) -> String {
    line(&SealObject {
        schema: SCHEMA,
        envelope: report.envelope.as_ref().map(|envelope| EnvelopeName {
            path: shown(envelope.path.as_deref(), options),
            sha256: hex(&envelope.sha256),
        }),
        document: DocumentName::new(&report.document, options),
        public_report: report
            .public_report
            .as_ref()
            .map(|public| PublicReportObject::new(public, options)),
        tsa_calls: report.tsa_calls,
        provable_until: report.provable_until,
        error: report
            .error
            .as_ref()
            .map(|failure| ErrorObject::new(failure, options)),
    })
}

/// What augmenting one document gave, as one line without a line feed.
pub fn augmentation_to_json(report: &AugmentReport, options: &Options) -> String {
    augmentation::line_of(report, options)
}

/// What a file is and holds, as one line without a line feed.
pub fn inspection_to_json(inspection: &Inspection, options: &Options) -> String {
    inspection::line_of(inspection, options)
}

/// The verdict on one certificate, as one line without a line feed.
pub fn certificate_to_json(judged: &JudgedCertificate, options: &Options) -> String {
    line(&CertificateReportObject::new(judged, options))
}

/// Serialising fails for maps without text keys alone, and there are none here.
fn line(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

pub(super) fn shown<'a>(text: Option<&'a str>, options: &Options) -> Option<Cow<'a, str>> {
    text.map(|text| options.shown(text))
}

fn all_shown<'a>(texts: &'a [String], options: &Options) -> Vec<Cow<'a, str>> {
    texts.iter().map(|text| options.shown(text)).collect()
}

#[derive(Serialize)]
struct DocumentObject<'a> {
    schema: &'static str,
    document: DocumentName<'a>,
    validation_time: UnixTime,
    policy: PolicyObject<'a>,
    error: Option<ErrorObject<'a>>,
    signatures: Vec<SignatureObject<'a>>,
    timestamps: Vec<TimestampObject<'a>>,
    evidence_records: Vec<RecordObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    envelope: Option<EnvelopeObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required_signers: Vec<RequiredSignersObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<Vec<NeedObject>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unfetched: Vec<UnfetchedObject<'a>>,
    /// In the public report that is sealed beside a full one.
    #[serde(skip_serializing_if = "Option::is_none")]
    full_report: Option<FullReportObject>,
    /// In that full report.
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
}

impl<'a> DocumentObject<'a> {
    fn new(report: &'a Report, options: &Options) -> Self {
        DocumentObject {
            schema: SCHEMA,
            document: DocumentName::new(&report.document, options),
            validation_time: report.validation_time,
            policy: PolicyObject::new(&report.policy),
            error: report
                .error
                .as_ref()
                .map(|error| ErrorObject::unreadable(error, options)),
            signatures: report
                .signatures
                .iter()
                .map(|signature| SignatureObject::new(signature, options))
                .collect(),
            timestamps: report.timestamps.iter().map(TimestampObject::new).collect(),
            evidence_records: report
                .evidence_records
                .iter()
                .map(|record| RecordObject::new(record, options))
                .collect(),
            envelope: report
                .envelope
                .as_ref()
                .map(|envelope| EnvelopeObject::new(envelope, options)),
            required_signers: report
                .required_signers
                .iter()
                .map(|demand| RequiredSignersObject::new(demand, options))
                .collect(),
            needs: needs::objects(report, options),
            unfetched: UnfetchedObject::all(report, options),
            full_report: None,
            salt: None,
        }
    }
}

#[derive(Serialize)]
struct DocumentName<'a> {
    path: Option<Cow<'a, str>>,
    /// There where a manifest gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    diary_number: Option<Cow<'a, str>>,
    size: Option<u64>,
    sha256: Option<String>,
    container: &'static str,
}

impl<'a> DocumentName<'a> {
    fn new(document: &'a DocumentSummary, options: &Options) -> Self {
        DocumentName {
            path: shown(document.path.as_deref(), options),
            diary_number: shown(document.diary_number.as_deref(), options),
            size: document.size,
            sha256: document.sha256.map(|digest| hex(&digest)),
            container: document.container,
        }
    }
}

#[derive(Serialize)]
struct PolicyObject<'a> {
    name: &'a str,
    sha256: &'a str,
}

impl<'a> PolicyObject<'a> {
    fn new(policy: &'a PolicySummary) -> Self {
        PolicyObject {
            name: &policy.name,
            sha256: &policy.sha256,
        }
    }
}

#[derive(Serialize)]
pub(super) struct ErrorObject<'a> {
    kind: &'static str,
    message: Cow<'a, str>,
}

impl ErrorObject<'static> {
    pub(super) fn unreadable(error: &Error, options: &Options) -> Self {
        ErrorObject {
            kind: error.kind(),
            message: options.shown(&error.to_string()).into_owned().into(),
        }
    }
}

impl<'a> ErrorObject<'a> {
    fn new(failure: &'a Failure, options: &Options) -> Self {
        ErrorObject {
            kind: failure.kind,
            message: options.shown(&failure.message),
        }
    }
}

#[derive(Serialize)]
struct SignatureObject<'a> {
    id: &'a str,
    format: &'static str,
    level: String,
    kind: &'static str,
    indication: &'static str,
    sub_indication: Option<&'static str>,
    integrity: IntegrityObject,
    signing_certificate: CertificateObject,
    claimed_signing_time: Option<UnixTime>,
    best_signature_time: UnixTime,
    signer: SignerObject<'a>,
    #[serde(flatten)]
    organisations: OrganisationsObject<'a>,
    coverage: CoverageObject<'a>,
    timestamps: Vec<TimestampObject<'a>>,
    counter_signatures: Vec<SignatureObject<'a>>,
    /// There where the signer states something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<StatementObject<'a>>,
    findings: Vec<FindingObject<'a>>,
    /// There where it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    provable_until: Option<UnixTime>,
}

impl<'a> SignatureObject<'a> {
    fn new(report: &'a SignatureReport, options: &Options) -> Self {
        SignatureObject {
            id: &report.id,
            format: report.format.name(),
            level: report.level.to_string(),
            kind: "signature",
            indication: report.conclusion.indication.total_name(),
            sub_indication: report.conclusion.indication.sub_indication(),
            integrity: IntegrityObject::new(report.integrity),
            signing_certificate: CertificateObject::new(report.certificate.as_ref(), options),
            claimed_signing_time: report.claimed_signing_time,
            best_signature_time: report.best_signature_time,
            signer: SignerObject::new(report, options),
            organisations: OrganisationsObject::new(&report.binding, options),
            coverage: CoverageObject::new(&report.coverage, options),
            timestamps: report.timestamps.iter().map(TimestampObject::new).collect(),
            counter_signatures: report
                .counter_signatures
                .iter()
                .map(|counter| SignatureObject {
                    kind: "counter-signature",
                    ..SignatureObject::new(counter, options)
                })
                .collect(),
            statements: report
                .statements()
                .map(|(name, value)| StatementObject {
                    name,
                    value: options.shown(value),
                })
                .collect(),
            findings: report
                .conclusion
                .findings
                .iter()
                .map(|finding| FindingObject::new(finding, options))
                .collect(),
            provable_until: report.provable_until,
        }
    }
}

#[derive(Serialize)]
struct StatementObject<'a> {
    name: &'a str,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
struct IntegrityObject {
    reference_data: Option<bool>,
    signature_value: Option<bool>,
}

impl IntegrityObject {
    fn new(integrity: Integrity) -> Self {
        IntegrityObject {
            reference_data: integrity.reference_data,
            signature_value: integrity.signature_value,
        }
    }
}

#[derive(Serialize, Default)]
struct CertificateObject {
    sha256: Option<String>,
    issuer: Option<String>,
    serial: Option<String>,
    not_before: Option<UnixTime>,
    not_after: Option<UnixTime>,
    identified: bool,
}

impl CertificateObject {
    fn new(certificate: Option<&Arc<Certificate>>, options: &Options) -> Self {
        let Some(certificate) = certificate else {
            return CertificateObject::default();
        };
        let issuer = certificate.issuer.to_string();
        CertificateObject {
            sha256: Some(hex(certificate.sha256())),
            issuer: Some(options.shown(&issuer).into_owned()),
            serial: Some(hex(&certificate.serial)),
            not_before: Some(certificate.not_before),
            not_after: Some(certificate.not_after),
            identified: true,
        }
    }
}

#[derive(Serialize)]
struct CoverageObject<'a> {
    whole_document: bool,
    revision: usize,
    revisions: usize,
    modifications: Vec<ModificationObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    further_modifications: Vec<FurtherObject>,
    /// For containers alone: the members that are signed, and those that are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<Cow<'a, str>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncovered: Option<Vec<Cow<'a, str>>>,
}

impl<'a> CoverageObject<'a> {
    fn new(coverage: &'a Coverage, options: &Options) -> Self {
        let modifications = coverage.changes.iter().map(|change| ModificationObject {
            kind: change.kind.name(),
            object: change.object.as_deref(),
            page: change.page,
            description: options.shown(&change.description),
        });
        let further = coverage.further_changes.iter();
        let further = further.map(|(kind, count)| FurtherObject {
            kind: kind.name(),
            count: *count,
        });
        CoverageObject {
            whole_document: coverage.whole_document,
            revision: coverage.revision,
            revisions: coverage.revisions,
            modifications: modifications.collect(),
            further_modifications: further.collect(),
            members: coverage
                .members
                .as_ref()
                .map(|members| members.names().map(|name| options.shown(name)).collect()),
            uncovered: coverage
                .members
                .as_ref()
                .map(|members| all_shown(&members.uncovered, options)),
        }
    }
}

/// Changes of one kind that a later signature lists.
#[derive(Serialize)]
struct FurtherObject {
    kind: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct ModificationObject<'a> {
    kind: &'static str,
    object: Option<&'a str>,
    page: Option<usize>,
    description: Cow<'a, str>,
}

#[derive(Serialize)]
struct TimestampObject<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    time: Option<UnixTime>,
    imprint_matches: Option<bool>,
    signature_value: Option<bool>,
    indication: &'static str,
    sub_indication: Option<&'static str>,
}

impl<'a> TimestampObject<'a> {
    fn new(report: &'a TimestampReport) -> Self {
        TimestampObject {
            id: &report.id,
            kind: report.kind.name(),
            time: report.time,
            imprint_matches: report.imprint_matches,
            signature_value: report.signature_value,
            indication: report.conclusion.indication.name(),
            sub_indication: report.conclusion.indication.sub_indication(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct FindingObject<'a> {
    rule: &'static str,
    clause: &'static str,
    status: &'static str,
    about: Cow<'a, str>,
    text: String,
    advice: Option<&'static str>,
}

impl<'a> FindingObject<'a> {
    fn new(finding: &'a Finding, options: &Options) -> Self {
        Self::advising(finding, wording::advice(finding, options.language), options)
    }

    pub(super) fn advising(
        finding: &'a Finding,
        advice: Option<&'static str>,
        options: &Options,
    ) -> Self {
        FindingObject {
            rule: finding.rule.id(),
            clause: finding.rule.clause(),
            status: finding.status.name(),
            about: options.shown(&finding.about),
            text: wording::finding(finding, options),
            advice,
        }
    }
}

#[derive(Serialize)]
struct RecordObject<'a> {
    id: &'a str,
    indication: &'static str,
    sub_indication: Option<&'static str>,
    digest: Option<&'static str>,
    chains: Vec<Vec<ArchiveTimestampObject>>,
    covers: Vec<Cow<'a, str>>,
    missing: Vec<Cow<'a, str>>,
}

impl<'a> RecordObject<'a> {
    fn new(report: &'a RecordReport, options: &Options) -> Self {
        let chain = |times: &Vec<Option<UnixTime>>| {
            let objects = times
                .iter()
                .map(|time| ArchiveTimestampObject { time: *time });
            objects.collect()
        };
        RecordObject {
            id: &report.id,
            indication: report.conclusion.indication.name(),
            sub_indication: report.conclusion.indication.sub_indication(),
            digest: report.digest.map(DigestAlgorithm::name),
            chains: report.chains.iter().map(chain).collect(),
            covers: all_shown(&report.covers, options),
            missing: all_shown(&report.missing, options),
        }
    }
}

#[derive(Serialize)]
struct ArchiveTimestampObject {
    time: Option<UnixTime>,
}

#[derive(Serialize)]
struct EnvelopeObject<'a> {
    path: Option<Cow<'a, str>>,
    sha256: String,
    intact: bool,
    sealed_at: Option<UnixTime>,
    provable_until: Option<UnixTime>,
    signature_algorithm_end: Option<UnixTime>,
    hash_tree_algorithm_end: Option<UnixTime>,
    tampered: Vec<Cow<'a, str>>,
    /// Where one was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_report: Option<PublicReportObject<'a>>,
}

#[derive(Serialize)]
struct PublicReportObject<'a> {
    path: Option<Cow<'a, str>>,
    sha256: String,
    belongs: bool,
}

impl<'a> PublicReportObject<'a> {
    fn new(report: &'a PublicReport, options: &Options) -> Self {
        PublicReportObject {
            path: shown(report.path.as_deref(), options),
            sha256: hex(&report.sha256),
            belongs: report.belongs,
        }
    }
}

impl<'a> EnvelopeObject<'a> {
    fn new(envelope: &'a EnvelopeSummary, options: &Options) -> Self {
        EnvelopeObject {
            path: shown(envelope.path.as_deref(), options),
            sha256: hex(&envelope.sha256),
            intact: envelope.intact,
            sealed_at: envelope.sealed_at,
            provable_until: envelope.provable_until,
            signature_algorithm_end: envelope.algorithm_ends.signature,
            hash_tree_algorithm_end: envelope.algorithm_ends.hash_tree,
            tampered: all_shown(&envelope.tampered, options),
            public_report: envelope
                .public_report
                .as_ref()
                .map(|report| PublicReportObject::new(report, options)),
        }
    }
}

#[derive(Serialize)]
struct SealObject<'a> {
    schema: &'static str,
    envelope: Option<EnvelopeName<'a>>,
    document: DocumentName<'a>,
    /// Where one was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_report: Option<PublicReportObject<'a>>,
    tsa_calls: u64,
    provable_until: Option<UnixTime>,
    error: Option<ErrorObject<'a>>,
}

#[derive(Serialize)]
struct EnvelopeName<'a> {
    path: Option<Cow<'a, str>>,
    sha256: String,
}
