//! Every algorithm, size and digest against signatures that OpenSSL made
//! (`fixtures/make/primitives.py`): each is valid, and nothing near it is.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification, verify};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const MESSAGE: &[u8] = b"sigill";

#[derive(Deserialize)]
struct Key {
    name: String,
    key: String,
    issuer: Option<String>,
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    scheme: String,
    digest: Option<String>,
    mgf_digest: Option<String>,
    salt_length: Option<usize>,
    signature: String,
}

#[test]
fn every_combination_is_computed() {
    let (mut count, mut kinds) = (0, BTreeSet::new());
    for key in keys() {
        let public_key = key.read();
        for signature in &key.signatures {
            let algorithm = signature.algorithm();
            let name = format!("{} by {}", algorithm.name(), key.name);
            let value = hex(&signature.signature);
            let check =
                |message: &[u8], value: &[u8]| verify(&public_key, &algorithm, message, value);
            assert_eq!(check(MESSAGE, &value), Verification::Valid, "{name}");
            assert_eq!(check(b"sigilL", &value), Verification::Invalid, "{name}");
            for changed in changed(&value) {
                assert_eq!(check(MESSAGE, &changed), Verification::Invalid, "{name}");
            }
            count += 1;
            kinds.insert(name);
        }
    }
    assert_eq!((count, kinds.len()), (241, 241));
}

#[test]
fn a_signature_counts_for_its_own_digest_only() {
    for key in keys() {
        let public_key = key.read();
        for signature in &key.signatures {
            let own = signature.algorithm();
            let value = hex(&signature.signature);
            for digest in DigestAlgorithm::ALL {
                let other = with_digest(own, digest);
                if other != own {
                    let verification = verify(&public_key, &other, MESSAGE, &value);
                    assert_eq!(verification, Verification::Invalid, "{}", other.name());
                }
            }
        }
    }
}

#[test]
fn parameters_of_another_issuer_do_not_help() {
    let keys = keys();
    let issuers: Vec<_> = keys
        .iter()
        .filter_map(|key| Some(spki(key.issuer.as_ref()?)))
        .collect();
    for key in keys.iter().filter(|key| key.issuer.is_some()) {
        let bare = spki(&key.key);
        let own = key.read();
        assert!(bare.inherits_parameters() && bare.bits == 0 && own.bits >= 1024);
        let signature = &key.signatures[0];
        let check = |key: &PublicKey| {
            let value = hex(&signature.signature);
            verify(key, &signature.algorithm(), MESSAGE, &value)
        };
        assert_eq!(check(&bare), Verification::Unsupported);
        for issuer in &issuers {
            let inherited = bare.with_inherited_parameters(issuer);
            let is_own = inherited.identifier == own.identifier;
            assert_eq!(check(&inherited) == Verification::Valid, is_own);
        }
    }
}

impl Key {
    fn read(&self) -> PublicKey {
        match &self.issuer {
            Some(issuer) => spki(&self.key).with_inherited_parameters(&spki(issuer)),
            None => spki(&self.key),
        }
    }
}

impl Signature {
    fn algorithm(&self) -> SignatureAlgorithm {
        let digest =
            |name: &Option<String>| DigestAlgorithm::from_name(name.as_ref().unwrap()).unwrap();
        match self.scheme.as_str() {
            "rsa-pkcs1" => SignatureAlgorithm::RsaPkcs1 {
                digest: digest(&self.digest),
            },
            "rsa-pss" => SignatureAlgorithm::RsaPss {
                digest: digest(&self.digest),
                mgf_digest: digest(&self.mgf_digest),
                salt_length: self.salt_length.unwrap(),
            },
            "ecdsa" => SignatureAlgorithm::Ecdsa {
                digest: digest(&self.digest),
            },
            "plain-ecdsa" => SignatureAlgorithm::PlainEcdsa {
                digest: digest(&self.digest),
            },
            "dsa" => SignatureAlgorithm::Dsa {
                digest: digest(&self.digest),
            },
            "ed25519" => SignatureAlgorithm::Ed25519,
            "ed448" => SignatureAlgorithm::Ed448,
            "ml-dsa-44" => SignatureAlgorithm::MlDsa44,
            "ml-dsa-65" => SignatureAlgorithm::MlDsa65,
            "ml-dsa-87" => SignatureAlgorithm::MlDsa87,
            other => panic!("{other}"),
        }
    }
}

fn with_digest(algorithm: SignatureAlgorithm, digest: DigestAlgorithm) -> SignatureAlgorithm {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1 { .. } => SignatureAlgorithm::RsaPkcs1 { digest },
        SignatureAlgorithm::RsaPss {
            mgf_digest,
            salt_length,
            ..
        } => SignatureAlgorithm::RsaPss {
            digest,
            mgf_digest,
            salt_length,
        },
        SignatureAlgorithm::Ecdsa { .. } => SignatureAlgorithm::Ecdsa { digest },
        SignatureAlgorithm::PlainEcdsa { .. } => SignatureAlgorithm::PlainEcdsa { digest },
        SignatureAlgorithm::Dsa { .. } => SignatureAlgorithm::Dsa { digest },
        own => own,
    }
}

/// One bit changed in the first, middle and last octet; cut, lengthened and emptied.
fn changed(value: &[u8]) -> Vec<Vec<u8>> {
    let flipped = |at: usize| {
        let mut value = value.to_vec();
        value[at] ^= 1;
        value
    };
    let last = value.len() - 1;
    vec![
        flipped(0),
        flipped(value.len() / 2),
        flipped(last),
        value[..last].to_vec(),
        [value, &[0]].concat(),
        [&[0], value].concat(),
        Vec::new(),
        vec![0; value.len()],
        vec![0xff; value.len()],
    ]
}

fn keys() -> Vec<Key> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/primitives.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn spki(text: &str) -> PublicKey {
    PublicKey::from_spki(&hex(text).into()).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
