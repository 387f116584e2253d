//! Whether a federation lets an identity provider speak for an organisation: by the scopes in
//! metadata that the federation signed (Sweden Connect technical framework, 2, 2.1.3.1 and 4,
//! 3.1.3).
//!
//! Who runs the identity provider (`md:Organization`) and what it offers to attest (entity
//! categories) say nothing of the employer of the person who was identified; they are not asked.

use super::{IdentityProviderMetadata, LevelOfAssurance, LevelStanding};
use crate::UnixTime;
use crate::trust::Refusal;
use std::borrow::Cow;

/// Whether a federation lets the identity provider speak for the organisation that it attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorisation {
    /// Metadata of the time says so, signed by the federation.
    Given,
    /// Metadata of the time, signed by the federation, does not say so.
    NotGiven(&'static str),
    /// Metadata that says so is at hand and proves nothing, for this reason.
    NotProven(&'static str),
    /// No metadata at hand says so.
    NoMetadata,
}

impl Authorisation {
    /// What reports say of it, in English; for Swedish the phrases of it are translated.
    pub fn reason(self) -> Cow<'static, str> {
        match self {
            Authorisation::Given => Cow::Borrowed(
                "metadata signed by the federation lets the identity provider speak for it",
            ),
            Authorisation::NotGiven(reason) => Cow::Borrowed(reason),
            Authorisation::NotProven(reason) => Cow::Owned(format!(
                "metadata lets the identity provider speak for it, but {reason}"
            )),
            Authorisation::NoMetadata => Cow::Borrowed(
                "no metadata of the identity provider shows that it may speak for this organisation",
            ),
        }
    }
}

/// What is asked of metadata.
pub(super) struct Attestation<'a> {
    /// The identity provider.
    pub provider: &'a str,
    /// The organisation that it attested, in ten digits.
    pub number: &'a str,
    /// The URI of the level by which it identified the signer.
    pub class: Option<&'a str>,
    /// When it did.
    pub instant: Option<UnixTime>,
    /// The best signature time.
    pub as_of: UnixTime,
}

/// An answer with the metadata that it rests on.
pub(super) struct Judgement<'a> {
    pub authorisation: Authorisation,
    pub metadata: Option<&'a IdentityProviderMetadata>,
}

impl Attestation<'_> {
    /// Asks all metadata at hand. Of what is signed and was published before the identification,
    /// the newest alone counts, also where it has ended since: an older copy does not know what
    /// was taken back.
    pub fn judge<'a>(&self, all: &'a [IdentityProviderMetadata]) -> Judgement<'a> {
        let own = all.iter().filter(|found| found.entity == self.provider);
        let own: Vec<&IdentityProviderMetadata> = own.collect();
        let current = own.iter().filter(|found| {
            let times = found.published.zip(self.instant);
            found.signer.is_ok() && times.is_some_and(|(since, instant)| since <= instant)
        });
        let Some(newest) = current.clone().map(|found| found.published).max() else {
            return self.without_proof(&own);
        };
        let newest: Vec<&IdentityProviderMetadata> = current
            .filter(|found| found.published == newest)
            .copied()
            .collect();
        let not_proven = newest.iter().find_map(|found| self.why_not_proven(found));
        Judgement {
            authorisation: match (not_proven, self.why_not_given(&newest, &own)) {
                (Some(reason), _) => Authorisation::NotProven(reason),
                (None, Some(reason)) => Authorisation::NotGiven(reason),
                (None, None) => Authorisation::Given,
            },
            metadata: newest.first().copied(),
        }
    }

    fn without_proof<'a>(&self, own: &[&'a IdentityProviderMetadata]) -> Judgement<'a> {
        let claiming = own.iter().filter(|found| self.is_in_scopes_of(found));
        // What is signed fails for less.
        let best = claiming.max_by_key(|found| found.signer.is_ok()).copied();
        let reason = best.and_then(|found| self.why_not_proven(found));
        Judgement {
            authorisation: reason.map_or(Authorisation::NoMetadata, Authorisation::NotProven),
            metadata: best,
        }
    }

    fn is_in_scopes_of(&self, metadata: &IdentityProviderMetadata) -> bool {
        metadata.scopes.iter().any(|scope| scope == self.number)
    }

    /// Why metadata is no word of a federation on the time that is asked about.
    fn why_not_proven(&self, metadata: &IdentityProviderMetadata) -> Option<&'static str> {
        if let Err(refusal) = &metadata.signer {
            return Some(why_refused(refusal));
        }
        let Some(instant) = self.instant else {
            return Some("when the signer was identified is not told");
        };
        match (metadata.published, metadata.valid_until) {
            (None, _) => Some("it does not tell since when it holds"),
            (_, None) => Some("it does not tell until when it holds"),
            (Some(since), _) if since > instant => {
                Some("it was published after the signer was identified")
            }
            (_, Some(until)) if until < self.as_of => {
                Some("it had ended at the best signature time")
            }
            _ if instant > self.as_of => {
                Some("the signer was identified after the best signature time")
            }
            _ => None,
        }
    }

    /// Why the newest metadata of a federation does not let the identity provider speak.
    fn why_not_given(
        &self,
        newest: &[&IdentityProviderMetadata],
        own: &[&IdentityProviderMetadata],
    ) -> Option<&'static str> {
        let is_twice = |one: &&IdentityProviderMetadata| {
            let of_file = own.iter().filter(|other| other.sha256 == one.sha256);
            of_file.count() > 1
        };
        if newest.iter().any(is_twice) {
            return Some("the metadata has the identity provider twice");
        }
        if !newest.iter().all(|found| self.is_in_scopes_of(found)) {
            return Some("the federation does not let the identity provider speak for it");
        }
        let Some(class) = self.class else {
            return Some("by which level the signer was identified is not told");
        };
        if is_uncertified(class) {
            return Some("nobody but the identity provider stands for the level");
        }
        // Levels of one scale do not stand for each other: a federation names each that it has
        // approved (Sweden Connect technical framework, 2, 2.1.3), also the withdrawn forms.
        let approves = |found: &&IdentityProviderMetadata| {
            let mut approved = found.assurance.iter();
            approved.any(|approved| approved == class)
        };
        (!newest.iter().all(approves))
            .then_some("the federation has not approved the identity provider for its level")
    }
}

/// Metadata may list such a level, which tells what the identity provider says of itself.
fn is_uncertified(class: &str) -> bool {
    LevelOfAssurance::of_uri(class)
        .is_some_and(|level| level.standing == LevelStanding::Uncertified)
}

fn why_refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unsigned => "it is not signed",
        Refusal::SignedTwice => "it has several signatures",
        Refusal::NotCovered => "its signature is not over all of it",
        Refusal::Changed => "it was changed after it was signed",
        Refusal::OtherSigner(_) => "no federation that is trusted has signed it",
        Refusal::AlgorithmNotReliable(_) => "the algorithm of its signature is not reliable",
        Refusal::SignatureUnreadable(_)
        | Refusal::Unsupported(_)
        | Refusal::Version(_)
        | Refusal::Superseded(_) => "its signature cannot be verified",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::fixture;
    use super::*;
    use std::sync::Arc;

    const LEVEL: &str = "http://id.elegnamnden.se/loa/1.0/loa3";

    fn metadata() -> IdentityProviderMetadata {
        IdentityProviderMetadata {
            sha256: [1; 32],
            file: bytes::Bytes::new(),
            entity: "https://idp.fixture.test/a".to_owned(),
            scopes: vec!["5599990024".to_owned()],
            assurance: vec![LEVEL.to_owned()],
            published: Some(UnixTime(100)),
            valid_until: Some(UnixTime(900)),
            signer: Ok(Arc::new(fixture("seal"))),
            foreseen_end: None,
        }
    }

    fn attestation() -> Attestation<'static> {
        Attestation {
            provider: "https://idp.fixture.test/a",
            number: "5599990024",
            class: Some(LEVEL),
            instant: Some(UnixTime(500)),
            as_of: UnixTime(600),
        }
    }

    fn judged(attestation: &Attestation<'_>, all: &[IdentityProviderMetadata]) -> Authorisation {
        attestation.judge(all).authorisation
    }

    #[test]
    fn the_word_of_a_federation_holds_from_its_publication_to_its_end() {
        let among = |change: fn(&mut Attestation<'_>)| {
            let mut attestation = attestation();
            change(&mut attestation);
            judged(&attestation, &[metadata()])
        };
        assert_eq!(among(|_| {}), Authorisation::Given);
        assert_eq!(
            among(|asked| (asked.instant, asked.as_of) = (Some(UnixTime(100)), UnixTime(900))),
            Authorisation::Given
        );
        let not_proven = |change: fn(&mut Attestation<'_>), why: &'static str| {
            assert_eq!(among(change), Authorisation::NotProven(why));
        };
        let published = "it was published after the signer was identified";
        not_proven(|asked| asked.instant = Some(UnixTime(99)), published);
        let ended = "it had ended at the best signature time";
        not_proven(|asked| asked.as_of = UnixTime(901), ended);
        let after = "the signer was identified after the best signature time";
        not_proven(|asked| asked.as_of = UnixTime(499), after);
        let untold = "when the signer was identified is not told";
        not_proven(|asked| asked.instant = None, untold);
        assert_eq!(
            among(|asked| asked.provider = "https://idp.fixture.test/A"),
            Authorisation::NoMetadata
        );
        let other = "the federation does not let the identity provider speak for it";
        assert_eq!(
            among(|asked| asked.number = "5599990032"),
            Authorisation::NotGiven(other)
        );
    }

    #[test]
    fn a_level_must_be_among_those_that_the_federation_has_approved() {
        let of_level = |class, assurance: &[&str]| {
            let attestation = Attestation {
                class,
                ..attestation()
            };
            let metadata = IdentityProviderMetadata {
                assurance: assurance.iter().map(|uri| (*uri).to_owned()).collect(),
                ..metadata()
            };
            judged(&attestation, &[metadata])
        };
        let not_given = Authorisation::NotGiven(
            "the federation has not approved the identity provider for its level",
        );
        assert_eq!(of_level(Some(LEVEL), &[]), not_given);
        assert_eq!(
            of_level(Some("http://id.elegnamnden.se/loa/1.0/loa4"), &[LEVEL]),
            not_given
        );
        // Levels that are not known here are compared by their name like all others.
        let other = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
        assert_eq!(of_level(Some(other), &[LEVEL]), not_given);
        assert_eq!(of_level(Some(other), &[other]), Authorisation::Given);
        for (class, approved) in [
            ("http://id.elegnamnden.se/loa/1.0/loa3-sigmessage", LEVEL),
            (
                "http://id.elegnamnden.se/loa/1.0/eidas-nf-sub",
                "http://id.elegnamnden.se/loa/1.0/eidas-sub",
            ),
            (
                "http://id.elegnamnden.se/loa/1.0/eidas-sub",
                "http://id.elegnamnden.se/loa/1.0/eidas-nf-sub",
            ),
            ("http://id.sambi.se/loa/loa3", LEVEL),
            ("http://id.swedenconnect.se/loa/1.0/loa3-nonresident", LEVEL),
        ] {
            assert_eq!(of_level(Some(class), &[approved]), not_given, "{class}");
            assert_eq!(
                of_level(Some(class), &[approved, class]),
                Authorisation::Given,
                "{class}"
            );
        }
    }

    #[test]
    fn what_nobody_has_approved_or_told_authorises_nobody() {
        let of_level = |class, assurance: &str| {
            let attestation = Attestation {
                class,
                ..attestation()
            };
            let metadata = IdentityProviderMetadata {
                assurance: vec![assurance.to_owned(), LEVEL.to_owned()],
                ..metadata()
            };
            judged(&attestation, &[metadata])
        };
        let not_told = "by which level the signer was identified is not told";
        assert_eq!(of_level(None, LEVEL), Authorisation::NotGiven(not_told));
        let of_itself = "nobody but the identity provider stands for the level";
        for level in [
            "http://id.swedenconnect.se/loa/1.0/uncertified-loa3",
            "http://id.swedenconnect.se/loa/1.0/uncertified-eidas-sub",
        ] {
            assert_eq!(
                of_level(Some(level), level),
                Authorisation::NotGiven(of_itself)
            );
        }
    }

    #[test]
    fn the_newest_metadata_of_the_time_counts_alone() {
        let newer = |scope: &str, sha256: u8| IdentityProviderMetadata {
            sha256: [sha256; 32],
            scopes: vec![scope.to_owned()],
            published: Some(UnixTime(200)),
            ..metadata()
        };
        let taken_back = Authorisation::NotGiven(
            "the federation does not let the identity provider speak for it",
        );
        let judged = |all: &[IdentityProviderMetadata]| judged(&attestation(), all);
        assert_eq!(judged(&[metadata(), newer("5599990032", 2)]), taken_back);
        assert_eq!(judged(&[newer("5599990032", 2), metadata()]), taken_back);
        let given_since = IdentityProviderMetadata {
            scopes: Vec::new(),
            ..metadata()
        };
        let given = [given_since, newer("5599990024", 2)];
        assert_eq!(judged(&given), Authorisation::Given);
        // What was taken back stays so, also when the copy that says it has ended.
        let ended = IdentityProviderMetadata {
            valid_until: Some(UnixTime(550)),
            ..newer("5599990032", 2)
        };
        assert_eq!(
            judged(&[metadata(), ended]),
            Authorisation::NotProven("it had ended at the best signature time")
        );
        // Two of one time must agree, and one file must name an entity once.
        let two = [newer("5599990024", 2), newer("5599990032", 3)];
        assert_eq!(judged(&two), taken_back);
        let twice = [newer("5599990024", 2), newer("5599990024", 2)];
        assert_eq!(
            judged(&twice),
            Authorisation::NotGiven("the metadata has the identity provider twice")
        );
    }

    #[test]
    fn metadata_that_nobody_stands_for_proves_nothing_and_takes_nothing_away() {
        let refused = |refusal| IdentityProviderMetadata {
            sha256: [2; 32],
            published: Some(UnixTime(200)),
            signer: Err(refusal),
            ..metadata()
        };
        let judged = |all: &[IdentityProviderMetadata]| judged(&attestation(), all);
        assert_eq!(
            judged(&[refused(Refusal::Unsigned)]),
            Authorisation::NotProven("it is not signed")
        );
        let without_scope = IdentityProviderMetadata {
            scopes: Vec::new(),
            ..refused(Refusal::Changed)
        };
        assert_eq!(
            judged(std::slice::from_ref(&without_scope)),
            Authorisation::NoMetadata
        );
        assert_eq!(judged(&[without_scope, metadata()]), Authorisation::Given);
        let ended = IdentityProviderMetadata {
            valid_until: Some(UnixTime(550)),
            ..metadata()
        };
        assert_eq!(
            judged(&[refused(Refusal::Changed), ended]),
            Authorisation::NotProven("it had ended at the best signature time")
        );
        for (published, valid_until, why) in [
            (
                None,
                Some(UnixTime(900)),
                "it does not tell since when it holds",
            ),
            (
                Some(UnixTime(1)),
                None,
                "it does not tell until when it holds",
            ),
        ] {
            let open = IdentityProviderMetadata {
                published,
                valid_until,
                ..metadata()
            };
            assert_eq!(judged(&[open]), Authorisation::NotProven(why));
        }
    }
}
