//! Which bytes a signature protects, and what was added after it.

/// What one signature covers of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Whether nothing stands outside the signature but the signature value itself.
    pub whole_document: bool,
    /// The revision that was signed, counted from one.
    pub revision: usize,
    /// How many revisions the document has.
    pub revisions: usize,
    /// What later revisions changed.
    pub changes: Vec<Change>,
    /// What stands in the signed revision without being shown.
    pub hidden: Vec<Hidden>,
}

impl Coverage {
    /// Of a document that knows no revisions.
    pub fn whole() -> Self {
        Coverage {
            whole_document: true,
            revision: 1,
            revisions: 1,
            changes: Vec::new(),
            hidden: Vec::new(),
        }
    }
}

/// Something in the signed bytes that no reader shows and that a later revision could bring up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// An English sentence, with the object number.
    pub description: String,
    /// The same in Swedish.
    pub in_swedish: String,
}

/// One change after signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of change.
    pub kind: ChangeKind,
    /// Number and generation of the object that changed.
    pub object: Option<String>,
    /// The page it is on, counted from one.
    pub page: Option<usize>,
    /// The change in an English sentence, with object number and page where they are known.
    pub description: String,
    /// The same in Swedish.
    pub in_swedish: String,
}

/// Kinds of changes after signing, in rising order of suspicion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Certificates, revocation data and document time-stamps.
    LongTermEvidence,
    /// Document information and identifiers.
    Metadata,
    /// Another signature.
    FurtherSignature,
    /// Values of form fields.
    FormFilling,
    /// Annotations.
    Annotation,
    /// Anything else.
    Suspicious,
}

impl ChangeKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::LongTermEvidence => "long-term-evidence",
            ChangeKind::Metadata => "metadata",
            ChangeKind::FurtherSignature => "further-signature",
            ChangeKind::FormFilling => "form-filling",
            ChangeKind::Annotation => "annotation",
            ChangeKind::Suspicious => "suspicious",
        }
    }
}
