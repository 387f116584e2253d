//! Claimed roles in `signer-attributes` and `signer-attributes-v2` (RFC 5126, 5.11.3;
//! EN 319 122-1, 5.2.6.1).

use super::Attribute;
use crate::asn1::{Reader, oid, tag, text};
use crate::error::Error;

/// The roles that the signer claims, as text.
///
/// # Errors
/// [`Error::Malformed`] where the attribute does not hold what its type promises.
pub fn claimed_roles(attribute: &Attribute) -> Result<Vec<String>, Error> {
    let mut roles = Vec::new();
    let mut choices = Reader::new(attribute.single_value()?, "SignerAttribute").sequence()?;
    let is_second_version = attribute.kind == oid::SIGNER_ATTRIBUTES_V2;
    while !choices.is_empty() {
        let choice = choices.element()?;
        if choice.tag != tag::context_constructed(0) {
            continue;
        }
        let mut claimed = choice.reader();
        if !is_second_version || wraps_a_list(&claimed) {
            claimed = claimed.sequence()?;
        }
        while !claimed.is_empty() {
            let mut role = claimed.sequence()?;
            role.oid()?;
            let mut values = role.set()?;
            while !values.is_empty() {
                let value = values.element()?;
                roles.push(text(value.tag, &value.octets()?));
            }
        }
    }
    Ok(roles)
}

/// Both the explicit and the implicit tagging of `claimedAttributes` are met.
fn wraps_a_list(claimed: &Reader<'_>) -> bool {
    let mut look = claimed.clone();
    look.sequence()
        .is_ok_and(|inner| inner.peek() != Some(tag::OBJECT_IDENTIFIER))
}
