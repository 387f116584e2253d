//! Digests, signature algorithms, public keys, and until when each can be relied upon.
//!
//! [`verify()`] is the only door to cryptographic primitives. It computes whatever
//! it can; whether the result may still be trusted is for [`suite`] to say, by date.

pub mod algorithm;
pub mod digest;
pub mod public_key;
pub mod reference_key;
pub mod suite;
pub mod verifications;
pub mod verify;

pub use algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
pub use digest::{DigestAlgorithm, Hasher, sha256};
pub use public_key::{Curve, KeyAlgorithm, PublicKey};
pub use reference_key::ReferenceKey;
pub use suite::{AlgorithmEnd, CryptographicSuite, End, Reliability, Scheme};
pub use verifications::Verifications;
pub use verify::{Verification, verify};
