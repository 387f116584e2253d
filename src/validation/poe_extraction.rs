//! Extraction of proofs of existence, EN 319 102-1 §5.6.2.3.

use crate::evidence::{Evidence, Origin, Proof, ProofsOfExistence};
use crate::signature::{Covers, Embedded, Signature, Timestamp};
use crate::{crypto, signature};
use std::collections::HashSet;

/// What a proven document time-stamp proves: every signature, token and piece of evidence in
/// the revisions it covers.
pub(super) fn from_document_timestamp(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    revision: usize,
    signatures: &signature::Signatures,
    evidence: &Evidence,
) {
    for signature in signatures.signatures.iter().flatten() {
        if signature.coverage.revision < revision {
            add_signature(proofs, proof, signature);
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
    from_evidence(proofs, proof, evidence, covered);
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

/// What a proven time-stamp inside a signature proves: all that it covers of it, with the
/// responders' certificates that stand inside responses.
pub(super) fn from_signature_timestamp(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    covers: &Covers,
    evidence: &Evidence,
) {
    let covered: HashSet<&[u8; 32]> = covers.objects.iter().collect();
    for object in &covered {
        proofs.add(**object, proof);
    }
    for item in evidence.ocsp_responses() {
        if covered.contains(item.object.sha256()) {
            for certificate in &item.object.certificates {
                proofs.add(crypto::sha256(certificate), proof);
            }
        }
    }
}

/// What a proven evidence record over whole files proves: everything in them.
pub(crate) fn from_record_over_document(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    signatures: &signature::Signatures,
    evidence: &Evidence,
) {
    for signature in signatures.signatures.iter().flatten() {
        add_signature(proofs, proof, signature);
    }
    for timestamp in &signatures.timestamps {
        add_token(proofs, proof, timestamp);
    }
    for (embedded, _) in &signatures.stored {
        add_embedded(proofs, proof, embedded, evidence);
    }
}

/// A signature value, and all that travels inside the same CMS.
fn add_signature(proofs: &mut ProofsOfExistence, proof: Proof, signature: &Signature) {
    proofs.add(signature.value_sha256(), proof);
    add_objects(proofs, proof, &signature.embedded);
    for timestamp in &signature.timestamps {
        add_token(proofs, proof, timestamp);
    }
    for counter_signature in signature.counter_signatures.iter().flatten() {
        add_signature(proofs, proof, counter_signature);
    }
}

fn add_token(proofs: &mut ProofsOfExistence, proof: Proof, timestamp: &Timestamp) {
    if let Ok(token) = &timestamp.token {
        proofs.add(crypto::sha256(token.raw()), proof);
        proofs.add(crypto::sha256(&token.signer_info.signature), proof);
        add_objects(proofs, proof, &timestamp.embedded());
    }
}

fn add_embedded(
    proofs: &mut ProofsOfExistence,
    proof: Proof,
    embedded: &Embedded,
    evidence: &Evidence,
) {
    add_objects(proofs, proof, embedded);
    // Responders' certificates stand inside the responses.
    for item in evidence.ocsp_responses() {
        if embedded.ocsp_responses.contains(item.object.der()) {
            for certificate in &item.object.certificates {
                proofs.add(crypto::sha256(certificate), proof);
            }
        }
    }
}

fn add_objects(proofs: &mut ProofsOfExistence, proof: Proof, embedded: &Embedded) {
    for object in embedded.objects() {
        proofs.add(crypto::sha256(object), proof);
    }
}
