//! Cryptographic Message Syntax as signers write it: DER or BER (RFC 5652).
//!
//! Every structure keeps its bytes as they stand in the file; nothing is re-encoded unless
//! RFC 5652, 5.4 itself asks for the DER form of the signed attributes.

pub mod attribute;
mod augmentation;
mod signed_data;
mod signer_info;

pub use attribute::{Attribute, CertificateReference};
pub use signed_data::{Encoding, RevocationChoice, SignedData};
pub use signer_info::{SignedAttributes, SignerIdentifier, SignerInfo};
