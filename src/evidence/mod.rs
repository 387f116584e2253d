//! Evidence: certificates, revocation data, time-stamps and evidence records, wherever from.

mod proof_of_existence;
mod store;

pub use proof_of_existence::{Proof, ProofsOfExistence};
pub use store::{Evidence, Item, Origin, UnreadableEvidence};
