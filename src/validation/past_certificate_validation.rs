//! Past certificate validation, EN 319 102-1 §5.6.2.1.

use super::Context;
use super::validation_time_sliding;
pub(super) use super::validation_time_sliding::Slide;
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
) -> Result<Slide, String> {
    let begin = beginning(path, context, now)?;
    validation_time_sliding::slide(path, context, proofs, begin)
}

/// Sliding begins at the present, at the end of trust in the anchor (5.6.2.2), or at the end of
/// its validity where that counts.
fn beginning(
    path: &ValidatedPath,
    context: &Context<'_>,
    now: UnixTime,
) -> Result<ControlTime, String> {
    let anchor = path.certificates().last();
    let trust_end = anchor.and_then(|anchor| context.trust.trusted_until(anchor));
    let begin = ControlTime(trust_end.map_or(now, |until| until.min(now)));
    match path.judged_anchor() {
        Some((index, anchor)) => {
            validation_time_sliding::slide_by_validity(path, index, anchor, begin)
        }
        None => Ok(begin),
    }
}
