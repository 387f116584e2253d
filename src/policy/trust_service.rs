//! What services of trusted lists a path may end in (EN 319 102-1, 5.1.4.2).

use serde::{Deserialize, Serialize};

/// Types and statuses of trust services (ETSI TS 119 612, 5.5.1 and 5.5.4). An empty list asks
/// for nothing; where one is given, an anchor that no trusted list tells of is refused.
///
/// ```
/// let text = "[trust_service]\nsigner_types = [\"http://uri.etsi.org/TrstSvc/Svctype/CA/QC\"]";
/// let policy = sigill::Policy::from_toml(text).unwrap();
/// assert_eq!(policy.trust_service.signer_types.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrustServiceConstraints {
    /// URIs of the types that a signer's anchor may have.
    pub signer_types: Vec<String>,
    /// URIs of the types that the anchor of a time-stamp may have.
    pub timestamp_types: Vec<String>,
    /// The last words of the statuses that either may have at the time of validation, such as
    /// `granted`.
    pub statuses: Vec<String>,
}

impl TrustServiceConstraints {
    /// Whether any anchor will do.
    pub(crate) fn asks_nothing_of(&self, is_for_timestamp: bool) -> bool {
        self.types(is_for_timestamp).is_empty() && self.statuses.is_empty()
    }

    /// Whether a service of this type with this status will do.
    pub(crate) fn accept(
        &self,
        is_for_timestamp: bool,
        service_type: &str,
        status: Option<&str>,
    ) -> bool {
        let has = |list: &[String], word: &str| {
            list.is_empty() || list.iter().any(|accepted| accepted == word)
        };
        has(self.types(is_for_timestamp), service_type)
            && has(&self.statuses, status.unwrap_or_default())
    }

    fn types(&self, is_for_timestamp: bool) -> &[String] {
        match is_for_timestamp {
            true => &self.timestamp_types,
            false => &self.signer_types,
        }
    }
}
