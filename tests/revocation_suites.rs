//! OCSP responses and revocation lists of BoringSSL and OpenSSL, from `../shared/corpus/x509`:
//! what is said of the certificate must be what the suite says. Known divergences stand with
//! their reasons in `tests/revocation_divergences.toml`; one that has healed fails the test.
//! Says so and passes where the corpus is not at hand.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use sigill::policy::{CertificateProfile, PathConstraints};
use sigill::validation::{Rule, Status};
use sigill::x509::{Certificate, RevocationStatus};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Manifest {
    ocsp: Vec<OcspCase>,
    crl: Vec<CrlCase>,
}

#[derive(Deserialize)]
struct OcspCase {
    file: String,
    status: String,
}

#[derive(Deserialize)]
struct CrlCase {
    file: String,
    expected: String,
}

#[derive(Deserialize)]
struct Combination {
    name: String,
    root: String,
    #[serde(default)]
    other_certs: Vec<String>,
    cert: String,
    ocsps: Vec<String>,
    moment: String,
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Divergence {
    actual: String,
    reason: String,
}

const ABOUT_REVOCATION: &[Rule] = &[
    Rule::RevocationDataPresent,
    Rule::RevocationDataUsable,
    Rule::RevocationDataFresh,
    Rule::RevocationIssuerInValidity,
    Rule::NotRevoked,
];

#[test]
fn ocsp_responses_of_boringssl() {
    let Some(manifest) = manifest() else { return };
    let cases = manifest.ocsp.iter().map(|case| {
        let folder = corpus().join("boringssl_ocsp");
        // The suite's own moment, 2017-03-05.
        let actual = verdict(&folder.join(&case.file), UnixTime(1_488_672_000));
        (&case.file, case.status.as_str(), actual)
    });
    compare("BoringSSL OCSP", "boringssl_ocsp", 22, cases);
}

#[test]
fn revocation_lists_of_boringssl() {
    let Some(manifest) = manifest() else { return };
    let cases = manifest.crl.iter().map(|case| {
        let folder = corpus().join("boringssl_crl");
        // The suite's own moment, 2017-03-09.
        let actual = verdict(&folder.join(&case.file), UnixTime(1_489_017_600));
        let expected = case.expected.split(' ').next().unwrap();
        (&case.file, expected, actual)
    });
    compare("BoringSSL CRL", "boringssl_crl", 41, cases);
}

/// OpenSSL's responses in the combinations of pyHanko's certificate validator.
#[test]
fn ocsp_responses_of_openssl() {
    let folder = corpus().join("openssl_ocsp");
    let Ok(list) = fs::read_to_string(folder.join("openssl-ocsp.json")) else {
        return;
    };
    let cases: Vec<Combination> = serde_json::from_str(&list).unwrap();
    let cases = cases.iter().map(|case| {
        let expected = if case.error.is_none() {
            "usable"
        } else {
            "unusable"
        };
        (&case.name, expected, usable(&folder, case))
    });
    compare("OpenSSL OCSP", "openssl_ocsp", 29, cases);
}

/// GOOD, REVOKED or UNKNOWN, as the suite's own programme would say.
fn verdict(file: &Path, at: UnixTime) -> String {
    let mut evidence = Evidence::default();
    let mut authorities = Vec::new();
    let mut leaf = None;
    for pem in x509_parser::pem::Pem::iter_from_buffer(&fs::read(file).unwrap()).flatten() {
        let bytes = Bytes::from(pem.contents);
        match pem.label.as_str() {
            "CERTIFICATE" => leaf = Some(Certificate::read(&bytes).unwrap()),
            label if label.starts_with("CA CERTIFICATE") => authorities.push(bytes),
            _ => evidence.add(bytes),
        }
    }
    let mut trust = TrustAnchors::none();
    trust.add(authorities.pop().unwrap()).unwrap();
    authorities
        .into_iter()
        .for_each(|bytes| evidence.add(bytes));
    let (status, complete) = judge(&leaf.unwrap(), &evidence, &trust, at);
    match status.first().copied().flatten() {
        Some(RevocationStatus::Revoked { .. }) => "REVOKED",
        Some(RevocationStatus::Good) if complete => "GOOD",
        _ => "UNKNOWN",
    }
    .to_owned()
}

/// Whether every response at hand is taken for an answer.
fn usable(folder: &Path, case: &Combination) -> String {
    let read = |name: &String| Bytes::from(fs::read(folder.join(name)).unwrap());
    let mut evidence = Evidence::default();
    for response in &case.ocsps {
        evidence.add(Bytes::from(base64_lines(&read(response))));
    }
    for certificate in &case.other_certs {
        evidence.add(read(certificate));
    }
    let mut trust = TrustAnchors::none();
    trust.add(read(&case.root)).unwrap();
    let pem = x509_parser::pem::parse_x509_pem(&read(&case.cert))
        .unwrap()
        .1;
    let leaf = Certificate::read(&Bytes::from(pem.contents)).unwrap();
    let moment = case.moment.replace("+00:00", "Z");
    let at = UnixTime::from_rfc3339(&moment).unwrap();
    let (statuses, complete) = judge(&leaf, &evidence, &trust, at);
    let told = statuses.iter().flatten().count();
    let word = if complete && told == case.ocsps.len() {
        "usable"
    } else {
        "unusable"
    };
    word.to_owned()
}

/// What is said of each certificate of the path, and whether nothing of that speaks against it.
/// The suites' authorities themselves would not stand, with SHA-1 and no basic constraints.
fn judge(
    leaf: &Certificate,
    evidence: &Evidence,
    trust: &TrustAnchors,
    at: UnixTime,
) -> (Vec<Option<RevocationStatus>>, bool) {
    // The suites' own choice.
    let freshness = "[revocation_freshness]\ncrl = \"7d\"\nocsp = \"7d\"";
    let policy = Policy::from_toml(freshness).unwrap();
    let constraints = PathConstraints {
        certificate_profile: CertificateProfile::Usual,
        ..PathConstraints::default()
    };
    let validator = Validator::new(trust, &policy);
    let report = validator.validate_certificate(leaf, evidence, &constraints, at);
    let complete = report.conclusion.findings.iter().all(|finding| {
        finding.status != Status::Failed || !ABOUT_REVOCATION.contains(&finding.rule)
    });
    let statuses = report.statements.iter();
    let statuses = statuses.map(|statement| statement.as_ref().map(|statement| statement.status));
    (statuses.collect(), complete && report.path.is_some())
}

/// The suite's responses are bare base64.
fn base64_lines(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let pem = format!(
        "-----BEGIN OCSP RESPONSE-----\n{}\n-----END OCSP RESPONSE-----\n",
        text.trim()
    );
    x509_parser::pem::parse_x509_pem(pem.as_bytes())
        .unwrap()
        .1
        .contents
}

fn compare<'a>(
    suite: &str,
    folder: &str,
    count: usize,
    cases: impl Iterator<Item = (&'a String, &'a str, String)>,
) {
    let known = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/revocation_divergences.toml"),
    );
    let known: BTreeMap<String, Divergence> = toml::from_str(&known.unwrap()).unwrap();
    let (mut total, mut agree) = (0, 0);
    let mut problems = Vec::new();
    for (file, expected, actual) in cases {
        total += 1;
        agree += usize::from(actual == expected);
        let id = format!("{folder}/{file}");
        match known.get(&id) {
            Some(_) if actual == expected => problems.push(format!("{id}: healed, take it out")),
            Some(divergence) => {
                assert!(!divergence.reason.is_empty(), "{id}: no reason");
                if divergence.actual != actual {
                    problems.push(format!("{id}: {actual}, not as it is known to diverge"));
                }
            }
            None if actual != expected => {
                problems.push(format!("{id}: {actual} where the suite says {expected}"));
            }
            None => {}
        }
    }
    println!("{suite}: {agree} of {total} agree");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(total, count, "{suite}: the corpus has changed");
}

fn manifest() -> Option<Manifest> {
    match fs::read_to_string(corpus().join("manifest.json")) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("../shared/corpus/x509 is not at hand: nothing was checked");
            None
        }
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/x509")
}
