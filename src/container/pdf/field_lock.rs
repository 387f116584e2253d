//! Form fields that a signature locks: the FieldMDP transform (ISO 32000-2, 12.8.2.4) and
//! the lock of the signature's own field (12.7.5.5, table 236).

use lopdf::{Dictionary, Object};

use super::signature_dictionary::Permissions;
use super::state::State;

/// The fields that must keep their values once the signature is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldLock {
    /// Every field; also what cannot be understood otherwise.
    All,
    /// These fields and those below them.
    Include(Vec<String>),
    /// Every field but these and those below them.
    Exclude(Vec<String>),
}

impl FieldLock {
    /// Bytes of a full name that are kept. Real ones stay below 200; a long name above many
    /// fields would be kept once for each.
    pub(super) const NAME: usize = 1024;

    /// Whether the field of this full name is locked; one that is cut off is.
    pub fn covers(&self, field: &str) -> bool {
        let named = |names: &[String]| {
            names.iter().any(|name| {
                let below = field.strip_prefix(name.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            _ if field.len() > Self::NAME - 4 => true,
            FieldLock::All => true,
            FieldLock::Include(names) => named(names),
            FieldLock::Exclude(names) => !named(names),
        }
    }

    /// `/Action` and `/Fields` of transform parameters or of a lock.
    fn read(state: &State<'_>, of: &Dictionary) -> Self {
        let names: Option<Vec<String>> = match state.value(of, b"Fields") {
            Some(Object::Array(names)) => names
                .iter()
                .map(|name| lopdf::decode_text_string(state.resolve(name)).ok())
                .collect(),
            _ => None,
        };
        match (state.name(of, b"Action"), names) {
            (Some(b"Include"), Some(names)) => FieldLock::Include(names),
            (Some(b"Exclude"), Some(names)) => FieldLock::Exclude(names),
            _ => FieldLock::All,
        }
    }
}

/// What the FieldMDP transforms of a signature dictionary lock.
pub(super) fn of_signature(state: &State<'_>, signature: &Dictionary) -> Vec<FieldLock> {
    let references = state.elements(signature, b"Reference").iter();
    let transforms = references
        .filter_map(|reference| state.dictionary(reference))
        .filter(|reference| state.name(reference, b"TransformMethod") == Some(b"FieldMDP"));
    let locks =
        transforms.map(
            |reference| match state.dictionary_value(reference, b"TransformParams") {
                Some(parameters) => FieldLock::read(state, parameters),
                None => FieldLock::All,
            },
        );
    locks.collect()
}

/// What the `/Lock` of a signature field locks and permits.
pub(super) fn of_field(
    state: &State<'_>,
    field: &Dictionary,
) -> Option<(FieldLock, Option<Permissions>)> {
    let lock = state.dictionary_value(field, b"Lock")?;
    let level = state.value(lock, b"P").map(Permissions::from_level);
    Some((FieldLock::read(state, lock), level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_covers_the_fields_below_it_and_no_namesake() {
        let include = FieldLock::Include(vec!["Applicant".to_owned()]);
        let exclude = FieldLock::Exclude(vec!["Applicant".to_owned()]);
        for (field, named) in [
            ("Applicant", true),
            ("Applicant.Name", true),
            ("Applicants", false),
            ("Office", false),
        ] {
            assert_eq!(include.covers(field), named, "{field}");
            assert_eq!(exclude.covers(field), !named, "{field}");
            assert!(FieldLock::All.covers(field));
        }
    }
}
