//! Cryptographic verification, EN 319 102-1 §5.2.7.

use super::Context;
use super::finding::{Conclusion, Need, NeedKind, Status, about_certificate};
use super::indication::FailedWhy::{HashFailure, SigCryptoFailure};
use super::indication::IndeterminateWhy::{CryptoConstraintsFailureNoPoe, SignedDataNotFound};
use super::rule::Rule;
use crate::asn1::{Reader, oid, tag};
use crate::cms::SignedAttributes;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm, Verification};
use crate::signature::{
    MemberReference, ReferenceDigest, ReferenceState, Signature, SignedContent,
};
use crate::x509::Certificate;
use bytes::Bytes;

/// Cryptographic fact alone: it depends on no trust, no time and no policy.
/// `None` where it could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Integrity {
    /// Whether the content has the digest that was signed.
    pub reference_data: Option<bool>,
    /// Whether the signature value was made by the key of the signing certificate.
    pub signature_value: Option<bool>,
}

/// Verifies digest and signature value over the bytes as they stand in the file.
pub(super) fn verify(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
) -> (Integrity, Conclusion) {
    let mut conclusion = Conclusion::passed();
    let integrity = Integrity {
        reference_data: verify_references(signature, &mut conclusion),
        signature_value: verify_value(signature, certificate, context, &mut conclusion),
    };
    (integrity, conclusion)
}

/// The facts alone, where the process has ended before this block: a reader still wants to know
/// whether the content is what was signed.
pub(super) fn facts(
    signature: &Signature,
    named: Option<&Certificate>,
    context: &Context<'_>,
) -> Integrity {
    match named {
        Some(certificate) => verify(signature, certificate, context).0,
        None => Integrity {
            reference_data: verify_references(signature, &mut Conclusion::passed()),
            signature_value: None,
        },
    }
}

/// Step 1: the content against the message digest. Without signed attributes the signature
/// value itself is over the content, and this has nothing to compare.
pub(super) fn verify_references(
    signature: &Signature,
    conclusion: &mut Conclusion,
) -> Option<bool> {
    let Some(content) = &signature.content else {
        conclusion.fail(SignedDataNotFound, Rule::SignedDataFound, "", "");
        conclusion.needs.push(Need {
            kind: NeedKind::SignedData,
            about: "signature".to_owned(),
            urls: Vec::new(),
        });
        return None;
    };
    conclusion.pass(Rule::SignedDataFound, "", "");
    if let Some(matches) = verify_content_digest(signature, content, conclusion)
        && !matches
    {
        return Some(false);
    }
    let members = |conclusion: &mut Conclusion| match &signature.coverage.members {
        Some(members) => compare_members(&members.references, conclusion),
        None => Some(true),
    };
    let Some(attributes) = &signature.signed_attributes else {
        return members(conclusion);
    };
    let Some(digest) = signature.digest() else {
        unsupported(conclusion, signature.digest_algorithm.oid.to_string());
        return None;
    };
    let mut expected = attributes.all(&oid::MESSAGE_DIGEST);
    // RFC 5652, 11.2: exactly one message-digest with one value.
    let stated = match (expected.next(), expected.next()) {
        (Some(attribute), None) => attribute.message_digest().ok(),
        _ => None,
    };
    let matches = stated.is_some_and(|stated| content.digest(digest) == stated);
    report_digest(conclusion, digest, matches);
    if matches {
        members(conclusion)
    } else {
        Some(false)
    }
}

/// What a manifest says of the members of its container (EN 319 162-1, 4.4.3.2): one that
/// differs disproves, one that is not there leaves the rest open.
pub(super) fn compare_members(
    references: &[MemberReference],
    conclusion: &mut Conclusion,
) -> Option<bool> {
    let count = |state| {
        references
            .iter()
            .filter(|known| known.state == state)
            .count()
    };
    // The differing ones first: the first failure decides.
    for state in [
        ReferenceState::Differs,
        ReferenceState::Missing,
        ReferenceState::NotComputed,
    ] {
        for reference in references.iter().filter(|known| known.state == state) {
            report_member(reference, conclusion);
        }
    }
    let bound = |known: &&MemberReference| known.digest != ReferenceDigest::Direct;
    let intact = references.iter().filter(bound);
    let intact = intact
        .filter(|known| known.state == ReferenceState::Intact)
        .count();
    if intact > 0 {
        conclusion.pass(Rule::DigestMatches, "manifest", intact.to_string());
    }
    if count(ReferenceState::Differs) > 0 {
        return Some(false);
    }
    (count(ReferenceState::Intact) == references.len()).then_some(true)
}

fn report_member(reference: &MemberReference, conclusion: &mut Conclusion) {
    let name = &reference.name;
    let method = match reference.digest {
        ReferenceDigest::By(digest) => digest.name(),
        ReferenceDigest::Direct => return,
        ReferenceDigest::Unknown => "",
    };
    match reference.state {
        ReferenceState::Intact => {}
        ReferenceState::Differs => {
            conclusion.fail(HashFailure, Rule::DigestMatches, name, method);
        }
        ReferenceState::Missing => {
            conclusion.fail(SignedDataNotFound, Rule::SignedDataFound, name, "");
        }
        ReferenceState::NotComputed => {
            conclusion.fail(
                CryptoConstraintsFailureNoPoe,
                Rule::AlgorithmComputed,
                name,
                method,
            );
        }
    }
}

/// `adbe.pkcs7.sha1`: the CMS content is the SHA-1 of the signed bytes (ISO 32000-1, 12.8.3.3.1).
fn verify_content_digest(
    signature: &Signature,
    content: &SignedContent,
    conclusion: &mut Conclusion,
) -> Option<bool> {
    let digested = signature.content_is_sha1_of.as_ref()?;
    let parts: Vec<&[u8]> = digested.iter().map(Bytes::as_ref).collect();
    let expected = DigestAlgorithm::Sha1.digest(&parts);
    let matches = content.parts().concat() == expected;
    report_digest(conclusion, DigestAlgorithm::Sha1, matches);
    Some(matches)
}

fn report_digest(conclusion: &mut Conclusion, digest: DigestAlgorithm, matches: bool) {
    if matches {
        conclusion.pass(Rule::DigestMatches, "", digest.name());
    } else {
        conclusion.fail(HashFailure, Rule::DigestMatches, "", digest.name());
    }
}

/// Step 2: the signature value against the key.
fn verify_value(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
    conclusion: &mut Conclusion,
) -> Option<bool> {
    let about = about_certificate(certificate);
    let identified =
        SignatureAlgorithm::identify(&signature.signature_algorithm, signature.digest());
    let Some(algorithm) = identified else {
        unsupported(conclusion, signature.signature_algorithm.oid.to_string());
        return None;
    };
    let verification = match &signature.signed_attributes {
        Some(attributes) => verify_attributes(
            signature,
            attributes,
            certificate,
            context,
            &algorithm,
            conclusion,
        ),
        None => {
            let content = signature.content.as_ref()?.parts().concat();
            // A SET as content could be signed attributes taken out of another signature.
            if is_set_of_attributes(&content) {
                conclusion.fail(HashFailure, Rule::ContentTypeMatches, "", "");
                return None;
            }
            verify_message(signature, certificate, context, &algorithm, &content)
        }
    };
    match verification {
        Verification::Valid => {
            conclusion.pass(Rule::SignatureValueVerifies, &about, algorithm.name());
            Some(true)
        }
        Verification::Invalid => {
            conclusion.fail(
                SigCryptoFailure,
                Rule::SignatureValueVerifies,
                &about,
                algorithm.name(),
            );
            Some(false)
        }
        Verification::Unsupported => {
            unsupported(
                conclusion,
                format!(
                    "{}, {}",
                    algorithm.name(),
                    certificate.public_key.algorithm.name()
                ),
            );
            None
        }
    }
}

/// Whether the whole of `content` is one SET whose first member begins as an attribute does.
fn is_set_of_attributes(content: &[u8]) -> bool {
    let mut whole = Reader::new(content, "content");
    let first = whole
        .expect(tag::SET)
        .and_then(|set| set.reader().sequence());
    let is_attribute = first.is_ok_and(|mut member| member.oid().is_ok());
    is_attribute && whole.is_empty()
}

/// Signed attributes are verified as they were sent, and else in the order of DER: of ten
/// unsorted sets met in the wild, nine verify only the first way and one only the second.
fn verify_attributes(
    signature: &Signature,
    attributes: &SignedAttributes,
    certificate: &Certificate,
    context: &Context<'_>,
    algorithm: &SignatureAlgorithm,
    conclusion: &mut Conclusion,
) -> Verification {
    let as_sent = attributes.as_sent();
    let verification = verify_message(signature, certificate, context, algorithm, &as_sent);
    let Some(sorted) = attributes.sorted().ok().filter(|sorted| *sorted != as_sent) else {
        return verification;
    };
    conclusion.note(Rule::SignedAttributesInDerOrder, Status::Warning, "", "");
    if verification == Verification::Invalid {
        return verify_message(signature, certificate, context, algorithm, &sorted);
    }
    verification
}

fn verify_message(
    signature: &Signature,
    certificate: &Certificate,
    context: &Context<'_>,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
) -> Verification {
    context.verifications.verify(
        &certificate.public_key,
        algorithm,
        message,
        &signature.value,
    )
}

fn unsupported(conclusion: &mut Conclusion, detail: String) {
    conclusion.fail(
        CryptoConstraintsFailureNoPoe,
        Rule::AlgorithmComputed,
        "",
        detail,
    );
}
