//! Cryptographic suites from files: what a stricter one does to a verdict, and what it says.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use sigill::crypto::{CryptographicSuite, End};
use sigill::policy::Enforcement;
use sigill::report::Options;
use sigill::report::text::to_text;
use sigill::validation::{Indication, Language};
use sigill::{Document, Evidence, Policy, Report, validate};
use std::fs;
use std::path::Path;
use support::{read, time, trust};

const AT: &str = "2026-06-01T00:00:00Z";

#[test]
fn a_stricter_suite_takes_the_verdict_back_and_says_why() {
    let default = judge("cases/pades/b-b-rsa/input.pdf", &Policy::default());
    assert_eq!(
        default.signatures[0].conclusion.indication,
        Indication::Passed
    );
    // The end came after the suite was made: a warning, unless the policy says otherwise.
    let mut policy = Policy::default().with_suite(example());
    let warned = judge("cases/pades/b-b-rsa/input.pdf", &policy);
    assert_eq!(
        warned.signatures[0].conclusion.indication,
        Indication::Passed
    );
    policy.foreseen_end_of_algorithm = Enforcement::Fail;
    let strict = judge("cases/pades/b-b-rsa/input.pdf", &policy);
    let indication = strict.signatures[0].conclusion.indication;
    assert_eq!(
        indication.sub_indication(),
        Some("CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    );
    let english = text(&strict, Language::English);
    let reason = "RSA-PKCS1, 2048 bits: not reliable since 2026-04-01, ETSI TS 119 312 V2.1.1";
    assert!(one_line(&english).contains(reason), "{english}");
    assert!(one_line(&text(&warned, Language::English)).contains(reason));
    let swedish = text(&strict, Language::Swedish);
    let reason = "RSA-PKCS1, 2048 bitar: inte att lita på sedan 2026-04-01, ETSI TS 119 312 V2.1.1";
    assert!(one_line(&swedish).contains(reason), "{swedish}");
    assert_ne!(default.policy.sha256, strict.policy.sha256);
}

#[test]
fn an_algorithm_without_a_row_is_named() {
    let mut suite = example();
    suite.digests.clear();
    let policy = Policy::default().with_suite(suite);
    let report = judge("cases/pades/b-b-p256/input.pdf", &policy);
    let indication = report.signatures[0].conclusion.indication;
    assert_eq!(
        indication.sub_indication(),
        Some("CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    );
    let english = text(&report, Language::English);
    let reason = "sha256: not listed as reliable, ETSI TS 119 312 V2.1.1";
    assert!(one_line(&english).contains(reason), "{english}");
}

#[test]
fn a_policy_file_may_hold_a_suite() {
    let suite = example();
    let table = suite.to_toml();
    let table = table.replace("[[", "[[suite.");
    let policy = Policy::from_toml(&format!("name = \"strict\"\n[suite]\n{table}")).unwrap();
    assert_eq!(
        policy,
        Policy {
            name: "strict".to_owned(),
            ..Policy::default()
        }
        .with_suite(suite)
    );
    assert_eq!(Policy::from_toml(&policy.to_toml()).unwrap(), policy);
    let error = Policy::from_toml("[suite]\nsource = \"x\"").unwrap_err();
    assert!(error.to_string().contains("update_date"), "{error}");
}

#[test]
fn the_example_differs_from_the_default_where_it_says() {
    let end = |suite: &CryptographicSuite, scheme, size| {
        let rows = suite.schemes.iter();
        rows.filter(|row| row.scheme == scheme && row.minimum_size == size)
            .map(|row| row.end)
            .next()
    };
    use sigill::crypto::Scheme::{Ecdsa, RsaPkcs1, RsaPss};
    let at = |text| End::At(time(text));
    assert_eq!(
        end(&example(), RsaPkcs1, 3000),
        Some(at("2034-01-01T00:00:00Z"))
    );
    assert_eq!(end(&example(), RsaPss, 3000), Some(End::Never));
    let default = CryptographicSuite::default();
    assert_eq!(
        end(&default, RsaPkcs1, 3000),
        Some(at("2029-01-01T00:00:00Z"))
    );
    assert_eq!(end(&default, Ecdsa, 256), Some(End::Never));
}

fn example() -> CryptographicSuite {
    let path = "examples/suites/ts-119-312-v2.1.1.toml";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    CryptographicSuite::from_toml(&fs::read_to_string(path).unwrap()).unwrap()
}

fn judge(path: &str, policy: &Policy) -> Report {
    let document = Document::read(read(path)).unwrap();
    let evidence = Evidence::from(&document);
    validate(&document, &evidence, &trust(), policy, time(AT))
}

fn text(report: &Report, language: Language) -> String {
    let options = Options {
        language,
        ..Options::default()
    };
    to_text(report, &options)
}

/// The text without its line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
