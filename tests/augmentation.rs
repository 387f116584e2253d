//! Signatures lifted to T, LT and LTA: each level is reached, what was there stays byte for byte,
//! and what cannot be lifted is left alone.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use bytes::Bytes;
use sigill::augmentation::{Augmentation, Augmented, Caller, Refusal};
use sigill::crypto::DigestAlgorithm;
use sigill::report::Report;
use sigill::signature::Level;
use sigill::tsp::{TimestampRequest, TimestampToken};
use sigill::validation::Indication;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::{Path, PathBuf};
use support::tsa::Authority;
use support::{fixture, read, time, trust};

const NOW: &str = "2026-02-01T00:00:00Z";

/// A caller with an authority of its own and evidence in its pocket.
struct Archivist<'a> {
    validator: &'a Validator<'a>,
    evidence: Evidence,
    now: UnixTime,
}

impl Caller for Archivist<'_> {
    fn stamp(&self, digest: DigestAlgorithm, imprint: &[u8]) -> Result<TimestampToken, String> {
        let request = TimestampRequest {
            digest,
            imprint: imprint.to_vec(),
            nonce: 4_711,
            policy: None,
        };
        Ok(Authority::archive().answer(&request, self.now))
    }

    fn judge(&self, document: &Document, time: UnixTime) -> (Report, Evidence) {
        let mut evidence = Evidence::from(document);
        evidence.extend(&self.evidence);
        let report = self.validator.validate(document, &evidence, time);
        (report, evidence)
    }
}

fn augment(document: &Document, level: Level, trust: &TrustAnchors) -> Result<Augmented, Refusal> {
    let mut evidence = Evidence::default();
    for list in [
        "root-longterm",
        "issuing-ca-longterm",
        "issuing-ca-ec",
        "tsa-ca-longterm",
    ] {
        evidence.add(read(&format!("pki/revocation/{list}.crl")).into());
    }
    augment_by(document, level, trust, evidence, time(NOW))
}

fn augment_by(
    document: &Document,
    level: Level,
    trust: &TrustAnchors,
    evidence: Evidence,
    now: UnixTime,
) -> Result<Augmented, Refusal> {
    let policy = Policy::default();
    let validator = Validator::new(trust, &policy);
    let archivist = Archivist {
        validator: &validator,
        evidence,
        now,
    };
    let plan = Augmentation {
        level,
        digest: DigestAlgorithm::Sha256,
        time: now,
        validator: &validator,
    };
    plan.of(document, &archivist)
}

fn document(case: &str) -> Document {
    let input = ["input.pdf", "input.p7m", "input.p7s", "input.pem"]
        .map(|name| format!("cases/{case}/{name}"));
    let input = input.iter().find(|path| fixture(path).exists()).unwrap();
    let document = Document::read(read(input)).unwrap();
    let content = format!("cases/{case}/content.txt");
    match fixture(&content).exists() {
        true => document.with_detached(read(&content)),
        false => document,
    }
}

fn levels(report: &Report) -> Vec<Level> {
    let signatures = report.signatures.iter();
    signatures.map(|signature| signature.level).collect()
}

fn again(document: &Document, augmented: &Augmented) -> Document {
    let read = Document::read(augmented.bytes.clone().unwrap()).unwrap();
    match document.detached() {
        Some(content) => read.with_detached(content.clone()),
        None => read,
    }
}

#[test]
fn each_level_is_reached_from_the_one_before() {
    for case in [
        "pades/b-b-rsa",
        "pades/b-b-p256",
        "pades/hybrid-xref",
        "pades/xref-stream",
        "cades/b-b-attached-rsa",
        "cades/b-b-attached-p256",
        "cades/b-b-detached",
        "cades/openssl-cades",
        "cades/counter-signature",
    ] {
        let mut document = document(case);
        for level in [Level::T, Level::Lt, Level::Lta] {
            let augmented = augment(&document, level, &trust());
            let augmented = augmented.unwrap_or_else(|refusal| panic!("{case} {level}: {refusal}"));
            assert!(
                levels(&augmented.report)
                    .iter()
                    .all(|reached| *reached == level),
                "{case} {level}: {:?}",
                levels(&augmented.report)
            );
            document = again(&document, &augmented);
        }
    }
}

/// Every document that the corpus or the fixtures hold and that passes: figures, and no harm.
#[test]
fn documents_that_pass_go_on_to_pass() {
    let mut lifted = 0;
    let mut left = Vec::new();
    for (path, trust, detached) in documents() {
        let read = Document::read(fs::read(&path).unwrap());
        let Ok(mut document) = read else { continue };
        if let Some(detached) = detached {
            document = document.with_detached(fs::read(detached).unwrap());
        }
        let at = time("2026-11-24T12:00:00Z");
        match augment_by(&document, Level::Lta, &trust, Evidence::default(), at) {
            Ok(_) => lifted += 1,
            Err(refusal) => left.push(format!("{}: {refusal}", path.display())),
        }
    }
    println!("{lifted} lifted, {} left:\n{}", left.len(), left.join("\n"));
}

fn documents() -> Vec<(PathBuf, TrustAnchors, Option<PathBuf>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/pyhanko_made");
    let manifest = fs::read_to_string(corpus.join("manifest.tsv")).unwrap_or_default();
    let rows = manifest.lines().skip(1).filter_map(|row| {
        let fields: Vec<&str> = row.split('\t').collect();
        let [path, _, _, "valid", _, anchor] = fields[..] else {
            return None;
        };
        let mut trust = TrustAnchors::none();
        trust.add(fs::read(corpus.join(anchor)).unwrap()).unwrap();
        trust.add(read("pki/trust/root.pem")).unwrap();
        let path = corpus.join(path);
        let content = path.with_extension("bin");
        let content = content.exists().then_some(content);
        Some((path, trust, content))
    });
    rows.collect()
}
