//! What somebody would try who wants to pass for the signer of an organisation that is not theirs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::authentication_context::{Mapping, MappingKind};
use super::tests::{AS_OF, Sample, fixture, person, signed};
use super::*;
use crate::asn1::oid;
use crate::x509::GeneralName;

fn by_profile(name: &str, issuer: &str, profile: &str) -> Binding {
    let (certificate, issuer) = (fixture(name), Arc::new(fixture(issuer)));
    let mut sources = BindingSources::default();
    let digest = crate::hex(issuer.sha256());
    let profile = profile.replace("ISSUER", &digest);
    sources.profiles.add(Profile::from_toml(&profile).unwrap());
    let (signed, limits) = (signed(&certificate, &[]), Limits::default());
    bind_by(&signed, Vouching::Issuer, &[issuer], &sources, &limits)
}

fn employer(key: &str) -> String {
    format!(
        "id = \"own\"\nname = \"Own\"\nkey = \"{key}\"\nproves = []\n\
         [[recognise]]\nissuer_sha256 = [\"ISSUER\"]\nsource = \"made up\"\n\
         [organisation]\nidentifier = \"2120990011\"\nname = \"Fixturkommunen\"\nsource = \"made up\"\n"
    )
}

#[test]
fn whoever_a_service_identified_is_no_employee_of_its_owner() {
    let grade = |name, issuer, key| {
        let binding = by_profile(name, issuer, &employer(key));
        binding.signer_organisation.grade
    };
    let (direct, service) = ("e-identification", "service");
    assert_eq!(grade("municipality", "municipality-ca", direct), Grade::O4);
    assert_eq!(grade("municipality", "municipality-ca", service), Grade::O1);
    assert_eq!(
        grade("service-bankid", "sign-service-ca", service),
        Grade::O1
    );
    // A context makes it a service's certificate, whatever the profile says of its key.
    assert_eq!(
        grade("service-bankid", "sign-service-ca", direct),
        Grade::O0
    );
}

/// The answer for a certificate whose context was changed.
fn with_context(name: &str, change: impl Fn(&mut AuthenticationContext)) -> Binding {
    with_certificate(fixture(name), change)
}

fn with_certificate(
    certificate: Certificate,
    change: impl Fn(&mut AuthenticationContext),
) -> Binding {
    let content = certificate
        .extensions
        .authentication_contexts
        .clone()
        .unwrap();
    let mut context = AuthenticationContext::read(&content, &Limits::default());
    change(&mut context);
    let sources = BindingSources {
        identity_provider_metadata: vec![IdentityProviderMetadata {
            sha256: [9; 32],
            file: bytes::Bytes::new(),
            entity: "https://idp.fixture.test/eid".to_owned(),
            scopes: vec!["5599990024".to_owned(), "5599990040".to_owned()],
            assurance: vec!["http://id.elegnamnden.se/loa/1.0/loa3".to_owned()],
            published: Some(UnixTime(0)),
            valid_until: Some(UnixTime(4_000_000_000)),
            signer: Ok(Arc::new(fixture("seal"))),
            foreseen_end: None,
        }],
        ..BindingSources::default()
    };
    let recognition = sources.profiles.recognise(&Recognisable {
        certificate: &certificate,
        issuers: &[],
        context: Some(&context),
    });
    let signed = signed(&certificate, &[]);
    let reading = Reading {
        signed: &signed,
        vouching: Vouching::Issuer,
        issuers: &[],
        context: Some(&context),
        recognition,
        sources: &sources,
    };
    Binding {
        signer: signer::describe(&reading),
        signer_organisation: organisation::of_signer(&reading, Vec::new()),
        identification: identification::identify(&reading),
        ..Binding::unknown(AS_OF)
    }
}

#[test]
fn an_affiliation_that_the_certificate_does_not_hold_is_nobodys_word() {
    let employer = with_context("service-affiliation", |_| {}).signer_organisation;
    assert_eq!(employer.grade, Grade::O3);
    let other = with_context("service-affiliation", |context| {
        for mapping in &mut context.mappings {
            mapping.values = vec!["testperson@fixturbolaget@5599990040".to_owned()];
        }
    });
    assert_eq!(other.signer_organisation.grade, Grade::O1);
    assert_eq!(other.signer_organisation.authority, Authority::Nobody);
}

#[test]
fn a_node_for_foreign_persons_speaks_for_no_organisation() {
    let affiliation = Mapping {
        kind: MappingKind::RelativeDistinguishedName,
        reference: "0.9.2342.19200300.100.1.1".to_owned(),
        name: Some("1.2.752.201.3.1".to_owned()),
        values: vec!["ett@5599990024".to_owned()],
    };
    let binding = with_context("eidas-ee", |context| {
        context.mappings.push(affiliation.clone());
    });
    assert_eq!(binding.signer_organisation.grade, Grade::O1);
    // Known by its level alone, too.
    let binding = with_context("service-affiliation", |context| {
        context.class = Some("http://id.elegnamnden.se/loa/1.0/eidas-sub".to_owned());
    });
    let profile = binding.identification.profile.as_deref();
    assert_eq!(profile, Some("eidas-node"));
    assert_eq!(binding.signer_organisation.grade, Grade::O1);
}

#[test]
fn the_requester_names_nothing_that_the_identity_provider_attested() {
    let affiliation = Mapping {
        kind: MappingKind::SubjectDirectoryAttribute,
        reference: "0.9.2342.19200300.100.1.1".to_owned(),
        name: Some("1.2.752.201.3.1".to_owned()),
        values: vec!["ett@5599990024".to_owned()],
    };
    // Number and name in the subject are the requester's; the affiliation is attested.
    let mut certificate = fixture("service-untold");
    let kind = crate::asn1::Oid::from_dotted(&affiliation.reference).unwrap();
    let attribute = (kind, affiliation.values[0].clone());
    certificate.extensions.directory_attributes.push(attribute);
    let organisation = with_certificate(certificate, |context| {
        context.mappings.push(affiliation.clone());
    })
    .signer_organisation;
    assert_eq!(organisation.grade, Grade::O3);
    assert_eq!(organisation.value.identifier.as_deref(), Some("5599990024"));
    assert_eq!(organisation.value.name, None);
}

#[test]
fn what_is_mapped_out_of_the_subject_must_stand_there_too() {
    let uid = "0.9.2342.19200300.100.1.1";
    let bound = |kind: MappingKind, reference: &str, there: Option<&str>| {
        let affiliation = Mapping {
            kind,
            reference: reference.to_owned(),
            name: Some("1.2.752.201.3.1".to_owned()),
            values: vec!["Ett@5599990024".to_owned()],
        };
        let mut certificate = fixture("service-untold");
        let extensions = &mut certificate.extensions;
        if let Some(text) = there.map(str::to_owned) {
            let name = match reference {
                "1" => Some(GeneralName::Email(text.clone())),
                "6" => Some(GeneralName::Uri(text.clone())),
                _ => None,
            };
            extensions.alternative_names.extend(name);
            let kind = crate::asn1::Oid::from_dotted(uid).unwrap();
            extensions.directory_attributes.push((kind, text));
        }
        let organisation = with_certificate(certificate, |context| {
            context.mappings.push(affiliation.clone());
        })
        .signer_organisation;
        // That of the affiliation, whichever stands first.
        let mut authorities = vec![organisation.authority];
        authorities.extend(organisation.conflicts.iter().map(|other| other.authority));
        (organisation.grade, authorities.into_iter().max().unwrap())
    };
    let attested = (Grade::O3, Authority::IdentityProvider);
    let (names, directory) = (
        MappingKind::SubjectAlternativeName,
        MappingKind::SubjectDirectoryAttribute,
    );
    assert_eq!(bound(names, "1", Some("ett@5599990024")), attested);
    assert_eq!(bound(names, "6", Some("Ett@5599990024")), attested);
    assert_eq!(bound(directory, uid, Some("Ett@5599990024")), attested);
    for (kind, reference) in [(names, "1"), (names, "6"), (directory, uid)] {
        // Another value is a contradiction, so that nobody stands for what is attested.
        let (grade, authority) = bound(kind, reference, Some("ett@5599990040"));
        assert_eq!(grade, Grade::O1, "{reference}");
        assert!(authority < Authority::IdentityProvider, "{reference}");
        assert_eq!(bound(kind, reference, None).0, Grade::O1, "{reference}");
    }
    // Names of this form are no text that could be compared.
    assert_eq!(bound(names, "0", None).0, Grade::O1);
}

/// An extract of this kind, for which somebody stands.
fn extract(kind: &str, rows: &str) -> Registers {
    let text = format!(
        "# format: sigill-register/1\n# kind: {kind}\n# source: Registret\n# as_of: 2026-01-10\n{rows}"
    );
    let extract = crate::register::RegisterExtract::read(&text.into(), &Limits::default());
    Registers::new(vec![extract.unwrap().standing_for(
        crate::register::Standing::Signed {
            signer: Some("Någon".to_owned()),
            organisation: None,
        },
    )])
}

#[test]
fn the_requester_names_nothing_that_a_mandate_is_for() {
    let certificate = fixture("service-default");
    let rows = format!(
        "certificate_sha256,organisation,role,from,decision\n{},5599990024,Ombud,2026-01-01,1\n",
        crate::hex(certificate.sha256())
    );
    let sources = BindingSources {
        registers: extract("mandates", &rows),
        ..BindingSources::default()
    };
    let signed = signed(&certificate, &[]);
    let binding = bind_by(&signed, Vouching::Issuer, &[], &sources, &Limits::default());
    let organisation = binding.signer_organisation;
    assert_eq!(organisation.grade, Grade::O2);
    assert_eq!(organisation.value.identifier.as_deref(), Some("5599990024"));
    assert_eq!(organisation.value.name, None);
    let beside = organisation.conflicts[0].value.name.as_deref();
    assert_eq!(beside, Some("Fixturbolaget AB"));
}

#[test]
fn of_two_numbers_of_persons_neither_is_the_signer() {
    let key = || BindingSources {
        reference_key: ReferenceKey::new([7; 32]),
        ..BindingSources::default()
    };
    let reference = |numbers: &[&'static str]| {
        let numbers = numbers.iter().map(|number| (oid::SERIAL_NUMBER, *number));
        let certificate = person(&numbers.collect::<Vec<_>>()).certificate();
        let signed = signed(&certificate, &[]);
        let binding = bind_by(&signed, Vouching::Issuer, &[], &key(), &Limits::default());
        binding.signer.person_ref
    };
    assert!(reference(&["191212121212"]).is_some());
    assert_eq!(
        reference(&["191212121212", "191212121212"]),
        reference(&["191212121212"])
    );
    assert_eq!(reference(&["191212121212", "195006262546"]), None);
    // Twelve digits of another country.
    let foreign =
        Sample::of(&[(oid::COUNTRY, "PL"), (oid::SERIAL_NUMBER, "191212121212")]).certificate();
    let signed = signed(&foreign, &[]);
    let binding = bind_by(&signed, Vouching::Issuer, &[], &key(), &Limits::default());
    assert_eq!(binding.signer.person_ref, None);
    // An EFOS-ID is no HSA-ID, and what looks like one elsewhere is none.
    for (policy, is_known) in [
        ("1.2.752.74.8.512", true),
        ("1.2.752.146.101.2", false),
        ("1.2.3.4.5", false),
    ] {
        let numbered = person(&[(oid::SERIAL_NUMBER, "SE2321000016-1A")]);
        let certificate = numbered.policy(policy).certificate();
        let signed = super::tests::signed(&certificate, &[]);
        let binding = bind_by(&signed, Vouching::Issuer, &[], &key(), &Limits::default());
        assert_eq!(binding.signer.person_ref.is_some(), is_known, "{policy}");
    }
    // Without a statement of what it is, a prefix means nothing.
    assert_eq!(reference(&["PNOSE-191212121212"]), None);
}

#[test]
fn two_hsa_ids_of_two_organisations_bind_to_neither() {
    let rows = "hsa_id,organisation,from\n\
                SE2321000016-1A,5599990024,2020-01-01\nSE2321000016-1B,5599990040,2020-01-01\n";
    let sources = BindingSources {
        registers: extract("directory", rows),
        ..BindingSources::default()
    };
    let organisation = |numbers: &[(crate::asn1::Oid, &'static str)], policy| {
        let certificate = person(numbers).policy(policy).certificate();
        let signed = signed(&certificate, &[]);
        bind_by(&signed, Vouching::Issuer, &[], &sources, &Limits::default()).signer_organisation
    };
    let (one, other) = (
        (oid::SERIAL_NUMBER, "SE2321000016-1A"),
        (oid::SERIAL_NUMBER, "SE2321000016-1B"),
    );
    let siths = "1.2.752.74.8.512";
    let known = organisation(std::slice::from_ref(&one), siths);
    assert_eq!(known.grade, Grade::O2);
    let both = organisation(&[one.clone(), other], siths);
    assert_eq!((both.grade, both.value.identifier), (Grade::O1, None));
    // What looks like a HSA-ID in other systems is none.
    let of_nobody = organisation(std::slice::from_ref(&one), "1.2.3.4.5");
    assert_eq!(
        (of_nobody.grade, of_nobody.value.identifier),
        (Grade::O1, None)
    );
    for policy in ["1.2.752.78.1.5", "1.2.752.146.101.2"] {
        let elsewhere = organisation(std::slice::from_ref(&one), policy);
        assert_eq!(
            (elsewhere.grade, elsewhere.value.identifier),
            (Grade::O0, None)
        );
    }
}

#[test]
fn a_role_of_whom_nobody_vouches_for_is_claimed() {
    let certificate = fixture("employee");
    let certified = [CertifiedRole {
        title: "Firmatecknare".to_owned(),
        attribute_certificate: [9; 32],
    }];
    let signed = Signed {
        certified_roles: &certified,
        ..signed(&certificate, &[])
    };
    let sources = BindingSources::default();
    let binding = bind_by(&signed, Vouching::Nobody, &[], &sources, &Limits::default());
    assert!(
        binding
            .roles
            .iter()
            .all(|role| role.grade == RoleGrade::Claimed)
    );
    assert!(!binding.has_role("Firmatecknare", RoleGrade::Attested));
}

#[test]
fn levels_are_told_of_the_issuers_that_document_them() {
    let level = |issuer, vouching| {
        let binding = person(&[]).issuer(issuer).bind_by(vouching);
        binding.identification.level.map(|level| level.level.name())
    };
    let table = [
        ("SITHS e-id Person HSA-id 3 CA v1", Some("loa3")),
        ("TEST SITHS e-id Person ID Mobile CA v1", Some("loa3")),
        ("SITHS e-id Person ID 2 CA v1", Some("loa2")),
        ("SITHS Type 1 CA v1", None),
        ("SITHS e-id Function CA v1", None),
        ("Fixturbanken Customer CA1 v1 for BankID", None),
    ];
    for (issuer, expected) in table {
        assert_eq!(level(issuer, Vouching::Issuer), expected, "{issuer}");
        assert_eq!(level(issuer, Vouching::Nobody), None, "{issuer}");
    }
}

#[test]
fn what_no_profile_recognises_is_read_by_the_rules_of_etsi_and_says_so() {
    let identification = person(&[]).bind_by(Vouching::Issuer).identification;
    assert_eq!(identification.profile.as_deref(), Some("etsi"));
    assert!(identification.profile_sha256.is_some());
    assert!(!identification.proves.is_empty() && !identification.does_not_prove.is_empty());
    assert!(
        person(&[])
            .bind_by(Vouching::Nobody)
            .identification
            .proves
            .is_empty()
    );
}

#[test]
fn an_attested_number_stands_in_the_certificate_however_it_is_written() {
    let number = "559999-0024";
    let affiliation = Mapping {
        kind: MappingKind::RelativeDistinguishedName,
        reference: "0.9.2342.19200300.100.1.1".to_owned(),
        name: Some("1.2.752.201.3.1".to_owned()),
        values: vec![format!("ett@{number}")],
    };
    let binding = with_context("service-untold", |context| {
        context.mappings.push(affiliation.clone());
    });
    assert_eq!(binding.signer_organisation.grade, Grade::O1);
}

#[test]
fn an_extract_that_nobody_stands_for_names_no_organisation_that_others_vouch_for() {
    let text = "# format: sigill-register/1\n# kind: organisations\n# source: Registret\n\
                # as_of: 2026-01-10\nnumber,name,from\n5599990024,Annat AB,2001-05-01\n";
    let unsigned = crate::register::RegisterExtract::read(&text.into(), &Limits::default());
    let certificate = fixture("service-default");
    let rows = format!(
        "certificate_sha256,organisation,role,from,decision\n{},5599990024,Ombud,2026-01-01,1\n",
        crate::hex(certificate.sha256())
    );
    let mandates = extract("mandates", &rows);
    let mandate = mandates.extracts().next().unwrap().clone();
    let sources = BindingSources {
        registers: Registers::new(vec![mandate, unsigned.unwrap()]),
        ..BindingSources::default()
    };
    let signed = signed(&certificate, &[]);
    let binding = bind_by(&signed, Vouching::Issuer, &[], &sources, &Limits::default());
    let organisation = binding.signer_organisation;
    assert_eq!(organisation.grade, Grade::O2);
    assert_eq!(organisation.value.name, None);
    let names = organisation.conflicts.iter();
    let names: Vec<_> = names
        .filter_map(|other| other.value.name.as_deref())
        .collect();
    assert!(names.contains(&"Annat AB"), "{names:?}");
}
