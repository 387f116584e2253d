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

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const BASICS: &[&str] = &["error", "limits", "time"];
const FORMATS: &[&str] = &["asn1", "crypto", "x509", "cms", "tsp", "ers"];

/// Each module with what it may use, from left to right: nothing uses what stands below it.
const MODULES: &[(&str, &[&[&str]])] = &[
    ("error", &[]),
    ("limits", &[]),
    ("time", &[]),
    ("asn1", &[BASICS]),
    ("crypto", &[BASICS, &["asn1"]]),
    ("x509", &[BASICS, &["asn1", "crypto"]]),
    ("cms", &[BASICS, &["asn1", "crypto", "x509"]]),
    ("tsp", &[BASICS, &["asn1", "crypto", "x509", "cms"]]),
    ("ers", &[BASICS, &["asn1", "crypto", "x509", "cms", "tsp"]]),
    // It cuts bytes and knows no ASN.1.
    ("container", &[&["error", "limits"]]),
    ("signature", &[BASICS, FORMATS, &["container"]]),
    ("evidence", &[BASICS, FORMATS, &["container", "signature"]]),
    ("trust", &[BASICS, &["asn1", "crypto", "x509"]]),
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
        &[BASICS, &["asn1", "x509", "trust", "validation"]],
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
                "validation",
                "binding",
            ],
            &["report"],
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
                "validation",
                "binding",
            ],
            &["report", "validator"],
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
    // 5.4, and the time-stamps of 5.6.3, which past signature validation judges.
    (
        "timestamp",
        &[BLOCKS, "basic_signature", "past_signature_validation"],
    ),
    ("evidence_record", &[BLOCKS, "timestamp"]),
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
    ("roxmltree", &["container"]),
    ("chrono", &["time"]),
    ("askama", &["report"]),
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

/// A file of the library without its tests.
struct Source {
    file: PathBuf,
    /// The path of its module, such as `["validation", "timestamp"]`.
    module: Vec<String>,
    /// Its code, comments and literals blanked out.
    code: String,
}

impl Source {
    fn name(&self) -> String {
        relative(&self.file)
    }

    /// Every path that starts with `crate` or `super`, from the root of the library.
    fn paths(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for start in ["crate::", "super::"] {
            for (position, _) in self.code.match_indices(start) {
                let before = self.code[..position].chars().next_back();
                if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                    read_tree(
                        &mut self.code[position..].chars().peekable(),
                        &[],
                        &mut found,
                    );
                }
            }
        }
        found
            .into_iter()
            .map(|path| self.resolve(path))
            .filter(|path| !path.is_empty())
            .collect()
    }

    fn resolve(&self, path: Vec<String>) -> Vec<String> {
        let mut absolute = if path[0] == "crate" {
            Vec::new()
        } else {
            self.module.clone()
        };
        for segment in path {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(absolute.pop()),
                _ => absolute.push(segment),
            }
        }
        absolute
    }
}

/// Reads `a::b::{c, d::e}` into its paths.
fn read_tree(
    text: &mut std::iter::Peekable<std::str::Chars<'_>>,
    prefix: &[String],
    found: &mut Vec<Vec<String>>,
) {
    let mut path = prefix.to_vec();
    loop {
        while text.next_if(|c| c.is_whitespace()).is_some() {}
        if text.next_if_eq(&'{').is_some() {
            while text.peek().is_some_and(|c| *c != '}') {
                read_tree(text, &path, found);
                while text.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
            }
            text.next();
            return;
        }
        let mut segment = String::new();
        while let Some(c) = text.next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '*') {
            segment.push(c);
        }
        if segment.is_empty() {
            // A use that this reader does not know must not hang it.
            text.next();
        } else {
            path.push(segment);
        }
        if text.next_if_eq(&':').is_none() || text.next_if_eq(&':').is_none() {
            skip_alias(text);
            found.push(path);
            return;
        }
    }
}

/// Passes over `as name`.
fn skip_alias(text: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut look = text.clone();
    let rest: String = look.by_ref().take(4).collect();
    if rest == " as " {
        text.nth(3);
        while text.next_if(|c| c.is_alphanumeric() || *c == '_').is_some() {}
    }
}

fn library() -> Vec<Source> {
    let folder = root().join("src");
    let files = rust_files(&folder).into_iter();
    let is_test = |file: &PathBuf| {
        let inside = file.strip_prefix(&folder).unwrap();
        inside
            .iter()
            .any(|part| part == "tests" || part == "tests.rs")
    };
    let sources: Vec<Source> = files
        .filter(|file| !is_test(file))
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let code = without_comments_and_literals(&text);
            // Unit tests stand last and may use anything.
            let code = code
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap()
                .to_owned();
            let inside = file.strip_prefix(&folder).unwrap().with_extension("");
            let parts = inside.iter().map(|part| part.to_str().unwrap().to_owned());
            let module = parts.filter(|part| part != "mod").collect();
            Source { module, code, file }
        })
        .collect();
    assert!(
        sources.len() > 50,
        "the sources are not where this test looks"
    );
    sources
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

fn names_package(code: &str, package: &str) -> bool {
    let path = format!("{package}::");
    code.match_indices(&path).any(|(position, _)| {
        let before: String = code[..position].chars().rev().take(2).collect();
        // `::zip` is the package where a module has its name; `super::zip` is that module.
        let is_word = before.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_member = before == "::" && {
            let earlier = code[..position - 2].chars().next_back();
            earlier.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        !is_word && !is_member
    })
}

/// Names and lengths of the functions in `code`, which holds no comments and no literals.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (position, _) in code.match_indices("fn ") {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[position..];
        let name = rest[3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let (mut depth, mut end) = (0_usize, None);
        for (offset, c) in rest.char_indices() {
            match c {
                ';' if depth == 0 => break,
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && c == '}' {
                        end = Some(offset);
                        break;
                    }
                }
                _ => {}
            }
        }
        found.extend(end.map(|end| (name, rest[..=end].lines().count())));
    }
    found
}

/// The same text with every comment, string and character blanked out, line by line.
fn without_comments_and_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        if hidden == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..hidden].chars().filter(|c| *c == '\n'));
            code.push(' ');
            rest = &rest[hidden..];
        }
    }
    code.replace("\n ", "\n")
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How much of `rest` is a comment or a literal that starts here.
fn hidden_length(rest: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(raw) = rest
        .strip_prefix('r')
        .filter(|_| !in_word || before == Some('b'))
    {
        let hashes = raw.chars().take_while(|c| *c == '#').count();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = 1 + hashes + 1;
            return rest[start..]
                .find(&close)
                .map_or(rest.len(), |end| start + end + close.len());
        }
    }
    let quote = match rest.chars().next() {
        Some('"') => '"',
        // A lifetime has no closing quote after one character.
        Some('\'') if rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'') => '\'',
        _ => return 0,
    };
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return offset + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(file: &Path) -> String {
    file.strip_prefix(root()).unwrap().display().to_string()
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
