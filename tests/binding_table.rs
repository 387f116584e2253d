//! `fixtures/binding.toml`: each profile at each grade of organisation that its system can reach,
//! and each wrong organisation that a careless reader would take from its certificates.
//!
//! A profile, a grade or a trap without a case fails the test, and so does every wrong answer.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde::Deserialize;
use sigill::binding::{
    Attributed, BindingSources, Grade, IdentityProviderMetadata, Organisation, Profile, Profiles,
};
use sigill::limits::Limits;
use sigill::report::SignatureReport;
use sigill::trust::TrustedList;
use sigill::x509::Certificate;
use sigill::{Policy, TrustAnchors, UnixTime, Validator};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use support::cases::Case;
use support::{fixture, read, registers, trust};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    trap: Vec<Trap>,
    profile: Vec<OfProfile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trap {
    id: String,
    /// What is wrong with it, in a few words.
    what: String,
    /// Scheme and identifier of organisations that must not be known by more than a claim.
    wrong: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProfile {
    id: String,
    /// A profile of the archive's own, under `fixtures`.
    profile: Option<String>,
    /// The organisation at each grade.
    grade: BTreeMap<Grade, String>,
    /// What a grade needs besides the document.
    #[serde(default)]
    with: BTreeMap<Grade, Circumstances>,
    unreachable: BTreeMap<Grade, String>,
    /// Grade and organisation that each trap is to end with.
    trap: BTreeMap<String, String>,
    #[serde(default)]
    no_case: BTreeMap<String, String>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
struct Circumstances {
    /// In place of the profile's own; empty for none.
    profile: Option<String>,
    /// A trusted list, taken as granting its services for seals.
    granted_for_seals: Option<String>,
    /// What verified metadata lets the identity provider speak for.
    scopes: Vec<String>,
}

fn table() -> Table {
    toml::from_str(&fs::read_to_string(fixture("binding.toml")).unwrap()).unwrap()
}

#[test]
fn every_profile_has_a_case_for_each_grade_and_each_trap() {
    let table = table();
    let built_in = Profiles::built_in();
    let profiles: BTreeSet<&str> = built_in.all().map(|profile| profile.id.as_str()).collect();
    let named: BTreeSet<&str> = table.profile.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(named, profiles);
    let traps: BTreeSet<&str> = table.trap.iter().map(|trap| trap.id.as_str()).collect();
    let mut folders: BTreeSet<String> = fs::read_dir(fixture("cases/binding_table"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(table.trap.iter().all(|trap| !trap.what.is_empty()));
    for row in &table.profile {
        for grade in Grade::ALL {
            let (is_there, why_not) = (row.grade.get(&grade), row.unreachable.get(&grade));
            assert!(
                is_there.is_some() != why_not.is_some(),
                "{} {grade:?}",
                row.id
            );
            assert!(why_not.is_none_or(|why| !why.is_empty()));
        }
        let told: BTreeSet<&str> = row
            .trap
            .keys()
            .chain(row.no_case.keys())
            .map(String::as_str)
            .collect();
        assert_eq!(told, traps, "{}", row.id);
        for name in row.cases() {
            assert!(folders.remove(&name), "{name}: no case, or in two rows");
        }
    }
    assert!(folders.is_empty(), "not in the table: {folders:?}");
}

#[test]
fn no_case_binds_its_signer_to_a_wrong_organisation() {
    let table = table();
    let traps: BTreeMap<&str, &Trap> = table
        .trap
        .iter()
        .map(|trap| (trap.id.as_str(), trap))
        .collect();
    let (mut graded, mut trapped, mut judged) = (0, 0, 0);
    let mut wrong = Vec::new();
    for row in &table.profile {
        for (grade, organisation) in &row.grade {
            let expected = format!("{} {organisation}", grade.name());
            let report = judge(
                &row.of_grade(*grade),
                &row.circumstances(*grade),
                &[],
                Trust::OfCase,
            );
            wrong.extend(compare(row, grade.name(), expected.trim(), &report));
            graded += 1;
        }
        for (trap, expected) in &row.trap {
            let case = format!("{}-{trap}", row.id);
            let report = judge(&case, &row.own(), &[], Trust::OfCase);
            wrong.extend(compare(row, trap, expected, &report));
            // Whatever else is at hand, the wrong one is never more than a claim.
            for (what, report) in under_other_circumstances(&case, row) {
                judged += 1;
                wrong.extend(
                    is_taken(traps[trap.as_str()], expected, &report)
                        .map(|taken| format!("{case}, {what}: {taken}")),
                );
            }
            trapped += 1;
        }
    }
    println!(
        "{} profiles, {graded} grades, {trapped} traps, {judged} traps under other circumstances; \
         {} wrong organisations",
        table.profile.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl OfProfile {
    fn cases(&self) -> impl Iterator<Item = String> {
        let grades = self.grade.keys().map(|grade| self.of_grade(*grade));
        let traps = self.trap.keys().map(|trap| format!("{}-{trap}", self.id));
        grades.chain(traps)
    }

    fn of_grade(&self, grade: Grade) -> String {
        format!("{}-{}", self.id, grade.name().to_lowercase())
    }

    fn own(&self) -> Circumstances {
        Circumstances {
            profile: self.profile.clone(),
            ..Circumstances::default()
        }
    }

    fn circumstances(&self, grade: Grade) -> Circumstances {
        let with = self.with.get(&grade).cloned().unwrap_or_default();
        Circumstances {
            profile: with.profile.clone().or_else(|| self.profile.clone()),
            ..with
        }
    }
}

fn compare(
    row: &OfProfile,
    what: &str,
    expected: &str,
    report: &SignatureReport,
) -> Option<String> {
    let found = told(&report.binding.signer_organisation);
    println!("{:20} {what:22} {found}", row.id);
    (found != expected).then(|| {
        let why = &report.binding.signer_organisation.reason;
        format!(
            "{} {what}: {expected} expected, {found} found ({why})",
            row.id
        )
    })
}

/// Grade, scheme and identifier.
fn told(organisation: &Attributed<Organisation>) -> String {
    let value = &organisation.value;
    let parts = [
        Some(organisation.grade.name()),
        value.scheme.as_deref(),
        value.identifier.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What is told where a wrong organisation is known by more than a claim.
fn is_taken(trap: &Trap, expected: &str, report: &SignatureReport) -> Option<String> {
    let organisation = &report.binding.signer_organisation;
    let found = told(organisation);
    let is_wrong = trap
        .wrong
        .iter()
        .any(|wrong| found.ends_with(&format!(" {wrong}")));
    // What is right in itself may be known more surely by a register, and less surely without trust.
    (is_wrong && !expected.ends_with(&found[3..]) && organisation.grade >= Grade::O2)
        .then_some(found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    OfCase,
    Nobody,
}

const EXTRACTS: [&str; 4] = [
    "registers/directory.p7m",
    "registers/organisations.csv",
    "registers/mandates.asice",
    "registers/table-mandates.p7m",
];

fn under_other_circumstances(case: &str, row: &OfProfile) -> Vec<(&'static str, SignatureReport)> {
    let own = row.own();
    let for_seals = Circumstances {
        granted_for_seals: Some("trusted_lists/good.xml".to_owned()),
        ..own.clone()
    };
    let every_scope = Circumstances {
        scopes: [
            "5599990024",
            "5599990032",
            "5599990040",
            "2321990018",
            "2021990011",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..own.clone()
    };
    vec![
        ("without trust", judge(case, &own, &[], Trust::Nobody)),
        (
            "with registers",
            judge(case, &own, &EXTRACTS, Trust::OfCase),
        ),
        (
            "by a trusted list",
            judge(case, &for_seals, &[], Trust::OfCase),
        ),
        (
            "with metadata for all",
            judge(case, &every_scope, &EXTRACTS, Trust::OfCase),
        ),
    ]
}

/// The report on the one signature of a case.
fn judge(
    case: &str,
    circumstances: &Circumstances,
    extracts: &[&str],
    trust: Trust,
) -> SignatureReport {
    let case = Case::named(&format!("binding_table/{case}"));
    let at = case.time();
    let anchors = match (trust, &circumstances.granted_for_seals) {
        (Trust::Nobody, _) => TrustAnchors::none(),
        (Trust::OfCase, None) => case.anchors(),
        (Trust::OfCase, Some(file)) => granted_for_seals(file, &case),
    };
    let mut files = case.registers.clone();
    files.extend(extracts.iter().map(|file| (*file).to_owned()));
    files.sort();
    files.dedup();
    let mut sources = registers::sources(&files, &case.anchors(), at);
    add_sources(&mut sources, circumstances);
    let policy = Policy::default();
    let validator = Validator::new(&anchors, &policy).with_binding_sources(sources);
    let document = case.document().unwrap();
    let mut report = validator.validate(&document, &case.evidence(&document), at);
    assert_eq!(report.signatures.len(), 1, "{}", case.id);
    report.signatures.remove(0)
}

fn granted_for_seals(file: &str, case: &Case) -> TrustAnchors {
    let mut list = TrustedList::read(&read(file).into(), &Limits::default()).unwrap();
    let uri = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals";
    list.services[0].additional_information.push(uri.to_owned());
    let mut anchors = TrustAnchors::none();
    anchors.add_list(&list, case.time());
    anchors
}

/// Every level that a federation certifies.
const LEVELS: [&str; 6] = [
    "http://id.elegnamnden.se/loa/1.0/loa2",
    "http://id.elegnamnden.se/loa/1.0/loa3",
    "http://id.elegnamnden.se/loa/1.0/loa4",
    "http://id.swedenconnect.se/loa/1.0/uncertified-loa3",
    "http://id.elegnamnden.se/loa/1.0/eidas-sub",
    "http://id.elegnamnden.se/loa/1.0/eidas-nf-sub",
];

/// Some certificate: the signature is taken as verified here, and tested in `metadata.rs`.
fn federation() -> Arc<Certificate> {
    Arc::clone(&trust().certificates()[0])
}

fn add_sources(sources: &mut BindingSources, circumstances: &Circumstances) {
    if let Some(file) = circumstances
        .profile
        .as_deref()
        .filter(|file| !file.is_empty())
    {
        let text = String::from_utf8(read(file)).unwrap();
        sources.profiles.add(Profile::from_toml(&text).unwrap());
    }
    let providers = [
        "https://idp.fixture.test/eid",
        "https://idp-sweden-connect.fixture.frejaeid.com",
    ];
    let federation = federation();
    sources.identity_provider_metadata = providers
        .into_iter()
        .map(|entity| IdentityProviderMetadata {
            sha256: [1; 32],
            file: sigill::Bytes::new(),
            entity: entity.to_owned(),
            scopes: circumstances.scopes.clone(),
            assurance: LEVELS.map(str::to_owned).to_vec(),
            published: Some(UnixTime(0)),
            valid_until: Some(UnixTime(4_000_000_000)),
            signer: Ok(Arc::clone(&federation)),
            foreseen_end: None,
        })
        .collect();
}
