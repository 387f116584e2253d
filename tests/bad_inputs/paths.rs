//! Certificates that keep the search for a path busy; `path_attacks.rs` has more of them.

use crate::certificates::{Draft, Key, der, name};
use crate::measured;
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::limits::Limits;
use sigill::policy::PathConstraints;
use sigill::report::CertificateReport;
use sigill::x509::{Certificate, Criticality};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};

/// The verdict on `target`, below the root of key 0.
fn validate(target: &Bytes, given: Vec<Bytes>, limits: &Limits) -> CertificateReport {
    let root = Key::numbered(0);
    let anchor = Draft::new(&name("root"), &name("root")).authority();
    let mut trust = TrustAnchors::none();
    trust.add(anchor.sign(&root, &root)).unwrap();
    let policy = Policy::default();
    let constraints = PathConstraints::default();
    let time = UnixTime::from_date(2024, 1, 1).unwrap();
    measured(|| {
        let mut evidence = Evidence::default();
        given.into_iter().for_each(|given| evidence.add(given));
        let target = Certificate::read(target).unwrap();
        let validator = Validator::new(&trust, &policy).with_limits(limits.clone());
        validator.validate_certificate(&target, &evidence, &constraints, time)
    })
}

fn assert_refused(report: &CertificateReport, limit: Option<&str>) {
    assert!(!report.conclusion.indication.is_passed());
    assert_eq!(report.effort.exhausted, limit);
    assert!(report.effort.signature_checks <= Limits::default().path_signature_checks);
}

#[test]
fn b07_names_times_constraints_are_counted() {
    let _bound = crate::bound("B07");
    let host = |writer: &mut DerWriter, number: usize| {
        writer.primitive(0x82, format!("t{number}.test").as_bytes());
    };
    let excluded = der(|writer| {
        writer.sequence(|fields| {
            fields.constructed(tag::context_constructed(1), |subtrees| {
                (10_000..12_000).for_each(|number| subtrees.sequence(|base| host(base, number)));
            });
        });
    });
    let kind = &oid::NAME_CONSTRAINTS;
    let intermediate = Draft::new(&name("root"), &name("issuer"))
        .authority()
        .extension(kind, Criticality::Critical, &excluded)
        .sign(&Key::numbered(1), &Key::numbered(0));
    let kind = &oid::SUBJECT_ALTERNATIVE_NAME;
    let limits = Limits::default();
    for (count, limit) in [
        (1_990, "comparisons of names"),
        (2_048, "names in a certificate"),
    ] {
        let names = der(|writer| {
            writer.sequence(|list| (0..count).for_each(|number| host(list, number)));
        });
        let target = Draft::new(&name("issuer"), &name("leaf"))
            .extension(kind, Criticality::NonCritical, &names)
            .sign(&Key::numbered(2), &Key::numbered(1));
        let report = validate(&target, vec![intermediate.clone()], &limits);
        assert_refused(&report, Some(limit));
        assert!(report.effort.name_comparisons <= limits.name_comparisons);
    }
}

#[test]
fn b08_a_complete_graph_is_searched_up_to_a_limit() {
    let _bound = crate::bound("B08");
    let keys: Vec<Key> = (10..74).map(Key::numbered).collect();
    let named = |number: usize| name(&format!("mesh {number}"));
    let mut given = Vec::new();
    for (one, issuer) in keys.iter().enumerate() {
        for (other, subject) in keys.iter().enumerate().filter(|(other, _)| *other != one) {
            let draft = Draft::new(&named(one), &named(other)).authority();
            given.push(draft.sign(subject, issuer));
        }
    }
    assert_eq!(given.len(), 64 * 63);
    let target = Draft::new(&named(0), &name("leaf")).sign(&Key::numbered(1), &keys[0]);
    let report = validate(&target, given, &Limits::default());
    assert_refused(&report, Some("signature checks"));
}

#[test]
fn b09_policies_make_a_graph_and_no_tree() {
    let _bound = crate::bound("B09");
    let policies = [1, 2].map(|last| Oid::from_dotted(&format!("1.2.{last}")).unwrap());
    let any = Oid::from_dotted("2.5.29.32.0").unwrap();
    let stated = der(|writer| {
        writer.sequence(|list| {
            let all = policies.iter().chain([&any]);
            all.for_each(|policy| list.sequence(|information| information.oid(policy)));
        });
    });
    let mapped = der(|writer| {
        writer.sequence(|list| {
            for (issuer, subject) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                list.sequence(|pair| {
                    pair.oid(&policies[issuer]);
                    pair.oid(&policies[subject]);
                });
            }
        });
    });
    let named = |level: u64| match level {
        0 => name("root"),
        level => name(&format!("level {level}")),
    };
    let key = |level: u64| Key::numbered(if level == 0 { 0 } else { 10 + level });
    let policies = &oid::CERTIFICATE_POLICIES;
    let given = (0..20).map(|level| {
        Draft::new(&named(level), &named(level + 1))
            .authority()
            .extension(policies, Criticality::NonCritical, &stated)
            .extension(&oid::POLICY_MAPPINGS, Criticality::Critical, &mapped)
            .sign(&key(level + 1), &key(level))
    });
    let target = Draft::new(&named(20), &name("leaf"))
        .extension(policies, Criticality::NonCritical, &stated)
        .sign(&Key::numbered(1), &key(20));
    let given: Vec<Bytes> = given.collect();
    let deep = Limits {
        path_length: 30,
        ..Limits::default()
    };
    let report = validate(&target, given.clone(), &deep);
    assert!(
        report.conclusion.indication.is_passed(),
        "{:?}",
        report.effort
    );
    // A tree of two policies on twenty levels has a million leaves.
    assert_refused(
        &validate(&target, given, &Limits::default()),
        Some("certificates in a path"),
    );
}

#[test]
fn b10_authorities_that_issue_each_other_lead_nowhere() {
    let _bound = crate::bound("B10");
    let (one, other) = (Key::numbered(1), Key::numbered(2));
    let given = vec![
        Draft::new(&name("one"), &name("other"))
            .authority()
            .sign(&other, &one),
        Draft::new(&name("other"), &name("one"))
            .authority()
            .sign(&one, &other),
        Draft::new(&name("one"), &name("one"))
            .authority()
            .sign(&one, &one),
    ];
    let target = Draft::new(&name("one"), &name("leaf")).sign(&Key::numbered(3), &one);
    let report = validate(&target, given, &Limits::default());
    assert_refused(&report, None);
    assert_eq!(report.effort.candidate_paths, 0);
    let indication = report.conclusion.indication.to_string();
    assert_eq!(indication, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND");
}

#[test]
fn b11_a_chain_of_a_thousand_is_not_climbed() {
    let _bound = crate::bound("B11");
    let named = |number: u64| name(&format!("level {number}"));
    let key = |number: u64| Key::numbered(10 + number);
    let given = (0..1_000).map(|number| {
        let draft = Draft::new(&named(number + 1), &named(number)).authority();
        draft.sign(&key(number), &key(number + 1))
    });
    let target = Draft::new(&named(0), &name("leaf")).sign(&Key::numbered(1), &key(0));
    let report = validate(&target, given.collect(), &Limits::default());
    assert_refused(&report, Some("certificates in a path"));
    assert!(report.effort.signature_checks <= Limits::default().path_length);
}
