//! ASiCManifest files (EN 319 162-1, A.4): which members a signature, a time-stamp or an
//! evidence record protects.

use super::META_INF;
use crate::base64;
use crate::error::Error;
use roxmltree::{Document, Node, ParsingOptions};
use std::fmt::Write as _;

const ASIC_NAMESPACE: &str = "http://uri.etsi.org/02918/v1.2.1#";
const XMLDSIG_NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
const TIMESTAMP_TOKEN_TYPE: &str = "application/vnd.etsi.timestamp-token";

/// XML nodes of one manifest; 1,000 members need about 8,000.
const MANIFEST_NODES: u32 = 200_000;
/// Bytes of one manifest; 1,000 members need about 400,000.
const MANIFEST_BYTES: usize = 16 << 20;

/// One manifest with the references it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The name of the member that holds it.
    pub name: String,
    /// What kind of protection it stands for.
    pub kind: ManifestKind,
    /// The member with the signature, time-stamp or record (`SigReference`), percent-decoded.
    pub target: Option<String>,
    /// The media type of the target, if stated.
    pub target_type: Option<String>,
    /// The protected members in their order.
    pub references: Vec<DataObjectReference>,
    /// Extensions marked critical. sigill knows none, so a manifest with any proves nothing.
    pub critical_extensions: usize,
}

/// The uses of ASiCManifest (EN 319 162-1, 4.4.3.2 and A.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestKind {
    /// For a CAdES signature.
    Signature,
    /// For a time-stamp token over the manifest.
    TimeStamp,
    /// `ASiCArchiveManifest*.xml`: for a time-stamp that prolongs older protection.
    Archive,
    /// `ASiCEvidenceRecordManifest*.xml`: for an evidence record over the referenced members.
    EvidenceRecord,
}

/// One protected member (`DataObjectReference`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataObjectReference {
    /// The member's name, percent-decoded.
    pub uri: String,
    /// The URI of the digest algorithm.
    pub digest_method: String,
    /// The digest as stated; nobody has compared it with the member yet.
    pub digest: Vec<u8>,
    /// The media type, if stated.
    pub mime_type: Option<String>,
    /// Whether this is the member to open first (`Rootfile`).
    pub root_file: bool,
}

impl Manifest {
    /// Reads one manifest; `name` is that of its member.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it is no ASiCManifest or a reference lacks URI or digest,
    /// [`Error::OverLimit`] where it is larger than any container needs.
    pub fn read(name: &str, content: &[u8]) -> Result<Self, Error> {
        if content.len() > MANIFEST_BYTES {
            return Err(Error::OverLimit {
                limit: "bytes of a manifest",
                allowed: MANIFEST_BYTES as u64,
            });
        }
        let text =
            std::str::from_utf8(content).map_err(|_| malformed(0, "text that is not UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}');
        // Documents with a DTD are refused: entities could give the same digest two meanings.
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: MANIFEST_NODES,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text, options)
            .map_err(|_| malformed(0, "text that is not well-formed XML"))?;
        let root = document.root_element();
        if !root.has_tag_name((ASIC_NAMESPACE, "ASiCManifest")) {
            return Err(malformed(0, "another root element than ASiCManifest"));
        }
        let (target, target_type) = match only_child(root, (ASIC_NAMESPACE, "SigReference"))? {
            Some(node) => (
                Some(uri(node)?),
                node.attribute("MimeType").map(str::to_owned),
            ),
            None => (None, None),
        };
        let references = children(root, (ASIC_NAMESPACE, "DataObjectReference"))
            .map(read_reference)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Manifest {
            name: name.to_owned(),
            kind: kind(name, target.as_deref(), target_type.as_deref()),
            target,
            target_type,
            references,
            critical_extensions: count_critical(root),
        })
    }
}

/// Writes the manifest that binds an evidence record to the members it covers
/// (EN 319 162-1, 4.4.3.2 and A.4). The bytes depend on the arguments only.
pub fn write_evidence_record_manifest(
    record_name: &str,
    references: &[DataObjectReference],
) -> Vec<u8> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str(&format!(
        "<asic:ASiCManifest xmlns:asic=\"{ASIC_NAMESPACE}\" xmlns:ds=\"{XMLDSIG_NAMESPACE}\">\n"
    ));
    xml.push_str(&format!(
        "<asic:SigReference URI=\"{}\"/>\n",
        percent_encode(record_name)
    ));
    for reference in references {
        write_reference(&mut xml, reference);
    }
    xml.push_str("</asic:ASiCManifest>\n");
    xml.into_bytes()
}

/// Whether a member is an ASiCManifest by its name (EN 319 162-1, 4.4.3.2 and A.7).
pub(super) fn is_manifest_name(name: &str) -> bool {
    name.strip_prefix(META_INF).is_some_and(|file| {
        file.ends_with(".xml")
            && [
                "ASiCManifest",
                "ASiCArchiveManifest",
                "ASiCEvidenceRecordManifest",
            ]
            .iter()
            .any(|word| file.contains(word))
    })
}

fn kind(name: &str, target: Option<&str>, target_type: Option<&str>) -> ManifestKind {
    if name.contains("ASiCEvidenceRecordManifest") {
        ManifestKind::EvidenceRecord
    } else if name.contains("ASiCArchiveManifest") {
        ManifestKind::Archive
    } else if target_type == Some(TIMESTAMP_TOKEN_TYPE)
        || target.is_some_and(|target| target.ends_with(".tst"))
    {
        ManifestKind::TimeStamp
    } else {
        ManifestKind::Signature
    }
}

fn read_reference(node: Node<'_, '_>) -> Result<DataObjectReference, Error> {
    let at = node.range().start;
    let missing = |problem| move || malformed(at, problem);
    let method = only_child(node, (XMLDSIG_NAMESPACE, "DigestMethod"))?
        .and_then(|method| method.attribute("Algorithm"))
        .ok_or_else(missing("a reference without DigestMethod"))?;
    let value = only_child(node, (XMLDSIG_NAMESPACE, "DigestValue"))?
        .ok_or_else(missing("a reference without DigestValue"))?;
    // A comment or element inside would make readers disagree about the text.
    let text = match (value.first_child(), value.last_child()) {
        (Some(first), Some(last)) if first == last => first.text(),
        _ => None,
    };
    let digest = text
        .and_then(base64::decode)
        .ok_or_else(missing("a DigestValue that is not base64"))?;
    Ok(DataObjectReference {
        uri: uri(node)?,
        digest_method: method.to_owned(),
        digest,
        mime_type: node.attribute("MimeType").map(str::to_owned),
        root_file: matches!(node.attribute("Rootfile"), Some("true" | "1")),
    })
}

fn write_reference(xml: &mut String, reference: &DataObjectReference) {
    xml.push_str("<asic:DataObjectReference");
    if let Some(mime_type) = &reference.mime_type {
        xml.push_str(&format!(" MimeType=\"{}\"", escape(mime_type)));
    }
    if reference.root_file {
        xml.push_str(" Rootfile=\"true\"");
    }
    xml.push_str(&format!(
        " URI=\"{}\"><ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue>{}</ds:DigestValue></asic:DataObjectReference>\n",
        percent_encode(&reference.uri),
        escape(&reference.digest_method),
        base64::encode(&reference.digest)
    ));
}

fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    name: (&'static str, &'static str),
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children()
        .filter(move |child| child.has_tag_name(name))
}

/// The only child of this name; two would let readers disagree.
fn only_child<'a, 'input>(
    node: Node<'a, 'input>,
    name: (&'static str, &'static str),
) -> Result<Option<Node<'a, 'input>>, Error> {
    let mut found = children(node, name);
    let first = found.next();
    if found.next().is_some() {
        return Err(malformed(
            node.range().start,
            "an element that may stand only once",
        ));
    }
    Ok(first)
}

fn uri(node: Node<'_, '_>) -> Result<String, Error> {
    node.attribute("URI")
        .and_then(percent_decode)
        .filter(|uri| !uri.is_empty())
        .ok_or_else(|| malformed(node.range().start, "a reference without a readable URI"))
}

fn count_critical(root: Node<'_, '_>) -> usize {
    root.descendants()
        .filter(|node| node.has_tag_name((ASIC_NAMESPACE, "Extension")))
        .filter(|node| matches!(node.attribute("Critical"), Some("true" | "1")))
        .count()
}

fn malformed(offset: usize, problem: &'static str) -> Error {
    Error::malformed("ASiCManifest", offset, problem)
}

/// RFC 3986, 2.1; `None` where an escape or the result is broken.
fn percent_decode(uri: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(uri.len());
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            octets.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            octets.push(byte);
        }
    }
    String::from_utf8(octets).ok()
}

/// RFC 3986, 2.3: unreserved characters and `/` stay.
fn percent_encode(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn reference(uri: &str) -> DataObjectReference {
        DataObjectReference {
            uri: uri.to_owned(),
            digest_method: "http://www.w3.org/2001/04/xmlenc#sha256".to_owned(),
            digest: vec![7; 32],
            mime_type: Some("text/plain; a=\"<&\"".to_owned()),
            root_file: true,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let references = vec![
            reference("protokoll å ä ö 50% #1?.txt"),
            reference("a/b.pdf"),
        ];
        let xml = write_evidence_record_manifest("META-INF/evidencerecord 1.ers", &references);
        let manifest = Manifest::read("META-INF/ASiCEvidenceRecordManifest1.xml", &xml).unwrap();
        assert_eq!(manifest.kind, ManifestKind::EvidenceRecord);
        assert_eq!(
            manifest.target.as_deref(),
            Some("META-INF/evidencerecord 1.ers")
        );
        assert_eq!(manifest.references, references);
        assert_eq!(manifest.critical_extensions, 0);
    }

    #[test]
    fn ambiguous_or_foreign_xml_is_refused() {
        let good =
            String::from_utf8(write_evidence_record_manifest("r", &[reference("a")])).unwrap();
        let changes = [
            ("v1.2.1#", "v9#"),
            ("<ds:DigestValue>", "<ds:DigestValue><!-- x -->"),
            (
                "<ds:DigestValue>",
                "<ds:DigestValue>AA==</ds:DigestValue><ds:DigestValue>",
            ),
            (
                "<asic:SigReference",
                "<asic:SigReference URI=\"other\"/><asic:SigReference",
            ),
            ("URI=\"a\"", "URI=\"%zz\""),
            ("URI=\"a\"", "URI=\"%ff\""),
            (
                "<asic:ASiCManifest",
                "<!DOCTYPE a [<!ENTITY x 'y'>]><asic:ASiCManifest",
            ),
        ];
        for (from, to) in changes {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good);
            assert!(Manifest::read("m", changed.as_bytes()).is_err(), "{to}");
        }
    }

    #[test]
    fn critical_extensions_are_counted() {
        let xml = format!(
            "<ASiCManifest xmlns=\"{ASIC_NAMESPACE}\"><ASiCManifestExtensions>\
             <Extension Critical=\"true\"/><Extension Critical=\"false\"/>\
             </ASiCManifestExtensions></ASiCManifest>"
        );
        assert_eq!(
            Manifest::read("m", xml.as_bytes())
                .unwrap()
                .critical_extensions,
            1
        );
    }

    #[test]
    fn deep_nesting_ends_in_an_answer() {
        let deep = "<a>".repeat(1_000_000);
        assert!(Manifest::read("m", deep.as_bytes()).is_err());
        let closed = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(Manifest::read("m", closed.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn percent_round_trip(name in ".{0,40}") {
            prop_assert_eq!(percent_decode(&percent_encode(&name)), Some(name));
        }

        #[test]
        fn any_text_ends_in_an_answer(text in ".{0,200}") {
            let _ = Manifest::read("m", text.as_bytes());
        }
    }
}
