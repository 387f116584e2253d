//! Signature levels (EN 319 122-1, 6; EN 319 142-1, 6).

use super::{
    Embedded, Format, MemberCoverage, Signature, Signatures, Timestamp, TimestampKind,
    revocation_material,
};
use crate::container::Content;
use crate::limits::Limits;
use crate::x509::Objects;
use std::collections::HashSet;
use std::fmt;

/// The highest level whose required elements are all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not even B-B: no signing-certificate attribute.
    None,
    /// Basic.
    B,
    /// With a time-stamp over the signature.
    T,
    /// With certificates and revocation data.
    Lt,
    /// With a time-stamp over those.
    Lta,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::None => "none",
            Level::B => "B-B",
            Level::T => "B-T",
            Level::Lt => "B-LT",
            Level::Lta => "B-LTA",
        })
    }
}

/// Gives each signature its level, which elements beside it may raise.
pub(super) fn tell(
    signatures: &mut Signatures,
    content: &Content,
    limits: &Limits,
    objects: &Objects,
) {
    let Signatures {
        signatures,
        timestamps,
        stored,
        ..
    } = signatures;
    let material = |signature: &Signature, embedded: &Embedded| {
        embedded.carries_revocation()
            && revocation_material::is_complete(&signature.identifier, embedded, limits, objects)
    };
    for signature in signatures.iter_mut().flatten() {
        tell_counter_signatures(signature, &material);
        signature.level = match content {
            Content::Pdf(_) => of_pdf(signature, stored, timestamps, &material),
            _ => of_cms(signature, &material),
        };
    }
    if let Content::Asic(_) = content {
        raise_stamped(signatures, timestamps);
    }
}

/// Whether evidence has something to say of each certificate of a signature.
type IsComplete<'a> = dyn Fn(&Signature, &Embedded) -> bool + 'a;

fn tell_counter_signatures(signature: &mut Signature, is_complete: &IsComplete<'_>) {
    for counter in signature.counter_signatures.iter_mut().flatten() {
        tell_counter_signatures(counter, is_complete);
        counter.level = of_cms(counter, is_complete);
    }
}

/// EN 319 122-1, 6.1; older forms by what they hold. A signer's evidence may stand in its
/// time-stamps.
fn of_cms(signature: &Signature, is_complete: &IsComplete<'_>) -> Level {
    let has_kind = |kind| has_kind(&signature.timestamps, kind);
    if signature.certificate_references.is_empty() {
        return Level::None;
    }
    if !has_kind(TimestampKind::Signature) {
        return Level::B;
    }
    let mut all = signature.embedded.clone();
    for timestamp in &signature.timestamps {
        all.extend(timestamp.embedded());
    }
    if !signature.embedded.carries_revocation() || !is_complete(signature, &all) {
        return Level::T;
    }
    match has_kind(TimestampKind::Archive) {
        true => Level::Lta,
        false => Level::Lt,
    }
}

/// EN 319 142-1, 6: the DSS makes LT, a document time-stamp over it LTA.
fn of_pdf(
    signature: &Signature,
    stored: &[(Embedded, usize)],
    timestamps: &[Timestamp],
    is_complete: &IsComplete<'_>,
) -> Level {
    let is_stamped_after = |revision: usize| {
        let mut coverages = timestamps
            .iter()
            .filter_map(|stamp| stamp.coverage.as_ref());
        coverages.any(|coverage| coverage.revision > revision)
    };
    let own_revision = signature.coverage.revision;
    if signature.format != Format::Pades {
        return Level::None;
    }
    if !has_kind(&signature.timestamps, TimestampKind::Signature) && !is_stamped_after(own_revision)
    {
        return Level::B;
    }
    match complete_since(signature, stored, is_complete) {
        None => Level::T,
        Some(revision) if is_stamped_after(revision.max(own_revision)) => Level::Lta,
        Some(_) => Level::Lt,
    }
}

fn has_kind(timestamps: &[Timestamp], kind: TimestampKind) -> bool {
    timestamps.iter().any(|timestamp| timestamp.kind == kind)
}

/// The revision from which on the document holds revocation data for the signer's whole path; 0
/// where the signature itself does.
fn complete_since(
    signature: &Signature,
    stored: &[(Embedded, usize)],
    is_complete: &IsComplete<'_>,
) -> Option<usize> {
    let up_to = |count: usize| {
        let mut all = signature.embedded.clone();
        let stored = stored.iter().take(count);
        stored.for_each(|(embedded, _)| all.extend(embedded.clone()));
        is_complete(signature, &all)
    };
    if !up_to(stored.len()) {
        return None;
    }
    let counts: Vec<usize> = (0..stored.len()).collect();
    let first = counts.partition_point(|count| !up_to(*count));
    let last_needed = first.checked_sub(1).and_then(|index| stored.get(index));
    Some(last_needed.map_or(0, |(_, revision)| *revision))
}

/// A time-stamp over the member with the signature and its long-term material does what an
/// archive time-stamp inside the signature does (EN 319 162-1, A.7).
fn raise_stamped<Unreadable>(
    signatures: &mut [Result<Signature, Unreadable>],
    timestamps: &[Timestamp],
) {
    let stamped: HashSet<&str> = timestamps
        .iter()
        .filter_map(|timestamp| timestamp.coverage.as_ref()?.members.as_ref())
        .flat_map(MemberCoverage::names)
        .collect();
    for signature in signatures.iter_mut().flatten() {
        let place = signature.coverage.place();
        let is_stamped = place.is_some_and(|place| stamped.contains(place));
        if signature.level == Level::Lt && is_stamped {
            signature.level = Level::Lta;
        }
    }
}
