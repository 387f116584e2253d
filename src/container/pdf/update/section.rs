//! The bytes of an update: its objects and a cross-reference section of the kind that the file
//! has (ISO 32000-2, 7.5.4, 7.5.8).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::{Update, reference, too_large};
use crate::error::Error;

/// Entries of a cross-reference stream: type, offset, generation.
const WIDTHS: &[u8] = b"[1 4 2]";

impl Update<'_> {
    /// The file with the update behind it, and where in it each object of the update starts.
    ///
    /// # Errors
    ///
    /// [`Error::OverLimit`] when it grows beyond what cross-reference sections can count here.
    pub(super) fn write(mut self) -> Result<(Vec<u8>, BTreeMap<u32, usize>), Error> {
        let base = self.base;
        let mut file = base.file.to_vec();
        file.push(b'\n');
        let mut offsets = BTreeMap::new();
        for (number, (generation, value)) in &self.objects {
            offsets.insert(*number, file.len());
            file.extend(format!("{number} {generation} obj\n").into_bytes());
            file.extend_from_slice(value);
            file.extend(b"\nendobj\n");
        }
        let section = base.revisions.all.last();
        let section = section.and_then(|revision| revision.sections.first());
        let section = section.ok_or(too_large())?;
        let start = file.len();
        let header = base.revisions.header;
        let is_table = section.is_table();
        if !is_table {
            let (number, _) = self.new_id()?;
            offsets.insert(number, start);
            self.objects.insert(number, (0, Vec::new()));
        }
        let mut entries = Vec::with_capacity(offsets.len());
        for (number, (generation, _)) in &self.objects {
            let offset = offsets.get(number).and_then(|at| at.checked_sub(header));
            let offset = offset.and_then(|offset| u32::try_from(offset).ok());
            entries.push((*number, offset.ok_or(too_large())?, *generation));
        }
        let mut trailer = format!("/Size {}/Prev {}", self.next, section.announced).into_bytes();
        trailer.extend(b"/Root ");
        trailer.extend(reference(base.root));
        trailer.extend(copied(base.objects.trailer(base.newest), &base.identifier));
        if is_table {
            file.extend(table(&entries));
            file.extend([b"trailer\n<<", trailer.as_slice(), b">>\n"].concat());
        } else {
            let number = entries.last().map_or(0, |(number, ..)| *number);
            file.extend(stream(number, &entries, &trailer));
        }
        let start = start.saturating_sub(header);
        file.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
        Ok((file, offsets))
    }
}

/// What updates repeat of a trailer (7.5.6), besides what they write anew. Of the two identifiers
/// of the file the second tells its states apart (14.4): `identifier` is that of the new one.
fn copied(trailer: &Dictionary, identifier: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    if let Ok(Object::Reference(information)) = trailer.get(b"Info") {
        text.extend(b"/Info ");
        text.extend(reference(*information));
    }
    let identifiers = trailer.get(b"ID").and_then(Object::as_array);
    let first = identifiers.ok().and_then(|all| all.first());
    if let Some(Object::String(first, _)) = first {
        let identifiers = format!("/ID[<{}><{}>]", crate::hex(first), crate::hex(identifier));
        text.extend(identifiers.into_bytes());
    }
    text
}

type Placed = (u32, u32, u16);

/// Runs of numbers that follow each other.
fn runs(entries: &[Placed]) -> impl Iterator<Item = &[Placed]> {
    entries.chunk_by(|(one, ..), (next, ..)| one.checked_add(1) == Some(*next))
}

fn table(entries: &[Placed]) -> Vec<u8> {
    let mut text = b"xref\n".to_vec();
    for run in runs(entries) {
        let first = run.first().map_or(0, |(number, ..)| *number);
        text.extend(format!("{first} {}\n", run.len()).into_bytes());
        for (_, offset, generation) in run {
            text.extend(format!("{offset:010} {generation:05} n \n").into_bytes());
        }
    }
    text
}

fn stream(number: u32, entries: &[Placed], trailer: &[u8]) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut index = String::new();
    for run in runs(entries) {
        let first = run.first().map_or(0, |(number, ..)| *number);
        index.push_str(&format!("{first} {} ", run.len()));
        for (_, offset, generation) in run {
            rows.push(1);
            rows.extend(offset.to_be_bytes());
            rows.extend(generation.to_be_bytes());
        }
    }
    let head = format!(
        "{number} 0 obj\n<</Type/XRef/Length {}/Index[{}]/W",
        rows.len(),
        index.trim_end()
    );
    let mut text = head.into_bytes();
    text.extend_from_slice(WIDTHS);
    text.extend_from_slice(trailer);
    text.extend(b">>\nstream\n");
    text.extend(rows);
    text.extend(b"\nendstream\nendobj\n");
    text
}
