//! What later revisions changed in a signed document (EN 319 102-1, 5.2.8 leaves the
//! judgement to policy; ISO 32000-2, 12.8.2.2.2 tells what may change).

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
    /// The full name of the form field, where the object is one.
    pub field: Option<String>,
    /// The change itself.
    pub change: Change,
    /// What forbids a change that is allowed otherwise.
    pub forbidden_by: Option<Prohibition>,
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
    /// Something new that lies over an annotation which was there.
    Covering,
    /// A comment, a drawing or another annotation.
    Annotation,
    /// Data about the document that no page shows.
    Metadata,
    /// Anything else: the document may no longer show what was signed.
    Suspicious,
}

/// Why an earlier signature does not admit a change that other documents may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prohibition {
    /// A certification signature permits less (ISO 32000-2, 12.8.2.2).
    Certification(Permissions),
    /// The signature in this object locks the field (12.8.2.4).
    FieldLock(ObjectNumber),
    /// The signature that the field got is none, or is broken in its form.
    BrokenSignature,
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
    /// A signature field that was not there, without a signature.
    SignatureFieldAdded(Visibility),
    /// A signature in a field that waited for it.
    SignatureFieldSigned(Visibility),
    /// A signature in a field that was not there.
    SignatureAdded(Visibility),
    /// Flags or resources of the whole form.
    FormSettings,
    /// The value of a form field, or its appearance with it.
    FieldValue,
    /// An annotation that was not there.
    AnnotationAdded {
        /// Its `/Subtype`, such as `FreeText` or `Stamp`.
        subtype: Box<[u8]>,
    },
    /// A new signature or annotation lies over one that was there (12.5.2).
    Covers(ObjectNumber),
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
    /// The object cannot be read, or it can be read in more than one way.
    ObjectAmbiguous,
    /// More changes than are listed.
    More,
}

/// Whether a signature field shows anything on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Nothing.
    Invisible,
    /// A widget with these corners in points: left, bottom, right and top.
    Shown([i32; 4]),
}

impl Modification {
    /// The change under the strictest certification before it (12.8.2.2, table 257).
    pub(super) fn under(mut self, permissions: Permissions) -> Self {
        use ModificationKind::{Annotation, FormFilling, FurtherSignature, Suspicious};
        let new_visible = matches!(
            self.change,
            Change::SignatureAdded(Visibility::Shown(_))
                | Change::SignatureFieldAdded(Visibility::Shown(_))
        );
        let forbidden = match permissions {
            Permissions::NoChanges => {
                matches!(self.kind, FurtherSignature | FormFilling | Annotation) || new_visible
            }
            // A field that the certifier did not place may cover what was certified: the sneaky
            // signature attack of 2021.
            Permissions::FormFilling => self.kind == Annotation || new_visible,
            Permissions::Annotations => false,
        };
        if forbidden && self.kind != Suspicious {
            self.kind = Suspicious;
            self.forbidden_by = Some(Prohibition::Certification(permissions));
        } else if new_visible && self.kind != Suspicious {
            self.kind = Annotation;
        }
        self
    }

    /// The change as forbidden for another reason.
    pub(super) fn forbidden(mut self, by: Prohibition) -> Self {
        self.kind = ModificationKind::Suspicious;
        self.forbidden_by = Some(by);
        self
    }

    /// Whether it fills in or signs a field that was there before.
    pub(super) fn sets_value(&self) -> bool {
        matches!(
            self.change,
            Change::FieldValue | Change::SignatureFieldSigned(_)
        )
    }

    /// Whether it brings a signature.
    pub(super) fn signs(&self) -> bool {
        matches!(
            self.change,
            Change::SignatureAdded(_) | Change::SignatureFieldSigned(_)
        )
    }
}
