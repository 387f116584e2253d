//! Signatures of the EU DSS test suite, whatever they stand in: number, level, integrity,
//! time-stamps and verdict, against what that suite asserts.

use super::dss::{Comparison, Row, Suite, test_class, today};
use sigill::report::{Report, SignatureReport, TimestampReport};
use sigill::validation::Indication;
use sigill::{Error, Policy, TrustAnchors, validate};

/// The report on a row. The suite trusts nobody unless it says so, and neither do we here.
pub fn judge(suite: &Suite, row: &Row) -> Result<Report, Error> {
    let document = suite.document(row)?;
    let evidence = suite.with_certificates(suite.evidence(row, &document));
    let (trust, policy) = (TrustAnchors::none(), Policy::default());
    let report = validate(&document, &evidence, &trust, &policy, today());
    match report.error {
        Some(error) => Err(error),
        None => Ok(report),
    }
}

/// The comparisons of one row.
pub struct Comparisons<'a> {
    row: &'a Row,
    pub all: Vec<Comparison>,
}

impl<'a> Comparisons<'a> {
    pub fn new(row: &'a Row) -> Self {
        Comparisons {
            row,
            all: Vec::new(),
        }
    }

    pub fn add(&mut self, column: &'static str, asserted: &str, ours: String, agrees: bool) {
        self.all.push(Comparison {
            id: format!("{} {}", self.row["path"], test_class(self.row)),
            column,
            asserted: asserted.to_owned(),
            ours,
            agrees,
        });
    }

    /// Number, level and integrity.
    pub fn signatures(&mut self, report: &Report) {
        let signatures = flat(&report.signatures);
        let count = &self.row["n_signatures"];
        if !count.is_empty() {
            let ours = signatures.len().to_string();
            let agrees = ours == *count;
            self.add("signatures", count, ours, agrees);
        }
        for asserted in self.row["levels"].split('|') {
            let ours = signatures.iter().map(|one| one.level.to_string());
            let ours: Vec<String> = ours.collect();
            if let Some(agrees) = level_agrees(asserted, &ours) {
                self.add("level", asserted, ours.join(" "), agrees);
            }
        }
        self.fact("signature_intact", &signatures, |one| {
            both(one.integrity.reference_data, one.integrity.signature_value)
        });
        self.fact("reference_data_intact", &signatures, |one| {
            one.integrity.reference_data
        });
    }

    /// Digests and signature values of all signatures together.
    pub fn integrity(&mut self, ours: String) {
        let asserted = &self.row["b_level_valid"];
        if ["true", "false", "mixed"].contains(&asserted.as_str()) {
            // Not shown to be intact is what the suite calls false; ours is null where the
            // content or the key is not at hand.
            let agrees = ours == *asserted || (ours == "unknown" && asserted == "false");
            self.add("integrity", asserted, ours, agrees);
        }
    }

    fn fact(
        &mut self,
        column: &'static str,
        signatures: &[&SignatureReport],
        fact: fn(&SignatureReport) -> Option<bool>,
    ) {
        let asserted = &self.row[column];
        if ["true", "false", "mixed"].contains(&asserted.as_str()) {
            let ours = sum_up(signatures.iter().map(|one| fact(one)));
            let agrees = ours == *asserted || (ours == "unknown" && asserted == "false");
            self.add(column, asserted, ours, agrees);
        }
    }

    /// Their number by kind, and whether their imprints match.
    pub fn timestamps(&mut self, report: &Report) {
        // The suite does not count tokens that it cannot read; we name them and why.
        let signatures = flat(&report.signatures);
        let timestamps: Vec<&TimestampReport> = signatures
            .iter()
            .flat_map(|signature| &signature.timestamps)
            .chain(&report.timestamps)
            .filter(|stamp| stamp.time.is_some())
            .collect();
        let kinds: Vec<&str> = timestamps.iter().map(|stamp| stamp.kind.name()).collect();
        let asserted = self.row["timestamps"].split('[').next().unwrap();
        for part in asserted.split([';', ' ']).filter(|part| !part.is_empty()) {
            let part = part.trim_start_matches("has:");
            let (kind, number) = part.split_once('=').unwrap_or((part, ""));
            let found = match (kind, kind_of(kind)) {
                ("n", _) => kinds.len(),
                (_, Some(kind)) => kinds.iter().filter(|ours| **ours == kind).count(),
                (_, None) => continue,
            };
            let agrees = match number.parse::<usize>() {
                Ok(number) => found == number,
                Err(_) => found > 0,
            };
            self.add("timestamps", part, kinds.join(" "), agrees);
        }
        self.imprints(&timestamps);
    }

    fn imprints(&mut self, timestamps: &[&TimestampReport]) {
        let detail = &self.row["timestamps_detail"];
        // Some tests look at their archive time-stamps alone.
        let alone = detail.starts_with("CAdES_V2:");
        let looked_at = timestamps
            .iter()
            .filter(|stamp| !alone || stamp.kind.name() == "archive-time-stamp");
        let imprints = sum_up(looked_at.map(|stamp| stamp.imprint_matches));
        let is_about_records = self.row["timestamps"].contains("EvidenceRecords");
        let said = (
            detail.contains("imprintIntact=T"),
            detail.contains("imprintIntact=F"),
        );
        let asserted = match said {
            (true, true) => "mixed",
            (false, true) => "false",
            (true, false) => "true",
            (false, false) => match self.row["timestamps_valid"].as_str() {
                "true" => "true",
                valid if valid.contains("imprint=mixed") => "mixed",
                _ => return,
            },
        };
        if !timestamps.is_empty() && !is_about_records {
            let agrees = imprints == asserted || (imprints == "unknown" && asserted == "false");
            self.add("imprint", asserted, imprints, agrees);
        }
    }

    pub fn verdict(&mut self, report: &Report) {
        let first = report.signatures.first();
        let ours = first.map(|signature| signature.conclusion.indication);
        // Where the suite finds no signature, their number says so.
        let asserted = self.of_signature("indication");
        if let Some(asserted) = asserted.filter(|asserted| asserted != "NO_SIGNATURE_FOUND") {
            let name = ours.map_or("", Indication::total_name).replace('-', "_");
            let agrees = match asserted.strip_prefix("NOT ") {
                Some(other) => name != other,
                None => name == asserted,
            };
            self.add("indication", &asserted, name, agrees);
        }
        if let Some(asserted) = self.of_signature("sub_indication") {
            let sub_indications = report.signatures.iter();
            let name = sub_indications
                .filter_map(|one| one.conclusion.indication.sub_indication())
                .find(|name| *name == asserted)
                .or(ours.and_then(|ours| ours.sub_indication()))
                .unwrap_or_default()
                .to_owned();
            let agrees = name == asserted;
            self.add("sub_indication", &asserted, name, agrees);
        }
    }

    fn of_signature(&self, column: &str) -> Option<String> {
        let mut parts = self.row[column].split('|');
        parts
            .find_map(|part| part.strip_prefix("sig:"))
            .map(str::to_owned)
    }
}

/// Every signature and counter-signature.
fn flat(signatures: &[SignatureReport]) -> Vec<&SignatureReport> {
    signatures
        .iter()
        .flat_map(SignatureReport::with_counter_signatures)
        .collect()
}

/// `true`, `false`, `mixed`, `unknown` or `none`.
fn sum_up(facts: impl Iterator<Item = Option<bool>>) -> String {
    let facts: Vec<Option<bool>> = facts.collect();
    let count = |fact: Option<bool>| facts.iter().filter(|found| **found == fact).count();
    match (count(Some(true)), count(Some(false)), count(None)) {
        (0, 0, 0) => "none",
        (_, 0, 0) => "true",
        (0, _, 0) => "false",
        (0, 0, _) => "unknown",
        _ => "mixed",
    }
    .to_owned()
}

/// Of all signatures together.
pub fn integrity(report: &Report) -> String {
    let facts = report
        .signatures
        .iter()
        .map(|signature| signature.integrity);
    sum_up(facts.map(|fact| both(fact.reference_data, fact.signature_value)))
}

/// False as soon as one is; true only when both are.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// `None` for what is no kind that stands in reports.
fn kind_of(asserted: &str) -> Option<&'static str> {
    Some(match asserted {
        "CONTENT_TIMESTAMP" => "content-time-stamp",
        "SIGNATURE_TIMESTAMP" => "signature-time-stamp",
        "ARCHIVE_TIMESTAMP" | "CAdES_V2" | "CAdES_V3" => "archive-time-stamp",
        "DOCUMENT_TIMESTAMP" => "document-time-stamp",
        "VRI_TIMESTAMP" => "vri-time-stamp",
        _ => return None,
    })
}

/// Whether the contract's level is there under the name that the suite uses; `None` where the
/// contract has none.
fn level_agrees(asserted: &str, ours: &[String]) -> Option<bool> {
    let counted = asserted.strip_prefix("count ");
    let (which, name) = match counted {
        Some(counted) => {
            let (name, number) = counted.split_once('=')?;
            (number, name)
        }
        None => asserted.split_once(':')?,
    };
    let level = match name.rsplit('-').next().unwrap() {
        _ if name.ends_with("NOT-ETSI") => "none",
        _ if name.starts_with("PKCS7-") => "none",
        "BES" | "EPES" | "B" => "B-B",
        "T" | "C" | "X" => "B-T",
        "XL" | "LT" => "B-LT",
        "A" | "LTA" | "LTV" => "B-LTA",
        "ERS" => return None,
        other => panic!("{other}"),
    };
    let same = ours.iter().filter(|ours| *ours == level).count();
    Some(match which.parse::<usize>() {
        Ok(number) => same == number,
        Err(_) if which == "first" => ours.first().is_some_and(|ours| ours == level),
        Err(_) => same > 0,
    })
}
