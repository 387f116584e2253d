//! What the user names: documents, trust, evidence and policy.

use crate::arguments::SharedArguments;
use crate::binding_sources;
use crate::demands::Demands;
use crate::output::{Wanted, complain};
use crate::registers;
use crate::staging;
use crate::store;
use crate::trust;
use serde::{Deserialize, Serialize};
use sigill::binding::{BindingSources, IdentityProviderMetadata};
use sigill::bulk::Moments;
use sigill::crypto::{CryptographicSuite, ReferenceKey};
use sigill::limits::Limits;
use sigill::policy::AnchorName;
use sigill::source::ReadAt;
use sigill::{Error, Evidence, Policy, Source, TrustAnchors, UnixTime, Validator};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use walkdir::WalkDir;

/// Everything that judges, the same for all documents of a run.
pub struct Setting {
    pub trust: TrustAnchors,
    pub evidence: Evidence,
    pub policy: Policy,
    pub time: UnixTime,
    pub limits: Limits,
    /// What must hold of every signature, beyond its verdict.
    pub demands: Demands,
    /// What signers are bound by, besides their certificates.
    pub binding_sources: BindingSources,
}

impl Setting {
    /// Reads what the options name.
    ///
    /// # Errors
    /// A sentence for the user where a named file cannot be used: a run with less trust or
    /// evidence than was asked for would give wrong verdicts.
    pub fn read(arguments: &SharedArguments) -> Result<Self, String> {
        let mut evidence = Evidence::default();
        add_evidence(&mut evidence, "--evidence", &arguments.evidence)?;
        let policy = match &arguments.policy {
            None => Policy::default(),
            Some(path) => read_policy(path)?,
        };
        let policy = match &arguments.suite {
            None => policy,
            Some(path) => policy.with_suite(read_suite(path)?),
        };
        let time = arguments
            .at
            .unwrap_or_else(|| UnixTime::from(SystemTime::now()));
        let limits = limits(&arguments.limit);
        let binding_sources = binding_sources::of(arguments, &policy, time, &limits)?;
        let mut trust = trust::read(arguments, &policy, time)?;
        add_policy_anchors(&mut trust, &policy)?;
        let demands = Demands::read(arguments, &policy)?;
        let mut setting = Setting {
            trust,
            evidence,
            policy,
            time,
            demands,
            binding_sources,
            limits,
        };
        setting.binding_sources.reference_key = arguments
            .reference_key
            .as_deref()
            .map(read_reference_key)
            .transpose()?;
        setting.binding_sources.registers = registers::of(
            &arguments.register,
            &setting.validator(),
            &setting.evidence,
            time,
        )?;
        Ok(setting)
    }

    /// A validator by this trust, policy and limits, and by what signers are bound by.
    pub fn validator(&self) -> Validator<'_> {
        Validator::new(&self.trust, &self.policy)
            .with_limits(self.limits.clone())
            .with_binding_sources(self.binding_sources.clone())
    }

    /// When something begins or ends that all documents share; `None` where judgements follow
    /// the present.
    pub fn moments(&self) -> Option<Moments> {
        let sources = &self.binding_sources;
        Moments::of_run(&self.trust, &self.policy, &self.evidence, sources)
    }

    /// What a run is to tell and to demand.
    pub fn wanted(&self, arguments: &SharedArguments) -> Wanted<'_> {
        Wanted {
            options: arguments.options(),
            demands: &self.demands,
        }
    }
}

/// The default limits with those that were given.
pub fn limits(given: &[(String, u64)]) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in given {
        // The arguments were read by the same names.
        let _ = limits.set(name, *value);
    }
    limits
}

/// The password that opens documents; none is the empty one.
///
/// # Errors
/// A sentence for the user where its file cannot be read.
pub fn password(password: Option<&str>, file: Option<&Path>) -> Result<String, String> {
    match (password, file) {
        (Some(password), _) => Ok(password.to_owned()),
        (None, Some(path)) => Ok(read_text(path)?
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()),
        (None, None) => Ok(String::new()),
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
        let bytes = read(&path)?;
        if IdentityProviderMetadata::announces(&bytes) {
            continue;
        }
        evidence.add(bytes.into());
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Named {
    Itself,
    ByFolder,
}

/// The files that paths name, folders walked in the order of their names.
///
/// A path that does not exist is given back as it is: whoever opens it says so in its place.
pub fn files_of(paths: &[PathBuf]) -> Vec<(PathBuf, Named)> {
    paths.iter().flat_map(|path| walk(path)).collect()
}

/// As [`files_of`] one path, without holding what it names.
pub fn walk(path: &Path) -> impl Iterator<Item = (PathBuf, Named)> {
    let is_folder = path.is_dir();
    let itself = (!is_folder).then(|| (path.to_owned(), Named::Itself));
    let files = is_folder.then(|| files_below(path)).into_iter().flatten();
    itself.into_iter().chain(files)
}

fn files_below(path: &Path) -> impl Iterator<Item = (PathBuf, Named)> {
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|entry| {
        !(entry.file_type().is_dir() && staging::is_staging(entry.file_name()))
    });
    walk.filter_map(move |entry| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) if store::is_index(entry.file_name()) => None,
        Ok(entry) => Some((entry.into_path(), Named::ByFolder)),
        // What cannot be walked stands in its place, and cannot be opened either.
        Err(error) => Some((error.path().unwrap_or(path).to_owned(), Named::ByFolder)),
    })
}

/// Files above this size are read in windows, 16 MB. That takes 8 MB in place of the whole file and
/// no more time; of smaller ones, as many as there are processors have room in memory together,
/// where objects are read faster if they are many.
const HELD_IN_MEMORY: u64 = 16 << 20;

/// A document, held in memory or read in windows.
///
/// # Errors
/// [`Error::InputOutput`] as the system gives it, and as for [`Source::in_windows`].
pub fn open(path: &Path, limits: &Limits) -> Result<Source, Error> {
    let unreadable = |error: io::Error| Error::InputOutput(error.kind());
    let mut file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    // What is no file, such as a pipe, can be opened and read once only.
    if about.is_file() && about.len() > HELD_IN_MEMORY {
        return Source::in_windows(OpenFile(file), limits.document_bytes);
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Source::from(bytes))
}

/// What a document takes of the memory of a run, in bytes: all of it, but for a PDF that is read
/// in windows.
pub fn weight(path: &Path) -> u64 {
    let length = fs::metadata(path).map_or(0, |about| about.len());
    if length > HELD_IN_MEMORY && is_pdf(path) {
        return HELD_IN_MEMORY;
    }
    length
}

/// Whether it announces itself as a PDF at its start.
fn is_pdf(path: &Path) -> bool {
    let mut start = [0; 5];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"%PDF-"
}

/// The content of detached signatures, if there is any.
///
/// # Errors
/// A sentence for the user.
pub fn detached(path: Option<&Path>, limits: &Limits) -> Result<Option<Source>, String> {
    let named =
        |path: &Path| open(path, limits).map_err(|error| format!("{}: {error}", path.display()));
    path.map(named).transpose()
}

/// Asks the system for a file that everything depends on.
///
/// # Errors
/// A sentence for the user.
pub fn can_be_opened(path: &Path) -> Result<(), String> {
    // What is no file, such as a pipe, can be opened once only.
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Ok(());
    }
    let opened = File::open(path).map_err(|error| Error::InputOutput(error.kind()));
    opened
        .map(drop)
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Fills a buffer with what stands at an offset.
///
/// # Errors
/// As the system gives it; of the unexpected end of the file too.
pub fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_at(file, rest, offset + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// A file that is read at any place.
struct OpenFile(File);

impl ReadAt for OpenFile {
    fn length(&self) -> io::Result<u64> {
        self.0.metadata().map(|about| about.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        read_at(&self.0, buffer, offset)
    }
}

/// A file's bytes.
///
/// # Errors
/// A sentence for the user.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Trust as the policy speaks of it, beside what `--trust` names.
fn add_policy_anchors(trust: &mut TrustAnchors, policy: &Policy) -> Result<(), String> {
    for anchor in &policy.trust_anchors {
        match (&anchor.certificate, anchor.until) {
            (AnchorName::Pem(pem), Some(until)) => trust.add_until(pem.clone().into_bytes(), until),
            (AnchorName::Pem(pem), None) => trust.add(pem.clone().into_bytes()),
            (AnchorName::Sha256(digest), Some(until)) => {
                if !trust.end_trust(digest, until) {
                    complain("the policy ends the trust in an anchor that --trust does not name");
                }
                Ok(())
            }
            (AnchorName::Sha256(_), None) => Ok(()),
        }
        .map_err(|error| format!("the policy's trust_anchor: {error}"))?;
    }
    Ok(())
}

fn read_reference_key(path: &Path) -> Result<ReferenceKey, String> {
    ReferenceKey::new(read(path)?).ok_or_else(|| {
        let (path, least) = (path.display(), ReferenceKey::SHORTEST);
        format!("--reference-key {path}: shorter than {least} bytes")
    })
}

/// The policy in a file.
///
/// # Errors
/// A sentence for the user, with the line that is wrong.
pub fn read_policy(path: &Path) -> Result<Policy, String> {
    let text = read_text(path)?;
    Policy::from_toml(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// A suite in one of its three forms, told apart by the first character.
fn read_suite(path: &Path) -> Result<CryptographicSuite, String> {
    let text = read_text(path)?;
    let text = text.trim_start_matches('\u{feff}');
    let suite = match text.trim_start().chars().next() {
        Some('<') => CryptographicSuite::from_ts_119_322_xml(text).map_err(|e| e.to_string()),
        Some('{') => CryptographicSuite::from_ts_119_322_json(text).map_err(|e| e.to_string()),
        _ => CryptographicSuite::from_toml(text).map_err(|e| e.to_string()),
    };
    suite.map_err(|error| format!("--suite {}: {error}", path.display()))
}

fn read_text(path: &Path) -> Result<String, String> {
    String::from_utf8(read(path)?).map_err(|_| format!("{}: not text", path.display()))
}
