//! What became of documents, and what is kept of them on the disk until their batch is stamped.

use super::sources::Source;
use crate::output::Status;
use serde::{Deserialize, Serialize};
use sigill::Error;
use sigill::report::{DocumentSummary, Failure, Report, SealReport};

/// What became of one document.
pub struct Outcome {
    pub seal: SealReport,
    pub status: Status,
}

/// What could not be read, with its own reason.
pub fn over(report: &Report) -> Box<Outcome> {
    let failure = report.error.as_ref().unwrap_or(&Error::Defect);
    Box::new(refused(report.document.clone(), failure.into()))
}

/// What was not sealed.
pub fn refused(document: DocumentSummary, failure: Failure) -> Outcome {
    let mut status = Status::default();
    status.take_error();
    Outcome {
        seal: SealReport {
            envelope: None,
            document,
            public_report: None,
            tsa_calls: 0,
            provable_until: None,
            error: Some(failure),
        },
        status,
    }
}

/// An outcome as it is printed and counted.
#[derive(Clone, Serialize, Deserialize)]
pub struct Told {
    pub text: String,
    pub status: Status,
    pub is_sealed: bool,
    pub tsa_calls: u64,
}

/// One document on its way.
pub enum Stage {
    /// Its envelope waits for a time-stamp over this node.
    Waiting {
        node: Vec<u8>,
        document: DocumentSummary,
        status: Status,
    },
    /// It needs no time-stamp.
    Over(Box<Outcome>),
}

/// What is kept of a document until its batch is stamped.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    pub source: Source,
    pub state: State,
}

/// How far a document has come.
#[derive(Serialize, Deserialize)]
pub enum State {
    /// Its envelope waits for a time-stamp.
    Waiting(Waiting),
    /// It needs no time-stamp.
    Over(Told),
}

/// A document whose envelope waits.
#[derive(Serialize, Deserialize)]
pub struct Waiting {
    size: Option<u64>,
    sha256: Option<[u8; 32]>,
    container: usize,
    pub status: Status,
}

/// The kinds of containers that were met: each is a word of the library.
#[derive(Default)]
pub struct Containers(Vec<&'static str>);

impl Containers {
    /// What is kept of a document.
    pub fn keep(&mut self, document: &DocumentSummary, status: Status) -> Waiting {
        let own = document.container;
        let known = self.0.iter().position(|name| *name == own);
        let container = known.unwrap_or_else(|| {
            self.0.push(own);
            self.0.len() - 1
        });
        Waiting {
            size: document.size,
            sha256: document.sha256,
            container,
            status,
        }
    }

    /// The document again.
    pub fn document(&self, waiting: &Waiting, source: &Source) -> DocumentSummary {
        DocumentSummary {
            path: Some(source.path.display().to_string()),
            diary_number: None,
            size: waiting.size,
            sha256: waiting.sha256,
            container: self.0.get(waiting.container).copied().unwrap_or_default(),
        }
    }
}
