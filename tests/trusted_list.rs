//! Trusted lists made by libxmlsec1 (`fixtures/make/trusted_lists.py`): what they give, and that
//! no tampered twin gives anything.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sigill::binding::Grade;
use sigill::crypto::CryptographicSuite;
use sigill::limits::Limits;
use sigill::report::SignatureReport;
use sigill::trust::{
    ListVerification, Refusal, ServiceStatus, ServiceUse, TrustedList, Warning, verify_lists,
    warnings_of_unsigned,
};
use sigill::validation::{Rule, Status};
use sigill::x509::Certificate;
use sigill::{Bytes, Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

const FEBRUARY: &str = "2026-02-01T00:00:00Z";

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn time(text: &str) -> UnixTime {
    UnixTime::from_rfc3339(text).unwrap()
}

fn list(name: &str) -> TrustedList {
    let file = fixtures().join(format!("trusted_lists/{name}.xml"));
    TrustedList::read(&Bytes::from(fs::read(file).unwrap()), &Limits::default()).unwrap()
}

fn certificate(name: &str) -> Arc<Certificate> {
    let file = fixtures().join(format!("pki/{name}.pem"));
    let mut read = Certificate::read_all(&Bytes::from(fs::read(file).unwrap()));
    Arc::new(read.remove(0).unwrap())
}

fn verify(lists: &[TrustedList], signer: &str) -> Vec<ListVerification> {
    let suite = CryptographicSuite::default();
    verify_lists(lists, &[certificate(signer)], &suite, time(FEBRUARY))
}

fn verify_one(name: &str) -> ListVerification {
    verify(&[list(name)], "siths-ca").remove(0)
}

#[test]
fn a_list_tells_its_services() {
    let list = list("good");
    assert_eq!(list.version, Some(6));
    assert_eq!(list.operator, "Sigill Fixtures");
    assert_eq!(list.summary.to_string(), "XX 7, 2026-01-10");
    assert!(list.oddities.is_empty() && !list.is_list_of_lists());
    let root = &list.services[0];
    assert_eq!(root.provider, "Sigill Fixtures");
    assert_eq!(root.name, "The service CA/QC");
    assert_eq!(root.serves(), Some(ServiceUse::Certificates));
    assert_eq!(root.certificates[0].sha256(), certificate("root").sha256());
    assert!(root.additional_information[0].ends_with("/ForeSignatures"));
    assert!(root.qualifiers[0].ends_with("/QCWithQSCD"));
    let at = |text| root.status_at(time(text)).cloned();
    assert_eq!(at("2026-01-01T00:00:00Z"), Some(ServiceStatus::Granted));
    assert_eq!(
        at("2016-06-30T00:00:00Z"),
        Some(ServiceStatus::UnderSupervision)
    );
    assert_eq!(at("2014-12-31T00:00:00Z"), None);
    assert_eq!(list.services[1].serves(), Some(ServiceUse::TimeStamps));
    assert_eq!(list.services.len(), 3);
}

#[test]
fn only_a_whole_list_by_its_signer_is_believed() {
    for name in [
        "good",
        "version-5",
        "expired",
        "closed",
        "service-commented",
    ] {
        let signer = verify_one(name).signer.unwrap();
        assert_eq!(signer.sha256(), certificate("siths-ca").sha256(), "{name}");
    }
    let refused = |name: &str| verify_one(name).signer.unwrap_err();
    assert!(matches!(refused("unsigned"), Refusal::Unsigned));
    assert!(matches!(refused("service-changed"), Refusal::Changed));
    assert!(matches!(refused("wrapped"), Refusal::NotCovered));
    assert!(matches!(refused("same-identifier"), Refusal::Changed));
    assert!(matches!(refused("scheme-signed-only"), Refusal::NotCovered));
    assert!(matches!(refused("signed-twice"), Refusal::SignedTwice));
    assert!(matches!(refused("sha1"), Refusal::AlgorithmNotReliable(_)));
    assert!(matches!(refused("version-4"), Refusal::Version(Some(4))));
    let other = refused("other-signer");
    assert!(other.to_string().contains("Testperson Ett"), "{other}");
    let file = fs::read(fixtures().join("trusted_lists/document-type.xml")).unwrap();
    let read = TrustedList::read(&Bytes::from(file), &Limits::default());
    assert_eq!(read.unwrap_err().kind(), "unsupported");
}

/// Comments are no part of the signed form, so that one may come in anywhere and must change
/// nothing.
#[test]
fn a_comment_inside_a_status_does_not_cut_it() {
    let commented = list("service-commented");
    assert_eq!(
        commented.services[0].statuses,
        list("good").services[0].statuses
    );
}

#[test]
fn every_flipped_character_of_a_list_is_noticed() {
    let file = fs::read(fixtures().join("trusted_lists/good.xml")).unwrap();
    let signer = [certificate("siths-ca")];
    let suite = CryptographicSuite::default();
    let end = file
        .windows(13)
        .position(|at| at == b"<ds:Signature")
        .unwrap();
    let text = &file[..end];
    let start = text.windows(9).position(|at| at == b"TSLTag=\"h").unwrap();
    for place in (start..end).step_by(7) {
        let mut changed = file.clone();
        changed[place] ^= 1;
        let Ok(list) = TrustedList::read(&Bytes::from(changed), &Limits::default()) else {
            continue;
        };
        let found = verify_lists(&[list], &signer, &suite, time(FEBRUARY)).remove(0);
        assert!(found.signer.is_err(), "{place}");
    }
}

#[test]
fn age_and_version_are_told() {
    assert!(verify_one("good").warnings.is_empty());
    let warnings = verify_one("expired").warnings;
    assert!(matches!(warnings[..], [Warning::Expired { days: 12, .. }]));
    assert!(matches!(
        verify_one("closed").warnings[..],
        [Warning::Closed]
    ));
    let early = warnings_of_unsigned(&list("unsigned"), time("2026-01-09T00:00:00Z")).unwrap();
    assert!(matches!(early[..], [Warning::IssuedLater(_)]));
    assert!(warnings_of_unsigned(&list("version-4"), time(FEBRUARY)).is_err());
}

#[test]
fn a_list_of_lists_names_the_signers_of_its_territories_only() {
    let believed = |lists: &[&str], signer: &str| -> Vec<bool> {
        let lists: Vec<_> = lists.iter().map(|name| list(name)).collect();
        let found = verify(&lists, signer);
        found.iter().map(|found| found.signer.is_ok()).collect()
    };
    assert_eq!(believed(&["good", "list-of-lists"], "ocsp"), [true, true]);
    assert_eq!(
        believed(&["other-signer", "list-of-lists"], "ocsp"),
        [false, true]
    );
    assert_eq!(
        believed(&["good", "list-of-lists-elsewhere"], "ocsp"),
        [false, true]
    );
    assert_eq!(
        believed(&["good", "list-of-lists"], "person-rsa"),
        [false, false]
    );
    // Whoever signs the list of a territory says nothing about others.
    assert_eq!(
        believed(&["good", "list-of-lists"], "siths-ca"),
        [true, false]
    );
}

#[test]
fn an_older_list_of_a_territory_does_not_count_beside_a_newer_one() {
    let lists = [list("older"), list("good"), list("version-4")];
    let found = verify(&lists, "siths-ca");
    assert!(matches!(found[0].signer, Err(Refusal::Superseded(7))));
    assert!(found[1].signer.is_ok());
    assert!(verify(&lists[..1], "siths-ca")[0].signer.is_ok());
    // One that is not believed sets nothing aside.
    let found = verify(&[list("older"), list("service-changed")], "siths-ca");
    assert!(found[0].signer.is_ok() && found[1].signer.is_err());
}

#[test]
fn services_are_trusted_while_they_are_vouched_for() {
    let mut trust = TrustAnchors::none();
    assert_eq!(trust.add_list(&list("withdrawn"), time(FEBRUARY)), 3);
    let root = certificate("root");
    assert_eq!(
        trust.trusted_until(&root),
        Some(time("2026-01-20T00:00:00Z"))
    );
    assert_eq!(trust.services(&root).len(), 1);
    // As known before that, nothing had ended; before it was ever listed, there was no trust.
    let mut earlier = TrustAnchors::none();
    earlier.add_list(&list("withdrawn"), time("2026-01-15T00:00:00Z"));
    assert!(earlier.contains(&root) && earlier.trusted_until(&root).is_none());
    let mut first = TrustAnchors::none();
    assert_eq!(
        first.add_list(&list("good"), time("2014-01-01T00:00:00Z")),
        0
    );
    // Another list that still vouches for it, and the user's own word, count more.
    trust.add_list(&list("good"), time(FEBRUARY));
    assert_eq!(trust.trusted_until(&root), None);
    let mut own = TrustAnchors::none();
    own.add(root.der().clone()).unwrap();
    own.add_list(&list("withdrawn"), time(FEBRUARY));
    assert_eq!(own.trusted_until(&root), None);
    assert_eq!(own.certificates().len(), 3);
    // Nor does a service for time-stamps with the same key put off the end of the other.
    let mut stamps = TrustAnchors::none();
    stamps.add_list(&list("withdrawn-but-for-time-stamps"), time(FEBRUARY));
    assert_eq!(
        stamps.trusted_until(&root),
        Some(time("2026-01-20T00:00:00Z"))
    );
    let mut ended = TrustAnchors::none();
    ended
        .add_until(root.der().clone(), time("2025-01-01T00:00:00Z"))
        .unwrap();
    ended.add_list(&list("good"), time(FEBRUARY));
    ended.add_list(&list("for-time-stamps-only"), time(FEBRUARY));
    assert_eq!(
        ended.trusted_until(&root),
        Some(time("2025-01-01T00:00:00Z"))
    );
    let mut none = TrustAnchors::none();
    none.add_list(&list("not-supervised"), time(FEBRUARY));
    assert!(!none.contains(&root));
}

/// The report on a signed PDF by one list.
fn judge(name: &str, policy: &str) -> SignatureReport {
    let mut trust = TrustAnchors::none();
    trust.add_list(&list(name), time(FEBRUARY));
    judge_by(&trust, policy)
}

fn judge_by(trust: &TrustAnchors, policy: &str) -> SignatureReport {
    let file = fs::read(fixtures().join("cases/pades/b-lt-rsa/input.pdf")).unwrap();
    let document = Document::read(file).unwrap();
    let evidence = Evidence::from(&document);
    let policy = Policy::from_toml(policy).unwrap();
    let report = Validator::new(trust, &policy).validate(&document, &evidence, time(FEBRUARY));
    report.signatures[0].clone()
}

fn status(signature: &SignatureReport, rule: Rule) -> Vec<Status> {
    let findings = signature.conclusion.findings.iter();
    let own = findings.filter(|finding| finding.rule == rule);
    own.map(|finding| finding.status).collect()
}

#[test]
fn signatures_are_judged_by_lists() {
    let good = judge("good", "");
    assert!(good.conclusion.indication.is_passed());
    assert!(status(&good, Rule::TrustServiceAccepted).contains(&Status::Passed));
    assert!(status(&good, Rule::TrustedListUpToDate).contains(&Status::Passed));
    let why = |signature: &SignatureReport| signature.conclusion.indication.sub_indication();
    let not_found = Some("NO_CERTIFICATE_CHAIN_FOUND");

    // A list for time-stamping authorities makes none of them an issuer of signers.
    let stamps = judge("for-time-stamps-only", "");
    assert_eq!(why(&stamps), not_found);
    assert!(status(&stamps, Rule::TrustServiceAccepted).contains(&Status::Failed));
    assert!(stamps.timestamps[0].conclusion.indication.is_passed());

    let expired = judge("expired", "");
    assert!(expired.conclusion.indication.is_passed());
    assert!(status(&expired, Rule::TrustedListUpToDate).contains(&Status::Warning));
    assert_eq!(
        why(&judge("expired", "trusted_list_expired = \"fail\"")),
        not_found
    );
    assert!(
        judge("good", "trusted_list_expired = \"fail\"")
            .conclusion
            .indication
            .is_passed()
    );
}

#[test]
fn a_policy_may_ask_for_types_and_statuses() {
    let qualified = "[trust_service]\n\
        signer_types = [\"http://uri.etsi.org/TrstSvc/Svctype/CA/QC\"]\nstatuses = [\"granted\"]";
    assert!(judge("good", qualified).conclusion.indication.is_passed());
    assert!(judge("not-qualified", "").conclusion.indication.is_passed());
    let why = |signature: SignatureReport| signature.conclusion.indication.sub_indication();
    let not_found = Some("NO_CERTIFICATE_CHAIN_FOUND");
    assert_eq!(why(judge("not-qualified", qualified)), not_found);
    let statuses = "[trust_service]\nstatuses = [\"accredited\"]";
    assert_eq!(why(judge("good", statuses)), not_found);
    // Whoever ends the trust in a listed anchor does not thereby name it.
    let mut stamps = TrustAnchors::none();
    stamps.add_list(&list("for-time-stamps-only"), time(FEBRUARY));
    assert!(stamps.end_trust(certificate("root").sha256(), time("2030-01-01T00:00:00Z")));
    assert_eq!(why(judge_by(&stamps, "")), not_found);
    let mut own = TrustAnchors::none();
    own.add(certificate("root").der().clone()).unwrap();
    assert!(judge_by(&own, "").conclusion.indication.is_passed());
    for name in ["for-time-stamps-only", "withdrawn", "not-supervised"] {
        let mut both = own.clone();
        both.add_list(&list(name), time(FEBRUARY));
        let judged = judge_by(&both, "").conclusion.indication;
        assert!(judged.is_passed(), "the user's own word, beside {name}");
        assert_eq!(why(judge_by(&both, qualified)), not_found, "{name}");
    }
    assert_eq!(why(judge_by(&own, qualified)), not_found);
    let stamps = "[trust_service]\n\
        timestamp_types = [\"http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST\"]";
    let judged = judge("not-qualified", stamps);
    let indication = &judged.timestamps[0].conclusion.indication;
    assert!(indication.is_passed(), "{indication:?}");
}

#[test]
fn a_seal_of_a_service_that_is_granted_for_seals_is_qualified() {
    type Change = fn(&mut TrustedList);
    let for_seals: Change = |list| {
        let uri = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals";
        list.services[0].additional_information.push(uri.to_owned());
    };
    let nothing: Change = |_| {};
    let cases: [(&str, Change, Change, Grade); 6] = [
        ("good", for_seals, nothing, Grade::O5),
        ("good", nothing, nothing, Grade::O4),
        ("not-qualified", for_seals, nothing, Grade::O4),
        ("expired", for_seals, nothing, Grade::O4),
        (
            "good",
            for_seals,
            |list| {
                let uri = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/NotQualified";
                list.services[0].qualifiers.push(uri.to_owned());
            },
            Grade::O4,
        ),
        (
            "good",
            for_seals,
            |list| list.services[0].statuses[0].1 = time("2026-01-20T00:00:00Z"),
            Grade::O4,
        ),
    ];
    for (name, first, second, grade) in cases {
        let mut list = list(name);
        first(&mut list);
        second(&mut list);
        assert_eq!(grade_of_seal(&[list]), grade, "{name}");
    }
    // Another list that tells of the same key and does not agree.
    let (mut one, other) = (list("good"), list("good"));
    for_seals(&mut one);
    assert_eq!(grade_of_seal(&[one, other]), Grade::O4);
}

/// How surely the organisation of a seal is known by these lists.
fn grade_of_seal(lists: &[TrustedList]) -> Grade {
    let mut trust = TrustAnchors::none();
    for list in lists {
        trust.add_list(list, time(FEBRUARY));
    }
    let file = fixtures().join("cases/binding/seal/input.p7m");
    let document = Document::read(fs::read(file).unwrap()).unwrap();
    let evidence = Evidence::from(&document);
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy);
    let report = validator.validate(&document, &evidence, time(FEBRUARY));
    report.signatures[0].binding.signer_organisation.grade
}
