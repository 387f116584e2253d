//! Whether trusted lists are to be believed (ETSI TS 119 612, 5.3.13 and 5.7.1).

use super::trusted_list::TrustedList;
use crate::UnixTime;
use crate::crypto::{AlgorithmEnd, CryptographicSuite};
use crate::error::Error;
use crate::x509::Certificate;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Versions of the format that are read (5.3.1).
const VERSIONS: [u64; 2] = [5, 6];
const DAY: i64 = 86_400;

/// What was found when a list was to be believed.
#[derive(Debug, Clone)]
pub struct ListVerification {
    /// Whose signature it has, or why it must not be used.
    pub signer: Result<Arc<Certificate>, Refusal>,
    /// What people should know of a list that is used.
    pub warnings: Vec<Warning>,
}

/// Why a list, or SAML metadata, must not be used.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// It is not signed.
    Unsigned,
    /// It has several signatures.
    SignedTwice,
    /// Its signature cannot be read.
    SignatureUnreadable(Error),
    /// Its signature is not over all of it.
    NotCovered,
    /// It was changed after it was signed.
    Changed,
    /// Its signature uses what is not supported.
    Unsupported(String),
    /// None of the certificates that may sign it does. The one that stands beside its signature
    /// is a mere claim.
    OtherSigner(Option<Arc<Certificate>>),
    /// The algorithm of its signature was no longer reliable.
    AlgorithmNotReliable(AlgorithmEnd),
    /// The format has another version than 5 or 6, or none.
    Version(Option<u64>),
    /// Another list that is believed is a later one of the same territory, with this number:
    /// what it no longer vouches for, an older one must not.
    Superseded(u64),
}

/// What people should know of a list that is used all the same.
#[derive(Debug, Clone)]
pub enum Warning {
    /// The next list was due already.
    Expired {
        /// When it was due.
        next_update: UnixTime,
        /// Whole days since then.
        days: i64,
    },
    /// It was issued after the time that it is asked about.
    IssuedLater(UnixTime),
    /// It was closed for good.
    Closed,
    /// The certificate of its signer was not valid when it was issued.
    SignerOutOfValidity,
    /// An end of its algorithms that was only foreseen has come.
    AlgorithmForeseenToEnd(AlgorithmEnd),
    /// A part of it was passed over.
    Oddity(String),
}

/// Verifies lists together: each must be signed by one of `signers` or, if its territory is that
/// of a pointer in a list of lists that is so signed, by one of that pointer's certificates.
pub fn verify_lists(
    lists: &[TrustedList],
    signers: &[Arc<Certificate>],
    suite: &CryptographicSuite,
    at: UnixTime,
) -> Vec<ListVerification> {
    let by_signers = lists
        .iter()
        .map(|list| verify(list, signers.iter(), suite, at));
    let mut by_signers: Vec<ListVerification> = by_signers.collect();
    set_older_aside(lists, &mut by_signers);
    let believed = lists.iter().zip(&by_signers);
    let pointers: Vec<_> = believed
        .filter(|(list, found)| found.signer.is_ok() && list.is_list_of_lists())
        .flat_map(|(list, _)| &list.pointers)
        .collect();
    let both = lists.iter().zip(by_signers);
    let mut all: Vec<ListVerification> = both
        .map(|(list, found)| {
            if !matches!(found.signer, Err(Refusal::OtherSigner(_))) || list.is_list_of_lists() {
                return found;
            }
            let own = pointers
                .iter()
                .filter(|pointer| pointer.territory == list.summary.territory);
            let signers = own.flat_map(|pointer| &pointer.certificates);
            verify(list, signers, suite, at)
        })
        .collect();
    set_older_aside(lists, &mut all);
    all
}

/// Of several lists of one kind and territory the one with the highest number counts (5.3.2).
fn set_older_aside(lists: &[TrustedList], all: &mut [ListVerification]) {
    let kind = |list: &TrustedList| (list.summary.territory.clone(), list.list_type.clone());
    let mut newest: BTreeMap<(String, String), u64> = BTreeMap::new();
    let believed = lists.iter().zip(&*all);
    for (list, _) in believed.filter(|(_, found)| found.signer.is_ok()) {
        let number = newest.entry(kind(list)).or_default();
        *number = list.summary.sequence_number.max(*number);
    }
    for (list, found) in lists.iter().zip(all) {
        let newest = newest.get(&kind(list)).copied().unwrap_or_default();
        if found.signer.is_ok() && list.summary.sequence_number < newest {
            found.signer = Err(Refusal::Superseded(newest));
        }
    }
}

/// What people should know of a list besides its signature, which is not asked about.
///
/// # Errors
/// Where its format has a version that is not read.
pub fn warnings_of_unsigned(list: &TrustedList, at: UnixTime) -> Result<Vec<Warning>, Refusal> {
    check_version(list)?;
    let mut warnings = freshness(list, at);
    warnings.extend(list.oddities.iter().cloned().map(Warning::Oddity));
    Ok(warnings)
}

fn verify<'a>(
    list: &TrustedList,
    signers: impl Iterator<Item = &'a Arc<Certificate>>,
    suite: &CryptographicSuite,
    at: UnixTime,
) -> ListVerification {
    let mut warnings = Vec::new();
    let signer = list.signature.signer(signers).and_then(|signer| {
        warnings = warnings_of_unsigned(list, at)?;
        let end = list.signature.judge_algorithms(&signer, suite, at)?;
        warnings.extend(end.map(Warning::AlgorithmForeseenToEnd));
        if !signer.is_valid_at(list.summary.issued) {
            warnings.push(Warning::SignerOutOfValidity);
        }
        Ok(signer)
    });
    ListVerification { signer, warnings }
}

fn check_version(list: &TrustedList) -> Result<(), Refusal> {
    match list.version {
        Some(version) if VERSIONS.contains(&version) => Ok(()),
        other => Err(Refusal::Version(other)),
    }
}

fn freshness(list: &TrustedList, at: UnixTime) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if list.summary.issued > at {
        warnings.push(Warning::IssuedLater(list.summary.issued));
    }
    match list.summary.next_update {
        None => warnings.push(Warning::Closed),
        Some(next_update) if next_update < at => warnings.push(Warning::Expired {
            next_update,
            days: at.0.saturating_sub(next_update.0) / DAY,
        }),
        Some(_) => {}
    }
    warnings
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unsigned => f.write_str("it is not signed"),
            Refusal::SignedTwice => f.write_str("it has several signatures"),
            Refusal::SignatureUnreadable(error) => write!(f, "its signature: {error}"),
            Refusal::NotCovered => f.write_str("its signature is not over all of it"),
            Refusal::Changed => f.write_str("it was changed after it was signed"),
            Refusal::Unsupported(what) => {
                write!(f, "its signature uses {what}, which is not supported")
            }
            Refusal::OtherSigner(claimed) => {
                f.write_str("none of the certificates that may sign it has signed it")?;
                let Some(claimed) = claimed else {
                    return Ok(());
                };
                let digest = crate::hex(claimed.sha256());
                write!(
                    f,
                    "; it claims to be by {}, SHA-256 {digest}",
                    claimed.subject
                )
            }
            Refusal::AlgorithmNotReliable(end) => {
                write!(f, "the algorithm of its signature is not reliable: {end}")
            }
            Refusal::Version(Some(version)) => {
                write!(f, "its format has version {version}, not 5 or 6")
            }
            Refusal::Version(None) => f.write_str("its format has no version"),
            Refusal::Superseded(number) => {
                write!(
                    f,
                    "the list with number {number} of this territory is a later one"
                )
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Expired { next_update, days } => write!(
                f,
                "the next list was due on {}, {days} days ago",
                next_update.date()
            ),
            Warning::IssuedLater(issued) => {
                write!(f, "it was issued on {}, which is later", issued.date())
            }
            Warning::Closed => f.write_str("it was closed for good"),
            Warning::SignerOutOfValidity => {
                f.write_str("its signer's certificate was not valid when it was issued")
            }
            Warning::AlgorithmForeseenToEnd(end) => {
                write!(
                    f,
                    "the algorithm of its signature was foreseen to end: {end}"
                )
            }
            Warning::Oddity(problem) => write!(f, "a part was passed over: {problem}"),
        }
    }
}
