//! ASiC containers with CAdES and evidence records of the EU DSS test suite: do we find what that
//! suite asserts? Says so and passes where `../shared/corpus` is not at hand.
//!
//! Disagreements stand with their reasons in `tests/dss_asic_disagreements.toml`; one that has
//! healed fails the test, and so does a new one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::report::RecordReport;
use sigill::validation::{Indication, Rule, Status};
use sigill::{Policy, Report, TrustAnchors, Validator};
use std::collections::BTreeMap;
use support::dss::{Comparison, Row, Suite, settle, supplied_record, today};
use support::dss_signatures::Comparisons;

/// What a row asserts, by the name of the fact.
type Facts = BTreeMap<&'static str, String>;

#[test]
fn containers_and_records_agree_with_the_suite() {
    let Some(suite) = Suite::at_hand() else {
        return;
    };
    let mut trust = TrustAnchors::none();
    suite.add_anchors(&mut trust, "_trust");
    suite.add_anchors(&mut trust, "eu_anchors");
    let rows: Vec<&Row> = suite.rows.iter().filter(|row| is_compared(row)).collect();
    assert!(rows.len() > 80, "the corpus is incomplete");
    let mut comparisons = Vec::new();
    for row in &rows {
        let asserted = asserted(row);
        let ours = match judge(&suite, row, &trust) {
            Ok(report) => ours(&report),
            Err(kind) => asserted.keys().map(|fact| (*fact, kind.clone())).collect(),
        };
        let mut of_row = Comparisons::new(row);
        for (fact, asserted) in &asserted {
            let ours = &ours[fact];
            let agrees = ours.split(' ').any(|word| word == asserted);
            of_row.add(fact, asserted, ours.clone(), agrees);
        }
        let is_of_xml =
            |comparison: &Comparison| has_xml_record(row) && is_about_tokens(comparison.column);
        let of_row = of_row.all.into_iter();
        comparisons.extend(of_row.map(|comparison| (is_of_xml(&comparison), comparison)));
    }
    let (of_xml, others): (Vec<_>, Vec<_>) = comparisons
        .into_iter()
        .partition(|(is_of_xml, _)| *is_of_xml);
    let only = |pairs: Vec<(bool, Comparison)>| -> Vec<Comparison> {
        pairs
            .into_iter()
            .map(|(_, comparison)| comparison)
            .collect()
    };
    let listed = include_str!("dss_asic_disagreements.toml");
    settle("dss asic", &only(others), listed, 97);
    let listed = include_str!("dss_xml_records_disagreements.toml");
    settle("dss records in XML", &only(of_xml), listed, 90);
}

/// The rows about containers with CAdES, and about evidence records in, beside or without a
/// document.
fn is_compared(row: &Row) -> bool {
    let is_container = row["module"] == "dss-asic-cades"
        && row["container"].starts_with("asic")
        && ["validation", "standalone", "extra-test"].contains(&row["row_kind"].as_str());
    let has_record = ["ers-asn1", "ers-xml"].contains(&row["container"].as_str())
        || row["obs_attrs"].contains("ERS")
        || supplied_record(row).is_some();
    // A digest in place of the content cannot be given here.
    let has_content = !row["detached_content"].contains("DigestDocument");
    is_container
        || row["row_kind"] == "validation" && has_record && has_content
        || is_beside_a_document(row)
}

/// Whether the suite puts the record into a container or a CMS, beside which it is laid here.
fn is_beside_a_document(row: &Row) -> bool {
    let document = &row["detached_content"];
    let is_document = [".zip", ".p7m"].iter().any(|end| document.ends_with(end));
    row["row_kind"] == "composed" && row["container"] == "ers-xml" && is_document
}

/// Whether a record in XML (RFC 6283) plays a part.
fn has_xml_record(row: &Row) -> bool {
    let inside = row["obs_struct"].split("; ");
    inside
        .into_iter()
        .any(|member| member.starts_with("evidencerecord") && member.ends_with(".xml"))
        || row["container"] == "ers-xml"
        || supplied_record(row).is_some_and(|path| path.ends_with(".xml"))
}

/// Whether a fact is about time-stamps or records.
fn is_about_tokens(fact: &str) -> bool {
    fact.contains("record") || fact.contains("time-stamp")
}

fn asserted(row: &Row) -> Facts {
    let mut facts = Facts::new();
    let counted = match (row["n_signatures"].as_str(), row["b_level_valid"].as_str()) {
        ("", "n/a (no signature)") => Some("0".to_owned()),
        // A document time-stamp of a PDF has a signer, too.
        ("", _) if row["obs_n_signerinfos"].is_empty() || row["container"] == "pdf" => None,
        ("", _) => {
            let counts = row["obs_n_signerinfos"].split('+');
            Some(
                counts
                    .map(|count| count.parse::<usize>().unwrap())
                    .sum::<usize>()
                    .to_string(),
            )
        }
        (stated, _) => Some(stated.to_owned()),
    };
    facts.extend(counted.map(|count| ("signatures", count)));
    let level = row["levels"].split('-').next_back().unwrap();
    if row["levels"].contains("CAdES-BASELINE") {
        facts.insert("level", format!("B-{level}"));
    }
    if ["true", "false"].contains(&row["signature_intact"].as_str()) {
        facts.insert("signature value", row["signature_intact"].clone());
    }
    match row["reference_data_intact"].as_str() {
        "true" => drop(facts.insert("reference data", "true".to_owned())),
        "false" | "mixed" => drop(facts.insert("reference data", "not-true".to_owned())),
        _ => {}
    }
    assert_tokens(row, &mut facts);
    assert_indications(row, &mut facts);
    facts
}

fn assert_tokens(row: &Row, facts: &mut Facts) {
    match row["timestamps_valid"].split(' ').next().unwrap() {
        "true" => drop(facts.insert("time-stamp integrity", "true".to_owned())),
        "false" | "mixed" => drop(facts.insert("time-stamp integrity", "not-true".to_owned())),
        _ => {}
    }
    let timestamps = &row["timestamps"];
    if let Some(rest) = timestamps.strip_prefix("n=") {
        facts.insert("time-stamps", rest.split(' ').next().unwrap().to_owned());
    }
    if !row["n_evidence_records"].is_empty() {
        facts.insert("records", row["n_evidence_records"].clone());
    }
    let size = "getEvidenceRecords().get(0).getTimestampList().size()=";
    if let Some((_, rest)) = timestamps.split_once(size) {
        facts.insert("archive time-stamps", rest.trim_end_matches(']').to_owned());
    }
    // The suite asserts this by default; a row that overrides it is read by its indications.
    let validity = &row["evidence_record_valid"];
    if validity.starts_with("default:all-refs-intact")
        && validity.contains("refs-intact=unasserted")
    {
        facts.insert("record covers data", "true".to_owned());
    }
}

fn assert_indications(row: &Row, facts: &mut Facts) {
    let stated = |column: &str, subject: &str| {
        let words = row[column].split('|');
        let mut own = words.filter_map(|word| word.strip_prefix(subject)?.strip_prefix(':'));
        own.next().map(str::to_owned)
    };
    for subject in ["sig", "BasicValidation"] {
        if let Some(why) = stated("sub_indication", subject) {
            facts.insert("sub-indication", why);
        }
    }
    if let Some(indication) = stated("indication", "er") {
        let why = stated("sub_indication", "er").filter(|why| !why.contains("CERTIFICATE_CHAIN"));
        let verdict = why.unwrap_or(indication);
        facts.insert("record", verdict.replace("NOT FAILED", "NOT_FAILED"));
    }
    if row["sub_indication"].contains("BasicTimestampValidation:HASH_FAILURE")
        || row["timestamps_detail"].contains("CONTAINER_TIMESTAMP: imprintFound=T,imprintIntact=F")
    {
        facts.insert("container time-stamp", "HASH_FAILURE".to_owned());
    }
}

/// The same facts as we see them; several words where several would do.
fn ours(report: &Report) -> Facts {
    let signatures = &report.signatures;
    let records = &report.evidence_records;
    let first = signatures.first();
    let values = signatures.iter().map(|one| one.integrity.signature_value);
    let data = signatures.iter().map(|one| one.integrity.reference_data);
    let inside: usize = signatures.iter().map(|one| one.timestamps.len()).sum();
    let stamps = signatures.iter().flat_map(|one| &one.timestamps);
    let stamped = stamps
        .chain(&report.timestamps)
        .flat_map(|stamp| [stamp.imprint_matches, stamp.signature_value])
        .chain(records.iter().map(chain_is_intact));
    let archive: usize = records.iter().map(archive_timestamps).sum();
    let tokens = inside + report.timestamps.len() + archive;
    let covers = !records.is_empty() && records.iter().all(covers_its_data);
    let verdict = first.map(|one| one.conclusion.indication);
    let why = match signatures.is_empty() {
        true => "NO_SIGNATURE_FOUND",
        false => verdict
            .and_then(|verdict| verdict.sub_indication())
            .unwrap_or("none"),
    };
    let of_records = records.iter().map(|one| one.conclusion.indication);
    let of_timestamps = report
        .timestamps
        .iter()
        .map(|one| one.conclusion.indication);
    Facts::from([
        ("signatures", signatures.len().to_string()),
        (
            "level",
            first.map_or("none".to_owned(), |one| one.level.to_string()),
        ),
        ("signature value", all(values.collect())),
        ("reference data", all(data.collect())),
        ("time-stamp integrity", all(stamped.collect())),
        ("time-stamps", tokens.to_string()),
        ("records", records.len().to_string()),
        (
            "archive time-stamps",
            records.first().map_or(0, archive_timestamps).to_string(),
        ),
        ("record covers data", covers.to_string()),
        ("sub-indication", why.to_owned()),
        ("record", judged(of_records)),
        ("container time-stamp", judged(of_timestamps)),
    ])
}

fn all(facts: Vec<Option<bool>>) -> String {
    let words = if facts.iter().all(|fact| *fact == Some(true)) {
        "true"
    } else if facts.contains(&Some(false)) {
        "false not-true"
    } else {
        "unknown not-true"
    };
    words.to_owned()
}

fn archive_timestamps(record: &RecordReport) -> usize {
    record.chains.iter().map(Vec::len).sum()
}

/// The suite counts the tokens of a record among the time-stamps of a document.
fn chain_is_intact(record: &RecordReport) -> Option<bool> {
    let findings = record.conclusion.findings.iter();
    let mut own = findings.filter(|finding| finding.rule == Rule::RecordChainIntact);
    match own.next()?.status {
        Status::Passed => Some(true),
        Status::Failed => Some(false),
        _ => None,
    }
}

fn covers_its_data(record: &RecordReport) -> bool {
    let is_broken = matches!(record.conclusion.indication, Indication::Failed(_));
    !record.covers.is_empty() && record.missing.is_empty() && !is_broken
}

fn judged(indications: impl Iterator<Item = Indication>) -> String {
    let words = indications.flat_map(|indication| {
        let name = indication.name();
        let not_failed = (name != "FAILED").then_some("NOT_FAILED");
        [Some(name), indication.sub_indication(), not_failed]
    });
    words.flatten().collect::<Vec<_>>().join(" ")
}

fn judge(suite: &Suite, row: &Row, trust: &TrustAnchors) -> Result<Report, String> {
    let read = match is_beside_a_document(row) {
        true => suite.record_beside_document(row),
        false => suite
            .document(row)
            .map(|document| (suite.evidence(row, &document), document)),
    };
    let (evidence, document) = read.map_err(|error| error.kind().to_owned())?;
    let policy = Policy::default();
    let report = Validator::new(trust, &policy).validate(&document, &evidence, today());
    match &report.error {
        Some(error) => Err(error.kind().to_owned()),
        None => Ok(report),
    }
}
