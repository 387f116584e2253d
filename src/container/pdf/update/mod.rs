//! Incremental updates that add evidence and document time-stamps (ISO 32000-2, 7.5.6, 12.8.4.3
//! and 12.8.5): the file as it is, byte for byte, and more behind it.

mod edit;
mod section;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use bytes::Bytes;
use lopdf::ObjectId;

use super::PdfDocument;
use super::cross_reference::Entry;
use super::discovery;
use super::lexer;
use super::objects::Objects;
use super::page_tree;
use super::revision::Revisions;
use super::state::State;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::Span;
use edit::append;

/// Evidence to be added to the document security store, decoded.
#[derive(Debug, Clone, Copy)]
pub struct StoreAdditions<'a> {
    /// Certificates.
    pub certificates: &'a [Bytes],
    /// Certificate revocation lists.
    pub crls: &'a [Bytes],
    /// OCSP responses.
    pub ocsps: &'a [Bytes],
}

/// A file whose last update holds a document time-stamp that lacks its token.
#[derive(Debug)]
pub struct PendingTimestamp {
    file: Bytes,
    /// The hexadecimal string for the token, with its delimiters.
    gap: Range<usize>,
}

impl PendingTimestamp {
    /// What the time-stamp is over: all but its own token (12.8.1, `/ByteRange`).
    pub fn signed_parts(&self) -> [Span; 2] {
        let before = self.file.slice(..self.gap.start);
        [before, self.file.slice(self.gap.end..)].map(Span::from)
    }

    /// The file with the token; none when it has no room.
    pub fn complete(&self, token: &[u8]) -> Option<Vec<u8>> {
        let digits = crate::hex(token);
        let mut file = self.file.to_vec();
        let room = file.get_mut(self.gap.start + 1..self.gap.end - 1)?;
        room.get_mut(..digits.len())?
            .copy_from_slice(digits.as_bytes());
        Some(file)
    }
}

impl PdfDocument {
    /// The file with an update that adds evidence to its security store. What the store held
    /// stays in it.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] when the file is encrypted or damaged, or what must be changed can
    /// be read in more than one way; [`Error::OverLimit`] as for [`PdfDocument::read`].
    pub fn with_evidence(
        &self,
        additions: &StoreAdditions<'_>,
        limits: &Limits,
    ) -> Result<Vec<u8>, Error> {
        let base = Base::read(self, limits)?;
        let mut update = Update::of(&base)?;
        update.ensure_store()?;
        for (key, objects) in [
            (&b"Certs"[..], additions.certificates),
            (b"CRLs", additions.crls),
            (b"OCSPs", additions.ocsps),
        ] {
            let added = objects.iter().map(|object| update.add_stream(object));
            let added = added.collect::<Result<Vec<ObjectId>, Error>>()?;
            if !added.is_empty() {
                update.edit(base.root, &[b"DSS", key], |array| {
                    append(array.unwrap_or(b"[]"), &added)
                })?;
            }
        }
        Ok(update.write()?.0)
    }

    /// The file with an update that adds a document time-stamp, with room for a token of so many
    /// bytes.
    ///
    /// # Errors
    ///
    /// As for [`PdfDocument::with_evidence`].
    pub fn with_room_for_timestamp(
        &self,
        room: usize,
        limits: &Limits,
    ) -> Result<PendingTimestamp, Error> {
        let base = Base::read(self, limits)?;
        let mut update = Update::of(&base)?;
        let timestamp = update.new_id()?;
        let field = update.add_field(timestamp)?;
        update.edit(base.root, &[b"AcroForm", b"Fields"], |fields| {
            append(fields.unwrap_or(b"[]"), &[field])
        })?;
        update.edit(base.root, &[b"AcroForm", b"SigFlags"], |_| {
            Some(b"3".to_vec())
        })?;
        let place = room.checked_mul(2).ok_or(too_large())?;
        update.set(timestamp, timestamp_dictionary(place));
        let (mut file, offsets) = update.write()?;
        let start = offsets.get(&timestamp.0).copied().ok_or(too_large())?;
        let gap = fill_byte_range(&mut file, start, place).ok_or(too_large())?;
        Ok(PendingTimestamp {
            file: file.into(),
            gap,
        })
    }
}

const BYTE_RANGE: &[u8] = b"/ByteRange[";
/// `0` and three numbers of ten digits.
const BYTE_RANGE_PLACE: usize = 34;
const CONTENTS: &[u8] = b"/Contents";

fn timestamp_dictionary(place: usize) -> Vec<u8> {
    let mut text = b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161".to_vec();
    text.extend(BYTE_RANGE);
    text.extend([b' '; BYTE_RANGE_PLACE]);
    text.push(b']');
    text.extend(CONTENTS);
    text.push(b'<');
    text.extend(std::iter::repeat_n(b'0', place));
    text.extend(b">>>");
    text
}

/// Writes the range of the time-stamp at `start`, and tells where its gap is.
fn fill_byte_range(file: &mut [u8], start: usize, place: usize) -> Option<Range<usize>> {
    let end = file.len();
    let object = file.get_mut(start..)?;
    let find = |object: &[u8], token: &[u8]| {
        let mut windows = object.windows(token.len());
        Some(windows.position(|window| window == token)? + token.len())
    };
    let range = find(object, BYTE_RANGE)?;
    let open = start + find(object, CONTENTS)?;
    let gap = open..open + place + 2;
    let written = format!("0 {} {} {}", gap.start, gap.end, end - gap.end);
    let room = object.get_mut(range..range + BYTE_RANGE_PLACE)?;
    room.get_mut(..written.len())?
        .copy_from_slice(written.as_bytes());
    Some(gap)
}

/// A file as it stands, read far enough to be added to.
struct Base {
    file: Bytes,
    revisions: Revisions,
    objects: Objects,
    newest: usize,
    root: ObjectId,
    /// Of the file with an update behind it; made of what stands before that.
    identifier: Vec<u8>,
}

/// Bytes of a file identifier, as those of MD5 that the standard suggests (14.4).
const IDENTIFIER: usize = 16;

impl Base {
    fn read(pdf: &PdfDocument, limits: &Limits) -> Result<Self, Error> {
        let source = pdf.source();
        let revisions = Revisions::read(source, limits)?;
        let newest = revisions.all.len().saturating_sub(1);
        if revisions.all.iter().any(|revision| {
            let mut sections = revision.sections.iter();
            sections.any(|section| section.encryption.is_some())
        }) {
            return Err(unsupported("adding to an encrypted document"));
        }
        let objects = match revisions.is_linked() {
            true => Objects::read(source, &revisions, "", limits)?,
            false => None,
        };
        let objects = objects.ok_or(unsupported("adding to a damaged document"))?;
        let root = State::at(&objects, newest).root();
        let digest = source.sha256().ok_or(Error::Changed)?;
        Ok(Base {
            identifier: digest.into_iter().take(IDENTIFIER).collect(),
            file: source.whole()?,
            root: root.ok_or(unsupported("adding to a damaged document"))?,
            revisions,
            objects,
            newest,
        })
    }

    fn state(&self) -> State<'_> {
        State::at(&self.objects, self.newest)
    }

    /// The value of an object as it is written, in the file or unpacked; none when it can be
    /// read in two ways.
    fn written(&self, id: ObjectId) -> Option<Vec<u8>> {
        if !self.objects.is_clear(id, self.newest) {
            return None;
        }
        let value = |text: &[u8], at: usize| {
            let start = lexer::skip_space(text, at);
            Some(text.get(start..lexer::value_end(text, start)?)?.to_vec())
        };
        match self.objects.entry(id.0, self.newest) {
            Entry::Free => None,
            entry @ Entry::File { .. } => {
                let offset = self.objects.absolute(entry)?;
                let (_, body) = lexer::object_header(self.file.as_ref(), offset)?;
                value(&self.file, body)
            }
            Entry::Stream { container, .. } => {
                let container = (container, 0);
                let parsed = self.objects.parsed(container, self.newest)?;
                let first = parsed.object.as_stream().ok()?.dict.get(b"First").ok()?;
                let first = usize::try_from(first.as_i64().ok()?).ok()?;
                let content = self.objects.decoded(container, self.newest).ok()??;
                let content = content.as_slice();
                let mut position = 0;
                loop {
                    let at = lexer::skip_space(content, position);
                    let (number, end) = lexer::unsigned(content, at).filter(|_| at < first)?;
                    let (offset, end) = lexer::unsigned(content, lexer::skip_space(content, end))?;
                    if number == u64::from(id.0) {
                        let offset = usize::try_from(offset).ok()?;
                        return value(content, first.checked_add(offset)?);
                    }
                    position = end;
                }
            }
        }
    }
}

/// What an update changes and adds: the value of each object as it is to be written.
struct Update<'a> {
    base: &'a Base,
    objects: BTreeMap<u32, (u16, Vec<u8>)>,
    next: u32,
}

impl<'a> Update<'a> {
    fn of(base: &'a Base) -> Result<Self, Error> {
        Ok(Update {
            base,
            objects: BTreeMap::new(),
            next: base.objects.unused_number().ok_or(too_large())?,
        })
    }

    fn new_id(&mut self) -> Result<ObjectId, Error> {
        let number = self.next;
        self.next = number.checked_add(1).ok_or(too_large())?;
        Ok((number, 0))
    }

    fn set(&mut self, id: ObjectId, value: Vec<u8>) {
        self.objects.insert(id.0, (id.1, value));
    }

    fn add_stream(&mut self, content: &[u8]) -> Result<ObjectId, Error> {
        let id = self.new_id()?;
        let mut value = format!("<</Length {}>>\nstream\n", content.len()).into_bytes();
        value.extend_from_slice(content);
        value.extend(b"\nendstream");
        self.set(id, value);
        Ok(id)
    }

    /// Makes a security store where there is none.
    fn ensure_store(&mut self) -> Result<(), Error> {
        let state = self.base.state();
        let catalog = state.catalog();
        if catalog.is_some_and(|catalog| state.value(catalog, b"DSS").is_some()) {
            return Ok(());
        }
        let id = self.new_id()?;
        self.set(id, b"<</Type/DSS>>".to_vec());
        self.edit(self.base.root, &[b"DSS"], |_| Some(reference(id)))
    }

    /// A field of no size on the first page (12.7.5.5) with a name of its own, whose value is
    /// `signature`.
    fn add_field(&mut self, signature: ObjectId) -> Result<ObjectId, Error> {
        let state = self.base.state();
        let pages = page_tree::tree(&state);
        let first = pages.nodes.iter().find(|(_, index)| **index == Some(0));
        let (page, _) = first.ok_or(unsupported("adding to a document without pages"))?;
        let fields = discovery::fields(&state);
        let names: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let mut names_to_try = (1u32..).map(|number| format!("Timestamp{number}"));
        let name = names_to_try.find(|name| !names.contains(name.as_str()));
        let field = self.new_id()?;
        let mut value = b"<</Type/Annot/Subtype/Widget/FT/Sig/Rect[0 0 0 0]/F 132/T(".to_vec();
        value.extend(name.unwrap_or_default().into_bytes());
        value.extend(b")/P ");
        value.extend(reference(*page));
        value.extend(b"/V ");
        value.extend(reference(signature));
        value.extend(b">>");
        self.set(field, value);
        self.edit(*page, &[b"Annots"], |annotations| {
            append(annotations.unwrap_or(b"[]"), &[field])
        })?;
        Ok(field)
    }
}

fn reference((number, generation): ObjectId) -> Vec<u8> {
    format!("{number} {generation} R").into_bytes()
}

fn unsupported(feature: &'static str) -> Error {
    Error::Unsupported {
        structure: "PDF",
        feature,
    }
}

fn too_large() -> Error {
    Error::OverLimit {
        limit: "bytes or objects in a PDF that is added to",
        allowed: u64::from(u32::MAX),
    }
}
