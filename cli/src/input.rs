//! What the user names: documents, trust, evidence and policy.

use crate::arguments::SharedArguments;
use sigill::{Evidence, Policy, TrustAnchors, UnixTime};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use walkdir::WalkDir;

/// Everything that judges, the same for all documents of a run.
pub struct Setting {
    pub trust: TrustAnchors,
    pub evidence: Evidence,
    pub policy: Policy,
    pub time: UnixTime,
}

impl Setting {
    /// Reads what the options name.
    ///
    /// # Errors
    /// A sentence for the user where a named file cannot be used: a run with less trust or
    /// evidence than was asked for would give wrong verdicts.
    pub fn read(arguments: &SharedArguments) -> Result<Self, String> {
        let mut trust = TrustAnchors::none();
        for (path, named) in files_of(&arguments.trust) {
            match trust.add(read(&path)?) {
                Ok(()) => {}
                Err(error) if named == Named::Itself => {
                    return Err(format!("--trust {}: {error}", path.display()));
                }
                Err(error) => eprintln!("sigill: --trust {}: {error}", path.display()),
            }
        }
        let mut evidence = Evidence::default();
        for (path, _) in files_of(&arguments.evidence) {
            let before = evidence.unreadable().len();
            evidence.add(read(&path)?.into());
            for unreadable in evidence.unreadable().iter().skip(before) {
                eprintln!(
                    "sigill: --evidence {}: {}",
                    path.display(),
                    unreadable.error
                );
            }
        }
        let policy = match &arguments.policy {
            None => Policy::default(),
            Some(path) => read_policy(path)?,
        };
        let time = arguments
            .at
            .unwrap_or_else(|| UnixTime::from(SystemTime::now()));
        Ok(Setting {
            trust,
            evidence,
            policy,
            time,
        })
    }
}

/// Whether a file was named by the user or found in a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Itself,
    ByFolder,
}

/// The files that paths name, folders walked in the order of their names.
///
/// A path that does not exist is given back as it is: whoever opens it says so in its place.
pub fn files_of(paths: &[PathBuf]) -> Vec<(PathBuf, Named)> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push((path.clone(), Named::Itself));
            continue;
        }
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    files.push((entry.into_path(), Named::ByFolder));
                }
                Ok(_) => {}
                Err(error) => eprintln!("sigill: {error}"),
            }
        }
    }
    files
}

/// A file's bytes.
///
/// # Errors
/// A sentence for the user.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_policy(path: &Path) -> Result<Policy, String> {
    let bytes = read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{}: not text", path.display()))?;
    Policy::from_toml(&text).map_err(|error| format!("{}: {error}", path.display()))
}
