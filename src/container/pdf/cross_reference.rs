//! Cross-reference sections: tables, streams and both in one (ISO 32000-2, 7.5.4 and 7.5.8).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use lopdf::{Dictionary, Object};

use super::lexer;
use super::parser::{self, Clarity, Parsed};
use super::stream;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::Text;

/// A section with its trailer, its entries not read yet.
pub(super) struct Section {
    /// The offset that leads here, as written.
    pub(super) announced: u64,
    pub(super) offset: usize,
    pub(super) trailer: Dictionary,
    /// The value of `/Encrypt`, as written.
    pub(super) encryption: Option<Vec<u8>>,
    pub(super) previous: Option<u64>,
    /// The offset behind its trailer or stream.
    pub(super) end: usize,
    body: Body,
}

enum Body {
    /// The entries of a table start here.
    Table(usize),
    Stream(Box<Parsed>),
}

/// Where one object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nowhere.
    Free,
    /// In the file, counted from its header.
    File { offset: u32, generation: u16 },
    /// In an object stream.
    Stream { container: u32, index: u32 },
}

/// The entries of a section.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) all: Vec<(u32, Entry)>,
    /// The stream of a hybrid file, when it places an object elsewhere than the table does, so
    /// that it depends on the reader which one is shown.
    pub(super) contradicted_by: Option<u64>,
    /// The stream of a hybrid file.
    pub(super) hidden: Option<u64>,
}

/// Bytes behind its start in which the end of a stream is looked for whose length is wrong.
const MOST_SEARCHED: usize = 1 << 20;

/// The section that is announced at `announced`: a table with its trailer, or a stream. What
/// can be read in more than one way, such as two values of `/Root`, is none.
pub(super) fn locate(
    text: &(impl Text + ?Sized),
    header: usize,
    announced: u64,
) -> Option<Section> {
    let offset = usize::try_from(announced).ok()?.checked_add(header)?;
    let start = lexer::skip_space(text, offset);
    let (body, at) = match lexer::after(text, start, b"xref") {
        Some(table) => (Body::Table(table), trailer(text, table)?),
        None => {
            let at = lexer::object_header(text, start)?.1;
            let bound = start.saturating_add(MOST_SEARCHED);
            // A reference in its length cannot be followed without a section.
            let (_, parsed) = parser::indirect(text, start, bound, |_| None)?;
            let stream = parsed.object.as_stream().ok()?;
            stream.dict.get(b"Length").ok()?.as_i64().ok()?;
            (Body::Stream(Box::new(parsed)), at)
        }
    };
    let at = lexer::skip_space(text, at);
    let (written, end) = lexer::dictionary(text, at)?;
    let value = |key: &[u8]| {
        let entry = written.iter().rev().find(|entry| entry.key == key)?;
        text.slice(entry.value.clone())
    };
    let is_section = value(b"Root").is_some() || value(b"Size").is_some();
    let parsed = parser::direct(text, at).filter(|_| is_section)?;
    let (Object::Dictionary(trailer), Clarity::Clear) = (parsed.object, parsed.clarity) else {
        return None;
    };
    let end = match &body {
        Body::Table(_) => end,
        Body::Stream(parsed) => parsed.end,
    };
    Some(Section {
        announced,
        offset: start,
        encryption: value(b"Encrypt").map(Cow::into_owned),
        previous: value(b"Prev").and_then(|number| Some(lexer::unsigned(&*number, 0)?.0)),
        trailer,
        end,
        body,
    })
}

impl Section {
    /// Whether it is a table with a trailer, with a hidden stream beside it or not.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.body, Body::Table(_))
    }

    /// Reads the entries, for a hybrid file those of its stream as well (7.5.8.4); none
    /// when they cannot be read.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when there are too many.
    pub(super) fn entries(
        &self,
        text: &(impl Text + ?Sized),
        header: usize,
        limits: &Limits,
    ) -> Result<Option<Entries>, Error> {
        let table = match &self.body {
            Body::Stream(parsed) => return Ok(packed(text, parsed, limits)?.map(listed)),
            Body::Table(at) => match table(text, *at, limits)? {
                Some(table) => table,
                None => return Ok(None),
            },
        };
        let Ok(hidden) = self.trailer.get(b"XRefStm") else {
            return Ok(Some(listed(table)));
        };
        let announced = hidden.as_i64().ok().and_then(|at| u64::try_from(at).ok());
        let section = announced.and_then(|announced| locate(text, header, announced));
        let Some(Body::Stream(parsed)) = section.map(|section| section.body) else {
            return Ok(None);
        };
        let hidden = packed(text, &parsed, limits)?;
        Ok(hidden.map(|hidden| hybrid(table, hidden, announced)))
    }
}

fn listed(all: Vec<(u32, Entry)>) -> Entries {
    Entries {
        all,
        ..Entries::default()
    }
}

/// What the table calls free the stream may place.
fn hybrid(table: Vec<(u32, Entry)>, stream: Vec<(u32, Entry)>, announced: Option<u64>) -> Entries {
    let mut all: BTreeMap<u32, Entry> = table.into_iter().collect();
    let mut contradicted_by = None;
    for (number, entry) in stream {
        let known = all.entry(number).or_insert(Entry::Free);
        match *known {
            Entry::Free => *known = entry,
            known if known != entry && entry != Entry::Free => contradicted_by = announced,
            _ => {}
        }
    }
    Entries {
        all: all.into_iter().collect(),
        contradicted_by,
        hidden: announced,
    }
}

/// The offset behind the keyword `trailer` that follows the entries of a table.
fn trailer(text: &(impl Text + ?Sized), table: usize) -> Option<usize> {
    let mut position = table;
    loop {
        position = lexer::skip_space(text, position);
        if let Some(end) = lexer::after(text, position, b"trailer") {
            return Some(end);
        }
        let end = lexer::regular_end(text, position);
        let entry = text.slice(position..end)?;
        let known = entry.iter().all(u8::is_ascii_digit) || matches!(&*entry, b"n" | b"f");
        if entry.is_empty() || !known {
            return None;
        }
        position = end;
    }
}

fn table(
    text: &(impl Text + ?Sized),
    at: usize,
    limits: &Limits,
) -> Result<Option<Vec<(u32, Entry)>>, Error> {
    let mut entries = Vec::new();
    let mut position = lexer::skip_space(text, at);
    while lexer::after(text, position, b"trailer").is_none() {
        let Some(end) = subsection(text, position, &mut entries, limits)? else {
            return Ok(None);
        };
        position = lexer::skip_space(text, end);
    }
    Ok(unambiguous(entries))
}

/// The entries, unless they place one object in two ways: readers take the first or the last.
fn unambiguous(entries: Vec<(u32, Entry)>) -> Option<Vec<(u32, Entry)>> {
    let ascending = entries.is_sorted_by(|(one, _), (next, _)| one < next);
    let mut known = HashMap::new();
    let once = ascending
        || entries
            .iter()
            .all(|(number, entry)| *known.entry(*number).or_insert(*entry) == *entry);
    once.then_some(entries)
}

/// Adds the entries of the subsection at `at`, and tells the offset behind it.
fn subsection(
    text: &(impl Text + ?Sized),
    at: usize,
    entries: &mut Vec<(u32, Entry)>,
    limits: &Limits,
) -> Result<Option<usize>, Error> {
    let mut position = at;
    let mut number = || {
        let (value, end) = lexer::unsigned(text, lexer::skip_space(text, position))?;
        position = end;
        Some(value)
    };
    let (Some(first), Some(count)) = (number(), number()) else {
        return Ok(None);
    };
    for index in 0..count {
        let Some((entry, end)) = table_entry(text, position) else {
            return Ok(None);
        };
        position = end;
        let number = first
            .checked_add(index)
            .and_then(|id| u32::try_from(id).ok());
        if let Some(number) = number {
            push(entries, number, entry, limits)?;
        }
    }
    Ok(Some(position))
}

fn table_entry(text: &(impl Text + ?Sized), at: usize) -> Option<(Entry, usize)> {
    let (offset, end) = lexer::unsigned(text, lexer::skip_space(text, at))?;
    let (generation, end) = lexer::unsigned(text, lexer::skip_space(text, end))?;
    let kind = lexer::skip_space(text, end);
    let end = lexer::regular_end(text, kind);
    let entry = match &*text.slice(kind..end)? {
        b"f" => Entry::Free,
        b"n" => Entry::File {
            offset: u32::try_from(offset).ok()?,
            generation: u16::try_from(generation).ok()?,
        },
        _ => return None,
    };
    Some((entry, end))
}

fn push(
    entries: &mut Vec<(u32, Entry)>,
    number: u32,
    entry: Entry,
    limits: &Limits,
) -> Result<(), Error> {
    if entries.len() >= limits.pdf_objects {
        return Err(Error::OverLimit {
            limit: "objects in one PDF",
            allowed: limits.pdf_objects as u64,
        });
    }
    entries.push((number, entry));
    Ok(())
}

/// The entries of a cross-reference stream (7.5.8.3).
fn packed(
    text: &(impl Text + ?Sized),
    parsed: &Parsed,
    limits: &Limits,
) -> Result<Option<Vec<(u32, Entry)>>, Error> {
    let (Object::Stream(stream), Some(extent)) = (&parsed.object, parsed.content.clone()) else {
        return Ok(None);
    };
    let Some(content) = stream::decoded_at(text, extent, &stream.dict, limits)? else {
        return Ok(None);
    };
    let integers = |key: &[u8]| -> Option<Vec<usize>> {
        let numbers = stream.dict.get(key).ok()?.as_array().ok()?.iter();
        let integer = |number: &Object| usize::try_from(number.as_i64().ok()?).ok();
        numbers.map(integer).collect()
    };
    let size = stream.dict.get(b"Size").and_then(Object::as_i64);
    let whole = || Some(vec![0, usize::try_from(size.ok()?).ok()?]);
    let index = match stream.dict.has(b"Index") {
        true => integers(b"Index"),
        false => whole(),
    };
    let (Some([kind, second, third]), Some(index)) = (
        integers(b"W").and_then(|widths| <[usize; 3]>::try_from(widths).ok()),
        index,
    ) else {
        return Ok(None);
    };
    // An entry without bytes would stand there without end.
    let widths = [kind, second, third];
    if second == 0 || widths.iter().any(|width| *width > 8) {
        return Ok(None);
    }
    unpack(&content, widths, &index, limits)
}

fn unpack(
    content: &[u8],
    widths: [usize; 3],
    index: &[usize],
    limits: &Limits,
) -> Result<Option<Vec<(u32, Entry)>>, Error> {
    let mut rows = content.chunks_exact(widths.iter().sum());
    let mut entries = Vec::new();
    for range in index.chunks(2) {
        let &[first, count] = range else {
            return Ok(None);
        };
        for offset in 0..count {
            let Some(row) = rows.next() else {
                return Ok(None);
            };
            let number = first.checked_add(offset);
            let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else {
                return Ok(None);
            };
            match row_entry(row, widths) {
                Some(entry) => push(&mut entries, number, entry, limits)?,
                None => return Ok(None),
            }
        }
    }
    Ok(unambiguous(entries))
}

fn row_entry(row: &[u8], [kind, second, _]: [usize; 3]) -> Option<Entry> {
    let number = |bytes: &[u8]| {
        let digits = bytes.iter();
        digits.fold(0u64, |value, byte| value << 8 | u64::from(*byte))
    };
    let (kind_field, rest) = row.split_at_checked(kind)?;
    let (second, third) = rest.split_at_checked(second)?;
    // Without a type an object is in the file.
    let kind = if kind == 0 { 1 } else { number(kind_field) };
    Some(match kind {
        0 => Entry::Free,
        1 => Entry::File {
            offset: u32::try_from(number(second)).ok()?,
            generation: u16::try_from(number(third)).ok()?,
        },
        2 => Entry::Stream {
            container: u32::try_from(number(second)).ok()?,
            index: u32::try_from(number(third)).ok()?,
        },
        // Other types are references to null (7.5.8.3).
        _ => Entry::Free,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn read(text: &[u8]) -> Option<Entries> {
        let section = locate(text, 0, 0)?;
        section.entries(text, 0, &Limits::default()).unwrap()
    }

    #[test]
    fn a_table_lists_what_is_used_and_what_is_free() {
        let text = b"xref\n0 2\n0000000000 65535 f \n0000000017 00000 n \n7 1\n\
            0000000081 00002 n \ntrailer\n<< /Size 8 /Root 1 0 R /Prev 12 >>";
        let entries = read(text).unwrap();
        let file = |offset, generation| Entry::File { offset, generation };
        assert_eq!(
            entries.all,
            [(0, Entry::Free), (1, file(17, 0)), (7, file(81, 2))]
        );
        assert_eq!(locate(&text[..], 0, 0).unwrap().previous, Some(12));
    }

    #[test]
    fn what_a_table_claims_and_does_not_hold_is_unreadable() {
        for text in [
            "xref\n0 1000000\n0000000000 65535 f \ntrailer\n<< /Size 8 >>",
            "xref\n0 4294967295\ntrailer\n<< /Size 8 >>",
            "xref\n0 1\n0000000000 65535 n \ntrailer\n<< /Root 1 0 R >>\n0 1",
        ] {
            assert!(read(text.as_bytes()).is_none_or(|entries| entries.all.len() < 2));
        }
        let one = Limits {
            pdf_objects: 1,
            ..Limits::default()
        };
        let text = b"xref\n0 2\n0000000000 65535 f \n0000000017 00000 n \ntrailer\n<< /Size 2 >>";
        let section = locate(&text[..], 0, 0).unwrap();
        assert!(section.entries(&text[..], 0, &one).is_err());
    }

    #[test]
    fn a_stream_lists_the_same() {
        let rows = [1, 0, 17, 0, 2, 0, 5, 3, 0, 0, 0, 0];
        let head =
            "4 0 obj << /Type /XRef /Size 9 /W [1 2 1] /Index [1 2 8 1] /Length 12 >> stream\n";
        let text = [head.as_bytes(), &rows, b"\nendstream endobj"].concat();
        let entries = read(&text).unwrap();
        let file = Entry::File {
            offset: 17,
            generation: 0,
        };
        let packed = Entry::Stream {
            container: 5,
            index: 3,
        };
        assert_eq!(entries.all, [(1, file), (2, packed), (8, Entry::Free)]);
        for lying in [
            "/W [0 0 0]",
            "/W [8 8 8]",
            "/W [1 2]",
            "/W [9 9 9]",
            "/W [1 -2 1]",
        ] {
            let head = head.replace("/W [1 2 1]", lying);
            let text = [head.as_bytes(), &rows, b"\nendstream endobj"].concat();
            assert!(read(&text).is_none(), "{lying}");
        }
    }
}
