//! The members of a container, as the `zip` crate reads them, and the places where two readers
//! could see different content.
//!
//! APPNOTE.TXT 6.3 lets a file describe its members twice, hide bytes between them and name
//! them twice. ZIP libraries choose silently; here every such place is a [`ContainerProblem`].

use super::{Compression, ContainerProblem, Member};
use crate::error::Error;
use crate::limits::Limits;
use ::zip::read::{ArchiveOffset, Config, ZipFile};
use ::zip::result::ZipError;
use ::zip::{CompressionMethod, ZipArchive, ZipReadOptions};
use bytes::Bytes;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Cursor, Read};
use std::ops::Range;

pub(super) const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL_HEADER: [u8; 4] = *b"PK\x01\x02";
pub(super) const END_OF_DIRECTORY: [u8; 4] = *b"PK\x05\x06";
const ZIP64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const ZIP64_END: [u8; 4] = *b"PK\x06\x06";
const DATA_DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

const CENTRAL_HEADER_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
const ZIP64_LOCATOR_LENGTH: usize = 20;

/// Below this many unpacked bytes a high ratio costs nothing (EU DSS, digidoc4j: 1 MB).
const RATIO_THRESHOLD: u64 = 1_000_000;

/// What the central directory says, nothing unpacked yet.
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The name in every header, also in those that `zip` drops because their name comes again.
    names: Vec<&'a [u8]>,
    start: usize,
    comment: Range<usize>,
}

/// The unpacked members and all that was wrong on the way.
pub(super) struct Unpacked {
    pub(super) members: Vec<Member>,
    pub(super) problems: Vec<ContainerProblem>,
}

impl<'a> Directory<'a> {
    /// Reads the directory of a ZIP file.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        check_wide_counts(bytes, limits)?;
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let archive = ZipArchive::with_config(config, Cursor::new(bytes))
            .map_err(|error| refuse(error, bytes.len()))?;
        let start = place(archive.central_directory_start());
        let (names, end) = read_names(bytes, start);
        if names.len() > limits.zip_members {
            return Err(too_many_members(limits));
        }
        let comment = match_end(bytes, start..end, names.len())
            .filter(|comment| comment.end <= bytes.len())
            .ok_or_else(|| {
                Error::malformed("ZIP file", end, "an end that does not fit the directory")
            })?;
        Ok(Directory {
            bytes,
            archive,
            names,
            start,
            comment,
        })
    }

    /// The names of all members.
    pub(super) fn names(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.names.iter().map(|name| String::from_utf8_lossy(name))
    }

    /// Where the comment stands in the file.
    pub(super) fn comment(&self) -> Range<usize> {
        self.comment.clone()
    }

    /// Unpacks every member of `source`, the bytes that were read, within the limits, which
    /// the stated lengths must keep beforehand.
    pub(super) fn unpack(mut self, source: &Bytes, limits: &Limits) -> Result<Unpacked, Error> {
        self.check_lengths(limits)?;
        let mut problems = Vec::new();
        let reaches_the_end = |at: &usize| {
            let comment = self.bytes.get(*at..).and_then(|end| number(end, 20..22));
            comment.is_some_and(|comment| at + END_LENGTH + comment == self.bytes.len())
        };
        if ends(self.bytes).filter(reaches_the_end).count() > 1 {
            problems.push(ContainerProblem::SeveralEnds);
        }
        push_hidden(&mut problems, self.comment.end, self.bytes.len());
        check_names(&self.names, &mut problems);
        let mut members = Vec::with_capacity(self.archive.len());
        let mut ranges = Vec::with_capacity(self.archive.len());
        for index in 0..self.archive.len() {
            let (member, range) = self.read_member(index, source, &mut problems)?;
            ranges.push((range, member.name.clone()));
            members.push(member);
        }
        check_ranges(ranges, self.start, &mut problems);
        Ok(Unpacked { members, problems })
    }

    fn check_lengths(&self, limits: &Limits) -> Result<(), Error> {
        let total = (0..self.archive.len())
            .filter_map(|index| self.archive.by_index_data(index).ok())
            .fold(0u64, |total, entry| total.saturating_add(entry.size()));
        if total > limits.zip_unpacked_bytes {
            return Err(Error::OverLimit {
                limit: "unpacked bytes of a container",
                allowed: limits.zip_unpacked_bytes,
            });
        }
        let allowed = (self.bytes.len() as u64).saturating_mul(limits.zip_ratio);
        if total > RATIO_THRESHOLD && total > allowed {
            return Err(Error::OverLimit {
                limit: "times the packed size of a container",
                allowed: limits.zip_ratio,
            });
        }
        Ok(())
    }

    /// One member, with its place from the local header to the end of the data descriptor.
    fn read_member(
        &mut self,
        index: usize,
        source: &Bytes,
        problems: &mut Vec<ContainerProblem>,
    ) -> Result<(Member, Range<usize>), Error> {
        // `zip` compares no headers where a name comes twice; that has been named by now, unless
        // only an extra field makes it so.
        let is_named = |problem| matches!(problem, &ContainerProblem::DuplicateName(_));
        let has_duplicates = self.archive.has_duplicate_names() && problems.iter().any(is_named);
        let same_fields = has_duplicates || {
            let options = ZipReadOptions::new().enforce_header_consistency(true);
            self.archive.by_index_with_options(index, options).is_ok()
        };
        let file = self
            .archive
            .by_index_raw(index)
            .map_err(|error| refuse(error, self.bytes.len()))?;
        if file.encrypted() {
            return Err(Error::Encrypted);
        }
        let at = place(file.header_start());
        let record = |at: usize| self.bytes.get(at..).unwrap_or_default();
        let (local, central) = (record(at), record(place(file.central_header_start())));
        let same_flags = local.get(6..8) == central.get(8..10);
        let raw_name = central_name(central).unwrap_or_default();
        let name = String::from_utf8_lossy(raw_name).into_owned();
        // An extra field (APPNOTE.TXT, 4.6.9) may give `zip` another name than the header.
        if !same_fields || !same_flags || raw_name != file.name_raw() {
            problems.push(ContainerProblem::LocalHeaderDiffers(name.clone()));
        }
        let start = place(file.data_start().unwrap_or(u64::MAX));
        let end = start.saturating_add(place(file.compressed_size()));
        let wrong = |problem| Error::malformed("ZIP member", at, problem);
        if source.get(start..end).is_none() {
            return Err(wrong("a length that points past the end"));
        }
        let (content, compression) = unpack(source.slice(start..end), &file, wrong)?;
        if checksum(&content) != file.crc32() {
            problems.push(ContainerProblem::ChecksumDiffers(name.clone()));
        }
        let whole_end = end + descriptor_length(record(end), &file);
        let member = Member {
            name,
            content,
            compression,
            has_extra_field: number(local, 28..30) != Some(0),
            offset: at,
        };
        Ok((member, at..whole_end))
    }
}

/// The CRC-32 of APPNOTE.TXT, 4.4.7.
pub(super) fn checksum(content: &[u8]) -> u32 {
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

/// The error of `zip` in the words of this crate, with the place where it was met.
pub(super) fn refuse(error: ZipError, offset: usize) -> Error {
    match error {
        ZipError::InvalidArchive(Cow::Borrowed(problem)) => {
            Error::malformed("ZIP file", offset, problem)
        }
        ZipError::UnsupportedArchive(feature) => unsupported(feature),
        _ => Error::malformed("ZIP file", offset, "a damaged record"),
    }
}

/// Keeps `zip` from reading millions of headers before one can ask for their number: only a
/// ZIP64 end can state more than 65,535.
fn check_wide_counts(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let allowed = limits.zip_members.max(usize::from(u16::MAX));
    let is_over = |end: usize| {
        let locator = bytes.get(end.checked_sub(ZIP64_LOCATOR_LENGTH)?..end)?;
        let record = number(locator.strip_prefix(&ZIP64_LOCATOR)?, 4..12)?;
        Some(number(bytes.get(record..)?, 32..40)? > allowed)
    };
    if ends(bytes).any(|end| is_over(end) == Some(true)) {
        return Err(too_many_members(limits));
    }
    Ok(())
}

/// Where end records may stand. Their comment has at most 65,535 bytes; `zip` looks a little
/// further back.
fn ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let first = bytes.len().saturating_sub(0x2_0000);
    (first..bytes.len()).filter(|at| {
        bytes
            .get(*at..)
            .is_some_and(|rest| rest.starts_with(&END_OF_DIRECTORY))
    })
}

/// The names in the central headers from `at` on, and where the headers end.
fn read_names(bytes: &[u8], mut at: usize) -> (Vec<&[u8]>, usize) {
    let mut names = Vec::new();
    while let Some(header) = bytes.get(at..)
        && header.starts_with(&CENTRAL_HEADER)
        && let Some(name) = central_name(header)
        && let (Some(extra), Some(comment)) = (number(header, 30..32), number(header, 32..34))
    {
        names.push(name);
        at += CENTRAL_HEADER_LENGTH + name.len() + extra + comment;
    }
    (names, at)
}

fn central_name(header: &[u8]) -> Option<&[u8]> {
    let name = header.get(CENTRAL_HEADER_LENGTH..)?;
    name.get(..number(header, 28..30)?)
}

/// The place of the comment, if the end records (APPNOTE.TXT, 4.3.14 to 4.3.16) follow the
/// directory at once and all state its place, length and number of headers.
fn match_end(bytes: &[u8], directory: Range<usize>, count: usize) -> Option<Range<usize>> {
    let mut at = directory.end;
    let read = [count, directory.len(), directory.start];
    let wide = bytes.get(at..)?;
    let is_wide = wide.starts_with(&ZIP64_END);
    if is_wide {
        let length = number(wide, 4..12)?.checked_add(12)?;
        let locator = wide.get(length..)?.strip_prefix(&ZIP64_LOCATOR)?;
        let stated = [32..40, 40..48, 48..56].map(|field| number(wide, field));
        if stated != read.map(Some) || number(locator, 4..12)? != directory.end {
            return None;
        }
        at += length + ZIP64_LOCATOR_LENGTH;
    }
    let end = bytes.get(at..)?;
    let agrees = |(field, read): (Range<usize>, usize)| {
        let saturated = is_wide
            && end
                .get(field.clone())
                .is_some_and(|f| f.iter().all(|o| *o == 0xff));
        saturated || number(end, field) == Some(read)
    };
    let comment = at + END_LENGTH;
    (end.starts_with(&END_OF_DIRECTORY)
        && [10..12, 12..16, 16..20].into_iter().zip(read).all(agrees))
    .then_some(comment..comment + number(end, 20..22)?)
}

fn check_names(names: &[&[u8]], problems: &mut Vec<ContainerProblem>) {
    let mut seen = HashSet::new();
    for raw_name in names {
        let name = String::from_utf8_lossy(raw_name);
        if is_unsafe(&name) {
            problems.push(ContainerProblem::UnsafeName(name.to_string()));
        }
        if std::str::from_utf8(raw_name).is_err() {
            problems.push(ContainerProblem::NameNotUtf8(name.to_string()));
        }
        if !seen.insert(name.clone()) {
            problems.push(ContainerProblem::DuplicateName(name.into_owned()));
        }
    }
}

/// The content of one member. `zip` cannot tell whether bytes are left behind a DEFLATE stream,
/// where a reader without the directory would look for the next member.
fn unpack<R: Read>(
    packed: Bytes,
    file: &ZipFile<'_, R>,
    wrong: impl Fn(&'static str) -> Error,
) -> Result<(Bytes, Compression), Error> {
    match file.compression() {
        CompressionMethod::Stored if file.compressed_size() != file.size() => {
            Err(wrong("a stored member with two lengths"))
        }
        CompressionMethod::Stored => Ok((packed, Compression::Stored)),
        CompressionMethod::Deflated => {
            let mut content = Vec::new();
            let mut inflater = flate2::bufread::DeflateDecoder::new(&packed[..]);
            // One byte more than stated, so that a longer content is seen but never unpacked.
            inflater
                .by_ref()
                .take(file.size().saturating_add(1))
                .read_to_end(&mut content)
                .map_err(|_| wrong("a content that does not inflate"))?;
            if content.len() as u64 != file.size() {
                return Err(wrong("a content of another length than stated"));
            }
            if inflater.total_in() != packed.len() as u64 {
                return Err(wrong("bytes behind the packed content"));
            }
            Ok((Bytes::from(content), Compression::Deflated))
        }
        _ => Err(unsupported("a compression method other than DEFLATE")),
    }
}

/// The length of the data descriptor (APPNOTE.TXT, 4.3.9), 0 where none matches the member.
fn descriptor_length<R: Read>(rest: &[u8], file: &ZipFile<'_, R>) -> usize {
    let values = [file.crc32().into(), file.compressed_size(), file.size()].map(place);
    let unmarked = rest.strip_prefix(&DATA_DESCRIPTOR).unwrap_or(rest);
    // The long form first: a short length of 0 would hide in it.
    [20, 12]
        .into_iter()
        .filter(|_| file.flags().is_using_data_descriptor())
        .find(|length| {
            let middle = 4 + (length - 4) / 2;
            [0..4, 4..middle, middle..*length].map(|field| number(unmarked, field))
                == values.map(Some)
        })
        .map_or(0, |length| rest.len() - unmarked.len() + length)
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

fn too_many_members(limits: &Limits) -> Error {
    Error::OverLimit {
        limit: "members of a container",
        allowed: limits.zip_members as u64,
    }
}

fn unsupported(feature: &'static str) -> Error {
    Error::Unsupported {
        structure: "ZIP file",
        feature,
    }
}

/// A little-endian field of a record.
fn number(record: &[u8], field: Range<usize>) -> Option<usize> {
    let octets = record.get(field)?.iter().rev();
    let value = octets.fold(0, |value, octet| value << 8 | u64::from(*octet));
    usize::try_from(value).ok()
}

/// A place or length in memory; beyond all memory it points past every end.
fn place(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
