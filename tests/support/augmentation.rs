//! Augmenting in tests: an authority at any time, and every document that may be augmented.

use super::tsa::Authority;
use super::{cases, fixture, read, time};
use sigill::augmentation::{Augmentation, Augmented, Caller, Refusal};
use sigill::crypto::DigestAlgorithm;
use sigill::report::Report;
use sigill::signature::Level;
use sigill::tsp::{TimestampRequest, TimestampToken};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator, validate};
use std::fs;
use std::path::Path;

const NOW: &str = "2026-02-01T00:00:00Z";

/// A caller with an authority of its own and evidence in its pocket.
struct Archivist<'a> {
    validator: &'a Validator<'a>,
    evidence: Evidence,
    now: UnixTime,
    /// Whether it brings tokens over something else.
    liar: bool,
}

impl Caller for Archivist<'_> {
    fn stamp(&self, digest: DigestAlgorithm, imprint: &[u8]) -> Result<TimestampToken, String> {
        let request = TimestampRequest {
            digest,
            imprint: match self.liar {
                true => vec![7; imprint.len()],
                false => imprint.to_vec(),
            },
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

/// Revocation lists of the fixtures' authorities that reach far into the future.
pub fn lists() -> Evidence {
    let mut evidence = Evidence::default();
    for list in [
        "root-longterm",
        "issuing-ca-longterm",
        "issuing-ca-ec",
        "tsa-ca-longterm",
    ] {
        evidence.add(read(&format!("pki/revocation/{list}.crl")).into());
    }
    evidence
}

pub fn augment(
    document: &Document,
    level: Level,
    trust: &TrustAnchors,
) -> Result<Augmented, Refusal> {
    augment_by(document, level, trust, lists(), time(NOW))
}

pub fn augment_by(
    document: &Document,
    level: Level,
    trust: &TrustAnchors,
    evidence: Evidence,
    now: UnixTime,
) -> Result<Augmented, Refusal> {
    augment_through(document, level, trust, evidence, now, false)
}

/// The same through a caller whose tokens are over something else.
pub fn augment_through_a_liar(
    document: &Document,
    level: Level,
    trust: &TrustAnchors,
) -> Result<Augmented, Refusal> {
    augment_through(document, level, trust, lists(), time(NOW), true)
}

fn augment_through(
    document: &Document,
    level: Level,
    trust: &TrustAnchors,
    evidence: Evidence,
    now: UnixTime,
    liar: bool,
) -> Result<Augmented, Refusal> {
    let policy = Policy::default();
    let validator = Validator::new(trust, &policy);
    let archivist = Archivist {
        validator: &validator,
        evidence,
        now,
        liar,
    };
    let plan = Augmentation {
        level,
        digest: DigestAlgorithm::Sha256,
        time: now,
        validator: &validator,
    };
    plan.of(document, &archivist)
}

pub fn document(case: &str) -> Document {
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

pub fn again(document: &Document, augmented: &Augmented) -> Document {
    let read = Document::read(augmented.bytes.clone().unwrap()).unwrap();
    match document.detached() {
        Some(content) => read.with_detached(content.clone()),
        None => read,
    }
}

/// A document with the circumstances that it is judged under.
pub struct Given {
    pub name: String,
    pub document: Document,
    pub trust: TrustAnchors,
    pub evidence: Evidence,
    pub at: UnixTime,
}

impl Given {
    pub fn judge(&self, document: &Document, at: UnixTime) -> Report {
        let mut evidence = Evidence::from(document);
        evidence.extend(&self.evidence);
        validate(document, &evidence, &self.trust, &Policy::default(), at)
    }

    pub fn lift(&self, level: Level) -> Result<Augmented, Refusal> {
        augment_by(
            &self.document,
            level,
            &self.trust,
            self.evidence.clone(),
            self.at,
        )
    }
}

pub fn cases() -> Vec<Given> {
    let cases = cases::all().into_iter().filter_map(|case| {
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

pub fn corpus() -> Vec<Given> {
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
