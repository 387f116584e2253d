//! Checking an envelope by what is inside it, and by whom the reader trusts.

use super::layout;
use super::public_report::is_extract;
use super::register::Enclosure;
use super::sources::with_enclosed;
use crate::UnixTime;
use crate::container::asic::{AsicContainer, Manifest, Member, write_evidence_record_manifest};
use crate::container::{Content, Document};
use crate::crypto::{DigestAlgorithm, sha256};
use crate::error::Error;
use crate::ers::{DataObject, EvidenceRecord};
use crate::evidence::{Evidence, Proof, ProofsOfExistence};
use crate::hex;
use crate::limits::Limits;
use crate::report::{EnvelopeSummary, RecordReport, Report};
use crate::signature::Signatures;
use crate::tsp::TimestampToken;
use crate::validation::{self, Context, RecordValidation};
use crate::validator::Validator;
use bytes::Bytes;

/// Judges the document in an envelope, and the evidence record over it, at `time`.
///
/// Signers are bound by what the validator was given and, where that says nothing, by what was
/// sealed with the document ([`Enclosed`](crate::binding::Enclosed)).
///
/// `supplied` is evidence from outside, such as revocation data for the archive's own
/// time-stamping authority.
///
/// # Errors
/// [`Error`] where the bytes are no envelope of sigill, or too damaged to be read as one.
pub fn check(
    envelope: &Bytes,
    validator: &Validator<'_>,
    supplied: &Evidence,
    time: UnixTime,
) -> Result<Report, Error> {
    check_within(envelope, validator, supplied, None, time)
}

/// Judges an envelope that lies in another one, which proves what is in it as well. What signers
/// are bound by is not looked for there.
pub(super) fn check_enclosed(
    envelope: &Bytes,
    validator: &Validator<'_>,
    supplied: &Evidence,
    around: &Enclosure<'_>,
) -> Result<Report, Error> {
    check_within(envelope, validator, supplied, Some(around), around.time)
}

fn check_within(
    envelope: &Bytes,
    validator: &Validator<'_>,
    supplied: &Evidence,
    around: Option<&Enclosure<'_>>,
    time: UnixTime,
) -> Result<Report, Error> {
    let examined = Examined::new(envelope, validator, supplied, around, time)?;
    let (document, evidence) = (&examined.document, &examined.evidence);
    let validation = examined.validation;
    let signatures = validator.signatures(document, evidence)?;
    let mut proofs = examined.proofs;
    // What was tampered with is proven by nothing.
    let proof = validation.proof.filter(|_| examined.intact);
    let outer = around.and_then(|around| around.proof);
    for proof in proof.into_iter().chain(outer) {
        let context = validator.context(evidence);
        prove_everything(&mut proofs, proof, &signatures, &examined.sealed, &context);
    }
    let enclosure = Enclosure {
        sealed: &examined.sealed,
        proof,
        time,
    };
    let sources = match around {
        None => with_enclosed(&examined.container, validator, supplied, &enclosure),
        Some(_) => validator.binding_sources().clone(),
    };
    let mut report =
        validator.validate_signatures(document, &signatures, evidence, proofs, &sources, time);
    report.document.path = Some(examined.root.name.clone());
    report.envelope = Some(EnvelopeSummary {
        path: None,
        sha256: sha256(envelope),
        intact: examined.intact,
        sealed_at: sealed_at(&validation),
        provable_until: validation.provable_until,
        algorithm_ends: validation.algorithm_ends,
        tampered: examined.tampered,
        public_report: None,
    });
    put_first(validation, &covered(&examined.container), &mut report);
    Ok(report)
}

/// An envelope that was opened and its record judged; the signatures of its document were not.
pub(super) struct Examined {
    pub container: AsicContainer,
    /// The member that the manifest marks as the sealed document.
    pub root: Member,
    pub validation: RecordValidation,
    /// Whether all that was sealed is there and as it was.
    pub intact: bool,
    document: Document,
    /// What the document and the envelope hold, and what was supplied.
    evidence: Evidence,
    /// What the envelope holds beside the document.
    sealed: Evidence,
    /// What the envelope around this one proves.
    proofs: ProofsOfExistence,
    tampered: Vec<String>,
}

impl Examined {
    /// Compares an envelope, which may lie in another one, with its manifest and judges its
    /// record.
    ///
    /// # Errors
    /// As for [`check`].
    pub fn new(
        envelope: &Bytes,
        validator: &Validator<'_>,
        supplied: &Evidence,
        around: Option<&Enclosure<'_>>,
        time: UnixTime,
    ) -> Result<Self, Error> {
        let limits = validator.limits();
        let container = read_container(envelope, limits)?;
        let manifest = layout::manifest(&container)?;
        let root = root(&container, &manifest)?.clone();
        let document = sealed_document(&container, &root, limits)?;
        let mut evidence = validator.evidence_in(&document);
        evidence.extend(supplied);
        let sealed = sealed_evidence(&container);
        evidence.extend(&sealed);

        let mut proofs = ProofsOfExistence::at(time);
        if let Some(around) = around {
            evidence.extend(around.sealed);
            let context = validator.context(&evidence);
            prove_enclosed(&mut proofs, around, &container, &context);
        }
        let record = read_record(&container, limits);
        let validation = match &record {
            Ok(record) => {
                let covered = covered(&container);
                judge_record(record, &covered, validator, &evidence, &proofs, time)
            }
            Err(error) => validation::evidence_record::unreadable(error),
        };
        let mut tampered = compare_members(&container, &manifest);
        tampered.extend(misplaced_documents(&container, &root));
        tampered.extend(misplaced_full_report(&container));
        let intact = note_harm(&mut tampered, &validation, record.is_err());
        Ok(Examined {
            container,
            root,
            validation,
            intact,
            document,
            evidence,
            sealed,
            proofs,
            tampered,
        })
    }
}

pub(super) fn read_record(
    container: &AsicContainer,
    limits: &Limits,
) -> Result<EvidenceRecord, Error> {
    let member = container.member(layout::RECORD);
    let member = member.ok_or(Error::malformed("envelope", 0, "no evidence record"))?;
    EvidenceRecord::read(&member.content, limits)
}

/// Whether all is as it was sealed; a record that is broken is among what is not.
fn note_harm(tampered: &mut Vec<String>, record: &RecordValidation, is_unreadable: bool) -> bool {
    if record.extra_hashes > 0 || is_unreadable {
        tampered.push(layout::RECORD.to_owned());
    }
    let intact = tampered.is_empty() && is_unharmed(record);
    if !intact && tampered.is_empty() {
        tampered.push(layout::RECORD.to_owned());
    }
    intact
}

/// The members that the record must cover.
fn covered(container: &AsicContainer) -> Vec<&Member> {
    let members = container.members.iter();
    members
        .filter(|member| layout::must_be_covered(member))
        .collect()
}

/// When the first archive time-stamp was made.
pub(super) fn sealed_at(validation: &RecordValidation) -> Option<UnixTime> {
    validation.times.first().and_then(|chain| *chain.first()?)
}

/// The envelope's own record stands before those of the sealed document.
fn put_first(validation: RecordValidation, covered: &[&Member], report: &mut Report) {
    let names: Vec<&str> = covered.iter().map(|member| member.name.as_str()).collect();
    let own = RecordReport::new(1, validation, &names);
    for (index, record) in report.evidence_records.iter_mut().enumerate() {
        record.id = format!("E-{}", index + 2);
    }
    report.evidence_records.insert(0, own);
}

pub(super) fn read_container(envelope: &Bytes, limits: &Limits) -> Result<AsicContainer, Error> {
    let document = Document::read_within(envelope.clone(), limits)?;
    match document.content() {
        Content::Asic(container) => Ok(container.as_ref().clone()),
        _ => Err(Error::NotRecognised),
    }
}

/// Everything that is not as it was sealed, by name.
fn compare_members(container: &AsicContainer, manifest: &Manifest) -> Vec<String> {
    let mut tampered: Vec<String> = container.problems.iter().map(ToString::to_string).collect();
    if !container.comment.is_empty() {
        tampered.push("ZIP comment".to_owned());
    }
    for member in &container.members {
        if !layout::must_be_covered(member) {
            continue;
        }
        let mut references = manifest
            .references
            .iter()
            .filter(|reference| reference.uri == member.name);
        let matches = match (references.next(), references.next()) {
            (Some(reference), None) => DigestAlgorithm::from_uri(&reference.digest_method)
                .is_some_and(|digest| digest.digest(&[&member.content]) == reference.digest),
            _ => false,
        };
        if !matches {
            tampered.push(member.name.clone());
        }
    }
    for reference in &manifest.references {
        if container.member(&reference.uri).is_none() {
            tampered.push(reference.uri.clone());
        }
    }
    // The manifest has one form only; any other byte in it was put there later.
    let written = write_evidence_record_manifest(layout::RECORD, &manifest.references);
    let as_written = container
        .member(layout::MANIFEST)
        .is_some_and(|member| member.content == written);
    if !as_written {
        tampered.push(layout::MANIFEST.to_owned());
    }
    tampered.sort();
    tampered.dedup();
    tampered
}

/// The one document that the manifest marks as such.
pub(super) fn root<'a>(
    container: &'a AsicContainer,
    manifest: &Manifest,
) -> Result<&'a Member, Error> {
    let mut marked = manifest
        .references
        .iter()
        .filter(|reference| reference.root_file);
    let place = |problem| Error::malformed("envelope", 0, problem);
    let (Some(reference), None) = (marked.next(), marked.next()) else {
        return Err(place(
            "not exactly one document is marked as the sealed one",
        ));
    };
    container
        .member(&reference.uri)
        .filter(|member| layout::is_document(member))
        .ok_or(place("the sealed document is not there"))
}

/// Documents that stand where none was sealed. The record covers no file name of the root, so
/// the report that it does cover must name the root by its digest; besides it only the content
/// of detached signatures may stand.
fn misplaced_documents(container: &AsicContainer, root: &Member) -> Vec<String> {
    let mut misplaced = Vec::new();
    if sealed_digest(container).as_deref() != Some(&hex(&sha256(&root.content))) {
        misplaced.push(root.name.clone());
    }
    let others = container
        .members
        .iter()
        .filter(|member| layout::is_document(member) && member.name != root.name);
    misplaced.extend(others.skip(1).map(|member| member.name.clone()));
    misplaced
}

/// The digest of the document in the sealed report.
fn sealed_digest(container: &AsicContainer) -> Option<String> {
    digest_in_report(container, "document")
}

fn digest_in_report(container: &AsicContainer, field: &str) -> Option<String> {
    let member = container.member(layout::REPORT)?;
    let report: serde_json::Value = serde_json::from_slice(&member.content).ok()?;
    Some(report.get(field)?.get("sha256")?.as_str()?.to_owned())
}

/// A full report that the public one does not name, or from which it was not taken.
fn misplaced_full_report(container: &AsicContainer) -> Option<String> {
    let full = container.member(layout::FULL_REPORT);
    let found = full.map(|member| hex(&sha256(&member.content)));
    let is_named = found == digest_in_report(container, "full_report");
    let is_extract = full.is_none_or(|full| {
        let public = container.member(layout::REPORT);
        let read = |member: &Member| serde_json::from_slice(&member.content).ok();
        match (public.and_then(read), read(full)) {
            (Some(public), Some(full)) => is_extract(&public, &full),
            _ => false,
        }
    });
    (!(is_named && is_extract)).then(|| layout::FULL_REPORT.to_owned())
}

/// The document, with its detached content where it has one.
pub(super) fn sealed_document(
    container: &AsicContainer,
    root: &Member,
    limits: &Limits,
) -> Result<Document, Error> {
    let document = Document::read_within(root.content.clone(), limits)?;
    let detached = container
        .members
        .iter()
        .find(|member| layout::is_document(member) && member.name != root.name);
    Ok(match detached {
        Some(detached) => document.with_detached(detached.content.clone()),
        None => document,
    })
}

pub(super) fn sealed_evidence(container: &AsicContainer) -> Evidence {
    let mut evidence = Evidence::default();
    for member in &container.members {
        if member.name.starts_with(layout::EVIDENCE) {
            evidence.add(member.content.clone());
        }
    }
    evidence
}

fn judge_record(
    record: &EvidenceRecord,
    covered: &[&Member],
    validator: &Validator<'_>,
    evidence: &Evidence,
    proofs: &ProofsOfExistence,
    time: UnixTime,
) -> RecordValidation {
    let objects: Vec<DataObject<'_>> = covered
        .iter()
        .map(|member| DataObject::Bytes(&member.content))
        .collect();
    let mut evidence = evidence.clone();
    for archive in record.chains.iter().flat_map(|chain| &chain.timestamps) {
        evidence.add(archive.timestamp.clone());
    }
    let context = validator.context(&evidence);
    validation::evidence_record::validate(record, &objects, &context, proofs, time)
}

/// Whether the record covers everything and nothing in it is broken; it may be unproven.
fn is_unharmed(validation: &RecordValidation) -> bool {
    let indication = validation.conclusion.indication;
    validation.covered.iter().all(|covered| *covered)
        && !matches!(indication, validation::Indication::Failed(_))
}

/// What an envelope around another proves of the record in that.
fn prove_enclosed(
    proofs: &mut ProofsOfExistence,
    around: &Enclosure<'_>,
    container: &AsicContainer,
    context: &Context<'_>,
) {
    let (Some(proof), Ok(record)) = (around.proof, read_record(container, context.limits)) else {
        return;
    };
    for archive in record.chains.iter().flat_map(|chain| &chain.timestamps) {
        if let Ok(token) = TimestampToken::read(&archive.timestamp, context.limits) {
            validation::poe_extraction::from_token(proofs, proof, &token);
        }
    }
    validation::poe_extraction::from_evidence(proofs, proof, around.sealed, |_| true);
    let inside = sealed_evidence(container);
    validation::poe_extraction::from_evidence(proofs, proof, &inside, |_| true);
}

/// The record proves that everything in the envelope existed when it was sealed.
pub(super) fn prove_everything(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    signatures: &Signatures,
    sealed: &Evidence,
    context: &Context<'_>,
) {
    validation::poe_extraction::from_record_over_document(proofs, proof, signatures, context);
    validation::poe_extraction::from_evidence(proofs, proof, sealed, |_| true);
}
