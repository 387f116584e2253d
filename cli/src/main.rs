//! The `sigill` command: validates signed documents and certificates, augments signatures, seals
//! documents in archive envelopes, and keeps, finds and checks those.

mod arguments;
mod augment;
mod binding_sources;
mod certificate;
mod check;
mod demands;
mod documents;
mod explain;
mod export;
mod fetching;
mod input;
mod inspect;
mod manifest;
mod output;
mod policy;
mod progress;
mod public_report;
mod registers;
mod renew;
mod replay;
mod results;
mod seal;
mod staging;
mod status;
mod store;
mod target;
mod time_stamping;
mod trust;
mod validate;

use arguments::{Arguments, Command};
use clap::Parser;
use clap::error::ErrorKind;
use mimalloc::MiMalloc;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Wrong usage, as `sysexits.h` numbers it.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let told = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            // Nothing is left to do where not even this can be printed.
            let _ = error.print();
            return ExitCode::from(if told { 0 } else { USAGE });
        }
    };
    let outcome = match &arguments.command {
        Command::Validate(arguments) => validate::run(arguments),
        Command::Certificate(arguments) => certificate::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Augment(arguments) => augment::run(arguments),
        Command::Seal(arguments) => seal::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Status(arguments) => status::run(arguments),
        Command::Renew(arguments) => renew::run(arguments),
        Command::Store(arguments) => store::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Policy(arguments) => policy::run(arguments),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(problem) => {
            output::complain(&problem);
            ExitCode::from(USAGE)
        }
    }
}
