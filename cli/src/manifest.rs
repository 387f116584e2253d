//! A list of documents with what a records system knows of each (`docs/manifest.md`).

use serde::Deserialize;
use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A document in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is, taken from the manifest's own folder.
    pub path: PathBuf,
    /// Its place among the others: the path as it was written, if that leads into the folder.
    pub place: PathBuf,
    /// The signed content of its detached signatures.
    pub detached: Option<PathBuf>,
    /// Its number in the diary.
    pub diary_number: Option<String>,
}

/// Reads a manifest: JSON Lines where it begins with `{`, else CSV.
///
/// # Errors
/// A sentence with the line that is wrong. A manifest is taken in whole or not at all.
pub fn read(manifest: &Path) -> Result<Vec<Entry>, String> {
    read_with(manifest, Namesakes::Refused)
}

/// As [`read`], for documents that get no place of their own: two of different folders may have
/// one name.
///
/// # Errors
/// As for [`read`].
pub fn read_to_judge(manifest: &Path) -> Result<Vec<Entry>, String> {
    read_with(manifest, Namesakes::Accepted)
}

/// Whether two documents may have one place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Namesakes {
    Refused,
    Accepted,
}

fn read_with(manifest: &Path, namesakes: Namesakes) -> Result<Vec<Entry>, String> {
    let at = |problem: String| format!("--manifest {}: {problem}", manifest.display());
    let bytes = fs::read(manifest).map_err(|error| at(error.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| at("not text in UTF-8".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}');
    let lines = match text.trim_start().starts_with('{') {
        true => of_json_lines(text),
        false => of_csv(text),
    };
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let entries = lines.and_then(|lines| entries(lines, folder, namesakes));
    entries.map_err(at)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    #[serde(default)]
    detached: Option<String>,
    #[serde(default)]
    diary_number: Option<String>,
}

fn of_json_lines(text: &str) -> Result<Vec<(usize, Line)>, String> {
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let line = serde_json::from_str(line);
            let line = line.map_err(|error| format!("line {number}: {error}"))?;
            Ok((number, line))
        })
        .collect()
}

/// RFC 4180 with the names of the columns in the first line, separated by commas or, where there
/// is one in the first line, by semicolons.
fn of_csv(text: &str) -> Result<Vec<(usize, Line)>, String> {
    let names = text.lines().next().unwrap_or_default();
    let separator = if names.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let number = record.position().map_or(0, csv::Position::line);
        let line = record.deserialize(Some(&names));
        let line = line.map_err(|error| format!("line {number}: {error}"))?;
        lines.push((usize::try_from(number).unwrap_or_default(), line));
    }
    Ok(lines)
}

fn entries(
    lines: Vec<(usize, Line)>,
    folder: &Path,
    namesakes: Namesakes,
) -> Result<Vec<Entry>, String> {
    let mut places = HashSet::new();
    let mut entries = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let path = PathBuf::from(&line.path);
        let parts = path.components().filter(|part| *part != Component::CurDir);
        let is_below = parts
            .clone()
            .all(|part| matches!(part, Component::Normal(_)));
        let place = match is_below {
            true => parts.collect(),
            false => PathBuf::from(path.file_name().unwrap_or_default()),
        };
        if place.as_os_str().is_empty() {
            return Err(format!("line {number}: no document"));
        }
        if !places.insert(place.clone()) && namesakes == Namesakes::Refused {
            return Err(format!("line {number}: another document has this place"));
        }
        entries.push(Entry {
            path: folder.join(path),
            place,
            detached: given(line.detached).map(|detached| folder.join(detached)),
            diary_number: given(line.diary_number),
        });
    }
    Ok(entries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::{Entry, read, read_to_judge};
    use std::fs;
    use std::path::PathBuf;

    fn of(text: &str) -> Result<Vec<Entry>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("manifest");
        fs::write(&file, text).unwrap();
        let mut entries = read(&file)?;
        for entry in &mut entries {
            let below = entry.path.strip_prefix(folder.path());
            entry.path = below.unwrap_or(&entry.path).to_owned();
            let detached = entry.detached.take();
            entry.detached = detached.map(|it| it.strip_prefix(folder.path()).unwrap().to_owned());
        }
        Ok(entries)
    }

    #[test]
    fn all_forms_say_the_same() {
        let comma = "path,detached,diary_number\na/b.p7s,a/b.xml,KS 2026/1\n\"c,d.pdf\",,\n";
        let semicolon =
            "\u{feff}diary_number;path;detached\r\nKS 2026/1;a/b.p7s;a/b.xml\r\n;c,d.pdf;\r\n";
        let json = "{\"path\":\"a/b.p7s\",\"detached\":\"a/b.xml\",\"diary_number\":\"KS 2026/1\"}\n\n{\"path\":\"c,d.pdf\"}\n";
        let entries = of(comma).unwrap();
        assert_eq!(entries, of(semicolon).unwrap());
        assert_eq!(entries, of(json).unwrap());
        assert_eq!(entries[0].detached, Some(PathBuf::from("a/b.xml")));
        assert_eq!(entries[0].diary_number.as_deref(), Some("KS 2026/1"));
        assert_eq!(entries[1].path, PathBuf::from("c,d.pdf"));
        assert_eq!(
            (&entries[1].detached, &entries[1].diary_number),
            (&None, &None)
        );
    }

    #[test]
    fn a_path_out_of_the_folder_has_a_place_in_it() {
        for path in ["../../x.pdf", "/etc/x.pdf"] {
            let entries = of(&format!("path\n{path}\n")).unwrap();
            assert_eq!(entries[0].place, PathBuf::from("x.pdf"), "{path}");
        }
    }

    #[test]
    fn namesakes_are_judged_and_not_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("manifest");
        fs::write(&file, "path\n/2020/x.pdf\n/2021/x.pdf\n").unwrap();
        assert!(read(&file).is_err());
        assert_eq!(read_to_judge(&file).unwrap().len(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = [
            ("path,dairy_number\na,1\n", "line 2"),
            ("path\na\n\"\"\n", "line 3"),
            ("path\na\n./a\n", "line 3"),
            ("path,detached\na\n", "line: 2"),
            ("{\"path\":\"a\"}\n{\"path\":1}\n", "line 2"),
            ("document\na\n", "line 2"),
        ];
        for (text, line) in wrong {
            let problem = of(text).unwrap_err();
            assert!(problem.contains(line), "{text}: {problem}");
        }
    }
}
