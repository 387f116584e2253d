//! Trusted lists (ETSI TS 119 612): what they say. Whether to believe it is asked in
//! [`list_verification`](super::list_verification).

use super::enveloped_signature::EnvelopedSignature;
use super::service::{ListSummary, Service, ServiceStatus};
use crate::UnixTime;
use crate::base64;
use crate::error::Error;
use crate::limits::Limits;
use crate::x509::Certificate;
use crate::xml::{self, Node, child, children, text};
use bytes::Bytes;
use std::sync::Arc;

const STRUCTURE: &str = "TrustServiceStatusList";
const TSL: &str = "http://uri.etsi.org/02231/v2#";
const EXTENSIONS: &str = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What a file is recognised by, before it is read as XML.
const ANNOUNCEMENT_BYTES: usize = 4_096;

/// A trusted list as it was read.
#[derive(Debug, Clone)]
pub struct TrustedList {
    /// The exact bytes.
    pub raw: Bytes,
    /// The version of the format (5.3.1): 5 for TS 119 612 up to V2.1.1, 6 from V2.3.1 on. `None`
    /// where the list does not say.
    pub version: Option<u64>,
    /// What kind of list it is, a URI (5.3.3).
    pub list_type: String,
    /// Who issues it (5.3.4), in English where it has such a name.
    pub operator: String,
    /// Territory, number and times.
    pub summary: Arc<ListSummary>,
    /// Other lists, and who signs them (5.3.13).
    pub pointers: Vec<Pointer>,
    /// All services of all providers, in their order.
    pub services: Vec<Service>,
    /// What could not be understood and was passed over, for people.
    pub oddities: Vec<String>,
    pub(super) signature: EnvelopedSignature,
}

/// A pointer to another list.
#[derive(Debug, Clone)]
pub struct Pointer {
    /// Where the list is.
    pub location: String,
    /// Its territory; empty where the pointer names none.
    pub territory: String,
    /// The certificates of which one signs it.
    pub certificates: Vec<Arc<Certificate>>,
}

impl TrustedList {
    /// Whether a file looks like a trusted list.
    pub fn is_announced(bytes: &[u8]) -> bool {
        let start = bytes.get(..ANNOUNCEMENT_BYTES).unwrap_or(bytes);
        let name = STRUCTURE.as_bytes();
        let begins_as_xml = start
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte))
            == Some(&b'<');
        begins_as_xml && start.windows(name.len()).any(|window| window == name)
    }

    /// Reads a list, and computes what its signature is over. Services that cannot be read are
    /// named in `oddities`.
    ///
    /// # Errors
    /// [`Error::NotRecognised`] where it is another document, [`Error::Malformed`] where it
    /// lacks its number or its time of issue; otherwise as for XML.
    pub fn read(bytes: &Bytes, limits: &Limits) -> Result<Self, Error> {
        let decoded = xml::decode(bytes, STRUCTURE, limits)?;
        let document = xml::parse(&decoded, STRUCTURE, limits)?;
        let root = document.root_element();
        if !root.has_tag_name((TSL, STRUCTURE)) {
            return Err(Error::NotRecognised);
        }
        let scheme = child(root, TSL, "SchemeInformation")
            .ok_or_else(|| malformed(root, "no scheme information"))?;
        let summary = Arc::new(read_summary(scheme)?);
        let mut oddities = Vec::new();
        let services = read_services(root, &summary, &mut oddities);
        Ok(TrustedList {
            raw: bytes.clone(),
            version: child(scheme, TSL, "TSLVersionIdentifier").and_then(xml::number),
            list_type: text_of(scheme, "TSLType"),
            operator: name_of(scheme, "SchemeOperatorName"),
            pointers: read_pointers(scheme, &mut oddities),
            services,
            oddities,
            signature: EnvelopedSignature::read(root, limits)?,
            summary,
        })
    }

    /// Whether its pointers say who signs the lists of other territories (5.3.3).
    pub fn is_list_of_lists(&self) -> bool {
        self.list_type.ends_with("listofthelists")
    }
}

fn read_summary(scheme: Node<'_, '_>) -> Result<ListSummary, Error> {
    let number = child(scheme, TSL, "TSLSequenceNumber").and_then(xml::number);
    let issued = child(scheme, TSL, "ListIssueDateTime").and_then(time);
    // An empty NextUpdate closes the list (5.3.15).
    let next_update = child(scheme, TSL, "NextUpdate")
        .and_then(|node| child(node, TSL, "dateTime"))
        .map(|node| time(node).ok_or_else(|| malformed(node, "a next update that is no time")));
    Ok(ListSummary {
        territory: text_of(scheme, "SchemeTerritory"),
        sequence_number: number.ok_or_else(|| malformed(scheme, "no sequence number"))?,
        issued: issued.ok_or_else(|| malformed(scheme, "no time of issue"))?,
        next_update: next_update.transpose()?,
    })
}

fn read_pointers(scheme: Node<'_, '_>, oddities: &mut Vec<String>) -> Vec<Pointer> {
    let pointers = children(scheme, TSL, "PointersToOtherTSL");
    let pointers = pointers.flat_map(|list| children(list, TSL, "OtherTSLPointer"));
    let read = |pointer: Node<'_, '_>| {
        let identities = children(pointer, TSL, "ServiceDigitalIdentities");
        let identities = identities.flat_map(|list| children(list, TSL, "ServiceDigitalIdentity"));
        let information = children(pointer, TSL, "AdditionalInformation");
        let mut information = information.flat_map(|node| node.descendants());
        let territory = information.find(|node| node.has_tag_name((TSL, "SchemeTerritory")));
        let territory = territory.map(text).unwrap_or_default();
        let certificates = identities
            .flat_map(|identity| read_certificates(identity, &territory, oddities))
            .collect();
        Pointer {
            location: text_of(pointer, "TSLLocation"),
            territory,
            certificates,
        }
    };
    pointers.map(read).collect()
}

fn read_services(
    root: Node<'_, '_>,
    list: &Arc<ListSummary>,
    oddities: &mut Vec<String>,
) -> Vec<Service> {
    let providers = children(root, TSL, "TrustServiceProviderList");
    let providers = providers.flat_map(|list| children(list, TSL, "TrustServiceProvider"));
    let mut services = Vec::new();
    for provider in providers {
        let information = child(provider, TSL, "TSPInformation");
        let name = information.map(|node| name_of(node, "TSPName"));
        let of_provider = children(provider, TSL, "TSPServices");
        for service in of_provider.flat_map(|list| children(list, TSL, "TSPService")) {
            let read = read_service(service, name.clone().unwrap_or_default(), list, oddities);
            match read {
                Ok(service) => services.push(service),
                Err(problem) => oddities.push(problem.to_string()),
            }
        }
    }
    services
}

fn read_service(
    service: Node<'_, '_>,
    provider: String,
    list: &Arc<ListSummary>,
    oddities: &mut Vec<String>,
) -> Result<Service, Error> {
    let present = child(service, TSL, "ServiceInformation")
        .ok_or_else(|| malformed(service, "a service without information"))?;
    let history = children(service, TSL, "ServiceHistory");
    let history = history.flat_map(|list| children(list, TSL, "ServiceHistoryInstance"));
    let mut statuses = Vec::new();
    for instance in std::iter::once(present).chain(history) {
        let since = child(instance, TSL, "StatusStartingTime").and_then(time);
        let since = since.ok_or_else(|| malformed(instance, "a status without a time"))?;
        let status = ServiceStatus::from_uri(&text_of(instance, "ServiceStatus"));
        statuses.push((status, since));
    }
    // The present status stays first among those of one time: sorting is stable.
    statuses.sort_by_key(|(_, since)| std::cmp::Reverse(*since));
    let identity = child(present, TSL, "ServiceDigitalIdentity");
    let name = name_of(present, "ServiceName");
    let certificates = identity.map(|identity| read_certificates(identity, &name, oddities));
    let extensions = child(present, TSL, "ServiceInformationExtensions");
    let qualifiers = extensions.into_iter().flat_map(|node| node.descendants());
    let qualifiers = qualifiers.filter(|node| node.has_tag_name((EXTENSIONS, "Qualifier")));
    Ok(Service {
        provider,
        name,
        service_type: text_of(present, "ServiceTypeIdentifier"),
        certificates: certificates.unwrap_or_default(),
        statuses,
        additional_information: read_additional_information(extensions),
        qualifiers: qualifiers
            .filter_map(|node| node.attribute("uri").map(str::to_owned))
            .collect(),
        list: list.clone(),
    })
}

fn read_additional_information(extensions: Option<Node<'_, '_>>) -> Vec<String> {
    let nodes = extensions.into_iter().flat_map(|node| node.descendants());
    nodes
        .filter(|node| node.has_tag_name((TSL, "AdditionalServiceInformation")))
        .map(|node| text_of(node, "URI"))
        .collect()
}

/// The certificates of a digital identity; `whose` it is, for oddities. Real lists hold some that
/// cannot be read.
fn read_certificates(
    identity: Node<'_, '_>,
    whose: &str,
    oddities: &mut Vec<String>,
) -> Vec<Arc<Certificate>> {
    let mut certificates: Vec<Arc<Certificate>> = Vec::new();
    let nodes = children(identity, TSL, "DigitalId");
    for node in nodes.flat_map(|node| children(node, TSL, "X509Certificate")) {
        let octets = base64::decode(&text(node));
        let read = octets
            .ok_or_else(|| malformed(node, "a certificate that is not base 64"))
            .and_then(|octets| Certificate::read(&Bytes::from(octets)));
        match read {
            Ok(certificate) => certificates.push(Arc::new(certificate)),
            Err(problem) => {
                let oddity = format!("a certificate of {whose}: {problem}");
                if !oddities.contains(&oddity) {
                    oddities.push(oddity);
                }
            }
        }
    }
    certificates
}

/// The English name among several, else the first.
fn name_of(parent: Node<'_, '_>, name: &'static str) -> String {
    let names = children(parent, TSL, name).flat_map(|list| children(list, TSL, "Name"));
    let names: Vec<Node<'_, '_>> = names.collect();
    let mut english = names
        .iter()
        .filter(|node| node.attribute((XML, "lang")) == Some("en"));
    let chosen = english.next().or(names.first());
    chosen.map(|node| text(*node)).unwrap_or_default()
}

fn text_of(parent: Node<'_, '_>, name: &'static str) -> String {
    child(parent, TSL, name).map(text).unwrap_or_default()
}

fn time(node: Node<'_, '_>) -> Option<UnixTime> {
    UnixTime::from_rfc3339(&text(node))
}

fn malformed(node: Node<'_, '_>, problem: &'static str) -> Error {
    Error::malformed(STRUCTURE, node.range().start, problem)
}
