//! What was found, for programmes and for people. Writers are pure functions of a [`Report`].

mod binding_rows;
mod binding_vocabulary;
mod certificate_json;
mod certificate_page;
pub mod explain;
mod explanation;
pub mod html;
mod inspection;
mod inspection_page;
pub mod json;
mod meaning;
mod model;
mod needs;
mod needs_section;
mod options;
mod page;
mod reasons;
mod register_vocabulary;
pub mod replay;
mod required_signers;
mod row;
mod signature_section;
mod summary;
#[cfg(test)]
mod tests;
pub mod text;
mod timeline;
mod unfetched;
mod vocabulary;
pub(crate) mod wording;
pub mod xml;

pub use inspection::{
    Algorithms, InspectedChain, InspectedMember, InspectedRecord, InspectedSignature,
    InspectedTimestamp, InspectedToken, Inspection,
};
pub use model::{
    AugmentReport, AugmentedDocument, CertificateReport, DocumentSummary, EnvelopeSummary, Failure,
    JudgedCertificate, PolicySummary, PublicReport, RecordReport, Report, SealReport,
    SealedEnvelope, SignatureReport, TimestampReport,
};
pub use needs::{MissingEvidence, Obtainable, Weight, missing_evidence};
pub use options::{NeedsSection, Options, PersonalIdentifiers};
pub use replay::{
    Cause, ConstraintDifference, Place, Reason, Replay, ReplayedSignature, SealedVerdicts,
};
pub use required_signers::{NotCounted, RequiredSignersReport};
pub use row::{Row, rows};
pub use summary::{Judged, Summary};
pub use unfetched::{UnfetchedSource, WhyUnfetched};
