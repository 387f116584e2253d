//! What judges, as one digest: a verdict is taken over only from a run that would have judged
//! in the same way.

use crate::arguments::ValidateArguments;
use crate::input::{self, files_of};
use crate::registers;
use crate::results::hex;
use sigill::crypto::sha256;
use sigill::limits::Limits;
use sigill::{Error, TrustAnchors};
use std::fs;
use std::path::{Path, PathBuf};

/// The digest over the programme, whose own is given, the options and everything they name, the time apart.
///
/// # Errors
/// A sentence for the user where a file cannot be read.
pub fn judged_by(programme: &[u8; 32], arguments: &ValidateArguments) -> Result<String, String> {
    let shared = &arguments.shared;
    let mut parts = vec![*programme];
    let one = |path: &Option<PathBuf>| path.iter().cloned().collect::<Vec<_>>();
    let signatures = files_of(&shared.register).into_iter();
    let signatures = signatures.map(|(path, _)| registers::beside(&path));
    let groups: [(&str, Vec<PathBuf>); 12] = [
        ("trust", shared.trust.clone()),
        ("trusted-list", shared.trusted_list.clone()),
        ("trusted-list-signer", shared.trusted_list_signer.clone()),
        ("trust-unsigned-list", shared.trust_unsigned_list.clone()),
        ("metadata-signer", shared.metadata_signer.clone()),
        ("evidence", shared.evidence.clone()),
        ("profile", shared.profile.clone()),
        ("register", shared.register.clone()),
        (
            "register signature",
            signatures.filter(|path| path.is_file()).collect(),
        ),
        ("reference-key", one(&shared.reference_key)),
        ("policy", one(&shared.policy)),
        ("suite", one(&shared.suite)),
    ];
    for (option, paths) in groups {
        parts.push(sha256(option.as_bytes()));
        for (path, _) in files_of(&paths) {
            parts.push(sha256(path.as_os_str().as_encoded_bytes()));
            parts.push(sha256(&read(&path)?));
        }
    }
    parts.push(sha256(options(arguments).as_bytes()));
    Ok(hex(&sha256(&parts.concat())))
}

/// The same with the trust that came of it: which lists are believed, and which of their services,
/// depends on when they were read.
pub fn with_trust(judged_by: &str, trust: &TrustAnchors) -> String {
    let anchors = trust.certificates().iter();
    let mut parts: Vec<[u8; 32]> = anchors
        .map(|anchor| {
            let until = trust.trusted_until(anchor).map(|until| until.0);
            let services = trust.services(anchor).len();
            sha256(format!("{:?} {until:?} {services}", anchor.sha256()).as_bytes())
        })
        .collect();
    parts.push(sha256(judged_by.as_bytes()));
    hex(&sha256(&parts.concat()))
}

/// SHA-256 of this programme. The version alone would be that of many while one is worked on.
///
/// # Errors
/// A sentence for the user where its file cannot be read.
pub fn programme() -> Result<[u8; 32], String> {
    let path = std::env::current_exe().map_err(|error| error.to_string())?;
    let problem = |error: Error| format!("{}: {error}", path.display());
    let source = input::open(&path, &Limits::default()).map_err(problem)?;
    source.sha256().ok_or_else(|| problem(Error::Changed))
}

/// What changes a verdict, its words or its form and names no file. A password is not in it: what
/// it opens is the same document, and what it does not open is judged again.
fn options(arguments: &ValidateArguments) -> String {
    let shared = &arguments.shared;
    let form = arguments.out.as_deref().and_then(Path::extension);
    format!(
        "{:?}",
        (
            (shared.options(), arguments.needs, form, &shared.limit),
            (arguments.fetch.fetch, &arguments.fetch.fetch_host),
            &shared.require_organisation,
            shared.require_grade,
            &shared.require_role,
        )
    )
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
