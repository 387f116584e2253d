//! Public reports, which stand beside envelopes.

use crate::output::failure;
use crate::staging::{make_parent, new_file_in, problem};
use ring::rand::{SecureRandom, SystemRandom};
use sigill::limits::Limits;
use sigill::report::json::Salt;
use sigill::report::{Failure, PublicReport};
use sigill::{Bytes, archive, crypto};
use std::io::Write;
use std::path::Path;

/// Writes the public report on what an envelope holds. Its own digest is its name: that of the
/// document may have a personal number in it.
///
/// # Errors
/// [`Failure`] where the disk refuses.
pub fn write(folder: &Path, envelope: &Bytes, limits: &Limits) -> Result<PublicReport, Failure> {
    let report = archive::public_report(envelope, limits).map_err(|error| Failure::from(&error))?;
    let sha256 = crypto::sha256(report.as_bytes());
    let digits: String = sha256.iter().map(|octet| format!("{octet:02x}")).collect();
    let path = folder.join(format!("{digits}.json"));
    make_parent(&path)?;
    let write = || {
        let mut file = new_file_in(folder)?;
        file.write_all(report.as_bytes())?;
        file.as_file().sync_all()?;
        // What stands there already has the same bytes, if its name is true.
        file.persist(&path).map_err(|error| error.error)
    };
    write().map_err(|error| problem(&path, &error))?;
    Ok(PublicReport {
        path: Some(path.display().to_string()),
        sha256,
        belongs: true,
    })
}

/// Octets that nobody can guess.
///
/// # Errors
/// [`Failure`] where there are none.
pub fn salt() -> Result<Salt, Failure> {
    let mut octets = [0; Salt::LENGTH];
    SystemRandom::new()
        .fill(&mut octets)
        .map_err(|_| failure("random", "no random numbers are to be had".to_owned()))?;
    Ok(Salt::new(octets))
}
