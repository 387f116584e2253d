//! Revocation lists, OCSP responses and time-stamps; `revocation_families.rs`,
//! `revocation_list_families.rs` and `timestamp_families.rs` have many more of them.

use crate::der::{edit, split, tlv};
use crate::measured;
use crate::support::pki::{
    Identity, ListDraft, SingleDraft, Status, date, day, der, distribution_point, entry,
    entry_with, key_purposes, no_check, point_name, scope, unknown_extension,
};
use crate::support::revocation::World;
use crate::support::signed::{TokenDraft, document, token_with, tsa};
use sigill::asn1::{oid, tag};
use sigill::validation::{Rule, Status as Found};
use sigill::{Bytes, Evidence, Policy, Report, UnixTime, Validator};

/// When all of these are judged, a day after they were made.
fn now() -> UnixTime {
    day(2025, 6, 2)
}

fn made() -> UnixTime {
    day(2025, 6, 1)
}

fn told(world: &World, evidence: &[Bytes]) -> &'static str {
    measured(|| world.told(evidence, now()))
}

fn list(issuer: &Identity, change: impl FnOnce(&mut ListDraft)) -> Bytes {
    issuer.list(made(), change)
}

#[test]
fn b22_entries_that_are_odd_never_make_a_certificate_good() {
    let _bound = crate::bound("B22");
    let world = World::new();
    let revoking = || entry(&world.leaf, day(2025, 5, 1), 1);
    let removed = || entry(&world.leaf, day(2025, 5, 2), 8);
    let critical = || entry_with(&world.leaf, day(2025, 5, 1), 1, &[unknown_extension(true)]);
    let about_other = || {
        entry_with(
            &world.issuer,
            day(2025, 5, 1),
            1,
            &[unknown_extension(true)],
        )
    };
    let negative = der(|writer| {
        writer.sequence(|entry| {
            entry.primitive(tag::INTEGER, &[0x80, 0x01]);
            entry.generalized_time(day(2025, 5, 1));
        });
    });
    let with = |entries: Vec<Vec<u8>>| {
        told(
            &world,
            &[list(&world.issuer, |draft| draft.entries = entries)],
        )
    };
    assert_eq!(with(vec![]), "good");
    assert_eq!(with(vec![revoking(), revoking()]), "revoked");
    assert_eq!(with(vec![revoking(), removed()]), "revoked");
    assert_eq!(with(vec![negative, revoking()]), "revoked");
    for unknown in [critical(), about_other()] {
        assert_ne!(with(vec![unknown]), "good");
    }
}

#[test]
fn b23_lists_of_another_scope_say_nothing() {
    let _bound = crate::bound("B23");
    let (one, other) = ("http://lists.example/1", "http://lists.example/2");
    let world = World::with_leaf(|issuer| {
        issuer.issue("Leaf", |draft| {
            draft.extensions = vec![distribution_point(|point| point_name(point, one))];
        })
    });
    let of_point = |url: &str| {
        list(&world.issuer, |draft| {
            draft.extensions = vec![scope(|fields| point_name(fields, url))];
        })
    };
    assert_eq!(told(&world, &[of_point(one)]), "good");
    assert_eq!(told(&world, &[of_point(other)]), "unusable");
    let imposter = Identity::root("Issuer");
    let lister = world.root.authority("Lister");
    for by_another in [&imposter, &lister] {
        let evidence = [list(by_another, |_| {}), by_another.der()];
        assert_eq!(told(&world, &evidence), "unusable");
    }
    // An indirect list whose entries name no certificate issuer is about its own issuer.
    let indirect = list(&lister, |draft| {
        draft.entries = vec![entry(&world.leaf, day(2025, 5, 1), 1)];
        draft.extensions = vec![scope(|fields| fields.primitive(tag::context(4), &[0xff]))];
    });
    assert_eq!(told(&world, &[indirect, lister.der()]), "unusable");
    let verdict = world.validated(&[of_point(other)], now(), &world.strict());
    assert_eq!(verdict, "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE");
}

fn good(world: &World) -> SingleDraft {
    SingleDraft::good(&world.leaf, &world.issuer, made())
}

#[test]
fn b24_ten_thousand_answers_are_looked_through_once() {
    let _bound = crate::bound("B24");
    let world = World::new();
    let numbered = |number: u32| {
        let mut single = good(&world);
        single.serial = [&[1, 0, 0, 0, 0][..], &number.to_be_bytes()].concat();
        single
    };
    let others = || (0..10_000).map(numbered);
    let with = |last: Vec<SingleDraft>| {
        let singles = others().chain(last).collect();
        told(&world, &[world.issuer.response(made(), singles)])
    };
    assert_eq!(with(vec![good(&world)]), "good");
    let revoked = good(&world).saying(Status::Revoked(day(2025, 5, 1), 1));
    assert_eq!(with(vec![good(&world), revoked]), "revoked");
    assert_eq!(with(Vec::new()), "unusable");
}

#[test]
fn b25_responders_must_be_authorised() {
    let _bound = crate::bound("B25");
    let world = World::new();
    let purpose = || key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false);
    let said = |responder: &Identity, others: &[Bytes]| {
        let response = responder.response(made(), vec![good(&world)]);
        told(&world, &[&[response], others].concat())
    };
    let right = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![purpose(), no_check()];
    });
    assert_eq!(said(&right, &[]), "good");
    let without = world
        .issuer
        .issue("Responder", |draft| draft.extensions = vec![no_check()]);
    assert_eq!(said(&without, &[]), "unusable");
    let other = world.root.authority("Other");
    let foreign = other.issue("Responder", |draft| {
        draft.extensions = vec![purpose(), no_check()];
    });
    assert_eq!(said(&foreign, &[other.der()]), "unusable");
    let ended = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![purpose(), no_check()];
        draft.not_after = UnixTime(made().0 - 1);
    });
    assert_eq!(said(&ended, &[]), "unusable");
}

#[test]
fn b26_responses_out_of_time_prove_nothing() {
    let _bound = crate::bound("B26");
    let world = World::new();
    let at = |this_update, next_update, produced_at| {
        let mut single = good(&world);
        (single.this_update, single.next_update) = (this_update, next_update);
        let response = world.issuer.response(produced_at, vec![single]);
        measured(|| world.validated(&[response], now(), &world.strict()))
    };
    let (later, last) = (day(2025, 6, 3), day(9999, 12, 31));
    assert_eq!(at(made(), Some(later), made()), "PASSED");
    for (this_update, next_update, produced_at) in [
        (last, Some(last), made()),
        (made(), Some(later), last),
        (date(2900), Some(last), date(2900)),
        (made(), Some(day(2025, 5, 1)), made()),
        (last, Some(made()), made()),
    ] {
        let found = at(this_update, next_update, produced_at);
        assert_eq!(found, "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE");
    }
    // Whoever says that nothing newer comes until 9999 is believed up to now only.
    assert_eq!(at(made(), Some(last), made()), "PASSED");
}

#[test]
fn b28_tokens_that_are_no_time_stamps_prove_nothing() {
    let _bound = crate::bound("B28");
    let world = World::new();
    let stamping = tsa(&world.root);
    let stamped = |authority: &Identity, change: &dyn Fn(&mut TokenDraft)| {
        let token = |value: &[u8]| token_with(authority, value, made(), change);
        let report = judged(&world, &token);
        (
            report.signatures[0].best_signature_time,
            report.signatures[0].timestamps[0].conclusion.clone(),
        )
    };
    let (best, conclusion) = stamped(&stamping, &|_| {});
    assert!(conclusion.indication.is_passed());
    assert_eq!(best, made());
    // A wrong imprint, and a purpose that is not theirs.
    let (best, conclusion) = stamped(&stamping, &|draft| draft.imprint[0] ^= 1);
    assert_eq!(conclusion.indication.to_string(), "FAILED/HASH_FAILURE");
    assert_eq!(best, now());
    let other = world.root.issue("Time", |draft| {
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], true)];
    });
    let (best, conclusion) = stamped(&other, &|_| {});
    assert!(!conclusion.indication.is_passed());
    assert_eq!(best, now());
    // Old authorities mark their purpose as not critical: told, and a policy may refuse it.
    let lax = world.root.issue("Time", |draft| {
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], false)];
    });
    let (_, conclusion) = stamped(&lax, &|_| {});
    let warned = |rule| {
        let mut findings = conclusion.findings.iter();
        findings.any(|finding| finding.rule == rule && finding.status == Found::Warning)
    };
    assert!(warned(Rule::KeyUsageMet));
    // An accuracy of a hundred years does not make the signature older than it was stamped.
    let (best, _) = stamped(&stamping, &|draft| draft.accuracy = Some(3_153_600_000));
    assert!(best >= made());
}

#[test]
fn b28_a_token_has_one_signer() {
    let _bound = crate::bound("B28");
    let world = World::new();
    let stamping = tsa(&world.root);
    let signers = &[1, 0, 4];
    let report = judged(&world, &|value| {
        let token = token_with(&stamping, value, made(), |_| {});
        edit(&token, signers, &|set| tlv(0x31, &split(set).1.repeat(2)))
    });
    let signature = &report.signatures[0];
    let mut stamps = signature.timestamps.iter();
    assert!(stamps.all(|stamp| !stamp.conclusion.indication.is_passed()));
    assert_eq!(signature.best_signature_time, now());
}

/// The report on a signature with the time-stamp that `token` makes of its value.
fn judged(world: &World, token: &dyn Fn(&[u8]) -> Vec<u8>) -> Report {
    let document = document(&world.leaf, &[&world.issuer], |value| vec![token(value)]);
    let (trust, policy) = (world.trust(), Policy::default());
    measured(|| {
        let evidence = Evidence::from(&document);
        Validator::new(&trust, &policy).validate(&document, &evidence, now())
    })
}
