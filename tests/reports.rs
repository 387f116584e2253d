//! Every format of the report on every fixture: valid, masked, and in the language that was asked
//! for. That it is the same each time is in `tests/determinism.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::report::explain::Word;
use sigill::report::{NeedsSection, Options, html, json, text, xml};
use sigill::validation::{Language, Rule};
use sigill::{Document, Evidence, Policy, Report, Validator};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::cases;
use support::{read, time, trust};

/// Every case with its report.
fn reports() -> Vec<(String, Report)> {
    let judged = cases::all().into_iter().map(|case| {
        let report = case.judge_with_outlook().named(&case.input);
        (case.id, report)
    });
    judged.collect()
}

type Writer = fn(&Report, &Options) -> String;

const WRITERS: [(&str, Writer); 4] = [
    ("json", json::to_json),
    ("text", text::to_text),
    ("html", html::to_html),
    ("xml", xml::to_xml),
];

fn listing(language: Language) -> Options {
    Options {
        language,
        needs: NeedsSection::Listed,
        ..Options::default()
    }
}

#[test]
fn every_format_is_masked() {
    let reports = reports();
    assert!(reports.len() > 100, "the fixtures are incomplete");
    for (id, report) in &reports {
        for language in [Language::English, Language::Swedish] {
            for (format, write) in WRITERS {
                let written = write(report, &listing(language));
                for number in ["191212121212", "1212121212", "121212-1212"] {
                    assert!(!written.contains(number), "{id} {format} shows {number}");
                }
            }
        }
    }
}

#[test]
fn the_hash_of_the_policy_is_in_every_format() {
    let hash = Policy::default().sha256();
    let (_, report) = &reports()[0];
    for (format, write) in WRITERS {
        assert!(
            write(report, &Options::default()).contains(&hash),
            "{format}"
        );
    }
}

/// English words that no detail may hold in a Swedish report.
const ENGLISH: [&str; 14] = [
    " the ",
    " is ",
    " not ",
    " of ",
    " by ",
    " was ",
    " that ",
    " made ",
    " and ",
    " at ",
    " certificate ",
    " response ",
    " signed",
    " ends ",
];

#[test]
fn swedish_reports_are_in_swedish() {
    let mut english = BTreeSet::new();
    for (id, report) in reports() {
        let written = text::to_text(&report, &listing(Language::Swedish));
        for line in written.lines() {
            if ENGLISH.iter().any(|word| line.contains(word)) {
                english.insert(format!("{id}: {}", line.trim()));
            }
        }
    }
    let lines: Vec<String> = english.into_iter().collect();
    assert!(
        lines.is_empty(),
        "{} lines:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn a_role_is_told_with_the_issuer_who_states_it() {
    let role_of = |case: &str, language| {
        let report = cases::Case::named(case).judge_with_outlook();
        let written = text::to_text(&report, &listing(language));
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let by_attribute_certificate = role_of("cades/certified-role-v2", Language::English);
    let by_certificate = role_of("binding/siths-hcc", Language::English);
    let issuer = "stated by the issuer of the certificate";
    let authority = "stated by the issuer of an attribute certificate";
    assert!(by_attribute_certificate.contains(authority));
    assert!(!by_attribute_certificate.contains(issuer));
    assert!(by_certificate.contains(issuer) && !by_certificate.contains(authority));
    let in_swedish = role_of("cades/certified-role-v2", Language::Swedish);
    assert!(in_swedish.contains("enligt utfärdaren av ett attributcertifikat"));
}

#[test]
fn html_draws_a_timeline_of_what_is_known() {
    for (id, report) in reports() {
        let page = html::to_html(&report, &Options::default());
        let drawn = page.matches("<figure").count();
        assert_eq!(drawn, report.signatures.len(), "{id}");
        assert!(
            !page.contains("http-equiv") && !page.contains("src="),
            "{id}"
        );
        assert!(roxmltree::Document::parse(&svg_of(&page)).is_ok(), "{id}");
    }
}

/// The drawings of a page as one XML document.
fn svg_of(page: &str) -> String {
    let drawings = page.split("<svg").skip(1).map(|rest| {
        let (drawing, _) = rest.split_once("</svg>").unwrap();
        format!("<svg{drawing}</svg>")
    });
    format!("<all>{}</all>", drawings.collect::<String>())
}

#[test]
fn references_in_xml_reports_lead_somewhere() {
    for (id, report) in reports() {
        let text = xml::to_xml(&report, &Options::default());
        let document =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut ids = BTreeSet::new();
        for node in document.descendants() {
            if let Some(own) = node.attribute("id") {
                assert!(ids.insert(own), "{id}: {own} stands twice");
            }
        }
        for node in document.descendants() {
            for reference in node
                .attribute("VOReference")
                .iter()
                .flat_map(|list| list.split(' '))
            {
                assert!(ids.contains(reference), "{id}: {reference} leads nowhere");
            }
        }
        let said = document.descendants().filter(|node| {
            node.has_tag_name((
                "http://uri.etsi.org/19102/v1.4.1#",
                "SignatureValidationReport",
            ))
        });
        let judged = report.signatures.iter();
        let judged = judged.flat_map(|signature| signature.with_counter_signatures());
        assert_eq!(said.count(), judged.count().max(1), "{id}");
    }
}

/// Where the schemas of TS 119 102-2 are: they are not part of the project. A folder that is named
/// and does not hold them is a fault, as is a missing xmllint.
fn schemas() -> Option<PathBuf> {
    let has_schema = |folder: &PathBuf| folder.join("1910202xmlSchema.xsd").exists();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/ts_119102-2");
    let Some(named) = std::env::var_os("SIGILL_SCHEMAS").map(PathBuf::from) else {
        return Some(beside).filter(has_schema);
    };
    assert!(has_schema(&named), "no schema in {}", named.display());
    Some(named)
}

#[test]
fn xml_reports_are_valid_against_the_schema() {
    let Some(schemas) = schemas() else {
        println!("no schemas of TS 119 102-2 here: nothing was checked");
        return;
    };
    let folder = tempfile_folder();
    let mut files = Vec::new();
    let mut last = String::new();
    for (id, report) in reports() {
        for (name, language) in [("en", Language::English), ("sv", Language::Swedish)] {
            let file = folder.join(format!("{}-{name}.xml", id.replace('/', "-")));
            last = xml::to_xml(&report, &listing(language));
            fs::write(&file, &last).unwrap();
            files.push(file);
        }
    }
    let (valid, wrong) = validate_by_schema(&schemas, &files);
    println!("xml: {valid} of {} reports are valid", files.len());
    assert_eq!(valid, files.len(), "{wrong}");
    let broken = folder.join("broken.xml");
    fs::write(&broken, last.replace("MainIndication", "MainConclusion")).unwrap();
    let (valid, _) = validate_by_schema(&schemas, &[broken]);
    assert_eq!(valid, 0, "the schema is not applied");
    fs::remove_dir_all(folder).unwrap();
}

/// How many files are valid, and what else xmllint says.
fn validate_by_schema(schemas: &Path, files: &[PathBuf]) -> (usize, String) {
    let output = Command::new("xmllint")
        .env("XML_CATALOG_FILES", schemas.join("catalog.xml"))
        .args(["--nonet", "--noout", "--schema"])
        .arg(schemas.join("1910202xmlSchema.xsd"))
        .args(files)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let (valid, wrong): (Vec<&str>, Vec<&str>) =
        told.lines().partition(|line| line.ends_with(" validates"));
    (valid.len(), wrong.join("\n"))
}

fn tempfile_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sigill-reports-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn every_word_of_a_report_is_explained_in_both_languages() {
    let mut texts = BTreeSet::new();
    for word in Word::all() {
        for language in [Language::English, Language::Swedish] {
            let text = word.text(language);
            assert!(text.starts_with(word.name()), "{text}");
            assert!(text.lines().count() >= 6, "{text}");
            assert!(texts.insert(text.clone()), "{text} stands twice");
            assert!(!word.summary(language).is_empty());
        }
        assert_eq!(Word::named(word.name()), Some(word));
        assert_eq!(
            Word::named(&word.name().to_lowercase().replace('_', "-")),
            Some(word)
        );
    }
    assert_eq!(Word::all().count(), Rule::ALL.len() + 25);
    assert_eq!(Word::named("nothing of the kind"), None);
    let nearest = |name| Word::nearest(name).into_iter().map(Word::name).next();
    assert_eq!(nearest("not-revokd"), Some("not-revoked"));
    assert_eq!(nearest("TRYLATER"), Some("TRY_LATER"));
    assert_eq!(nearest("anchor-in"), Some("trust-anchor-in-force"));
}

#[test]
fn the_default_policy_file_is_the_default_policy_and_cites_a_source_for_every_line() {
    let file = Policy::DEFAULT_FILE;
    assert_eq!(Policy::from_toml(file).unwrap(), Policy::default());
    let written: toml::Table = file.parse().unwrap();
    let mut whole: toml::Table = Policy::default().to_toml().parse().unwrap();
    whole
        .remove("suite")
        .expect("its rows name their own sources");
    assert_eq!(written, whole, "every constraint stands in the file");
    let mut comment = String::new();
    for line in file.lines() {
        if line.starts_with('#') {
            comment.push_str(line);
            continue;
        }
        if line.contains('=') {
            let cited = format!(
                "{comment} {}",
                line.split_once('#').map_or("", |(_, own)| own)
            );
            let cites = ["EN 319 102-1", "RFC ", "ISO 32000", "TS 119", "EU DSS"];
            assert!(
                cites.iter().any(|source| cited.contains(source)),
                "{line}: no source"
            );
        }
        comment.clear();
    }
}

#[test]
fn what_is_missing_says_whether_it_can_still_be_had() {
    let case = "cases/pades/b-b-rsa/input.pdf";
    let document = Document::read(read(case)).unwrap();
    let evidence = Evidence::from(&document);
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let object = |at: &str| {
        let report = validator.validate_with_outlook(&document, &evidence, time(at));
        let written = json::to_json(&report, &listing(Language::English));
        serde_json::from_str::<serde_json::Value>(&written).unwrap()
    };
    let early = object("2026-02-01T00:00:00Z");
    let needs = early["needs"].as_array().unwrap();
    let of = |kind: &str| needs.iter().find(|need| need["kind"] == kind).unwrap();
    assert_eq!(of("revocation-data")["obtainable"], "until");
    assert_eq!(of("revocation-data")["weight"], "future");
    assert!(!of("revocation-data")["urls"].as_array().unwrap().is_empty());
    let end = &early["signatures"][0]["provable_until"];
    assert_eq!(&of("proof-of-existence")["until"], end);
    assert_eq!(
        end,
        &early["signatures"][0]["signing_certificate"]["not_after"]
    );

    let late = object("2060-01-01T00:00:00Z");
    assert_eq!(late["signatures"][0]["indication"], "INDETERMINATE");
    let needs = late["needs"].as_array().unwrap();
    let of = |kind: &str| needs.iter().find(|need| need["kind"] == kind).unwrap();
    assert_eq!(of("proof-of-existence")["obtainable"], "never");
    assert_eq!(of("revocation-data")["obtainable"], "copies-only");
    assert_eq!(needs[0]["weight"], "verdict");
}

#[test]
fn the_outlook_is_where_the_verdict_falls() {
    for case in [
        "pades/b-b-rsa",
        "pades/b-t-rsa",
        "pades/b-lt-rsa",
        "pades/b-lta-rsa",
    ] {
        let document = Document::read(read(&format!("cases/{case}/input.pdf"))).unwrap();
        let evidence = Evidence::from(&document).with(read("pki/revocation/root.crl"));
        let (trust, policy) = (trust(), Policy::default());
        let validator = Validator::new(&trust, &policy);
        let now = time("2026-02-01T00:00:00Z");
        let report = validator.validate_with_outlook(&document, &evidence, now);
        let end = report.signatures[0].provable_until.unwrap();
        let passes = |seconds: i64| {
            let at = sigill::UnixTime(end.0 + seconds);
            let report = validator.validate(&document, &evidence, at);
            report.signatures[0].conclusion.indication.is_passed()
        };
        println!("{case}: {end}");
        assert!(passes(-1) && !passes(1), "{case}: {end}");
    }
}
