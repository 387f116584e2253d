//! Whom the user trusts.

mod anchors;

pub use anchors::TrustAnchors;
