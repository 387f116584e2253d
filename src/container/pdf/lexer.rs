//! Spans of tokens in the bytes as they stand (ISO 32000-2, 7.2 and 7.3).
//!
//! A parsed object no longer tells where its strings lay in the file, nor
//! whether a key stood there twice; both decide about a signature.

use std::ops::Range;

use super::ObjectNumber;
use crate::source::Text;

/// One key of a dictionary and the span of its value.
pub(super) struct DictionaryEntry {
    pub(super) key: Vec<u8>,
    pub(super) value: Range<usize>,
}

/// The dictionary that starts at `at`, with every key as often as it is written,
/// and the offset behind its `>>`.
pub(super) fn dictionary(
    text: &(impl Text + ?Sized),
    at: usize,
) -> Option<(Vec<DictionaryEntry>, usize)> {
    let mut position = after(text, at, b"<<")?;
    let mut entries = Vec::new();
    loop {
        position = skip_space(text, position);
        if let Some(end) = after(text, position, b">>") {
            return Some((entries, end));
        }
        let (key, end) = name(text, position)?;
        let start = skip_space(text, end);
        let end = value_end(text, start)?;
        entries.push(DictionaryEntry {
            key,
            value: start..end,
        });
        position = end;
    }
}

/// The number and generation of `12 0 obj` at `at`, and the offset behind it.
pub(super) fn object_header(
    text: &(impl Text + ?Sized),
    at: usize,
) -> Option<(ObjectNumber, usize)> {
    let (number, position) = unsigned(text, skip_space(text, at))?;
    let (generation, position) = unsigned(text, skip_space(text, position))?;
    let end = after(text, skip_space(text, position), b"obj")?;
    let object = ObjectNumber {
        number: u32::try_from(number).ok()?,
        generation: u16::try_from(generation).ok()?,
    };
    Some((object, end))
}

/// An unsigned decimal integer at `at`, and the offset behind it.
pub(super) fn unsigned(text: &(impl Text + ?Sized), at: usize) -> Option<(u64, usize)> {
    let mut end = at;
    let mut value = 0u64;
    while let Some(digit @ b'0'..=b'9') = text.byte(end) {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        end += 1;
    }
    (end > at).then_some((value, end))
}

/// The offset of the next byte that is neither white space nor comment (7.2.3, 7.2.4).
pub(super) fn skip_space(text: &(impl Text + ?Sized), at: usize) -> usize {
    let mut position = at;
    let mut in_comment = false;
    while let Some(byte) = text.byte(position) {
        match byte {
            b'\r' | b'\n' => in_comment = false,
            b'%' => in_comment = true,
            _ if in_comment || is_white_space(byte) => {}
            _ => break,
        }
        position += 1;
    }
    position
}

/// The offset behind `token` when it stands at `at`.
pub(super) fn after(text: &(impl Text + ?Sized), at: usize, token: &[u8]) -> Option<usize> {
    text.starts_with(at, token).then_some(at + token.len())
}

/// The offset behind the object that starts at `at`, however deep it nests.
pub(super) fn value_end(text: &(impl Text + ?Sized), at: usize) -> Option<usize> {
    let mut position = at;
    let mut depth = 0usize;
    loop {
        position = skip_space(text, position);
        let (end, change) = token_end(text, position)?;
        position = end;
        match change {
            Nesting::Opens => depth += 1,
            Nesting::Closes => depth = depth.checked_sub(1)?,
            Nesting::Stays => {}
        }
        if depth == 0 {
            return Some(reference_end(text, at).unwrap_or(end));
        }
    }
}

/// The offset behind the regular characters that start at `at`.
pub(super) fn regular_end(text: &(impl Text + ?Sized), at: usize) -> usize {
    let regular = |byte: u8| !is_white_space(byte) && !is_delimiter(byte);
    let mut end = at;
    while text.byte(end).is_some_and(regular) {
        end += 1;
    }
    end
}

/// The offset of the digits that end at `end`.
pub(super) fn digits_before(text: &(impl Text + ?Sized), end: usize) -> usize {
    start_of(text, end, |byte| byte.is_ascii_digit())
}

/// The offset of the white space that ends at `end`.
pub(super) fn space_before(text: &(impl Text + ?Sized), end: usize) -> usize {
    start_of(text, end, is_white_space)
}

fn start_of(text: &(impl Text + ?Sized), end: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let mut start = end;
    while let Some(before) = start.checked_sub(1)
        && text.byte(before).is_some_and(&is_part)
    {
        start = before;
    }
    start
}

/// White space of 7.2.3, table 1.
pub(super) fn is_white_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// The value of a hexadecimal string that spans exactly `<...>` (7.3.4.3).
pub(super) fn hexadecimal_string(token: &[u8]) -> Option<Vec<u8>> {
    let digits = token.strip_prefix(b"<")?.strip_suffix(b">")?;
    let (pairs, rest) = digits.as_chunks::<2>();
    // Most strings are nothing but pairs, and those of signatures are long.
    let is_digits = digits
        .iter()
        .fold(true, |all, byte| all & byte.is_ascii_hexdigit());
    match rest.is_empty() && is_digits {
        true => Some(pairs.iter().map(octet).collect()),
        false => spaced_hexadecimal_string(digits),
    }
}

/// The octet of two hexadecimal digits, both worked out at once: letters have a bit that figures
/// have not, and `a` ends in 1.
fn octet(digits: &[u8; 2]) -> u8 {
    let digits = u16::from_be_bytes(*digits);
    let values = (digits & 0x0f0f) + ((digits >> 6) & 0x0101) * 9;
    ((values >> 4) | (values & 0x0f)) as u8
}

/// The same where white space stands between the digits, or the last one is left out.
fn spaced_hexadecimal_string(digits: &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::with_capacity(digits.len() / 2 + 1);
    let mut high = None;
    for &byte in digits.iter().filter(|byte| !is_white_space(**byte)) {
        let digit = char::from(byte).to_digit(16)? as u8;
        match high.take() {
            None => high = Some(digit << 4),
            Some(upper) => value.push(upper | digit),
        }
    }
    value.extend(high);
    Some(value)
}

/// The value of a literal string that spans exactly `(...)` (7.3.4.2).
pub(super) fn literal_string(token: &[u8]) -> Option<Vec<u8>> {
    let body = token.strip_prefix(b"(")?.strip_suffix(b")")?;
    let mut value = Vec::with_capacity(body.len());
    let mut bytes = body.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if_eq(&b'\n');
                value.push(b'\n');
            }
            b'\\' => escaped(&mut bytes, &mut value),
            _ => value.push(byte),
        }
    }
    Some(value)
}

fn escaped(bytes: &mut std::iter::Peekable<impl Iterator<Item = u8>>, value: &mut Vec<u8>) {
    match bytes.next() {
        Some(b'n') => value.push(b'\n'),
        Some(b'r') => value.push(b'\r'),
        Some(b't') => value.push(b'\t'),
        Some(b'b') => value.push(8),
        Some(b'f') => value.push(0x0c),
        Some(b'\n') | None => {}
        Some(b'\r') => {
            bytes.next_if_eq(&b'\n');
        }
        Some(first @ b'0'..=b'7') => {
            let mut code = u32::from(first - b'0');
            for _ in 0..2 {
                let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else {
                    break;
                };
                code = code * 8 + u32::from(digit - b'0');
            }
            value.push((code & 0xff) as u8);
        }
        Some(other) => value.push(other),
    }
}

enum Nesting {
    Opens,
    Closes,
    Stays,
}

fn token_end(text: &(impl Text + ?Sized), at: usize) -> Option<(usize, Nesting)> {
    let opens = |length| Some((at + length, Nesting::Opens));
    let closes = |length| Some((at + length, Nesting::Closes));
    match (text.byte(at)?, text.byte(at + 1)) {
        (b'<', Some(b'<')) => opens(2),
        (b'>', Some(b'>')) => closes(2),
        (b'[', _) => opens(1),
        (b']', _) => closes(1),
        (b'<', _) => {
            let end = text.next(b'>', at)?;
            Some((end + 1, Nesting::Stays))
        }
        (b'(', _) => Some((literal_end(text, at)?, Nesting::Stays)),
        (b'/', _) => Some((regular_end(text, at + 1), Nesting::Stays)),
        _ => {
            let end = regular_end(text, at);
            (end > at).then_some((end, Nesting::Stays))
        }
    }
}

fn literal_end(text: &(impl Text + ?Sized), at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut position = at;
    loop {
        match text.byte(position)? {
            b'\\' => position += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        position += 1;
        if depth == 0 {
            return Some(position);
        }
    }
}

/// The offset behind `12 0 R` at `at`.
pub(super) fn reference_end(text: &(impl Text + ?Sized), at: usize) -> Option<usize> {
    reference(text, at).map(|(.., end)| end)
}

/// The number and the generation of `12 0 R` at `at`, and the offset behind it.
pub(super) fn reference(text: &(impl Text + ?Sized), at: usize) -> Option<(u64, u64, usize)> {
    let (number, end) = unsigned(text, at)?;
    let next = skip_space(text, end);
    let (generation, end) = unsigned(text, next).filter(|_| next > end)?;
    let end = after(text, skip_space(text, end), b"R")?;
    (regular_end(text, end) == end).then_some((number, generation, end))
}

/// The name at `at` with its codes resolved (7.3.5), and the offset behind it.
pub(super) fn name(text: &(impl Text + ?Sized), at: usize) -> Option<(Vec<u8>, usize)> {
    let start = after(text, at, b"/")?;
    let end = regular_end(text, start);
    let written = text.slice(start..end)?;
    if !written.contains(&b'#') {
        return Some((written.into_owned(), end));
    }
    let mut value = Vec::new();
    let mut rest = written.as_ref();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = (byte == b'#')
            .then(|| {
                tail.get(..2)
                    .and_then(|digits| std::str::from_utf8(digits).ok())
            })
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        value.push(code.unwrap_or(byte));
        rest = match code {
            Some(_) => tail.get(2..)?,
            None => tail,
        };
    }
    Some((value, end))
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn keeps_a_key_that_stands_twice_even_when_it_is_disguised() {
        let bytes = b"<< /Contents <00> /A [ (>>) << /B 1 0 R >> ] /Con#74ents(x\\)y) /C 5 0 R>>";
        let (entries, end) = dictionary(&bytes[..], 0).unwrap();
        let keys: Vec<&[u8]> = entries.iter().map(|entry| entry.key.as_slice()).collect();
        assert_eq!(keys, [&b"Contents"[..], b"A", b"Contents", b"C"]);
        assert_eq!(&bytes[entries[2].value.clone()], b"(x\\)y)");
        assert_eq!(&bytes[entries[3].value.clone()], b"5 0 R");
        assert_eq!(end, bytes.len());
    }

    #[test]
    fn an_unclosed_dictionary_is_none() {
        assert!(dictionary(&b"<< /A [ 1 2 "[..], 0).is_none());
        assert!(dictionary(&b"<< /A (open "[..], 0).is_none());
        assert!(dictionary(&b"<< /A <00 "[..], 0).is_none());
        assert!(dictionary(&b"<< /A >> >>"[..], 0).is_none());
    }

    #[test]
    fn decodes_both_kinds_of_string() {
        assert_eq!(hexadecimal_string(b"<30 8>").unwrap(), [0x30, 0x80]);
        assert_eq!(hexadecimal_string(b"<a B0 1>").unwrap(), [0xab, 0x01]);
        assert_eq!(hexadecimal_string(b"<aBf>").unwrap(), [0xab, 0xf0]);
        let digits = hexadecimal_string(b"<0123456789abcdefABCDEF>").unwrap();
        assert_eq!(crate::hex(&digits), "0123456789abcdefabcdef");
        for other in [
            b"<3g>", b"<3/>", b"<3:>", b"<@3>", b"<`3>", b"<3G>", b"<\xb13>",
        ] {
            assert!(hexadecimal_string(other).is_none());
        }
        assert_eq!(
            literal_string(b"(a\\)\\053\\0\\\r\nb\r\n)").unwrap(),
            b"a)+\0b\n"
        );
    }

    #[test]
    fn reads_the_header_of_an_object() {
        let (object, end) = object_header(&b" 12 1 obj<<"[..], 0).unwrap();
        assert_eq!((object.number, object.generation, end), (12, 1, 9));
        assert!(object_header(&b"12 R"[..], 0).is_none());
    }
}
