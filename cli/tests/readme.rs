//! What `README.md` shows is what the command says.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Stands for lines, or the end of one, that are left out.
const LEFT_OUT: &str = "…";

#[test]
fn the_examples_on_fixtures_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut compared = 0;
    for (command, shown) in examples(&readme) {
        let arguments: Vec<&str> = command
            .split_whitespace()
            .filter(|word| *word != "\\")
            .collect();
        let arguments = match arguments.as_slice() {
            ["sigill", rest @ ..] | ["cargo", "run", "--release", "--", rest @ ..] => rest,
            _ => continue,
        };
        if !arguments.iter().any(|word| word.starts_with("fixtures/")) {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_sigill"))
            .args(arguments)
            .current_dir(root)
            .output()
            .unwrap();
        let written = String::from_utf8(output.stdout).unwrap();
        assert_is_extract(shown, &written);
        compared += 1;
    }
    assert!(compared >= 2, "{compared} examples");
}

/// Each command with the output that follows it.
fn examples(readme: &str) -> impl Iterator<Item = (&str, &str)> {
    readme.split("```sh\n").skip(1).filter_map(|rest| {
        let (command, after) = rest.split_once("```\n")?;
        let (shown, _) = after
            .trim_start()
            .strip_prefix("```text\n")?
            .split_once("```\n")?;
        Some((command, shown))
    })
}

/// Every line that is shown stands in `written`, in this order, and nothing else between them
/// than where lines are left out.
fn assert_is_extract(shown: &str, written: &str) {
    let mut rest = written.lines();
    let mut may_skip = false;
    for line in shown.lines() {
        if line.trim() == LEFT_OUT {
            may_skip = true;
            continue;
        }
        let is_it = |actual: &str| match line.strip_suffix(LEFT_OUT) {
            Some(start) => actual.starts_with(start),
            None => actual == line,
        };
        let is_found = match may_skip {
            true => rest.any(is_it),
            false => rest.next().is_some_and(is_it),
        };
        assert!(is_found, "{line:?} is not next in\n{written}");
        may_skip = false;
    }
}
