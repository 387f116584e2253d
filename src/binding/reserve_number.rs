//! Reserve numbers: what Swedish health care calls a patient by who has no personal number.
//!
//! Forms as Inera lists them for regions. Those of Region Skåne, Värmland and other regions
//! are not told from other text and stay.

use super::check_digit::{luhn, luhn_of_text};
use super::personal_number::{is_day_of_month, two_digits};

/// Whether the twelve characters `compact`, separator removed, are a reserve number.
pub(super) fn is_reserve_number(compact: &str) -> bool {
    compact.len() == 12
        && (is_of_stockholm(compact)
            || is_of_inera(compact)
            || is_of_vastra_gotaland(compact)
            || is_national(compact))
}

/// `99yyyyNNNNNC`: year, running number, Luhn over the last eight.
fn is_of_stockholm(compact: &str) -> bool {
    compact.starts_with("99")
        && ["19", "20", "21", "22"].contains(&compact.get(2..4).unwrap_or_default())
        && compact.get(4..).is_some_and(luhn_of_text)
}

/// `yyyymmxxNNNC`: as a personal number, with 32 to 59 for the day.
fn is_of_inera(compact: &str) -> bool {
    ["18", "19", "20"].contains(&compact.get(..2).unwrap_or_default())
        && matches!(two_digits(compact, 4), Some(1..=12))
        && matches!(two_digits(compact, 6), Some(32..=59))
        && compact.get(2..).is_some_and(luhn_of_text)
}

/// `yyyymmddGggC`: G is `K`, `M` or `X`, which count as 5, 7 and 8 for Luhn.
fn is_of_vastra_gotaland(compact: &str) -> bool {
    let digits: Option<Vec<u8>> = compact
        .bytes()
        .enumerate()
        .map(|(place, byte)| match (place, byte) {
            (8, b'K') => Some(5),
            (8, b'M') => Some(7),
            (8, b'X') => Some(8),
            (8, _) => None,
            (_, b'0'..=b'9') => Some(byte - b'0'),
            _ => None,
        })
        .collect();
    is_date(compact) && digits.is_some_and(|digits| luhn(digits.into_iter().skip(2)))
}

/// NRID `XXYYMMDDNNGC`: never a century of today, two letters, a last check digit whose rule
/// is not known here.
fn is_national(compact: &str) -> bool {
    let known_date = matches!(two_digits(compact, 0), Some(22..=99)) && is_date(compact);
    let running = matches!(two_digits(compact, 0), Some(0))
        && two_digits(compact, 2).is_some()
        && matches!(two_digits(compact, 4), Some(20..=99))
        && matches!(two_digits(compact, 6), Some(40..=59));
    let is_letter = |byte: u8| byte.is_ascii_uppercase() && !b"IOQVW".contains(&byte);
    let ending = match compact.as_bytes().get(8..) {
        Some([first, second, sex, check]) => {
            is_letter(*first)
                && is_letter(*second)
                && sex.is_ascii_alphanumeric()
                && check.is_ascii_digit()
        }
        _ => false,
    };
    (known_date || running) && ending
}

fn is_date(compact: &str) -> bool {
    match (two_digits(compact, 4), two_digits(compact, 6)) {
        (Some(month), Some(day)) => two_digits(compact, 2).is_some() && is_day_of_month(month, day),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specifications_are_known() {
        let known = [
            "991981000010",
            "991945000023",
            "991993000032",
            "19810829M071",
            "19450829K088",
            "19930829X802",
            "198108320014",
            "22810829AB12",
            "00012040CD34",
        ];
        for number in known {
            assert!(is_reserve_number(number), "{number}");
        }
    }

    #[test]
    fn what_breaks_their_rules_is_not() {
        let unknown = [
            "991981000011",
            "981981000010",
            "19810829M072",
            "19810832M071",
            "19810829T071",
            "198108320015",
            "20810829AB12",
            "22810829IO12",
            "22811329AB12",
            "22810829AB1",
            "2281082-9AB1",
            "åå810829AB",
        ];
        for number in unknown {
            assert!(!is_reserve_number(number), "{number}");
        }
    }
}
