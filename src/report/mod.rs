//! What was found, for programmes and for people. Writers are pure functions of a [`Report`].

mod certificate_json;
mod certificate_page;
mod explanation;
pub mod html;
pub mod json;
mod model;
mod options;
mod page;
mod reasons;
mod signature_section;
#[cfg(test)]
mod tests;
pub mod text;
mod wording;

pub use model::{
    CertificateReport, DocumentSummary, EnvelopeSummary, Failure, JudgedCertificate, PolicySummary,
    RecordReport, Report, SealReport, SealedEnvelope, SignatureReport, TimestampReport,
};
pub use options::{Options, PersonalIdentifiers};
