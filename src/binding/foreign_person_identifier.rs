//! Identifiers of persons that are known by what stands before them, whatever their country.

use std::ops::Range;

/// Where the identifier stands if `text` has its introduction at `at`, the start of a word.
pub(super) fn at(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    // In a longer path, `at/se/` are folders.
    let is_inside_path = text
        .get(..at)
        .is_some_and(|before| before.ends_with(['/', '\\']));
    let (introduction, length) = natural_person_semantics(rest)
        .or_else(|| eidas_identifier(rest).filter(|_| !is_inside_path))
        .or_else(|| provisional_identifier(rest))?;
    let start = at + introduction;
    Some(start..start + length)
}

/// Whether `text` is a provisional identifier of Sweden Connect (prid), such as `NO:16043700158`.
pub(super) fn is_provisional(text: &str) -> bool {
    provisional_identifier(text).is_some_and(|(start, length)| start + length == text.len())
}

/// Whether `text` is an eIDAS identifier for Sweden, such as `ES/SE/02635542Y`.
pub(super) fn is_eidas(text: &str) -> bool {
    eidas_identifier(text).is_some_and(|(start, length)| start + length == text.len())
}

/// The type, the country and the number of an identifier with the semantics of EN 319 412-1, 5.1.3.
pub(super) fn split_natural_person_semantics(text: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = text.split_at_checked(3)?;
    let (country, rest) = rest.split_at_checked(2)?;
    let number = rest.strip_prefix('-')?;
    let is_known = KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let is_country = country.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_known && is_country).then_some((kind, country, number))
}

/// Personal number, identity card, passport, tax number.
const KINDS: [&str; 4] = ["PNO", "IDC", "PAS", "TIN"];

/// States whose e-identifications the Swedish eIDAS node may take in.
const COUNTRIES: [&str; 33] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HR",
    "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SI", "SK",
    "UK",
];

/// Where the identifier begins, and its length.
type Found = (usize, usize);

/// `PNO`, `IDC`, `PAS` or `TIN`, country, hyphen (EN 319 412-1, 5.1.3).
fn natural_person_semantics(text: &str) -> Option<Found> {
    let rest = split_natural_person_semantics(text)
        .map(|(_, _, rest)| rest)
        .or_else(|| after_blank(text))?;
    if !begins_with_identifier(rest) {
        return None;
    }
    let mut length = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let goes_on = match character {
            '-' | '+' => next.is_some_and(|next| next.is_ascii_alphanumeric()),
            '.' | '/' => next.is_some_and(|next| next.is_ascii_digit()),
            _ => character.is_ascii_alphanumeric(),
        };
        if !goes_on {
            break;
        }
        length = start + character.len_utf8();
    }
    holds_digit(rest.get(..length)?).then_some((text.len() - rest.len(), length))
}

/// What stands after a blank where a hyphen should be, as Slovak issuers wrote: `PNOSK 5401010008`.
fn after_blank(text: &str) -> Option<&str> {
    let (kind, rest) = text.split_at_checked(3)?;
    let (country, rest) = rest.split_at_checked(2)?;
    let number = rest.strip_prefix(' ')?;
    let digits = number.bytes().take_while(u8::is_ascii_alphanumeric);
    let is_number = digits.filter(u8::is_ascii_digit).take(6).count() == 6;
    (KINDS.contains(&kind) && COUNTRIES.contains(&country) && is_number).then_some(number)
}

/// `CC/SE/` and an identifier that may hold anything (eIDAS SAML Attribute Profile).
fn eidas_identifier(text: &str) -> Option<Found> {
    let (country, rest) = country_at_start(text)?;
    let rest = rest
        .strip_prefix("/SE/")
        .or_else(|| rest.strip_prefix("/se/"))?;
    let is_known = COUNTRIES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(country));
    if !is_known || !begins_with_identifier(rest) {
        return None;
    }
    let inside_parentheses = rest.strip_prefix('(').and_then(|inner| {
        let mut first = inner.bytes().take(LONGEST_WITHOUT_DIGIT);
        first.position(|byte| byte == b')')
    });
    let length = match inside_parentheses {
        Some(inner) => inner + 2,
        None => rest
            .find(|character: char| character.is_whitespace() || ",;\"'<>&()".contains(character))
            .unwrap_or(rest.len()),
    };
    holds_digit(rest.get(..length)?).then_some((text.len() - rest.len(), length))
}

/// `^[A-Z]{2}:[0-9a-z][0-9a-z-]{8,28}[0-9a-z]$` with eight or more that are no hyphens
/// (Sweden Connect technical framework, 11).
fn provisional_identifier(text: &str) -> Option<Found> {
    let (country, rest) = country_at_start(text)?;
    let rest = rest.strip_prefix(':')?;
    let is_part = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'-';
    let first = rest.bytes().take(LONGEST_WITHOUT_DIGIT);
    let length = first.take_while(|byte| is_part(*byte)).count();
    let (identifier, after) = rest.split_at_checked(length)?;
    let is_whole = !after.starts_with(|next: char| next.is_ascii_alphanumeric());
    let without_hyphens = identifier.bytes().filter(|byte| *byte != b'-').count();
    let has_form = (10..=30).contains(&length)
        && without_hyphens >= 8
        && !identifier.starts_with('-')
        && !identifier.ends_with('-')
        && holds_digit(identifier);
    (COUNTRIES.contains(&country) && is_whole && has_form)
        .then_some((text.len() - rest.len(), length))
}

fn country_at_start(text: &str) -> Option<(&str, &str)> {
    let (country, rest) = text.split_at_checked(2)?;
    country
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic())
        .then_some((country, rest))
}

/// An identifier has its first digit before this many octets, which bounds the search.
const LONGEST_WITHOUT_DIGIT: usize = 64;

fn begins_with_identifier(text: &str) -> bool {
    text.bytes()
        .take(LONGEST_WITHOUT_DIGIT)
        .any(|byte| byte.is_ascii_digit())
}

/// Every identifier known holds a digit; words after the same letters do not.
fn holds_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}
