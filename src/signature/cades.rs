//! CMS and CAdES signatures (RFC 5652, EN 319 122-1).

use super::embedded_record;
use super::imprint::Stage;
use super::timestamp::evidence_in;
use super::{
    AlgorithmAgreement, Coverage, Covers, Embedded, Format, Level, Signature, Signatures,
    SignedContent, Stamped, Timestamp, TimestampKind, counter_signature,
};
use crate::UnixTime;
use crate::asn1::oid;
use crate::cms::attribute::{
    AlgorithmProtection, CertificateReference, EvidenceReference, SignaturePolicy,
    SignerAttributes, Statement, stored_policy,
};
use crate::cms::{SignedData, SignerInfo};
use crate::error::Error;
use crate::limits::Limits;
use crate::source::{Source, Span};
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// The signers of a bare CMS; a bare time-stamp token is given as a time-stamp.
pub(super) fn read(
    bytes: &Bytes,
    detached: Option<&Source>,
    limits: &Limits,
) -> Result<Signatures, Error> {
    let data = SignedData::read(bytes, limits)?;
    if data.content_type == oid::TST_INFO {
        return Ok(Signatures {
            timestamps: vec![Timestamp {
                kind: TimestampKind::Content,
                token: TimestampToken::read(bytes, limits),
                stamped: Stamped::content(
                    detached.map(|content| vec![content.clone().into()].into()),
                ),
                format_problems: Vec::new(),
                coverage: None,
                covers: Covers::default(),
            }],
            ..Signatures::default()
        });
    }
    let given = detached.cloned().map(Span::from);
    let own = data.content.clone().map(Span::from);
    let is_about_something_else = own.is_some() && given.is_some() && own != given;
    let parts = own
        .or(given)
        .map(|content| SignedContent::from(vec![content]));
    let signatures = data
        .signer_infos
        .iter()
        .map(|signer| {
            let mut signature = normalise(&data, signer, parts.clone(), Coverage::whole(), limits);
            signature.counter_signatures = counter_signature::read_all(&data, signer, limits);
            if data.trailing_bytes > 0 {
                signature.format_problems.push(format!(
                    "{} bytes stand after the CMS and are signed by nobody",
                    data.trailing_bytes
                ));
            }
            if is_about_something_else {
                signature
                    .format_problems
                    .push("the signature holds content that is not the given content".to_owned());
            }
            Ok(signature)
        })
        .collect();
    Ok(Signatures {
        signatures,
        ..Signatures::default()
    })
}

/// One signer in sigill's form, but for its level. `content` is what the message digest must be of.
pub(super) fn normalise(
    data: &SignedData,
    signer: &SignerInfo,
    content: Option<SignedContent>,
    coverage: Coverage,
    limits: &Limits,
) -> Signature {
    let mut format_problems = Vec::new();
    let certificate_references = read_references(signer, &mut format_problems);
    check_single_attributes(signer, &mut format_problems);
    let mut embedded = Embedded::of(data);
    gather(signer, &mut embedded, &mut format_problems);
    let stage = Stage {
        data,
        signer,
        content: content.as_ref(),
        limits,
    };
    let timestamps = stage.timestamps();
    let attributes = read_signer_attributes(signer);
    let records = embedded_record::read(data, signer, content.as_ref(), limits);
    Signature {
        format: match certificate_references.is_empty() {
            true => Format::Pkcs7,
            false => Format::Cades,
        },
        level: Level::None,
        coverage,
        identifier: signer.identifier.clone(),
        certificate_references,
        digest_algorithm: signer.digest_algorithm.clone(),
        content,
        content_is_sha1_of: None,
        announced_digests: data.digest_algorithms.clone(),
        content_type: Some(data.content_type.clone()),
        signed_attributes: signer.signed_attributes.clone(),
        signature_algorithm: signer.signature_algorithm.clone(),
        value: signer.signature.clone(),
        claimed_signing_time: read_signing_time(signer),
        claimed_roles: attributes.claimed_roles,
        attribute_certificates: attributes.certificates,
        policy: read_policy(signer),
        policy_document: read_policy_document(signer),
        references: read_evidence_references(signer),
        statements: read_statements(signer),
        algorithm_protection: read_algorithm_protection(signer),
        timestamps,
        embedded,
        records,
        counter_signatures: Vec::new(),
        format_problems,
    }
}

fn read_signing_time(signer: &SignerInfo) -> Option<UnixTime> {
    let mut attributes = signer.signed(&oid::SIGNING_TIME);
    attributes.find_map(|attribute| attribute.signing_time().ok())
}

/// References that cannot be read stand as one that names nothing, so that it is never found.
fn read_evidence_references(signer: &SignerInfo) -> Vec<EvidenceReference> {
    let attributes = signer.unsigned_attributes.iter();
    let read = attributes.filter_map(EvidenceReference::read_all);
    read.flat_map(|list| {
        list.unwrap_or_else(|_| {
            vec![EvidenceReference {
                digest_algorithm: None,
                digest: Bytes::new(),
            }]
        })
    })
    .collect()
}

/// RFC 6211, 2: one attribute with one value.
fn read_algorithm_protection(signer: &SignerInfo) -> Option<AlgorithmAgreement> {
    let mut attributes = signer.signed(&oid::ALGORITHM_PROTECTION);
    let first = attributes.next()?;
    let is_same = attributes.next().is_none()
        && AlgorithmProtection::read(first).is_ok_and(|protection| protection.protects(signer));
    Some(match is_same {
        true => AlgorithmAgreement::Same,
        false => AlgorithmAgreement::Different,
    })
}

/// RFC 5652, 11, RFC 5035, 5.4 and EN 319 122-1, 5: these must not stand more than once among the
/// signed attributes, nor have more or fewer values than one.
fn check_single_attributes(signer: &SignerInfo, problems: &mut Vec<String>) {
    for (kind, name) in [
        (oid::CONTENT_TYPE, "content-type"),
        (oid::MESSAGE_DIGEST, "message-digest"),
        (oid::SIGNING_TIME, "signing-time"),
        (oid::SIGNING_CERTIFICATE, "signing-certificate"),
        (oid::SIGNING_CERTIFICATE_V2, "signing-certificate-v2"),
        (
            oid::SIGNATURE_POLICY_IDENTIFIER,
            "signature-policy-identifier",
        ),
    ] {
        let mut attributes = signer.signed(&kind);
        let first = attributes.next();
        if attributes.next().is_some() {
            problems.push(format!("more than one signed attribute {name}"));
        } else if first.is_some_and(|attribute| attribute.values.len() != 1) {
            problems.push(format!("not exactly one value of {name}"));
        }
    }
    if signer.signed(&oid::COUNTERSIGNATURE).next().is_some() {
        problems.push("a countersignature among the signed attributes".to_owned());
    }
}

fn read_policy(signer: &SignerInfo) -> Option<Result<SignaturePolicy, Error>> {
    let mut attributes = signer.signed(&oid::SIGNATURE_POLICY_IDENTIFIER);
    attributes.next().map(SignaturePolicy::read)
}

fn read_policy_document(signer: &SignerInfo) -> Option<Bytes> {
    let mut stores = signer.unsigned(&oid::SIGNATURE_POLICY_STORE);
    stores.find_map(|attribute| stored_policy(attribute).ok().flatten())
}

fn read_statements(signer: &SignerInfo) -> Vec<Statement> {
    let signed = signer.signed_attributes.iter();
    signed
        .flat_map(|signed| &signed.attributes)
        .filter_map(Statement::read)
        .collect()
}

fn read_references(signer: &SignerInfo, problems: &mut Vec<String>) -> Vec<CertificateReference> {
    let mut references = Vec::new();
    for kind in [oid::SIGNING_CERTIFICATE_V2, oid::SIGNING_CERTIFICATE] {
        for attribute in signer.signed(&kind) {
            match CertificateReference::read_all(attribute) {
                // Only the first reference of an attribute names the signer (RFC 5035, 3).
                Ok(list) => references.extend(list.into_iter().next()),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    references
}

/// Evidence among the attributes of a signer.
fn gather(signer: &SignerInfo, embedded: &mut Embedded, problems: &mut Vec<String>) {
    let signed = signer.signed(&oid::ADOBE_REVOCATION_INFO_ARCHIVAL);
    for attribute in signed.chain(&signer.unsigned_attributes) {
        match evidence_in(attribute) {
            Ok(evidence) => embedded.extend(evidence),
            Err(error) => problems.push(error.to_string()),
        }
    }
}

/// Both versions together; one that cannot be read stands as an unreadable certificate, for it
/// may hold one.
fn read_signer_attributes(signer: &SignerInfo) -> SignerAttributes {
    let versions = signer
        .signed(&oid::SIGNER_ATTRIBUTES_V2)
        .chain(signer.signed(&oid::SIGNER_ATTRIBUTES));
    let mut all = SignerAttributes::default();
    for attribute in versions {
        match SignerAttributes::read(attribute) {
            Ok(attributes) => {
                all.claimed_roles.extend(attributes.claimed_roles);
                all.certificates.extend(attributes.certificates);
            }
            Err(error) => all.certificates.push(Err(error)),
        }
    }
    all
}

/// A time-stamp token as the signature that it is: a CMS over its `TSTInfo`.
pub(super) fn of_token(token: &TimestampToken, limits: &Limits) -> Signature {
    let content = token
        .signed_data
        .content
        .clone()
        .map(|content| vec![content.into()].into());
    normalise(
        &token.signed_data,
        &token.signer_info,
        content,
        Coverage::whole(),
        limits,
    )
}

impl Timestamp {
    /// The token as a signature, for the blocks that judge both alike (EN 319 102-1, 5.4).
    pub fn as_signature(&self, limits: &Limits) -> Option<Signature> {
        let token = self.token.as_ref().ok()?;
        Some(of_token(token, limits))
    }
}
