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
const DATA_DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

pub(super) const LOCAL_HEADER_LENGTH: usize = 30;
const CENTRAL_HEADER_LENGTH: usize = 46;
const END_LENGTH: usize = 22;

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_DESCRIPTOR: u16 = 1 << 3;
pub(super) const FLAG_UTF8: u16 = 1 << 11;

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
        let end = Fields(bytes.get(end_at..).unwrap_or_default(), end_at);
        let count = usize::from(end.u16(10)?);
        let length = end.u32(12)?;
        let start = end.u32(16)?;
        if count == 0xffff || length == 0xffff_ffff || start == 0xffff_ffff {
            return Err(unsupported("the ZIP64 form"));
        }
        if end.u16(4)? != 0 || end.u16(6)? != 0 || usize::from(end.u16(8)?) != count {
            return Err(unsupported("a file in several volumes"));
        }
        if count > limits.zip_members {
            return Err(Error::OverLimit {
                limit: "members of a container",
                allowed: limits.zip_members as u64,
            });
        }
        let (start, length) = (widen(start), widen(length));
        let (entries, directory_end) = read_entries(bytes, start, count, end_at)?;
        if directory_end != start.saturating_add(length) || directory_end != end_at {
            push_hidden(&mut problems, directory_end, end_at);
        }
        let comment_length = usize::from(end.u16(20)?);
        let comment_at = end_at + END_LENGTH;
        Ok(Directory {
            entries,
            comment: comment_at..comment_at.saturating_add(comment_length),
            start,
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

fn read_entries(
    bytes: &[u8],
    start: usize,
    count: usize,
    end_at: usize,
) -> Result<(Vec<Entry>, usize), Error> {
    let mut entries = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        let header = Fields(bytes.get(at..end_at).unwrap_or_default(), at);
        header.expect(CENTRAL_HEADER, "no central directory where it is stated")?;
        let name_length = usize::from(header.u16(28)?);
        let extra_length = usize::from(header.u16(30)?);
        let comment_length = usize::from(header.u16(32)?);
        let name_at = at + CENTRAL_HEADER_LENGTH;
        let raw_name = part(bytes, name_at..name_at + name_length)?;
        entries.push(read_entry(&header, raw_name)?);
        at = name_at + name_length + extra_length + comment_length;
    }
    if at > end_at {
        return Err(Error::malformed(
            "ZIP file",
            at,
            "a central directory that runs over its end",
        ));
    }
    Ok((entries, at))
}

fn read_entry(header: &Fields<'_>, raw_name: &[u8]) -> Result<Entry, Error> {
    let flags = header.u16(8)?;
    if flags & FLAG_ENCRYPTED != 0 {
        return Err(Error::Encrypted);
    }
    let method = header.u16(10)?;
    if method != STORED && method != DEFLATED {
        return Err(unsupported("a compression method other than DEFLATE"));
    }
    let (packed, unpacked, offset) = (header.u32(20)?, header.u32(24)?, header.u32(42)?);
    if [packed, unpacked, offset].contains(&0xffff_ffff) {
        return Err(unsupported("the ZIP64 form"));
    }
    Ok(Entry {
        name: String::from_utf8_lossy(raw_name).into_owned(),
        raw_name: raw_name.to_vec(),
        flags,
        method,
        checksum: header.u32(16)?,
        packed_length: widen(packed),
        unpacked_length: widen(unpacked),
        local_offset: widen(offset),
    })
}

fn check_lengths(entries: &[Entry], container: usize, limits: &Limits) -> Result<(), Error> {
    let total: u64 = entries
        .iter()
        .map(|entry| entry.unpacked_length as u64)
        .sum();
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
    let described = [
        (header.u32(14)?, entry.checksum),
        (header.u32(18)?, narrow(entry.packed_length)),
        (header.u32(22)?, narrow(entry.unpacked_length)),
    ];
    let later = entry.flags & FLAG_DESCRIPTOR != 0;
    let same_values = described
        .iter()
        .all(|(local, central)| local == central || (later && *local == 0));
    let same = header.u16(6)? == entry.flags && header.u16(8)? == entry.method;
    if !(same && same_values && name == entry.raw_name) {
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
fn descriptor_length(bytes: &Bytes, at: usize, entry: &Entry) -> usize {
    let mut plain = Vec::with_capacity(12);
    plain.extend_from_slice(&entry.checksum.to_le_bytes());
    plain.extend_from_slice(&narrow(entry.packed_length).to_le_bytes());
    plain.extend_from_slice(&narrow(entry.unpacked_length).to_le_bytes());
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.starts_with(&plain) {
        return plain.len();
    }
    match rest.strip_prefix(&DATA_DESCRIPTOR) {
        Some(marked) if marked.starts_with(&plain) => DATA_DESCRIPTOR.len() + plain.len(),
        _ => 0,
    }
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

/// Lengths come from 32-bit fields, so that nothing is lost.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
