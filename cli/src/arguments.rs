//! What may be typed.

use crate::inspect::InspectArguments;
use crate::store::arguments::StoreArguments;
use clap::{Args, Parser, Subcommand, ValueEnum};
use sigill::UnixTime;
use sigill::asn1::Oid;
use sigill::binding::{Grade, OrganisationNumber};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::report::{NeedsSection, Options, PersonalIdentifiers};
use sigill::signature::Level;
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
    /// What a file is and holds, without a judgement; a folder is walked
    Inspect(InspectArguments),
    /// Lift signatures to level T, LT or LTA with time-stamps and evidence
    Augment(AugmentArguments),
    /// Write archive envelopes with evidence and a time-stamped evidence record
    Seal(SealArguments),
    /// Re-validate envelopes from what is inside them
    Check(CheckArguments),
    /// The verdicts at sealing, those of now, and why they differ
    Replay(CheckArguments),
    /// What becomes unprovable when, and what is due
    Status(StatusArguments),
    /// Renew what is due: time-stamps or, before a digest algorithm ends, hash trees
    Renew(RenewArguments),
    /// Verify a store of envelopes, index it, and find envelopes in it
    Store(StoreArguments),
    /// Pack envelopes for delivery to an e-archive (E-ARK SIP, FGS Paketstruktur 2.0)
    Export(ExportArguments),
    /// What a rule or a sub-indication of a report means, and what to do
    Explain(ExplainArguments),
    /// Print the default policy file, each line with its source, or what a policy file comes to
    Policy(PolicyArguments),
}

/// `sigill validate`.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// Documents, folders, or manifests: lists of documents that end in .csv or .jsonl, with the
    /// columns path, detached and diary_number
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Write the results to this file instead, one line a document (.jsonl) or one row a
    /// signature (.parquet), with a summary at the end. A run that was interrupted goes on where
    /// it stopped, and what is unchanged is not judged again (docs/results.md)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the summary also as a page with charts
    #[arg(long, value_name = "FILE.html", requires = "out")]
    pub summary: Option<PathBuf>,
    /// Read every file again and compare its digest before the result of an earlier run is taken
    /// over, whatever the file system says of it
    #[arg(long, requires = "out")]
    pub rehash: bool,
    /// The signed content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub detached: Option<PathBuf>,
    /// List the evidence that is missing, until when it can still be had, and from where
    #[arg(long)]
    pub needs: bool,
    /// Whether missing evidence is fetched
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// The password of encrypted PDFs; other users of the machine can see it, so that
    /// --password-file is better
    #[arg(long, value_name = "PASSWORD", conflicts_with = "password_file")]
    pub password: Option<String>,
    /// The file whose first line is the password of encrypted PDFs
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
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

/// `sigill augment`.
#[derive(Debug, Args)]
pub struct AugmentArguments {
    /// Documents or folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The level that every signature is to reach; a document of level LTA gets one more archive
    /// time-stamp
    #[arg(long, value_enum)]
    pub level: LevelChoice,
    /// The signed content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub detached: Option<PathBuf>,
    /// The folder for the new documents
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Who time-stamps
    #[command(flatten)]
    pub authority: AuthorityArguments,
    /// The digest algorithm of new time-stamps
    #[arg(long, value_enum, default_value_t = Hash::Sha256)]
    pub hash: Hash,
    /// Whether missing evidence is fetched
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// A level of signatures.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelChoice {
    /// A time-stamp over the signature
    T,
    /// The same, with all certificates and revocation data
    Lt,
    /// The same, with a time-stamp over all of it
    Lta,
}

impl From<LevelChoice> for Level {
    fn from(level: LevelChoice) -> Self {
        match level {
            LevelChoice::T => Level::T,
            LevelChoice::Lt => Level::Lt,
            LevelChoice::Lta => Level::Lta,
        }
    }
}

/// Whether missing evidence is fetched, for every command that may.
#[derive(Debug, Args)]
pub struct FetchArguments {
    /// Fetch missing certificates, CRLs and OCSP responses from where certificates say that they
    /// are; whoever runs these places can see what you ask about. What comes is judged as any
    /// other evidence
    #[arg(long)]
    pub fetch: bool,
    /// A host of your own network that may be asked too, as certificates name it; may be given
    /// again
    #[arg(long, value_name = "HOST", requires = "fetch")]
    pub fetch_host: Vec<String>,
}

/// `sigill seal`.
#[derive(Debug, Args)]
pub struct SealArguments {
    /// Documents or folders
    #[arg(required_unless_present = "manifest")]
    pub paths: Vec<PathBuf>,
    /// A list of documents, CSV or JSON Lines, with their detached contents and numbers in the
    /// diary (docs/manifest.md)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "detached", "diary_number"])]
    pub manifest: Option<PathBuf>,
    /// The signed content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub detached: Option<PathBuf>,
    /// The document's number in the diary of the records system
    #[arg(long, value_name = "NUMBER")]
    pub diary_number: Option<String>,
    /// The folder for the envelopes, or s3://BUCKET/PREFIX
    #[arg(long, value_name = "DIR|URL")]
    pub out: PathBuf,
    /// Who time-stamps
    #[command(flatten)]
    pub authority: AuthorityArguments,
    /// The digest algorithm of the evidence record
    #[arg(long, value_enum, default_value_t = Hash::Sha256)]
    pub hash: Hash,
    /// How many documents share one time-stamp at the most
    #[arg(long, value_name = "N", default_value = "100000")]
    pub batch: std::num::NonZeroUsize,
    /// Keep in each envelope, beside the report, a full one that shows personal numbers; the
    /// other names its digest
    #[arg(long)]
    pub full_report: bool,
    /// The folder for public reports: each says by which time-stamp it can be proven, and has its
    /// own digest for a name
    #[arg(long, value_name = "DIR")]
    pub public_report: Option<PathBuf>,
    /// Whether missing evidence is fetched
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// Who time-stamps, for every command that needs it.
#[derive(Debug, Args)]
pub struct AuthorityArguments {
    /// A time-stamping authority (RFC 3161 over HTTP or HTTPS); may be given again, and the next
    /// is asked where one fails
    #[arg(long, value_name = "URL", required = true)]
    pub tsa: Vec<String>,
    /// The policy to be stamped under
    #[arg(long, value_name = "OID", value_parser = object_identifier)]
    pub tsa_policy: Option<Oid>,
    /// Whom the authorities know you as
    #[arg(long, value_name = "NAME", requires = "tsa_password_file")]
    pub tsa_user: Option<String>,
    /// The file whose text is your password there
    #[arg(long, value_name = "FILE", requires = "tsa_user")]
    pub tsa_password_file: Option<PathBuf>,
    /// How long to wait for one reply
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    pub tsa_timeout: std::num::NonZeroU32,
}

/// `sigill check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Envelopes, folders of them, or s3://BUCKET/PREFIX
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Whether this public report is the one on the envelope; give just one
    #[arg(long, value_name = "FILE")]
    pub public_report: Option<PathBuf>,
    /// Use the registers and profiles inside the envelopes as if you had given them: for
    /// envelopes of which you know who sealed them
    #[arg(long)]
    pub believe_enclosed: bool,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill status`.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// Envelopes, folders of them, or s3://BUCKET/PREFIX
    #[arg(required = true, value_name = "ENVELOPE|STORE")]
    pub paths: Vec<PathBuf>,
    /// When renewal is due
    #[command(flatten)]
    pub margin: MarginArguments,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// `sigill renew`.
#[derive(Debug, Args)]
pub struct RenewArguments {
    /// Envelopes, folders of them, or s3://BUCKET/PREFIX
    #[arg(required = true, value_name = "ENVELOPE|STORE")]
    pub paths: Vec<PathBuf>,
    /// When renewal is due
    #[command(flatten)]
    pub margin: MarginArguments,
    /// Renew everything, due or not
    #[arg(long)]
    pub all: bool,
    /// Who time-stamps
    #[command(flatten)]
    pub authority: AuthorityArguments,
    /// The digest algorithm; if it is left out, that which the record has, or SHA-512 where that
    /// one ends. Another than the record has makes a new hash tree
    #[arg(long, value_enum)]
    pub hash: Option<Hash>,
    /// How many envelopes share one time-stamp at the most
    #[arg(long, value_name = "N", default_value = "100000")]
    pub batch: std::num::NonZeroUsize,
    /// Whether missing evidence is fetched
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// When renewal is due.
#[derive(Debug, Args)]
pub struct MarginArguments {
    /// Renewal is due this many days before something ends
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    pub margin: u32,
}

impl MarginArguments {
    /// Until when nothing may end.
    pub fn from(&self, now: UnixTime) -> UnixTime {
        const SECONDS_PER_DAY: i64 = 86_400;
        UnixTime(
            now.0
                .saturating_add(i64::from(self.margin) * SECONDS_PER_DAY),
        )
    }
}

/// `sigill export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Envelopes, folders of them, or s3://BUCKET/PREFIX
    #[arg(required = true, value_name = "ENVELOPE|STORE")]
    pub paths: Vec<PathBuf>,
    /// The folder for the packages
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// What a package is
    #[arg(long, value_enum, default_value_t = PackageForm::Folder)]
    pub package: PackageForm,
    /// The organisation that submits the packages
    #[arg(long, value_name = "NAME")]
    pub submitter: String,
    /// Its identification code, such as an organisation number
    #[arg(long, value_name = "CODE")]
    pub submitter_code: Option<String>,
    /// The organisation that created the records; the submitter, if it is left out
    #[arg(long, value_name = "NAME")]
    pub creator: Option<String>,
    /// Its identification code
    #[arg(long, value_name = "CODE", requires = "creator")]
    pub creator_code: Option<String>,
    /// The organisation that is to preserve the records
    #[arg(long, value_name = "NAME")]
    pub archive: Option<String>,
    /// Its identification code
    #[arg(long, value_name = "CODE", requires = "archive")]
    pub archive_code: Option<String>,
    /// The submission agreement
    #[arg(long, value_name = "REFERENCE")]
    pub submission_agreement: Option<String>,
    /// XML schemas to put into each package; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub schemas: Vec<PathBuf>,
    /// What is shared by all commands
    #[command(flatten)]
    pub shared: SharedArguments,
}

/// What a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PackageForm {
    /// A folder
    Folder,
    /// A ZIP file with that folder
    Zip,
    /// A TAR file with that folder
    Tar,
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
    /// List the limits on what one file may cost, with their defaults, instead
    #[arg(long, conflicts_with = "file")]
    pub limits: bool,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct SharedArguments {
    /// Certificates you trust, PEM or DER, and trusted lists (ETSI TS 119 612) that are signed by
    /// a --trusted-list-signer; told apart by content; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Another word for --trust
    #[arg(long, value_name = "FILE|DIR")]
    pub trusted_list: Vec<PathBuf>,
    /// Certificates, PEM or DER, of which one must have signed each trusted list, or the list of
    /// lists that names its signers; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub trusted_list_signer: Vec<PathBuf>,
    /// A trusted list whose signature is not asked about: you answer for where it came from; may
    /// be given again
    #[arg(long, value_name = "FILE")]
    pub trust_unsigned_list: Vec<PathBuf>,
    /// Certificates, of which one must have signed metadata of identity providers among the
    /// evidence: those of the operators of federations; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub metadata_signer: Vec<PathBuf>,
    /// Certificates, CRLs, OCSP responses, evidence records and metadata of identity providers,
    /// told apart by content; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub evidence: Vec<PathBuf>,
    /// Profiles of e-identification systems, asked before those that sigill comes with; may be
    /// given again
    #[arg(long, value_name = "FILE|DIR")]
    pub profile: Vec<PathBuf>,
    /// Extracts of registers (docs/registers.md), as they are or signed; may be given again
    #[arg(long, value_name = "FILE|DIR")]
    pub register: Vec<PathBuf>,
    /// The archive's secret, of at least 32 bytes, by which references to persons are made; no
    /// references, if it is left out
    #[arg(long, value_name = "FILE")]
    pub reference_key: Option<PathBuf>,
    /// The time of validation; now, if it is left out
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub at: Option<UnixTime>,
    /// Validation constraints
    #[arg(long, value_name = "FILE.toml")]
    pub policy: Option<PathBuf>,
    /// Ends of algorithms, in place of those of the policy: TOML, or XML or JSON of ETSI TS 119 322
    #[arg(long, value_name = "FILE")]
    pub suite: Option<PathBuf>,
    /// Another limit on what one file may cost, such as pdf_revisions=5000; may be given again.
    /// `sigill policy --limits` lists them
    #[arg(long, value_name = "NAME=VALUE", value_parser = limit)]
    pub limit: Vec<(String, u64)>,
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
    /// Pass only what this organisation has signed, by every signature and by more than a claim
    #[arg(long, value_name = "ORGNR", value_parser = organisation)]
    pub require_organisation: Option<OrganisationNumber>,
    /// Pass only what is signed for an organisation that is known at least this surely, O1 to O5
    #[arg(long, value_name = "GRADE", value_parser = grade)]
    pub require_grade: Option<Grade>,
    /// Pass only what was signed in this role, by the word of an identity provider, a register or
    /// the certificate's issuer
    #[arg(long, value_name = "WORD")]
    pub require_role: Option<String>,
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
        options(self.lang, self.show_personal_identifiers)
    }
}

/// How reports are to be written.
pub fn options(lang: Option<LanguageChoice>, show_personal_identifiers: bool) -> Options {
    Options {
        language: language(lang),
        needs: NeedsSection::Omitted,
        personal_identifiers: match show_personal_identifiers {
            true => PersonalIdentifiers::Shown,
            false => PersonalIdentifiers::Masked,
        },
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

/// A limit by its name, and its value.
///
/// # Errors
/// A sentence for the user where there is no such limit, or no number.
pub fn limit(text: &str) -> Result<(String, u64), String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE")?;
    let value = value.replace('_', "");
    let value = value.parse().map_err(|_| "not a whole number")?;
    Limits::default()
        .set(name, value)
        .ok_or("no such limit; `sigill policy --limits` lists them")?;
    Ok((name.to_owned(), value))
}

fn object_identifier(text: &str) -> Result<Oid, String> {
    Oid::from_dotted(text).ok_or_else(|| "not an object identifier such as 1.2.752.1".to_owned())
}

fn grade(text: &str) -> Result<Grade, String> {
    Grade::ALL
        .into_iter()
        .skip(1)
        .find(|grade| grade.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| "not a grade from O1 to O5".to_owned())
}

fn organisation(text: &str) -> Result<OrganisationNumber, String> {
    OrganisationNumber::parse(text)
        .ok_or_else(|| "not an organisation number such as 202100-6883".to_owned())
}
