//! CMS and CAdES signatures (RFC 5652, EN 319 122-1).

use super::embedded_record;
use super::level::Elements;
use super::timestamp::embedded_in;
use super::{
    Coverage, Embedded, Format, Level, Signature, Signatures, Stamped, Timestamp, TimestampKind,
};
use crate::asn1::{Oid, Reader, oid, tag};
use crate::cms::attribute::{CertificateReference, RevocationValues, claimed_roles};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::error::Error;
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// The signers of a bare CMS; a bare time-stamp token is given as a time-stamp.
pub(super) fn read(
    bytes: &Bytes,
    detached: Option<&Bytes>,
    limits: &Limits,
) -> Result<Signatures, Error> {
    let data = SignedData::read(bytes, limits)?;
    if data.content_type == oid::TST_INFO {
        return Ok(Signatures {
            timestamps: vec![Timestamp {
                kind: TimestampKind::Content,
                token: TimestampToken::read(bytes, limits),
                stamped: Stamped::content(detached.map(|content| vec![content.clone()])),
                format_problems: Vec::new(),
                coverage: None,
            }],
            ..Signatures::default()
        });
    }
    let content = data.content.as_ref().or(detached);
    let parts = content.map(|content| vec![content.clone()]);
    let is_about_something_else = detached.is_some() && content != detached;
    let signatures = data
        .signer_infos
        .iter()
        .map(|signer| {
            let mut signature = normalise(&data, signer, parts.clone(), Coverage::whole(), limits);
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

/// One signer in sigill's form. `content` is what the message digest must be of.
pub(super) fn normalise(
    data: &SignedData,
    signer: &SignerInfo,
    content: Option<Vec<Bytes>>,
    coverage: Coverage,
    limits: &Limits,
) -> Signature {
    let mut format_problems = Vec::new();
    let certificate_references = read_references(signer, &mut format_problems);
    check_single_attributes(signer, &mut format_problems);
    let mut embedded = embedded_in(data);
    gather(signer, &mut embedded, &mut format_problems);
    let timestamps = read_timestamps(signer, content.as_deref(), limits);
    let records = embedded_record::read(data, signer, content.as_deref(), limits);
    let elements = Elements {
        signing_certificate_reference: !certificate_references.is_empty(),
        timestamp_over_signature: has_kind(&timestamps, TimestampKind::Signature),
        revocation_data: !embedded.revocation_lists.is_empty()
            || !embedded.ocsp_responses.is_empty(),
        timestamp_over_revocation_data: has_kind(&timestamps, TimestampKind::Archive),
    };
    Signature {
        format: match elements.level() {
            Level::None => Format::Pkcs7,
            _ => Format::Cades,
        },
        level: elements.level(),
        format_problems,
        coverage,
        identifier: signer.identifier.clone(),
        certificate_references,
        digest_algorithm: signer.digest_algorithm.clone(),
        content,
        content_is_sha1_of: None,
        announced_digests: data.digest_algorithms.clone(),
        content_type: data.content_type.clone(),
        signed_attributes: signer.signed_attributes.clone(),
        signature_algorithm: signer.signature_algorithm.clone(),
        value: signer.signature.clone(),
        claimed_signing_time: signer
            .signed(&oid::SIGNING_TIME)
            .find_map(|attribute| attribute.signing_time().ok()),
        claimed_roles: read_roles(signer),
        has_signature_policy: signer
            .signed(&oid::SIGNATURE_POLICY_IDENTIFIER)
            .next()
            .is_some(),
        timestamps,
        embedded,
        records,
        counter_signatures: signer.unsigned(&oid::COUNTERSIGNATURE).count(),
    }
}

/// RFC 5652, 11: these must not stand more than once among the signed attributes.
fn check_single_attributes(signer: &SignerInfo, problems: &mut Vec<String>) {
    for (kind, name) in [
        (oid::CONTENT_TYPE, "content-type"),
        (oid::MESSAGE_DIGEST, "message-digest"),
        (oid::SIGNING_TIME, "signing-time"),
    ] {
        if signer.signed(&kind).count() > 1 {
            problems.push(format!("more than one signed attribute {name}"));
        }
    }
}

fn has_kind(timestamps: &[Timestamp], kind: TimestampKind) -> bool {
    timestamps.iter().any(|timestamp| timestamp.kind == kind)
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

fn gather(signer: &SignerInfo, embedded: &mut Embedded, problems: &mut Vec<String>) {
    let values = signer
        .unsigned(&oid::REVOCATION_VALUES)
        .chain(signer.signed(&oid::ADOBE_REVOCATION_INFO_ARCHIVAL))
        .chain(signer.unsigned(&oid::ADOBE_REVOCATION_INFO_ARCHIVAL));
    for attribute in values {
        match RevocationValues::read(attribute) {
            Ok(values) => {
                embedded.revocation_lists.extend(values.revocation_lists);
                embedded.ocsp_responses.extend(values.ocsp_responses);
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    for attribute in signer.unsigned(&oid::CERTIFICATE_VALUES) {
        match certificate_values(attribute) {
            Ok(certificates) => embedded.certificates.extend(certificates),
            Err(error) => problems.push(error.to_string()),
        }
    }
}

/// `certificate-values` (RFC 5126, 6.3.3).
fn certificate_values(attribute: &Attribute) -> Result<Vec<Bytes>, Error> {
    let value = attribute.single_value()?;
    let mut list = Reader::new(value, "CertificateValues").sequence()?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        let certificate = list.expect(tag::SEQUENCE)?;
        certificates.push(crate::asn1::keep(value, certificate.raw));
    }
    Ok(certificates)
}

fn read_roles(signer: &SignerInfo) -> Vec<String> {
    signer
        .signed(&oid::SIGNER_ATTRIBUTES_V2)
        .chain(signer.signed(&oid::SIGNER_ATTRIBUTES))
        .filter_map(|attribute| claimed_roles(attribute).ok())
        .flatten()
        .collect()
}

fn read_timestamps(
    signer: &SignerInfo,
    content: Option<&[Bytes]>,
    limits: &Limits,
) -> Vec<Timestamp> {
    let mut timestamps = Vec::new();
    for attribute in signer.signed(&oid::CONTENT_TIMESTAMP) {
        let stamped = Stamped::content(content.map(<[Bytes]>::to_vec));
        push_tokens(
            &mut timestamps,
            attribute,
            TimestampKind::Content,
            &stamped,
            limits,
        );
    }
    for attribute in &signer.unsigned_attributes {
        let Some(kind) = kind_of(&attribute.kind) else {
            continue;
        };
        let stamped = match kind {
            TimestampKind::Signature => Stamped::Bytes(vec![signer.signature.clone()]),
            _ => Stamped::Unknown,
        };
        push_tokens(&mut timestamps, attribute, kind, &stamped, limits);
    }
    timestamps
}

fn kind_of(attribute: &Oid) -> Option<TimestampKind> {
    let kinds = [
        (oid::SIGNATURE_TIMESTAMP, TimestampKind::Signature),
        (oid::ADOBE_TIMESTAMP, TimestampKind::Signature),
        (oid::CADES_C_TIMESTAMP, TimestampKind::References),
        (
            oid::CERTIFICATES_AND_CRLS_TIMESTAMP,
            TimestampKind::References,
        ),
        (oid::ARCHIVE_TIMESTAMP_V2, TimestampKind::Archive),
        (oid::ARCHIVE_TIMESTAMP_V3, TimestampKind::Archive),
    ];
    kinds
        .into_iter()
        .find(|(known, _)| known == attribute)
        .map(|(_, kind)| kind)
}

fn push_tokens(
    timestamps: &mut Vec<Timestamp>,
    attribute: &Attribute,
    kind: TimestampKind,
    stamped: &Stamped,
    limits: &Limits,
) {
    for value in &attribute.values {
        timestamps.push(Timestamp {
            kind,
            token: TimestampToken::read(value, limits),
            stamped: stamped.clone(),
            format_problems: Vec::new(),
            coverage: None,
        });
    }
}

/// A time-stamp token as the signature that it is: a CMS over its `TSTInfo`.
pub(super) fn of_token(token: &TimestampToken, limits: &Limits) -> Signature {
    let content = token
        .signed_data
        .content
        .clone()
        .map(|content| vec![content]);
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
