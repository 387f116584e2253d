//! Revocation freshness, EN 319 102-1 §5.2.5.

use super::x509_certificate_validation::{RevocationSource, RevocationStatement};
use crate::UnixTime;
use crate::policy::Policy;

/// Until when a statement counts as fresh.
///
/// The policy's maximum accepted freshness counts from `thisUpdate` (5.2.5.4, step 1). The
/// default sets none: then the interval between `thisUpdate` and `nextUpdate` is the accepted
/// freshness (step 2); without `nextUpdate` a statement is fresh at the moment it was made.
pub(super) fn fresh_until(statement: &RevocationStatement, policy: &Policy) -> UnixTime {
    let accepted = match statement.source {
        RevocationSource::Crl => policy.revocation_freshness.crl,
        RevocationSource::Ocsp => policy.revocation_freshness.ocsp,
    };
    match accepted {
        Some(age) => age.after(statement.this_update),
        None => statement.next_update.unwrap_or(statement.this_update),
    }
}

/// Whether a statement still speaks for `time`.
pub(super) fn is_fresh(statement: &RevocationStatement, time: UnixTime, policy: &Policy) -> bool {
    time <= fresh_until(statement, policy)
}
