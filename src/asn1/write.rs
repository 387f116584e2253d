//! Writing of DER, for requests, evidence records and the attributes that sigill adds.

use super::element::push_header;
use super::{Oid, tag};
use crate::time::UnixTime;

/// Builds one DER structure from the inside out.
///
/// ```
/// use sigill::asn1::DerWriter;
/// let mut writer = DerWriter::new();
/// writer.sequence(|inner| inner.small_integer(3));
/// assert_eq!(writer.into_bytes(), [0x30, 0x03, 0x02, 0x01, 0x03]);
/// ```
#[derive(Debug, Default)]
pub struct DerWriter {
    output: Vec<u8>,
}

impl DerWriter {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.output
    }

    /// A constructed value of any tag.
    pub fn constructed(&mut self, tag: u8, write: impl FnOnce(&mut DerWriter)) {
        let mut inner = DerWriter::new();
        write(&mut inner);
        self.primitive(tag, &inner.output);
    }

    /// A SEQUENCE.
    pub fn sequence(&mut self, write: impl FnOnce(&mut DerWriter)) {
        self.constructed(tag::SEQUENCE, write);
    }

    /// A SET OF, its members sorted as DER asks for (X.690, 11.6).
    pub fn set_of(&mut self, mut members: Vec<Vec<u8>>) {
        members.sort();
        self.primitive(tag::SET, &members.concat());
    }

    /// A value of any tag with the given content.
    pub fn primitive(&mut self, tag: u8, content: &[u8]) {
        push_header(&mut self.output, tag, content.len());
        self.output.extend_from_slice(content);
    }

    /// A value that is already encoded.
    pub fn raw(&mut self, encoded: &[u8]) {
        self.output.extend_from_slice(encoded);
    }

    /// An OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: &Oid) {
        self.primitive(tag::OBJECT_IDENTIFIER, oid.content());
    }

    /// An INTEGER from its unsigned big-endian octets.
    pub fn unsigned_integer(&mut self, octets: &[u8]) {
        let significant: Vec<u8> = octets
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        let mut content = Vec::with_capacity(significant.len() + 1);
        if significant.first().is_none_or(|byte| byte & 0x80 != 0) {
            content.push(0);
        }
        content.extend_from_slice(&significant);
        self.primitive(tag::INTEGER, &content);
    }

    /// An INTEGER that fits 64 bits.
    pub fn small_integer(&mut self, value: u64) {
        self.unsigned_integer(&value.to_be_bytes());
    }

    /// An OCTET STRING.
    pub fn octet_string(&mut self, octets: &[u8]) {
        self.primitive(tag::OCTET_STRING, octets);
    }

    /// A BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.primitive(tag::BOOLEAN, &[if value { 0xff } else { 0 }]);
    }

    /// A NULL.
    pub fn null(&mut self) {
        self.primitive(tag::NULL, &[]);
    }

    /// A GeneralizedTime in whole seconds (RFC 5280, 4.1.2.5.2).
    pub fn generalized_time(&mut self, time: UnixTime) {
        let digits: String = time
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        self.primitive(tag::GENERALIZED_TIME, format!("{digits}Z").as_bytes());
    }
}
