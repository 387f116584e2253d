//! What a reader of a report asks for.

use crate::binding::personal_number;
use crate::validation::Language;
use std::borrow::Cow;

/// How a report is to be written. The default is English with personal numbers masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The language of texts for people.
    pub language: Language,
    /// Whether personal numbers are shown.
    pub personal_identifiers: PersonalIdentifiers,
}

/// Whether personal numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PersonalIdentifiers {
    /// Masked wherever they may stand: in paths, names and details.
    #[default]
    Masked,
    /// As they stand in the document.
    Shown,
}

impl Options {
    /// A text from outside as it may be shown.
    pub(super) fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.personal_identifiers {
            PersonalIdentifiers::Masked => personal_number::mask(text),
            PersonalIdentifiers::Shown => Cow::Borrowed(text),
        }
    }
}
