//! Where a document refers to signatures: form fields (ISO 32000-2, 12.7.5.5),
//! permissions (12.8.6) and, so that none is passed over, the bytes themselves.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};

use super::field_lock::{self, FieldLock};
use super::hidden::Survey;
use super::lexer::{self, DictionaryEntry};
use super::signature_dictionary::Permissions;
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;

/// Levels of form fields that name a field; real forms stay below 10.
const FIELD_LEVELS: usize = 64;

/// A place that holds a signature dictionary.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The fields that refer to it, with their full names.
    pub(super) fields: Vec<(ObjectId, String)>,
    /// Whether a field holds the dictionary itself instead of a reference.
    pub(super) inside_field: bool,
    /// Whether `/Perms` refers to it as usage rights.
    pub(super) usage_rights: bool,
    /// What the `/Lock` of these fields locks.
    pub(super) locks: Vec<FieldLock>,
    /// What the `/Lock` of these fields permits.
    pub(super) permissions: Option<Permissions>,
}

/// Every place of a signature by the object that holds it.
///
/// # Errors
///
/// [`Error::OverLimit`] when there are too many.
pub(super) fn signatures(
    state: &State<'_>,
    survey: &Survey,
    limits: &Limits,
) -> Result<BTreeMap<ObjectId, Place>, Error> {
    let mut places = BTreeMap::new();
    for field in fields(state) {
        let place = match field.dictionary.get(b"V") {
            Ok(Object::Reference(id)) if field.is_signature(state) => {
                places.entry(*id).or_insert_with(Place::default)
            }
            Ok(Object::Dictionary(_)) if field.is_signature(state) => {
                let place = places.entry(field.id).or_insert_with(Place::default);
                place.inside_field = true;
                place
            }
            _ => continue,
        };
        if let Some((lock, permissions)) = field_lock::of_field(state, field.dictionary) {
            place.locks.push(lock);
            place.permissions = place.permissions.into_iter().chain(permissions).min();
        }
        place.fields.push((field.id, field.name));
    }
    for (id, usage_rights) in permissions(state) {
        places.entry(id).or_default().usage_rights |= usage_rights;
    }
    // Those that nothing refers to are signatures too, broken ones.
    for id in &survey.signatures {
        places.entry(*id).or_default();
    }
    if places.len() > limits.signatures {
        return Err(Error::OverLimit {
            limit: "signatures",
            allowed: limits.signatures as u64,
        });
    }
    Ok(places)
}

/// A form field or widget that a form leads to.
pub(super) struct Field<'a> {
    pub(super) id: ObjectId,
    pub(super) parent: Option<ObjectId>,
    pub(super) name: String,
    /// `/FT`, its own or inherited.
    pub(super) kind: Option<&'a [u8]>,
    /// `/Ff`, its own or inherited.
    flags: i64,
    pub(super) dictionary: &'a Dictionary,
}

impl Field<'_> {
    /// Whether somebody fills it in. A push-button keeps no value (12.7.5.2.2).
    pub(super) fn is_fillable(&self) -> bool {
        matches!(self.kind, Some(b"Tx" | b"Ch"))
            || self.kind == Some(b"Btn") && !self.is_push_button()
    }

    fn is_push_button(&self) -> bool {
        const PUSH_BUTTON: i64 = 1 << 16;
        self.flags & PUSH_BUTTON != 0
    }

    fn is_signature(&self, state: &State<'_>) -> bool {
        self.kind == Some(b"Sig")
            || state
                .dictionary_value(self.dictionary, b"V")
                .is_some_and(|value| value.has(b"ByteRange"))
    }
}

/// All fields and widgets of the form, parents first.
pub(super) fn fields<'a>(state: &State<'a>) -> Vec<Field<'a>> {
    let Some(form) = state
        .catalog()
        .and_then(|catalog| state.dictionary_value(catalog, b"AcroForm"))
    else {
        return Vec::new();
    };
    let mut found: Vec<Field<'_>> = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting: Vec<(ObjectId, Option<usize>, usize)> = Vec::new();
    let mut children = references(state.elements(form, b"Fields"));
    waiting.extend(children.drain(..).rev().map(|id| (id, None, 0)));
    while let Some((id, parent, level)) = waiting.pop() {
        let dictionary = state.object(id).and_then(|object| object.as_dict().ok());
        let Some(dictionary) = dictionary.filter(|_| level < FIELD_LEVELS && seen.insert(id))
        else {
            continue;
        };
        let above = parent.and_then(|index| found.get(index));
        let field = field(state, id, dictionary, above, level);
        let index = found.len();
        found.push(field);
        let children = references(state.elements(dictionary, b"Kids"));
        waiting.extend(
            children
                .into_iter()
                .rev()
                .map(|id| (id, Some(index), level + 1)),
        );
    }
    found
}

/// The top-level entries of the dictionary at `place`, as written in the file, and its span.
pub(super) fn raw_dictionary(
    bytes: &[u8],
    state: &State<'_>,
    id: ObjectId,
    place: &Place,
) -> Option<(Vec<DictionaryEntry>, Range<usize>)> {
    let (object, body) = lexer::object_header(bytes, state.offset(id.0)?)?;
    if ObjectId::from(object) != id {
        return None;
    }
    let start = lexer::skip_space(bytes, body);
    let (entries, end) = lexer::dictionary(bytes, start)?;
    if !place.inside_field {
        return Some((entries, start..end));
    }
    let value = entries.iter().rev().find(|entry| entry.key == b"V")?;
    let start = value.value.start;
    let (entries, end) = lexer::dictionary(bytes, start)?;
    Some((entries, start..end))
}

fn field<'a>(
    state: &State<'a>,
    id: ObjectId,
    dictionary: &'a Dictionary,
    above: Option<&Field<'a>>,
    level: usize,
) -> Field<'a> {
    let partial = state
        .text(dictionary, b"T")
        .filter(|_| level < FIELD_LEVELS);
    let mut name = match (above.map(|above| above.name.as_str()), partial) {
        (None | Some(""), partial) => partial.unwrap_or_default(),
        (Some(above), Some(partial)) => format!("{above}.{partial}"),
        (Some(above), None) => above.to_owned(),
    };
    if name.len() > FieldLock::NAME {
        let mut ends = (0..=FieldLock::NAME).rev();
        let end = ends.find(|end| name.is_char_boundary(*end));
        name.truncate(end.unwrap_or_default());
    }
    let kind = state.name(dictionary, b"FT");
    let flags = state.value(dictionary, b"Ff");
    let flags = flags.and_then(|flags| flags.as_i64().ok());
    Field {
        id,
        parent: above.map(|above| above.id),
        name,
        kind: kind.or_else(|| above.and_then(|above| above.kind)),
        flags: flags.or(above.map(|above| above.flags)).unwrap_or_default(),
        dictionary,
    }
}

fn references(elements: &[Object]) -> Vec<ObjectId> {
    let references = elements.iter();
    references
        .filter_map(|element| element.as_reference().ok())
        .collect()
}

/// What `/Perms` refers to, and whether as usage rights.
fn permissions(state: &State<'_>) -> Vec<(ObjectId, bool)> {
    let permissions = state
        .catalog()
        .and_then(|catalog| state.dictionary_value(catalog, b"Perms"));
    let entries = permissions.into_iter().flat_map(Dictionary::iter);
    entries
        .filter(|(key, _)| matches!(key.as_slice(), b"DocMDP" | b"UR3" | b"UR"))
        .filter_map(|(key, value)| Some((value.as_reference().ok()?, key != b"DocMDP")))
        .collect()
}
