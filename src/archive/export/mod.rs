//! Delivery to an e-archive: an envelope as a submission information package by E-ARK CSIP and
//! SIP 2.2, of which Riksarkivet's FGS Paketstruktur 2.0 is the Swedish edition.
//!
//! ```text
//! METS.xml                              what is in the package, with digests
//! metadata/descriptive/erms.xml         diary number and who signed, by CITS ERMS 3.0
//! metadata/preservation/premis.xml      fixity, and what was done when, by PREMIS 3.0
//! documentation/report.html .json       the verdict now, personal numbers masked
//! schemas/…                             the schemas that were given
//! representations/rep1/METS.xml
//! representations/rep1/data/…           the envelope, byte for byte
//! ```

mod described;
mod erms;
mod mets;
mod premis;
mod report;
mod tar;

use super::facts::diary_number;
use super::layout;
use super::replay::sealed_verdicts;
use super::revalidate::{read_container, root};
use crate::UnixTime;
use crate::binding::personal_number;
use crate::container::asic::write_zip;
use crate::crypto::sha256;
use crate::error::Error;
use crate::hex;
use crate::limits::Limits;
use crate::report::{Options, PersonalIdentifiers, Report, SealedVerdicts, html, json};
use crate::validation::Language;
use bytes::Bytes;

pub use report::ExportReport;

/// What the archive is told beside what the envelope holds.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// When the package is made.
    pub created: UnixTime,
    /// Who submits it.
    pub submitter: Party,
    /// Who created the records, where that is somebody else.
    pub creator: Option<Party>,
    /// Who is to preserve them.
    pub archive: Option<Party>,
    /// The submission agreement.
    pub agreement: Option<String>,
    /// XML schemas to go along, by their file names.
    pub schemas: Vec<(String, Bytes)>,
    /// The language of the report for people.
    pub language: Language,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its identification code, such as an organisation number.
    pub code: Option<String>,
}

/// A package that is ready to be written.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its identifier, which names its folder too.
    pub identifier: String,
    /// Its files, each with its path below that folder.
    pub files: Vec<(String, Bytes)>,
}

impl Package {
    /// The package with its folder as a ZIP file.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it cannot be written as one.
    pub fn to_zip(&self) -> Result<Vec<u8>, Error> {
        write_zip(&self.members().collect::<Vec<_>>())
    }

    /// The package with its folder as a TAR file.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it cannot be written as one.
    pub fn to_tar(&self) -> Result<Vec<u8>, Error> {
        tar::write(self.members())
    }

    fn members(&self) -> impl Iterator<Item = (String, &[u8])> {
        let files = self.files.iter();
        files.map(|(path, content)| (format!("{}/{path}", self.identifier), &content[..]))
    }
}

/// Packs an envelope, with `report` from [checking](super::check) it.
///
/// No personal number stands in the package outside the envelope itself.
///
/// # Errors
/// [`Error::Changed`] where the report is about other bytes, [`Error`] where these are no envelope
/// or cannot be read as one.
pub fn export(
    envelope: &Bytes,
    name: &str,
    report: &Report,
    delivery: &Delivery,
    limits: &Limits,
) -> Result<Package, Error> {
    let summary = report.envelope.as_ref();
    if summary.is_none_or(|summary| summary.sha256 != sha256(envelope)) {
        return Err(Error::Changed);
    }
    let container = read_container(envelope, limits)?;
    let manifest = layout::manifest(&container)?;
    let document = root(&container, &manifest)?;
    let exported = Exported {
        identifier: identifier(envelope),
        envelope: File::new(data_path(name), ENVELOPE_TYPE, envelope.clone(), delivery),
        envelope_name: name,
        document_name: &document.name,
        document: &document.content,
        diary_number: diary_number(&container)?,
        sealed: sealed_verdicts(&container),
        report,
        delivery,
    };
    let sections = Sections::of(&exported);
    let main = written("METS.xml", XML, mets::write(&exported, &sections), delivery);
    let files = [main, sections.descriptive, sections.preservation]
        .into_iter()
        .chain(sections.documentation)
        .chain(sections.schemas)
        .chain([sections.representation, exported.envelope]);
    Ok(Package {
        identifier: exported.identifier,
        files: files.map(|file| (file.path, file.content)).collect(),
    })
}

const XML: &str = "application/xml";
const ENVELOPE_TYPE: &str = "application/vnd.etsi.asic-e+zip";

/// What every file of a package is made of.
struct Exported<'a> {
    identifier: String,
    envelope: File,
    envelope_name: &'a str,
    document_name: &'a str,
    document: &'a Bytes,
    /// In the records system, word for word.
    diary_number: Option<String>,
    sealed: SealedVerdicts,
    report: &'a Report,
    delivery: &'a Delivery,
}

/// The files that the main METS document lists, by where they belong.
struct Sections {
    descriptive: File,
    preservation: File,
    documentation: [File; 2],
    schemas: Vec<File>,
    representation: File,
}

impl Sections {
    fn of(exported: &Exported<'_>) -> Self {
        let delivery = exported.delivery;
        let mut report = exported.report.clone();
        report.document.diary_number = exported.diary_number.clone();
        let options = Options {
            language: delivery.language,
            personal_identifiers: PersonalIdentifiers::Masked,
            ..Options::default()
        };
        let written = |path, kind, text| written(path, kind, text, delivery);
        let schemas = delivery.schemas.iter().map(|(name, content)| {
            let path = format!("schemas/{}", harmless(name, "schema.xsd"));
            File::new(path, XML, content.clone(), delivery)
        });
        let (html, json) = (
            html::to_html(&report, &options),
            json::to_json(&report, &options),
        );
        let representation = mets::write_representation(exported);
        Sections {
            descriptive: written("metadata/descriptive/erms.xml", XML, erms::write(exported)),
            preservation: written(
                "metadata/preservation/premis.xml",
                XML,
                premis::write(exported),
            ),
            documentation: [
                written("documentation/report.html", "text/html", html),
                written("documentation/report.json", "application/json", json),
            ],
            schemas: schemas.collect(),
            representation: written("representations/rep1/METS.xml", XML, representation),
        }
    }
}

fn written(path: &str, kind: &'static str, text: String, delivery: &Delivery) -> File {
    File::new(path.to_owned(), kind, Bytes::from(text), delivery)
}

/// One file of the package, as METS describes it.
struct File {
    path: String,
    media_type: &'static str,
    created: UnixTime,
    sha256: String,
    content: Bytes,
}

impl File {
    fn new(path: String, media_type: &'static str, content: Bytes, delivery: &Delivery) -> Self {
        File {
            path,
            media_type,
            created: delivery.created,
            sha256: hex(&sha256(&content)),
            content,
        }
    }

    fn size(&self) -> usize {
        self.content.len()
    }

    /// Unique in a METS document, as every path is.
    fn id(&self) -> String {
        format!("file-{}", self.path.replace('/', "-"))
    }
}

/// A UUID of version 8 (RFC 9562, 5.8) of the envelope's digest: the same for the same bytes.
fn identifier(envelope: &Bytes) -> String {
    let mut octets = sha256(envelope);
    octets[6] = octets[6] & 0x0f | 0x80;
    octets[8] = octets[8] & 0x3f | 0x80;
    let digits = hex(&octets);
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(from, to)| digits.get(from..to).unwrap_or_default());
    format!("uuid-{}", parts.join("-"))
}

fn data_path(name: &str) -> String {
    let name = harmless(name, "envelope.asice");
    format!("representations/rep1/data/{name}")
}

/// So that a path fits into every form of package.
const LONGEST_NAME: usize = 100;

/// A file name that needs no escapes in a URL and shows no personal number.
fn harmless(name: &str, otherwise: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = !last.is_empty() && !last.starts_with('.') && last.len() <= LONGEST_NAME;
    if personal_number::mask(last) != last || !is_plain {
        return otherwise.to_owned();
    }
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
    last.chars()
        .map(|c| if is_harmless(c) { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_file_name_shows_no_personal_number() {
        assert_eq!(harmless("a/191212121212.pdf.asice", "x"), "x");
        assert_eq!(harmless("a/beslut å 1.asice", "x"), "beslut___1.asice");
        assert_eq!(harmless("..", "x"), "x");
        assert_eq!(harmless(&"a".repeat(101), "x"), "x");
    }
}
