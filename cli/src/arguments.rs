//! What may be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use sigill::UnixTime;
use sigill::asn1::Oid;
use sigill::binding::OrganisationNumber;
use sigill::crypto::DigestAlgorithm;
use sigill::report::{NeedsSection, Options, PersonalIdentifiers};
use sigill::validation::Language;
use std::path::PathBuf;

/// Tells who signed a document, for which organisation, when at the latest, and that nothing has
/// changed since.
#[derive(Debug, Parser)]
#[command(name = "sigill", version, max_term_width = 96)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Verdict on each signature; a folder is walked
    Validate(ValidateArguments),
    /// Path validation of certificates alone; a folder is walked
    Certificate(CertificateArguments),
    /// Write archive envelopes with evidence and a time-stamped evidence record
    Seal(SealArguments),
    /// Re-validate envelopes from what is inside them
    Check(CheckArguments),
    /// What a rule or a sub-indication of a report means, and what to do
    Explain(ExplainArguments),
    /// Print the default policy file, each line with its source, or what a policy file comes to
    Policy(PolicyArguments),
}

/// `sigill validate`.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// Documents or folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The signed content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub detached: Option<PathBuf>,
    /// List the evidence that is missing, until when it can still be had, and from where
    #[arg(long)]
    pub needs: bool,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill certificate`.
#[derive(Debug, Args)]
pub struct CertificateArguments {
    /// Certificates, PEM or DER, or folders; each certificate of a file is judged, with the
    /// others of that file as evidence
    #[arg(required = true, value_name = "FILE")]
    pub paths: Vec<PathBuf>,
    /// A certificate policy that is accepted, in place of those of the policy file; any, if
    /// neither names one; may be given again
    #[arg(long, value_name = "OID", value_parser = object_identifier)]
    pub initial_policy: Vec<Oid>,
    /// The path must hold for an accepted policy
    #[arg(long)]
    pub require_explicit_policy: bool,
    /// Issuers may not map policies onto others
    #[arg(long)]
    pub inhibit_policy_mapping: bool,
    /// anyPolicy stands for no policy
    #[arg(long)]
    pub inhibit_any_policy: bool,
    /// Another word for --evidence
    #[arg(long, value_name = "FILE|DIR")]
    pub intermediate: Vec<PathBuf>,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill seal`.
#[derive(Debug, Args)]
pub struct SealArguments {
    /// Documents or folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The signed content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub detached: Option<PathBuf>,
    /// The folder for the envelopes
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The time-stamping authority (RFC 3161 over HTTP)
    #[arg(long, value_name = "URL")]
    pub tsa: String,
    /// The digest algorithm of the evidence record
    #[arg(long, value_enum, default_value_t = Hash::Sha256)]
    pub hash: Hash,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Envelopes, or folders of them
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Rules such as not-revoked, or sub-indications such as OUT_OF_BOUNDS_NO_POE; all are
    /// listed, if none is given
    pub words: Vec<String>,
    /// The language of texts; that of the environment, if it is left out
    #[arg(long, value_enum)]
    pub lang: Option<LanguageChoice>,
}

/// `sigill policy`.
#[derive(Debug, Args)]
pub struct PolicyArguments {
    /// A policy file; the default policy, if it is left out
    pub file: Option<PathBuf>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct SharedArguments {
    /// Certificates you trust, PEM or DER; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Certificates, CRLs, OCSP responses and evidence records, told apart by content; may be
    /// given again
    #[arg(long, value_name = "FILE|DIR")]
    pub evidence: Vec<PathBuf>,
    /// Profiles of e-identification systems, asked before those that sigill comes with; may be
    /// given again
    #[arg(long, value_name = "FILE|DIR")]
    pub profile: Vec<PathBuf>,
    /// The time of validation; now, if it is left out
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub at: Option<UnixTime>,
    /// Validation constraints
    #[arg(long, value_name = "FILE.toml")]
    pub policy: Option<PathBuf>,
    /// Ends of algorithms, in place of those of the policy: TOML, or XML or JSON of ETSI TS 119 322
    #[arg(long, value_name = "FILE")]
    pub suite: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The language of texts; that of the environment, if it is left out
    #[arg(long, value_enum)]
    pub lang: Option<LanguageChoice>,
    /// How many documents to judge side by side; one per core, if it is left out
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Show personal numbers, which are masked otherwise
    #[arg(long)]
    pub show_personal_identifiers: bool,
    /// Pass only what this organisation has signed, by the certificate's issuer
    #[arg(long, value_name = "ORGNR", value_parser = organisation)]
    pub require_organisation: Option<OrganisationNumber>,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One object a line, for programmes
    Json,
    /// A page for a browser
    Html,
    /// A validation report by ETSI TS 119 102-2, for other systems
    Xml,
}

/// A language of texts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LanguageChoice {
    /// Swedish
    Sv,
    /// English
    En,
}

/// A digest algorithm for evidence records.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Hash {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl From<Hash> for DigestAlgorithm {
    fn from(hash: Hash) -> Self {
        match hash {
            Hash::Sha256 => DigestAlgorithm::Sha256,
            Hash::Sha384 => DigestAlgorithm::Sha384,
            Hash::Sha512 => DigestAlgorithm::Sha512,
        }
    }
}

impl SharedArguments {
    /// How reports are to be written.
    pub fn options(&self) -> Options {
        Options {
            language: language(self.lang),
            needs: NeedsSection::Omitted,
            personal_identifiers: if self.show_personal_identifiers {
                PersonalIdentifiers::Shown
            } else {
                PersonalIdentifiers::Masked
            },
        }
    }
}

/// The language that was chosen, else that of the environment.
pub fn language(choice: Option<LanguageChoice>) -> Language {
    match choice {
        Some(LanguageChoice::Sv) => Language::Swedish,
        Some(LanguageChoice::En) => Language::English,
        None => language_of_environment(),
    }
}

fn language_of_environment() -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match named {
        Some(value) if value.starts_with("sv") => Language::Swedish,
        _ => Language::English,
    }
}

fn time(text: &str) -> Result<UnixTime, String> {
    UnixTime::from_rfc3339(text).ok_or_else(|| "not a time such as 2040-01-01T00:00:00Z".to_owned())
}

fn object_identifier(text: &str) -> Result<Oid, String> {
    Oid::from_dotted(text).ok_or_else(|| "not an object identifier such as 1.2.752.1".to_owned())
}

fn organisation(text: &str) -> Result<OrganisationNumber, String> {
    OrganisationNumber::parse(text)
        .ok_or_else(|| "not an organisation number such as 202100-6883".to_owned())
}
