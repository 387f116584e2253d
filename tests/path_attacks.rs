//! Certificates made to keep a validator busy: each search ends at its limit, says which, and
//! accepts nothing.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/certificates.rs"]
mod certificates;

use certificates::{Draft, Key, der, name};
use sigill::asn1::{Oid, oid, tag};
use sigill::limits::Limits;
use sigill::policy::PathConstraints;
use sigill::report::CertificateReport;
use sigill::validation::{Rule, Status};
use sigill::x509::{Certificate, Criticality};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeSet;

#[test]
fn hundreds_of_issuers_of_one_name() {
    let world = World::new();
    let (issuer, leaf) = (Key::numbered(1), Key::numbered(2));
    let impostors = (0..300).map(|number| {
        let key = Key::numbered(1_000 + number);
        world.issued("issuer", &key, number)
    });
    let target = Draft::new(&name("issuer"), &name("leaf")).sign(&leaf, &issuer);
    let report = world.validate(&target, impostors.collect());
    assert_exhausted(&report, "signature checks");
    assert_eq!(
        report.effort.signature_checks,
        Limits::default().path_signature_checks
    );
    assert_eq!(report.effort.candidate_paths, 0);
}

#[test]
fn a_key_identifier_leads_past_look_alikes() {
    let world = World::new();
    let (issuer, leaf) = (Key::numbered(1), Key::numbered(2));
    let mut evidence: Vec<Bytes> = (0..300)
        .map(|number| world.issued("issuer", &Key::numbered(1_000 + number), number))
        .collect();
    let identifier = der(|writer| writer.octet_string(b"issuer"));
    let of_authority = der(|writer| {
        writer.sequence(|fields| fields.primitive(tag::context(0), b"issuer"));
    });
    let subject_key = &oid::SUBJECT_KEY_IDENTIFIER;
    evidence.push(
        Draft::new(&name("root"), &name("issuer"))
            .authority()
            .extension(subject_key, Criticality::NonCritical, &identifier)
            .sign(&issuer, &world.root),
    );
    let target = Draft::new(&name("issuer"), &name("leaf"))
        .extension(
            &oid::AUTHORITY_KEY_IDENTIFIER,
            Criticality::NonCritical,
            &of_authority,
        )
        .sign(&leaf, &issuer);
    let report = world.validate(&target, evidence);
    assert!(report.conclusion.indication.is_passed());
    assert_eq!(report.effort.signature_checks, 2);
}

#[test]
fn a_mesh_of_authorities_that_leads_nowhere() {
    let world = World::new();
    let size = 12;
    let keys: Vec<Key> = (0..size).map(|number| Key::numbered(10 + number)).collect();
    let named = |number: usize| name(&format!("mesh {number}"));
    let mut evidence = Vec::new();
    for (one, issuer) in keys.iter().enumerate() {
        for (other, subject) in keys.iter().enumerate().filter(|(other, _)| *other != one) {
            let draft = Draft::new(&named(one), &named(other)).authority();
            evidence.push(draft.sign(subject, issuer));
        }
    }
    let target = Draft::new(&named(0), &name("leaf")).sign(&Key::numbered(1), &keys[0]);
    let report = world.validate(&target, evidence.clone());
    assert_exhausted(&report, "signature checks");

    // One way out is found, wherever it is.
    let draft = Draft::new(&name("root"), &named(7)).authority();
    evidence.push(draft.sign(&keys[7], &world.root));
    let report = world.validate(&target, evidence);
    assert!(
        report.conclusion.indication.is_passed(),
        "{:?}",
        report.effort
    );
}

/// Keys without parameters put their checks off, but not the count.
#[test]
fn a_mesh_of_authorities_whose_keys_wait_for_parameters() {
    let world = World::new();
    let any = Key::numbered(1);
    let evidence = (0..300)
        .map(|number| {
            Draft::new(&name("waiting"), &name("waiting"))
                .authority()
                .with_dsa_key(number + 2)
                .numbered(number)
                .sign(&any, &any)
        })
        .collect();
    let target = Draft::new(&name("waiting"), &name("leaf")).sign(&any, &any);
    let report = world.validate(&target, evidence);
    assert_exhausted(&report, "signature checks");
}

#[test]
fn a_chain_without_end() {
    let world = World::new();
    let named = |number: u64| name(&format!("level {number}"));
    let key = |number: u64| Key::numbered(10 + number);
    let evidence = (0..40)
        .map(|number| {
            let draft = Draft::new(&named(number + 1), &named(number)).authority();
            draft.sign(&key(number), &key(number + 1))
        })
        .collect();
    let target = Draft::new(&named(0), &name("leaf")).sign(&Key::numbered(1), &key(0));
    let report = world.validate(&target, evidence);
    assert_exhausted(&report, "certificates in a path");
    assert!(report.effort.signature_checks <= Limits::default().path_length);
}

#[test]
fn hundreds_of_paths_that_are_not_good() {
    let world = World::new();
    let (issuer, leaf) = (Key::numbered(1), Key::numbered(2));
    let ended = UnixTime::from_date(2021, 1, 1).unwrap();
    let evidence = (0..300)
        .map(|number| {
            Draft::new(&name("root"), &name("issuer"))
                .authority()
                .numbered(number)
                .valid(UnixTime::from_date(2020, 1, 1).unwrap(), ended)
                .sign(&issuer, &world.root)
        })
        .collect();
    let target = Draft::new(&name("issuer"), &name("leaf")).sign(&leaf, &issuer);
    let report = world.validate(&target, evidence);
    assert_exhausted(&report, "candidate paths");
    assert_eq!(
        report.effort.candidate_paths,
        Limits::default().candidate_paths
    );
}

#[test]
fn thousands_of_name_constraints() {
    let (report, limits) = (under_constraints(1_500), Limits::default());
    assert_exhausted(&report, "comparisons of names");
    assert!(report.effort.name_comparisons <= limits.name_comparisons);
    let said = format!("more than {} comparisons", limits.name_comparisons);
    assert!(findings(&report, Rule::NameConstraintsMet).contains(&said));

    let report = under_constraints(3_000);
    assert_exhausted(&report, "names in a certificate");
    assert_eq!(report.effort.name_comparisons, 0);
    // As many constraints as before, and a certificate like those of people.
    assert!(under_constraints(3).conclusion.indication.is_passed());
}

/// The verdict on a certificate of so many names below thousands of constraints.
fn under_constraints(names: usize) -> CertificateReport {
    let world = World::new();
    let (issuer, leaf) = (Key::numbered(1), Key::numbered(2));
    let dns = |writer: &mut sigill::asn1::DerWriter, text: String| {
        writer.primitive(0x82, text.as_bytes());
    };
    let constraints = der(|writer| {
        writer.sequence(|fields| {
            for (number, prefix) in [(0, "t"), (1, "x")] {
                fields.constructed(tag::context_constructed(number), |subtrees| {
                    for host in 0..3_000 {
                        subtrees.sequence(|base| dns(base, format!("{prefix}{host}.test")));
                    }
                });
            }
        });
    });
    let alternatives = der(|writer| {
        writer.sequence(|list| (0..names).for_each(|host| dns(list, format!("t{host}.test"))));
    });
    let intermediate = Draft::new(&name("root"), &name("issuer"))
        .authority()
        .extension(&oid::NAME_CONSTRAINTS, Criticality::Critical, &constraints)
        .sign(&issuer, &world.root);
    let kind = &oid::SUBJECT_ALTERNATIVE_NAME;
    let target = Draft::new(&name("issuer"), &name("leaf"))
        .extension(kind, Criticality::NonCritical, &alternatives)
        .sign(&leaf, &issuer);
    world.validate(&target, vec![intermediate])
}

/// CVE-2023-0464: a tree of policies would have 50 to the power of 8 nodes.
#[test]
fn policies_that_are_all_mapped_to_each_other() {
    let world = World::new();
    let policies: Vec<Oid> = (0..50)
        .map(|number| Oid::from_dotted(&format!("1.2.{number}")).unwrap())
        .collect();
    let stated = der(|writer| {
        writer.sequence(|list| {
            for policy in &policies {
                list.sequence(|information| information.oid(policy));
            }
        });
    });
    let mapped = der(|writer| {
        writer.sequence(|list| {
            for issuer in &policies {
                for subject in &policies {
                    list.sequence(|pair| {
                        pair.oid(issuer);
                        pair.oid(subject);
                    });
                }
            }
        });
    });
    let named = |level: u64| match level {
        0 => name("root"),
        level => name(&format!("level {level}")),
    };
    let key = |level: u64| Key::numbered(if level == 0 { 0 } else { 10 + level });
    let evidence = (0..8)
        .map(|level| {
            Draft::new(&named(level), &named(level + 1))
                .authority()
                .extension(
                    &oid::CERTIFICATE_POLICIES,
                    Criticality::NonCritical,
                    &stated,
                )
                .extension(&oid::POLICY_MAPPINGS, Criticality::Critical, &mapped)
                .sign(&key(level + 1), &key(level))
        })
        .collect();
    let target = Draft::new(&named(8), &name("leaf"))
        .extension(
            &oid::CERTIFICATE_POLICIES,
            Criticality::NonCritical,
            &stated,
        )
        .sign(&Key::numbered(1), &key(8));
    let constraints = PathConstraints {
        require_explicit_policy: true,
        ..PathConstraints::default()
    };
    let report = world.validate_under(&constraints, &target, evidence);
    assert!(report.conclusion.indication.is_passed());
    assert_eq!(
        report.user_constrained_policies,
        policies.into_iter().collect::<BTreeSet<_>>()
    );
}

/// A critical extension whose identifier nobody can read must not be taken for none.
#[test]
fn an_extension_with_a_broken_identifier_is_not_passed_over() {
    let key = Key::numbered(1);
    let unknown = Oid::from_dotted("2.5.29.99").unwrap();
    let draft = Draft::new(&name("a"), &name("a"));
    let draft = draft.extension(&unknown, Criticality::Critical, &[]);
    let certificate = draft.sign(&key, &key);
    let read = Certificate::read(&certificate).unwrap();
    assert_eq!(read.extensions.unknown_critical, [unknown]);
    let mut broken = certificate.to_vec();
    let at = broken
        .windows(3)
        .position(|part| part == [0x55, 0x1d, 99])
        .unwrap();
    broken[at + 1] = 0x80;
    assert!(Certificate::read(&broken.into()).is_err());
}

/// An anchor, and who trusts it.
struct World {
    root: Key,
    trust: TrustAnchors,
}

impl World {
    fn new() -> Self {
        let root = Key::numbered(0);
        let anchor = Draft::new(&name("root"), &name("root")).authority();
        let mut trust = TrustAnchors::none();
        trust.add(anchor.sign(&root, &root)).unwrap();
        World { root, trust }
    }

    /// A certificate of an authority, issued by the anchor.
    fn issued(&self, subject: &str, key: &Key, serial: u64) -> Bytes {
        Draft::new(&name("root"), &name(subject))
            .authority()
            .numbered(serial)
            .sign(key, &self.root)
    }

    fn validate(&self, target: &Bytes, evidence: Vec<Bytes>) -> CertificateReport {
        self.validate_under(&PathConstraints::default(), target, evidence)
    }

    fn validate_under(
        &self,
        constraints: &PathConstraints,
        target: &Bytes,
        given: Vec<Bytes>,
    ) -> CertificateReport {
        let mut evidence = Evidence::default();
        for certificate in given {
            evidence.add(certificate);
        }
        assert!(evidence.unreadable().is_empty());
        let target = Certificate::read(target).unwrap();
        let policy = Policy::default();
        let time = UnixTime::from_date(2024, 1, 1).unwrap();
        Validator::new(&self.trust, &policy).validate_certificate(
            &target,
            &evidence,
            constraints,
            time,
        )
    }
}

fn assert_exhausted(report: &CertificateReport, limit: &str) {
    assert!(!report.conclusion.indication.is_passed());
    assert_eq!(report.effort.exhausted, Some(limit));
    assert_eq!(findings(report, Rule::PathSearchCompleted), [limit]);
}

/// The details of all findings under a rule that are not passed.
fn findings(report: &CertificateReport, rule: Rule) -> Vec<String> {
    let findings = report.conclusion.findings.iter();
    findings
        .filter(|finding| finding.rule == rule && finding.status != Status::Passed)
        .map(|finding| finding.detail.clone())
        .collect()
}
