//! Keys and signatures that were made to deceive or to burn time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::curve;
use super::{Verification, verify};
use crate::asn1::{DerWriter, Oid, tag};
use crate::crypto::algorithm::SignatureAlgorithm::{self, *};
use crate::crypto::digest::DigestAlgorithm::*;
use crate::crypto::public_key::{KeyAlgorithm, PublicKey};
use crate::limits::Limits;
use Verification::{Invalid, Unsupported, Valid};

const RSA: &str = "1.2.840.113549.1.1.1";
const DSA: &str = "1.2.840.10040.4.1";
const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";

/// Object identifiers of the curves in `fixtures/primitives.json`.
const CURVES: &[&str] = &[
    "1.2.840.10045.3.1.1",
    "1.3.132.0.33",
    "1.2.840.10045.3.1.7",
    "1.3.132.0.34",
    "1.3.132.0.35",
    "1.3.132.0.10",
    "1.3.36.3.3.2.8.1.1.1",
    "1.3.36.3.3.2.8.1.1.2",
    "1.3.36.3.3.2.8.1.1.3",
    "1.3.36.3.3.2.8.1.1.4",
    "1.3.36.3.3.2.8.1.1.5",
    "1.3.36.3.3.2.8.1.1.6",
    "1.3.36.3.3.2.8.1.1.7",
    "1.3.36.3.3.2.8.1.1.8",
    "1.3.36.3.3.2.8.1.1.9",
    "1.3.36.3.3.2.8.1.1.10",
    "1.3.36.3.3.2.8.1.1.11",
    "1.3.36.3.3.2.8.1.1.12",
    "1.3.36.3.3.2.8.1.1.13",
    "1.3.36.3.3.2.8.1.1.14",
];

#[test]
fn points_that_are_none_are_refused_on_every_curve() {
    for (dotted, octets, generator) in generators() {
        let (x, y) = generator.split_at(octets);
        let mut other_y = y.to_vec();
        other_y[octets - 1] ^= 1;
        let largest = vec![0xff; octets];
        for point in [
            vec![],
            vec![0x00],
            vec![0x04],
            [&[0x04], x, &other_y].concat(),
            [&[0x04], y, x].concat(),
            [&[0x04], vec![0; 2 * octets].as_slice()].concat(),
            [&[0x04], largest.as_slice(), y].concat(),
            [&[0x04], x, &largest].concat(),
            [&[0x04], x, y, &[0]].concat(),
            [&[0x04, 0], x, y].concat(),
            // The hybrid form of X9.62, which RFC 5480, 2.2 leaves out.
            [&[0x06 | y[octets - 1] & 1], x, y].concat(),
            [&[0x02], largest.as_slice()].concat(),
        ] {
            for algorithm in [
                PlainEcdsa { digest: Sha256 },
                PlainEcdsa { digest: Sha3_512 },
            ] {
                let one = [vec![0; octets - 1], vec![1]].concat();
                let signature = [one.clone(), one].concat();
                let verification = verify(&ec_key(dotted, &point), &algorithm, b"", &signature);
                // Whether a compressed point of P-224 is one is not computed.
                let is_root_of_p224 = dotted == "1.3.132.0.33" && point.first() == Some(&2);
                assert!(
                    verification == Invalid || is_root_of_p224 && verification != Valid,
                    "{dotted}: {point:02x?}"
                );
            }
        }
    }
}

#[test]
fn halves_of_a_signature_lie_between_1_and_the_order_on_every_curve() {
    for (dotted, octets, generator) in generators() {
        let key = ec_key(dotted, &[&[0x04], generator.as_slice()].concat());
        let KeyAlgorithm::EllipticCurve(curve) = &key.algorithm else {
            unreachable!()
        };
        let order = curve::equation(curve).unwrap().order();
        let (zero, largest) = (vec![0; octets], vec![0xff; octets]);
        let one = [vec![0; octets - 1], vec![1]].concat();
        let mut over = order.clone();
        let carries = over[octets - 1] == 0xff;
        over[octets - 1] = over[octets - 1].wrapping_add(1);
        assert!(!carries, "{dotted}");
        for bad in [&zero, &order, &over, &largest] {
            for (r, s) in [(bad, &one), (&one, bad), (bad, bad)] {
                let plain = [r.as_slice(), s].concat();
                assert_eq!(
                    verify(&key, &PlainEcdsa { digest: Sha256 }, b"", &plain),
                    Invalid
                );
                let ecdsa = dss_signature(r, s);
                assert_eq!(
                    verify(&key, &Ecdsa { digest: Sha256 }, b"", &ecdsa),
                    Invalid
                );
                assert_eq!(verify(&key, &Ecdsa { digest: Sha1 }, b"", &ecdsa), Invalid);
            }
        }
    }
}

#[test]
fn numbers_of_rsa_keys_are_bounded() {
    let pkcs1 = RsaPkcs1 { digest: Sha256 };
    let check = |modulus: &[u8], exponent: &[u8], signature: &[u8]| {
        verify(&rsa_key(modulus, exponent), &pkcs1, b"sigill", signature)
    };
    let odd = |octets: usize| vec![0xff; octets];
    let even = |octets: usize| [odd(octets - 1), vec![0xfe]].concat();
    for octets in [64, 128, 256, 1024, 1200, 2048] {
        let signature = vec![0x7f; octets];
        assert_eq!(check(&even(octets), &[3], &signature), Invalid);
        for exponent in [[1].as_slice(), &[2], &[1, 0, 0], &[1, 0, 0, 0, 0]] {
            assert_eq!(check(&odd(octets), exponent, &signature), Invalid);
        }
        for signature in [
            vec![],
            vec![0; octets],
            odd(octets),
            even(octets),
            odd(octets + 1),
        ] {
            assert_eq!(check(&odd(octets), &[3], &signature), Invalid);
        }
        // 34 bits are too many for the exponent.
        let long = check(&odd(octets), &[2, 0, 0, 0, 1], &signature);
        assert_eq!(long, Unsupported);
        let longer = check(&odd(octets), &[1, 0, 0, 0, 0, 1], &signature);
        assert_eq!(longer, Unsupported);
    }
    let largest = *Limits::RSA_MODULUS_BITS.end() as usize / 8;
    for octets in [63, largest + 1] {
        assert_eq!(check(&odd(octets), &[3], &odd(octets)), Unsupported);
    }
    let integers =
        |modulus: &[u8], exponent: &[u8]| PublicKey::from_spki(&rsa_spki(modulus, exponent).into());
    assert!(integers(&[0], &[3]).is_err());
    assert!(integers(&odd(128), &[0]).is_err());
}

#[test]
fn salts_of_any_length_are_compared_only() {
    for salt_length in [0, 1, 61, 62, 63, 94, 95, 222, 1 << 20, usize::MAX] {
        for octets in [64, 128, 256] {
            let pss = RsaPss {
                digest: Sha256,
                mgf_digest: Sha512,
                salt_length,
            };
            let key = rsa_key(&vec![0xff; octets], &[3]);
            assert_eq!(verify(&key, &pss, b"", &vec![0x7f; octets]), Invalid);
        }
    }
    // A key too short for its digest.
    let pss = RsaPss {
        digest: Sha512,
        mgf_digest: Sha512,
        salt_length: 0,
    };
    let key = rsa_key(&[0xff; 64], &[3]);
    assert_eq!(verify(&key, &pss, b"", &[0x7f; 64]), Invalid);
}

/// p = 2q·k + 1 of 512 bits, q of 160, g of order q.
const P: &str = concat!(
    "8df2a494492276aa3d25759bb06869cbeac0d83afb8d0cf7cbb8324f0d7882e5",
    "d0762fc5b7210eafc2e9adac32ab7aac49693dfbf83724c2ec0736ee31c80291"
);
const Q: &str = "c773218c737ec8ee993b4f2ded30f48edace915f";
const G: &str = concat!(
    "626d027839ea0a13413163a55b4cb500299d5522956cefcb3bff10f399ce2c2e",
    "71cb9de5fa24babf58e5b79521925c9cc42e9f6f464b088cc572af53e6d78802"
);

#[test]
fn groups_that_are_none_are_refused() {
    // FIPS 186, appendix 5: x, k and the signature of "abc".
    let y = concat!(
        "19131871d75b1612a819f29d78d1b0d7346f7aa77bb62a859bfd6c5675da9d21",
        "2d3a36ef1672ef660b8c7c255cc0ec74858fba33f44c06699630a76b030ee333"
    );
    let r = hex("8bac1ab66410435cb7181f95b16ab97c92b341c0");
    let s = hex("41e2345f1f56df2458f426d155b4ba2db6dcd8c8");
    let signature = dss_signature(&r, &s);
    let check = |p: &[u8], q: &[u8], g: &[u8], y: &[u8], signature: &[u8]| {
        verify(
            &dsa_key(p, q, g, y),
            &Dsa { digest: Sha1 },
            b"abc",
            signature,
        )
    };
    let (p, q, g, y) = (hex(P), hex(Q), hex(G), hex(y));
    assert_eq!(check(&p, &q, &g, &y, &signature), Valid);
    let less = |number: &[u8]| {
        let mut number = number.to_vec();
        *number.last_mut().unwrap() -= 1;
        number
    };
    let one = vec![1];
    let wrong: [[&[u8]; 4]; 12] = [
        [&less(&p), &q, &g, &y],
        [&p, &less(&q), &g, &y],
        [&less(&less(&p)), &q, &g, &y],
        [&p, &less(&less(&q)), &g, &y],
        [&p, &q, &one, &y],
        [&p, &q, &g, &one],
        [&p, &q, &less(&p), &y],
        [&p, &q, &g, &less(&p)],
        [&p, &q, &p, &y],
        [&p, &q, &g, &p],
        [&p, &q, &[2], &y],
        [&p, &q, &g, &[2]],
    ];
    for [p, q, g, y] in wrong {
        assert_eq!(check(p, q, g, y, &signature), Invalid);
    }
    for bad in [vec![0], q.clone(), vec![0xff; 20], vec![0xff; 80]] {
        for (r, s) in [(&bad, &s), (&r, &bad), (&bad, &bad)] {
            assert_eq!(check(&p, &q, &g, &y, &dss_signature(r, s)), Invalid);
        }
    }
}

#[test]
fn huge_groups_are_refused_before_any_arithmetic() {
    let check = |p: usize, q: usize| {
        let number = |octets| vec![0xff; octets];
        let key = dsa_key(&number(p), &number(q), &[2], &[2]);
        verify(&key, &Dsa { digest: Sha1 }, b"", &dss_signature(&[1], &[1]))
    };
    let largest = *Limits::DSA_PRIME_BITS.end() as usize / 8;
    assert_eq!(check(largest, 32), Invalid);
    for (p, q) in [
        (largest + 1, 32),
        (1 << 20, 32),
        (128, 1 << 20),
        (63, 20),
        (128, 21),
    ] {
        assert_eq!(check(p, q), Unsupported);
    }
}

#[test]
fn keys_for_which_anybody_signs_are_refused() {
    // The neutral point as key: R and S = 0 fit every message where R is neutral as well.
    for neutral in ["01", "ee", "00"] {
        let last = if neutral == "ee" { "7f" } else { "00" };
        let filling = if neutral == "ee" { "ff" } else { "00" };
        let key = hex(&format!("{neutral}{}{last}", filling.repeat(30)));
        let signature = [[vec![1], vec![0; 31]].concat(), vec![0; 32]].concat();
        for message in [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"] {
            let key = plain_key(ED25519, &key);
            assert_eq!(verify(&key, &Ed25519, message, &signature), Invalid);
        }
    }
    let neutral = [vec![1], vec![0; 56]].concat();
    let signature = [neutral.clone(), vec![0; 57]].concat();
    let key = plain_key(ED448, &neutral);
    assert_eq!(verify(&key, &Ed448, b"a", &signature), Invalid);
}

#[test]
fn edwards_signatures_have_one_spelling() {
    for (dotted, algorithm, key, signature, order) in EDWARDS {
        let key = plain_key(dotted, &hex(key));
        let signature = hex(signature);
        assert_eq!(verify(&key, algorithm, b"sigill", &signature), Valid);
        let (r, s) = signature.split_at(signature.len() / 2);
        let mut carry = 0;
        let sum: Vec<u8> = s
            .iter()
            .zip(hex(order).iter().rev().chain(std::iter::repeat(&0)))
            .map(|(one, other)| {
                let sum = u16::from(*one) + u16::from(*other) + carry;
                carry = sum >> 8;
                sum as u8
            })
            .collect();
        let second = [r, &sum].concat();
        assert_eq!(verify(&key, algorithm, b"sigill", &second), Invalid);
    }
}

/// Each curve with the octets of a coordinate and its generator, x and y.
fn generators() -> Vec<(&'static str, usize, Vec<u8>)> {
    CURVES
        .iter()
        .map(|dotted| {
            let key = ec_key(dotted, &[]);
            let KeyAlgorithm::EllipticCurve(curve) = &key.algorithm else {
                unreachable!()
            };
            let equation = curve::equation(curve).unwrap();
            (*dotted, equation.octets(), equation.generator())
        })
        .collect()
}

fn spki(dotted: &str, parameters: impl FnOnce(&mut DerWriter), key_bits: &[u8]) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|spki| {
        spki.sequence(|identifier| {
            identifier.oid(&Oid::from_dotted(dotted).unwrap());
            parameters(identifier);
        });
        spki.primitive(tag::BIT_STRING, &[&[0], key_bits].concat());
    });
    writer.into_bytes()
}

fn read(spki: Vec<u8>) -> PublicKey {
    PublicKey::from_spki(&spki.into()).unwrap()
}

fn plain_key(dotted: &str, key_bits: &[u8]) -> PublicKey {
    read(spki(dotted, |_| {}, key_bits))
}

fn ec_key(curve: &str, point: &[u8]) -> PublicKey {
    let parameters = |identifier: &mut DerWriter| identifier.oid(&Oid::from_dotted(curve).unwrap());
    read(spki("1.2.840.10045.2.1", parameters, point))
}

fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    spki(RSA, DerWriter::null, &integers(&[modulus, exponent]))
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> PublicKey {
    read(rsa_spki(modulus, exponent))
}

fn dsa_key(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> PublicKey {
    let parameters = |identifier: &mut DerWriter| identifier.raw(&integers(&[p, q, g]));
    let mut key = DerWriter::new();
    key.unsigned_integer(y);
    read(spki(DSA, parameters, &key.into_bytes()))
}

fn dss_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    integers(&[r, s])
}

fn integers(numbers: &[&[u8]]) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|integers| {
        for number in numbers {
            integers.unsigned_integer(number);
        }
    });
    writer.into_bytes()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Key, signature over `sigill` and order of the generator, the last big-endian.
type Edwards = (
    &'static str,
    SignatureAlgorithm,
    &'static str,
    &'static str,
    &'static str,
);

const EDWARDS: &[Edwards] = &[
    (
        ED25519,
        Ed25519,
        "092a505967d01686d2504caaa64bd18fd02c87fa11af98f270aecb0b09b41989",
        "5a11b5b7c9af8bcfc39d522bd8b2d968eacb8dac3c341d4fe708d7015e4c576045ec5cb87a51632615c8309107e120e5f67f75e561dd88f1cb5c7c5db0df4600",
        "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
    ),
    (
        ED448,
        Ed448,
        "a2c79a46a602c71a2b6cbf23ad85b755f6be032192c95ebe3e3032dc783db9cbcd0afe8a3b32f6c01aa633e67e7be56c423c6a923a25a53d00",
        "c57fd938f543399b92e8ff1396986adcdad128b793fb902c5f6b43db8efdf737c88873bfa2e9e35cd12272ba3888eb06b85c13704b1273b380ed57e7d6c776f2892a7414d80fa48c9ca154923c09dfcbf04d5d7dac21f3d43e4af52559db907007da82d4ad37122f7c6a878d668946e11d00",
        "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3",
    ),
];
