//! The reader against real documents, none of which is kept in this project.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

fn pdfs(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&Path::new(CORPUS).join(folder), &mut found);
    found.sort();
    if found.is_empty() {
        println!("{CORPUS}/{folder} is absent: nothing is tested");
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension() {
            Some(extension) if extension == "pdf" => found.push(path),
            _ => collect(&path, found),
        }
    }
}

fn read(path: &Path) -> Result<PdfDocument, Error> {
    PdfDocument::read(Bytes::from(fs::read(path).unwrap()), &Limits::default())
}

#[test]
fn reads_every_document_of_the_corpus() {
    for path in pdfs("") {
        let shown = path.strip_prefix(CORPUS).unwrap().display().to_string();
        match read(&path) {
            Err(error) => println!("{shown}: {error}"),
            Ok(document) => {
                println!(
                    "{shown}: {} revisions, {} signatures, {} certificates",
                    document.revisions(),
                    document.signatures().len(),
                    document.security_store().certificates.len()
                );
                for problem in document.problems() {
                    println!("    document: {problem}");
                }
                for signature in document.signatures() {
                    println!(
                        "  {:?} {:?} revision {} whole {}",
                        signature.object,
                        signature.role,
                        signature.revision,
                        signature.covers_whole_document
                    );
                    for problem in &signature.problems {
                        println!("    {problem}");
                    }
                }
            }
        }
    }
}
