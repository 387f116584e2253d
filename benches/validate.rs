//! Validation per level, on one core: `cargo bench --bench validate`.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::hint::black_box;
use std::path::Path;

const CASES: &[(&str, &str)] = &[
    ("B-B RSA", "pades/b-b-rsa/input.pdf"),
    ("B-B P-256", "pades/b-b-p256/input.pdf"),
    ("B-T RSA", "pades/b-t-rsa/input.pdf"),
    ("B-LT RSA", "pades/b-lt-rsa/input.pdf"),
    ("B-LT P-256", "pades/b-lt-p256/input.pdf"),
    ("B-LTA RSA", "pades/b-lta-rsa/input.pdf"),
    ("CAdES B-B RSA", "cades/b-b-attached-rsa/input.p7m"),
    ("CAdES B-T RSA", "cades/b-t-attached-rsa/input.p7m"),
];

fn fixture(path: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(path),
    )
    .unwrap()
}

fn validate(criterion: &mut Criterion) {
    let mut trust = TrustAnchors::none();
    trust.add(fixture("pki/trust/root.pem")).unwrap();
    let policy = Policy::default();
    let at = UnixTime::from_rfc3339("2026-02-01T00:00:00Z").unwrap();
    let mut group = criterion.benchmark_group("validate");
    for (name, path) in CASES {
        let bytes = bytes::Bytes::from(fixture(&format!("cases/{path}")));
        group.throughput(Throughput::Elements(1));
        // One validator for the run: what documents share is verified once.
        let validator = Validator::new(&trust, &policy);
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let document = Document::read(black_box(bytes.clone())).unwrap();
                let evidence = Evidence::from(&document);
                let report = validator.validate(&document, &evidence, at);
                assert!(report.worst().is_some_and(|worst| worst.is_passed()));
                report
            });
        });
    }
    group.finish();
}

criterion_group!(benches, validate);
criterion_main!(benches);
