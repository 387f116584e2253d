//! `TimeStampReq` and `TimeStampResp` (RFC 3161, 2.4). The caller does the sending.

use super::timestamp_token::TimestampToken;
use crate::asn1::{DerWriter, Oid, Reader, keep, tag};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::limits::Limits;
use crate::x509::Certificate;
use bytes::Bytes;

/// What is asked of a time-stamping authority.
#[derive(Debug, Clone)]
pub struct TimestampRequest {
    /// Digest algorithm of the imprint.
    pub digest: DigestAlgorithm,
    /// Digest of the data to be stamped.
    pub imprint: Vec<u8>,
    /// A number never used before, from the caller.
    pub nonce: u64,
    /// The policy wanted, if any.
    pub policy: Option<Oid>,
}

impl TimestampRequest {
    /// The request in DER, asking for the authority's certificate to be sent along.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|request| {
            request.small_integer(1);
            request.sequence(|imprint| {
                imprint.sequence(|algorithm| {
                    algorithm.oid(&self.digest.oid());
                    algorithm.null();
                });
                imprint.octet_string(&self.imprint);
            });
            if let Some(policy) = &self.policy {
                request.oid(policy);
            }
            request.small_integer(self.nonce);
            request.boolean(true);
        });
        writer.into_bytes()
    }

    /// Whether `token` answers this request: imprint, nonce and policy are those of the request,
    /// and the authority's certificate is there (RFC 3161, 2.2 and 2.4.1).
    pub fn is_answered_by(&self, token: &TimestampToken) -> bool {
        let nonce = self.nonce.to_be_bytes();
        let returned = token.info.nonce.as_deref().unwrap_or_default();
        let by_this_policy = self
            .policy
            .as_ref()
            .is_none_or(|wanted| token.info.policy == *wanted);
        token.info.imprint_digest() == Some(self.digest)
            && token.info.imprint == self.imprint
            && without_leading_zeros(returned) == without_leading_zeros(&nonce)
            && by_this_policy
            && has_certificate(token)
    }
}

fn has_certificate(token: &TimestampToken) -> bool {
    let certificates = token.signed_data.certificates.iter();
    certificates
        .filter_map(|bytes| Certificate::read(bytes).ok())
        .any(|certificate| token.signer_info.identifier.names(&certificate))
}

fn without_leading_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

/// The token in a `TimeStampResp`.
///
/// # Errors
/// [`Error::Malformed`] where the authority refused, or sent something else.
pub fn read_response(bytes: &Bytes, limits: &Limits) -> Result<TimestampToken, Error> {
    let mut fields = Reader::new(bytes, "TimeStampResp").sequence()?;
    let status = fields.sequence()?.small_integer()?;
    // granted(0) and grantedWithMods(1), RFC 3161, 2.4.2.
    if status > 1 {
        return Err(fields.error("the authority refused the request"));
    }
    let token = keep(bytes, fields.expect(tag::SEQUENCE)?.raw);
    TimestampToken::read(&token, limits)
}
