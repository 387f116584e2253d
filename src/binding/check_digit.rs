//! Check digits.

/// Whether the last of `digits` is Luhn's check digit over those before (ISO/IEC 7812-1, annex B).
///
/// Digits are numbers from 0 to 9; fewer than two prove nothing.
pub(super) fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let (mut sum, mut count) = (0u32, 0usize);
    for (place, digit) in digits.rev().enumerate() {
        let value = u32::from(digit);
        sum += match place % 2 {
            0 => value,
            _ => value * 2 / 10 + value * 2 % 10,
        };
        count += 1;
    }
    count > 1 && sum.is_multiple_of(10)
}

/// [`luhn`] for a text of decimal digits; anything else has no check digit.
pub(super) fn luhn_of_text(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && luhn(text.bytes().map(|byte| byte - b'0'))
}

/// Whether a text of digits and capitals leaves 1 when divided by 97 (ISO/IEC 7064, MOD 97-10).
pub(super) fn modulo_97(text: &str) -> bool {
    let remainder = text.chars().try_fold(0u32, |remainder, character| {
        let value = character.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        (!character.is_ascii_lowercase()).then_some((remainder * shift + value) % 97)
    });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_tells_right_from_wrong() {
        for right in ["1212121212", "2021006883", "2120000142", "2321000016"] {
            assert!(luhn_of_text(right), "{right}");
        }
        for wrong in ["1212121213", "2021006838", "", "0", "12121212 2"] {
            assert!(!luhn_of_text(wrong), "{wrong}");
        }
    }

    #[test]
    fn modulo_97_tells_right_from_wrong() {
        // A published identifier, and the same with two characters exchanged.
        assert!(modulo_97("5493001KJTIIGC8Y1R12"));
        assert!(!modulo_97("5493001KJTIIGC8YR112"));
        assert!(!modulo_97("5493001kjtiigc8y1r12"));
        assert!(!modulo_97(""));
    }
}
