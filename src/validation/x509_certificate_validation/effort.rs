//! What the search for a path (EN 319 102-1 §5.2.6, RFC 4158) has cost, held against
//! [`Limits`].

use crate::limits::Limits;

/// How much work a search for a path was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Complete paths that were judged.
    pub candidate_paths: usize,
    /// Signatures of certificates that were checked. One that is remembered from an earlier
    /// check counts as well, for what a search finds must not depend on what was judged before
    /// it; and so does one that is put off until a key has its parameters.
    pub signature_checks: usize,
    /// Comparisons of names with name constraints, where each takes as many as it can.
    pub name_comparisons: usize,
    /// The limit that was reached, so that not everything was tried.
    pub exhausted: Option<&'static str>,
}

impl Effort {
    /// Counts one more path; false where the limit is reached.
    pub(super) fn spend_candidate(&mut self, limits: &Limits) -> bool {
        let within = self.candidate_paths < limits.candidate_paths;
        self.candidate_paths += usize::from(within);
        self.note(within, "candidate paths")
    }

    /// Counts one more signature check; false where the limit is reached.
    pub(super) fn spend_signature_check(&mut self, limits: &Limits) -> bool {
        let within = self.signature_checks < limits.path_signature_checks;
        self.signature_checks += usize::from(within);
        self.note(within, "signature checks")
    }

    /// Counts comparisons of names before they are made; false where the limit is reached.
    pub(super) fn spend_name_comparisons(&mut self, count: usize, limits: &Limits) -> bool {
        let left = limits
            .name_comparisons
            .saturating_sub(self.name_comparisons);
        let within = count <= left;
        self.name_comparisons += if within { count } else { 0 };
        self.note(within, "comparisons of names")
    }

    /// Whether a certificate may have this many names.
    pub(super) fn allows_names(&mut self, count: usize, limits: &Limits) -> bool {
        self.note(count <= limits.certificate_names, "names in a certificate")
    }

    /// Whether a path of this many certificates may grow.
    pub(super) fn allows_length(&mut self, length: usize, limits: &Limits) -> bool {
        self.note(length < limits.path_length, "certificates in a path")
    }

    fn note(&mut self, within: bool, limit: &'static str) -> bool {
        if !within {
            self.exhausted = Some(limit);
        }
        within
    }
}
