//! Parts of a store that has its index higher up, and stores that several people and runs share.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use support::{check, fixture, has_openssl, json as parse, openssl, serve};
use tempfile::TempDir;

/// `a/one.pdf.asice`, `a/deep/two.pdf.asice` and `b/three.pdf.asice`, with an index above them.
struct Shared {
    documents: TempDir,
    out: TempDir,
    url: String,
    root: String,
}

impl Shared {
    fn new() -> Option<Self> {
        if !has_openssl() {
            println!("skipped: openssl is not installed");
            return None;
        }
        let store = Shared {
            documents: tempfile::tempdir().unwrap(),
            out: tempfile::tempdir().unwrap(),
            url: serve(openssl),
            root: fixture("pki/trust/root.pem"),
        };
        for (place, case) in [
            ("a/one", "pades/b-lt-rsa"),
            ("a/deep/two", "pades/b-lt-p256"),
            ("b/three", "pades/b-b-rsa"),
        ] {
            let document = store.documents.path().join(format!("{place}.pdf"));
            fs::create_dir_all(document.parent().unwrap()).unwrap();
            fs::copy(fixture(&format!("cases/{case}/input.pdf")), document).unwrap();
        }
        let (status, sealed) = store.seal("", "");
        assert_eq!((status, sealed.len()), (0, 3), "{sealed:?}");
        assert_eq!(store.run(&["store", "rebuild", &store.path("")]).0, 0);
        Some(store)
    }

    fn path(&self, name: &str) -> String {
        self.out.path().join(name).to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigill"));
        command.args(arguments);
        command.args(["--trust", &self.root, "--format", "json"]);
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        lines(&mut self.command(arguments))
    }

    fn seal(&self, from: &str, to: &str) -> (i32, Vec<Value>) {
        let from = self.documents.path().join(from);
        let to = self.path(to);
        let command = ["seal", from.to_str().unwrap(), "--out", &to];
        self.run(&[&command[..], &["--tsa", &self.url]].concat())
    }

    fn renew(&self, named: &str) -> Command {
        self.command(&["renew", named, "--all", "--tsa", &self.url])
    }

    /// The stems of what is found in a part, or why nothing is.
    fn find(&self, part: &str) -> Vec<String> {
        let (_, found) = self.run(&["store", "find", &self.path(part)]);
        let name = |line: &Value| match line["found"]["path"].as_str() {
            Some(path) => {
                let name = Path::new(path).file_name().unwrap().to_str().unwrap();
                name.split('.').next().unwrap().to_owned()
            }
            None => line["error"]["kind"].as_str().unwrap().to_owned(),
        };
        found.iter().map(name).collect()
    }

    fn states(&self, part: &str) -> Vec<String> {
        let (_, verified) = self.run(&["store", "verify", &self.path(part)]);
        let state = |line: &Value| line["verified"]["state"].as_str().unwrap().to_owned();
        verified.iter().map(state).collect()
    }
}

fn lines(command: &mut Command) -> (i32, Vec<Value>) {
    let output = command.output().unwrap();
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| line.starts_with('{'));
    (output.status.code().unwrap(), lines.map(parse).collect())
}

#[test]
fn a_part_is_searched_by_the_index_above_it() {
    let Some(store) = Shared::new() else { return };
    assert_eq!(store.find(""), ["two", "one", "three"]);
    assert_eq!(store.find("a"), ["two", "one"]);
    assert_eq!(store.find("a/deep"), ["two"]);
    assert_eq!(store.find("a/../b"), ["three"]);
    assert_eq!(store.find("b/three.pdf.asice"), ["three"]);
    assert_eq!(store.states("a"), ["whole"; 2]);
    assert_eq!(store.states("b/three.pdf.asice"), ["whole"]);
    let (status, nowhere) = store.run(&["store", "find", &store.path("c")]);
    assert_eq!(
        (status, &nowhere[0]["error"]["kind"]),
        (3, &"input-output".into())
    );

    // What a part does not hold is not missing in it.
    let new = store.path("b/new.asice");
    fs::copy(store.path("b/three.pdf.asice"), &new).unwrap();
    assert_eq!(store.find("a"), ["two", "one"]);
    assert_eq!(store.find("b"), ["index-stale"]);
    assert_eq!(store.find(""), ["index-stale"]);
    fs::remove_file(new).unwrap();
    fs::remove_file(store.path("a/deep/two.pdf.asice")).unwrap();
    assert_eq!(store.states("a"), ["whole"]);
    assert!(store.states("").contains(&"gone".to_owned()));
}

#[test]
fn renewing_or_sealing_a_part_keeps_the_index_of_the_whole() {
    let Some(store) = Shared::new() else { return };
    for named in ["a", "b/three.pdf.asice"] {
        let (status, renewed) = lines(&mut store.renew(&store.path(named)));
        assert_eq!(status, 0, "{renewed:?}");
        assert_eq!(store.find(""), ["two", "one", "three"], "{named}");
    }
    for (folder, named) in [("a", "."), ("a/deep", ".."), ("b", "three.pdf.asice")] {
        let mut renew = store.renew(named);
        let (status, renewed) = lines(renew.current_dir(store.path(folder)));
        assert_eq!(status, 0, "{renewed:?}");
        assert_eq!(store.find(""), ["two", "one", "three"], "{folder} {named}");
    }
    assert_eq!(store.seal("b", "c/d").0, 0);
    assert_eq!(store.find(""), ["two", "one", "three", "three"]);
    assert_eq!(store.find("c"), ["three"]);
    assert_eq!(store.states(""), ["whole"; 4]);

    // A part that has an index of its own has two.
    assert_eq!(store.run(&["store", "rebuild", &store.path("a")]).0, 0);
    assert_eq!(lines(&mut store.renew(&store.path("a"))).0, 0);
    assert_eq!(store.find("a"), ["two", "one"]);
    assert_eq!(store.find(""), ["two", "one", "three", "three"]);
    let (_, told) = store.run(&["status", &store.path("")]);
    assert_eq!(told.last().unwrap()["store"]["envelopes"], 4);
}

/// How many time-stamps the envelope's record has; it must hold.
fn timestamps(envelope: &Path) -> usize {
    let (_, report) = check(envelope.to_str().unwrap(), "2045-01-01T00:00:00Z");
    assert_eq!(report["envelope"]["intact"], true, "{report}");
    let record = &report["evidence_records"][0];
    assert_eq!(record["indication"], "PASSED", "{record}");
    let chains = record["chains"].as_array().unwrap().iter();
    chains.map(|chain| chain.as_array().unwrap().len()).sum()
}

#[test]
fn runs_that_renew_the_same_at_the_same_time_lose_no_time_stamp() {
    let Some(store) = Shared::new() else { return };
    let envelopes = [
        "a/one.pdf.asice",
        "a/deep/two.pdf.asice",
        "b/three.pdf.asice",
    ];
    let envelopes = envelopes.map(|name| PathBuf::from(store.path(name)));
    let mut told = envelopes.len();
    for _ in 0..6 {
        let start = |_| {
            let mut renew = store.renew(&store.path(""));
            renew.stdout(Stdio::piped()).spawn().unwrap()
        };
        let runs: Vec<Child> = (0..4).map(start).collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            for line in text.lines().map(parse) {
                match line["error"]["kind"].as_str() {
                    None => told += 1,
                    kind => assert_eq!(kind, Some("changed"), "{line}"),
                }
            }
        }
    }
    let kept: usize = envelopes.iter().map(|envelope| timestamps(envelope)).sum();
    assert_eq!(kept, told, "every time-stamp that was told is there");
    println!("{kept} time-stamps of 24 runs");
    assert_eq!(store.find(""), ["two", "one", "three"]);
}

#[cfg(unix)]
#[test]
fn what_a_link_points_to_is_renewed_and_the_link_stays() {
    use std::os::unix::fs::symlink;
    let Some(store) = Shared::new() else { return };
    let other = tempfile::tempdir().unwrap();
    let real = other.path().join("real.asice");
    fs::rename(store.path("b/three.pdf.asice"), &real).unwrap();
    symlink(&real, store.path("b/three.pdf.asice")).unwrap();
    let folder = other.path().join("folder");
    fs::rename(store.path("a"), &folder).unwrap();
    symlink(&folder, store.path("a")).unwrap();
    symlink(other.path().join("nothing"), store.path("b/dangling.asice")).unwrap();
    let (status, renewed) = lines(&mut store.renew(&store.path("")));
    let failed = renewed.iter().filter(|line| !line["error"].is_null());
    assert_eq!(
        (status, renewed.len(), failed.count()),
        (3, 4, 1),
        "{renewed:?}"
    );
    for link in ["a", "b/three.pdf.asice", "b/dangling.asice"] {
        assert!(
            fs::symlink_metadata(store.path(link)).unwrap().is_symlink(),
            "{link}"
        );
    }
    for envelope in [
        &real,
        &folder.join("one.pdf.asice"),
        &folder.join("deep/two.pdf.asice"),
    ] {
        assert_eq!(timestamps(envelope), 2, "{}", envelope.display());
    }
    let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!(
        (names(other.path()), names(&folder)),
        (2, 2),
        "nothing else is left"
    );
}

#[cfg(unix)]
#[test]
fn who_may_read_new_files_is_as_with_any_other() {
    let Some(store) = Shared::new() else { return };
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for (umask, expected) in [("027", 0o640), ("022", 0o644), ("077", 0o600)] {
        let out = store.path(&format!("shared-{umask}"));
        let masked = |arguments: &[&str]| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("umask {umask} && exec \"$0\" \"$@\"")]);
            command.arg(env!("CARGO_BIN_EXE_sigill")).args(arguments);
            let output = command.args(["--trust", &store.root]).output().unwrap();
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        let from = store.documents.path().join("b");
        let (from, public) = (from.to_str().unwrap(), format!("{out}/public"));
        let seal = ["seal", from, "--out", &out, "--public-report", &public];
        masked(&[&seal[..], &["--tsa", &store.url]].concat());
        masked(&["store", "rebuild", &out]);
        let envelope = format!("{out}/three.pdf.asice");
        let packages = format!("{out}/packages");
        let export = ["export", &envelope, "--out", &packages, "--package", "zip"];
        masked(&[&export[..], &["--submitter", "X"]].concat());
        let made = [&public, &packages].map(|folder| {
            let mut files = fs::read_dir(folder).unwrap();
            let file = files.next().unwrap().unwrap();
            file.path().to_str().unwrap().to_owned()
        });
        let index = format!("{out}/.sigill-index");
        for file in [&envelope, &index].into_iter().chain(&made) {
            assert_eq!(mode(file), expected, "{umask} {file}");
        }
        fs::set_permissions(&envelope, fs::Permissions::from_mode(0o604)).unwrap();
        masked(&["renew", &envelope, "--all", "--tsa", &store.url]);
        assert_eq!(timestamps(Path::new(&envelope)), 2);
        assert_eq!(mode(&envelope), 0o604, "{umask}: as it was");
    }
}
