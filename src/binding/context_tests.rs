//! Binding by what a signature service tells of how it identified the signer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::tests::{AS_OF, fixture, signed};
use super::*;
use crate::trust::Refusal;

const PROVIDER: &str = "https://idp.fixture.test/eid";
const EMPLOYER: &str = "5599990024";

#[derive(Clone, Copy)]
enum MetadataIs {
    Signed,
    Unsigned,
}

fn context_of(name: &str) -> AuthenticationContext {
    let certificate = fixture(name);
    let content = certificate.extensions.authentication_contexts.unwrap();
    AuthenticationContext::read(&content, &Limits::default())
}

fn bind_service(name: &str, vouching: Vouching, metadata: MetadataIs) -> Binding {
    let certificate = fixture(name);
    let signed = Signed {
        signature: None,
        ..signed(&certificate, &[])
    };
    let sources = BindingSources {
        identity_provider_metadata: vec![IdentityProviderMetadata {
            sha256: [9; 32],
            file: bytes::Bytes::new(),
            entity: PROVIDER.to_owned(),
            scopes: vec![EMPLOYER.to_owned()],
            assurance: vec!["http://id.elegnamnden.se/loa/1.0/loa3".to_owned()],
            published: UnixTime::from_rfc3339("2026-01-10T00:00:00Z"),
            valid_until: Some(AS_OF),
            signer: match metadata {
                MetadataIs::Signed => Ok(Arc::new(fixture("seal"))),
                MetadataIs::Unsigned => Err(Refusal::Unsigned),
            },
            foreseen_end: None,
        }],
        ..BindingSources::default()
    };
    bind_by(&signed, vouching, &[], &sources, &Limits::default())
}

#[test]
fn a_context_tells_who_identified_the_signer_when_and_how_surely() {
    let context = context_of("service-bankid");
    assert_eq!(context.problem, None);
    assert_eq!(context.identity_provider.as_deref(), Some(PROVIDER));
    assert_eq!(
        context.instant,
        UnixTime::from_rfc3339("2026-01-15T11:59:30Z")
    );
    assert_eq!(context.assertion.as_deref(), Some("_fixture-assertion"));
    assert_eq!(context.mappings.len(), 4);
    assert!(context.attribute("1.2.752.29.4.13").is_some());
    // The requester set the country: it has no name in the assertion.
    assert!(context.attribute("2.5.4.6").is_none());
    assert!(context.identity_provider_is_of("fixture.test"));
    assert!(context.identity_provider_is_of("idp.fixture.test"));
    assert!(!context.identity_provider_is_of("xture.test"));
    assert!(!context.identity_provider_is_of("test/eid"));
}

#[test]
fn a_context_is_read_whole_or_not_at_all() {
    let refused = context_of("service-entities");
    assert_eq!(refused.types.len(), 1);
    assert_eq!(refused.identity_provider, None);
    assert!(refused.problem.is_some());
    let certificate = fixture("service-bankid");
    let content = certificate.extensions.authentication_contexts.unwrap();
    let small = Limits {
        authentication_context_bytes: 100,
        ..Limits::default()
    };
    let over_limit = AuthenticationContext::read(&content, &small);
    assert_eq!(over_limit.mappings, []);
    assert!(over_limit.problem.is_some());
    for cut in 0..content.len() {
        let cut = AuthenticationContext::read(&content[..cut], &Limits::default());
        assert!(cut.problem.is_some());
        assert_eq!((cut.identity_provider, cut.mappings.len()), (None, 0));
    }
}

#[test]
fn verified_metadata_raises_what_the_provider_attests_for_its_scope_alone() {
    let grade = |name, vouching, metadata| {
        let organisation = bind_service(name, vouching, metadata).signer_organisation;
        organisation.grade
    };
    let (verified, not_verified) = (MetadataIs::Signed, MetadataIs::Unsigned);
    let issuer = Vouching::Issuer;
    assert_eq!(grade("service-affiliation", issuer, verified), Grade::O3);
    assert_eq!(grade("service-attested", issuer, verified), Grade::O3);
    assert_eq!(
        grade("service-affiliation", issuer, not_verified),
        Grade::O1
    );
    assert_eq!(grade("service-attested", issuer, not_verified), Grade::O1);
    // Set by the requester, of another scope, contradicted, unread, untrusted.
    for name in [
        "service-default",
        "service-untold",
        "service-affiliation-differs",
        "service-mismatch",
        "service-entities",
    ] {
        assert_eq!(grade(name, issuer, verified), Grade::O1, "{name}");
    }
    assert_eq!(
        grade("service-attested", Vouching::Nobody, verified),
        Grade::O1
    );
    assert_eq!(
        grade("service-affiliation", Vouching::Nobody, verified),
        Grade::O1
    );
}

#[test]
fn a_provider_whose_level_nobody_approved_counts_as_the_requester() {
    let certificate = fixture("service-attested");
    let authority = |class: &str| {
        let mut context = context_of("service-attested");
        context.class = Some(class.to_owned());
        let signed = Signed {
            certificate: &certificate,
            path: None,
            qualification: Qualification::NotKnown,
            claimed_roles: &[],
            certified_roles: &[],
            signature: None,
            as_of: AS_OF,
        };
        let reading = Reading {
            signed: &signed,
            vouching: Vouching::Issuer,
            issuers: &[],
            context: Some(&context),
            recognition: None,
            sources: &BindingSources::default(),
        };
        let role = role::roles(&reading, Vec::new()).remove(0).grade;
        (
            organisation::of_signer(&reading, Vec::new()).authority,
            role,
        )
    };
    assert_eq!(
        authority("http://id.elegnamnden.se/loa/1.0/loa3"),
        (Authority::IdentityProvider, RoleGrade::Attested)
    );
    assert_eq!(
        authority("http://id.swedenconnect.se/loa/1.0/uncertified-loa3"),
        (Authority::Requester, RoleGrade::Claimed)
    );
}

#[test]
fn a_foreign_signer_is_known_by_country_and_persistence() {
    for (name, country, persistence) in [
        ("eidas-ee", "EE", "A"),
        ("eidas-it", "IT", "B"),
        ("eidas-hr", "HR", "A"),
        ("eidas-es", "ES", "A"),
        ("eidas-de", "DE", "C"),
    ] {
        let binding = bind_service(name, Vouching::Issuer, MetadataIs::Unsigned);
        assert_eq!(
            binding.signer.identity_scheme.as_deref(),
            Some("prid"),
            "{name}"
        );
        assert_eq!(
            binding.signer.identifier.as_deref(),
            Some(personal_number::MASK)
        );
        // Only those of Germany and of persistence C have limits of their own.
        let limits = binding.identification.does_not_prove.len();
        assert_eq!(limits, if country == "DE" { 3 } else { 1 }, "{name}");
        let authentication = binding.identification.authentication.unwrap();
        assert_eq!(authentication.country.as_deref(), Some(country));
        assert_eq!(authentication.persistence.as_deref(), Some(persistence));
        assert_eq!(
            authentication.level.unwrap().standing,
            LevelStanding::Notified
        );
    }
}

#[test]
fn only_a_seal_of_a_qualified_issuer_is_qualified() {
    let grade = |name: &str, vouching, qualification| {
        let certificate = fixture(name);
        let signed = Signed {
            certificate: &certificate,
            path: None,
            qualification,
            claimed_roles: &[],
            certified_roles: &[],
            signature: None,
            as_of: AS_OF,
        };
        let sources = BindingSources::default();
        let binding = bind_by(&signed, vouching, &[], &sources, &Limits::default());
        binding.signer_organisation.grade
    };
    let qualified = Qualification::QualifiedForSeals;
    assert_eq!(grade("seal", Vouching::Issuer, qualified), Grade::O5);
    assert_eq!(grade("seal-german", Vouching::Issuer, qualified), Grade::O5);
    assert_eq!(
        grade("seal", Vouching::Issuer, Qualification::NotKnown),
        Grade::O4
    );
    assert_eq!(grade("seal", Vouching::Nobody, qualified), Grade::O1);
    // A person's certificate, a claim without semantics, a wrong number, a bank.
    assert_eq!(
        grade("qualified-employee", Vouching::Issuer, qualified),
        Grade::O4
    );
    assert_eq!(grade("employee", Vouching::Issuer, qualified), Grade::O1);
    assert_eq!(grade("orgnr-wrong", Vouching::Issuer, qualified), Grade::O1);
    assert_eq!(grade("bankid-like", Vouching::Issuer, qualified), Grade::O0);
}
