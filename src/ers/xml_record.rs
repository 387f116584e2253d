//! Evidence records in XML (RFC 6283).
//!
//! What renewals hash is the canonical form of parts of the record, by the method of the chain
//! that hashes them. It is made here, while the XML is at hand; verification needs octets only.

use super::archive_timestamp::{ArchiveTimestamp, ArchiveTimestampChain};
use super::evidence_record::{Budget, CryptographicInformation, EvidenceRecord, InformationKind};
use super::reduced_hash_tree::PartialHashtree;
use crate::base64;
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use crate::xml::{self, Canonicalization, Node, NodeSet, child, children, text};
use bytes::Bytes;

const STRUCTURE: &str = "EvidenceRecord";
const ERS: &str = "urn:ietf:params:xml:ns:ers";
const RFC_3161: &str = "RFC3161";

/// What a chain of an XML record adds to one in ASN.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XmlChain {
    canonicalization: Canonicalization,
    /// The canonical form of all older chains, which hash-tree renewal hashes (4.2.2); `None`
    /// for the first.
    pub older: Option<Bytes>,
}

impl XmlChain {
    /// The canonical form of a data object, which is hashed in its place if it is XML (4.1.2);
    /// `None` where it is none.
    pub(super) fn canonical_form(&self, object: &[u8]) -> Option<Vec<u8>> {
        if !is_announced(object) {
            return None;
        }
        let limits = Limits::default();
        let decoded = xml::decode(object, "data object", &limits).ok()?;
        let document = xml::parse(&decoded, "data object", &limits).ok()?;
        let whole = NodeSet::below(document.root());
        self.canonicalization.apply(whole, limits.xml_bytes).ok()
    }
}

/// Whether bytes look like XML.
pub(super) fn is_announced(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"<")
}

/// Reads a record that fills `bytes`.
pub(super) fn read(bytes: &Bytes, limits: &Limits) -> Result<EvidenceRecord, Error> {
    let decoded = xml::decode(bytes, STRUCTURE, limits)?;
    let document = xml::parse(&decoded, STRUCTURE, limits)?;
    let root = document.root_element();
    if !root.has_tag_name((ERS, STRUCTURE)) {
        return Err(Error::NotRecognised);
    }
    if root.attribute("Version") != Some("1.0") {
        return Err(unsupported("a version other than 1.0"));
    }
    let sequence = only(root, "ArchiveTimeStampSequence")?;
    let mut reader = RecordReader {
        limits,
        budget: Budget::new(limits),
        information: Vec::new(),
    };
    let chains = reader.chains(sequence)?;
    let mut digest_algorithms: Vec<AlgorithmIdentifier> = Vec::new();
    let timestamps = chains.iter().flat_map(|chain| &chain.timestamps);
    for stated in timestamps.filter_map(|timestamp| timestamp.digest_algorithm.as_ref()) {
        if !digest_algorithms.contains(stated) {
            digest_algorithms.push(stated.clone());
        }
    }
    Ok(EvidenceRecord {
        raw: bytes.clone(),
        digest_algorithms,
        crypto_infos: None,
        cryptographic_information: reader.information,
        encryption_info: child(root, ERS, "EncryptionInformation").map(source),
        chains,
    })
}

struct RecordReader<'l> {
    limits: &'l Limits,
    budget: Budget<'l>,
    information: Vec<CryptographicInformation>,
}

impl RecordReader<'_> {
    fn chains(&mut self, sequence: Node<'_, '_>) -> Result<Vec<ArchiveTimestampChain>, Error> {
        let nodes = in_order(sequence, "ArchiveTimeStampChain")?;
        let mut chains = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            self.budget.chain()?;
            let method = only(*node, "DigestMethod")?.attribute("Algorithm");
            let digest = method
                .and_then(DigestAlgorithm::from_uri)
                .ok_or_else(|| unsupported("a digest algorithm"))?;
            let canonicalization = Canonicalization::of(only(*node, "CanonicalizationMethod")?)
                .ok_or_else(|| unsupported("a canonicalisation method"))?;
            let timestamps = self.timestamps(*node, digest, &canonicalization)?;
            // 4.2.2: the sequence as it was before this chain was added.
            let later = nodes.iter().skip(index).map(Node::id).collect();
            let older = NodeSet {
                apex: sequence,
                without: later,
            };
            let older = match index {
                0 => None,
                _ => Some(canonicalization.apply(older, self.limits.xml_bytes)?.into()),
            };
            chains.push(ArchiveTimestampChain {
                raw: source(*node),
                timestamps,
                xml: Some(XmlChain {
                    canonicalization,
                    older,
                }),
            });
        }
        Ok(chains)
    }

    fn timestamps(
        &mut self,
        chain: Node<'_, '_>,
        digest: DigestAlgorithm,
        canonicalization: &Canonicalization,
    ) -> Result<Vec<ArchiveTimestamp>, Error> {
        let mut timestamps = Vec::new();
        for node in in_order(chain, "ArchiveTimeStamp")? {
            self.budget.timestamp()?;
            let stamp = only(node, "TimeStamp")?;
            let token = only(stamp, "TimeStampToken")?;
            if token.attribute("Type") != Some(RFC_3161) {
                return Err(unsupported(
                    "a time-stamp token other than that of RFC 3161",
                ));
            }
            self.take_information(stamp)?;
            let tree = child(node, ERS, "HashTree");
            let whole = NodeSet::below(stamp);
            let renewed = canonicalization.apply(whole, self.limits.xml_bytes)?;
            timestamps.push(ArchiveTimestamp {
                raw: source(node),
                digest_algorithm: Some(AlgorithmIdentifier {
                    oid: digest.oid(),
                    parameters: None,
                }),
                attributes: child(node, ERS, "Attributes").map(source),
                reduced_hash_tree: tree.map(|tree| self.tree(tree)).transpose()?,
                timestamp: octets(token)?,
                canonical_timestamp: Some(renewed.into()),
            });
        }
        Ok(timestamps)
    }

    fn tree(&mut self, tree: Node<'_, '_>) -> Result<Vec<PartialHashtree>, Error> {
        let mut lists = Vec::new();
        for sequence in in_order(tree, "Sequence")? {
            let mut list = Vec::new();
            for value in children(sequence, ERS, "DigestValue") {
                self.budget.hash()?;
                list.push(octets(value)?);
            }
            if list.is_empty() {
                return Err(malformed(sequence, "a list without hashes"));
            }
            lists.push(PartialHashtree(list));
        }
        Ok(lists)
    }

    /// Certificates and revocation data beside a time-stamp (3.1.3). A kind that sigill does not
    /// use is passed over.
    fn take_information(&mut self, stamp: Node<'_, '_>) -> Result<(), Error> {
        let lists = children(stamp, ERS, "CryptographicInformationList");
        for item in lists.flat_map(|list| children(list, ERS, "CryptographicInformation")) {
            self.budget.hash()?;
            let kind = match item.attribute("Type") {
                Some("CERT") => InformationKind::Certificate,
                Some("CRL") => InformationKind::RevocationList,
                Some("OCSP") => InformationKind::OcspResponse,
                _ => continue,
            };
            self.information.push(CryptographicInformation {
                kind,
                octets: octets(item)?,
            });
        }
        Ok(())
    }
}

/// The children with a name by their `Order`, which counts, not their place; at least one.
fn in_order<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Vec<Node<'a, 'i>>, Error> {
    let mut nodes = Vec::new();
    for node in children(parent, ERS, name) {
        let order: Option<u64> = node.attribute("Order").and_then(|order| order.parse().ok());
        let order = order.ok_or_else(|| malformed(node, "an element without its order"))?;
        nodes.push((order, node));
    }
    nodes.sort_by_key(|(order, _)| *order);
    let is_repeated = nodes
        .iter()
        .zip(nodes.iter().skip(1))
        .any(|((one, _), (two, _))| one == two);
    match nodes.is_empty() || is_repeated {
        true => Err(malformed(parent, "no elements in an order")),
        false => Ok(nodes.into_iter().map(|(_, node)| node).collect()),
    }
}

fn only<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, Error> {
    let mut nodes = children(parent, ERS, name);
    match (nodes.next(), nodes.next()) {
        (Some(node), None) => Ok(node),
        _ => Err(malformed(parent, "not exactly one element of a kind")),
    }
}

fn octets(node: Node<'_, '_>) -> Result<Bytes, Error> {
    let octets = base64::decode(&text(node));
    octets
        .map(Bytes::from)
        .ok_or_else(|| malformed(node, "text that is not base 64"))
}

/// An element as it stands in the record.
fn source(node: Node<'_, '_>) -> Bytes {
    let text = node.document().input_text().get(node.range());
    Bytes::copy_from_slice(text.unwrap_or_default().as_bytes())
}

fn unsupported(feature: &'static str) -> Error {
    Error::Unsupported {
        structure: STRUCTURE,
        feature,
    }
}

fn malformed(node: Node<'_, '_>, problem: &'static str) -> Error {
    Error::malformed(STRUCTURE, node.range().start, problem)
}
