//! Past certificate validation, EN 319 102-1 §5.6.2.1.

use super::Context;
use super::validation_time_sliding;
use super::x509_certificate_validation::ValidatedPath;
use crate::UnixTime;
use crate::evidence::ProofsOfExistence;
use crate::time::ControlTime;

/// The latest time at which the path is proven to have been good.
///
/// Names, signatures and constraints of the path do not depend on time and were judged when it
/// was built; what is left is the sliding.
///
/// # Errors
/// What is missing, where no such time can be proven.
pub(super) fn validate(
    path: &ValidatedPath,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    now: UnixTime,
) -> Result<ControlTime, String> {
    validation_time_sliding::slide(path, context, proofs, beginning(path, context, now))
}

/// Sliding begins at the present, at the end of trust in the anchor (5.6.2.2), or where the one
/// certificate of a path is trusted itself at the end of its validity.
fn beginning(path: &ValidatedPath, context: &Context<'_>, now: UnixTime) -> ControlTime {
    let certificates = path.certificates();
    let anchor_end = certificates
        .last()
        .and_then(|anchor| context.trust.trusted_until(anchor));
    let trusted_itself = match certificates {
        [only] => Some(only.not_after),
        _ => None,
    };
    let ends = anchor_end.into_iter().chain(trusted_itself);
    ControlTime(ends.fold(now, UnixTime::min))
}
