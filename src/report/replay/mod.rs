//! Then and now: the verdicts when an envelope was sealed, those of the present, and why they
//! differ.

mod json;
mod page;

use super::model::{PolicySummary, Report};
use crate::UnixTime;
use crate::crypto::AlgorithmEnd;
use crate::validation::{Finding, Indication};
use crate::x509::DistinguishedName;

pub use json::to_json;

/// The name and version of this programme, as sealed reports and replays give it.
pub(crate) const TOOL: &str = concat!("sigill ", env!("CARGO_PKG_VERSION"));

/// The verdicts on one envelope then and now.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What the report in the envelope says. It is the envelope's own word, and worth as much as
    /// the evidence record over it.
    pub sealed: SealedVerdicts,
    /// The document judged again as of the time of that report, by the evidence, anchors and
    /// policy in the envelope alone; `None` where it does not say by what to judge.
    pub then: Option<Report>,
    /// The envelope judged now, by whom the reader trusts.
    pub now: Report,
    /// What the present policy has otherwise than the sealed one.
    pub constraints: Vec<ConstraintDifference>,
    /// Each signature, in the order of the file.
    pub signatures: Vec<ReplayedSignature>,
}

/// What the report in an envelope says.
#[derive(Debug, Clone, Default)]
pub struct SealedVerdicts {
    /// The time as of which the document was judged.
    pub validation_time: Option<UnixTime>,
    /// The constraints it was judged by.
    pub policy: Option<PolicySummary>,
    /// What wrote it, such as `sigill 0.1.0`; envelopes of the first days do not say.
    pub tool: Option<String>,
    /// The verdict on each signature, by its identifier.
    pub signatures: Vec<(String, Indication)>,
}

/// One signature then and now.
#[derive(Debug, Clone)]
pub struct ReplayedSignature {
    /// `S-1` and so on, as in every report.
    pub id: String,
    /// The verdict in the sealed report.
    pub sealed: Option<Indication>,
    /// The verdict by what the envelope holds, as of the time of that report.
    pub then: Option<Indication>,
    /// The present verdict.
    pub now: Indication,
    /// Why they differ; empty where they do not, and where no check tells them apart.
    pub reasons: Vec<Reason>,
}

/// A constraint that two policies do not share, by its name in policy files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstraintDifference {
    /// Such as `revocation_freshness.signer`.
    pub name: String,
    /// Its value in the sealed policy, where that has it.
    pub then: Option<String>,
    /// Its present value, where there is one.
    pub now: Option<String>,
}

/// One reason why two verdicts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it lies in.
    pub place: Place,
    /// What it is.
    pub cause: Cause,
}

/// Where a reason lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The signature with its own time-stamps and certificates.
    Signature,
    /// The evidence record of the envelope.
    EvidenceRecord,
}

/// What came between two verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A certificate has ended, and nothing that is believed now proves that it was used before.
    CertificateEnded {
        /// Whose certificate it is.
        subject: DistinguishedName,
        /// When it ended.
        ended: UnixTime,
    },
    /// The date of an algorithm has passed.
    AlgorithmEnded(AlgorithmEnd),
    /// It is known now that a certificate was revoked.
    RevocationKnown {
        /// Whose certificate it is.
        subject: DistinguishedName,
        /// When it was revoked.
        revoked: UnixTime,
    },
    /// An anchor that was trusted at sealing, or an issuer, is not trusted now.
    AnchorNotTrusted(DistinguishedName),
    /// The trust in an anchor has ended.
    TrustEnded {
        /// Whose certificate it is.
        anchor: DistinguishedName,
        /// When trust in it ended.
        ended: UnixTime,
    },
    /// The sealed policy would give another verdict now: these of its constraints differ.
    ConstraintsDiffer(Vec<ConstraintDifference>),
    /// Another version of this programme made the sealed report.
    ToolDiffers {
        /// The version in the sealed report, where that names one.
        sealed: Option<String>,
    },
    /// This version comes to another verdict by what the envelope holds: not all that the
    /// document was judged by is in it.
    NotReproduced,
    /// The envelope is not as it was sealed: what is other than it was, by name.
    Changed(Vec<String>),
    /// A check that was met then, or not made, is not met now.
    NowUnmet(Finding),
    /// A check that was not met then is met now, or not made any more.
    NoLongerUnmet(Finding),
}

impl Cause {
    /// The stable word for scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Cause::CertificateEnded { .. } => "certificate-ended",
            Cause::AlgorithmEnded(_) => "algorithm-ended",
            Cause::RevocationKnown { .. } => "revocation-known",
            Cause::AnchorNotTrusted(_) => "anchor-not-trusted",
            Cause::TrustEnded { .. } => "trust-ended",
            Cause::ConstraintsDiffer(_) => "constraints-differ",
            Cause::ToolDiffers { .. } => "tool-differs",
            Cause::NotReproduced => "not-reproduced",
            Cause::Changed(_) => "envelope-changed",
            Cause::NowUnmet(_) => "now-unmet",
            Cause::NoLongerUnmet(_) => "no-longer-unmet",
        }
    }
}

impl Replay {
    /// What is to say of a file that is no envelope, or cannot be read as one.
    pub fn unreadable(report: Report) -> Self {
        Replay {
            sealed: SealedVerdicts::default(),
            then: None,
            now: report,
            constraints: Vec::new(),
            signatures: Vec::new(),
        }
    }

    /// Whether the sealed report was made by this version.
    pub fn is_of_this_tool(&self) -> bool {
        self.sealed.tool.as_deref() == Some(TOOL)
    }
}

impl ReplayedSignature {
    /// Whether all verdicts that are at hand agree.
    pub fn is_unchanged(&self) -> bool {
        let before = [self.sealed, self.then];
        before.iter().flatten().all(|verdict| *verdict == self.now)
    }
}
