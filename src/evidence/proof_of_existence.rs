//! Proofs of existence (EN 319 102-1, 5.6.2.3).

use crate::UnixTime;
use std::collections::HashMap;
use std::sync::Arc;

/// That an object existed, not later than at a time, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The object existed at this time.
    pub not_later_than: UnixTime,
    /// SHA-256 of the time-stamp token that proves it; `None` for the validation itself.
    pub by: Option<[u8; 32]>,
}

/// Everything that is proven so far. It only ever grows, and the earliest proof wins.
#[derive(Debug, Clone)]
pub struct ProofsOfExistence {
    now: UnixTime,
    /// Shared with the same proofs at other times, until one of them grows.
    earliest: Arc<HashMap<[u8; 32], Proof>>,
}

impl ProofsOfExistence {
    /// Every object that is at hand exists at the time of validation.
    pub fn at(now: UnixTime) -> Self {
        ProofsOfExistence {
            now,
            earliest: Arc::default(),
        }
    }

    /// The same at a later time of validation, at the same small cost however much is proven.
    pub fn as_of(&self, later: UnixTime) -> Self {
        ProofsOfExistence {
            now: later,
            earliest: self.earliest.clone(),
        }
    }

    /// Adds a proof for the object with this SHA-256.
    pub fn add(&mut self, object: [u8; 32], proof: Proof) {
        let earliest = Arc::make_mut(&mut self.earliest);
        let known = earliest.entry(object).or_insert(proof);
        if proof.not_later_than < known.not_later_than {
            *known = proof;
        }
    }

    /// The earliest proof for an object.
    pub fn earliest(&self, object: &[u8; 32]) -> Proof {
        let validation = Proof {
            not_later_than: self.now,
            by: None,
        };
        match self.earliest.get(object) {
            Some(proof) if proof.not_later_than <= self.now => *proof,
            _ => validation,
        }
    }

    /// Whether the object is proven to have existed at `time` or before.
    pub fn exist(&self, object: &[u8; 32], time: UnixTime) -> bool {
        self.earliest(object).not_later_than <= time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_proofs_at_another_time_are_shared_until_they_grow() {
        let proof = |time| Proof {
            not_later_than: UnixTime(time),
            by: None,
        };
        let mut proofs = ProofsOfExistence::at(UnixTime(100));
        proofs.add([1; 32], proof(50));
        let mut later = proofs.as_of(UnixTime(200));
        assert!(Arc::ptr_eq(&proofs.earliest, &later.earliest));
        assert_eq!(later.earliest(&[1; 32]), proof(50));
        assert_eq!(later.earliest(&[2; 32]), proof(200));
        later.add([2; 32], proof(10));
        assert!(later.exist(&[2; 32], UnixTime(10)));
        assert!(!proofs.exist(&[2; 32], UnixTime(99)));
        drop(later);
        let before = Arc::as_ptr(&proofs.earliest);
        drop(proofs.as_of(UnixTime(300)));
        proofs.add([3; 32], proof(20));
        assert_eq!(before, Arc::as_ptr(&proofs.earliest), "nothing was copied");
    }
}
