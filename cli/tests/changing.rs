//! A file that changes while it is read: whenever that is, nothing passes but the bytes that
//! were signed, and they are named by their SHA-256.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[allow(dead_code)]
#[path = "support/paper.rs"]
mod paper;
#[allow(dead_code)]
#[path = "../../tests/support/pki.rs"]
mod pki;

use paper::Paper;
use sigill::crypto::sha256;
use sigill::limits::Limits;
use sigill::source::ReadAt;
use sigill::{
    Document, Error, Evidence, Policy, Report, Source, TrustAnchors, UnixTime, Validator,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Shows one file until it was read so many times, and then another.
struct Changing {
    before: Arc<Vec<u8>>,
    after: Arc<Vec<u8>>,
    reads: Arc<AtomicUsize>,
    until: usize,
}

impl ReadAt for Changing {
    fn length(&self) -> std::io::Result<u64> {
        Ok(self.before.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let reads = self.reads.fetch_add(1, Ordering::Relaxed);
        let shown = if reads < self.until {
            &self.before
        } else {
            &self.after
        };
        let rest = &shown[(offset as usize).min(shown.len())..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

fn judge(changing: Changing, trust: &TrustAnchors) -> Report {
    let policy = Policy::default();
    let validator = Validator::new(trust, &policy);
    let time = UnixTime::from_rfc3339("2026-02-01T00:00:00Z").unwrap();
    let source = match Source::in_windows(changing, Limits::default().document_bytes) {
        Ok(source) => source,
        Err(error) => return validator.not_opened(error, time),
    };
    match Document::read(source.clone()) {
        Ok(document) => validator.validate(&document, &Evidence::from(&document), time),
        Err(error) => validator.unreadable(source, error, time),
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let place = bytes
        .windows(from.len())
        .rposition(|window| window == from)
        .unwrap();
    let mut bytes = bytes.to_vec();
    bytes[place..place + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn nothing_passes_but_what_was_signed() {
    let root = pki::Identity::root("Root");
    let signer = root.issue("Signer", |draft| {
        draft.extensions = vec![pki::key_usage(pki::SIGNATURE)];
    });
    let mut trust = TrustAnchors::none();
    trust.add(root.der().to_vec()).unwrap();
    let mut paper = Paper::new(600 << 10);
    paper.sign(&signer, 0);
    paper.sign(&signer, 200 << 10);
    let signed = Arc::new(paper.bytes());
    let mut cut = signed.to_vec();
    cut.truncate(cut.len() / 2);
    let mut bulk = signed.to_vec();
    bulk[300 << 10] = 1;
    let others = [
        bulk,
        cut,
        replaced(&signed, b"/MediaBox [0 0 9 9]", b"/MediaBox [0 0 8 8]"),
        replaced(&signed, b"/SigFlags 3", b"/SigFlags 1"),
        replaced(&signed, b"%%EOF", b"%%EOL"),
    ];
    // Passed, changed, neither: what was read first may be of both.
    let mut outcomes = [0; 3];
    for other in others.map(Arc::new) {
        for (before, after) in [(&signed, &other), (&other, &signed)] {
            for until in 0.. {
                let reads = Arc::new(AtomicUsize::new(0));
                let changing = Changing {
                    before: Arc::clone(before),
                    after: Arc::clone(after),
                    reads: Arc::clone(&reads),
                    until,
                };
                let report = judge(changing, &trust);
                if report.worst().is_some_and(|worst| worst.is_passed()) {
                    assert_eq!(report.document.sha256, Some(sha256(&signed)), "{until}");
                    outcomes[0] += 1;
                } else if report.error == Some(Error::Changed) {
                    assert!(report.signatures.is_empty());
                    outcomes[1] += 1;
                } else {
                    outcomes[2] += 1;
                }
                if reads.load(Ordering::Relaxed) <= until {
                    break;
                }
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 5), "{outcomes:?}");
}
