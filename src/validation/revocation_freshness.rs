//! Revocation freshness, EN 319 102-1 §5.2.5.

use super::x509_certificate_validation::RevocationStatement;
use crate::UnixTime;

/// Until when a statement counts as fresh.
///
/// The default policy sets no maximum age, so the interval between `thisUpdate` and
/// `nextUpdate` is the accepted freshness (5.2.5.4, step 2); without `nextUpdate` a statement
/// is fresh at the moment it was made.
pub(super) fn fresh_until(statement: &RevocationStatement) -> UnixTime {
    statement.next_update.unwrap_or(statement.this_update)
}

/// Whether a statement still speaks for `time`.
pub(super) fn is_fresh(statement: &RevocationStatement, time: UnixTime) -> bool {
    time <= fresh_until(statement)
}
