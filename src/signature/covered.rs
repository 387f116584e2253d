//! What stands in unsigned attributes: that it existed is proven where they are time-stamped.

use super::Embedded;
use super::imprint::kind_of;
use super::timestamp::{Covers, evidence_in};
use crate::asn1::oid;
use crate::cms::attribute::{EvidenceReference, LongTermValidation, ProofValue};
use crate::cms::{Attribute, SignerInfo};
use crate::crypto::sha256;
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// Every object in an unsigned attribute that validation may rely on, and every reference to one.
pub(super) fn contents_of(attribute: &Attribute, limits: &Limits) -> Covers {
    contents_within(attribute, limits, limits.counter_signature_depth)
}

fn contents_within(attribute: &Attribute, limits: &Limits, depth: usize) -> Covers {
    let mut covers = own_contents(attribute);
    for value in &attribute.values {
        if attribute.kind == oid::LONG_TERM_VALIDATION {
            if let Ok(long_term) = LongTermValidation::read(value)
                && let Some(ProofValue::Timestamp(token)) = long_term.proof
            {
                covers.extend(contents_of_token(&token, limits));
            }
        } else if kind_of(&attribute.kind).is_some() {
            covers.extend(contents_of_token(value, limits));
        } else if attribute.kind == oid::COUNTERSIGNATURE
            && let Some(deeper) = depth.checked_sub(1)
            && let Ok(signer) = SignerInfo::read_countersignature(value)
        {
            covers.objects.push(sha256(&signer.signature));
            for inner in &signer.unsigned_attributes {
                covers.extend(contents_within(inner, limits, deeper));
            }
        }
    }
    covers
}

/// A token with what it carries, also where that was added after it was made.
fn contents_of_token(value: &Bytes, limits: &Limits) -> Covers {
    let Ok(token) = TimestampToken::read(value, limits) else {
        return Covers::default();
    };
    let embedded = Embedded::of(&token.signed_data);
    let mut covers = Covers {
        objects: vec![sha256(token.raw()), sha256(&token.signer_info.signature)],
        ..Covers::default()
    };
    covers
        .objects
        .extend(embedded.objects().map(|object| sha256(object)));
    for attribute in &token.signer_info.unsigned_attributes {
        covers.extend(own_contents(attribute));
    }
    covers
}

/// Certificates, revocation data and references that stand in the attribute itself.
fn own_contents(attribute: &Attribute) -> Covers {
    let evidence = evidence_in(attribute).unwrap_or_default();
    let references = EvidenceReference::read_all(attribute);
    Covers {
        objects: evidence.objects().map(|object| sha256(object)).collect(),
        references: references.and_then(Result::ok).unwrap_or_default(),
        left_out: Vec::new(),
    }
}
