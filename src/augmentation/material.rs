//! What verdicts rest on and the document does not hold: the evidence that level LT asks for
//! (EN 319 122-1, 6.3; EN 319 142-1, 6.3).

use crate::container::pdf::StoreAdditions;
use crate::evidence::{Evidence, Item, Origin};
use crate::report::Report;
use crate::validation::Basis;
use crate::x509::Certificate;
use bytes::Bytes;
use std::collections::HashSet;
use std::sync::Arc;

/// Evidence to be laid into a document.
#[derive(Debug, Default)]
pub(super) struct Material {
    pub(super) certificates: Vec<Bytes>,
    pub(super) revocation_lists: Vec<Bytes>,
    pub(super) ocsp_responses: Vec<Bytes>,
}

impl Material {
    /// What the verdicts of `report` rest on, of signatures and of time-stamps alike, as far as it
    /// came from outside the document.
    pub(super) fn of(report: &Report, evidence: &Evidence) -> Self {
        let mut wanted = Wanted::default();
        for signature in super::signatures(report) {
            wanted.take(&signature.basis);
        }
        for (_, timestamp) in super::timestamps(report) {
            wanted.take(&timestamp.basis);
        }
        wanted.take_signers_of_revocation_data(evidence);
        // Anchors are among the trusted, not among the evidence.
        let own: HashSet<[u8; 32]> = evidence
            .certificates()
            .iter()
            .filter(|item| item.origin != Origin::Supplied)
            .map(|item| *item.object.sha256())
            .collect();
        let certificates = wanted.certificates.iter();
        let certificates = certificates.filter(|certificate| !own.contains(certificate.sha256()));
        let objects = &wanted.objects;
        Material {
            certificates: certificates
                .map(|certificate| certificate.der().clone())
                .collect(),
            revocation_lists: supplied(evidence.revocation_lists(), |list| {
                objects.contains(list.sha256()).then(|| list.der().clone())
            }),
            ocsp_responses: supplied(evidence.ocsp_responses(), |response| {
                let is_wanted = objects.contains(response.sha256());
                is_wanted.then(|| response.der().clone())
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let lists = [
            &self.certificates,
            &self.revocation_lists,
            &self.ocsp_responses,
        ];
        lists.into_iter().all(Vec::is_empty)
    }

    /// The same for the store of a PDF, which knows no ASN.1.
    pub(super) fn for_a_store(&self) -> StoreAdditions<'_> {
        StoreAdditions {
            certificates: &self.certificates,
            crls: &self.revocation_lists,
            ocsps: &self.ocsp_responses,
        }
    }
}

fn supplied<T>(items: &[Item<T>], wanted: impl Fn(&T) -> Option<Bytes>) -> Vec<Bytes> {
    let items = items.iter();
    items
        .filter(|item| item.origin == Origin::Supplied)
        .filter_map(|item| wanted(&item.object))
        .collect()
}

/// The objects that verdicts name.
#[derive(Default)]
struct Wanted {
    certificates: Vec<Arc<Certificate>>,
    known: HashSet<[u8; 32]>,
    /// SHA-256 of revocation lists and OCSP responses.
    objects: HashSet<[u8; 32]>,
    /// Who signed those.
    signers: Vec<Arc<Certificate>>,
}

impl Wanted {
    fn take(&mut self, basis: &Basis) {
        let path = basis.path.iter().flat_map(|path| path.certificates());
        path.for_each(|certificate| self.take_certificate(certificate));
        for statement in &basis.statements {
            self.objects.insert(statement.object);
            self.signers.push(statement.signer.clone());
            for support in &statement.supported_by {
                self.objects.insert(support.object);
                self.signers.push(support.signer.clone());
            }
        }
    }

    fn take_certificate(&mut self, certificate: &Arc<Certificate>) {
        if self.known.insert(*certificate.sha256()) {
            self.certificates.push(certificate.clone());
        }
    }

    /// Signers of revocation data that stand in no path, such as OCSP responders, with their
    /// issuers, and all that is known of whether they were revoked.
    fn take_signers_of_revocation_data(&mut self, evidence: &Evidence) {
        let mut waiting = std::mem::take(&mut self.signers);
        while let Some(certificate) = waiting.pop() {
            if self.known.contains(certificate.sha256()) {
                continue;
            }
            self.take_certificate(&certificate);
            let issuers: Vec<_> = evidence.certificates_of(&certificate.issuer).collect();
            let lists = evidence.revocation_lists().iter();
            let lists = lists.filter(|item| item.object.issuer.matches(&certificate.issuer));
            self.objects.extend(lists.map(|item| *item.object.sha256()));
            let responses = evidence.ocsp_responses().iter().filter(|item| {
                let mut answers = item.object.responses.iter();
                answers.any(|answer| {
                    let mut issuers = issuers.iter();
                    issuers.any(|issuer| answer.certificate.identifies(&certificate, issuer))
                })
            });
            self.objects
                .extend(responses.map(|item| *item.object.sha256()));
            waiting.extend(issuers.into_iter().cloned());
        }
    }
}
