//! What a file is, and where its parts stand. Containers cut bytes and know no ASN.1.

pub mod asic;
pub mod pdf;

use crate::error::Error;
use crate::limits::Limits;
use crate::source::Source;
use asic::AsicContainer;
use bytes::Bytes;
use pdf::PdfDocument;
use std::sync::Arc;

/// A document that was read, with its bytes.
///
/// ```
/// # fn main() -> Result<(), sigill::Error> {
/// assert_eq!(sigill::Document::read("").unwrap_err(), sigill::Error::Empty);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    source: Source,
    content: Content,
    detached: Option<Source>,
    identity: Identity,
}

/// Tells documents that were read apart: clones are the same one, and one with other detached
/// content is another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity(Arc<()>);

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The kinds of containers.
#[derive(Debug, Clone)]
pub enum Content {
    /// A PDF (ISO 32000).
    Pdf(Box<PdfDocument>),
    /// A CMS `ContentInfo` (RFC 5652), possibly a time-stamp token.
    Cms(Bytes),
    /// An evidence record (RFC 4998, or RFC 6283 in XML).
    EvidenceRecord(Bytes),
    /// An ASiC container (EN 319 162-1).
    Asic(Box<AsicContainer>),
}

impl Document {
    /// Reads a document within the default limits, from bytes or from a [`Source`] that is read
    /// in windows. Of such a one a PDF is read as far as it must be; other containers are brought
    /// into memory.
    ///
    /// # Errors
    /// [`Error`] where the bytes are no container that sigill knows, or a damaged one, or where
    /// they cannot be read.
    pub fn read(source: impl Into<Source>) -> Result<Self, Error> {
        Self::read_within(source, &Limits::default())
    }

    /// Reads a document within limits of the caller's choice.
    ///
    /// # Errors
    /// As for [`Document::read`].
    pub fn read_within(source: impl Into<Source>, limits: &Limits) -> Result<Self, Error> {
        Self::read_with_password(source, "", limits)
    }

    /// Reads a document that a password opens, be it the user's or the owner's (ISO 32000-2,
    /// 7.6.4). A document that is not encrypted needs none.
    ///
    /// # Errors
    /// As for [`Document::read`]; [`Error::Encrypted`] where the password does not open it.
    pub fn read_with_password(
        source: impl Into<Source>,
        password: &str,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let source = source.into();
        if source.is_empty() {
            return Err(Error::Empty);
        }
        if source.length() as u64 > limits.document_bytes {
            return Err(Error::OverLimit {
                limit: "bytes in one document",
                allowed: limits.document_bytes,
            });
        }
        let content = read_content(&source, password, limits);
        // What could not be read is not malformed.
        source.intact()?;
        let content = content?;
        Ok(Document {
            source,
            content,
            detached: None,
            identity: Identity::default(),
        })
    }

    /// The same document with the content that its detached signatures are about.
    pub fn with_detached(mut self, content: impl Into<Source>) -> Self {
        self.detached = Some(content.into());
        self.identity = Identity::default();
        self
    }

    /// The same for what is read from the same bytes in the same way.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The bytes of the file.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether all that was read so far, of the document and of the content beside it, could be
    /// read. A report on a document that is not intact is worth nothing.
    ///
    /// # Errors
    /// As for [`Source::intact`].
    pub fn intact(&self) -> Result<(), Error> {
        self.source.intact()?;
        self.detached.as_ref().map_or(Ok(()), Source::intact)
    }

    /// What it is.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The content of detached signatures, if it was given.
    pub fn detached(&self) -> Option<&Source> {
        self.detached.as_ref()
    }
}

/// The kind that a file announces, readable or not, in the words of the report.
pub fn announced_kind(source: &Source) -> &'static str {
    let start = source.start(PDF_HEADER_WINDOW);
    if start.starts_with(b"PK") {
        "asic-e"
    } else if start.starts_with(&[0x30]) || start.starts_with(PEM) {
        "cms"
    } else if start.windows(5).any(|window| window == b"%PDF-") {
        "pdf"
    } else if looks_like_xml(&start) {
        "xml"
    } else {
        "unknown"
    }
}

fn looks_like_xml(start: &[u8]) -> bool {
    start.starts_with(b"<") || start.starts_with(b"\xef\xbb\xbf<")
}

/// Whether the first element is called as that of RFC 6283, with a prefix or without.
fn is_evidence_record(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start);
    let mut tags = start.split('<').skip(1);
    let first = tags.find(|tag| !tag.starts_with(['?', '!']));
    let name = first.and_then(|tag| tag.split([' ', '\t', '\r', '\n', '>']).next());
    let local = name.and_then(|name| name.rsplit(':').next());
    local == Some("EvidenceRecord")
}

/// Readers pass over what mail gateways put before `%PDF-`, within this many bytes
/// (ISO 32000-1, annex H, implementation note 13).
const PDF_HEADER_WINDOW: usize = 1024;

const PEM: &[u8] = b"-----BEGIN ";

fn read_content(source: &Source, password: &str, limits: &Limits) -> Result<Content, Error> {
    let start = source.start(PDF_HEADER_WINDOW);
    // First, for a PDF stored in a ZIP shows its own header early.
    if start.starts_with(b"PK") {
        let bytes = source.whole()?;
        if AsicContainer::recognises(&bytes) {
            let container = AsicContainer::read(bytes, limits)?;
            return Ok(Content::Asic(Box::new(container)));
        }
    }
    // Before PDF, for a PDF inside a CMS shows its header early too.
    if start.first() == Some(&0x30) {
        return from_der(source.whole()?, limits);
    }
    if start.windows(5).any(|window| window == b"%PDF-") {
        let pdf = PdfDocument::read_with_password(source.clone(), password, limits)?;
        return Ok(Content::Pdf(Box::new(pdf)));
    }
    if start.starts_with(PEM) {
        return from_pem(&source.whole()?, limits);
    }
    if looks_like_xml(&start) {
        if is_evidence_record(&start) {
            return Ok(Content::EvidenceRecord(source.whole()?));
        }
        return Err(Error::Unsupported {
            structure: "XML",
            feature: "XAdES and other XML signatures",
        });
    }
    Err(Error::NotRecognised)
}

/// Tells a `ContentInfo` (first an OBJECT IDENTIFIER) from an `EvidenceRecord` (first an INTEGER).
fn from_der(bytes: Bytes, limits: &Limits) -> Result<Content, Error> {
    let mut header = 0;
    for _ in 0..limits.asn1_depth {
        header += match bytes.get(header..) {
            Some([0x30, length, ..]) if *length > 0x80 => 2 + usize::from(*length & 0x7f),
            Some([0x30, _, ..]) => 2,
            _ => break,
        };
    }
    match bytes.get(header) {
        Some(0x06) => Ok(Content::Cms(bytes)),
        Some(0x02) if header > 0 => Ok(Content::EvidenceRecord(bytes)),
        Some(0x30) if bytes.len() > header + 1 => Err(Error::OverLimit {
            limit: "levels of ASN.1 nesting",
            allowed: limits.asn1_depth as u64,
        }),
        _ => Err(Error::NotRecognised),
    }
}

fn from_pem(bytes: &Bytes, limits: &Limits) -> Result<Content, Error> {
    let place = Error::malformed("PEM", 0, "not base64 between its two lines");
    let (_, pem) = x509_parser::pem::parse_x509_pem(bytes).map_err(|_| place)?;
    match pem.label.as_str() {
        "CMS" | "PKCS7" | "PKCS #7 SIGNED DATA" => from_der(Bytes::from(pem.contents), limits),
        _ => Err(Error::NotRecognised),
    }
}
