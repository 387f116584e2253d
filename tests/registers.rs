//! Who stands for an extract: by its signature, and by nothing else.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::register::{RegisterError, RegisterExtract, RegisterProblem, Standing};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, Validator, archive};
use support::{read, time, trust};

fn read_by(
    trust: &TrustAnchors,
    bytes: Vec<u8>,
    signature: Option<Vec<u8>>,
) -> Result<RegisterExtract, RegisterError> {
    read_at(trust, bytes, signature, "2026-02-01T00:00:00Z")
}

fn read_at(
    trust: &TrustAnchors,
    bytes: Vec<u8>,
    signature: Option<Vec<u8>>,
    at: &str,
) -> Result<RegisterExtract, RegisterError> {
    let policy = Policy::default();
    let validator = Validator::new(trust, &policy);
    archive::read_register(
        &Bytes::from(bytes),
        signature.map(Bytes::from).as_ref(),
        &validator,
        &Evidence::default(),
        time(at),
    )
}

fn standing(name: &str, signature: Option<&str>) -> Standing {
    let signature = signature.map(|name| read(&format!("registers/{name}")));
    let bytes = read(&format!("registers/{name}"));
    read_by(&trust(), bytes, signature).unwrap().standing
}

#[test]
fn an_extract_is_signed_in_three_ways() {
    for (name, signature) in [
        ("directory.p7m", None),
        ("mandates.asice", None),
        ("organisations.csv", Some("organisations.csv.p7s")),
    ] {
        let Standing::Signed { organisation, .. } = standing(name, signature) else {
            panic!("{name} is not signed");
        };
        assert_eq!(organisation.as_deref(), Some("5599990016"), "{name}");
    }
}

#[test]
fn what_is_not_proven_stands_for_nothing() {
    assert_eq!(standing("organisations.csv", None), Standing::Unsigned);
    assert_eq!(standing("directory-damaged.p7m", None), Standing::NotProven);
    let untrusted = read_by(&TrustAnchors::none(), read("registers/directory.p7m"), None);
    assert_eq!(untrusted.unwrap().standing, Standing::NotProven);
    // A signature over another extract, whether it holds that one or not.
    for other in ["organisations.csv.p7s", "directory.p7m"] {
        let standing = standing("directory-unsigned.json", Some(other));
        let is_same = other == "directory.p7m";
        assert_eq!(standing.is_proven(), is_same, "{other}: {standing:?}");
    }
    let changed = String::from_utf8(read("registers/organisations.csv")).unwrap();
    let changed = changed
        .replace("Fixturbolaget", "Fixturebolaget")
        .into_bytes();
    for other in ["organisations.csv.p7s", "directory.p7m"] {
        let signature = Some(read(&format!("registers/{other}")));
        let extract = read_by(&trust(), changed.clone(), signature).unwrap();
        assert_eq!(extract.standing, Standing::NotProven, "{other}");
    }
    let container = Some(read("registers/mandates.asice"));
    let error = read_by(&trust(), changed, container).unwrap_err();
    assert_eq!(error.problem, RegisterProblem::Unreadable);
}

#[test]
fn an_extract_of_the_future_is_nobodys_word() {
    let proven_at = |at| {
        let read = read_at(&trust(), read("registers/directory.p7m"), None, at);
        read.unwrap().standing.is_proven()
    };
    // It was taken on 2026-01-20, by its own account.
    assert!(!proven_at("2026-01-18T00:00:00Z"));
    assert!(proven_at("2026-01-19T23:00:00Z"), "the day began in Sweden");
    assert!(proven_at("2026-01-21T00:00:00Z"));
}

#[test]
fn what_holds_no_extract_is_an_error() {
    let problem = |bytes: Vec<u8>| read_by(&trust(), bytes, None).unwrap_err().problem;
    let detached = read("registers/organisations.csv.p7s");
    assert_eq!(problem(detached), RegisterProblem::NoContent);
    let several = read("cases/asic/e-b-b/input.asice");
    assert_eq!(problem(several), RegisterProblem::NoContent);
    let pdf = read("cases/pades/b-b-rsa/input.pdf");
    assert_eq!(problem(pdf), RegisterProblem::NoContent);
    let other = read("cases/binding/seal/input.p7m");
    assert_eq!(problem(other), RegisterProblem::NotText);
    assert_eq!(problem(b"PK".to_vec()), RegisterProblem::Unreadable);
    assert_eq!(problem(Vec::new()), RegisterProblem::Unreadable);
}
