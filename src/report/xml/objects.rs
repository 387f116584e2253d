//! `SignatureValidationObjects`: what the verdicts rest on (TS 119 102-2, 4.4).

use super::super::model::{RecordReport, Report, TimestampReport};
use super::super::options::Options;
use super::judgement::{Judgement, inner_timestamp_id};
use crate::UnixTime;
use crate::base64;
use crate::hex;
use crate::validation::{Basis, RevocationSource};
use crate::x509::Certificate;
use std::collections::{BTreeMap, BTreeSet};

/// One object.
pub(super) struct Object {
    pub id: String,
    pub kind: &'static str,
    pub digest: Option<String>,
    pub proof: Option<ProofOfExistence>,
    pub judged: Option<Judgement>,
}

/// Since when an object existed, and by which object that is proven.
pub(super) struct ProofOfExistence {
    pub time: UnixTime,
    pub by: Option<String>,
}

/// Where proofs come from: the tokens of a report by their hash, else its evidence record.
pub(super) struct References {
    tokens: BTreeMap<[u8; 32], String>,
    record: Option<String>,
}

impl References {
    /// Everything that may prove something.
    pub fn of(report: &Report) -> Self {
        let inner = report.all_signatures().flat_map(|signature| {
            let stamps = signature.timestamps.iter();
            stamps.map(|stamp| (stamp.sha256, inner_timestamp_id(&signature.id, &stamp.id)))
        });
        let outer = report
            .timestamps
            .iter()
            .map(|stamp| (stamp.sha256, stamp.id.clone()));
        References {
            tokens: inner
                .chain(outer)
                .filter_map(|(digest, id)| Some((digest?, object_id(&id))))
                .collect(),
            record: report
                .evidence_records
                .first()
                .map(|record| object_id(&record.id)),
        }
    }

    /// The object whose token proves something.
    pub fn of_proof(&self, token: &[u8; 32]) -> Option<String> {
        self.tokens.get(token).or(self.record.as_ref()).cloned()
    }
}

/// The identifier of an object, apart from that of the judgement in it.
pub(super) fn object_id(judged: &str) -> String {
    format!("V-{judged}")
}

pub(super) fn certificate_id(sha256: &[u8; 32]) -> String {
    format!("V-C-{}", hex(sha256))
}

pub(super) fn revocation_id(sha256: &[u8; 32]) -> String {
    format!("V-R-{}", hex(sha256))
}

/// Every object, each once.
pub(super) fn all(report: &Report, references: &References, options: &Options) -> Vec<Object> {
    let mut gathering = Gathering {
        references,
        options,
        known: BTreeSet::new(),
        objects: Vec::new(),
    };
    for signature in report.all_signatures() {
        gathering.certificate(signature.certificate.as_deref(), &signature.basis);
        gathering.basis(&signature.basis);
        for stamp in &signature.timestamps {
            let id = inner_timestamp_id(&signature.id, &stamp.id);
            gathering.timestamp(id, stamp);
        }
    }
    for stamp in &report.timestamps {
        gathering.timestamp(stamp.id.clone(), stamp);
    }
    for record in &report.evidence_records {
        gathering.record(record);
    }
    gathering.objects
}

struct Gathering<'a> {
    references: &'a References,
    options: &'a Options,
    known: BTreeSet<String>,
    objects: Vec<Object>,
}

impl Gathering<'_> {
    fn basis(&mut self, basis: &Basis) {
        for certificate in basis.path.iter().flat_map(|path| path.certificates()) {
            self.certificate(Some(certificate), basis);
        }
        for statement in &basis.statements {
            let kind = match statement.source {
                RevocationSource::Crl => "CRL",
                RevocationSource::Ocsp => "OCSPResponse",
            };
            let id = revocation_id(&statement.object);
            self.add(id, kind, Some(&statement.object), basis, None);
        }
    }

    fn certificate(&mut self, certificate: Option<&Certificate>, basis: &Basis) {
        if let Some(certificate) = certificate {
            let digest = certificate.sha256();
            self.add(
                certificate_id(digest),
                "certificate",
                Some(digest),
                basis,
                None,
            );
        }
    }

    fn timestamp(&mut self, id: String, report: &TimestampReport) {
        let judged = Judgement::of_timestamp(id.clone(), report, self.options);
        let (digest, basis) = (report.sha256.as_ref(), &report.basis);
        self.add(object_id(&id), "timestamp", digest, basis, Some(judged));
        self.certificate(report.certificate.as_deref(), basis);
        self.basis(basis);
    }

    fn record(&mut self, report: &RecordReport) {
        let none = Basis::default();
        let judged = Judgement::new(report.id.clone(), &report.conclusion, &none, self.options);
        self.add(
            object_id(&report.id),
            "evidencerecord",
            None,
            &none,
            Some(judged),
        );
    }

    fn add(
        &mut self,
        id: String,
        kind: &'static str,
        digest: Option<&[u8; 32]>,
        basis: &Basis,
        judged: Option<Judgement>,
    ) {
        if !self.known.insert(id.clone()) {
            return;
        }
        let proven = basis
            .proofs
            .iter()
            .find(|proof| Some(&proof.object) == digest);
        self.objects.push(Object {
            id,
            kind,
            digest: digest.map(|digest| base64::encode(digest)),
            proof: proven.map(|proof| ProofOfExistence {
                time: proof.not_later_than,
                by: self.references.of_proof(&proof.by),
            }),
            judged,
        });
    }
}
