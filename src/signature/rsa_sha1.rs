//! `adbe.x509.rsa_sha1` (ISO 32000-1, 12.8.3.2): no CMS, but a PKCS#1 signature value over the
//! SHA-1 of the signed bytes, and the signer's certificate beside it.

use super::{Coverage, Embedded, Format, Level, Signature, SignedContent};
use crate::asn1::{Reader, keep, oid, tag};
use crate::cms::SignerIdentifier;
use crate::container::pdf::SignatureDictionary;
use crate::crypto::AlgorithmIdentifier;
use crate::error::Error;
use crate::x509::Certificate;
use bytes::Bytes;

/// The signature in sigill's form.
///
/// # Errors
/// [`Error::Malformed`] where `/Contents` is no OCTET STRING, or where `/Cert` does not begin with
/// a certificate.
pub(super) fn read(
    dictionary: &SignatureDictionary,
    coverage: Coverage,
) -> Result<Signature, Error> {
    let Some(certificate) = dictionary.certificates.first() else {
        return Err(Error::malformed("signature dictionary", 0, "no /Cert"));
    };
    // The signer's certificate comes first; what follows is its chain.
    let certificate = Certificate::read(certificate)?;
    let digest_algorithm = AlgorithmIdentifier {
        oid: oid::SHA1,
        parameters: None,
    };
    let (value, format_problems) = value(&dictionary.contents)?;
    Ok(Signature {
        format: Format::Pkcs7,
        level: Level::None,
        format_problems,
        coverage,
        identifier: SignerIdentifier::IssuerAndSerialNumber {
            issuer: certificate.issuer.clone(),
            serial: certificate.serial.clone(),
        },
        certificate_references: Vec::new(),
        announced_digests: vec![digest_algorithm.clone()],
        digest_algorithm,
        content: dictionary
            .signed_parts()
            .map(|parts| SignedContent::from(parts.to_vec())),
        content_is_sha1_of: None,
        content_type: None,
        signed_attributes: None,
        signature_algorithm: AlgorithmIdentifier {
            oid: oid::SHA1_WITH_RSA_ENCRYPTION,
            parameters: None,
        },
        value,
        claimed_signing_time: None,
        claimed_roles: Vec::new(),
        attribute_certificates: Vec::new(),
        policy: None,
        policy_document: None,
        references: Vec::new(),
        statements: Vec::new(),
        algorithm_protection: None,
        timestamps: Vec::new(),
        embedded: Embedded {
            certificates: dictionary.certificates.clone(),
            ..Embedded::default()
        },
        records: Vec::new(),
        counter_signatures: Vec::new(),
    })
}

/// The signature value, and what is wrong with the bytes after it.
fn value(contents: &Bytes) -> Result<(Bytes, Vec<String>), Error> {
    let mut reader = Reader::new(contents, "signature value");
    let value = keep(contents, reader.expect(tag::OCTET_STRING)?.content);
    let rest = reader.rest();
    let problem = rest.iter().any(|byte| *byte != 0).then(|| {
        format!(
            "{} bytes other than padding stand after the signature value in Contents",
            rest.len()
        )
    });
    Ok((value, problem.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::value;
    use bytes::Bytes;

    #[test]
    fn the_value_is_an_octet_string_before_padding() {
        let contents = Bytes::from_static(&[4, 2, 7, 8, 0, 0]);
        let (read, problems) = value(&contents).unwrap();
        assert_eq!((&read[..], problems.len()), (&[7, 8][..], 0));
        let (_, problems) = value(&Bytes::from_static(&[4, 1, 7, 0, 9])).unwrap();
        assert_eq!(problems.len(), 1);
        assert!(value(&Bytes::from_static(&[0x30, 2, 7, 8])).is_err());
    }
}
