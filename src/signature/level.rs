//! Signature levels (EN 319 122-1, 6; EN 319 142-1, 6).

use super::revocation_material::{self, Material};
use super::{Format, MemberCoverage, Signature, Signatures, Timestamp, TimestampKind};
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
    let stored: Vec<(Material, usize)> = stored
        .iter()
        .map(|(embedded, revision)| (Material::of(embedded, objects), *revision))
        .collect();
    let reader = Reader {
        stored: &stored,
        timestamps,
        limits,
        objects,
    };
    for signature in signatures.iter_mut().flatten() {
        reader.tell_counter_signatures(signature);
        signature.level = match content {
            Content::Pdf(_) => reader.of_pdf(signature),
            _ => reader.of_cms(signature),
        };
    }
    if let Content::Asic(_) = content {
        raise_stamped(signatures, timestamps);
    }
}

/// What levels are read by.
struct Reader<'a> {
    /// The evidence beside the signatures, by the revision that holds it first.
    stored: &'a [(Material, usize)],
    /// The time-stamps over the document or its parts.
    timestamps: &'a [Timestamp],
    limits: &'a Limits,
    objects: &'a Objects,
}

impl Reader<'_> {
    fn tell_counter_signatures(&self, signature: &mut Signature) {
        for counter in signature.counter_signatures.iter_mut().flatten() {
            self.tell_counter_signatures(counter);
            counter.level = self.of_cms(counter);
        }
    }

    /// EN 319 122-1, 6.1; older forms by what they hold. A signer's evidence may stand in its
    /// time-stamps.
    fn of_cms(&self, signature: &Signature) -> Level {
        let has_kind = |kind| has_kind(&signature.timestamps, kind);
        if signature.certificate_references.is_empty() {
            return Level::None;
        }
        if !has_kind(TimestampKind::Signature) {
            return Level::B;
        }
        let own = Material::of(&signature.embedded, self.objects);
        let timestamps = signature.timestamps.iter();
        let in_timestamps: Vec<Material> = timestamps
            .map(|timestamp| Material::of(&timestamp.embedded(), self.objects))
            .collect();
        let all: Vec<&Material> = [&own].into_iter().chain(&in_timestamps).collect();
        if !own.carries_revocation() || !self.is_complete(signature, &all) {
            return Level::T;
        }
        match has_kind(TimestampKind::Archive) {
            true => Level::Lta,
            false => Level::Lt,
        }
    }

    /// EN 319 142-1, 6: the DSS makes LT, a document time-stamp over it LTA.
    fn of_pdf(&self, signature: &Signature) -> Level {
        let own_revision = signature.coverage.revision;
        if signature.format != Format::Pades {
            return Level::None;
        }
        if !has_kind(&signature.timestamps, TimestampKind::Signature)
            && !self.is_stamped_after(own_revision)
        {
            return Level::B;
        }
        match self.complete_since(signature) {
            None => Level::T,
            Some(revision) if self.is_stamped_after(revision.max(own_revision)) => Level::Lta,
            Some(_) => Level::Lt,
        }
    }

    fn is_stamped_after(&self, revision: usize) -> bool {
        let coverages = self.timestamps.iter();
        let mut coverages = coverages.filter_map(|stamp| stamp.coverage.as_ref());
        coverages.any(|coverage| coverage.revision > revision)
    }

    /// The revision from which on the document holds revocation data for the signer's whole path;
    /// 0 where the signature itself does.
    fn complete_since(&self, signature: &Signature) -> Option<usize> {
        let own = Material::of(&signature.embedded, self.objects);
        let up_to = |count: usize| {
            let stored = self.stored.iter().take(count).map(|(material, _)| material);
            let all: Vec<&Material> = [&own].into_iter().chain(stored).collect();
            all.iter().any(|material| material.carries_revocation())
                && self.is_complete(signature, &all)
        };
        if !up_to(self.stored.len()) {
            return None;
        }
        let counts: Vec<usize> = (0..self.stored.len()).collect();
        let first = counts.partition_point(|count| !up_to(*count));
        let last_needed = first
            .checked_sub(1)
            .and_then(|index| self.stored.get(index));
        Some(last_needed.map_or(0, |(_, revision)| *revision))
    }

    fn is_complete(&self, signature: &Signature, all: &[&Material]) -> bool {
        revocation_material::is_complete(&signature.identifier, all, self.limits)
    }
}

fn has_kind(timestamps: &[Timestamp], kind: TimestampKind) -> bool {
    timestamps.iter().any(|timestamp| timestamp.kind == kind)
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
