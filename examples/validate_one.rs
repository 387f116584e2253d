//! Validates one document and prints what was found.
//!
//! `cargo run --example validate_one -- DOCUMENT ANCHOR [DETACHED]`

use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, validate};
use std::error::Error;
use std::fs;
use std::time::SystemTime;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, anchor, rest @ ..] = arguments.as_slice() else {
        return Err("give a document and a trust anchor".into());
    };
    let mut document = Document::read(fs::read(path)?)?;
    if let Some(content) = rest.first() {
        document = document.with_detached(fs::read(content)?);
    }
    let mut trust = TrustAnchors::none();
    trust.add(fs::read(anchor)?)?;
    let evidence = Evidence::from(&document);
    let now = UnixTime::from(SystemTime::now());
    let report = validate(&document, &evidence, &trust, &Policy::default(), now);
    if let Some(error) = &report.error {
        println!("{error}; {}", error.advice());
    }
    for timestamp in &report.timestamps {
        println!("{} {:?}", timestamp.id, timestamp.time);
        println!("{:#?}", timestamp.conclusion);
    }
    for signature in &report.signatures {
        println!("{} {}", signature.id, signature.conclusion.indication);
        println!("{:#?}", signature.conclusion);
        for timestamp in &signature.timestamps {
            println!(
                "{} {:?} {:#?}",
                timestamp.id, timestamp.time, timestamp.conclusion
            );
        }
    }
    Ok(())
}
