//! Public keys as certificates hold them (RFC 5280, 4.1.2.7).

use super::algorithm::AlgorithmIdentifier;
use crate::asn1::{Oid, Reader, keep, tag};
use crate::error::Error;
use bytes::Bytes;

/// A `SubjectPublicKeyInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    /// The kind of key, with its curve.
    pub algorithm: KeyAlgorithm,
    /// The algorithm and its parameters as the key states them.
    pub identifier: AlgorithmIdentifier,
    /// Size of the modulus, prime or field in bits; 0 where that has no meaning or is unknown.
    pub bits: u32,
    spki: Bytes,
    key_bits: Bytes,
}

/// What a key is made for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// `rsaEncryption` (RFC 3279, 2.3.1): any RSA scheme.
    Rsa,
    /// `id-RSASSA-PSS` (RFC 4055, 3.1): PSS only, its parameters a restriction.
    RsaPss,
    /// `id-ecPublicKey` (RFC 5480).
    EllipticCurve(Curve),
    /// Ed25519 (RFC 8410).
    Ed25519,
    /// Ed448 (RFC 8410).
    Ed448,
    /// DSA (RFC 3279, 2.3.2).
    Dsa,
    /// ML-DSA-44 (RFC 9881).
    MlDsa44,
    /// ML-DSA-65 (RFC 9881).
    MlDsa65,
    /// ML-DSA-87 (RFC 9881).
    MlDsa87,
    /// A kind that sigill does not know.
    Unknown(Oid),
}

/// The curve of an elliptic curve key (RFC 5480, 2.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Curve {
    /// secp192r1.
    P192,
    /// secp224r1.
    P224,
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
    /// secp256k1 (SEC 2).
    Secp256k1,
    /// brainpoolP*r1 of this many bits (RFC 5639).
    BrainpoolR1(u32),
    /// brainpoolP*t1 of this many bits (RFC 5639).
    BrainpoolT1(u32),
    /// A named curve that sigill does not know.
    Other(Oid),
    /// Explicit or inherited parameters, which RFC 5480 forbids; CVE-2020-0601 is why.
    NotNamed,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it is none, or where an RSA or DSA key of it is none.
    pub fn from_spki(spki: &Bytes) -> Result<Self, Error> {
        let mut outer = Reader::new(spki, "SubjectPublicKeyInfo");
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let identifier = AlgorithmIdentifier::read(&mut fields, spki)?;
        let key_bits = keep(spki, &fields.bit_string()?);
        fields.finish()?;
        let algorithm = KeyAlgorithm::of(&identifier);
        let bits = match &algorithm {
            KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss => bit_length(rsa_integers(&key_bits)?.0),
            KeyAlgorithm::Dsa => dsa_bits(&identifier)?,
            KeyAlgorithm::EllipticCurve(curve) => curve.bits().unwrap_or(0),
            KeyAlgorithm::Ed25519 => 256,
            KeyAlgorithm::Ed448 => 456,
            KeyAlgorithm::MlDsa44
            | KeyAlgorithm::MlDsa65
            | KeyAlgorithm::MlDsa87
            | KeyAlgorithm::Unknown(_) => 0,
        };
        Ok(PublicKey {
            algorithm,
            identifier,
            bits,
            spki: spki.clone(),
            key_bits,
        })
    }

    /// The whole `SubjectPublicKeyInfo` as it was read.
    pub fn spki(&self) -> &Bytes {
        &self.spki
    }

    /// The octets of `subjectPublicKey`, which key identifiers hash (RFC 5280, 4.2.1.2).
    pub fn key_bits(&self) -> &[u8] {
        &self.key_bits
    }

    /// Whether the key leaves its parameters to its issuer, as DSA keys may (RFC 3279, 2.3.2).
    pub fn inherits_parameters(&self) -> bool {
        self.algorithm == KeyAlgorithm::Dsa && dss_parameters(&self.identifier).is_none()
    }

    /// This key with the DSA parameters of its issuer's key, if it states none of its own
    /// (RFC 3279, 2.3.2); any other key is returned as it is.
    #[must_use]
    pub fn with_inherited_parameters(&self, issuer: &PublicKey) -> PublicKey {
        let mut key = self.clone();
        if self.inherits_parameters() && issuer.algorithm == KeyAlgorithm::Dsa {
            key.identifier = issuer.identifier.clone();
            key.bits = issuer.bits;
        }
        key
    }

    /// The numbers of a DSA key, if this is one and its parameters are known.
    pub(super) fn dsa(&self) -> Option<DsaNumbers<'_>> {
        if self.algorithm != KeyAlgorithm::Dsa {
            return None;
        }
        let [p, q, g] = dsa_integers(dss_parameters(&self.identifier)?).ok()?;
        let mut outer = Reader::new(&self.key_bits, "DSAPublicKey");
        let y = positive(&mut outer).ok()?;
        outer.finish().ok()?;
        Some(DsaNumbers { p, q, g, y })
    }

    /// Modulus and public exponent without leading zeros, if this is an RSA key.
    pub(super) fn rsa(&self) -> Option<(&[u8], &[u8])> {
        match self.algorithm {
            KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss => rsa_integers(&self.key_bits).ok(),
            _ => None,
        }
    }
}

/// p, q, g and y (FIPS 186-4, 4.1) without leading zeros.
pub(super) struct DsaNumbers<'a> {
    pub(super) p: &'a [u8],
    pub(super) q: &'a [u8],
    pub(super) g: &'a [u8],
    pub(super) y: &'a [u8],
}

impl KeyAlgorithm {
    fn of(identifier: &AlgorithmIdentifier) -> Self {
        match identifier.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => KeyAlgorithm::Rsa,
            "1.2.840.113549.1.1.10" => KeyAlgorithm::RsaPss,
            "1.2.840.10045.2.1" => {
                KeyAlgorithm::EllipticCurve(Curve::of(identifier.parameters.as_ref()))
            }
            "1.2.840.10040.4.1" => KeyAlgorithm::Dsa,
            "1.3.101.112" => KeyAlgorithm::Ed25519,
            "1.3.101.113" => KeyAlgorithm::Ed448,
            "2.16.840.1.101.3.4.3.17" => KeyAlgorithm::MlDsa44,
            "2.16.840.1.101.3.4.3.18" => KeyAlgorithm::MlDsa65,
            "2.16.840.1.101.3.4.3.19" => KeyAlgorithm::MlDsa87,
            _ => KeyAlgorithm::Unknown(identifier.oid.clone()),
        }
    }

    /// The name for reports, such as `RSA` or `EC P-256`.
    pub fn name(&self) -> String {
        match self {
            KeyAlgorithm::Rsa => "RSA".to_owned(),
            KeyAlgorithm::RsaPss => "RSA-PSS".to_owned(),
            KeyAlgorithm::EllipticCurve(curve) => format!("EC {}", curve.name()),
            KeyAlgorithm::Ed25519 => "Ed25519".to_owned(),
            KeyAlgorithm::Ed448 => "Ed448".to_owned(),
            KeyAlgorithm::Dsa => "DSA".to_owned(),
            KeyAlgorithm::MlDsa44 => "ML-DSA-44".to_owned(),
            KeyAlgorithm::MlDsa65 => "ML-DSA-65".to_owned(),
            KeyAlgorithm::MlDsa87 => "ML-DSA-87".to_owned(),
            KeyAlgorithm::Unknown(oid) => oid.to_string(),
        }
    }
}

impl Curve {
    fn of(parameters: Option<&Bytes>) -> Self {
        let named = parameters.and_then(|raw| Reader::new(raw, "ECParameters").oid().ok());
        named.map_or(Curve::NotNamed, Curve::from_oid)
    }

    /// The curve of this name.
    pub(super) fn from_oid(oid: Oid) -> Self {
        let dotted = oid.to_string();
        match dotted.as_str() {
            "1.2.840.10045.3.1.1" => Curve::P192,
            "1.3.132.0.33" => Curve::P224,
            "1.2.840.10045.3.1.7" => Curve::P256,
            "1.3.132.0.34" => Curve::P384,
            "1.3.132.0.35" => Curve::P521,
            "1.3.132.0.10" => Curve::Secp256k1,
            other => Curve::brainpool(other).unwrap_or(Curve::Other(oid)),
        }
    }

    /// The arc `versionOne` of RFC 5639, A.1.
    fn brainpool(dotted: &str) -> Option<Self> {
        Some(match dotted.strip_prefix("1.3.36.3.3.2.8.1.1.")? {
            "1" => Curve::BrainpoolR1(160),
            "2" => Curve::BrainpoolT1(160),
            "3" => Curve::BrainpoolR1(192),
            "4" => Curve::BrainpoolT1(192),
            "5" => Curve::BrainpoolR1(224),
            "6" => Curve::BrainpoolT1(224),
            "7" => Curve::BrainpoolR1(256),
            "8" => Curve::BrainpoolT1(256),
            "9" => Curve::BrainpoolR1(320),
            "10" => Curve::BrainpoolT1(320),
            "11" => Curve::BrainpoolR1(384),
            "12" => Curve::BrainpoolT1(384),
            "13" => Curve::BrainpoolR1(512),
            "14" => Curve::BrainpoolT1(512),
            _ => return None,
        })
    }

    /// The size of the field; `None` where the curve is not known.
    pub fn bits(&self) -> Option<u32> {
        match self {
            Curve::P192 => Some(192),
            Curve::P224 => Some(224),
            Curve::P256 | Curve::Secp256k1 => Some(256),
            Curve::P384 => Some(384),
            Curve::P521 => Some(521),
            Curve::BrainpoolR1(bits) | Curve::BrainpoolT1(bits) => Some(*bits),
            Curve::Other(_) | Curve::NotNamed => None,
        }
    }

    /// The name for reports, such as `P-256`.
    pub fn name(&self) -> String {
        match self {
            Curve::P192 => "P-192".to_owned(),
            Curve::P224 => "P-224".to_owned(),
            Curve::P256 => "P-256".to_owned(),
            Curve::P384 => "P-384".to_owned(),
            Curve::P521 => "P-521".to_owned(),
            Curve::Secp256k1 => "secp256k1".to_owned(),
            Curve::BrainpoolR1(bits) => format!("brainpoolP{bits}r1"),
            Curve::BrainpoolT1(bits) => format!("brainpoolP{bits}t1"),
            Curve::Other(oid) => oid.to_string(),
            Curve::NotNamed => "with explicit parameters".to_owned(),
        }
    }
}

/// `RSAPublicKey` (RFC 8017, A.1.1).
fn rsa_integers(key_bits: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let mut outer = Reader::new(key_bits, "RSAPublicKey");
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let modulus = positive(&mut fields)?;
    let exponent = positive(&mut fields)?;
    fields.finish()?;
    Ok((modulus, exponent))
}

/// The size of p in `Dss-Parms`; 0 where they are inherited from the issuer.
fn dsa_bits(identifier: &AlgorithmIdentifier) -> Result<u32, Error> {
    match dss_parameters(identifier) {
        Some(parameters) => dsa_integers(parameters).map(|[p, _, _]| bit_length(p)),
        None => Ok(0),
    }
}

/// The `Dss-Parms` that a key states itself.
fn dss_parameters(identifier: &AlgorithmIdentifier) -> Option<&Bytes> {
    identifier
        .parameters
        .as_ref()
        .filter(|parameters| parameters.first() != Some(&tag::NULL))
}

/// p, q and g of `Dss-Parms` (RFC 3279, 2.3.2).
fn dsa_integers(parameters: &[u8]) -> Result<[&[u8]; 3], Error> {
    let mut outer = Reader::new(parameters, "Dss-Parms");
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let numbers = [
        positive(&mut fields)?,
        positive(&mut fields)?,
        positive(&mut fields)?,
    ];
    fields.finish()?;
    Ok(numbers)
}

/// A positive INTEGER without its leading zeros.
fn positive<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let content = reader.integer()?;
    let zeros = content.iter().take_while(|byte| **byte == 0).count();
    match content.get(zeros..) {
        Some(significant @ [first, ..]) if zeros > 0 || first & 0x80 == 0 => Ok(significant),
        _ => Err(reader.error("an INTEGER that is not positive")),
    }
}

/// Bits of an unsigned integer without leading zeros.
pub(super) fn bit_length(significant: &[u8]) -> u32 {
    let octets = u32::try_from(significant.len()).unwrap_or(u32::MAX);
    let unused = significant.first().map_or(0, |first| first.leading_zeros());
    octets.saturating_mul(8).saturating_sub(unused)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::asn1::DerWriter;

    fn spki(dotted: &str, parameters: &[u8], key_bits: &[u8]) -> Bytes {
        let mut writer = DerWriter::new();
        writer.sequence(|fields| {
            fields.sequence(|identifier| {
                identifier.oid(&Oid::from_dotted(dotted).unwrap());
                identifier.raw(parameters);
            });
            fields.primitive(tag::BIT_STRING, &[&[0], key_bits].concat());
        });
        writer.into_bytes().into()
    }

    fn rsa(modulus: &[u8]) -> Result<PublicKey, Error> {
        let mut writer = DerWriter::new();
        writer.sequence(|integers| {
            integers.primitive(tag::INTEGER, modulus);
            integers.small_integer(65_537);
        });
        let parameters = [tag::NULL, 0];
        PublicKey::from_spki(&spki(
            "1.2.840.113549.1.1.1",
            &parameters,
            &writer.into_bytes(),
        ))
    }

    #[test]
    fn the_size_of_a_modulus_is_counted_in_bits() {
        assert_eq!(rsa(&[0x00, 0xff, 0x01]).unwrap().bits, 16);
        assert_eq!(rsa(&[0x01, 0x00, 0x01]).unwrap().bits, 17);
        let key = rsa(&[0x00, 0xff, 0x01]).unwrap();
        assert_eq!(
            key.rsa(),
            Some(([0xff, 0x01].as_slice(), [0x01, 0x00, 0x01].as_slice()))
        );
    }

    #[test]
    fn a_modulus_must_be_positive() {
        assert!(rsa(&[0x80, 0x01]).is_err());
        assert!(rsa(&[0x00]).is_err());
    }

    #[test]
    fn curves_are_known_by_name_only() {
        let key = |parameters: &[u8]| {
            PublicKey::from_spki(&spki("1.2.840.10045.2.1", parameters, &[0x04])).unwrap()
        };
        let brainpool = key(&[
            0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d,
        ]);
        assert_eq!(
            brainpool.algorithm,
            KeyAlgorithm::EllipticCurve(Curve::BrainpoolR1(512))
        );
        assert_eq!(brainpool.algorithm.name(), "EC brainpoolP512r1");
        assert_eq!(brainpool.bits, 512);
        for parameters in [[0x30, 0x00].as_slice(), &[0x05, 0x00], &[]] {
            let unnamed = key(parameters);
            assert_eq!(
                unnamed.algorithm,
                KeyAlgorithm::EllipticCurve(Curve::NotNamed)
            );
            assert_eq!(unnamed.bits, 0);
        }
    }

    #[test]
    fn an_unknown_kind_of_key_is_kept() {
        let input = spki("1.2.3", &[], &[7, 7]);
        let key = PublicKey::from_spki(&input).unwrap();
        assert_eq!(key.algorithm.name(), "1.2.3");
        assert_eq!((key.key_bits(), key.spki()), ([7, 7].as_slice(), &input));
    }

    #[test]
    fn cut_input_is_an_error_at_every_length() {
        let whole = rsa(&[0x00, 0xff, 0x01]).unwrap().spki().clone();
        for length in 0..whole.len() {
            assert!(PublicKey::from_spki(&whole.slice(..length)).is_err());
        }
    }
}
