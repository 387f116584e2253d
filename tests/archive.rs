//! Sealing and checking envelopes: provable decades after every certificate has ended, and not
//! a bit of them can change unnoticed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use bytes::Bytes;
use sigill::archive::{self, PendingEnvelope, SealedContent, layout};
use sigill::container::asic::{AsicContainer, write_asic_e};
use sigill::crypto::DigestAlgorithm;
use sigill::ers::{EvidenceRecord, HashTree};
use sigill::limits::Limits;
use sigill::report::Report;
use sigill::tsp::TimestampRequest;
use sigill::validation::Indication;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use support::tsa::Authority;
use support::{read, time, trust};

const SEALED: &str = "2026-01-20T09:00:00Z";

fn seal(document: &str, detached: Option<&str>, evidence: &[&str]) -> Bytes {
    seal_trusting(&trust(), document, detached, evidence)
}

fn seal_trusting(
    trust: &TrustAnchors,
    document: &str,
    detached: Option<&str>,
    evidence: &[&str],
) -> Bytes {
    let pending = prepare(trust, document, detached, evidence);
    let token = Authority::archive().answer(&pending.request(4_711), time(SEALED));
    Bytes::from(pending.complete(&token).unwrap())
}

fn prepare(
    trust: &TrustAnchors,
    document: &str,
    detached: Option<&str>,
    evidence: &[&str],
) -> PendingEnvelope {
    let policy = Policy::default();
    let mut document_read = Document::read(read(document)).unwrap();
    if let Some(detached) = detached {
        document_read = document_read.with_detached(read(detached));
    }
    let mut all = Evidence::from(&document_read);
    for file in evidence {
        all = all.with(read(file));
    }
    let validator = Validator::new(trust, &policy);
    let report = validator.validate(&document_read, &all, time(SEALED));
    let content = SealedContent {
        document: &document_read,
        name: document,
        detached_name: detached,
        diary_number: None,
        evidence: &all,
        validator: &validator,
        report: &report,
        full_report: None,
    };
    archive::prepare(&content, DigestAlgorithm::Sha256).unwrap()
}

fn check(envelope: &Bytes, at: UnixTime) -> Result<Report, sigill::Error> {
    let (trust, policy) = (trust(), Policy::default());
    archive::check(
        envelope,
        &Validator::new(&trust, &policy),
        &Evidence::default(),
        at,
    )
}

fn verdicts(report: &Report) -> Vec<String> {
    let signatures = report.signatures.iter();
    signatures
        .map(|signature| signature.conclusion.indication.to_string())
        .collect()
}

#[test]
fn an_envelope_outlives_every_certificate_in_the_document() {
    let envelope = seal("cases/pades/b-lt-rsa/input.pdf", None, &[]);
    for year in [2026, 2027, 2028, 2031, 2040, 2059] {
        let report = check(&envelope, UnixTime::from_date(year, 12, 1).unwrap()).unwrap();
        let summary = report.envelope.as_ref().unwrap();
        assert!(summary.intact, "{year}: {:?}", summary.tampered);
        assert_eq!(summary.sealed_at, Some(time(SEALED)));
        assert_eq!(
            report.evidence_records[0].conclusion.indication,
            Indication::Passed,
            "{year}: {:#?}",
            report.evidence_records[0].conclusion
        );
        assert_eq!(
            verdicts(&report),
            ["PASSED"],
            "{year}: {:#?}",
            report.signatures[0].conclusion
        );
    }
}

#[test]
fn the_end_of_trust_in_an_anchor_is_sealed_with_it() {
    let until = "2027-03-01T00:00:00Z";
    let mut ending = TrustAnchors::none();
    for anchor in trust().certificates() {
        ending.add_until(anchor.der().clone(), time(until)).unwrap();
    }
    let members = |envelope: &Bytes| -> Vec<(String, Bytes)> {
        let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
        let all = container.members.into_iter();
        let trust = all.filter(|member| member.name.starts_with(layout::TRUST));
        trust.map(|member| (member.name, member.content)).collect()
    };
    let envelope = seal_trusting(&ending, "cases/pades/b-lt-rsa/input.pdf", None, &[]);
    let sealed = members(&envelope);
    let (ends, anchors): (Vec<_>, Vec<_>) = sealed
        .iter()
        .partition(|(name, _)| name.ends_with(".until"));
    assert!(!anchors.is_empty());
    assert_eq!(ends.len(), anchors.len());
    for ((end, text), (anchor, _)) in ends.into_iter().zip(anchors) {
        assert_eq!(end.strip_suffix(".until"), anchor.strip_suffix(".cer"));
        assert_eq!(text, format!("{until}\n").as_bytes());
    }
    let report = check(&envelope, UnixTime::from_date(2040, 1, 1).unwrap()).unwrap();
    assert!(report.envelope.unwrap().intact);
    let without = members(&seal("cases/pades/b-lt-rsa/input.pdf", None, &[]));
    assert!(without.iter().all(|(name, _)| name.ends_with(".cer")));
}

#[test]
fn after_the_last_time_stamp_the_verdict_names_the_day() {
    let envelope = seal("cases/pades/b-lt-rsa/input.pdf", None, &[]);
    let report = check(&envelope, time("2061-06-01T00:00:00Z")).unwrap();
    let summary = report.envelope.as_ref().unwrap();
    assert!(summary.intact);
    assert!(
        summary
            .provable_until
            .unwrap()
            .to_string()
            .starts_with("2060-12-31")
    );
    assert!(matches!(
        report.signatures[0].conclusion.indication,
        Indication::Indeterminate(_)
    ));
    assert!(matches!(
        report.evidence_records[0].conclusion.indication,
        Indication::Indeterminate(_)
    ));
}

#[test]
fn without_the_envelope_the_document_alone_is_not_provable() {
    let (trust, policy) = (trust(), Policy::default());
    let document = Document::read(read("cases/pades/b-lt-rsa/input.pdf")).unwrap();
    let evidence = Evidence::from(&document);
    let at = UnixTime::from_date(2040, 12, 1).unwrap();
    let report = Validator::new(&trust, &policy).validate(&document, &evidence, at);
    assert!(matches!(
        report.signatures[0].conclusion.indication,
        Indication::Indeterminate(_)
    ));
}

#[test]
fn a_time_stamp_from_the_future_proves_nothing() {
    let envelope = seal("cases/pades/b-lt-rsa/input.pdf", None, &[]);
    let report = check(&envelope, time("2026-01-16T00:00:00Z")).unwrap();
    assert!(matches!(
        report.evidence_records[0].conclusion.indication,
        Indication::Indeterminate(_)
    ));
}

/// The manifest stands outside the record, so the mark of the sealed document could be moved to
/// its detached content: the sealed report says which of them it was.
#[test]
fn the_mark_of_the_sealed_document_cannot_be_moved() {
    let envelope = seal(
        "cases/tampered/cms-detached-content/input.p7s",
        Some("cases/cades/b-b-attached-rsa/input.p7m"),
        &[],
    );
    let at = time("2026-02-01T00:00:00Z");
    let good = check(&envelope, at).unwrap();
    assert!(good.envelope.as_ref().unwrap().intact);
    assert_ne!(verdicts(&good), ["PASSED"]);
    let moved: Vec<(String, Vec<u8>)> = members(&envelope)
        .into_iter()
        .filter(|(name, _)| name != "mimetype")
        .map(|(name, content)| {
            let content = if name == layout::MANIFEST {
                let manifest = String::from_utf8(content.to_vec()).unwrap();
                let unmarked = manifest.replace(" Rootfile=\"true\"", "");
                let marked =
                    unmarked.replace(" URI=\"input.p7m\"", " Rootfile=\"true\" URI=\"input.p7m\"");
                assert_ne!(marked, manifest);
                marked.into_bytes()
            } else {
                content.to_vec()
            };
            (name, content)
        })
        .collect();
    let borrowed: Vec<(String, &[u8])> = moved
        .iter()
        .map(|(name, content)| (name.clone(), content.as_slice()))
        .collect();
    let forged = Bytes::from(write_asic_e(&borrowed).unwrap());
    let report = check(&forged, at).unwrap();
    assert!(!report.envelope.as_ref().unwrap().intact);
}

#[test]
fn one_flipped_bit_anywhere_is_noticed() {
    let evidence =
        ["person-p256.ocsp", "root-longterm.crl"].map(|file| format!("pki/revocation/{file}"));
    let envelope = seal(
        "cases/cades/b-b-attached-p256/input.p7m",
        None,
        &evidence.each_ref().map(String::as_str),
    );
    let at = time("2040-01-01T00:00:00Z");
    let good = check(&envelope, at).unwrap();
    assert_eq!(
        verdicts(&good),
        ["PASSED"],
        "{:#?}",
        good.signatures[0].conclusion
    );
    let original = members(&envelope);
    let halves = [0, 1].map(|offset| (offset..envelope.len()).step_by(2));
    std::thread::scope(|scope| {
        for positions in halves {
            scope.spawn(|| {
                for position in positions.step_by(2) {
                    flip(&envelope, position, &original, at);
                }
            });
        }
    });
}

/// A flipped bit is named, or it stands in the ZIP headers and changes no member.
fn flip(envelope: &Bytes, position: usize, original: &[(String, Bytes)], at: UnixTime) {
    let mut changed = envelope.to_vec();
    changed[position] ^= 1 << (position / 4 % 8);
    let changed = Bytes::from(changed);
    let Ok(report) = check(&changed, at) else {
        return;
    };
    let summary = report.envelope.as_ref().unwrap();
    if summary.intact {
        assert_eq!(members(&changed), original, "byte {position} is unnoticed");
    } else {
        assert!(!summary.tampered.is_empty(), "byte {position} is not named");
        assert_ne!(
            verdicts(&report),
            ["PASSED"],
            "byte {position}: what is tampered with proves nothing"
        );
    }
}

fn members(envelope: &Bytes) -> Vec<(String, Bytes)> {
    let container = AsicContainer::read(envelope.clone(), &Limits::default()).unwrap();
    let members = container.members.into_iter();
    members
        .map(|member| (member.name, member.content))
        .collect()
}

/// Stamps pending envelopes with one token, as an authority would at `at`.
fn stamp_together(pending: &[PendingEnvelope], digest: DigestAlgorithm, at: &str) -> Vec<Bytes> {
    let nodes = pending.iter().map(|pending| pending.record().node());
    let tree = HashTree::over(digest, nodes).unwrap();
    let request = TimestampRequest {
        digest,
        imprint: tree.root().to_vec(),
        nonce: 4_712,
        policy: None,
    };
    let token = Authority::archive().answer(&request, time(at));
    let complete = |(place, pending): (usize, &PendingEnvelope)| {
        let record = pending.record().complete_in(&tree, place, token.raw());
        Bytes::from(pending.with_record(&record.unwrap()).unwrap())
    };
    pending.iter().enumerate().map(complete).collect()
}

#[test]
fn one_time_stamp_serves_many_envelopes_and_renews_them() {
    let limits = Limits::default();
    let documents = ["rsa", "p256"].map(|key| {
        let sealed = seal(&format!("cases/pades/b-lt-{key}/input.pdf"), None, &[]);
        PendingEnvelope::renewing(
            sealed,
            DigestAlgorithm::Sha256,
            &Evidence::default(),
            &limits,
        )
        .unwrap()
    });
    let renewed = stamp_together(&documents, DigestAlgorithm::Sha256, "2030-01-01T00:00:00Z");
    let again: Vec<_> = renewed
        .iter()
        .map(|envelope| {
            PendingEnvelope::renewing(
                envelope.clone(),
                DigestAlgorithm::Sha512,
                &Evidence::default(),
                &limits,
            )
            .unwrap()
        })
        .collect();
    let rehashed = stamp_together(&again, DigestAlgorithm::Sha512, "2040-01-01T00:00:00Z");
    for (envelope, chains) in renewed.iter().chain(&rehashed).zip([1, 1, 2, 2]) {
        let report = check(envelope, time("2045-01-01T00:00:00Z")).unwrap();
        let summary = report.envelope.as_ref().unwrap();
        assert!(summary.intact, "{:?}", summary.tampered);
        assert_eq!(summary.sealed_at, Some(time(SEALED)));
        assert_eq!(report.evidence_records[0].chains.len(), chains);
        assert_eq!(verdicts(&report), ["PASSED"]);
    }
}

#[test]
fn sealing_goes_on_from_a_disk() {
    let pending = ["b-lt-rsa", "b-lt-p256"].map(|name| {
        let document = format!("cases/pades/{name}/input.pdf");
        let prepared = prepare(&trust(), &document, None, &[]);
        let staged = Bytes::from(prepared.to_bytes().unwrap());
        assert!(
            check(&staged, time(SEALED))
                .is_ok_and(|report| { report.envelope.is_some_and(|envelope| !envelope.intact) })
        );
        PendingEnvelope::read(staged, &Limits::default()).unwrap()
    });
    for envelope in stamp_together(&pending, DigestAlgorithm::Sha256, SEALED) {
        let report = check(&envelope, time("2045-01-01T00:00:00Z")).unwrap();
        assert!(
            report
                .envelope
                .as_ref()
                .is_some_and(|envelope| envelope.intact)
        );
        assert_eq!(verdicts(&report), ["PASSED"]);
    }
}

/// A `ContentInfo` (RFC 5652, 3) that says `signedData` and holds none.
const NO_TOKEN: [u8; 17] = *b"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x02\x05\x00";

#[test]
fn only_the_newest_time_stamp_must_be_readable_to_be_renewed() {
    let limits = Limits::default();
    let pending = prepare(&trust(), "cases/pades/b-lt-rsa/input.pdf", None, &[]);
    let record = pending.record().complete(&NO_TOKEN);
    let unreadable = Bytes::from(pending.with_record(&record).unwrap());
    assert!(PendingEnvelope::authorities(&unreadable, &limits).is_err());
    let record = EvidenceRecord::read(&Bytes::from(record), &limits).unwrap();
    let digest = DigestAlgorithm::Sha256;
    let renewal = record.timestamp_renewal(digest).unwrap();
    let request = TimestampRequest {
        digest,
        imprint: renewal.node(),
        nonce: 4_712,
        policy: None,
    };
    let token = Authority::archive().answer(&request, time(SEALED));
    let envelope = pending.with_record(&renewal.complete(token.raw()));
    let envelope = Bytes::from(envelope.unwrap());
    let authorities = PendingEnvelope::authorities(&envelope, &limits).unwrap();
    assert!(!authorities.certificates().is_empty());
    let renewed = PendingEnvelope::renewing(envelope, digest, &Evidence::default(), &limits);
    assert_eq!(renewed.unwrap().record().digest_algorithm(), digest);
}
