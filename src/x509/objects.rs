//! Certificates, revocation lists and OCSP responses of many documents, each read once.

use super::{Certificate, CertificateList, OcspResponse};
use crate::error::Error;
use crate::memory::Memory;
use bytes::Bytes;
use std::sync::Arc;

/// What one kind of object may weigh in one generation.
const GENERATION: usize = 32 << 20;

/// An object that was read takes as many times the octets that it was read from.
const WEIGHT_OF_OCTET: usize = 4;

/// What was read before, found by its octets: an issuer's certificate stands in every document
/// that the issuer's customers signed. Shared between documents and threads.
#[derive(Debug)]
pub struct Objects {
    certificates: Memory<Bytes, Arc<Certificate>>,
    revocation_lists: Memory<Bytes, Arc<CertificateList>>,
    ocsp_responses: Memory<Bytes, Arc<OcspResponse>>,
}

impl Default for Objects {
    fn default() -> Self {
        Objects {
            certificates: Memory::of_generations(GENERATION),
            revocation_lists: Memory::of_generations(GENERATION),
            ocsp_responses: Memory::of_generations(GENERATION),
        }
    }
}

impl Objects {
    /// As [`Certificate::read`].
    ///
    /// # Errors
    /// As there.
    pub fn certificate(&self, bytes: &Bytes) -> Result<Arc<Certificate>, Error> {
        read(&self.certificates, bytes, Certificate::read)
    }

    /// As [`CertificateList::read`].
    ///
    /// # Errors
    /// As there.
    pub fn revocation_list(&self, bytes: &Bytes) -> Result<Arc<CertificateList>, Error> {
        read(&self.revocation_lists, bytes, CertificateList::read)
    }

    /// As [`OcspResponse::read`].
    ///
    /// # Errors
    /// As there.
    pub fn ocsp_response(&self, bytes: &Bytes) -> Result<Arc<OcspResponse>, Error> {
        read(&self.ocsp_responses, bytes, OcspResponse::read)
    }
}

fn read<Object>(
    memory: &Memory<Bytes, Arc<Object>>,
    bytes: &Bytes,
    read: fn(&Bytes) -> Result<Object, Error>,
) -> Result<Arc<Object>, Error> {
    let weight = bytes.len().saturating_mul(WEIGHT_OF_OCTET);
    if !memory.has_room_for(weight) {
        return read(bytes).map(Arc::new);
    }
    if let Some(known) = memory.find(bytes.as_ref()) {
        return Ok(known);
    }
    // What is kept must not keep the whole document that it stands in.
    let own = Bytes::copy_from_slice(bytes);
    let object = Arc::new(read(&own)?);
    memory.keep(own, object.clone(), weight);
    Ok(object)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_returns_is_read_once_and_keeps_no_document() {
        let certificate = std::fs::read("fixtures/pki/issuing-ca.pem").unwrap();
        let certificate = x509_parser::pem::parse_x509_pem(&certificate).unwrap().1;
        let length = certificate.contents.len();
        let document = |number: u8| {
            let document = [&[number][..], &certificate.contents].concat();
            Bytes::from(document).slice(1..)
        };
        let objects = Objects::default();
        let first = document(1);
        let read = objects.certificate(&first).unwrap();
        assert!(!first.as_ptr_range().contains(&read.der().as_ptr()));
        let again = objects.certificate(&document(2)).unwrap();
        assert!(Arc::ptr_eq(&read, &again));
        let cut = first.slice(..length - 1);
        assert!(objects.certificate(&cut).is_err());
        assert_eq!(
            objects.certificate(&cut).unwrap_err().to_string(),
            Certificate::read(&cut).unwrap_err().to_string()
        );
    }
}
