//! Base 64 (RFC 4648, 4), as XML holds digests.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `octets` in base 64 with padding.
pub(crate) fn encode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, index| {
            bits << 8 | u32::from(group.get(index).copied().unwrap_or_default())
        });
        for position in 0..4 {
            let digit = (bits >> (18 - 6 * position)) & 0x3f;
            let digit = DIGITS.get(digit as usize).copied().unwrap_or_default();
            text.push(if position > group.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    text
}

/// The octets behind `text`, white space skipped as in XML Schema; `None` where it is not base 64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let mut octets = Vec::with_capacity(digits.len() / 4 * 3);
    let last = digits.len().checked_div(4)?.checked_sub(1)?;
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    for (index, group) in digits.chunks_exact(4).enumerate() {
        let padding = group
            .iter()
            .rev()
            .take_while(|digit| **digit == b'=')
            .count();
        if padding > 2 || (padding > 0 && index != last) {
            return None;
        }
        let mut bits: u32 = 0;
        for digit in group.iter().take(4 - padding) {
            let value = DIGITS.iter().position(|known| known == digit)?;
            bits = bits << 6 | u32::try_from(value).ok()?;
        }
        bits <<= 6 * padding;
        octets.extend(bits.to_be_bytes().iter().skip(1).take(3 - padding));
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use proptest::prelude::*;

    /// RFC 4648, 10.
    #[test]
    fn the_vectors_of_the_rfc_agree() {
        for (octets, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(octets.as_bytes()), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(octets in proptest::collection::vec(any::<u8>(), 1..80)) {
            prop_assert_eq!(decode(&encode(&octets)), Some(octets));
        }
    }
}
