//! sigill (Swedish for *seal*) tells who signed a document, in what role, for which legal
//! organisation, when at the latest, and that nothing has changed since: today, and when every
//! certificate in it has ended.
//!
//! ```
//! use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let document = Document::read(std::fs::read("fixtures/cases/pades/b-lt-rsa/input.pdf")?)?;
//! let evidence = Evidence::from(&document).with(std::fs::read("fixtures/pki/revocation/root.crl")?);
//! let mut trust = TrustAnchors::none();
//! trust.add(std::fs::read("fixtures/pki/trust/root.pem")?)?;
//! let now = UnixTime::from_rfc3339("2026-02-01T00:00:00Z").ok_or("no time")?;
//! let report = validate(&document, &evidence, &trust, &Policy::default(), now);
//! assert!(report.worst().is_some_and(|worst| worst.is_passed()));
//! println!("{}", sigill::report::text::to_text(&report, &Default::default()));
//! # Ok(())
//! # }
//! ```
//!
//! Verdicts are values; an [`Error`] means that a file could not be read. The library has no
//! clock, no network, no global and no environment: time, trust, policy and evidence are
//! arguments, and the same input gives the same bytes.
//!
//! # Where things are
//!
//! One way, no way back; a module uses only those above it (`tests/architecture.rs`).
//!
//! | module | what it is | source |
//! |---|---|---|
//! | [`asn1`], [`crypto`] | bounded reading of DER and BER; digests, signatures, until when each holds | X.690, TS 119 312 |
//! | [`source`] | the bytes of a file, in memory or in windows | |
//! | `xml` | canonical forms and signatures of XML | XMLDSig 1.1 |
//! | [`x509`], [`cms`], [`tsp`], [`ers`] | certificates, CRLs, OCSP; signatures; time-stamps; evidence records | RFC 5280, 6960, 5652, 3161, 4998, 6283 |
//! | [`container`] | PDF, CMS and ASiC cut into their parts | ISO 32000-2, EN 319 162-1 |
//! | [`signature`] | every format in one form | EN 319 122-1, EN 319 142-1 |
//! | [`evidence`], [`trust`], [`policy`] | what is known, whom you trust, what you ask for | EN 319 102-1 5.1.4, TS 119 612 |
//! | [`register`] | extracts of registers: organisations, directories, mandates | `docs/registers.md` |
//! | [`validation`] | one file per clause | EN 319 102-1 5.2 to 5.6 |
//! | [`binding`] | person and legal organisation, graded | EN 319 412-1 |
//! | [`report`] | JSON, text and HTML in Swedish and English, ETSI reports in XML | TS 119 102-2 |
//! | [`augmentation`] | signatures lifted to level T, LT or LTA | EN 319 122-1, EN 319 142-1 |
//! | [`archive`] | envelopes that outlive their certificates | EN 319 162-1, RFC 4998 |
//! | [`bulk`] | many documents side by side, in bounded memory | |

pub mod archive;
pub mod asn1;
pub mod augmentation;
mod base64;
pub mod binding;
pub mod bulk;
pub mod cms;
pub mod container;
pub mod crypto;
pub mod error;
pub mod ers;
pub mod evidence;
mod grade;
pub mod limits;
mod memory;
pub mod policy;
pub mod register;
pub mod report;
pub mod signature;
pub mod source;
pub mod time;
pub mod trust;
pub mod tsp;
pub mod validation;
mod validator;
pub mod x509;
mod xml;

pub use bytes::Bytes;
pub use container::Document;
pub use error::Error;
pub use evidence::Evidence;
pub use policy::Policy;
pub use report::Report;
pub use source::Source;
pub use time::UnixTime;
pub use trust::TrustAnchors;
pub use validator::{Validator, inspect, validate};

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    let mut text = String::with_capacity(2 * octets.len());
    text.extend(digits.filter_map(digit));
    text
}
