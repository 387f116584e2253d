//! One encoded value, definite or indefinite in length (X.690, 8.1.3).

use super::reader::Reader;
use super::tag;
use crate::error::Error;
use crate::limits::Limits;
use std::borrow::Cow;

/// An encoded value together with the bytes it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet; sigill meets no tag numbers above 30.
    pub tag: u8,
    /// Identifier, length and content as they stand in the input.
    pub raw: &'a [u8],
    /// The content octets, without any end-of-contents marker.
    pub content: &'a [u8],
    /// The structure this element is part of, for error texts.
    pub structure: &'static str,
}

impl<'a> Element<'a> {
    /// A reader over the values inside this constructed element.
    pub fn reader(&self) -> Reader<'a> {
        Reader::new(self.content, self.structure)
    }

    /// Whether the element holds other elements (X.690, 8.1.2.5).
    pub fn is_constructed(&self) -> bool {
        self.tag & 0x20 != 0
    }

    /// The octets of a string type, joined where BER has cut them (X.690, 8.7.3).
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Error> {
        if !self.is_constructed() {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::with_capacity(self.content.len());
        join_octets(self, &mut joined, Limits::default().asn1_depth)?;
        Ok(Cow::Owned(joined))
    }
}

fn join_octets(element: &Element<'_>, joined: &mut Vec<u8>, depth: usize) -> Result<(), Error> {
    let deeper = depth.checked_sub(1).ok_or_else(nesting)?;
    let mut parts = element.reader();
    while !parts.is_empty() {
        let part = parts.element()?;
        if part.is_constructed() {
            join_octets(&part, joined, deeper)?;
        } else {
            joined.extend_from_slice(part.content);
        }
    }
    Ok(())
}

/// The DER form of one element: definite minimal lengths, string parts joined.
///
/// Subtrees that hold no BER freedom are copied as they stand, so that certificates inside
/// keep the bytes that were signed. Sets are not sorted.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::OverLimit`] where the element cannot be walked.
pub fn to_der(element: &Element<'_>) -> Result<Vec<u8>, Error> {
    let mut output = Vec::with_capacity(element.raw.len());
    write_der(element, &mut output, Limits::default().asn1_depth)?;
    Ok(output)
}

fn write_der(element: &Element<'_>, output: &mut Vec<u8>, depth: usize) -> Result<(), Error> {
    let deeper = depth.checked_sub(1).ok_or_else(nesting)?;
    if !element.is_constructed() {
        push_header(output, element.tag, element.content.len());
        output.extend_from_slice(element.content);
        return Ok(());
    }
    if is_string(element.tag & !0x20) {
        let octets = element.octets()?;
        push_header(output, element.tag & !0x20, octets.len());
        output.extend_from_slice(&octets);
        return Ok(());
    }
    let mut content = Vec::with_capacity(element.content.len());
    let mut parts = element.reader();
    while !parts.is_empty() {
        write_der(&parts.element()?, &mut content, deeper)?;
    }
    push_header(output, element.tag, content.len());
    output.extend_from_slice(&content);
    Ok(())
}

fn is_string(primitive: u8) -> bool {
    matches!(
        primitive,
        tag::BIT_STRING | tag::OCTET_STRING | tag::UTF8_STRING | 0x12..=0x1e
    )
}

/// Identifier and minimal definite length (X.690, 10.1).
pub(super) fn push_header(output: &mut Vec<u8>, tag: u8, length: usize) {
    output.push(tag);
    if let (true, Ok(short)) = (length < 0x80, u8::try_from(length)) {
        output.push(short);
        return;
    }
    let bytes = length.to_be_bytes();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    let count = significant.clone().count();
    output.push(0x80 | u8::try_from(count).unwrap_or(8));
    output.extend(significant);
}

pub(super) fn nesting() -> Error {
    Error::OverLimit {
        limit: "levels of ASN.1 nesting",
        allowed: Limits::default().asn1_depth as u64,
    }
}
