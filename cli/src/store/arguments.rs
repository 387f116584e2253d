//! What may be typed after `sigill store`.

use crate::arguments::SharedArguments;
use clap::{Args, Subcommand, ValueEnum};
use sigill::UnixTime;
use sigill::archive::SealedVerdict;
use std::path::PathBuf;

/// `sigill store`.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: StoreCommand,
}

/// What can be done with a store.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Whether every envelope is whole and what the index says; with --trust, also whether it is
    /// provable
    Verify(VerifyArguments),
    /// Make the index anew from the envelopes
    Rebuild(RebuildArguments),
    /// List the envelopes of which everything holds that is asked for
    Find(FindArguments),
}

/// `sigill store verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// A folder of envelopes, or s3://BUCKET/PREFIX
    pub store: PathBuf,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill store rebuild`.
#[derive(Debug, Args)]
pub struct RebuildArguments {
    /// A folder of envelopes, or s3://BUCKET/PREFIX
    pub store: PathBuf,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill store find`.
#[derive(Debug, Args)]
pub struct FindArguments {
    /// A folder of envelopes, or s3://BUCKET/PREFIX
    pub store: PathBuf,
    /// SHA-256 of the document or of the envelope, in hexadecimal
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    pub digest: Option<[u8; 32]>,
    /// The number in the diary
    #[arg(long, value_name = "NUMBER")]
    pub diary_number: Option<String>,
    /// An organisation that somebody signed for, as it was known at sealing: its number, another
    /// identifier, or its whole name
    #[arg(long, value_name = "ORGNR|NAME")]
    pub organisation: Option<String>,
    /// The worst verdict on its signatures at sealing
    #[arg(long, value_enum)]
    pub verdict: Option<VerdictChoice>,
    /// What the newest time-stamp rests on ends before this time: its certificates, as far as
    /// they stand in it, or its algorithms by the policy
    #[arg(long, value_name = "DATE|RFC3339", value_parser = time)]
    pub renew_before: Option<UnixTime>,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// A verdict at sealing.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum VerdictChoice {
    /// All passed
    Passed,
    /// None failed, at least one was undecided
    Indeterminate,
    /// At least one failed
    Failed,
    /// There was none
    NoSignature,
}

impl From<VerdictChoice> for SealedVerdict {
    fn from(choice: VerdictChoice) -> Self {
        match choice {
            VerdictChoice::Passed => SealedVerdict::Passed,
            VerdictChoice::Indeterminate => SealedVerdict::Indeterminate,
            VerdictChoice::Failed => SealedVerdict::Failed,
            VerdictChoice::NoSignature => SealedVerdict::NoSignature,
        }
    }
}

/// A SHA-256 of 64 hexadecimal digits.
pub fn digest(text: &str) -> Result<[u8; 32], String> {
    let mut digest = [0; 32];
    let is_whole = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    for (place, byte) in digest.iter_mut().enumerate().filter(|_| is_whole) {
        let digits = text.get(2 * place..2 * place + 2).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?;
    }
    match is_whole {
        true => Ok(digest),
        false => Err("not 64 hexadecimal digits".to_owned()),
    }
}

/// A day, which begins at midnight UTC, or a time.
fn time(text: &str) -> Result<UnixTime, String> {
    UnixTime::from_rfc3339(&format!("{text}T00:00:00Z"))
        .or_else(|| UnixTime::from_rfc3339(text))
        .ok_or_else(|| "not a day such as 2030-01-01 or a time such as 2030-01-01T00:00:00Z".into())
}
