//! Sealing: what is known of a document today, bound together and time-stamped.

use super::layout;
use crate::container::Document;
use crate::container::asic::{write_asic_e, write_evidence_record_manifest};
use crate::crypto::{DigestAlgorithm, sha256};
use crate::error::Error;
use crate::ers::{PendingRecord, initial_record};
use crate::evidence::{Evidence, Origin};
use crate::hex;
use crate::policy::Policy;
use crate::report::{Options, Report, json};
use crate::trust::TrustAnchors;
use crate::tsp::{TimestampRequest, TimestampToken};
use crate::x509::DistinguishedName;
use bytes::Bytes;
use std::collections::HashSet;

/// What goes into an envelope.
#[derive(Debug, Clone, Copy)]
pub struct SealedContent<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its file name.
    pub name: &'a str,
    /// The file name of its detached content, where it has one.
    pub detached_name: Option<&'a str>,
    /// The evidence it was judged by.
    pub evidence: &'a Evidence,
    /// The anchors it was judged by.
    pub trust: &'a TrustAnchors,
    /// The constraints it was judged by.
    pub policy: &'a Policy,
    /// The report on it.
    pub report: &'a Report,
}

/// An envelope that lacks only the time-stamp over its evidence record.
#[derive(Debug, Clone)]
pub struct PendingEnvelope {
    members: Vec<(String, Bytes)>,
    manifest: Vec<u8>,
    record: PendingRecord,
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
    Ok(PendingEnvelope {
        manifest: write_evidence_record_manifest(layout::RECORD, &references),
        record: initial_record(digest, &hashes).ok_or(unsupported)?,
        members,
    })
}

impl PendingEnvelope {
    /// What to send to a time-stamping authority. `nonce` must never have been used before.
    pub fn request(&self, nonce: u64) -> TimestampRequest {
        TimestampRequest {
            digest: self.record.digest_algorithm,
            imprint: self.record.imprint.clone(),
            nonce,
            policy: None,
        }
    }

    /// The envelope with the authority's token in its record.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the token is over something else, or the envelope cannot be
    /// written as a container.
    pub fn complete(&self, token: &TimestampToken) -> Result<Vec<u8>, Error> {
        let is_over_this = token.info.imprint_digest() == Some(self.record.digest_algorithm)
            && token.info.imprint == self.record.imprint;
        if !is_over_this {
            return Err(Error::malformed(
                "TimeStampToken",
                0,
                "it is over something else",
            ));
        }
        let record = self.record.complete(token.raw());
        let own = [
            (layout::MANIFEST.to_owned(), self.manifest.as_slice()),
            (layout::RECORD.to_owned(), record.as_slice()),
        ];
        let members: Vec<(String, &[u8])> = self
            .members
            .iter()
            .map(|(name, bytes)| (name.clone(), bytes.as_ref()))
            .chain(own)
            .collect();
        write_asic_e(&members)
    }
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
    let concern = Concern::of(content);
    for (extension, bytes) in supplied_evidence(content.evidence, &concern) {
        let name = format!("{}{}.{extension}", layout::EVIDENCE, hex(&sha256(&bytes)));
        members.push((name, bytes));
    }
    let anchors = content.trust.certificates().iter();
    for anchor in anchors.filter(|anchor| concern.includes(&anchor.subject)) {
        let name = format!("{}{}.cer", layout::TRUST, hex(anchor.sha256()));
        members.push((name, anchor.der().clone()));
        if let Some(until) = content.trust.trusted_until(anchor) {
            let name = format!("{}{}.until", layout::TRUST, hex(anchor.sha256()));
            members.push((name, Bytes::from(format!("{until}\n"))));
        }
    }
    let options = Options::default();
    let texts = [
        (layout::POLICY, content.policy.to_toml()),
        (layout::REPORT, json::to_json(content.report, &options)),
        (
            layout::BINDING,
            json::binding_to_json(content.report, &options),
        ),
    ];
    for (name, text) in texts {
        members.push((name.to_owned(), Bytes::from(text)));
    }
    Ok(members)
}

/// The names that concern a document: those of its own certificates and of their issuers, as
/// far as evidence and anchors lead. A folder of evidence for many documents would otherwise be
/// sealed into each.
struct Concern<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Concern<'a> {
    fn of(content: &SealedContent<'a>) -> Self {
        let certificates = content.evidence.certificates();
        let mut names: HashSet<&str> = HashSet::new();
        let own = certificates
            .iter()
            .filter(|item| item.origin != Origin::Supplied);
        for item in own {
            names.insert(item.object.subject.canonical());
            names.insert(item.object.issuer.canonical());
        }
        let anchors = content.trust.certificates().iter();
        let known: Vec<_> = certificates
            .iter()
            .map(|item| &item.object)
            .chain(anchors)
            .collect();
        // A document without certificates of its own is signed by somebody among the supplied.
        if names.is_empty() {
            names.extend(
                known
                    .iter()
                    .map(|certificate| certificate.subject.canonical()),
            );
        }
        loop {
            let before = names.len();
            for certificate in &known {
                if names.contains(certificate.subject.canonical()) {
                    names.insert(certificate.issuer.canonical());
                }
            }
            if names.len() == before {
                return Concern { names };
            }
        }
    }

    fn includes(&self, name: &DistinguishedName) -> bool {
        self.names.contains(name.canonical())
    }
}

/// Evidence from outside the document that concerns it, with the extension of its file.
fn supplied_evidence(evidence: &Evidence, concern: &Concern<'_>) -> Vec<(&'static str, Bytes)> {
    let mut found = Vec::new();
    for item in evidence.certificates() {
        if item.origin == Origin::Supplied && concern.includes(&item.object.subject) {
            found.push(("cer", item.object.der().clone()));
        }
    }
    for item in evidence.revocation_lists() {
        if item.origin == Origin::Supplied && concern.includes(&item.object.issuer) {
            found.push(("crl", item.object.der().clone()));
        }
    }
    for item in evidence.ocsp_responses() {
        let is_about_one_of_them = item.object.responses.iter().any(|single| {
            evidence
                .certificates()
                .iter()
                .any(|known| known.object.serial == single.certificate.serial)
        });
        if item.origin == Origin::Supplied && is_about_one_of_them {
            found.push(("ocsp", item.object.der().clone()));
        }
    }
    found
}
