//! Writing of ASiC-E: the same members always give the same bytes.

use super::zip::{CENTRAL_HEADER, END_OF_DIRECTORY, FLAG_UTF8, LOCAL_HEADER, crc, is_unsafe};
use super::{MIMETYPE, MIMETYPE_ASIC_E};
use crate::error::Error;
use std::collections::HashSet;

/// 1980-01-01, the earliest date that ZIP can hold, so that no clock enters the bytes.
const DATE: u16 = (1 << 5) | 1;
const VERSION: u16 = 20;

/// Writes an ASiC-E container (EN 319 162-1, 4.4 and A.1): `mimetype` first, then the members
/// in their order, all stored, so that a damaged byte harms one member only.
///
/// # Errors
/// [`Error::Malformed`] where a name is unsafe, given twice or `mimetype`, and
/// [`Error::Unsupported`] where the container would need ZIP64.
pub fn write_asic_e(members: &[(String, &[u8])]) -> Result<Vec<u8>, Error> {
    let mut seen = HashSet::new();
    let mut output = Vec::new();
    let mut directory = Vec::new();
    let first = (MIMETYPE, MIMETYPE_ASIC_E.as_bytes());
    let rest = members
        .iter()
        .map(|(name, content)| (name.as_str(), *content));
    for (name, content) in std::iter::once(first).chain(rest) {
        if is_unsafe(name) || !seen.insert(name) {
            return Err(Error::malformed(
                "ASiC container",
                output.len(),
                "a member name that is unsafe or used twice",
            ));
        }
        let offset = output.len();
        let description = describe(name, content)?;
        output.extend_from_slice(&LOCAL_HEADER);
        output.extend_from_slice(&description);
        output.extend_from_slice(name.as_bytes());
        output.extend_from_slice(content);
        directory.extend_from_slice(&CENTRAL_HEADER);
        directory.extend_from_slice(&VERSION.to_le_bytes());
        directory.extend_from_slice(&description);
        // No comment, first volume, no attributes: 2 + 2 + 2 + 4 octets.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&length32(offset)?.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    end(output, &directory, members.len() + 1)
}

/// The fields that local and central headers share, from the version to the extra length.
fn describe(name: &str, content: &[u8]) -> Result<Vec<u8>, Error> {
    let flags = if name.is_ascii() { 0 } else { FLAG_UTF8 };
    let length = length32(content.len())?.to_le_bytes();
    let name_length = u16::try_from(name.len()).map_err(|_| too_large())?;
    let mut fields = Vec::with_capacity(26);
    for field in [VERSION, flags, 0, 0, DATE] {
        fields.extend_from_slice(&field.to_le_bytes());
    }
    fields.extend_from_slice(&crc(content).to_le_bytes());
    fields.extend_from_slice(&length);
    fields.extend_from_slice(&length);
    fields.extend_from_slice(&name_length.to_le_bytes());
    fields.extend_from_slice(&[0, 0]);
    Ok(fields)
}

fn end(mut output: Vec<u8>, directory: &[u8], count: usize) -> Result<Vec<u8>, Error> {
    let count = u16::try_from(count).map_err(|_| too_large())?.to_le_bytes();
    let start = length32(output.len())?.to_le_bytes();
    let length = length32(directory.len())?.to_le_bytes();
    output.extend_from_slice(directory);
    output.extend_from_slice(&END_OF_DIRECTORY);
    output.extend_from_slice(&[0; 4]);
    output.extend_from_slice(&count);
    output.extend_from_slice(&count);
    output.extend_from_slice(&length);
    output.extend_from_slice(&start);
    output.extend_from_slice(&[0; 2]);
    Ok(output)
}

/// 0xffffffff itself announces ZIP64.
fn length32(length: usize) -> Result<u32, Error> {
    u32::try_from(length)
        .ok()
        .filter(|length| *length != u32::MAX)
        .ok_or_else(too_large)
}

fn too_large() -> Error {
    Error::Unsupported {
        structure: "ASiC container",
        feature: "a size that needs the ZIP64 form",
    }
}
