//! Extracts of registers for which somebody stands: signed ones, also in an envelope.

use super::layout;
use super::revalidate::{check_enclosed, prove_everything};
use crate::UnixTime;
use crate::binding::{Enclosed, Grade};
use crate::cms::SignedData;
use crate::container::asic::{AsicContainer, MemberRole};
use crate::container::{Content, Document};
use crate::evidence::{Evidence, Proof, ProofsOfExistence};
use crate::limits::Limits;
use crate::register::{RegisterError, RegisterExtract, RegisterFile, RegisterProblem, Standing};
use crate::report::Report;
use crate::validator::Validator;
use bytes::Bytes;

/// Reads an extract of a register: as it is, as the content of a CMS or of an ASiC container, or
/// in an envelope. `signature` is a detached signature over an extract that is as it is.
///
/// A signature in an envelope is judged by what was sealed with it. Who stands for the extract
/// is judged by `validator` at `time`. An extract whose signature is
/// not proven is read all the same, and is worth no more than one without.
///
/// # Errors
/// [`RegisterError`] where there is no extract, or a wrong one.
pub fn read_register(
    bytes: &Bytes,
    signature: Option<&Bytes>,
    validator: &Validator<'_>,
    supplied: &Evidence,
    time: UnixTime,
) -> Result<RegisterExtract, RegisterError> {
    let file = RegisterFile {
        content: bytes.clone(),
        signature: signature.cloned(),
    };
    let nowhere = Enclosure {
        sealed: &Evidence::default(),
        proof: None,
        time,
    };
    let (extract, signed) = parts(&file, validator)?;
    let keeper = extract.keeper.as_deref();
    let standing = signed.standing(keeper, validator, supplied, &nowhere)?;
    let standing = standing_at(&extract, standing, time);
    Ok(extract.from_file(file).standing_for(standing))
}

/// Where an extract lies in an envelope.
pub(super) struct Enclosure<'a> {
    /// The evidence that lies beside it.
    pub sealed: &'a Evidence,
    /// What the envelope's record proves of everything inside.
    pub proof: Option<Proof>,
    /// The time at which the envelope is judged.
    pub time: UnixTime,
}

/// Reads an extract that lies in an envelope. Unless its makers are `believed`, it is their word.
///
/// # Errors
/// [`RegisterError`] where there is no extract, or a wrong one.
pub(super) fn read_enclosed(
    file: RegisterFile,
    validator: &Validator<'_>,
    supplied: &Evidence,
    enclosure: &Enclosure<'_>,
    believed: Enclosed,
) -> Result<RegisterExtract, RegisterError> {
    let (extract, signed) = parts(&file, validator)?;
    let standing = match believed {
        Enclosed::Asserted => Standing::Enclosed,
        Enclosed::Believed => {
            let keeper = extract.keeper.as_deref();
            let standing = signed.standing(keeper, validator, supplied, enclosure)?;
            // Waiting makes nothing of what was of the future when it was sealed.
            let sealed = enclosure.proof.map(|proof| proof.not_later_than);
            standing_at(&extract, standing, sealed.unwrap_or(enclosure.time))
        }
    };
    Ok(extract.from_file(file).standing_for(standing))
}

/// Where the signature over an extract is.
enum Signed {
    Nowhere,
    In(Document),
    Envelope(Bytes),
}

fn parts(
    file: &RegisterFile,
    validator: &Validator<'_>,
) -> Result<(RegisterExtract, Signed), RegisterError> {
    let (limits, bytes) = (validator.limits(), &file.content);
    let unreadable = |_| RegisterError::from(RegisterProblem::Unreadable);
    if RegisterExtract::announces(bytes) {
        let extract = RegisterExtract::read(bytes, limits)?;
        let Some(signature) = &file.signature else {
            return Ok((extract, Signed::Nowhere));
        };
        let document = Document::read_within(signature.clone(), limits).map_err(unreadable)?;
        // Only a CMS can be about what stands beside it.
        if !matches!(document.content(), Content::Cms(_)) {
            return Err(RegisterProblem::Unreadable.into());
        }
        let document = document.with_detached(bytes.clone());
        return Ok((extract, Signed::In(document)));
    }
    let document = Document::read_within(bytes.clone(), limits).map_err(unreadable)?;
    let inner = envelope(&document).map(|container| {
        let inner = sole_data_object(container).ok_or(RegisterProblem::NoContent)?;
        signed_content(&inner, validator)
    });
    let (content, signed) = match inner {
        Some(content) => (content?, Signed::Envelope(bytes.clone())),
        None => (content(&document, validator)?, Signed::In(document)),
    };
    Ok((RegisterExtract::read(&content, limits)?, signed))
}

/// Nobody stands for an extract that says it was taken after `time`.
fn standing_at(extract: &RegisterExtract, standing: Standing, time: UnixTime) -> Standing {
    match extract.as_of.0 > time.0.saturating_add(LATEST_MIDNIGHT) {
        true => Standing::NotProven,
        false => standing,
    }
}

/// A day is read as beginning in UTC, up to two hours after it began in Sweden.
const LATEST_MIDNIGHT: i64 = 2 * 3_600;

impl Signed {
    fn standing(
        &self,
        keeper: Option<&str>,
        validator: &Validator<'_>,
        supplied: &Evidence,
        enclosure: &Enclosure<'_>,
    ) -> Result<Standing, RegisterError> {
        let report = match self {
            Signed::Nowhere => return Ok(Standing::Unsigned),
            Signed::In(document) => judge(document, validator, supplied, enclosure),
            Signed::Envelope(bytes) => check_enclosed(bytes, validator, supplied, enclosure)
                .map_err(|_| RegisterProblem::Unreadable)?,
        };
        Ok(standing(&report, keeper))
    }
}

/// Judges by what is proven of everything in the envelope around it.
fn judge(
    document: &Document,
    validator: &Validator<'_>,
    supplied: &Evidence,
    enclosure: &Enclosure<'_>,
) -> Report {
    let time = enclosure.time;
    let mut evidence = validator.evidence_in(document);
    evidence.extend(supplied);
    evidence.extend(enclosure.sealed);
    let Some(proof) = enclosure.proof else {
        return validator.validate(document, &evidence, time);
    };
    let signatures = match validator.signatures(document, &evidence) {
        Ok(signatures) => signatures,
        Err(error) => return validator.unreadable(document.source().clone(), error, time),
    };
    let mut proofs = ProofsOfExistence::at(time);
    let context = validator.context(&evidence);
    prove_everything(&mut proofs, proof, &signatures, enclosure.sealed, &context);
    let sources = validator.binding_sources();
    validator.validate_signatures(document, &signatures, &evidence, proofs, sources, time)
}

/// The certificates of whoever signed an extract.
pub(super) fn signers(file: &RegisterFile, limits: &Limits) -> Evidence {
    let signed = file.signature.as_ref().unwrap_or(&file.content);
    Document::read_within(signed.clone(), limits).map_or_else(
        |_| Evidence::default(),
        |document| Evidence::from(&document),
    )
}

fn envelope(document: &Document) -> Option<&AsicContainer> {
    match document.content() {
        Content::Asic(container) if layout::manifest(container).is_ok() => Some(container),
        _ => None,
    }
}

/// The one file of a container that is a document; where there are several, none is meant.
fn sole_data_object(container: &AsicContainer) -> Option<Bytes> {
    let mut objects = container
        .members
        .iter()
        .filter(|member| member.role() == MemberRole::DataObject && layout::is_document(member));
    match (objects.next(), objects.next()) {
        (Some(object), None) => Some(object.content.clone()),
        _ => None,
    }
}

/// What the document in an envelope is about.
fn signed_content(inner: &Bytes, validator: &Validator<'_>) -> Result<Bytes, RegisterError> {
    if RegisterExtract::announces(inner) {
        return Ok(inner.clone());
    }
    let document = Document::read_within(inner.clone(), validator.limits())
        .map_err(|_| RegisterProblem::Unreadable)?;
    content(&document, validator)
}

fn content(document: &Document, validator: &Validator<'_>) -> Result<Bytes, RegisterError> {
    let content = match document.content() {
        Content::Cms(bytes) => SignedData::read(bytes, validator.limits())
            .ok()
            .and_then(|signed| signed.content),
        Content::Asic(container) => sole_data_object(container),
        Content::Pdf(_) | Content::EvidenceRecord(_) => None,
    };
    content.ok_or_else(|| RegisterProblem::NoContent.into())
}

/// Every signature must pass and be about the extract: one that does not may be a warning. An
/// envelope proves since when an extract is as it is, but not whose word it is.
///
/// Where the extract names its `keeper`, an organisation that is known to be another, vetted by its
/// issuer or not, does not stand for it.
fn standing(report: &Report, keeper: Option<&str>) -> Standing {
    let is_passed = report.worst().is_some_and(|worst| worst.is_passed());
    let is_about_all = report.signatures.iter().all(|signature| {
        let members = signature.coverage.members.as_ref();
        members.is_none_or(|members| members.uncovered.is_empty())
    });
    match report.signatures.first() {
        Some(signature) if is_passed && is_about_all => {
            let binding = &signature.binding;
            let organisation = &binding.signer_organisation;
            let is_vetted = organisation.reaches(Grade::O4)
                && organisation.value.scheme.as_deref() == Some("NTRSE");
            let signer = binding.signer.name.clone();
            let is_keeper = organisation.value.identifier.as_deref() == keeper
                && organisation.value.scheme.as_deref() == Some("NTRSE");
            let is_known =
                organisation.grade >= Grade::O2 && organisation.value.identifier.is_some();
            if keeper.is_some() && is_known && !is_keeper {
                return Standing::SignedByAnother { signer };
            }
            Standing::Signed {
                signer,
                organisation: organisation.value.identifier.clone().filter(|_| is_vetted),
            }
        }
        _ => Standing::NotProven,
    }
}
