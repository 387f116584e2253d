//! Reading of ASN.1 as archives hold it: strict DER, and the BER that many signers write.
//!
//! Nothing is ever re-encoded for hashing: each [`Element`] keeps the bytes as they stand.
//! [`to_der`] serves the one place where a standard asks for the DER form of BER input
//! (RFC 5652, 5.4).

mod element;
pub mod oid;
mod reader;
mod string;
mod write;

pub use element::{Element, to_der};
pub use oid::Oid;
pub use reader::Reader;
pub use string::text;
pub use write::DerWriter;

use bytes::Bytes;

/// The part of `source` that `part` points into, sharing its storage.
///
/// A part from elsewhere is copied, so that no caller can panic.
pub fn keep(source: &Bytes, part: &[u8]) -> Bytes {
    let start = (part.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
    let inside = start
        .checked_add(part.len())
        .is_some_and(|end| end <= source.len());
    if inside {
        source.slice(start..start + part.len())
    } else {
        Bytes::copy_from_slice(part)
    }
}

/// Identifier octets of the universal types (X.690, 8.1.2) that signatures use.
pub mod tag {
    #![allow(missing_docs)]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const NULL: u8 = 0x05;
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const NUMERIC_STRING: u8 = 0x12;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const TELETEX_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    pub const BMP_STRING: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// `[number]` of a primitive context-specific type.
    pub const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]` of a constructed context-specific type.
    pub const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}
