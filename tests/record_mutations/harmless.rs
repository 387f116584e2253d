//! What may be otherwise in a record without taking anything from what it proves, and is read.

use crate::bench::{Base, Bench, rebuilt};
use crate::der::{edit, tlv};

type Change = fn(&[u8]) -> Vec<u8>;

const CHANGES: &[(&str, Change)] = &[
    // RFC 4998, 4.3 sorts the hashes of a list before they are hashed together.
    ("a list in another order", |record| {
        edit(record, &[2, 0, 0, 1, 0], &|list| {
            rebuilt(list, |hashes| hashes.reverse())
        })
    }),
    // Nothing is judged by what these fields say, and nothing covers them.
    ("no digest algorithm is announced", |record| {
        edit(record, &[1], &|_| tlv(0x30, &[]))
    }),
    ("cryptoInfos of an unknown kind", |record| {
        rebuilt(record, |fields| {
            fields.insert(2, tlv(0xa0, &tlv(0x30, &tlv(0x06, &[0x2a, 3]))));
        })
    }),
    // The algorithm of the imprint stands for one that is not stated (4.1).
    ("the algorithm is not stated", |record| {
        edit(record, &[2, 0, 0], &|stamp| {
            rebuilt(stamp, |fields| {
                fields.remove(0);
            })
        })
    }),
    // Not of the shortest form (X.690, 8.3.2), and 1 all the same.
    ("a version in two octets", |record| {
        edit(record, &[0], &|_| vec![2, 2, 0, 1])
    }),
];

#[test]
fn what_takes_nothing_from_the_proof_passes() {
    let bench = Bench::new();
    for (name, change) in CHANGES {
        let made = change(bench.record(Base::Batched));
        assert_eq!(bench.judge(&made), "PASSED", "{name}");
    }
}
