#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
use super::*;
use crate::asn1::{DerWriter, Reader, oid, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm, DigestAlgorithm::*};
use crate::limits::Limits;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;

mod xml;

/// Digs the message imprint out of a time-stamp token, nothing checked.
fn imprint_of(token: &Bytes) -> Option<(DigestAlgorithm, Vec<u8>)> {
    let mut content_info = Reader::new(token, "ContentInfo").sequence().ok()?;
    content_info.oid().ok()?;
    let mut signed_data = content_info.explicit(0).ok()??.sequence().ok()?;
    signed_data.integer().ok()?;
    signed_data.set().ok()?;
    let mut encapsulated = signed_data.sequence().ok()?;
    encapsulated.oid().ok()?;
    let mut content = encapsulated.explicit(0).ok()??;
    let info = Bytes::from(content.string(tag::OCTET_STRING).ok()?.into_owned());
    let mut fields = Reader::new(&info, "TSTInfo").sequence().ok()?;
    fields.integer().ok()?;
    fields.oid().ok()?;
    let mut imprint = fields.sequence().ok()?;
    let algorithm = AlgorithmIdentifier::read(&mut imprint, &info).ok()?;
    let hash = imprint.string(tag::OCTET_STRING).ok()?.into_owned();
    Some((DigestAlgorithm::from_oid(&algorithm.oid)?, hash))
}

/// The least that `imprint_of` reads as a token.
fn token(digest: DigestAlgorithm, imprint: &[u8]) -> Vec<u8> {
    let mut info = DerWriter::new();
    info.sequence(|fields| {
        fields.small_integer(1);
        fields.oid(&oid::TST_INFO);
        fields.sequence(|imprint_fields| {
            imprint_fields.sequence(|algorithm| algorithm.oid(&digest.oid()));
            imprint_fields.octet_string(imprint);
        });
    });
    let info = info.into_bytes();
    let mut writer = DerWriter::new();
    writer.sequence(|content_info| {
        content_info.oid(&oid::SIGNED_DATA);
        content_info.constructed(tag::context_constructed(0), |outer| {
            outer.sequence(|signed_data| {
                signed_data.small_integer(3);
                signed_data.set_of(Vec::new());
                signed_data.sequence(|encapsulated| {
                    encapsulated.oid(&oid::TST_INFO);
                    encapsulated.constructed(tag::context_constructed(0), |content| {
                        content.octet_string(&info);
                    });
                });
            });
        });
    });
    writer.into_bytes()
}

fn stamp(pending: &PendingRecord) -> Vec<u8> {
    pending.complete(&token(pending.digest_algorithm, &pending.node()))
}

fn read(der: &[u8]) -> EvidenceRecord {
    EvidenceRecord::read(&Bytes::copy_from_slice(der), &Limits::default()).unwrap()
}

fn verify(record: &EvidenceRecord, objects: &[Vec<u8>]) -> RecordVerification {
    let objects: Vec<_> = objects
        .iter()
        .map(|object| DataObject::Bytes(object))
        .collect();
    verify_hashes(record, &objects, &imprint_of)
}

fn hashes(digest: DigestAlgorithm, objects: &[Vec<u8>]) -> Vec<Vec<u8>> {
    objects
        .iter()
        .map(|object| digest.digest(&[object]))
        .collect()
}

fn objects(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| name.as_bytes().to_vec()).collect()
}

#[test]
fn renewals_keep_the_proof() {
    let group = objects(&["protokoll.pdf", "protokoll.p7s"]);
    let first = read(&stamp(
        &PendingRecord::initial(Sha256, hashes(Sha256, &group)).unwrap(),
    ));
    let second = read(&stamp(&first.timestamp_renewal(Sha256).unwrap()));
    assert!(first.timestamp_renewal(Sha512).is_none());
    let renewal = second
        .hash_tree_renewal(Sha512, &hashes(Sha512, &group))
        .unwrap();
    let third = read(&stamp(&renewal));
    let fourth = read(&stamp(&third.timestamp_renewal(Sha512).unwrap()));
    for record in [&first, &second, &third, &fourth] {
        let verification = verify(record, &group);
        assert!(verification.is_unbroken(), "{verification:#?}");
        assert_eq!(verification.extra_hashes, 0);
        assert!(
            verification
                .chains
                .iter()
                .flatten()
                .all(|t| t.deviations.is_empty())
        );
    }
    let shape: Vec<_> = fourth
        .chains
        .iter()
        .map(|chain| chain.timestamps.len())
        .collect();
    assert_eq!(shape, [2, 2]);
    assert_eq!(fourth.digest_algorithms.len(), 2);
    assert!(!verify(&fourth, &objects(&["protokoll.pdf", "other"])).is_unbroken());
    assert!(!verify(&fourth, &[]).is_unbroken());
}

#[test]
fn a_digest_proves_only_chains_of_its_algorithm() {
    let group = objects(&["a"]);
    let first = read(&stamp(
        &PendingRecord::initial(Sha256, hashes(Sha256, &group)).unwrap(),
    ));
    let renewal = first
        .hash_tree_renewal(Sha512, &hashes(Sha512, &group))
        .unwrap();
    let record = read(&stamp(&renewal));
    let (short, long) = (Sha256.digest(&[b"a"]), Sha512.digest(&[b"a"]));
    let one = [(Sha256, &short[..])];
    let both = [(Sha256, &short[..]), (Sha512, &long[..])];
    let one = verify_hashes(&record, &[DataObject::Digests(&one)], &imprint_of);
    assert_eq!(one.objects, [ObjectCoverage::NoDigestFor { chain: 1 }]);
    let both = verify_hashes(&record, &[DataObject::Digests(&both)], &imprint_of);
    assert!(both.is_unbroken());
}

#[test]
fn a_group_without_tree_proves_one_object_only() {
    let record = read(&stamp(
        &PendingRecord::initial(Sha256, hashes(Sha256, &objects(&["a"]))).unwrap(),
    ));
    assert_eq!(record.chains[0].timestamps[0].reduced_hash_tree, None);
    let verification = verify(&record, &objects(&["a", "b"]));
    assert_eq!(
        verification.objects,
        [
            ObjectCoverage::Covered,
            ObjectCoverage::MissingFrom { chain: 0 }
        ]
    );
}

#[test]
fn one_algorithm_per_chain() {
    let group = objects(&["a", "b"]);
    let first = read(&stamp(
        &PendingRecord::initial(Sha256, hashes(Sha256, &group)).unwrap(),
    ));
    let mut renewal = first.timestamp_renewal(Sha256).unwrap();
    renewal.group = vec![Sha512.digest(&[&first.chains[0].timestamps[0].timestamp])];
    renewal.digest_algorithm = Sha512;
    let verification = verify(&read(&stamp(&renewal)), &group);
    assert_eq!(
        verification.chains[0][1].imprint,
        ImprintCheck::AlgorithmDiffers
    );
    assert!(!verification.is_unbroken());
}

#[test]
fn habits_of_older_producers_are_named() {
    let group = objects(&["a", "b"]);
    let first = PendingRecord::initial(Sha256, hashes(Sha256, &group)).unwrap();
    let first = read(&first.complete(&in_ber(&token(Sha256, &first.node()))));
    let mut as_der = first.timestamp_renewal(Sha256).unwrap();
    as_der.group = vec![Sha256.digest(&[&token(Sha256, &initial_node(&group))])];
    let record = read(&stamp(&as_der));
    let verification = verify(&record, &group);
    assert!(verification.is_unbroken());
    assert_eq!(
        verification.chains[0][1].deviations,
        [Deviation::HashedAsDer]
    );

    let older = PendingRecord::initial(Sha256, hashes(Sha256, &objects(&["a"]))).unwrap();
    let older = read(&stamp(&older));
    let mut swapped = older
        .hash_tree_renewal(Sha256, &hashes(Sha256, &objects(&["a"])))
        .unwrap();
    let sequence = verification::sequence_hash(Sha256, &older.chains);
    swapped.group = vec![Sha256.digest(&[&sequence, &Sha256.digest(&[b"a"])])];
    let verification = verify(&read(&stamp(&swapped)), &objects(&["a"]));
    assert!(verification.is_unbroken());
    assert_eq!(
        verification.chains[1][0].deviations,
        [Deviation::SequenceBeforeObject]
    );
}

fn initial_node(group: &[Vec<u8>]) -> Vec<u8> {
    PendingRecord::initial(Sha256, hashes(Sha256, group))
        .unwrap()
        .node()
}

/// The same token with its outermost length in the indefinite form.
fn in_ber(token: &[u8]) -> Vec<u8> {
    let content = Reader::new(token, "ContentInfo").element().unwrap().content;
    [&[tag::SEQUENCE, 0x80], content, &[0, 0]].concat()
}

#[test]
fn limits_hold() {
    let group = hashes(Sha256, &objects(&["a", "b", "c"]));
    let der = Bytes::from(stamp(&PendingRecord::initial(Sha256, group).unwrap()));
    let few_hashes = Limits {
        evidence_record_hashes: 2,
        ..Limits::default()
    };
    let no_chains = Limits {
        evidence_record_chains: 0,
        ..Limits::default()
    };
    let no_timestamps = Limits {
        archive_timestamps: 0,
        ..Limits::default()
    };
    for limits in [few_hashes, no_chains, no_timestamps] {
        assert_eq!(
            EvidenceRecord::read(&der, &limits).unwrap_err().kind(),
            "over-limit"
        );
    }
}

#[test]
fn trees_need_whole_groups() {
    assert!(HashTree::over(Sha256, Vec::<Vec<u8>>::new()).is_none());
    assert!(HashTree::over(Sha256, [vec![0; 32], vec![0; 31]]).is_none());
    assert!(PendingRecord::initial(Sha256, Vec::new()).is_none());
    assert!(PendingRecord::initial(Sha256, vec![vec![0; 31]]).is_none());
}

prop_compose! {
    fn batch()(sizes in proptest::collection::vec(1usize..5, 1..12)) -> Vec<Vec<Vec<u8>>> {
        let name = |group, member| format!("{group}/{member}").into_bytes();
        let members = |(group, size): (usize, &usize)| {
            (0..*size).map(|member| name(group, member)).collect()
        };
        sizes.iter().enumerate().map(members).collect()
    }
}

/// A record for each group, in one tree.
fn planted(batch: &[Vec<Vec<u8>>]) -> (Vec<PendingRecord>, HashTree) {
    let record = |group: &Vec<Vec<u8>>| PendingRecord::initial(Sha256, hashes(Sha256, group));
    let records: Vec<_> = batch.iter().map(|group| record(group).unwrap()).collect();
    let nodes = records.iter().map(PendingRecord::node);
    let tree = HashTree::over(Sha256, nodes).unwrap();
    (records, tree)
}

fn stamp_in(tree: &HashTree, pending: &PendingRecord, place: usize) -> Vec<u8> {
    let token = token(Sha256, tree.root());
    pending.complete_in(tree, place, &token).unwrap()
}

proptest! {
    #[test]
    fn every_group_of_a_batch_is_proven(batch in batch()) {
        let (records, tree) = planted(&batch);
        for (place, (group, pending)) in batch.iter().zip(&records).enumerate() {
            let verification = verify(&read(&stamp_in(&tree, pending, place)), group);
            prop_assert!(verification.is_unbroken());
            // The sibling of a single object shares its list (RFC 4998, 4.2).
            let siblings = usize::from(group.len() == 1 && batch.len() > 1);
            prop_assert_eq!(verification.extra_hashes, siblings);
            prop_assert!(pending.complete_in(&tree, place + 1, b"").is_none());
        }
    }

    #[test]
    fn one_time_stamp_renews_a_batch(batch in batch()) {
        let (records, tree) = planted(&batch);
        let stamped = |(place, pending)| read(&stamp_in(&tree, pending, place));
        let first: Vec<_> = records.iter().enumerate().map(stamped).collect();
        let renewals: Vec<_> = first
            .iter()
            .zip(&batch)
            .map(|(record, group)| record.hash_tree_renewal(Sha256, &hashes(Sha256, group)).unwrap())
            .chain(first.iter().map(|record| record.timestamp_renewal(Sha256).unwrap()))
            .collect();
        let tree = HashTree::over(Sha256, renewals.iter().map(PendingRecord::node)).unwrap();
        for (place, pending) in renewals.iter().enumerate() {
            let renewed = read(&stamp_in(&tree, pending, place));
            prop_assert!(verify(&renewed, &batch[place % batch.len()]).is_unbroken());
        }
    }

    #[test]
    fn a_flipped_hash_is_no_proof(batch in batch(), pick in any::<prop::sample::Index>(), bit in 0usize..256) {
        let (records, tree) = planted(&batch);
        let place = pick.index(batch.len());
        let der = stamp_in(&tree, &records[place], place);
        let lists = read(&der).chains[0].timestamps[0].reduced_hash_tree.clone();
        let every_hash = lists.into_iter().flatten().flat_map(|list| list.0);
        for hash in every_hash.chain([Bytes::copy_from_slice(tree.root())]) {
            let at = der.windows(32).position(|window| window == hash).unwrap();
            let mut changed = der.clone();
            changed[at + bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify(&read(&changed), &batch[place]).is_unbroken());
        }
    }

    #[test]
    fn a_foreign_hash_is_reported(batch in batch()) {
        let mut group = batch[0].clone();
        group.push(b"foreign".to_vec());
        let record = read(&stamp(&PendingRecord::initial(Sha256, hashes(Sha256, &group)).unwrap()));
        let verification = verify(&record, &batch[0]);
        prop_assert!(verification.is_unbroken());
        prop_assert_eq!(verification.extra_hashes, 1);
    }

    #[test]
    fn a_changed_byte_ends_in_an_answer(batch in batch(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let group = &batch[0];
        let first = read(&stamp(&PendingRecord::initial(Sha256, hashes(Sha256, group)).unwrap()));
        let renewal = first.hash_tree_renewal(Sha512, &hashes(Sha512, group)).unwrap();
        let mut der = stamp(&renewal);
        let at = at.index(der.len());
        der[at] = byte;
        if let Ok(record) = EvidenceRecord::read(&Bytes::from(der), &Limits::default()) {
            verify(&record, group);
        }
    }

    #[test]
    fn any_bytes_end_in_an_answer(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = EvidenceRecord::read(&Bytes::from(tail), &Limits::default());
    }
}

#[test]
fn the_corpus_of_real_records() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/evidence_records");
    let Ok(manifest) = std::fs::read(root.join("manifest.json")) else {
        println!("no corpus at {}: nothing was tried", root.display());
        return;
    };
    let rows: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let mut agreed = 0;
    for row in &rows {
        let file = row["er"][0].as_str().unwrap();
        if file.ends_with(".xml") || file.ends_with(".p7s") {
            continue;
        }
        println!("{file} {}: expected {}", row["test"], row["expected"]);
        try_row(&root, file, row);
        agreed += 1;
    }
    println!("{agreed} of {} rows are RFC 4998 and agree", rows.len());
    assert!(agreed >= 20);
}

fn try_row(root: &Path, file: &str, row: &Value) {
    let bytes = Bytes::from(std::fs::read(root.join(file)).unwrap());
    let record = EvidenceRecord::read(&bytes, &Limits::default());
    let record = match (record, row["test"].as_str(), row["expected"].as_str()) {
        (Err(error), Some("erInvalidVersion"), _) => {
            return assert_eq!(error.kind(), "unsupported");
        }
        (Err(error), _, Some("parse-error")) => return assert_eq!(error.kind(), "malformed"),
        (record, ..) => record.unwrap(),
    };
    let (whole, digests) = given_objects(root, row);
    let digests: Vec<_> = digests
        .iter()
        .map(|(digest, hash)| [(*digest, &hash[..])])
        .collect();
    let mut objects: Vec<_> = whole
        .iter()
        .map(|object| DataObject::Bytes(object))
        .collect();
    objects.extend(digests.iter().map(|digest| DataObject::Digests(digest)));
    let verification = verify_hashes(&record, &objects, &imprint_of);
    print_and_compare(row, &verification, !digests.is_empty());
    let expected = row["expected"].as_str().unwrap();
    match expected {
        "valid" => assert!(verification.is_unbroken() && verification.extra_hashes == 0),
        "valid-partial" if !objects.is_empty() => assert!(verification.is_unbroken()),
        "invalid" | "indeterminate" | "no-data-covered" => {
            assert!(!verification.is_unbroken());
        }
        _ => {}
    }
}

fn print_and_compare(row: &Value, verification: &RecordVerification, by_digest: bool) {
    println!(
        "  objects {:?}, extra {}",
        verification.objects, verification.extra_hashes
    );
    let oracle = row["oracle"]["ats"].as_array();
    let oracle = oracle.map(|all| all.iter()).into_iter().flatten();
    let ours = verification
        .chains
        .iter()
        .enumerate()
        .flat_map(|(chain, timestamps)| {
            timestamps
                .iter()
                .enumerate()
                .map(move |(index, ats)| (chain, index, ats))
        });
    let mut oracle = oracle.fuse();
    for (chain, index, ats) in ours {
        let name = ats.digest_algorithm.map_or("?", DigestAlgorithm::name);
        println!(
            "  {chain}.{index} {name} {:?} {:?} {:?}",
            ats.imprint, ats.covers, ats.deviations
        );
        let Some(fact) = oracle.next() else { continue };
        assert_eq!(fact["alg"], name);
        let forgiven = ats.deviations.contains(&Deviation::SingleHashHashedAgain);
        let matches = ats.imprint == ImprintCheck::Matches && !forgiven;
        assert_eq!(fact["root_ok"], matches);
        let found = match ats.covers {
            Covers::DataObjects { found, .. } => format!("{found}/{}", verification.objects.len()),
            Covers::PreviousTimestamp(Link::Found) => "1/1".to_owned(),
            Covers::PreviousTimestamp(Link::Missing) => "0/1".to_owned(),
        };
        // The oracle counted no coverage where only digests were given.
        if !(by_digest && index == 0) {
            assert_eq!(fact["covered"], found);
        }
    }
}

type Given = (Vec<Vec<u8>>, Vec<(DigestAlgorithm, Vec<u8>)>);

fn given_objects(root: &Path, row: &Value) -> Given {
    let (mut whole, mut digests) = (Vec::new(), Vec::new());
    for object in row["data"].as_array().unwrap() {
        if let Some(hex) = object["hex"].as_str() {
            let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            whole.push((0..hex.len()).step_by(2).map(digit).collect());
        } else if let Some(file) = object["file"].as_str() {
            whole.push(std::fs::read(root.join(file)).unwrap());
        } else {
            let name = object["digest_alg"].as_str().unwrap().to_lowercase();
            let hash = base64(object["digest_b64"].as_str().unwrap());
            digests.push((DigestAlgorithm::from_name(&name).unwrap(), hash));
        }
    }
    (whole, digests)
}

fn base64(text: &str) -> Vec<u8> {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut octets, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for digit in text.chars().filter_map(|digit| digits.find(digit)) {
        bits = bits << 6 | u32::try_from(digit).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count).to_le_bytes()[0]);
        }
    }
    octets
}
