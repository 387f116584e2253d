//! Whose word SAML metadata is: that of the federation which signed all of it, or nobody's.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::binding::{BindingSources, Grade, IdentityProviderMetadata};
use sigill::report::Report;
use sigill::trust::Refusal;
use sigill::validation::{NeedKind, Rule, Status};
use sigill::{Document, Error, Evidence, Policy, Validator};
use support::metadata::read_signed;
use support::{read, time, trust};

const FEDERATION: &str = "pki/siths-ca.pem";

fn metadata(name: &str, signer: &str) -> Vec<IdentityProviderMetadata> {
    let file = format!("metadata/{name}.xml");
    read_signed(&file, signer, time("2026-02-01T00:00:00Z")).unwrap()
}

fn refusal(name: &str) -> Refusal {
    let found = metadata(name, FEDERATION);
    found[0].signer.clone().unwrap_err()
}

fn report(case: &str, metadata: Vec<IdentityProviderMetadata>) -> Report {
    report_by(case, metadata, &Policy::default())
}

fn report_by(case: &str, metadata: Vec<IdentityProviderMetadata>, policy: &Policy) -> Report {
    let trust = trust();
    let sources = BindingSources {
        identity_provider_metadata: metadata,
        ..BindingSources::default()
    };
    let document = Document::read(read(&format!("cases/{case}/input.p7m"))).unwrap();
    let validator = Validator::new(&trust, policy).with_binding_sources(sources);
    let at = time("2026-02-01T00:00:00Z");
    validator.validate(&document, &Evidence::from(&document), at)
}

#[test]
fn a_federation_signs_all_of_its_metadata() {
    for name in ["good", "whole", "entity", "nested", "two-employers"] {
        let found = metadata(name, FEDERATION);
        assert_eq!(found.len(), 1, "{name}");
        let signer = found[0].signer.as_ref().unwrap();
        assert!(signer.subject.to_string().contains("SITHS"), "{name}");
        assert!(found[0].scopes.contains(&"5599990024".to_owned()), "{name}");
    }
    let other = metadata("good", "pki/person-rsa.pem");
    let claimed = other[0].signer.clone().unwrap_err();
    assert!(matches!(claimed, Refusal::OtherSigner(Some(_))));
}

#[test]
fn metadata_that_was_stripped_wrapped_or_changed_is_nobodys_word() {
    assert!(matches!(refusal("stripped"), Refusal::Unsigned));
    assert!(matches!(refusal("wrapped-below"), Refusal::Unsigned));
    assert!(matches!(refusal("entity-signed-inside"), Refusal::Unsigned));
    assert!(matches!(refusal("signed-twice"), Refusal::SignedTwice));
    assert!(matches!(refusal("wrapped"), Refusal::NotCovered));
    assert!(matches!(refusal("entity-signed-only"), Refusal::NotCovered));
    assert!(matches!(refusal("scope-changed"), Refusal::Changed));
    assert!(matches!(refusal("same-identifier"), Refusal::Changed));
    assert!(matches!(refusal("other-signer"), Refusal::OtherSigner(_)));
    assert!(matches!(refusal("sha1"), Refusal::AlgorithmNotReliable(_)));
    let document_type = read_signed(
        "metadata/document-type.xml",
        FEDERATION,
        time("2026-02-01T00:00:00Z"),
    );
    assert!(matches!(document_type, Err(Error::Unsupported { .. })));
}

/// An end of its algorithm that was only foreseen is told, and counts where the policy wants it.
#[test]
fn metadata_beyond_a_foreseen_end_of_its_algorithm_is_a_warning() {
    let at = |day: &str| read_signed("metadata/good.xml", FEDERATION, time(day)).unwrap();
    assert_eq!(at("2026-02-01T00:00:00Z")[0].foreseen_end, None);
    let later = at("2030-02-01T00:00:00Z");
    assert!(later[0].signer.is_ok());
    assert!(later[0].foreseen_end.is_some());
    let judged = |policy: &str| {
        let report = report_by(
            "metadata/good",
            later.clone(),
            &Policy::from_toml(policy).unwrap(),
        );
        let signature = &report.signatures[0];
        assert!(signature.conclusion.indication.is_passed());
        let findings = signature.conclusion.findings.iter();
        let warnings = findings.filter(|finding| {
            finding.rule == Rule::AlgorithmReliable
                && finding.status == Status::Warning
                && finding.about == "metadata of the identity provider"
        });
        (
            warnings.count(),
            signature.binding.signer_organisation.grade,
        )
    };
    assert_eq!(judged(""), (1, Grade::O3));
    let strict = "foreseen_end_of_algorithm = \"fail\"";
    assert_eq!(judged(strict), (0, Grade::O1));
}

#[test]
fn what_the_signature_is_not_over_is_not_read() {
    let found = metadata("entity-in-signature", FEDERATION);
    assert_eq!(found.len(), 1);
    assert!(found[0].signer.is_ok());
    assert_eq!(found[0].scopes, ["5599990040"]);
    // Comments may be put anywhere into what was signed.
    let commented = metadata("scope-commented", FEDERATION);
    assert!(commented[0].signer.is_ok());
    assert_eq!(commented[0].scopes, ["55999900249"]);
    assert_eq!(metadata("twice", FEDERATION).len(), 2);
}

#[test]
fn no_change_of_a_byte_lets_metadata_say_something_else() {
    let good = read("metadata/good.xml");
    let believed = metadata("good", FEDERATION);
    let says = |found: &IdentityProviderMetadata| {
        let found = found.clone();
        let times = (found.published, found.valid_until);
        (found.entity, found.scopes, found.assurance, times)
    };
    let signers = [believed[0].signer.clone().unwrap()];
    let trust = sigill::binding::MetadataTrust {
        signers: &signers,
        suite: &sigill::crypto::CryptographicSuite::default(),
        at: time("2026-02-01T00:00:00Z"),
    };
    let limits = sigill::limits::Limits::default();
    let mut read_and_refused = 0;
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        let read = IdentityProviderMetadata::read_all(&bytes.into(), &trust, &limits);
        for found in read.into_iter().flatten() {
            match &found.signer {
                // The certificate beside the signature, and what XML reads as the same.
                Ok(_) => assert_eq!(says(&found), says(&believed[0]), "byte {place}"),
                Err(_) => read_and_refused += 1,
            }
        }
    }
    assert!(read_and_refused > 100, "{read_and_refused}");
}

#[test]
fn metadata_that_is_missing_or_proves_nothing_is_a_need() {
    let needs = |case: &str, metadata: Vec<IdentityProviderMetadata>| {
        let report = report(case, metadata);
        let needs = report.signatures[0].conclusion.needs.iter();
        needs
            .filter(|need| need.kind == NeedKind::IdentityProviderMetadata)
            .count()
    };
    let case = "metadata/good";
    assert_eq!(needs(case, Vec::new()), 1);
    assert_eq!(needs(case, metadata("stripped", FEDERATION)), 1);
    assert_eq!(needs(case, metadata("ended", FEDERATION)), 1);
    // More metadata of the same time would say the same.
    assert_eq!(needs(case, metadata("other-scope", FEDERATION)), 0);
    assert_eq!(needs(case, metadata("good", FEDERATION)), 0);
    // Nobody attested an employer.
    assert_eq!(needs("binding/service-bankid", Vec::new()), 0);
    assert_eq!(needs("binding/service-default", Vec::new()), 0);
    assert_eq!(needs("binding/seal", Vec::new()), 0);
}
