//! Each change in an English sentence that a person understands; the reports translate it.

use std::fmt::{self, Display};

use super::modification::{Change, Modification, Prohibition, Visibility};
use super::signature_dictionary::Permissions;

impl Display for Modification {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "revision {}: ", self.revision + 1)?;
        english(&self.change, out)?;
        if let Some(field) = &self.field {
            write!(out, " in field \"{field}\"")?;
        }
        if let Some(object) = self.object {
            write!(out, " (object {object})")?;
        }
        if let Some(page) = self.page {
            write!(out, " on page {}", page + 1)?;
        }
        match self.forbidden_by {
            Some(Prohibition::Certification(Permissions::NoChanges)) => {
                write!(out, ", although its certification permits no changes")
            }
            Some(Prohibition::Certification(_)) => {
                write!(out, ", which its certification does not permit")
            }
            Some(Prohibition::FieldLock(signature)) => write!(
                out,
                ", although the signature in object {signature} locked the field"
            ),
            Some(Prohibition::BrokenSignature) => {
                write!(out, ", but what was added is no sound signature")
            }
            None => Ok(()),
        }
    }
}

fn english(change: &Change, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match change {
        Change::SecurityStore => write!(out, "evidence for long-term validation was added"),
        Change::Extensions => write!(out, "the declared version or extensions of PDF changed"),
        Change::MetadataStream => write!(out, "the metadata changed"),
        Change::DocumentInformation => write!(out, "the document information changed"),
        Change::SignatureFieldAdded(visibility) => {
            write!(
                out,
                "{} empty signature field was added",
                shown(*visibility)
            )
        }
        Change::SignatureFieldSigned(visibility) => {
            write!(out, "{} signature field was signed", shown(*visibility))
        }
        Change::SignatureAdded(visibility) => {
            write!(out, "{} signature was added", shown(*visibility))
        }
        Change::FormSettings => write!(out, "the settings of the form changed"),
        Change::FieldValue => write!(out, "a form field was filled in"),
        Change::AnnotationAdded { subtype } => {
            write!(out, "an annotation was added: {}", subtype.escape_ascii())
        }
        Change::Covers(covered) => write!(
            out,
            "what was added lies over object {covered}, which was there before,"
        ),
        Change::AnnotationChanged => write!(out, "an annotation was changed"),
        Change::AnnotationRemoved => write!(out, "an annotation was removed"),
        Change::Entry { key } => write!(out, "the entry /{} was changed", key.escape_ascii()),
        Change::ObjectReplaced => write!(out, "an object that the document uses was replaced"),
        Change::ObjectRemoved => write!(out, "an object that the document uses was removed"),
        Change::ObjectDefined => write!(out, "an object was put where the document had none"),
        Change::CatalogReplaced => write!(out, "the document starts from another catalog"),
        Change::Encryption => write!(out, "the encryption changed"),
        Change::UnparsedBytes { offset, count } => write!(
            out,
            "{count} bytes from byte {offset} on belong to no revision"
        ),
        Change::ObjectAmbiguous => {
            write!(out, "an object can be read in more than one way or in none")
        }
        Change::More => write!(out, "there are more changes than are listed"),
    }
}

fn shown(visibility: Visibility) -> String {
    match visibility {
        Visibility::Invisible => "an invisible".to_owned(),
        Visibility::Shown([left, bottom, right, top]) => {
            format!("a visible ({left} {bottom} {right} {top})")
        }
    }
}
