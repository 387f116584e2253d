//! Binds the signers of every binding case, through validation, and shows no personal number.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde::Deserialize;
use sigill::binding::personal_number::mask;
use sigill::binding::{
    Attributed, Binding, BindingSources, Grade, IdentityProviderMetadata, KeptEvidence,
    MetadataTrust, Organisation, Profile,
};
use sigill::crypto::CryptographicSuite;
use sigill::limits::Limits;
use sigill::report::{Options, html, json, text, xml};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    input: String,
    trust: Vec<String>,
    at: String,
    signature: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    organisation_grade: String,
    organisation_identifier: Option<String>,
    organisation_authority: Option<String>,
    conflicts: Option<usize>,
    requesting_organisation: Option<String>,
    service_organisation: Option<String>,
    e_identification: Option<String>,
    direct: Option<bool>,
    roles: Option<String>,
}

impl Expected {
    /// Cases that say nothing of the requesting organisation say nothing of these either.
    fn says_all(&self) -> bool {
        self.requesting_organisation.is_some()
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn read_case(folder: &Path) -> Case {
    toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap()
}

/// What the signatures of a case are bound to, by these files of trust.
fn bind(folder: &Path, case: &Case, trusted: &[String]) -> Vec<Binding> {
    bind_by(folder, case, trusted, BindingSources::default())
}

fn bind_by(
    folder: &Path,
    case: &Case,
    trusted: &[String],
    sources: BindingSources,
) -> Vec<Binding> {
    let mut trust = TrustAnchors::none();
    for file in trusted {
        trust.add(fs::read(fixtures().join(file)).unwrap()).unwrap();
    }
    let document = Document::read(fs::read(folder.join(&case.input)).unwrap()).unwrap();
    let time = UnixTime::from_rfc3339(&case.at).unwrap();
    let evidence = Evidence::from(&document);
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy).with_binding_sources(sources);
    let report = validator.validate(&document, &evidence, time);
    let bindings = report.signatures.into_iter().map(|report| report.binding);
    bindings.collect()
}

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures().join("cases/binding")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Name and number of an organisation, as cases write them.
fn shown(organisation: Option<&Attributed<Organisation>>) -> String {
    let value = organisation.map(|organisation| organisation.value.clone());
    let value = value.unwrap_or_default();
    let parts: Vec<String> = [value.name, value.identifier]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" ")
}

fn assert_is_as_expected(binding: &Binding, expected: &Expected, case: &str) {
    let organisation = &binding.signer_organisation;
    let authority = expected.organisation_authority.as_deref();
    assert!(
        authority.is_none_or(|name| name == organisation.authority.name()),
        "{case}"
    );
    assert_eq!(
        organisation.conflicts.len(),
        expected.conflicts.unwrap_or(0),
        "{case}"
    );
    let requesting = binding.requesting_organisation.as_ref();
    assert_eq!(
        Some(shown(requesting)),
        expected.requesting_organisation,
        "{case}"
    );
    let service = binding.service_organisation.as_ref();
    assert_eq!(
        Some(shown(service)),
        expected.service_organisation,
        "{case}"
    );
    assert_eq!(binding.signer.eid, expected.e_identification, "{case}");
    assert_eq!(binding.signer.direct, expected.direct, "{case}");
    let roles: Vec<String> = binding
        .roles
        .iter()
        .map(|role| format!("{} {}", role.grade.name(), role.value))
        .collect();
    assert_eq!(
        roles.join(", "),
        expected.roles.clone().unwrap_or_default(),
        "{case}"
    );
}

fn assert_shows_no_personal_number(binding: &Binding) {
    let shown = format!("{binding:?}");
    assert_eq!(mask(&shown), shown);
    assert!(!shown.contains("1212121"), "{shown}");
}

#[test]
fn every_signer_is_bound_as_its_case_expects() {
    assert!(folders().len() >= 39);
    for folder in folders() {
        let case = read_case(&folder);
        let bindings = bind(&folder, &case, &case.trust);
        assert_eq!(bindings.len(), case.signature.len());
        for (expected, binding) in case.signature.iter().zip(&bindings) {
            let organisation = &binding.signer_organisation;
            let case = folder.display();
            assert_eq!(
                organisation.grade.name(),
                expected.organisation_grade,
                "{case}"
            );
            assert_eq!(
                organisation.value.identifier, expected.organisation_identifier,
                "{case}"
            );
            assert!(binding.signer.name.is_some(), "{case}");
            if expected.says_all() {
                assert_is_as_expected(binding, expected, &case.to_string());
            }
            assert_shows_no_personal_number(binding);
        }
    }
}

#[test]
fn without_trust_every_organisation_is_a_claim_at_most() {
    for folder in folders() {
        for binding in bind(&folder, &read_case(&folder), &[]) {
            assert!(
                binding.signer_organisation.grade <= Grade::O1,
                "{binding:?}"
            );
            assert_eq!(binding.signer.eid, None);
            assert_ne!(binding.signer.direct, Some(true));
            assert!(binding.identification.proves.is_empty());
            assert_shows_no_personal_number(&binding);
        }
    }
}

#[test]
fn a_certificate_that_is_itself_the_anchor_is_vetted_by_nobody() {
    let folder = fixtures().join("cases/binding/seal");
    let trusted = ["pki/seal.pem".to_owned()];
    let bindings = bind(&folder, &read_case(&folder), &trusted);
    assert_eq!(bindings.len(), 1);
    assert_eq!(bindings[0].signer_organisation.grade, Grade::O1);
}

/// The numbers in the certificates of the cases, which no output may show.
const NUMBERS: [&str; 12] = [
    "1212121212",
    "7010632391",
    "00000000000",
    "fixtur0000000000",
    "00000000001",
    "00000000t0",
    "0000fixtur0000",
    "FIXTUR00A00A000A",
    "00000000T",
    "FIXTUR0000PSEUDONYM",
    "testperson@fixturbolaget",
    "ett@",
];

#[test]
fn no_report_shows_the_number_of_any_person() {
    for folder in folders() {
        let case = read_case(&folder);
        let mut trust = TrustAnchors::none();
        trust
            .add(fs::read(fixtures().join(&case.trust[0])).unwrap())
            .unwrap();
        let document = Document::read(fs::read(folder.join(&case.input)).unwrap()).unwrap();
        let time = UnixTime::from_rfc3339(&case.at).unwrap();
        let policy = Policy::default();
        let validator = Validator::new(&trust, &policy);
        let report = validator.validate(&document, &Evidence::from(&document), time);
        let options = Options::default();
        for write in [json::to_json, text::to_text, html::to_html, xml::to_xml] {
            let output = write(&report, &options);
            // Digests hold any digits.
            let words = output.split(|c: char| !c.is_alphanumeric() && !"@-".contains(c));
            for word in words.filter(|word| word.len() < 40) {
                let found = NUMBERS.iter().find(|number| word.contains(**number));
                assert_eq!(found, None, "{}: {word}", folder.display());
            }
        }
    }
}

#[test]
fn an_issuer_is_the_employer_by_a_profile_that_knows_its_certificate() {
    let folder = fixtures().join("cases/binding/municipality");
    let case = read_case(&folder);
    let text = fs::read_to_string(fixtures().join("profiles/fixturkommunen.toml")).unwrap();
    let bind_with = |text: &str| {
        let mut sources = BindingSources::default();
        sources.profiles.add(Profile::from_toml(text).unwrap());
        bind_by(&folder, &case, &case.trust, sources).remove(0)
    };
    let binding = bind_with(&text);
    let organisation = &binding.signer_organisation;
    assert_eq!(organisation.grade, Grade::O4);
    assert_eq!(organisation.value.identifier.as_deref(), Some("2120990011"));
    assert_eq!(binding.signer.direct, Some(true));
    assert_eq!(organisation.evidence.len(), 2);
    // By its name alone anybody could be it.
    let start = text.find("issuer_sha256").unwrap();
    let end = start + text[start..].find('\n').unwrap();
    let by_name = text.replace(&text[start..end], "issuer = [\"Fixturkommunen *\"]");
    assert_eq!(bind_with(&by_name).signer_organisation.grade, Grade::O1);
    // Another issuer's digest recognises nothing.
    let other = text.replace(
        &text[start..end],
        &format!("issuer_sha256 = [\"{}\"]", "0".repeat(64)),
    );
    assert_eq!(bind_with(&other).signer_organisation.grade, Grade::O0);
}

#[test]
fn metadata_that_nobody_signed_raises_nothing() {
    let folder = fixtures().join("cases/binding/service-affiliation");
    let case = read_case(&folder);
    let metadata = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
        xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" entityID="https://idp.fixture.test/eid">
        <md:IDPSSODescriptor><md:Extensions><shibmd:Scope>5599990024</shibmd:Scope></md:Extensions>
        </md:IDPSSODescriptor></md:EntityDescriptor>"#;
    let sources = BindingSources {
        identity_provider_metadata: IdentityProviderMetadata::read_all(
            &metadata.into(),
            &MetadataTrust {
                signers: &[],
                suite: &CryptographicSuite::default(),
                at: UnixTime::from_rfc3339(&case.at).unwrap(),
            },
            &Limits::default(),
        )
        .unwrap(),
        ..BindingSources::default()
    };
    let binding = bind_by(&folder, &case, &case.trust, sources).remove(0);
    let organisation = &binding.signer_organisation;
    assert_eq!(organisation.grade, Grade::O1);
    assert!(organisation.reason.ends_with("but it is not signed"));
    assert_eq!(organisation.evidence.len(), 2);
}

#[test]
fn what_is_kept_of_an_e_identification_is_told() {
    let kept = |case: &str| {
        let folder = fixtures().join("cases/binding").join(case);
        let case = read_case(&folder);
        bind(&folder, &case, &case.trust)
            .remove(0)
            .identification
            .kept
    };
    assert_eq!(kept("bankid-mobile"), [KeptEvidence::Signature]);
    assert_eq!(
        kept("service-bankid"),
        [
            KeptEvidence::AuthenticationContext,
            KeptEvidence::AssertionReference,
            KeptEvidence::UserSignature,
        ]
    );
    assert_eq!(kept("service-entities"), []);
    assert_eq!(kept("seal"), []);
}
