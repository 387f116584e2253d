//! Signatures lifted to T, LT and LTA: each level is reached, what was there stays byte for byte,
//! and what cannot be lifted is left alone.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use bytes::Bytes;
use sigill::asn1::{DerWriter, Reader};
use sigill::augmentation::Refusal;
use sigill::cms::{SignedData, SignerInfo};
use sigill::container::Content;
use sigill::limits::Limits;
use sigill::report::Report;
use sigill::signature::Level;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::collections::BTreeMap;
use support::augmentation::{
    Given, again, augment, augment_through_a_liar, cases, corpus, document,
};
use support::{read, trust};

fn levels(report: &Report) -> Vec<Level> {
    let signatures = report.signatures.iter();
    signatures.map(|signature| signature.level).collect()
}

#[test]
fn each_level_is_reached_from_the_one_before() {
    for case in [
        "pades/b-b-rsa",
        "pades/b-b-p256",
        "pades/hybrid-xref",
        "pades/xref-stream",
        "cades/b-b-attached-rsa",
        "cades/b-b-attached-p256",
        "cades/b-b-detached",
        "cades/openssl-cades",
        "cades/counter-signature",
    ] {
        let mut document = document(case);
        for level in [Level::T, Level::Lt, Level::Lta] {
            let augmented = augment(&document, level, &trust());
            let augmented = augmented.unwrap_or_else(|refusal| panic!("{case} {level}: {refusal}"));
            assert!(
                levels(&augmented.report)
                    .iter()
                    .all(|reached| *reached == level),
                "{case} {level}: {:?}",
                levels(&augmented.report)
            );
            document = again(&document, &augmented);
        }
    }
}

#[test]
fn what_was_lifted_in_time_proves_itself_for_decades() {
    for case in ["pades/b-b-rsa", "cades/b-b-detached"] {
        let document = document(case);
        let lifted = augment(&document, Level::Lta, &trust()).unwrap();
        let lifted = again(&document, &lifted);
        let own = Evidence::from(&lifted);
        let verdict = |document: &Document, evidence: &Evidence, year| {
            let at = UnixTime::from_date(year, 12, 1).unwrap();
            let report = validate(document, evidence, &trust(), &Policy::default(), at);
            report.worst().unwrap()
        };
        for year in [2027, 2031, 2045, 2059] {
            assert!(verdict(&lifted, &own, year).is_passed(), "{case} {year}");
            let never = Evidence::from(&document);
            assert!(
                !verdict(&document, &never, year).is_passed(),
                "{case} {year}"
            );
        }
        assert!(!verdict(&lifted, &own, 2061).is_passed(), "{case}");
    }
}

#[test]
fn every_signer_and_every_signature_is_lifted() {
    for (case, count) in [("multiple/three-b-t", 3), ("cades/two-signers", 2)] {
        let document = match case {
            "cades/two-signers" => two_signers(),
            _ => document(case),
        };
        let augmented = augment(&document, Level::Lta, &trust());
        let augmented = augmented.unwrap_or_else(|refusal| panic!("{case}: {refusal}"));
        assert_eq!(levels(&augmented.report), vec![Level::Lta; count], "{case}");
        assert!(augmented.report.worst().unwrap().is_passed(), "{case}");
    }
}

/// Two signers of the same content, from two fixtures, in one CMS.
fn two_signers() -> Document {
    let limits = Limits::default();
    let [one, two] = ["cades/b-b-attached-rsa", "cades/b-b-attached-p256"].map(|case| {
        let Content::Cms(bytes) = document(case).content().clone() else {
            panic!("{case}");
        };
        SignedData::read(&bytes, &limits).unwrap()
    });
    assert_eq!(one.encapsulated_content, two.encapsulated_content);
    let all = one.with_evidence(&two.certificates, [], []).unwrap();
    let before = one.signer_infos[0].raw();
    let mut writer = DerWriter::new();
    writer.set_of(vec![before.to_vec(), two.signer_infos[0].raw().to_vec()]);
    let all = SignedData::read(&Bytes::from(all), &limits).unwrap();
    let mut content_info = Reader::new(all.raw(), "ContentInfo").sequence().unwrap();
    let kind = content_info.element().unwrap().raw;
    let mut fields = content_info
        .explicit(0)
        .unwrap()
        .unwrap()
        .sequence()
        .unwrap();
    let fields: Vec<&[u8]> = (0..4).map(|_| fields.element().unwrap().raw).collect();
    let signers = writer.into_bytes();
    let mut writer = DerWriter::new();
    writer.sequence(|content_info| {
        content_info.raw(kind);
        content_info.constructed(0xa0, |wrapper| {
            wrapper.sequence(|data| {
                fields.iter().for_each(|field| data.raw(field));
                data.raw(&signers);
            });
        });
    });
    Document::read(writer.into_bytes()).unwrap()
}

#[test]
fn tokens_over_something_else_lift_nothing() {
    for case in [
        "pades/b-b-rsa",
        "cades/b-b-attached-rsa",
        "pades/b-lta-rsa",
        "cades/b-lt",
    ] {
        for level in [Level::T, Level::Lta] {
            let document = document(case);
            match augment_through_a_liar(&document, level, &trust()) {
                Ok(augmented) => assert!(augmented.bytes.is_none(), "{case} {level}"),
                Err(refusal) => assert_ne!(refusal.kind(), "malformed", "{case}: {refusal}"),
            }
        }
    }
}

#[test]
fn an_authority_that_nobody_vouches_for_lifts_nothing() {
    let mut stranger = TrustAnchors::none();
    stranger.add(read("pki/other-root.pem")).unwrap();
    for case in ["pades/b-b-rsa", "cades/b-b-attached-rsa"] {
        let refusal = augment(&document(case), Level::T, &stranger).unwrap_err();
        assert_eq!(refusal.kind(), "time-stamp-not-proven", "{case}: {refusal}");
    }
}

/// Every document of the fixtures and the corpus that passes goes on to pass, whatever level it
/// can be lifted to; nothing in it has changed.
#[test]
fn documents_that_pass_go_on_to_pass() {
    let (mut reached, mut left) = (BTreeMap::new(), BTreeMap::new());
    for given in cases().into_iter().chain(corpus()) {
        let before = given.judge(&given.document, given.at);
        if !before.worst().is_some_and(|worst| worst.is_passed()) {
            continue;
        }
        let kind = before.document.container;
        let lifted = given.lift(Level::Lta).or_else(|refusal| match refusal {
            Refusal::NoRevocationData(..) => given.lift(Level::T),
            other => Err(other),
        });
        let lifted = match lifted {
            Ok(lifted) => lifted,
            Err(refusal) => {
                left.entry(refusal.kind())
                    .or_insert_with(Vec::new)
                    .push(format!("{}: {refusal}", given.name));
                continue;
            }
        };
        if lifted.bytes.is_none() {
            *reached.entry((kind, Level::None)).or_insert(0) += 1;
            continue;
        }
        let document = again(&given.document, &lifted);
        let later = UnixTime(given.at.0 + 1);
        let after = given.judge(&document, later);
        assert!(
            after.worst().is_some_and(|worst| worst.is_passed()),
            "{}",
            given.name
        );
        let least = levels(&after).into_iter().min().unwrap();
        *reached.entry((kind, least)).or_insert(0) += 1;
        is_kept(&given, &document);
    }
    println!("lifted: {reached:?}");
    for (kind, names) in &left {
        println!("left, {kind}: {}\n  {}", names.len(), names.join("\n  "));
    }
    let pdfs: usize = reached
        .iter()
        .filter(|((kind, _), _)| *kind == "pdf")
        .map(|(_, count)| count)
        .sum();
    assert!(pdfs >= 50, "{pdfs}");
    for kind in ["malformed", "time-stamp"] {
        assert!(!left.contains_key(kind), "{kind}: {:?}", left[kind]);
    }
    // An evidence record is over the file as it is; a certificate of its own makes no level LT.
    for (kind, reason) in [("broken", "record-"), ("level-not-reached", "checks/self")] {
        let names = left.get(kind).into_iter().flatten();
        names.for_each(|name| assert!(name.contains(reason), "{kind}: {name}"));
    }
}

/// No byte of a PDF has changed; of a CMS none of what its signers signed or carry.
fn is_kept(given: &Given, document: &Document) {
    let (before, after) = (given.document.source(), document.source());
    let (before, after) = (before.whole().unwrap(), after.whole().unwrap());
    let Content::Cms(before) = given.document.content() else {
        assert!(after.starts_with(&before), "{}", given.name);
        return;
    };
    let limits = Limits::default();
    let before = SignedData::read(before, &limits).unwrap();
    let after = SignedData::read(&after, &limits).unwrap();
    assert_eq!(before.encapsulated_content, after.encapsulated_content);
    assert!(after.certificates.starts_with(&before.certificates));
    for (before, after) in before.signer_infos.iter().zip(&after.signer_infos) {
        assert_eq!(before.signed_fields, after.signed_fields, "{}", given.name);
        let attributes = |signer: &SignerInfo| -> Vec<Bytes> {
            let attributes = signer.unsigned_attributes.iter();
            attributes
                .map(|attribute| attribute.raw().clone())
                .collect()
        };
        assert!(
            attributes(after).starts_with(&attributes(before)),
            "{}",
            given.name
        );
    }
}
