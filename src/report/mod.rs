//! What was found, for programmes and for people. Writers are pure functions of a [`Report`].

pub mod json;
mod model;
mod options;
mod wording;

pub use model::{
    DocumentSummary, EnvelopeSummary, Failure, PolicySummary, RecordReport, Report, SealReport,
    SealedEnvelope, SignatureReport, TimestampReport,
};
pub use options::{Options, PersonalIdentifiers};
