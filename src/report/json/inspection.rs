//! What a file is and holds, as JSON.

use super::super::inspection::{
    InspectedChain, InspectedRecord, InspectedSignature, InspectedTimestamp, Inspection,
};
use super::super::options::Options;
use super::{
    ArchiveTimestampObject, CoverageObject, DocumentName, ErrorObject, SCHEMA, all_shown, line,
};
use crate::UnixTime;
use crate::error::Error;
use crate::hex;
use crate::x509::{
    Certificate, CertificateList, OcspResponse, ResponderIdentifier, RevocationStatus,
    SingleResponse,
};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// What a file is and holds, as one line without a line feed.
pub(super) fn line_of(inspection: &Inspection, options: &Options) -> String {
    let certificates = inspection.certificates.iter();
    let lists = inspection.revocation_lists.iter();
    let responses = inspection.ocsp_responses.iter();
    let unreadable = inspection.unreadable.iter();
    line(&InspectionObject {
        schema: SCHEMA,
        document: DocumentName::new(&inspection.document, options),
        error: error(inspection.error.as_ref(), options),
        revisions: inspection.revisions,
        members: inspection
            .members
            .iter()
            .map(|member| MemberObject {
                name: options.shown(&member.name),
                size: member.size,
                role: member.role,
            })
            .collect(),
        signatures: signatures(&inspection.signatures, options),
        timestamps: timestamps(&inspection.timestamps, options),
        evidence_records: inspection
            .evidence_records
            .iter()
            .map(|record| RecordObject::new(record, options))
            .collect(),
        certificates: certificates
            .map(|one| CertificateObject::new(one, options))
            .collect(),
        revocation_lists: lists.map(|list| ListObject::new(list, options)).collect(),
        ocsp_responses: responses
            .map(|one| ResponseObject::new(one, options))
            .collect(),
        unreadable: unreadable
            .map(|(kind, error)| UnreadableObject {
                kind,
                error: ErrorObject::unreadable(error, options),
            })
            .collect(),
    })
}

#[derive(Serialize)]
struct InspectionObject<'a> {
    schema: &'static str,
    document: DocumentName<'a>,
    error: Option<ErrorObject<'static>>,
    revisions: Option<usize>,
    members: Vec<MemberObject<'a>>,
    signatures: Vec<SignatureObject<'a>>,
    timestamps: Vec<TimestampObject<'a>>,
    evidence_records: Vec<RecordObject<'a>>,
    certificates: Vec<CertificateObject<'a>>,
    revocation_lists: Vec<ListObject>,
    ocsp_responses: Vec<ResponseObject>,
    unreadable: Vec<UnreadableObject>,
}

#[derive(Serialize)]
struct MemberObject<'a> {
    name: Cow<'a, str>,
    size: usize,
    role: &'static str,
}

#[derive(Serialize)]
struct UnreadableObject {
    kind: &'static str,
    error: ErrorObject<'static>,
}

#[derive(Serialize)]
struct SignatureObject<'a> {
    id: &'a str,
    format: &'static str,
    level: String,
    error: Option<ErrorObject<'static>>,
    signature_algorithm: Option<&'a str>,
    digest_algorithm: Option<&'a str>,
    claimed_signing_time: Option<UnixTime>,
    claimed_roles: Vec<Cow<'a, str>>,
    /// SHA-256 of one of the certificates.
    signing_certificate: Option<String>,
    coverage: CoverageObject<'a>,
    timestamps: Vec<TimestampObject<'a>>,
    counter_signatures: Vec<SignatureObject<'a>>,
}

fn signatures<'a>(all: &'a [InspectedSignature], options: &Options) -> Vec<SignatureObject<'a>> {
    let object = |signature: &'a InspectedSignature| {
        let algorithms = signature.algorithms.as_ref();
        SignatureObject {
            id: &signature.id,
            format: signature.format.name(),
            level: signature.level.to_string(),
            error: error(signature.error.as_ref(), options),
            signature_algorithm: algorithms.map(|algorithms| algorithms.signature.as_str()),
            digest_algorithm: algorithms.map(|algorithms| algorithms.digest.as_str()),
            claimed_signing_time: signature.claimed_signing_time,
            claimed_roles: all_shown(&signature.claimed_roles, options),
            signing_certificate: digest_of(signature.certificate.as_ref()),
            coverage: CoverageObject::new(&signature.coverage, options),
            timestamps: timestamps(&signature.timestamps, options),
            counter_signatures: signatures(&signature.counter_signatures, options),
        }
    };
    all.iter().map(object).collect()
}

#[derive(Serialize)]
struct TimestampObject<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    error: Option<ErrorObject<'static>>,
    sha256: Option<String>,
    time: Option<UnixTime>,
    policy: Option<&'a str>,
    signature_algorithm: Option<&'a str>,
    digest_algorithm: Option<&'a str>,
    signing_certificate: Option<String>,
}

fn timestamps<'a>(all: &'a [InspectedTimestamp], options: &Options) -> Vec<TimestampObject<'a>> {
    let object = |timestamp: &'a InspectedTimestamp| {
        let token = timestamp.token.as_ref().ok();
        TimestampObject {
            id: &timestamp.id,
            kind: timestamp.kind.name(),
            error: error(timestamp.token.as_ref().err(), options),
            sha256: token.map(|token| hex(&token.sha256)),
            time: token.map(|token| token.time),
            policy: token.map(|token| token.policy.as_str()),
            signature_algorithm: token.map(|token| token.algorithms.signature.as_str()),
            digest_algorithm: token.map(|token| token.algorithms.digest.as_str()),
            signing_certificate: token.and_then(|token| digest_of(token.certificate.as_ref())),
        }
    };
    all.iter().map(object).collect()
}

#[derive(Serialize)]
struct RecordObject<'a> {
    id: &'a str,
    place: Option<Cow<'a, str>>,
    error: Option<ErrorObject<'static>>,
    digests: Vec<Option<&'a str>>,
    chains: Vec<Vec<ArchiveTimestampObject>>,
}

impl<'a> RecordObject<'a> {
    fn new(record: &'a InspectedRecord, options: &Options) -> Self {
        let chains = record.chains.as_deref().unwrap_or_default().iter();
        let times = |chain: &InspectedChain| {
            let times = chain.times.iter();
            times
                .map(|time| ArchiveTimestampObject { time: *time })
                .collect()
        };
        RecordObject {
            id: &record.id,
            place: super::shown(record.place.as_deref(), options),
            error: error(record.chains.as_ref().err(), options),
            digests: chains
                .clone()
                .map(|chain| chain.digest.as_deref())
                .collect(),
            chains: chains.map(times).collect(),
        }
    }
}

#[derive(Serialize)]
struct CertificateObject<'a> {
    sha256: String,
    subject: String,
    issuer: String,
    serial: String,
    not_before: UnixTime,
    not_after: UnixTime,
    key: Cow<'a, str>,
    bits: u32,
}

impl CertificateObject<'_> {
    fn new(certificate: &Certificate, options: &Options) -> Self {
        let name =
            |name: &crate::x509::DistinguishedName| options.shown_of_name(&name.to_string(), name);
        CertificateObject {
            sha256: hex(certificate.sha256()),
            subject: name(&certificate.subject),
            issuer: name(&certificate.issuer),
            serial: hex(&certificate.serial),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            key: certificate.public_key.algorithm.name().into(),
            bits: certificate.public_key.bits,
        }
    }
}

#[derive(Serialize)]
struct ListObject {
    sha256: String,
    issuer: String,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
}

impl ListObject {
    fn new(list: &CertificateList, options: &Options) -> Self {
        ListObject {
            sha256: hex(list.sha256()),
            issuer: options.shown_of_name(&list.issuer.to_string(), &list.issuer),
            this_update: list.this_update,
            next_update: list.next_update,
        }
    }
}

#[derive(Serialize)]
struct ResponseObject {
    sha256: String,
    /// Its name, or the hash of its key.
    responder: String,
    produced_at: UnixTime,
    responses: Vec<SingleObject>,
}

#[derive(Serialize)]
struct SingleObject {
    serial: String,
    status: &'static str,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
}

impl ResponseObject {
    fn new(response: &OcspResponse, options: &Options) -> Self {
        ResponseObject {
            sha256: hex(response.sha256()),
            responder: match &response.responder {
                ResponderIdentifier::Name(name) => options.shown_of_name(&name.to_string(), name),
                ResponderIdentifier::KeyHash(hash) => hex(hash),
            },
            produced_at: response.produced_at,
            responses: response.responses.iter().map(SingleObject::new).collect(),
        }
    }
}

impl SingleObject {
    fn new(single: &SingleResponse) -> Self {
        SingleObject {
            serial: hex(&single.certificate.serial),
            status: match single.status {
                RevocationStatus::Good => "good",
                RevocationStatus::Revoked { .. } => "revoked",
                RevocationStatus::Unknown => "unknown",
            },
            this_update: single.this_update,
            next_update: single.next_update,
        }
    }
}

fn digest_of(certificate: Option<&Arc<Certificate>>) -> Option<String> {
    certificate.map(|certificate| hex(certificate.sha256()))
}

fn error(error: Option<&Error>, options: &Options) -> Option<ErrorObject<'static>> {
    error.map(|error| ErrorObject::unreadable(error, options))
}
