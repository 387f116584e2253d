//! By which e-identification a signer was known, whether its own key signed, and what of it is
//! kept in the signature.

use super::personal_number::mask;
use super::profile::Fact;
use super::{LevelOfAssurance, Reading, Vouching};
use crate::UnixTime;

/// By what a signer was identified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identification {
    /// The id of the profile by which the certificate was read: `etsi` where no other recognised
    /// it and the rules of EN 319 412 alone were asked; `None` without a certificate.
    pub profile: Option<String>,
    /// SHA-256 of that profile.
    pub profile_sha256: Option<[u8; 32]>,
    /// Whether the profile was recognised by what is not publicly documented.
    pub is_unverified: bool,
    /// What such a signature proves.
    pub proves: Vec<Fact>,
    /// What it does not prove.
    pub does_not_prove: Vec<Fact>,
    /// How surely its issuer identifies persons, where that is documented and the issuer trusted.
    pub level: Option<LevelOfAssurance>,
    /// What the signature keeps of the e-identification.
    pub kept: Vec<KeptEvidence>,
    /// How the signer was identified to the service that signed.
    pub authentication: Option<Authentication>,
}

/// What a signature keeps of the e-identification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptEvidence {
    /// The e-identification's key made the signature itself.
    Signature,
    /// The service's account of how the signer was identified.
    AuthenticationContext,
    /// The identifier of the assertion, which itself is not kept.
    AssertionReference,
    /// The identifier of the transaction, which the identity provider may keep.
    TransactionIdentifier,
    /// The digest of the message that the signer is said to have been shown.
    SignMessageDigest,
    /// What is said to be the identity provider's word that the signer let the service sign (SAD); not examined.
    SignatureActivation,
    /// What is said to be the certificate of the e-identification; not examined.
    UserCertificate,
    /// What is said to be a signature by the e-identification; not examined.
    UserSignature,
    /// What is said to be the answer on its revocation; not examined.
    RevocationAnswer,
}

impl KeptEvidence {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            KeptEvidence::Signature => "signature",
            KeptEvidence::AuthenticationContext => "authentication-context",
            KeptEvidence::AssertionReference => "assertion-reference",
            KeptEvidence::TransactionIdentifier => "transaction-identifier",
            KeptEvidence::SignMessageDigest => "sign-message-digest",
            KeptEvidence::SignatureActivation => "signature-activation",
            KeptEvidence::UserCertificate => "user-certificate",
            KeptEvidence::UserSignature => "user-signature",
            KeptEvidence::RevocationAnswer => "revocation-answer",
        }
    }
}

/// How a signer was identified to a service, as that service tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// The entity that identified the signer.
    pub identity_provider: Option<String>,
    /// When it did.
    pub instant: Option<UnixTime>,
    /// The URI of the level of assurance.
    pub class: Option<String>,
    /// What that URI means.
    pub level: Option<LevelOfAssurance>,
    /// The service for which the signer was identified.
    pub service: Option<String>,
    /// How lasting a provisional identifier is: A as a personal number, B relatively, C not.
    pub persistence: Option<String>,
    /// The country of a foreign e-identification.
    pub country: Option<String>,
    /// Why the account cannot be relied on, where it cannot.
    pub problem: Option<&'static str>,
}

const PRID: &str = "1.2.752.201.3.4";
const PRID_PERSISTENCE: &str = "1.2.752.201.3.5";
const EIDAS_PERSON_IDENTIFIER: &str = "1.2.752.201.3.7";
const TRANSACTION_IDENTIFIER: &str = "1.2.752.201.3.2";
const USER_CERTIFICATE: &str = "1.2.752.201.3.10";
const USER_SIGNATURE: &str = "1.2.752.201.3.11";
const SIGNATURE_ACTIVATION_DATA: &str = "1.2.752.201.3.12";
const SIGN_MESSAGE_DIGEST: &str = "1.2.752.201.3.14";
const AUTHENTICATION_SERVER_SIGNATURE: &str = "1.2.752.201.3.13";

pub(super) fn identify(reading: &Reading<'_>) -> Identification {
    let recognition = reading.recognition;
    let profile = recognition
        .map(|recognition| recognition.profile)
        .or_else(|| reading.sources.profiles.general());
    let authentication = authentication(reading);
    // An untrusted certificate proves nothing, whatever its names.
    let trusted = profile.filter(|_| reading.vouching == Vouching::Issuer);
    Identification {
        profile: profile.map(|profile| profile.id.clone()),
        profile_sha256: profile.map(|profile| profile.sha256),
        is_unverified: recognition.is_some_and(|recognition| recognition.unverified),
        proves: trusted.map_or_else(Vec::new, |profile| {
            facts(&profile.proves, authentication.as_ref())
        }),
        does_not_prove: profile.map_or_else(Vec::new, |profile| {
            facts(&profile.does_not_prove, authentication.as_ref())
        }),
        level: trusted.and_then(|profile| profile.level(reading.signed.certificate)),
        kept: kept(reading),
        authentication,
    }
}

/// Those that are of the country and the persistence that the account tells.
fn facts(all: &[Fact], authentication: Option<&Authentication>) -> Vec<Fact> {
    let country = authentication.and_then(|known| known.country.as_ref());
    let persistence = authentication.and_then(|known| known.persistence.as_ref());
    let is_of = |fact: &&Fact| {
        (fact.country.is_none() || fact.country.as_ref() == country)
            && (fact.persistence.is_none() || fact.persistence.as_ref() == persistence)
    };
    all.iter().filter(is_of).cloned().collect()
}

/// The country that a foreign identifier in the assertion begins with.
pub(super) fn country(reading: &Reading<'_>) -> Option<String> {
    let context = reading.context?;
    let value = |name: &str| context.attribute(name)?.values.first();
    let identifier = value(EIDAS_PERSON_IDENTIFIER).or_else(|| value(PRID))?;
    let (country, rest) = identifier.split_at_checked(2)?;
    let is_country = country.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_country && rest.starts_with(['/', ':'])).then(|| country.to_ascii_uppercase())
}

fn authentication(reading: &Reading<'_>) -> Option<Authentication> {
    let context = reading.context?;
    let masked = |text: &Option<String>| text.as_deref().map(|text| mask(text).into_owned());
    Some(Authentication {
        identity_provider: masked(&context.identity_provider),
        instant: context.instant,
        class: masked(&context.class),
        level: context.class.as_deref().and_then(LevelOfAssurance::of_uri),
        service: masked(&context.service),
        persistence: context
            .attribute(PRID_PERSISTENCE)
            .and_then(|mapping| mapping.values.first())
            .filter(|value| ["A", "B", "C"].contains(&value.as_str()))
            .cloned(),
        country: country(reading),
        problem: context.problem,
    })
}

fn kept(reading: &Reading<'_>) -> Vec<KeptEvidence> {
    let Some(context) = reading.context else {
        let is_direct = super::signer::is_direct(reading) == Some(true);
        return if is_direct {
            vec![KeptEvidence::Signature]
        } else {
            Vec::new()
        };
    };
    let holds = |name: &str| {
        let mapping = context.attribute(name);
        mapping.is_some_and(|mapping| mapping.values.iter().any(|value| !value.is_empty()))
            || context.kept.iter().any(|kept| kept == name)
    };
    let possible = [
        (
            KeptEvidence::AuthenticationContext,
            context.identity_provider.is_some(),
        ),
        (
            KeptEvidence::AssertionReference,
            context.assertion.is_some(),
        ),
        (
            KeptEvidence::TransactionIdentifier,
            holds(TRANSACTION_IDENTIFIER),
        ),
        (KeptEvidence::SignMessageDigest, holds(SIGN_MESSAGE_DIGEST)),
        (
            KeptEvidence::SignatureActivation,
            holds(SIGNATURE_ACTIVATION_DATA),
        ),
        (KeptEvidence::UserCertificate, holds(USER_CERTIFICATE)),
        (KeptEvidence::UserSignature, holds(USER_SIGNATURE)),
        (
            KeptEvidence::RevocationAnswer,
            holds(AUTHENTICATION_SERVER_SIGNATURE),
        ),
    ];
    let there = possible.into_iter().filter(|(_, is_there)| *is_there);
    there.map(|(evidence, _)| evidence).collect()
}
