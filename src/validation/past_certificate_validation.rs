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
    validation_time_sliding::slide(path, context, proofs, ControlTime(now))
}
