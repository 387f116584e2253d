//! Evidence records (RFC 4998).

use crate::der::{edit, split, tlv};
use crate::measured;
use crate::support::pki::{Identity, day, key_purposes};
use crate::support::revocation::World;
use crate::support::signed::{document, token_with, tsa};
use sigill::asn1::oid;
use sigill::container::Content;
use sigill::crypto::DigestAlgorithm::{self, Sha1, Sha256, Sha512};
use sigill::ers::{EvidenceRecord, HashTree, PendingRecord};
use sigill::limits::Limits;
use sigill::{Bytes, Evidence, Policy, UnixTime, Validator};

const CHAINS: &[usize] = &[2];
const LISTS: &[usize] = &[2, 0, 0, 1];

fn read(record: Vec<u8>) -> Result<EvidenceRecord, &'static str> {
    let record = Bytes::from(record);
    let read = measured(|| EvidenceRecord::read(&record, &Limits::default()));
    read.map_err(|error| error.kind())
}

/// `pending` under a time-stamp by `authority`.
fn stamped(pending: &PendingRecord, authority: &Identity, time: UnixTime) -> Vec<u8> {
    let digest = pending.digest_algorithm();
    pending.complete(&token(authority, digest, &pending.node(), time))
}

fn token(authority: &Identity, digest: DigestAlgorithm, imprint: &[u8], time: UnixTime) -> Vec<u8> {
    token_with(authority, b"", time, |draft| {
        draft.digest = digest.oid();
        draft.imprint = imprint.to_vec();
    })
}

/// The record of the first of these groups, all of them in one hash tree.
fn first_of(groups: &[Vec<Vec<u8>>], authority: &Identity, time: UnixTime) -> Vec<u8> {
    let record = |group: &Vec<Vec<u8>>| PendingRecord::initial(Sha256, group.clone());
    let records: Vec<_> = groups.iter().map(|group| record(group).unwrap()).collect();
    let tree = HashTree::over(Sha256, records.iter().map(PendingRecord::node)).unwrap();
    let token = token(authority, Sha256, tree.root(), time);
    records[0].complete_in(&tree, 0, &token).unwrap()
}

fn hashes(digest: DigestAlgorithm, objects: &[&[u8]]) -> Vec<Vec<u8>> {
    let objects = objects.iter();
    objects.map(|object| digest.digest(&[object])).collect()
}

#[test]
fn b30_hashes_chains_and_lists_are_counted() {
    let _bound = crate::bound("B30");
    let authority = tsa(&World::new().root);
    let groups = [&b"a"[..], b"b", b"c"].map(|object| hashes(Sha256, &[object]));
    let sound = first_of(&groups, &authority, day(2025, 3, 1));
    assert!(read(sound.clone()).is_ok());
    let hash = tlv(0x04, &[7; 32]);
    let many = edit(&sound, LISTS, &|lists| {
        let list = tlv(0x30, &hash.repeat(1_000_001));
        tlv(split(lists).0, &list)
    });
    assert_eq!(read(many), Err("over-limit"));
    let chains = edit(&sound, CHAINS, &|chains| {
        tlv(0x30, &split(chains).1.repeat(10_000))
    });
    assert_eq!(read(chains), Err("over-limit"));
    let empty = edit(&sound, LISTS, &|lists| tlv(split(lists).0, &tlv(0x30, &[])));
    assert_eq!(read(empty), Err("malformed"));
}

/// The verdict on a record over a signed document, made by `make` from the document's bytes.
fn judged(world: &World, at: UnixTime, make: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let document = document(&world.leaf, &[&world.issuer], |_| Vec::new());
    let Content::Cms(bytes) = document.content() else {
        panic!("a CMS");
    };
    let record = Bytes::from(make(bytes));
    let (trust, policy) = (world.trust(), Policy::default());
    let report = measured(|| {
        let evidence = Evidence::from(&document).with(record);
        Validator::new(&trust, &policy).validate(&document, &evidence, at)
    });
    // A record that is about something else is not reported on.
    let record = report.evidence_records.first();
    record.map_or("none".to_owned(), |record| {
        record.conclusion.indication.to_string()
    })
}

#[test]
fn b30_a_group_holds_each_hash_once() {
    let _bound = crate::bound("B30");
    let world = World::new();
    let authority = tsa(&world.root);
    let at = day(2025, 6, 2);
    let alone = |document: &[u8]| hashes(Sha256, &[document]);
    let made = |pending: PendingRecord| stamped(&pending, &authority, day(2025, 3, 1));
    let sound = judged(&world, at, |document| {
        made(PendingRecord::initial(Sha256, alone(document)).unwrap())
    });
    assert_eq!(sound, "PASSED");
    // The hash of the document twice in its list: the root is no longer the one that is stamped.
    let twice = judged(&world, at, |document| {
        let groups = vec![
            alone(document),
            hashes(Sha256, &[b"b"]),
            hashes(Sha256, &[b"c"]),
        ];
        let record = first_of(&groups, &authority, day(2025, 3, 1));
        edit(&record, &[2, 0, 0, 1, 0], &|list| {
            tlv(0x30, &split(list).1.repeat(2))
        })
    });
    assert_ne!(twice, "PASSED");
}

#[test]
fn b31_renewals_come_in_their_order() {
    let _bound = crate::bound("B31");
    let world = World::new();
    let (authority, later) = (tsa(&world.root), tsa(&world.root));
    let short = world.root.issue("Short", |draft| {
        draft.not_after = day(2025, 3, 15);
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
    });
    let renewed = |first: &Identity, digest: DigestAlgorithm, time: UnixTime| {
        judged(&world, day(2025, 6, 2), |document| {
            let initial = PendingRecord::initial(Sha256, hashes(Sha256, &[document])).unwrap();
            let initial = stamped(&initial, first, day(2025, 3, 1));
            let record = EvidenceRecord::read(&Bytes::from(initial), &Limits::default()).unwrap();
            let renewal = match digest {
                Sha256 => record.timestamp_renewal(Sha256).unwrap(),
                digest => {
                    let objects = hashes(digest, &[document]);
                    record.hash_tree_renewal(digest, &objects).unwrap()
                }
            };
            stamped(&renewal, &later, time)
        })
    };
    let in_time = day(2025, 3, 10);
    assert_eq!(renewed(&authority, Sha256, in_time), "PASSED");
    assert_eq!(renewed(&authority, Sha512, in_time), "PASSED");
    for (what, found) in [
        ("a weaker digest", renewed(&authority, Sha1, in_time)),
        (
            "before the first",
            renewed(&authority, Sha256, day(2025, 2, 1)),
        ),
        (
            "before the first, anew",
            renewed(&authority, Sha512, day(2025, 2, 1)),
        ),
        ("after its end", renewed(&short, Sha256, day(2025, 4, 1))),
    ] {
        assert_ne!(found, "PASSED", "{what}");
    }
}
