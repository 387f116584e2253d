//! Hash trees that are not over the envelope, or not what the token is over (RFC 4998, 4.2, 4.3).

use crate::Mutation;
use crate::bench::{
    Base, archive_timestamp, flipped, list, object_identifier, parts, rebuilt, root_of,
};
use crate::der::{edit, split, tlv};
use sigill::crypto::DigestAlgorithm::{Sha1, Sha256, Sha512};

const UNREADABLE: &str = "FAILED/FORMAT_FAILURE record-chain-intact";
const NOT_COVERED: &str = "INDETERMINATE/SIGNED_DATA_NOT_FOUND record-covers-data";
const OTHER_ROOT: &str = "FAILED/HASH_FAILURE record-chain-intact";

/// The first archive time-stamp, its algorithm, its hash tree, and the first list of that.
const STAMP: &[usize] = &[2, 0, 0];
const ALGORITHM: &[usize] = &[2, 0, 0, 0];
const TREE: &[usize] = &[2, 0, 0, 1];
const LIST: &[usize] = &[2, 0, 0, 1, 0];

/// The members of an envelope: document, revocation list, anchor, policy, report and binding.
pub const MEMBERS: usize = 6;

pub fn mutations() -> Vec<Mutation> {
    let mut all = Vec::new();
    for member in 0..MEMBERS {
        all.extend(of_member(member));
    }
    all.extend(lists());
    all.extend(trees());
    all.extend(algorithms());
    all.extend(encodings());
    all
}

fn hash_list(
    name: impl Into<String>,
    expected: &'static str,
    change: impl Fn(&mut Vec<Vec<u8>>) + 'static,
) -> Mutation {
    Mutation::new(name, Base::Batched, expected, move |_, record| {
        edit(record, LIST, &|list| rebuilt(list, &change))
    })
}

fn hash_tree(
    name: &str,
    expected: &'static str,
    change: impl Fn(&mut Vec<Vec<u8>>) + 'static,
) -> Mutation {
    Mutation::new(name, Base::Batched, expected, move |_, record| {
        edit(record, TREE, &|tree| rebuilt(tree, &change))
    })
}

fn of_member(member: usize) -> [Mutation; 3] {
    [
        hash_list(
            format!("a bit of the hash of member {member}"),
            NOT_COVERED,
            move |hashes| hashes[member] = flipped(&hashes[member], 0),
        ),
        hash_list(
            format!("the hash of member {member} is missing"),
            NOT_COVERED,
            move |hashes| {
                hashes.remove(member);
            },
        ),
        hash_list(
            format!("the hash of member {member} twice"),
            OTHER_ROOT,
            move |hashes| hashes.insert(member, hashes[member].clone()),
        ),
    ]
}

fn lists() -> Vec<Mutation> {
    vec![
        hash_list("a hash of something else besides", OTHER_ROOT, |hashes| {
            hashes.push(tlv(0x04, &Sha256.digest(&[b"else"])));
        }),
        hash_list("an empty hash besides", OTHER_ROOT, |hashes| {
            hashes.push(tlv(0x04, &[]));
        }),
        hash_list("a hash without its last byte", NOT_COVERED, |hashes| {
            let hash = split(&hashes[0]).1.to_vec();
            hashes[0] = tlv(0x04, &hash[..31]);
        }),
        hash_list("a hash with a byte more", NOT_COVERED, |hashes| {
            let hash = split(&hashes[0]).1.to_vec();
            hashes[0] = tlv(0x04, &[&hash[..], &[0]].concat());
        }),
        hash_list("two hashes in one", NOT_COVERED, |hashes| {
            let second = hashes.remove(1);
            let joined = [split(&hashes[0]).1, split(&second).1].concat();
            hashes[0] = tlv(0x04, &joined);
        }),
        hash_list("a hash that is an INTEGER", UNREADABLE, |hashes| {
            hashes[0] = tlv(0x02, split(&hashes[0].clone()).1);
        }),
        hash_list("hashes of SHA-1", NOT_COVERED, |hashes| {
            for hash in hashes {
                *hash = tlv(0x04, &Sha1.digest(&[&hash.clone()]));
            }
        }),
        hash_list("no hash", UNREADABLE, Vec::clear),
        hash_list(
            "hashes of what the members say they are",
            NOT_COVERED,
            |hashes| {
                for hash in hashes {
                    let inner = split(hash).1.to_vec();
                    *hash = tlv(0x04, &Sha256.digest(&[&inner]));
                }
            },
        ),
    ]
}

fn lists_out_of_order() -> Vec<Mutation> {
    vec![
        hash_tree("no list", UNREADABLE, Vec::clear),
        hash_tree("the lists in reverse", NOT_COVERED, |lists| lists.reverse()),
        hash_tree("the first list is missing", NOT_COVERED, |lists| {
            lists.remove(0);
        }),
        hash_tree("the first list alone", OTHER_ROOT, |lists| {
            lists.truncate(1)
        }),
        hash_tree("a sibling is missing", OTHER_ROOT, |lists| {
            lists.remove(1);
        }),
        hash_tree("the last sibling is missing", OTHER_ROOT, |lists| {
            lists.pop();
        }),
        hash_tree("the siblings in the other order", OTHER_ROOT, |lists| {
            let last = lists.len() - 1;
            lists.swap(1, last);
        }),
        hash_tree("a sibling twice", OTHER_ROOT, |lists| {
            lists.insert(1, lists[1].clone());
        }),
        hash_tree("the first list twice", OTHER_ROOT, |lists| {
            lists.insert(0, lists[0].clone());
        }),
        hash_tree("a list more", OTHER_ROOT, |lists| {
            lists.push(list(&[Sha256.digest(&[b"else"])]));
        }),
        hash_tree("a list more below", NOT_COVERED, |lists| {
            lists.insert(0, list(&[Sha256.digest(&[b"else"])]));
        }),
    ]
}

fn lists_of_other_hashes() -> Vec<Mutation> {
    vec![
        hash_tree("the first sibling among the members", OTHER_ROOT, |lists| {
            let sibling = parts(&lists.remove(1)).remove(0);
            lists[0] = rebuilt(&lists[0], |hashes| hashes.push(sibling));
        }),
        hash_tree("a member among the siblings", NOT_COVERED, |lists| {
            let mut moved = Vec::new();
            lists[0] = rebuilt(&lists[0], |hashes| moved.push(hashes.remove(0)));
            lists[1] = rebuilt(&lists[1], |hashes| hashes.extend(moved));
        }),
        hash_tree("an empty list between", UNREADABLE, |lists| {
            lists.insert(1, tlv(0x30, &[]));
        }),
        hash_tree("a list that is a SET", UNREADABLE, |lists| {
            lists[1] = tlv(0x31, split(&lists[1].clone()).1);
        }),
        hash_tree("a hash in place of a list", UNREADABLE, |lists| {
            lists[1] = parts(&lists[1]).remove(0);
        }),
        hash_tree("the root in place of the tree", NOT_COVERED, |lists| {
            let all = lists.iter().map(|list| hashes_of(list)).collect::<Vec<_>>();
            *lists = vec![list(&[root_of(Sha256, &all)])];
        }),
        hash_tree(
            "the node of the envelope in place of its hashes",
            NOT_COVERED,
            |lists| {
                lists[0] = list(&[root_of(Sha256, &[hashes_of(&lists[0])])]);
            },
        ),
        Mutation::new("no hash tree", Base::Batched, NOT_COVERED, |_, record| {
            edit(record, STAMP, &|stamp| {
                rebuilt(stamp, |fields| {
                    fields.remove(1);
                })
            })
        }),
        Mutation::new(
            "the tree of another envelope",
            Base::Batched,
            NOT_COVERED,
            |bench, _| bench.other.clone(),
        ),
    ]
}

fn trees() -> Vec<Mutation> {
    let mut all = lists_out_of_order();
    all.extend(lists_of_other_hashes());
    for level in 1..3 {
        let name = format!("a bit of the sibling on level {level}");
        all.push(Mutation::new(
            name,
            Base::Batched,
            OTHER_ROOT,
            move |_, record| {
                edit(record, TREE, &|tree| {
                    rebuilt(tree, |lists| lists[level] = flipped(&lists[level], 0))
                })
            },
        ));
    }
    all
}

fn hashes_of(list: &[u8]) -> Vec<Vec<u8>> {
    let hashes = parts(list);
    hashes.iter().map(|hash| split(hash).1.to_vec()).collect()
}

fn algorithms() -> Vec<Mutation> {
    let stated = |name: &str, expected, octets: Vec<u8>| {
        Mutation::new(name, Base::Batched, expected, move |_, record| {
            edit(record, ALGORITHM, &|_| tlv(0xa0, &octets))
        })
    };
    let md5 = sigill::crypto::DigestAlgorithm::Md5;
    vec![
        stated("SHA-512 is stated", NOT_COVERED, object_identifier(Sha512)),
        stated("SHA-1 is stated", NOT_COVERED, object_identifier(Sha1)),
        stated("MD5 is stated", NOT_COVERED, object_identifier(md5)),
        stated(
            "an unknown algorithm is stated",
            NOT_COVERED,
            tlv(0x06, &[0x2a, 3, 4]),
        ),
        stated("the algorithm is empty", UNREADABLE, Vec::new()),
        stated(
            "two algorithms are stated",
            UNREADABLE,
            [
                object_identifier(Sha256),
                object_identifier(Sha256),
                object_identifier(Sha512),
            ]
            .concat(),
        ),
        Mutation::new(
            "a tree of SHA-512 under a token of SHA-256",
            Base::Alone,
            OTHER_ROOT,
            |bench, _| {
                let lists = [bench.hashes(Sha512)];
                let root = root_of(Sha512, &lists);
                let token = bench.token(Sha256, &root[..32], 2026);
                crate::renewals::record(&[vec![archive_timestamp(Sha512, &lists, &token)]])
            },
        ),
        Mutation::new(
            "a tree of SHA-1",
            Base::Alone,
            "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE algorithm-reliable",
            |bench, _| {
                let lists = [bench.hashes(Sha1)];
                let token = bench.token(Sha1, &root_of(Sha1, &lists), 2026);
                crate::renewals::record(&[vec![archive_timestamp(Sha1, &lists, &token)]])
            },
        ),
    ]
}

fn encodings() -> Vec<Mutation> {
    vec![
        hash_list("a hash in pieces", UNREADABLE, |hashes| {
            let hash = split(&hashes[0]).1.to_vec();
            let pieces = [tlv(0x04, &hash[..16]), tlv(0x04, &hash[16..])];
            hashes[0] = tlv(0x24, &pieces.concat());
        }),
        hash_list(
            "a hash in pieces, one of them changed",
            UNREADABLE,
            |hashes| {
                let hash = split(&hashes[0]).1.to_vec();
                let pieces = [tlv(0x04, &hash[..16]), tlv(0x04, &flipped(&hash[16..], 3))];
                hashes[0] = tlv(0x24, &pieces.concat());
            },
        ),
        hash_list(
            "a hash in a primitive of a constructed tag",
            UNREADABLE,
            |hashes| {
                hashes[0] = tlv(0x24, split(&hashes[0].clone()).1);
            },
        ),
        hash_tree("lists that end early", UNREADABLE, |lists| {
            lists.insert(1, vec![0, 0]);
        }),
    ]
}
