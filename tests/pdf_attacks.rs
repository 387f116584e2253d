//! The published attacks on signed PDF documents: those made under `fixtures/cases/attacks`, each
//! with its reason, and those of the corpora at `../shared/corpus`, where they are at hand.
//!
//! Disagreements stand with their reasons in `tests/pdf_disagreements.toml`; one that has healed
//! fails the test, and so does a new one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::container::pdf::{Modification, ModificationKind, PdfDocument, SignatureRole};
use sigill::limits::Limits;
use sigill::report::SignatureReport;
use sigill::validation::{Rule, Status};
use sigill::{Bytes, Document, Evidence, Policy, Report, TrustAnchors, UnixTime, validate};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What the first signature of each attack is told to suffer from.
const REASONS: &[(&str, &str)] = &[
    ("universal-forgery-contents-null", "/Contents is missing"),
    ("universal-forgery-contents-missing", "/Contents is missing"),
    ("universal-forgery-contents-zero", "/Contents is empty"),
    (
        "universal-forgery-contents-number",
        "/Contents is not a string",
    ),
    (
        "universal-forgery-byte-range-missing",
        "/ByteRange is missing",
    ),
    ("universal-forgery-byte-range-null", "/ByteRange is missing"),
    (
        "universal-forgery-byte-range-empty",
        "not four integers but 0",
    ),
    ("universal-forgery-byte-range-negative", "a negative number"),
    ("incremental-saving-no-section", "belong to no revision"),
    ("incremental-saving-no-trailer", "belong to no revision"),
    ("incremental-saving-no-startxref", "belong to no revision"),
    (
        "incremental-saving-copied-signature",
        "belong to no revision",
    ),
    ("incremental-saving-complete", "was replaced (object 4 0)"),
    ("signature-wrapping", "/ByteRange leaves out"),
    ("signature-wrapping-wide-gap", "/ByteRange leaves out"),
    ("shadow-hide", "was replaced"),
    ("shadow-hide-freed", "was removed"),
    ("shadow-replace-font", "was replaced (object 5 0)"),
    (
        "shadow-replace-overlay",
        "/AP was changed in field \"Amount\"",
    ),
    ("shadow-hide-and-replace", "/Pages was changed"),
    ("shadow-hide-and-replace-entry", "is announced at byte"),
    ("shadow-page-added", "/Kids was changed"),
    ("shadow-page-removed", "/Kids was changed"),
    ("evil-annotation-", "an annotation was added: "),
    ("sneaky-signature-level-1", "permits no changes"),
    (
        "sneaky-signature-level-2",
        "a visible (0 0 595 842) signature was added in field \"Signature2\"",
    ),
    (
        "sneaky-signature-level-3",
        "a visible (0 0 595 842) signature was added in field \"Signature2\"",
    ),
    (
        "sneaky-signature-unsigned-",
        "a visible (0 0 595 842) empty signature field was added",
    ),
    ("sneaky-signature-broken-", "no sound signature"),
    ("field-lock-", "locked the field"),
    ("spoofed-reason", "/ByteRange leaves out"),
    ("enveloping-other", "holds content of its own"),
    ("action-added", "/OpenAction was changed"),
    ("reference-loop", "object 4 0"),
];

#[test]
fn every_attack_fails_for_its_reason_and_every_twin_passes() {
    let folder = fixtures().join("cases/attacks");
    let (mut attacks, mut twins) = (0, 0);
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let report = judge(fs::read(entry.path().join("input.pdf")).unwrap());
        if name.starts_with("benign-") {
            twins += 1;
            for signature in &report.signatures {
                assert!(signature.conclusion.indication.is_passed(), "{name}");
                assert_eq!(complaints(signature), "", "{name}");
                assert_eq!(hidden(signature), "", "{name}");
            }
            continue;
        }
        if name == "shadow-hidden-pages-at-signing" {
            assert!(hidden(&report.signatures[0]).contains("is a page that the document does not"));
            continue;
        }
        attacks += 1;
        let signature = &report.signatures[0];
        let (_, reason) = REASONS
            .iter()
            .filter(|(prefix, _)| name.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .unwrap_or_else(|| panic!("{name}: no reason is listed"));
        let complaints = complaints(signature);
        assert!(!signature.conclusion.indication.is_passed(), "{name}");
        assert_eq!(
            signature.conclusion.indication.sub_indication(),
            Some("FORMAT_FAILURE"),
            "{name}: {complaints}"
        );
        assert!(complaints.contains(reason), "{name}: {complaints}");
    }
    println!("attacks: {attacks} fail for their reason, {twins} benign twins pass");
    assert!(attacks >= 50 && twins >= 8, "the fixtures are incomplete");
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn judge(bytes: Vec<u8>) -> Report {
    judge_document(&Document::read(bytes).unwrap())
}

fn judge_document(document: &Document) -> Report {
    let mut trust = TrustAnchors::none();
    trust
        .add(fs::read(fixtures().join("pki/trust/root.pem")).unwrap())
        .unwrap();
    let at = UnixTime::from_rfc3339("2026-02-01T00:00:00Z").unwrap();
    let evidence = Evidence::from(document);
    validate(document, &evidence, &trust, &Policy::default(), at)
}

/// What stands in the signed bytes and is not shown.
fn hidden(signature: &SignatureReport) -> String {
    let findings = signature.conclusion.findings.iter();
    let hidden = findings.filter(|finding| finding.rule == Rule::NothingHidden);
    hidden.map(|finding| format!("{finding:?}")).collect()
}

/// What was found wrong with the form of a signature and with what came after it.
fn complaints(signature: &SignatureReport) -> String {
    let findings = signature.conclusion.findings.iter();
    let complaints = findings
        .filter(|finding| finding.status != Status::Passed)
        .filter(|finding| {
            matches!(
                finding.rule,
                Rule::FormatConforms | Rule::UnchangedAfterSigning
            )
        })
        .map(|finding| format!("{finding:?}"));
    complaints
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\\"", "\"")
}

#[derive(Deserialize)]
struct Disagreement {
    asserted: String,
    ours: String,
    reason: String,
}

/// A list of assertions, and what came of them.
struct Tally {
    known: BTreeMap<String, Disagreement>,
    healed: Vec<String>,
    agree: usize,
    compared: usize,
    false_accepts: Vec<String>,
    unexpected: Vec<String>,
}

impl Tally {
    fn new(corpus: &str) -> Self {
        let mut known: BTreeMap<String, Disagreement> =
            toml::from_str(include_str!("pdf_disagreements.toml")).unwrap();
        known.retain(|id, _| id.starts_with(corpus));
        Tally {
            healed: known.keys().cloned().collect(),
            known,
            agree: 0,
            compared: 0,
            false_accepts: Vec::new(),
            unexpected: Vec::new(),
        }
    }

    fn compare(&mut self, id: &str, asserted: &str, ours: &str) {
        self.compared += 1;
        if asserted == ours {
            self.agree += 1;
            return;
        }
        match self.known.get(id) {
            Some(listed) if listed.asserted == asserted && listed.ours == ours => {
                assert!(!listed.reason.is_empty(), "{id}: no reason");
                self.healed.retain(|known| known != id);
            }
            _ if asserted == "changed" => self.false_accepts.push(id.to_owned()),
            _ => self.unexpected.push(format!(
                "[\"{id}\"]\nasserted = \"{asserted}\"\nours = \"{ours}\"\nreason = \"\""
            )),
        }
    }

    fn finish(self, corpus: &str) {
        println!(
            "{corpus}: changes agree on {} of {} ({:.1} %), {} listed, {} false accepts",
            self.agree,
            self.compared,
            100.0 * self.agree as f64 / self.compared as f64,
            self.known.len(),
            self.false_accepts.len()
        );
        assert!(self.healed.is_empty(), "healed: {:?}", self.healed);
        assert!(self.unexpected.is_empty(), "{}", self.unexpected.join("\n"));
        assert!(self.false_accepts.is_empty(), "{:?}", self.false_accepts);
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

/// `changed` when a signature is broken in its form or followed by a change that the default policy
/// refuses, `unchanged` when there are signatures and none is, `none` otherwise.
fn outcome(bytes: Vec<u8>) -> &'static str {
    let Ok(document) = PdfDocument::read(Bytes::from(bytes), &Limits::default()) else {
        return "none";
    };
    let refused = |change: &Modification| {
        matches!(
            change.kind,
            ModificationKind::Suspicious | ModificationKind::Annotation
        )
    };
    let signatures = document.signatures().iter();
    let mut signatures = signatures.filter(|found| found.role != SignatureRole::UsageRights);
    let mut seen = false;
    let changed = signatures.any(|signature| {
        seen = true;
        !signature.problems.is_empty() || signature.modifications().iter().any(refused)
    });
    match (seen, changed) {
        (false, _) => "none",
        (true, false) => "unchanged",
        (true, true) => "changed",
    }
}

/// What pyHanko 0.38 makes of its own test documents: whether a signature was followed by changes
/// that it does not allow. It finds no signature in the others, or refuses them.
const PYHANKO: &[(&str, &str)] = &[
    ("ed448-disallowed-hash", "unchanged"),
    ("extensions-indirect-not-all-paths", "changed"),
    (
        "form-update-no-override-appearance-stream-ap-indirect-sneaky",
        "changed",
    ),
    (
        "form-update-no-override-appearance-stream-ap-indirect",
        "unchanged",
    ),
    ("form-update-original-ap-type-wrong", "unchanged"),
    (
        "form-update-override-appearance-stream-ap-indirect-sneaky",
        "changed",
    ),
    ("form-update-override-appearance-stream", "unchanged"),
    ("sig-no-signed-attrs", "unchanged"),
];

#[derive(Deserialize)]
struct Row {
    file: String,
    expected: String,
    #[serde(rename = "cls")]
    class: String,
}

#[test]
fn agrees_with_the_manifest_of_attacks() {
    let Ok(manifest) = fs::read_to_string(corpus().join("pdf_attacks/manifest.json")) else {
        println!("skipped: ../shared/corpus/pdf_attacks is not at hand");
        return;
    };
    let rows: Vec<Row> = serde_json::from_str(&manifest).unwrap();
    let mut tally = Tally::new("pdf_attacks/");
    let mut absent = 0;
    for row in rows {
        let id = format!("pdf_attacks/{}", row.file);
        let Ok(bytes) = fs::read(corpus().join(&id)) else {
            absent += 1;
            continue;
        };
        let asserted = asserted(&row);
        let ours = outcome(bytes);
        // A document that is refused is not accepted either.
        match (asserted, ours) {
            ("none", "changed") | ("changed", "none") => tally.compare(&id, asserted, asserted),
            _ => tally.compare(&id, asserted, ours),
        }
    }
    println!("pdf_attacks: {absent} rows without their file");
    tally.finish("pdf_attacks");
}

fn asserted(row: &Row) -> &'static str {
    if row.class == "pyhanko-test" {
        let name = Path::new(&row.file).file_stem().unwrap().to_str().unwrap();
        let known = PYHANKO.iter().find(|(known, _)| *known == name);
        return known.map_or("none", |(_, asserted)| asserted);
    }
    match row.expected.as_str() {
        expected if expected.starts_with("must") => "changed",
        expected if expected.starts_with("no signature") => "none",
        _ => "unchanged",
    }
}

#[test]
fn agrees_with_the_changes_that_eu_dss_asserts() {
    let Ok(facts) = fs::read_to_string(corpus().join("dss/facts.tsv")) else {
        println!("skipped: ../shared/corpus/dss is not at hand");
        return;
    };
    let mut tally = Tally::new("dss/");
    let mut rows = facts.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = |name: &str| header.iter().position(|field| *field == name).unwrap();
    let [path, class, changes] = ["path", "test_class", "pdf_modification"].map(column);
    for row in rows.filter(|row| !row[changes].is_empty() && row[path].ends_with(".pdf")) {
        let test = row[class].rsplit('.').next().unwrap();
        let id = format!("dss/{} {test}", row[path]);
        let ours = outcome(fs::read(corpus().join("dss").join(row[path])).unwrap());
        tally.compare(&id, asserted_by_dss(row[changes]), ours);
    }
    tally.finish("dss");
}

#[test]
fn agrees_with_the_overlaps_that_eu_dss_asserts() {
    let Ok(facts) = fs::read_to_string(corpus().join("dss/facts.tsv")) else {
        println!("skipped: ../shared/corpus/dss is not at hand");
        return;
    };
    let mut rows = facts.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = |name: &str| header.iter().position(|field| *field == name).unwrap();
    let [path, changes] = ["path", "pdf_modification"].map(column);
    let (mut agree, mut compared) = (0, 0);
    for row in rows.filter(|row| row[changes].contains("annotOverlapPages")) {
        let bytes = fs::read(corpus().join("dss").join(row[path])).unwrap();
        let document = PdfDocument::read(Bytes::from(bytes), &Limits::default()).unwrap();
        let signatures = document.signatures().iter();
        let mut later = signatures.flat_map(|signature| signature.modifications());
        let ours = later.any(|change| change.kind == ModificationKind::Covering);
        compared += 1;
        agree += usize::from(ours != row[changes].contains("annotOverlapPages=empty"));
    }
    println!("dss: overlaps agree on {agree} of {compared}");
    assert_eq!(agree, compared);
}

/// A suite that asserts changes outside its rules, other pages or a broken range says `changed`.
fn asserted_by_dss(changes: &str) -> &'static str {
    let changed = [
        "undefinedChanges=nonempty",
        "pageDiffPages",
        "byteRangeValid=false",
        "byteRangeValid=mixed",
        "sigDictConsistent=mixed",
        "annotChanges=nonempty",
    ];
    match changed.iter().any(|word| changes.contains(word)) {
        true => "changed",
        false => "unchanged",
    }
}

#[test]
fn a_document_under_a_password_opens_with_it_only() {
    let file = fixtures().join("cases/pades/encrypted-with-password/input.pdf");
    let bytes = Bytes::from(fs::read(file).unwrap());
    let read = |password| {
        let document = Document::read_with_password(bytes.clone(), password, &Limits::default());
        document.map(|document| judge_document(&document))
    };
    assert_eq!(read("").unwrap_err(), sigill::Error::Encrypted);
    assert_eq!(read("fel").unwrap_err(), sigill::Error::Encrypted);
    for password in ["hemlig", "owner"] {
        let report = read(password).unwrap();
        assert!(report.signatures[0].conclusion.indication.is_passed());
    }
}
