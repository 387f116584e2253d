//! The objects of a file as one revision of it shows them.

use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, LoadOptions, Object, ObjectId, Stream};

use super::hidden::Survey;
use super::objects::{Objects, Place};
use crate::error::Error;
use crate::limits::Limits;

/// References that lead to references; lopdf allows as many.
const REFERENCES: usize = 128;

static NULL: Object = Object::Null;

/// One revision of a file.
#[derive(Clone, Copy)]
pub(super) struct State<'a> {
    source: Source<'a>,
    revision: usize,
}

/// Where the objects come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// From where the cross-reference sections place them.
    Sections(&'a Objects),
    /// From a damaged file, as far as lopdf can repair it; it has one revision then.
    Repaired(&'a Repaired),
}

/// A damaged file. Every signature in it is a format failure, so that all it is good for is
/// to tell what signatures there are.
pub(super) struct Repaired {
    document: lopdf::Document,
    header: usize,
}

impl Repaired {
    /// Finds objects in `bytes`, whose header is at `header`, without a table of them.
    ///
    /// # Errors
    ///
    /// [`Error::Encrypted`] when `password` does not open it, [`Error::OverLimit`] when a
    /// stream grows too large, [`Error::Malformed`] otherwise.
    pub(super) fn read(
        bytes: &[u8],
        header: usize,
        password: &str,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let options = LoadOptions {
            password: (!password.is_empty()).then(|| password.to_owned()),
            max_decompressed_size: Some(limits.pdf_stream_bytes),
            ..LoadOptions::default()
        };
        let document = lopdf::Document::load_mem_with_options(bytes, options)
            .map_err(|error| unreadable(bytes.len(), &error))?;
        if document.trailer.has(b"Encrypt") {
            return Err(Error::Encrypted);
        }
        Ok(Repaired { document, header })
    }

    /// The only state that it has.
    pub(super) fn state(&self) -> State<'_> {
        State {
            source: Source::Repaired(self),
            revision: 0,
        }
    }
}

impl<'a> State<'a> {
    /// What `revision` shows of `objects`.
    pub(super) fn at(objects: &'a Objects, revision: usize) -> Self {
        State {
            source: Source::Sections(objects),
            revision,
        }
    }

    pub(super) fn trailer(&self) -> &'a Dictionary {
        match self.source {
            Source::Sections(objects) => objects.trailer(self.revision),
            Source::Repaired(repaired) => &repaired.document.trailer,
        }
    }

    /// The object of the catalog.
    pub(super) fn root(&self) -> Option<ObjectId> {
        self.trailer().get(b"Root").ok()?.as_reference().ok()
    }

    pub(super) fn catalog(&self) -> Option<&'a Dictionary> {
        self.dictionary(self.trailer().get(b"Root").ok()?)
    }

    pub(super) fn object(&self, id: ObjectId) -> Option<&'a Object> {
        match self.source {
            Source::Sections(objects) => {
                let parsed = objects.parsed(id, self.revision)?;
                Some(&parsed.object)
            }
            Source::Repaired(repaired) => repaired.document.objects.get(&id),
        }
    }

    pub(super) fn object_dictionary(&self, id: ObjectId) -> Option<&'a Dictionary> {
        self.object(id)?.as_dict().ok()
    }

    /// Looks at every object once.
    pub(super) fn survey(&self) -> Survey {
        match self.source {
            Source::Sections(objects) => objects.survey(self.revision),
            Source::Repaired(repaired) => {
                let mut survey = Survey::default();
                let objects = repaired.document.objects.iter();
                objects.for_each(|(id, object)| survey.see(*id, object));
                survey
            }
        }
    }

    /// The numbers whose objects may differ from those of `old`.
    pub(super) fn relisted(&self, old: &State<'_>) -> Vec<u32> {
        match self.source {
            Source::Sections(objects) => objects.relisted(old.revision, self.revision),
            Source::Repaired(_) => Vec::new(),
        }
    }

    /// The number with its generation, when it is placed somewhere.
    pub(super) fn id(&self, number: u32) -> Option<ObjectId> {
        match self.source {
            Source::Sections(objects) => objects.id(number, self.revision),
            Source::Repaired(_) => None,
        }
    }

    /// The object streams in use, by number.
    pub(super) fn containers(&self) -> Vec<u32> {
        match self.source {
            Source::Sections(objects) => objects.containers(self.revision),
            Source::Repaired(_) => Vec::new(),
        }
    }

    /// Whether the object can be read in one way only.
    pub(super) fn is_clear(&self, id: ObjectId) -> bool {
        match self.source {
            Source::Sections(objects) => objects.is_clear(id, self.revision),
            Source::Repaired(_) => false,
        }
    }

    /// The encoded bytes of a stream.
    pub(super) fn content<'b>(&self, stream: &'b Stream) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        match self.source {
            Source::Sections(objects) => objects.content(stream),
            Source::Repaired(_) => Some(&stream.content),
        }
    }

    /// The content of a stream without its filters; none when it has no such.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when it grows too large.
    pub(super) fn decoded(&self, id: ObjectId, limits: &Limits) -> Result<Option<Vec<u8>>, Error> {
        match self.source {
            Source::Sections(objects) => objects.decoded(id, self.revision),
            Source::Repaired(_) => match self.object(id) {
                Some(Object::Stream(stream)) => {
                    super::stream::decoded(&stream.dict, &stream.content, limits)
                }
                _ => Ok(None),
            },
        }
    }

    /// The object behind any number of references; null when there is none (7.3.10).
    pub(super) fn resolve<'b>(&self, object: &'b Object) -> &'b Object
    where
        'a: 'b,
    {
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
    pub(super) fn value<'b>(&self, of: &'b Dictionary, key: &[u8]) -> Option<&'b Object>
    where
        'a: 'b,
    {
        let value = self.resolve(of.get(key).ok()?);
        (!value.is_null()).then_some(value)
    }

    /// The dictionary that `object` is or refers to; of a stream its dictionary.
    pub(super) fn dictionary<'b>(&self, object: &'b Object) -> Option<&'b Dictionary>
    where
        'a: 'b,
    {
        match self.resolve(object) {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(super) fn dictionary_value<'b>(
        &self,
        of: &'b Dictionary,
        key: &[u8],
    ) -> Option<&'b Dictionary>
    where
        'a: 'b,
    {
        self.dictionary(of.get(key).ok()?)
    }

    /// The elements of the array at `key`; none when there is no array.
    pub(super) fn elements<'b>(&self, of: &'b Dictionary, key: &[u8]) -> &'b [Object]
    where
        'a: 'b,
    {
        match self.value(of, key) {
            Some(Object::Array(elements)) => elements,
            _ => &[],
        }
    }

    pub(super) fn name<'b>(&self, of: &'b Dictionary, key: &[u8]) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        self.value(of, key)?.as_name().ok()
    }

    /// The text string at `key` (7.9.2.2).
    pub(super) fn text(&self, of: &Dictionary, key: &[u8]) -> Option<String> {
        lopdf::decode_text_string(self.value(of, key)?).ok()
    }

    /// Where the cross-reference data place the object; none inside an object stream.
    pub(super) fn offset(&self, number: u32) -> Option<usize> {
        match self.place(number)? {
            Place::File { offset } => Some(offset),
            Place::Stream { .. } => None,
        }
    }

    /// What the cross-reference data say about the object, comparable between revisions.
    pub(super) fn place(&self, number: u32) -> Option<Place> {
        let repaired = match self.source {
            Source::Sections(objects) => return objects.place(number, self.revision),
            Source::Repaired(repaired) => repaired,
        };
        match repaired.document.reference_table.get(number)? {
            XrefEntry::Normal { offset, .. } => Some(Place::File {
                offset: repaired.header.checked_add(*offset as usize)?,
            }),
            _ => None,
        }
    }
}

fn unreadable(length: usize, error: &lopdf::Error) -> Error {
    match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => Error::Encrypted,
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { limit }) => {
            Error::OverLimit {
                limit: "unpacked bytes of one stream",
                allowed: *limit as u64,
            }
        }
        _ => Error::malformed("PDF", length, "no readable objects before this end"),
    }
}
