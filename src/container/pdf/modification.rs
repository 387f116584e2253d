//! What later revisions changed in a signed document (EN 319 102-1, 5.2.8 leaves the
//! judgement to policy; ISO 32000-2, 12.8.2.2.2 tells what may change).

use std::fmt;

use super::ObjectNumber;
use super::signature_dictionary::Permissions;

/// One change after a signature. What no rule allows is [`ModificationKind::Suspicious`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modification {
    /// What the change is for.
    pub kind: ModificationKind,
    /// The object that changed.
    pub object: Option<ObjectNumber>,
    /// The revision that changed it, from 0.
    pub revision: usize,
    /// The page it is on, from 0.
    pub page: Option<usize>,
    /// The change itself.
    pub change: Change,
    /// The certification that forbids a change which is allowed otherwise.
    pub forbidden_by: Option<Permissions>,
}

/// What a change is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModificationKind {
    /// Evidence for long-term validation, and the extensions that announce it.
    LongTermEvidence,
    /// A document time-stamp.
    DocumentTimestamp,
    /// Another signature, or a field for one.
    FurtherSignature,
    /// The value of a form field.
    FormFilling,
    /// A comment, a drawing or another annotation.
    Annotation,
    /// Data about the document that no page shows.
    Metadata,
    /// Anything else: the document may no longer show what was signed.
    Suspicious,
}

/// A change between two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The document security store grew or shrank.
    SecurityStore,
    /// The declared extensions or the version of PDF.
    Extensions,
    /// The metadata stream of the document.
    MetadataStream,
    /// The document information dictionary.
    DocumentInformation,
    /// A signature field that was not there.
    SignatureFieldAdded {
        /// Whether it shows anything on its page.
        visible: bool,
    },
    /// A signature in a field that waited for it.
    SignatureFieldSigned {
        /// Whether it shows anything on its page.
        visible: bool,
    },
    /// Flags or resources of the whole form.
    FormSettings,
    /// The value of a form field, or its appearance with it.
    FieldValue,
    /// An annotation that was not there.
    AnnotationAdded,
    /// An annotation that was there looks or reads otherwise.
    AnnotationChanged,
    /// An annotation that was there is gone.
    AnnotationRemoved,
    /// One entry of a dictionary changed, appeared or disappeared.
    Entry {
        /// Its key, without the solidus.
        key: Box<[u8]>,
    },
    /// The object has another value.
    ObjectReplaced,
    /// The object is gone although something refers to it.
    ObjectRemoved,
    /// An object appeared to which the signed revision already referred.
    ObjectDefined,
    /// The document starts from another catalog.
    CatalogReplaced,
    /// The document is encrypted in another way.
    Encryption,
    /// Bytes that belong to no revision.
    UnparsedBytes {
        /// Where they start.
        offset: usize,
        /// How many.
        count: usize,
    },
    /// The revision cannot be read, so what it changed is unknown.
    RevisionUnreadable,
    /// More changes than are listed one by one.
    More,
}

impl Modification {
    /// The change as the strictest certification before it judges it (12.8.2.2, table 257).
    pub(super) fn under(mut self, permissions: Option<Permissions>) -> Self {
        let forbidden = match (permissions, self.kind) {
            (None, _) => false,
            (Some(Permissions::NoChanges), kind) => matches!(
                kind,
                ModificationKind::FurtherSignature
                    | ModificationKind::FormFilling
                    | ModificationKind::Annotation
            ),
            (Some(Permissions::FormFilling), kind) => kind == ModificationKind::Annotation,
            (Some(Permissions::Annotations), _) => false,
        };
        if forbidden {
            self.kind = ModificationKind::Suspicious;
            self.forbidden_by = permissions;
        }
        self
    }
}

impl fmt::Display for Modification {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "revision {}: {}", self.revision, self.change)?;
        if let Some(object) = self.object {
            write!(out, " (object {object})")?;
        }
        if let Some(page) = self.page {
            write!(out, " on page {}", page + 1)?;
        }
        match self.forbidden_by {
            Some(_) => write!(out, ", which the certification forbids"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |visible: bool| if visible { "visible" } else { "invisible" };
        match self {
            Change::SecurityStore => write!(out, "long-term validation evidence changed"),
            Change::Extensions => write!(out, "the declared extensions changed"),
            Change::MetadataStream => write!(out, "the metadata changed"),
            Change::DocumentInformation => write!(out, "the document information changed"),
            Change::SignatureFieldAdded { visible } => {
                write!(out, "{} signature field added", shown(*visible))
            }
            Change::SignatureFieldSigned { visible } => {
                write!(out, "{} signature field signed", shown(*visible))
            }
            Change::FormSettings => write!(out, "the settings of the form changed"),
            Change::FieldValue => write!(out, "a form field was filled in"),
            Change::AnnotationAdded => write!(out, "annotation added"),
            Change::AnnotationChanged => write!(out, "annotation changed"),
            Change::AnnotationRemoved => write!(out, "annotation removed"),
            Change::Entry { key } => write!(out, "/{} changed", key.escape_ascii()),
            Change::ObjectReplaced => write!(out, "object replaced"),
            Change::ObjectRemoved => write!(out, "object removed"),
            Change::ObjectDefined => write!(out, "object defined that was missing before"),
            Change::CatalogReplaced => write!(out, "the catalog was replaced"),
            Change::Encryption => write!(out, "the encryption changed"),
            Change::UnparsedBytes { offset, count } => {
                write!(
                    out,
                    "{count} bytes from byte {offset} on belong to no revision"
                )
            }
            Change::RevisionUnreadable => write!(out, "the revision cannot be read"),
            Change::More => write!(out, "more changes than are listed"),
        }
    }
}
