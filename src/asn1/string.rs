//! Character strings and times (X.690, 8.23 to 8.26; RFC 5280, 4.1.2.4 and 4.1.2.5).

use super::tag;
use crate::time::UnixTime;

/// The text of a character string, unreadable octets shown as U+FFFD.
pub fn text(tag: u8, content: &[u8]) -> String {
    match tag {
        tag::BMP_STRING => {
            let units = content.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xfffd,
            });
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        tag::UNIVERSAL_STRING => content
            .chunks(4)
            .map(|unit| match unit {
                [a, b, c, d] => char::from_u32(u32::from_be_bytes([*a, *b, *c, *d]))
                    .unwrap_or(char::REPLACEMENT_CHARACTER),
                _ => char::REPLACEMENT_CHARACTER,
            })
            .collect(),
        // Issuers write Latin-1 into TeletexString, whatever T.61 says.
        tag::TELETEX_STRING => match std::str::from_utf8(content) {
            Ok(text) => text.to_owned(),
            Err(_) => content.iter().map(|byte| char::from(*byte)).collect(),
        },
        _ => String::from_utf8_lossy(content).into_owned(),
    }
}

/// A UTCTime or GeneralizedTime; `None` where it is no calendar time.
pub(super) fn time(tag: u8, content: &[u8]) -> Option<UnixTime> {
    let text = std::str::from_utf8(content).ok()?;
    let (year, rest) = match tag {
        tag::UTC_TIME => {
            let (two_digits, rest) = text.split_at_checked(2)?;
            let short = number(two_digits)?;
            // RFC 5280, 4.1.2.5.1: 50 to 99 are in the twentieth century.
            let century = if short >= 50 { 1900 } else { 2000 };
            (century + short, rest)
        }
        tag::GENERALIZED_TIME => {
            let (four_digits, rest) = text.split_at_checked(4)?;
            (number(four_digits)?, rest)
        }
        _ => return None,
    };
    let (fields, zone) = split_zone(rest)?;
    let fields = fields.split('.').next()?;
    let month = number(fields.get(0..2)?)?;
    let day = number(fields.get(2..4)?)?;
    let hour = number(fields.get(4..6)?)?;
    let minute = number(fields.get(6..8)?)?;
    let second = match fields.get(8..) {
        None | Some("") => 0,
        Some(seconds) => number(seconds)?,
    };
    let local =
        UnixTime::from_calendar(i32::try_from(year).ok()?, month, day, hour, minute, second)?;
    Some(UnixTime(local.0 - zone))
}

/// The fields and the offset from UTC in seconds.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(fields) = text.strip_suffix('Z') {
        return Some((fields, 0));
    }
    let at = text.len().checked_sub(5)?;
    let (fields, zone) = text.split_at_checked(at)?;
    let sign = match zone.get(0..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let hours = i64::from(number(zone.get(1..3)?)?);
    let minutes = i64::from(number(zone.get(3..5)?)?);
    Some((fields, sign * (hours * 3_600 + minutes * 60)))
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}
