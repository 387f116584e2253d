//! What exporting one envelope gave.

use crate::report::wording::{outside, say};
use crate::report::{Failure, Options};
use crate::validation::Indication;
use serde::Serialize;

/// What exporting one envelope gave.
#[derive(Debug, Clone)]
pub struct ExportReport {
    /// The envelope, as the user named it.
    pub envelope: String,
    /// The worst verdict in it, if there is any.
    pub verdict: Option<Indication>,
    /// Where the package was written, or why there is none.
    pub package: Result<String, Failure>,
}

impl ExportReport {
    /// One line for people.
    pub fn to_text(&self, options: &Options) -> String {
        let language = options.language;
        let envelope = outside(&self.envelope, options);
        match &self.package {
            Ok(package) => {
                let packed = say(language, "packed in", "packat i");
                format!("{envelope}: {packed} {}\n", outside(package, options))
            }
            Err(failure) => {
                let refused = say(language, "not packed", "inte packat");
                let message = outside(&failure.message, options);
                format!("{envelope}: {refused}: {message}\n")
            }
        }
    }

    /// One JSON object, without a line feed.
    pub fn to_json(&self, options: &Options) -> String {
        let object = ExportObject {
            schema: "sigill/1",
            envelope: outside(&self.envelope, options),
            indication: self.verdict.map(Indication::total_name),
            sub_indication: self.verdict.and_then(Indication::sub_indication),
            package: self
                .package
                .as_ref()
                .ok()
                .map(|package| outside(package, options)),
            error: self.package.as_ref().err().map(|failure| ErrorObject {
                kind: failure.kind,
                message: outside(&failure.message, options),
            }),
        };
        serde_json::to_string(&object).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct ExportObject {
    schema: &'static str,
    envelope: String,
    indication: Option<&'static str>,
    sub_indication: Option<&'static str>,
    package: Option<String>,
    error: Option<ErrorObject>,
}

#[derive(Serialize)]
struct ErrorObject {
    kind: &'static str,
    message: String,
}
