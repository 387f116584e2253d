//! `docs/report.md` names every field of every JSON object, and no other.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::Value;
use sigill::archive::{self, EnvelopeStatus, SealedContent, StoreStatus, layout};
use sigill::container::asic::AsicContainer;
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::report::json::{self, Salt};
use sigill::report::{
    Failure, JudgedCertificate, NeedsSection, Options, PublicReport, Report, SealReport,
    SealedEnvelope, UnfetchedSource, WhyUnfetched,
};
use sigill::signature::ChangeKind;
use sigill::x509::Certificate;
use sigill::{Bytes, Evidence, Policy, UnixTime, Validator};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use support::cases::{self, Case};
use support::tsa::Authority;
use support::{fixture, read, time, trust};

/// Objects that stand in fields of these names, each described once.
const OBJECTS: &[(&str, &str)] = &[
    ("document", "document"),
    ("error", "error"),
    ("signatures", "signature"),
    ("counter_signatures", "signature"),
    ("signer", "signer"),
    ("role", "role"),
    ("organisation", "organisation"),
    ("requesting_organisation", "organisation"),
    ("service_organisation", "organisation"),
    ("evidence", "evidence"),
    ("timestamps", "time-stamp"),
    ("evidence_records", "evidence record"),
    ("findings", "finding"),
    ("envelope", "envelope"),
    ("public_report", "public report"),
    ("required_signers", "required signers"),
    ("needs", "need"),
    ("unfetched", "unfetched"),
    ("bindings", "binding"),
];

/// The same within what `inspect` prints, where nothing is judged.
const INSPECTED: &[(&str, &str)] = &[
    ("document", "document"),
    ("error", "error"),
    ("signatures", "inspected signature"),
    ("counter_signatures", "inspected signature"),
    ("timestamps", "inspected time-stamp"),
    ("evidence_records", "inspected evidence record"),
];

/// Fields of one kind of object, by their places such as `coverage.modifications[].kind`, each
/// with the texts that stand there.
type Fields = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_field_is_named_and_every_named_field_is_met() {
    let (described, met) = (described(), met());
    let mut violations = Vec::new();
    for (kind, fields) in &met {
        let named = described.get(*kind).cloned().unwrap_or_default();
        for (field, texts) in fields {
            match named.get(field) {
                None => violations.push(format!("{kind}: {field} is not described")),
                // Closed lists of words are complete.
                Some(row) if row.contains("word |") || row.contains("| word or null |") => {
                    let unnamed = texts
                        .iter()
                        .filter(|text| !row.contains(&format!("`{text}`")));
                    violations.extend(unnamed.map(|text| format!("{kind}: {field}: {text}")));
                }
                Some(_) => {}
            }
        }
        let unmet = named.keys().filter(|field| !fields.contains_key(*field));
        for field in unmet {
            violations.push(format!("{kind}: {field} is described and never met"));
        }
    }
    let unknown = described
        .keys()
        .filter(|kind| !met.contains_key(kind.as_str()));
    violations.extend(unknown.map(|kind| format!("{kind} is described and never met")));
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// The rows of the tables under each heading, by the field in the first column.
fn described() -> BTreeMap<String, BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.md");
    let text = fs::read_to_string(path).unwrap();
    let mut fields: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut kind = None;
    for line in text.lines() {
        if line.starts_with('#') {
            kind = line.split_once("Object: ").map(|(_, kind)| kind.to_owned());
            continue;
        }
        let (Some(kind), Some(row)) = (&kind, line.strip_prefix("| `")) else {
            continue;
        };
        let field = row.split('`').next().unwrap().to_owned();
        let before = fields
            .entry(kind.clone())
            .or_default()
            .insert(field.clone(), line.to_owned());
        assert_eq!(before, None, "{kind}: {field} is described twice");
    }
    fields
}

fn met() -> BTreeMap<&'static str, Fields> {
    let mut fields = BTreeMap::new();
    let mut take = |kind: &'static str, text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        walk(kind, "", &value, &mut fields);
    };
    let listing = Options {
        needs: NeedsSection::Listed,
        ..Options::default()
    };
    for case in cases::all() {
        let report = case.judge_with_outlook();
        take("report", &json::to_json(&report, &listing));
        take(
            "report on binding",
            &json::binding_to_json(&report, &listing),
        );
        let mut inspection = sigill::inspect(&case.bytes().into(), "", &Limits::default());
        inspection.unreadable = vec![("certificate", sigill::Error::NotRecognised)];
        take(
            "inspected file",
            &json::inspection_to_json(&inspection, &listing),
        );
    }
    for judged in certificates() {
        let text = json::certificate_to_json(&judged, &listing);
        take("report on a certificate", &text);
    }
    let (envelope, report) = sealed();
    let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
    for member in [layout::REPORT, layout::FULL_REPORT] {
        let text = &container.member(member).unwrap().content;
        take("report", std::str::from_utf8(text).unwrap());
    }
    let public = archive::public_report(&envelope, &Limits::default()).unwrap();
    take("report", &public);
    take("report", &json::to_json(&report, &listing));
    let mut unfetched = Report {
        unfetched: unfetched(),
        ..report.clone()
    };
    // As of a document with many signatures.
    let coverage = &mut unfetched.signatures[0].coverage;
    coverage.further_changes = vec![(ChangeKind::FurtherSignature, 1)];
    take("report", &json::to_json(&unfetched, &listing));
    for report in seal_reports(&report) {
        take("report on sealing", &json::seal_to_json(&report, &listing));
    }
    let mut store = StoreStatus::default();
    for report in [&report, &unreadable()] {
        for year in [2026, 2062] {
            let status = EnvelopeStatus::of(report, UnixTime::from_date(year, 1, 1).unwrap());
            take("report on renewal", &status.to_json(&listing));
            store.take(&status);
        }
    }
    take("report on a store", &store.to_json());
    fields
}

/// Adds the places of all fields, and the texts in them.
fn walk(kind: &'static str, place: &str, value: &Value, all: &mut BTreeMap<&'static str, Fields>) {
    let objects = match kind.starts_with("inspected") {
        true => INSPECTED,
        false => OBJECTS,
    };
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let field = format!("{place}{}{name}", if place.is_empty() { "" } else { "." });
                all.entry(kind)
                    .or_default()
                    .entry(field.clone())
                    .or_default();
                let inner = objects.iter().find(|(field, _)| field == name);
                match inner {
                    // Words and years of a store's own are no names of fields.
                    _ if ["store.due", "store.unprovable_from_year"].contains(&&*field) => {}
                    Some((_, inner)) if holds_object(value) => walk(inner, "", value, all),
                    _ => walk(kind, &field, value, all),
                }
            }
        }
        Value::Array(items) => {
            let has_fields = !place.is_empty() && holds_object(value);
            let place = format!("{place}{}", if has_fields { "[]" } else { "" });
            items.iter().for_each(|item| walk(kind, &place, item, all));
        }
        Value::String(text) => {
            let texts = all.entry(kind).or_default().entry(place.to_owned());
            texts.or_default().insert(text.clone());
        }
        _ => {}
    }
}

fn holds_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(holds_object),
        _ => false,
    }
}

fn certificates() -> Vec<JudgedCertificate> {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let mut evidence = Evidence::default();
    for file in ["issuing-ca.crl", "issuing-ca-ec.crl", "root.crl"] {
        evidence.add(read(&format!("pki/revocation/{file}")).into());
    }
    for file in ["issuing-ca", "issuing-ca-ec"] {
        evidence.add(read(&format!("pki/{file}.pem")).into());
    }
    let judge = |bytes: Bytes| {
        let outcome = Certificate::read_all(&bytes).remove(0).map(|certificate| {
            let at = time("2026-02-01T00:00:00Z");
            let report = validator.validate_certificate(&certificate, &evidence, &policy.path, at);
            (Arc::new(certificate), report)
        });
        JudgedCertificate {
            path: Some("certificate.pem".to_owned()),
            sha256: Some([0; 32]),
            validation_time: time("2026-02-01T00:00:00Z"),
            outcome,
        }
    };
    let files = fs::read_dir(fixture("pki")).unwrap().flatten();
    let files = files.filter(|entry| entry.path().extension().is_some_and(|end| end == "pem"));
    let readable = files.map(|entry| fs::read(entry.path()).unwrap().into());
    readable
        .chain([Bytes::from_static(b"nothing")])
        .map(judge)
        .collect()
}

/// An envelope with a full report, and what checking it found.
fn sealed() -> (Bytes, Report) {
    let (case, trust, policy) = (
        Case::named("cades/b-b-attached-rsa"),
        trust(),
        Policy::default(),
    );
    let validator = Validator::new(&trust, &policy);
    let (document, at) = (case.document().unwrap(), time("2026-01-20T09:00:00Z"));
    let evidence = case.evidence(&document);
    let report = validator.validate(&document, &evidence, at);
    let content = SealedContent {
        document: &document,
        name: &case.input,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: Some(Salt::new([7; Salt::LENGTH])),
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
    let token = Authority::archive().answer(&pending.request(1), at);
    let envelope = Bytes::from(pending.complete(&token).unwrap());
    let limits = validator.limits();
    let public = archive::compare_public_report(b"{}", &envelope, limits).unwrap();
    let mut report = archive::check(&envelope, &validator, &evidence, at).unwrap();
    report.envelope.as_mut().unwrap().public_report = Some(public);
    (envelope, report)
}

/// What whoever fetches may tell.
fn unfetched() -> Vec<UnfetchedSource> {
    let reasons = [
        WhyUnfetched::DocumentLimit,
        WhyUnfetched::RunLimit,
        WhyUnfetched::HostFailed,
        WhyUnfetched::Credentials,
    ];
    let source = |reason| UnfetchedSource {
        url: "http://pki.fixture.test/a.crl".to_owned(),
        reason,
    };
    reasons.map(source).to_vec()
}

fn unreadable() -> Report {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    validator.unreadable(Bytes::new(), sigill::Error::NotRecognised, UnixTime(0))
}

fn seal_reports(report: &Report) -> [SealReport; 2] {
    let made = SealReport {
        envelope: Some(SealedEnvelope {
            path: Some("a.asice".to_owned()),
            sha256: [0; 32],
        }),
        document: report.document.clone(),
        public_report: Some(PublicReport {
            path: None,
            sha256: [0; 32],
            belongs: true,
        }),
        tsa_calls: 1,
        provable_until: None,
        error: None,
    };
    let refused = SealReport {
        envelope: None,
        error: Some(Failure::from(&sigill::Error::NotRecognised)),
        ..made.clone()
    };
    [made, refused]
}
