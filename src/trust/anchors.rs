//! Trust anchors (RFC 5280, 6.1.1 d): names and keys that the user has chosen.

use crate::error::Error;
use crate::x509::{Certificate, DistinguishedName};
use bytes::Bytes;
use std::sync::Arc;

/// The certificates that paths must end in.
///
/// An anchor is trusted as it is: its own validity period and signature are not judged.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    certificates: Vec<Arc<Certificate>>,
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
        let bytes = bytes.into();
        if bytes.first() == Some(&0x30) {
            return self.add_certificate(&bytes);
        }
        let mut found = false;
        for pem in x509_parser::pem::Pem::iter_from_buffer(&bytes) {
            let pem = pem.map_err(|_| Error::malformed("PEM", 0, "not base64"))?;
            self.add_certificate(&Bytes::from(pem.contents))?;
            found = true;
        }
        if found {
            Ok(())
        } else {
            Err(Error::NotRecognised)
        }
    }

    fn add_certificate(&mut self, bytes: &Bytes) -> Result<(), Error> {
        let certificate = Certificate::read(bytes)?;
        if !self.contains(&certificate) {
            self.certificates.push(Arc::new(certificate));
        }
        Ok(())
    }

    /// Whether this very certificate is an anchor.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.certificates
            .iter()
            .any(|anchor| anchor.sha256() == certificate.sha256())
    }

    /// Anchors with a subject name.
    pub fn named<'a>(
        &'a self,
        subject: &'a DistinguishedName,
    ) -> impl Iterator<Item = &'a Arc<Certificate>> {
        self.certificates
            .iter()
            .filter(move |anchor| anchor.subject.matches(subject))
    }

    /// All anchors.
    pub fn certificates(&self) -> &[Arc<Certificate>] {
        &self.certificates
    }
}
