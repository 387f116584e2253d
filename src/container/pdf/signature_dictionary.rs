//! The signature dictionary (ISO 32000-2, 12.8.1, table 255) as its bytes hold it.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use lopdf::{Dictionary, Object, ObjectId};

use super::ObjectNumber;
use super::byte_range::ByteRange;
use super::discovery::{self, Place};
use super::field_lock::{self, FieldLock};
use super::hidden::HiddenMaterial;
use super::lexer::{self, DictionaryEntry};
use super::modification::Modification;
use super::problem::FormatProblem;
use super::revision::Revisions;
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::{Source, Span};

/// One signature of a document. It is listed even when its dictionary is broken:
/// a signature with `problems` is never "no signature".
#[derive(Debug, Clone)]
pub struct SignatureDictionary {
    /// The full name of the form field, or of the first one when several share the signature.
    pub field: Option<String>,
    /// The object that holds the dictionary.
    pub object: ObjectNumber,
    /// What the signature is for.
    pub role: SignatureRole,
    /// `/SubFilter`, which tells the encoding of `contents`.
    pub sub_filter: Option<String>,
    /// The value of `/Contents`, with the zeros that pad it.
    pub contents: Bytes,
    /// What the signature covers, once that is proven.
    pub byte_range: Option<ByteRange>,
    /// Why it is a `FORMAT_FAILURE`; empty for a sound signature.
    pub problems: Vec<FormatProblem>,
    /// The revision that it closes, from 0.
    pub revision: usize,
    /// Whether it covers the file to the last byte.
    pub covers_whole_document: bool,
    /// `/M`, the time that the signer claims, as written.
    pub claimed_time: Option<String>,
    /// `/Name`, the signer as the document calls them.
    pub name: Option<String>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// `/ContactInfo`.
    pub contact: Option<String>,
    /// What a certification signature allows afterwards (12.8.2.2).
    pub permissions: Option<Permissions>,
    /// Form fields that must keep their values afterwards (12.8.2.4).
    pub locks: Vec<FieldLock>,
    /// `/Cert`, which only `adbe.x509.rsa_sha1` uses.
    pub certificates: Vec<Bytes>,
    /// What the signed revision holds without showing it, as far as it is still there.
    pub hidden: Vec<HiddenMaterial>,
    parts: Option<[Span; 2]>,
    inside_field: bool,
    fields: Vec<ObjectNumber>,
    changes: Arc<[Modification]>,
}

impl SignatureDictionary {
    /// What later revisions changed, in their order.
    pub fn modifications(&self) -> &[Modification] {
        let later = self
            .changes
            .partition_point(|change| change.revision <= self.revision);
        self.changes.get(later..).unwrap_or_default()
    }

    /// All form fields that refer to it.
    pub(super) fn fields(&self) -> impl Iterator<Item = ObjectNumber> {
        self.fields.iter().copied()
    }

    /// Sets the changes of all revisions, in their order.
    pub(super) fn set_changes(&mut self, changes: &Arc<[Modification]>) {
        self.changes = Arc::clone(changes);
    }

    /// The two parts of the file that the signature covers, once proven.
    pub fn signed_parts(&self) -> Option<&[Span; 2]> {
        self.parts.as_ref()
    }
}

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureRole {
    /// A signature or seal of a person or organisation.
    Signature,
    /// A document time-stamp (12.8.5).
    DocumentTimestamp,
    /// Usage rights that a vendor granted to its reader (12.8.2.3); nobody's signature.
    UsageRights,
}

/// What may change after a certification signature: `/P` of DocMDP (12.8.2.2, table 257).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permissions {
    /// 1: nothing but evidence for long-term validation.
    NoChanges,
    /// 2: filling in forms and signing.
    FormFilling,
    /// 3: annotations as well.
    Annotations,
}

impl Permissions {
    /// The level of `/P`; the strictest when it is unknown.
    pub(super) fn from_level(level: &Object) -> Self {
        match level.as_i64() {
            Ok(2) => Permissions::FormFilling,
            Ok(3) => Permissions::Annotations,
            _ => Permissions::NoChanges,
        }
    }
}

/// All signatures in the order of signing.
///
/// # Errors
///
/// [`Error::OverLimit`] when there are too many.
pub(super) fn read(
    file: &Source,
    state: &State<'_>,
    revisions: &Revisions,
    limits: &Limits,
) -> Result<Vec<SignatureDictionary>, Error> {
    let survey = state.survey();
    let places = discovery::signatures(state, &survey, limits)?;
    let mut signatures: Vec<SignatureDictionary> = places
        .iter()
        .map(|(id, place)| {
            Reader {
                file,
                state,
                revisions,
            }
            .read(*id, place)
        })
        .collect();
    overlaps(&mut signatures);
    let hidden = survey.hidden(state);
    for signature in &mut signatures {
        let end = revisions
            .all
            .get(signature.revision)
            .map_or(0, |last| last.end);
        let signed = hidden.iter().filter(|(offset, _)| *offset < end);
        signature.hidden = signed.map(|(_, material)| material.clone()).collect();
    }
    signatures.sort_by_key(|signature| {
        let range = signature.byte_range.as_ref();
        (
            signature.revision,
            range.map(|range| (range.end(), range.gap().start)),
        )
    });
    Ok(signatures)
}

/// The dictionary of `signature` as `state` shows it.
pub(super) fn values<'a>(
    state: &State<'a>,
    signature: &SignatureDictionary,
) -> Option<&'a Dictionary> {
    dictionary(state, signature.object.into(), signature.inside_field)
}

struct Reader<'a> {
    file: &'a Source,
    state: &'a State<'a>,
    revisions: &'a Revisions,
}

impl Reader<'_> {
    fn read(&self, id: ObjectId, place: &Place) -> SignatureDictionary {
        let empty = Dictionary::new();
        let state = self.state;
        let values = dictionary(state, id, place.inside_field).unwrap_or(&empty);
        let raw = discovery::raw_dictionary(self.file, state, id, place);
        let mut problems = reference_problems(place);
        let text = |key: &[u8]| state.text(values, key);
        let mut signature = SignatureDictionary {
            field: place.fields.first().map(|(_, name)| name.clone()),
            object: ObjectNumber::from(id),
            role: role(state, values, place),
            sub_filter: name(state, values, b"SubFilter"),
            contents: Bytes::new(),
            byte_range: None,
            problems: Vec::new(),
            revision: self.last_revision(raw.as_ref().map(|(_, span)| span.end)),
            covers_whole_document: false,
            claimed_time: text(b"M"),
            name: text(b"Name"),
            reason: text(b"Reason"),
            location: text(b"Location"),
            contact: text(b"ContactInfo"),
            permissions: permissions(state, values)
                .into_iter()
                .chain(place.permissions)
                .min(),
            locks: [field_lock::of_signature(state, values), place.locks.clone()].concat(),
            certificates: certificates(state, values),
            hidden: Vec::new(),
            parts: None,
            inside_field: place.inside_field,
            fields: place.fields.iter().map(|(id, _)| (*id).into()).collect(),
            changes: Arc::default(),
        };
        match raw {
            Some((entries, _)) => self.cover(&mut signature, values, &entries, &mut problems),
            None => problems.push(FormatProblem::NotInFile),
        }
        signature.problems = problems;
        signature
    }

    fn cover(
        &self,
        signature: &mut SignatureDictionary,
        values: &Dictionary,
        entries: &[DictionaryEntry],
        problems: &mut Vec<FormatProblem>,
    ) {
        for key in ["ByteRange", "Contents", "SubFilter", "Reference", "Cert"] {
            let same = entries.iter().filter(|entry| entry.key == key.as_bytes());
            if same.count() > 1 {
                problems.push(FormatProblem::DuplicateKey { key });
            }
        }
        let contents = self.contents(values, entries, problems);
        let numbers = self.byte_range_numbers(entries, problems);
        if let Some((value, _)) = &contents {
            signature.contents = value.clone();
        }
        let (Some((_, Some(span))), Some(numbers)) = (contents, numbers) else {
            return;
        };
        match ByteRange::prove(&numbers, &span, self.file.length()) {
            Ok(range) => self.close(signature, range, problems),
            Err(found) => problems.extend(found),
        }
    }

    /// Places the signature at the revision whose end it covers.
    fn close(
        &self,
        signature: &mut SignatureDictionary,
        range: ByteRange,
        problems: &mut Vec<FormatProblem>,
    ) {
        match self.revisions.ending_at(self.file, range.end()) {
            Some(revision) => signature.revision = revision,
            None => problems.push(FormatProblem::EndsInsideRevision { end: range.end() }),
        }
        signature.covers_whole_document = range.end() == self.file.length();
        signature.parts = range.parts(self.file);
        signature.byte_range = Some(range);
    }

    fn last_revision(&self, offset: Option<usize>) -> usize {
        let last = self.revisions.all.len().saturating_sub(1);
        offset.map_or(last, |offset| self.revisions.containing(offset).min(last))
    }

    /// The decoded string and, when it stands in this dictionary, its span.
    fn contents(
        &self,
        values: &Dictionary,
        entries: &[DictionaryEntry],
        problems: &mut Vec<FormatProblem>,
    ) -> Option<(Bytes, Option<Range<usize>>)> {
        let Some(token) = self.token(entries, b"Contents") else {
            problems.push(FormatProblem::ContentsMissing);
            return None;
        };
        let written = self.file.get(token.clone()).unwrap_or_default();
        let value = match written.first() {
            Some(b'<') => lexer::hexadecimal_string(&written),
            Some(b'(') => {
                problems.push(FormatProblem::ContentsLiteral {
                    offset: token.start,
                });
                lexer::literal_string(&written)
            }
            Some(b'0'..=b'9') if written.ends_with(b"R") => {
                problems.push(FormatProblem::ContentsIndirect);
                let value = self.state.value(values, b"Contents");
                let value = value.and_then(|value| Some(value.as_str().ok()?.to_vec()));
                return Some((Bytes::from(value?), None));
            }
            _ => None,
        };
        let Some(value) = value else {
            problems.push(FormatProblem::ContentsNotString);
            return None;
        };
        if value.iter().all(|byte| *byte == 0) {
            problems.push(FormatProblem::ContentsEmpty);
        }
        Some((Bytes::from(value), Some(token)))
    }

    fn byte_range_numbers(
        &self,
        entries: &[DictionaryEntry],
        problems: &mut Vec<FormatProblem>,
    ) -> Option<Vec<i64>> {
        let Some(token) = self.token(entries, b"ByteRange") else {
            problems.push(FormatProblem::ByteRangeMissing);
            return None;
        };
        let written = self.file.get(token).unwrap_or_default();
        let Some(body) = written
            .strip_prefix(b"[")
            .and_then(|rest| rest.strip_suffix(b"]"))
        else {
            problems.push(FormatProblem::ByteRangeNotArray);
            return None;
        };
        let words = body.split(|byte| lexer::is_white_space(*byte));
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        let numbers: Vec<i64> = words.iter().filter_map(|word| integer(word)).collect();
        if numbers.len() != words.len() {
            problems.push(FormatProblem::ByteRangeNotFourIntegers {
                found: numbers.len(),
            });
            return None;
        }
        Some(numbers)
    }

    /// The span of the last value of `key` that is not null, as lopdf reads it.
    fn token(&self, entries: &[DictionaryEntry], key: &[u8]) -> Option<Range<usize>> {
        let entry = entries.iter().rev().find(|entry| entry.key == key)?;
        let written = self.file.get(entry.value.clone())?;
        (written != b"null"[..]).then(|| entry.value.clone())
    }
}

fn dictionary<'a>(state: &State<'a>, id: ObjectId, inside_field: bool) -> Option<&'a Dictionary> {
    let holder = state.object_dictionary(id)?;
    match inside_field {
        true => holder.get(b"V").ok()?.as_dict().ok(),
        false => Some(holder),
    }
}

fn integer(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

fn reference_problems(place: &Place) -> Vec<FormatProblem> {
    match place.fields.is_empty() && !place.usage_rights {
        true => vec![FormatProblem::NotInForm],
        false => Vec::new(),
    }
}

fn role(state: &State<'_>, values: &Dictionary, place: &Place) -> SignatureRole {
    let timestamp = state.name(values, b"Type") == Some(b"DocTimeStamp")
        || state.name(values, b"SubFilter") == Some(b"ETSI.RFC3161");
    match (place.usage_rights && place.fields.is_empty(), timestamp) {
        (true, _) => SignatureRole::UsageRights,
        (false, true) => SignatureRole::DocumentTimestamp,
        (false, false) => SignatureRole::Signature,
    }
}

fn name(state: &State<'_>, values: &Dictionary, key: &[u8]) -> Option<String> {
    let name = state.name(values, key)?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// `/P` of the DocMDP transform; 2 when it is left out, and the strictest when it is unknown.
fn permissions(state: &State<'_>, values: &Dictionary) -> Option<Permissions> {
    let references = state.elements(values, b"Reference").iter();
    let certification = references
        .filter_map(|reference| state.dictionary(reference))
        .find(|reference| state.name(reference, b"TransformMethod") == Some(b"DocMDP"))?;
    let parameters = state.dictionary_value(certification, b"TransformParams");
    let level = parameters.and_then(|parameters| state.value(parameters, b"P"));
    Some(level.map_or(Permissions::FormFilling, Permissions::from_level))
}

fn certificates(state: &State<'_>, values: &Dictionary) -> Vec<Bytes> {
    let bytes = |object: &Object| {
        let value = state.resolve(object).as_str().ok()?;
        Some(Bytes::copy_from_slice(value))
    };
    match state.value(values, b"Cert") {
        Some(Object::Array(elements)) => elements.iter().filter_map(bytes).collect(),
        Some(single) => bytes(single).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Every gap must lie wholly inside or wholly outside what another signature covers.
fn overlaps(signatures: &mut [SignatureDictionary]) {
    let mut ranges: Vec<(Range<usize>, usize, ObjectNumber)> = signatures
        .iter()
        .filter_map(|signature| {
            let range = signature.byte_range.as_ref()?;
            Some((range.gap(), range.end(), signature.object))
        })
        .collect();
    ranges.sort_by_key(|(gap, ..)| gap.start);
    for signature in signatures {
        let Some(range) = &signature.byte_range else {
            continue;
        };
        let cut = ranges.iter().find(|(gap, _, object)| {
            let gap_met = gap.start < range.gap().end && range.gap().start < gap.end;
            let end_met = gap.start < range.end() && range.end() < gap.end;
            *object != signature.object && (gap_met || end_met)
        });
        if let Some((_, _, other)) = cut {
            let problem = FormatProblem::OverlapsSignature { other: *other };
            signature.problems.push(problem);
        }
    }
}
