//! What was asked about a signer besides the certificate: what an archive must keep if the answer
//! is to be found again.

use super::attributed::{BindingEvidence, EvidenceKind};
use super::{Profile, Reading};

/// The profiles by which the certificate was read, the metadata of its identity provider, and
/// the extracts with these digests.
pub(super) fn sources(reading: &Reading<'_>, registers: Vec<[u8; 32]>) -> Vec<BindingEvidence> {
    let recognised = reading.recognition.map(|recognition| recognition.profile);
    let general = reading.sources.profiles.general();
    let profiles = recognised.into_iter().chain(general);
    let mut asked: Vec<BindingEvidence> = profiles.map(of_profile).collect();
    asked.extend(metadata(reading));
    asked.extend(registers.into_iter().map(|sha256| BindingEvidence {
        kind: EvidenceKind::Register,
        sha256,
    }));
    let mut distinct: Vec<BindingEvidence> = Vec::with_capacity(asked.len());
    for one in asked {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

fn of_profile(profile: &Profile) -> BindingEvidence {
    BindingEvidence {
        kind: EvidenceKind::Profile,
        sha256: profile.sha256,
    }
}

fn metadata<'a>(reading: &'a Reading<'_>) -> impl Iterator<Item = BindingEvidence> + 'a {
    let provider = reading
        .context
        .and_then(|context| context.identity_provider.as_deref());
    let all = reading.sources.identity_provider_metadata.iter();
    all.filter(move |metadata| provider == Some(metadata.entity.as_str()))
        .map(|metadata| BindingEvidence {
            kind: EvidenceKind::IdentityProviderMetadata,
            sha256: metadata.sha256,
        })
}
