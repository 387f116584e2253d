//! A time-stamping authority for tests: RFC 3161 tokens by the fixtures' archive authority, at
//! any time the test wants. It shares no code with the library's reader but the DER writer.

use bytes::Bytes;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};
use sigill::UnixTime;
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::tsp::{TimestampRequest, TimestampToken};
use sigill::x509::Certificate;

pub struct Authority {
    key: EcdsaKeyPair,
    certificates: Vec<Certificate>,
}

impl Authority {
    /// The archive authority, whose certificate ends with 2060.
    pub fn archive() -> Self {
        let key = x509_parser::pem::parse_x509_pem(&super::read("pki/keys/archive-tsa.key"))
            .unwrap()
            .1
            .contents;
        let certificates = ["pki/archive-tsa.pem", "pki/archive-tsa-ca.pem"].map(|path| {
            let pem = x509_parser::pem::parse_x509_pem(&super::read(path))
                .unwrap()
                .1;
            Certificate::read(&Bytes::from(pem.contents)).unwrap()
        });
        Authority {
            key: EcdsaKeyPair::from_pkcs8(
                &ECDSA_P384_SHA384_ASN1_SIGNING,
                &key,
                &SystemRandom::new(),
            )
            .unwrap(),
            certificates: certificates.into(),
        }
    }

    /// Answers a request as if the clock stood at `time`.
    pub fn answer(&self, request: &TimestampRequest, time: UnixTime) -> TimestampToken {
        let info = self.info(request, time);
        let token = self.sign(&info, time);
        TimestampToken::read(&Bytes::from(token), &Limits::default()).unwrap()
    }

    fn info(&self, request: &TimestampRequest, time: UnixTime) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|info| {
            info.small_integer(1);
            info.oid(&Oid::from_dotted("1.3.6.1.4.1.99999.1").unwrap());
            info.sequence(|imprint| {
                algorithm(imprint, &request.digest.oid());
                imprint.octet_string(&request.imprint);
            });
            info.small_integer(request.nonce ^ 1);
            info.generalized_time(time);
            info.small_integer(request.nonce);
        });
        writer.into_bytes()
    }

    fn sign(&self, info: &[u8], time: UnixTime) -> Vec<u8> {
        let attributes = self.signed_attributes(info, time);
        let mut set = DerWriter::new();
        set.set_of(attributes.clone());
        let signature = self
            .key
            .sign(&SystemRandom::new(), &set.into_bytes())
            .unwrap();
        let mut sorted = attributes;
        sorted.sort();
        let mut writer = DerWriter::new();
        writer.sequence(|content_info| {
            content_info.oid(&oid::SIGNED_DATA);
            content_info.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(|data| {
                    data.small_integer(3);
                    data.constructed(tag::SET, |digests| {
                        algorithm(digests, &DigestAlgorithm::Sha384.oid());
                    });
                    data.sequence(|content| {
                        content.oid(&oid::TST_INFO);
                        content.constructed(tag::context_constructed(0), |octets| {
                            octets.octet_string(info);
                        });
                    });
                    data.constructed(tag::context_constructed(0), |list| {
                        for certificate in &self.certificates {
                            list.raw(certificate.der());
                        }
                    });
                    data.constructed(tag::SET, |signers| {
                        self.signer_info(signers, &sorted.concat(), signature.as_ref());
                    });
                });
            });
        });
        writer.into_bytes()
    }

    fn signer_info(&self, signers: &mut DerWriter, attributes: &[u8], signature: &[u8]) {
        let certificate = &self.certificates[0];
        signers.sequence(|signer| {
            signer.small_integer(1);
            signer.sequence(|identifier| {
                identifier.raw(certificate.issuer.der());
                identifier.primitive(tag::INTEGER, &certificate.serial);
            });
            algorithm(signer, &DigestAlgorithm::Sha384.oid());
            signer.primitive(tag::context_constructed(0), attributes);
            // ecdsa-with-SHA384, RFC 5758, 3.2.
            algorithm(signer, &Oid::from_dotted("1.2.840.10045.4.3.3").unwrap());
            signer.octet_string(signature);
        });
    }

    fn signed_attributes(&self, info: &[u8], time: UnixTime) -> Vec<Vec<u8>> {
        let digest = DigestAlgorithm::Sha384.digest(&[info]);
        let certificate_digest = DigestAlgorithm::Sha256.digest(&[self.certificates[0].der()]);
        vec![
            attribute(&oid::CONTENT_TYPE, |value| value.oid(&oid::TST_INFO)),
            attribute(&oid::MESSAGE_DIGEST, |value| value.octet_string(&digest)),
            attribute(&oid::SIGNING_TIME, |value| value.generalized_time(time)),
            attribute(&oid::SIGNING_CERTIFICATE_V2, |value| {
                value.sequence(|signing_certificate| {
                    signing_certificate.sequence(|list| {
                        list.sequence(|reference| reference.octet_string(&certificate_digest));
                    });
                });
            }),
        ]
    }
}

fn algorithm(writer: &mut DerWriter, oid: &Oid) {
    writer.sequence(|identifier| identifier.oid(oid));
}

fn attribute(kind: &Oid, value: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|attribute| {
        attribute.oid(kind);
        attribute.constructed(tag::SET, value);
    });
    writer.into_bytes()
}
