//! Streams without their filters (ISO 32000-2, 7.4), within a bound.

use std::ops::Range;

use lopdf::{DecompressError, Dictionary, Stream};

use super::parser::references;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::Text;

/// Bytes up to which the ratio is not judged, as in the ZIP containers of EU DSS.
const RATIO_FROM: usize = 1 << 20;

/// What stands in `extent`, under the filters that its dictionary names; none when they fail or
/// stand in other objects, which might be written anew.
///
/// # Errors
///
/// [`Error::OverLimit`] when it is or grows larger than `limits` allow.
pub(super) fn decoded_at(
    text: &(impl Text + ?Sized),
    extent: Range<usize>,
    dictionary: &Dictionary,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Error> {
    if extent.len() > limits.pdf_stream_bytes {
        return Err(too_large(limits.pdf_stream_bytes));
    }
    match text.slice(extent) {
        Some(encoded) => decoded(dictionary, &encoded, limits),
        None => Ok(None),
    }
}

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
            Err(too_large(most))
        }
        Err(_) => Ok(None),
    }
}

/// A stream that may hold no more than `most` bytes.
pub(super) fn too_large(most: usize) -> Error {
    Error::OverLimit {
        limit: "unpacked bytes of one stream",
        allowed: most as u64,
    }
}
