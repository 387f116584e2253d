//! Patterns of names in profiles.

use serde::Deserialize;

/// A text in which `*` stands for any characters, also none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Pattern(String);

impl Pattern {
    /// Whether the whole of `text` has this form.
    pub fn matches(&self, text: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else {
            return self.0 == text;
        };
        let Some(mut text) = text.strip_prefix(start) else {
            return false;
        };
        let mut parts = rest.split('*').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return text.ends_with(part);
            }
            match text.split_once(part) {
                Some((_, after)) => text = after,
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        let table = [
            (
                "* Customer CA* for BankID",
                "Fixturbanken Customer CA3 v1 for BankID",
                true,
            ),
            (
                "* Customer CA* for BankID",
                "Fixturbanken Customer CA3 v1 for BankID SSL",
                false,
            ),
            ("* Customer CA* for BankID", "Customer CA for BankID", false),
            ("SITHS *", "SITHS Type 1 CA v1", true),
            ("SITHS *", "MITHS Type 1 CA v1", false),
            ("1.2.752.78.1.*", "1.2.752.78.10.1", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("*a*a", "a", false),
            ("*", "", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(
                Pattern(pattern.to_owned()).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
