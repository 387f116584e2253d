//! What a file is and holds, against what validation finds in it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::limits::Limits;
use sigill::report::{
    InspectedSignature, Inspection, Options, Report, SignatureReport, html, json, text,
};
use sigill::validation::Language;
use support::cases::{self, Case};

fn inspect(case: &Case) -> Inspection {
    sigill::inspect(&case.bytes().into(), "", &Limits::default())
}

/// Everything about a signature that needs no judgement.
fn facts(id: &str, format: &str, level: String, claimed: Option<sigill::UnixTime>) -> String {
    format!("{id} {format} {level} {claimed:?}")
}

fn of_report(report: &SignatureReport) -> Vec<String> {
    let own = facts(
        &report.id,
        report.format.name(),
        report.level.to_string(),
        report.claimed_signing_time,
    );
    let inner = report.counter_signatures.iter().flat_map(of_report);
    std::iter::once(own).chain(inner).collect()
}

fn of_inspection(inspected: &InspectedSignature) -> Vec<String> {
    let own = facts(
        &inspected.id,
        inspected.format.name(),
        inspected.level.to_string(),
        inspected.claimed_signing_time,
    );
    let inner = inspected.counter_signatures.iter().flat_map(of_inspection);
    std::iter::once(own).chain(inner).collect()
}

/// A case with a password or with content beside it can be told less of.
fn is_complete(case: &Case, report: &Report) -> bool {
    report.error.is_none()
        && cases::text_of(&case.id).lines().all(|line| {
            !["password", "detached"]
                .iter()
                .any(|word| line.starts_with(word))
        })
}

#[test]
fn a_file_holds_what_validation_finds_in_it() {
    let mut compared = 0;
    for case in cases::all() {
        let (report, inspection) = (case.judge(&case.policy()), inspect(&case));
        if !is_complete(&case, &report) {
            continue;
        }
        compared += 1;
        let id = &case.id;
        assert!(inspection.error.is_none(), "{id}");
        assert_eq!(
            inspection.document.container, report.document.container,
            "{id}"
        );
        assert_eq!(inspection.document.sha256, report.document.sha256, "{id}");
        let expected: Vec<String> = report.signatures.iter().flat_map(of_report).collect();
        let found: Vec<String> = inspection
            .signatures
            .iter()
            .flat_map(of_inspection)
            .collect();
        assert_eq!(found, expected, "{id}");
        for (found, expected) in inspection.signatures.iter().zip(&report.signatures) {
            assert_eq!(found.coverage, expected.coverage, "{id}");
            let times = found.timestamps.iter();
            let times = times.map(|one| one.token.as_ref().ok().map(|token| token.time));
            let stated = expected.timestamps.iter().map(|one| one.time);
            assert!(times.eq(stated), "{id}");
        }
        let digests = inspection.timestamps.iter();
        let digests = digests.map(|one| one.token.as_ref().ok().map(|token| token.sha256));
        assert!(
            digests.eq(report.timestamps.iter().map(|one| one.sha256)),
            "{id}"
        );
        // Records beside the file are none of what it holds.
        assert!(
            inspection.evidence_records.len() <= report.evidence_records.len(),
            "{id}"
        );
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn what_cannot_be_read_has_the_error_of_validation() {
    let mut unreadable = 0;
    for case in cases::all() {
        let (report, inspection) = (case.judge(&case.policy()), inspect(&case));
        if let (Some(expected), true) = (&report.error, case.id.starts_with("robustness")) {
            unreadable += 1;
            let found = inspection.error.map(|error| error.kind());
            assert_eq!(found, Some(expected.kind()), "{}", case.id);
        }
    }
    assert!(unreadable > 3, "{unreadable}");
    let nothing = sigill::inspect(&bytes::Bytes::new().into(), "", &Limits::default());
    assert!(nothing.error.is_some());
}

#[test]
fn containers_pdfs_and_evidence_are_told_in_words_of_both_languages() {
    let told = |id: &str, language| {
        let options = Options {
            language,
            ..Options::default()
        };
        text::inspection_to_text(&inspect(&Case::named(id)), &options)
    };
    let pdf = told("pades/b-lta-rsa", Language::English);
    for words in [
        ": PDF\n",
        "Revisions",
        "Signature S-1: PAdES",
        "B-LTA",
        "RSA-PKCS1 with sha256",
        "revision 2 of 4",
        "Time-stamp T-1: the document up to here",
        "CN=Sigill Fixture TSA",
        "Revocation lists",
        "OCSP responses",
        "not revoked",
        "see sigill validate",
    ] {
        let line: Vec<&str> = pdf.split_whitespace().collect();
        let line = line.join(" ");
        let words = words.trim_end_matches('\n');
        assert!(line.contains(words), "{words}: {pdf}");
    }
    let container = told("asic/e-lta-renewed-2040", Language::Swedish);
    for words in [
        "ASiC-E-behållare",
        "Innehåller",
        "META-INF/",
        "Underskrift S-1: CAdES",
    ] {
        assert!(container.contains(words), "{words}: {container}");
    }
    let record = told("asic/e-record-renewed-2040", Language::English);
    for words in ["Evidence record E-1", "Archive time-stamps", "sha256"] {
        assert!(record.contains(words), "{words}: {record}");
    }
}

#[test]
fn nothing_is_judged_and_the_same_file_gives_the_same_bytes() {
    let case = Case::named("pades/b-lta-rsa");
    let written = |inspection: &Inspection| {
        let options = Options::default();
        [
            json::inspection_to_json(inspection, &options),
            text::inspection_to_text(inspection, &options),
            html::inspection_to_html(inspection, &options),
        ]
    };
    let all = written(&inspect(&case));
    assert_eq!(all, written(&inspect(&case)));
    for text in all {
        for verdict in ["PASSED", "FAILED", "INDETERMINATE", "indication"] {
            assert!(!text.contains(verdict), "{verdict}: {text}");
        }
    }
}
