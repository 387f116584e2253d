//! Signatures checked per second and algorithm, on one core:
//! `cargo bench --bench primitives`, or `cargo bench --bench primitives -- --quick`.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;
use sigill::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification, verify};
use std::fs;
use std::hint::black_box;
use std::path::Path;

const MESSAGE: &[u8] = b"sigill";

/// Signatures of `fixtures/primitives.json`.
fn verification(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/primitives.json");
    let keys: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut group = criterion.benchmark_group("verify");
    group.throughput(Throughput::Elements(1));
    for key in keys.as_array().unwrap() {
        if !key["issuer"].is_null() {
            continue;
        }
        let public_key = PublicKey::from_spki(&hex(&key["key"]).into()).unwrap();
        for signature in key["signatures"].as_array().unwrap() {
            let Some(algorithm) = algorithm(signature, &public_key) else {
                continue;
            };
            let value = hex(&signature["signature"]);
            let name = format!("{}, {}", key["name"].as_str().unwrap(), algorithm.name());
            let check = || verify(&public_key, &algorithm, black_box(MESSAGE), &value);
            assert_eq!(check(), Verification::Valid);
            group.bench_function(name, |bencher| bencher.iter(check));
        }
    }
    group.finish();
}

/// The algorithm of a signature whose digest is the usual one for its key; the others cost the
/// same but for the digest and what ring does not know.
fn algorithm(signature: &Value, key: &PublicKey) -> Option<SignatureAlgorithm> {
    let digest = |name: &str| DigestAlgorithm::from_name(signature[name].as_str()?);
    match signature["scheme"].as_str()? {
        "rsa-pkcs1" => Some(SignatureAlgorithm::RsaPkcs1 {
            digest: digest("digest")?,
        })
        .filter(|_| is_usual(signature)),
        "rsa-pss" => Some(SignatureAlgorithm::RsaPss {
            digest: digest("digest")?,
            mgf_digest: digest("mgf_digest")?,
            salt_length: usize::try_from(signature["salt_length"].as_u64()?).ok()?,
        }),
        "ecdsa" => Some(SignatureAlgorithm::Ecdsa {
            digest: digest("digest")?,
        })
        .filter(|_| is_usual(signature)),
        "plain-ecdsa" => None,
        "dsa" => Some(SignatureAlgorithm::Dsa {
            digest: digest("digest")?,
        }),
        _ => SignatureAlgorithm::identify(&key.identifier, None),
    }
}

fn is_usual(signature: &Value) -> bool {
    ["sha256", "sha384", "sha512"].contains(&signature["digest"].as_str().unwrap())
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

criterion_group!(benches, verification);
criterion_main!(benches);
