//! `long-term-validation` (ETSI TS 101 733 V2.2.1, 6.5.1, which no longer recommends it).

use crate::asn1::{Reader, keep, oid, tag};
use crate::error::Error;
use bytes::Bytes;

/// A proof of existence and the evidence that was gathered with it.
#[derive(Debug, Clone, Default)]
pub struct LongTermValidation {
    /// The proof, where there is one.
    pub proof: Option<ProofValue>,
    /// Certificates.
    pub certificates: Vec<Bytes>,
    /// Revocation lists.
    pub revocation_lists: Vec<Bytes>,
    /// OCSP responses.
    pub ocsp_responses: Vec<Bytes>,
}

/// What proves existence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofValue {
    /// A time-stamp token.
    Timestamp(Bytes),
    /// An evidence record (RFC 4998).
    Record(Bytes),
}

impl LongTermValidation {
    /// Reads one value of the attribute.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it is none.
    pub fn read(value: &Bytes) -> Result<Self, Error> {
        let mut fields = Reader::new(value, "LongTermValidation").sequence()?;
        fields.time()?;
        let mut found = LongTermValidation::default();
        while !fields.is_empty() {
            let field = fields.element()?;
            let mut inside = field.reader();
            match field.tag {
                CERTIFICATES_OR_TIMESTAMP if holds_token(&inside) => {
                    let token = keep(value, inside.element()?.raw);
                    found.proof = Some(ProofValue::Timestamp(token));
                }
                CERTIFICATES_OR_TIMESTAMP => found.read_certificates(inside, value)?,
                REVOCATION_OR_RECORD if holds_record(&inside) => {
                    let record = keep(value, inside.element()?.raw);
                    found.proof = Some(ProofValue::Record(record));
                }
                REVOCATION_OR_RECORD => found.read_revocation(inside, value)?,
                _ => return Err(fields.error("a field of another tag than [0] or [1]")),
            }
        }
        Ok(found)
    }

    fn read_certificates(&mut self, mut set: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        while !set.is_empty() {
            let choice = set.element()?;
            if choice.tag == tag::SEQUENCE {
                self.certificates.push(keep(source, choice.raw));
            }
        }
        Ok(())
    }

    fn read_revocation(&mut self, mut set: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        while !set.is_empty() {
            let choice = set.element()?;
            if choice.tag == tag::SEQUENCE {
                self.revocation_lists.push(keep(source, choice.raw));
                continue;
            }
            let mut other = choice.reader();
            if [oid::OCSP_RESPONSE_INFO, oid::OCSP_BASIC_RESPONSE].contains(&other.oid()?) {
                let response = keep(source, other.element()?.raw);
                self.ocsp_responses.push(response);
            }
        }
        Ok(())
    }
}

// The definition gives the proof and the evidence the same tags; what is inside tells.
const CERTIFICATES_OR_TIMESTAMP: u8 = tag::context_constructed(0);
const REVOCATION_OR_RECORD: u8 = tag::context_constructed(1);

/// A token is a `ContentInfo`, which begins with an OID; a certificate begins with a sequence.
fn holds_token(inside: &Reader<'_>) -> bool {
    let mut look = inside.clone();
    look.sequence()
        .is_ok_and(|first| first.peek() == Some(tag::OBJECT_IDENTIFIER))
}

/// An evidence record begins with its version; a revocation list with a sequence.
fn holds_record(inside: &Reader<'_>) -> bool {
    let mut look = inside.clone();
    look.sequence()
        .is_ok_and(|first| first.peek() == Some(tag::INTEGER))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::asn1::DerWriter;

    fn value(fields: impl FnOnce(&mut DerWriter)) -> Bytes {
        let mut writer = DerWriter::new();
        writer.sequence(|value| {
            value.primitive(0x18, b"20260115120000Z");
            fields(value);
        });
        writer.into_bytes().into()
    }

    #[test]
    fn a_token_is_told_from_certificates_of_the_same_tag() {
        let both = value(|fields| {
            fields.constructed(0xa0, |token| {
                token.sequence(|info| info.oid(&oid::SIGNED_DATA))
            });
            fields.constructed(0xa0, |set| set.sequence(|one| one.sequence(|_| ())));
        });
        let read = LongTermValidation::read(&both).unwrap();
        assert!(matches!(read.proof, Some(ProofValue::Timestamp(_))));
        assert_eq!(read.certificates.len(), 1);
    }

    #[test]
    fn a_record_is_told_from_revocation_lists_of_the_same_tag() {
        let both = value(|fields| {
            fields.constructed(0xa1, |record| {
                record.sequence(|fields| fields.primitive(tag::INTEGER, &[1]));
            });
            fields.constructed(0xa1, |set| set.sequence(|one| one.sequence(|_| ())));
        });
        let read = LongTermValidation::read(&both).unwrap();
        assert!(matches!(read.proof, Some(ProofValue::Record(_))));
        assert_eq!(read.revocation_lists.len(), 1);
        assert!(read.certificates.is_empty());
    }
}
