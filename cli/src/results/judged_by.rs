//! What judges, as one digest: a verdict is taken over only from a run that would have judged
//! in the same way.

use crate::arguments::{FetchArguments, SharedArguments, ValidateArguments};
use crate::input::{self, files_of};
use crate::registers;
use crate::results::file_mark::is_regular;
use crate::results::hex;
use sigill::crypto::sha256;
use sigill::limits::Limits;
use sigill::report::Options;
use sigill::{Error, TrustAnchors};
use std::fs;
use std::path::{Path, PathBuf};

/// The digest over the programme, whose own is given, the options and everything they name, the time apart.
///
/// # Errors
/// A sentence for the user where a file cannot be read.
pub fn judged_by(programme: &[u8; 32], arguments: &ValidateArguments) -> Result<String, String> {
    let said = Said::by(arguments);
    let mut parts = vec![*programme];
    for (option, paths) in &said.files {
        parts.push(sha256(option.as_bytes()));
        for (path, _) in files_of(paths) {
            parts.push(sha256(path.as_os_str().as_encoded_bytes()));
            parts.push(sha256(&read(&path)?));
        }
    }
    parts.push(sha256(said.words.as_bytes()));
    Ok(hex(&sha256(&parts.concat())))
}

/// All files that options name.
pub fn files_named(arguments: &ValidateArguments) -> Vec<PathBuf> {
    let said = Said::by(arguments).files.into_iter();
    let named = said.flat_map(|(_, paths)| paths);
    let alone = [&arguments.password_file, &arguments.detached];
    let named: Vec<PathBuf> = named.chain(alone.into_iter().flatten().cloned()).collect();
    files_of(&named).into_iter().map(|(path, _)| path).collect()
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

/// What options say of how is judged.
struct Said {
    /// The files that they name, by the option.
    files: Vec<(&'static str, Vec<PathBuf>)>,
    /// What changes a verdict, its words or its form and names no file.
    words: String,
}

impl Said {
    /// Every option stands here by its name, so that none is forgotten: a verdict would be taken
    /// over that a run with another value of it would not give.
    fn by(arguments: &ValidateArguments) -> Self {
        let ValidateArguments {
            out,
            needs,
            fetch: FetchArguments { fetch, fetch_host },
            shared,
            // They name the documents, and what is told of the run beside its results.
            paths: _,
            detached: _,
            summary: _,
            rehash: _,
            // What a password opens is the same document, and what it does not open is judged
            // again.
            password: _,
            password_file: _,
        } = arguments;
        let form = out.as_deref().and_then(Path::extension);
        let (files, words) = of_shared(shared);
        Said {
            files,
            words: format!("{needs:?} {form:?} {fetch:?} {fetch_host:?} {words}"),
        }
    }
}

fn of_shared(arguments: &SharedArguments) -> (Vec<(&'static str, Vec<PathBuf>)>, String) {
    let SharedArguments {
        trust,
        trusted_list,
        trusted_list_signer,
        trust_unsigned_list,
        metadata_signer,
        evidence,
        profile,
        register,
        reference_key,
        policy,
        suite,
        limit,
        require_organisation,
        require_grade,
        require_role,
        // Each verdict says as of when it is.
        at: _,
        // Both are in the options of reports.
        lang: _,
        show_personal_identifiers: _,
        // The form of results is that of their file, however many work on them.
        format: _,
        jobs: _,
    } = arguments;
    let one = |path: &Option<PathBuf>| path.iter().cloned().collect::<Vec<_>>();
    let signatures = files_of(register).into_iter();
    let signatures = signatures.map(|(path, _)| registers::beside(&path));
    let files = vec![
        ("trust", trust.clone()),
        ("trusted-list", trusted_list.clone()),
        ("trusted-list-signer", trusted_list_signer.clone()),
        ("trust-unsigned-list", trust_unsigned_list.clone()),
        ("metadata-signer", metadata_signer.clone()),
        ("evidence", evidence.clone()),
        ("profile", profile.clone()),
        ("register", register.clone()),
        (
            "register signature",
            signatures.filter(|path| path.is_file()).collect(),
        ),
        ("reference-key", one(reference_key)),
        ("policy", one(policy)),
        ("suite", one(suite)),
    ];
    let Options {
        language,
        needs: _,
        personal_identifiers,
    } = arguments.options();
    let reports = (language, personal_identifiers);
    let demands = (require_organisation, require_grade, require_role);
    (files, format!("{reports:?} {limit:?} {demands:?}"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path.exists() && !is_regular(path) {
        let path = path.display();
        return Err(format!("{path}: can be read once only; --out needs a file"));
    }
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
