//! What signers are bound by besides their certificates: profiles and metadata.

use crate::arguments::SharedArguments;
use crate::input::{files_of, read};
use crate::output::complain;
use crate::trust::read_signers;
use sigill::Bytes;
use sigill::binding::{BindingSources, IdentityProviderMetadata, MetadataTrust, Profile};
use sigill::limits::Limits;
use sigill::{Policy, UnixTime};
use std::path::{Path, PathBuf};

/// What a user who gives metadata must be told.
const NO_SIGNER: &str = "metadata counts only if a federation has signed it: say which with \
    --metadata-signer";

/// The profiles that were named, before those that sigill comes with, and the metadata of
/// identity providers among the evidence.
///
/// # Errors
/// A sentence for the user where a file cannot be used: with a profile less, a signer would be
/// bound otherwise than was asked for.
pub fn of(
    arguments: &SharedArguments,
    policy: &Policy,
    time: UnixTime,
    limits: &Limits,
) -> Result<BindingSources, String> {
    let mut sources = BindingSources::default();
    // The first that was named is asked first.
    for path in profiles(&arguments.profile).iter().rev() {
        sources.profiles.add(read_profile(path)?);
    }
    let signers = read_signers("--metadata-signer", &arguments.metadata_signer)?;
    let trust = MetadataTrust {
        signers: &signers,
        suite: &policy.suite,
        at: time,
    };
    for (path, _) in files_of(&arguments.evidence) {
        let bytes = Bytes::from(read(&path)?);
        if !IdentityProviderMetadata::announces(&bytes) {
            continue;
        }
        let metadata = IdentityProviderMetadata::read_all(&bytes, &trust, limits)
            .map_err(|error| format!("--evidence {}: {error}", path.display()))?;
        tell_refusal(&path, &metadata, &trust);
        let known = &mut sources.identity_provider_metadata;
        // A copy of the same file does not name its entities a second time.
        if !metadata
            .iter()
            .any(|new| known.iter().any(|old| old.sha256 == new.sha256))
        {
            known.extend(metadata);
        }
    }
    sources.metadata_signers = signers;
    Ok(sources)
}

/// Metadata that proves nothing stays evidence; the user is told why.
fn tell_refusal(path: &Path, metadata: &[IdentityProviderMetadata], trust: &MetadataTrust<'_>) {
    let Some(Err(refusal)) = metadata.first().map(|first| &first.signer) else {
        return;
    };
    let path = path.display();
    match trust.signers.is_empty() {
        true => complain(&format!("--evidence {path}: {NO_SIGNER}")),
        false => complain(&format!("--evidence {path}: not used: {refusal}")),
    }
}

/// Files that were named, and those of folders that are TOML.
fn profiles(paths: &[PathBuf]) -> Vec<PathBuf> {
    files_of(paths)
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| paths.contains(path) || path.extension().is_some_and(|end| end == "toml"))
        .collect()
}

fn read_profile(path: &Path) -> Result<Profile, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| "not text".to_owned());
    text.and_then(|text| Profile::from_toml(&text).map_err(|error| error.to_string()))
        .map_err(|error| format!("--profile {}: {error}", path.display()))
}
