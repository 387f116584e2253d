//! What may come after a signature, and what may not.

use super::sample::{CATALOG, FORM, PAGE, Sample, TEXT_FIELD, signature};
use super::*;

const CERTIFIED: &str =
    "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P PERMISSION >> >>]";

fn updated(objects: &[(u32, &str)]) -> PdfDocument {
    let mut sample = Sample::signed();
    sample.update(objects);
    read(sample.bytes)
}

#[test]
fn a_sound_signature_has_no_problem() {
    let sample = Sample::signed();
    let length = sample.bytes.len();
    let document = read(sample.bytes);
    let [signature] = document.signatures() else {
        panic!("one signature");
    };
    assert!(signature.problems.is_empty(), "{:?}", signature.problems);
    assert!(document.problems().is_empty());
    assert!(signature.covers_whole_document);
    assert_eq!(signature.field.as_deref(), Some("Seal"));
    assert_eq!(signature.contents.as_ref(), [0x30, 3, 2, 1, 1, 0, 0, 0]);
    let [first, second] = signature.signed_parts().unwrap();
    assert_eq!(first.len() + second.len() + 18, length);
    assert!(second.ends_with(b"%%EOF\n"));
}

#[test]
fn evidence_and_metadata_are_what_they_are() {
    let catalog = CATALOG.replace(" >>", " /DSS 20 0 R /Metadata 22 0 R >>");
    let document = updated(&[
        (1, &catalog),
        (20, "<< /Certs [21 0 R 21 0 R] >>"),
        (21, "<< /Length 3 >>\nstream\nabc\nendstream"),
        (22, "<< /Length 3 >>\nstream\nxml\nendstream"),
    ]);
    let expected = [
        ModificationKind::LongTermEvidence,
        ModificationKind::Metadata,
    ];
    assert_eq!(kinds(&document), expected);
    let certificates = &document.security_store().certificates;
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0].content, "abc");
    assert!(!document.signatures()[0].covers_whole_document);
}

#[test]
fn evidence_that_a_page_shows_is_content() {
    let catalog = CATALOG.replace(" >>", " /DSS << /Certs [4 0 R] >> >>");
    let content = "<< /Length 12 >>\nstream\nBT (Pay 9) ET\nendstream";
    let document = updated(&[(1, &catalog), (4, content)]);
    assert!(kinds(&document).contains(&ModificationKind::Suspicious));
}

#[test]
fn a_second_signature_is_listed_and_both_stay_sound() {
    let mut sample = Sample::signed();
    let page = PAGE.replace("8 0 R]", "8 0 R 30 0 R]");
    let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [0 0 9 9] /V 31 0 R >>";
    sample.update(&[(3, &page), (5, &form), (30, field), (31, &signature(""))]);
    sample.close_signature();
    let document = read(sample.bytes);
    assert_eq!(document.signatures().len(), 2);
    assert_eq!(kinds(&document), [ModificationKind::FurtherSignature]);
    assert!(
        document
            .signatures()
            .iter()
            .all(|signature| signature.problems.is_empty())
    );
    assert!(document.signatures()[1].modifications().is_empty());
}

#[test]
fn a_field_that_reuses_a_signature_is_suspicious() {
    let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [0 0 9 9] /V 7 0 R >>";
    let document = updated(&[(5, &form), (30, field)]);
    assert!(kinds(&document).contains(&ModificationKind::Suspicious));
}

#[test]
fn filling_in_a_form_is_allowed_unless_a_certification_forbids_it() {
    let filled = TEXT_FIELD.replace(" >>", " /V (Ada) /AP << /N 40 0 R >> >>");
    let appearance = "<< /Subtype /Form /Length 2 >>\nstream\nET\nendstream";
    let kinds_under = |permission: &str| {
        let mut sample = Sample::signed_with(&CERTIFIED.replace("PERMISSION", permission));
        sample.update(&[(8, &filled), (40, appearance)]);
        kinds(&read(sample.bytes))
    };
    let document = updated(&[(8, &filled), (40, appearance)]);
    assert_eq!(kinds(&document), [ModificationKind::FormFilling]);
    assert_eq!(kinds_under("2"), [ModificationKind::FormFilling]);
    assert_eq!(kinds_under("1"), [ModificationKind::Suspicious]);
    assert_eq!(kinds_under("7"), [ModificationKind::Suspicious]);
}

#[test]
fn an_appearance_without_a_value_is_suspicious() {
    let field = TEXT_FIELD.replace(" >>", " /AP << /N 40 0 R >> >>");
    let appearance = "<< /Subtype /Form /Length 2 >>\nstream\nET\nendstream";
    let document = updated(&[(8, &field), (40, appearance)]);
    assert_eq!(kinds(&document), [ModificationKind::Suspicious]);
}

#[test]
fn an_annotation_is_named_and_forbidden_below_level_3() {
    let page = PAGE.replace("8 0 R]", "8 0 R 50 0 R]");
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents (Hi) >>";
    let document = updated(&[(3, &page), (50, note)]);
    assert_eq!(kinds(&document), [ModificationKind::Annotation]);
    assert_eq!(document.signatures()[0].modifications()[0].page, Some(0));
    let mut sample = Sample::signed_with(&CERTIFIED.replace("PERMISSION", "2"));
    sample.update(&[(3, &page), (50, note)]);
    let document = read(sample.bytes);
    assert_eq!(kinds(&document), [ModificationKind::Suspicious]);
    let forbidden = document.signatures()[0].modifications()[0].forbidden_by;
    assert_eq!(
        forbidden,
        Some(Prohibition::Certification(Permissions::FormFilling))
    );
}

#[test]
fn whatever_else_changes_is_suspicious() {
    let cases: [(&str, &[(u32, &str)]); 8] = [
        (
            "content",
            &[(4, "<< /Length 12 >>\nstream\nBT (Pay 9) ET\nendstream")],
        ),
        (
            "font",
            &[(9, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")],
        ),
        (
            "page tree",
            &[(2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>")],
        ),
        ("field gone", &[(5, "<< /Fields [6 0 R] /SigFlags 3 >>")]),
        (
            "signature",
            &[(7, "<< /Type /Sig /Contents <30> /Reason (No) >>")],
        ),
        (
            "signature field emptied",
            &[(6, "<< /FT /Sig /T (Seal) >>")],
        ),
        (
            "open action",
            &[(
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction 60 0 R >>",
            )],
        ),
        ("catalog", &[(1, "null")]),
    ];
    for (name, objects) in cases {
        let mut sample = Sample::signed();
        sample.update(objects);
        match PdfDocument::read(Bytes::from(sample.bytes), &Limits::default()) {
            Ok(document) => assert!(is_tampered(&document), "{name}"),
            Err(error) => println!("{name}: {error}"),
        }
    }
}

#[test]
fn the_same_objects_written_again_are_no_change() {
    let document = updated(&[(1, CATALOG), (3, PAGE), (5, FORM), (8, TEXT_FIELD)]);
    assert!(kinds(&document).is_empty());
    assert!(!is_tampered(&document));
}

#[test]
fn a_tagged_document_gains_an_element_for_a_signature_and_no_other() {
    let gained = |object: &str| {
        let catalog = CATALOG.replace(" >>", " /StructTreeRoot 90 0 R >>");
        let page = PAGE.replace("8 0 R]", "8 0 R 30 0 R]");
        let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
        let field = "<< /Subtype /Widget /FT /Sig /T (Two) /Rect [0 0 9 9] /V 31 0 R >>";
        let element = format!("<< /Type /StructElem /S /Form /P 91 0 R /K {object} >>");
        let mut sample = Sample::signed();
        let widget = "<< /FT /Sig /T (Seal) /V 80 0 R >>";
        sample.update(&[
            (1, &catalog),
            (6, widget),
            (80, &signature("")),
            (90, "<< /Type /StructTreeRoot /K 91 0 R >>"),
            (91, "<< /Type /StructElem /S /Document /P 90 0 R /K [0] >>"),
        ]);
        sample.close_signature();
        sample.update(&[
            (3, &page),
            (5, &form),
            (30, field),
            (31, &signature("")),
            (
                91,
                "<< /Type /StructElem /S /Document /P 90 0 R /K [0 92 0 R] >>",
            ),
            (92, &element),
        ]);
        sample.close_signature();
        let document = read(sample.bytes);
        let mut signatures = document.signatures().iter();
        let second = signatures.find(|signature| signature.object.number == 80);
        let changes = second.unwrap().modifications().iter();
        changes.map(|change| change.kind).collect::<Vec<_>>()
    };
    let to_widget = gained("<< /Type /OBJR /Obj 30 0 R >>");
    assert_eq!(to_widget, [ModificationKind::FurtherSignature]);
    assert!(gained("1").contains(&ModificationKind::Suspicious));
    let to_old_field = gained("<< /Type /OBJR /Obj 8 0 R >>");
    assert!(to_old_field.contains(&ModificationKind::Suspicious));
}

/// The second signature as the first sees it, in a field of this name, kind of value and corners.
fn further(name: &str, value: &str, rectangle: &str, dictionary: &str) -> Vec<ModificationKind> {
    let mut sample = Sample::signed();
    let page = PAGE.replace("8 0 R]", "8 0 R 30 0 R]");
    let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /Rect [{rectangle}] /V {value} >>"
    );
    sample.update(&[(3, &page), (5, &form), (30, &field), (31, dictionary)]);
    if dictionary.contains("ByteRange [0 000000") {
        sample.close_signature();
    }
    kinds(&read(sample.bytes))
}

#[test]
fn a_field_is_not_signed_by_the_signature_of_its_namesake() {
    let broken = "<< /Type /Sig /SubFilter /ETSI.CAdES.detached >>";
    for value in ["(text)", "/Name", "[1]", "31 0 R"] {
        let found = further("Seal", value, "0 0 300 144", broken);
        assert!(
            found.contains(&ModificationKind::Suspicious),
            "{value}: {found:?}"
        );
    }
}

#[test]
fn a_document_timestamp_that_shows_something_is_nobodys_appearance() {
    let stamp = signature("").replace("ETSI.CAdES.detached", "ETSI.RFC3161");
    let unseen = further("Stamp", "31 0 R", "0 0 0 0", &stamp);
    assert_eq!(unseen, [ModificationKind::DocumentTimestamp]);
    let shown = further("Stamp", "31 0 R", "0 0 90 90", &stamp);
    assert_eq!(shown, [ModificationKind::Annotation]);
}

#[test]
fn a_push_button_keeps_no_value_that_could_explain_another_appearance() {
    let button = TEXT_FIELD.replace("/Tx", "/Btn /Ff 65536");
    let mut sample = Sample::signed_with_field(&button);
    let pressed = button.replace(" >>", " /V /On /AP << /N 40 0 R >> >>");
    let appearance = "<< /Subtype /Form /Length 2 >>\nstream\nET\nendstream";
    sample.update(&[(8, &pressed), (40, appearance)]);
    assert_eq!(kinds(&read(sample.bytes)), [ModificationKind::Suspicious]);
}
