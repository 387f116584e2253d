//! Files of certificates: DER, or PEM (RFC 7468, 5).

use super::Certificate;
use crate::error::Error;
use bytes::Bytes;
use x509_parser::pem::Pem;

/// The label of RFC 7468, 5.1, and the older one that 5.3 wants readers to know.
const LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];

impl Certificate {
    /// Reads every certificate of a file, in its order: one in DER, or any number in PEM, where
    /// keys and other things beside them are passed over. Those that cannot be read stand as
    /// errors in their place: [`Error::Malformed`], also where there is none at all, and
    /// [`Error::Empty`].
    pub fn read_all(bytes: &Bytes) -> Vec<Result<Self, Error>> {
        if bytes.is_empty() {
            return vec![Err(Error::Empty)];
        }
        let whole = Certificate::read(bytes);
        let mut blocks = Pem::iter_from_buffer(bytes).peekable();
        if whole.is_ok() || blocks.peek().is_none() {
            return vec![whole];
        }
        let certificates = blocks.filter_map(|block| match block {
            Ok(block) => LABELS
                .contains(&block.label.as_str())
                .then(|| Certificate::read(&block.contents.into())),
            Err(_) => Some(Err(Error::malformed("PEM", 0, "a damaged block"))),
        });
        let certificates: Vec<_> = certificates.collect();
        if certificates.is_empty() {
            return vec![Err(Error::malformed("PEM", 0, "no certificate in it"))];
        }
        certificates
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    const ROOT: &str = include_str!("../../fixtures/pki/root.pem");
    const PERSON: &str = include_str!("../../fixtures/pki/person-rsa.pem");

    fn read(text: &str) -> Vec<Result<Certificate, Error>> {
        Certificate::read_all(&Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn certificates_are_read_in_the_order_of_the_file_and_damage_keeps_its_place() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let damaged = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        let read = read(&format!("a comment\n{key}{PERSON}{damaged}{ROOT}"));
        assert_eq!(read.len(), 3);
        let person = read[0].as_ref().unwrap();
        assert!(read[1].is_err());
        assert!(!person.is_self_issued() && read[2].as_ref().unwrap().is_self_issued());
        let der = Certificate::read_all(person.der());
        assert_eq!(der[0].as_ref().unwrap().sha256(), person.sha256());
    }

    #[test]
    fn a_file_without_a_certificate_is_one_error() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for text in [
            "",
            "no certificate",
            key,
            "-----BEGIN CERTIFICATE-----\nAAAA",
        ] {
            let read = read(text);
            assert!(matches!(read.as_slice(), [Err(_)]), "{text}: {read:?}");
        }
    }
}
