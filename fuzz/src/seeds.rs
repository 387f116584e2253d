//! Seeds, taken from the fixtures as they stand.

use sigill::archive::{self, SealedContent};
use sigill::cms::SignedData;
use sigill::container::Content;
use sigill::container::asic::AsicContainer;
use sigill::crypto::{CryptographicSuite, DigestAlgorithm};
use sigill::ers::PendingRecord;
use sigill::limits::Limits;
use sigill::signature::Signatures;
use sigill::tsp::TimestampToken;
use sigill::{Bytes, Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::Path;

/// The input of every case.
pub fn documents() -> Vec<Bytes> {
    files("cases")
}

/// Documents of one kind.
pub fn documents_like(wanted: impl Fn(&Content) -> bool) -> Vec<Bytes> {
    let is_wanted = |bytes: &Bytes| {
        Document::read(bytes.clone()).is_ok_and(|document| wanted(document.content()))
    };
    documents().into_iter().filter(is_wanted).collect()
}

/// Everything that the fixtures' authorities have issued.
pub fn evidence() -> Evidence {
    files("pki")
        .into_iter()
        .fold(Evidence::default(), |evidence, file| evidence.with(file))
}

/// Files of certificates.
pub fn certificate_files() -> Vec<Bytes> {
    files("pki/chains")
}

/// The fixtures' root.
pub fn trust() -> TrustAnchors {
    let mut trust = TrustAnchors::none();
    for file in files("pki/trust") {
        trust.add(file).expect("the root is a certificate");
    }
    trust
}

/// A time at which the fixtures hold.
pub fn time() -> UnixTime {
    UnixTime::from_rfc3339("2026-02-01T00:00:00Z").expect("a time")
}

/// CMS `ContentInfo`s: signatures and time-stamp tokens.
pub fn signed_data() -> Vec<Bytes> {
    let own =
        documents()
            .into_iter()
            .filter_map(|bytes| match Document::read(bytes).ok()?.content() {
                Content::Cms(cms) => Some(cms.clone()),
                _ => None,
            });
    own.chain(tokens()).collect()
}

/// Attributes of signers, signed and unsigned, each alone.
pub fn attributes() -> Vec<Bytes> {
    let mut attributes = Vec::new();
    for cms in signed_data() {
        let Ok(data) = SignedData::read(&cms, &Limits::default()) else {
            continue;
        };
        for signer in &data.signer_infos {
            let signed = signer.signed_attributes.iter();
            let signed = signed.flat_map(|set| &set.attributes);
            let all = signed.chain(&signer.unsigned_attributes);
            attributes.extend(all.map(|attribute| attribute.raw().clone()));
        }
    }
    attributes
}

/// Time-stamp tokens.
pub fn tokens() -> Vec<Bytes> {
    let tokens = parsed_tokens().into_iter();
    tokens.map(|token| token.raw().clone()).collect()
}

/// Evidence records, some with tokens that are over something else.
pub fn evidence_records() -> Vec<Bytes> {
    let digest = DigestAlgorithm::Sha256;
    let group = [vec![1; 32], vec![2; 32], vec![3; 32]];
    let mut records = documents_like(|content| matches!(content, Content::EvidenceRecord(_)));
    for token in tokens().iter().take(3) {
        for size in 1..=group.len() {
            let pending =
                PendingRecord::initial(digest, group[..size].to_vec()).expect("hashes that fit");
            records.push(Bytes::from(pending.complete(token)));
        }
    }
    records
}

/// ASiC containers.
pub fn containers() -> Vec<Bytes> {
    let containers = documents_like(|content| matches!(content, Content::Asic(_)));
    [containers, envelopes()].concat()
}

/// Cryptographic suites in each of their forms.
pub fn suites() -> Vec<Bytes> {
    let default = Bytes::from(CryptographicSuite::default().to_toml());
    [files("suites"), vec![default]].concat()
}

/// Trusted lists, signed and not; none by the fixtures' root.
pub fn trusted_lists() -> Vec<Bytes> {
    files("trusted_lists")
}

/// An archive envelope, but for its token, which is over something else.
fn envelopes() -> Vec<Bytes> {
    let (trust, policy, evidence) = (trust(), Policy::default(), evidence());
    let validator = Validator::new(&trust, &policy);
    let token = parsed_tokens().into_iter().next();
    let mut token = token.expect("the fixtures hold a time-stamp");
    let mut envelopes = Vec::new();
    for bytes in documents_like(|content| matches!(content, Content::Cms(_)))
        .iter()
        .take(4)
    {
        let document = Document::read(bytes.clone()).expect("it was read before");
        let content = SealedContent {
            document: &document,
            name: "document.p7m",
            detached_name: None,
            diary_number: None,
            evidence: &evidence,
            validator: &validator,
            report: &validator.validate(&document, &evidence, time()),
            full_report: None,
        };
        let pending = archive::prepare(&content, DigestAlgorithm::Sha256).expect("it is sealed");
        token.info.imprint = pending.request(1).imprint.into();
        envelopes.push(Bytes::from(pending.complete(&token).expect("it is sealed")));
    }
    envelopes
}

/// Manifests of containers.
pub fn manifests() -> Vec<Bytes> {
    let mut manifests = Vec::new();
    for container in containers() {
        let container = AsicContainer::read(container, &Limits::default()).expect("a container");
        let members = container.members.into_iter();
        let own = members.filter(|member| member.name.ends_with(".xml"));
        manifests.extend(own.map(|member| member.content));
    }
    manifests
}

fn parsed_tokens() -> Vec<TimestampToken> {
    let mut tokens = Vec::new();
    for bytes in documents() {
        let Ok(document) = Document::read(bytes) else {
            continue;
        };
        let Ok(signatures) = Signatures::of(&document, &Limits::default()) else {
            continue;
        };
        let inside = signatures.signatures.iter().flatten();
        let inside = inside.flat_map(|signature| &signature.timestamps);
        let all = inside.chain(&signatures.timestamps);
        tokens.extend(all.filter_map(|timestamp| timestamp.token.clone().ok()));
    }
    tokens
}

/// The files of a folder of the fixtures, in the order of their names.
fn files(folder: &str) -> Vec<Bytes> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files
}

fn collect(path: &Path, files: &mut Vec<Bytes>) {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .expect("the fixtures can be read")
            .map(|entry| entry.expect("the fixtures can be read").path())
            .collect();
        entries.sort();
        entries.iter().for_each(|entry| collect(entry, files));
    } else if path.extension().is_none_or(|extension| extension != "toml") {
        files.push(fs::read(path).expect("the fixtures can be read").into());
    }
}
