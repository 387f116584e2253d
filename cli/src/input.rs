//! What the user names: documents, trust, evidence and policy.

use crate::arguments::SharedArguments;
use crate::output::complain;
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
                Err(error) => complain(&format!("--trust {}: {error}", path.display())),
            }
        }
        let mut evidence = Evidence::default();
        add_evidence(&mut evidence, "--evidence", &arguments.evidence)?;
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

/// Adds what the files of an option hold.
///
/// # Errors
/// A sentence for the user where a file cannot be opened.
pub fn add_evidence(
    evidence: &mut Evidence,
    option: &str,
    paths: &[PathBuf],
) -> Result<(), String> {
    for (path, _) in files_of(paths) {
        let before = evidence.unreadable().len();
        evidence.add(read(&path)?.into());
        for unreadable in evidence.unreadable().iter().skip(before) {
            complain(&format!(
                "{option} {}: {}",
                path.display(),
                unreadable.error
            ));
        }
    }
    Ok(())
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
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => files.push((entry.into_path(), Named::ByFolder)),
                // What cannot be walked stands in its place, and cannot be opened either.
                Err(error) => {
                    let place = error.path().unwrap_or(path).to_owned();
                    files.push((place, Named::ByFolder));
                }
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
