//! What signers were bound by is sealed with the document, and counts for what the reader lets it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::archive::{self, SealedContent, layout};
use sigill::binding::{BindingSources, Enclosed, Grade, Profile};
use sigill::container::asic::AsicContainer;
use sigill::crypto::{DigestAlgorithm, sha256};
use sigill::limits::Limits;
use sigill::register::{RegisterExtract, Registers, Standing};
use sigill::report::Report;
use sigill::report::json::Salt;
use sigill::x509::Certificate;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::sync::Arc;
use support::cases::Case;
use support::tsa::Authority;
use support::{read, registers, time, trust};

const SEALED: &str = "2026-01-20T09:00:00Z";
const FEDERATION: &str = "pki/siths-ca.pem";
const EVIDENCE: [&str; 4] = [
    "pki/revocation/root-longterm.crl",
    "pki/revocation/issuing-ca-ec.crl",
    "pki/revocation/employee.ocsp",
    "pki/revocation/seal.ocsp",
];

/// The envelope of a case, sealed by these sources.
fn seal(case: &str, sources: BindingSources, limits: &Limits, salt: Option<Salt>) -> Bytes {
    let (case, trust, policy) = (Case::named(case), trust(), Policy::default());
    let document = case.document().unwrap();
    let mut evidence = case.evidence(&document);
    for file in EVIDENCE {
        evidence = evidence.with(read(file));
    }
    let validator = Validator::new(&trust, &policy)
        .with_binding_sources(sources)
        .with_limits(limits.clone());
    let report = validator.validate(&document, &evidence, time(SEALED));
    let content = SealedContent {
        document: &document,
        name: &case.input,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: salt,
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
    let token = Authority::archive().answer(&pending.request(4_711), time(SEALED));
    Bytes::from(pending.complete(&token).unwrap())
}

fn extracts(files: &[&str]) -> BindingSources {
    let files: Vec<String> = files
        .iter()
        .map(|file| format!("registers/{file}"))
        .collect();
    registers::sources(&files, &trust(), time(SEALED))
}

fn check_with(envelope: &Bytes, sources: BindingSources, at: UnixTime) -> Report {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy).with_binding_sources(sources);
    archive::check(envelope, &validator, &Evidence::default(), at).unwrap()
}

fn believing() -> BindingSources {
    BindingSources {
        enclosed: Enclosed::Believed,
        ..BindingSources::default()
    }
}

fn members(envelope: &Bytes) -> Vec<(String, Bytes)> {
    let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
    let members = container.members.into_iter();
    members
        .map(|member| (member.name, member.content))
        .collect()
}

fn below(envelope: &Bytes, folder: &str) -> Vec<(String, Bytes)> {
    let mut members = members(envelope);
    members.retain(|(name, _)| name.starts_with(folder));
    members
}

fn organisation(report: &Report) -> (Grade, Option<String>) {
    let answer = &report.signatures[0].binding.signer_organisation;
    (answer.grade, answer.value.identifier.clone())
}

fn clinic(grade: Grade) -> (Grade, Option<String>) {
    (grade, Some("5599990057".to_owned()))
}

const NEXT_MONTH: &str = "2026-02-01T00:00:00Z";

#[test]
fn registers_are_sealed_as_they_were_given_and_found_again() {
    let used = ["directory.p7m", "organisations.csv"];
    let envelope = seal(
        "registers/directory",
        extracts(&used),
        &Limits::default(),
        None,
    );
    let mut kept: Vec<Bytes> = below(&envelope, layout::REGISTERS)
        .into_iter()
        .map(|(name, content)| {
            let digest = sha256(&content);
            let digest: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
            let is_beside = name.ends_with(".csv.p7s");
            assert!(is_beside || name.contains(&digest), "{name}");
            content
        })
        .collect();
    let mut given: Vec<Bytes> = [
        "directory.p7m",
        "organisations.csv",
        "organisations.csv.p7s",
    ]
    .iter()
    .map(|file| read(&format!("registers/{file}")).into())
    .collect();
    kept.sort();
    given.sort();
    assert_eq!(kept, given);
    let report = check_with(&envelope, BindingSources::default(), time(NEXT_MONTH));
    assert!(report.envelope.as_ref().unwrap().is_intact());
    assert_eq!(organisation(&report), clinic(Grade::O1));
    let reason = &report.signatures[0].binding.signer_organisation.reason;
    assert!(reason.contains("the envelope's own word"), "{reason}");
    let report = check_with(&envelope, believing(), time(NEXT_MONTH));
    assert_eq!(organisation(&report), clinic(Grade::O2));
    let role = &report.signatures[0].binding.roles[0];
    assert_eq!(role.grade.name(), "attested");
}

/// Every certificate has ended then, also that of whoever signed the extract.
#[test]
fn an_enclosed_register_is_believed_decades_later() {
    let company = |grade| (grade, Some("5599990024".to_owned()));
    let later = UnixTime::from_date(2040, 1, 1).unwrap();
    let grades = |envelope: &Bytes| {
        [BindingSources::default(), believing()].map(|sources| {
            let report = check_with(envelope, sources, later);
            let verdict = report.signatures[0].conclusion.indication;
            assert!(verdict.is_passed(), "{verdict}");
            organisation(&report)
        })
    };
    let all = extracts(&["organisations.csv"]);
    let envelope = seal("registers/organisation", all, &Limits::default(), None);
    let asserted_and_believed = [company(Grade::O1), company(Grade::O2)];
    assert_eq!(grades(&envelope), asserted_and_believed);
    let extract = in_envelope(&seal_file("directory.p7m"));
    assert!(extract.standing.is_proven());
}

/// The reader's extract of a kind stands in place of those in the envelope.
#[test]
fn what_the_reader_gives_counts_before_what_is_enclosed() {
    let all = extracts(&["directory.p7m"]);
    let envelope = seal("registers/directory", all, &Limits::default(), None);
    let own = BindingSources {
        enclosed: Enclosed::Believed,
        ..extracts(&["directory-unsigned.json"])
    };
    let report = check_with(&envelope, own, time(NEXT_MONTH));
    assert_eq!(organisation(&report), clinic(Grade::O1));
    let given = check_with(&envelope, extracts(&["directory.p7m"]), time(NEXT_MONTH));
    assert_eq!(organisation(&given), clinic(Grade::O2));
}

#[test]
fn trust_decides_who_stands_for_an_enclosed_register() {
    let all = extracts(&["directory.p7m"]);
    let envelope = seal("registers/directory", all, &Limits::default(), None);
    let (nobody, policy) = (TrustAnchors::none(), Policy::default());
    let validator = Validator::new(&nobody, &policy).with_binding_sources(believing());
    let report = archive::check(
        &envelope,
        &validator,
        &Evidence::default(),
        time(NEXT_MONTH),
    )
    .unwrap();
    assert_eq!(organisation(&report).0, Grade::O1);
    assert!(report.signatures[0].binding.registers.is_empty());
}

#[test]
fn registers_about_others_or_too_large_are_not_kept() {
    let kept = |case: &str, files: &[&str], limits: &Limits| {
        below(
            &seal(case, extracts(files), limits, None),
            layout::REGISTERS,
        )
        .len()
    };
    let limits = Limits::default();
    assert_eq!(kept("registers/directory", &["directory.p7m"], &limits), 1);
    // It lists mandates of others only.
    assert_eq!(kept("registers/directory", &["mandates.asice"], &limits), 0);
    assert_eq!(
        kept("cades/b-b-attached-rsa", &["directory.p7m"], &limits),
        0
    );
    let small = Limits {
        sealed_register_bytes: 1_000,
        ..limits
    };
    assert_eq!(kept("registers/directory", &["directory.p7m"], &small), 0);
}

#[test]
fn an_extract_in_an_envelope_of_its_own_is_read_there_and_in_another() {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let extract = |bytes: Vec<u8>| {
        let (none, at) = (Evidence::default(), time(NEXT_MONTH));
        archive::read_register(&bytes.into(), None, &validator, &none, at).unwrap()
    };
    let directory = extract(read("registers/directory.p7m"));
    let inside = seal_file("directory.p7m");
    let sealed = extract(inside.to_vec());
    assert_eq!(sealed.sha256, directory.sha256);
    let Standing::Signed {
        organisation: signer,
        ..
    } = &sealed.standing
    else {
        panic!("{:?}", sealed.standing);
    };
    assert_eq!(signer.as_deref(), Some("5599990016"));
    let sources = BindingSources {
        registers: Registers::new(vec![sealed]),
        ..BindingSources::default()
    };
    let envelope = seal("registers/directory", sources, &Limits::default(), None);
    let kept = below(&envelope, layout::REGISTERS);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].0.ends_with(".asice") && kept[0].1 == inside);
    let report = check_with(&envelope, believing(), time(NEXT_MONTH));
    assert_eq!(organisation(&report), clinic(Grade::O2));
}

/// What is read of an extract that lies in an envelope.
fn in_envelope(bytes: &Bytes) -> RegisterExtract {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let at = UnixTime::from_date(2040, 1, 1).unwrap();
    archive::read_register(bytes, None, &validator, &Evidence::default(), at).unwrap()
}

/// An envelope around a file of `fixtures/registers`.
fn seal_file(name: &str) -> Bytes {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let document = sigill::Document::read(read(&format!("registers/{name}"))).unwrap();
    let mut evidence = Evidence::from(&document);
    for file in EVIDENCE {
        evidence = evidence.with(read(file));
    }
    let report = validator.validate(&document, &evidence, time(SEALED));
    let content = SealedContent {
        document: &document,
        name,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: None,
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
    let token = Authority::archive().answer(&pending.request(1), time(SEALED));
    Bytes::from(pending.complete(&token).unwrap())
}

fn municipal() -> BindingSources {
    let mut sources = BindingSources::default();
    let text = String::from_utf8(read("profiles/fixturkommunen.toml")).unwrap();
    sources.profiles.add(Profile::from_toml(&text).unwrap());
    sources
}

/// Whoever makes an envelope could name any issuer as the employer.
#[test]
fn a_profile_in_an_envelope_binds_only_where_the_reader_believes_it() {
    let limits = Limits::default();
    let envelope = seal("binding/municipality", municipal(), &limits, None);
    let profiles = below(&envelope, layout::PROFILES);
    assert!(
        profiles
            .iter()
            .any(|(_, text)| *text == read("profiles/fixturkommunen.toml"))
    );
    let grade = |sources| organisation(&check_with(&envelope, sources, time(NEXT_MONTH))).0;
    assert_eq!(grade(BindingSources::default()), Grade::O0);
    assert_eq!(grade(municipal()), Grade::O4);
    assert_eq!(grade(believing()), Grade::O4);
    let broken = altered(&envelope);
    let report = check_with(&broken, believing(), time(NEXT_MONTH));
    assert!(!report.envelope.as_ref().unwrap().is_intact());
    assert_eq!(organisation(&report).0, Grade::O0);
}

/// Another policy than was sealed, so that the envelope proves nothing.
fn altered(envelope: &Bytes) -> Bytes {
    let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
    let policy = container.member(layout::POLICY).unwrap().content.clone();
    let at = envelope
        .windows(policy.len())
        .position(|window| window == policy)
        .unwrap();
    let mut bytes = envelope.to_vec();
    bytes[at] ^= 1;
    bytes.into()
}

#[test]
fn profiles_that_matched_and_the_version_are_always_kept() {
    let none = BindingSources::default();
    let envelope = seal("binding/siths-person", none, &Limits::default(), None);
    let texts: Vec<String> = below(&envelope, layout::PROFILES)
        .into_iter()
        .map(|(_, text)| String::from_utf8(text.to_vec()).unwrap())
        .collect();
    let is_kept = |id: &str| {
        texts
            .iter()
            .any(|text| text.contains(&format!("id = \"{id}\"")))
    };
    assert_eq!(texts.len(), 2);
    assert!(is_kept("siths") && is_kept("etsi"));
    let version = below(&envelope, layout::VERSION);
    assert_eq!(
        version[0].1,
        format!("sigill {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn metadata_of_the_identity_provider_counts_by_its_federation_wherever_it_lies() {
    let good = support::metadata::read_signed("metadata/good.xml", FEDERATION, time(SEALED));
    let mut other = good.clone().unwrap();
    for metadata in &mut other {
        metadata.entity = "https://idp.fixture.test/other".to_owned();
        metadata.sha256 = [7; 32];
    }
    let sources = BindingSources {
        identity_provider_metadata: [good.unwrap(), other].concat(),
        ..BindingSources::default()
    };
    let envelope = seal("metadata/good", sources, &Limits::default(), None);
    let kept = below(&envelope, layout::METADATA);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].1, read("metadata/good.xml"));
    let federation = Certificate::read_all(&read(FEDERATION).into()).remove(0);
    let knowing = BindingSources {
        metadata_signers: vec![Arc::new(federation.unwrap())],
        ..BindingSources::default()
    };
    for (sources, grade) in [
        (knowing, Grade::O3),
        (BindingSources::default(), Grade::O1),
        (believing(), Grade::O1),
    ] {
        let report = check_with(&envelope, sources, time(NEXT_MONTH));
        let answer = &report.signatures[0].binding.signer_organisation;
        assert_eq!(answer.grade, grade, "{}", answer.reason);
    }
}

#[test]
fn a_public_report_is_known_by_its_envelope_and_names_the_full_one() {
    let case = "cades/b-b-attached-rsa";
    let limits = Limits::default();
    let seal = |salt: Option<Salt>| seal(case, BindingSources::default(), &limits, salt);
    let envelope = seal(Some(Salt::new([7; Salt::LENGTH])));
    let report = check_with(&envelope, BindingSources::default(), time(NEXT_MONTH));
    assert!(report.envelope.unwrap().is_intact());
    let public = archive::public_report(&envelope, &limits).unwrap();
    let value: serde_json::Value = serde_json::from_str(&public).unwrap();
    let member = |name| below(&envelope, name).remove(0).1;
    let full = member(layout::FULL_REPORT);
    let digest: String = sha256(&full)
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    assert_eq!(value["full_report"]["sha256"], digest.as_str());
    assert_eq!(value["sealed"]["time"], SEALED);
    // Without the salt, who knows all but a number finds that by trying.
    let salt = "07".repeat(Salt::LENGTH);
    let full = String::from_utf8(full.to_vec()).unwrap();
    assert!(full.contains(&format!("\"salt\":\"{salt}\"")));
    assert!(!public.contains(&salt));
    let sealed = String::from_utf8(member("sigill/report.json").to_vec()).unwrap();
    assert!(public.starts_with(sealed.strip_suffix('}').unwrap()));
    let belongs = |public: &str, envelope: &Bytes| {
        let compared = archive::compare_public_report(public.as_bytes(), envelope, &limits);
        compared.unwrap().belongs
    };
    assert!(belongs(&public, &envelope) && belongs(public.trim_end(), &envelope));
    assert!(!belongs(&public.replace("\"cms\"", "\"pdf\""), &envelope));
    assert!(!belongs(
        &public.replacen('{', "{\"schema\":\"x\",", 1),
        &envelope
    ));
    assert!(!belongs(&sealed, &envelope) && !belongs("", &envelope));
    let other = seal(Some(Salt::new([8; Salt::LENGTH])));
    assert!(!belongs(&public, &other));
    let without = seal(None);
    let public = archive::public_report(&without, &limits).unwrap();
    assert!(belongs(&public, &without) && !public.contains("full_report"));
    assert!(below(&without, layout::FULL_REPORT).is_empty());
}

#[test]
fn a_report_that_names_another_full_one_is_no_whole_envelope() {
    let salted = |case: &str, salt: u8| {
        let salt = Some(Salt::new([salt; Salt::LENGTH]));
        seal(case, BindingSources::default(), &Limits::default(), salt)
    };
    let (first, second) = (
        salted("cades/b-b-attached-rsa", 1),
        salted("cades/b-b-attached-rsa", 2),
    );
    let full = below(&second, layout::FULL_REPORT).remove(0).1;
    let report = check_with(
        &resealed(&first, &full),
        BindingSources::default(),
        time(NEXT_MONTH),
    );
    let summary = report.envelope.unwrap();
    assert_eq!(summary.tampered, [layout::FULL_REPORT]);
    let report = check_with(
        &resealed(&first, &below(&first, layout::FULL_REPORT)[0].1),
        BindingSources::default(),
        time(NEXT_MONTH),
    );
    assert!(report.envelope.unwrap().is_intact());
}

/// The same members with another full report, sealed anew as a maker of envelopes could.
fn resealed(envelope: &Bytes, full: &Bytes) -> Bytes {
    let mut members = members(envelope);
    members.retain(|(name, _)| name != "mimetype" && !name.starts_with("META-INF/"));
    for (name, content) in &mut members {
        if name == layout::FULL_REPORT {
            *content = full.clone();
        }
    }
    let mut references: Vec<_> = members
        .iter()
        .map(|(name, content)| layout::reference(name, content, DigestAlgorithm::Sha256))
        .collect();
    references[0].root_file = true;
    let manifest =
        sigill::container::asic::write_evidence_record_manifest(layout::RECORD, &references);
    let hashes = references.into_iter().map(|reference| reference.digest);
    let record =
        sigill::ers::PendingRecord::initial(DigestAlgorithm::Sha256, hashes.collect()).unwrap();
    let request = sigill::tsp::TimestampRequest {
        digest: DigestAlgorithm::Sha256,
        imprint: record.node(),
        nonce: 1,
        policy: None,
    };
    let token = Authority::archive().answer(&request, time(SEALED));
    let record = record.complete(token.raw());
    let mut all: Vec<(String, &[u8])> = members
        .iter()
        .map(|(name, content)| (name.clone(), &content[..]))
        .collect();
    all.push((layout::MANIFEST.to_owned(), manifest.as_ref()));
    all.push((layout::RECORD.to_owned(), &record));
    sigill::container::asic::write_asic_e(&all).unwrap().into()
}

#[test]
fn binding_json_stays_masked_beside_a_full_report() {
    let salt = Some(Salt::new([9; Salt::LENGTH]));
    let none = BindingSources::default();
    let envelope = seal("binding/bankid-card", none, &Limits::default(), salt);
    let number = "191212121212";
    for (name, content) in members(&envelope) {
        let shows = String::from_utf8_lossy(&content).contains(number);
        let may_show = name == layout::FULL_REPORT || name.ends_with(".p7m");
        assert!(!shows || may_show, "{name} shows a number");
        if name == layout::FULL_REPORT {
            assert!(shows, "the full report is masked");
        }
    }
}
