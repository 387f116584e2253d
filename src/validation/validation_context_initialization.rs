//! Validation context initialisation, EN 319 102-1 §5.2.4.

use super::finding::{Conclusion, Status};
use super::rule::Rule;
use crate::signature::Signature;

/// Which constraints apply. A signature policy's own rules are not processed yet, which is said.
pub(super) fn initialise(signature: &Signature) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    if signature.has_signature_policy {
        conclusion.note(Rule::SignaturePolicyProcessed, Status::NotChecked, "", "");
    }
    conclusion
}
