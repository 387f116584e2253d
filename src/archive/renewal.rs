//! What an envelope's evidence record needs to stay provable, and by when (RFC 4998, 5.2).

use crate::UnixTime;
use crate::report::EnvelopeSummary;

/// The two ways to renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Renewal {
    /// A new time-stamp over the last one, before its certificates, the trust in them or the
    /// algorithms that it is signed with end.
    Timestamp,
    /// A new hash tree over everything, before the digest algorithm of the last one ends.
    HashTree,
}

impl Renewal {
    /// What is due where nothing may end until `time`. Hash-tree renewal does for both.
    ///
    /// ```
    /// use sigill::archive::Renewal;
    /// use sigill::UnixTime;
    /// # fn summary() -> sigill::report::EnvelopeSummary { sigill::report::EnvelopeSummary {
    /// #     path: None, sha256: [0; 32], intact: true, sealed_at: None,
    /// #     provable_until: UnixTime::from_date(2034, 6, 1), algorithm_ends: Default::default(),
    /// #     tampered: Vec::new(), public_report: None } }
    /// let envelope = summary(); // provable until June 2034
    /// assert_eq!(Renewal::due(&envelope, UnixTime::from_date(2033, 1, 1).unwrap()), None);
    /// let margin = UnixTime::from_date(2034, 7, 1).unwrap();
    /// assert_eq!(Renewal::due(&envelope, margin), Some(Renewal::Timestamp));
    /// ```
    pub fn due(envelope: &EnvelopeSummary, time: UnixTime) -> Option<Self> {
        let ended = |end: Option<UnixTime>| end.is_some_and(|end| end <= time);
        let ends = &envelope.algorithm_ends;
        if ended(ends.hash_tree) {
            Some(Renewal::HashTree)
        } else if ended(envelope.provable_until) || ended(ends.signature) {
            Some(Renewal::Timestamp)
        } else {
            None
        }
    }

    /// The stable word that scripts may compare.
    pub fn name(self) -> &'static str {
        match self {
            Renewal::Timestamp => "time-stamp",
            Renewal::HashTree => "hash-tree",
        }
    }
}
