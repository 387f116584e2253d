//! Augmentation: signatures lifted to a higher level while they can still be proven, with
//! time-stamps and evidence beside what is signed (EN 319 122-1, 5 and 6; EN 319 142-1, 5 and 6).
//!
//! CAdES gets unsigned attributes and evidence in its `SignedData`, PAdES an incremental update.
//! Nothing that was there changes, and nothing is given back before it was judged.

mod cades;
mod material;
mod refusal;

pub use refusal::Refusal;

use crate::UnixTime;
use crate::container::pdf::PdfDocument;
use crate::container::{Content, Document};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::report::{Report, SignatureReport, TimestampReport};
use crate::signature::{Level, TimestampKind};
use crate::source;
use crate::tsp::TimestampToken;
use crate::validation::{Indication, NeedKind};
use crate::validator::Validator;
use bytes::Bytes;
use material::Material;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Bytes that are kept free for the token of a document time-stamp; with their certificates,
/// tokens of real authorities stay below 10 kB.
const ROOM_FOR_A_TOKEN: usize = 12_288;

/// What only the caller can do, who has a network.
pub trait Caller {
    /// A token over `imprint`, made by `digest`, that the caller has judged.
    ///
    /// # Errors
    /// Why there is none, in words.
    fn stamp(&self, digest: DigestAlgorithm, imprint: &[u8]) -> Result<TimestampToken, String>;

    /// The document judged at `time`, and the evidence it was judged by: its own with more that
    /// the caller has, or has gathered because the report wants it.
    fn judge(&self, document: &Document, time: UnixTime) -> (Report, Evidence);
}

/// What is to be reached, and how.
#[derive(Debug, Clone, Copy)]
pub struct Augmentation<'a> {
    /// Level T, LT or LTA.
    pub level: Level,
    /// The digest algorithm of new time-stamps.
    pub digest: DigestAlgorithm,
    /// The time at which it begins.
    pub time: UnixTime,
    /// Judges what comes of it.
    pub validator: &'a Validator<'a>,
}

/// What has come of it.
#[derive(Debug, Clone)]
pub struct Augmented {
    /// The document; `None` where nothing was missing.
    pub bytes: Option<Bytes>,
    /// The report on it, by its own evidence alone where the level is LT or higher.
    pub report: Report,
}

impl Augmentation<'_> {
    /// Lifts every signature of `document` to the level, counter-signatures excepted. A document
    /// that has level LTA already gets one more archive time-stamp.
    ///
    /// # Errors
    /// [`Refusal`] where a signature cannot be lifted, or where anything that was proven before
    /// would not be afterwards.
    pub fn of(&self, document: &Document, caller: &impl Caller) -> Result<Augmented, Refusal> {
        let (before, _) = caller.judge(document, self.time);
        self.is_possible(document, &before)?;
        let mut work = Work {
            plan: self,
            caller,
            document: document.clone(),
            time: Cell::new(self.time),
            changed: false,
        };
        work.add_signature_timestamps(&before)?;
        if self.level >= Level::Lt {
            work.add_evidence()?;
        }
        if self.level >= Level::Lta {
            work.add_archive_timestamps()?;
        }
        let report = work.judge_result();
        self.is_reached(&report)?;
        is_no_worse(&before, &report)?;
        Ok(Augmented {
            bytes: match work.changed {
                true => Some(work.document.source().whole()?),
                false => None,
            },
            report,
        })
    }

    /// What can be known before an authority is asked.
    fn is_possible(&self, document: &Document, before: &Report) -> Result<(), Refusal> {
        if let Some(error) = &before.error {
            return Err(error.clone().into());
        }
        if matches!(
            document.content(),
            Content::Asic(_) | Content::EvidenceRecord(_)
        ) {
            return Err(Refusal::Container(before.document.container));
        }
        if before.signatures.is_empty() {
            return Err(Refusal::NothingSigned);
        }
        for signature in &before.signatures {
            let id = signature.id.clone();
            let indication = signature.conclusion.indication;
            match indication {
                Indication::Failed(_) => return Err(Refusal::Disproven(id, indication)),
                Indication::Indeterminate(_) if self.level >= Level::Lt => {
                    return Err(Refusal::NotProven(id, indication));
                }
                _ if signature.level == Level::None => return Err(Refusal::NoBaseline(id)),
                _ => {}
            }
            let mut needs = signature.conclusion.needs.iter();
            let missing = needs.find(|need| need.kind == NeedKind::RevocationData);
            if let (Some(missing), true) = (missing, self.level >= Level::Lt) {
                return Err(Refusal::NoRevocationData(id, missing.about.clone()));
            }
        }
        Ok(())
    }

    fn is_reached(&self, report: &Report) -> Result<(), Refusal> {
        for signature in &report.signatures {
            let indication = signature.conclusion.indication;
            if self.level >= Level::Lt && !indication.is_passed() {
                return Err(Refusal::NotProven(signature.id.clone(), indication));
            }
            if signature.level < self.level {
                let (id, reached) = (signature.id.clone(), signature.level);
                return Err(Refusal::NotReached(id, reached));
            }
            if !has_proven_timestamp(report, signature, self.level) {
                return Err(Refusal::TimestampNotProven(signature.id.clone()));
            }
        }
        Ok(())
    }
}

/// A document on its way.
struct Work<'a, C> {
    plan: &'a Augmentation<'a>,
    caller: &'a C,
    document: Document,
    /// Not before the last time-stamp: the clock of an authority may run ahead.
    time: Cell<UnixTime>,
    changed: bool,
}

impl<C: Caller> Work<'_, C> {
    fn add_signature_timestamps(&mut self, report: &Report) -> Result<(), Refusal> {
        let lacks = |signature: &SignatureReport| {
            signature.level < Level::T || !has_proven_timestamp(report, signature, Level::T)
        };
        let lacking: Vec<bool> = report.signatures.iter().map(lacks).collect();
        if !lacking.contains(&true) {
            return Ok(());
        }
        let bytes = match self.document.content() {
            // EN 319 142-1, 6.3: a document time-stamp serves all signatures, and no byte of
            // theirs is touched.
            Content::Pdf(pdf) => self.with_document_timestamp(pdf)?,
            _ => {
                let data = cades::read(&self.document, self.limits())?;
                let stamp = |signature: &Bytes| self.stamp(&self.plan.digest.digest(&[signature]));
                cades::with_signature_timestamps(&data, &lacking, stamp)?
            }
        };
        self.take(bytes)
    }

    fn add_evidence(&mut self) -> Result<(), Refusal> {
        let (report, evidence) = self.caller.judge(&self.document, self.time.get());
        let material = Material::of(&report, &evidence);
        if material.is_empty() {
            return Ok(());
        }
        let bytes = match self.document.content() {
            Content::Pdf(pdf) => pdf.with_evidence(&material.for_a_store(), self.limits())?,
            _ => cades::with_evidence(&cades::read(&self.document, self.limits())?, &material)?,
        };
        self.take(bytes)
    }

    fn add_archive_timestamps(&mut self) -> Result<(), Refusal> {
        let bytes = match self.document.content() {
            Content::Pdf(pdf) => self.with_document_timestamp(pdf)?,
            _ => {
                let data = cades::read(&self.document, self.limits())?;
                let content = cades::content_digest(&data, &self.document, self.plan.digest)?;
                let stamp = |parts: &[&[u8]]| self.stamp(&self.plan.digest.digest(parts));
                cades::with_archive_timestamps(&data, &content, self.plan.digest, stamp)?
            }
        };
        self.take(bytes)
    }

    /// How long a token is, is known when it is there: an authority is asked again where the
    /// first one does not fit.
    fn with_document_timestamp(&self, pdf: &PdfDocument) -> Result<Vec<u8>, Refusal> {
        let mut room = ROOM_FOR_A_TOKEN;
        loop {
            let update = pdf.with_room_for_timestamp(room, self.limits())?;
            let imprint = source::digest(self.plan.digest, &update.signed_parts());
            let token = self.stamp(&imprint.ok_or(Error::Changed)?)?;
            let token = token.raw();
            match update.complete(token) {
                Some(bytes) => return Ok(bytes),
                None if room == ROOM_FOR_A_TOKEN => room = token.len().saturating_mul(2),
                None => {
                    let problem = "the tokens of the authority differ in length".to_owned();
                    return Err(Refusal::Timestamp(problem));
                }
            }
        }
    }

    fn stamp(&self, imprint: &[u8]) -> Result<TimestampToken, Refusal> {
        let token = self.caller.stamp(self.plan.digest, imprint);
        let token = token.map_err(Refusal::Timestamp)?;
        self.time
            .set(self.time.get().max(token.info.generation_time));
        Ok(token)
    }

    fn take(&mut self, bytes: Vec<u8>) -> Result<(), Refusal> {
        let read = Document::read_within(bytes, self.limits())?;
        self.document = match self.document.detached() {
            Some(content) => read.with_detached(content.clone()),
            None => read,
        };
        self.changed = true;
        Ok(())
    }

    /// Level LT and higher promise that the document alone is enough.
    fn judge_result(&self) -> Report {
        let time = self.time.get();
        if self.plan.level < Level::Lt {
            return self.caller.judge(&self.document, time).0;
        }
        let validator = self.plan.validator;
        let own = validator.evidence_in(&self.document);
        validator.validate(&self.document, &own, time)
    }

    fn limits(&self) -> &Limits {
        self.plan.validator.limits()
    }
}

/// Whether one of the time-stamps that make a level is proven. Those over the whole document serve
/// all its signatures.
fn has_proven_timestamp(report: &Report, signature: &SignatureReport, level: Level) -> bool {
    let wanted: &[TimestampKind] = match level {
        Level::Lta => &[TimestampKind::Archive, TimestampKind::Document],
        _ => &[
            TimestampKind::Signature,
            TimestampKind::ValidationRelatedInformation,
            TimestampKind::Archive,
            TimestampKind::Document,
        ],
    };
    let mut all = signature.timestamps.iter().chain(&report.timestamps);
    all.any(|stamp| {
        // One of an earlier revision is older than what is proven of the signature.
        let is_about_it = stamp
            .time
            .is_some_and(|time| time >= signature.best_signature_time);
        wanted.contains(&stamp.kind) && stamp.conclusion.indication.is_passed() && is_about_it
    })
}

/// Whether every signature and every time-stamp is proven that was, and every time-stamp that is
/// new.
fn is_no_worse(before: &Report, after: &Report) -> Result<(), Refusal> {
    if let Some(error) = &after.error {
        return Err(error.clone().into());
    }
    let verdicts: HashMap<&str, Indication> = signatures(after)
        .map(|signature| (signature.id.as_str(), signature.conclusion.indication))
        .collect();
    for signature in signatures(before) {
        let verdict = verdicts.get(signature.id.as_str()).copied();
        if is_worse(signature.conclusion.indication, verdict) {
            return Err(Refusal::Broken {
                id: signature.id.clone(),
                verdict,
            });
        }
    }
    // A token may stand in two places, and be good in one of them only.
    let mut verdicts: BTreeMap<Option<[u8; 32]>, VecDeque<(String, Indication)>> = BTreeMap::new();
    for (id, stamp) in timestamps(after) {
        let verdict = (id, stamp.conclusion.indication);
        verdicts.entry(stamp.sha256).or_default().push_back(verdict);
    }
    for (id, stamp) in timestamps(before) {
        let verdict = verdicts.get_mut(&stamp.sha256);
        let verdict = verdict.and_then(VecDeque::pop_front);
        let verdict = verdict.map(|(_, indication)| indication);
        if is_worse(stamp.conclusion.indication, verdict) {
            return Err(Refusal::Broken { id, verdict });
        }
    }
    let mut new = verdicts.into_values().flatten();
    match new.find(|(_, indication)| !indication.is_passed()) {
        Some((id, _)) => Err(Refusal::TimestampNotProven(id)),
        None => Ok(()),
    }
}

fn is_worse(before: Indication, after: Option<Indication>) -> bool {
    let rank = |indication: Indication| match indication {
        Indication::Passed => 2,
        Indication::Indeterminate(_) => 1,
        Indication::Failed(_) => 0,
    };
    after.is_none_or(|after| rank(after) < rank(before))
}

fn signatures(report: &Report) -> impl Iterator<Item = &SignatureReport> {
    let signatures = report.signatures.iter();
    signatures.flat_map(SignatureReport::with_counter_signatures)
}

fn timestamps(report: &Report) -> impl Iterator<Item = (String, &TimestampReport)> {
    let inside = signatures(report).flat_map(|signature| {
        let stamps = signature.timestamps.iter();
        stamps.map(|stamp| (format!("{}/{}", signature.id, stamp.id), stamp))
    });
    let beside = report.timestamps.iter();
    inside.chain(beside.map(|stamp| (stamp.id.clone(), stamp)))
}
