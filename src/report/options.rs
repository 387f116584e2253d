//! What a reader of a report asks for.

use super::model::SignatureReport;
use crate::asn1::oid;
use crate::binding::{mask_within_name, personal_number};
use crate::validation::Language;
use crate::x509::DistinguishedName;
use std::borrow::Cow;

/// How a report is to be written. The default is English with personal numbers masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The language of texts for people.
    pub language: Language,
    /// Whether personal numbers are shown.
    pub personal_identifiers: PersonalIdentifiers,
    /// Whether the evidence that is missing is listed.
    pub needs: NeedsSection,
}

/// Whether the evidence that is missing is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NeedsSection {
    /// It stands with each verdict only.
    #[default]
    Omitted,
    /// In a section of its own, and under `needs` in JSON.
    Listed,
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
    /// The identifier of a signer. The model holds personal numbers masked; where they are to
    /// be shown, the certificate itself is asked.
    pub(super) fn person_identifier<'a>(
        &self,
        report: &'a SignatureReport,
    ) -> Option<Cow<'a, str>> {
        let masked = report.binding.signer.identifier.as_deref()?;
        let certified = report
            .certificate
            .as_ref()
            .and_then(|certificate| certificate.subject.first(&oid::SERIAL_NUMBER));
        match (self.personal_identifiers, certified) {
            (PersonalIdentifiers::Shown, Some(number)) => Some(Cow::Borrowed(number)),
            _ => Some(self.shown(masked)),
        }
    }

    /// A part of a name, or all of it, as it may be shown.
    pub(super) fn shown_of_name(&self, text: &str, name: &DistinguishedName) -> String {
        match self.personal_identifiers {
            PersonalIdentifiers::Masked => mask_within_name(text, name),
            PersonalIdentifiers::Shown => text.to_owned(),
        }
    }

    /// A text from outside as it may be shown.
    pub(super) fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.personal_identifiers {
            PersonalIdentifiers::Masked => personal_number::mask(text),
            PersonalIdentifiers::Shown => Cow::Borrowed(text),
        }
    }
}
