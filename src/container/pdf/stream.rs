//! Streams without their filters (ISO 32000-2, 7.4), within a bound.

use lopdf::{DecompressError, Dictionary, Stream};

use super::parser::references;
use crate::error::Error;
use crate::limits::Limits;

/// Bytes up to which the ratio is not judged, as in the ZIP containers of EU DSS.
const RATIO_FROM: usize = 1 << 20;

/// What `encoded` holds under the filters that its dictionary names; none when they fail or
/// stand in other objects, which might be written anew.
///
/// # Errors
///
/// [`Error::OverLimit`] when it grows beyond what `limits` allow.
pub(super) fn decoded(
    dictionary: &Dictionary,
    encoded: &[u8],
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Error> {
    if [&b"Filter"[..], b"DecodeParms"].iter().any(|key| {
        let value = dictionary.get(key);
        value.is_ok_and(|value| !references(value).is_empty())
    }) {
        return Ok(None);
    }
    let ratio = encoded.len().saturating_mul(limits.pdf_stream_ratio);
    let most = ratio.max(RATIO_FROM).min(limits.pdf_stream_bytes);
    let stream = Stream {
        dict: dictionary.clone(),
        content: encoded.to_vec(),
        allows_compression: false,
        start_position: None,
    };
    match stream.get_plain_content_with_limit(most) {
        Ok(content) => Ok(Some(content)),
        Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            Err(Error::OverLimit {
                limit: "unpacked bytes of one stream",
                allowed: most as u64,
            })
        }
        Err(_) => Ok(None),
    }
}
