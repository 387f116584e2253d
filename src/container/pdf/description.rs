//! Each change in a sentence that a person understands, in English and in Swedish.

use std::fmt::{self, Display};

use super::modification::{Change, Modification, Prohibition, Visibility};
use super::signature_dictionary::Permissions;

/// English; for Swedish see [`Modification::in_swedish`].
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

impl Modification {
    /// The change in Swedish.
    pub fn in_swedish(&self) -> String {
        let mut text = format!("version {}: {}", self.revision + 1, swedish(&self.change));
        if let Some(field) = &self.field {
            text += &format!(" i fältet \"{field}\"");
        }
        if let Some(object) = self.object {
            text += &format!(" (objekt {object})");
        }
        if let Some(page) = self.page {
            text += &format!(" på sidan {}", page + 1);
        }
        text += &match self.forbidden_by {
            Some(Prohibition::Certification(Permissions::NoChanges)) => {
                ", fast certifieringen inte tillåter några ändringar".to_owned()
            }
            Some(Prohibition::Certification(_)) => {
                ", vilket certifieringen inte tillåter".to_owned()
            }
            Some(Prohibition::FieldLock(signature)) => {
                format!(", fast underskriften i objekt {signature} låste fältet")
            }
            Some(Prohibition::BrokenSignature) => {
                ", men det som lades till är ingen hel underskrift".to_owned()
            }
            None => String::new(),
        };
        text
    }
}

fn english(change: &Change, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match change {
        Change::SecurityStore => write!(out, "evidence for long-term validation was added"),
        Change::Extensions => write!(out, "the declared version or extensions of PDF changed"),
        Change::MetadataStream => write!(out, "the metadata changed"),
        Change::DocumentInformation => write!(out, "the document information changed"),
        Change::SignatureFieldAdded(visibility) => {
            write!(out, "{} empty signature field was added", shown(*visibility))
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
            write!(out, "a {} annotation was added", subtype.escape_ascii())
        }
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

fn swedish(change: &Change) -> String {
    let text = match change {
        Change::SecurityStore => "underlag för långtidsvalidering lades till",
        Change::Extensions => "angiven version eller utökning av PDF ändrades",
        Change::MetadataStream => "metadata ändrades",
        Change::DocumentInformation => "uppgifterna om dokumentet ändrades",
        Change::SignatureFieldAdded(visibility) => {
            return format!("ett {} tomt underskriftsfält lades till", synligt(*visibility));
        }
        Change::SignatureFieldSigned(visibility) => {
            return format!("ett {} underskriftsfält undertecknades", synligt(*visibility));
        }
        Change::SignatureAdded(Visibility::Invisible) => "en osynlig underskrift lades till",
        Change::SignatureAdded(Visibility::Shown([left, bottom, right, top])) => {
            return format!(
                "en synlig underskrift ({left} {bottom} {right} {top}) lades till"
            );
        }
        Change::FormSettings => "formulärets inställningar ändrades",
        Change::FieldValue => "ett formulärfält fylldes i",
        Change::AnnotationAdded { subtype } => {
            let subtype = subtype.escape_ascii();
            return format!("en anteckning av slaget {subtype} lades till");
        }
        Change::AnnotationChanged => "en anteckning ändrades",
        Change::AnnotationRemoved => "en anteckning togs bort",
        Change::Entry { key } => return format!("posten /{} ändrades", key.escape_ascii()),
        Change::ObjectReplaced => "ett objekt som dokumentet använder byttes ut",
        Change::ObjectRemoved => "ett objekt som dokumentet använder togs bort",
        Change::ObjectDefined => "ett objekt lades dit dokumentet saknade ett",
        Change::CatalogReplaced => "dokumentet utgår från en annan katalog",
        Change::Encryption => "krypteringen ändrades",
        Change::UnparsedBytes { offset, count } => {
            return format!("{count} byte från byte {offset} hör inte till någon version");
        }
        Change::ObjectAmbiguous => "ett objekt kan läsas på flera sätt eller inte alls",
        Change::More => "det finns fler ändringar än de som räknas upp",
    };
    text.to_owned()
}

fn synligt(visibility: Visibility) -> String {
    match visibility {
        Visibility::Invisible => "osynligt".to_owned(),
        Visibility::Shown([left, bottom, right, top]) => {
            format!("synligt ({left} {bottom} {right} {top})")
        }
    }
}
