//! Every document of `../shared/corpus/pyhanko_made`: the valid ones TOTAL-PASSED with their
//! anchors, the tampered ones not. Says so and passes where the corpus is not at hand.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::fs;
use std::path::Path;

/// Within the validity of every signer of the corpus that is not meant to have ended.
const AT: &str = "2026-11-24T12:00:00Z";

#[test]
fn valid_documents_pass_and_tampered_ones_do_not() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/pyhanko_made");
    let Ok(manifest) = fs::read_to_string(corpus.join("manifest.tsv")) else {
        println!("skipped: ../shared/corpus/pyhanko_made is not at hand");
        return;
    };
    let (mut valid, mut tampered, mut wrong) = ([0, 0], [0, 0], Vec::new());
    for row in manifest.lines().skip(1) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [path, _, _, expected, defect, anchor] = fields[..] else {
            panic!("{row}");
        };
        let verdicts = verdicts(&corpus, path, anchor);
        let passed =
            !verdicts.is_empty() && verdicts.iter().all(|verdict| verdict == "TOTAL-PASSED");
        let count = if expected == "valid" {
            &mut valid
        } else {
            &mut tampered
        };
        count[0] += 1;
        if passed == (expected == "valid") {
            count[1] += 1;
        } else {
            wrong.push(format!("{path} {defect}: {}", verdicts.join(", ")));
        }
    }
    println!(
        "pyhanko_made: {}/{} valid TOTAL-PASSED, {}/{} tampered not; {} false accepts",
        valid[1],
        valid[0],
        tampered[1],
        tampered[0],
        tampered[0] - tampered[1]
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn verdicts(corpus: &Path, path: &str, anchor: &str) -> Vec<String> {
    let mut document = Document::read(fs::read(corpus.join(path)).unwrap()).unwrap();
    let content = corpus.join(path).with_extension("bin");
    if content.exists() {
        document = document.with_detached(fs::read(content).unwrap());
    }
    let mut trust = TrustAnchors::none();
    trust.add(fs::read(corpus.join(anchor)).unwrap()).unwrap();
    let evidence = Evidence::from(&document);
    let at = UnixTime::from_rfc3339(AT).unwrap();
    let report = validate(&document, &evidence, &trust, &Policy::default(), at);
    let verdicts = report.signatures.iter().map(|signature| {
        let indication = signature.conclusion.indication;
        match indication.sub_indication() {
            Some(why) => format!("{}/{why}", indication.total_name()),
            None => indication.total_name().to_owned(),
        }
    });
    verdicts.collect()
}
