//! sigill
pub mod archive;
pub mod asn1;
pub mod binding;
pub mod cms;
pub mod container;
pub mod crypto;
pub mod error;
pub mod ers;
pub mod evidence;
pub mod limits;
pub mod policy;
pub mod report;
pub mod signature;
pub mod time;
pub mod trust;
pub mod tsp;
pub mod validation;
mod validator;
pub mod x509;

pub use bytes::Bytes;
pub use container::Document;
pub use error::Error;
pub use evidence::Evidence;
pub use policy::Policy;
pub use report::Report;
pub use time::UnixTime;
pub use trust::TrustAnchors;
pub use validator::{Validator, validate};

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
