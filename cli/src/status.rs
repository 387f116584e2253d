//! `sigill status`.

use crate::arguments::{Format, StatusArguments};
use crate::check;
use crate::output::{self, Status};
use crate::store::Named;
use sigill::Error;
use sigill::archive::{EnvelopeStatus, StoreStatus};
use std::io;
use std::path::Path;

/// Tells how every envelope stands that was named, and all of them together.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &StatusArguments) -> Result<Status, String> {
    let setting = check::read_setting(&arguments.shared)?;
    let validator = setting.validator();
    let margin = arguments.margin.from(setting.time);
    let (format, options) = (arguments.shared.format, arguments.shared.options());
    let named = Named::of(&arguments.paths)?;
    let judge = |path: &Path| check::judge(path, named.read(path), &validator, &setting);
    let mut store = StoreStatus::default();
    let mut status = Status::default();
    output::in_order(
        arguments.shared.jobs,
        named.files(),
        |path| EnvelopeStatus::of(&judge(path), margin),
        |path| {
            let report = validator.not_opened(Error::Defect, setting.time);
            EnvelopeStatus::of(&report.named(path.display().to_string()), margin)
        },
        |envelope| {
            store.take(&envelope);
            status.take_envelope(&envelope);
            let line = match format {
                Format::Json => envelope.to_json(&options),
                Format::Text | Format::Html | Format::Xml => envelope.to_text(&options),
            };
            output::print(&mut io::stdout().lock(), &line)
        },
    )?;
    let sum = match format {
        Format::Json => store.to_json(),
        Format::Text | Format::Html | Format::Xml => store.to_text(&options),
    };
    output::print(&mut io::stdout().lock(), &sum)?;
    Ok(status)
}
