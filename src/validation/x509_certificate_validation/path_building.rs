//! Path building (RFC 4158) under EN 319 102-1 §5.2.6: from a certificate to anchors, the most
//! likely issuer first, within a budget.

use super::effort::Effort;
use crate::UnixTime;
use crate::crypto::{SignatureAlgorithm, Verification};
use crate::validation::Context;
use crate::x509::Certificate;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Judges a path whose every link is verified; `Break` ends the search.
pub(super) type Judge<'a> = dyn FnMut(Vec<Arc<Certificate>>, &mut Effort) -> ControlFlow<()> + 'a;

/// Searches for paths from `leaf` to the anchors and has each judged until one is good, or
/// until a limit is reached.
pub(super) fn search(
    context: &Context<'_>,
    leaf: &Arc<Certificate>,
    at: UnixTime,
    judge: &mut Judge<'_>,
) -> Effort {
    let mut search = Search {
        context,
        at,
        judge,
        effort: Effort::default(),
    };
    // A certificate that is trusted itself needs no path. How the search ended, the judge knows.
    let _ = if context.trust.contains(leaf) {
        search.complete(std::slice::from_ref(leaf))
    } else {
        search.extend(&mut vec![leaf.clone()])
    };
    search.effort
}

struct Search<'a, 'b> {
    context: &'a Context<'a>,
    at: UnixTime,
    judge: &'a mut Judge<'b>,
    effort: Effort,
}

impl Search<'_, '_> {
    fn extend(&mut self, path: &mut Vec<Arc<Certificate>>) -> ControlFlow<()> {
        let limits = self.context.limits;
        let Some(last) = path.last().cloned() else {
            return ControlFlow::Continue(());
        };
        for issuer in self.likely_issuers(&last) {
            if path.iter().any(|below| is_same_entity(below, &issuer)) {
                continue;
            }
            if !self.effort.allows_length(path.len(), limits) {
                break;
            }
            if !self.effort.spend_signature_check(limits) {
                return ControlFlow::Break(());
            }
            // Without its parameters a key verifies nothing yet, and the check is put off until
            // they are known; see `complete`.
            let is_put_off = issuer.public_key.inherits_parameters();
            if !is_put_off && !is_signed_by(self.context, &last, &issuer) {
                continue;
            }
            path.push(issuer.clone());
            let flow = if self.context.trust.contains(&issuer) {
                self.complete(path)
            } else {
                self.extend(path)
            };
            path.pop();
            flow?;
        }
        ControlFlow::Continue(())
    }

    /// Has a path judged that has reached an anchor.
    fn complete(&mut self, path: &[Arc<Certificate>]) -> ControlFlow<()> {
        let Some(path) = self.with_inherited_parameters(path) else {
            return ControlFlow::Continue(());
        };
        if !self.effort.spend_candidate(self.context.limits) {
            return ControlFlow::Break(());
        }
        (self.judge)(path, &mut self.effort)
    }

    /// The path with the key of each certificate completed by that of its issuer (RFC 5280,
    /// 6.1.4 (d) to (f)); `None` where a link that had to wait for it does not verify.
    fn with_inherited_parameters(
        &mut self,
        path: &[Arc<Certificate>],
    ) -> Option<Vec<Arc<Certificate>>> {
        let mut completed: Vec<Arc<Certificate>> = Vec::with_capacity(path.len());
        let mut waited = false;
        for certificate in path.iter().rev() {
            let Some(issuer) = completed.last() else {
                waited = certificate.public_key.inherits_parameters();
                completed.push(certificate.clone());
                continue;
            };
            if waited
                && !(self.effort.spend_signature_check(self.context.limits)
                    && is_signed_by(self.context, certificate, issuer))
            {
                return None;
            }
            waited = certificate.public_key.inherits_parameters();
            let inherited = certificate.inheriting_parameters(&issuer.public_key);
            completed.push(inherited.map_or_else(|| certificate.clone(), Arc::new));
        }
        completed.reverse();
        Some(completed)
    }

    /// Anchors first, then those whose key identifier fits, then those within validity, then
    /// those that an anchor seems to have issued, then those that begin last. Key identifiers
    /// are hints only and need not be there.
    fn likely_issuers(&self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        let anchors = self.context.trust.named(&certificate.issuer);
        let others = self.context.evidence.certificates_of(&certificate.issuer);
        let mut issuers: Vec<_> = anchors.chain(others).cloned().collect();
        let wanted = &certificate.extensions.authority_key_identifier;
        issuers.sort_by_cached_key(|issuer| {
            let fits = wanted.is_some() && issuer.extensions.subject_key_identifier == *wanted;
            (
                !self.context.trust.contains(issuer),
                !fits,
                !issuer.is_valid_at(self.at),
                self.context.trust.named(&issuer.issuer).next().is_none(),
                std::cmp::Reverse(issuer.not_before),
                *issuer.sha256(),
            )
        });
        issuers.dedup_by_key(|issuer| *issuer.sha256());
        issuers
    }
}

/// The same name with the same key: to pass by it again leads nowhere new (RFC 4158, 2.4.2).
fn is_same_entity(one: &Certificate, other: &Certificate) -> bool {
    one.public_key.spki() == other.public_key.spki() && one.subject.matches(&other.subject)
}

/// Whether the key of `issuer` made the signature of `certificate`.
pub(super) fn is_signed_by(
    context: &Context<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> bool {
    SignatureAlgorithm::identify(&certificate.signature_algorithm, None).is_some_and(|algorithm| {
        context.verifications.verify(
            &issuer.public_key,
            &algorithm,
            certificate.tbs(),
            &certificate.signature,
        ) == Verification::Valid
    })
}
