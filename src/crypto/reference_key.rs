//! References that tell whether two things are the same without telling what they are.

use ring::hmac;
use std::fmt;

/// An archive's secret. Without it nobody can find out what a reference stands for by trying
/// all numbers, of which there are too few for a mere digest to hide them.
#[derive(Clone, PartialEq, Eq)]
pub struct ReferenceKey(Vec<u8>);

impl ReferenceKey {
    /// The least length in bytes: that of the digest (RFC 2104, 3).
    pub const SHORTEST: usize = 32;

    /// A key of these bytes; `None` where they are too few.
    pub fn new(secret: impl Into<Vec<u8>>) -> Option<Self> {
        let secret = secret.into();
        (secret.len() >= Self::SHORTEST).then_some(ReferenceKey(secret))
    }

    /// HMAC-SHA-256 (RFC 2104) over parts, each after its length, so that no two lists of parts
    /// give the same bytes.
    pub fn reference(&self, parts: &[&str]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut reference = [0; 32];
        for (target, byte) in reference.iter_mut().zip(context.sign().as_ref()) {
            *target = *byte;
        }
        reference
    }
}

impl fmt::Debug for ReferenceKey {
    /// Never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReferenceKey")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::ReferenceKey;

    #[test]
    fn references_depend_on_the_key_and_on_where_parts_end() {
        let one = ReferenceKey::new([1; 32]).unwrap();
        let other = ReferenceKey::new([2; 32]).unwrap();
        assert_eq!(one.reference(&["a", "bc"]), one.reference(&["a", "bc"]));
        assert_ne!(one.reference(&["a", "bc"]), other.reference(&["a", "bc"]));
        assert_ne!(one.reference(&["a", "bc"]), one.reference(&["ab", "c"]));
        assert_eq!(ReferenceKey::new([1; 31]), None);
        assert_eq!(format!("{one:?}"), "ReferenceKey");
    }
}
