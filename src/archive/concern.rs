//! Which evidence concerns what is sealed or renewed: a folder of evidence for many documents would
//! otherwise be kept with each.

use crate::evidence::{Evidence, Origin};
use crate::x509::{Certificate, DistinguishedName};
use bytes::Bytes;
use std::collections::HashSet;

/// The names of certificates and of all their issuers.
pub(super) struct Concern<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Concern<'a> {
    /// The names of `certificates` and of their issuers, as far as what is `known` leads.
    pub(super) fn about(certificates: &[&'a Certificate], known: &[&'a Certificate]) -> Self {
        let mut names: HashSet<&str> = HashSet::new();
        for certificate in certificates {
            names.insert(certificate.subject.canonical());
            names.insert(certificate.issuer.canonical());
        }
        loop {
            let before = names.len();
            for certificate in known {
                if names.contains(certificate.subject.canonical()) {
                    names.insert(certificate.issuer.canonical());
                }
            }
            if names.len() == before {
                return Concern { names };
            }
        }
    }

    pub(super) fn includes(&self, name: &DistinguishedName) -> bool {
        self.names.contains(name.canonical())
    }

    pub(super) fn certificates<'b>(
        &self,
        evidence: &'b Evidence,
        wanted: impl Fn(Origin) -> bool,
    ) -> impl Iterator<Item = &'b Bytes> {
        let items = evidence.certificates().iter();
        items
            .filter(move |item| wanted(item.origin) && self.includes(&item.object.subject))
            .map(|item| item.object.der())
    }

    pub(super) fn revocation_lists<'b>(
        &self,
        evidence: &'b Evidence,
        wanted: impl Fn(Origin) -> bool,
    ) -> impl Iterator<Item = &'b Bytes> {
        let items = evidence.revocation_lists().iter();
        items
            .filter(move |item| wanted(item.origin) && self.includes(&item.object.issuer))
            .map(|item| item.object.der())
    }

    /// Responses about a certificate at hand that is included, or whose issuer is, such as that of
    /// another responder.
    pub(super) fn ocsp_responses<'b>(
        &self,
        evidence: &'b Evidence,
        wanted: impl Fn(Origin) -> bool,
    ) -> impl Iterator<Item = &'b Bytes> {
        let serials: HashSet<&Bytes> = evidence
            .certificates()
            .iter()
            .filter(|item| {
                self.includes(&item.object.subject) || self.includes(&item.object.issuer)
            })
            .map(|item| &item.object.serial)
            .collect();
        let items = evidence.ocsp_responses().iter();
        items
            .filter(move |item| {
                let mut answers = item.object.responses.iter();
                wanted(item.origin)
                    && answers.any(|answer| serials.contains(&answer.certificate.serial))
            })
            .map(|item| item.object.der())
    }
}
