//! The ZIP records of a container, read so that no two readers can see different content.
//!
//! APPNOTE.TXT 6.3 lets a file describe its members twice, hide bytes between them and name
//! them twice. General ZIP libraries choose silently; here every such place is a
//! [`ContainerProblem`].

use super::{Compression, ContainerProblem, Member};
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;
use std::collections::HashSet;
use std::io::Read;
use std::ops::Range;

pub(super) const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL_HEADER: [u8; 4] = *b"PK\x01\x02";
pub(super) const END_OF_DIRECTORY: [u8; 4] = *b"PK\x05\x06";
const ZIP64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const ZIP64_END: [u8; 4] = *b"PK\x06\x06";
const DATA_DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

pub(super) const LOCAL_HEADER_LENGTH: usize = 30;
const CENTRAL_HEADER_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
const ZIP64_LOCATOR_LENGTH: usize = 20;

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_DESCRIPTOR: u16 = 1 << 3;
pub(super) const FLAG_UTF8: u16 = 1 << 11;

const ZIP64_EXTRA: [u8; 2] = [1, 0];

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Below this many unpacked bytes a high ratio costs nothing (EU DSS, digidoc4j: 1 MB).
const RATIO_THRESHOLD: u64 = 1_000_000;

/// What the central directory says, nothing unpacked yet.
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// Where the comment stands in the file.
    pub(super) comment: Range<usize>,
    /// Where the first header of the directory stands.
    start: usize,
    problems: Vec<ContainerProblem>,
}

/// One header of the central directory (APPNOTE.TXT, 4.3.12).
pub(super) struct Entry {
    pub(super) name: String,
    raw_name: Vec<u8>,
    flags: u16,
    method: u16,
    checksum: u32,
    packed_length: usize,
    unpacked_length: usize,
    local_offset: usize,
}

/// The unpacked members and all that was wrong on the way.
pub(super) struct Unpacked {
    pub(super) members: Vec<Member>,
    pub(super) problems: Vec<ContainerProblem>,
}

impl Directory {
    /// Reads the directory of a ZIP file.
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let end_at = find_end(bytes, &mut problems)?;
        let end = End::read(bytes, end_at)?;
        if end.count > limits.zip_members {
            return Err(Error::OverLimit {
                limit: "members of a container",
                allowed: limits.zip_members as u64,
            });
        }
        let (entries, directory_end) = read_entries(bytes, &end)?;
        // Some readers count backwards from the end, so that both ways must agree.
        if directory_end != end.start.saturating_add(end.length) {
            return Err(Error::malformed(
                "ZIP file",
                end.start,
                "a central directory of another length than stated",
            ));
        }
        push_hidden(&mut problems, directory_end, end.at);
        Ok(Directory {
            entries,
            comment: end.comment,
            start: end.start,
            problems,
        })
    }

    /// Unpacks every member within the limits, which the stated lengths must keep beforehand.
    pub(super) fn unpack(self, bytes: &Bytes, limits: &Limits) -> Result<Unpacked, Error> {
        check_lengths(&self.entries, bytes.len(), limits)?;
        let mut problems = self.problems;
        check_names(&self.entries, &mut problems);
        let mut members = Vec::with_capacity(self.entries.len());
        let mut ranges = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let place = locate(bytes, entry, &mut problems)?;
            let content = entry.content(bytes, place.data)?;
            if crc(&content) != entry.checksum {
                problems.push(ContainerProblem::ChecksumDiffers(entry.name.clone()));
            }
            ranges.push((place.whole, entry.name.clone()));
            members.push(Member {
                name: entry.name.clone(),
                content,
                compression: entry.compression(),
                has_extra_field: place.has_extra_field,
                offset: entry.local_offset,
            });
        }
        check_ranges(ranges, self.start, &mut problems);
        Ok(Unpacked { members, problems })
    }
}

/// The end of the central directory (APPNOTE.TXT, 4.3.14 to 4.3.16).
struct End {
    /// Where the end records start, the ZIP64 one included.
    at: usize,
    count: usize,
    start: usize,
    length: usize,
    comment: Range<usize>,
}

impl End {
    fn read(bytes: &[u8], at: usize) -> Result<Self, Error> {
        let fields = Fields(bytes.get(at..).unwrap_or_default(), at);
        let (count, length, start) = (fields.u16(10)?, fields.u32(12)?, fields.u32(16)?);
        if fields.u16(4)? != 0 || fields.u16(6)? != 0 || fields.u16(8)? != count {
            return Err(unsupported("a file in several volumes"));
        }
        let comment = at + END_LENGTH..at + END_LENGTH + usize::from(fields.u16(20)?);
        let narrow = End {
            at,
            count: usize::from(count),
            start: widen(start),
            length: widen(length),
            comment,
        };
        if count == u16::MAX || length == u32::MAX || start == u32::MAX {
            narrow.widen(bytes, (count, length, start))
        } else {
            Ok(narrow)
        }
    }

    /// Takes the ZIP64 record, which must agree with every field that is not saturated.
    fn widen(self, bytes: &[u8], narrow: (u16, u32, u32)) -> Result<Self, Error> {
        let locator_at = self.at.saturating_sub(ZIP64_LOCATOR_LENGTH);
        let locator = Fields(
            bytes.get(locator_at..self.at).unwrap_or_default(),
            locator_at,
        );
        locator.expect(ZIP64_LOCATOR, "no ZIP64 locator before the end")?;
        let at = locator.u64(8)?;
        let fields = Fields(bytes.get(at..locator_at).unwrap_or_default(), at);
        fields.expect(ZIP64_END, "no ZIP64 end record where it is stated")?;
        let wide = End {
            at,
            count: fields.u64(32)?,
            length: fields.u64(40)?,
            start: fields.u64(48)?,
            comment: self.comment,
        };
        let agrees = (narrow.0 == u16::MAX || wide.count == self.count)
            && (narrow.1 == u32::MAX || wide.length == self.length)
            && (narrow.2 == u32::MAX || wide.start == self.start);
        let fills = fields.u64(4)?.saturating_add(12) == locator_at.saturating_sub(at);
        if agrees && fills {
            Ok(wide)
        } else {
            Err(Error::malformed(
                "ZIP file",
                at,
                "two end records that disagree",
            ))
        }
    }
}

impl Entry {
    fn compression(&self) -> Compression {
        if self.method == STORED {
            Compression::Stored
        } else {
            Compression::Deflated
        }
    }

    fn content(&self, bytes: &Bytes, range: Range<usize>) -> Result<Bytes, Error> {
        let packed = part(bytes, range.clone())?;
        let wrong = |problem| Error::malformed("ZIP member", self.local_offset, problem);
        if self.method == STORED {
            if self.packed_length != self.unpacked_length {
                return Err(wrong("a stored member with two lengths"));
            }
            return Ok(bytes.slice(range));
        }
        let mut content = Vec::new();
        // One byte more than stated, so that a longer content is seen but never unpacked.
        let bound = (self.unpacked_length as u64).saturating_add(1);
        let mut inflater = flate2::bufread::DeflateDecoder::new(packed);
        inflater
            .by_ref()
            .take(bound)
            .read_to_end(&mut content)
            .map_err(|_| wrong("a content that does not inflate"))?;
        if content.len() != self.unpacked_length {
            return Err(wrong("a content of another length than stated"));
        }
        if inflater.total_in() != packed.len() as u64 {
            return Err(wrong("bytes behind the packed content"));
        }
        Ok(Bytes::from(content))
    }
}

/// The CRC-32 of APPNOTE.TXT, 4.4.7.
pub(super) fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

/// Why a name must not be used as a path or be told apart from another.
pub(super) fn is_unsafe(name: &str) -> bool {
    let drive = name.get(1..2) == Some(":");
    name.is_empty()
        || drive
        || name.starts_with('/')
        || name.chars().any(|c| c == '\\' || c.is_control())
        || name.split('/').any(|part| part == ".." || part == ".")
        || name.contains("//")
}

/// The last end record whose comment reaches the end of the file.
fn find_end(bytes: &[u8], problems: &mut Vec<ContainerProblem>) -> Result<usize, Error> {
    let first = bytes.len().saturating_sub(END_LENGTH + 0xffff);
    let tail = bytes.get(first..).unwrap_or_default();
    let ends: Vec<(usize, usize)> = tail
        .windows(END_LENGTH)
        .enumerate()
        .filter(|(_, window)| window.starts_with(&END_OF_DIRECTORY))
        .filter_map(|(at, window)| {
            let comment = usize::from(Fields(window, at).u16(20).ok()?);
            Some((first + at, first + at + END_LENGTH + comment))
        })
        .filter(|(_, end)| *end <= bytes.len())
        .collect();
    let mut exact = ends.iter().rev().filter(|(_, end)| *end == bytes.len());
    if let Some((at, _)) = exact.next() {
        if exact.next().is_some() {
            problems.push(ContainerProblem::SeveralEnds);
        }
        return Ok(*at);
    }
    let (at, end) = ends
        .last()
        .ok_or_else(|| Error::malformed("ZIP file", bytes.len(), "no end of central directory"))?;
    push_hidden(problems, *end, bytes.len());
    Ok(*at)
}

fn read_entries(bytes: &[u8], end: &End) -> Result<(Vec<Entry>, usize), Error> {
    let mut entries = Vec::with_capacity(end.count);
    let mut at = end.start;
    for _ in 0..end.count {
        let header = Fields(bytes.get(at..end.at).unwrap_or_default(), at);
        header.expect(CENTRAL_HEADER, "no central directory where it is stated")?;
        let name_length = usize::from(header.u16(28)?);
        let extra_length = usize::from(header.u16(30)?);
        let comment_length = usize::from(header.u16(32)?);
        let name_at = at + CENTRAL_HEADER_LENGTH;
        let extra_at = name_at + name_length;
        let raw_name = part(bytes, name_at..extra_at)?;
        let extra = part(bytes, extra_at..extra_at + extra_length)?;
        entries.push(read_entry(&header, raw_name, extra)?);
        at = extra_at + extra_length + comment_length;
    }
    if at > end.at {
        return Err(Error::malformed(
            "ZIP file",
            at,
            "a central directory that runs over its end",
        ));
    }
    Ok((entries, at))
}

fn read_entry(header: &Fields<'_>, raw_name: &[u8], extra: &[u8]) -> Result<Entry, Error> {
    let flags = header.u16(8)?;
    if flags & FLAG_ENCRYPTED != 0 {
        return Err(Error::Encrypted);
    }
    let method = header.u16(10)?;
    if method != STORED && method != DEFLATED {
        return Err(unsupported("a compression method other than DEFLATE"));
    }
    let stated = [header.u32(24)?, header.u32(20)?, header.u32(42)?];
    let [unpacked_length, packed_length, local_offset] = widen_by_extra(stated, extra)?;
    Ok(Entry {
        name: String::from_utf8_lossy(raw_name).into_owned(),
        raw_name: raw_name.to_vec(),
        flags,
        method,
        checksum: header.u32(16)?,
        packed_length,
        unpacked_length,
        local_offset,
    })
}

fn check_lengths(entries: &[Entry], container: usize, limits: &Limits) -> Result<(), Error> {
    let total = entries.iter().fold(0u64, |total, entry| {
        total.saturating_add(entry.unpacked_length as u64)
    });
    if total > limits.zip_unpacked_bytes {
        return Err(Error::OverLimit {
            limit: "unpacked bytes of a container",
            allowed: limits.zip_unpacked_bytes,
        });
    }
    let allowed = (container as u64).saturating_mul(limits.zip_ratio);
    if total > RATIO_THRESHOLD && total > allowed {
        return Err(Error::OverLimit {
            limit: "times the packed size of a container",
            allowed: limits.zip_ratio,
        });
    }
    Ok(())
}

fn check_names(entries: &[Entry], problems: &mut Vec<ContainerProblem>) {
    let mut seen = HashSet::new();
    for entry in entries {
        if !seen.insert(entry.name.as_str()) {
            problems.push(ContainerProblem::DuplicateName(entry.name.clone()));
        }
        if is_unsafe(&entry.name) {
            problems.push(ContainerProblem::UnsafeName(entry.name.clone()));
        }
        if std::str::from_utf8(&entry.raw_name).is_err() {
            problems.push(ContainerProblem::NameNotUtf8(entry.name.clone()));
        }
    }
}

struct Place {
    data: Range<usize>,
    /// From the local header to the end of the data descriptor.
    whole: Range<usize>,
    has_extra_field: bool,
}

/// Finds the packed content behind the local header (APPNOTE.TXT, 4.3.7).
fn locate(
    bytes: &Bytes,
    entry: &Entry,
    problems: &mut Vec<ContainerProblem>,
) -> Result<Place, Error> {
    let at = entry.local_offset;
    let header = Fields(bytes.get(at..).unwrap_or_default(), at);
    header.expect(
        LOCAL_HEADER,
        "no local header where the directory states one",
    )?;
    let name_length = usize::from(header.u16(26)?);
    let extra_length = usize::from(header.u16(28)?);
    let name_at = at + LOCAL_HEADER_LENGTH;
    let start = name_at + name_length + extra_length;
    let end = start.saturating_add(entry.packed_length);
    let name = part(bytes, name_at..name_at + name_length)?;
    let extra = part(bytes, name_at + name_length..start)?;
    let stated = [header.u32(22)?, header.u32(18)?];
    let later = entry.flags & FLAG_DESCRIPTOR != 0;
    let lengths = [entry.unpacked_length, entry.packed_length];
    // A streaming writer leaves zeros here and states the values behind the content.
    let same_lengths = widen_by_extra(stated, extra)?
        .iter()
        .zip(lengths)
        .all(|(local, central)| *local == central || (later && *local == 0));
    let checksum = header.u32(14)?;
    let same_checksum = checksum == entry.checksum || (later && checksum == 0);
    let same = header.u16(6)? == entry.flags && header.u16(8)? == entry.method;
    if !(same && same_lengths && same_checksum && name == entry.raw_name) {
        problems.push(ContainerProblem::LocalHeaderDiffers(entry.name.clone()));
    }
    let descriptor = if later {
        descriptor_length(bytes, end, entry)
    } else {
        0
    };
    Ok(Place {
        data: start..end,
        whole: at..end.saturating_add(descriptor),
        has_extra_field: extra_length > 0,
    })
}

/// The length of the data descriptor (APPNOTE.TXT, 4.3.9), 0 where none matches the entry.
fn descriptor_length(bytes: &[u8], at: usize, entry: &Entry) -> usize {
    let lengths = [entry.packed_length as u64, entry.unpacked_length as u64];
    let long = lengths.map(u64::to_le_bytes).concat();
    let short: Vec<u8> = long
        .chunks(8)
        .flat_map(|length| length.iter().take(4))
        .copied()
        .collect();
    let rest = bytes.get(at..).unwrap_or_default();
    let marked = rest.strip_prefix(&DATA_DESCRIPTOR);
    let unmarked = Some(rest).filter(|_| marked.is_none());
    let marker = if marked.is_some() {
        DATA_DESCRIPTOR.len()
    } else {
        0
    };
    marked
        .or(unmarked)
        .and_then(|rest| rest.strip_prefix(&entry.checksum.to_le_bytes()))
        .and_then(|rest| {
            // The long form first: a short length of 0 would hide in it.
            [long, short]
                .into_iter()
                .find(|form| rest.starts_with(form))
        })
        .map_or(0, |form| marker + 4 + form.len())
}

/// Replaces saturated fields by those of the ZIP64 extra field, in their order there
/// (APPNOTE.TXT, 4.5.3).
fn widen_by_extra<const N: usize>(stated: [u32; N], extra: &[u8]) -> Result<[usize; N], Error> {
    let mut wide = zip64_extra(extra);
    let mut values = [0; N];
    for (value, field) in values.iter_mut().zip(stated) {
        *value = widen(field);
        if field == u32::MAX {
            let eight = wide.split_off(..8).and_then(|eight| eight.try_into().ok());
            *value = eight
                .and_then(|eight| usize::try_from(u64::from_le_bytes(eight)).ok())
                .ok_or_else(|| unsupported("a ZIP64 form without its extra field"))?;
        }
    }
    Ok(values)
}

/// The data of the ZIP64 extra field, empty where there is none.
fn zip64_extra(mut extra: &[u8]) -> &[u8] {
    while let Some((&[id_low, id_high, low, high], rest)) = extra.split_first_chunk::<4>() {
        let length = usize::from(u16::from_le_bytes([low, high]));
        let Some((data, following)) = rest.split_at_checked(length) else {
            break;
        };
        if [id_low, id_high] == ZIP64_EXTRA {
            return data;
        }
        extra = following;
    }
    &[]
}

/// Members must fill the file up to the directory, without gaps and without sharing bytes.
fn check_ranges(
    mut ranges: Vec<(Range<usize>, String)>,
    directory: usize,
    problems: &mut Vec<ContainerProblem>,
) {
    ranges.sort_by_key(|(range, _)| (range.start, range.end));
    let mut filled = 0;
    for (range, name) in ranges {
        if range.start < filled || range.end > directory {
            problems.push(ContainerProblem::Overlap(name));
        } else {
            push_hidden(problems, filled, range.start);
        }
        filled = filled.max(range.end);
    }
    push_hidden(problems, filled, directory);
}

fn push_hidden(problems: &mut Vec<ContainerProblem>, from: usize, to: usize) {
    if from < to {
        problems.push(ContainerProblem::HiddenBytes {
            offset: from,
            length: to - from,
        });
    }
}

/// Little-endian fields of one record, with its offset for error texts.
struct Fields<'a>(&'a [u8], usize);

impl Fields<'_> {
    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], Error> {
        self.0
            .get(at..at + N)
            .and_then(|part| part.try_into().ok())
            .ok_or_else(|| Error::malformed("ZIP file", self.1, "a record that is cut off"))
    }

    fn u16(&self, at: usize) -> Result<u16, Error> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Result<u32, Error> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// A 64-bit length or place; beyond all memory it points past every end.
    fn u64(&self, at: usize) -> Result<usize, Error> {
        let value = self.array(at).map(u64::from_le_bytes)?;
        Ok(usize::try_from(value).unwrap_or(usize::MAX))
    }

    fn expect(&self, signature: [u8; 4], problem: &'static str) -> Result<(), Error> {
        if self.0.starts_with(&signature) {
            Ok(())
        } else {
            Err(Error::malformed("ZIP file", self.1, problem))
        }
    }
}

fn part(bytes: &[u8], range: Range<usize>) -> Result<&[u8], Error> {
    let start = range.start;
    bytes
        .get(range)
        .ok_or_else(|| Error::malformed("ZIP file", start, "a length that points past the end"))
}

fn unsupported(feature: &'static str) -> Error {
    Error::Unsupported {
        structure: "ZIP file",
        feature,
    }
}

fn widen(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
