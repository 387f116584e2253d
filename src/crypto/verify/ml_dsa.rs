//! ML-DSA signatures (FIPS 204, 5.3).

use super::Verification;
use ml_dsa::{EncodedVerifyingKey, MlDsaParams, Signature, VerifyingKey};

/// ML-DSA over the message itself, with the empty context (RFC 9881, 3 and RFC 9882, 3).
pub(super) fn verify<P: MlDsaParams>(key: &[u8], message: &[u8], signature: &[u8]) -> Verification {
    let (Ok(key), Ok(signature)) = (
        EncodedVerifyingKey::<P>::try_from(key),
        Signature::<P>::try_from(signature),
    ) else {
        return Verification::Invalid;
    };
    let key = VerifyingKey::<P>::decode(&key);
    Verification::of(key.verify_with_context(message, &[], &signature))
}
