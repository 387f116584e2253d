//! `sigill inspect`.

use crate::arguments::{self, Format, LanguageChoice};
use crate::input;
use crate::output::{self, Answer, Status};
use clap::Args;
use sigill::Error;
use sigill::limits::Limits;
use sigill::report::{Inspection, Options, html, json, text};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// What may be typed: whom you trust and when it is judged is not asked.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Documents, envelopes or folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The password of encrypted PDFs; other users of the machine can see it, so that
    /// --password-file is better
    #[arg(long, value_name = "PASSWORD", conflicts_with = "password_file")]
    pub password: Option<String>,
    /// The file whose first line is the password of encrypted PDFs
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Another limit on what one file may cost, such as pdf_revisions=5000; may be given again.
    /// `sigill policy --limits` lists them
    #[arg(long, value_name = "NAME=VALUE", value_parser = arguments::limit)]
    pub limit: Vec<(String, u64)>,
    /// How to print; there is no xml
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The language of texts; that of the environment, if it is left out
    #[arg(long, value_enum)]
    pub lang: Option<LanguageChoice>,
    /// How many files to read side by side; one per core, if it is left out
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Show personal numbers, which are masked otherwise
    #[arg(long)]
    pub show_personal_identifiers: bool,
}

/// Tells what the files that were named are and hold.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &InspectArguments) -> Result<Status, String> {
    // ETSI TS 119 102-2 has reports on what was judged only.
    let write: fn(&Inspection, &Options) -> String = match arguments.format {
        Format::Json => json::inspection_to_json,
        Format::Text => text::inspection_to_text,
        Format::Html => html::inspection_to_html,
        Format::Xml => {
            return Err("--format xml: nothing was judged; use text, json or html".to_owned());
        }
    };
    let password = input::password(
        arguments.password.as_deref(),
        arguments.password_file.as_deref(),
    )?;
    let limits = input::limits(&arguments.limit);
    let options = arguments::options(arguments.lang, arguments.show_personal_identifiers);
    let files = input::files_of(&arguments.paths).into_iter();
    let files: Vec<PathBuf> = files.map(|(path, _)| path).collect();
    let answer = |path: &Path, inspection: Inspection| {
        let mut status = Status::default();
        if inspection.error.is_some() {
            status.take_error();
        }
        Answer {
            status,
            text: write(&inspection.named(path.display().to_string()), &options),
        }
    };
    output::answer_all(
        arguments.jobs,
        &files,
        |path| answer(path, inspect(path, &password, &limits)),
        |path| answer(path, Inspection::not_opened(Error::Defect)),
    )
}

fn inspect(path: &Path, password: &str, limits: &Limits) -> Inspection {
    match input::open(path, limits) {
        Ok(source) => sigill::inspect(&source, password, limits),
        Err(error) => Inspection::not_opened(error),
    }
}
