//! Records in XML (RFC 6283). `fixtures/make/cases_xml_records.py` makes them.

use super::*;
use crate::container::Content;
use crate::{Document, crypto};

const RECORD: &str = "META-INF/evidencerecord001.xml";

/// The record of a container among the fixtures, and what it is over.
fn fixture(case: &str) -> (Bytes, Vec<Bytes>) {
    let path = format!(
        "{}/fixtures/cases/xml/{case}/input.asice",
        env!("CARGO_MANIFEST_DIR")
    );
    let document = Document::read(std::fs::read(path).unwrap()).unwrap();
    let Content::Asic(container) = document.content() else {
        panic!("no container");
    };
    let record = container.member(RECORD).unwrap().content.clone();
    let covered = container.members.iter().filter(|member| {
        let name = member.name.as_str();
        name != RECORD && name != "mimetype" && !name.contains("EvidenceRecordManifest")
    });
    (
        record,
        covered.map(|member| member.content.clone()).collect(),
    )
}

fn verify_bytes(record: &Bytes, objects: &[Bytes]) -> Option<RecordVerification> {
    let record = EvidenceRecord::read(record, &Limits::default()).ok()?;
    let objects: Vec<_> = objects
        .iter()
        .map(|object| DataObject::Bytes(object))
        .collect();
    Some(verify_hashes(&record, &objects, &imprint_of))
}

fn replaced(record: &Bytes, old: &str, new: &str) -> Bytes {
    let text = std::str::from_utf8(record).unwrap();
    assert!(text.contains(old), "{old}");
    Bytes::from(text.replacen(old, new, 1))
}

#[test]
fn a_renewed_record_holds_by_its_hashes() {
    let (bytes, objects) = fixture("record-rehashed-2040");
    let found = verify_bytes(&bytes, &objects).unwrap();
    assert!(found.is_unbroken() && found.extra_hashes == 0, "{found:?}");
    let lengths: Vec<usize> = found.chains.iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 1]);
    let record = EvidenceRecord::read(&bytes, &Limits::default()).unwrap();
    assert_eq!(record.digest_algorithms.len(), 2);
    assert!(
        record.timestamp_renewal(Sha512).is_none(),
        "XML is not written"
    );
    assert!(record.hash_tree_renewal(Sha512, &[vec![0; 64]]).is_none());
}

/// Whatever a later archive time-stamp covers is protected, down to the last character but those
/// that canonical forms do not have.
#[test]
fn every_flipped_character_of_an_older_chain_is_noticed() {
    let (bytes, objects) = fixture("record-rehashed-2040");
    let text = std::str::from_utf8(&bytes).unwrap();
    let start = text.find("<ArchiveTimeStampChain").unwrap();
    let end = text.find("</ArchiveTimeStampChain>").unwrap();
    let same_form = ["<DigestMethod Algorithm=", "<Sequence\n Order='&#49;'  >"];
    for place in (start..end).step_by(19) {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        let Some(found) = verify_bytes(&Bytes::from(changed), &objects) else {
            continue;
        };
        let near = text.get(place.saturating_sub(30)..place + 30).unwrap();
        let is_spelling = same_form.iter().any(|spelling| near.contains(spelling));
        assert!(!found.is_unbroken() || is_spelling, "{place}: {near}");
    }
}

#[test]
fn hashes_must_stand_where_they_belong() {
    let (bytes, objects) = fixture("record-renewed-2040");
    let whole = verify_bytes(&bytes, &objects).unwrap();
    assert!(whole.is_unbroken());
    let mut changed = objects.clone();
    changed[0] = Bytes::from_static(b"something else");
    assert!(!verify_bytes(&bytes, &changed).unwrap().is_unbroken());
    assert!(!verify_bytes(&bytes, &[]).unwrap().is_unbroken());
    // A renewal that becomes the first of a chain of its own covers no data.
    let apart = replaced(
        &bytes,
        "<ArchiveTimeStamp Order=\"2\">",
        "</ArchiveTimeStampChain><ArchiveTimeStampChain Order=\"2\">\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>\
         <ArchiveTimeStamp Order=\"1\">",
    );
    let found = verify_bytes(&apart, &objects).unwrap();
    assert_eq!(found.objects[0], ObjectCoverage::MissingFrom { chain: 1 });
}

#[test]
fn what_is_not_clear_is_refused() {
    let (bytes, _) = fixture("record-renewed-2040");
    let kind = |old: &str, new: &str| {
        let changed = replaced(&bytes, old, new);
        EvidenceRecord::read(&changed, &Limits::default())
            .unwrap_err()
            .kind()
    };
    assert_eq!(kind("Order=\"2\"", "Order=\"1\""), "malformed");
    assert_eq!(kind(" Order=\"2\"", ""), "malformed");
    assert_eq!(kind("Version=\"1.0\"", "Version=\"2.0\""), "unsupported");
    assert_eq!(kind("xmlenc#sha256", "xmlenc#sha0"), "unsupported");
    assert_eq!(
        kind("urn:ietf:params:xml:ns:ers", "urn:other"),
        "not-recognised"
    );
    let token = "<TimeStampToken Type=\"RFC3161\">";
    assert_eq!(kind(token, &format!("{token}!")), "malformed");
    let twice = "<TimeStampToken Type=\"RFC3161\">MA==</TimeStampToken>";
    assert_eq!(kind(token, &format!("{twice}{token}")), "malformed");
    let limits = Limits {
        evidence_record_hashes: 3,
        ..Limits::default()
    };
    let read = EvidenceRecord::read(&bytes, &limits);
    assert_eq!(read.unwrap_err().kind(), "over-limit");
}

#[test]
fn xml_is_hashed_in_its_canonical_form() {
    let file = |case: &str, name: &str| {
        let root = env!("CARGO_MANIFEST_DIR");
        Bytes::from(std::fs::read(format!("{root}/fixtures/cases/xml/{case}/{name}")).unwrap())
    };
    let (bytes, content) = (
        file("record-of-xml", "input.xml"),
        file("record-of-xml", "content.txt"),
    );
    let found = verify_bytes(&bytes, std::slice::from_ref(&content)).unwrap();
    assert!(found.is_unbroken());
    assert_eq!(found.chains[0][0].deviations, [Deviation::CanonicalForm]);
    let record = EvidenceRecord::read(&bytes, &Limits::default()).unwrap();
    let form = record.canonical_form(&content).unwrap();
    assert_eq!(
        crypto::sha256(&form)[..],
        found.chains[0][0].expected_imprint.clone().unwrap()[..]
    );
    assert!(record.canonical_form(b"no XML").is_none());
    assert!(record.canonical_form(b"<!DOCTYPE a><a/>").is_none());
    let other = file("record-of-other-xml", "content.txt");
    assert!(!verify_bytes(&bytes, &[other]).unwrap().is_unbroken());
}

/// Rows of the EU DSS suite with their data in the table or beside it.
#[test]
fn the_corpus_of_records_in_xml() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dss");
    let Ok(table) = std::fs::read_to_string(root.join("facts.tsv")) else {
        println!("no corpus at {}: nothing was tried", root.display());
        return;
    };
    let (mut rows, mut agreed) = (0, 0);
    for line in table.lines() {
        let row: Vec<&str> = line.split('\t').collect();
        let [file, kind, .., test, container, data] = row[..9] else {
            continue;
        };
        if (kind, container) != ("validation", "ers-xml") {
            continue;
        }
        let bytes = Bytes::from(std::fs::read(root.join(file)).unwrap());
        let record = EvidenceRecord::read(&bytes, &Limits::default()).unwrap();
        let Some(given) = GivenData::read(&root, data, &record) else {
            continue;
        };
        rows += 1;
        let digests = given
            .digest
            .as_ref()
            .map(|(digest, hash)| [(*digest, &hash[..])]);
        let mut objects: Vec<_> = given
            .whole
            .iter()
            .map(|whole| DataObject::Bytes(whole))
            .collect();
        objects.extend(digests.as_ref().map(|digests| DataObject::Digests(digests)));
        let found = verify_hashes(&record, &objects, &imprint_of);
        // What the suite expects to be wrong, it says in the name of the test or by facts that
        // are mixed.
        let is_wrong = ["Invalid", "NoData", "Copied", "Missing"]
            .iter()
            .any(|word| test.contains(word));
        assert_eq!(found.is_unbroken(), !is_wrong, "{test}: {found:?}");
        agreed += 1;
    }
    println!("{agreed} of {rows} rows with records in XML agree");
    assert!(agreed >= 15);
}

/// The data of a row; a digest that the table has cut off cannot be given.
struct GivenData {
    whole: Option<Vec<u8>>,
    digest: Option<(DigestAlgorithm, Vec<u8>)>,
}

impl GivenData {
    fn read(root: &Path, data: &str, record: &EvidenceRecord) -> Option<Self> {
        let (mut whole, mut digest) = (None, None);
        if let Some(encoded) = data.strip_prefix("DigestDocument,inline:") {
            let algorithm = DigestAlgorithm::from_oid(&record.digest_algorithms[0].oid)?;
            let hash = base64(encoded);
            digest = Some((algorithm, hash)).filter(|_| !encoded.contains(' '));
            digest
                .as_ref()
                .filter(|(_, hash)| hash.len() == algorithm.output_length())?;
        } else if let Some(text) = data.strip_prefix("inline:") {
            whole = Some(text.as_bytes().to_vec());
        } else if let Some(name) = data.rsplit('/').next().filter(|name| !name.is_empty()) {
            whole = Some(std::fs::read(root.join(data.split('/').next()?).join(name)).ok()?);
        }
        Some(GivenData { whole, digest })
    }
}
