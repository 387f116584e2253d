//! Extraction of proofs of existence, EN 319 102-1 §5.6.2.3.

use super::Context;
use crate::cms::attribute::EvidenceReference;
use crate::evidence::{Evidence, Origin, Proof, ProofsOfExistence};
use crate::limits::Limits;
use crate::policy::AlgorithmConstraint;
use crate::signature::{
    Coverage, Covers, Embedded, Record, Signature, Subject, Timestamp, TimestampKind,
};
use crate::source::Span;
use crate::tsp::TimestampToken;
use crate::x509::OcspResponse;
use crate::{crypto, signature};
use std::collections::HashSet;

/// What a proven document time-stamp proves: every signature, token and piece of evidence in
/// the revisions it covers.
pub(super) fn from_document_timestamp(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    revision: usize,
    signatures: &signature::Signatures,
    context: &Context<'_>,
) {
    for signature in signatures.signatures.iter().flatten() {
        if signature.coverage.revision < revision {
            add_signature(proofs, proof, signature, context);
        }
    }
    for timestamp in &signatures.timestamps {
        let earlier = timestamp
            .coverage
            .as_ref()
            .is_some_and(|coverage| coverage.revision < revision);
        if earlier {
            add_token(proofs, proof, timestamp);
        }
    }
    let covered = |origin: Origin| matches!(origin, Origin::DocumentStore { revision: since } if since < revision);
    from_evidence(proofs, proof, context.evidence, covered);
}

/// What is proven of members of a container: what stands in them.
pub(super) fn from_members(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    signatures: &signature::Signatures,
    context: &Context<'_>,
    is_covered: impl Fn(&str) -> bool,
) {
    let covers = |place: Option<&str>| place.is_some_and(&is_covered);
    for signature in signatures.signatures.iter().flatten() {
        if covers(signature.coverage.place()) {
            add_signature(proofs, proof, signature, context);
        }
    }
    for timestamp in &signatures.timestamps {
        if covers(timestamp.coverage.as_ref().and_then(Coverage::place)) {
            add_token(proofs, proof, timestamp);
        }
    }
    for record in &signatures.records {
        if covers(record.place.as_deref()) {
            add_record(proofs, proof, record, context.limits);
        }
    }
}

/// What a proven record proves, for each of its objects that `proven` says it proves.
pub(super) fn from_record(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    record: &Record,
    proven: &[bool],
    signatures: &signature::Signatures,
    context: &Context<'_>,
) {
    let objects = record.objects.iter().zip(proven);
    for (object, _) in objects.filter(|(_, is_proven)| **is_proven) {
        let sha256 = object.content.as_ref().and_then(Span::sha256);
        if let Some(sha256) = sha256 {
            proofs.add(sha256, proof);
        }
        match object.subject {
            Subject::Document => {
                from_record_over_document(proofs, proof, signatures, context);
            }
            Subject::Member => from_members(proofs, proof, signatures, context, |place| {
                place == object.name
            }),
            // Another one may bear the same value beside evidence that this record is not over.
            Subject::Signature => {
                let holds = |signature: &&Signature| {
                    let mut inside = signature.records.iter();
                    inside.any(|inside| std::ptr::eq(inside, record))
                };
                if let Some(own) = signatures.signatures.iter().flatten().find(holds) {
                    add_signature(proofs, proof, own, context);
                }
            }
            Subject::Content => {}
        }
    }
}

/// Every piece of evidence from where `covers` says, with the certificates inside responses.
pub(crate) fn from_evidence(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    evidence: &Evidence,
    covers: impl Fn(Origin) -> bool,
) {
    for item in evidence.certificates() {
        if covers(item.origin) {
            proofs.add(*item.object.sha256(), proof);
        }
    }
    for item in evidence.revocation_lists() {
        if covers(item.origin) {
            proofs.add(*item.object.sha256(), proof);
        }
    }
    for item in evidence.ocsp_responses() {
        if covers(item.origin) {
            proofs.add(*item.object.sha256(), proof);
            for certificate in &item.object.certificates {
                proofs.add(crypto::sha256(certificate), proof);
            }
        }
    }
}

/// What a proven time-stamp inside a signature proves: all that it covers of it, what it covers
/// references to, and the responders' certificates that stand inside responses.
pub(super) fn from_signature_timestamp(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    covers: &Covers,
    context: &Context<'_>,
) {
    let referenced = referenced(&covers.references, proofs, context);
    let covered: HashSet<[u8; 32]> = covers.objects.iter().copied().chain(referenced).collect();
    add_covered(proofs, proof, &covered, context.evidence);
}

fn add_covered(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    covered: &HashSet<[u8; 32]>,
    evidence: &Evidence,
) {
    for object in covered {
        proofs.add(*object, proof);
    }
    for item in evidence.ocsp_responses() {
        if covered.contains(item.object.sha256()) {
            for certificate in &item.object.certificates {
                proofs.add(crypto::sha256(certificate), proof);
            }
        }
    }
}

/// SHA-256 of each piece of evidence at hand that a reference is to. A digest says only so long
/// which object was meant as it is reliable: until then the object itself must be known to exist.
fn referenced(
    references: &[EvidenceReference],
    proofs: &ProofsOfExistence,
    context: &Context<'_>,
) -> Vec<[u8; 32]> {
    let policy = context.policy;
    let mut found = Vec::new();
    for algorithm in EvidenceReference::algorithms(references) {
        let objects = context.evidence.by_digest(algorithm);
        let end = policy.suite.digest_end(algorithm);
        let is_reliable = |object: &[u8; 32]| {
            let known_since = proofs.earliest(object).not_later_than;
            !matches!(
                policy.reliability(&end, known_since),
                AlgorithmConstraint::NotMet(_)
            )
        };
        let of_this = references
            .iter()
            .filter(|reference| reference.digest_algorithm == Some(algorithm));
        let at_hand = of_this.filter_map(|reference| objects.get(reference.digest.as_ref()));
        found.extend(at_hand.copied().filter(is_reliable));
    }
    found
}

/// What a proven evidence record over whole files proves: everything in them. Records that were
/// given beside the document, which this one may be one of, are not: anybody can lay evidence into
/// their tokens.
pub(crate) fn from_record_over_document(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    signatures: &signature::Signatures,
    context: &Context<'_>,
) {
    for signature in signatures.signatures.iter().flatten() {
        add_signature(proofs, proof, signature, context);
    }
    for timestamp in &signatures.timestamps {
        add_token(proofs, proof, timestamp);
    }
    let in_members = signatures.records.iter();
    let in_members = in_members.filter(|record| record.place.is_some());
    let signed = signatures.signatures.iter().flatten();
    for record in signed
        .flat_map(|signature| &signature.records)
        .chain(in_members)
    {
        add_record(proofs, proof, record, context.limits);
    }
    for (embedded, _) in &signatures.stored {
        add_objects(proofs, proof, embedded);
    }
}

/// What proves a signature value proves the evidence among the signed attributes, which the value
/// binds. Only for a signature that verifies: to another, attributes could have been added.
pub(super) fn from_signature_value(proofs: &mut ProofsOfExistence, signature: &Signature) {
    let proof = proofs.earliest(&signature.value_sha256());
    add_objects(proofs, proof, &signature.signed_evidence());
}

/// A signature value, all that travels inside the same CMS, and what that refers to.
fn add_signature(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    signature: &Signature,
    context: &Context<'_>,
) {
    let referenced = referenced(&signature.references, proofs, context);
    let referenced = referenced.into_iter().collect();
    add_covered(proofs, proof, &referenced, context.evidence);
    proofs.add(signature.value_sha256(), proof);
    add_objects(proofs, proof, &signature.embedded);
    // What stands in `/VRI` may be younger than the signature that it is about.
    let inside = signature.timestamps.iter();
    let inside = inside.filter(|stamp| stamp.kind != TimestampKind::ValidationRelatedInformation);
    for timestamp in inside {
        add_token(proofs, proof, timestamp);
    }
    for counter_signature in signature.counter_signatures.iter().flatten() {
        add_signature(proofs, proof, counter_signature, context);
    }
}

/// What a proof of a time-stamp token proves: the token, and the evidence inside it.
pub(crate) fn from_token(proofs: &mut ProofsOfExistence, proof: Proof, token: &TimestampToken) {
    proofs.add(crypto::sha256(token.raw()), proof);
    proofs.add(crypto::sha256(&token.signer_info.signature), proof);
    add_objects(proofs, proof, &Embedded::of(&token.signed_data));
}

/// The time-stamp tokens inside a record.
fn add_record(proofs: &mut ProofsOfExistence, proof: Proof, record: &Record, limits: &Limits) {
    for token in record.tokens(limits) {
        from_token(proofs, proof, &token);
    }
}

fn add_token(proofs: &mut ProofsOfExistence, proof: Proof, timestamp: &Timestamp) {
    if let Ok(token) = &timestamp.token {
        proofs.add(crypto::sha256(token.raw()), proof);
        proofs.add(crypto::sha256(&token.signer_info.signature), proof);
        add_objects(proofs, proof, &timestamp.embedded());
    }
}

fn add_objects(proofs: &mut ProofsOfExistence, proof: Proof, embedded: &Embedded) {
    for object in embedded.objects() {
        proofs.add(crypto::sha256(object), proof);
    }
    // Responders' certificates stand inside the responses.
    let responses = embedded.ocsp_responses.iter();
    for response in responses.filter_map(|response| OcspResponse::read(response).ok()) {
        for certificate in &response.certificates {
            proofs.add(crypto::sha256(certificate), proof);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::crypto::Verifications;
    use crate::policy::{PathConstraints, Policy};
    use crate::signature::Signatures;
    use crate::{Document, TrustAnchors, UnixTime};
    use bytes::Bytes;

    fn with_record_inside() -> Signatures {
        let path = "fixtures/cases/asic/record-inside-2040/input.p7m";
        let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let document = Document::read(bytes).unwrap();
        Signatures::of(&document, &Limits::default()).unwrap()
    }

    /// What is proven of time 1 at time 2.
    fn proven(
        extract: impl FnOnce(&mut ProofsOfExistence, Proof, &Context<'_>),
    ) -> impl Fn(&[u8]) -> bool {
        let context = Context {
            evidence: &Evidence::default(),
            trust: &TrustAnchors::none(),
            policy: &Policy::default(),
            path_constraints: &PathConstraints::default(),
            limits: &Limits::default(),
            verifications: &Verifications::default(),
            known_validations: None,
        };
        let early = Proof {
            not_later_than: UnixTime(1),
            by: None,
        };
        let mut proofs = ProofsOfExistence::at(UnixTime(2));
        extract(&mut proofs, early, &context);
        move |object| proofs.exist(&crypto::sha256(object), UnixTime(1))
    }

    /// A copy of a signature elsewhere in the document may hold evidence that was made up later.
    #[test]
    fn a_record_inside_a_signature_proves_nothing_of_a_copy() {
        let mut signatures = with_record_inside();
        let mut copy = signatures.signatures[0].as_ref().unwrap().clone();
        let genuine = copy.embedded.certificates[0].clone();
        let made_up = Bytes::from_static(b"made up");
        copy.embedded.certificates.push(made_up.clone());
        signatures.signatures.push(Ok(copy));
        let record = &signatures.signatures[0].as_ref().unwrap().records[0];
        let is_proven = proven(|proofs, early, context| {
            from_record(proofs, early, record, &[true], &signatures, context);
        });
        assert!(is_proven(&genuine));
        assert!(!is_proven(&made_up));
    }

    /// The tokens of a record beside the document, be it the proven one, may have got evidence later.
    #[test]
    fn a_record_over_a_document_proves_only_records_inside() {
        let mut signatures = with_record_inside();
        let token = |signatures: &Signatures| {
            let record = signatures.all_records().next().unwrap();
            let tokens = record.tokens(&Limits::default());
            tokens[0].raw().clone()
        };
        let is_proven = |signatures: &Signatures| {
            let token = token(signatures);
            proven(|proofs, early, context| {
                from_record_over_document(proofs, early, signatures, context);
            })(&token)
        };
        assert!(is_proven(&signatures));
        let inside = std::mem::take(&mut signatures.signatures[0].as_mut().unwrap().records);
        signatures.records = inside;
        assert!(!is_proven(&signatures));
    }
}
