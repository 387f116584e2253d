//! Levels of assurance, by the URIs that identity providers state (Sweden Connect technical
//! framework, 3 and 2; IANA, Level of Assurance Profiles).

/// How surely an identity provider says that it identified a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelOfAssurance {
    /// The level, of the Swedish scale or that of eIDAS.
    pub level: Level,
    /// Who stands for it.
    pub standing: LevelStanding,
}

/// Levels of the two scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Swedish levels from 1 to 4.
    Swedish(u8),
    /// eIDAS low.
    Low,
    /// eIDAS substantial.
    Substantial,
    /// eIDAS high.
    High,
}

/// Who stands for a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelStanding {
    /// The issuer was reviewed and approved.
    Approved,
    /// As approved, for holders without a Swedish personal number.
    ApprovedNonResident,
    /// A member state notified the scheme to the Commission.
    Notified,
    /// A foreign scheme, notified or not.
    Foreign,
    /// Nobody but the identity provider itself.
    Uncertified,
    /// The federation of Swedish health care (Sambi) reviewed its members.
    Federation,
    /// The issuer of the e-identification says so of all that it issues.
    StatedByIssuer,
}

impl LevelOfAssurance {
    /// The level that a URI names; `None` where it is not known.
    pub fn of_uri(uri: &str) -> Option<Self> {
        if let Some(name) = uri.strip_prefix("http://id.elegnamnden.se/loa/1.0/") {
            // Forms that were withdrawn; they told the sign message was shown as well.
            let name = name
                .strip_suffix("-sigmessage")
                .or_else(|| name.strip_suffix("-sigm"))
                .unwrap_or(name);
            let (name, standing) =
                match (name.strip_prefix("eidas-nf-"), name.strip_prefix("eidas-")) {
                    (Some(name), _) => (name, LevelStanding::Notified),
                    (None, Some(name)) => (name, LevelStanding::Foreign),
                    (None, None) => {
                        return Some(LevelOfAssurance {
                            level: swedish(name, 1)?,
                            standing: LevelStanding::Approved,
                        });
                    }
                };
            return Some(LevelOfAssurance {
                level: of_eidas(name)?,
                standing,
            });
        }
        if let Some(name) = uri.strip_prefix("http://id.sambi.se/loa/") {
            return Some(LevelOfAssurance {
                level: swedish(name, 2)?,
                standing: LevelStanding::Federation,
            });
        }
        let name = uri.strip_prefix("http://id.swedenconnect.se/loa/1.0/")?;
        if let Some(name) = name.strip_suffix("-nonresident") {
            return Some(LevelOfAssurance {
                level: swedish(name, 2)?,
                standing: LevelStanding::ApprovedNonResident,
            });
        }
        let name = name.strip_prefix("uncertified-")?;
        let level = match name.strip_prefix("eidas-") {
            Some(name) => of_eidas(name)?,
            None => swedish(name, 2)?,
        };
        Some(LevelOfAssurance {
            level,
            standing: LevelStanding::Uncertified,
        })
    }
}

impl Level {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Level::Swedish(1) => "loa1",
            Level::Swedish(2) => "loa2",
            Level::Swedish(3) => "loa3",
            Level::Swedish(_) => "loa4",
            Level::Low => "eidas-low",
            Level::Substantial => "eidas-substantial",
            Level::High => "eidas-high",
        }
    }
}

impl LevelStanding {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            LevelStanding::Approved => "approved",
            LevelStanding::ApprovedNonResident => "approved-non-resident",
            LevelStanding::Notified => "notified",
            LevelStanding::Foreign => "foreign",
            LevelStanding::Uncertified => "uncertified",
            LevelStanding::Federation => "federation",
            LevelStanding::StatedByIssuer => "stated-by-issuer",
        }
    }
}

/// `loa` and a level, of which the lowest that exists is `lowest`.
fn swedish(name: &str, lowest: u8) -> Option<Level> {
    let level: u8 = match name.strip_prefix("loa")? {
        "1" => 1,
        "2" => 2,
        "3" => 3,
        "4" => 4,
        _ => return None,
    };
    (level >= lowest).then_some(Level::Swedish(level))
}

fn of_eidas(name: &str) -> Option<Level> {
    match name {
        "low" => Some(Level::Low),
        "sub" => Some(Level::Substantial),
        "high" => Some(Level::High),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Option<(&'static str, &'static str)> {
        LevelOfAssurance::of_uri(uri).map(|found| (found.level.name(), found.standing.name()))
    }

    #[test]
    fn every_known_level_is_told_from_the_self_declared() {
        let old = "http://id.elegnamnden.se/loa/1.0/";
        let new = "http://id.swedenconnect.se/loa/1.0/";
        let sambi = "http://id.sambi.se/loa/";
        let table = [
            (old, "loa3", Some(("loa3", "approved"))),
            (old, "loa3-sigmessage", Some(("loa3", "approved"))),
            (old, "eidas-low", Some(("eidas-low", "foreign"))),
            (old, "eidas-nf-high", Some(("eidas-high", "notified"))),
            (
                new,
                "loa3-nonresident",
                Some(("loa3", "approved-non-resident")),
            ),
            (new, "uncertified-loa3", Some(("loa3", "uncertified"))),
            (
                new,
                "uncertified-eidas-sub",
                Some(("eidas-substantial", "uncertified")),
            ),
            (new, "loa3", None),
            (new, "uncertified-loa1", None),
            (old, "loa5", None),
            (old, "uncertified-loa3", None),
            (sambi, "loa3", Some(("loa3", "federation"))),
            (sambi, "loa1", None),
        ];
        for (start, end, expected) in table {
            assert_eq!(read(&format!("{start}{end}")), expected, "{end}");
        }
        assert_eq!(
            read("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"),
            None
        );
    }
}
