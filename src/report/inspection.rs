//! What a file is and holds, without a judgement.

use super::model::DocumentSummary;
use crate::UnixTime;
use crate::error::Error;
use crate::signature::{Coverage, Format, Level, TimestampKind};
use crate::x509::{Certificate, CertificateList, OcspResponse};
use std::sync::Arc;

/// What a file is and holds. Nothing in it was verified: names, times and algorithms are what
/// the file itself says.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The file.
    pub document: DocumentSummary,
    /// Why it could not be read; then everything below is empty.
    pub error: Option<Error>,
    /// How many revisions a PDF has; `None` for others.
    pub revisions: Option<usize>,
    /// The members of a container, in its order.
    pub members: Vec<InspectedMember>,
    /// The signatures, in the order of the file.
    pub signatures: Vec<InspectedSignature>,
    /// Time-stamps over the document.
    pub timestamps: Vec<InspectedTimestamp>,
    /// Evidence records, also those inside signatures.
    pub evidence_records: Vec<InspectedRecord>,
    /// All certificates, each once.
    pub certificates: Vec<Arc<Certificate>>,
    /// All revocation lists, each once.
    pub revocation_lists: Vec<Arc<CertificateList>>,
    /// All OCSP responses, each once.
    pub ocsp_responses: Vec<Arc<OcspResponse>>,
    /// What was taken for evidence and cannot be read: what for, and why not.
    pub unreadable: Vec<(&'static str, Error)>,
}

impl Inspection {
    /// That of a file of which there are no bytes.
    pub fn not_opened(error: Error) -> Self {
        let document = DocumentSummary {
            path: None,
            diary_number: None,
            size: None,
            sha256: None,
            container: "unknown",
        };
        Inspection {
            error: Some(error),
            ..Inspection::empty(document)
        }
    }

    /// The same inspection with the path the user gave.
    #[must_use]
    pub fn named(mut self, path: impl Into<String>) -> Self {
        self.document.path = Some(path.into());
        self
    }

    pub(crate) fn empty(document: DocumentSummary) -> Self {
        Inspection {
            document,
            error: None,
            revisions: None,
            members: Vec::new(),
            signatures: Vec::new(),
            timestamps: Vec::new(),
            evidence_records: Vec::new(),
            certificates: Vec::new(),
            revocation_lists: Vec::new(),
            ocsp_responses: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

/// One member of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedMember {
    /// Its name.
    pub name: String,
    /// Its size, unpacked.
    pub size: usize,
    /// What it is for, by its name alone.
    pub role: &'static str,
}

/// One signature.
#[derive(Debug, Clone)]
pub struct InspectedSignature {
    /// `S-1`, or `S-1-C-1` for a counter-signature over the first.
    pub id: String,
    /// Its format.
    pub format: Format,
    /// The level whose elements are all there.
    pub level: Level,
    /// Why it cannot be read, where that is so.
    pub error: Option<Error>,
    /// What it covers of its document.
    pub coverage: Coverage,
    /// By what it was made.
    pub algorithms: Option<Algorithms>,
    /// The time that the signer claims.
    pub claimed_signing_time: Option<UnixTime>,
    /// The roles that the signer claims.
    pub claimed_roles: Vec<String>,
    /// The certificate in the file that the signer names.
    pub certificate: Option<Arc<Certificate>>,
    /// Time-stamps inside.
    pub timestamps: Vec<InspectedTimestamp>,
    /// Signatures over this one.
    pub counter_signatures: Vec<InspectedSignature>,
}

/// The algorithms of a signature by the names of reports, or by object identifier where sigill
/// does not know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithms {
    /// That of the signature value.
    pub signature: String,
    /// That of the digest over what is signed.
    pub digest: String,
}

/// One time-stamp.
#[derive(Debug, Clone)]
pub struct InspectedTimestamp {
    /// `T-1`, `T-2` and so on, within the document or the signature.
    pub id: String,
    /// What it is about.
    pub kind: TimestampKind,
    /// What its token says, or why it cannot be read.
    pub token: Result<InspectedToken, Error>,
}

/// What a time-stamp token says.
#[derive(Debug, Clone)]
pub struct InspectedToken {
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// The time that it states.
    pub time: UnixTime,
    /// The policy of the authority, an object identifier.
    pub policy: String,
    /// That of the authority's signature, and that of the imprint.
    pub algorithms: Algorithms,
    /// The certificate in the file that the authority names.
    pub certificate: Option<Arc<Certificate>>,
}

/// One evidence record.
#[derive(Debug, Clone)]
pub struct InspectedRecord {
    /// `E-1`, `E-2` and so on.
    pub id: String,
    /// The member of a container that it stands in.
    pub place: Option<String>,
    /// Its chains, oldest first, or why it cannot be read.
    pub chains: Result<Vec<InspectedChain>, Error>,
}

/// Archive time-stamps over each other with one digest algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedChain {
    /// The digest algorithm; `None` where no token in it can be read.
    pub digest: Option<String>,
    /// The times that they state, oldest first; `None` where a token cannot be read.
    pub times: Vec<Option<UnixTime>>,
}
