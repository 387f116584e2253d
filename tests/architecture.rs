//! Holds the order of the modules: a module may use only those that stand before it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom. `error`, `limits` and `time` may be used by all.
const ORDER: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("limits", &[]),
    ("time", &[]),
    ("asn1", &[]),
    ("crypto", &["asn1"]),
    ("x509", &["asn1", "crypto"]),
    ("cms", &["asn1", "crypto", "x509"]),
    ("tsp", &["asn1", "crypto", "cms"]),
    ("ers", &["asn1", "crypto"]),
    // Containers cut bytes and know no ASN.1.
    ("container", &[]),
    (
        "signature",
        &["asn1", "crypto", "x509", "cms", "tsp", "container"],
    ),
    (
        "evidence",
        &["asn1", "crypto", "x509", "cms", "container", "signature"],
    ),
    ("trust", &["x509", "crypto"]),
    ("policy", &["crypto"]),
    (
        "validation",
        &[
            "asn1",
            "crypto",
            "x509",
            "cms",
            "tsp",
            "ers",
            "signature",
            "evidence",
            "trust",
            "policy",
        ],
    ),
    ("binding", &["asn1", "x509", "trust", "validation"]),
    // Results only; the certificate is part of a result.
    (
        "report",
        &[
            "asn1",
            "crypto",
            "x509",
            "signature",
            "binding",
            "validation",
        ],
    ),
    (
        "validator",
        &[
            "crypto",
            "container",
            "signature",
            "evidence",
            "trust",
            "policy",
            "validation",
            "binding",
            "report",
        ],
    ),
    (
        "archive",
        &[
            "crypto",
            "x509",
            "tsp",
            "ers",
            "container",
            "signature",
            "evidence",
            "trust",
            "policy",
            "validation",
            "report",
            "validator",
        ],
    ),
];

/// Inside `validation`: the blocks of 5.2 do not use each other, processes use blocks and the
/// processes before them.
const BLOCKS: &[&str] = &[
    "format_checking",
    "identification_of_signing_certificate",
    "validation_context_initialization",
    "cryptographic_verification",
    "signature_acceptance",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&source(), &mut found);
    found.sort();
    found
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part == "tests" || part == "tests.rs" || part == "odd_combinations.rs"
    })
}

/// The code of a file without its test module and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap()
        .to_owned();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Every module named after `crate::`, also in lists.
fn uses(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name
                .trim()
                .chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect();
            found.insert(name);
        }
    }
    found
}

#[test]
fn modules_use_only_those_before_them() {
    let order: BTreeMap<&str, &[&str]> = ORDER.iter().copied().collect();
    let mut violations = Vec::new();
    let mut seen = BTreeSet::new();
    for path in all_files().iter().filter(|path| !is_test(path)) {
        let inside = path.strip_prefix(source()).unwrap();
        let module = inside.iter().next().unwrap().to_string_lossy();
        let module = module.trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let allowed = order
            .get(module)
            .unwrap_or_else(|| panic!("{module} has no place in the order"));
        seen.insert(module.to_owned());
        for used in uses(&code(path)) {
            // What the crate re-exports from modules that all may use.
            let by_all =
                ["error", "limits", "time", "hex", "UnixTime", "Error"].contains(&used.as_str());
            if !by_all && used != module && !allowed.contains(&used.as_str()) {
                violations.push(format!("{}: {module} uses {used}", inside.display()));
            }
        }
    }
    assert_eq!(seen.len(), ORDER.len(), "a module of the order is gone");
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn blocks_of_validation_do_not_use_each_other() {
    let folder = source().join("validation");
    for block in BLOCKS {
        let code = code(&folder.join(format!("{block}.rs")));
        for other in BLOCKS.iter().filter(|other| *other != block) {
            assert!(
                !code.contains(&format!("super::{other}")),
                "{block} uses {other}"
            );
        }
        for process in [
            "basic_signature",
            "signature_with_time",
            "long_term_availability",
        ] {
            assert!(!code.contains(process), "{block} uses {process}");
        }
    }
}

#[test]
fn every_file_of_validation_names_its_clause() {
    let mut found = Vec::new();
    files(&source().join("validation"), &mut found);
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let head: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let is_vocabulary = ["finding.rs", "rule.rs"]
            .iter()
            .any(|name| path.ends_with(name));
        assert!(
            is_vocabulary || head.contains("EN 319 102-1") || head.contains("RFC "),
            "{} does not name its clause",
            path.display()
        );
    }
}

#[test]
fn files_stay_short() {
    for path in all_files() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{}: {lines} lines", path.display());
    }
}
