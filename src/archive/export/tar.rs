//! TAR files in the form that every system reads (POSIX.1-1988, ustar).

use crate::error::Error;

const BLOCK: usize = 512;
/// The greatest size that eleven octal digits hold.
const GREATEST: usize = 0o777_7777_7777;

/// Writes files, each with its path, in their order: the same files always give the same bytes.
///
/// # Errors
/// [`Error::Malformed`] where a path or a file is too long for the form.
pub(super) fn write<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> Result<Vec<u8>, Error> {
    let mut tar = Vec::new();
    for (path, content) in files {
        let too_long = Error::malformed("TAR file", tar.len(), "a path or file that is too long");
        let header = header(&path, content.len()).ok_or(too_long)?;
        tar.extend(header);
        tar.extend(content);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    Ok(tar)
}

fn header(path: &str, size: usize) -> Option<Vec<u8>> {
    let (prefix, name) = parts(path)?;
    if size > GREATEST {
        return None;
    }
    let fields = |sum: &str| -> Vec<u8> {
        let mut header = Vec::with_capacity(BLOCK);
        let mut field = |text: &str, length: usize| {
            let end = header.len() + length;
            header.extend(text.as_bytes());
            header.resize(end, 0);
        };
        field(name, 100);
        // Mode, owner and group.
        field("0000644", 8);
        field("0000000", 8);
        field("0000000", 8);
        field(&format!("{size:011o}"), 12);
        // Neither a clock nor the system must enter the bytes.
        field("00000000000", 12);
        field(sum, 8);
        // An ordinary file, which links to none.
        field("0", 1);
        field("", 100);
        field("ustar", 6);
        field("00", 2);
        // Names of owner and group, and device numbers.
        field("", 64);
        field("", 16);
        field(prefix, 155);
        field("", 12);
        header
    };
    // The sum is taken over the header with blanks in its place.
    let sum: u32 = fields("        ")
        .iter()
        .map(|octet| u32::from(*octet))
        .sum();
    Some(fields(&format!("{sum:06o}\0 ")))
}

/// The path at the slash that makes both parts short enough.
fn parts(path: &str) -> Option<(&str, &str)> {
    if path.len() <= 100 {
        return Some(("", path));
    }
    let slashes = path.match_indices('/');
    let mut parts = slashes.filter_map(|(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)));
    parts.find(|(prefix, name)| prefix.len() <= 155 && name.len() <= 100)
}
