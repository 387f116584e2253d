//! Writers against reports built by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod html_tests;
mod json_tests;

use super::*;
use crate::UnixTime;
use crate::binding::{
    Agreement, Attributed, Authentication, Authority, Binding, BindingEvidence, Conflict,
    EvidenceKind, Grade, Identification, Organisation, RoleGrade, Signer,
};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::signature::{Change, ChangeKind, Coverage, Format, Level, TimestampKind};
use crate::validation::{
    Basis, Conclusion, FailedWhy, Finding, IndeterminateWhy, Indication, Integrity, Language, Need,
    NeedKind, RecordAlgorithmEnds, Rule, Status,
};
use crate::x509::Certificate;
use std::collections::HashSet;
use std::sync::Arc;

/// A personal number of nobody, as Skatteverket publishes them for tests.
const NUMBER: &str = "191212121212";
const LANGUAGES: [Language; 2] = [Language::English, Language::Swedish];

fn at(text: &str) -> UnixTime {
    UnixTime::from_rfc3339(text).unwrap()
}

fn options(language: Language) -> Options {
    Options {
        language,
        ..Options::default()
    }
}

fn certificate() -> Arc<Certificate> {
    let pem = include_bytes!("../../../fixtures/pki/person-rsa.pem");
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem).unwrap();
    Arc::new(Certificate::read(&pem.contents.into()).unwrap())
}

fn conclusion(indication: Indication) -> Conclusion {
    Conclusion {
        indication,
        findings: Vec::new(),
        needs: Vec::new(),
    }
}

fn empty_report() -> Report {
    Report {
        document: DocumentSummary {
            path: Some("a.pdf".to_owned()),
            diary_number: None,
            size: Some(81_234),
            sha256: Some([0xab; 32]),
            container: "pdf",
        },
        validation_time: at("2026-11-23T12:00:00Z"),
        policy: PolicySummary {
            name: "default".to_owned(),
            sha256: "cd".repeat(32),
        },
        error: None,
        signatures: Vec::new(),
        timestamps: Vec::new(),
        evidence_records: Vec::new(),
        envelope: None,
        required_signers: Vec::new(),
        unfetched: Vec::new(),
    }
}

fn timestamp(kind: TimestampKind, indication: Indication) -> TimestampReport {
    TimestampReport {
        id: "T-1".to_owned(),
        kind,
        time: Some(at("2026-01-15T12:00:10Z")),
        imprint_matches: Some(true),
        signature_value: Some(true),
        conclusion: conclusion(indication),
        sha256: Some([0x7a; 32]),
        certificate: None,
        basis: Basis::default(),
    }
}

fn certificate_evidence() -> BindingEvidence {
    BindingEvidence {
        kind: EvidenceKind::Certificate,
        sha256: [0xce; 32],
    }
}

fn signature(indication: Indication) -> SignatureReport {
    SignatureReport {
        id: "S-1".to_owned(),
        format: Format::Pades,
        level: Level::T,
        conclusion: conclusion(indication),
        integrity: Integrity {
            reference_data: Some(true),
            signature_value: Some(true),
        },
        certificate: None,
        claimed_signing_time: Some(at("2026-01-15T12:00:00Z")),
        best_signature_time: at("2026-01-15T12:00:10Z"),
        binding: Binding {
            signer: Signer {
                name: Some("Testperson Ett".to_owned()),
                identity_scheme: Some("HSA-ID".to_owned()),
                identifier: Some("SE2120000142-1".to_owned()),
                person_ref: None,
                eid: None,
                direct: None,
            },
            signer_organisation: Attributed {
                value: Organisation {
                    identifier: Some("2120000142".to_owned()),
                    scheme: Some("NTRSE".to_owned()),
                    name: Some("Testkommunen".to_owned()),
                },
                grade: Grade::O4,
                authority: Authority::Issuer,
                reason: "organizationIdentifier".to_owned(),
                evidence: vec![certificate_evidence()],
                as_of: at("2026-01-15T12:00:10Z"),
                conflicts: Vec::new(),
            },
            requesting_organisation: None,
            service_organisation: None,
            roles: vec![Attributed {
                value: "Registrator".to_owned(),
                grade: RoleGrade::Claimed,
                authority: Authority::Signer,
                reason: "signed attribute of the signature".to_owned(),
                evidence: Vec::new(),
                as_of: at("2026-01-15T12:00:10Z"),
                conflicts: Vec::new(),
            }],
            registers: Vec::new(),
            authorisation: None,
            asked: Vec::new(),
            identification: Identification::default(),
        },
        coverage: Coverage::whole(),
        timestamps: vec![timestamp(TimestampKind::Signature, Indication::Passed)],
        counter_signatures: Vec::new(),
        basis: Basis::default(),
        provable_until: None,
    }
}

fn record() -> RecordReport {
    RecordReport {
        id: "E-1".to_owned(),
        conclusion: conclusion(Indication::Passed),
        digest: Some(DigestAlgorithm::Sha256),
        chains: vec![vec![Some(at("2026-02-01T00:00:00Z")), None]],
        covers: vec!["a.pdf".to_owned()],
        missing: Vec::new(),
        provable_until: Some(at("2034-06-01T00:00:00Z")),
    }
}

fn envelope() -> EnvelopeSummary {
    EnvelopeSummary {
        path: Some("a.asice".to_owned()),
        sha256: [0xef; 32],
        intact: true,
        sealed_at: Some(at("2026-02-01T00:00:00Z")),
        provable_until: Some(at("2034-06-01T00:00:00Z")),
        algorithm_ends: RecordAlgorithmEnds::default(),
        tampered: Vec::new(),
        public_report: None,
    }
}

fn report_with(signature: SignatureReport) -> Report {
    Report {
        signatures: vec![signature],
        ..empty_report()
    }
}

/// With something in every field.
fn full_report() -> Report {
    let mut signature = signature(IndeterminateWhy::RevokedNoPoe.into());
    signature.certificate = Some(certificate());
    signature.counter_signatures = vec![SignatureReport {
        id: "S-1-C-1".to_owned(),
        ..self::signature(Indication::Passed)
    }];
    signature.coverage.changes.push(Change {
        kind: ChangeKind::Annotation,
        object: Some("12 0".to_owned()),
        page: Some(3),
        description: "object 12 on page 3".to_owned(),
    });
    signature.conclusion.findings.push(Finding::new(
        Rule::NotRevoked,
        Status::Failed,
        "CRL 1",
        "2026-01-20T00:00:00Z",
    ));
    Report {
        timestamps: vec![timestamp(TimestampKind::Document, Indication::Passed)],
        evidence_records: vec![record()],
        envelope: Some(envelope()),
        ..report_with(signature)
    }
}

#[test]
fn an_envelope_that_is_not_intact_outweighs_a_passed_signature() {
    let mut report = report_with(signature(Indication::Passed));
    report.envelope = Some(envelope());
    assert_eq!(report.worst(), Some(Indication::Passed));
    for (intact, tampered) in [(false, vec![]), (true, vec!["a.pdf".to_owned()])] {
        report.envelope = Some(EnvelopeSummary {
            intact,
            tampered,
            ..envelope()
        });
        assert_eq!(report.worst(), Some(FailedWhy::HashFailure.into()));
        let text = text::to_text(&report, &options(Language::Swedish));
        assert!(
            text.starts_with("a.pdf: Underkänd (HASH_FAILURE)\n"),
            "{text}"
        );
    }
}

#[test]
fn text_of_a_passed_signature_is_exact() {
    let mut signature = signature(Indication::Passed);
    signature.conclusion.findings = vec![
        Finding::new(Rule::DigestMatches, Status::Passed, "", "sha256"),
        Finding::new(Rule::UnchangedAfterSigning, Status::Passed, "", ""),
    ];
    let expected = "\
a.pdf: Godkänd
  Bedömd            per 2026-11-23 12:00:00 UTC, enligt reglerna \"default\"
  Regler, SHA-256   cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd

Underskrift S-1: Godkänd
  Omfattar          hela handlingen
  Undertecknare     Testperson Ett, HSA-ID SE2120000142-1
  Roll              Registrator (undertecknarens egen uppgift)
  E-legitimation    ingen som är känd och betrodd; tolkat enligt reglerna i EN 319 412
  Organisation      Testkommunen, 2120000142
  Hur säkert        Kontrollerad: certifikatets utfärdare har kontrollerat den (källa:
                    organizationIdentifier)
  Senast            2026-01-15 12:00:10 UTC; det är bevisat
  Egen tidsuppgift  2026-01-15 12:00:00 UTC
  Tidsstämplar      T-1: underskriften, 2026-01-15 12:00:10 UTC: Godkänd
  Säkert            - Innehållet är bit för bit det som skrevs under
                    - Inget annat än tillåtna tillägg har gjorts efter underskriften
";
    let report = report_with(signature);
    assert_eq!(
        text::to_text(&report, &options(Language::Swedish)),
        expected
    );
}

#[test]
fn a_name_that_is_not_proven_is_never_told_as_a_fact() {
    for why in [
        Indication::from(FailedWhy::HashFailure),
        IndeterminateWhy::NoCertificateChainFound.into(),
    ] {
        let report = report_with(signature(why));
        let english = text::to_text(&report, &options(Language::English));
        assert!(
            english.contains("SE2120000142-1 (not confirmed)"),
            "{english}"
        );
        assert!(english.contains("2120000142 (not confirmed)"), "{english}");
        let swedish = text::to_text(&report, &options(Language::Swedish));
        assert!(swedish.contains("Testkommunen, 2120000142 (inte bekräftat)"));
    }
    let report = report_with(signature(Indication::Passed));
    assert!(!text::to_text(&report, &Options::default()).contains("confirmed"));
}

#[test]
fn a_check_that_one_object_fails_is_not_told_as_certain() {
    let mut signature = signature(Indication::Passed);
    signature.conclusion.findings = vec![
        Finding::new(Rule::NotRevoked, Status::Passed, "certificate 1", ""),
        Finding::new(Rule::NotRevoked, Status::Warning, "certificate 2", ""),
    ];
    let text = text::to_text(&report_with(signature), &Options::default());
    assert!(!text.contains("The certificate is not revoked"), "{text}");
    assert!(
        text.contains("The certificate is revoked (certificate 2)"),
        "{text}"
    );
}

#[test]
fn a_path_with_one_unknown_certificate_is_not_told_as_not_revoked() {
    let mut signature = signature(Indication::Passed);
    signature.conclusion.findings = vec![
        Finding::new(Rule::NotRevoked, Status::Passed, "certificate 1", ""),
        Finding::new(
            Rule::RevocationDataPresent,
            Status::NotChecked,
            "certificate 2",
            "",
        ),
    ];
    let mut report = report_with(signature);
    let text = text::to_text(&report, &Options::default());
    assert!(!text.contains("The certificate is not revoked"), "{text}");
    report.signatures[0].conclusion.findings.pop();
    let text = text::to_text(&report, &Options::default());
    assert!(text.contains("The certificate is not revoked"), "{text}");
}

#[test]
fn what_is_missing_is_told_with_who_can_help_and_where() {
    let mut signature = signature(IndeterminateWhy::CertificateChainGeneralFailure.into());
    let about = format!("certificate {}", "57d68b82".repeat(8));
    signature.conclusion.findings = vec![Finding::new(
        Rule::RevocationDataPresent,
        Status::Failed,
        &about,
        "",
    )];
    signature.conclusion.needs = vec![
        Need {
            kind: NeedKind::RevocationData,
            about,
            urls: vec!["http://pki.fixture.test/root.crl".to_owned()],
        },
        Need {
            kind: NeedKind::ProofOfExistence,
            about: "signature".to_owned(),
            urls: Vec::new(),
        },
    ];
    let text = text::to_text(&report_with(signature), &options(Language::Swedish));
    let expected = "\
  Brister           - Inget visar om certifikatet var spärrat (certifikat 57d68b82…)
                      Gör så: Ange en spärrlista (CRL) eller ett OCSP-svar med
                      --evidence; utfärdaren publicerar det
                      Kan lämnas av: certifikatets utfärdare
                      http://pki.fixture.test/root.crl
  Saknas            - Inget bevisar att underskriften fanns när kedjan var giltig
                      Gör så: En tidsstämpel eller ett evidence record från den tiden
                      skulle hjälpa
                      Kan lämnas av: den som tog emot eller arkiverade handlingen i tid
";
    assert!(text.ends_with(expected), "{text}");
}

fn numbered(organisation: &Attributed<Organisation>, text: &str) -> Attributed<Organisation> {
    let value = Organisation {
        identifier: Some(NUMBER.to_owned()),
        scheme: None,
        name: Some(text.to_owned()),
    };
    Attributed {
        value: value.clone(),
        reason: text.to_owned(),
        conflicts: vec![Conflict {
            agreement: Agreement::Contradicts,
            value,
            grade: Grade::O1,
            authority: Authority::Nobody,
            reason: text.to_owned(),
        }],
        ..organisation.clone()
    }
}

/// A report with a personal number wherever a text from outside may stand.
fn report_with_number() -> Report {
    let text = format!("serialNumber={NUMBER}");
    let mut report = full_report().named(format!("avtal-{NUMBER}.pdf"));
    let signature = &mut report.signatures[0];
    signature.binding.signer.name = Some(format!("Testperson {NUMBER}"));
    signature.binding.signer.identifier = Some(NUMBER.to_owned());
    let binding = &mut signature.binding;
    binding.roles[0].value = text.clone();
    binding.roles[0].reason = text.clone();
    binding.signer_organisation = numbered(&binding.signer_organisation, &text);
    binding.requesting_organisation = Some(binding.signer_organisation.clone());
    binding.service_organisation = Some(binding.signer_organisation.clone());
    binding.identification.authentication = Some(Authentication {
        identity_provider: Some(text.clone()),
        instant: None,
        class: Some(text.clone()),
        level: None,
        service: Some(text.clone()),
        persistence: None,
        country: None,
        problem: None,
    });
    signature.coverage.changes[0].description = text.clone();
    signature.conclusion.findings.push(Finding::new(
        Rule::TrustAnchorReached,
        Status::Failed,
        &text,
        &text,
    ));
    signature.conclusion.needs.push(Need {
        kind: NeedKind::IssuerCertificate,
        about: text.clone(),
        urls: vec![format!("http://pki.fixture.test/{NUMBER}")],
    });
    report.evidence_records[0].covers = vec![text.clone()];
    report.evidence_records[0].missing = vec![text.clone()];
    report.envelope = Some(EnvelopeSummary {
        path: Some(text.clone()),
        tampered: vec![text],
        ..envelope()
    });
    report
}

#[test]
fn no_writer_shows_a_personal_number_unless_asked() {
    let report = report_with_number();
    let writers = [json::to_json, text::to_text, html::to_html, xml::to_xml];
    for language in LANGUAGES {
        for write in writers {
            let masked = Options {
                needs: NeedsSection::Listed,
                ..options(language)
            };
            assert!(!write(&report, &masked).contains(NUMBER));
            let shown = Options {
                personal_identifiers: PersonalIdentifiers::Shown,
                ..masked
            };
            assert!(write(&report, &shown).matches(NUMBER).count() > 4);
        }
    }
}

#[test]
fn counter_signatures_are_in_every_report_and_what_they_lack_is_missed() {
    let mut report = full_report();
    let counter = &mut report.signatures[0].counter_signatures[0];
    counter.conclusion.indication = IndeterminateWhy::NoPoe.into();
    counter.conclusion.needs.push(Need {
        kind: NeedKind::IssuerCertificate,
        about: "signature".to_owned(),
        urls: Vec::new(),
    });
    let subjects = missing_evidence(&report).into_iter();
    assert!(subjects.map(|need| need.subject).any(|id| id == "S-1-C-1"));
    for write in [json::to_json, text::to_text, html::to_html, xml::to_xml] {
        assert!(write(&report, &Options::default()).contains("S-1-C-1"));
    }
}

#[test]
fn texts_for_people_hold_no_names_of_rules() {
    let statuses = [
        Status::Passed,
        Status::Warning,
        Status::Failed,
        Status::NotChecked,
    ];
    for status in statuses {
        let mut signature = signature(IndeterminateWhy::NoPoe.into());
        signature.conclusion.findings = Rule::ALL
            .iter()
            .map(|rule| Finding::new(*rule, status, "", ""))
            .collect();
        let report = report_with(signature);
        for language in LANGUAGES {
            for text in [
                text::to_text(&report, &options(language)),
                html::to_html(&report, &options(language)),
            ] {
                for rule in Rule::ALL {
                    assert!(!text.contains(rule.id()), "{} in {text}", rule.id());
                }
            }
        }
    }
}

fn assert_all_differ(words: &[&str]) {
    let distinct: HashSet<_> = words.iter().collect();
    assert_eq!(distinct.len(), words.len());
    assert!(words.iter().all(|words| !words.trim().is_empty()));
}

#[test]
fn every_rule_has_words_of_its_own_in_both_languages() {
    let words: Vec<&str> = LANGUAGES
        .into_iter()
        .flat_map(|language| {
            Rule::ALL
                .iter()
                .flat_map(move |rule| [rule.met(language), rule.not_met(language)])
        })
        .collect();
    assert_all_differ(&words);
    for rule in Rule::ALL {
        let advice = LANGUAGES.map(|language| rule.advice(language));
        assert!(advice.iter().all(|advice| !advice.is_empty()));
    }
}

const SUB_INDICATIONS: [Indication; 25] = {
    use FailedWhy as F;
    use IndeterminateWhy as I;
    use Indication::{Failed, Indeterminate};
    [
        Failed(F::FormatFailure),
        Failed(F::HashFailure),
        Failed(F::SigCryptoFailure),
        Failed(F::Revoked),
        Failed(F::Expired),
        Failed(F::NotYetValid),
        Indeterminate(I::SigConstraintsFailure),
        Indeterminate(I::ChainConstraintsFailure),
        Indeterminate(I::CertificateChainGeneralFailure),
        Indeterminate(I::CryptoConstraintsFailure),
        Indeterminate(I::CryptoConstraintsFailureNoPoe),
        Indeterminate(I::PolicyProcessingError),
        Indeterminate(I::SignaturePolicyNotAvailable),
        Indeterminate(I::TimestampOrderFailure),
        Indeterminate(I::NoSigningCertificateFound),
        Indeterminate(I::NoCertificateChainFound),
        Indeterminate(I::NoCertificateChainFoundNoPoe),
        Indeterminate(I::RevokedNoPoe),
        Indeterminate(I::RevokedCaNoPoe),
        Indeterminate(I::OutOfBoundsNoPoe),
        Indeterminate(I::OutOfBoundsNotRevoked),
        Indeterminate(I::RevocationOutOfBoundsNoPoe),
        Indeterminate(I::NoPoe),
        Indeterminate(I::TryLater),
        Indeterminate(I::SignedDataNotFound),
    ]
};

#[test]
fn every_sub_indication_is_explained_in_both_languages() {
    let words: Vec<&str> = LANGUAGES
        .into_iter()
        .flat_map(|language| {
            SUB_INDICATIONS
                .iter()
                .map(move |why| explanation::indication(*why, language).unwrap())
        })
        .collect();
    assert_all_differ(&words);
}

#[test]
fn documents_without_verdict_are_never_called_passed() {
    let empty = empty_report();
    let mut unreadable = empty_report();
    unreadable.error = Some(Error::malformed(
        "SignedData",
        7,
        "the structure ends too early",
    ));
    let first_line = |report: &Report, language| {
        let text = text::to_text(report, &options(language));
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        first_line(&empty, Language::Swedish),
        "a.pdf: Innehåller ingen underskrift"
    );
    assert_eq!(
        first_line(&unreadable, Language::English),
        "a.pdf: cannot be read: SignedData: the structure ends too early at byte 7; \
         the file is damaged or cut; fetch it again from where it came"
    );
    let text = text::to_text(&unreadable, &options(Language::Swedish));
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains("filen är skadad (SignedData: strukturen slutar för tidigt vid byte 7)"));
}
