//! Algorithm identifiers and the signature algorithms that they name.

use super::digest::DigestAlgorithm;
use crate::asn1::{DerWriter, Oid, Reader, keep};
use crate::error::Error;
use bytes::Bytes;

/// `AlgorithmIdentifier` (RFC 5280, 4.1.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AlgorithmIdentifier {
    /// The algorithm.
    pub oid: Oid,
    /// Its parameters as they stand in the input: one whole element.
    pub parameters: Option<Bytes>,
}

impl AlgorithmIdentifier {
    /// Reads the next value of `reader`, which walks a part of `source`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it is no `AlgorithmIdentifier`.
    pub fn read(reader: &mut Reader<'_>, source: &Bytes) -> Result<Self, Error> {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        let parameters = match fields.is_empty() {
            true => None,
            false => Some(keep(source, fields.element()?.raw)),
        };
        fields.finish()?;
        Ok(AlgorithmIdentifier { oid, parameters })
    }

    /// Writes it, the parameters as they are.
    pub fn write(&self, writer: &mut DerWriter) {
        writer.sequence(|fields| {
            fields.oid(&self.oid);
            if let Some(parameters) = &self.parameters {
                fields.raw(parameters);
            }
        });
    }
}

/// A signature algorithm with all that its parameters fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1 {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// RSASSA-PSS with MGF1 (RFC 8017, 8.1).
    RsaPss {
        /// The digest of the message.
        digest: DigestAlgorithm,
        /// The digest inside the mask generation function.
        mgf_digest: DigestAlgorithm,
        /// Octets of salt.
        salt_length: usize,
    },
    /// ECDSA, its signature the DER of `ECDSA-Sig-Value` (RFC 3279, 2.2.3).
    Ecdsa {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// ECDSA, its signature r and s side by side (BSI TR-03111, 5.2.1.1).
    PlainEcdsa {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// DSA (FIPS 186-4).
    Dsa {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// Ed25519 (RFC 8032), over the message itself.
    Ed25519,
    /// Ed448 (RFC 8032), over the message itself.
    Ed448,
    /// ML-DSA-44 (FIPS 204), over the message itself.
    MlDsa44,
    /// ML-DSA-65 (FIPS 204), over the message itself.
    MlDsa65,
    /// ML-DSA-87 (FIPS 204), over the message itself.
    MlDsa87,
}

impl SignatureAlgorithm {
    /// The algorithm that `identifier` names; `None` where sigill knows none.
    ///
    /// Many CMS name only the kind of key, `rsaEncryption` or `id-ecPublicKey`; then the digest
    /// algorithm of the `SignerInfo` completes it (RFC 3370, 3.2). Parameters of RSASSA-PSS
    /// must be present in a signature (RFC 4055, 3.1) and name MGF1 and trailer field 1.
    pub fn identify(
        identifier: &AlgorithmIdentifier,
        digest: Option<DigestAlgorithm>,
    ) -> Option<Self> {
        use DigestAlgorithm::*;
        let dotted = identifier.oid.to_string();
        match dotted.as_str() {
            // RFC 8017, A.2.4 and RFC 3370, 3.2; the OIW arc is as old as X.509 itself.
            "1.2.840.113549.1.1.1" => Some(Self::RsaPkcs1 { digest: digest? }),
            "1.2.840.113549.1.1.4" => Some(Self::RsaPkcs1 { digest: Md5 }),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => Some(Self::RsaPkcs1 { digest: Sha1 }),
            "1.2.840.113549.1.1.14" => Some(Self::RsaPkcs1 { digest: Sha224 }),
            "1.2.840.113549.1.1.11" => Some(Self::RsaPkcs1 { digest: Sha256 }),
            "1.2.840.113549.1.1.12" => Some(Self::RsaPkcs1 { digest: Sha384 }),
            "1.2.840.113549.1.1.13" => Some(Self::RsaPkcs1 { digest: Sha512 }),
            "1.2.840.113549.1.1.16" => Some(Self::RsaPkcs1 { digest: Sha512_256 }),
            "1.3.36.3.3.1.2" => Some(Self::RsaPkcs1 { digest: Ripemd160 }),
            "1.2.840.113549.1.1.10" => pss(identifier.parameters.as_ref()?).ok().flatten(),
            // RFC 5758, 3.2 and RFC 3279, 2.2.3.
            "1.2.840.10045.2.1" => Some(Self::Ecdsa { digest: digest? }),
            "1.2.840.10045.4.1" => Some(Self::Ecdsa { digest: Sha1 }),
            "1.2.840.10045.4.3.1" => Some(Self::Ecdsa { digest: Sha224 }),
            "1.2.840.10045.4.3.2" => Some(Self::Ecdsa { digest: Sha256 }),
            "1.2.840.10045.4.3.3" => Some(Self::Ecdsa { digest: Sha384 }),
            "1.2.840.10045.4.3.4" => Some(Self::Ecdsa { digest: Sha512 }),
            // RFC 3279, 2.2.2 and RFC 5758, 3.1.
            "1.2.840.10040.4.1" => Some(Self::Dsa { digest: digest? }),
            "1.2.840.10040.4.3" => Some(Self::Dsa { digest: Sha1 }),
            // RFC 8410, 3.
            "1.3.101.112" => Some(Self::Ed25519),
            "1.3.101.113" => Some(Self::Ed448),
            other => nist(other).or_else(|| plain_ecdsa(other)),
        }
    }

    /// The algorithm of an XML signature `SignatureMethod` (RFC 9231, 2.3); `None` where sigill
    /// knows none. ECDSA values are r and s side by side there, and RSASSA-PSS has the salt as
    /// long as the digest. DSA is not read, nor is RSASSA-PSS with parameters.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (place, fragment) = uri.split_once('#')?;
        let digest_after = |prefix: &str| {
            let name = fragment.strip_prefix(prefix)?;
            DigestAlgorithm::from_name(name)
        };
        match place {
            "http://www.w3.org/2000/09/xmldsig" if fragment == "rsa-sha1" => Some(Self::RsaPkcs1 {
                digest: DigestAlgorithm::Sha1,
            }),
            "http://www.w3.org/2001/04/xmldsig-more" => {
                let rsa = digest_after("rsa-").map(|digest| Self::RsaPkcs1 { digest });
                rsa.or_else(|| {
                    Some(Self::PlainEcdsa {
                        digest: digest_after("ecdsa-")?,
                    })
                })
            }
            "http://www.w3.org/2007/05/xmldsig-more" => {
                if let Some(digest) = digest_after("ecdsa-") {
                    return Some(Self::PlainEcdsa { digest });
                }
                let digest = DigestAlgorithm::from_name(fragment.strip_suffix("-rsa-MGF1")?)?;
                Some(Self::RsaPss {
                    digest,
                    mgf_digest: digest,
                    salt_length: digest.output_length(),
                })
            }
            "http://www.w3.org/2021/04/xmldsig-more" => match fragment {
                "eddsa-ed25519" => Some(Self::Ed25519),
                "eddsa-ed448" => Some(Self::Ed448),
                _ => Some(Self::PlainEcdsa {
                    digest: digest_after("ecdsa-")?,
                }),
            },
            _ => None,
        }
    }

    /// The digest that is applied to the message; `None` where the message itself is signed.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1 { digest }
            | Self::RsaPss { digest, .. }
            | Self::Ecdsa { digest }
            | Self::PlainEcdsa { digest }
            | Self::Dsa { digest } => Some(*digest),
            Self::Ed25519 | Self::Ed448 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => None,
        }
    }

    /// The name for reports, such as `RSA-PKCS1 with sha256`.
    pub fn name(&self) -> String {
        match self {
            Self::RsaPkcs1 { digest } => format!("RSA-PKCS1 with {}", digest.name()),
            Self::RsaPss {
                digest,
                mgf_digest,
                salt_length,
            } => format!(
                "RSA-PSS with {}, MGF1 with {}, {salt_length} octets of salt",
                digest.name(),
                mgf_digest.name()
            ),
            Self::Ecdsa { digest } => format!("ECDSA with {}", digest.name()),
            Self::PlainEcdsa { digest } => format!("PLAIN-ECDSA with {}", digest.name()),
            Self::Dsa { digest } => format!("DSA with {}", digest.name()),
            Self::Ed25519 => "Ed25519".to_owned(),
            Self::Ed448 => "Ed448".to_owned(),
            Self::MlDsa44 => "ML-DSA-44".to_owned(),
            Self::MlDsa65 => "ML-DSA-65".to_owned(),
            Self::MlDsa87 => "ML-DSA-87".to_owned(),
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1); `Ok(None)` where they name what sigill does not know.
fn pss(parameters: &Bytes) -> Result<Option<SignatureAlgorithm>, Error> {
    let mut outer = Reader::new(parameters, "RSASSA-PSS-params");
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let digest = match fields.explicit(0)? {
        Some(mut field) => one_digest(&mut field, parameters)?,
        None => Some(DigestAlgorithm::Sha1),
    };
    let mgf_digest = match fields.explicit(1)? {
        Some(mut field) => mgf1_digest(&mut field, parameters)?,
        None => Some(DigestAlgorithm::Sha1),
    };
    let salt_length = match fields.explicit(2)? {
        Some(mut field) => one_integer(&mut field)?,
        None => 20,
    };
    let trailer_field = match fields.explicit(3)? {
        Some(mut field) => one_integer(&mut field)?,
        None => 1,
    };
    fields.finish()?;
    Ok(match (digest, mgf_digest, usize::try_from(salt_length)) {
        (Some(digest), Some(mgf_digest), Ok(salt_length)) if trailer_field == 1 => {
            Some(SignatureAlgorithm::RsaPss {
                digest,
                mgf_digest,
                salt_length,
            })
        }
        _ => None,
    })
}

fn one_digest(reader: &mut Reader<'_>, source: &Bytes) -> Result<Option<DigestAlgorithm>, Error> {
    let identifier = AlgorithmIdentifier::read(reader, source)?;
    reader.finish()?;
    Ok(DigestAlgorithm::from_oid(&identifier.oid))
}

fn mgf1_digest(reader: &mut Reader<'_>, source: &Bytes) -> Result<Option<DigestAlgorithm>, Error> {
    let generator = AlgorithmIdentifier::read(reader, source)?;
    reader.finish()?;
    match generator.parameters {
        Some(inner) if generator.oid.to_string() == "1.2.840.113549.1.1.8" => {
            one_digest(&mut Reader::new(&inner, "MGF1 parameters"), source)
        }
        _ => Ok(None),
    }
}

fn one_integer(reader: &mut Reader<'_>) -> Result<u64, Error> {
    let value = reader.small_integer()?;
    reader.finish()?;
    Ok(value)
}

/// The NIST arc `sigAlgs` (RFC 5758, RFC 9688, RFC 8692 and the CSOR; RFC 9881 for ML-DSA).
fn nist(dotted: &str) -> Option<SignatureAlgorithm> {
    use DigestAlgorithm::*;
    use SignatureAlgorithm::*;
    Some(match dotted.strip_prefix("2.16.840.1.101.3.4.3.")? {
        "1" => Dsa { digest: Sha224 },
        "2" => Dsa { digest: Sha256 },
        "3" => Dsa { digest: Sha384 },
        "4" => Dsa { digest: Sha512 },
        "5" => Dsa { digest: Sha3_224 },
        "6" => Dsa { digest: Sha3_256 },
        "7" => Dsa { digest: Sha3_384 },
        "8" => Dsa { digest: Sha3_512 },
        "9" => Ecdsa { digest: Sha3_224 },
        "10" => Ecdsa { digest: Sha3_256 },
        "11" => Ecdsa { digest: Sha3_384 },
        "12" => Ecdsa { digest: Sha3_512 },
        "13" => RsaPkcs1 { digest: Sha3_224 },
        "14" => RsaPkcs1 { digest: Sha3_256 },
        "15" => RsaPkcs1 { digest: Sha3_384 },
        "16" => RsaPkcs1 { digest: Sha3_512 },
        "17" => MlDsa44,
        "18" => MlDsa65,
        "19" => MlDsa87,
        _ => return None,
    })
}

/// The BSI arc `ecdsa-plain-signatures` (TR-03111, 5.2.1.1).
fn plain_ecdsa(dotted: &str) -> Option<SignatureAlgorithm> {
    let digest = match dotted.strip_prefix("0.4.0.127.0.7.1.1.4.1.")? {
        "1" => DigestAlgorithm::Sha1,
        "2" => DigestAlgorithm::Sha224,
        "3" => DigestAlgorithm::Sha256,
        "4" => DigestAlgorithm::Sha384,
        "5" => DigestAlgorithm::Sha512,
        "6" => DigestAlgorithm::Ripemd160,
        "8" => DigestAlgorithm::Sha3_224,
        "9" => DigestAlgorithm::Sha3_256,
        "10" => DigestAlgorithm::Sha3_384,
        "11" => DigestAlgorithm::Sha3_512,
        _ => return None,
    };
    Some(SignatureAlgorithm::PlainEcdsa { digest })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use DigestAlgorithm::*;

    fn identifier(dotted: &str, parameters: Option<&[u8]>) -> AlgorithmIdentifier {
        AlgorithmIdentifier {
            oid: Oid::from_dotted(dotted).unwrap(),
            parameters: parameters.map(Bytes::copy_from_slice),
        }
    }

    fn identify_pss(parameters: Option<&[u8]>) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::identify(&identifier("1.2.840.113549.1.1.10", parameters), None)
    }

    #[test]
    fn algorithms_of_xml_signatures_are_known_by_their_uris() {
        use DigestAlgorithm::{Sha1, Sha3_384, Sha256};
        for (uri, expected) in [
            (
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
                Some(SignatureAlgorithm::RsaPkcs1 { digest: Sha1 }),
            ),
            (
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                Some(SignatureAlgorithm::RsaPkcs1 { digest: Sha256 }),
            ),
            (
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
                Some(SignatureAlgorithm::PlainEcdsa { digest: Sha256 }),
            ),
            (
                "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-384",
                Some(SignatureAlgorithm::PlainEcdsa { digest: Sha3_384 }),
            ),
            (
                "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
                Some(SignatureAlgorithm::RsaPss {
                    digest: Sha256,
                    mgf_digest: Sha256,
                    salt_length: 32,
                }),
            ),
            (
                "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448",
                Some(SignatureAlgorithm::Ed448),
            ),
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", None),
            ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", None),
            ("http://www.w3.org/2007/05/xmldsig-more#rsa-pss", None),
            ("rsa-sha256", None),
        ] {
            assert_eq!(SignatureAlgorithm::from_uri(uri), expected, "{uri}");
        }
    }

    #[test]
    fn a_bare_kind_of_key_takes_the_digest_of_the_signer() {
        let rsa = identifier("1.2.840.113549.1.1.1", Some(&[0x05, 0x00]));
        let expected = SignatureAlgorithm::RsaPkcs1 { digest: Sha384 };
        assert_eq!(
            SignatureAlgorithm::identify(&rsa, Some(Sha384)),
            Some(expected)
        );
        assert_eq!(SignatureAlgorithm::identify(&rsa, None), None);
        let named = identifier("1.2.840.113549.1.1.11", None);
        let expected = SignatureAlgorithm::RsaPkcs1 { digest: Sha256 };
        assert_eq!(
            SignatureAlgorithm::identify(&named, Some(Sha1)),
            Some(expected)
        );
    }

    #[test]
    fn pss_parameters_have_defaults_but_must_be_there() {
        let defaults = SignatureAlgorithm::RsaPss {
            digest: Sha1,
            mgf_digest: Sha1,
            salt_length: 20,
        };
        assert_eq!(identify_pss(Some(&[0x30, 0x00])), Some(defaults));
        assert_eq!(identify_pss(None), None);
        assert_eq!(identify_pss(Some(&[0x05, 0x00])), None);
    }

    #[test]
    fn only_trailer_field_1_is_known() {
        assert!(identify_pss(Some(&[0x30, 0x05, 0xa3, 0x03, 0x02, 0x01, 0x01])).is_some());
        assert_eq!(
            identify_pss(Some(&[0x30, 0x05, 0xa3, 0x03, 0x02, 0x01, 0x02])),
            None
        );
    }

    #[test]
    fn a_negative_salt_length_is_none() {
        assert_eq!(
            identify_pss(Some(&[0x30, 0x05, 0xa2, 0x03, 0x02, 0x01, 0xff])),
            None
        );
    }

    #[test]
    fn a_mask_generation_function_other_than_mgf1_is_not_known() {
        // SHAKE256 (RFC 8702) in place of id-mgf1.
        let mut parameters = vec![0x30, 0x0f, 0xa1, 0x0d, 0x30, 0x0b, 0x06, 0x09];
        parameters.extend([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0c]);
        assert_eq!(identify_pss(Some(&parameters)), None);
    }

    #[test]
    fn the_arcs_of_nist_and_bsi_are_named() {
        for (dotted, name) in [
            ("2.16.840.1.101.3.4.3.14", "RSA-PKCS1 with sha3-256"),
            ("2.16.840.1.101.3.4.3.12", "ECDSA with sha3-512"),
            ("2.16.840.1.101.3.4.3.2", "DSA with sha256"),
            ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
            ("0.4.0.127.0.7.1.1.4.1.3", "PLAIN-ECDSA with sha256"),
            ("1.3.101.113", "Ed448"),
        ] {
            let algorithm = SignatureAlgorithm::identify(&identifier(dotted, None), None);
            assert_eq!(algorithm.unwrap().name(), name);
        }
        // A curve is no algorithm, though real signers write one.
        let curve = identifier("1.2.840.10045.3.1.7", None);
        assert_eq!(SignatureAlgorithm::identify(&curve, Some(Sha256)), None);
    }

    #[test]
    fn an_identifier_is_written_as_it_was_read() {
        let input = Bytes::from_static(&[0x30, 0x07, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x05, 0x00]);
        let mut reader = Reader::new(&input, "AlgorithmIdentifier");
        let read = AlgorithmIdentifier::read(&mut reader, &input).unwrap();
        let mut writer = DerWriter::new();
        read.write(&mut writer);
        assert_eq!(writer.into_bytes(), input);
    }
}
