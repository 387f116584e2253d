//! Changes to objects in the bytes in which they are written: what is not changed keeps its own,
//! numbers with all their digits and strings with their encryption.

use lopdf::{Object, ObjectId};

use super::{Update, reference, unsupported};
use crate::container::pdf::lexer;
use crate::container::pdf::parser;
use crate::error::Error;

/// References that lead to references, and dictionaries on the way to a value.
const STEPS: usize = 16;

impl Update<'_> {
    /// Changes the value at the end of `path`, from the dictionary `of` on and behind any
    /// references. `change` is given the value as it is written, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] when a value on the way is none or can be read in two ways.
    pub(super) fn edit(
        &mut self,
        of: ObjectId,
        path: &[&[u8]],
        change: impl FnOnce(Option<&[u8]>) -> Option<Vec<u8>>,
    ) -> Result<(), Error> {
        let changed = self.object(of, path, STEPS, change);
        changed.ok_or(unsupported(
            "adding to objects that readers may read in two ways",
        ))
    }

    fn object(
        &mut self,
        id: ObjectId,
        path: &[&[u8]],
        steps: usize,
        change: impl FnOnce(Option<&[u8]>) -> Option<Vec<u8>>,
    ) -> Option<()> {
        // References are followed whatever their generation; an object keeps its own.
        let id = self.base.objects.id(id.0, self.base.newest).unwrap_or(id);
        let written = match self.objects.get(&id.0) {
            Some((_, value)) => value.clone(),
            None => self.base.written(id)?,
        };
        let changed = self.value(&written, path, steps.checked_sub(1)?, change)?;
        if changed != written {
            self.set(id, changed);
        }
        Some(())
    }

    /// A value with the change in it: itself where the change is in an object that it refers to.
    fn value(
        &mut self,
        written: &[u8],
        path: &[&[u8]],
        steps: usize,
        change: impl FnOnce(Option<&[u8]>) -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        if let Object::Reference(id) = parser::direct(written, 0)?.object {
            self.object(id, path, steps, change)?;
            return Some(written.to_vec());
        }
        let Some((key, rest)) = path.split_first() else {
            return change(Some(written));
        };
        let (entries, end) = lexer::dictionary(written, 0)?;
        let mut found = entries.into_iter().filter(|entry| entry.key == *key);
        let place = found.next().map(|entry| entry.value);
        if found.next().is_some() {
            return None;
        }
        let own = place.clone().and_then(|place| written.get(place));
        let own = own.filter(|own| *own != b"null");
        let value = match (own, rest) {
            (Some(own), _) => self.value(own, rest, steps.checked_sub(1)?, change)?,
            (None, []) => change(None)?,
            (None, _) => self.value(b"<<>>", rest, steps.checked_sub(1)?, change)?,
        };
        Some(match place {
            Some(place) => [
                written.get(..place.start)?,
                &value,
                written.get(place.end..)?,
            ]
            .concat(),
            None => {
                let before = written.get(..end.checked_sub(2)?)?;
                // A comment may end there.
                [before, b"\n/", key, b" ", &value, b">>"].concat()
            }
        })
    }
}

/// An array with references behind its elements; none when it is no array.
pub(super) fn append(array: &[u8], added: &[ObjectId]) -> Option<Vec<u8>> {
    let elements = array
        .strip_suffix(b"]")
        .filter(|_| array.starts_with(b"["))?;
    let mut value = elements.to_vec();
    for id in added {
        value.push(b'\n');
        value.extend(reference(*id));
    }
    value.push(b']');
    Some(value)
}
