//! Names, name constraints and certificate policies by the vectors of BoringSSL's `pki`, read
//! and judged through certificates that hold them.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/divergences.rs"]
mod divergences;

use certificates::{Draft, Key, der, name};
use divergences::{ACCEPTED, REFUSED, Tally, corpus, objections};
use serde::Deserialize;
use sigill::asn1::{Oid, oid};
use sigill::policy::{CertificateProfile, PathConstraints};
use sigill::x509::{Certificate, Criticality, DistinguishedName};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const STRING_TYPES: [&str; 5] = [
    "PRINTABLESTRING",
    "T61STRING",
    "UTF8",
    "BMPSTRING",
    "UNIVERSALSTRING",
];

#[test]
fn agrees_with_boringssl_on_equal_names() {
    let Some(folder) = corpus("x509/boringssl_verify_name_match/names") else {
        return;
    };
    let mut tally = Tally::new("boringssl-names");
    for (one, other, expected) in pairs_of_one_string_type()
        .into_iter()
        .chain(pairs_of_many_string_types())
        .chain(pairs_of_no_names(&folder))
    {
        let actual = match (read_name(&folder, &one), read_name(&folder, &other)) {
            (Some(one), Some(other)) => {
                assert_eq!(one.matches(&other), other.matches(&one));
                one.matches(&other)
            }
            _ => false,
        };
        let case = format!("{one} = {other}");
        tally.judge(&case, verdict(expected), verdict(actual), "");
    }
    tally.finish(100, 95);
}

/// Two files, and whether their names are equal.
type Pair = (String, String, bool);

fn pairs_of_one_string_type() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for kind in STRING_TYPES {
        for form in ["unmangled", "case_swap", "extra_whitespace"] {
            let base = format!("ascii-{kind}-{form}");
            let [more, twice, longer] =
                ["extra_attr", "dupe_attr", "extra_rdn"].map(|end| format!("{base}-{end}"));
            for equal in [&base, &more, &twice, &longer] {
                pairs.push((equal.clone(), equal.clone(), true));
            }
            pairs.push((base.clone(), more.clone(), false));
            pairs.push((twice, more, false));
            pairs.push((base.clone(), longer, false));
            // Strings of type TeletexString are not prepared.
            let is_prepared = kind != "T61STRING" || form == "unmangled";
            pairs.push((format!("ascii-{kind}-unmangled"), base, is_prepared));
        }
    }
    pairs
}

fn pairs_of_many_string_types() -> Vec<Pair> {
    let unmangled = |one: &str, other: &str, expected| {
        let [one, other] = [one, other].map(|start| format!("{start}-unmangled"));
        (one, other, expected)
    };
    let mut pairs = Vec::new();
    for kind in STRING_TYPES {
        for other in STRING_TYPES {
            let comparable = are_comparable(kind, other);
            pairs.push(unmangled(
                &format!("ascii-{kind}"),
                &format!("ascii-{other}"),
                comparable,
            ));
        }
    }
    let others = [
        ("unicode_bmp-BMPSTRING", "unicode_bmp-UTF8"),
        ("unicode_bmp-BMPSTRING", "unicode_bmp-UNIVERSALSTRING"),
        ("unicode_bmp-UTF8", "unicode_bmp-UNIVERSALSTRING"),
        (
            "unicode_supplementary-UTF8",
            "unicode_supplementary-UNIVERSALSTRING",
        ),
    ];
    pairs.extend(others.map(|(one, other)| unmangled(one, other, true)));
    let sorted = [
        (
            "ascii-PRINTABLESTRING-rdn_sorting_1",
            "ascii-PRINTABLESTRING-rdn_sorting_2",
        ),
        (
            "ascii-mixed-rdn_dupetype_sorting_1",
            "ascii-mixed-rdn_dupetype_sorting_2",
        ),
    ];
    pairs.extend(sorted.map(|(one, other)| (one.to_owned(), other.to_owned(), true)));
    pairs
}

fn are_comparable(one: &str, other: &str) -> bool {
    one == other || (one != "T61STRING" && other != "T61STRING")
}

/// Empty names, and what is no name at all.
fn pairs_of_no_names(folder: &Path) -> Vec<Pair> {
    let [empty, minimal, some] =
        ["valid-Name-empty", "valid-minimal", "ascii-UTF8-unmangled"].map(str::to_owned);
    let mut pairs = vec![
        (empty.clone(), empty.clone(), true),
        (empty, some, false),
        (minimal.clone(), minimal, true),
    ];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if stem.starts_with("invalid-") {
            pairs.push((stem.to_owned(), stem.to_owned(), false));
        }
    }
    pairs
}

#[test]
fn agrees_with_boringssl_on_names_within_others() {
    let Some(folder) = corpus("x509/boringssl_verify_name_match/names") else {
        return;
    };
    let mut tally = Tally::new("boringssl-subtrees");
    let mut judge = |inner: &str, outer: &str, expected: bool| {
        let actual = match (read_name(&folder, inner), read_name(&folder, outer)) {
            (Some(inner), Some(outer)) => inner.is_within(&outer),
            _ => false,
        };
        tally.judge(
            &format!("{inner} in {outer}"),
            verdict(expected),
            verdict(actual),
            "",
        );
    };
    for kind in STRING_TYPES {
        for other in STRING_TYPES {
            let comparable = are_comparable(kind, other);
            let inner = |end: &str| format!("ascii-{kind}-unmangled{end}");
            let outer = |end: &str| format!("ascii-{other}-unmangled{end}");
            judge(&inner(""), &outer(""), comparable);
            judge(&inner("-extra_rdn"), &outer(""), comparable);
            judge(&inner(""), &outer("-extra_rdn"), false);
            judge(&inner("-extra_attr"), &outer(""), false);
            judge(&inner(""), &outer("-extra_attr"), false);
        }
    }
    let some = "ascii-PRINTABLESTRING-unmangled";
    judge("valid-Name-empty", "valid-Name-empty", true);
    judge(some, "valid-Name-empty", true);
    judge("valid-Name-empty", some, false);
    judge("invalid-RDN-empty", some, false);
    judge(some, "invalid-RDN-empty", false);
    tally.finish(100, 95);
}

#[test]
fn what_a_string_type_cannot_hold_matches_nothing_but_itself() {
    let Some(folder) = corpus("x509/boringssl_verify_name_match/names") else {
        return;
    };
    let with = |file: &str, found: &[u8], put: &[u8]| {
        let mut octets = read_pem(&folder, file).to_vec();
        let at = octets
            .windows(found.len())
            .position(|part| part == found)
            .unwrap();
        octets.splice(at..at + put.len(), put.iter().copied());
        DistinguishedName::read(&octets.into()).unwrap()
    };
    let ia5 = |octet| with("ascii-mixed-rdn_dupetype_sorting_1", b"eXaMple", &[octet]);
    for octet in 128..=255 {
        for other in 0..=255 {
            assert_eq!(ia5(octet).matches(&ia5(other)), octet == other);
        }
    }
    // A character beyond the Basic Multilingual Plane, which BMPString cannot hold.
    let surrogates = |last| {
        with(
            "unicode_bmp-BMPSTRING-unmangled",
            b"\x67\x71\x4e\xac",
            &[0xd8, 0x35, 0xdc, last],
        )
    };
    assert!(!surrogates(0).matches(&surrogates(1)));
}

#[derive(Deserialize)]
struct Expectations {
    unreadable: Vec<String>,
    #[serde(flatten)]
    files: BTreeMap<String, Expectation>,
}

#[derive(Deserialize)]
struct Expectation {
    #[serde(default)]
    permits: Vec<String>,
    #[serde(default)]
    refuses: Vec<String>,
}

#[test]
fn agrees_with_boringssl_on_name_constraints() {
    let Some(folder) = corpus("x509/boringssl_name_constraints") else {
        return;
    };
    let list = include_str!("boringssl_name_constraints.toml");
    let expectations: Expectations = toml::from_str(list).unwrap();
    let mut tally = Tally::new("boringssl-name-constraints");
    for file in &expectations.unreadable {
        let (actual, detail) = judge_names(&read_file(&folder, file), &name("any"), &[]);
        tally.judge(file, REFUSED, actual, &detail);
    }
    for (file, expectation) in &expectations.files {
        let constraints = read_file(&folder, file);
        let permits = expectation.permits.iter().map(|item| (item, ACCEPTED));
        let refuses = expectation.refuses.iter().map(|item| (item, REFUSED));
        for (item, expected) in permits.chain(refuses) {
            let (subject, alternatives) = names_of(&folder, item);
            let (actual, detail) = judge_names(&constraints, &subject, &alternatives);
            tally.judge(&format!("{file}: {item}"), expected, actual, &detail);
        }
    }
    tally.finish(240, 95);
}

/// The subject and the content of SubjectAltName that an item of the list stands for.
fn names_of(folder: &Path, item: &str) -> (Vec<u8>, Vec<u8>) {
    let single = |kind: u8, content: &[u8]| {
        der(|writer| writer.sequence(|names| names.primitive(kind, content)))
    };
    let empty = || der(|writer| writer.sequence(|_| ()));
    let (kind, what) = item.split_once(' ').unwrap();
    match kind {
        "dns" => (empty(), single(0x82, what.as_bytes())),
        "ip" => (empty(), single(0x87, &octets(what))),
        "san" => (empty(), read_file(folder, what).to_vec()),
        "name" => (read_file(folder, what).to_vec(), Vec::new()),
        other => panic!("{other}"),
    }
}

/// Whether a certificate of these names may stand below an issuer with these constraints.
fn judge_names(constraints: &[u8], subject: &[u8], alternatives: &[u8]) -> (&'static str, String) {
    let [root, issuer, leaf] = [1, 2, 3].map(Key::numbered);
    let root_name = name("root");
    let anchor = Draft::new(&root_name, &root_name)
        .authority()
        .sign(&root, &root);
    let intermediate = Draft::new(&root_name, &name("issuer"))
        .authority()
        .extension(&oid::NAME_CONSTRAINTS, Criticality::Critical, constraints)
        .sign(&issuer, &root);
    let mut draft = Draft::new(&name("issuer"), subject);
    if !alternatives.is_empty() {
        draft = draft.extension(
            &oid::SUBJECT_ALTERNATIVE_NAME,
            Criticality::Critical,
            alternatives,
        );
    }
    let certificate = Certificate::read(&draft.sign(&leaf, &issuer)).unwrap();
    let mut trust = TrustAnchors::none();
    trust.add(anchor).unwrap();
    let evidence = Evidence::default().with(intermediate);
    let policy = Policy::default();
    let report = Validator::new(&trust, &policy).validate_certificate(
        &certificate,
        &evidence,
        &PathConstraints {
            certificate_profile: CertificateProfile::Lenient,
            ..PathConstraints::default()
        },
        UnixTime::from_date(2024, 1, 1).unwrap(),
    );
    let passed = report.conclusion.indication.is_passed();
    (verdict(passed), objections(&report.conclusion))
}

#[test]
fn agrees_with_boringssl_on_certificate_policies() {
    let Some(folder) = corpus("x509/boringssl_certificate_policies") else {
        return;
    };
    const ANY: &str = "2.5.29.32.0";
    let mut tally = Tally::new("boringssl-policies");
    let cases: [(&str, Option<&[&str]>); 14] = [
        ("anypolicy.pem", Some(&[ANY])),
        ("anypolicy_with_qualifier.pem", Some(&[ANY])),
        ("invalid-anypolicy_with_custom_qualifier.pem", None),
        ("invalid-empty.pem", None),
        ("invalid-policy_1_2_3_dupe.pem", None),
        (
            "invalid-policy_1_2_3_policyinformation_unconsumed_data.pem",
            None,
        ),
        (
            "invalid-policy_1_2_3_policyqualifierinfo_unconsumed_data.pem",
            None,
        ),
        (
            "invalid-policy_1_2_3_with_empty_qualifiers_sequence.pem",
            None,
        ),
        ("invalid-policy_identifier_not_oid.pem", None),
        ("policy_1_2_3.pem", Some(&["1.2.3"])),
        ("policy_1_2_3_and_1_2_4.pem", Some(&["1.2.3", "1.2.4"])),
        (
            "policy_1_2_3_and_1_2_4_with_qualifiers.pem",
            Some(&["1.2.3", "1.2.4"]),
        ),
        ("policy_1_2_3_with_custom_qualifier.pem", Some(&["1.2.3"])),
        ("policy_1_2_3_with_qualifier.pem", Some(&["1.2.3"])),
    ];
    for (file, policies) in cases {
        let key = Key::numbered(1);
        let draft = Draft::new(&name("a"), &name("a")).extension(
            &oid::CERTIFICATE_POLICIES,
            Criticality::NonCritical,
            &read_file(&folder, file),
        );
        let extensions = Certificate::read(&draft.sign(&key, &key))
            .unwrap()
            .extensions;
        let actual = match extensions.unreadable.is_empty() {
            true => {
                let read: Vec<String> = extensions.policies.iter().map(Oid::to_string).collect();
                format!("{ACCEPTED} {}", read.join(" "))
            }
            false => REFUSED.to_owned(),
        };
        let expected = policies.map_or(REFUSED.to_owned(), |policies| {
            format!("{ACCEPTED} {}", policies.join(" "))
        });
        tally.judge(file, &expected, &actual, "");
    }
    tally.finish(14, 95);
}

fn verdict(accepted: bool) -> &'static str {
    match accepted {
        true => ACCEPTED,
        false => REFUSED,
    }
}

fn read_name(folder: &Path, stem: &str) -> Option<DistinguishedName> {
    DistinguishedName::read(&read_pem(folder, stem)).ok()
}

fn read_pem(folder: &Path, stem: &str) -> Bytes {
    read_file(folder, &format!("{stem}.pem"))
}

fn read_file(folder: &Path, file: &str) -> Bytes {
    let text = fs::read(folder.join(file)).unwrap();
    let mut pems = x509_parser::pem::Pem::iter_from_buffer(&text);
    Bytes::from(pems.next().unwrap().unwrap().contents)
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}
