//! The least that judging a set of documents can cost: reading each file once, hashing what is
//! covered, and verifying each distinct signature, all on one core and with nothing in between.
//!
//! `cargo bench --bench limit -- FOLDER...` prints for each folder what its documents hold and how
//! many a second the primitives allow. `each alone` hashes what every signature and time-stamp
//! covers by itself, `shared` every byte once, since the digests over a document begin alike.

#![allow(missing_docs, clippy::unwrap_used)]

use sigill::crypto::{PublicKey, SignatureAlgorithm, Verification, sha256, verify};
use sigill::signature::{Signature, Signatures};
use sigill::x509::Certificate;
use sigill::{Bytes, Document, limits::Limits, tsp::TimestampToken};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() {
    let folders = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    println!(
        "set\tdocuments\tMB\tread s\thash s\thash shared s\tverify s\teach alone/s\tshared/s\tsignatures"
    );
    for folder in folders {
        measure(Path::new(&folder));
    }
}

/// One signature to verify.
struct Check {
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    message: Vec<u8>,
    value: Bytes,
}

fn measure(folder: &Path) {
    let files = files(folder);
    let mut checks = Vec::new();
    let mut covered = Vec::new();
    for file in &files {
        let bytes = Bytes::from(fs::read(file).unwrap());
        let document = Document::read(bytes.clone()).unwrap();
        let signatures = Signatures::of(&document, &Limits::default()).unwrap();
        let parts = |signature: &Signature| {
            signature
                .content
                .as_ref()
                .and_then(|content| content.bytes())
        };
        covered.extend(signatures.signatures.iter().flatten().filter_map(parts));
        let own = signatures.signatures.iter().flatten();
        covered.extend(document_timestamps(&document));
        checks.extend(own.clone().filter_map(check_of_signature));
        let tokens = own
            .flat_map(|signature| &signature.timestamps)
            .chain(&signatures.timestamps);
        let tokens = tokens.filter_map(|timestamp| timestamp.token.as_ref().ok());
        checks.extend(tokens.filter_map(check_of_token));
    }
    let mut seen = HashSet::new();
    checks.retain(|check| seen.insert((sha256(&check.message), check.value.clone())));
    let whole: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    let megabytes = whole.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    let read = seconds(|| {
        files
            .iter()
            .for_each(|file| drop(black_box(fs::read(file).unwrap())))
    });
    let hash = seconds(|| {
        covered.iter().for_each(|bytes| {
            black_box(sha256(bytes));
        })
    });
    let shared = seconds(|| {
        whole.iter().for_each(|bytes| {
            black_box(sha256(bytes));
        })
    });
    let verified = seconds(|| {
        checks.iter().for_each(|check| {
            let _ = black_box(answer(check));
        })
    });
    let rate = |hashing: f64| files.len() as f64 / (read + hashing + verified);
    let name = folder.file_name().unwrap().to_string_lossy();
    println!(
        "{name}\t{}\t{megabytes:.1}\t{read:.4}\t{hash:.4}\t{shared:.4}\t{verified:.4}\t{:.0}\t{:.0}\t{:?}",
        files.len(),
        rate(hash),
        rate(shared),
        by_algorithm(&checks),
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "pdf" || end == "p7m")
        })
        .collect();
    files.sort();
    files
}

/// What the document time-stamps of a PDF cover.
fn document_timestamps(document: &Document) -> Vec<Bytes> {
    use sigill::container::{Content, pdf::SignatureRole};
    let Content::Pdf(pdf) = document.content() else {
        return Vec::new();
    };
    let stamps = pdf.signatures().iter();
    let stamps = stamps.filter(|stamp| stamp.role == SignatureRole::DocumentTimestamp);
    stamps
        .filter_map(|stamp| sigill::source::concat(stamp.signed_parts()?))
        .collect()
}

fn check_of_signature(signature: &Signature) -> Option<Check> {
    let certificates = signature.embedded.certificates.iter();
    let mut certificates = certificates.filter_map(|bytes| Certificate::read(bytes).ok());
    let certificate = certificates.find(|certificate| signature.identifier.names(certificate))?;
    let key = certificate.public_key;
    Some(Check {
        algorithm: SignatureAlgorithm::identify(
            &signature.signature_algorithm,
            signature.digest(),
        )?,
        message: signature.signed_attributes.as_ref()?.as_sent(),
        value: signature.value.clone(),
        key,
    })
}

fn check_of_token(token: &TimestampToken) -> Option<Check> {
    let signer = &token.signer_info;
    let certificates = token.signed_data.certificates.iter();
    let mut certificates = certificates.filter_map(|bytes| Certificate::read(bytes).ok());
    let certificate = certificates.find(|certificate| signer.identifier.names(certificate))?;
    let digest = sigill::crypto::DigestAlgorithm::from_oid(&signer.digest_algorithm.oid);
    Some(Check {
        algorithm: SignatureAlgorithm::identify(&signer.signature_algorithm, digest)?,
        message: signer.signed_attributes.as_ref()?.as_sent(),
        value: signer.signature.clone(),
        key: certificate.public_key,
    })
}

fn answer(check: &Check) -> Verification {
    verify(&check.key, &check.algorithm, &check.message, &check.value)
}

/// The median of five.
fn seconds(mut work: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken.get(2).copied().unwrap_or_default()
}

fn by_algorithm(checks: &[Check]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for check in checks {
        let key = check.key.spki().len();
        *counts
            .entry(format!("{} ({key} octets of key)", check.algorithm.name()))
            .or_default() += 1;
    }
    counts
}
