//! Which bytes a signature protects, and what was added after it.

use crate::crypto::DigestAlgorithm;

/// What one signature covers of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Whether nothing stands outside the signature but the signature value itself.
    pub whole_document: bool,
    /// The revision that was signed, counted from one.
    pub revision: usize,
    /// How many revisions the document has.
    pub revisions: usize,
    /// What later revisions changed: everything up to the next signature of the document, and of
    /// what came after that the first of each kind, for it is listed with the later signature.
    pub changes: Vec<Change>,
    /// How many more changes of each kind there are.
    pub further_changes: Vec<(ChangeKind, usize)>,
    /// What stands in the signed revision without being shown, in English sentences.
    pub hidden: Vec<String>,
    /// Which members of a container it is about; `None` where there is no container.
    pub members: Option<MemberCoverage>,
}

/// What something in a container covers of its members (EN 319 162-1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberCoverage {
    /// The member it stands in itself.
    pub place: String,
    /// The members it is about, as its manifest names them.
    pub references: Vec<MemberReference>,
    /// Members it is not about, other than signatures and what belongs to them.
    pub uncovered: Vec<String>,
    /// Those of them that no signature in the container is about.
    pub unsigned: Vec<String>,
    /// Where the container departs from its standard without a doubt about what is signed.
    pub remarks: Vec<String>,
}

/// One member that something is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberReference {
    /// The name of the member.
    pub name: String,
    /// How it is bound.
    pub digest: ReferenceDigest,
    /// SHA-256 of the member, if it is there: what proofs of existence are kept for.
    pub sha256: Option<[u8; 32]>,
    /// What became of the member.
    pub state: ReferenceState,
}

/// How a member is bound to what covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceDigest {
    /// Its bytes are covered as they are.
    Direct,
    /// By a digest in a manifest.
    By(DigestAlgorithm),
    /// By a digest of an algorithm that sigill does not know.
    Unknown,
}

/// What became of a member since its manifest was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceState {
    /// It is as it was.
    Intact,
    /// It is another one.
    Differs,
    /// It is not there, or two members have its name.
    Missing,
    /// It cannot be compared.
    NotComputed,
}

impl MemberCoverage {
    /// The names of the members it is about.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let references = self.references.iter();
        references.map(|reference| reference.name.as_str())
    }

    /// Whether it is about this member.
    pub fn is_about(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }
}

impl Coverage {
    /// Of a document that knows no revisions.
    pub fn whole() -> Self {
        Coverage {
            whole_document: true,
            revision: 1,
            revisions: 1,
            changes: Vec::new(),
            further_changes: Vec::new(),
            hidden: Vec::new(),
            members: None,
        }
    }

    /// Of a container, as far as `members` says.
    pub(super) fn of_members(members: MemberCoverage) -> Self {
        Coverage {
            whole_document: members.uncovered.is_empty(),
            members: Some(members),
            ..Coverage::whole()
        }
    }

    /// The member of a container that the covering object stands in.
    pub(crate) fn place(&self) -> Option<&str> {
        self.members.as_ref().map(|members| members.place.as_str())
    }
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
    /// Something new over an annotation that was there.
    Covering,
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
            ChangeKind::Covering => "covering",
            ChangeKind::Annotation => "annotation",
            ChangeKind::Suspicious => "suspicious",
        }
    }
}
