//! What OCSP responses and revocation lists may do wrong, each family of
//! `../shared/corpus/revocation_timestamp_checks.json` as one test, with certificates, lists and
//! responses made on the spot: OCSP and freshness here, lists in `revocation_list_families.rs`,
//! time-stamps in `timestamp_families.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::asn1::{Oid, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::x509::OcspResponse;
use sigill::{Bytes, Policy, UnixTime};
use support::pki::{
    DAY, Identity, SIGNATURE, SingleDraft, Status, date, day, der, extension, key_purposes,
    key_usage, moment, no_check, number, unknown_extension,
};
use support::revocation::{World, status};

/// When all of these are judged, a day after the responses.
fn now() -> UnixTime {
    day(2025, 6, 2)
}

fn made() -> UnixTime {
    day(2025, 6, 1)
}

fn responder(world: &World, name: &str) -> Identity {
    world.issuer.issue(name, |draft| {
        draft.extensions = vec![
            key_usage(SIGNATURE),
            key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false),
            no_check(),
        ];
    })
}

fn good(world: &World) -> SingleDraft {
    SingleDraft::good(&world.leaf, &world.issuer, made())
}

fn told(world: &World, response: Bytes) -> &'static str {
    world.told(&[response], now())
}

#[test]
fn ocsp_good() {
    let world = World::new();
    let delegate = responder(&world, "Responder");
    for signer in [&world.issuer, &delegate] {
        for by_key in [false, true] {
            let response =
                signer.response_with(made(), vec![good(&world)], |draft| draft.by_key = by_key);
            assert_eq!(told(&world, response), "good");
        }
    }
}

#[test]
fn ocsp_signature_broken() {
    let world = World::new();
    let response = world
        .issuer
        .response_with(made(), vec![good(&world)], |draft| {
            draft.certificates.clear()
        });
    assert_eq!(told(&world, response.clone()), "good");
    for position in 0..response.len() {
        let mut changed = response.to_vec();
        changed[position] ^= 1;
        let said = told(&world, Bytes::from(changed));
        assert_eq!(said, "unusable", "byte {position}");
    }
    let imposter = Identity::root("Issuer");
    let forged = imposter.response(made(), vec![good(&world)]);
    assert_eq!(told(&world, forged), "unusable");
}

#[test]
fn ocsp_wrong_responder_id() {
    let world = World::new();
    let other = responder(&world, "Other");
    for by_key in [false, true] {
        let response = world
            .issuer
            .response_with(made(), vec![good(&world)], |draft| {
                draft.by_key = by_key;
                draft.in_the_name_of = Some(other.certificate.clone());
                draft.certificates.push(other.der());
            });
        assert_eq!(told(&world, response), "unusable");
    }
}

#[test]
fn ocsp_wrong_issuer_hashes() {
    let world = World::new();
    let mut by_name = good(&world);
    by_name.issuer_name_hash[0] ^= 1;
    let mut by_key = good(&world);
    by_key.issuer_key_hash[0] ^= 1;
    for single in [by_name, by_key] {
        let response = world.issuer.response(made(), vec![single]);
        assert_eq!(told(&world, response), "unusable");
    }
}

#[test]
fn ocsp_delegated_certificate() {
    let world = World::new();
    let purpose = || key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false);
    let said = |delegate: &Identity, others: &[Bytes]| {
        let response = delegate.response(made(), vec![good(&world)]);
        world.told(&[&[response], others].concat(), now())
    };
    // No key purpose, another issuer (of the same name, as well), ended before producedAt.
    let without = world
        .issuer
        .issue("Responder", |draft| draft.extensions = vec![no_check()]);
    assert_eq!(said(&without, &[]), "unusable");
    for other in [Identity::root("Issuer"), world.root.authority("Other")] {
        let foreign = other.issue("Responder", |draft| {
            draft.extensions = vec![purpose(), no_check()];
        });
        assert_eq!(said(&foreign, &[other.der()]), "unusable");
    }
    let ended = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![purpose(), no_check()];
        draft.not_after = UnixTime(made().0 - 1);
    });
    assert_eq!(said(&ended, &[]), "unusable");
    let critical = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![purpose(), no_check(), unknown_extension(true)];
    });
    assert_eq!(said(&critical, &[]), "unusable");
    // Another key than the one that signed.
    let (named, signer) = (
        responder(&world, "Responder"),
        responder(&world, "Responder"),
    );
    let response = signer.response_with(made(), vec![good(&world)], |draft| {
        draft.certificates = vec![named.der()];
    });
    assert_eq!(told(&world, response), "unusable");
    // Revoked before, unless nobody is to ask; revoked after.
    for (checked, revoked_at, expected) in [
        (true, day(2025, 5, 1), "unusable"),
        (false, day(2025, 5, 1), "good"),
        (true, day(2025, 6, 2), "good"),
    ] {
        let delegate = world.issuer.issue("Responder", |draft| {
            draft.extensions = vec![purpose()];
            draft.extensions.extend((!checked).then(no_check));
        });
        let told = SingleDraft::good(&delegate, &world.issuer, made())
            .saying(Status::Revoked(revoked_at, 4));
        let about_delegate = world.issuer.response(now(), vec![told]);
        assert_eq!(said(&delegate, &[about_delegate]), expected);
    }
}

#[test]
fn ocsp_nonce() {
    let world = World::new();
    // As RFC 8954 has it, and bare, as BankID has it, so that it is no DER.
    let octets = [0x30, 0x82, 0xff, 1, 2, 3, 4, 5];
    let wrapped = der(|writer| writer.octet_string(&octets));
    for value in [wrapped.as_slice(), &octets] {
        let bytes = world
            .issuer
            .response_with(made(), vec![good(&world)], |draft| {
                draft.extensions = vec![extension(&oid::OCSP_NONCE, false, value)];
            });
        let response = OcspResponse::read(&bytes).unwrap();
        assert_eq!(response.nonce.as_deref(), Some(value));
        assert!(response.has_nonce(&octets));
        assert!(!response.has_nonce(&[9; 8]));
        assert_eq!(told(&world, bytes), "good");
    }
    let bytes = world.issuer.response(made(), vec![good(&world)]);
    let response = OcspResponse::read(&bytes).unwrap();
    assert!(!response.has_nonce(&octets) && !response.has_nonce(&[]));
}

#[test]
fn ocsp_times() {
    let world = World::new();
    let at = |this_update, next_update, produced_at| {
        let mut single = good(&world);
        (single.this_update, single.next_update) = (this_update, next_update);
        let response = world.issuer.response(produced_at, vec![single]);
        world.validated(&[response], now(), &world.strict())
    };
    let later = day(2025, 6, 3);
    assert_eq!(at(made(), Some(later), made()), "PASSED");
    assert_eq!(at(made(), None, made()), "INDETERMINATE/TRY_LATER");
    assert_eq!(at(made(), Some(made()), made()), "INDETERMINATE/TRY_LATER");
    let unusable = "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE";
    assert_eq!(at(later, Some(date(2026)), made()), unusable);
    assert_eq!(at(made(), Some(later), later), unusable);
    assert_eq!(at(made(), Some(later), date(2019)), unusable);
    assert_eq!(at(date(2019), Some(later), made()), unusable);
    assert_eq!(at(made(), Some(day(2025, 5, 1)), made()), unusable);
}

#[test]
fn ocsp_no_answer() {
    let world = World::new();
    let unknown = world
        .issuer
        .response(made(), vec![good(&world).saying(Status::Unknown)]);
    assert_eq!(told(&world, unknown), "unusable");
    // malformedRequest, internalError, tryLater, sigRequired, unauthorized, and none of these.
    for code in [1, 2, 3, 5, 6, 4, 200] {
        let bytes = Bytes::from(der(|writer| {
            writer.sequence(|response| response.primitive(tag::ENUMERATED, &[code]));
        }));
        assert!(OcspResponse::read(&bytes).is_err());
        assert_eq!(told(&world, bytes), "unusable");
    }
}

#[test]
fn ocsp_several_answers() {
    let world = World::new();
    let other = world.issuer.issue("Other", |_| {});
    let revoked = || good(&world).saying(Status::Revoked(day(2025, 5, 1), 1));
    let held = || good(&world).saying(Status::Revoked(day(2025, 5, 1), 6));
    let unknown = || good(&world).saying(Status::Unknown);
    let about_other = SingleDraft::good(&other, &world.issuer, made())
        .saying(Status::Revoked(day(2025, 5, 1), 1));
    for (singles, expected) in [
        (vec![good(&world), revoked()], "revoked"),
        (vec![revoked(), good(&world)], "revoked"),
        (vec![good(&world), held()], "on hold"),
        (vec![unknown(), good(&world)], "unusable"),
        (vec![unknown(), revoked()], "revoked"),
        (vec![about_other, good(&world)], "good"),
    ] {
        let response = world.issuer.response(made(), singles);
        assert_eq!(told(&world, response), expected);
    }
    // In two responses, the good one being newer.
    let mut newer = good(&world);
    newer.this_update = now();
    let responses = [
        world.issuer.response(now(), vec![newer]),
        world.issuer.response(made(), vec![revoked()]),
    ];
    assert_eq!(world.told(&responses, now()), "revoked");
}

#[test]
fn ocsp_critical_extensions() {
    let world = World::new();
    for (critical, expected) in [(false, "good"), (true, "unusable")] {
        let single = good(&world).with(unknown_extension(critical));
        let in_single = world.issuer.response(made(), vec![single]);
        assert_eq!(told(&world, in_single), expected);
        let in_response = world
            .issuer
            .response_with(made(), vec![good(&world)], |draft| {
                draft.extensions = vec![unknown_extension(critical)];
            });
        assert_eq!(told(&world, in_response), expected);
    }
}

#[test]
fn ocsp_archive_cut_off() {
    let world = World::new();
    let later = day(2031, 6, 1);
    let said = |single: SingleDraft| {
        let response = world.issuer.response(later, vec![single]);
        world.told(&[response], later)
    };
    let good = || SingleDraft::good(&world.leaf, &world.issuer, later);
    let since = |time| moment(&oid::OCSP_ARCHIVE_CUTOFF, time);
    // The certificate ended with 2029.
    assert_eq!(said(good()), "unusable");
    assert_eq!(said(good().with(since(date(2029)))), "good");
    assert_eq!(said(good().with(since(date(2031)))), "unusable");
    let revoked = Status::Revoked(date(2025), 1);
    assert_eq!(said(good().saying(revoked)), "revoked");
}

#[test]
fn ocsp_certificate_hash() {
    let world = World::new();
    let hash = |digest: &Oid, value: &[u8]| {
        let value = der(|writer| {
            writer.sequence(|hash| {
                hash.sequence(|algorithm| algorithm.oid(digest));
                hash.octet_string(value);
            });
        });
        extension(&oid::OCSP_CERTIFICATE_HASH, false, &value)
    };
    let sha256 = DigestAlgorithm::Sha256.oid();
    let right = DigestAlgorithm::Sha256.digest(&[&world.leaf.der()]);
    let wrong = DigestAlgorithm::Sha256.digest(&[&world.issuer.der()]);
    let unknown = Oid::from_dotted("1.2.3").unwrap();
    for (hash, expected) in [
        (hash(&sha256, &right), "good"),
        (hash(&sha256, &wrong), "unusable"),
        (hash(&unknown, &right), "unusable"),
    ] {
        let response = world.issuer.response(made(), vec![good(&world).with(hash)]);
        assert_eq!(told(&world, response), expected);
    }
}

#[test]
fn ocsp_loops() {
    let world = World::new();
    let delegate = |name: &str| {
        world.issuer.issue(name, |draft| {
            draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false)];
        })
    };
    let (one, other) = (delegate("One"), delegate("Other"));
    let about = |certificate| SingleDraft::good(certificate, &world.issuer, made());
    let revoked = Status::Revoked(day(2025, 5, 1), 1);
    // A responder that answers for itself, and two that answer for each other. That they call
    // themselves good proves nothing, that they call themselves revoked is taken at its word.
    for (status, expected) in [(Status::Good, "good"), (revoked, "unusable")] {
        let own = one.response(made(), vec![good(&world), about(&one).saying(status)]);
        assert_eq!(told(&world, own), expected);
        let circle = [
            one.response(made(), vec![good(&world), about(&other).saying(status)]),
            other.response(made(), vec![about(&one).saying(status)]),
        ];
        assert_eq!(world.told(&circle, now()), expected);
    }
    // A long chain of delegates that wait for each other ends.
    let chain: Vec<Identity> = (0..30)
        .map(|number| delegate(&format!("D{number}")))
        .collect();
    let mut responses = vec![chain[0].response(made(), vec![good(&world)])];
    for pair in chain.windows(2) {
        responses.push(pair[1].response(made(), vec![about(&pair[0])]));
    }
    assert_eq!(world.told(&responses, now()), "good");
    // The issuer answers for itself.
    let issuer = SingleDraft::good(&world.issuer, &world.root, made());
    let response = world.root.response(made(), vec![issuer]);
    let evidence = [response, world.issuer.response(made(), vec![good(&world)])];
    assert_eq!(world.validated(&evidence, now(), &world.strict()), "PASSED");
}

#[test]
fn ocsp_same_responder_id_for_different_issuers() {
    let world = World::new();
    let second = world.root.authority("Second");
    let other_leaf = second.issue("Other leaf", |_| {});
    let named = |issuer: &Identity| {
        issuer.issue("Responder", |draft| {
            draft.extensions = vec![
                key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false),
                no_check(),
            ];
        })
    };
    let evidence = [
        named(&world.issuer).response(made(), vec![good(&world)]),
        named(&second).response(
            made(),
            vec![SingleDraft::good(&other_leaf, &second, made())],
        ),
    ];
    assert_eq!(world.told(&evidence, now()), "good");
    assert_eq!(
        status(&world.statements(&other_leaf, &second, &evidence, now())),
        "good"
    );
}

#[test]
fn freshness() {
    let world = World::new();
    let at_most = |hours: u32| {
        let text = format!("[revocation_freshness]\ncrl = \"{hours}h\"");
        Policy {
            revocation_freshness: Policy::from_toml(&text).unwrap().revocation_freshness,
            ..world.strict()
        }
    };
    let list =
        |time, change: &dyn Fn(&mut support::pki::ListDraft)| world.issuer.list(time, change);
    let old = list(made(), &|_| {});
    let evidence = [old.clone()];
    // Within nextUpdate, and by the policy no older than that.
    assert_eq!(world.validated(&evidence, now(), &world.strict()), "PASSED");
    assert_eq!(world.validated(&evidence, now(), &at_most(24)), "PASSED");
    assert_eq!(
        world.validated(&evidence, now(), &at_most(23)),
        "INDETERMINATE/TRY_LATER"
    );
    let much_later = UnixTime(made().0 + 366 * DAY);
    assert_eq!(
        world.validated(&evidence, much_later, &world.strict()),
        "INDETERMINATE/TRY_LATER"
    );
    // The most recent counts, and what is made after the time of validation does not.
    let newer = list(now(), &|_| {});
    let evidence = [old.clone(), newer.clone()];
    assert_eq!(world.validated(&evidence, now(), &at_most(23)), "PASSED");
    let before = UnixTime(now().0 - 1);
    assert_eq!(
        world.validated(&evidence, before, &at_most(23)),
        "INDETERMINATE/TRY_LATER"
    );
    // A delta makes its list newer; one that has ended itself does not make it older.
    let numbered = list(made(), &|draft| {
        draft.extensions = vec![number(&oid::CRL_NUMBER, false, 1)];
    });
    let delta = |ends| {
        list(now(), &|draft| {
            draft.next_update = Some(ends);
            draft.extensions = vec![
                number(&oid::CRL_NUMBER, false, 2),
                number(&oid::DELTA_CRL_INDICATOR, true, 1),
            ];
        })
    };
    let evidence = [numbered, delta(UnixTime(now().0 + DAY))];
    assert_eq!(world.validated(&evidence, now(), &at_most(23)), "PASSED");
    let in_a_week = UnixTime(now().0 + 7 * DAY);
    assert_eq!(
        world.validated(&evidence, in_a_week, &world.strict()),
        "PASSED"
    );
}
