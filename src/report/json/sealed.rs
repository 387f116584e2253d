//! The two reports that an envelope keeps: a public one, and one with personal numbers.

use super::super::model::Report;
use super::super::options::{Options, PersonalIdentifiers};
use super::{DocumentObject, line};
use crate::crypto::sha256;
use crate::hex;
use serde::Serialize;

/// What keeps anybody from finding a number by trying all of them: a public report tells the
/// digest of the full one, of which all but the numbers may be known. The caller takes it from a
/// source of random octets and uses it once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; Salt::LENGTH]);

impl Salt {
    /// Its length in octets.
    pub const LENGTH: usize = 32;

    /// A salt of these random octets.
    pub fn new(octets: [u8; Salt::LENGTH]) -> Self {
        Salt(octets)
    }
}

/// It stands in the full report alone.
impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt")
    }
}

/// The full report on a document that is sealed: personal numbers are shown, and `salt` is in it.
pub fn full_report_to_json(report: &Report, salt: &Salt) -> String {
    let options = Options {
        personal_identifiers: PersonalIdentifiers::Shown,
        ..Options::default()
    };
    line(&DocumentObject {
        salt: Some(hex(&salt.0)),
        ..DocumentObject::new(report, &options)
    })
}

/// The masked report on a document that is sealed, which tells the digest of the full one.
pub fn public_report_to_json(report: &Report, full: &str) -> String {
    line(&DocumentObject {
        full_report: Some(FullReportObject {
            sha256: hex(&sha256(full.as_bytes())),
        }),
        ..DocumentObject::new(report, &Options::default())
    })
}

/// Which full report belongs to a public one.
#[derive(Serialize)]
pub(super) struct FullReportObject {
    sha256: String,
}
