//! ECDSA on the NIST curves with any digest, and Ed25519.

use super::Verification;
use crate::asn1::DerWriter;
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::public_key::Curve;
use ring::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};

/// ECDSA with a DER signature (RFC 3279, 2.2.3).
pub(super) fn verify_ecdsa(
    curve: &Curve,
    point: &[u8],
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    // ring reads uncompressed points only; RFC 5480, 2.2 also allows the compressed form.
    if let (Some(algorithm), Some(0x04)) = (ring_algorithm(curve, digest), point.first()) {
        let key = UnparsedPublicKey::new(algorithm, point);
        return Verification::of(key.verify(message, signature).is_ok());
    }
    // SEC 1, 2.3.4 has no other first octet for a point of a key.
    if !matches!(point.first(), Some(0x02..=0x04)) {
        return Verification::Invalid;
    }
    macro_rules! accepts {
        ($curve:ident) => {{
            use $curve::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier};
            let key = VerifyingKey::from_sec1_bytes(point);
            match (key, Signature::from_der(signature)) {
                (Ok(key), Ok(signature)) => key
                    .verify_prehash(&digest.digest(&[message]), &signature)
                    .is_ok(),
                _ => false,
            }
        }};
    }
    match curve {
        Curve::P256 => Verification::of(accepts!(p256)),
        Curve::P384 => Verification::of(accepts!(p384)),
        Curve::P521 => Verification::of(accepts!(p521)),
        _ => Verification::Unsupported,
    }
}

/// ECDSA with r and s side by side, each as long as the order (BSI TR-03111, 5.2.1.1).
pub(super) fn verify_plain_ecdsa(
    curve: &Curve,
    point: &[u8],
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    let integer_length = match curve {
        Curve::P256 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
        _ => return Verification::Unsupported,
    };
    match signature.split_at_checked(integer_length) {
        Some((r, s)) if s.len() == integer_length => {
            let mut writer = DerWriter::new();
            writer.sequence(|integers| {
                integers.unsigned_integer(r);
                integers.unsigned_integer(s);
            });
            verify_ecdsa(curve, point, digest, message, &writer.into_bytes())
        }
        _ => Verification::Invalid,
    }
}

/// Ed25519 (RFC 8032, 5.1.7), without context.
pub(super) fn verify_ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Verification {
    let key = UnparsedPublicKey::new(&signature::ED25519, key);
    Verification::of(key.verify(message, signature).is_ok())
}

fn ring_algorithm(
    curve: &Curve,
    digest: DigestAlgorithm,
) -> Option<&'static EcdsaVerificationAlgorithm> {
    match (curve, digest) {
        (Curve::P256, DigestAlgorithm::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, DigestAlgorithm::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (Curve::P384, DigestAlgorithm::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, DigestAlgorithm::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}
