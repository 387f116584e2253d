//! `sigill inspect`.

use crate::arguments::{self, Format, InspectArguments};
use crate::input;
use crate::output::{self, Answer, Status};
use sigill::Error;
use sigill::limits::Limits;
use sigill::report::{Inspection, Options, html, json, text};
use std::path::{Path, PathBuf};

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
