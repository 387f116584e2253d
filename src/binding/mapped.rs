//! Whether a certificate has the values that its authentication context says were mapped into it
//! (Sweden Connect technical framework, 7, AttributeMapping).

use super::Reading;
use super::authentication_context::{Mapping, MappingKind};
use crate::x509::{Certificate, GeneralName};

impl Reading<'_> {
    /// Whether the certificate has another value than the assertion where `mapping` says that its
    /// value stands: then the account contradicts itself.
    pub(super) fn holds_otherwise(&self, mapping: &Mapping) -> bool {
        let there = values_at(self.signed.certificate, mapping);
        let mut values = mapping.values.iter();
        !there.is_empty() && !values.any(|value| there.iter().any(|place| place.holds(value)))
    }

    /// Whether the certificate has `value` where `mapping` says that it stands.
    pub(super) fn holds_mapped(&self, mapping: &Mapping, value: &str) -> bool {
        let there = values_at(self.signed.certificate, mapping);
        there.iter().any(|place| place.holds(value))
    }
}

/// A value in a certificate.
enum Value<'a> {
    Exact(&'a str),
    /// Names of mailboxes and hosts, which nobody tells apart by their case.
    AnyCase(&'a str),
}

impl Value<'_> {
    fn holds(&self, value: &str) -> bool {
        match self {
            Value::Exact(own) => own.trim() == value.trim(),
            Value::AnyCase(own) => own.trim().eq_ignore_ascii_case(value.trim()),
        }
    }
}

/// What stands where a mapping points to. Names of forms that are no text, such as otherName, and
/// attributes of other types, such as dates, are nothing that could be compared.
fn values_at<'a>(certificate: &'a Certificate, mapping: &Mapping) -> Vec<Value<'a>> {
    let extensions = &certificate.extensions;
    match mapping.kind {
        MappingKind::RelativeDistinguishedName => {
            let attributes = certificate.subject.attributes().iter();
            let there = attributes.filter(|own| own.kind.to_string() == mapping.reference);
            there.map(|own| Value::Exact(&own.value)).collect()
        }
        MappingKind::SubjectAlternativeName => {
            let names = extensions.alternative_names.iter();
            names
                .filter_map(alternative_name)
                .filter(|(form, _)| *form == mapping.reference)
                .map(|(_, value)| value)
                .collect()
        }
        MappingKind::SubjectDirectoryAttribute => {
            let attributes = extensions.directory_attributes.iter();
            let there = attributes.filter(|(kind, _)| kind.to_string() == mapping.reference);
            there.map(|(_, value)| Value::Exact(value)).collect()
        }
    }
}

/// A name that is text, with the number of its tag (RFC 5280, 4.2.1.6), by which it is mapped.
fn alternative_name(name: &GeneralName) -> Option<(&'static str, Value<'_>)> {
    match name {
        GeneralName::Email(text) => Some(("1", Value::AnyCase(text))),
        GeneralName::Dns(text) => Some(("2", Value::AnyCase(text))),
        GeneralName::Uri(text) => Some(("6", Value::Exact(text))),
        GeneralName::Directory(_) | GeneralName::IpAddress(_) | GeneralName::NotCompared(_) => None,
    }
}
