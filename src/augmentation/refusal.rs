//! Why a document is not augmented.

use crate::error::Error;
use crate::signature::Level;
use crate::validation::Indication;
use thiserror::Error as ThisError;

/// Why a document is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Refusal {
    /// It cannot be read, or not be added to.
    #[error(transparent)]
    Unreadable(#[from] Error),
    /// Only PDF and CMS are augmented.
    #[error("signatures in a container of type {0} are not augmented; seal it instead")]
    Container(&'static str),
    /// It has no signature.
    #[error("there is no signature to augment")]
    NothingSigned,
    /// The signature does not sign its own certificate, so that it has no level
    /// (EN 319 122-1, 6.3).
    #[error("{0}: without a signing-certificate attribute it has no level; seal it instead")]
    NoBaseline(String),
    /// The signature is disproven: a time-stamp would only cover that up.
    #[error("{0}: {1}; a time-stamp would only cover that up")]
    Disproven(String, Indication),
    /// What cannot be proven today has no complete evidence.
    #[error("{0}: {1}; what is not proven today cannot be kept provable")]
    NotProven(String, Indication),
    /// A signature needs revocation data for this level, and there is none of this certificate.
    #[error("{0}: no revocation data of {1} is at hand")]
    NoRevocationData(String, String),
    /// An older archive time-stamp is over everything that stands there, so that nothing can be
    /// added beside it.
    #[error("{0}; evidence beside it would break it")]
    ArchiveTimestampInTheWay(&'static str),
    /// No authority gave a time-stamp that can be used.
    #[error("no time-stamp: {0}")]
    Timestamp(String),
    /// A signature or a time-stamp would be worth less than before.
    #[error("{id} would not be proven any more: {}", told(*.verdict))]
    Broken {
        /// Which one, as in the report before.
        id: String,
        /// What it would come to; `None` where it would not be there.
        verdict: Option<Indication>,
    },
    /// Nobody whom the user trusts vouches for a time-stamp of the signature, or for a new one.
    #[error("{0}: the time-stamp is not proven; is its authority among those you trust (--trust)?")]
    TimestampNotProven(String),
    /// Not all that the level asks for could be had, such as revocation data.
    #[error("{0} reaches level {1} only")]
    NotReached(String, Level),
}

impl Refusal {
    /// The stable word that scripts may compare.
    pub fn kind(&self) -> &'static str {
        match self {
            Refusal::Unreadable(error) => error.kind(),
            Refusal::Container(_) => "container",
            Refusal::NothingSigned => "no-signature",
            Refusal::NoBaseline(_) => "no-baseline",
            Refusal::Disproven(..) => "disproven",
            Refusal::NotProven(..) => "not-proven",
            Refusal::NoRevocationData(..) => "revocation-data",
            Refusal::ArchiveTimestampInTheWay(_) => "archive-time-stamp",
            Refusal::Timestamp(_) => "time-stamp",
            Refusal::Broken { .. } => "broken",
            Refusal::TimestampNotProven(_) => "time-stamp-not-proven",
            Refusal::NotReached(..) => "level-not-reached",
        }
    }
}

fn told(verdict: Option<Indication>) -> String {
    verdict.map_or("it is not there".to_owned(), |verdict| verdict.to_string())
}
