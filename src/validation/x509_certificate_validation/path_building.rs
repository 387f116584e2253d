//! Path building (RFC 4158) under EN 319 102-1 §5.2.6: from a certificate to anchors, the most
//! likely issuer first, within a budget.

use crate::crypto::{SignatureAlgorithm, Verification};
use crate::validation::Context;
use crate::x509::Certificate;
use std::sync::Arc;

/// Paths whose every link is verified, each from the certificate judged to a trust anchor.
pub(super) struct CandidatePaths {
    pub paths: Vec<Vec<Arc<Certificate>>>,
    /// Whether a limit ended the search early.
    pub cut_off: bool,
}

/// More candidates than this do not help: PKITS and the EU lists need at most four.
const MOST_PATHS: usize = 8;

/// Searches for paths from `leaf` to the anchors.
pub(super) fn candidate_paths(context: &Context<'_>, leaf: &Arc<Certificate>) -> CandidatePaths {
    let mut search = Search {
        context,
        paths: Vec::new(),
        signature_checks: context.limits.path_signature_checks,
        cut_off: false,
    };
    if context.trust.contains(leaf) {
        search.paths.push(vec![leaf.clone()]);
    } else {
        search.extend(&mut vec![leaf.clone()]);
    }
    CandidatePaths {
        paths: search.paths,
        cut_off: search.cut_off,
    }
}

struct Search<'a> {
    context: &'a Context<'a>,
    paths: Vec<Vec<Arc<Certificate>>>,
    signature_checks: usize,
    cut_off: bool,
}

impl Search<'_> {
    fn extend(&mut self, path: &mut Vec<Arc<Certificate>>) {
        let Some(last) = path.last().cloned() else {
            return;
        };
        if path.len() >= self.context.limits.path_length {
            self.cut_off = true;
            return;
        }
        for issuer in self.likely_issuers(&last) {
            let repeats = path
                .iter()
                .any(|certificate| certificate.sha256() == issuer.sha256());
            if repeats || self.paths.len() >= MOST_PATHS {
                continue;
            }
            if self.signature_checks == 0 {
                self.cut_off = true;
                return;
            }
            self.signature_checks -= 1;
            if !is_signed_by(self.context, &last, &issuer) {
                continue;
            }
            path.push(issuer.clone());
            if self.context.trust.contains(&issuer) {
                self.paths.push(path.clone());
            } else {
                self.extend(path);
            }
            path.pop();
        }
    }

    /// Anchors first, then those whose key identifier fits, then those that begin last.
    fn likely_issuers(&self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        let anchors = self.context.trust.named(&certificate.issuer);
        let others = self.context.evidence.certificates_of(&certificate.issuer);
        let mut issuers: Vec<_> = anchors.chain(others).cloned().collect();
        let wanted = &certificate.extensions.authority_key_identifier;
        issuers.sort_by_key(|issuer| {
            let fits = wanted.is_some() && issuer.extensions.subject_key_identifier == *wanted;
            (
                !self.context.trust.contains(issuer),
                !fits,
                std::cmp::Reverse(issuer.not_before),
            )
        });
        issuers.dedup_by_key(|issuer| *issuer.sha256());
        issuers
    }
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
