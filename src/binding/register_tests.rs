//! Binding by registers, where cases under `fixtures/cases/registers` do not reach.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::tests::{self, fixture};
use super::*;
use crate::register::{RegisterExtract, Standing};

fn bind_with(name: &str, vouching: Vouching, sources: &BindingSources) -> Binding {
    let certificate = fixture(name);
    let signed = Signed {
        signature: None,
        ..tests::signed(&certificate, &[])
    };
    bind_by(&signed, vouching, &[], sources, &Limits::default())
}

fn with_key() -> BindingSources {
    BindingSources {
        reference_key: ReferenceKey::new([7; 32]),
        ..BindingSources::default()
    }
}

/// An extract that somebody signed.
fn signed(kind: &str, rows: &str) -> Registers {
    let text = format!(
        "# format: sigill-register/1\n# kind: {kind}\n# source: Källa\n# as_of: 2026-01-10\n{rows}"
    );
    let extract = RegisterExtract::read(&text.into(), &Limits::default()).unwrap();
    Registers::new(vec![extract.standing_for(Standing::Signed {
        signer: Some("Någon".to_owned()),
        organisation: None,
    })])
}

#[test]
fn one_person_has_one_reference_by_every_e_identification() {
    let reference = |name| {
        bind_with(name, Vouching::Issuer, &with_key())
            .signer
            .person_ref
    };
    let person = reference("bankid-card").unwrap();
    assert_eq!(person.len(), 64);
    for name in ["bankid-mobile", "telia", "svenska-pass", "service-bankid"] {
        assert_eq!(reference(name).as_ref(), Some(&person), "{name}");
    }
    assert_ne!(reference("siths-person").unwrap(), person);
    assert_ne!(reference("chair").unwrap(), person);
    assert_eq!(reference("chair"), reference("chair-telia"));
    assert_eq!(reference("person-rsa"), None);
    assert_eq!(reference("seal"), None);
}

#[test]
fn without_key_or_trust_there_is_no_reference() {
    let sources = BindingSources::default();
    let binding = bind_with("bankid-card", Vouching::Issuer, &sources);
    assert_eq!(binding.signer.person_ref, None);
    let binding = bind_with("bankid-card", Vouching::Nobody, &with_key());
    assert_eq!(binding.signer.person_ref, None);
    let other = BindingSources {
        reference_key: ReferenceKey::new([8; 32]),
        ..BindingSources::default()
    };
    assert_ne!(
        bind_with("bankid-card", Vouching::Issuer, &other)
            .signer
            .person_ref,
        bind_with("bankid-card", Vouching::Issuer, &with_key())
            .signer
            .person_ref
    );
}

#[test]
fn what_is_not_shown_to_be_two_persons_may_be_one() {
    let may_be_same = |one, other| may_be_same_person(&fixture(one), &fixture(other));
    for (one, other) in [
        ("bankid-card", "telia"),
        ("chair", "chair-telia"),
        // A coordination number and a personal number, and one name.
        ("siths-person", "bankid-card"),
        // A HSA-ID and a personal number, and one name.
        ("siths-clinic", "bankid-card"),
        ("seal", "bankid-card"),
    ] {
        assert!(
            may_be_same(one, other) && may_be_same(other, one),
            "{one} {other}"
        );
    }
    for (one, other) in [
        ("chair", "secretary"),
        ("chair", "bankid-card"),
        ("siths-clinic", "chair"),
    ] {
        assert!(
            !may_be_same(one, other) && !may_be_same(other, one),
            "{one} {other}"
        );
    }
}

#[test]
fn an_issuer_code_is_resolved_where_a_profile_says_where_it_stands() {
    let profile = "id = \"codes\"\nname = \"Codes\"\nkey = \"service\"\nproves = []\n\
                   [[recognise]]\nidentity_provider = [\"frejaeid.com\"]\nsource = \"test\"\n\
                   [[attribute]]\nat = \"context/2.5.4.10\"\nmeans = \"issuer-code\"\n\
                   source = \"test\"\n";
    let rows = "code,organisation,from\nFixturbolaget AB,5599990024,2025-01-01\n";
    let mut sources = BindingSources {
        registers: signed("issuer-codes", rows),
        ..BindingSources::default()
    };
    let organisation = |sources: &BindingSources| {
        bind_with("service-freja", Vouching::Issuer, sources).signer_organisation
    };
    assert_eq!(organisation(&sources).value.identifier, None);
    sources.profiles.add(Profile::from_toml(profile).unwrap());
    let resolved = organisation(&sources);
    assert_eq!(resolved.value.identifier.as_deref(), Some("5599990024"));
    assert_eq!(
        (resolved.grade, resolved.authority),
        (Grade::O2, Authority::Register)
    );
}

#[test]
fn registers_say_nothing_of_a_signer_whom_nobody_vouches_for() {
    let rows = format!(
        "certificate_sha256,organisation,role,from,decision\n{},5599990024,Chef,2025-01-01,1\n",
        crate::hex(fixture("bankid-card").sha256())
    );
    let sources = BindingSources {
        registers: signed("mandates", &rows),
        ..BindingSources::default()
    };
    let binding = bind_with("bankid-card", Vouching::Nobody, &sources);
    assert_eq!(binding.signer_organisation.grade, Grade::O0);
    assert_eq!((binding.roles, binding.registers), (Vec::new(), Vec::new()));
    let binding = bind_with("bankid-card", Vouching::Issuer, &sources);
    assert_eq!(binding.signer_organisation.grade, Grade::O2);
    // Whoever signed it is not shown to be the organisation itself.
    assert_eq!(binding.roles[0].grade, RoleGrade::Attested);
    assert!(binding.has_role("chef", RoleGrade::Attested));
    assert!(!binding.has_role("chef", RoleGrade::Certified));
}

#[test]
fn a_title_in_the_certificate_is_none_in_an_organisation_that_a_register_names() {
    let rows = format!(
        "certificate_sha256,organisation,role,from,decision\n{},5599990024,Ombud,2025-01-01,1\n",
        crate::hex(fixture("siths-hcc").sha256())
    );
    let sources = BindingSources {
        registers: signed("mandates", &rows),
        ..BindingSources::default()
    };
    let binding = bind_with("siths-hcc", Vouching::Issuer, &sources);
    assert_eq!(binding.signer_organisation.authority, Authority::Register);
    assert_eq!(binding.roles.len(), 2);
    assert!(!binding.has_role("Läkare", RoleGrade::Claimed));
    assert!(binding.has_role("Ombud", RoleGrade::Attested));
}
