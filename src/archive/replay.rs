//! Then and now: an envelope judged by what was sealed in it, and by whom the reader trusts.

mod constraint_difference;

use super::layout;
use super::revalidate::{check, read_container, root, sealed_document, sealed_evidence};
use crate::UnixTime;
use crate::container::Document;
use crate::container::asic::{AsicContainer, Manifest, Member};
use crate::error::Error;
use crate::ers::EvidenceRecord;
use crate::evidence::Evidence;
use crate::hex;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::report::replay::TOOL;
use crate::report::{
    Cause, ConstraintDifference, Place, PolicySummary, Reason, Replay, ReplayedSignature, Report,
    SealedVerdicts, SignatureReport,
};
use crate::trust::TrustAnchors;
use crate::tsp::TimestampToken;
use crate::validation::{
    Conclusion, FailedWhy, Finding, IndeterminateWhy, Indication, Rule, Status,
};
use crate::validator::Validator;
use crate::x509::Certificate;
use bytes::Bytes;
use constraint_difference::differences;
use serde_json::Value;
use std::sync::Arc;

/// The verdicts in the report that was sealed, those that the envelope alone gives as of the
/// time of that report, those at `time` by `validator` and `supplied`, and why they differ.
///
/// Trust anchors and policy inside an envelope are its own word: only the verdict at `time` says
/// what can be relied upon.
///
/// # Errors
/// As for [`check`].
pub fn replay(
    envelope: &Bytes,
    validator: &Validator<'_>,
    supplied: &Evidence,
    time: UnixTime,
) -> Result<Replay, Error> {
    let now = check(envelope, validator, supplied, time)?;
    let container = read_container(envelope, validator.limits())?;
    let manifest = layout::manifest(&container)?;
    let sealed = sealed_verdicts(&container);
    let trust = sealed_trust(&container);
    let policy = sealed_policy(&container);
    let mut evidence = sealed_evidence(&container);
    let document = document(&container, &manifest, validator.limits())?;
    evidence.extend(&validator.evidence_in(&document));
    let then = sealed
        .validation_time
        .zip(policy.as_ref())
        .map(|(at, policy)| {
            let validator = Validator::new(&trust, policy).with_limits(validator.limits().clone());
            judged_then(&document, &container, &validator, at)
        });
    evidence.extend(supplied);
    let present = validator.context(&evidence);
    let constraints = policy
        .as_ref()
        .map_or_else(Vec::new, |policy| differences(policy, present.policy));
    let by_sealed_policy = match &policy {
        Some(policy) if !constraints.is_empty() => {
            let validator = Validator::new(present.trust, policy);
            let validator = validator.with_limits(present.limits.clone());
            Some(check(envelope, &validator, supplied, time)?)
        }
        _ => None,
    };
    let comparison = Comparison {
        sealed: &sealed,
        then: then.as_ref(),
        now: &now,
        by_sealed_policy: by_sealed_policy.as_ref(),
        constraints: &constraints,
        certificates: known_certificates(&container, evidence.clone(), &trust, present.trust),
        present_trust: present.trust,
    };
    let signatures = all_signatures(&now);
    let signatures = signatures.map(|now| comparison.signature(now)).collect();
    Ok(Replay {
        signatures,
        sealed,
        then,
        now,
        constraints,
    })
}

fn document(
    container: &AsicContainer,
    manifest: &Manifest,
    limits: &Limits,
) -> Result<Document, Error> {
    sealed_document(container, root(container, manifest)?, limits)
}

/// As the envelope was judged before it was sealed: without a record.
fn judged_then(
    document: &Document,
    container: &AsicContainer,
    validator: &Validator<'_>,
    at: UnixTime,
) -> Report {
    let mut evidence = validator.evidence_in(document);
    evidence.extend(&sealed_evidence(container));
    validator.validate(document, &evidence, at)
}

fn all_signatures(report: &Report) -> impl Iterator<Item = &SignatureReport> {
    let signatures = report.signatures.iter();
    signatures.flat_map(SignatureReport::with_counter_signatures)
}

fn sealed_policy(container: &AsicContainer) -> Option<Policy> {
    let member = container.member(layout::POLICY)?;
    Policy::from_toml(std::str::from_utf8(&member.content).ok()?).ok()
}

/// The anchors in the envelope, each until the end of trust that stands beside it.
fn sealed_trust(container: &AsicContainer) -> TrustAnchors {
    let mut trust = TrustAnchors::none();
    for member in &container.members {
        let Some(name) = member.name.strip_prefix(layout::TRUST) else {
            continue;
        };
        let Some(name) = name.strip_suffix(".cer") else {
            continue;
        };
        let until = container.member(&format!("{}{name}.until", layout::TRUST));
        let until = until.and_then(|member| std::str::from_utf8(&member.content).ok());
        let until = until.and_then(|text| UnixTime::from_rfc3339(text.trim_end()));
        // One that cannot be read is trusted for nothing.
        let _ = match until {
            Some(until) => trust.add_until(member.content.clone(), until),
            None => trust.add(member.content.clone()),
        };
    }
    trust
}

pub(super) fn sealed_verdicts(container: &AsicContainer) -> SealedVerdicts {
    let member = container.member(layout::REPORT);
    let report = member.and_then(|member| serde_json::from_slice::<Value>(&member.content).ok());
    let Some(report) = report else {
        return SealedVerdicts::default();
    };
    let text = |pointer| report.pointer(pointer).and_then(Value::as_str);
    let owned = |pointer| text(pointer).map(str::to_owned);
    let mut signatures = Vec::new();
    take_verdicts(&report, "signatures", &mut signatures);
    SealedVerdicts {
        validation_time: text("/validation_time").and_then(UnixTime::from_rfc3339),
        policy: owned("/policy/name")
            .zip(owned("/policy/sha256"))
            .map(|(name, sha256)| PolicySummary { name, sha256 }),
        tool: container.member(layout::VERSION).and_then(version),
        signatures,
    }
}

/// What wrote the envelope.
fn version(member: &Member) -> Option<String> {
    let text = std::str::from_utf8(&member.content).ok()?;
    Some(text.trim_end().to_owned())
}

/// The verdicts on signatures and on those over their values; serde_json bounds how deep they
/// nest.
fn take_verdicts(object: &Value, field: &str, verdicts: &mut Vec<(String, Indication)>) {
    let signatures = object.get(field).and_then(Value::as_array);
    for signature in signatures.into_iter().flatten() {
        let text = |field| signature.get(field).and_then(Value::as_str);
        let verdict = text("indication").and_then(|name| indication(name, text("sub_indication")));
        if let (Some(id), Some(verdict)) = (text("id"), verdict) {
            verdicts.push((id.to_owned(), verdict));
        }
        take_verdicts(signature, "counter_signatures", verdicts);
    }
}

fn indication(name: &str, why: Option<&str>) -> Option<Indication> {
    let failed = || {
        FailedWhy::ALL
            .iter()
            .find(|known| Some(known.name()) == why)
    };
    let undecided = || {
        let mut all = IndeterminateWhy::ALL.iter();
        all.find(|known| Some(known.name()) == why)
    };
    match name {
        "TOTAL-PASSED" => Some(Indication::Passed),
        "TOTAL-FAILED" => failed().map(|why| Indication::Failed(*why)),
        "INDETERMINATE" => undecided().map(|why| Indication::Indeterminate(*why)),
        _ => None,
    }
}

/// Every certificate that a finding may be about.
fn known_certificates(
    container: &AsicContainer,
    mut evidence: Evidence,
    sealed: &TrustAnchors,
    present: &TrustAnchors,
) -> Vec<Arc<Certificate>> {
    let record = container.member(layout::RECORD);
    let record = record.map(|member| member.content.clone());
    for token in record.iter().flat_map(tokens) {
        evidence.add(token);
    }
    let items = evidence.certificates().iter();
    let mut certificates: Vec<_> = items.map(|item| item.object.clone()).collect();
    certificates.extend(sealed.certificates().iter().cloned());
    certificates.extend(present.certificates().iter().cloned());
    certificates
}

fn tokens(record: &Bytes) -> Vec<Bytes> {
    let limits = Limits::default();
    let Ok(record) = EvidenceRecord::read(record, &limits) else {
        return Vec::new();
    };
    let timestamps = record.chains.iter().flat_map(|chain| &chain.timestamps);
    let tokens = timestamps.map(|archive| TimestampToken::read(&archive.timestamp, &limits));
    tokens.flatten().map(|token| token.raw().clone()).collect()
}

/// What is compared with what.
struct Comparison<'a> {
    sealed: &'a SealedVerdicts,
    then: Option<&'a Report>,
    now: &'a Report,
    /// The present verdicts, were the policy that of the envelope; `None` where it is.
    by_sealed_policy: Option<&'a Report>,
    constraints: &'a [ConstraintDifference],
    certificates: Vec<Arc<Certificate>>,
    present_trust: &'a TrustAnchors,
}

impl Comparison<'_> {
    fn signature(&self, now: &SignatureReport) -> ReplayedSignature {
        let then = self.then.and_then(|report| of_id(report, &now.id));
        let mut sealed = self.sealed.signatures.iter();
        let sealed = sealed.find(|(id, _)| *id == now.id);
        let mut replayed = ReplayedSignature {
            id: now.id.clone(),
            sealed: sealed.map(|(_, indication)| *indication),
            then: then.map(|report| report.conclusion.indication),
            now: now.conclusion.indication,
            reasons: Vec::new(),
        };
        if !replayed.is_unchanged() {
            let reasons = self.reasons(&replayed, then, now);
            replayed.reasons = without_repetition(reasons);
        }
        replayed
    }

    fn reasons(
        &self,
        replayed: &ReplayedSignature,
        then: Option<&SignatureReport>,
        now: &SignatureReport,
    ) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut because = |cause| {
            reasons.push(Reason {
                place: Place::Signature,
                cause,
            });
        };
        let envelope = self.now.envelope.as_ref();
        if let Some(envelope) = envelope.filter(|envelope| !envelope.is_intact()) {
            because(Cause::Changed(envelope.tampered.clone()));
        }
        if replayed.sealed.is_some() && replayed.sealed != replayed.then {
            because(self.not_reproduced());
        }
        if self.policy_decides(now) {
            because(Cause::ConstraintsDiffer(self.constraints.to_vec()));
        }
        if replayed.then == Some(replayed.now) {
            return reasons;
        }
        let before = then.map(|report| &report.conclusion);
        reasons.extend(self.unmet(&now.conclusion, before, Place::Signature));
        reasons.extend(no_longer_unmet(before, &now.conclusion));
        let record = self.now.evidence_records.first();
        if let Some(record) = record.filter(|_| !now.conclusion.indication.is_passed()) {
            reasons.extend(self.unmet(&record.conclusion, None, Place::EvidenceRecord));
        }
        reasons
    }

    fn not_reproduced(&self) -> Cause {
        match self.sealed.tool.as_deref() == Some(TOOL) {
            true => Cause::NotReproduced,
            false => Cause::ToolDiffers {
                sealed: self.sealed.tool.clone(),
            },
        }
    }

    /// Whether the present verdict would be another by the sealed policy.
    fn policy_decides(&self, now: &SignatureReport) -> bool {
        let by_sealed = self.by_sealed_policy;
        let by_sealed = by_sealed.and_then(|report| of_id(report, &now.id));
        by_sealed.is_some_and(|other| other.conclusion.indication != now.conclusion.indication)
    }

    /// Checks that are not met now and were then, or were not made.
    fn unmet(&self, now: &Conclusion, then: Option<&Conclusion>, place: Place) -> Vec<Reason> {
        if now.indication.is_passed() {
            return Vec::new();
        }
        let is_new = |finding: &&Finding| then.is_none_or(|then| !has_unmet(then, finding));
        unmet(now)
            .filter(is_new)
            .map(|finding| Reason {
                place,
                cause: self.cause(finding),
            })
            .collect()
    }

    fn cause(&self, finding: &Finding) -> Cause {
        self.told_cause(finding)
            .unwrap_or_else(|| Cause::NowUnmet(finding.clone()))
    }

    fn told_cause(&self, finding: &Finding) -> Option<Cause> {
        if let Some(end) = &finding.algorithm {
            return Some(Cause::AlgorithmEnded(end.clone()));
        }
        let certificate = self.certificate(finding);
        let at = || UnixTime::from_rfc3339(&finding.detail);
        match finding.rule {
            Rule::CertificateInValidity => {
                let certificate = certificate?;
                let has_ended = certificate.not_after < self.now.validation_time;
                has_ended.then(|| Cause::CertificateEnded {
                    subject: certificate.subject.clone(),
                    ended: certificate.not_after,
                })
            }
            Rule::NotRevoked => Some(Cause::RevocationKnown {
                subject: certificate?.subject.clone(),
                revoked: at()?,
            }),
            Rule::TrustAnchorReached => self.lost_anchor(certificate?),
            Rule::TrustAnchorInForce => Some(Cause::TrustEnded {
                anchor: certificate?.subject.clone(),
                ended: at()?,
            }),
            _ => None,
        }
    }

    /// The anchor above a certificate then or, where none was, its issuer, if that is none now.
    fn lost_anchor(&self, certificate: &Certificate) -> Option<Cause> {
        let signatures = self.then.into_iter().flat_map(all_signatures);
        let bases = signatures.flat_map(|signature| {
            let timestamps = signature.timestamps.iter();
            timestamps
                .map(|timestamp| &timestamp.basis)
                .chain([&signature.basis])
        });
        let mut paths = bases.filter_map(|basis| Some(basis.path.as_ref()?.certificates()));
        let path = paths.find(|path| {
            let first = path.first();
            first.is_some_and(|first| first.sha256() == certificate.sha256())
        });
        let lost = match path.and_then(<[_]>::last) {
            Some(anchor) if self.present_trust.contains(anchor) => return None,
            Some(anchor) => &anchor.subject,
            None => &certificate.issuer,
        };
        let is_named = self.present_trust.named(lost).next().is_some();
        (!is_named).then(|| Cause::AnchorNotTrusted(lost.clone()))
    }

    fn certificate(&self, finding: &Finding) -> Option<&Certificate> {
        let hash = finding.about.strip_prefix("certificate ")?;
        let mut known = self.certificates.iter();
        known
            .find(|certificate| hex(certificate.sha256()) == hash)
            .map(Arc::as_ref)
    }
}

fn of_id<'a>(report: &'a Report, id: &str) -> Option<&'a SignatureReport> {
    all_signatures(report).find(|signature| signature.id == id)
}

fn unmet(conclusion: &Conclusion) -> impl Iterator<Item = &Finding> {
    let findings = conclusion.findings.iter();
    findings.filter(|finding| finding.status == Status::Failed)
}

fn has_unmet(conclusion: &Conclusion, finding: &Finding) -> bool {
    unmet(conclusion).any(|other| other.rule == finding.rule && other.about == finding.about)
}

/// Checks that were not met then and are now, or are not made any more.
fn no_longer_unmet(then: Option<&Conclusion>, now: &Conclusion) -> Vec<Reason> {
    let then = then.into_iter().flat_map(unmet);
    let healed = then.filter(|finding| now.indication.is_passed() || !has_unmet(now, finding));
    healed
        .map(|finding| Reason {
            place: Place::Signature,
            cause: Cause::NoLongerUnmet(finding.clone()),
        })
        .collect()
}

fn without_repetition(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut distinct: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !distinct.contains(&reason) {
            distinct.push(reason);
        }
    }
    distinct
}
