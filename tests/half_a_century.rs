//! Fifty years in the life of an envelope: five generations of time-stamping authorities and two
//! digest algorithms, all made on the spot. It ends provable if it was renewed in time, and only
//! then.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::archive::{self, PendingEnvelope, SealedContent};
use sigill::asn1::oid;
use sigill::crypto::DigestAlgorithm::{self, Sha256, Sha512};
use sigill::crypto::End;
use sigill::limits::Limits;
use sigill::report::Report;
use sigill::tsp::TimestampToken;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use support::pki::{Identity, date, key_purposes};
use support::signed::{document, token_with};

/// A time-stamping authority of its decade under a root of its own; both end a year after it.
struct Generation {
    since: i32,
    root: Identity,
    authority: Identity,
}

impl Generation {
    fn beginning(since: i32) -> Self {
        let root = Identity::root_with(&format!("Root of {since}"), |draft| {
            draft.not_before = date(since - 1);
            draft.not_after = date(since + 11);
        });
        let authority = root.issue(&format!("Time of {since}"), |draft| {
            draft.not_before = date(since - 1);
            draft.not_after = date(since + 11);
            draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
        });
        Generation {
            since,
            root,
            authority,
        }
    }

    fn stamp(&self, pending: &PendingEnvelope) -> Bytes {
        let request = pending.request(1);
        let token = token_with(&self.authority, b"", date(self.since), |draft| {
            draft.digest = request.digest.oid();
            draft.imprint.clone_from(&request.imprint);
            draft.nonce = Some(request.nonce);
        });
        let token = TimestampToken::read(&Bytes::from(token), &Limits::default()).unwrap();
        Bytes::from(pending.complete(&token).unwrap())
    }

    /// What the archive fetches about this authority before it renews what that has stamped.
    fn last_word(&self) -> Bytes {
        self.root
            .list(UnixTime(date(self.since + 10).0 - 86_400), |_| {})
    }
}

struct Archive {
    generations: Vec<Generation>,
    signers: Identity,
    trust: TrustAnchors,
    policy: Policy,
}

impl Archive {
    /// SHA-256 ends with 2050, and revocation data may never be missing.
    fn new() -> Self {
        let generations: Vec<_> = (0..5)
            .map(|decade| Generation::beginning(2026 + 10 * decade))
            .collect();
        let signers = Identity::root("Signers");
        let mut trust = TrustAnchors::none();
        for root in generations
            .iter()
            .map(|generation| &generation.root)
            .chain([&signers])
        {
            trust.add(root.der()).unwrap();
        }
        let mut policy = Policy::from_toml("revocation_data_missing = \"fail\"").unwrap();
        let rows = policy.suite.digests.iter_mut();
        for row in rows.filter(|row| row.digest == Sha256) {
            row.end = End::At(date(2050));
        }
        Archive {
            generations,
            signers,
            trust,
            policy,
        }
    }

    fn validator(&self) -> Validator<'_> {
        Validator::new(&self.trust, &self.policy)
    }

    /// Sealed in 2026, while the signer's certificate, which ends with 2027, is good.
    fn seal(&self) -> Bytes {
        let signer = self
            .signers
            .issue("Signer", |draft| draft.not_after = date(2028));
        let document = document(&signer, &[], |_| Vec::new());
        let evidence = Evidence::from(&document).with(self.signers.list(date(2026), |_| {}));
        let validator = self.validator();
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
        self.generations[0].stamp(&archive::prepare(&content, Sha256).unwrap())
    }

    /// Renewed by the next generation, with the last word about the one before.
    fn renew(&self, envelope: Bytes, decade: usize, digest: DigestAlgorithm) -> Bytes {
        let evidence = Evidence::default().with(self.generations[decade - 1].last_word());
        let pending = PendingEnvelope::renewing(envelope, digest, &evidence, &Limits::default());
        self.generations[decade].stamp(&pending.unwrap())
    }

    /// Checked with nothing but what is inside, and the last word about the newest authority.
    fn check(&self, envelope: &Bytes, decade: usize, at: UnixTime) -> Report {
        let evidence = Evidence::default().with(self.generations[decade].last_word());
        archive::check(envelope, &self.validator(), &evidence, at).unwrap()
    }
}

fn verdict(report: &Report) -> String {
    let (record, signature) = (&report.evidence_records[0], &report.signatures[0]);
    format!(
        "{} {}",
        record.conclusion.indication, signature.conclusion.indication
    )
}

#[test]
fn five_generations_of_authorities_and_two_digest_algorithms() {
    let archive = Archive::new();
    let mut envelope = archive.seal();
    let digests = [Sha256, Sha256, Sha512, Sha512, Sha512];
    for (decade, digest) in digests.into_iter().enumerate() {
        if decade > 0 {
            envelope = archive.renew(envelope, decade, digest);
        }
        let report = archive.check(
            &envelope,
            decade,
            UnixTime(date(2026 + 10 * decade as i32 + 10).0 - 1),
        );
        assert_eq!(
            verdict(&report),
            "PASSED PASSED",
            "{decade}: {:#?}",
            report.evidence_records[0].conclusion
        );
        let summary = report.envelope.unwrap();
        assert!(summary.intact);
        assert_eq!(summary.sealed_at, Some(date(2026)));
        assert_eq!(
            summary.provable_until,
            Some(date(2026 + 10 * decade as i32 + 11))
        );
        let hash_tree_end = (digest == Sha256).then(|| date(2050));
        assert_eq!(summary.algorithm_ends.hash_tree, hash_tree_end);
    }
    let shape: Vec<usize> = archive.check(&envelope, 4, date(2070)).evidence_records[0]
        .chains
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(shape, [2, 3]);
}

#[test]
fn a_renewal_that_was_left_out_is_missed() {
    let archive = Archive::new();
    let sealed = archive.seal();
    let once = archive.renew(sealed, 1, Sha256);
    let twice = archive.renew(once.clone(), 2, Sha512);
    let late = PendingEnvelope::renewing(twice, Sha512, &Evidence::default(), &Limits::default());
    let late = archive.generations[4].stamp(&late.unwrap());
    let never =
        |report: Report| assert!(!verdict(&report).contains("PASSED"), "{}", verdict(&report));
    never(archive.check(&late, 4, date(2070)));
    // The digest algorithm has ended, and the tree was not hashed anew.
    let weak = archive.renew(archive.renew(once, 2, Sha256), 3, Sha256);
    never(archive.check(&weak, 3, date(2060)));
}
