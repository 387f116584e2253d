//! No output shows the number of any person, whoever wrote it and in whatever notation.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::archive::{self, Delivery, Party, SealedContent, layout};
use sigill::asn1::oid;
use sigill::binding::personal_number;
use sigill::container::asic::AsicContainer;
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::register::RegisterExtract;
use sigill::report::json::Salt;
use sigill::report::{
    self, Failure, JudgedCertificate, NeedsSection, Options, PersonalIdentifiers, PublicReport,
    SealReport, SealedEnvelope, html, json, text, xml,
};
use sigill::validation::Language;
use sigill::x509::Certificate;
use sigill::{Bytes, Document, Evidence, Policy, Report, UnixTime, Validator};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use support::cases::{self, Case};
use support::tsa::Authority;
use support::{fixture, time, trust};

/// Every case with its report.
fn reports() -> impl Iterator<Item = (String, Report)> {
    cases::all().into_iter().map(|case| {
        let report = case.judge_with_outlook();
        (case.id, report)
    })
}

type Writer = fn(&Report, &Options) -> String;

const WRITERS: [(&str, Writer); 4] = [
    ("json", json::to_json),
    ("text", text::to_text),
    ("html", html::to_html),
    ("xml", xml::to_xml),
];

/// Every file of certificates of the fixtures' PKI.
fn files() -> Vec<Vec<u8>> {
    let files = fs::read_dir(fixture("pki")).unwrap().flatten();
    let mut paths: Vec<_> = files.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pem"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn certificates() -> Vec<Certificate> {
    let read = |file: Vec<u8>| Certificate::read_all(&file.into());
    files().into_iter().flat_map(read).flatten().collect()
}

/// The identifiers of all persons: what stands in serialNumber, except HSA-IDs, which are shown.
fn numbers() -> BTreeSet<String> {
    let certificates = certificates();
    let serials = certificates
        .iter()
        .flat_map(|certificate| certificate.subject.all(&oid::SERIAL_NUMBER));
    let mut numbers: BTreeSet<String> = serials
        .filter(|text| !text.starts_with("SE") && !text.starts_with("TSTNMT"))
        .map(|text| {
            let own = text.split_once('-').or_else(|| text.split_once(':'));
            own.map_or(text, |(_, own)| own).to_owned()
        })
        .collect();
    // Those in the authentication contexts, and the holder of a mandate.
    let others = ["02635542Y", "FIXTUR00A00A000A", "195006262546"];
    numbers.extend(others.map(str::to_owned));
    numbers
}

/// A number in every notation that is in use.
fn notations(number: &str) -> Vec<String> {
    let is_swedish = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_swedish {
        return vec![number.to_owned(), number.to_lowercase()];
    }
    let (date, ending) = number.split_at(8);
    let mut all = vec![number.to_owned(), number[2..].to_owned()];
    for between in ["-", "+", " ", "\u{2011}", "–", "&#x2d;", "&#45;"] {
        all.push(format!("{date}{between}{ending}"));
        all.push(format!("{}{between}{ending}", &date[2..]));
    }
    all
}

fn all_notations() -> Vec<String> {
    let numbers = numbers();
    assert!(numbers.len() >= 8, "{numbers:?}");
    numbers
        .iter()
        .flat_map(|number| notations(number))
        .collect()
}

#[test]
fn what_a_file_holds_shows_no_number() {
    let notations = all_notations();
    type Writer = fn(&report::Inspection, &Options) -> String;
    let writers: [(&str, Writer); 3] = [
        ("json", json::inspection_to_json),
        ("text", text::inspection_to_text),
        ("html", html::inspection_to_html),
    ];
    let mut shown = 0;
    for case in cases::all() {
        let inspection = sigill::inspect(&case.bytes().into(), "", &Limits::default());
        for (format, write) in writers {
            for language in [Language::Swedish, Language::English] {
                let written = write(&inspection, &options(language));
                assert_shows_none(&format!("{format} of {}", case.id), &written, &notations);
            }
        }
        let everything = Options {
            personal_identifiers: PersonalIdentifiers::Shown,
            ..Options::default()
        };
        let all = text::inspection_to_text(&inspection, &everything);
        let names = notations.iter().any(|notation| shows(&all, notation));
        shown += usize::from(names);
    }
    assert!(shown > 10, "only where they are wanted, in {shown} files");
}

fn options(language: Language) -> Options {
    Options {
        language,
        needs: NeedsSection::Listed,
        ..Options::default()
    }
}

fn assert_shows_none(what: &str, written: &str, notations: &[String]) {
    for notation in notations {
        assert!(!shows(written, notation), "{what} shows {notation}");
    }
}

/// Swedish numbers anywhere; others as a word, for some are mere zeros, which digests hold too.
fn shows(written: &str, notation: &str) -> bool {
    if is_swedish(&notation.replace(|c: char| !c.is_ascii_digit(), "")) {
        return written.contains(notation);
    }
    let is_end = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    written.match_indices(notation).any(|(at, _)| {
        is_end(written[..at].chars().next_back())
            && is_end(written[at + notation.len()..].chars().next())
    })
}

fn is_swedish(digits: &str) -> bool {
    personal_number::mask(digits) != digits
}

/// Those that are known for what they are wherever they stand.
fn swedish_notations() -> Vec<String> {
    let mut all = all_notations();
    all.retain(|notation| personal_number::mask(notation) != *notation);
    assert!(all.len() > 30, "{all:?}");
    all
}

const LANGUAGES: [Language; 2] = [Language::English, Language::Swedish];

#[test]
fn no_report_shows_a_number() {
    let notations = all_notations();
    let names = swedish_notations();
    let mut outputs = 0;
    let mut summary = sigill::report::Summary::default();
    for (id, report) in reports() {
        let report = report.named(format!("{} till {}.pdf", names[0], names[2]));
        for language in LANGUAGES {
            for (format, write) in WRITERS {
                let written = write(&report, &options(language));
                assert_shows_none(&format!("{id} {format}"), &written, &notations);
                outputs += 1;
            }
        }
        let binding = json::binding_to_json(&report, &Options::default());
        assert_shows_none(&format!("{id} binding"), &binding, &notations);
        let rows = sigill::report::rows(&report, &Options::default());
        let written = serde_json::to_string(&rows).unwrap();
        assert_shows_none(&format!("{id} rows"), &written, &notations);
        summary.add(&rows, sigill::report::Judged::Now);
    }
    let page = summary.to_html(&Options::default());
    assert_shows_none("the summary", &page, &notations);
    println!("{outputs} reports, {} notations", notations.len());
}

#[test]
fn numbers_are_found_where_they_are_asked_for() {
    let notations = all_notations();
    let shown = Options {
        personal_identifiers: PersonalIdentifiers::Shown,
        ..Options::default()
    };
    let found = reports().any(|(_, report)| {
        let written = text::to_text(&report, &shown);
        notations.iter().any(|notation| written.contains(notation))
    });
    assert!(found, "the search finds nothing");
}

#[test]
fn no_verdict_on_a_certificate_shows_a_number() {
    let notations = all_notations();
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let at = time("2026-02-01T00:00:00Z");
    let mut evidence = Evidence::default();
    for file in files() {
        evidence.add(file.into());
    }
    for certificate in certificates() {
        let report = validator.validate_certificate(&certificate, &evidence, &policy.path, at);
        let subject = certificate.subject.to_string();
        let judged = JudgedCertificate {
            path: Some(format!("{}.pem", swedish_notations()[1])),
            sha256: Some(*certificate.sha256()),
            validation_time: at,
            outcome: Ok((Arc::new(certificate), report)),
        };
        for language in LANGUAGES {
            for write in [
                json::certificate_to_json,
                text::certificate_to_text,
                html::certificate_to_html,
            ] {
                assert_shows_none(&subject, &write(&judged, &options(language)), &notations);
            }
        }
    }
}

#[test]
fn no_report_on_sealing_shows_a_number() {
    let notations = swedish_notations();
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let unreadable = |name: &str| -> Report {
        let error = sigill::Error::NotRecognised;
        let report =
            validator.unreadable(sigill::Bytes::new(), error, time("2026-02-01T00:00:00Z"));
        report.named(name)
    };
    for notation in &notations {
        let name = format!("beslut {notation}.pdf");
        let sealed = SealReport {
            envelope: Some(SealedEnvelope {
                path: Some(format!("arkiv/{name}.asice")),
                sha256: [0; 32],
            }),
            document: unreadable(&name).document,
            public_report: Some(PublicReport {
                path: Some(format!("offentligt/{name}.json")),
                sha256: [0; 32],
                belongs: true,
            }),
            tsa_calls: 1,
            provable_until: None,
            error: None,
        };
        let refused = SealReport {
            envelope: None,
            error: Some(Failure {
                kind: "exists",
                message: format!("{name} is there already"),
            }),
            ..sealed.clone()
        };
        for report in [&sealed, &refused] {
            for language in LANGUAGES {
                let options = options(language);
                assert_shows_none(&name, &json::seal_to_json(report, &options), &notations);
                assert_shows_none(&name, &text::seal_to_text(report, &options), &notations);
            }
        }
        let report = unreadable(&name);
        for (format, write) in WRITERS {
            assert_shows_none(format, &write(&report, &Options::default()), &notations);
        }
    }
}

/// Whatever stands in an envelope beside the document shows none, but for the full report; and
/// of that the public one is an extract.
#[test]
fn no_envelope_shows_a_number_but_in_its_full_report() {
    let notations = all_notations();
    let number = swedish_notations().remove(0);
    let (mut envelopes, mut full_reports_with_numbers) = (0, 0);
    for case in cases::all() {
        let Some(envelope) = sealed(&case, &number) else {
            continue;
        };
        envelopes += 1;
        let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
        for member in &container.members {
            let is_text = [".json", ".toml", ".txt"]
                .iter()
                .any(|end| member.name.ends_with(end));
            if !is_text || layout::is_document(member) {
                continue;
            }
            let text = String::from_utf8(member.content.to_vec()).unwrap();
            match member.name == layout::FULL_REPORT {
                true => {
                    let shows = notations.iter().any(|notation| shows(&text, notation));
                    full_reports_with_numbers += usize::from(shows);
                }
                false => {
                    assert_shows_none(&format!("{} {}", case.id, member.name), &text, &notations)
                }
            }
        }
        let public = archive::public_report(&envelope, &Limits::default()).unwrap();
        assert_shows_none(&format!("{} public report", case.id), &public, &notations);
    }
    println!("{envelopes} envelopes, {full_reports_with_numbers} full reports with numbers");
    assert!(envelopes > 300 && full_reports_with_numbers > 10);
}

/// The envelope of a case with a full report, if it can be sealed. The number is in its name.
fn sealed(case: &Case, number: &str) -> Option<Bytes> {
    let (trust, policy, at) = (case.anchors(), case.policy(), time("2026-02-01T00:00:00Z"));
    let validator = Validator::new(&trust, &policy);
    let document = case.document().ok()?;
    let evidence = case.evidence(&document);
    let report = validator.validate(&document, &evidence, at);
    let name = format!("{number} {}", case.input);
    let content = SealedContent {
        document: &document,
        name: &name,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report.named(&name),
        full_report: Some(Salt::new([7; Salt::LENGTH])),
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).ok()?;
    let token = Authority::archive().answer(&pending.request(1), at);
    let envelope = Bytes::from(pending.complete(&token).unwrap());
    let checked = archive::check(&envelope, &validator, &evidence, at).ok()?;
    let summary = checked.envelope.unwrap();
    assert!(summary.is_intact(), "{}: {:?}", case.id, summary.tampered);
    Some(envelope)
}

#[test]
fn no_error_of_a_register_shows_a_number() {
    let notations = swedish_notations();
    let heading = r#""format":"sigill-register/1","source":"x","as_of":"2026-01-01""#;
    for notation in &notations {
        let rows = [
            format!(r#""kind":"mandates","rows":[{{"person_ref":"{notation}"}}]"#),
            format!(
                r#""kind":"mandates","rows":[{{"person_ref":"{notation}","organisation":"2021006883","role":"x","from":"2026-01-01","decision":"y"}}]"#
            ),
            format!(r#""kind":"{notation}","rows":[]"#),
            format!(r#""kind":"organisations","rows":[{{"{notation}":1}}]"#),
            format!(
                r#""kind":"organisations","rows":[{{"number":"{notation}","name":"x","from":"2026-01-01"}}]"#
            ),
            format!(r#""kind":"organisations","rows":[{{"number":{{"{notation}":1}}}}]"#),
            format!(r#""kind":"organisations","rows":["{notation}"]"#),
            format!(
                r#""kind":"directory","rows":[{{"hsa_id":"{notation}","organisation":"2021006883","from":"2026-01-01"}}]"#
            ),
        ];
        for row in rows {
            let text = format!("{{{heading},{row}}}");
            let error =
                RegisterExtract::read(&text.clone().into(), &Limits::default()).unwrap_err();
            let told = format!("{error} {error:?}");
            assert_shows_none(&text, &told, &notations);
        }
    }
}

#[test]
fn registers_of_the_fixtures_hold_no_number() {
    let notations = all_notations();
    let folder: &Path = &fixture("registers");
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let bytes = fs::read(entry.path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let name = entry.file_name().to_string_lossy().into_owned();
        assert_shows_none(&name, &text, &notations);
    }
}

/// Everything in a package but the envelope itself, and every form of a replay.
#[test]
fn no_package_and_no_replay_shows_a_number() {
    let notations = all_notations();
    let name = format!("beslut {}.p7m", swedish_notations()[0]);
    let mut tried = 0;
    for case in cases::all() {
        if !case.id.starts_with("binding/") {
            continue;
        }
        let Ok(document) = case.document() else {
            continue;
        };
        let (trust, policy) = (case.anchors(), case.policy());
        let validator = Validator::new(&trust, &policy);
        let envelope = sealed_as(&document, &name, &validator, case.time());
        let late = time("2061-06-01T00:00:00Z");
        let nothing = Evidence::default();
        let replay = archive::replay(&envelope, &validator, &nothing, late).unwrap();
        let delivery = Delivery {
            created: late,
            submitter: Party {
                name: name.clone(),
                code: None,
            },
            creator: None,
            archive: None,
            agreement: None,
            schemas: Vec::new(),
            language: Language::Swedish,
        };
        let limits = Limits::default();
        let package = archive::export(&envelope, &name, &replay.now, &delivery, &limits).unwrap();
        for (path, content) in &package.files {
            if !path.starts_with("representations/rep1/data/") {
                let text = std::str::from_utf8(content).unwrap();
                assert_shows_none(&format!("{} {path}", case.id), text, &notations);
            }
        }
        for language in LANGUAGES {
            let writers = [
                report::replay::to_json,
                text::replay_to_text,
                html::replay_to_html,
            ];
            for write in writers {
                let written = write(&replay, &options(language));
                assert_shows_none(&case.id, &written, &notations);
            }
        }
        tried += 1;
    }
    println!("{tried} envelopes");
    assert!(tried >= 10);
}

fn sealed_as(document: &Document, name: &str, validator: &Validator<'_>, at: UnixTime) -> Bytes {
    let evidence = Evidence::from(document);
    let report = validator.validate(document, &evidence, at);
    let content = SealedContent {
        document,
        name,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator,
        report: &report,
        full_report: None,
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
    let token = Authority::archive().answer(&pending.request(1), at);
    Bytes::from(pending.complete(&token).unwrap())
}
