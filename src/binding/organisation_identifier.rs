//! Identifiers of legal persons in organizationIdentifier (2.5.4.97; EN 319 412-1, 5.1.4).

use super::check_digit::modulo_97;
use super::organisation_number::OrganisationNumber;
use super::personal_number::{self, MASK};

/// An identifier that is right by the rules of its scheme, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrganisationIdentifier {
    /// The characters before the hyphen, such as `NTRSE`.
    pub scheme: String,
    /// The reference after it; masked where it is a personal number.
    pub reference: String,
}

impl OrganisationIdentifier {
    /// By the legal person semantics: `NTR`, `VAT`, `PSD` or `LEI`, or two characters and a
    /// colon for a national scheme; country; hyphen; reference.
    pub(super) fn of_legal_semantics(text: &str) -> Option<Self> {
        let (scheme, reference) = text.split_once('-')?;
        let reference = match scheme {
            "NTRSE" => swedish_number(reference)?,
            "VATSE" => swedish_vat_number(reference)?,
            "LEIXG" => legal_entity_identifier(reference)?,
            _ => other_reference(scheme, reference)?,
        };
        Some(OrganisationIdentifier {
            scheme: scheme.to_owned(),
            reference,
        })
    }

    /// By the eIDAS legal person semantics: issuing country, receiving country, reference,
    /// with strokes between.
    pub(super) fn of_eidas_semantics(text: &str) -> Option<Self> {
        let (issuing, rest) = text.split_once('/')?;
        let (receiving, reference) = rest.split_once('/')?;
        let is_identifier = is_country(issuing) && is_country(receiving) && is_reference(reference);
        is_identifier.then(|| OrganisationIdentifier {
            scheme: "eIDAS".to_owned(),
            reference: text.to_owned(),
        })
    }

    /// By its look, where no statement says how to read it: the forms above, and in a Swedish
    /// subject the bare organisation number that Swedish issuers write.
    pub(super) fn of_look(text: &str, country: Option<&str>) -> Option<Self> {
        let is_swedish = country.is_some_and(|country| country.eq_ignore_ascii_case("SE"));
        let bare = || {
            is_swedish.then_some(OrganisationIdentifier {
                scheme: "NTRSE".to_owned(),
                reference: swedish_number(text)?,
            })
        };
        Self::of_legal_semantics(text).or_else(bare)
    }
}

/// The number of an organisation as it stands, that of a sole trader masked.
fn swedish_number(text: &str) -> Option<String> {
    match OrganisationNumber::parse(text) {
        Some(number) => Some(number.to_string()),
        None => personal_number::kind(text).map(|_| MASK.to_owned()),
    }
}

/// Ten digits and `01`. The ten may be those of a group of companies, so they are not taken
/// for an organisation number.
fn swedish_vat_number(text: &str) -> Option<String> {
    let number = swedish_number(text.strip_suffix("01")?)?;
    Some(if number == MASK {
        number
    } else {
        text.to_owned()
    })
}

/// ISO 17442-1: eighteen characters and two check digits.
fn legal_entity_identifier(text: &str) -> Option<String> {
    let ends_in_digits = text.bytes().rev().take(2).all(|byte| byte.is_ascii_digit());
    (text.len() == 20 && ends_in_digits && modulo_97(text)).then(|| text.to_owned())
}

/// References of other countries and schemes: only their form is known.
fn other_reference(scheme: &str, reference: &str) -> Option<String> {
    let (kind, country) = scheme.split_at_checked(3)?;
    let is_known = match kind {
        "NTR" | "VAT" => true,
        // The competent authority, in two to eight capitals, stands first (TS 119 495, 5.2.1).
        "PSD" => reference.split_once('-').is_some_and(|(authority, rest)| {
            (2..=8).contains(&authority.len())
                && authority.bytes().all(|byte| byte.is_ascii_uppercase())
                && !rest.is_empty()
        }),
        _ => matches!(kind.as_bytes(), [first, second, b':'] if first.is_ascii_alphanumeric()
            && second.is_ascii_alphanumeric()),
    };
    (is_known && is_country(country) && is_reference(reference))
        .then(|| personal_number::mask(reference).into_owned())
}

/// Two capitals, as all codes of ISO 3166-1 and those of VAT and NTR in their stead.
fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_reference(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(|c| c.is_control() || is_invisible(c))
}

/// Characters that are not seen, or turn the order of others: two references would look the same.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pair(identifier: Option<OrganisationIdentifier>) -> Option<(String, String)> {
        identifier.map(|identifier| (identifier.scheme, identifier.reference))
    }

    #[test]
    fn legal_semantics_are_read_and_checked() {
        let table = [
            ("NTRSE-5599990016", Some(("NTRSE", "5599990016"))),
            ("NTRSE-559999-0016", Some(("NTRSE", "5599990016"))),
            ("NTRSE-165599990016", Some(("NTRSE", "5599990016"))),
            ("NTRSE-5599990017", None),
            ("NTRSE-1212121212", Some(("NTRSE", MASK))),
            ("NTRSE-191212121212", Some(("NTRSE", MASK))),
            ("NTRSE-1212121213", None),
            ("NTRSE-", None),
            ("VATSE-559999001601", Some(("VATSE", "559999001601"))),
            ("VATSE-559999001602", None),
            ("VATSE-559999001701", None),
            ("VATSE-121212121201", Some(("VATSE", MASK))),
            (
                "LEIXG-5493001KJTIIGC8Y1R12",
                Some(("LEIXG", "5493001KJTIIGC8Y1R12")),
            ),
            ("LEIXG-5493001KJTIIGC8Y1R13", None),
            ("LEISE-5493001KJTIIGC8Y1R12", None),
            ("NTRDE-HRB 12345", Some(("NTRDE", "HRB 12345"))),
            ("VATDE-123456789", Some(("VATDE", "123456789"))),
            ("PSDSE-FINA-44059", Some(("PSDSE", "FINA-44059"))),
            ("PSDSE-44059", None),
            ("PSDSE-FINA-", None),
            ("GO:SE-12345", Some(("GO:SE", "12345"))),
            ("PNOSE-191212121212", None),
            ("NTRDE-HRB\u{200b} 12345", None),
            ("NTRDE-\u{202e}54321 BRH", None),
            ("NTRSE-５５９９９９００１６", None),
            ("NTRSE-5599990016\u{0}", None),
            ("NTRSЕ-5599990016", None),
            ("NTRse-5599990016", None),
            ("ntrSE-5599990016", None),
            ("5599990016", None),
            ("202100-6883", None),
            ("", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|(scheme, reference)| (scheme.into(), reference.into()));
            assert_eq!(
                pair(OrganisationIdentifier::of_legal_semantics(text)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_bare_number_counts_in_a_swedish_subject_only() {
        let of_look = OrganisationIdentifier::of_look;
        let swedish = Some(("NTRSE".to_owned(), "2021006883".to_owned()));
        assert_eq!(pair(of_look("202100-6883", Some("SE"))), swedish);
        assert_eq!(pair(of_look("2021006883", Some("se"))), swedish);
        assert_eq!(pair(of_look("NTRSE-2021006883", None)), swedish);
        assert_eq!(of_look("2021006883", Some("PL")), None);
        assert_eq!(of_look("2021006883", None), None);
        assert_eq!(of_look("2021006884", Some("SE")), None);
        assert_eq!(of_look("121212-1212", Some("SE")).unwrap().reference, MASK);
    }

    #[test]
    fn eidas_semantics_have_their_own_form() {
        let of_eidas = OrganisationIdentifier::of_eidas_semantics;
        assert_eq!(of_eidas("SE/DE/2021006883").unwrap().scheme, "eIDAS");
        for text in ["NTRSE-2021006883", "SE/2021006883", "SE/DE/", "S/DE/1", ""] {
            assert_eq!(of_eidas(text), None, "{text}");
        }
    }
}
