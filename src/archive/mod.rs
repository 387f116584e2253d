//! Archive envelopes: documents that stay provable after every certificate in them has ended.
//!
//! An envelope is an ASiC-E container (EN 319 162-1) with an evidence record (RFC 4998) over
//! everything inside it. [`layout`] says what stands where.

mod concern;
mod export;
mod facts;
mod found;
pub mod layout;
mod pending_envelope;
mod public_report;
mod register;
mod renewal;
mod replay;
mod revalidate;
mod seal;
mod sources;
mod status;

pub use export::{Delivery, ExportReport, Package, Party, export};
pub use facts::{EnvelopeFacts, SealedOrganisation, SealedVerdict};
pub use found::FoundEnvelope;
pub use pending_envelope::PendingEnvelope;
pub use public_report::{compare_public_report, public_report};
pub use register::read_register;
pub use renewal::Renewal;
pub use replay::replay;
pub use revalidate::check;
pub use seal::{SealedContent, prepare};
pub use status::{EnvelopeStatus, StoreStatus};
