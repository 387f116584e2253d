//! Trust anchors (RFC 5280, 6.1.1 d): names and keys that the user has chosen.

use super::service::{Service, ServiceUse};
use super::trusted_list::TrustedList;
use crate::UnixTime;
use crate::error::Error;
use crate::x509::{Certificate, DistinguishedName};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;

/// The certificates that paths must end in.
///
/// An anchor is trusted as it is: its own validity period and signature are not judged, the
/// former unless the [policy](crate::policy::PathConstraints) asks for it.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    certificates: Vec<Arc<Certificate>>,
    by_subject: HashMap<String, Vec<usize>>,
    /// Until when each anchor is trusted, by its SHA-256.
    trust: HashMap<[u8; 32], Trust>,
    /// What trusted lists say of anchors, by SHA-256.
    services: HashMap<[u8; 32], Vec<Arc<Service>>>,
}

/// Until when an anchor is trusted, and by whose word.
#[derive(Debug, Clone, Copy)]
struct Trust {
    until: Option<UnixTime>,
    source: Source,
}

/// Whose word it is; the later counts more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A trusted list's, of a service that issues time-stamps.
    TimeStampService,
    /// A trusted list's, of a service that issues certificates: its end must not be put off by
    /// another service with the same key.
    CertificateService,
    User,
}

impl TrustAnchors {
    /// No trust at all: nothing can pass.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds every certificate of a PEM or DER file.
    ///
    /// # Errors
    /// [`Error::Malformed`] where a certificate cannot be read, [`Error::NotRecognised`] where
    /// the file holds none: an anchor that is silently lost would be a wrong verdict.
    pub fn add(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.add_file(&bytes.into(), None)
    }

    /// As [`TrustAnchors::add`], for anchors that are trusted until a time only, such as
    /// services that were taken off a trusted list. At later times they prove no more than what
    /// provably existed before (EN 319 102-1, 5.6.2.2). For an anchor that is added again, what
    /// is said last counts.
    ///
    /// # Errors
    /// As for [`TrustAnchors::add`].
    pub fn add_until(
        &mut self,
        bytes: impl Into<Bytes>,
        trusted_until: UnixTime,
    ) -> Result<(), Error> {
        self.add_file(&bytes.into(), Some(trusted_until))
    }

    /// Adds the certificates of a trusted list's services that issue certificates or time-stamps
    /// and are vouched for, as known at `at`: for as long as they are, or until they were no
    /// longer. Returns how many services gave any. An anchor that was added by itself keeps its
    /// end of trust.
    ///
    /// Nobody asks here whether to believe the list; see
    /// [`verify_lists`](super::verify_lists).
    pub fn add_list(&mut self, list: &TrustedList, at: UnixTime) -> usize {
        let mut added = 0;
        for service in &list.services {
            let source = match service.serves() {
                Some(ServiceUse::Certificates) => Source::CertificateService,
                Some(ServiceUse::TimeStamps) => Source::TimeStampService,
                None => continue,
            };
            let Some(until) = service.trusted_until(at) else {
                continue;
            };
            let service = Arc::new(service.clone());
            for certificate in &service.certificates {
                self.add_service(certificate, Trust { until, source }, &service);
            }
            added += usize::from(!service.certificates.is_empty());
        }
        added
    }

    /// Whether the user has named this anchor by itself, whatever trusted lists say of it.
    pub fn is_named(&self, anchor: &Certificate) -> bool {
        let known = self.trust.get(anchor.sha256());
        known.is_some_and(|trust| trust.source == Source::User)
    }

    /// What trusted lists say of this anchor.
    pub fn services(&self, anchor: &Certificate) -> &[Arc<Service>] {
        let known = self.services.get(anchor.sha256());
        known.map_or(&[], Vec::as_slice)
    }

    /// Ends the trust in an anchor that was added before; false where there is none with this
    /// SHA-256.
    pub fn end_trust(&mut self, sha256: &[u8; 32], trusted_until: UnixTime) -> bool {
        let known = self.trust.get_mut(sha256);
        known
            .map(|trust| trust.until = Some(trusted_until))
            .is_some()
    }

    /// Whether this very certificate is an anchor, also if only until some time.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.trust.contains_key(certificate.sha256())
    }

    /// When trust in this anchor ends; `None` where no end is known.
    pub fn trusted_until(&self, anchor: &Certificate) -> Option<UnixTime> {
        self.trust.get(anchor.sha256())?.until
    }

    /// Anchors with a subject name.
    pub fn named(&self, subject: &DistinguishedName) -> impl Iterator<Item = &Arc<Certificate>> {
        self.by_subject
            .get(subject.canonical())
            .into_iter()
            .flatten()
            .filter_map(|index| self.certificates.get(*index))
    }

    /// All anchors.
    pub fn certificates(&self) -> &[Arc<Certificate>] {
        &self.certificates
    }

    fn add_file(&mut self, bytes: &Bytes, trusted_until: Option<UnixTime>) -> Result<(), Error> {
        if bytes.first() == Some(&0x30) {
            return self.add_certificate(bytes, trusted_until);
        }
        let mut found = false;
        for pem in x509_parser::pem::Pem::iter_from_buffer(bytes) {
            let pem = pem.map_err(|_| Error::malformed("PEM", 0, "not base64"))?;
            self.add_certificate(&Bytes::from(pem.contents), trusted_until)?;
            found = true;
        }
        if found {
            Ok(())
        } else {
            Err(Error::NotRecognised)
        }
    }

    fn add_certificate(
        &mut self,
        bytes: &Bytes,
        trusted_until: Option<UnixTime>,
    ) -> Result<(), Error> {
        let certificate = Certificate::read(bytes)?;
        let trust = Trust {
            until: trusted_until,
            source: Source::User,
        };
        self.insert(Arc::new(certificate), trust);
        Ok(())
    }

    /// Of several services of one kind with one certificate, the one that is vouched for the
    /// longest counts.
    fn add_service(
        &mut self,
        certificate: &Arc<Certificate>,
        trust: Trust,
        service: &Arc<Service>,
    ) {
        let digest = *certificate.sha256();
        let trust = match self.trust.get(&digest) {
            Some(known) if known.source > trust.source => *known,
            Some(known) if known.source == trust.source => Trust {
                until: known.until.zip(trust.until).map(|(one, two)| one.max(two)),
                ..trust
            },
            _ => trust,
        };
        self.insert(certificate.clone(), trust);
        self.services
            .entry(digest)
            .or_default()
            .push(service.clone());
    }

    fn insert(&mut self, certificate: Arc<Certificate>, trust: Trust) {
        let digest = *certificate.sha256();
        let known = self.trust.insert(digest, trust).is_some();
        if !known {
            self.by_subject
                .entry(certificate.subject.canonical().to_owned())
                .or_default()
                .push(self.certificates.len());
            self.certificates.push(certificate);
        }
    }
}
