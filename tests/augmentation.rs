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
use sigill::cms::{SignedData, SignerInfo};
use sigill::container::Content;
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::report::Report;
use sigill::signature::Level;
use sigill::tsp::{TimestampRequest, TimestampToken};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator, validate};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
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

/// A document with the circumstances that it is judged under.
struct Given {
    name: String,
    document: Document,
    trust: TrustAnchors,
    evidence: Evidence,
    at: UnixTime,
}

impl Given {
    fn judge(&self, document: &Document, at: UnixTime) -> Report {
        let mut evidence = Evidence::from(document);
        evidence.extend(&self.evidence);
        validate(document, &evidence, &self.trust, &Policy::default(), at)
    }

    fn lift(&self, level: Level) -> Result<Augmented, Refusal> {
        augment_by(
            &self.document,
            level,
            &self.trust,
            self.evidence.clone(),
            self.at,
        )
    }
}

/// Every document of the fixtures and the corpus that passes goes on to pass, whatever level it
/// can be lifted to; nothing in it has changed.
#[test]
fn documents_that_pass_go_on_to_pass() {
    let (mut reached, mut left) = (BTreeMap::new(), BTreeMap::new());
    for given in cases().into_iter().chain(corpus()) {
        let before = given.judge(&given.document, given.at);
        if !before.worst().is_some_and(|worst| worst.is_passed()) {
            continue;
        }
        let kind = before.document.container;
        let lifted = given.lift(Level::Lta).or_else(|refusal| match refusal {
            Refusal::NoRevocationData(..) => given.lift(Level::T),
            other => Err(other),
        });
        let lifted = match lifted {
            Ok(lifted) => lifted,
            Err(refusal) => {
                left.entry(refusal.kind())
                    .or_insert_with(Vec::new)
                    .push(format!("{}: {refusal}", given.name));
                continue;
            }
        };
        if lifted.bytes.is_none() {
            *reached.entry((kind, Level::None)).or_insert(0) += 1;
            continue;
        }
        let document = again(&given.document, &lifted);
        let later = UnixTime(given.at.0 + 1);
        let after = given.judge(&document, later);
        assert!(
            after.worst().is_some_and(|worst| worst.is_passed()),
            "{}",
            given.name
        );
        let least = levels(&after).into_iter().min().unwrap();
        *reached.entry((kind, least)).or_insert(0) += 1;
        is_kept(&given, &document);
    }
    println!("lifted: {reached:?}");
    for (kind, names) in &left {
        println!("left, {kind}: {}\n  {}", names.len(), names.join("\n  "));
    }
    let pdfs: usize = reached
        .iter()
        .filter(|((kind, _), _)| *kind == "pdf")
        .map(|(_, count)| count)
        .sum();
    assert!(pdfs >= 50, "{pdfs}");
    for kind in ["malformed", "time-stamp"] {
        assert!(!left.contains_key(kind), "{kind}: {:?}", left[kind]);
    }
    // An evidence record is over the file as it is; a certificate of its own makes no level LT.
    for (kind, reason) in [("broken", "record-"), ("level-not-reached", "checks/self")] {
        let names = left.get(kind).into_iter().flatten();
        names.for_each(|name| assert!(name.contains(reason), "{kind}: {name}"));
    }
}

fn cases() -> Vec<Given> {
    let cases = support::cases::all().into_iter().filter_map(|case| {
        let document = case.document().ok()?;
        let mut trust = case.anchors();
        trust.add(read("pki/trust/root.pem")).unwrap();
        Some(Given {
            evidence: case.evidence(&document),
            at: case.time(),
            name: case.id.clone(),
            document,
            trust,
        })
    });
    cases.collect()
}

fn corpus() -> Vec<Given> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/pyhanko_made");
    let Ok(manifest) = fs::read_to_string(corpus.join("manifest.tsv")) else {
        println!("../shared/corpus/pyhanko_made is not at hand: fixtures only");
        return Vec::new();
    };
    let lists = lists_of_the_corpus(&corpus, &manifest);
    let rows = manifest.lines().skip(1).filter_map(|row| {
        let fields: Vec<&str> = row.split('\t').collect();
        let [path, _, _, "valid", _, anchor] = fields[..] else {
            return None;
        };
        let mut trust = TrustAnchors::none();
        trust.add(fs::read(corpus.join(anchor)).unwrap()).unwrap();
        trust.add(read("pki/trust/root.pem")).unwrap();
        let mut document = Document::read(fs::read(corpus.join(path)).unwrap()).unwrap();
        if let Ok(content) = fs::read(corpus.join(path).with_extension("bin")) {
            document = document.with_detached(content);
        }
        Some(Given {
            name: path.to_owned(),
            document,
            trust,
            evidence: lists.clone(),
            at: time("2026-11-24T12:00:00Z"),
        })
    });
    rows.collect()
}

/// Documents of level LT carry the lists that those of level B lack.
fn lists_of_the_corpus(corpus: &Path, manifest: &str) -> Evidence {
    let mut lists = Evidence::default();
    let rows = manifest
        .lines()
        .filter(|row| row.contains("\tblt\tvalid\t"));
    for path in rows.filter_map(|row| row.split('\t').next()) {
        let document = Document::read(fs::read(corpus.join(path)).unwrap()).unwrap();
        let own = Evidence::from(&document);
        for list in own.revocation_lists() {
            lists.add(list.object.der().clone());
        }
    }
    lists
}

/// No byte of a PDF has changed; of a CMS none of what its signers signed or carry.
fn is_kept(given: &Given, document: &Document) {
    let (before, after) = (given.document.source(), document.source());
    let (before, after) = (before.whole().unwrap(), after.whole().unwrap());
    let Content::Cms(before) = given.document.content() else {
        assert!(after.starts_with(&before), "{}", given.name);
        return;
    };
    let limits = Limits::default();
    let before = SignedData::read(before, &limits).unwrap();
    let after = SignedData::read(&after, &limits).unwrap();
    assert_eq!(before.encapsulated_content, after.encapsulated_content);
    assert!(after.certificates.starts_with(&before.certificates));
    for (before, after) in before.signer_infos.iter().zip(&after.signer_infos) {
        assert_eq!(before.signed_fields, after.signed_fields, "{}", given.name);
        let attributes = |signer: &SignerInfo| -> Vec<Bytes> {
            let attributes = signer.unsigned_attributes.iter();
            attributes
                .map(|attribute| attribute.raw().clone())
                .collect()
        };
        assert!(
            attributes(after).starts_with(&attributes(before)),
            "{}",
            given.name
        );
    }
}
