//! The objects of a file by their place, each read when it is first asked for and shared
//! by all revisions that have it there.

mod survey;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use bytes::Bytes;
use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::ObjectNumber;
use super::cross_reference::{Entry, Section};
use super::decryption::Decryption;
use super::lexer;
use super::page_tree::PageTree;
use super::parser::{self, Clarity, Parsed, references};
use super::revision::Revisions;
use super::state::State;
use super::stillness::Stillness;
use super::stream;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::{Reader, Source, Span, Text};

/// Everything that the cross-reference sections of a file place somewhere.
pub(super) struct Objects {
    text: Reader,
    header: usize,
    /// By number, then by revision.
    listed: Vec<Listed>,
    /// By offset.
    slots: Vec<Slot>,
    trailers: Vec<Dictionary>,
    /// Where each revision ends.
    ends: Vec<usize>,
    /// The numbers that each revision lists.
    numbers: Vec<Vec<u32>>,
    packed: OnceCell<HashMap<u32, Vec<u32>>>,
    /// The page tree that was asked for last, with its revision.
    tree: RefCell<Option<(usize, Rc<PageTree>)>>,
    stillness: OnceCell<Stillness>,
    /// Where sections stand.
    sections: HashSet<usize>,
    /// The streams of hybrid sections, as announced.
    hidden: HashSet<u64>,
    decryption: Option<Decryption>,
    /// Values of the objects that are kept.
    kept: Cell<usize>,
    limits: Limits,
}

struct Listed {
    number: u32,
    revision: u32,
    entry: Entry,
}

/// An offset to which an entry leads.
struct Slot {
    offset: usize,
    /// The first revision that has it.
    revision: u32,
    object: OnceCell<Option<Box<(ObjectNumber, Parsed)>>>,
    members: OnceCell<Option<Box<Members>>>,
}

/// The objects in an object stream by number, each with its index (7.5.7).
type Members = BTreeMap<u32, (u32, Parsed)>;

/// Where an object stands, comparable between revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In the file.
    File { offset: usize },
    /// In the object stream at this offset.
    Stream { offset: usize },
}

/// An entry that leads to another object than it says.
pub(super) struct Misplaced {
    pub(super) object: ObjectNumber,
    pub(super) offset: usize,
    /// The revision that says so.
    pub(super) revision: usize,
}

impl Place {
    pub(super) fn offset(self) -> usize {
        match self {
            Place::File { offset } | Place::Stream { offset } => offset,
        }
    }
}

impl Objects {
    /// Lists what the sections of `revisions` place; none when one cannot be read.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when there is too much, [`Error::Encrypted`] when `password`
    /// does not open the file.
    pub(super) fn read(
        source: &Source,
        revisions: &Revisions,
        password: &str,
        limits: &Limits,
    ) -> Result<Option<Self>, Error> {
        let mut objects = Objects {
            text: source.reader(),
            header: revisions.header,
            listed: Vec::new(),
            slots: Vec::new(),
            trailers: Vec::new(),
            ends: revisions.all.iter().map(|revision| revision.end).collect(),
            numbers: Vec::new(),
            packed: OnceCell::new(),
            tree: RefCell::default(),
            stillness: OnceCell::new(),
            sections: HashSet::new(),
            hidden: HashSet::new(),
            decryption: None,
            kept: Cell::new(0),
            limits: limits.clone(),
        };
        for (index, revision) in revisions.all.iter().enumerate() {
            let Some(newest) = revision.sections.first() else {
                return Ok(None);
            };
            objects.trailers.push(newest.trailer.clone());
            for section in &revision.sections {
                if !objects.list(section, index as u32)? {
                    return Ok(None);
                }
            }
        }
        objects.arrange();
        objects.decryption = Decryption::of(&objects, revisions.all.len(), password)?;
        Ok(Some(objects))
    }

    fn list(&mut self, section: &Section, revision: u32) -> Result<bool, Error> {
        let source = self.text.source();
        let entries = match source.memory() {
            Some(bytes) => section.entries(bytes.as_ref(), self.header, &self.limits)?,
            None => section.entries(&self.text, self.header, &self.limits)?,
        };
        let Some(entries) = entries else {
            return Ok(false);
        };
        let allowed = self.limits.pdf_objects;
        if self.listed.len().saturating_add(entries.all.len()) > allowed {
            return Err(Error::OverLimit {
                limit: "objects in one PDF",
                allowed: allowed as u64,
            });
        }
        let listed = entries.all.into_iter().map(|(number, entry)| Listed {
            number,
            revision,
            entry,
        });
        self.listed.extend(listed);
        // Updates copy the key with the rest of the trailer: the old stream tells nothing new.
        let known = |stream: &u64| self.hidden.contains(stream);
        let contradicted = entries
            .contradicted_by
            .is_some_and(|stream| !known(&stream));
        self.hidden.extend(entries.hidden);
        let hidden = entries.hidden.and_then(|at| usize::try_from(at).ok());
        let hidden = hidden.and_then(|at| self.header.checked_add(at));
        self.sections.extend(hidden);
        self.sections.insert(section.offset);
        Ok(!contradicted)
    }

    /// Sorts what was listed; of several sections in one revision the newest counts.
    fn arrange(&mut self) {
        self.listed
            .sort_by_key(|listed| (listed.number, listed.revision));
        self.listed
            .dedup_by_key(|listed| (listed.number, listed.revision));
        let mut offsets: BTreeMap<usize, u32> = BTreeMap::new();
        let mut numbers = vec![Vec::new(); self.trailers.len()];
        for listed in &self.listed {
            if let Some(revision) = numbers.get_mut(listed.revision as usize) {
                revision.push(listed.number);
            }
            if let Some(offset) = self.absolute(listed.entry) {
                let first = offsets.entry(offset).or_insert(listed.revision);
                *first = listed.revision.min(*first);
            }
        }
        self.numbers = numbers;
        let slots = offsets.into_iter().map(|(offset, revision)| Slot {
            offset,
            revision,
            object: OnceCell::new(),
            members: OnceCell::new(),
        });
        self.slots = slots.collect();
    }

    pub(super) fn trailer(&self, revision: usize) -> &Dictionary {
        static EMPTY: std::sync::OnceLock<Dictionary> = std::sync::OnceLock::new();
        let trailer = self.trailers.get(revision);
        trailer.unwrap_or_else(|| EMPTY.get_or_init(Dictionary::new))
    }

    /// What a revision says about a number.
    pub(super) fn entry(&self, number: u32, revision: usize) -> Entry {
        let end = self.listed.partition_point(|listed| {
            (listed.number, listed.revision as usize) <= (number, revision)
        });
        let last = end.checked_sub(1).and_then(|last| self.listed.get(last));
        last.filter(|listed| listed.number == number)
            .map_or(Entry::Free, |listed| listed.entry)
    }

    /// A number above all that the file places or announces by the size of its sections.
    pub(super) fn unused_number(&self) -> Option<u32> {
        let announced = self.trailers.iter().filter_map(|trailer| {
            let size = trailer.get(b"Size").ok()?.as_i64().ok()?;
            u32::try_from(size).ok()
        });
        let listed = self.listed.last().map_or(0, |listed| listed.number);
        announced.chain([listed.checked_add(1)?]).max()
    }

    /// The numbers about which revisions after `old` up to `new` say something, with those
    /// in object streams that they place anew.
    pub(super) fn relisted(&self, old: usize, new: usize) -> Vec<u32> {
        let revisions = self.numbers.get(old + 1..=new).unwrap_or_default();
        let mut numbers: Vec<u32> = revisions.iter().flatten().copied().collect();
        let packed = self.packed();
        let inside = numbers.iter().filter_map(|number| packed.get(number));
        let inside: Vec<u32> = inside.flatten().copied().collect();
        numbers.extend(inside);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The numbers that any revision places in an object stream, by its number.
    fn packed(&self) -> &HashMap<u32, Vec<u32>> {
        self.packed.get_or_init(|| {
            let mut packed: HashMap<u32, Vec<u32>> = HashMap::new();
            for listed in &self.listed {
                if let Entry::Stream { container, .. } = listed.entry {
                    packed.entry(container).or_default().push(listed.number);
                }
            }
            packed
        })
    }

    /// The object streams that a revision lists.
    pub(super) fn containers(&self, revision: usize) -> Vec<u32> {
        let containers = self.packed().keys().copied();
        containers
            .filter(|container| self.entry(*container, revision) != Entry::Free)
            .collect()
    }

    /// The page tree of a revision, read by `read` unless the one that is known holds.
    pub(super) fn shared_tree(
        &self,
        revision: usize,
        read: impl FnOnce(Option<(&Rc<PageTree>, &[u32])>) -> Rc<PageTree>,
    ) -> Rc<PageTree> {
        let known = self.tree.take();
        let tree = match &known {
            Some((known, tree)) => {
                let relisted = self.relisted(*known.min(&revision), *known.max(&revision));
                read(Some((tree, &relisted)))
            }
            None => read(None),
        };
        self.tree.replace(Some((revision, Rc::clone(&tree))));
        tree
    }

    /// Tells once what no revision after `first` can have touched.
    pub(super) fn settle(&self, first: usize) {
        let newest = self.trailers.len().saturating_sub(1);
        let relisted = self.relisted(first, newest);
        let stillness = || Stillness::of(&State::at(self, first), relisted);
        self.stillness.get_or_init(stillness);
    }

    /// What was told once.
    pub(super) fn stillness(&self) -> Option<&Stillness> {
        self.stillness.get()
    }

    /// The number with the generation that a revision gives it.
    pub(super) fn id(&self, number: u32, revision: usize) -> Option<ObjectId> {
        match self.entry(number, revision) {
            Entry::Free => None,
            Entry::File { generation, .. } => Some((number, generation)),
            Entry::Stream { .. } => Some((number, 0)),
        }
    }

    pub(super) fn place(&self, number: u32, revision: usize) -> Option<Place> {
        let entry = self.entry(number, revision);
        match entry {
            Entry::Stream { container, .. } => {
                let offset = self.absolute(self.entry(container, revision))?;
                Some(Place::Stream { offset })
            }
            _ => Some(Place::File {
                offset: self.absolute(entry)?,
            }),
        }
    }

    /// The object as a revision has it, read once. Many readers do not compare the generation
    /// of a reference, so that it does not matter here either.
    pub(super) fn parsed(&self, id: ObjectId, revision: usize) -> Option<&Parsed> {
        match self.entry(id.0, revision) {
            Entry::Free => None,
            Entry::Stream { container, .. } => {
                let members = self.members(container, revision)?;
                let (_, parsed) = members.get(&id.0)?;
                Some(parsed)
            }
            entry @ Entry::File { generation, .. } => {
                let slot = self.slot(self.absolute(entry)?)?;
                let read = slot.object.get_or_init(|| {
                    let read = self.read_slot(slot);
                    self.keep(read.as_ref().map_or(0, |(_, parsed)| parsed.values));
                    read.filter(|_| self.within().is_ok()).map(Box::new)
                });
                let (found, parsed) = read.as_deref()?;
                (*found == ObjectNumber::from((id.0, generation))).then_some(parsed)
            }
        }
    }

    /// Whether every reader must read the object so: readers find it in an object stream by
    /// its number or by its index.
    pub(super) fn is_clear(&self, id: ObjectId, revision: usize) -> bool {
        let parsed = self.parsed(id, revision);
        let indexed = match self.entry(id.0, revision) {
            Entry::Stream { container, index } => self
                .members(container, revision)
                .and_then(|members| members.get(&id.0))
                .is_some_and(|(found, _)| *found == index),
            _ => true,
        };
        indexed && parsed.is_some_and(|parsed| parsed.clarity == Clarity::Clear)
    }

    /// The encoded bytes of a stream that was read here.
    pub(super) fn content(&self, stream: &Stream) -> Option<Span> {
        let start = stream.start_position?;
        let before = self.slots.partition_point(|slot| slot.offset < start);
        let slot = self.slots.get(before.checked_sub(1)?)?;
        let (_, parsed) = slot.object.get()?.as_deref()?;
        self.text.source().span(parsed.content.clone()?)
    }

    /// The content of a stream without encryption and filters; none when it has no such.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when it grows too large.
    pub(super) fn decoded(&self, id: ObjectId, revision: usize) -> Result<Option<Vec<u8>>, Error> {
        match self.parsed(id, revision) {
            Some(parsed) => self.decode(id, parsed),
            None => Ok(None),
        }
    }

    /// Entries that lead to another object than they say, as far as the revision `first` or
    /// a later one has them, each with the revision that says so.
    pub(super) fn misplaced(&self, first: usize) -> impl Iterator<Item = Misplaced> {
        let listed = self.listed.iter().enumerate();
        listed.filter_map(move |(index, listed)| {
            let Entry::File { generation, .. } = listed.entry else {
                return None;
            };
            let superseded = self.listed.get(index + 1).is_some_and(|next| {
                next.number == listed.number && next.revision as usize <= first
            });
            let object = ObjectNumber {
                number: listed.number,
                generation,
            };
            let offset = self.absolute(listed.entry).filter(|_| !superseded)?;
            let revision = listed.revision as usize;
            (!self.stands(object, offset, revision)).then_some(Misplaced {
                object,
                offset,
                revision,
            })
        })
    }

    /// Whether the bytes of a revision hold the object at `offset`. What they only begin, or
    /// announce behind their end, a later revision could write as it likes.
    fn stands(&self, object: ObjectNumber, offset: usize, revision: usize) -> bool {
        let found = lexer::object_header(&self.text, offset).map(|(found, _)| found);
        let end = self.ends.get(revision).copied().unwrap_or_default();
        let newest = revision + 1 == self.ends.len();
        let within = || {
            let slot = self.slot(offset);
            let read_end = slot.and_then(|slot| match slot.object.get() {
                Some(read) => read.as_deref().map(|(_, parsed)| parsed.end),
                None => self.read_slot(slot).map(|(_, parsed)| parsed.end),
            });
            read_end.is_none_or(|read_end| read_end <= end)
        };
        found == Some(object) && (newest || offset < end && within())
    }

    /// Those of `wanted` to which an object of a revision, or its trailer, refers.
    pub(super) fn used(&self, wanted: &HashSet<ObjectId>, revision: usize) -> HashSet<ObjectId> {
        let mut used = HashSet::new();
        let mut see = |value: &Object| {
            let found = references(value).into_iter();
            used.extend(found.filter(|id| wanted.contains(id)));
        };
        for (_, value) in self.trailer(revision) {
            see(value);
        }
        for listed in self.listed.iter().filter(|_| !wanted.is_empty()) {
            let id = self.id(listed.number, revision);
            if let Some(parsed) = id.and_then(|id| self.parsed(id, revision)) {
                see(&parsed.object);
            }
        }
        used
    }

    pub(super) fn absolute(&self, entry: Entry) -> Option<usize> {
        match entry {
            Entry::File { offset, .. } => self.header.checked_add(offset as usize),
            _ => None,
        }
    }

    fn slot(&self, offset: usize) -> Option<&Slot> {
        let index = self.slots.binary_search_by_key(&offset, |slot| slot.offset);
        self.slots.get(index.ok()?)
    }

    fn read_slot(&self, slot: &Slot) -> Option<(ObjectNumber, Parsed)> {
        let next = self
            .slots
            .partition_point(|other| other.offset <= slot.offset);
        let bound = self
            .slots
            .get(next)
            .map_or(self.text.length(), |next| next.offset);
        let length_of = |id| self.length(id, slot.revision as usize);
        let (number, mut parsed) = match self.text.source().memory() {
            Some(bytes) => parser::indirect(bytes.as_ref(), slot.offset, bound, length_of)?,
            None => parser::indirect(&self.text, slot.offset, bound, length_of)?,
        };
        if let Some(decryption) = &self.decryption {
            decryption.decrypt(number.into(), &mut parsed.object);
        }
        Some((number, parsed))
    }

    /// The value of an indirect `/Length`, which must be an object of its own: one in an object
    /// stream could ask for its own length.
    fn length(&self, id: ObjectId, revision: usize) -> Option<usize> {
        let offset = self.absolute(self.entry(id.0, revision))?;
        let (found, body) = lexer::object_header(&self.text, offset)?;
        let at = lexer::skip_space(&self.text, body);
        let (value, _) = lexer::unsigned(&self.text, at)?;
        usize::try_from(value)
            .ok()
            .filter(|_| found == ObjectNumber::from(id))
    }

    fn members(&self, container: u32, revision: usize) -> Option<&Members> {
        let slot = self.slot(self.absolute(self.entry(container, revision))?)?;
        let read = || {
            let members = self.unpack(container, revision)?;
            let values = members.values().map(|(_, parsed)| parsed.values);
            self.keep(values.sum());
            self.within().ok().map(|()| Box::new(members))
        };
        slot.members.get_or_init(read).as_deref()
    }

    fn keep(&self, values: usize) {
        self.kept.set(self.kept.get().saturating_add(values));
    }

    /// Whether all objects could be kept that were asked for.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when they hold too much; what was asked for last is missing then.
    pub(super) fn within(&self) -> Result<(), Error> {
        let allowed = self.limits.pdf_values;
        if self.kept.get() > allowed {
            return Err(Error::OverLimit {
                limit: "values in one PDF",
                allowed: allowed as u64,
            });
        }
        Ok(())
    }

    /// The objects in an object stream (7.5.7).
    fn unpack(&self, container: u32, revision: usize) -> Option<Members> {
        let slot = self.slot(self.absolute(self.entry(container, revision))?)?;
        let (number, parsed) = self.read_slot(slot)?;
        let stream = parsed.object.as_stream().ok()?;
        let is_container = stream.dict.has_type(b"ObjStm") && number.number == container;
        let integer = |key: &[u8]| {
            let value = stream.dict.get(key).ok()?.as_i64().ok()?;
            usize::try_from(value).ok()
        };
        let first = integer(b"First").filter(|_| is_container)?;
        let content = self.decode(number.into(), &parsed).ok()??;
        let content = content.as_slice();
        let mut members = Members::new();
        let mut values = 0usize;
        let mut position = 0;
        for index in 0..u32::try_from(integer(b"N")?).ok()? {
            let (number, end) = lexer::unsigned(content, lexer::skip_space(content, position))?;
            let (offset, end) = lexer::unsigned(content, lexer::skip_space(content, end))?;
            position = end;
            let at = usize::try_from(offset).ok()?.checked_add(first)?;
            let member = parser::direct(content, at);
            if let (Ok(number), Some(mut member)) = (u32::try_from(number), member) {
                values = values.saturating_add(member.values);
                if values > self.limits.pdf_values {
                    self.keep(values);
                    return None;
                }
                if members.contains_key(&number) {
                    member.clarity = Clarity::Doubtful;
                }
                members.insert(number, (index, member));
            }
        }
        Some(members)
    }

    fn decode(&self, id: ObjectId, parsed: &Parsed) -> Result<Option<Vec<u8>>, Error> {
        let (Object::Stream(stream), Some(extent)) = (&parsed.object, parsed.content.clone())
        else {
            return Ok(None);
        };
        let Some(encoded) = self.encoded(extent)? else {
            return Ok(None);
        };
        match &self.decryption {
            None => stream::decoded(&stream.dict, &encoded, &self.limits),
            Some(decryption) => match decryption.content(id, stream, &encoded) {
                Some(plain) => stream::decoded(&stream.dict, &plain, &self.limits),
                None => Ok(None),
            },
        }
    }

    fn encoded(&self, extent: Range<usize>) -> Result<Option<Bytes>, Error> {
        let most = self.limits.pdf_stream_bytes;
        match extent.len() > most {
            true => Err(stream::too_large(most)),
            false => Ok(self.text.source().get(extent)),
        }
    }
}
