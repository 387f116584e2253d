//! Reads Rust sources as far as `tests/architecture.rs` needs it: paths, functions, lines.

use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::str::Chars;

/// A file of the library without its tests.
pub struct Source {
    pub file: PathBuf,
    /// The path of its module, such as `["validation", "timestamp"]`.
    pub module: Vec<String>,
    /// Its code, comments and literals blanked out.
    pub code: String,
}

impl Source {
    pub fn name(&self) -> String {
        relative(&self.file)
    }

    /// Every path that starts with `crate` or `super`, from the root of the library.
    pub fn paths(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for start in ["crate::", "super::"] {
            for (position, _) in self.code.match_indices(start) {
                let before = self.code[..position].chars().next_back();
                if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                    read_tree(
                        &mut self.code[position..].chars().peekable(),
                        &[],
                        &mut found,
                    );
                }
            }
        }
        found
            .into_iter()
            .map(|path| self.resolve(path))
            .filter(|path| !path.is_empty())
            .collect()
    }

    fn resolve(&self, path: Vec<String>) -> Vec<String> {
        let mut absolute = if path[0] == "crate" {
            Vec::new()
        } else {
            self.module.clone()
        };
        for segment in path {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(absolute.pop()),
                _ => absolute.push(segment),
            }
        }
        absolute
    }
}

/// Reads `a::b::{c, d::e}` into its paths.
pub fn read_tree(text: &mut Peekable<Chars<'_>>, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    loop {
        while text.next_if(|c| c.is_whitespace()).is_some() {}
        if text.next_if_eq(&'{').is_some() {
            while text.peek().is_some_and(|c| *c != '}') {
                read_tree(text, &path, found);
                while text.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
            }
            text.next();
            return;
        }
        let mut segment = String::new();
        while let Some(c) = text.next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '*') {
            segment.push(c);
        }
        if segment.is_empty() {
            // A use that this reader does not know must not hang it.
            text.next();
        } else {
            path.push(segment);
        }
        if text.next_if_eq(&':').is_none() || text.next_if_eq(&':').is_none() {
            skip_alias(text);
            found.push(path);
            return;
        }
    }
}

/// Passes over `as name`.
fn skip_alias(text: &mut Peekable<Chars<'_>>) {
    let mut look = text.clone();
    let rest: String = look.by_ref().take(4).collect();
    if rest == " as " {
        text.nth(3);
        while text.next_if(|c| c.is_alphanumeric() || *c == '_').is_some() {}
    }
}

pub fn library() -> Vec<Source> {
    let folder = root().join("src");
    let files = rust_files(&folder).into_iter();
    let is_test = |file: &PathBuf| {
        let inside = file.strip_prefix(&folder).unwrap();
        inside
            .iter()
            .any(|part| part == "tests" || part == "tests.rs")
    };
    let sources: Vec<Source> = files
        .filter(|file| !is_test(file))
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let code = without_comments_and_literals(&text);
            // Unit tests stand last and may use anything.
            let code = code
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap()
                .to_owned();
            let inside = file.strip_prefix(&folder).unwrap().with_extension("");
            let parts = inside.iter().map(|part| part.to_str().unwrap().to_owned());
            let module = parts.filter(|part| part != "mod").collect();
            Source { module, code, file }
        })
        .collect();
    assert!(
        sources.len() > 50,
        "the sources are not where this test looks"
    );
    sources
}

pub fn names_package(code: &str, package: &str) -> bool {
    let path = format!("{package}::");
    code.match_indices(&path).any(|(position, _)| {
        let before: String = code[..position].chars().rev().take(2).collect();
        // `::zip` is the package where a module has its name; `super::zip` is that module.
        let is_word = before.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_member = before == "::" && {
            let earlier = code[..position - 2].chars().next_back();
            earlier.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        !is_word && !is_member
    })
}

/// Names and lengths of the functions in `code`, which holds no comments and no literals.
pub fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (position, _) in code.match_indices("fn ") {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[position..];
        let name = rest[3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let (mut depth, mut end) = (0_usize, None);
        for (offset, c) in rest.char_indices() {
            match c {
                ';' if depth == 0 => break,
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && c == '}' {
                        end = Some(offset);
                        break;
                    }
                }
                _ => {}
            }
        }
        found.extend(end.map(|end| (name, rest[..=end].lines().count())));
    }
    found
}

/// The same text with every comment, string and character blanked out, line by line.
pub fn without_comments_and_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        if hidden == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..hidden].chars().filter(|c| *c == '\n'));
            code.push(' ');
            rest = &rest[hidden..];
        }
    }
    code.replace("\n ", "\n")
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How much of `rest` is a comment or a literal that starts here.
fn hidden_length(rest: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(raw) = rest
        .strip_prefix('r')
        .filter(|_| !in_word || before == Some('b'))
    {
        let hashes = raw.chars().take_while(|c| *c == '#').count();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = 1 + hashes + 1;
            return rest[start..]
                .find(&close)
                .map_or(rest.len(), |end| start + end + close.len());
        }
    }
    let quote = match rest.chars().next() {
        Some('"') => '"',
        // A lifetime has no closing quote after one character.
        Some('\'') if rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'') => '\'',
        _ => return 0,
    };
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return offset + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn relative(file: &Path) -> String {
    file.strip_prefix(root()).unwrap().display().to_string()
}
