//! Time-stamps that are broken, by somebody else, or of a time at which they prove nothing.

use crate::Mutation;
use crate::bench::{
    Base, Bench, archive_timestamp, at, drafted, flipped, parts, rebuilt, root_of, token_by,
};
use crate::der::{edit, split, tlv};
use crate::support::pki::{Identity, date};
use crate::support::signed::{Reference, TokenDraft};
use sigill::crypto::DigestAlgorithm::{Sha1, Sha256};

const NO_RECORD: &str = "FAILED/FORMAT_FAILURE record-chain-intact";
/// Where no imprint can be read, nothing shows what the token is over.
const UNREADABLE: &str = NO_TOKEN;
const NO_TOKEN: &str = "FAILED/HASH_FAILURE record-chain-intact";
const BROKEN: &str = "FAILED/HASH_FAILURE digest-matches";

const TOKEN: &[usize] = &[2, 0, 0, 2];
/// `SignedData`, its content, certificates and signer.
const DATA: &[usize] = &[2, 0, 0, 2, 1, 0];
const INFO: &[usize] = &[2, 0, 0, 2, 1, 0, 2, 1, 0];
const CERTIFICATES: &[usize] = &[2, 0, 0, 2, 1, 0, 3];
const SIGNERS: &[usize] = &[2, 0, 0, 2, 1, 0, 4];
const SIGNER: &[usize] = &[2, 0, 0, 2, 1, 0, 4, 0];

pub fn mutations() -> Vec<Mutation> {
    let mut all = bits();
    all.extend(pieces());
    all.extend(other_tokens());
    all.extend(authorities());
    all.extend(imprints());
    all.extend(drafts());
    all
}

fn edited(
    name: &str,
    expected: &'static str,
    path: &'static [usize],
    change: impl Fn(&[u8]) -> Vec<u8> + 'static,
) -> Mutation {
    Mutation::new(name, Base::Batched, expected, move |_, record| {
        edit(record, path, &change)
    })
}

/// A change of what the authority signed: `TSTInfo` in its OCTET STRING.
fn informed(
    name: &str,
    expected: &'static str,
    path: &'static [usize],
    change: impl Fn(&[u8]) -> Vec<u8> + 'static,
) -> Mutation {
    edited(name, expected, INFO, move |octets| {
        tlv(0x04, &edit(split(octets).1, path, &change))
    })
}

fn bits() -> Vec<Mutation> {
    vec![
        informed("a bit of the imprint", NO_TOKEN, &[2, 1], |hash| {
            flipped(hash, 0)
        }),
        informed(
            "a bit of the imprint's algorithm",
            NO_TOKEN,
            &[2, 0, 0],
            |oid| flipped(oid, 0),
        ),
        informed("another time", BROKEN, &[4], |_| {
            tlv(0x18, b"20250101000000Z")
        }),
        informed("another serial number", BROKEN, &[3], |_| vec![2, 1, 7]),
        informed("another policy", BROKEN, &[1], |oid| flipped(oid, 0)),
        informed("another version", UNREADABLE, &[0], |_| vec![2, 1, 2]),
        edited(
            "a bit of the signature",
            "FAILED/SIG_CRYPTO_FAILURE signature-value-verifies",
            SIGNER,
            |signer| flipped(signer, 0),
        ),
        edited("a bit of the signed digest", BROKEN, SIGNER, |signer| {
            let attributes = parts(&parts(signer)[3]).into_iter();
            let mut values = attributes.map(|attribute| at(&attribute, &[1, 0]));
            let digest = values.find(|value| value[0] == 0x04).unwrap();
            let place = signer
                .windows(digest.len())
                .position(|window| window == digest);
            let mut signer = signer.to_vec();
            signer[place.unwrap() + 2] ^= 1;
            signer
        }),
    ]
}

fn pieces() -> Vec<Mutation> {
    vec![
        edited(
            "no certificate of the authority",
            "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND signing-certificate-identified",
            DATA,
            |data| {
                rebuilt(data, |fields| {
                    fields.remove(3);
                })
            },
        ),
        edited(
            "a bit of the authority's certificate",
            "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND signing-certificate-identified",
            CERTIFICATES,
            |field| flipped(field, 0),
        ),
        edited("no signer", UNREADABLE, SIGNERS, |_| tlv(0x31, &[])),
        edited("two signers", UNREADABLE, SIGNERS, |field| {
            tlv(0x31, &split(field).1.repeat(2))
        }),
        edited("no content", UNREADABLE, &[2, 0, 0, 2, 1, 0, 2], |field| {
            rebuilt(field, |fields| {
                fields.pop();
            })
        }),
        edited("content that is no TSTInfo", UNREADABLE, INFO, |_| {
            tlv(0x04, b"noon")
        }),
        edited(
            "a content type of plain data",
            UNREADABLE,
            &[2, 0, 0, 2, 1, 0, 2, 0],
            |_| crate::support::pki::der(|writer| writer.oid(&sigill::asn1::oid::DATA)),
        ),
    ]
}

fn other_tokens() -> Vec<Mutation> {
    vec![
        edited(
            "a token of plain data",
            UNREADABLE,
            &[2, 0, 0, 2, 0],
            |_| crate::support::pki::der(|writer| writer.oid(&sigill::asn1::oid::DATA)),
        ),
        edited("NULL in place of the token", NO_RECORD, TOKEN, |_| {
            tlv(0x05, &[])
        }),
        edited(
            "a certificate in place of the token",
            UNREADABLE,
            TOKEN,
            |token| parts(&at(token, &[1, 0, 3])).remove(0),
        ),
        edited(
            "SignedData without its ContentInfo",
            UNREADABLE,
            TOKEN,
            |token| at(token, &[1, 0]),
        ),
        edited("TSTInfo without a signature", UNREADABLE, TOKEN, |token| {
            split(&at(token, &[1, 0, 2, 1, 0])).1.to_vec()
        }),
        edited(
            "no signed attributes",
            "FAILED/SIG_CRYPTO_FAILURE signature-value-verifies",
            SIGNER,
            |signer| {
                rebuilt(signer, |fields| {
                    fields.remove(3);
                })
            },
        ),
    ]
}

/// The record of one archive time-stamp under a token that `make` gives.
fn stamped(
    name: &str,
    expected: &'static str,
    make: impl Fn(&Bench, &[u8]) -> Vec<u8> + 'static,
) -> Mutation {
    Mutation::new(name, Base::Alone, expected, move |bench, _| {
        let lists = [bench.hashes(Sha256)];
        let token = make(bench, &root_of(Sha256, &lists));
        crate::renewals::record(&[vec![archive_timestamp(Sha256, &lists, &token)]])
    })
}

fn by(
    name: &str,
    expected: &'static str,
    authority: fn(&Bench) -> &Identity,
    year: i32,
) -> Mutation {
    stamped(name, expected, move |bench, root| {
        token_by(authority(bench), Sha256, root, date(year))
    })
}

fn authorities() -> Vec<Mutation> {
    vec![
        by(
            "by somebody whom nobody trusts",
            "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND trust-anchor-reached",
            |bench| &bench.stranger,
            2026,
        ),
        by(
            "by somebody who is no authority",
            "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE key-usage-met",
            |bench| &bench.purposeless,
            2026,
        ),
        by(
            "by an authority that has ended since",
            "INDETERMINATE/OUT_OF_BOUNDS_NO_POE certificate-in-validity",
            |bench| &bench.short,
            2026,
        ),
        by(
            "by an authority that had ended",
            "INDETERMINATE/OUT_OF_BOUNDS_NO_POE certificate-in-validity",
            |bench| &bench.short,
            2029,
        ),
        by(
            "before the authority's certificate",
            "INDETERMINATE/SIG_CONSTRAINTS_FAILURE timestamp-time-plausible",
            |bench| &bench.authority,
            2019,
        ),
        by(
            "of tomorrow",
            "INDETERMINATE/SIG_CONSTRAINTS_FAILURE timestamp-time-plausible",
            |bench| &bench.authority,
            2036,
        ),
    ]
}

fn imprints() -> Vec<Mutation> {
    vec![
        stamped("over a member instead of the root", NO_TOKEN, |bench, _| {
            bench.token(Sha256, &bench.hashes(Sha256)[0], 2026)
        }),
        stamped("over the root hashed again", NO_TOKEN, |bench, root| {
            bench.token(Sha256, &Sha256.digest(&[root]), 2026)
        }),
        stamped("over half the root", NO_TOKEN, |bench, root| {
            bench.token(Sha256, &root[..16], 2026)
        }),
        stamped("over nothing", NO_TOKEN, |bench, _| {
            bench.token(Sha256, &[], 2026)
        }),
        stamped(
            "over another digest of the root",
            NO_TOKEN,
            |bench, root| bench.token(Sha1, &root[..20], 2026),
        ),
        stamped("over something else", NO_TOKEN, |bench, _| {
            bench.token(Sha256, &Sha256.digest(&[b"else"]), 2026)
        }),
        Mutation::new(
            "the two tokens exchanged",
            Base::Stamped,
            NO_TOKEN,
            |_, record| {
                edit(record, &[2, 0], &|chain| {
                    rebuilt(chain, |stamps| {
                        let tokens: Vec<_> = stamps
                            .iter()
                            .map(|stamp| parts(stamp).pop().unwrap())
                            .collect();
                        for (stamp, token) in stamps.iter_mut().zip(tokens.into_iter().rev()) {
                            *stamp = rebuilt(stamp, |fields| *fields.last_mut().unwrap() = token);
                        }
                    })
                })
            },
        ),
    ]
}

fn drafts() -> Vec<Mutation> {
    let drafted = |name: &str, expected, change: fn(&mut TokenDraft)| {
        stamped(name, expected, move |bench, root| {
            drafted(&bench.authority, Sha256, root, date(2026), change)
        })
    };
    vec![
        drafted(
            "a signature over something else",
            "FAILED/SIG_CRYPTO_FAILURE signature-value-verifies",
            |draft| draft.broken = true,
        ),
        drafted("TSTInfo of version 2", UNREADABLE, |draft| {
            draft.version = 2
        }),
        drafted(
            "without a certificate",
            "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND signing-certificate-identified",
            |draft| {
                draft.with_certificate = false;
            },
        ),
        drafted(
            "naming another certificate",
            "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND signing-certificate-identified",
            |draft| {
                draft.reference = Reference::OtherDigest;
            },
        ),
        drafted(
            "naming another authority",
            "INDETERMINATE/SIG_CONSTRAINTS_FAILURE timestamp-authority-named",
            |draft| {
                draft.authority = Some(crate::support::pki::distinguished("Somebody"));
            },
        ),
    ]
}
