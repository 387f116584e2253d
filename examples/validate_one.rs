//! Validates one document and prints the report, for a spot check by hand.
//!
//! `cargo run --example validate_one -- DOCUMENT ANCHORS [sv|en] [EVIDENCE...]`

use sigill::report::{Options, text};
use sigill::validation::Language;
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::error::Error;
use std::fs;
use std::time::SystemTime;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, anchors, rest @ ..] = arguments.as_slice() else {
        return Err("give a document and a file of trust anchors".into());
    };
    let (language, evidence_files) = match rest {
        [word, rest @ ..] if word == "sv" => (Language::Swedish, rest),
        [word, rest @ ..] if word == "en" => (Language::English, rest),
        rest => (Language::English, rest),
    };
    let document = Document::read(fs::read(path)?)?;
    let mut trust = TrustAnchors::none();
    trust.add(fs::read(anchors)?)?;
    let mut evidence = Evidence::from(&document);
    for file in evidence_files {
        evidence.add(fs::read(file)?.into());
    }
    let now = UnixTime::from(SystemTime::now());
    let report = validate(&document, &evidence, &trust, &Policy::default(), now).named(path);
    let options = Options {
        language,
        ..Options::default()
    };
    print!("{}", text::to_text(&report, &options));
    Ok(())
}
