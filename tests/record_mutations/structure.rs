//! What is no record, or not one of RFC 4998, 3.1 and 4.1; tricks of BER.

use crate::Mutation;
use crate::bench::{Base, at, parts, rebuilt};
use crate::der::{edit, split, tlv};

const UNREADABLE: &str = "FAILED/FORMAT_FAILURE record-chain-intact";
const UNSUPPORTED: &str = "INDETERMINATE/SIG_CONSTRAINTS_FAILURE format-supported";

const CHAINS: &[usize] = &[2];
const CHAIN: &[usize] = &[2, 0];
const FIRST: &[usize] = &[2, 0, 0];

pub fn mutations() -> Vec<Mutation> {
    let mut all = whole();
    all.extend(fields());
    all.extend(chains());
    all.extend(archive_timestamps());
    all
}

fn unreadable(name: &str, base: Base, change: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Mutation {
    Mutation::new(name, base, UNREADABLE, move |_, record| change(record))
}

fn whole() -> Vec<Mutation> {
    vec![
        unreadable("nothing at all", Base::Alone, |_| Vec::new()),
        unreadable("one zero", Base::Alone, |_| vec![0]),
        unreadable("the last byte is missing", Base::Full, |record| {
            record[..record.len() - 1].to_vec()
        }),
        unreadable("the second half is missing", Base::Full, |record| {
            record[..record.len() / 2].to_vec()
        }),
        unreadable("a byte follows", Base::Full, |record| {
            [record, &[0]].concat()
        }),
        unreadable("two records", Base::Alone, |record| record.repeat(2)),
        unreadable("a SET", Base::Alone, |record| tlv(0x31, split(record).1)),
        unreadable("inside another SEQUENCE", Base::Alone, |record| {
            tlv(0x30, record)
        }),
        unreadable("the length is one too great", Base::Alone, |record| {
            let (tag, content, _) = split(record);
            let longer = tlv(tag, &[content, &[0]].concat());
            longer[..longer.len() - 1].to_vec()
        }),
        unreadable(
            "an indefinite length without an end",
            Base::Alone,
            |record| [&[0x30, 0x80], split(record).1].concat(),
        ),
        unreadable("the text of a record", Base::Alone, |_| {
            b"<EvidenceRecord/>".to_vec()
        }),
    ]
}

fn fields() -> Vec<Mutation> {
    let version =
        |version: &'static [u8]| move |record: &[u8]| edit(record, &[0], &|_| version.to_vec());
    let mut all = vec![
        unreadable("no version", Base::Alone, |record| {
            rebuilt(record, |fields| {
                fields.remove(0);
            })
        }),
        unreadable(
            "a version that is true",
            Base::Alone,
            version(&[1, 1, 0xff]),
        ),
        unreadable("a version without octets", Base::Alone, version(&[2, 0])),
        unreadable("a version below zero", Base::Alone, version(&[2, 1, 0xff])),
        unreadable("no digest algorithms", Base::Alone, |record| {
            rebuilt(record, |fields| {
                fields.remove(1);
            })
        }),
        unreadable("digest algorithms in a SET", Base::Alone, |record| {
            edit(record, &[1], &|field| tlv(0x31, split(field).1))
        }),
        unreadable("a digest algorithm that is no OID", Base::Alone, |record| {
            edit(record, &[1, 0, 0], &|_| tlv(0x04, b"sha256"))
        }),
        unreadable("encryptionInfo before cryptoInfos", Base::Alone, |record| {
            rebuilt(record, |fields| {
                fields.insert(2, tlv(0xa0, &[]));
                fields.insert(2, tlv(0xa1, &[]));
            })
        }),
        unreadable("a field that nobody knows", Base::Alone, |record| {
            rebuilt(record, |fields| fields.insert(2, tlv(0xa2, &[])))
        }),
        unreadable("a field after the last", Base::Alone, |record| {
            rebuilt(record, |fields| fields.push(tlv(0x05, &[])))
        }),
        unreadable("no sequence of chains", Base::Alone, |record| {
            rebuilt(record, |fields| {
                fields.pop();
            })
        }),
    ];
    let other = [("version 0", &[2u8, 1, 0][..]), ("version 2", &[2, 1, 2])];
    all.extend(other.map(|(name, octets)| {
        Mutation::new(name, Base::Alone, UNSUPPORTED, move |_, record| {
            version(octets)(record)
        })
    }));
    all
}

fn chains() -> Vec<Mutation> {
    vec![
        unreadable("no chain", Base::Full, |record| {
            edit(record, CHAINS, &|_| tlv(0x30, &[]))
        }),
        unreadable("chains in a SET", Base::Full, |record| {
            edit(record, CHAINS, &|field| tlv(0x31, split(field).1))
        }),
        unreadable("an empty chain at the end", Base::Full, |record| {
            edit(record, CHAINS, &|field| {
                rebuilt(field, |chains| chains.push(tlv(0x30, &[])))
            })
        }),
        unreadable(
            "an empty chain in place of the first",
            Base::Full,
            |record| edit(record, CHAIN, &|_| tlv(0x30, &[])),
        ),
        unreadable("a chain that is NULL", Base::Full, |record| {
            edit(record, CHAIN, &|_| tlv(0x05, &[]))
        }),
        unreadable(
            "archive time-stamps without their chain",
            Base::Stamped,
            |record| edit(record, CHAINS, &|field| parts(field)[0].clone()),
        ),
        unreadable(
            "an archive time-stamp without its token",
            Base::Batched,
            |record| {
                edit(record, FIRST, &|field| {
                    rebuilt(field, |fields| {
                        fields.pop();
                    })
                })
            },
        ),
    ]
}

fn archive_timestamps() -> Vec<Mutation> {
    vec![
        unreadable(
            "an archive time-stamp with two tokens",
            Base::Batched,
            |record| {
                edit(record, FIRST, &|field| {
                    rebuilt(field, |fields| fields.push(fields[2].clone()))
                })
            },
        ),
        unreadable("the token before the hash tree", Base::Batched, |record| {
            edit(record, FIRST, &|field| {
                rebuilt(field, |fields| fields.swap(1, 2))
            })
        }),
        unreadable(
            "the hash tree before the algorithm",
            Base::Batched,
            |record| {
                edit(record, FIRST, &|field| {
                    rebuilt(field, |fields| fields.swap(0, 1))
                })
            },
        ),
        unreadable("the algorithm twice", Base::Batched, |record| {
            edit(record, FIRST, &|field| {
                rebuilt(field, |fields| fields.insert(0, fields[0].clone()))
            })
        }),
        unreadable("an algorithm that is no OID", Base::Batched, |record| {
            edit(record, FIRST, &|field| {
                rebuilt(field, |fields| fields[0] = tlv(0xa0, &tlv(0x04, b"sha256")))
            })
        }),
        unreadable(
            "the hash tree under a tag of its own",
            Base::Batched,
            |record| {
                edit(record, FIRST, &|field| {
                    rebuilt(field, |fields| fields[1] = tlv(0xa3, split(&fields[1]).1))
                })
            },
        ),
        unreadable("only the archive time-stamp", Base::Batched, |record| {
            at(record, FIRST)
        }),
    ]
}
