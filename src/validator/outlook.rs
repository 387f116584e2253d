//! Until when signatures go on to pass by the same evidence.

use crate::UnixTime;
use crate::policy::{Enforcement, Policy};
use crate::report::{Report, SignatureReport};
use crate::trust::TrustAnchors;
use crate::validation::{Basis, RevocationSource, RevocationStatement};
use std::collections::BTreeSet;

/// Every moment after the validation at which something ends that a verdict rests on.
pub(super) fn ends(report: &Report, trust: &TrustAnchors, policy: &Policy) -> BTreeSet<UnixTime> {
    let signatures = report.signatures.iter();
    let bases = signatures
        .flat_map(|signature| {
            let inner = signature.timestamps.iter().map(|stamp| &stamp.basis);
            std::iter::once(&signature.basis).chain(inner)
        })
        .chain(report.timestamps.iter().map(|stamp| &stamp.basis));
    let mut ends = BTreeSet::new();
    for basis in bases {
        ends.extend(basis.algorithm_ends.iter().copied());
        ends.extend(path_ends(basis, trust));
        if policy.trusted_list_expired == Enforcement::Fail {
            ends.extend(list_ends(basis, trust));
        }
        for statement in &basis.statements {
            ends.insert(statement.signer.not_after);
            ends.extend(statement.next_update);
            ends.extend(accepted_until(statement, policy));
        }
    }
    ends.retain(|end| *end >= report.validation_time);
    ends
}

fn path_ends(basis: &Basis, trust: &TrustAnchors) -> Vec<UnixTime> {
    let certificates = basis
        .path
        .as_ref()
        .map_or(&[][..], |path| path.certificates());
    let own = certificates.iter().map(|certificate| certificate.not_after);
    let of_trust = certificates
        .last()
        .and_then(|anchor| trust.trusted_until(anchor));
    own.chain(of_trust).collect()
}

/// When the trusted lists that tell of the anchor are to be replaced.
fn list_ends(basis: &Basis, trust: &TrustAnchors) -> Vec<UnixTime> {
    let anchor = basis
        .path
        .as_ref()
        .and_then(|path| path.certificates().last());
    let services = anchor.map_or(&[][..], |anchor| trust.services(anchor));
    services
        .iter()
        .filter_map(|service| service.list.next_update)
        .collect()
}

/// The end of the freshness that the policy accepts, where it sets one.
fn accepted_until(statement: &RevocationStatement, policy: &Policy) -> Option<UnixTime> {
    let accepted = match statement.source {
        RevocationSource::Crl => policy.revocation_freshness.crl,
        RevocationSource::Ocsp => policy.revocation_freshness.ocsp,
    };
    accepted.map(|age| age.after(statement.this_update))
}

/// Whether the end of every signature that passes is known.
pub(super) fn is_complete(report: &Report) -> bool {
    !report.signatures.iter().any(is_open)
}

/// Takes over which signatures no longer pass after `end`.
pub(super) fn note_end(report: &mut Report, later: &Report, end: UnixTime) {
    for (now, then) in report.signatures.iter_mut().zip(&later.signatures) {
        if is_open(now) && !then.conclusion.indication.is_passed() {
            now.provable_until = Some(end);
        }
    }
}

fn is_open(signature: &SignatureReport) -> bool {
    signature.conclusion.indication.is_passed() && signature.provable_until.is_none()
}
