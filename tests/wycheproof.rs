//! Every signature test of Wycheproof.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::Value;
use sigill::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification, verify};
use std::fs;
use std::path::Path;

#[derive(Default)]
struct Count {
    all: usize,
    agreed: usize,
    acceptable_accepted: Vec<u64>,
    acceptable_rejected: Vec<u64>,
    unsupported: usize,
    disagreed: Vec<String>,
}

#[test]
fn agrees_with_wycheproof() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/wycheproof");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: no corpus at {}", folder.display());
        return;
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut disagreed = Vec::new();
    let (mut agreed, mut acceptable, mut unsupported, mut all) = (0, 0, 0, 0);
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let count = run(&fs::read(&file).unwrap());
        println!(
            "{name}: {} agreed, {} unsupported; acceptable: {:?} accepted, {:?} rejected",
            count.agreed, count.unsupported, count.acceptable_accepted, count.acceptable_rejected
        );
        assert!(count.agreed > 0, "{name} did not run");
        agreed += count.agreed;
        acceptable += count.acceptable_accepted.len() + count.acceptable_rejected.len();
        all += count.all;
        unsupported += count.unsupported;
        disagreed.extend(count.disagreed.iter().map(|what| format!("{name}: {what}")));
    }
    println!(
        "{agreed} of {all} agreed, {acceptable} may go either way, {unsupported} unsupported, {} \
         disagreed",
        disagreed.len()
    );
    assert!(disagreed.is_empty(), "{disagreed:#?}");
    assert_eq!(unsupported, 0);
    // Every vector was judged: 100 % of those at hand.
    assert_eq!(agreed + acceptable, all);
}

fn run(json: &[u8]) -> Count {
    let file: Value = serde_json::from_slice(json).unwrap();
    let mut count = Count::default();
    for group in file["testGroups"].as_array().unwrap() {
        let key = hex(&group["publicKeyDer"]).map(|spki| PublicKey::from_spki(&spki.into()));
        let algorithm = algorithm(group);
        for test in group["tests"].as_array().unwrap() {
            let verification = match (&key, &algorithm) {
                (Some(Ok(key)), Some(algorithm)) => {
                    let message = hex(&test["msg"]).unwrap();
                    let signature = hex(&test["sig"]).unwrap();
                    verify(key, algorithm, &message, &signature)
                }
                (Some(Err(_)), Some(_)) => Verification::Invalid,
                _ => Verification::Unsupported,
            };
            judge(&mut count, test, verification);
        }
    }
    count
}

fn judge(count: &mut Count, test: &Value, verification: Verification) {
    count.all += 1;
    let number = test["tcId"].as_u64().unwrap();
    // A context is a part of what was signed. X.509 and CMS have none (RFC 9881, RFC 9882), so
    // that a signature with one is not theirs.
    let expected = match test["ctx"].as_str() {
        None | Some("") => test["result"].as_str().unwrap(),
        Some(_) => "invalid",
    };
    match (expected, verification) {
        (_, Verification::Unsupported) => count.unsupported += 1,
        ("valid", Verification::Valid) | ("invalid", Verification::Invalid) => count.agreed += 1,
        ("acceptable", Verification::Valid) => count.acceptable_accepted.push(number),
        ("acceptable", Verification::Invalid) => count.acceptable_rejected.push(number),
        (expected, _) => count.disagreed.push(format!(
            "test {number} ({}) is {expected}, not {verification:?}",
            test["comment"]
        )),
    }
}

fn algorithm(group: &Value) -> Option<SignatureAlgorithm> {
    match group["type"].as_str().unwrap() {
        "RsassaPkcs1Verify" => Some(SignatureAlgorithm::RsaPkcs1 {
            digest: digest(&group["sha"])?,
        }),
        "RsassaPssVerify" | "RsassaPssWithParametersVerify" => Some(SignatureAlgorithm::RsaPss {
            digest: digest(&group["sha"])?,
            mgf_digest: digest(&group["mgfSha"])?,
            salt_length: usize::try_from(group["sLen"].as_u64().unwrap()).unwrap(),
        }),
        "EcdsaVerify" => Some(SignatureAlgorithm::Ecdsa {
            digest: digest(&group["sha"])?,
        }),
        "DsaVerify" => Some(SignatureAlgorithm::Dsa {
            digest: digest(&group["sha"])?,
        }),
        // Of these the key alone says which one it is.
        "EddsaVerify" | "MlDsaVerify" => {
            let key = PublicKey::from_spki(&hex(&group["publicKeyDer"])?.into()).ok()?;
            SignatureAlgorithm::identify(&key.identifier, None)
        }
        other => panic!("{other} is new"),
    }
}

fn digest(name: &Value) -> Option<DigestAlgorithm> {
    match name.as_str()? {
        "SHA-1" => Some(DigestAlgorithm::Sha1),
        "SHA-224" => Some(DigestAlgorithm::Sha224),
        "SHA-256" => Some(DigestAlgorithm::Sha256),
        "SHA-384" => Some(DigestAlgorithm::Sha384),
        "SHA-512" => Some(DigestAlgorithm::Sha512),
        "SHA-512/256" => Some(DigestAlgorithm::Sha512_256),
        "SHA3-224" => Some(DigestAlgorithm::Sha3_224),
        "SHA3-256" => Some(DigestAlgorithm::Sha3_256),
        "SHA3-384" => Some(DigestAlgorithm::Sha3_384),
        "SHA3-512" => Some(DigestAlgorithm::Sha3_512),
        _ => None,
    }
}

fn hex(text: &Value) -> Option<Vec<u8>> {
    let text = text.as_str()?;
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
