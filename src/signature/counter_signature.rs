//! Counter-signatures (RFC 5652, 11.4; EN 319 122-1, 5.2.7): signatures over the value of
//! another, themselves possibly counter-signed.

use super::{Coverage, Format, Signature, UnreadableSignature, cades};
use crate::asn1::oid;
use crate::cms::{SignedData, SignerInfo};
use crate::error::Error;
use crate::limits::Limits;

type Read = Result<Signature, Box<UnreadableSignature>>;

/// The counter-signatures of `signer`, each with its own.
pub(super) fn read_all(data: &SignedData, signer: &SignerInfo, limits: &Limits) -> Vec<Read> {
    let mut remaining = limits.signatures;
    read_level(data, signer, limits, 0, &mut remaining)
}

fn read_level(
    data: &SignedData,
    signer: &SignerInfo,
    limits: &Limits,
    depth: usize,
    remaining: &mut usize,
) -> Vec<Read> {
    let mut found = Vec::new();
    for attribute in signer.unsigned(&oid::COUNTERSIGNATURE) {
        for value in &attribute.values {
            if *remaining == 0 || depth >= limits.counter_signature_depth {
                // One refusal stands for all that come after it.
                found.push(Err(over_limit(limits, *remaining)));
                return found;
            }
            *remaining -= 1;
            found.push(match SignerInfo::read_countersignature(value) {
                Ok(counter) => {
                    let mut signature = read_one(data, signer, &counter, limits);
                    signature.counter_signatures =
                        read_level(data, &counter, limits, depth + 1, remaining);
                    Ok(signature)
                }
                Err(error) => Err(unreadable(error)),
            });
        }
    }
    found
}

fn read_one(
    data: &SignedData,
    signer: &SignerInfo,
    counter: &SignerInfo,
    limits: &Limits,
) -> Signature {
    let content = Some(vec![signer.signature.clone()].into());
    let mut signature = cades::normalise(data, counter, content, Coverage::whole(), limits);
    // There is no content, only a signature value, so it has no type either.
    signature.content_type = None;
    signature
}

fn over_limit(limits: &Limits, remaining: usize) -> Box<UnreadableSignature> {
    unreadable(match remaining {
        0 => Error::OverLimit {
            limit: "counter-signatures on one signature",
            allowed: limits.signatures as u64,
        },
        _ => Error::OverLimit {
            limit: "levels of counter-signatures",
            allowed: limits.counter_signature_depth as u64,
        },
    })
}

fn unreadable(error: Error) -> Box<UnreadableSignature> {
    Box::new(UnreadableSignature {
        error,
        format: Format::Cades,
        coverage: Coverage::whole(),
        format_problems: Vec::new(),
    })
}
