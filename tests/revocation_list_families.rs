//! What revocation lists may do wrong, each family of
//! `../shared/corpus/revocation_timestamp_checks.json` as one test, with certificates and lists
//! made on the spot.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::asn1::{DerWriter, oid, tag};
use sigill::x509::CertificateList;
use sigill::{Bytes, Evidence, Policy, UnixTime, Validator};
use support::pki::{
    AUTHORITY, Identity, ListDraft, SIGNATURE, authority, date, day, der, directory, distinguished,
    distribution_point, entry, entry_with, extension, key_usage, moment, number, point_name, scope,
    unknown_extension,
};
use support::revocation::World;
use support::signed;

/// When all of these are judged, a day after the lists.
fn now() -> UnixTime {
    day(2025, 6, 2)
}

fn made() -> UnixTime {
    day(2025, 6, 1)
}

fn list(issuer: &Identity, change: impl FnOnce(&mut ListDraft)) -> Bytes {
    issuer.list(made(), change)
}

fn with_entry(world: &World, reason: u8) -> Vec<u8> {
    entry(&world.leaf, day(2025, 5, 1), reason)
}

#[test]
fn crl_good_and_revoked() {
    let world = World::new();
    let clean = list(&world.issuer, |_| {});
    let revoking = list(&world.issuer, |draft| {
        draft.entries = vec![with_entry(&world, 1)]
    });
    assert_eq!(world.told(&[clean], now()), "good");
    assert_eq!(
        world.told(std::slice::from_ref(&revoking), now()),
        "revoked"
    );
    // A signature that provably existed before the revocation stands.
    let tsa = signed::tsa(&world.root);
    let (trust, policy) = (world.trust(), Policy::default());
    for (stamped_at, expected) in [
        (Some(day(2025, 4, 30)), "PASSED"),
        (Some(day(2025, 5, 1)), "INDETERMINATE/REVOKED_NO_POE"),
        (Some(day(2025, 5, 2)), "INDETERMINATE/REVOKED_NO_POE"),
        (None, "INDETERMINATE/REVOKED_NO_POE"),
    ] {
        let document = signed::document(&world.leaf, &[&world.issuer], |value| {
            let stamps = stamped_at.iter();
            stamps
                .map(|time| signed::token(&tsa, value, *time))
                .collect()
        });
        let evidence = Evidence::from(&document).with(revoking.clone());
        let report = Validator::new(&trust, &policy).validate(&document, &evidence, now());
        let indication = report.signatures[0].conclusion.indication;
        assert_eq!(indication.to_string(), expected, "{stamped_at:?}");
    }
}

#[test]
fn crl_signer() {
    let world = World::new();
    // A key of the same name that no path leads to, and one of another trust anchor.
    let imposter = Identity::root("Issuer");
    assert_eq!(
        world.told(&[list(&imposter, |_| {}), imposter.der()], now()),
        "unusable"
    );
    // The issuer's key in another's name.
    let renamed = list(&world.issuer, |draft| draft.issuer = distinguished("Other"));
    assert_eq!(world.told(&[renamed], now()), "unusable");
    let unable = World::with_leaf(|issuer| issuer.issue("Leaf", |_| {}));
    let issuer = unable.root.issue("Issuer", |draft| {
        draft.extensions = vec![authority(), key_usage(0x04)];
    });
    let leaf = issuer.issue("Leaf", |_| {});
    let unable = World {
        issuer,
        leaf,
        ..unable
    };
    assert_eq!(
        unable.told(&[list(&unable.issuer, |_| {})], now()),
        "unusable"
    );
    let bytes = list(&world.issuer, |_| {});
    for position in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[position] ^= 1;
        let said = world.told(&[Bytes::from(changed)], now());
        assert_eq!(said, "unusable", "byte {position}");
    }
}

#[test]
fn crl_times() {
    let world = World::new();
    let at = |this_update, next_update, reason: Option<u8>| {
        let bytes = world.issuer.list(this_update, |draft| {
            draft.next_update = next_update;
            draft
                .entries
                .extend(reason.map(|reason| with_entry(&world, reason)));
        });
        world.validated(&[bytes], now(), &world.strict())
    };
    let (later, much_later) = (day(2025, 6, 3), day(2025, 7, 1));
    assert_eq!(at(made(), Some(later), None), "PASSED");
    assert_eq!(at(made(), None, None), "INDETERMINATE/TRY_LATER");
    assert_eq!(at(made(), Some(made()), None), "INDETERMINATE/TRY_LATER");
    let unusable = "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE";
    assert_eq!(at(later, Some(much_later), None), unusable);
    assert_eq!(at(date(2019), Some(much_later), None), unusable);
    assert_eq!(at(made(), Some(date(2025)), None), unusable);
    // However old: a revocation is final.
    assert_eq!(
        at(made(), Some(made()), Some(1)),
        "INDETERMINATE/REVOKED_NO_POE"
    );
    assert_eq!(at(made(), None, Some(1)), "INDETERMINATE/REVOKED_NO_POE");
}

#[test]
fn crl_scope() {
    let url = "http://lists.example/1";
    let plain = World::new();
    let at_point = World::with_leaf(|issuer| {
        issuer.issue("Leaf", |draft| {
            draft.extensions = vec![distribution_point(|point| point_name(point, url))];
        })
    });
    let only =
        |number| move |fields: &mut DerWriter| fields.primitive(tag::context(number), &[0xff]);
    let scoped = |world: &World, write: &dyn Fn(&mut DerWriter)| {
        let bytes = list(&world.issuer, |draft| draft.extensions = vec![scope(write)]);
        world.told(&[bytes], now())
    };
    assert_eq!(scoped(&plain, &only(1)), "good");
    assert_eq!(scoped(&plain, &only(2)), "unusable");
    assert_eq!(scoped(&plain, &only(5)), "unusable");
    assert_eq!(scoped(&at_point, &|fields| point_name(fields, url)), "good");
    assert_eq!(
        scoped(&plain, &|fields| point_name(fields, url)),
        "unusable"
    );
    let other = "http://lists.example/2";
    assert_eq!(
        scoped(&at_point, &|fields| point_name(fields, other)),
        "unusable"
    );
    // Several lists that cover all reasons between them (bits 1 to 8), and not.
    let for_reasons = |bits: [u8; 2], entries: &[Vec<u8>]| {
        list(&plain.issuer, |draft| {
            draft.entries = entries.to_vec();
            draft.extensions = vec![scope(|fields| {
                fields.primitive(tag::context(3), &[7, bits[0], bits[1]]);
            })];
        })
    };
    let compromise = || for_reasons([0x60, 0], &[]);
    let others = || for_reasons([0x1f, 0x80], &[]);
    assert_eq!(plain.told(&[compromise()], now()), "unusable");
    assert_eq!(
        plain.told(&[compromise(), for_reasons([0x1f, 0], &[])], now()),
        "unusable"
    );
    let both = [compromise(), others()];
    assert_eq!(plain.told(&both, now()), "good");
    let statements = plain.statements(&plain.leaf, &plain.issuer, &both, now());
    assert_eq!(statements.latest().unwrap().rests_on().count(), 2);
    let revoking = for_reasons([0x60, 0], &[with_entry(&plain, 1)]);
    assert_eq!(plain.told(&[revoking], now()), "revoked");
}

#[test]
fn crl_indirect() {
    let root = Identity::root("Root");
    let lister = root.authority("Lister");
    let issuer = root.authority("Issuer");
    let leaf = issuer.issue("Leaf", |draft| {
        draft.extensions = vec![distribution_point(|point| {
            point_name(point, "http://lists.example/");
            point.constructed(tag::context_constructed(2), |names| {
                directory(names, lister.certificate.subject.der());
            });
        })];
    });
    let world = World { root, issuer, leaf };
    let indirect = |entries: Vec<Vec<u8>>| {
        list(&lister, |draft| {
            draft.entries = entries;
            draft.extensions = vec![scope(|fields| fields.primitive(tag::context(4), &[0xff]))];
        })
    };
    let of = |issuer: &Identity| {
        let value = der(|writer| {
            writer.sequence(|names| directory(names, issuer.certificate.subject.der()));
        });
        extension(&oid::CERTIFICATE_ISSUER, true, &value)
    };
    let entry_of = |issuer| entry_with(&world.leaf, day(2025, 5, 1), 1, &[of(issuer)]);
    let told = |bytes: Bytes| world.told(&[bytes, lister.der()], now());
    assert_eq!(told(indirect(Vec::new())), "good");
    assert_eq!(told(indirect(vec![entry_of(&world.issuer)])), "revoked");
    // The same number of another issuer, named or not.
    assert_eq!(told(indirect(vec![entry_of(&lister)])), "good");
    assert_eq!(told(indirect(vec![with_entry(&world, 1)])), "good");
    // The issuer of an entry holds for those behind it.
    let behind = vec![
        entry_with(&world.issuer, day(2025, 5, 1), 1, &[of(&world.issuer)]),
        with_entry(&world, 1),
    ];
    assert_eq!(told(indirect(behind)), "revoked");
    // A list that does not say it is indirect, and one by an authority of the same name under
    // another anchor.
    assert_eq!(told(list(&lister, |_| {})), "unusable");
    let imposter = Identity::root("Lister");
    let forged = list(&imposter, |draft| {
        draft.extensions = vec![scope(|fields| fields.primitive(tag::context(4), &[0xff]))];
    });
    assert_eq!(world.told(&[forged, imposter.der()], now()), "unusable");
}

#[test]
fn crl_delta() {
    let world = World::new();
    let complete = |number_of: u64, entries: Vec<Vec<u8>>| {
        list(&world.issuer, |draft| {
            draft.entries = entries;
            draft.extensions = vec![number(&oid::CRL_NUMBER, false, number_of)];
        })
    };
    let delta = |base: u64, own: u64, entries: Vec<Vec<u8>>| {
        world.issuer.list(now(), |draft| {
            draft.entries = entries;
            draft.extensions = vec![
                number(&oid::CRL_NUMBER, false, own),
                number(&oid::DELTA_CRL_INDICATOR, true, base),
            ];
        })
    };
    let told = |lists: &[Bytes]| world.told(lists, now());
    let held = || with_entry(&world, 6);
    let removed = || with_entry(&world, 8);
    // Alone it says nothing good; what it revokes is revoked.
    assert_eq!(told(&[delta(1, 2, Vec::new())]), "unusable");
    assert_eq!(told(&[delta(1, 2, vec![with_entry(&world, 1)])]), "revoked");
    assert_eq!(
        told(&[complete(1, Vec::new()), delta(1, 2, vec![held()])]),
        "on hold"
    );
    assert_eq!(
        told(&[complete(1, vec![held()]), delta(1, 2, Vec::new())]),
        "on hold"
    );
    assert_eq!(
        told(&[complete(1, vec![held()]), delta(1, 2, vec![removed()])]),
        "good"
    );
    // To a list that came later, or was made before the base.
    assert_eq!(
        told(&[complete(1, vec![held()]), delta(2, 3, vec![removed()])]),
        "on hold"
    );
    assert_eq!(
        told(&[complete(3, vec![held()]), delta(1, 2, vec![removed()])]),
        "on hold"
    );
    // What is no suspension is never taken back.
    let revoked = complete(1, vec![with_entry(&world, 1)]);
    assert_eq!(told(&[revoked, delta(1, 2, vec![removed()])]), "revoked");
    // A complete list cannot take back what it does not hold.
    assert_eq!(told(&[complete(1, vec![removed()])]), "unusable");
    // Both are needed for what they say together.
    let both = [complete(1, Vec::new()), delta(1, 2, Vec::new())];
    let statements = world.statements(&world.leaf, &world.issuer, &both, now());
    let latest = statements.latest().unwrap();
    assert_eq!((latest.this_update, latest.rests_on().count()), (now(), 2));
}

#[test]
fn crl_unknown_extensions() {
    let world = World::new();
    let other = world.issuer.issue("Other", |_| {});
    for (critical, expected) in [(false, "good"), (true, "unusable")] {
        let in_list = list(&world.issuer, |draft| {
            draft.extensions = vec![unknown_extension(critical)];
        });
        assert_eq!(world.told(&[in_list], now()), expected);
        // In whichever entry.
        let in_entry = list(&world.issuer, |draft| {
            draft.entries = vec![entry_with(
                &other,
                date(2025),
                1,
                &[unknown_extension(critical)],
            )];
        });
        assert_eq!(world.told(&[in_entry], now()), expected);
    }
}

#[test]
fn crl_separate_key() {
    let world = World::new();
    let signer = |usage| {
        world.root.issue("Issuer", |draft| {
            draft.serial = vec![7];
            draft.extensions = vec![key_usage(usage)];
        })
    };
    let (able, unable) = (signer(0x02), signer(SIGNATURE));
    let told = |signer: &Identity, others: &[Bytes]| {
        let bytes = list(signer, |_| {});
        world.told(&[&[bytes, signer.der()], others].concat(), now())
    };
    assert_eq!(told(&able, &[]), "good");
    assert_eq!(told(&unable, &[]), "unusable");
    // Revoked before the list was made, and after.
    let revoked_at = |time| {
        list(&world.root, |draft| {
            draft.entries = vec![entry(&able, time, 1)]
        })
    };
    assert_eq!(told(&able, &[revoked_at(day(2025, 5, 1))]), "unusable");
    assert_eq!(told(&able, &[revoked_at(now())]), "good");
    // Since then its word is as good as the proof that it is older.
    let evidence = [list(&able, |_| {}), able.der(), revoked_at(now())];
    assert_eq!(
        world.validated(&evidence, now(), &world.strict()),
        "INDETERMINATE/REVOCATION_OUT_OF_BOUNDS_NO_POE"
    );
    // A list that says its own signer was revoked.
    let own = list(&able, |draft| {
        draft.entries = vec![entry(&able, date(2025), 1)]
    });
    let about_itself = world.statements(&able, &world.root, &[own, able.der()], now());
    assert!(about_itself.usable.is_empty());
    // A new key of the issuer's, certified by the old one, for all its certificates.
    let new = world.issuer.issue("Issuer", |draft| {
        draft.extensions = vec![authority(), key_usage(AUTHORITY)];
    });
    assert_eq!(told(&new, &[]), "good");
}

#[test]
fn crl_expired_certificates() {
    let world = World::new();
    let later = day(2031, 6, 1);
    let told = |extensions: Vec<Vec<u8>>, entries: Vec<Vec<u8>>| {
        let bytes = world.issuer.list(later, |draft| {
            draft.extensions = extensions;
            draft.entries = entries;
        });
        world.told(&[bytes], later)
    };
    let since = |time| vec![moment(&oid::EXPIRED_CERTIFICATES_ON_CRL, time)];
    // The certificate ended with 2029.
    assert_eq!(told(Vec::new(), Vec::new()), "unusable");
    assert_eq!(told(since(date(2029)), Vec::new()), "good");
    assert_eq!(told(since(date(2031)), Vec::new()), "unusable");
    assert_eq!(told(Vec::new(), vec![with_entry(&world, 1)]), "revoked");
    // A delta keeps no ended certificates for the list that it changes.
    let pair = |kept: Vec<Vec<u8>>| {
        let base = world.issuer.list(later, |draft| {
            draft.extensions = kept;
            draft.extensions.push(number(&oid::CRL_NUMBER, false, 1));
        });
        let delta = world.issuer.list(later, |draft| {
            draft.extensions = since(date(2029));
            draft.extensions.push(number(&oid::CRL_NUMBER, false, 2));
            draft
                .extensions
                .push(number(&oid::DELTA_CRL_INDICATOR, true, 1));
        });
        world.told(&[base, delta], later)
    };
    assert_eq!(pair(since(date(2029))), "good");
    assert_eq!(pair(Vec::new()), "unusable");
}

#[test]
fn crl_hold() {
    let world = World::new();
    let held = list(&world.issuer, |draft| {
        draft.entries = vec![with_entry(&world, 6)]
    });
    let evidence = std::slice::from_ref(&held);
    assert_eq!(world.told(evidence, now()), "on hold");
    assert_eq!(
        world.validated(evidence, now(), &world.strict()),
        "INDETERMINATE/TRY_LATER"
    );
    // A later list without it.
    let released = world.issuer.list(now(), |_| {});
    assert_eq!(world.told(&[held.clone(), released.clone()], now()), "good");
    assert_eq!(world.told(&[held, released], made()), "on hold");
}

#[test]
fn crl_garbage() {
    let world = World::new();
    let bytes = list(&world.issuer, |draft| {
        draft.entries = vec![with_entry(&world, 1)];
        draft.extensions = vec![number(&oid::CRL_NUMBER, false, 1)];
    });
    let list = CertificateList::read(&bytes).unwrap();
    let leaf = &world.leaf.certificate;
    assert!(list.entry(&leaf.serial, &leaf.issuer).unwrap().is_some());
    // Cut anywhere, or with something behind it: refused, without a panic. The corpus has
    // garbage behind every field.
    for length in 0..bytes.len() {
        assert!(CertificateList::read(&bytes.slice(..length)).is_err());
    }
    let behind = Bytes::from([bytes.as_ref(), &[5, 0]].concat());
    assert!(CertificateList::read(&behind).is_err());
    for position in 0..bytes.len() {
        for value in [0, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.to_vec();
            changed[position] = value;
            if let Ok(list) = CertificateList::read(&Bytes::from(changed)) {
                let _ = list.entry(&leaf.serial, &leaf.issuer);
            }
        }
    }
}
