//! Which evidence is missing, and whether and until when it can still be had.

use super::model::{Report, SignatureReport};
use crate::UnixTime;
use crate::hex;
use crate::validation::{Basis, Conclusion, Finding, Need, NeedKind, Rule, Status};
use crate::x509::Certificate;
use std::sync::Arc;

/// A piece of evidence that is not at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEvidence {
    /// Whose verdict it bears on, such as `S-1`, or `S-1/T-1` for a time-stamp inside it.
    pub subject: String,
    /// What is missing.
    pub kind: NeedKind,
    /// The object it is about, such as `certificate 5e8f…`.
    pub about: String,
    /// What it is needed for.
    pub weight: Weight,
    /// Whether it can still be had.
    pub obtainable: Obtainable,
    /// Where the certificate says that it can be had.
    pub urls: Vec<String>,
}

/// What evidence is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Without it the verdict does not change.
    Verdict,
    /// The verdict stands; with it, it stands longer.
    Future,
}

/// Whether and until when evidence can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obtainable {
    /// From whoever keeps it.
    WhileKept,
    /// Until this time: of a certificate that has ended, issuers need not tell any more whether
    /// it was revoked (RFC 5280, 3.3; RFC 6960, 4.4.4), and no time-stamp reaches back.
    Until(UnixTime),
    /// The issuer need not publish it since this time; a copy from before may exist.
    CopiesSince(UnixTime),
    /// It cannot be made any more; one that was made in time may exist.
    Never,
}

impl Weight {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Weight::Verdict => "verdict",
            Weight::Future => "future",
        }
    }
}

impl Obtainable {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Obtainable::WhileKept => "while-kept",
            Obtainable::Until(_) => "until",
            Obtainable::CopiesSince(_) => "copies-only",
            Obtainable::Never => "never",
        }
    }

    /// The time that it speaks of.
    pub fn time(self) -> Option<UnixTime> {
        match self {
            Obtainable::Until(time) | Obtainable::CopiesSince(time) => Some(time),
            Obtainable::WhileKept | Obtainable::Never => None,
        }
    }
}

/// Everything that is missing for the verdicts of a report, what they wait for first.
pub fn missing_evidence(report: &Report) -> Vec<MissingEvidence> {
    let mut gathering = Gathering {
        now: report.validation_time,
        missing: Vec::new(),
    };
    for signature in report.all_signatures() {
        let own = signature.certificate.as_ref();
        gathering.conclusion(&signature.id, &signature.conclusion, &signature.basis, own);
        gathering.next_timestamp(signature);
        for stamp in &signature.timestamps {
            let subject = format!("{}/{}", signature.id, stamp.id);
            let own = stamp.certificate.as_ref();
            gathering.conclusion(&subject, &stamp.conclusion, &stamp.basis, own);
        }
    }
    for stamp in &report.timestamps {
        let own = stamp.certificate.as_ref();
        gathering.conclusion(&stamp.id, &stamp.conclusion, &stamp.basis, own);
    }
    gathering.missing.sort_by_key(|missing| missing.weight);
    gathering.missing
}

struct Gathering {
    now: UnixTime,
    missing: Vec<MissingEvidence>,
}

impl Gathering {
    fn conclusion(
        &mut self,
        subject: &str,
        conclusion: &Conclusion,
        basis: &Basis,
        own: Option<&Arc<Certificate>>,
    ) {
        let passed = conclusion.indication.is_passed();
        let weight = if passed {
            Weight::Future
        } else {
            Weight::Verdict
        };
        let stale = conclusion
            .findings
            .iter()
            .filter(|finding| is_stale(finding));
        let newer = stale.map(|finding| Need {
            kind: NeedKind::RevocationData,
            about: finding.about.clone(),
            urls: Vec::new(),
        });
        for need in conclusion.needs.iter().cloned().chain(newer) {
            let certificate = certificate_named(&need.about, basis, own);
            let obtainable = self.obtainable(need.kind, certificate);
            let published = certificate.map(published_at).unwrap_or_default();
            self.add(MissingEvidence {
                subject: subject.to_owned(),
                kind: need.kind,
                about: need.about,
                weight,
                obtainable,
                urls: if need.urls.is_empty() && need.kind == NeedKind::RevocationData {
                    published
                } else {
                    need.urls
                },
            });
        }
    }

    /// A signature that passes goes on to do so only if it is time-stamped or sealed again while
    /// it does.
    fn next_timestamp(&mut self, signature: &SignatureReport) {
        let passed = signature.conclusion.indication.is_passed();
        if let (true, Some(end)) = (passed, signature.provable_until) {
            self.add(MissingEvidence {
                subject: signature.id.clone(),
                kind: NeedKind::ProofOfExistence,
                about: "signature".to_owned(),
                weight: Weight::Future,
                obtainable: Obtainable::Until(end),
                urls: Vec::new(),
            });
        }
    }

    fn obtainable(&self, kind: NeedKind, certificate: Option<&Arc<Certificate>>) -> Obtainable {
        match (kind, certificate) {
            (NeedKind::ProofOfExistence, _) => Obtainable::Never,
            (NeedKind::RevocationData, Some(certificate)) if certificate.not_after < self.now => {
                Obtainable::CopiesSince(certificate.not_after)
            }
            (NeedKind::RevocationData, Some(certificate)) => {
                Obtainable::Until(certificate.not_after)
            }
            _ => Obtainable::WhileKept,
        }
    }

    fn add(&mut self, missing: MissingEvidence) {
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }
}

fn is_stale(finding: &Finding) -> bool {
    finding.rule == Rule::RevocationDataFresh && finding.status == Status::Failed
}

/// The certificate that a finding is about, if the verdict rests on it.
fn certificate_named<'a>(
    about: &str,
    basis: &'a Basis,
    own: Option<&'a Arc<Certificate>>,
) -> Option<&'a Arc<Certificate>> {
    let wanted = about.strip_prefix("certificate ")?;
    let path = basis.path.iter().flat_map(|path| path.certificates());
    path.chain(own)
        .find(|certificate| hex(certificate.sha256()) == wanted)
}

fn published_at(certificate: &Arc<Certificate>) -> Vec<String> {
    let extensions = &certificate.extensions;
    [extensions.ocsp_urls.clone(), extensions.crl_urls.clone()].concat()
}
