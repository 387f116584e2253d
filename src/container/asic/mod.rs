//! Associated Signature Containers (EN 319 162-1): ZIP files that hold documents together with
//! their signatures, time-stamps and evidence records.
//!
//! Reading never trusts the ZIP form: whatever lets two readers see different content is in
//! [`AsicContainer::problems`].

mod manifest;
mod write;
mod zip;

pub use manifest::{DataObjectReference, Manifest, ManifestKind, write_evidence_record_manifest};
pub use write::{write_asic_e, write_zip};

use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;
use std::fmt;

const MIMETYPE: &str = "mimetype";
const MIMETYPE_ASIC_S: &str = "application/vnd.etsi.asic-s+zip";
const MIMETYPE_ASIC_E: &str = "application/vnd.etsi.asic-e+zip";
const META_INF: &str = "META-INF/";

/// A container with its members unpacked.
#[derive(Debug, Clone)]
pub struct AsicContainer {
    /// What the container says it is, or what its members show.
    pub kind: AsicKind,
    /// The content of the `mimetype` member as text, if there is one.
    pub mimetype: Option<String>,
    /// Every member in the order of the central directory, `mimetype` and `META-INF/` included.
    pub members: Vec<Member>,
    /// The comment of the ZIP file, which no signature covers.
    pub comment: Bytes,
    /// All that a careful reader must know before trusting a signature in here.
    pub problems: Vec<ContainerProblem>,
}

/// The two container types of EN 319 162-1, 4.3 and 4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsicKind {
    /// ASiC-S: one data object and what protects it.
    Simple,
    /// ASiC-E: any number of data objects, bound by manifests.
    Extended,
}

/// One file of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The path inside the container, U+FFFD where it is not UTF-8.
    pub name: String,
    /// The unpacked content; a stored member shares the bytes of the file.
    pub content: Bytes,
    /// How the content stands in the file.
    pub compression: Compression,
    has_extra_field: bool,
    offset: usize,
}

/// What a member is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberRole {
    /// The type of the container.
    Mimetype,
    /// The announcement of a folder.
    Folder,
    /// An ASiCManifest.
    Manifest,
    /// A CAdES signature.
    Signature,
    /// A time-stamp token.
    TimeStamp,
    /// An evidence record (RFC 4998, RFC 6283).
    EvidenceRecord,
    /// XAdES signatures.
    XmlSignature,
    /// Anything else under `META-INF/`.
    Other,
    /// What a user takes for a document.
    DataObject,
}

/// The compression methods that containers use (APPNOTE.TXT, 4.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// As it is.
    Stored,
    /// DEFLATE (RFC 1951).
    Deflated,
}

/// What makes a container ambiguous or departs from EN 319 162-1, A.1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContainerProblem {
    /// There is no `mimetype` member.
    NoMimetype,
    /// `mimetype` is not the first member of the file.
    MimetypeNotFirst,
    /// `mimetype` is compressed or has an extra field, so that its text is not at byte 38.
    MimetypeNotPlain,
    /// `mimetype` is neither that of ASiC-S nor that of ASiC-E, exactly.
    MimetypeUnexpected(String),
    /// Two members have this name. Only the last is among the members, the others are
    /// [hidden bytes](Self::HiddenBytes), and [`AsicContainer::member`] finds none.
    DuplicateName(String),
    /// The name leaves the container or differs between systems: `..`, absolute, backslash, NUL.
    UnsafeName(String),
    /// The name is not UTF-8 and cannot be compared with a manifest.
    NameNotUtf8(String),
    /// Local and central header of this member disagree, or an extra field renames it.
    LocalHeaderDiffers(String),
    /// The CRC-32 of this member does not fit its content.
    ChecksumDiffers(String),
    /// This member shares bytes with another or with the directory.
    Overlap(String),
    /// Bytes that belong to no member and no header.
    HiddenBytes {
        /// Where they start in the file.
        offset: usize,
        /// How many they are.
        length: usize,
    },
    /// Two end records could be the last one.
    SeveralEnds,
}

impl AsicContainer {
    /// Reads and unpacks a container.
    ///
    /// # Errors
    /// [`Error::NotRecognised`] for a ZIP file of another kind, [`Error::OverLimit`] where
    /// members, size or ratio exceed `limits`, [`Error::Encrypted`], [`Error::Unsupported`]
    /// for rare compression, [`Error::Malformed`] for the rest.
    pub fn read(bytes: Bytes, limits: &Limits) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        if !bytes.starts_with(&zip::LOCAL_HEADER) {
            return Err(Error::NotRecognised);
        }
        let directory = zip::Directory::read(&bytes, limits)?;
        if !has_asic_shape(&directory) {
            return Err(Error::NotRecognised);
        }
        let comment = bytes.slice(directory.comment());
        let zip::Unpacked {
            members,
            mut problems,
        } = directory.unpack(&bytes, limits)?;
        let mimetype = check_mimetype(&members, &mut problems);
        Ok(AsicContainer {
            kind: kind(mimetype.as_deref(), &comment, &members),
            mimetype,
            members,
            comment,
            problems,
        })
    }

    /// Whether the bytes are a ZIP file with the shape of ASiC. Nothing is unpacked.
    pub fn recognises(bytes: &[u8]) -> bool {
        bytes.starts_with(&zip::LOCAL_HEADER)
            && match zip::Directory::read(bytes, &Limits::default()) {
                Ok(directory) => has_asic_shape(&directory),
                // What is too large for a look is not nothing: whoever reads it says so.
                Err(error) => matches!(error, Error::OverLimit { .. }),
            }
    }

    /// The member of this name; `None` also where two members share it.
    pub fn member(&self, name: &str) -> Option<&Member> {
        let is_shared = self.problems.iter().any(
            |problem| matches!(problem, ContainerProblem::DuplicateName(shared) if shared == name),
        );
        self.members
            .iter()
            .find(|member| member.name == name && !is_shared)
    }

    /// The manifests among the members, an unreadable one as its error.
    pub fn manifests(&self) -> impl Iterator<Item = Result<Manifest, Error>> {
        self.members
            .iter()
            .filter(|member| manifest::is_manifest_name(&member.name))
            .map(|member| Manifest::read(&member.name, &member.content))
    }

    /// The members outside `META-INF/`, which a user takes for the documents. Each must be
    /// covered by a signature or be named as uncovered.
    pub fn data_objects(&self) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(|member| member.role() == MemberRole::DataObject)
    }
}

impl Member {
    /// Whether this only announces a folder.
    pub fn is_directory(&self) -> bool {
        self.name.ends_with('/') && self.content.is_empty()
    }

    /// What it is for, by its name alone: 4.3.3.2, 4.4.3.2 and A.7.
    pub fn role(&self) -> MemberRole {
        if self.is_directory() {
            return MemberRole::Folder;
        }
        if self.name == MIMETYPE {
            return MemberRole::Mimetype;
        }
        if manifest::is_manifest_name(&self.name) {
            return MemberRole::Manifest;
        }
        let Some(file) = self.name.strip_prefix(META_INF) else {
            return MemberRole::DataObject;
        };
        let file = file.to_ascii_lowercase();
        let is_xml = file.ends_with(".xml");
        // The longest word first: what stamps a signature may have both words in its name.
        if file.contains("evidencerecord") || file.ends_with(".ers") {
            MemberRole::EvidenceRecord
        } else if file.ends_with(".tst") || file.contains("timestamp") && !is_xml {
            MemberRole::TimeStamp
        } else if file.ends_with(".p7s") || file.contains("signature") && !is_xml {
            MemberRole::Signature
        } else if file.contains("signature") {
            MemberRole::XmlSignature
        } else {
            MemberRole::Other
        }
    }
}

impl ContainerProblem {
    /// Whether it departs from the rules for containers but leaves no doubt what is inside.
    pub fn is_harmless(&self) -> bool {
        matches!(
            self,
            Self::NoMimetype
                | Self::MimetypeNotFirst
                | Self::MimetypeNotPlain
                | Self::MimetypeUnexpected(_)
        )
    }
}

impl fmt::Display for ContainerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMimetype => f.write_str("there is no mimetype member"),
            Self::MimetypeNotFirst => f.write_str("mimetype is not the first member"),
            Self::MimetypeNotPlain => f.write_str("mimetype is compressed or has an extra field"),
            Self::MimetypeUnexpected(text) => write!(f, "the mimetype is {text:?}"),
            Self::DuplicateName(name) => write!(f, "two members have the name {name:?}"),
            Self::UnsafeName(name) => write!(f, "the member name {name:?} is unsafe"),
            Self::NameNotUtf8(name) => write!(f, "the member name {name:?} is not UTF-8"),
            Self::LocalHeaderDiffers(name) => {
                write!(f, "the two headers of {name:?} disagree")
            }
            Self::ChecksumDiffers(name) => write!(f, "the checksum of {name:?} does not fit"),
            Self::Overlap(name) => write!(f, "{name:?} shares bytes with another member"),
            Self::HiddenBytes { offset, length } => {
                write!(f, "{length} bytes at {offset} belong to no member")
            }
            Self::SeveralEnds => f.write_str("the container has two possible ends"),
        }
    }
}

fn has_asic_shape(directory: &zip::Directory<'_>) -> bool {
    directory.names().any(|name| is_protection(&name))
}

/// The names that EN 319 162-1 gives to what protects: 4.3.3.2, 4.4.3.2 and A.7.
fn is_protection(name: &str) -> bool {
    name.strip_prefix(META_INF).is_some_and(|file| {
        ["signature", "timestamp", "evidencerecord"]
            .iter()
            .any(|word| file.to_ascii_lowercase().contains(word))
    })
}

fn check_mimetype(members: &[Member], problems: &mut Vec<ContainerProblem>) -> Option<String> {
    let Some(member) = members.iter().find(|member| member.name == MIMETYPE) else {
        problems.push(ContainerProblem::NoMimetype);
        return None;
    };
    if member.offset != 0 {
        problems.push(ContainerProblem::MimetypeNotFirst);
    }
    if member.compression != Compression::Stored || member.has_extra_field {
        problems.push(ContainerProblem::MimetypeNotPlain);
    }
    let shown = member.content.get(..256).unwrap_or(&member.content);
    let text = String::from_utf8_lossy(shown).into_owned();
    if text != MIMETYPE_ASIC_S && text != MIMETYPE_ASIC_E {
        problems.push(ContainerProblem::MimetypeUnexpected(text.clone()));
    }
    Some(text)
}

/// EN 319 162-1, 4.3.3.1 and 4.4.3.1: the mimetype, else the comment, else what is inside.
fn kind(mimetype: Option<&str>, comment: &[u8], members: &[Member]) -> AsicKind {
    let comment = String::from_utf8_lossy(comment);
    let stated = [mimetype.unwrap_or_default(), &comment];
    for text in stated.map(str::trim) {
        if text.ends_with(MIMETYPE_ASIC_S) {
            return AsicKind::Simple;
        }
        if text.ends_with(MIMETYPE_ASIC_E) {
            return AsicKind::Extended;
        }
    }
    let bound = members
        .iter()
        .any(|member| manifest::is_manifest_name(&member.name));
    let documents = members
        .iter()
        .filter(|member| !member.name.starts_with(META_INF) && !member.is_directory())
        .count();
    if documents == 1 && !bound {
        AsicKind::Simple
    } else {
        AsicKind::Extended
    }
}

#[cfg(test)]
mod tests;
