//! Trust anchors (RFC 5280, 6.1.1 d): names and keys that the user has chosen.

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
    trusted_until: HashMap<[u8; 32], Option<UnixTime>>,
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

    /// Ends the trust in an anchor that was added before; false where there is none with this
    /// SHA-256.
    pub fn end_trust(&mut self, sha256: &[u8; 32], trusted_until: UnixTime) -> bool {
        let known = self.trusted_until.get_mut(sha256);
        known.map(|until| *until = Some(trusted_until)).is_some()
    }

    /// Whether this very certificate is an anchor, also if only until some time.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.trusted_until.contains_key(certificate.sha256())
    }

    /// When trust in this anchor ends; `None` where no end is known.
    pub fn trusted_until(&self, anchor: &Certificate) -> Option<UnixTime> {
        self.trusted_until.get(anchor.sha256()).copied().flatten()
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
        let known = self
            .trusted_until
            .insert(*certificate.sha256(), trusted_until)
            .is_some();
        if !known {
            self.by_subject
                .entry(certificate.subject.canonical().to_owned())
                .or_default()
                .push(self.certificates.len());
            self.certificates.push(Arc::new(certificate));
        }
        Ok(())
    }
}
