//! `PolicyConstraints` and `InhibitAnyPolicy` (RFC 5280, 4.2.1.11 and 4.2.1.14).

use crate::asn1::{Reader, tag};
use crate::error::Error;

/// After how many more certificates policies must be stated, or may not be mapped any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// requireExplicitPolicy.
    pub require_explicit_policy: Option<u64>,
    /// inhibitPolicyMapping.
    pub inhibit_policy_mapping: Option<u64>,
}

impl PolicyConstraints {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none or says nothing.
    pub(super) fn read(value: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(value, "PolicyConstraints");
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let constraints = PolicyConstraints {
            require_explicit_policy: skip_certificates(&mut fields, 0)?,
            inhibit_policy_mapping: skip_certificates(&mut fields, 1)?,
        };
        fields.finish()?;
        if constraints.require_explicit_policy.is_none()
            && constraints.inhibit_policy_mapping.is_none()
        {
            return Err(fields.error("no constraint at all"));
        }
        Ok(constraints)
    }
}

/// Reads the value of `InhibitAnyPolicy`.
///
/// # Errors
/// [`Error::Malformed`] where it is no small number.
pub(super) fn inhibit_any_policy(value: &[u8]) -> Result<u64, Error> {
    let mut outer = Reader::new(value, "InhibitAnyPolicy");
    let skip = outer.small_integer()?;
    outer.finish()?;
    Ok(skip)
}

/// `SkipCerts` under an implicit tag.
fn skip_certificates(fields: &mut Reader<'_>, number: u8) -> Result<Option<u64>, Error> {
    let wrong = fields.error("a number of certificates that is none");
    let Some(field) = fields.optional(tag::context(number))? else {
        return Ok(None);
    };
    match field.content {
        [] => Err(wrong),
        [first, ..] if first & 0x80 != 0 => Err(wrong),
        octets => octets
            .iter()
            .try_fold(0u64, |value, octet| {
                value.checked_mul(256)?.checked_add(u64::from(*octet))
            })
            .map(Some)
            .ok_or(wrong),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn each_field_may_stand_alone() {
        let read = PolicyConstraints::read(&[0x30, 3, 0x81, 1, 7]).unwrap();
        assert_eq!(read.require_explicit_policy, None);
        assert_eq!(read.inhibit_policy_mapping, Some(7));
        let read = PolicyConstraints::read(&[0x30, 4, 0x80, 2, 1, 0]).unwrap();
        assert_eq!(read.require_explicit_policy, Some(256));
    }

    #[test]
    fn nothing_and_negative_numbers_are_errors() {
        assert!(PolicyConstraints::read(&[0x30, 0]).is_err());
        assert!(PolicyConstraints::read(&[0x30, 3, 0x80, 1, 0x80]).is_err());
        assert!(PolicyConstraints::read(&[0x30, 2, 0x80, 0]).is_err());
        assert!(inhibit_any_policy(&[2, 1, 0x80]).is_err());
        assert_eq!(inhibit_any_policy(&[2, 1, 3]).unwrap(), 3);
    }
}
