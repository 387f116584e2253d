//! Whom the user trusts: certificates and trusted lists.

use crate::arguments::SharedArguments;
use crate::input::{self, Named, files_of};
use crate::output::complain;
use sigill::trust::{Refusal, TrustedList, verify_lists, warnings_of_unsigned};
use sigill::x509::Certificate;
use sigill::{Bytes, Policy, TrustAnchors, UnixTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a user who gives a list must be told.
const NO_SIGNER: &str = "a trusted list counts only if it is signed: say by whom with \
    --trusted-list-signer, or give it with --trust-unsigned-list";

/// Reads what the options name.
///
/// # Errors
/// A sentence for the user where a file that was named cannot be used; one that a folder holds
/// is told and passed over.
pub fn read(
    arguments: &SharedArguments,
    policy: &Policy,
    time: UnixTime,
) -> Result<TrustAnchors, String> {
    let mut trust = TrustAnchors::none();
    let mut lists = Vec::new();
    let named = files_of(&arguments.trust).into_iter();
    for (path, named) in named.chain(files_of(&arguments.trusted_list)) {
        let bytes = Bytes::from(input::read(&path)?);
        let read = if TrustedList::is_announced(&bytes) {
            read_list(&bytes).map(|list| lists.push((path.clone(), named, list)))
        } else {
            trust.add(bytes).map_err(|error| error.to_string())
        };
        read.or_else(|problem| refuse(&path, named, &problem))?;
    }
    add_lists(&mut trust, lists, arguments, policy, time)?;
    for path in &arguments.trust_unsigned_list {
        let problem =
            |problem: String| format!("--trust-unsigned-list {}: {problem}", path.display());
        let list = read_list(&input::read(path)?.into()).map_err(problem)?;
        let warnings = warnings_of_unsigned(&list, time);
        warn(
            path,
            &warnings.map_err(|refusal| problem(refusal.to_string()))?,
        );
        trust.add_list(&list, time);
    }
    Ok(trust)
}

fn add_lists(
    trust: &mut TrustAnchors,
    lists: Vec<(PathBuf, Named, TrustedList)>,
    arguments: &SharedArguments,
    policy: &Policy,
    time: UnixTime,
) -> Result<(), String> {
    if lists.is_empty() {
        return Ok(());
    }
    let signers = read_signers("--trusted-list-signer", &arguments.trusted_list_signer)?;
    let mut places = Vec::new();
    let mut read = Vec::new();
    for (path, named, list) in lists {
        if signers.is_empty() {
            refuse(&path, named, NO_SIGNER)?;
            continue;
        }
        places.push((path, named));
        read.push(list);
    }
    let verified = verify_lists(&read, &signers, &policy.suite, time);
    for (((path, named), list), found) in places.iter().zip(&read).zip(verified) {
        match found.signer {
            Ok(_) => {
                warn(path, &found.warnings);
                trust.add_list(list, time);
            }
            Err(refusal @ Refusal::Superseded(_)) => {
                refuse(path, Named::ByFolder, &format!("not used: {refusal}"))?;
            }
            Err(refusal) => refuse(path, *named, &format!("not used: {refusal}"))?,
        }
    }
    Ok(())
}

/// The certificates that an option names.
///
/// # Errors
/// A sentence for the user where a file holds one that cannot be read.
pub fn read_signers(option: &str, paths: &[PathBuf]) -> Result<Vec<Arc<Certificate>>, String> {
    let mut signers = Vec::new();
    for (path, _) in files_of(paths) {
        for certificate in Certificate::read_all(&input::read(&path)?.into()) {
            let certificate =
                certificate.map_err(|error| format!("{option} {}: {error}", path.display()))?;
            signers.push(Arc::new(certificate));
        }
    }
    Ok(signers)
}

fn read_list(bytes: &Bytes) -> Result<TrustedList, String> {
    TrustedList::read(bytes, &sigill::limits::Limits::default()).map_err(|error| error.to_string())
}

/// A run with less trust than was asked for would give wrong verdicts.
fn refuse(path: &Path, named: Named, problem: &str) -> Result<(), String> {
    let problem = format!("--trust {}: {problem}", path.display());
    match named {
        Named::Itself => Err(problem),
        Named::ByFolder => {
            complain(&problem);
            Ok(())
        }
    }
}

fn warn(path: &Path, warnings: &[sigill::trust::Warning]) {
    for warning in warnings {
        complain(&format!("--trust {}: {warning}", path.display()));
    }
}
