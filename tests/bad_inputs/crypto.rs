//! Keys and signatures; `wycheproof.rs` and `primitives.rs` have many more of them.

use crate::der::{children, split, tlv};
use crate::support::pki::Identity;
use crate::{measured, outcome};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sigill::Bytes;
use sigill::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification, verify};

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const PKCS1: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 {
    digest: DigestAlgorithm::Sha256,
};
const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa {
    digest: DigestAlgorithm::Sha256,
};

/// What comes of a signature by the key of this SubjectPublicKeyInfo.
fn verified(
    spki: Vec<u8>,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    measured(|| match PublicKey::from_spki(&Bytes::from(spki)) {
        Ok(key) => verify(&key, algorithm, message, signature),
        Err(_) => Verification::Unsupported,
    })
}

fn spki(algorithm: &[&[u8]], key: &[u8]) -> Vec<u8> {
    let bits = tlv(0x03, &[&[0], key].concat());
    tlv(0x30, &[tlv(0x30, &algorithm.concat()), bits].concat())
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let integers = [
        tlv(0x02, &[&[0], modulus].concat()),
        tlv(0x02, &[&[0], exponent].concat()),
    ];
    let key = tlv(0x30, &integers.concat());
    spki(&[&tlv(0x06, RSA), &[5, 0]], &key)
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

#[test]
fn b12_keys_beyond_the_limit_are_not_computed_with() {
    let _bound = crate::bound("B12");
    let large = |length: usize| [&vec![0xff; length - 1][..], &[0xfd]].concat();
    let exponent = [&[1u8][..], &[0; 511], &[1]].concat();
    for key in [
        rsa(&large(65_537usize.div_ceil(8)), &[1, 0, 1]),
        rsa(&large(256), &exponent),
    ] {
        let value = vec![0x11; 256];
        let found = verified(key, &PKCS1, b"content", &value);
        assert_eq!(found, Verification::Unsupported);
    }
}

#[test]
fn b13_curves_that_a_key_describes_itself_are_unsupported() {
    let _bound = crate::bound("B13");
    let point = [&[4][..], &[0x11; 64]].concat();
    let prime = tlv(
        0x30,
        &[
            tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1]),
            tlv(0x02, &[&[0][..], &[0xff; 32]].concat()),
        ]
        .concat(),
    );
    // GF(2^m) with m = 2^31 - 1 (CVE-2024-29857).
    let binary = tlv(
        0x30,
        &[
            tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2]),
            tlv(
                0x30,
                &[
                    tlv(0x02, &[0x7f, 0xff, 0xff, 0xff]),
                    tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2, 3, 2]),
                    tlv(0x02, &[3]),
                ]
                .concat(),
            ),
        ]
        .concat(),
    );
    for field in [prime, binary] {
        let curve = tlv(0x30, &[tlv(0x04, &[0]), tlv(0x04, &[7])].concat());
        let parameters = [
            tlv(0x02, &[1]),
            field,
            curve,
            tlv(0x04, &point),
            tlv(0x02, &[5]),
        ];
        let parameters = tlv(0x30, &parameters.concat());
        let key = spki(&[&tlv(0x06, EC), &parameters], &point);
        let value = tlv(0x30, &[tlv(0x02, &[1]), tlv(0x02, &[1])].concat());
        assert_eq!(
            verified(key, &ECDSA, b"content", &value),
            Verification::Unsupported
        );
    }
}

/// Numbers whose cubes look like a padded digest to a lax reader, under any modulus: with little
/// padding and garbage behind the digest, with eight octets of padding and garbage, and with
/// garbage as the parameters of the digest algorithm.
const SHORT_PADDING: &str = "\
    32c38624845911817bf125c3cf15343cee1389f8cf043fd623db5b8ba662f78b70657000a92b5fcfd86dbbe547\
    f32e7f71fd18208b28d1f6a40a9093dca4be2bb18cb717bebfdb144de999db31225ffc169188620c\
    ";
const GARBAGE_BEHIND: &str = "\
    32cbfd4a7adc7905583d767520f51640759176d37826f2ef63ae3dc7ad106fe3070d6acc4dbde93ba0d33b43ed\
    bb4eb889c98f60afac9f4a03f4e15cb7347f4228ee2264a1691d1b2b7d569e44290948dde018fd46\
    ";
const GARBAGE_INSIDE: &str = "\
    32cbfd4a7adc7905583d792153fc489176fa6835229911e1eb96ddf96753a9900cabc6194b973d5973db946a56\
    ea9924804c7e443bf51cc5eb87a41e18d220c38a896e8f4575bc3f17cdf99fd2907706e5664d957b\
    ";

#[test]
fn b14_cube_roots_are_no_signatures() {
    let _bound = crate::bound("B14");
    let modulus = [&[0xc0; 255][..], &[0xc1]].concat();
    for (message, forged) in [
        (&b"An agreement."[..], SHORT_PADDING),
        (b"An agreement.", GARBAGE_BEHIND),
        (b"An agreement 1.", GARBAGE_INSIDE),
    ] {
        let forged = octets(forged);
        let value = [vec![0; 256 - forged.len()], forged].concat();
        let found = verified(rsa(&modulus, &[3]), &PKCS1, message, &value);
        assert_eq!(found, Verification::Invalid);
    }
}

#[test]
fn b15_signatures_have_one_form() {
    let _bound = crate::bound("B15");
    // The order of the group, little-endian (RFC 8032, 5.1).
    let order = octets("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let ed25519 = |public: &[u8]| spki(&[&tlv(0x06, ED25519)], public);
    let sound = pair.sign(b"content").as_ref().to_vec();
    let algorithm = SignatureAlgorithm::identify(
        &PublicKey::from_spki(&Bytes::from(ed25519(&public)))
            .unwrap()
            .identifier,
        None,
    )
    .unwrap();
    let edwards =
        |public: &[u8], value: &[u8]| verified(ed25519(public), &algorithm, b"content", value);
    assert_eq!(edwards(&public, &sound), Verification::Valid);
    let mut larger = sound;
    let mut carry = 0u16;
    for (octet, of_order) in larger[32..].iter_mut().zip(&order) {
        let sum = u16::from(*octet) + u16::from(*of_order) + carry;
        (*octet, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(edwards(&public, &larger), Verification::Invalid);
    // The neutral element as key and as point, and nothing as scalar.
    let neutral = [&[1u8][..], &[0; 31]].concat();
    let nothing = [&neutral[..], &[0; 32]].concat();
    assert_eq!(edwards(&neutral, &nothing), Verification::Invalid);

    let signer = Identity::root("Signer");
    let key = signer.certificate.public_key.clone();
    let sound = signer.sign(b"content");
    let parts = children(split(&sound).1);
    let order = octets("00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let sequence = |parts: &[Vec<u8>]| tlv(0x30, &parts.concat());
    let (zero, order) = (tlv(0x02, &[0]), tlv(0x02, &order));
    let ecdsa = |value: &[u8]| measured(|| verify(&key, &ECDSA, b"content", value));
    assert_eq!(ecdsa(&sound), Verification::Valid);
    let contents = split(&sound).1;
    for wrong in [
        sequence(&[zero.clone(), parts[1].clone()]),
        sequence(&[parts[0].clone(), zero.clone()]),
        sequence(&[zero.clone(), zero]),
        sequence(&[order.clone(), parts[1].clone()]),
        sequence(&[parts[0].clone(), order]),
        // BER: a length of two octets, and one without a length.
        [&[0x30, 0x82, 0, contents.len() as u8], contents].concat(),
        [&[0x30, 0x80], contents, &[0, 0]].concat(),
        // More than two numbers, and something behind them.
        sequence(&[parts[0].clone(), parts[1].clone(), tlv(0x02, &[1])]),
        [&sound[..], &[5, 0]].concat(),
    ] {
        assert_eq!(ecdsa(&wrong), Verification::Invalid, "{wrong:02x?}");
    }
}

#[test]
fn b16_parameters_of_rsassa_pss_are_taken_literally() {
    let _bound = crate::bound("B16");
    let signed = crate::support::read("cases/cades/openssl-cades-pss/input.p7m");
    assert_eq!(outcome(signed.clone()), "passed");
    let algorithm = &[1, 0, 4, 0, 4];
    let with = |index: u8, value: Vec<u8>| {
        crate::der::edit(&signed, algorithm, &|identifier| {
            let mut fields = children(split(identifier).1);
            let mut parameters = children(split(&fields[1]).1);
            parameters.retain(|parameter| parameter[0] != 0xa0 + index);
            parameters.push(tlv(0xa0 + index, &value));
            parameters.sort_by_key(|parameter| parameter[0]);
            fields[1] = tlv(0x30, &parameters.concat());
            tlv(0x30, &fields.concat())
        })
    };
    let sha1 = tlv(0x30, &tlv(0x06, &[0x2b, 0x0e, 3, 2, 0x1a]));
    let mgf1 = tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8]);
    for wrong in [
        with(0, sha1.clone()),
        with(1, tlv(0x30, &[mgf1, sha1].concat())),
        with(2, tlv(0x02, &[0, 0x80, 0, 0, 0])),
        with(2, tlv(0x02, &[0xff])),
        with(3, tlv(0x02, &[2])),
    ] {
        assert_ne!(outcome(wrong), "passed");
    }
}
