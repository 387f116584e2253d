//! ASN.1, certificates and CMS.

use crate::der::{children, edit, split, tlv};
use crate::support::{fixture, read};
use crate::{measured, outcome, outcome_or_refusal, refusal, refusal_within};
use sigill::asn1::{Oid, Reader, oid};
use sigill::limits::Limits;
use sigill::policy::Enforcement;
use sigill::x509::{Certificate, CertificateList, OcspResponse};
use sigill::{Bytes, Policy};

const CONTENT: &[usize] = &[1, 0, 2, 1, 0];
const DIGEST_ALGORITHMS: &[usize] = &[1, 0, 1];
const CERTIFICATES: &[usize] = &[1, 0, 3];
const SIGNERS: &[usize] = &[1, 0, 4];
const SIGNED_ATTRIBUTES: &[usize] = &[1, 0, 4, 0, 3];
const SIGNATURE_ALGORITHM: &[usize] = &[1, 0, 4, 0, 4];

fn signed() -> Vec<u8> {
    read("cases/cades/b-b-attached-p256/input.p7m")
}

fn certificate() -> Vec<u8> {
    let pem = std::fs::read(fixture("pki/person-p256.pem")).unwrap();
    x509_parser::pem::parse_x509_pem(&pem).unwrap().1.contents
}

#[test]
fn b01_deep_nesting_is_over_the_limit() {
    let _bound = crate::bound("B01");
    assert_eq!(refusal([[0x30, 0x80]; 100_000].concat()), "over-limit");
    let mut deep = tlv(0x05, &[]);
    for _ in 0..2_000 {
        deep = tlv(0x30, &deep);
    }
    assert_eq!(refusal(deep.clone()), "over-limit");
    let deeper = edit(&signed(), CONTENT, &|_| tlv(0x24, &deep));
    assert_eq!(outcome(deeper), "over-limit");
}

#[test]
fn b02_lengths_beyond_the_input_allocate_nothing() {
    let _bound = crate::bound("B02");
    for lie in [
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 6, 1, 42][..],
        &[0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0xff, 0xff, 0xff],
    ] {
        assert!(Certificate::read(&Bytes::copy_from_slice(lie)).is_err());
        assert!(CertificateList::read(&Bytes::copy_from_slice(lie)).is_err());
        assert!(OcspResponse::read(&Bytes::copy_from_slice(lie)).is_err());
        assert!(Reader::new(lie, "lie").sequence().is_err());
        let inside = edit(&signed(), CONTENT, &|_| lie.to_vec());
        assert_eq!(outcome_or_refusal(inside), "malformed");
    }
}

#[test]
fn b03_an_arc_that_wraps_is_no_trusted_identifier() {
    let _bound = crate::bound("B03");
    let huge = [vec![0x2a], vec![0xff; 1 << 20], vec![0x01]].concat();
    assert!(Oid::from_content(&huge).is_none_or(|found| found != oid::SIGNED_DATA));
    // 1.2.840.113549.1.7.(2 + 2^70), whose last arc is 2 in 64 bits.
    let known = oid::SIGNED_DATA.content().to_vec();
    let (arc, front) = known.split_last().unwrap();
    let mut wrapping = front.to_vec();
    wrapping.push(0x81);
    wrapping.extend([0x80; 9]);
    wrapping.push(*arc);
    assert!(Oid::from_content(&wrapping).is_none_or(|found| found != oid::SIGNED_DATA));
    let named = edit(&signed(), &[0], &|_| tlv(0x06, &wrapping));
    assert_eq!(outcome_or_refusal(named), "malformed");
}

#[test]
fn b04_indefinite_lengths_nest_no_deeper() {
    let _bound = crate::bound("B04");
    let nested = [[0x24, 0x80]; 10_000].concat();
    let inside = edit(&signed(), CONTENT, &|_| nested.clone());
    assert_eq!(outcome_or_refusal(inside), "over-limit");
}

#[test]
fn b05_a_million_chunks_are_one_content() {
    let _bound = crate::bound("B05");
    let chunks = |content: &[u8]| {
        let chunks = content.iter().map(|octet| tlv(0x04, &[*octet]));
        tlv(0x24, &chunks.collect::<Vec<_>>().concat())
    };
    let same = edit(&signed(), CONTENT, &|content| chunks(split(content).1));
    assert_eq!(outcome(same), "passed");
    let long = edit(&signed(), CONTENT, &|_| chunks(&vec![b'a'; 1_000_000]));
    assert_eq!(outcome(long), "HASH_FAILURE");
}

#[test]
fn b06_a_certificate_of_many_parts_is_read_once_or_refused() {
    let _bound = crate::bound("B06");
    let extension = tlv(
        0x30,
        &[tlv(0x06, &[0x2a, 0x03]), tlv(0x04, &[0x05, 0x00])].concat(),
    );
    let many = |list: &[u8]| {
        let (tag, sequence, _) = split(list);
        let (_, extensions, _) = split(sequence);
        let longer = [extensions, &extension.repeat(100_000)].concat();
        tlv(tag, &tlv(0x30, &longer))
    };
    let last = children(split(&children(split(&certificate()).1)[0]).1).len() - 1;
    let large = edit(&certificate(), &[0, last], &many);
    assert!(large.len() > 1_000_000);
    let _ = Certificate::read(&Bytes::from(large.clone()));
    let inside = edit(&signed(), CERTIFICATES, &|_| tlv(0xa0, &large));
    assert_eq!(outcome(inside), "NO_SIGNING_CERTIFICATE_FOUND");
}

#[test]
fn b11_certificates_have_a_limit() {
    let _bound = crate::bound("B11");
    let one = certificate();
    let many = edit(&signed(), CERTIFICATES, &|list| {
        tlv(0xa0, &[split(list).1, &one.repeat(1_000)].concat())
    });
    // The same certificate a thousand times is one candidate.
    assert_eq!(outcome(many.clone()), "passed");
    let few = Limits {
        certificates: 100,
        ..Limits::default()
    };
    let document = sigill::Document::read_within(many, &few).unwrap();
    let sigill::container::Content::Cms(bytes) = document.content() else {
        panic!("a CMS");
    };
    assert!(sigill::cms::SignedData::read(bytes, &few).is_err());
}

#[test]
fn b17_algorithms_that_disagree_do_not_pass() {
    let _bound = crate::bound("B17");
    let sha512 = tlv(
        0x30,
        &tlv(0x06, &[0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 2, 3]),
    );
    let announced = edit(&signed(), DIGEST_ALGORITHMS, &|_| tlv(0x31, &sha512));
    // A warning (RFC 5652, 5.1): the digest that was signed with is the signer's own.
    assert!(["passed", "FORMAT_FAILURE"].contains(&outcome(announced).as_str()));
    let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    let other = edit(&signed(), SIGNATURE_ALGORITHM, &|_| {
        tlv(0x30, &[tlv(0x06, &rsa), tlv(0x05, &[])].concat())
    });
    assert_eq!(outcome(other), "SIG_CRYPTO_FAILURE");
    let digest = edit(&signed(), &[1, 0, 4, 0, 2], &|_| sha512.clone());
    assert_eq!(outcome(digest), "HASH_FAILURE");
}

#[test]
fn b18_signed_attributes_must_be_whole() {
    let _bound = crate::bound("B18");
    let without = |kind: &Oid| {
        let name = tlv(0x06, kind.content());
        edit(&signed(), SIGNED_ATTRIBUTES, &|list| {
            let mut attributes = children(split(list).1);
            attributes.retain(|attribute| !split(attribute).1.starts_with(&name));
            tlv(0xa0, &attributes.concat())
        })
    };
    assert_eq!(outcome(without(&oid::MESSAGE_DIGEST)), "HASH_FAILURE");
    assert_eq!(outcome(without(&oid::CONTENT_TYPE)), "SIG_CRYPTO_FAILURE");
    let empty = edit(&signed(), SIGNED_ATTRIBUTES, &|_| tlv(0xa0, &[]));
    assert_eq!(outcome(empty), "HASH_FAILURE");
    let twice = edit(&signed(), SIGNED_ATTRIBUTES, &|list| {
        tlv(0xa0, &split(list).1.repeat(2))
    });
    assert_eq!(outcome(twice), "FORMAT_FAILURE");
    let turned = edit(&signed(), SIGNED_ATTRIBUTES, &|list| {
        let attributes = children(split(list).1);
        tlv(
            0xa0,
            &attributes.into_iter().rev().collect::<Vec<_>>().concat(),
        )
    });
    // What is signed is their DER, which has one order (RFC 5652, 5.4).
    assert_eq!(outcome(turned), "passed");
}

#[test]
fn b19_attributes_do_not_pass_for_content() {
    let _bound = crate::bound("B19");
    // What was signed as attributes becomes the content of a signature without any.
    let attributes = children(split(&children(split(&signed()).1)[1]).1);
    let signer = children(split(&children(split(&attributes[0]).1)[4]).1);
    let set = children(split(&signer[0]).1)[3].clone();
    let set = tlv(0x31, split(&set).1);
    let swapped = edit(&signed(), CONTENT, &|_| tlv(0x04, &set));
    let confused = edit(&swapped, &[1, 0, 4, 0], &|info| {
        let mut fields = children(split(info).1);
        fields.remove(3);
        tlv(0x30, &fields.concat())
    });
    let report = crate::judge(confused.clone());
    let signature = &report.signatures[0];
    // Such a value does verify (RFC 8933 and draft-ietf-lamps-cms-euf-cma-signeddata tell why), so
    // nothing but the missing reference to the certificate and the content itself tells them apart.
    assert_ne!(signature.format.name(), "CAdES");
    let strict = Policy {
        signing_certificate_reference_missing: Enforcement::Fail,
        ..Policy::default()
    };
    let report = crate::judge_by(confused, &strict);
    let indication = report.signatures[0].conclusion.indication.to_string();
    assert_eq!(indication, "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND");
}

#[test]
fn b20_signers_are_counted() {
    let _bound = crate::bound("B20");
    let many = edit(&signed(), SIGNERS, &|list| {
        tlv(0x31, &split(list).1.repeat(10_000))
    });
    assert_eq!(outcome_or_refusal(many.clone()), "over-limit");
    let two = edit(&signed(), SIGNERS, &|list| {
        tlv(0x31, &split(list).1.repeat(2))
    });
    let one = Limits {
        signatures: 1,
        ..Limits::default()
    };
    assert_eq!(refusal_within(two, &one), "readable");
}

/// A list of `entries` revoked certificates with serial numbers of eight octets.
fn large_list(entries: u32) -> Bytes {
    let list = std::fs::read(fixture("pki/revocation/issuing-ca.crl")).unwrap();
    let revoked = (0..entries).flat_map(|number| {
        let serial = [&[1, 0, 0, 0][..], &number.to_be_bytes()].concat();
        let fields = [tlv(0x02, &serial), tlv(0x17, b"260110090000Z")];
        tlv(0x30, &fields.concat())
    });
    let revoked = tlv(0x30, &revoked.collect::<Vec<u8>>());
    Bytes::from(edit(&list, &[0, 5], &|_| revoked.clone()))
}

#[test]
fn b21_a_large_revocation_list_is_looked_up() {
    let _bound = crate::bound("B21");
    let bytes = large_list(2_000_000);
    let list = measured(|| CertificateList::read(&bytes)).unwrap();
    let revoked = [&[1, 0, 0, 0][..], &1_999_999u32.to_be_bytes()].concat();
    let other = [&[1, 0, 0, 0][..], &2_000_000u32.to_be_bytes()].concat();
    let is_revoked =
        |serial: &[u8]| measured(|| list.entry(serial, &list.issuer).unwrap().is_some());
    assert!(is_revoked(&revoked));
    assert!(!is_revoked(&other));
}

#[test]
fn b27_dates_that_are_none_are_errors() {
    let _bound = crate::bound("B27");
    for (tag, text) in [
        (0x17, "99"),
        (0x17, "260230000000Z"),
        (0x17, "261301000000Z"),
        (0x17, "260101250000Z"),
        (0x18, "20260230000000Z"),
        (0x18, "2026010100000"),
        (0x18, ""),
    ] {
        let der = tlv(tag, text.as_bytes());
        let read = measured(|| Reader::new(&der, "time").time());
        assert!(read.is_err(), "{text}");
    }
}
