//! `sigill explain`.

use crate::arguments::{self, ExplainArguments};
use crate::output::{self, Status};
use sigill::report::explain::Word;
use std::io;

/// Explains every word that was named, or lists them all.
///
/// # Errors
/// A sentence where a word is not known, with those that come nearest.
pub fn run(arguments: &ExplainArguments) -> Result<Status, String> {
    let language = arguments::language(arguments.lang);
    let mut words = Vec::new();
    for name in &arguments.words {
        words.push(Word::named(name).ok_or_else(|| unknown(name))?);
    }
    let mut output = io::stdout().lock();
    if words.is_empty() {
        let longest = Word::all().map(|word| word.name().len()).max();
        let width = longest.unwrap_or_default();
        for word in Word::all() {
            let line = format!("{:width$}  {}", word.name(), word.summary(language));
            output::print(&mut output, &line)?;
        }
    }
    let texts: Vec<String> = words.iter().map(|word| word.text(language)).collect();
    if !texts.is_empty() {
        output::print(&mut output, &texts.join("\n"))?;
    }
    Ok(Status::default())
}

fn unknown(name: &str) -> String {
    let nearest: Vec<&str> = Word::nearest(name).into_iter().map(Word::name).collect();
    format!(
        "{name} is neither a rule nor a sub-indication; nearest: {}",
        nearest.join(", ")
    )
}
