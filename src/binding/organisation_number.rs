//! Swedish organisation numbers.

use super::check_digit::luhn_of_text;
use std::fmt;

/// A Swedish organisation number whose group, third and fourth digit and check digit are right.
///
/// ```
/// use sigill::binding::OrganisationNumber;
/// let number = OrganisationNumber::parse("202100-6883").unwrap();
/// assert_eq!(number.to_string(), "2021006883");
/// assert!(OrganisationNumber::parse("202100-6884").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrganisationNumber {
    digits: String,
    group: OrganisationGroup,
}

/// What the first digit says of the kind of organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrganisationGroup {
    /// 1: the estate of a deceased person.
    Estate,
    /// 2: state, region, municipality, parish.
    PublicBody,
    /// 3: a foreign company.
    Foreign,
    /// 5: a limited company.
    LimitedCompany,
    /// 6: a simple partnership.
    SimplePartnership,
    /// 7: an economic association.
    EconomicAssociation,
    /// 8: a non-profit association or a foundation.
    NonProfit,
    /// 9: a trading or limited partnership.
    Partnership,
}

impl OrganisationNumber {
    /// Reads ten digits with or without a hyphen before the last four, or the same after `16`.
    ///
    /// The number of a sole trader is a personal number and so none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.split_once('-') {
            Some((first, last)) if last.len() == 4 => format!("{first}{last}"),
            Some(_) => return None,
            None => text.to_owned(),
        };
        let digits = match digits.strip_prefix("16") {
            Some(number) if digits.len() == 12 => number.to_owned(),
            _ => digits,
        };
        // Below 20 the third and fourth digit would be the month of a birth.
        let is_no_birth_date = digits.get(2..3).is_some_and(|digit| digit >= "2");
        if digits.len() != 10 || !is_no_birth_date || !luhn_of_text(&digits) {
            return None;
        }
        let group = OrganisationGroup::of(digits.bytes().next()?)?;
        Some(OrganisationNumber { digits, group })
    }

    /// The kind of organisation.
    pub fn group(&self) -> OrganisationGroup {
        self.group
    }
}

impl fmt::Display for OrganisationNumber {
    /// Ten digits without a hyphen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
}

impl OrganisationGroup {
    fn of(first_digit: u8) -> Option<Self> {
        match first_digit {
            b'1' => Some(OrganisationGroup::Estate),
            b'2' => Some(OrganisationGroup::PublicBody),
            b'3' => Some(OrganisationGroup::Foreign),
            b'5' => Some(OrganisationGroup::LimitedCompany),
            b'6' => Some(OrganisationGroup::SimplePartnership),
            b'7' => Some(OrganisationGroup::EconomicAssociation),
            b'8' => Some(OrganisationGroup::NonProfit),
            b'9' => Some(OrganisationGroup::Partnership),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_written_form_is_one_number() {
        for text in ["2021006883", "202100-6883", "162021006883", "16202100-6883"] {
            assert_eq!(
                OrganisationNumber::parse(text).unwrap().to_string(),
                "2021006883"
            );
        }
        let groups = [
            ("2321000016", OrganisationGroup::PublicBody),
            ("5599990016", OrganisationGroup::LimitedCompany),
        ];
        for (text, group) in groups {
            assert_eq!(OrganisationNumber::parse(text).unwrap().group(), group);
        }
    }

    #[test]
    fn what_breaks_a_rule_is_none() {
        let wrong = [
            "5599990017",   // check digit
            "1212121212",   // a personal number
            "191212121212", // the same with its century
            "0020000008",   // no such group
            "4021006889",   // no such group
            "192021006883", // prefix
            "20210-06883",  // hyphen
            "202100-68-83", // hyphens
            " 2021006883",
            "202100688",
            "20210068833",
            "åååå006883",
            "",
        ];
        for text in wrong {
            assert!(OrganisationNumber::parse(text).is_none(), "{text}");
        }
    }
}
