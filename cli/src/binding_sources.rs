//! What signers are bound by besides their certificates: profiles and metadata.

use crate::arguments::SharedArguments;
use crate::input::{files_of, read};
use sigill::Bytes;
use sigill::binding::{BindingSources, IdentityProviderMetadata, Profile};
use sigill::limits::Limits;
use std::path::{Path, PathBuf};

/// The profiles that were named, before those that sigill comes with, and the metadata of
/// identity providers among the evidence.
///
/// # Errors
/// A sentence for the user where a file cannot be used: with a profile less, a signer would be
/// bound otherwise than was asked for.
pub fn of(arguments: &SharedArguments, limits: &Limits) -> Result<BindingSources, String> {
    let mut sources = BindingSources::default();
    // The first that was named is asked first.
    for path in profiles(&arguments.profile).iter().rev() {
        sources.profiles.add(read_profile(path)?);
    }
    for (path, _) in files_of(&arguments.evidence) {
        let bytes = Bytes::from(read(&path)?);
        if !IdentityProviderMetadata::announces(&bytes) {
            continue;
        }
        let metadata = IdentityProviderMetadata::read_all(&bytes, limits)
            .map_err(|error| format!("--evidence {}: {error}", path.display()))?;
        sources.identity_provider_metadata.extend(metadata);
    }
    Ok(sources)
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
