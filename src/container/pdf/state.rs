//! The objects of a file as one revision of it shows them.

use lopdf::xref::{XrefEntry, XrefRecovery};
use lopdf::{Dictionary, LoadOptions, Object, ObjectId};

use super::revision::Revision;
use super::{ObjectNumber, lexer};
use crate::error::Error;

/// References that lead to references; lopdf allows as many.
const REFERENCES: usize = 128;

static NULL: Object = Object::Null;

/// The objects of the file up to the end of one revision.
pub(super) struct State {
    document: lopdf::Document,
    header: usize,
}

/// Where an object stands (7.5.4, 7.5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In the file, counted from its header.
    File { offset: u32 },
    /// In an object stream.
    Stream { container: u32, index: u16 },
}

impl State {
    /// Reads `bytes`, which end with the revision and whose header is at `header`.
    ///
    /// # Errors
    ///
    /// [`Error::Encrypted`] when no empty password opens it, [`Error::Malformed`] otherwise.
    pub(super) fn read(bytes: &[u8], header: usize) -> Result<Self, Error> {
        let options = LoadOptions::default();
        let document = lopdf::Document::load_mem_with_options(bytes, options)
            .map_err(|error| unreadable(bytes.len(), &error))?;
        if document.trailer.has(b"Encrypt") {
            return Err(Error::Encrypted);
        }
        Ok(State { document, header })
    }

    /// Whether lopdf had to go another way to the objects than the chain of `revision`.
    pub(super) fn is_repaired(&self, revision: &Revision) -> bool {
        let document = &self.document;
        match document.xref_recovery {
            None => false,
            // White space before a section is skipped there and here: no repair.
            Some(XrefRecovery::OffsetCorrected) => {
                document.xref_start.checked_add(self.header) != Some(revision.section)
                    || document.xref_section_count != revision.sections
            }
            Some(_) => true,
        }
    }

    pub(super) fn trailer(&self) -> &Dictionary {
        &self.document.trailer
    }

    /// The object of the catalog.
    pub(super) fn root(&self) -> Option<ObjectId> {
        self.document.trailer.get(b"Root").ok()?.as_reference().ok()
    }

    pub(super) fn catalog(&self) -> Option<&Dictionary> {
        self.dictionary(self.document.trailer.get(b"Root").ok()?)
    }

    pub(super) fn object(&self, id: ObjectId) -> Option<&Object> {
        self.document.objects.get(&id)
    }

    pub(super) fn object_dictionary(&self, id: ObjectId) -> Option<&Dictionary> {
        self.object(id)?.as_dict().ok()
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        self.document
            .objects
            .iter()
            .map(|(id, object)| (*id, object))
    }

    /// The object behind any number of references; null when there is none (7.3.10).
    pub(super) fn resolve<'a>(&'a self, object: &'a Object) -> &'a Object {
        let mut current = object;
        for _ in 0..REFERENCES {
            let Object::Reference(id) = current else {
                return current;
            };
            current = self.object(*id).unwrap_or(&NULL);
        }
        &NULL
    }

    /// The value of `key` behind its references, unless it is null.
    pub(super) fn value<'a>(&'a self, of: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let value = self.resolve(of.get(key).ok()?);
        (!value.is_null()).then_some(value)
    }

    /// The dictionary that `object` is or refers to; of a stream its dictionary.
    pub(super) fn dictionary<'a>(&'a self, object: &'a Object) -> Option<&'a Dictionary> {
        match self.resolve(object) {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(super) fn dictionary_value<'a>(
        &'a self,
        of: &'a Dictionary,
        key: &[u8],
    ) -> Option<&'a Dictionary> {
        self.dictionary(of.get(key).ok()?)
    }

    /// The elements of the array at `key`; none when there is no array.
    pub(super) fn elements<'a>(&'a self, of: &'a Dictionary, key: &[u8]) -> &'a [Object] {
        match self.value(of, key) {
            Some(Object::Array(elements)) => elements,
            _ => &[],
        }
    }

    pub(super) fn name<'a>(&'a self, of: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        self.value(of, key)?.as_name().ok()
    }

    /// The text string at `key` (7.9.2.2).
    pub(super) fn text(&self, of: &Dictionary, key: &[u8]) -> Option<String> {
        lopdf::decode_text_string(self.value(of, key)?).ok()
    }

    /// Where the cross-reference data place the object; none inside an object stream.
    pub(super) fn offset(&self, number: u32) -> Option<usize> {
        match self.document.reference_table.get(number)? {
            XrefEntry::Normal { offset, .. } => self.header.checked_add(*offset as usize),
            _ => None,
        }
    }

    /// What the cross-reference data say about the object, comparable between revisions.
    pub(super) fn place(&self, number: u32) -> Option<Place> {
        match *self.document.reference_table.get(number)? {
            XrefEntry::Normal { offset, .. } => Some(Place::File { offset }),
            XrefEntry::Compressed { container, index } => Some(Place::Stream { container, index }),
            XrefEntry::Free | XrefEntry::UnusableFree => None,
        }
    }

    /// The place of the object and of the object stream that it may be in.
    pub(super) fn places(&self, number: u32) -> (Option<Place>, Option<Place>) {
        let place = self.place(number);
        match place {
            Some(Place::Stream { container, .. }) => (place, self.place(container)),
            _ => (place, None),
        }
    }

    /// Every object that the cross-reference data place somewhere.
    pub(super) fn placed(&self) -> impl Iterator<Item = ObjectId> {
        let entries = self.document.reference_table.entries.iter();
        entries.filter_map(|(&number, entry)| match entry {
            XrefEntry::Normal { generation, .. } => Some((number, *generation)),
            XrefEntry::Compressed { .. } => Some((number, 0)),
            XrefEntry::Free | XrefEntry::UnusableFree => None,
        })
    }

    /// Objects that do not stand where the cross-reference data place them. lopdf files
    /// an object under the number it finds there; other readers trust the table.
    pub(super) fn misplaced(&self, bytes: &[u8]) -> Vec<(ObjectNumber, usize)> {
        let entries = self.document.reference_table.entries.iter();
        let misplaced = entries.filter_map(|(&number, entry)| {
            let XrefEntry::Normal { offset, generation } = *entry else {
                return None;
            };
            let announced = ObjectNumber { number, generation };
            let offset = self.header.checked_add(offset as usize)?;
            let found = lexer::object_header(bytes, offset).map(|(found, _)| found);
            (found != Some(announced)).then_some((announced, offset))
        });
        misplaced.collect()
    }
}

fn unreadable(length: usize, error: &lopdf::Error) -> Error {
    match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => Error::Encrypted,
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { limit }) => {
            Error::OverLimit {
                limit: "decompressed bytes of one stream",
                allowed: *limit as u64,
            }
        }
        _ => Error::malformed("PDF", length, "no readable objects before this end"),
    }
}
