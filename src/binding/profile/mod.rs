//! Profiles of e-identification systems, as data: one TOML file for each, in `profiles/`.
//!
//! A profile says how a system is recognised, what each attribute means in its certificates,
//! what that proves and what it does not. What no profile says is judged by `etsi.toml`, which
//! holds the rules of EN 319 412. The engine knows no system by name.

mod pattern;
mod place;
mod recogniser;

pub(super) use place::Place;
pub(super) use recogniser::Recognisable;

use super::{Level, LevelOfAssurance, LevelStanding};
use crate::asn1::oid;
use crate::crypto;
use crate::grade::{Grade, RoleGrade};
use crate::x509::Certificate;
use pattern::Pattern;
use recogniser::Recogniser;
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A short name without blanks, such as `bankid`.
    pub id: String,
    /// The name in reports.
    pub name: String,
    /// Whose key signs.
    pub key: SigningKey,
    /// What the identifiers of persons are, where they are not read by their form.
    #[serde(default)]
    pub(super) person_identifier: PersonIdentifier,
    /// What is told of what such a signature proves.
    pub proves: Vec<Fact>,
    /// What it does not prove, though one might think so.
    #[serde(default)]
    pub does_not_prove: Vec<Fact>,
    /// How it is recognised: by any of these.
    #[serde(default)]
    recognise: Vec<Recogniser>,
    /// What attributes mean, where they mean something else than EN 319 412 says.
    #[serde(default)]
    attribute: Vec<Attribute>,
    /// How surely its issuers identify persons, as far as that is documented.
    #[serde(default)]
    level: Vec<IssuerLevel>,
    /// The organisation of every signer, where the issuer is the employer.
    #[serde(default)]
    pub(super) organisation: Option<FixedOrganisation>,
    /// SHA-256 of the file.
    #[serde(skip)]
    pub sha256: [u8; 32],
    /// The text of the file.
    #[serde(skip)]
    pub text: String,
}

/// Whose key made the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningKey {
    /// That of the e-identification itself: a direct signature.
    EIdentification,
    /// One that a service used for whoever it had identified: an indirect signature.
    Service,
    /// The profile does not tell.
    Untold,
}

/// A sentence in both languages, with where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// English.
    pub en: String,
    /// Swedish.
    pub sv: String,
    /// Of e-identifications of this country only.
    pub country: Option<String>,
    /// Of provisional identifiers of this persistence only.
    pub persistence: Option<String>,
    /// Where it is documented, or why it is believed.
    pub source: String,
    /// Not publicly documented. Such a fact may lower a grade, never raise one.
    #[serde(default)]
    pub unverified: bool,
}

/// What stands in serialNumber where its form alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PersonIdentifier {
    /// Read by its form and by semantics statements.
    #[default]
    ByForm,
    /// An EFOS-ID, which looks like a HSA-ID.
    EfosId,
}

/// What one attribute means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attribute {
    /// Where it stands.
    pub at: Place,
    /// What it answers.
    pub means: Meaning,
    /// The highest grade it can give, where that is another than the rules of EN 319 412 give.
    pub grade: Option<Grade>,
    /// The highest grade that it can give a role, where others said what it is.
    pub role_grade: Option<RoleGrade>,
    /// Where that is documented, or why it is believed.
    pub source: String,
    /// Not publicly documented.
    #[serde(default)]
    pub unverified: bool,
}

/// What an attribute answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Meaning {
    SignerOrganisationName,
    SignerOrganisationUnit,
    SignerOrganisationIdentifier,
    /// `<user>@<organisation number>`.
    SignerOrganisationAffiliation,
    /// The owner of the directory stands in it, who need not be the employer.
    DirectoryOwner,
    RequestingOrganisationName,
    ServiceOrganisationName,
    ServiceOrganisationIdentifier,
    /// A code of who issued the identity, which a register resolves.
    IssuerCode,
    Role,
    Nothing,
}

/// The level of assurance of whatever some issuers issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerLevel {
    /// Common names of the issuers.
    issuer: Vec<Pattern>,
    /// The level, of the Swedish scale.
    level: u8,
    #[serde(rename = "source")]
    _source: String,
}

/// An organisation that the profile itself knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixedOrganisation {
    pub identifier: String,
    pub name: String,
    pub source: String,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// What the file says that a profile cannot say.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let profile: Profile = toml::from_str(text)?;
        Ok(Profile {
            sha256: crypto::sha256(text.as_bytes()),
            text: text.to_owned(),
            ..profile
        })
    }

    /// What is told of the attribute at `place`, if the profile tells anything of it.
    pub(super) fn attribute(&self, place: &Place) -> Option<&Attribute> {
        self.attribute
            .iter()
            .find(|attribute| attribute.at == *place)
    }

    /// The level of assurance of what the issuer of `certificate` issues.
    pub(super) fn level(&self, certificate: &Certificate) -> Option<LevelOfAssurance> {
        let mut names = certificate.issuer.all(&oid::COMMON_NAME);
        let name = names.next().filter(|_| names.next().is_none())?;
        let is_of = |level: &&IssuerLevel| level.issuer.iter().any(|one| one.matches(name));
        self.level.iter().find(is_of).map(|level| LevelOfAssurance {
            level: Level::Swedish(level.level),
            standing: LevelStanding::StatedByIssuer,
        })
    }
}

/// The profiles that signatures are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    profiles: Vec<Arc<Profile>>,
}

/// How a profile was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recognition<'a> {
    pub profile: &'a Profile,
    /// By the digest of an issuer's certificate: such a profile may itself know the employer.
    pub by_digest: bool,
    /// By what is not publicly documented.
    pub unverified: bool,
}

impl Profiles {
    /// The profiles that sigill comes with.
    pub fn built_in() -> Self {
        // What the files say never changes, so that they are read once.
        static PROFILES: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
            // A test reads each of them, so that none is left out.
            let profiles = BUILT_IN.iter().flat_map(|text| Profile::from_toml(text));
            profiles.map(Arc::new).collect()
        });
        Profiles {
            profiles: PROFILES.clone(),
        }
    }

    /// Adds a profile. It is asked before those that were there, and replaces the one of the
    /// same id.
    pub fn add(&mut self, profile: Profile) {
        self.profiles.retain(|present| present.id != profile.id);
        self.profiles.insert(0, Arc::new(profile));
    }

    /// The profiles, in the order they are asked in.
    pub fn all(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().map(AsRef::as_ref)
    }

    /// Those that sigill does not come with.
    pub fn added(&self) -> impl Iterator<Item = &Profile> {
        let built_in = Profiles::built_in();
        self.all().filter(move |profile| {
            let mut known = built_in.all();
            !known.any(|known| known.sha256 == profile.sha256)
        })
    }

    /// The first profile that recognises `certificate`.
    pub(super) fn recognise(&self, certificate: &Recognisable<'_>) -> Option<Recognition<'_>> {
        self.all().find_map(|profile| {
            // A service that signs may name BankID or SITHS, whose keys it has not.
            let is_possible = certificate.context.is_none() || profile.key == SigningKey::Service;
            let recogniser = profile
                .recognise
                .iter()
                .filter(|_| is_possible)
                .find(|recogniser| recogniser.recognises(certificate))?;
            Some(Recognition {
                profile,
                by_digest: recogniser.is_by_digest(),
                unverified: recogniser.unverified,
            })
        })
    }

    /// The rules of EN 319 412, by which a certificate is read that no profile recognises.
    pub(super) fn general(&self) -> Option<&Profile> {
        self.all().find(|profile| profile.id == GENERAL)
    }

    /// What the attribute at `place` means.
    pub(super) fn attribute<'a>(
        &'a self,
        profile: Option<&'a Profile>,
        place: &Place,
    ) -> Option<&'a Attribute> {
        profile
            .and_then(|profile| profile.attribute(place))
            .or_else(|| self.general()?.attribute(place))
    }
}

impl Default for Profiles {
    fn default() -> Self {
        Profiles::built_in()
    }
}

/// The profile whose meanings hold where no other says something else.
const GENERAL: &str = "etsi";

/// In the order they are asked in: the special before the general.
const BUILT_IN: &[&str] = &[
    include_str!("../../../profiles/eidas-node.toml"),
    include_str!("../../../profiles/freja-sign-service.toml"),
    include_str!("../../../profiles/sweden-connect.toml"),
    include_str!("../../../profiles/sign-service.toml"),
    include_str!("../../../profiles/bankid.toml"),
    include_str!("../../../profiles/siths-hcc.toml"),
    include_str!("../../../profiles/siths-function.toml"),
    include_str!("../../../profiles/siths.toml"),
    include_str!("../../../profiles/efos-function.toml"),
    include_str!("../../../profiles/efos.toml"),
    include_str!("../../../profiles/mca.toml"),
    include_str!("../../../profiles/telia.toml"),
    include_str!("../../../profiles/freja.toml"),
    include_str!("../../../profiles/svenska-pass.toml"),
    include_str!("../../../profiles/municipality.toml"),
    include_str!("../../../profiles/qualified-seal.toml"),
    include_str!("../../../profiles/qualified-signature.toml"),
    include_str!("../../../profiles/etsi.toml"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_built_in_profile_can_be_read_and_has_its_own_id() {
        for text in BUILT_IN {
            Profile::from_toml(text).unwrap();
        }
        let profiles = Profiles::built_in();
        let ids: BTreeSet<&str> = profiles.all().map(|profile| profile.id.as_str()).collect();
        assert_eq!(ids.len(), BUILT_IN.len());
        assert!(ids.contains(GENERAL));
    }

    #[test]
    fn what_is_not_documented_gives_no_grade_above_a_claim() {
        let profiles = Profiles::built_in();
        for profile in profiles.all() {
            for attribute in &profile.attribute {
                let grade = attribute.grade.unwrap_or(Grade::O1);
                assert!(
                    !attribute.unverified || grade <= Grade::O1,
                    "{}",
                    profile.id
                );
                assert!(!attribute.source.is_empty());
            }
        }
    }

    #[test]
    fn a_profile_with_a_field_of_no_meaning_is_refused() {
        assert!(
            Profile::from_toml(
                "id = \"x\"\nname = \"X\"\nkey = \"service\"\nproves = []\nproof = 1"
            )
            .is_err()
        );
        let minimal = "id = \"x\"\nname = \"X\"\nkey = \"service\"\nproves = []";
        let mut profiles = Profiles::built_in();
        let count = profiles.all().count();
        profiles.add(Profile::from_toml(minimal).unwrap());
        profiles.add(Profile::from_toml(minimal).unwrap());
        assert_eq!(profiles.all().count(), count + 1);
        let added: Vec<&str> = profiles
            .added()
            .map(|profile| profile.text.as_str())
            .collect();
        assert_eq!(added, [minimal]);
    }
}
