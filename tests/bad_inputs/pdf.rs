//! PDF documents, and the sizes of files of every kind.

use crate::support::read;
use crate::{measured, outcome, outcome_or_refusal, refusal, refusal_within};
use sigill::container::pdf::PdfDocument;
use sigill::limits::Limits;
use sigill::{Bytes, Error};
use std::fmt::Write;

/// A file of these objects, numbered from 1, with its table.
fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
        writeln!(out, "{} 0 obj\n{object}\nendobj", index + 1).unwrap();
    }
    let section = out.len();
    let size = objects.len() + 1;
    write!(
        out,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{section}\n%%EOF\n"
    )
    .unwrap();
    out.into_bytes()
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] >>";
const FIELD: &str = "<< /FT /Sig /T (Seal) /Subtype /Widget /Rect [0 0 0 0] /V 5 0 R >>";
const SIGNATURE: &str = "<< /Type /Sig /Contents <3000> /ByteRange [0 1 2 3] >>";

fn load(bytes: Vec<u8>) -> Result<PdfDocument, Error> {
    measured(|| PdfDocument::read(Bytes::from(bytes), &Limits::default()))
}

/// An update of a signed document, appended with a table of its own.
fn updated(pdf: &[u8], objects: &[(u32, &str)], trailer: &str) -> Vec<u8> {
    let mut out = pdf.to_vec();
    let mut table = String::new();
    for (number, object) in objects {
        write!(table, "{number} 1\n{:010} 00000 n \n", out.len()).unwrap();
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    let section = out.len();
    let previous = previous(pdf);
    let end = format!(
        "xref\n{table}trailer\n<< /Size 99 /Root 1 0 R /Prev {previous} {trailer} >>\nstartxref\n{section}\n%%EOF\n"
    );
    out.extend(end.into_bytes());
    out
}

fn previous(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf).into_owned();
    let after = &text[text.rfind("startxref").unwrap() + 9..];
    after.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn b29_signatures_are_counted() {
    let _bound = crate::bound("B29");
    let fields: Vec<String> = (0..1_000)
        .map(|number| format!("{} 0 R", 4 + 2 * number))
        .collect();
    let catalog = CATALOG.replace("4 0 R", &fields.join(" "));
    let mut objects = vec![catalog, PAGES.to_owned(), PAGE.to_owned()];
    for number in 0..1_000 {
        objects.push(FIELD.replace("5 0 R", &format!("{} 0 R", 5 + 2 * number)));
        objects.push(SIGNATURE.to_owned());
    }
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    let bytes = pdf(&objects, "");
    assert_eq!(load(bytes.clone()).unwrap().signatures().len(), 1_000);
    let fewer = Limits {
        signatures: 999,
        ..Limits::default()
    };
    assert_eq!(refusal_within(bytes, &fewer), "over-limit");
}

#[test]
fn b29_a_thousand_renewals_are_compared_within_a_limit() {
    let _bound = crate::bound("B29");
    let form = "<< /Fields [4 0 R] >>";
    let catalog = CATALOG.replace("<< /Fields [4 0 R] >>", "6 0 R");
    let stamp = SIGNATURE.replace("/Sig", "/DocTimeStamp");
    let mut document = pdf(&[&catalog, PAGES, PAGE, FIELD, SIGNATURE, form], "");
    let mut fields = "4 0 R".to_owned();
    for number in 0..999 {
        let (field, value) = (7 + 2 * number, 8 + 2 * number);
        write!(fields, " {field} 0 R").unwrap();
        let form = form.replace("4 0 R", &fields);
        let dictionary = FIELD.replace("5 0 R", &format!("{value} 0 R"));
        let objects = [(6, form.as_str()), (field, &dictionary), (value, &stamp)];
        document = updated(&document, &objects, "");
    }
    let steps = |pdf_comparisons: usize| {
        let limits = Limits {
            pdf_comparisons,
            ..Limits::default()
        };
        let bytes = Bytes::from(document.clone());
        measured(|| PdfDocument::read(bytes, &limits))
    };
    let read = steps(Limits::default().pdf_comparisons).unwrap();
    assert_eq!((read.signatures().len(), read.revisions()), (1_000, 1_000));
    assert!(steps(5_000_000).is_ok());
    assert_eq!(steps(10_000).unwrap_err().kind(), "over-limit");
}

#[test]
fn b35_deep_objects_are_unreadable_and_nothing_aborts() {
    let _bound = crate::bound("B35");
    for (open, close) in [("[", "]"), ("<< /A ", " >>")] {
        let deep = format!("{}0{}", open.repeat(10_000), close.repeat(10_000));
        let unclosed = open.repeat(200_000);
        for object in [deep.as_str(), unclosed.as_str()] {
            let alone = pdf(&[CATALOG, PAGES, PAGE, object, SIGNATURE], "");
            assert_eq!(load(alone).unwrap().signatures().len(), 1);
            let update = updated(&read("cases/pades/b-b-rsa/input.pdf"), &[(4, object)], "");
            assert_eq!(outcome(update), "FORMAT_FAILURE");
        }
    }
}

#[test]
fn b36_loops_end() {
    let _bound = crate::bound("B36");
    let own_length = "<< /Length 3 0 R >>\nstream\nabc\nendstream";
    for objects in [
        // The page tree, from its root and from a page.
        [
            CATALOG,
            "<< /Type /Pages /Kids [2 0 R 2 0 R] >>",
            PAGE,
            FIELD,
            SIGNATURE,
        ],
        [
            CATALOG,
            PAGES,
            "<< /Type /Pages /Kids [2 0 R] >>",
            FIELD,
            SIGNATURE,
        ],
        // Fields, references and lengths that lead to themselves.
        [
            CATALOG,
            PAGES,
            PAGE,
            "<< /FT /Sig /T (A) /Kids [4 0 R] /V 5 0 R >>",
            SIGNATURE,
        ],
        [CATALOG, PAGES, "3 0 R", FIELD, SIGNATURE],
        [CATALOG, PAGES, own_length, FIELD, SIGNATURE],
    ] {
        assert_eq!(load(pdf(&objects, "")).unwrap().signatures().len(), 1);
    }
    let packed =
        "<< /Type /ObjStm /N 1 /First 4 /Extends 3 0 R /Length 9 >>\nstream\n9 0 (abc)\nendstream";
    load(pdf(&[CATALOG, PAGES, packed, FIELD, SIGNATURE], "")).unwrap();
    // Sections that name themselves as the one before them or as their stream.
    let plain = pdf(&[CATALOG, PAGES, PAGE, FIELD, SIGNATURE], "");
    let section = previous(&plain);
    for key in ["Prev", "XRefStm"] {
        let document = load(pdf(
            &[CATALOG, PAGES, PAGE, FIELD, SIGNATURE],
            &format!("/{key} {section}"),
        ));
        assert!(!document.unwrap().problems().is_empty(), "{key}");
    }
}

fn deflated(content: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A file whose only section is a stream of these encoded bytes.
fn with_section_stream(encoded: &[u8], entries: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let section = out.len();
    let head = format!(
        "1 0 obj\n<< /Type /XRef /Root 2 0 R {entries} /Length {} >>\nstream\n",
        encoded.len()
    );
    out.extend(head.into_bytes());
    out.extend(encoded);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{section}\n%%EOF\n").into_bytes());
    out
}

#[test]
fn b37_streams_unpack_within_their_limit() {
    let _bound = crate::bound("B37");
    let zeros = vec![0; 32 << 20];
    let once = deflated(&zeros);
    let bomb = with_section_stream(&once, "/Size 9 /W [1 2 1] /Filter /FlateDecode");
    assert_eq!(refusal(bomb), "over-limit");
    let twice = deflated(&once);
    let filters = "/Size 9 /W [1 2 1] /Filter [/FlateDecode /FlateDecode]";
    assert_eq!(refusal(with_section_stream(&twice, filters)), "over-limit");
    let chain = format!(
        "/Size 9 /W [1 2 1] /Filter [{}]",
        "/FlateDecode ".repeat(100)
    );
    assert_ne!(refusal(with_section_stream(&once, &chain)), "readable");
    // Whoever trusts the file may let it grow.
    let larger = Limits {
        pdf_stream_ratio: 2_000,
        ..Limits::default()
    };
    let bomb = with_section_stream(
        &once,
        "/Size 9 /W [1 2 1] /Index [0 9] /Filter /FlateDecode",
    );
    assert_ne!(refusal_within(bomb, &larger), "over-limit");
}

#[test]
fn b38_claims_cost_what_they_hold() {
    let _bound = crate::bound("B38");
    let rows = [0u8; 36];
    for entries in [
        "/Size 2147483648 /W [1 2 1]",
        "/Size 9 /W [8 8 8]",
        "/Size 9 /W [0 0 0]",
        "/Size 9 /W [1 2 1] /Index [0 4294967295]",
        "/Size 9 /W [1 2 1] /Index [0 18446744073709551615]",
    ] {
        assert_ne!(
            refusal(with_section_stream(&rows, entries)),
            "readable",
            "{entries}"
        );
    }
    let mut claiming = pdf(&[CATALOG, PAGES, PAGE, FIELD, SIGNATURE], "");
    let text = String::from_utf8(claiming.clone()).unwrap();
    claiming = text
        .replace("xref\n0 6\n", "xref\n0 1000000\n")
        .into_bytes();
    assert!(!load(claiming).unwrap().problems().is_empty());
    let sound = pdf(&[CATALOG, PAGES, PAGE, FIELD, SIGNATURE], "");
    let five = Limits {
        pdf_objects: 5,
        ..Limits::default()
    };
    assert_eq!(refusal_within(sound, &five), "over-limit");
}

#[test]
fn b38_revisions_are_counted() {
    let _bound = crate::bound("B38");
    let mut document = pdf(&[CATALOG, PAGES, PAGE, FIELD, SIGNATURE], "");
    let mut before = previous(&document);
    for _ in 0..49_999 {
        let section = document.len();
        let end = format!(
            "xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev {before} >>\nstartxref\n{section}\n%%EOF\n"
        );
        document.extend(end.into_bytes());
        before = section;
    }
    assert_eq!(refusal(document.clone()), "over-limit");
    let all = Limits {
        pdf_revisions: 50_000,
        ..Limits::default()
    };
    let read = measured(|| PdfDocument::read(Bytes::from(document), &all)).unwrap();
    assert_eq!(read.revisions(), 50_000);
}

#[test]
fn b39_a_signed_document_with_another_end_is_named() {
    let _bound = crate::bound("B39");
    let signed = read("cases/pades/b-b-rsa/input.pdf");
    let text_end = signed.len() - "%%EOF\n".len();
    let without_end = signed[..text_end].to_vec();
    let start = signed
        .windows(9)
        .rposition(|window| window == b"startxref")
        .unwrap();
    let without_start = [&signed[..start], b"%%EOF\n"].concat();
    for broken in [
        without_end,
        without_start,
        [&signed[..], b"startxref\n0\n%%EOF\n"].concat(),
        [&signed[..], b"garbage behind the end"].concat(),
        [&signed[..], &vec![b'x'; 100_000]].concat(),
    ] {
        let found = outcome_or_refusal(broken);
        assert!(
            ["FORMAT_FAILURE", "malformed"].contains(&found.as_str()),
            "{found}"
        );
    }
    let twice = [
        &signed[..],
        format!("startxref\n{}\n%%EOF\n", previous(&signed)).as_bytes(),
    ]
    .concat();
    assert_eq!(outcome(twice), "FORMAT_FAILURE");
}

#[test]
fn b39_a_hybrid_section_that_contradicts_itself_is_named() {
    let _bound = crate::bound("B39");
    let signed = read("cases/pades/b-b-rsa/input.pdf");
    let at = signed.len();
    let hidden = "<< /Length 5 >>\nstream\nBT ET\nendstream";
    let object = format!("4 0 obj\n{hidden}\nendobj\n");
    let stream = at + object.len();
    let row = [&[1u8][..], &(at as u32).to_be_bytes(), &[0]].concat();
    let mut update = signed.clone();
    update.extend(object.into_bytes());
    update.extend(
        b"70 0 obj\n<< /Type /XRef /Size 71 /W [1 4 1] /Index [4 1] /Length 6 >>\nstream\n",
    );
    update.extend(row);
    update.extend(b"\nendstream\nendobj\n");
    let original = signed
        .windows(8)
        .position(|window| window == b"\n4 0 obj")
        .unwrap()
        + 1;
    let section = update.len();
    let end = format!(
        "xref\n4 1\n{original:010} 00000 n \ntrailer\n<< /Size 71 /Root 1 0 R /Prev {} /XRefStm {stream} >>\nstartxref\n{section}\n%%EOF\n",
        previous(&signed)
    );
    update.extend(end.into_bytes());
    assert_eq!(outcome(update), "FORMAT_FAILURE");
}

#[test]
fn b39_one_signature_in_several_fields_is_one() {
    let _bound = crate::bound("B39");
    let catalog = CATALOG.replace("[4 0 R]", "[4 0 R 6 0 R]");
    let second = FIELD.replace("Seal", "Two");
    let document = load(pdf(&[&catalog, PAGES, PAGE, FIELD, SIGNATURE, &second], ""));
    assert_eq!(document.unwrap().signatures().len(), 1);
}

#[test]
fn b40_a_file_cut_anywhere_is_read_or_refused() {
    let _bound = crate::bound("B40");
    assert_eq!(refusal(Vec::new()), "empty");
    for octet in 0..=255u8 {
        assert_ne!(refusal(vec![octet]), "readable");
    }
    for (case, step) in [
        ("cases/pades/b-b-p256/input.pdf", 37),
        ("cases/pades/xref-stream/input.pdf", 37),
        ("cases/cades/b-t-attached-p256/input.p7m", 13),
    ] {
        let whole = Bytes::from(read(case));
        for end in (0..whole.len()).step_by(step) {
            let cut = whole.slice(..end);
            if refusal(cut.clone()) == "readable" {
                assert_ne!(outcome(cut), "passed", "{case} cut at {end}");
            }
        }
    }
}
