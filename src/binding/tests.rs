//! Binding by certificates of the fixtures and by ones made up here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::personal_number::{MASK, mask};
use super::*;
use crate::asn1::{DerWriter, Oid, oid, tag};
use bytes::Bytes;
use std::fs;

/// Binds as if the certificate was trusted or not, by the profiles that sigill comes with.
fn bound(certificate: &Certificate, vouching: Vouching, claimed_roles: &[String]) -> Binding {
    let signed = signed(certificate, claimed_roles);
    let sources = BindingSources::default();
    super::bind_by(&signed, vouching, &[], &sources, &Limits::default())
}

pub(super) fn signed<'a>(certificate: &'a Certificate, claimed_roles: &'a [String]) -> Signed<'a> {
    Signed {
        certificate,
        path: None,
        qualification: Qualification::NotKnown,
        claimed_roles,
        certified_roles: &[],
        signature: Some([7; 32]),
        as_of: AS_OF,
    }
}

pub(super) const AS_OF: UnixTime = UnixTime(1_769_904_000);

pub(super) fn fixture(name: &str) -> Certificate {
    let path = format!("{}/fixtures/pki/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(path).unwrap();
    let pem = x509_parser::pem::Pem::iter_from_buffer(&bytes).next();
    Certificate::read(&Bytes::from(pem.unwrap().unwrap().contents)).unwrap()
}

/// A certificate that nobody signed, which binding does not ask.
#[derive(Default)]
pub(super) struct Sample {
    issuer: Vec<(Oid, &'static str)>,
    subject: Vec<(Oid, &'static str)>,
    policies: Vec<&'static str>,
    semantics: Option<Oid>,
    context: Option<&'static str>,
}

impl Sample {
    pub(super) fn of(subject: &[(Oid, &'static str)]) -> Self {
        Sample {
            subject: subject.to_vec(),
            ..Sample::default()
        }
    }

    pub(super) fn issuer(mut self, common_name: &'static str) -> Self {
        self.issuer = vec![(oid::COMMON_NAME, common_name)];
        self
    }

    pub(super) fn policy(mut self, policy: &'static str) -> Self {
        self.policies.push(policy);
        self
    }

    fn semantics(mut self, semantics: Oid) -> Self {
        self.semantics = Some(semantics);
        self
    }

    fn context(mut self, kind: &'static str) -> Self {
        self.context = Some(kind);
        self
    }

    pub(super) fn bind_by(&self, vouching: Vouching) -> Binding {
        let binding = bound(&self.certificate(), vouching, &[]);
        let shown = format!("{binding:?}");
        assert_eq!(mask(&shown), shown);
        binding
    }

    pub(super) fn certificate(&self) -> Certificate {
        let algorithm = Oid::from_dotted("1.2.840.10045.4.3.2").unwrap();
        let mut writer = DerWriter::new();
        writer.sequence(|certificate| {
            certificate.sequence(|tbs| {
                tbs.constructed(tag::context_constructed(0), |version| {
                    version.small_integer(2)
                });
                tbs.small_integer(1);
                tbs.sequence(|identifier| identifier.oid(&algorithm));
                write_name(tbs, &self.issuer);
                tbs.sequence(|validity| {
                    validity.primitive(tag::UTC_TIME, b"250101000000Z");
                    validity.primitive(tag::UTC_TIME, b"270101000000Z");
                });
                write_name(tbs, &self.subject);
                tbs.raw(fixture("seal").public_key.spki());
                tbs.constructed(tag::context_constructed(3), |explicit| {
                    explicit.sequence(|list| self.write_extensions(list));
                });
            });
            certificate.sequence(|identifier| identifier.oid(&algorithm));
            certificate.primitive(tag::BIT_STRING, &[0, 0]);
        });
        Certificate::read(&Bytes::from(writer.into_bytes())).unwrap()
    }

    fn write_extensions(&self, list: &mut DerWriter) {
        if !self.policies.is_empty() {
            write_extension(list, &oid::CERTIFICATE_POLICIES, |value| {
                for policy in &self.policies {
                    value.sequence(|policy_information| {
                        policy_information.oid(&Oid::from_dotted(policy).unwrap());
                    });
                }
            });
        }
        if let Some(semantics) = &self.semantics {
            write_extension(list, &oid::QC_STATEMENTS, |value| {
                value.sequence(|statement| {
                    statement.oid(&oid::QC_SYNTAX_V2);
                    statement.sequence(|information| information.oid(semantics));
                });
            });
        }
        if let Some(kind) = self.context {
            write_extension(list, &oid::AUTHENTICATION_CONTEXTS, |value| {
                value.sequence(|context| context.primitive(tag::UTF8_STRING, kind.as_bytes()));
            });
        }
        write_extension(list, &oid::EXTENDED_KEY_USAGE, |_| {});
    }
}

fn write_name(writer: &mut DerWriter, attributes: &[(Oid, &'static str)]) {
    writer.sequence(|name| {
        for (kind, value) in attributes {
            name.constructed(tag::SET, |relative| {
                relative.sequence(|pair| {
                    pair.oid(kind);
                    pair.primitive(tag::UTF8_STRING, value.as_bytes());
                });
            });
        }
    });
}

fn write_extension(list: &mut DerWriter, kind: &Oid, write: impl FnOnce(&mut DerWriter)) {
    let mut value = DerWriter::new();
    value.sequence(write);
    list.sequence(|extension| {
        extension.oid(kind);
        extension.primitive(tag::OCTET_STRING, &value.into_bytes());
    });
}

const SAML_CONTEXT: &str = "http://id.elegnamnden.se/auth-cont/1.0/saci";

pub(super) fn person(more: &[(Oid, &'static str)]) -> Sample {
    let mut subject = vec![
        (oid::COUNTRY, "SE"),
        (oid::COMMON_NAME, "Testperson Ett"),
        (oid::SURNAME, "Ett"),
        (oid::GIVEN_NAME, "Testperson"),
    ];
    subject.extend_from_slice(more);
    Sample::of(&subject)
}

fn organisation(identifier: &'static str) -> Sample {
    Sample::of(&[
        (oid::COUNTRY, "SE"),
        (oid::ORGANIZATION, "Fixturbolaget AB"),
        (oid::ORGANIZATION_IDENTIFIER, identifier),
        (oid::COMMON_NAME, "Fixturbolaget AB"),
    ])
}

#[test]
fn each_fixture_is_graded_and_nothing_is_above_a_claim_without_a_path() {
    let table = [
        ("seal", Grade::O4, Some("5599990016")),
        ("employee", Grade::O1, Some("5599990024")),
        ("orgnr-wrong", Grade::O1, None),
        ("siths-like", Grade::O1, None),
        ("bankid-like", Grade::O0, None),
        ("private", Grade::O0, None),
        ("person-rsa", Grade::O0, None),
    ];
    for (name, grade, identifier) in table {
        let certificate = fixture(name);
        let trusted = bound(&certificate, Vouching::Issuer, &[]);
        assert_eq!(trusted.signer_organisation.grade, grade, "{name}");
        assert_eq!(
            trusted.signer_organisation.value.identifier.as_deref(),
            identifier
        );
        let untrusted = bound(&certificate, Vouching::Nobody, &[]);
        assert_eq!(
            untrusted.signer_organisation.grade,
            grade.min(Grade::O1),
            "{name}"
        );
        assert_eq!(
            untrusted.signer_organisation.value.identifier.as_deref(),
            identifier
        );
        assert_eq!(untrusted.signer.eid, None);
        for shown in [format!("{trusted:?}"), format!("{untrusted:?}")] {
            assert!(!shown.contains("1212121"), "{shown}");
        }
    }
}

#[test]
fn the_signers_of_the_fixtures_are_described() {
    let signer = |name| bound(&fixture(name), Vouching::Issuer, &[]).signer;
    let bankid = signer("bankid-like");
    assert_eq!(bankid.name.as_deref(), Some("Testperson Ett"));
    assert_eq!(bankid.identity_scheme.as_deref(), Some("personnummer"));
    assert_eq!(bankid.identifier.as_deref(), Some(MASK));
    assert_eq!(bankid.eid.as_deref(), Some("BankID"));
    assert_eq!(bankid.direct, Some(true));
    let siths = signer("siths-like");
    assert_eq!(siths.identity_scheme.as_deref(), Some("HSA-ID"));
    assert_eq!(siths.identifier.as_deref(), Some("SE2321000016-1ABC"));
    assert_eq!(siths.eid.as_deref(), Some("SITHS"));
    let roles = bound(&fixture("siths-like"), Vouching::Issuer, &[]).roles;
    let [doctor] = roles.as_slice() else {
        panic!("{roles:?}");
    };
    assert_eq!(doctor.value, "Läkare");
    assert_eq!(doctor.grade, RoleGrade::Certified);
    assert_eq!(doctor.evidence[0].kind, EvidenceKind::Certificate);
    let private = signer("private");
    assert_eq!(private.identity_scheme.as_deref(), Some("personnummer"));
    assert_eq!(private.identifier.as_deref(), Some(MASK));
    assert_eq!((private.eid, private.direct), (None, None));
    let seal = signer("seal");
    assert_eq!(seal.name.as_deref(), Some("Fixturbolaget AB"));
    assert_eq!(seal.identity_scheme.as_deref(), Some("organisation"));
    assert_eq!(seal.identifier, None);
    assert_eq!(signer("person-rsa").identity_scheme, None);
}

#[test]
fn the_prefix_of_a_hsa_id_is_told_but_binds_nothing() {
    let binding = bound(&fixture("siths-like"), Vouching::Issuer, &[]);
    assert_eq!(
        binding.signer_organisation.reason,
        "subject O, asserted only; HSA-ID prefix 2321000016: owner of the directory, \
         not necessarily the employer"
    );
    let alone = person(&[(oid::SERIAL_NUMBER, "SE2321000016-1ABC")]).bind_by(Vouching::Issuer);
    assert_eq!(alone.signer_organisation.grade, Grade::O1);
    assert_eq!(alone.signer_organisation.value.identifier, None);
}

#[test]
fn a_title_that_nobody_vouches_for_is_a_claim() {
    let claimed = ["Chef".to_owned(), "Handläggare".to_owned()];
    let employee = fixture("employee");
    let roles = |vouching| bound(&employee, vouching, &claimed).roles;
    let sources = |roles: Vec<Attributed<String, RoleGrade>>| {
        roles
            .into_iter()
            .map(|role| (role.value, role.grade))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sources(roles(Vouching::Issuer)),
        [
            ("Handläggare".to_owned(), RoleGrade::Certified),
            ("Chef".to_owned(), RoleGrade::Claimed),
            ("Handläggare".to_owned(), RoleGrade::Claimed),
        ]
    );
    assert_eq!(
        sources(roles(Vouching::Nobody)),
        [
            ("Handläggare".to_owned(), RoleGrade::Claimed),
            ("Chef".to_owned(), RoleGrade::Claimed),
        ]
    );
}

#[test]
fn a_qualified_seal_stays_issuer_vetted_while_no_anchor_tells_its_list() {
    let seal = fixture("seal");
    let statements = seal.extensions.qc_statements.as_ref().unwrap();
    assert!(statements.compliance && statements.types == [oid::QC_TYPE_SEAL]);
    let organisation = bound(&seal, Vouching::Issuer, &[]).signer_organisation;
    assert_eq!(organisation.grade, Grade::O4);
    assert_eq!(organisation.value.scheme.as_deref(), Some("NTRSE"));
    assert_eq!(organisation.value.name.as_deref(), Some("Fixturbolaget AB"));
    assert_eq!(organisation.as_of, AS_OF);
}

#[test]
fn an_identifier_counts_by_its_semantics_statement() {
    let grade = |sample: Sample| {
        let organisation = sample.bind_by(Vouching::Issuer).signer_organisation;
        (organisation.grade, organisation.value.identifier)
    };
    let number = || Some("5599990016".to_owned());
    let table = [
        (
            organisation("NTRSE-5599990016").semantics(oid::SEMANTICS_LEGAL),
            Grade::O4,
            number(),
        ),
        (organisation("NTRSE-5599990016"), Grade::O1, number()),
        (
            organisation("NTRSE-5599990016").semantics(oid::SEMANTICS_NATURAL),
            Grade::O1,
            number(),
        ),
        (
            organisation("NTRSE-5599990016").semantics(oid::SEMANTICS_EIDAS_LEGAL),
            Grade::O1,
            number(),
        ),
        (
            organisation("559999-0016").semantics(oid::SEMANTICS_LEGAL),
            Grade::O1,
            number(),
        ),
        (
            organisation("NTRSE-5599990017").semantics(oid::SEMANTICS_LEGAL),
            Grade::O1,
            None,
        ),
        (
            organisation("SE/DE/5599990016").semantics(oid::SEMANTICS_EIDAS_LEGAL),
            Grade::O4,
            Some("SE/DE/5599990016".to_owned()),
        ),
        (
            organisation("SE/DE/5599990016").semantics(oid::SEMANTICS_LEGAL),
            Grade::O1,
            None,
        ),
    ];
    for (sample, expected, identifier) in table {
        let subject = sample.subject.clone();
        assert_eq!(grade(sample), (expected, identifier), "{subject:?}");
    }
}

#[test]
fn several_identifiers_are_none() {
    let mut sample = organisation("NTRSE-5599990016").semantics(oid::SEMANTICS_LEGAL);
    sample
        .subject
        .push((oid::ORGANIZATION_IDENTIFIER, "NTRSE-5599990024"));
    sample
        .subject
        .push((oid::ORGANIZATION, "Fixturbolaget Två AB"));
    let organisation = sample.bind_by(Vouching::Issuer).signer_organisation;
    assert_eq!(organisation.grade, Grade::O1);
    assert_eq!(organisation.value.identifier, None);
    assert_eq!(
        organisation.value.name.as_deref(),
        Some("Fixturbolaget AB / Fixturbolaget Två AB")
    );
}

#[test]
fn the_number_of_a_sole_trader_is_masked_everywhere() {
    let sample = Sample::of(&[
        (oid::COUNTRY, "SE"),
        (oid::ORGANIZATION, "Testfirman 121212-1212"),
        (oid::ORGANIZATION_IDENTIFIER, "NTRSE-1212121212"),
        (oid::COMMON_NAME, "191212121212"),
        (oid::TITLE, "ägare av SE121212121201"),
    ])
    .semantics(oid::SEMANTICS_LEGAL);
    let binding = sample.bind_by(Vouching::Issuer);
    assert_eq!(
        binding.signer_organisation.value.identifier.as_deref(),
        Some(MASK)
    );
    assert!(!format!("{binding:?}").contains("1212"));
}

#[test]
fn the_bank_of_a_bankid_is_never_the_organisation() {
    let bank = [
        (oid::ORGANIZATION, "Fixturbanken AB (publ)"),
        (oid::SERIAL_NUMBER, "191212121212"),
    ];
    let recognised = [
        person(&bank).issuer("Fixturbanken Customer CA3 v1 for BankID"),
        person(&bank).issuer("Testbank A e-Customer CA1 for BankID"),
        person(&bank).policy("1.2.752.78.1.5"),
        person(&bank).policy("1.2.752.71.1.3"),
        person(&bank)
            .policy("1.2.752.78.1.1")
            .semantics(oid::SEMANTICS_LEGAL),
    ];
    for sample in recognised {
        for vouching in [Vouching::Issuer, Vouching::Nobody] {
            let organisation = sample.bind_by(vouching).signer_organisation;
            assert_eq!(organisation.grade, Grade::O0);
            assert_eq!(organisation.value, Organisation::default());
            let service = sample.bind_by(vouching).service_organisation.unwrap();
            assert_eq!(
                service.value.name.as_deref(),
                Some("Fixturbanken AB (publ)")
            );
        }
    }
    // Arcs that only look like it, and the policies that everybody may use.
    for policy in ["1.2.752.78.10.1", "1.2.752.78.1", "1.2.3.4.5"] {
        let binding = person(&bank).policy(policy).bind_by(Vouching::Issuer);
        assert_eq!(binding.signer_organisation.grade, Grade::O1, "{policy}");
        assert_eq!(binding.signer.eid, None);
    }
}

#[test]
fn other_systems_are_recognised_where_their_issuer_is_trusted() {
    let table = [
        (
            person(&[]).issuer("Telia e-legitimation PP CA v2"),
            "Telia e-legitimation",
        ),
        (
            person(&[]).policy("1.2.752.35.99.2"),
            "Telia e-legitimation",
        ),
        (person(&[]).policy("1.2.752.35.99.2.3"), "SITHS"),
        (person(&[]).policy("1.2.752.74.8.512"), "SITHS"),
        (person(&[]).issuer("SITHS Type 1 CA v1 PP"), "SITHS"),
        (
            person(&[]).issuer("Swedish Public Sector Person CA v1"),
            "EFOS",
        ),
    ];
    for (sample, system) in table {
        let binding = sample.bind_by(Vouching::Issuer);
        assert_eq!(binding.signer.eid.as_deref(), Some(system));
        assert_eq!(binding.signer.direct, Some(true));
        assert_eq!(binding.signer_organisation.grade, Grade::O0);
        let untrusted = sample.bind_by(Vouching::Nobody).signer;
        assert_eq!((untrusted.eid, untrusted.direct), (None, None));
    }
}

#[test]
fn a_signature_service_binds_nothing_by_itself() {
    let sample = organisation("NTRSE-5599990016")
        .semantics(oid::SEMANTICS_LEGAL)
        .issuer("Fixture Customer CA1 v1 for BankID")
        .context(SAML_CONTEXT);
    let binding = sample.bind_by(Vouching::Issuer);
    assert_eq!(binding.signer_organisation.grade, Grade::O1);
    assert_eq!(
        binding.signer_organisation.value.identifier.as_deref(),
        Some("5599990016")
    );
    let source = binding.signer_organisation.reason;
    assert!(source.contains("set by the requester"), "{source}");
    assert_eq!(
        binding.signer.eid.as_deref(),
        Some("Sweden Connect sign service")
    );
    assert_eq!(binding.signer.direct, Some(false));
    let other = person(&[(oid::TITLE, "Chef")]).context("urn:example:other");
    let binding = other.bind_by(Vouching::Issuer);
    assert_eq!(binding.signer.eid.as_deref(), Some("sign service"));
    assert_eq!(binding.roles[0].grade, RoleGrade::Claimed);
    assert_eq!(binding.signer_organisation.grade, Grade::O0);
    assert_eq!(binding.signer_organisation.value, Organisation::default());
    assert_eq!(other.bind_by(Vouching::Nobody).signer.direct, Some(false));
}

#[test]
fn the_issuers_own_organisation_is_never_taken() {
    let mut sample = person(&[]).semantics(oid::SEMANTICS_LEGAL);
    sample.issuer = vec![
        (oid::ORGANIZATION, "Fixturmyndigheten"),
        (oid::ORGANIZATION_IDENTIFIER, "NTRSE-2021006883"),
    ];
    let binding = sample.bind_by(Vouching::Issuer);
    let organisation = binding.signer_organisation;
    assert_eq!(organisation.grade, Grade::O0);
    assert_eq!(organisation.value, Organisation::default());
    assert_eq!(organisation.as_of, AS_OF);
    let service = binding.service_organisation.unwrap();
    assert_eq!(service.value.identifier.as_deref(), Some("2021006883"));
    assert_eq!(service.value.name.as_deref(), Some("Fixturmyndigheten"));
    assert_eq!(binding.requesting_organisation, None);
}

#[test]
fn every_identifier_of_a_person_has_its_scheme_and_a_mask() {
    let natural = Some(oid::SEMANTICS_NATURAL);
    let table = [
        ("PNOSE-191212121212", natural.clone(), "personnummer"),
        ("PNOSE-197010632391", natural.clone(), "samordningsnummer"),
        ("TINSE-191212121212", natural.clone(), "personnummer"),
        ("PNOEE-38001085718", natural.clone(), "PNOEE"),
        ("IDCSE-12345678", natural.clone(), "IDCSE"),
        ("PNOSE-191212121213", natural, "other"),
        ("PNOEE-38001085718", None, "other"),
        ("191212121212", None, "personnummer"),
        ("19121212-1212", None, "personnummer"),
        ("197010632391", None, "samordningsnummer"),
        ("991981000010", None, "reservnummer"),
        ("191212121213", None, "other"),
        // How an identifier is to be read is for the certificate to say.
        ("PNOSE-191212121212", None, "other"),
        ("PI:SE-NO:16043700158", None, "other"),
        ("PI:SE-NO:16043700158", Some(oid::SEMANTICS_NATURAL), "prid"),
        ("DE:19521214-1122", None, "prid"),
        ("ES/SE/02635542Y", None, "other"),
        (
            "ES/AT/02635542Y",
            Some(oid::SEMANTICS_EIDAS_NATURAL),
            "eIDAS",
        ),
        ("12345678Z", None, "other"),
    ];
    for (number, semantics, scheme) in table {
        let mut sample = person(&[(oid::SERIAL_NUMBER, number)]);
        sample.semantics = semantics;
        let signer = sample.bind_by(Vouching::Issuer).signer;
        assert_eq!(signer.identity_scheme.as_deref(), Some(scheme), "{number}");
        assert_eq!(signer.identifier.as_deref(), Some(MASK), "{number}");
    }
    let test_number = person(&[(oid::SERIAL_NUMBER, "TSTNMT2321000156-1019")]);
    let signer = test_number.bind_by(Vouching::Issuer).signer;
    assert_eq!(signer.identity_scheme.as_deref(), Some("HSA-ID"));
    assert_eq!(signer.identifier.as_deref(), Some("TSTNMT2321000156-1019"));
}

#[test]
fn a_name_is_built_from_what_there_is() {
    let name =
        |subject: &[(Oid, &'static str)]| Sample::of(subject).bind_by(Vouching::Nobody).signer.name;
    let parts = [(oid::SURNAME, "Ett"), (oid::GIVEN_NAME, "Testperson")];
    assert_eq!(name(&parts).as_deref(), Some("Testperson Ett"));
    assert_eq!(name(&parts[..1]).as_deref(), Some("Ett"));
    assert_eq!(name(&[(oid::PSEUDONYM, "Nemo")]).as_deref(), Some("Nemo"));
    assert_eq!(name(&[]), None);
    let pseudonym = [(oid::COMMON_NAME, "Nemo"), (oid::PSEUDONYM, "Nemo")];
    let signer = Sample::of(&pseudonym).bind_by(Vouching::Issuer).signer;
    assert_eq!(signer.identity_scheme.as_deref(), Some("pseudonym"));
}

#[test]
fn a_number_that_stands_in_the_name_too_is_masked_there() {
    let table = [
        (
            "TAMM,MARI,38001085718",
            "38001085718",
            "TAMM,MARI,••••••••-••••",
        ),
        (
            "TAMM,MARI,38001085718",
            "PNOEE-38001085718",
            "TAMM,MARI,••••••••-••••",
        ),
        (
            "PRUEBA UNO - 00000000T",
            "IDCES-00000000T",
            "PRUEBA UNO - ••••••••-••••",
        ),
        ("Testperson 7", "7", "Testperson 7"),
    ];
    for (name, number, expected) in table {
        let subject = [(oid::COMMON_NAME, name), (oid::SERIAL_NUMBER, number)];
        let signer = Sample::of(&subject).bind_by(Vouching::Issuer).signer;
        assert_eq!(signer.name.as_deref(), Some(expected));
    }
}
