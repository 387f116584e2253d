//! What mutations are made of: sound records of every kind over one envelope, and the pieces to
//! write unsound ones by hand. It shares no code with the library's writer but that of DER.

use crate::der::{children, split, tlv};
use crate::support::pki::{Identity, date, key_purposes};
use crate::support::signed::{TokenDraft, document, token_with};
use sigill::archive::{self, SealedContent, layout};
use sigill::asn1::oid;
use sigill::container::asic::{AsicContainer, Member, write_asic_e};
use sigill::crypto::DigestAlgorithm::{self, Sha256, Sha512};
use sigill::ers::{EvidenceRecord, HashTree, PendingRecord};
use sigill::limits::Limits;
use sigill::validation::Status;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};

/// When every record is judged: the signer's certificate has ended, the authorities' have not.
pub const NOW: i32 = 2035;

/// The sound records, named by what happened to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Stamped alone in 2026.
    Alone,
    /// Stamped in 2026 with four others, in one hash tree.
    Batched,
    /// Batched, and its time-stamp renewed in 2028.
    Stamped,
    /// Batched, and its hash tree renewed in 2029, under SHA-512.
    Rehashed,
    /// Batched, stamped again in 2028, its tree renewed in 2029, and stamped again in 2031.
    Full,
}

impl Base {
    pub const ALL: [Base; 5] = [
        Base::Alone,
        Base::Batched,
        Base::Stamped,
        Base::Rehashed,
        Base::Full,
    ];
}

pub struct Bench {
    /// Authorities below the root that the archive trusts; the first ends with 2027.
    pub short: Identity,
    pub authority: Identity,
    pub later: Identity,
    /// Not a time-stamping authority.
    pub purposeless: Identity,
    /// Below a root that nobody trusts.
    pub stranger: Identity,
    pub root: Identity,
    trust: TrustAnchors,
    policy: Policy,
    members: Vec<(String, Bytes)>,
    /// What the record covers, in the order of the envelope.
    pub objects: Vec<Bytes>,
    records: Vec<Vec<u8>>,
    /// The record of another envelope in the same tree.
    pub other: Vec<u8>,
}

impl Bench {
    pub fn new() -> Self {
        let root = Identity::root("Archive");
        let signers = Identity::root("Signers");
        let authority = stamping(&root, "Time", 2060);
        let later = stamping(&root, "Later", 2060);
        let mut trust = TrustAnchors::none();
        trust.add(root.der()).unwrap();
        trust.add(signers.der()).unwrap();
        let policy = Policy::default();
        let pending = pending(&signers, &trust, &policy);
        let container = Bytes::from(pending.to_bytes().unwrap());
        let container = AsicContainer::read(container, &Limits::default()).unwrap();
        let covered = |member: &&Member| layout::must_be_covered(member);
        let objects: Vec<Bytes> = container
            .members
            .iter()
            .filter(covered)
            .map(|member| member.content.clone())
            .collect();
        let members = container.members.into_iter();
        let members = members
            .filter(|member| member.name != "mimetype")
            .map(|member| (member.name, member.content))
            .collect();
        let mut bench = Bench {
            short: stamping(&root, "Short", 2028),
            purposeless: root.issue("No purpose", |draft| draft.not_after = date(2060)),
            stranger: stamping(&Identity::root("Nobody"), "Stranger", 2060),
            authority,
            later,
            root,
            trust,
            policy,
            members,
            objects,
            records: Vec::new(),
            other: Vec::new(),
        };
        bench.make_records(pending.record());
        bench
    }

    pub fn record(&self, base: Base) -> &[u8] {
        let place = Base::ALL.iter().position(|other| *other == base);
        &self.records[place.unwrap()]
    }

    fn make_records(&mut self, pending: &PendingRecord) {
        let group = |number: u8| vec![Sha256.digest(&[&[number]])];
        let others = (0..4).map(|number| PendingRecord::initial(Sha256, group(number)).unwrap());
        let mut batch: Vec<PendingRecord> = others.collect();
        batch.insert(1, pending.clone());
        let tree = HashTree::over(Sha256, batch.iter().map(PendingRecord::node)).unwrap();
        let token = self.token(Sha256, tree.root(), 2026);
        let alone = pending.complete(&self.token(Sha256, &pending.node(), 2026));
        let batched = pending.complete_in(&tree, 1, &token).unwrap();
        self.other = batch[0].complete_in(&tree, 0, &token).unwrap();
        let hashes: Vec<_> = self.hashes(Sha512);
        let stamped = |record: &[u8], digest, year| {
            let renewal = read(record).timestamp_renewal(digest).unwrap();
            renewal.complete(&self.later_token(digest, &renewal.node(), year))
        };
        let rehashed = |record: &[u8]| {
            let renewal = read(record).hash_tree_renewal(Sha512, &hashes).unwrap();
            renewal.complete(&self.later_token(Sha512, &renewal.node(), 2029))
        };
        let again = stamped(&batched, Sha256, 2028);
        let full = stamped(&rehashed(&again), Sha512, 2031);
        self.records = vec![alone, batched.clone(), again, rehashed(&batched), full];
    }

    pub fn hashes(&self, digest: DigestAlgorithm) -> Vec<Vec<u8>> {
        let objects = self.objects.iter();
        objects.map(|object| digest.digest(&[object])).collect()
    }

    pub fn token(&self, digest: DigestAlgorithm, imprint: &[u8], year: i32) -> Vec<u8> {
        token_by(&self.authority, digest, imprint, date(year))
    }

    pub fn later_token(&self, digest: DigestAlgorithm, imprint: &[u8], year: i32) -> Vec<u8> {
        token_by(&self.later, digest, imprint, date(year))
    }

    /// The indication, and the first rule that is not met.
    pub fn judge(&self, record: &[u8]) -> String {
        let members = self.members.iter();
        let members = members.map(|(name, content)| (name.clone(), &content[..]));
        let own = (layout::RECORD.to_owned(), record);
        let members: Vec<(String, &[u8])> = members.chain([own]).collect();
        let envelope = Bytes::from(write_asic_e(&members).unwrap());
        let validator = Validator::new(&self.trust, &self.policy);
        let evidence = Evidence::default();
        let report = match archive::check(&envelope, &validator, &evidence, date(NOW)) {
            Ok(report) => report,
            Err(error) => return error.kind().to_owned(),
        };
        let conclusion = &report.evidence_records[0].conclusion;
        let passes = conclusion.indication.is_passed();
        let worst = report.worst().unwrap();
        assert_eq!(worst.is_passed(), passes && report.envelope.unwrap().intact);
        let mut findings = conclusion.findings.iter();
        let unmet = findings.find(|finding| finding.status == Status::Failed);
        let unmet = unmet.map_or("", |finding| finding.rule.id());
        format!("{} {unmet}", conclusion.indication)
            .trim_end()
            .to_owned()
    }
}

fn stamping(root: &Identity, name: &str, until: i32) -> Identity {
    root.issue(name, |draft| {
        draft.not_after = date(until);
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
    })
}

/// An envelope with a document by a signer whose certificate ends with 2029, and the revocation
/// list of when it was sealed.
fn pending(signers: &Identity, trust: &TrustAnchors, policy: &Policy) -> archive::PendingEnvelope {
    let signer = signers.issue("Signer", |_| {});
    let document = document(&signer, &[], |_| Vec::new());
    let evidence = Evidence::from(&document).with(signers.list(date(2026), |_| {}));
    let validator = Validator::new(trust, policy);
    let report = validator.validate(&document, &evidence, date(2026));
    let content = SealedContent {
        document: &document,
        name: "agreement.p7m",
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: None,
    };
    archive::prepare(&content, Sha256).unwrap()
}

fn read(record: &[u8]) -> EvidenceRecord {
    EvidenceRecord::read(&Bytes::copy_from_slice(record), &Limits::default()).unwrap()
}

pub fn token_by(
    authority: &Identity,
    digest: DigestAlgorithm,
    imprint: &[u8],
    time: UnixTime,
) -> Vec<u8> {
    drafted(authority, digest, imprint, time, |_| {})
}

pub fn drafted(
    authority: &Identity,
    digest: DigestAlgorithm,
    imprint: &[u8],
    time: UnixTime,
    change: impl FnOnce(&mut TokenDraft),
) -> Vec<u8> {
    token_with(authority, b"", time, |draft| {
        draft.digest = digest.oid();
        draft.imprint = imprint.to_vec();
        change(draft);
    })
}

/// The root of a reduced hash tree (RFC 4998, 4.3).
pub fn root_of(digest: DigestAlgorithm, lists: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut below: Option<Vec<u8>> = None;
    for list in lists {
        let mut hashes = list.clone();
        hashes.extend(below.take());
        hashes.sort();
        below = Some(match &hashes[..] {
            [one] => one.clone(),
            many => digest.digest(&[&many.concat()]),
        });
    }
    below.unwrap()
}

/// An archive time-stamp; without lists it has no hash tree.
pub fn archive_timestamp(digest: DigestAlgorithm, lists: &[Vec<Vec<u8>>], token: &[u8]) -> Vec<u8> {
    let mut fields = tlv(0xa0, &object_identifier(digest));
    if !lists.is_empty() {
        let lists: Vec<_> = lists.iter().map(|list| self::list(list)).collect();
        fields.extend(tlv(0xa2, &lists.concat()));
    }
    fields.extend(token);
    tlv(0x30, &fields)
}

pub fn list(hashes: &[Vec<u8>]) -> Vec<u8> {
    let hashes: Vec<_> = hashes.iter().map(|hash| tlv(0x04, hash)).collect();
    tlv(0x30, &hashes.concat())
}

pub fn object_identifier(digest: DigestAlgorithm) -> Vec<u8> {
    crate::support::pki::der(|writer| writer.oid(&digest.oid()))
}

/// What stands in a constructed element, piece by piece.
pub fn parts(der: &[u8]) -> Vec<Vec<u8>> {
    children(split(der).1)
}

/// The element at a path of indices.
pub fn at(der: &[u8], path: &[usize]) -> Vec<u8> {
    path.iter()
        .fold(der.to_vec(), |der, index| parts(&der)[*index].clone())
}

/// The element with its pieces changed.
pub fn rebuilt(der: &[u8], change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut all = parts(der);
    change(&mut all);
    tlv(split(der).0, &all.concat())
}

/// The bytes with one bit of the byte at this place, counted from the end, turned.
pub fn flipped(bytes: &[u8], from_end: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = bytes.len() - 1 - from_end;
    bytes[place] ^= 1;
    bytes
}
