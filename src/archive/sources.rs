//! What signers were bound by besides their certificates, as it is kept in envelopes and found
//! there again: profiles, metadata of identity providers and extracts of registers.

use super::layout;
use super::register::{Enclosure, read_enclosed};
use crate::binding::{
    BindingEvidence, BindingSources, Enclosed, EvidenceKind, IdentityProviderMetadata,
    MetadataTrust, Profile,
};
use crate::container::asic::{AsicContainer, Member};
use crate::crypto::sha256;
use crate::evidence::Evidence;
use crate::hex;
use crate::limits::Limits;
use crate::register::{RegisterExtract, RegisterFile};
use crate::report::{Report, SignatureReport};
use crate::validator::Validator;
use bytes::Bytes;

/// The extracts that had a part in a report and are not too large for an envelope each.
pub(super) fn sealed_registers<'a>(
    report: &Report,
    sources: &'a BindingSources,
    limits: &Limits,
) -> Vec<&'a RegisterExtract> {
    let asked = asked(report);
    let extracts = sources.registers.extracts();
    extracts
        .filter(|extract| is_asked(&asked, EvidenceKind::Register, extract.sha256))
        .filter(|extract| extract.file.content.len() <= limits.sealed_register_bytes)
        .collect()
}

/// The members that keep what had a part in a report, and every profile of the user's own.
pub(super) fn members(
    report: &Report,
    sources: &BindingSources,
    registers: &[&RegisterExtract],
) -> Vec<(String, Bytes)> {
    let asked = asked(report);
    let mut members: Vec<(String, Bytes)> = Vec::new();
    for extract in registers {
        members.extend(register_members(&extract.file));
    }
    for metadata in &sources.identity_provider_metadata {
        let kind = EvidenceKind::IdentityProviderMetadata;
        if is_asked(&asked, kind, metadata.sha256) {
            members.push(named(layout::METADATA, "xml", &metadata.file));
        }
    }
    let added: Vec<&Profile> = sources.profiles.added().collect();
    for profile in sources.profiles.all() {
        let is_own = added.iter().any(|own| own.sha256 == profile.sha256);
        if is_own || is_asked(&asked, EvidenceKind::Profile, profile.sha256) {
            let text = Bytes::from(profile.text.clone());
            members.push(named(layout::PROFILES, "toml", &text));
        }
    }
    distinct(members)
}

/// What signers in an envelope are bound by: what the reader has given and, where that says
/// nothing, what lies in the envelope.
pub(super) fn with_enclosed(
    container: &AsicContainer,
    validator: &Validator<'_>,
    supplied: &Evidence,
    enclosure: &Enclosure<'_>,
) -> BindingSources {
    let mut sources = validator.binding_sources().clone();
    if enclosure.proof.is_none() {
        // Nobody knows who put together what is not proven to be as it was sealed.
        sources.enclosed = Enclosed::Asserted;
    }
    let below = |folder: &'static str| {
        let members = container.members.iter();
        members.filter(move |member| member.name.starts_with(folder))
    };
    let registers = below(layout::REGISTERS)
        .filter(|member| !is_signature_beside(container, member))
        .filter_map(|member| {
            let file = RegisterFile {
                content: member.content.clone(),
                signature: container
                    .member(&format!("{}{BESIDE}", member.name))
                    .map(|signature| signature.content.clone()),
            };
            // What cannot be read says nothing; the member itself is compared with the record.
            read_enclosed(file, validator, supplied, enclosure, sources.enclosed).ok()
        });
    sources.registers = sources.registers.or(registers.collect());
    let metadata = below(layout::METADATA)
        .flat_map(|member| read_metadata(&member.content, validator, enclosure));
    add_metadata(&mut sources.identity_provider_metadata, metadata);
    if sources.enclosed == Enclosed::Believed {
        add_profiles(&mut sources, below(layout::PROFILES));
    }
    validator.as_the_policy_allows(sources)
}

/// What the federations that the reader names have signed is their word, wherever it lies; the
/// ends of algorithms are those of when it is proven to have been as it is.
fn read_metadata(
    content: &Bytes,
    validator: &Validator<'_>,
    enclosure: &Enclosure<'_>,
) -> Vec<IdentityProviderMetadata> {
    let proven = enclosure.proof.map(|proof| proof.not_later_than);
    let trust = MetadataTrust {
        signers: &validator.binding_sources().metadata_signers,
        suite: &validator.policy().suite,
        at: proven.unwrap_or(enclosure.time),
    };
    IdentityProviderMetadata::read_all(content, &trust, validator.limits()).unwrap_or_default()
}

/// Metadata that proves nothing is not asked where the reader has some about the same entity.
fn add_metadata(
    known: &mut Vec<IdentityProviderMetadata>,
    enclosed: impl Iterator<Item = IdentityProviderMetadata>,
) {
    let of_reader = known.len();
    for metadata in enclosed {
        let mut readers = known.iter().take(of_reader);
        let is_needless = readers.any(|own| {
            let is_same = own.sha256 == metadata.sha256 || metadata.signer.is_err();
            own.entity == metadata.entity && is_same
        });
        if !is_needless {
            known.push(metadata);
        }
    }
}

/// The reader's own profiles are asked before those in the envelope.
fn add_profiles<'a>(sources: &mut BindingSources, members: impl Iterator<Item = &'a Member>) {
    let enclosed: Vec<Profile> = members
        .filter_map(|member| std::str::from_utf8(&member.content).ok())
        .filter_map(|text| Profile::from_toml(text).ok())
        .filter(|profile| {
            let mut known = sources.profiles.all();
            !known.any(|known| known.sha256 == profile.sha256)
        })
        .collect();
    let own: Vec<Profile> = sources.profiles.added().cloned().collect();
    for profile in own.into_iter().chain(enclosed).rev() {
        sources.profiles.add(profile);
    }
}

/// Everything that was asked about the signers of a document.
fn asked(report: &Report) -> Vec<BindingEvidence> {
    report
        .signatures
        .iter()
        .flat_map(SignatureReport::with_counter_signatures)
        .flat_map(|signature| signature.binding.asked.iter().copied())
        .collect()
}

fn is_asked(asked: &[BindingEvidence], kind: EvidenceKind, sha256: [u8; 32]) -> bool {
    asked.contains(&BindingEvidence { kind, sha256 })
}

/// The ending of a signature beside what it is over.
const BESIDE: &str = ".p7s";

fn is_signature_beside(container: &AsicContainer, member: &Member) -> bool {
    let signed = member.name.strip_suffix(BESIDE);
    signed.is_some_and(|signed| container.member(signed).is_some())
}

fn register_members(file: &RegisterFile) -> Vec<(String, Bytes)> {
    let (name, content) = named(layout::REGISTERS, extension(&file.content), &file.content);
    let signature = file.signature.iter();
    let beside = signature.map(|signature| (format!("{name}{BESIDE}"), signature.clone()));
    let beside: Vec<(String, Bytes)> = beside.collect();
    std::iter::once((name, content)).chain(beside).collect()
}

fn extension(content: &[u8]) -> &'static str {
    let is_json = || content.iter().find(|byte| b"{#".contains(byte)) == Some(&b'{');
    match RegisterExtract::announces(content) {
        true if is_json() => "json",
        true => "csv",
        false if content.starts_with(b"PK") => "asice",
        false => "p7m",
    }
}

fn named(folder: &str, extension: &str, content: &Bytes) -> (String, Bytes) {
    let name = format!("{folder}{}.{extension}", hex(&sha256(content)));
    (name, content.clone())
}

fn distinct(members: Vec<(String, Bytes)>) -> Vec<(String, Bytes)> {
    let mut distinct: Vec<(String, Bytes)> = Vec::with_capacity(members.len());
    for (name, content) in members {
        if !distinct.iter().any(|(known, _)| *known == name) {
            distinct.push((name, content));
        }
    }
    distinct
}
