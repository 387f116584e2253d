//! Signature acceptance validation, EN 319 102-1 §5.2.8.

use super::Context;
use super::finding::{Conclusion, Need, NeedKind, Status};
use super::indication::FailedWhy::FormatFailure;
use super::indication::IndeterminateWhy::{NoPoe, SigConstraintsFailure};
use super::rule::Rule;
use crate::UnixTime;
use crate::asn1::oid;
use crate::cms::attribute::EvidenceReference;
use crate::crypto::{AlgorithmEnd, DigestAlgorithm, SignatureAlgorithm};
use crate::evidence::{Evidence, ProofsOfExistence};
use crate::policy::{AlgorithmConstraint, Policy, RequiredAttribute};
use crate::signature::{
    AlgorithmAgreement, MemberReference, ReferenceDigest, Signature, TimestampKind,
};
use crate::time::BestSignatureTime;
use crate::x509::Certificate;

/// Attributes and algorithms of the signature itself, judged at `at`.
pub(super) fn accept(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
    at: UnixTime,
) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    check_attributes(signature, certificate, context.policy, &mut conclusion);
    check_references(signature, context.evidence, &mut conclusion);
    let end = algorithm_end(signature, certificate, context);
    match context.policy.reliability(&end, at) {
        AlgorithmConstraint::Met => conclusion.pass(Rule::AlgorithmReliable, "signature", ""),
        AlgorithmConstraint::MetWithWarning(_) => {
            conclusion.note_algorithm(Status::Warning, "signature", &end);
        }
        AlgorithmConstraint::NotMet(_) => conclusion.fail_algorithm("signature", &end),
    }
    conclusion
}

/// Until when the digest and the signature algorithm can be relied upon.
pub(super) fn algorithm_end(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
) -> AlgorithmEnd {
    let suite = &context.policy.suite;
    let end = value_algorithm_end(signature, certificate, context);
    let end = match &signature.content_is_sha1_of {
        Some(_) => end.min(suite.digest_end(DigestAlgorithm::Sha1)),
        None => end,
    };
    manifest_ends(signature, context).fold(end, AlgorithmEnd::min)
}

/// As [`algorithm_end`], for what was computed when the signature value was made.
pub(super) fn value_algorithm_end(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
) -> AlgorithmEnd {
    let suite = &context.policy.suite;
    let digest = signature.digest();
    let digest_end = match digest {
        Some(digest) => suite.digest_end(digest),
        None => suite.not_listed(signature.digest_algorithm.oid.to_string()),
    };
    suite
        .identified_end(
            &signature.signature_algorithm,
            digest,
            &certificate.public_key,
        )
        .min(digest_end)
}

/// Whether what the manifest of a container binds by digests is what was signed: 5.5.4 heals weak
/// algorithms by the age of the signature only where they stand in the signature. A member must
/// itself be proven to be older than the end of its digest, or it may have been exchanged.
pub(super) fn check_members(
    signature: &Signature,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
) -> Conclusion {
    let mut conclusion = Conclusion::passed();
    let members = signature.coverage.members.iter();
    let references = members.flat_map(|members| &members.references);
    for reference in references.filter(|reference| !binds(reference, context, proofs)) {
        let name = &reference.name;
        conclusion.fail(NoPoe, Rule::SignedObjectsProven, name, "");
        conclusion.needs.push(Need {
            kind: NeedKind::ProofOfExistence,
            about: name.clone(),
            urls: Vec::new(),
        });
    }
    conclusion
}

/// 5.6.2.3: a digest binds only while it is reliable, or where the member is proven to be older
/// than its end.
pub(super) fn binds(
    reference: &MemberReference,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
) -> bool {
    reference.sha256.is_some_and(|sha256| {
        let relied_on = proofs.earliest(&sha256).not_later_than;
        match reference.digest {
            ReferenceDigest::Direct => true,
            ReferenceDigest::Unknown => false,
            ReferenceDigest::By(digest) => {
                let end = context.policy.suite.digest_end(digest);
                let constraint = context.policy.reliability(&end, relied_on);
                !matches!(constraint, AlgorithmConstraint::NotMet(_))
            }
        }
    })
}

/// Until when each digest in the manifest of a container can be relied upon.
fn manifest_ends<'a>(
    signature: &'a Signature,
    context: &'a Context<'_>,
) -> impl Iterator<Item = AlgorithmEnd> + 'a {
    let suite = &context.policy.suite;
    let members = signature.coverage.members.iter();
    let references = members.flat_map(|members| &members.references);
    references.filter_map(|reference| match reference.digest {
        ReferenceDigest::Direct => None,
        ReferenceDigest::By(digest) => Some(suite.digest_end(digest)),
        ReferenceDigest::Unknown => Some(suite.not_listed(reference.name.clone())),
    })
}

/// What stands around a signature and has been judged by itself.
pub(super) struct Surroundings {
    /// The kinds of its proven time-stamps.
    pub timestamps: Vec<TimestampKind>,
    /// Whether one of its counter-signatures passes.
    pub counter_signed: bool,
    /// Since when it is proven to exist.
    pub best: BestSignatureTime,
    /// The time of validation.
    pub now: UnixTime,
}

/// 5.2.8.4: what the policy wants of a signature besides its value. Counter-signatures, which
/// state no type of content, are there to meet it for others.
pub(super) fn check_constraints(
    signature: &Signature,
    surroundings: &Surroundings,
    policy: &Policy,
    conclusion: &mut Conclusion,
) {
    let Some(content_type) = &signature.content_type else {
        return;
    };
    check_certificate_references(signature, surroundings.best, policy, conclusion);
    let wanted = &policy.signature_attributes;
    let rule = Rule::RequiredAttributesPresent;
    for attribute in &wanted.required {
        if is_present(*attribute, signature, surroundings) {
            conclusion.pass(rule, "", attribute.name());
        } else {
            conclusion.fail(SigConstraintsFailure, rule, "", attribute.name());
        }
    }
    let commitments = signature.statements.iter();
    let commitments = commitments
        .filter(|statement| statement.name == RequiredAttribute::CommitmentType.name())
        .flat_map(|statement| match &statement.value {
            Ok(names) => names.split(", ").map(str::to_owned).collect(),
            Err(error) => vec![error.to_string()],
        });
    for (accepted, stated) in [
        (&wanted.content_types, vec![content_type.to_string()]),
        (&wanted.commitment_types, commitments.collect()),
        (&wanted.roles, signature.claimed_roles.clone()),
    ] {
        let Some(accepted) = accepted else { continue };
        for value in stated {
            let rule = Rule::AttributeValuesAccepted;
            if accepted.contains(&value) {
                conclusion.pass(rule, "", value);
            } else {
                conclusion.fail(SigConstraintsFailure, rule, "", value);
            }
        }
    }
}

/// A digest that can be forged lets the certificate be exchanged for another one with the same key.
fn check_certificate_references(
    signature: &Signature,
    best: BestSignatureTime,
    policy: &Policy,
    conclusion: &mut Conclusion,
) {
    let rule = Rule::CertificateReferenceStrong;
    for reference in &signature.certificate_references {
        let end = match reference.digest_algorithm {
            Some(digest) => policy.suite.digest_end(digest),
            None => policy.suite.not_listed("?".to_owned()),
        };
        match policy.reliability(&end, best.0) {
            AlgorithmConstraint::Met | AlgorithmConstraint::MetWithWarning(_) => {
                conclusion.pass(rule, "", end.to_string());
            }
            AlgorithmConstraint::NotMet(_) => {
                let enforcement = policy.weak_certificate_reference;
                let why = SigConstraintsFailure;
                conclusion.enforce(enforcement, why, rule, "", end.to_string());
            }
        }
    }
}

fn is_present(
    attribute: RequiredAttribute,
    signature: &Signature,
    surroundings: &Surroundings,
) -> bool {
    use RequiredAttribute as Wanted;
    let stamped = |kind| surroundings.timestamps.contains(&kind);
    match attribute {
        Wanted::SigningTime => signature.claimed_signing_time.is_some(),
        Wanted::ClaimedRole => !signature.claimed_roles.is_empty(),
        Wanted::SignaturePolicy => signature.policy.as_ref().is_some_and(Result::is_ok),
        Wanted::ContentTimestamp => stamped(TimestampKind::Content),
        Wanted::SignatureTimestamp => stamped(TimestampKind::Signature),
        Wanted::ReferencesTimestamp => stamped(TimestampKind::References),
        Wanted::ArchiveTimestamp => stamped(TimestampKind::Archive),
        Wanted::CounterSignature => surroundings.counter_signed,
        Wanted::ProofOfExistence => surroundings.best.0 < surroundings.now,
        Wanted::CommitmentType
        | Wanted::ContentHints
        | Wanted::ContentIdentifier
        | Wanted::ContentReference
        | Wanted::MimeType
        | Wanted::SignerLocation => signature
            .statements
            .iter()
            .any(|statement| statement.name == attribute.name() && statement.value.is_ok()),
    }
}

fn check_attributes(
    signature: &Signature,
    certificate: &Certificate,
    policy: &Policy,
    conclusion: &mut Conclusion,
) {
    let enforcement = policy.claimed_time_outside_validity;
    if let Some(attributes) = &signature.signed_attributes {
        let mut types = attributes.all(&oid::CONTENT_TYPE);
        let stated = match (types.next(), types.next()) {
            (Some(attribute), None) => attribute.content_type().ok(),
            _ => None,
        };
        // RFC 5652, 11.4: a counter-signature states none.
        let is_right = match &signature.content_type {
            Some(announced) => stated.as_ref() == Some(announced),
            None => attributes.all(&oid::CONTENT_TYPE).next().is_none(),
        };
        if is_right {
            conclusion.pass(Rule::ContentTypeMatches, "", "");
        } else {
            conclusion.fail(SigConstraintsFailure, Rule::ContentTypeMatches, "", "");
        }
    }
    check_digest_algorithms(signature, conclusion);
    if let Some(claimed) = signature.claimed_signing_time {
        if certificate.is_valid_at(claimed) {
            conclusion.pass(Rule::ClaimedTimeInValidity, "", claimed.to_string());
        } else {
            conclusion.enforce(
                enforcement,
                SigConstraintsFailure,
                Rule::ClaimedTimeInValidity,
                "",
                claimed.to_string(),
            );
        }
    }
    check_statements(signature, conclusion);
}

/// Evidence that the signature refers to (EN 319 122-1, A.1): what is not at hand is said, and
/// may be missed by other checks.
fn check_references(signature: &Signature, evidence: &Evidence, conclusion: &mut Conclusion) {
    if signature.references.is_empty() {
        return;
    }
    let all = signature.references.len();
    let is_at_hand = |reference: &&EvidenceReference| {
        reference.digest_algorithm.is_some_and(|algorithm| {
            let digests = evidence.by_digest(algorithm);
            digests.contains_key(reference.digest.as_ref())
        })
    };
    let found = signature.references.iter().filter(is_at_hand).count();
    let status = match found == all {
        true => Status::Passed,
        false => Status::Warning,
    };
    let detail = format!("{found} / {all}");
    conclusion.note(Rule::ReferencesAtHand, status, "", detail);
}

/// Attributes that no verdict depends on: shown, and noted where they cannot be read.
fn check_statements(signature: &Signature, conclusion: &mut Conclusion) {
    for statement in &signature.statements {
        let (status, detail) = match &statement.value {
            Ok(value) => (Status::Passed, value.clone()),
            Err(error) => (Status::Warning, error.to_string()),
        };
        conclusion.note(
            Rule::SignerStatementsReadable,
            status,
            statement.name,
            detail,
        );
    }
}

/// RFC 5652, 5.1 wants the signer's digest among the announced ones; many signers forget it,
/// so that is a warning. A signature algorithm over another digest than the message digest
/// (RFC 8933, 3) is a contradiction, and so is one other than the signer has signed (RFC 6211).
fn check_digest_algorithms(signature: &Signature, conclusion: &mut Conclusion) {
    let announced = signature
        .announced_digests
        .iter()
        .any(|algorithm| algorithm.oid == signature.digest_algorithm.oid);
    if !announced {
        conclusion.note(Rule::DigestAlgorithmsConsistent, Status::Warning, "", "");
    }
    match signature.algorithm_protection {
        Some(AlgorithmAgreement::Same) => {
            conclusion.pass(Rule::AlgorithmProtectionMatches, "", "");
        }
        Some(AlgorithmAgreement::Different) => {
            conclusion.fail(FormatFailure, Rule::AlgorithmProtectionMatches, "", "");
        }
        None => {}
    }
    let digest = signature.digest();
    let signed_with = SignatureAlgorithm::identify(&signature.signature_algorithm, digest)
        .and_then(|algorithm| algorithm.digest());
    if let (Some(digest), Some(signed_with)) = (digest, signed_with)
        && digest != signed_with
    {
        let detail = format!("{} / {}", digest.name(), signed_with.name());
        if signature.signed_attributes.is_some() {
            conclusion.fail(
                SigConstraintsFailure,
                Rule::DigestAlgorithmsConsistent,
                "",
                detail,
            );
        } else {
            conclusion.fail(FormatFailure, Rule::DigestAlgorithmsConsistent, "", detail);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::crypto::End;
    use crate::evidence::Proof;
    use crate::signature::Signatures;
    use crate::{Document, TrustAnchors, Validator};

    /// The age of a signature says nothing of files that its manifest binds by a digest that has
    /// ended since.
    #[test]
    fn a_weak_manifest_needs_proofs_for_the_members() {
        let fixture = |name: &str| {
            std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
        };
        let time = |text| UnixTime::from_rfc3339(text).unwrap();
        let mut trust = TrustAnchors::none();
        trust.add(fixture("pki/trust/root.pem")).unwrap();
        let mut policy = Policy::default();
        for row in &mut policy.suite.digests {
            if row.digest == DigestAlgorithm::Sha1 {
                row.end = End::At(time("2026-01-25T00:00:00Z"));
            }
        }
        policy.suite.update_date = time("2026-01-31T00:00:00Z");
        let validator = Validator::new(&trust, &policy);
        let document = Document::read(fixture("cases/asic/e-sha1-manifest/input.asice")).unwrap();
        let evidence = Evidence::from(&document);
        let signatures = Signatures::of(&document, validator.limits()).unwrap();
        let signature = signatures.signatures[0].as_ref().unwrap();
        let early = Proof {
            not_later_than: time("2026-01-20T00:00:00Z"),
            by: None,
        };
        let at = time("2026-02-01T00:00:00Z");
        let passes = |proofs: &ProofsOfExistence| {
            let proofs = proofs.clone();
            let sources = validator.binding_sources();
            let report = validator.validate_signatures(
                &document,
                &signatures,
                &evidence,
                proofs,
                sources,
                at,
            );
            report.signatures[0].conclusion.indication.is_passed()
        };
        let mut proofs = ProofsOfExistence::at(at);
        assert!(!passes(&proofs));
        proofs.add(signature.value_sha256(), early);
        assert!(!passes(&proofs));
        for reference in &signature.coverage.members.as_ref().unwrap().references {
            proofs.add(reference.sha256.unwrap(), early);
        }
        assert!(passes(&proofs));
    }

    /// Without a CMS there are no attributes, which is no way round a policy that asks for some.
    #[test]
    fn a_signature_without_cms_lacks_what_a_policy_requires() {
        let path = "fixtures/cases/pades/adbe-x509-rsa-sha1/input.pdf";
        let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let document = Document::read(bytes).unwrap();
        let signatures = Signatures::of(&document, &Default::default()).unwrap();
        let signature = signatures.signatures[0].as_ref().unwrap();
        let mut policy = Policy::default();
        policy.signature_attributes.required = vec![RequiredAttribute::SignatureTimestamp];
        let now = UnixTime(1);
        let surroundings = Surroundings {
            timestamps: Vec::new(),
            counter_signed: false,
            best: BestSignatureTime(now),
            now,
        };
        let mut conclusion = Conclusion::passed();
        check_constraints(signature, &surroundings, &policy, &mut conclusion);
        assert!(!conclusion.indication.is_passed());
    }
}
