//! A cursor over encoded values: bounded, tolerant of BER lengths, never allocating.

use super::element::{Element, nesting};
use super::{Oid, tag};
use crate::error::Error;
use crate::limits::Limits;
use crate::time::UnixTime;
use std::borrow::Cow;

/// Reads one value after the other from the content of a structure.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    structure: &'static str,
}

impl<'a> Reader<'a> {
    /// A reader over `input`; `structure` names it in error texts.
    pub fn new(input: &'a [u8], structure: &'static str) -> Self {
        Reader {
            input,
            position: 0,
            structure,
        }
    }

    /// Whether every value has been read.
    pub fn is_empty(&self) -> bool {
        self.position >= self.input.len()
    }

    /// Byte offset of the next value.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The bytes that have not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.input.get(self.position..).unwrap_or_default()
    }

    /// The tag of the next value, if there is one.
    pub fn peek(&self) -> Option<u8> {
        self.input.get(self.position).copied()
    }

    /// An [`Error::Malformed`] at the current place.
    pub fn error(&self, problem: &'static str) -> Error {
        Error::malformed(self.structure, self.position, problem)
    }

    /// The next value, whatever it is.
    pub fn element(&mut self) -> Result<Element<'a>, Error> {
        self.element_within(Limits::default().asn1_depth)
    }

    fn element_within(&mut self, depth: usize) -> Result<Element<'a>, Error> {
        let start = self.position;
        let tag = self.byte()?;
        if tag & 0x1f == 0x1f {
            return Err(self.error("a tag number above 30"));
        }
        let content = match self.length()? {
            Some(length) => self.take(length)?,
            None if tag & 0x20 == 0 => {
                return Err(self.error("an indefinite length on a primitive value"));
            }
            None => self.until_end_of_contents(depth)?,
        };
        Ok(Element {
            tag,
            raw: self.input.get(start..self.position).unwrap_or_default(),
            content,
            structure: self.structure,
        })
    }

    /// The next value, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, Error> {
        match self.optional(tag)? {
            Some(element) => Ok(element),
            None if self.is_empty() => Err(self.error("the structure ends too early")),
            None => Err(self.error("another type than the standard asks for")),
        }
    }

    /// The next value if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Error> {
        if self.peek() == Some(tag) {
            self.element().map(Some)
        } else {
            Ok(None)
        }
    }

    /// A string value with this tag, also where BER has cut it into parts.
    pub fn string(&mut self, primitive: u8) -> Result<Cow<'a, [u8]>, Error> {
        match self.peek() {
            Some(tag) if tag & !0x20 == primitive => self.element()?.octets(),
            _ => Err(self.error("another type than the standard asks for")),
        }
    }

    /// A reader over the next SEQUENCE.
    pub fn sequence(&mut self) -> Result<Reader<'a>, Error> {
        Ok(self.expect(tag::SEQUENCE)?.reader())
    }

    /// A reader over the next SET.
    pub fn set(&mut self) -> Result<Reader<'a>, Error> {
        Ok(self.expect(tag::SET)?.reader())
    }

    /// The value inside an explicit `[number]`, if that comes next.
    pub fn explicit(&mut self, number: u8) -> Result<Option<Reader<'a>>, Error> {
        Ok(self
            .optional(tag::context_constructed(number))?
            .map(|element| element.reader()))
    }

    /// An OBJECT IDENTIFIER.
    pub fn oid(&mut self) -> Result<Oid, Error> {
        let element = self.expect(tag::OBJECT_IDENTIFIER)?;
        Oid::from_content(element.content)
            .ok_or_else(|| self.error("an object identifier that is not one"))
    }

    /// The two's complement content of an INTEGER.
    pub fn integer(&mut self) -> Result<&'a [u8], Error> {
        let content = self.expect(tag::INTEGER)?.content;
        if content.is_empty() {
            return Err(self.error("an INTEGER without content"));
        }
        Ok(content)
    }

    /// An INTEGER that must be small and not negative.
    pub fn small_integer(&mut self) -> Result<u64, Error> {
        let content = self.integer()?;
        unsigned(content).ok_or_else(|| self.error("an INTEGER that is negative or too large"))
    }

    /// A BOOLEAN.
    pub fn boolean(&mut self) -> Result<bool, Error> {
        match self.expect(tag::BOOLEAN)?.content {
            [value] => Ok(*value != 0),
            _ => Err(self.error("a BOOLEAN that is not one octet")),
        }
    }

    /// The octets of a BIT STRING whose number of bits is a multiple of eight.
    pub fn bit_string(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        let wrong = self.error("a BIT STRING with unused bits");
        match self.string(tag::BIT_STRING)? {
            Cow::Borrowed([0, octets @ ..]) => Ok(Cow::Borrowed(octets)),
            Cow::Owned(octets) if octets.first() == Some(&0) => {
                Ok(Cow::Owned(octets.into_iter().skip(1).collect()))
            }
            _ => Err(wrong),
        }
    }

    /// A UTCTime or GeneralizedTime (RFC 5280, 4.1.2.5), a fraction of a second cut off.
    pub fn time(&mut self) -> Result<UnixTime, Error> {
        let at = self.error("a time that is no calendar time");
        let element = self.element()?;
        super::string::time(element.tag, element.content).ok_or(at)
    }

    /// Fails if anything is left.
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(self.error("more values than the standard allows"))
        }
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let byte = self
            .peek()
            .ok_or_else(|| self.error("the input ends inside a value"))?;
        self.position += 1;
        Ok(byte)
    }

    /// `None` for the indefinite form.
    fn length(&mut self) -> Result<Option<usize>, Error> {
        let first = self.byte()?;
        let count = match first {
            0..=0x7f => return Ok(Some(usize::from(first))),
            0x80 => return Ok(None),
            _ => usize::from(first & 0x7f),
        };
        let mut length: usize = 0;
        for _ in 0..count {
            let byte = self.byte()?;
            length = length
                .checked_mul(256)
                .and_then(|shifted| shifted.checked_add(usize::from(byte)))
                .ok_or_else(|| self.error("a length beyond all memory"))?;
        }
        Ok(Some(length))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let end = self
            .position
            .checked_add(length)
            .filter(|end| *end <= self.input.len())
            .ok_or_else(|| self.error("a length that points past the end of the input"))?;
        let taken = self.input.get(self.position..end).unwrap_or_default();
        self.position = end;
        Ok(taken)
    }

    fn until_end_of_contents(&mut self, depth: usize) -> Result<&'a [u8], Error> {
        let deeper = depth.checked_sub(1).ok_or_else(nesting)?;
        let start = self.position;
        while !self.rest().starts_with(&[0, 0]) {
            self.element_within(deeper)?;
        }
        let content = self.input.get(start..self.position).unwrap_or_default();
        self.position += 2;
        Ok(content)
    }
}

/// The value of a two's complement INTEGER that is neither negative nor above 64 bits.
pub(super) fn unsigned(content: &[u8]) -> Option<u64> {
    if content.first()? & 0x80 != 0 {
        return None;
    }
    content.iter().try_fold(0u64, |value, byte| {
        value.checked_mul(256)?.checked_add(u64::from(*byte))
    })
}
