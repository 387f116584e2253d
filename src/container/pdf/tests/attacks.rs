//! The published classes of attacks: USF, ISA, SWA (CCS 2019) and shadow documents (NDSS 2021).

use super::sample::{Sample, signature};
use super::*;

fn problems(bytes: Vec<u8>) -> Vec<FormatProblem> {
    let document = read(bytes);
    assert_eq!(
        document.signatures().len(),
        1,
        "a broken signature stays a signature"
    );
    document.signatures()[0].problems.clone()
}

#[test]
fn forgeries_of_contents_are_format_failures() {
    let forge = |to: &str| problems(Sample::signed().with("/Contents <3003020101000000>", to));
    assert!(forge("/Contents <0000000000000000>").contains(&FormatProblem::ContentsEmpty));
    assert!(forge("/Contents                 <>").contains(&FormatProblem::ContentsEmpty));
    assert!(forge("/Contents null              ").contains(&FormatProblem::ContentsMissing));
    assert!(forge("/Contentx <3003020101000000>").contains(&FormatProblem::ContentsMissing));
    assert!(forge("/Contents 7                 ").contains(&FormatProblem::ContentsNotString));
    assert!(forge("/Contents 9 0 R             ").contains(&FormatProblem::ContentsIndirect));
    let literal = forge("/Contents (3003020101000000)");
    assert!(matches!(
        literal[..],
        [FormatProblem::ContentsLiteral { .. }]
    ));
}

#[test]
fn forgeries_of_the_byte_range_are_format_failures() {
    let sound = String::from_utf8(Sample::signed().bytes).unwrap();
    let start = sound.find("/ByteRange [").unwrap();
    let range = &sound[start..start + "/ByteRange [0 000000 000000 000000]".len()];
    let forge = |to: &str| {
        let padded = format!("{to:width$}", width = range.len());
        problems(Sample::signed().with(range, &padded))
    };
    assert_eq!(forge("/ByteRange null"), [FormatProblem::ByteRangeMissing]);
    assert_eq!(
        forge("/BiteRange [0 1 2 3]"),
        [FormatProblem::ByteRangeMissing]
    );
    assert_eq!(forge("/ByteRange 5"), [FormatProblem::ByteRangeNotArray]);
    assert_eq!(
        forge("/ByteRange []"),
        [FormatProblem::ByteRangeNotFourIntegers { found: 0 }]
    );
    assert_eq!(
        forge("/ByteRange [0 /A 2 3]"),
        [FormatProblem::ByteRangeNotFourIntegers { found: 3 }]
    );
    assert_eq!(
        forge("/ByteRange [0 -1 2 3]"),
        [FormatProblem::ByteRangeNegative]
    );
    assert!(!forge("/ByteRange [0 1 2 3]").is_empty());
}

#[test]
fn a_second_byte_range_is_a_format_failure() {
    let mut sample = Sample::signed_with("/ByteRange [0 1 2 3]");
    assert!(
        problems(sample.bytes.clone()).contains(&FormatProblem::DuplicateKey { key: "ByteRange" })
    );
    sample = Sample::signed_with("/Byte#52ange [0 1 2 3]");
    assert!(problems(sample.bytes).contains(&FormatProblem::DuplicateKey { key: "ByteRange" }));
}

#[test]
fn a_signature_that_no_field_names_is_listed() {
    let mut sample = Sample::signed();
    sample.update(&[(30, &signature(""))]);
    sample.close_signature();
    let document = read(sample.bytes);
    assert_eq!(document.signatures().len(), 2);
    assert!(
        document.signatures()[1]
            .problems
            .contains(&FormatProblem::NotInForm)
    );
}

#[test]
fn appended_bytes_are_suspicious_in_any_form() {
    let update = "4 0 obj\n<< /Length 12 >>\nstream\nBT (Pay 9) ET\nendstream\nendobj\n";
    let sound = Sample::signed().bytes;
    let section = String::from_utf8_lossy(&sound).rfind("xref\n0 1").unwrap();
    for tail in [
        update.to_owned(),
        format!("{update}%%EOF"),
        format!("{update}trailer\n<< /Root 1 0 R >>\n%%EOF\n"),
        format!("{update}startxref\n{section}\n%%EOF\n"),
        format!("{update}startxref\n99999999\n%%EOF\n"),
        format!("{update}startxref\n0\n%%EOF\n"),
    ] {
        let mut bytes = sound.clone();
        bytes.extend_from_slice(tail.as_bytes());
        assert!(is_tampered(&read(bytes)), "{tail}");
    }
    let mut padded = sound.clone();
    padded.extend_from_slice(b"\r\n\0\0");
    assert!(!is_tampered(&read(padded)));
}

#[test]
fn an_entry_moved_within_the_signed_bytes_is_suspicious() {
    let mut sample = Sample::signed();
    let hidden = "<< /Length 12 >>\nstream\nBT (Pay 9) ET\nendstream";
    sample.update(&[(70, hidden)]);
    let signed = sample.clone();
    let offset = signed.offset(70);
    sample.section(&format!("4 1\n{offset:010} 00000 n \n"));
    let document = read(sample.bytes);
    assert!(is_tampered(&document));
    let misplaced =
        |problem: &FormatProblem| matches!(problem, FormatProblem::ObjectMisplaced { .. });
    assert!(document.problems().iter().any(misplaced));
}

#[test]
fn a_freed_object_is_suspicious() {
    let mut sample = Sample::signed();
    sample.section("9 1\n0000000000 00001 f \n");
    let document = read(sample.bytes);
    let change = &document.signatures()[0].modifications()[0];
    assert_eq!(change.kind, ModificationKind::Suspicious);
    assert_eq!(change.change, Change::ObjectRemoved);
}

#[test]
fn an_object_that_the_signed_page_lacked_is_suspicious() {
    let mut sample = Sample::signed();
    let page = super::sample::PAGE.replace("/F1 9 0 R", "/F1 9 0 R /F2 77 0 R");
    sample.update(&[
        (3, &page),
        (6, "<< /FT /Sig /T (Seal) /P 3 0 R /V 80 0 R >>"),
        (80, &signature("")),
    ]);
    sample.close_signature();
    sample.update(&[(77, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")]);
    let document = read(sample.bytes);
    let signature = document
        .signatures()
        .iter()
        .find(|signature| signature.object.number == 80);
    let changes = signature.unwrap().modifications();
    assert!(
        changes
            .iter()
            .any(|change| change.change == Change::ObjectDefined)
    );
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    let mut sample = Sample::signed();
    sample.update(&[(8, super::sample::TEXT_FIELD)]);
    for end in 0..sample.bytes.len() {
        let cut = Bytes::from(sample.bytes[..end].to_vec());
        let _ = read_both_ways(&cut);
    }
}

#[test]
fn a_byte_changed_anywhere_is_read_or_refused() {
    let sound = Sample::signed().bytes;
    for place in 0..sound.len() {
        for value in [0, b'<', b'9', 0xff] {
            let mut bytes = sound.clone();
            bytes[place] = value;
            let _ = read_both_ways(&Bytes::from(bytes));
        }
    }
}
