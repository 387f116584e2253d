//! Reading, validation per level, sealing and checking, on one core:
//! `cargo bench --bench validate`, or `cargo bench --bench validate -- --quick`.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/primitive.rs"]
mod primitive;
#[path = "../tests/support/mod.rs"]
mod support;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sigill::archive::{self, PendingEnvelope, SealedContent};
use sigill::crypto::{DigestAlgorithm, Verification, sha256};
use sigill::limits::Limits;
use sigill::report::{Options, json};
use sigill::signature::Signatures;
use sigill::{Document, Evidence, Policy, Report, UnixTime, Validator};
use std::hint::black_box;
use support::tsa::Authority;
use support::{read, time, trust};

const AT: &str = "2026-02-01T00:00:00Z";

const CASES: &[(&str, &str)] = &[
    ("PAdES B-B RSA", "pades/b-b-rsa/input.pdf"),
    ("PAdES B-B P-256", "pades/b-b-p256/input.pdf"),
    ("PAdES B-T RSA", "pades/b-t-rsa/input.pdf"),
    ("PAdES B-T P-256", "pades/b-t-p256/input.pdf"),
    ("PAdES B-LT RSA", "pades/b-lt-rsa/input.pdf"),
    ("PAdES B-LT P-256", "pades/b-lt-p256/input.pdf"),
    ("PAdES B-LTA RSA", "pades/b-lta-rsa/input.pdf"),
    ("PAdES B-LTA P-256", "pades/b-lta-p256/input.pdf"),
    ("CAdES B-B RSA", "cades/b-b-attached-rsa/input.p7m"),
    ("CAdES B-B P-256", "cades/b-b-attached-p256/input.p7m"),
    ("CAdES B-T RSA", "cades/b-t-attached-rsa/input.p7m"),
    ("CAdES B-T P-256", "cades/b-t-attached-p256/input.p7m"),
];

/// The document and the evidence in it, nothing judged.
fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for (name, path) in CASES {
        let bytes = Bytes::from(read(&format!("cases/{path}")));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(*name, |bencher| {
            bencher.iter(|| open(black_box(&bytes)));
        });
    }
    group.finish();
}

/// Each stage of the line by itself, in a run that has met the same authorities before.
fn stages(criterion: &mut Criterion) {
    let (trust, policy, limits) = (trust(), Policy::default(), Limits::default());
    let validator = Validator::new(&trust, &policy);
    let at = time(AT);
    let options = Options::default();
    for (name, path) in CASES.iter().filter(|(name, _)| name.ends_with("P-256")) {
        let bytes = Bytes::from(read(&format!("cases/{path}")));
        let (document, evidence) = open(&bytes);
        let report = passed(validator.validate(&document, &evidence, at));
        let signer = report.signatures[0].certificate.clone().unwrap();
        let certified = validator.validate_certificate(&signer, &evidence, &policy.path, at);
        let (covered, checks) = primitive::of(&document);
        let mut group = criterion.benchmark_group(format!("stage, {name}"));
        group.bench_function("container", |bencher| {
            bencher.iter(|| Document::read(black_box(bytes.clone())).unwrap());
        });
        group.bench_function("signature", |bencher| {
            bencher.iter(|| Signatures::of(black_box(&document), &limits).unwrap());
        });
        group.bench_function("signature and evidence", |bencher| {
            bencher.iter(|| Evidence::from(black_box(&document)));
        });
        group.bench_function("hash", |bencher| {
            bencher.iter(|| {
                for range in &covered {
                    black_box(sha256(black_box(range)));
                }
            });
        });
        group.bench_function("verify", |bencher| {
            bencher.iter(|| {
                let mut checks = black_box(&checks).iter();
                assert!(checks.all(|check| check.answer() == Verification::Valid));
            });
        });
        group.bench_function("path", |bencher| {
            bencher.iter(|| {
                let path = &policy.path;
                validator.validate_certificate(black_box(&signer), &evidence, path, at)
            });
        });
        group.bench_function("validation and binding", |bencher| {
            bencher.iter(|| validator.validate(&document, black_box(&evidence), at));
        });
        group.bench_function("binding", |bencher| {
            bencher.iter(|| validator.bind_certificate(black_box(&signer), &certified, at));
        });
        group.bench_function("report", |bencher| {
            bencher.iter(|| json::to_json(black_box(&report), &options));
        });
        group.finish();
    }
}

/// Reading included. `alone` knows nothing; `in a run` has verified before what documents share.
fn validation(criterion: &mut Criterion) {
    let (trust, policy) = (trust(), Policy::default());
    let at = time(AT);
    let mut group = criterion.benchmark_group("validate");
    group.throughput(Throughput::Elements(1));
    for (name, path) in CASES {
        let bytes = Bytes::from(read(&format!("cases/{path}")));
        group.bench_function(BenchmarkId::new("alone", name), |bencher| {
            bencher.iter(|| judge(&Validator::new(&trust, &policy), black_box(&bytes), at));
        });
        let validator = Validator::new(&trust, &policy);
        group.bench_function(BenchmarkId::new("in a run", name), |bencher| {
            bencher.iter(|| judge(&validator, black_box(&bytes), at));
        });
    }
    group.finish();
}

/// Sealing without the round trip to the authority, and checking: in 2040 what brought its evidence.
fn archiving(criterion: &mut Criterion) {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let mut group = criterion.benchmark_group("archive");
    group.throughput(Throughput::Elements(1));
    for (name, path) in CASES.iter().filter(|(name, _)| name.ends_with("P-256")) {
        let (document, evidence) = open(&Bytes::from(read(&format!("cases/{path}"))));
        let report = passed(validator.validate(&document, &evidence, time(AT)));
        let content = SealedContent {
            document: &document,
            name: path.rsplit('/').next().unwrap(),
            detached_name: None,
            diary_number: None,
            evidence: &evidence,
            validator: &validator,
            report: &report,
            full_report: None,
        };
        let prepare = || -> PendingEnvelope {
            archive::prepare(black_box(&content), DigestAlgorithm::Sha256).unwrap()
        };
        let token = Authority::archive().answer(&prepare().request(1), time(AT));
        let envelope = Bytes::from(prepare().complete(&token).unwrap());
        let brought_evidence = name.contains("B-LT");
        let later = time(if brought_evidence {
            "2040-01-01T00:00:00Z"
        } else {
            AT
        });
        group.bench_function(BenchmarkId::new("seal", name), |bencher| {
            bencher.iter(|| prepare().complete(&token).unwrap());
        });
        group.bench_function(BenchmarkId::new("check", name), |bencher| {
            bencher.iter(|| {
                let validator = Validator::new(&trust, &policy);
                let outside = Evidence::default();
                passed(archive::check(black_box(&envelope), &validator, &outside, later).unwrap())
            });
        });
    }
    group.finish();
}

fn open(bytes: &Bytes) -> (Document, Evidence) {
    let document = Document::read(bytes.clone()).unwrap();
    let evidence = Evidence::from(&document);
    (document, evidence)
}

fn judge(validator: &Validator<'_>, bytes: &Bytes, at: UnixTime) -> Report {
    let (document, evidence) = open(bytes);
    passed(validator.validate(&document, &evidence, at))
}

/// A verdict other than passed would measure something else.
fn passed(report: Report) -> Report {
    assert!(report.worst().is_some_and(|worst| worst.is_passed()));
    report
}

criterion_group!(benches, reading, stages, validation, archiving);
criterion_main!(benches);
