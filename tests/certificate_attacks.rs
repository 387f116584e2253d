//! What those who control certificates, or hand in evidence with a document, may try to have a
//! certificate taken for good that is not.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::asn1::{DerWriter, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::policy::{AnchorValidity, ValidationModel};
use sigill::validation::{Rule, Status};
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use support::pki::{
    AUTHORITY, Identity, SIGNATURE, SingleDraft, algorithm, authority, date, day, der, directory,
    entry, key_purposes, key_usage, no_check,
};
use support::revocation::{World, status};
use support::signed;

fn now() -> UnixTime {
    day(2025, 6, 2)
}

fn made() -> UnixTime {
    day(2025, 6, 1)
}

fn authority_from(issuer: &Identity, from: UnixTime, to: UnixTime) -> Identity {
    issuer.issue("Issuer", |draft| {
        draft.not_before = from;
        draft.not_after = to;
        draft.extensions = vec![authority(), key_usage(AUTHORITY)];
    })
}

/// How a signature of `leaf` without any time-stamp is judged.
fn verdict(leaf: &Identity, anchor: &Identity, evidence: &[Bytes], policy: &Policy) -> String {
    let mut trust = TrustAnchors::none();
    trust.add(anchor.der()).unwrap();
    let document = signed::document(leaf, &[], |_| Vec::new());
    let mut all = Evidence::from(&document);
    evidence.iter().for_each(|bytes| all.add(bytes.clone()));
    let report = Validator::new(&trust, policy).validate(&document, &all, now());
    report.signatures[0].conclusion.indication.to_string()
}

#[test]
fn an_anchor_outside_its_validity_is_not_healed_by_the_past() {
    let root = Identity::root("Root");
    for (from, to, judged) in [
        (date(2000), date(2022), "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"),
        (date(2026), date(2040), "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"),
        (date(2000), date(2040), "PASSED"),
    ] {
        let anchor = authority_from(&root, from, to);
        let leaf = anchor.issue("Leaf", |_| {});
        let responder = anchor.issue("Responder", |draft| {
            draft.extensions = vec![
                key_usage(SIGNATURE),
                key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false),
                no_check(),
            ];
        });
        let good = SingleDraft::good(&leaf, &anchor, made());
        let evidence = [responder.response(made(), vec![good]), responder.der()];
        let mut policy = Policy::default();
        assert_eq!(verdict(&leaf, &anchor, &evidence, &policy), "PASSED");
        policy.path.anchor_validity = AnchorValidity::Judged;
        assert_eq!(verdict(&leaf, &anchor, &evidence, &policy), judged);
    }
}

#[test]
fn by_the_chain_model_an_issuer_must_have_begun_when_it_issued() {
    let root = Identity::root("Root");
    for (from, expected) in [
        (day(2020, 1, 2), "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"),
        (date(2020), "PASSED"),
    ] {
        let issuer = authority_from(&root, from, date(2030));
        let leaf = issuer.issue("Leaf", |_| {});
        let evidence = [
            issuer.der(),
            root.list(made(), |_| {}),
            issuer.list(made(), |_| {}),
        ];
        let mut policy = Policy::default();
        policy.path.model = ValidationModel::Chain;
        assert_eq!(verdict(&leaf, &root, &evidence, &policy), expected);
    }
}

#[test]
fn an_old_anchor_of_the_same_name_speaks_no_longer_than_it_is_trusted() {
    let [old, new] = [(); 2].map(|()| Identity::root("Root"));
    let issuer = new.authority("Issuer");
    let evidence = Evidence::default().with(old.list(made(), |_| {}));
    for (until, usable, revoked_at) in [
        (date(2025), 0, None),
        (made(), 1, Some(made())),
        (date(2026), 1, Some(date(2026))),
    ] {
        let mut trust = TrustAnchors::none();
        trust.add(new.der()).unwrap();
        trust.add_until(old.der(), until).unwrap();
        let policy = Policy::default();
        let validator = Validator::new(&trust, &policy);
        let told = validator.revocation_statements(
            &issuer.certificate,
            &new.certificate,
            &evidence,
            now(),
        );
        assert_eq!(told.usable.len(), usable, "{until}");
        let known = told.usable.first().and_then(|told| told.signer_revoked_at);
        assert_eq!(known, revoked_at, "{until}");
    }
}

#[test]
fn no_heap_of_forged_lists_hides_a_revocation() {
    let world = World::new();
    let forger = Identity::root("Issuer");
    let good = SingleDraft::good(&world.leaf, &world.issuer, made());
    let older = UnixTime(made().0 - 1);
    let mut evidence = vec![
        world.issuer.response(made(), vec![good]),
        world.issuer.list(older, |draft| {
            draft.entries = vec![entry(&world.leaf, day(2025, 5, 1), 1)];
        }),
    ];
    assert_eq!(world.told(&evidence, now()), "revoked");
    evidence.extend((0..1_001).map(|second| {
        let newer = UnixTime(made().0 + second);
        forger.list(newer, |_| {})
    }));
    let told = world.statements(&world.leaf, &world.issuer, &evidence, now());
    assert_eq!(status(&told), "unusable");
    assert!(told.exhausted.is_some());
    assert_eq!(
        world.validated(&evidence, now(), &Policy::default()),
        "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    );
}

/// `SignerAttributeV2` with one attribute certificate by `issuer` that gives `holder` a role.
fn certified_role(issuer: &Identity, holder: &Identity) -> Vec<u8> {
    certified_role_with(issuer, |fields| {
        fields.constructed(tag::context_constructed(0), |pair| {
            pair.sequence(|names| directory(names, holder.certificate.issuer.der()));
            pair.primitive(tag::INTEGER, &holder.certificate.serial);
        });
    })
}

fn certified_role_with(issuer: &Identity, holder: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let (context, subject) = (tag::context_constructed, &issuer.certificate.subject);
    let information = der(|writer| {
        writer.sequence(|info| {
            info.small_integer(1);
            info.sequence(holder);
            info.constructed(context(0), |form| {
                form.sequence(|names| directory(names, subject.der()));
            });
            algorithm(info);
            info.small_integer(4_711);
            info.sequence(|validity| {
                validity.generalized_time(date(2025));
                validity.generalized_time(date(2027));
            });
            info.sequence(|_| ());
        });
    });
    der(|writer| {
        writer.sequence(|choices| {
            choices.constructed(context(1), |list| {
                list.sequence(|certified| {
                    certified.constructed(context(0), |choice| {
                        choice.sequence(|certificate| {
                            certificate.raw(&information);
                            algorithm(certificate);
                            let value = [&[0], &issuer.sign(&information)[..]].concat();
                            certificate.primitive(tag::BIT_STRING, &value);
                        });
                    });
                });
            });
        });
    })
}

/// A list that somebody else has made in the name of the authority says nothing of a role.
#[test]
fn a_list_by_another_key_is_no_revocation_data_of_an_attribute_certificate() {
    let world = World::new();
    let role = certified_role(&world.issuer, &world.leaf);
    let role = signed::attribute(&oid::SIGNER_ATTRIBUTES_V2, &role);
    let document = signed::document_with(
        &world.leaf,
        &[&world.issuer],
        |_| Vec::new(),
        |cms| cms.signed.push(role),
    );
    let good = |issuer: &Identity, certificate: &Identity| {
        issuer.response(made(), vec![SingleDraft::good(certificate, issuer, made())])
    };
    let is_certified = |list: Bytes| {
        let mut evidence = Evidence::from(&document);
        evidence.add(good(&world.issuer, &world.leaf));
        evidence.add(good(&world.root, &world.issuer));
        evidence.add(list);
        let (trust, policy) = (world.trust(), world.strict());
        let report = Validator::new(&trust, &policy).validate(&document, &evidence, now());
        let conclusion = &report.signatures[0].conclusion;
        assert_eq!(conclusion.indication.to_string(), "PASSED");
        let mut findings = conclusion.findings.iter();
        findings.any(|finding| {
            finding.rule == Rule::SignerAttributesCertified && finding.status == Status::Passed
        })
    };
    let by_another = Identity::root("Other").list(made(), |draft| {
        draft.issuer = world.issuer.certificate.subject.der().to_vec();
    });
    assert!(is_certified(world.issuer.list(made(), |_| {})));
    assert!(!is_certified(by_another));
    assert!(!is_certified(world.issuer.list(date(2024), |_| {})));
}

/// A digest that can be forged lets the certificate of another stand for the holder.
#[test]
fn a_holder_is_not_named_by_a_weak_digest() {
    let world = World::new();
    let is_certified = |digest: DigestAlgorithm| {
        let role = certified_role_with(&world.issuer, |fields| {
            fields.constructed(tag::context_constructed(2), |information| {
                information.primitive(tag::ENUMERATED, &[1]);
                information.sequence(|identifier| identifier.oid(&digest.oid()));
                let value = [&[0], &digest.digest(&[&world.leaf.der()])[..]].concat();
                information.primitive(tag::BIT_STRING, &value);
            });
        });
        let role = signed::attribute(&oid::SIGNER_ATTRIBUTES_V2, &role);
        let document = signed::document_with(
            &world.leaf,
            &[&world.issuer],
            |_| Vec::new(),
            |cms| cms.signed.push(role),
        );
        let (trust, policy) = (world.trust(), Policy::default());
        let evidence = Evidence::from(&document);
        let report = Validator::new(&trust, &policy).validate(&document, &evidence, now());
        let mut findings = report.signatures[0].conclusion.findings.iter();
        findings.any(|finding| {
            finding.rule == Rule::SignerAttributesCertified && finding.status == Status::Passed
        })
    };
    assert!(is_certified(DigestAlgorithm::Sha256));
    assert!(!is_certified(DigestAlgorithm::Sha1));
}
