//! Revocation freshness, EN 319 102-1 §5.2.5.

use super::x509_certificate_validation::RevocationStatement;
use crate::UnixTime;
use crate::policy::Policy;

/// Until when a statement counts as fresh (5.2.5.4).
///
/// Step 1: no later than the maximum age that the policy sets, if it sets one. Step 2: the
/// interval between `thisUpdate` and `nextUpdate` is the accepted freshness; without
/// `nextUpdate` and without a maximum age a statement is fresh at the moment it was made.
pub(super) fn fresh_until(statement: &RevocationStatement, policy: &Policy) -> UnixTime {
    let by_policy = policy.revocation_maximum_age_hours.map(|hours| {
        UnixTime(
            statement
                .this_update
                .0
                .saturating_add(i64::from(hours) * 3_600),
        )
    });
    match (by_policy, statement.next_update) {
        (Some(end), Some(next)) => end.min(next),
        (Some(end), None) => end,
        (None, next) => next.unwrap_or(statement.this_update),
    }
}

/// Whether a statement still speaks for `time`.
pub(super) fn is_fresh(statement: &RevocationStatement, time: UnixTime, policy: &Policy) -> bool {
    time <= fresh_until(statement, policy)
}
