//! The reader against real documents, none of which is kept in this project.
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

fn load(path: &Path) -> Result<PdfDocument, Error> {
    PdfDocument::read(fs::read(path).unwrap(), &Limits::default())
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
        for material in &signature.hidden {
            println!("    hidden: {material}");
        }
        for change in signature.modifications() {
            println!("    {:?}: {change}", change.kind);
        }
    }
}

#[test]
fn windows_show_every_document_as_it_is() {
    let mut paths = pdfs("");
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"),
        &mut paths,
    );
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        // Larger ones say nothing that these do not, and take long without optimisation.
        if bytes.len() < 200_000 {
            let _ = read_both_ways(&Bytes::from(bytes));
        }
    }
}

#[test]
fn reads_every_document_of_the_corpus() {
    for path in pdfs("") {
        let shown = path.strip_prefix(CORPUS).unwrap().display().to_string();
        let start = std::time::Instant::now();
        match load(&path) {
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
        let document = load(&Path::new(CORPUS).join("pyhanko_made").join(&path)).unwrap();
        assert!(!document.signatures().is_empty(), "{path}");
        if is_tampered(&document) != (defect == "update-after") {
            show(&document);
            wrong.push((path, defect));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// What EU DSS asserts about modifications, per file; rows that assert nothing are left out.
fn assertions() -> Vec<(String, String)> {
    let facts = fs::read_to_string(Path::new(CORPUS).join("dss/facts.tsv"));
    let facts = facts.unwrap_or_default();
    let rows = facts.lines().skip(1).filter_map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let asserted = !columns[22].is_empty() && columns[0].ends_with(".pdf");
        asserted.then(|| (columns[0].to_owned(), columns[22].to_owned()))
    });
    rows.collect()
}

/// Files that EU DSS calls unchanged and this reader does not.
const STRICTER: [&str; 1] = [
    // Only the usage rights, which DSS does not list, are followed by a new appearance.
    "pades-signed-filled-form.pdf",
];

#[test]
fn agrees_with_what_eu_dss_asserts() {
    let mut disagreements = 0;
    let assertions = assertions();
    for (path, assertion) in &assertions {
        let Ok(document) = load(&Path::new(CORPUS).join("dss").join(path)) else {
            println!("{path}: unreadable");
            continue;
        };
        let clean = assertion.starts_with("default: no pdf modification")
            && !assertion.contains("byteRangeValid=false")
            || assertion.contains("undefinedChanges=empty")
                && !assertion.contains("undefinedChanges=nonempty")
                && !assertion.contains("mixed");
        let changed = assertion.contains("byteRangeValid=false")
            || assertion.contains("byteRangeValid=mixed")
            || assertion.contains("pageDiffPages");
        let tampered = is_tampered(&document);
        if changed {
            assert!(tampered, "{path}: {assertion}");
        }
        if clean && tampered {
            disagreements += 1;
            assert!(STRICTER.iter().any(|file| path.ends_with(file)), "{path}");
            println!("{path}: {assertion}");
            show(&document);
        }
    }
    println!(
        "{} assertions, {disagreements} disagreements",
        assertions.len()
    );
}

#[test]
fn a_document_cut_anywhere_is_read_or_refused() {
    let smallest = pdfs("pyhanko_made/pades-blta")
        .into_iter()
        .map(|path| fs::read(path).unwrap())
        .min_by_key(Vec::len);
    let Some(bytes) = smallest.map(Bytes::from) else {
        return;
    };
    for end in (0..bytes.len()).step_by(61) {
        let _ = PdfDocument::read(bytes.slice(..end), &Limits::default());
    }
}

#[test]
fn an_appearance_that_something_else_shows_too_is_not_part_of_signing() {
    for path in pdfs("pdf_attacks/pyhanko") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = match name.as_str() {
            "form-update-override-appearance-stream.pdf" => false,
            "form-update-no-override-appearance-stream-ap-indirect.pdf" => false,
            "form-update-override-appearance-stream-ap-indirect-sneaky.pdf" => true,
            "extensions-indirect-not-all-paths.pdf" => true,
            _ => continue,
        };
        assert_eq!(is_tampered(&load(&path).unwrap()), expected, "{name}");
    }
}
