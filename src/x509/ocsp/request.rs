//! OCSP requests (RFC 6960, 4.1). The caller does the sending.

use crate::asn1::{DerWriter, tag};
use crate::crypto::DigestAlgorithm;
use crate::x509::Certificate;

/// An `OCSPRequest` in DER about `certificate`, issued by `issuer`: one question without a nonce,
/// by SHA-1, which every responder knows (RFC 5019, 2.1.1). The hash names the issuer and proves
/// nothing.
///
/// ```
/// use sigill::x509::{Certificate, ocsp_request};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let read = |name: &str| -> Result<Certificate, Box<dyn std::error::Error>> {
/// #     let pem = std::fs::read(format!("fixtures/pki/{name}.pem"))?;
/// #     Ok(Certificate::read_all(&pem.into()).remove(0)?)
/// # };
/// let request = ocsp_request(&read("person-rsa")?, &read("issuing-ca")?);
/// assert_eq!(request.first(), Some(&0x30));
/// # Ok(())
/// # }
/// ```
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let digest = DigestAlgorithm::Sha1;
    let mut writer = DerWriter::new();
    writer.sequence(|request| {
        request.sequence(|to_be_signed| {
            to_be_signed.sequence(|list| {
                list.sequence(|single| {
                    single.sequence(|identifier| {
                        identifier.sequence(|algorithm| {
                            algorithm.oid(&digest.oid());
                            algorithm.null();
                        });
                        identifier.octet_string(&digest.digest(&[issuer.subject.der()]));
                        identifier.octet_string(&digest.digest(&[issuer.public_key.key_bits()]));
                        identifier.primitive(tag::INTEGER, &certificate.serial);
                    });
                });
            });
        });
    });
    writer.into_bytes()
}
