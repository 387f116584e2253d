//! The rows of the corpus of evidence records that are no records by themselves: one in a CMS, and
//! those inside containers of TR-ESOR (XAIP), whose data objects are XML of that guideline's own.
//! The others are compared hash by hash in `src/ers/tests.rs`; together they are all rows.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::Value;
use sigill::container::Content;
use sigill::crypto::DigestAlgorithm;
use sigill::ers::{EvidenceRecord, ImprintCheck, verify_hashes};
use sigill::limits::Limits;
use sigill::tsp::TimestampToken;
use sigill::validation::{Rule, Status};
use sigill::{Bytes, Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::Path;

/// Its second list holds the hash of its first one, which RFC 4998, 4.3, step 3 adds itself: the
/// root by the RFC is another than the one that is stamped.
const HASH_OF_THE_LIST_BEFORE: &str = "xaip_ok_ers_intermediate_hash.xml";

#[test]
fn every_row_of_the_corpus_is_tried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/evidence_records");
    let Ok(manifest) = fs::read(root.join("manifest.json")) else {
        println!("no corpus at {}: nothing was tried", root.display());
        return;
    };
    let rows: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let (mut alone, mut in_cms, mut in_xaip) = (0, 0, 0);
    for row in &rows {
        let file = row["er"][0].as_str().unwrap();
        match file.rsplit('.').next().unwrap() {
            "p7s" => {
                let data = row["data"][0]["file"].as_str().unwrap();
                try_cms(&root.join(file), &root.join(data));
                in_cms += 1;
            }
            "xml" => {
                try_xaip(&root.join(file), row["expected"].as_str().unwrap());
                in_xaip += 1;
            }
            _ => alone += 1,
        }
    }
    println!(
        "{alone} records alone, {in_cms} in a CMS, {in_xaip} in XAIP: {} rows",
        rows.len()
    );
    assert_eq!(alone + in_cms + in_xaip, rows.len());
}

/// The record covers the signature and its content, and its time-stamps are over each other;
/// their authorities are nobody's whom the test trusts.
fn try_cms(file: &Path, data: &Path) {
    let document = Document::read(fs::read(file).unwrap()).unwrap();
    assert!(matches!(document.content(), Content::Cms(_)));
    let document = document.with_detached(fs::read(data).unwrap());
    let (trust, policy) = (TrustAnchors::none(), Policy::default());
    let evidence = Evidence::from(&document);
    let at = UnixTime::from_date(2024, 1, 1).unwrap();
    let report = Validator::new(&trust, &policy).validate(&document, &evidence, at);
    let [record] = &report.evidence_records[..] else {
        panic!("{} records", report.evidence_records.len());
    };
    let findings = &record.conclusion.findings;
    for rule in [Rule::RecordCoversData, Rule::RecordChainIntact] {
        let mut of_rule = findings.iter().filter(|finding| finding.rule == rule);
        let is_met = of_rule.all(|finding| finding.status == Status::Passed);
        assert!(is_met, "{rule:?}: {findings:#?}");
    }
    assert!(record.missing.is_empty());
}

/// The records in it can be read and, where they are good, every token is over its hash tree.
fn try_xaip(file: &Path, expected: &str) {
    let text = fs::read_to_string(file).unwrap();
    let mut found = 0;
    for piece in text.split("asn1EvidenceRecord>").skip(1).step_by(2) {
        let (encoded, _) = piece.split_once("</").unwrap();
        let bytes = Bytes::from(decoded(encoded));
        let record = EvidenceRecord::read(&bytes, &Limits::default()).unwrap();
        let verification = verify_hashes(&record, &[], &imprint);
        let mut stamps = verification.chains.iter().flatten();
        let is_stamped = stamps.all(|stamp| stamp.imprint == ImprintCheck::Matches);
        if expected == "valid-structure" {
            let is_sound = !file.ends_with(HASH_OF_THE_LIST_BEFORE);
            assert_eq!(is_stamped, is_sound, "{verification:#?}");
        }
        found += 1;
    }
    println!("{}: {found} records, {expected}", file.display());
    assert!(found > 0);
}

fn imprint(token: &Bytes) -> Option<(DigestAlgorithm, Vec<u8>)> {
    let token = TimestampToken::read(token, &Limits::default()).ok()?;
    Some((token.info.imprint_digest()?, token.info.imprint.to_vec()))
}

fn decoded(encoded: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = encoded.chars().filter_map(|digit| ALPHABET.find(digit));
    let (mut octets, mut bits, mut held) = (Vec::new(), 0, 0u32);
    for digit in digits {
        held = held << 6 | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            octets.push((held >> bits) as u8);
        }
    }
    octets
}
