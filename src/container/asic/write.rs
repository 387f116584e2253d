//! Writing of ASiC-E: the same members always give the same bytes.

use super::zip::{is_unsafe, refuse};
use super::{MIMETYPE, MIMETYPE_ASIC_E};
use crate::error::Error;
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, System, ZIP64_BYTES_THR, ZipWriter};
use std::io::{Cursor, Write};

/// Writes an ASiC-E container (EN 319 162-1, 4.4 and A.1): `mimetype` first, then the members
/// in their order, all stored, so that a damaged byte harms one member only.
///
/// # Errors
/// [`Error::Malformed`] where a name is unsafe, given twice or `mimetype`.
pub fn write_asic_e(members: &[(String, &[u8])]) -> Result<Vec<u8>, Error> {
    let first = (MIMETYPE, MIMETYPE_ASIC_E.as_bytes());
    write([first].into_iter().chain(borrowed(members)))
}

/// Writes a ZIP file of these members, stored in their order.
///
/// # Errors
/// [`Error::Malformed`] where a name is unsafe or given twice.
pub fn write_zip(members: &[(String, &[u8])]) -> Result<Vec<u8>, Error> {
    write(borrowed(members))
}

fn borrowed<'a>(members: &'a [(String, &'a [u8])]) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    let members = members.iter();
    members.map(|(name, content)| (name.as_str(), *content))
}

fn write<'a>(members: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, Error> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut count = 0;
    for (index, (name, content)) in members.enumerate() {
        count = index;
        if is_unsafe(name) {
            return Err(Error::malformed(
                "ASiC container",
                index,
                "a member name that is unsafe",
            ));
        }
        zip.start_file(name, options(content))
            .and_then(|()| Ok(zip.write_all(content)?))
            .map_err(|error| refuse(error, index))?;
    }
    let output = zip.finish().map_err(|error| refuse(error, count))?;
    Ok(output.into_inner())
}

/// Neither a clock nor the system must enter the bytes; 1980-01-01 is the earliest date of ZIP.
fn options(content: &[u8]) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o644)
        .large_file(content.len() as u64 >= ZIP64_BYTES_THR)
}
