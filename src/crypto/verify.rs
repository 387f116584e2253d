//! The only door to signature primitives.
//!
//! ring comes first wherever it knows the combination; what it lacks is computed with RustCrypto
//! crates or here, over their big integers. Nothing secret is at hand, so time may vary. Old
//! algorithms are computed too: whether they may still be trusted is judged by date in
//! [`suite`](super::suite).

mod curve;
mod dsa;
mod edwards448;
mod elliptic;
#[cfg(test)]
mod hostile_inputs;
mod ml_dsa;
#[cfg(test)]
mod odd_combinations;
mod rsa;

use super::algorithm::SignatureAlgorithm;
use super::public_key::{KeyAlgorithm, PublicKey};
use ::ml_dsa::{MlDsa44, MlDsa65, MlDsa87};

/// What a signature check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Verification {
    /// The signature is that of this key over this message.
    Valid,
    /// It is not; also where key and algorithm do not belong together.
    Invalid,
    /// sigill cannot compute it. This never counts as valid.
    Unsupported,
}

/// Checks `signature` over `message` (EN 319 102-1, 5.2.7.4, step 2).
///
/// `message` is what was signed, before any digest.
pub fn verify(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    use KeyAlgorithm as Key;
    use SignatureAlgorithm as Scheme;
    match (algorithm, &key.algorithm) {
        (Scheme::RsaPkcs1 { .. } | Scheme::RsaPss { .. }, Key::Rsa | Key::RsaPss) => {
            rsa::verify(key, algorithm, message, signature)
        }
        (Scheme::Ecdsa { digest }, Key::EllipticCurve(curve)) => {
            elliptic::verify_ecdsa(curve, key.key_bits(), *digest, message, signature)
        }
        (Scheme::PlainEcdsa { digest }, Key::EllipticCurve(curve)) => {
            elliptic::verify_plain_ecdsa(curve, key.key_bits(), *digest, message, signature)
        }
        (Scheme::Ed25519, Key::Ed25519) => {
            elliptic::verify_ed25519(key.key_bits(), message, signature)
        }
        (Scheme::Ed448, Key::Ed448) => edwards448::verify(key.key_bits(), message, signature),
        (Scheme::Dsa { digest }, Key::Dsa) => dsa::verify(key, *digest, message, signature),
        (Scheme::MlDsa44, Key::MlDsa44) => {
            ml_dsa::verify::<MlDsa44>(key.key_bits(), message, signature)
        }
        (Scheme::MlDsa65, Key::MlDsa65) => {
            ml_dsa::verify::<MlDsa65>(key.key_bits(), message, signature)
        }
        (Scheme::MlDsa87, Key::MlDsa87) => {
            ml_dsa::verify::<MlDsa87>(key.key_bits(), message, signature)
        }
        (_, Key::Unknown(_)) => Verification::Unsupported,
        _ => Verification::Invalid,
    }
}

impl Verification {
    fn of(accepted: bool) -> Self {
        match accepted {
            true => Verification::Valid,
            false => Verification::Invalid,
        }
    }
}
