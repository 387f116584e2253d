//! Swedish personal numbers, and the mask that hides them and their like in any text.
//!
//! A mask too many is a nuisance, one too few shows a person: what may be a personal number is
//! masked, unless it stands inside a digest, a UUID or a time.

use super::check_digit::luhn_of_text;
use super::foreign_person_identifier;
use super::reserve_number::is_reserve_number;
use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of a masked number. It says nothing of it, not even the year of birth.
pub const MASK: &str = "••••••••-••••";

/// `text` with every personal number masked by [`MASK`].
///
/// Masked are, with a right check digit and a possible date: personal and coordination numbers
/// of ten and twelve digits with or without a separator (`19YYMMDD-NNNC`, `YYMMDD+NNNC`), also
/// as a sole trader's organisation or VAT number, and reserve numbers of health care; and
/// whatever stands after `PNO`, `IDC`, `PAS` or `TIN` with a country (EN 319 412-1, 5.1.3), in
/// an eIDAS identifier for Sweden or in a provisional identifier of Sweden Connect.
///
/// ```
/// use sigill::binding::personal_number::mask;
/// assert_eq!(mask("avtal_191212121212.pdf"), "avtal_••••••••-••••.pdf");
/// assert_eq!(mask("organisation 202100-6883"), "organisation 202100-6883");
/// ```
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut rest = 0;
    while let Some(span) = next_identifier(text, rest) {
        masked.push_str(text.get(rest..span.start).unwrap_or_default());
        masked.push_str(MASK);
        rest = span.end;
    }
    if rest == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(masked)
}

/// What a Swedish number says of its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonalNumberKind {
    /// Entered in the population register.
    Registered,
    /// Not entered there: 60 is added to the day.
    Coordination,
    /// Given by health care.
    Reserve,
}

impl PersonalNumberKind {
    /// The Swedish word, which has no translation in use.
    pub(super) fn name(self) -> &'static str {
        match self {
            PersonalNumberKind::Registered => "personnummer",
            PersonalNumberKind::Coordination => "samordningsnummer",
            PersonalNumberKind::Reserve => "reservnummer",
        }
    }
}

/// The kind of number that `text` is from end to end, if date and check digit are right.
pub(super) fn kind(text: &str) -> Option<PersonalNumberKind> {
    let candidate = Candidate::at_start(text)?;
    if candidate.length != text.len() {
        return None;
    }
    kind_of(&candidate.compact)
}

/// Whether there is such a day in some year.
pub(super) fn is_day_of_month(month: u8, day: u8) -> bool {
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=last).contains(&day)
}

/// The number that two digits make, the first at `place`.
pub(super) fn two_digits(text: &str, place: usize) -> Option<u8> {
    match text.as_bytes().get(place..place + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    }
}

/// Where the first identifier of a person at or after `from` stands.
fn next_identifier(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut before = from.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    for (at, byte) in bytes.iter().copied().enumerate().skip(from) {
        let starts_word =
            byte.is_ascii_alphanumeric() && !before.is_some_and(|b| b.is_ascii_alphanumeric());
        let starts_digits = byte.is_ascii_digit() && !before.is_some_and(|b| b.is_ascii_digit());
        let found = starts_word
            .then(|| foreign_person_identifier::at(text, at))
            .flatten()
            .or_else(|| starts_digits.then(|| swedish_number(text, at)).flatten());
        if found.is_some() {
            return found;
        }
        before = Some(byte);
    }
    None
}

fn swedish_number(text: &str, at: usize) -> Option<Range<usize>> {
    let candidate = Candidate::at_start(text.get(at..)?)?;
    let span = at..at + candidate.length;
    let bytes = text.as_bytes();
    let is_personal = kind_of(&candidate.compact).is_some()
        || is_vat_number_of_sole_trader(&candidate.compact, bytes.get(..at)?);
    let is_other = is_inside_hexadecimal(bytes, &span)
        || is_inside_uuid(bytes, &span)
        || is_time_with_offset(bytes, &span);
    (is_personal && !is_other).then_some(span)
}

/// Characters that have the form of a personal number.
struct Candidate {
    /// Ten or twelve characters, without separator.
    compact: String,
    /// Bytes of the text, with separator.
    length: usize,
}

/// What people and word processors write before the last four digits.
const SEPARATORS: [char; 9] = [
    '-', '+', ' ', '\u{a0}', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}',
];

impl Candidate {
    /// `text` begins with a digit that is the first of its run.
    fn at_start(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        match digits {
            10 | 12 => Some(Candidate {
                compact: text.get(..digits)?.to_owned(),
                length: digits,
            }),
            6 | 8 => Self::with_ending(text, digits),
            _ => None,
        }
    }

    /// A date, a separator and four digits; or, in reserve numbers, digits and letters.
    fn with_ending(text: &str, digits: usize) -> Option<Self> {
        let (date, rest) = text.split_at_checked(digits)?;
        let ending = rest.strip_prefix(SEPARATORS).unwrap_or(rest);
        let (four, after) = ending.split_at_checked(4)?;
        let next = after.bytes().next();
        let is_whole = if four.bytes().all(|byte| byte.is_ascii_digit()) {
            !next.is_some_and(|byte| byte.is_ascii_digit())
        } else {
            !next.is_some_and(|byte| byte.is_ascii_alphanumeric())
        };
        is_whole.then(|| Candidate {
            compact: format!("{date}{four}"),
            length: text.len() - after.len(),
        })
    }
}

fn kind_of(compact: &str) -> Option<PersonalNumberKind> {
    if is_reserve_number(compact) {
        return Some(PersonalNumberKind::Reserve);
    }
    let number = match compact.len() {
        10 => compact,
        // 16 is no century but stands before a number of the organisation register.
        12 if ["16", "18", "19", "20"].contains(&compact.get(..2)?) => compact.get(2..)?,
        _ => return None,
    };
    let (month, day) = (two_digits(number, 2)?, two_digits(number, 4)?);
    if !luhn_of_text(number) {
        None
    } else if is_day_of_month(month, day) {
        Some(PersonalNumberKind::Registered)
    } else if is_day_of_month(month, day.checked_sub(60)?) {
        Some(PersonalNumberKind::Coordination)
    } else {
        None
    }
}

/// `SE` or `VATSE-`, the ten digits of the number, `01`.
fn is_vat_number_of_sole_trader(compact: &str, before: &[u8]) -> bool {
    let before = before.strip_suffix(b"-").unwrap_or(before);
    let is_swedish = before
        .last_chunk::<2>()
        .is_some_and(|country| country.eq_ignore_ascii_case(b"SE"));
    is_swedish
        && compact.len() == 12
        && compact.ends_with("01")
        && compact.get(..10).and_then(kind_of).is_some()
}

/// Hexadecimal digits of eight octets, the shortest serial number or key identifier that is
/// random. Fewer may be a name and a number: `ada191212121212`.
const SHORTEST_HEXADECIMAL: usize = 16;

/// Whether one end of `span` is part of a longer hexadecimal text, such as a digest.
fn is_inside_hexadecimal(bytes: &[u8], span: &Range<usize>) -> bool {
    let run_around = |at: usize| {
        let (left, right) = bytes.split_at_checked(at)?;
        let before = left.iter().rev().take(SHORTEST_HEXADECIMAL);
        let after = right.iter().take(SHORTEST_HEXADECIMAL);
        let is_hexadecimal = |byte: &&u8| byte.is_ascii_hexdigit();
        let run: Vec<u8> = before
            .take_while(is_hexadecimal)
            .chain(after.take_while(is_hexadecimal))
            .copied()
            .collect();
        Some(run)
    };
    [span.start, span.end - 1]
        .into_iter()
        .filter_map(run_around)
        .any(|run| run.len() >= SHORTEST_HEXADECIMAL && is_of_one_case(&run))
}

/// Programs write hexadecimal in one case, people begin names with a capital.
fn is_of_one_case(run: &[u8]) -> bool {
    !(run.iter().any(u8::is_ascii_lowercase) && run.iter().any(u8::is_ascii_uppercase))
}

fn is_inside_uuid(bytes: &[u8], span: &Range<usize>) -> bool {
    const LENGTH: usize = 36;
    let is_uuid = |text: &[u8]| {
        text.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let first = bytes.get(span.start..span.start + LENGTH);
    let last = span
        .end
        .checked_sub(LENGTH)
        .and_then(|start| bytes.get(start..span.end));
    first.is_some_and(is_uuid) || last.is_some_and(is_uuid)
}

/// The end of an ISO 8601 time in basic format, `20260115T101112+0100`.
fn is_time_with_offset(bytes: &[u8], span: &Range<usize>) -> bool {
    let ends_date = matches!(
        bytes.get(..span.start).and_then(<[u8]>::last_chunk::<2>),
        Some([b'0'..=b'9', b'T'])
    );
    ends_date
        && matches!(
            bytes.get(span.start..span.end),
            Some([_, _, _, _, _, _, b'+' | b'-', _, _, _, _])
        )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// Numbers that authorities publish for tests.
    const TEST_NUMBERS: [&str; 7] = [
        "197010632391",
        "191704109279",
        "188803099368",
        "195006262546",
        "197802031877",
        "194911172296",
        "191212121212",
    ];

    #[test]
    fn every_written_form_of_the_test_numbers_is_masked() {
        for number in TEST_NUMBERS {
            let (date, ending) = number.split_at(8);
            let short = &date[2..];
            let forms = [
                number.to_owned(),
                format!("{date}-{ending}"),
                format!("{date}+{ending}"),
                format!("{date} {ending}"),
                format!("{date}\u{2011}{ending}"),
                format!("{date}–{ending}"),
                format!("{short}{ending}"),
                format!("{short}-{ending}"),
                format!("{short}+{ending}"),
                format!("16{short}{ending}"),
            ];
            for form in forms {
                assert_eq!(mask(&form), MASK, "{form}");
                assert!(kind(&form).is_some(), "{form}");
            }
        }
        let coordination = Some(PersonalNumberKind::Coordination);
        assert_eq!(kind("197010632391"), coordination);
        assert_eq!(kind("191212121212"), Some(PersonalNumberKind::Registered));
    }

    #[test]
    fn numbers_inside_other_text_are_masked() {
        let table = [
            ("PNOSE-191212121212", "PNOSE-#"),
            ("PNOSE-19121212-1212", "PNOSE-#"),
            ("PNOSE-191212121213", "PNOSE-#"),
            ("pnose-191212121212", "pnose-#"),
            ("TINSE-191212121212", "TINSE-#"),
            ("PNOEE-38001085718, CN=X", "PNOEE-#, CN=X"),
            ("PNOCZ-850730/1234", "PNOCZ-#"),
            ("PNOBE-85.07.30-033.28.", "PNOBE-#."),
            ("TINIT-RSSMRA85T10A562S", "TINIT-#"),
            ("PASSK-P3000180", "PASSK-#"),
            ("IDCES-12345678Z.pdf", "IDCES-#.pdf"),
            (
                "serialNumber=PNOSK 5401010008, C=SK",
                "serialNumber=PNOSK #, C=SK",
            ),
            ("PI:SE-NO:16043700158", "PI:SE-NO:#"),
            (
                "serialNumber=AT:50bwytdle2mzexopcolmdhmhznihms",
                "serialNumber=AT:#",
            ),
            ("ES/SE/02635542Y, C=ES", "ES/SE/#, C=ES"),
            ("AT/SE/Zk2ME2pjxwzQOjVeFGeqSIage34=", "AT/SE/#"),
            ("DE/SE/(1952 12 14-1122) och", "DE/SE/# och"),
            (
                "C=SE, serialNumber=191212121212, CN=X",
                "C=SE, serialNumber=#, CN=X",
            ),
            ("avtal_191212121212_v2.pdf", "avtal_#_v2.pdf"),
            ("191212121212.pdf", "#.pdf"),
            ("19121212-1212v2", "#v2"),
            ("T191212121212", "T#"),
            ("Åsa191212121212", "Åsa#"),
            ("ada191212121212", "ada#"),
            ("Ebba191212121212.pdf", "Ebba#.pdf"),
            (
                "121212-1212, 202100-6883 (121212-1212)",
                "#, 202100-6883 (#)",
            ),
            ("SE121212121201", "SE#"),
            ("VATSE-121212121201", "VATSE-#"),
            ("NTRSE-1212121212", "NTRSE-#"),
            ("SE1212121212-1ABC", "SE#-1ABC"),
            ("reservnummer 19810829M071", "reservnummer #"),
            ("19810829-M071", "#"),
            ("991981000010", "#"),
            ("”191212–1212”", "”191212–1212”"),
            ("”121212–1212”", "”#”"),
            ("19121212121219121212-1212", "19121212121219121212-1212"),
        ];
        for (text, expected) in table {
            assert_eq!(mask(text), expected.replace('#', MASK), "{text}");
        }
    }

    #[test]
    fn what_is_no_persons_stays() {
        let table = [
            "",
            "202100-6883",
            "5599990016",
            "165599990016",
            "NTRSE-5599990016",
            "VATSE-559999001601",
            "SE2321000016-1ABC",
            "TSTNMT2321000156-1019",
            "191212121213",
            "121212-1213",
            "191313121212",
            "19121232-1212",
            "1912121212123",
            "0191212121212",
            "serial 19121212121219121212",
            "passe-partout",
            "PASTA 202601",
            "PASIT 2026",
            "PASSE-partout 12",
            "MARTINSE-12",
            "at/se/avtal.pdf",
            "data/at/se/avtal1.pdf",
            "IT:avdelningen",
            "OK:1604370015",
            "2026-01-15T11:00:00Z",
            "20260115110000Z",
            "D:20260115110000+01'00'",
            "20260115T121212+1212",
            "1.2.752.201.5.1",
            "e3b0c442191212121212b854e3b0c442",
            "191212121212b854",
            "0x191212121212b854",
            "B854191212121212",
            "19121212-1212-4121-8121-191212121212",
            "urn:uuid:550e8400-e29b-41d4-a716-191212121212",
            "AB:CD:19:12:12:12:12:12",
        ];
        for text in table {
            assert!(
                matches!(mask(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
            assert_eq!(kind(text), None, "{text}");
        }
    }

    /// Ten digits with a right check digit; `shift` is 60 for a coordination number.
    fn number() -> impl Strategy<Value = String> {
        (0..100u8, 1..=12u8, 1..=28u8, 0..1000u16, 0..2u8).prop_map(
            |(year, month, day, serial, shift)| {
                let nine = format!("{year:02}{month:02}{:02}{serial:03}", day + shift * 60);
                let complete = |check: &u8| luhn_of_text(&format!("{nine}{check}"));
                format!("{nine}{}", (0..10u8).find(complete).unwrap())
            },
        )
    }

    fn written_number() -> impl Strategy<Value = String> {
        let separators = vec!["", "-", "+", " ", "–", "\u{a0}"];
        number_with(prop::sample::select(separators))
    }

    fn number_with(
        separator: impl Strategy<Value = &'static str>,
    ) -> impl Strategy<Value = String> {
        let century = prop::sample::select(vec!["", "16", "18", "19", "20"]);
        (century, number(), separator).prop_map(|(century, number, separator)| {
            format!("{century}{}{separator}{}", &number[..6], &number[6..])
        })
    }

    proptest! {
        #[test]
        fn no_number_is_left(
            before in "(.*[^0-9A-Za-z])?",
            number in written_number(),
            after in "([^0-9A-Za-z].*)?",
        ) {
            // A word that swallows the number masks it as well, so only its last digits count.
            let masked = mask(&format!("{before}{number}{after}")).into_owned();
            prop_assert!(!masked.contains(&number), "{}", masked);
            prop_assert!(masked.contains(MASK));
            prop_assert_eq!(mask(&masked), masked.as_str());
        }

        #[test]
        fn a_word_before_or_behind_hides_no_number(
            before in "[g-zG-Zåäö]{1,10}",
            number in written_number(),
            after in "[g-zG-Zåäö]{0,10}",
        ) {
            let text = format!("{before}{number}{after}");
            prop_assert_eq!(mask(&text), format!("{before}{MASK}{after}"));
        }

        #[test]
        fn a_digest_stays(
            digest in "[0-9a-f]{64}",
            number in number_with(Just("")),
            place in 0..64usize,
            around in "[ \"(:]{0,2}",
        ) {
            let place = place.min(64 - number.len());
            let mut digest = digest;
            digest.replace_range(place..place + number.len(), &number);
            for digest in [digest.clone(), digest.to_ascii_uppercase()] {
                let text = format!("{around}{digest}{around}");
                prop_assert_eq!(mask(&text), text.as_str());
            }
        }

        #[test]
        fn a_uuid_stays(number in number(), groups in "[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}") {
            let first = format!("19{}-{}", &number[..6], &number[6..]);
            let text = format!("{{{first}{}-19{number}}}", &groups[4..]);
            prop_assert_eq!(mask(&text), text.as_str());
        }

        #[test]
        fn a_time_stays(seconds in -2_000_000_000i64..10_000_000_000, offset in 0..24u8) {
            let rfc3339 = crate::UnixTime(seconds).to_string();
            let digits: String = rfc3339.chars().filter(char::is_ascii_digit).collect();
            let (day, clock) = digits.split_at(8);
            let times = [
                rfc3339.clone(),
                format!("{digits}Z"),
                format!("D:{digits}+{offset:02}'00'"),
                format!("{day}T{clock}Z"),
                format!("{day}T{clock}+{offset:02}00"),
                format!("{day}T{clock}-{offset:02}30"),
            ];
            for time in times {
                prop_assert_eq!(mask(&time), time.as_str());
            }
        }

        #[test]
        fn any_text_is_masked_once(text in ".{0,80}") {
            let masked = mask(&text).into_owned();
            prop_assert_eq!(mask(&masked), masked.as_str());
        }
    }
}
