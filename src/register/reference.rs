//! Values that rows are found by, in the one form that look-ups compare.

use super::RegisterProblem;

/// Ten digits, from any of the forms that are in use. Whether the check digit is right is asked
/// where the number is used.
pub(super) fn organisation_number(text: &str) -> Result<String, RegisterProblem> {
    let without_hyphen = match text.rsplit_once('-') {
        Some((first, last)) if last.len() == 4 => format!("{first}{last}"),
        _ => text.to_owned(),
    };
    let digits = match without_hyphen.strip_prefix("16") {
        Some(number) if without_hyphen.len() == 12 => number,
        _ => &without_hyphen,
    };
    let is_number = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    // Below 2 the third digit would be that of a month of birth.
    let is_no_birth_date = digits.as_bytes().get(2).is_some_and(|digit| *digit >= b'2');
    (is_number && is_no_birth_date)
        .then(|| digits.to_owned())
        .ok_or(RegisterProblem::OrganisationNumber)
}

/// SHA-256 in hexadecimal, in small letters.
pub(super) fn digest(text: &str) -> Result<String, RegisterProblem> {
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest
        .then(|| text.to_ascii_lowercase())
        .ok_or(RegisterProblem::Digest)
}

/// A HSA-ID or the beginning of one that has at least the owner of the directory in it. Tests
/// have other letters before the digits.
pub(super) fn directory_identifier(text: &str) -> Result<String, RegisterProblem> {
    let number = text
        .strip_prefix("SE")
        .or_else(|| text.strip_prefix("TSTNMT"));
    let is_identifier = number
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(owner, own)| {
            owner.len() == 10
                && owner.bytes().all(|byte| byte.is_ascii_digit())
                && own
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    is_identifier
        .then(|| text.to_owned())
        .ok_or(RegisterProblem::DirectoryIdentifier)
}

/// `<user>@<organisation number>`, split at the last `@`.
pub(super) fn affiliation(text: &str) -> Result<String, RegisterProblem> {
    let (user, number) = text.rsplit_once('@').ok_or(RegisterProblem::Affiliation)?;
    match organisation_number(number) {
        Ok(number) if !user.is_empty() => Ok(format!("{user}@{number}")),
        _ => Err(RegisterProblem::Affiliation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ten_digits_and_never_a_persons() {
        for text in ["2021006883", "202100-6883", "162021006883", "16202100-6883"] {
            assert_eq!(organisation_number(text), Ok("2021006883".to_owned()));
        }
        for wrong in ["1212121212", "121212-1212", "191212121212", "20210068", ""] {
            let problem = Err(RegisterProblem::OrganisationNumber);
            assert_eq!(organisation_number(wrong), problem, "{wrong}");
        }
    }

    #[test]
    fn a_prefix_names_at_least_the_owner_of_the_directory() {
        let right = "SE2321000016-1ABC";
        assert_eq!(directory_identifier(right), Ok(right.to_owned()));
        assert!(directory_identifier("SE2321000016-").is_ok());
        for wrong in [
            "SE",
            "SE2321000016",
            "SE232100001-1",
            "191212121212",
            "SE2321000016-å",
        ] {
            let problem = Err(RegisterProblem::DirectoryIdentifier);
            assert_eq!(directory_identifier(wrong), problem, "{wrong}");
        }
    }

    #[test]
    fn an_affiliation_is_split_at_the_last_sign() {
        assert_eq!(
            affiliation("a@b@202100-6883"),
            Ok("a@b@2021006883".to_owned())
        );
        for wrong in ["a", "@2021006883", "a@1212121212"] {
            assert_eq!(affiliation(wrong), Err(RegisterProblem::Affiliation));
        }
    }
}
