//! What was found, for programmes and for people. Writers are pure functions of a [`Report`].

mod model;

pub use model::{
    DocumentSummary, PolicySummary, RecordReport, Report, SignatureReport, TimestampReport,
};
