//! The documents of a run: named themselves, found in folders, or told by manifests.

use crate::input::{self, Named};
use crate::manifest;
use std::path::{Path, PathBuf};

/// One document, and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The document.
    pub path: PathBuf,
    /// The signed content, where the document is a detached signature.
    pub detached: Option<PathBuf>,
    /// Its number in the diary of the records system.
    pub diary_number: Option<String>,
    /// Whether it was named, also by a manifest, or found in a folder.
    pub named: Named,
}

impl Listed {
    /// The files that a verdict is about.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let detached = self.detached.as_deref();
        std::iter::once(self.path.as_path()).chain(detached)
    }
}

impl AsRef<Path> for Listed {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// Everything that paths name, in their order. A file that is a manifest by the end of its name
/// stands for the documents in it; one that is found in a folder does not.
///
/// # Errors
/// A sentence for the user where a manifest cannot be read: with a document less, a run would not
/// be what was asked for.
pub fn named(paths: &[PathBuf]) -> Result<Vec<Listed>, String> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_file() && is_manifest(path) {
            let entries = manifest::read_to_judge(path)?.into_iter();
            documents.extend(entries.map(|entry| Listed {
                path: entry.path,
                detached: entry.detached,
                diary_number: entry.diary_number,
                named: Named::Itself,
            }));
        } else {
            let files = input::files_of(std::slice::from_ref(path)).into_iter();
            documents.extend(files.map(|(path, named)| Listed {
                path,
                detached: None,
                diary_number: None,
                named,
            }));
        }
    }
    Ok(documents)
}

fn is_manifest(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ["csv", "jsonl"].contains(&end.to_ascii_lowercase().as_str()))
}
