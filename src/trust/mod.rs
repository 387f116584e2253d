//! Whom the user trusts: certificates, and trusted lists (ETSI TS 119 612).

mod anchors;
mod enveloped_signature;
mod list_verification;
mod service;
mod trusted_list;

pub use anchors::TrustAnchors;
pub(crate) use enveloped_signature::EnvelopedSignature;
pub use list_verification::{
    ListVerification, Refusal, Warning, verify_lists, warnings_of_unsigned,
};
pub use service::{ListSummary, Service, ServiceStatus, ServiceUse};
pub use trusted_list::{Pointer, TrustedList};
