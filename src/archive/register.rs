//! Extracts of registers for which somebody stands: signed ones, also in an envelope.

use super::layout;
use super::revalidate::check;
use crate::UnixTime;
use crate::binding::Grade;
use crate::cms::SignedData;
use crate::container::asic::{AsicContainer, MemberRole};
use crate::container::{Content, Document};
use crate::evidence::Evidence;
use crate::register::{RegisterError, RegisterExtract, RegisterProblem, Standing};
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
    let limits = validator.limits();
    let unreadable = |_| RegisterError::from(RegisterProblem::Unreadable);
    if RegisterExtract::announces(bytes) {
        let extract = RegisterExtract::read(bytes, limits)?;
        let Some(signature) = signature else {
            return Ok(extract);
        };
        let document = Document::read_within(signature.clone(), limits).map_err(unreadable)?;
        // Only a CMS can be about what stands beside it.
        if !matches!(document.content(), Content::Cms(_)) {
            return Err(RegisterProblem::Unreadable.into());
        }
        let document = document.with_detached(bytes.clone());
        let report = judge(&document, validator, supplied, time);
        return Ok(standing_for(extract, &report, time));
    }
    let document = Document::read_within(bytes.clone(), limits).map_err(unreadable)?;
    let (content, report) = match envelope(&document) {
        Some(container) => {
            let inner = sole_data_object(container).ok_or(RegisterProblem::NoContent)?;
            let report = check(bytes, validator, supplied, time).map_err(unreadable)?;
            (signed_content(&inner, validator)?, report)
        }
        None => (
            content(&document, validator)?,
            judge(&document, validator, supplied, time),
        ),
    };
    let extract = RegisterExtract::read(&content, limits)?;
    Ok(standing_for(extract, &report, time))
}

/// The extract with whoever stands for it; nobody for one that says it was taken after now.
fn standing_for(extract: RegisterExtract, report: &Report, time: UnixTime) -> RegisterExtract {
    let is_of_future = extract.as_of.0 > time.0.saturating_add(LATEST_MIDNIGHT);
    let standing = match is_of_future {
        true => Standing::NotProven,
        false => standing(report),
    };
    extract.standing_for(standing)
}

/// A day is read as beginning in UTC, up to two hours after it began in Sweden.
const LATEST_MIDNIGHT: i64 = 2 * 3_600;

fn judge(
    document: &Document,
    validator: &Validator<'_>,
    supplied: &Evidence,
    time: UnixTime,
) -> Report {
    let mut evidence = Evidence::from(document);
    evidence.extend(supplied);
    validator.validate(document, &evidence, time)
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
fn standing(report: &Report) -> Standing {
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
            Standing::Signed {
                signer: binding.signer.name.clone(),
                organisation: organisation.value.identifier.clone().filter(|_| is_vetted),
            }
        }
        _ => Standing::NotProven,
    }
}
