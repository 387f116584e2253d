//! What an envelope says of itself: what an archive looks its envelopes up by.

use super::layout;
use super::revalidate::{Examined, sealed_at};
use crate::UnixTime;
use crate::binding::personal_number;
use crate::container::asic::AsicContainer;
use crate::crypto::sha256;
use crate::error::Error;
use crate::ers::EvidenceRecord;
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::trust::TrustAnchors;
use crate::tsp::TimestampToken;
use crate::validator::Validator;
use crate::x509::Certificate;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// What an envelope says of itself, whomever the reader trusts.
///
/// All but the time of renewal was sealed, so that it stays as it is for as long as the envelope
/// is [`intact`](Self::intact). Whether it is proven is for [`check`](super::check) to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeFacts {
    /// SHA-256 of the envelope.
    pub sha256: [u8; 32],
    /// Whether all that was sealed is there and as it was; what follows means nothing otherwise.
    pub intact: bool,
    /// SHA-256 of the document.
    pub document: [u8; 32],
    /// Its number in the diary of the records system.
    pub diary_number: Option<String>,
    /// The verdict on its signatures at sealing.
    pub verdict: SealedVerdict,
    /// The organisations of those who signed, as far as they were known at sealing; personal
    /// numbers are masked.
    pub organisations: Vec<SealedOrganisation>,
    /// When the first archive time-stamp was made, by its own word.
    pub sealed_at: Option<UnixTime>,
    /// The first end of what the newest time-stamp rests on: its certificates, as far as they
    /// stand in it, and its algorithms by the policy. `None` where no end is known.
    pub renew_by: Option<UnixTime>,
}

/// The organisation of one signer, as it was known at sealing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SealedOrganisation {
    /// Its number or another identifier.
    pub identifier: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// How surely it was known, such as `O4`.
    pub grade: String,
}

/// The worst verdict on the signatures of a document at sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealedVerdict {
    /// All passed.
    Passed,
    /// None failed, at least one was undecided.
    Indeterminate,
    /// At least one failed.
    Failed,
    /// There was none.
    NoSignature,
}

impl SealedVerdict {
    /// The stable word that scripts may compare.
    pub fn name(self) -> &'static str {
        match self {
            SealedVerdict::Passed => "passed",
            SealedVerdict::Indeterminate => "indeterminate",
            SealedVerdict::Failed => "failed",
            SealedVerdict::NoSignature => "no-signature",
        }
    }

    /// The verdict of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            SealedVerdict::Passed,
            SealedVerdict::Indeterminate,
            SealedVerdict::Failed,
            SealedVerdict::NoSignature,
        ]
        .into_iter()
        .find(|verdict| verdict.name() == name)
    }
}

impl EnvelopeFacts {
    /// Reads them from an envelope; the ends of algorithms are those of the policy of
    /// `validator`, whose trust is not asked.
    ///
    /// # Errors
    /// [`Error`] where the bytes are no envelope of sigill, or too damaged to be read as one.
    pub fn read(
        envelope: &Bytes,
        validator: &Validator<'_>,
        time: UnixTime,
    ) -> Result<Self, Error> {
        let own_word = newest_authority(envelope, validator.limits());
        let mut trust = TrustAnchors::none();
        for issuer in own_word.iter().skip(1) {
            trust.add(issuer.der().clone())?;
        }
        let validator = Validator::new(&trust, validator.policy())
            .with_limits(validator.limits().clone())
            .remembering_with(validator);
        let examined = Examined::new(envelope, &validator, &Evidence::default(), None, time)?;
        let certificates = own_word.iter().map(|certificate| certificate.not_after);
        let algorithms = examined.validation.algorithm_ends;
        let algorithms = [algorithms.signature, algorithms.hash_tree];
        Ok(EnvelopeFacts {
            sha256: sha256(envelope),
            intact: examined.intact,
            document: sha256(&examined.root.content),
            diary_number: diary_number(&examined.container)?,
            verdict: verdict(&examined.container),
            organisations: organisations(&examined.container),
            sealed_at: sealed_at(&examined.validation),
            renew_by: certificates.chain(algorithms.into_iter().flatten()).min(),
        })
    }
}

/// The content of the member that holds the number in the diary.
pub(super) fn recorded_as(diary_number: &str) -> String {
    let recorded = RecordedAs {
        schema: SCHEMA.to_owned(),
        diary_number: diary_number.to_owned(),
    };
    serde_json::to_string(&recorded).unwrap_or_default()
}

const SCHEMA: &str = "sigill/1";

#[derive(Serialize, Deserialize)]
struct RecordedAs {
    schema: String,
    diary_number: String,
}

/// The number in the diary, word for word.
///
/// # Errors
/// [`Error::Malformed`] where the member that holds it is not as it must be.
pub(super) fn diary_number(container: &AsicContainer) -> Result<Option<String>, Error> {
    let Some(member) = container.member(layout::RECORDED_AS) else {
        return Ok(None);
    };
    let recorded: RecordedAs = serde_json::from_slice(&member.content)
        .map_err(|_| Error::malformed("envelope", 0, "the number in the diary"))?;
    Ok(Some(recorded.diary_number))
}

/// The worst verdict in the sealed report.
fn verdict(container: &AsicContainer) -> SealedVerdict {
    let signatures = sealed_list(container, layout::REPORT, "signatures");
    let verdicts = signatures.iter().map(|signature| {
        match signature.get("indication").and_then(Value::as_str) {
            Some("TOTAL-PASSED") => SealedVerdict::Passed,
            Some("TOTAL-FAILED") => SealedVerdict::Failed,
            _ => SealedVerdict::Indeterminate,
        }
    });
    verdicts.max().unwrap_or(SealedVerdict::NoSignature)
}

/// The organisations in the sealed binding, each once.
fn organisations(container: &AsicContainer) -> Vec<SealedOrganisation> {
    let bindings = sealed_list(container, layout::BINDING, "bindings");
    let organisations = bindings.iter().filter_map(|binding| {
        let organisation = binding.get("organisation")?;
        let text = |field| organisation.get(field).and_then(Value::as_str);
        // They were masked when they were sealed; an envelope by another hand may say anything.
        let masked = |text: &str| personal_number::mask(text).into_owned();
        let organisation = SealedOrganisation {
            identifier: text("identifier").map(masked),
            name: text("name").map(masked),
            grade: text("grade").map(masked).unwrap_or_default(),
        };
        let is_known = organisation.identifier.is_some() || organisation.name.is_some();
        is_known.then_some(organisation)
    });
    let distinct: BTreeSet<SealedOrganisation> = organisations.collect();
    distinct.into_iter().collect()
}

/// A list in a sealed JSON object.
fn sealed_list(container: &AsicContainer, member: &str, field: &str) -> Vec<Value> {
    let member = container.member(member);
    let object = member.and_then(|member| serde_json::from_slice(&member.content).ok());
    match object {
        Some(Value::Object(mut fields)) => match fields.remove(field) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The certificate of who made the newest time-stamp, then those of its issuers, as far as they
/// stand in the token; none where the token cannot be read.
fn newest_authority(envelope: &Bytes, limits: &Limits) -> Vec<Certificate> {
    let token = || {
        let container = AsicContainer::read(envelope.clone(), limits).ok()?;
        let record = container.member(layout::RECORD)?;
        let record = EvidenceRecord::read(&record.content, limits).ok()?;
        let last = record.chains.last()?.timestamps.last()?;
        TimestampToken::read(&last.timestamp, limits).ok()
    };
    let Some(token) = token() else {
        return Vec::new();
    };
    let certificates = token.signed_data.certificates.iter();
    let mut unused: Vec<Certificate> = certificates
        .filter_map(|der| Certificate::read(der).ok())
        .collect();
    let signer = &token.signer_info.identifier;
    let mut path = Vec::new();
    let mut next = unused.iter().position(|own| signer.names(own));
    while let Some(place) = next {
        let certificate = unused.swap_remove(place);
        let issuer = certificate.issuer.canonical().to_owned();
        path.push(certificate);
        next = unused
            .iter()
            .position(|other| other.subject.canonical() == issuer);
    }
    path
}
