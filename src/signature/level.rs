//! Signature levels (EN 319 122-1, 6; EN 319 142-1, 6).

use std::fmt;

/// The highest level whose required elements are all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not even B-B: no signing-certificate attribute.
    None,
    /// Basic.
    B,
    /// With a time-stamp over the signature.
    T,
    /// With certificates and revocation data.
    Lt,
    /// With a time-stamp over those.
    Lta,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::None => "none",
            Level::B => "B-B",
            Level::T => "B-T",
            Level::Lt => "B-LT",
            Level::Lta => "B-LTA",
        })
    }
}

/// The elements that decide the level.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Elements {
    pub signing_certificate_reference: bool,
    pub timestamp_over_signature: bool,
    pub revocation_data: bool,
    pub timestamp_over_revocation_data: bool,
}

impl Elements {
    pub(super) fn level(self) -> Level {
        if !self.signing_certificate_reference {
            return Level::None;
        }
        match (
            self.timestamp_over_signature,
            self.revocation_data,
            self.timestamp_over_revocation_data,
        ) {
            (true, true, true) => Level::Lta,
            (true, true, false) => Level::Lt,
            (true, false, _) => Level::T,
            (false, _, _) => Level::B,
        }
    }
}
