//! The same records by a verifier of its own, in Python and with OpenSSL, that was written from
//! the RFC (`tests/independent/verify_record.py`).

use crate::all;
use crate::bench::{Base, Bench, NOW};
use crate::support::pki::date;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn an_independent_verifier_agrees_on_every_record() {
    if !["python3", "openssl"].iter().all(|tool| is_there(tool)) {
        println!("python3 or openssl is not there: nothing was tried");
        return;
    }
    let bench = Bench::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("record_mutations");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: String, bytes: &[u8]| -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut command = Command::new("python3");
    command.arg(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/independent/verify_record.py"
    ));
    command
        .arg("--ca")
        .arg(write("root.der".into(), &bench.root.der()));
    command.args(["--now", &date(NOW).0.to_string()]);
    for (number, object) in bench.objects.iter().enumerate() {
        command.arg("--object");
        command.arg(write(format!("object-{number}"), object));
    }
    let mut names = Vec::new();
    for base in Base::ALL {
        command.arg(write(format!("{base:?}.ers"), bench.record(base)));
        names.push(format!("{base:?}"));
    }
    for (number, mutation) in all().into_iter().enumerate() {
        let made = mutation.made(&bench);
        command.arg(write(format!("{number}.ers"), &made));
        names.push(format!("{:?}, {}", mutation.base, mutation.name));
    }
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let lines = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), names.len(), "{errors}");
    let mut wrong = Vec::new();
    for (index, (line, name)) in lines.iter().zip(&names).enumerate() {
        let is_sound = index < Base::ALL.len();
        if line.ends_with(": verified") != is_sound {
            wrong.push(format!("{name}: {line}"));
        }
    }
    println!("{} records, {} of them sound", names.len(), Base::ALL.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_there(tool: &str) -> bool {
    let asked = Command::new(tool).arg("--help").output();
    asked.is_ok()
}
