//! Metadata of identity providers that cases and tests name.

use super::read;
use sigill::binding::{IdentityProviderMetadata, MetadataTrust};
use sigill::crypto::CryptographicSuite;
use sigill::limits::Limits;
use sigill::x509::Certificate;
use sigill::{Error, UnixTime};
use std::sync::Arc;

/// The identity providers in a file, believed where this certificate has signed it.
pub fn read_signed(
    file: &str,
    signer: &str,
    at: UnixTime,
) -> Result<Vec<IdentityProviderMetadata>, Error> {
    let signers = Certificate::read_all(&read(signer).into());
    let signers: Vec<Arc<Certificate>> = signers
        .into_iter()
        .map(|signer| Arc::new(signer.unwrap()))
        .collect();
    let trust = MetadataTrust {
        signers: &signers,
        suite: &CryptographicSuite::default(),
        at,
    };
    IdentityProviderMetadata::read_all(&read(file).into(), &trust, &Limits::default())
}
