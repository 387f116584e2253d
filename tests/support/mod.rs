//! What several tests need.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod augmentation;
pub mod cases;
pub mod dss;
pub mod dss_signatures;
pub mod metadata;
pub mod pki;
pub mod registers;
pub mod revocation;
pub mod signed;
pub mod tsa;

use sigill::{TrustAnchors, UnixTime};
use std::fs;
use std::path::{Path, PathBuf};

pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

pub fn read(path: &str) -> Vec<u8> {
    fs::read(fixture(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn trust() -> TrustAnchors {
    let mut trust = TrustAnchors::none();
    trust.add(read("pki/trust/root.pem")).unwrap();
    trust
}

pub fn time(text: &str) -> UnixTime {
    UnixTime::from_rfc3339(text).unwrap()
}
