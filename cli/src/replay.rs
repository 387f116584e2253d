//! `sigill replay`.

use crate::arguments::{CheckArguments, Format};
use crate::check;
use crate::input::Setting;
use crate::output::{self, Answer, Status};
use crate::store::Named;
use sigill::report::{Options, Replay, html, replay, text};
use sigill::{Bytes, Error, Validator, archive};
use std::io;
use std::path::Path;

type Writer = fn(&Replay, &Options) -> String;

/// Judges every envelope that was named then and now.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &CheckArguments) -> Result<Status, String> {
    // ETSI TS 119 102-2 has one verdict for each signature only.
    let write: Writer = match arguments.shared.format {
        Format::Json => replay::to_json,
        Format::Text => text::replay_to_text,
        Format::Html => html::replay_to_html,
        Format::Xml => {
            return Err("--format xml: not for replays; use text, json or html".to_owned());
        }
    };
    let setting = check::read_setting(&arguments.shared)?;
    let validator = setting.validator();
    let wanted = setting.wanted(&arguments.shared);
    let named = Named::of(&arguments.paths)?;
    let answer = |replayed: Replay| {
        let mut status = Status::default();
        status.take(&replayed.now, wanted.demands);
        Answer {
            status,
            text: write(&replayed, &wanted.options),
        }
    };
    output::answer_all(
        arguments.shared.jobs,
        named.files(),
        |file| answer(judge(file, named.read(file), &validator, &setting)),
        |file| {
            let report = validator.not_opened(Error::Defect, setting.time);
            answer(Replay::unreadable(report.named(file.display().to_string())))
        },
    )
}

fn judge(
    path: &Path,
    bytes: io::Result<Bytes>,
    validator: &Validator<'_>,
    setting: &Setting,
) -> Replay {
    let name = path.display().to_string();
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let error = Error::InputOutput(error.kind());
            let report = validator.not_opened(error, setting.time);
            return Replay::unreadable(report.named(name));
        }
    };
    match archive::replay(&bytes, validator, &setting.evidence, setting.time) {
        Ok(mut replayed) => {
            if let Some(envelope) = &mut replayed.now.envelope {
                envelope.path = Some(name);
            }
            replayed
        }
        Err(error) => {
            let report = validator.unreadable(bytes, error, setting.time);
            Replay::unreadable(report.named(name))
        }
    }
}
