//! A revocation list of a million entries: reading it, the first question, and every other one.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing
)]

#[path = "../tests/support/pki.rs"]
mod pki;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use pki::{Identity, date, der};
use sigill::asn1::{DerWriter, tag};
use sigill::x509::CertificateList;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, Validator};
use std::hint::black_box;

const ENTRIES: u64 = 1_000_000;

fn revocation_list(criterion: &mut Criterion) {
    let root = Identity::root("Root");
    let issuer = root.authority("Issuer");
    let leaf = issuer.issue("Leaf", |_| {});
    let of = |count: u64| {
        issuer.list(date(2025), |draft| {
            draft.entries = (0..count).map(entry).collect()
        })
    };
    let (large, small) = (of(ENTRIES), of(3));
    println!("{ENTRIES} entries: {} bytes", large.len());
    let mut group = criterion.benchmark_group("revocation list");
    group.sample_size(10);
    let read = |bytes: &Bytes| CertificateList::read(bytes).unwrap();
    group.bench_function("read", |bencher| bencher.iter(|| read(black_box(&large))));
    for (name, bytes) in [
        ("first question", &large),
        ("first question, 3 entries", &small),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || read(bytes),
                |list| {
                    let found = list.entry(&[1, 2], &list.issuer).unwrap();
                    black_box(found);
                    list
                },
                BatchSize::PerIteration,
            );
        });
    }
    let list = read(&large);
    let serial = serial(ENTRIES / 2);
    group.bench_function("later question", |bencher| {
        bencher.iter(|| {
            list.entry(black_box(&serial), &list.issuer)
                .unwrap()
                .unwrap()
        });
    });
    let (mut trust, policy) = (TrustAnchors::none(), Policy::default());
    trust.add(root.der()).unwrap();
    let validator = Validator::new(&trust, &policy);
    let evidence = Evidence::default().with(large);
    group.bench_function("later question, with signature and scope", |bencher| {
        bencher.iter(|| {
            let (leaf, issuer) = (&leaf.certificate, &issuer.certificate);
            let told = validator.revocation_statements(leaf, issuer, &evidence, date(2025));
            assert_eq!(told.usable.len(), 1);
        });
    });
    group.finish();
}

/// Sixteen octets, as random ones are.
fn serial(number: u64) -> Vec<u8> {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [&[0x40], &mixed.to_be_bytes()[1..], &number.to_be_bytes()].concat()
}

fn entry(number: u64) -> Vec<u8> {
    der(|writer: &mut DerWriter| {
        writer.sequence(|entry| {
            entry.primitive(tag::INTEGER, &serial(number));
            entry.primitive(tag::UTC_TIME, b"240101000000Z");
        });
    })
}

criterion_group!(benches, revocation_list);
criterion_main!(benches);
