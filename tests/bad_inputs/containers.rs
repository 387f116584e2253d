//! ASiC containers; `container::asic` has the single faults of a ZIP and of a manifest.

use crate::support::read;
use crate::{outcome, outcome_or_refusal, refusal};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The members of a signed container, which may be changed.
fn members() -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(read("cases/asic/e-b-b/input.asice"))).unwrap();
    let count = archive.len();
    let member = |index| {
        let mut member = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        (member.name().unwrap().into_owned(), content)
    };
    (0..count).map(member).collect()
}

fn pack(members: &[(String, Vec<u8>)], packed: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let stored = name == "mimetype";
        let method = if stored {
            CompressionMethod::Stored
        } else {
            packed
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn with(name: &str, content: Vec<u8>) -> Vec<u8> {
    let mut all = members();
    all.push((name.to_owned(), content));
    pack(&all, CompressionMethod::Deflated)
}

#[test]
fn b32_bombs_are_refused_before_they_unpack() {
    let _bound = crate::bound("B32");
    assert_eq!(
        outcome(pack(&members(), CompressionMethod::Deflated)),
        "passed"
    );
    let zeros = vec![0; 256 << 20];
    assert_eq!(refusal(with("zeros.bin", zeros.clone())), "over-limit");
    // A ZIP in a ZIP stays closed.
    let inner = pack(
        &[("zeros.bin".to_owned(), zeros)],
        CompressionMethod::Deflated,
    );
    let nested = with("nested.zip", inner);
    assert!(nested.len() < 2 << 20);
    assert_eq!(refusal(nested), "readable");
}

#[test]
fn b33_members_are_counted_and_named_once() {
    let _bound = crate::bound("B33");
    let mut many = members();
    many.extend((0..65_000).map(|number| (format!("{number}.txt"), Vec::new())));
    assert_eq!(
        refusal(pack(&many, CompressionMethod::Stored)),
        "over-limit"
    );
    for name in [
        "../evil.txt",
        "/etc/evil",
        "a/../../evil",
        "nul\0l",
        "C:\\evil",
    ] {
        assert_eq!(
            outcome(with(name, b"x".to_vec())),
            "FORMAT_FAILURE",
            "{name}"
        );
    }
    let whole = pack(&members(), CompressionMethod::Deflated);
    for around in [
        [b"evil", &whole[..]].concat(),
        [&whole[..], b"evil"].concat(),
    ] {
        let found = outcome_or_refusal(around);
        assert!(
            ["FORMAT_FAILURE", "malformed", "not-recognised"].contains(&found.as_str()),
            "{found}"
        );
    }
}

#[test]
fn b34_manifests_declare_and_expand_nothing() {
    let _bound = crate::bound("B34");
    let changed = |change: &dyn Fn(&str) -> String| {
        let mut all = members();
        for (name, content) in &mut all {
            if name.contains("anifest") && name.ends_with(".xml") {
                let text = String::from_utf8(content.clone()).unwrap();
                *content = change(&text).into_bytes();
            }
        }
        pack(&all, CompressionMethod::Stored)
    };
    let declaring = |declared: &str| {
        changed(&|text: &str| {
            let (declaration, rest) = match text.split_once("?>") {
                Some((declaration, rest)) => (format!("{declaration}?>"), rest),
                None => (String::new(), text),
            };
            format!("{declaration}<!DOCTYPE a [{declared}]>{rest}")
        })
    };
    let laughs: String = (1..10)
        .map(|level| {
            format!(
                "<!ENTITY l{level} \"{}\">",
                format!("&l{};", level - 1).repeat(10)
            )
        })
        .collect();
    let references = |count: usize| {
        changed(&|text: &str| {
            let start = text.find("<DataObjectReference").unwrap();
            let end =
                text.rfind("</DataObjectReference>").unwrap() + "</DataObjectReference>".len();
            [&text[..end], &text[start..end].repeat(count), &text[end..]].concat()
        })
    };
    for hostile in [
        declaring(""),
        declaring("<!ENTITY x SYSTEM \"file:///etc/passwd\">"),
        declaring("<!ENTITY x SYSTEM \"http://attacker.example/\">"),
        declaring(&format!("<!ENTITY l0 \"ha\">{laughs}")),
        references(20_000),
        references(1_000_000),
    ] {
        let found = outcome_or_refusal(hostile);
        assert_ne!(found, "passed");
    }
}
