//! The picture of the library, held against its sources: which module may use which, who may
//! touch primitives and files, how long a file and a function may be, and that each file under
//! `src/validation` names its clause.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/sources.rs"]
mod sources;

use sources::{
    Source, functions, library, names_package, read_tree, relative, root, rust_files,
    without_comments_and_literals,
};
use std::collections::BTreeSet;
use std::fs;

const BASICS: &[&str] = &["error", "limits", "time", "base64", "grade", "memory"];
const FORMATS: &[&str] = &["asn1", "crypto", "source", "x509", "cms", "tsp", "ers"];

/// Each module with what it may use, from left to right: nothing uses what stands below it.
const MODULES: &[(&str, &[&[&str]])] = &[
    ("error", &[]),
    ("limits", &[]),
    ("time", &[]),
    ("base64", &[]),
    ("grade", &[]),
    ("memory", &[]),
    ("asn1", &[BASICS]),
    ("crypto", &[BASICS, &["asn1"]]),
    ("source", &[BASICS, &["crypto"]]),
    ("xml", &[BASICS, &["crypto"]]),
    ("x509", &[BASICS, &["asn1", "crypto"]]),
    ("cms", &[BASICS, &["asn1", "crypto", "x509"]]),
    (
        "tsp",
        &[BASICS, &["asn1", "crypto", "source", "x509", "cms"]],
    ),
    (
        "ers",
        &[
            BASICS,
            &["asn1", "crypto", "source", "xml", "x509", "cms", "tsp"],
        ],
    ),
    // It cuts bytes and knows no ASN.1.
    ("container", &[&["error", "limits", "base64", "source"]]),
    ("signature", &[BASICS, FORMATS, &["container"]]),
    ("evidence", &[BASICS, FORMATS, &["container", "signature"]]),
    ("trust", &[BASICS, &["asn1", "crypto", "xml", "x509"]]),
    ("register", &[BASICS, &["crypto"]]),
    ("policy", &[BASICS, &["asn1", "crypto", "x509"]]),
    (
        "validation",
        &[
            BASICS,
            FORMATS,
            &["signature", "evidence", "trust", "policy"],
        ],
    ),
    (
        "binding",
        // Evidence is named by its digest, hence crypto.
        &[
            BASICS,
            &[
                "asn1",
                "crypto",
                "xml",
                "x509",
                "trust",
                "register",
                "validation",
            ],
        ],
    ),
    // Results: what a signature is, what it says and what was found. Names of attributes in
    // distinguished names are OIDs, hence asn1.
    (
        "report",
        &[
            BASICS,
            &[
                "asn1",
                "crypto",
                "x509",
                "signature",
                "validation",
                "binding",
            ],
        ],
    ),
    (
        "validator",
        &[
            BASICS,
            FORMATS,
            &[
                "container",
                "signature",
                "evidence",
                "trust",
                "policy",
                "register",
                "validation",
                "binding",
            ],
            &["report"],
        ],
    ),
    (
        "augmentation",
        &[
            BASICS,
            FORMATS,
            &["container", "signature", "evidence", "validation"],
            &["report", "validator"],
        ],
    ),
    (
        "archive",
        &[
            BASICS,
            FORMATS,
            &[
                "container",
                "signature",
                "evidence",
                "trust",
                "policy",
                "register",
                "validation",
                "binding",
            ],
            &["report", "validator"],
        ],
    ),
    // It moves documents and outcomes; what it says of time it reads off what was judged.
    (
        "bulk",
        &[
            BASICS,
            FORMATS,
            &[
                "container",
                "signature",
                "evidence",
                "trust",
                "policy",
                "register",
                "validation",
                "binding",
            ],
            &["report", "validator", "archive"],
        ],
    ),
];

/// EN 319 102-1: blocks (5.2) and what is common to them, then processes, each with what it may
/// use besides [`COMMON`].
const CLAUSES: &[(&str, &[&str])] = &[
    ("format_checking", &[]),
    ("identification_of_signing_certificate", &[]),
    ("validation_context_initialization", &[]),
    // It judges the statements that 5.2.6 gathers, so it names their type.
    ("revocation_freshness", &["x509_certificate_validation"]),
    ("x509_certificate_validation", &["revocation_freshness"]),
    ("cryptographic_verification", &[]),
    ("signature_acceptance", &[]),
    ("basic_signature", &[BLOCKS]),
    ("signature_with_time", &[BLOCKS, "basic_signature"]),
    ("validation_time_sliding", &[BLOCKS]),
    (
        "past_certificate_validation",
        &[BLOCKS, "validation_time_sliding"],
    ),
    ("poe_extraction", &[]),
    (
        "past_signature_validation",
        &[
            BLOCKS,
            "basic_signature",
            "signature_with_time",
            "past_certificate_validation",
        ],
    ),
    // A part of 5.2.8; the path of who issued an attribute certificate may have ended since.
    (
        "signer_attributes",
        &[BLOCKS, "past_certificate_validation"],
    ),
    // 5.4, and the time-stamps of 5.6.3, which past signature validation judges.
    (
        "timestamp",
        &[BLOCKS, "basic_signature", "past_signature_validation"],
    ),
    ("evidence_record", &[BLOCKS, "poe_extraction", "timestamp"]),
    (
        "long_term_availability",
        &[
            BLOCKS,
            "basic_signature",
            "signature_with_time",
            "poe_extraction",
            "past_signature_validation",
            "timestamp",
            "evidence_record",
            "signer_attributes",
        ],
    ),
];

/// Stands for every block of 5.2.
const BLOCKS: &str = "5.2";
const BLOCK_FILES: &[&str] = &[
    "format_checking",
    "identification_of_signing_certificate",
    "validation_context_initialization",
    "revocation_freshness",
    "x509_certificate_validation",
    "cryptographic_verification",
    "signature_acceptance",
];
/// The vocabulary of validation: every clause may use it, and it uses no clause.
const COMMON: &[&str] = &["finding", "indication", "rule"];

/// Packages and the only modules that may name them.
const DOORS: &[(&str, &[&str])] = &[
    ("ring", &["crypto"]),
    ("rsa", &["crypto"]),
    ("p256", &["crypto"]),
    ("p384", &["crypto"]),
    ("p521", &["crypto"]),
    ("sha1", &["crypto"]),
    ("sha2", &["crypto"]),
    ("sha3", &["crypto"]),
    ("md5", &["crypto"]),
    ("ripemd", &["crypto"]),
    ("lopdf", &["container"]),
    ("flate2", &["container"]),
    ("zip", &["container"]),
    ("crypto_bigint", &["crypto"]),
    ("ml_dsa", &["crypto"]),
    ("shake", &["crypto"]),
    // Manifests of containers, suites of ETSI TS 119 322, contexts and metadata of SAML, and
    // whatever needs a canonical form.
    ("roxmltree", &["container", "crypto", "binding", "xml"]),
    ("chrono", &["time"]),
    ("askama", &["report", "archive"]),
];

/// What only the caller has: a clock, files, the network, an environment, a terminal.
const NOT_IN_THE_LIBRARY: &[&str] = &[
    "unsafe ",
    "SystemTime::now",
    "Instant::now",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "static mut",
    "println!",
    "dbg!",
];

const LINES_OF_A_FILE: usize = 600;
const LINES_OF_A_FUNCTION: usize = 60;

#[test]
fn modules_use_only_those_before_them() {
    let order: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
    for (module, allowed) in MODULES {
        for used in allowed.concat() {
            let before = order.iter().take_while(|other| *other != module);
            assert!(
                before.into_iter().any(|other| *other == used),
                "{module} stands before {used}"
            );
        }
    }
    let root = root_names();
    let mut violations = BTreeSet::new();
    for source in library() {
        let Some(own) = source.module.first().filter(|own| *own != "lib") else {
            continue;
        };
        let Some((_, allowed)) = MODULES.iter().find(|(module, _)| module == own) else {
            panic!("{}: a module that the table does not know", source.name());
        };
        for path in source.paths() {
            let Some(used) = top_module(&path, &root) else {
                violations.insert(format!(
                    "{}: {} is no module",
                    source.name(),
                    path.join("::")
                ));
                continue;
            };
            if used != *own && used != "lib" && !allowed.concat().contains(&used.as_str()) {
                violations.insert(format!("{}: {own} uses {used}", source.name()));
            }
        }
    }
    report(violations);
}

#[test]
fn clauses_use_only_blocks_and_earlier_processes() {
    let mut violations = BTreeSet::new();
    for source in library() {
        let [top, own, ..] = source.module.as_slice() else {
            continue;
        };
        if top != "validation" {
            continue;
        }
        let allowed = CLAUSES
            .iter()
            .find(|(clause, _)| clause == own)
            .map(|(_, allowed)| *allowed);
        assert!(
            allowed.is_some() || COMMON.contains(&own.as_str()),
            "{}: a clause that the table does not know",
            source.name()
        );
        let may_use = |used: &str| {
            let allowed = allowed.unwrap_or_default();
            used == own
                || COMMON.contains(&used)
                || allowed.contains(&used)
                || allowed.contains(&BLOCKS) && BLOCK_FILES.contains(&used)
        };
        for path in source.paths() {
            let ["validation", used, ..] = path.iter().map(String::as_str).collect::<Vec<_>>()[..]
            else {
                continue;
            };
            let is_clause = CLAUSES.iter().any(|(clause, _)| *clause == used);
            if (is_clause || COMMON.contains(&used)) && !may_use(used) {
                violations.insert(format!("{}: {own} uses {used}", source.name()));
            }
        }
    }
    report(violations);
}

#[test]
fn binding_and_report_see_results_of_validation_only() {
    let mut violations = BTreeSet::new();
    for source in library() {
        if !matches!(
            source.module.first().map(String::as_str),
            Some("binding" | "report")
        ) {
            continue;
        }
        for path in source.paths() {
            let is_type = |name: &String| name.starts_with(char::is_uppercase);
            if path[0] == "validation" && !path.get(1).is_some_and(is_type) {
                violations.insert(format!("{}: {}", source.name(), path.join("::")));
            }
        }
    }
    report(violations);
}

#[test]
fn packages_are_named_behind_their_doors_only() {
    let mut violations = BTreeSet::new();
    for source in library() {
        for (package, doors) in DOORS {
            let own = source.module.first().unwrap();
            if names_package(&source.code, package) && !doors.contains(&own.as_str()) {
                violations.insert(format!("{}: {own} names {package}", source.name()));
            }
        }
    }
    report(violations);
}

#[test]
fn the_library_has_no_clock_no_files_and_no_network() {
    let mut violations = BTreeSet::new();
    for source in library() {
        for word in NOT_IN_THE_LIBRARY {
            if source.code.contains(word) {
                violations.insert(format!("{}: {word}", source.name()));
            }
        }
    }
    report(violations);
}

#[test]
fn files_and_functions_are_short() {
    let mut violations = BTreeSet::new();
    for folder in ["src", "cli", "tests", "benches", "examples"] {
        for file in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            let name = relative(&file);
            let lines = text.lines().count();
            if lines > LINES_OF_A_FILE {
                violations.insert(format!("{name}: {lines} lines"));
            }
            for (function, lines) in functions(&without_comments_and_literals(&text)) {
                if lines > LINES_OF_A_FUNCTION {
                    violations.insert(format!("{name}: fn {function} has {lines} lines"));
                }
            }
        }
    }
    report(violations);
}

#[test]
fn every_file_under_validation_names_its_clause() {
    let mut violations = BTreeSet::new();
    for file in rust_files(&root().join("src/validation")) {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().take_while(|line| line.starts_with("//! "));
        let documentation: String = lines.collect();
        if !["EN 319 102-1", "RFC "]
            .iter()
            .any(|standard| documentation.contains(standard))
        {
            violations.insert(relative(&file));
        }
    }
    report(violations);
}

fn report(violations: BTreeSet<String>) {
    let lines: Vec<String> = violations.into_iter().collect();
    assert!(
        lines.is_empty(),
        "{} violations:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// What `lib.rs` exports or defines, with the module it comes from.
fn root_names() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let code = without_comments_and_literals(&text);
    let mut names = Vec::new();
    for statement in code.split(';') {
        let Some((_, exported)) = statement.split_once("pub use ") else {
            continue;
        };
        let mut paths = Vec::new();
        read_tree(&mut exported.chars().peekable(), &[], &mut paths);
        let pairs = paths.into_iter();
        names.extend(pairs.map(|path| (path.last().unwrap().clone(), path[0].clone())));
    }
    // The root's own helper, which uses nothing.
    names.push(("hex".to_owned(), "lib".to_owned()));
    names
}

fn top_module(path: &[String], root: &[(String, String)]) -> Option<String> {
    let first = &path[0];
    let exported = root
        .iter()
        .find(|(name, _)| name == first)
        .map(|(_, module)| module.clone());
    let known = MODULES.iter().any(|(module, _)| module == first);
    exported.or_else(|| known.then(|| first.clone()))
}

#[test]
fn this_reader_of_sources_sees_what_it_should() {
    let code = without_comments_and_literals(
        "use crate::{a::b, c as d}; // crate::no\nfn f<'a>() { \"}\\\"\"; '}'; r#\"}\"#;\n super::super::e::g() }\n",
    );
    assert!(!code.contains("no") && !code.contains('"'), "{code}");
    assert_eq!(functions(&code), [("f".to_owned(), 2)]);
    let source = Source {
        file: root().join("src/x/y.rs"),
        module: vec!["x".to_owned(), "y".to_owned()],
        code,
    };
    let paths: Vec<String> = source.paths().iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["a::b", "c", "e::g"]);
    assert!(names_package("use ::zip::write", "zip") && names_package("ring::x", "ring"));
    assert!(!names_package("super::zip::write", "zip") && !names_package("string::x", "ring"));
}
