//! Validation models under EN 319 102-1 §5.2.6: at what time each certificate of a path must
//! have been good.

use crate::UnixTime;
use crate::policy::{AnchorValidity, PathConstraints, ValidationModel};
use crate::x509::Certificate;
use std::sync::Arc;

/// A path whose links are proven: from a certificate to a trust anchor.
#[derive(Debug, Clone)]
pub struct ValidatedPath {
    certificates: Vec<Arc<Certificate>>,
    model: ValidationModel,
    anchor_validity: AnchorValidity,
}

impl ValidatedPath {
    pub(super) fn new(certificates: Vec<Arc<Certificate>>, constraints: &PathConstraints) -> Self {
        ValidatedPath {
            certificates,
            model: constraints.model,
            anchor_validity: constraints.anchor_validity,
        }
    }

    /// The certificates, the one judged first and the anchor last.
    pub fn certificates(&self) -> &[Arc<Certificate>] {
        &self.certificates
    }

    /// Each certificate below the anchor with its issuer, the one judged first.
    pub(crate) fn links(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&Arc<Certificate>, &Arc<Certificate>)> + ExactSizeIterator
    {
        self.certificates
            .iter()
            .zip(self.certificates.iter().skip(1))
    }

    /// The anchor with its place, where its validity counts: by the policy, or because it is the
    /// one certificate of the path and is judged like any other.
    pub(crate) fn judged_anchor(&self) -> Option<(usize, &Arc<Certificate>)> {
        let last = self.certificates.iter().enumerate().next_back();
        last.filter(|(index, _)| *index == 0 || self.anchor_validity == AnchorValidity::Judged)
    }

    /// When a certificate must have been good if the one judged is used at `at`: at that time,
    /// or by the chain model when the next one below it was issued.
    pub(crate) fn used_at(&self, index: usize, at: UnixTime) -> UnixTime {
        let below = index
            .checked_sub(1)
            .and_then(|below| self.certificates.get(below));
        match (self.model, below) {
            (ValidationModel::Chain, Some(subject)) => subject.not_before.min(at),
            _ => at,
        }
    }

    /// Whether a revocation keeps a certificate from being good.
    ///
    /// By the chain model one that came after its use does not, unless the key may have been in
    /// foreign hands: whoever has it writes any date into the certificates that it issues.
    pub(crate) fn is_revoked(
        &self,
        index: usize,
        revoked: UnixTime,
        reason: Option<u8>,
        at: UnixTime,
    ) -> bool {
        let used_at = self.used_at(index, at);
        revoked <= used_at || (revoked <= at && !reason.is_some_and(leaves_key_trusted))
    }
}

/// CRLReasons (RFC 5280, 5.3.1) that say nothing against the key: affiliationChanged,
/// superseded, cessationOfOperation and privilegeWithdrawn.
fn leaves_key_trusted(reason: u8) -> bool {
    [3, 4, 5, 9].contains(&reason)
}
