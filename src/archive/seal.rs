//! Sealing: what is known of a document today, bound together and time-stamped.

use super::concern::Concern;
use super::facts;
use super::layout;
use super::pending_envelope::PendingEnvelope;
use super::register;
use super::sources::{self, sealed_registers};
use crate::container::Document;
use crate::container::asic::write_evidence_record_manifest;
use crate::crypto::{DigestAlgorithm, sha256};
use crate::error::Error;
use crate::ers::PendingRecord;
use crate::evidence::{Evidence, Origin};
use crate::hex;
use crate::report::json::{self, Salt};
use crate::report::{Options, Report};
use crate::validator::Validator;
use crate::x509::Certificate;
use bytes::Bytes;
use std::sync::Arc;

/// What goes into an envelope.
#[derive(Debug, Clone, Copy)]
pub struct SealedContent<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its file name.
    pub name: &'a str,
    /// The file name of its detached content, where it has one.
    pub detached_name: Option<&'a str>,
    /// Its number in the diary of the records system, where it has one.
    pub diary_number: Option<&'a str>,
    /// The evidence it was judged by.
    pub evidence: &'a Evidence,
    /// What it was judged by: trust, constraints and what signers were bound by.
    pub validator: &'a Validator<'a>,
    /// The report on it.
    pub report: &'a Report,
    /// Whether the envelope keeps the report with personal numbers as well, and what protects the
    /// digest of that in the public one.
    pub full_report: Option<Salt>,
}

/// Gathers an envelope and computes what is to be time-stamped.
///
/// # Errors
/// [`Error::Unsupported`] where the digest algorithm cannot be named in a manifest, and what
/// [`Source::intact`](crate::Source::intact) tells of the document.
pub fn prepare(
    content: &SealedContent<'_>,
    digest: DigestAlgorithm,
) -> Result<PendingEnvelope, Error> {
    let members = gather(content)?;
    let mut references: Vec<_> = members
        .iter()
        .map(|(name, bytes)| layout::reference(name, bytes, digest))
        .collect();
    if let Some(first) = references.first_mut() {
        first.root_file = true;
    }
    let hashes: Vec<Vec<u8>> = references
        .iter()
        .map(|reference| reference.digest.clone())
        .collect();
    let unsupported = Error::Unsupported {
        structure: "evidence record",
        feature: "this digest algorithm",
    };
    if digest.uri().is_none() {
        return Err(unsupported);
    }
    let manifest = write_evidence_record_manifest(layout::RECORD, &references);
    let manifest = (layout::MANIFEST.to_owned(), Bytes::from(manifest));
    let record = PendingRecord::initial(digest, hashes).ok_or(unsupported)?;
    let members = members.into_iter().chain([manifest]).collect();
    Ok(PendingEnvelope::new(members, record))
}

/// The members that the record covers; the document is the first.
fn gather(content: &SealedContent<'_>) -> Result<Vec<(String, Bytes)>, Error> {
    let name = layout::document_name(content.name);
    let mut members = vec![(name.clone(), content.document.source().whole()?)];
    if let Some(detached) = content.document.detached() {
        let detached_name = layout::document_name(content.detached_name.unwrap_or("content"));
        let distinct = if detached_name == name {
            format!("content-{detached_name}")
        } else {
            detached_name
        };
        members.push((distinct, detached.whole()?));
    }
    let (trust, limits) = (content.validator.trust(), content.validator.limits());
    let sources = content.validator.binding_sources();
    let registers = sealed_registers(content.report, sources, limits);
    let signers: Vec<Evidence> = registers
        .iter()
        .map(|extract| register::signers(&extract.file, limits))
        .collect();
    let concern = concern(content, &signers);
    for (extension, bytes) in supplied_evidence(content.evidence, &concern) {
        let name = format!("{}{}.{extension}", layout::EVIDENCE, hex(&sha256(&bytes)));
        members.push((name, bytes));
    }
    let anchors = trust.certificates().iter();
    for anchor in anchors.filter(|anchor| concern.includes(&anchor.subject)) {
        let name = format!("{}{}.cer", layout::TRUST, hex(anchor.sha256()));
        members.push((name, anchor.der().clone()));
        if let Some(until) = trust.trusted_until(anchor) {
            let name = format!("{}{}.until", layout::TRUST, hex(anchor.sha256()));
            members.push((name, Bytes::from(format!("{until}\n"))));
        }
    }
    let policy = content.validator.policy().to_toml();
    members.push((layout::POLICY.to_owned(), Bytes::from(policy)));
    members.extend(reports(content));
    if let Some(number) = content.diary_number {
        let recorded = facts::recorded_as(number);
        members.push((layout::RECORDED_AS.to_owned(), Bytes::from(recorded)));
    }
    members.extend(sources::members(content.report, sources, &registers));
    let version =
        Bytes::from_static(concat!("sigill ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    members.push((layout::VERSION.to_owned(), version));
    Ok(members)
}

/// The report that may be shown, the full one where it is wanted, and who signed.
fn reports(content: &SealedContent<'_>) -> Vec<(String, Bytes)> {
    let (report, options) = (content.report, Options::default());
    let full = content.full_report.as_ref();
    let full = full.map(|salt| json::full_report_to_json(report, salt));
    let public = match &full {
        Some(full) => json::public_report_to_json(report, full),
        None => json::to_json(report, &options),
    };
    let binding = json::binding_to_json(report, &options);
    [
        (layout::REPORT, Some(public)),
        (layout::FULL_REPORT, full),
        (layout::BINDING, Some(binding)),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name.to_owned(), Bytes::from(text?))))
    .collect()
}

/// Evidence from outside the document that concerns it, with the extension of its file.
fn supplied_evidence(evidence: &Evidence, concern: &Concern<'_>) -> Vec<(&'static str, Bytes)> {
    let supplied = |origin| origin == Origin::Supplied;
    let certificates = concern.certificates(evidence, supplied);
    let lists = concern.revocation_lists(evidence, supplied);
    let responses = concern.ocsp_responses(evidence, supplied);
    let named = |extension| move |object: &Bytes| (extension, object.clone());
    let certificates = certificates.map(named("cer"));
    let rest = lists.map(named("crl")).chain(responses.map(named("ocsp")));
    certificates.chain(rest).collect()
}

/// What concerns a document: its own certificates and their issuers, and those of whoever signed
/// the registers that were asked. A document without any is
/// signed by somebody among the supplied.
fn concern<'a>(content: &SealedContent<'a>, signers: &'a [Evidence]) -> Concern<'a> {
    let certificates = content.evidence.certificates();
    let own = certificates
        .iter()
        .filter(|item| item.origin != Origin::Supplied);
    let own: Vec<&Certificate> = own.map(|item| item.object.as_ref()).collect();
    let of_registers = signers.iter().flat_map(|signer| signer.certificates());
    let of_registers = of_registers.map(|item| item.object.as_ref());
    let anchors = content
        .validator
        .trust()
        .certificates()
        .iter()
        .map(Arc::as_ref);
    let known: Vec<_> = certificates
        .iter()
        .map(|item| item.object.as_ref())
        .chain(anchors)
        .chain(of_registers.clone())
        .collect();
    let own = match own.is_empty() {
        true => known.clone(),
        false => own.into_iter().chain(of_registers).collect(),
    };
    Concern::about(&own, &known)
}
