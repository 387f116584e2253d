//! A replay as one object of JSON.

use super::page::words;
use super::{ConstraintDifference, Place, Reason, Replay, ReplayedSignature, TOOL};
use crate::UnixTime;
use crate::hex;
use crate::report::json::{ErrorObject, SCHEMA, shown};
use crate::report::model::PolicySummary;
use crate::report::options::Options;
use crate::validation::Indication;
use serde::Serialize;
use std::borrow::Cow;

/// One envelope then and now, as one line without a line feed.
pub fn to_json(replay: &Replay, options: &Options) -> String {
    let envelope = replay.now.envelope.as_ref();
    let path = envelope.and_then(|envelope| envelope.path.as_deref());
    let path = path.or(replay.now.document.path.as_deref());
    let object = ReplayObject {
        schema: SCHEMA,
        envelope: EnvelopeObject {
            path: shown(path, options),
            sha256: envelope.map(|envelope| hex(&envelope.sha256)),
            intact: envelope.map(|envelope| envelope.is_intact()),
            sealed_at: envelope.and_then(|envelope| envelope.sealed_at),
        },
        then: JudgementObject {
            validation_time: replay.sealed.validation_time,
            policy: replay.sealed.policy.as_ref().map(PolicyObject::new),
            tool: shown(replay.sealed.tool.as_deref(), options),
        },
        now: JudgementObject {
            validation_time: Some(replay.now.validation_time),
            policy: Some(PolicyObject::new(&replay.now.policy)),
            tool: Some(TOOL.into()),
        },
        constraints: constraints(&replay.constraints, options),
        signatures: replay
            .signatures
            .iter()
            .map(|signature| SignatureObject::new(signature, options))
            .collect(),
        error: replay
            .now
            .error
            .as_ref()
            .map(|error| ErrorObject::unreadable(error, options)),
    };
    // Serialising fails for maps without text keys alone, and there are none here.
    serde_json::to_string(&object).unwrap_or_default()
}

#[derive(Serialize)]
struct ReplayObject<'a> {
    schema: &'static str,
    envelope: EnvelopeObject<'a>,
    then: JudgementObject<'a>,
    now: JudgementObject<'a>,
    constraints: Vec<ConstraintObject<'a>>,
    signatures: Vec<SignatureObject<'a>>,
    error: Option<ErrorObject<'a>>,
}

#[derive(Serialize)]
struct EnvelopeObject<'a> {
    path: Option<Cow<'a, str>>,
    sha256: Option<String>,
    intact: Option<bool>,
    sealed_at: Option<UnixTime>,
}

#[derive(Serialize)]
struct JudgementObject<'a> {
    validation_time: Option<UnixTime>,
    policy: Option<PolicyObject<'a>>,
    tool: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct PolicyObject<'a> {
    name: &'a str,
    sha256: &'a str,
}

impl<'a> PolicyObject<'a> {
    fn new(policy: &'a PolicySummary) -> Self {
        PolicyObject {
            name: &policy.name,
            sha256: &policy.sha256,
        }
    }
}

#[derive(Serialize)]
struct ConstraintObject<'a> {
    name: Cow<'a, str>,
    then: Option<Cow<'a, str>>,
    now: Option<Cow<'a, str>>,
}

fn constraints<'a>(
    differences: &'a [ConstraintDifference],
    options: &Options,
) -> Vec<ConstraintObject<'a>> {
    differences
        .iter()
        .map(|difference| ConstraintObject {
            name: options.shown(&difference.name),
            then: shown(difference.then.as_deref(), options),
            now: shown(difference.now.as_deref(), options),
        })
        .collect()
}

#[derive(Serialize)]
struct SignatureObject<'a> {
    id: &'a str,
    sealed: Option<VerdictObject>,
    then: Option<VerdictObject>,
    now: VerdictObject,
    reasons: Vec<ReasonObject>,
}

impl<'a> SignatureObject<'a> {
    fn new(signature: &'a ReplayedSignature, options: &Options) -> Self {
        let reasons = signature.reasons.iter();
        SignatureObject {
            id: &signature.id,
            sealed: signature.sealed.map(VerdictObject::from),
            then: signature.then.map(VerdictObject::from),
            now: signature.now.into(),
            reasons: reasons
                .map(|reason| ReasonObject::new(reason, options))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct VerdictObject {
    indication: &'static str,
    sub_indication: Option<&'static str>,
}

impl From<Indication> for VerdictObject {
    fn from(indication: Indication) -> Self {
        VerdictObject {
            indication: indication.total_name(),
            sub_indication: indication.sub_indication(),
        }
    }
}

#[derive(Serialize)]
struct ReasonObject {
    reason: &'static str,
    about: &'static str,
    text: String,
}

impl ReasonObject {
    fn new(reason: &Reason, options: &Options) -> Self {
        ReasonObject {
            reason: reason.cause.name(),
            about: match reason.place {
                Place::Signature => "signature",
                Place::EvidenceRecord => "evidence-record",
            },
            text: words(reason, options),
        }
    }
}
