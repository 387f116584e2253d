//! Extracts of registers, and who stands for them.

use crate::input::{files_of, read};
use sigill::register::Registers;
use sigill::{Bytes, Evidence, UnixTime, Validator, archive};
use std::path::{Path, PathBuf};

/// Every extract that was named, each judged by `validator` where it is signed. A signature
/// beside an extract has its name and `.p7s` after it.
///
/// # Errors
/// A sentence for the user where a file is no extract: with a register less, a signer would be
/// bound otherwise than was asked for.
pub fn of(
    paths: &[PathBuf],
    validator: &Validator<'_>,
    evidence: &Evidence,
    time: UnixTime,
) -> Result<Registers, String> {
    let mut extracts = Vec::new();
    for (path, _) in files_of(paths) {
        if is_signature_beside(&path) {
            continue;
        }
        let bytes = Bytes::from(read(&path)?);
        let beside = beside(&path);
        let signature = match beside.is_file() {
            true => Some(Bytes::from(read(&beside)?)),
            false => None,
        };
        let extract = archive::read_register(&bytes, signature.as_ref(), validator, evidence, time)
            .map_err(|error| format!("--register {}: {error}", path.display()))?;
        extracts.push(extract);
    }
    Ok(Registers::new(extracts))
}

const ENDING: &str = ".p7s";

/// Where the signature of an extract is looked for.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ENDING);
    PathBuf::from(name)
}

fn is_signature_beside(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.strip_suffix(ENDING)
        .is_some_and(|signed| Path::new(signed).is_file())
}
