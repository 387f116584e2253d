//! Renewals (RFC 4998, 5.2) over the wrong bytes, in the wrong order or at the wrong time.

use crate::Mutation;
use crate::bench::{
    Base, Bench, archive_timestamp, at, flipped, object_identifier, parts, rebuilt, root_of,
    token_by,
};
use crate::der::{edit, split, tlv};
use crate::support::pki::date;
use crate::trees::MEMBERS;
use sigill::crypto::DigestAlgorithm::{self, Sha1, Sha256, Sha512};

const BROKEN: &str = "FAILED/HASH_FAILURE record-chain-intact";
const NOT_COVERED: &str = "INDETERMINATE/SIGNED_DATA_NOT_FOUND record-covers-data";
const OUT_OF_ORDER: &str = "INDETERMINATE/TIMESTAMP_ORDER_FAILURE record-chain-intact";

/// The sequence of chains, its first chain, and the first token of that.
const CHAINS: &[usize] = &[2];
const CHAIN: &[usize] = &[2, 0];
const FIRST_TOKEN: &[usize] = &[2, 0, 0, 2];

pub fn mutations() -> Vec<Mutation> {
    let mut all = chains_out_of_order();
    all.extend(stamps_out_of_order());
    all.extend(renewals_cut_out());
    all.extend(stamps_over_other_bytes());
    all.extend(stamps_at_a_wrong_time());
    all.extend(stamps_by_hand());
    all.extend(trees());
    all.extend(later_changes());
    all
}

/// A record of these chains of archive time-stamps.
pub fn record(chains: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let algorithms = [Sha256, Sha512].map(|digest| tlv(0x30, &object_identifier(digest)));
    let chains: Vec<_> = chains
        .iter()
        .map(|stamps| tlv(0x30, &stamps.concat()))
        .collect();
    let fields = [
        vec![2, 1, 1],
        tlv(0x30, &algorithms.concat()),
        tlv(0x30, &chains.concat()),
    ];
    tlv(0x30, &fields.concat())
}

fn reordered(
    name: &str,
    base: Base,
    expected: &'static str,
    path: &'static [usize],
    change: impl Fn(&mut Vec<Vec<u8>>) + 'static,
) -> Mutation {
    Mutation::new(name, base, expected, move |_, record| {
        edit(record, path, &|field| rebuilt(field, &change))
    })
}

fn chains_out_of_order() -> Vec<Mutation> {
    vec![
        reordered(
            "the chains exchanged",
            Base::Rehashed,
            NOT_COVERED,
            CHAINS,
            |chains| {
                chains.swap(0, 1);
            },
        ),
        reordered(
            "the first chain is missing",
            Base::Rehashed,
            NOT_COVERED,
            CHAINS,
            |chains| {
                chains.remove(0);
            },
        ),
        reordered(
            "the first chain twice",
            Base::Rehashed,
            NOT_COVERED,
            CHAINS,
            |chains| {
                chains.insert(0, chains[0].clone());
            },
        ),
        reordered(
            "the last chain twice",
            Base::Rehashed,
            NOT_COVERED,
            CHAINS,
            |chains| {
                chains.push(chains[1].clone());
            },
        ),
        reordered(
            "one chain of both",
            Base::Rehashed,
            BROKEN,
            CHAINS,
            |chains| {
                let last = chains.pop().unwrap();
                chains[0] = rebuilt(&chains[0], |stamps| stamps.extend(parts(&last)));
            },
        ),
    ]
}

fn stamps_out_of_order() -> Vec<Mutation> {
    vec![
        reordered(
            "two chains of one",
            Base::Stamped,
            NOT_COVERED,
            CHAINS,
            |chains| {
                let mut moved = Vec::new();
                chains[0] = rebuilt(&chains[0], |stamps| moved.extend(stamps.pop()));
                chains.push(tlv(0x30, &moved.concat()));
            },
        ),
        reordered(
            "the archive time-stamps exchanged",
            Base::Stamped,
            NOT_COVERED,
            CHAIN,
            |stamps| {
                stamps.swap(0, 1);
            },
        ),
        reordered(
            "the first archive time-stamp is missing",
            Base::Stamped,
            NOT_COVERED,
            CHAIN,
            |stamps| {
                stamps.remove(0);
            },
        ),
        reordered(
            "the first archive time-stamp twice",
            Base::Stamped,
            BROKEN,
            CHAIN,
            |stamps| {
                stamps.insert(0, stamps[0].clone());
            },
        ),
        reordered(
            "the last archive time-stamp twice",
            Base::Stamped,
            BROKEN,
            CHAIN,
            |stamps| {
                stamps.push(stamps[1].clone());
            },
        ),
    ]
}

fn renewals_cut_out() -> Vec<Mutation> {
    vec![
        reordered(
            "the last of the first chain is missing",
            Base::Full,
            NOT_COVERED,
            CHAIN,
            |stamps| {
                stamps.pop();
            },
        ),
        reordered(
            "the first of the last chain is missing",
            Base::Full,
            NOT_COVERED,
            &[2, 1],
            |stamps| {
                stamps.remove(0);
            },
        ),
        reordered(
            "the last archive time-stamp in the first chain",
            Base::Full,
            NOT_COVERED,
            CHAINS,
            |chains| {
                let mut moved = Vec::new();
                chains[1] = rebuilt(&chains[1], |stamps| moved.extend(stamps.pop()));
                chains[0] = rebuilt(&chains[0], |stamps| stamps.extend(moved));
            },
        ),
    ]
}

/// A time-stamp renewal over what `stamped` makes of the first token, under `digest`.
fn renewal(
    name: &str,
    expected: &'static str,
    digest: DigestAlgorithm,
    year: i32,
    stamped: impl Fn(&Bench, &[u8]) -> Vec<u8> + 'static,
) -> Mutation {
    Mutation::new(name, Base::Batched, expected, move |bench, record| {
        let hash = digest.digest(&[&stamped(bench, &at(record, FIRST_TOKEN))]);
        let token = bench.later_token(digest, &hash, year);
        let lists = [vec![hash]];
        let stamp = archive_timestamp(digest, &lists, &token);
        edit(record, CHAIN, &|chain| {
            rebuilt(chain, |stamps| stamps.push(stamp.clone()))
        })
    })
}

fn stamps_over_other_bytes() -> Vec<Mutation> {
    vec![
        renewal("over SignedData alone", BROKEN, Sha256, 2028, |_, token| {
            at(token, &[1, 0])
        }),
        renewal("over TSTInfo alone", BROKEN, Sha256, 2028, |_, token| {
            split(&at(token, &[1, 0, 2, 1, 0])).1.to_vec()
        }),
        renewal(
            "over the content of the token",
            BROKEN,
            Sha256,
            2028,
            |_, token| split(token).1.to_vec(),
        ),
        renewal(
            "over the signature alone",
            BROKEN,
            Sha256,
            2028,
            |_, token| parts(&at(token, &[1, 0, 4, 0])).pop().unwrap(),
        ),
        renewal(
            "over the whole archive time-stamp",
            BROKEN,
            Sha256,
            2028,
            |bench, _| at(bench.record(Base::Batched), &[2, 0, 0]),
        ),
        renewal("over the whole chain", BROKEN, Sha256, 2028, |bench, _| {
            at(bench.record(Base::Batched), CHAIN)
        }),
        renewal(
            "over the token of another record",
            BROKEN,
            Sha256,
            2028,
            |bench, _| at(bench.record(Base::Alone), FIRST_TOKEN),
        ),
        renewal(
            "over the token and a byte",
            BROKEN,
            Sha256,
            2028,
            |_, token| [token, &[0]].concat(),
        ),
        renewal("over a member", BROKEN, Sha256, 2028, |bench, _| {
            bench.objects[0].to_vec()
        }),
    ]
}

fn stamps_at_a_wrong_time() -> Vec<Mutation> {
    vec![
        renewal(
            "under another algorithm than the chain's",
            BROKEN,
            Sha512,
            2028,
            |_, token| token.to_vec(),
        ),
        renewal(
            "under a weaker algorithm than the chain's",
            BROKEN,
            Sha1,
            2028,
            |_, token| token.to_vec(),
        ),
        renewal(
            "a year before the first",
            OUT_OF_ORDER,
            Sha256,
            2025,
            |_, token| token.to_vec(),
        ),
        renewal(
            "of tomorrow, over the first",
            "INDETERMINATE/SIG_CONSTRAINTS_FAILURE timestamp-time-plausible",
            Sha256,
            2036,
            |_, token| token.to_vec(),
        ),
    ]
}

fn stamps_by_hand() -> Vec<Mutation> {
    vec![
        Mutation::new(
            "renewed after the authority had ended",
            Base::Alone,
            "INDETERMINATE/OUT_OF_BOUNDS_NO_POE certificate-in-validity",
            |bench, _| {
                let lists = [bench.hashes(Sha256)];
                let first = token_by(&bench.short, Sha256, &root_of(Sha256, &lists), date(2026));
                let hash = Sha256.digest(&[&first]);
                let second = bench.later_token(Sha256, &hash, 2029);
                record(&[vec![
                    archive_timestamp(Sha256, &lists, &first),
                    archive_timestamp(Sha256, &[vec![hash]], &second),
                ]])
            },
        ),
        Mutation::new(
            "renewed by somebody whom nobody trusts",
            Base::Alone,
            "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND trust-anchor-reached",
            |bench, record| {
                let hash = Sha256.digest(&[&at(record, FIRST_TOKEN)]);
                let token = token_by(&bench.stranger, Sha256, &hash, date(2028));
                let stamp = archive_timestamp(Sha256, &[vec![hash]], &token);
                edit(record, CHAIN, &|chain| {
                    rebuilt(chain, |stamps| stamps.push(stamp.clone()))
                })
            },
        ),
        Mutation::new(
            "renewed beside the first token",
            Base::Alone,
            BROKEN,
            |bench, record| {
                let hash = Sha256.digest(&[b"else"]);
                let lists = [vec![hash]];
                let token = bench.later_token(Sha256, &root_of(Sha256, &lists), 2028);
                let stamp = archive_timestamp(Sha256, &lists, &token);
                edit(record, CHAIN, &|chain| {
                    rebuilt(chain, |stamps| stamps.push(stamp.clone()))
                })
            },
        ),
    ]
}

/// A hash-tree renewal of the batched record, by what `list` makes of the members' hashes and the
/// hash of the chains before.
fn rehashed(
    name: impl Into<String>,
    expected: &'static str,
    digest: DigestAlgorithm,
    year: i32,
    list: impl Fn(&Bench, Vec<Vec<u8>>, &[u8]) -> Vec<Vec<u8>> + 'static,
) -> Mutation {
    Mutation::new(name, Base::Batched, expected, move |bench, before| {
        rehash(bench, before, digest, year, &list)
    })
}

/// From the members' hashes and that of the chains before to the first list of the new tree.
type NewList<'a> = dyn Fn(&Bench, Vec<Vec<u8>>, &[u8]) -> Vec<Vec<u8>> + 'a;

fn rehash(
    bench: &Bench,
    before: &[u8],
    digest: DigestAlgorithm,
    year: i32,
    list: &NewList<'_>,
) -> Vec<u8> {
    let sequence = digest.digest(&[&at(before, CHAINS)]);
    let lists = [list(bench, bench.hashes(digest), &sequence)];
    let token = bench.later_token(digest, &root_of(digest, &lists), year);
    let chain = tlv(0x30, &archive_timestamp(digest, &lists, &token));
    edit(before, CHAINS, &|chains| {
        rebuilt(chains, |chains| chains.push(chain.clone()))
    })
}

fn in_sequence(digest: DigestAlgorithm, hashes: &[Vec<u8>], sequence: &[u8]) -> Vec<Vec<u8>> {
    let hashes = hashes.iter();
    hashes
        .map(|hash| digest.digest(&[hash, sequence]))
        .collect()
}

/// The pieces that the others are made of make a sound record.
#[test]
fn a_hash_tree_renewal_by_hand_passes() {
    let bench = Bench::new();
    let sound =
        |_: &Bench, hashes: Vec<Vec<u8>>, sequence: &[u8]| in_sequence(Sha512, &hashes, sequence);
    let made = rehash(&bench, bench.record(Base::Batched), Sha512, 2029, &sound);
    assert_eq!(bench.judge(&made), "PASSED");
}

fn trees_over_other_bytes() -> Vec<Mutation> {
    vec![
        rehashed(
            "a new tree over the members alone",
            NOT_COVERED,
            Sha512,
            2029,
            |_, hashes, _| hashes,
        ),
        rehashed(
            "a new tree over the chains alone",
            NOT_COVERED,
            Sha512,
            2029,
            |_, _, sequence| vec![sequence.to_vec()],
        ),
        rehashed(
            "members and chains side by side",
            NOT_COVERED,
            Sha512,
            2029,
            |_, hashes, sequence| [&hashes[..], &[sequence.to_vec()]].concat(),
        ),
        rehashed(
            "a new tree over another sequence",
            NOT_COVERED,
            Sha512,
            2029,
            |bench, hashes, _| {
                let other = Sha512.digest(&[&at(bench.record(Base::Alone), CHAINS)]);
                in_sequence(Sha512, &hashes, &other)
            },
        ),
        rehashed(
            "a new tree over the chain without its sequence",
            NOT_COVERED,
            Sha512,
            2029,
            |bench, hashes, _| {
                let chain = Sha512.digest(&[&at(bench.record(Base::Batched), CHAIN)]);
                in_sequence(Sha512, &hashes, &chain)
            },
        ),
    ]
}

fn trees_over_other_hashes() -> Vec<Mutation> {
    vec![
        rehashed(
            "a new tree over the last token",
            NOT_COVERED,
            Sha512,
            2029,
            |bench, hashes, _| {
                let token = Sha512.digest(&[&at(bench.record(Base::Batched), FIRST_TOKEN)]);
                in_sequence(Sha512, &hashes, &token)
            },
        ),
        rehashed(
            "a new tree over hashes of the old algorithm",
            NOT_COVERED,
            Sha512,
            2029,
            |bench, _, sequence| in_sequence(Sha512, &bench.hashes(Sha256), sequence),
        ),
        rehashed(
            "a new tree over hashes of the members' hashes",
            NOT_COVERED,
            Sha512,
            2029,
            |_, hashes, sequence| {
                let again: Vec<_> = hashes.iter().map(|hash| Sha512.digest(&[hash])).collect();
                in_sequence(Sha512, &again, sequence)
            },
        ),
        rehashed(
            "a new tree of SHA-1",
            "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE algorithm-reliable",
            Sha1,
            2029,
            |_, hashes, sequence| in_sequence(Sha1, &hashes, sequence),
        ),
        rehashed(
            "a new tree before the first",
            OUT_OF_ORDER,
            Sha512,
            2025,
            |_, hashes, sequence| in_sequence(Sha512, &hashes, sequence),
        ),
    ]
}

fn trees() -> Vec<Mutation> {
    let mut all = trees_over_other_bytes();
    all.extend(trees_over_other_hashes());
    for member in 0..MEMBERS {
        let name = format!("member {member} is missing from the new tree");
        all.push(rehashed(
            name,
            NOT_COVERED,
            Sha512,
            2029,
            move |_, mut hashes, sequence| {
                hashes.remove(member);
                in_sequence(Sha512, &hashes, sequence)
            },
        ));
        let name = format!("member {member} is another in the new tree");
        all.push(rehashed(
            name,
            NOT_COVERED,
            Sha512,
            2029,
            move |_, mut hashes, sequence| {
                hashes[member] = flipped(&hashes[member], 0);
                in_sequence(Sha512, &hashes, sequence)
            },
        ));
    }
    all
}

/// The token with an attribute that nobody signs.
fn with_attribute(token: &[u8]) -> Vec<u8> {
    edit(token, &[1, 0, 4, 0], &|signer| {
        let attribute = tlv(0x30, &[tlv(0x06, &[0x2a, 3]), tlv(0x31, &[5, 0])].concat());
        rebuilt(signer, |fields| fields.push(tlv(0xa1, &attribute)))
    })
}

/// The token with its certificate twice.
fn with_certificate(token: &[u8]) -> Vec<u8> {
    edit(token, &[1, 0], &|data| {
        rebuilt(data, |fields| {
            let twice = split(&fields[3]).1.repeat(2);
            fields[3] = tlv(0xa0, &twice);
        })
    })
}

/// What was covered by a renewal, and changed after it.
fn later_changes() -> Vec<Mutation> {
    vec![
        Mutation::new(
            "an attribute laid into a token after it was renewed",
            Base::Stamped,
            BROKEN,
            |_, record| edit(record, FIRST_TOKEN, &with_attribute),
        ),
        Mutation::new(
            "an attribute laid into a token after the tree was renewed",
            Base::Rehashed,
            NOT_COVERED,
            |_, record| edit(record, FIRST_TOKEN, &with_attribute),
        ),
        Mutation::new(
            "a certificate laid into a token after it was renewed",
            Base::Stamped,
            BROKEN,
            |_, record| edit(record, FIRST_TOKEN, &with_certificate),
        ),
        Mutation::new(
            "a certificate laid into a token after the tree was renewed",
            Base::Rehashed,
            NOT_COVERED,
            |_, record| edit(record, FIRST_TOKEN, &with_certificate),
        ),
        Mutation::new(
            "the algorithm is left out of a chain after it was renewed",
            Base::Rehashed,
            NOT_COVERED,
            |_, record| {
                edit(record, &[2, 0, 0], &|stamp| {
                    rebuilt(stamp, |fields| {
                        fields.remove(0);
                    })
                })
            },
        ),
        Mutation::new(
            "an empty attribute field in a chain after it was renewed",
            Base::Rehashed,
            NOT_COVERED,
            |_, record| {
                edit(record, &[2, 0, 0], &|stamp| {
                    rebuilt(stamp, |fields| fields.insert(1, tlv(0xa1, &[])))
                })
            },
        ),
    ]
}
