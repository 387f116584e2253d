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

fn is_tampered(document: &PdfDocument) -> bool {
    document.signatures().iter().any(|signature| {
        !signature.problems.is_empty()
            || signature
                .modifications()
                .iter()
                .any(|change| change.kind == ModificationKind::Suspicious)
    })
}

fn show(document: &PdfDocument) {
    for problem in document.problems() {
        println!("    document: {problem}");
    }
    for signature in document.signatures() {
        println!(
            "  {} {:?} {:?} {:?} revision {} of {}",
            signature.object,
            signature.role,
            signature.sub_filter,
            signature.permissions,
            signature.revision,
            document.revisions()
        );
        for problem in &signature.problems {
            println!("    {problem}");
        }
        for change in signature.modifications() {
            println!("    {:?}: {change}", change.kind);
        }
    }
}

#[test]
fn reads_every_document_of_the_corpus() {
    for path in pdfs("") {
        let shown = path.strip_prefix(CORPUS).unwrap().display().to_string();
        let start = std::time::Instant::now();
        match read(&path) {
            Err(error) => println!("{shown}: {error}"),
            Ok(document) => {
                println!(
                    "{shown}: {} signatures, {} certificates, tampered {}, {:?}",
                    document.signatures().len(),
                    document.security_store().certificates.len(),
                    is_tampered(&document),
                    start.elapsed()
                );
                show(&document);
            }
        }
    }
}

/// What the manifest of the corpus says about a file.
fn defects() -> Vec<(String, String)> {
    let manifest = fs::read_to_string(Path::new(CORPUS).join("pyhanko_made/manifest.tsv"));
    let manifest = manifest.unwrap_or_default();
    let rows = manifest.lines().skip(1).map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        (columns[0].to_owned(), columns[4].to_owned())
    });
    rows.filter(|(path, _)| path.ends_with(".pdf")).collect()
}

#[test]
fn only_the_updates_that_show_something_else_are_suspicious() {
    let mut wrong = Vec::new();
    for (path, defect) in defects() {
        let document = read(&Path::new(CORPUS).join("pyhanko_made").join(&path)).unwrap();
        assert!(!document.signatures().is_empty(), "{path}");
        if is_tampered(&document) != (defect == "update-after") {
            show(&document);
            wrong.push((path, defect));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
