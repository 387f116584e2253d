//! `sigill policy`.

use crate::arguments::PolicyArguments;
use crate::input::read_policy;
use crate::output::{self, Status};
use sigill::Policy;
use sigill::limits::Limits;
use std::io;

/// Prints the limits, or the default policy as it may be copied and changed, or everything that a policy file
/// comes to, with its hash in reports.
///
/// # Errors
/// A sentence where the file is no policy.
pub fn run(arguments: &PolicyArguments) -> Result<Status, String> {
    let text = match &arguments.file {
        None if arguments.limits => limits(),
        None => Policy::DEFAULT_FILE.to_owned(),
        Some(path) => {
            let policy = read_policy(path)?;
            format!("# SHA-256 {}\n{}", policy.sha256(), policy.to_toml())
        }
    };
    output::print(&mut io::stdout().lock(), &text)?;
    Ok(Status::default())
}

/// Every limit as `--limit` takes it.
fn limits() -> String {
    let all = Limits::default().all().into_iter();
    all.map(|(name, value)| format!("{name}={value}\n"))
        .collect()
}
