//! Documents of a hostile signer or of a hostile updater, who count on readers that differ.

use super::sample::{CATALOG, FORM, PAGE, Sample, TEXT_FIELD, signature};
use super::*;

const EVIL: &str = "<< /Length 13 >>\nstream\nBT (Pay 9) ET\nendstream";

/// What came of a document that must not pass.
fn assert_tampered(sample: Sample, what: &str) {
    assert!(is_tampered(&read(sample.bytes)), "{what}");
}

#[test]
fn a_number_that_one_section_places_twice_is_ambiguous() {
    for evil_first in [false, true] {
        let mut sample = Sample::signed();
        let sound = sample.offset(4);
        let evil = sample.bytes.len();
        sample
            .bytes
            .extend(format!("4 0 obj\n{EVIL}\nendobj\n").bytes());
        let [first, second] = if evil_first {
            [evil, sound]
        } else {
            [sound, evil]
        };
        sample.section(&format!(
            "4 1\n{first:010} 00000 n \n4 1\n{second:010} 00000 n \n"
        ));
        assert_tampered(sample, "two places");
    }
    let mut sample = Sample::signed();
    let sound = sample.offset(4);
    sample.section(&format!("4 1\n{sound:010} 00000 n \n").repeat(2));
    assert!(!is_tampered(&read(sample.bytes)), "one place, said twice");
}

#[test]
fn a_key_that_stands_twice_in_a_trailer_is_ambiguous() {
    let other = CATALOG.replace("2 0 R", "61 0 R");
    for trailer in ["/Root 60 0 R", "/Ro#6ft 60 0 R", "/Prev 9"] {
        let mut sample = Sample::signed();
        sample.write(
            &[
                (60, &other),
                (61, "<< /Type /Pages /Kids [62 0 R] /Count 1 >>"),
                (62, &PAGE.replace("4 0 R", "63 0 R")),
                (63, EVIL),
            ],
            "",
            trailer,
        );
        assert_tampered(sample, trailer);
    }
}

/// The length of the signed sample with these objects, whatever the entry of 50 says.
fn signed_length(objects: &[(u32, &str)]) -> usize {
    let entry = "50 1\n0000000000 00000 n \n";
    Sample::signed_over(objects, entry).bytes.len()
}

#[test]
fn an_object_that_the_signed_bytes_only_announce_is_not_signed() {
    let page = PAGE.replace("/Contents 4 0 R", "/Contents [4 0 R 50 0 R]");
    let objects: [(u32, &str); 1] = [(3, &page)];
    let beyond = signed_length(&objects);
    let mut sample = Sample::signed_over(&objects, &format!("50 1\n{beyond:010} 00000 n \n"));
    assert_eq!(sample.bytes.len(), beyond);
    sample
        .bytes
        .extend(format!("50 0 obj\n{EVIL}\nendobj\n").bytes());
    sample.section("0 0\n");
    assert_tampered(sample, "an object behind the signed bytes");
}

#[test]
fn a_stream_that_ends_in_later_bytes_is_not_signed() {
    let page = PAGE.replace("/Contents 4 0 R", "/Contents [4 0 R 10 0 R]");
    let rest = |length: usize| {
        let last = format!("<< /Length {length:05} >>\nstream\nq");
        Sample::signed_over(&[(3, &page), (10, &last)], "")
    };
    let start = {
        let sample = rest(0);
        let text = String::from_utf8_lossy(&sample.bytes).into_owned();
        text.rfind("stream\nq").unwrap() + "stream\n".len()
    };
    let tail = "BT (Pay 9) ET\n";
    let mut sample = rest(rest(0).bytes.len() + tail.len() - start);
    sample
        .bytes
        .extend(format!("{tail}\nendstream\nendobj\n").bytes());
    sample.section("0 0\n");
    assert_tampered(sample, "a stream that an update ends");
}

#[test]
fn readers_that_pass_over_generations_see_no_other_content() {
    let page = PAGE.replace("/Contents 4 0 R", "/Contents 4 5 R");
    let mut sample = Sample::signed_over(&[(3, &page)], "");
    sample.update(&[(4, EVIL)]);
    assert_tampered(sample, "another generation");
}

#[test]
fn a_form_adopts_no_annotation() {
    let stamp = "<< /Type /Annot /Subtype /Stamp /Rect [0 0 90 90] /AP << /N 21 0 R >> >>";
    let drawn = "<< /Subtype /Form /Length 2 >>\nstream\nET\nendstream";
    let page = PAGE.replace("8 0 R]", "8 0 R 20 0 R]");
    let sample = Sample::signed_over(&[(3, &page), (20, stamp), (21, drawn)], "");
    let redrawn = stamp.replace("21 0 R", "22 0 R");
    let filled = TEXT_FIELD.replace(" >>", " /V (x) /Kids [20 0 R] >>");
    let form = FORM.replace("8 0 R]", "8 0 R 20 0 R]");
    let mut by_field = sample.clone();
    by_field.update(&[(8, &filled), (20, &redrawn), (22, EVIL)]);
    assert_tampered(by_field, "a kid of a text field");
    let mut by_form = sample;
    by_form.update(&[(5, &form), (20, &redrawn), (22, EVIL)]);
    assert_tampered(by_form, "a field of the form");
}

#[test]
fn the_value_of_a_group_explains_no_field_in_it() {
    let group = "<< /FT /Tx /T (Group) /Kids [30 0 R] >>";
    let kid = "<< /Type /Annot /Subtype /Widget /T (Sum) /Parent 8 0 R /Rect [0 0 9 9] /V (1) \
        /AP << /N 31 0 R >> >>";
    let page = PAGE.replace("8 0 R]", "30 0 R]");
    let objects: [(u32, &str); 4] = [(3, &page), (8, group), (30, kid), (31, EVIL)];
    let mut sample = Sample::signed_over(&objects, "");
    sample.update(&[
        (8, &group.replace(" /Kids", " /V (2) /Kids")),
        (31, &EVIL.replace("Pay 9", "Pay 7")),
    ]);
    assert_tampered(sample, "a group");
}

#[test]
fn a_push_button_by_its_parent_keeps_no_value() {
    let parent = "<< /FT /Btn /Ff 65536 /T (Go) /Kids [30 0 R] >>";
    let kid = "<< /Type /Annot /Subtype /Widget /Parent 8 0 R /T (Now) /Rect [0 0 9 9] >>";
    let page = PAGE.replace("8 0 R]", "30 0 R]");
    let mut sample = Sample::signed_over(&[(3, &page), (8, parent), (30, kid)], "");
    let pressed = kid.replace(" >>", " /V /On /AP << /N 40 0 R >> >>");
    sample.update(&[(30, &pressed), (40, EVIL)]);
    assert_tampered(sample, "an inherited push-button");
}

#[test]
fn values_are_not_laid_out_anew() {
    let field = TEXT_FIELD.replace(" >>", " /V (9000) /AP << /N 21 0 R >> >>");
    let drawn = "<< /Subtype /Form /Length 2 >>\nstream\nET\nendstream";
    let form = FORM.replace(" >>", " /NeedAppearances true >>");
    let mut sample = Sample::signed_over(&[(8, &field), (21, drawn)], "");
    sample.update(&[(5, &form)]);
    assert_tampered(sample, "a value that was drawn otherwise");
    let mut empty = Sample::signed();
    empty.update(&[(5, &form)]);
    assert_eq!(kinds(&read(empty.bytes)), [ModificationKind::FormFilling]);
}

/// A further signature in a field of this dictionary, with its page and form.
fn signed_again(base: &Sample, field: &str, others: &[(u32, &str)]) -> PdfDocument {
    let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
    let signature = signature("");
    let mut objects: Vec<(u32, &str)> = vec![(5, &form), (30, field), (31, &signature)];
    objects.extend(others);
    let mut sample = base.clone();
    sample.update(&objects);
    sample.close_signature();
    read(sample.bytes)
}

#[test]
fn a_signature_is_shown_by_one_widget_on_one_page() {
    let pages = "<< /Type /Pages /Kids [3 0 R 33 0 R] /Count 2 >>";
    let other = PAGE.replace("/Annots [6 0 R 8 0 R]", "/Annots []");
    let base = Sample::signed_over(&[(2, pages), (33, &other)], "");
    let first = PAGE.replace("8 0 R]", "8 0 R 30 0 R]");
    let second = other.replace("[]", "[30 0 R]");
    let widget =
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [0 0 90 90] /V 31 0 R >>";
    let once = signed_again(&base, widget, &[(3, &first)]);
    assert_eq!(kinds(&once), [ModificationKind::FurtherSignature]);
    let twice = signed_again(&base, widget, &[(3, &first), (33, &second)]);
    assert!(is_tampered(&twice), "on two pages");
    let stamp = widget.replace("/Widget", "/Stamp");
    let stamped = signed_again(&base, &stamp, &[(3, &first)]);
    assert!(is_tampered(&stamped), "no widget");
}

/// The signed sample with its page (3) in the object stream 50, and with the object 51.
fn packed(more: &str, other: &str) -> Sample {
    let content = format!("3 0 {PAGE}");
    let length = content.len();
    let more = more.replace("LENGTH", &length.to_string());
    let container =
        format!("<< /Type /ObjStm /N 1 /First 4 {more} >>\nstream\n{content}\nendstream");
    let other = other.replace("LENGTH", &length.to_string());
    let section = "<< /Type /XRef /Size 60 /W [1 2 1] /Index [3 1] /Filter /ASCIIHexDecode \
        /Length 8 >>\nstream\n02003200\nendstream";
    let objects = [(50, container.as_str()), (51, &other), (52, section)];
    let offset = Sample::signed_hybrid(&objects, 0).offset(52);
    Sample::signed_hybrid(&objects, offset)
}

#[test]
fn what_an_object_stream_depends_on_stays() {
    let sample = packed("/Length 51 0 R", "LENGTH");
    let sound = read(sample.bytes.clone());
    assert!(!is_tampered(&sound), "{:?}", sound.signatures()[0].problems);
    let mut changed = sample.clone();
    changed.update(&[(4, EVIL)]);
    assert_tampered(changed, "the page is found");
    let mut shorter = sample;
    shorter.update(&[(51, "9")]);
    assert_tampered(shorter, "another length");
}

#[test]
fn an_object_stream_that_cannot_be_read_hides_no_change() {
    for filter in ["/Filter 51 0 R", "/Filter [51 0 R]", "/Filter /Unknown"] {
        let mut sample = packed(&format!("{filter} /Length LENGTH"), "/ASCIIHexDecode");
        sample.update(&[(4, EVIL)]);
        assert_tampered(sample, filter);
    }
}

#[test]
fn offsets_count_from_one_place() {
    let sample = Sample::signed();
    let previous = sample.newest_section();
    let before = [vec![b'%'; 299], b"\n".to_vec()].concat();
    let section = |root: u32| {
        format!("xref\n0 0\ntrailer\n<< /Size 9 /Root {root} 0 R /Prev {previous} >>\n")
    };
    let updated = |absolute: &str| {
        // Readers that count from the file find this section, all others the next.
        let mut bytes = [before.clone(), sample.bytes.clone()].concat();
        let announced = bytes.len();
        bytes.extend(format!("{absolute:300}{}", section(1)).bytes());
        bytes.extend(format!("startxref\n{announced}\n%%EOF\n").bytes());
        read(bytes)
    };
    let concerns = |document: &PdfDocument| {
        let problems = document.problems().iter();
        problems
            .filter(|problem| problem.concerns_every_signature())
            .count()
    };
    assert_eq!(concerns(&updated("")), 0);
    assert_ne!(concerns(&updated(&section(70))), 0);
}

#[test]
fn a_long_name_is_not_kept_for_every_field_below_it() {
    let name = "n".repeat(100_000);
    let kids: Vec<u32> = (100..1_100).collect();
    let list: Vec<String> = kids.iter().map(|kid| format!("{kid} 0 R")).collect();
    let parent = format!("<< /FT /Tx /T ({name}) /Kids [{}] >>", list.join(" "));
    let mut objects: Vec<(u32, &str)> = vec![(8, &parent)];
    objects.extend(kids.iter().map(|kid| (*kid, "<< /T (k) >>")));
    let mut sample = Sample::signed_over(&objects, "");
    let filled: Vec<(u32, &str)> = kids
        .iter()
        .map(|kid| (*kid, "<< /T (k) /V (x) >>"))
        .collect();
    sample.update(&filled);
    let document = read(sample.bytes);
    let changes = document.signatures()[0].modifications();
    assert!(changes.len() >= 1_000);
    let names = changes.iter().filter_map(|change| change.field.as_ref());
    assert!(names.map(String::len).sum::<usize>() < 2_000_000);
}

#[test]
fn a_key_that_stands_twice_at_signing_is_told() {
    let page = PAGE.replace("/Contents 4 0 R", "/Contents 4 0 R /Contents 20 0 R");
    let sample = Sample::signed_over(&[(3, &page), (20, EVIL)], "");
    let document = read(sample.bytes);
    let object = ObjectNumber::from((3, 0));
    let hidden = &document.signatures()[0].hidden;
    assert_eq!(hidden[..], [HiddenMaterial::Ambiguous { object }]);
    assert!(
        read(Sample::signed().bytes).signatures()[0]
            .hidden
            .is_empty()
    );
}

/// What an update of the signed sample with these objects is.
fn update_kinds(base: &Sample, objects: &[(u32, &str)]) -> Vec<ModificationKind> {
    let mut sample = base.clone();
    sample.update(objects);
    kinds(&read(sample.bytes))
}

#[test]
fn the_catalog_gains_nothing_that_acts_or_shows() {
    use ModificationKind::{LongTermEvidence, Metadata, Suspicious};
    let script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
    for (entry, kind) in [
        ("/OpenAction 40 0 R", Suspicious),
        ("/AA << /WC 40 0 R >>", Suspicious),
        (
            "/Names << /JavaScript << /Names [(a) 40 0 R] >> >>",
            Suspicious,
        ),
        (
            "/Names << /EmbeddedFiles << /Names [(a) 40 0 R] >> >>",
            Suspicious,
        ),
        ("/Names << /Pages << /Names [(a) 40 0 R] >> >>", Suspicious),
        (
            "/OCProperties << /OCGs [40 0 R] /D << /OFF [40 0 R] >> >>",
            Suspicious,
        ),
        ("/PageLabels << /Nums [0 << /S /r >>] >>", Suspicious),
        ("/Outlines 40 0 R", Suspicious),
        ("/Dests 40 0 R", Suspicious),
        ("/AF [40 0 R]", Suspicious),
        ("/Perms << /DocMDP 40 0 R >>", Suspicious),
        ("/Collection 40 0 R", Suspicious),
        ("/Threads [40 0 R]", Suspicious),
        ("/Lang (sv)", Suspicious),
        ("/PageLayout /TwoPageLeft", Suspicious),
        ("/ViewerPreferences << /DisplayDocTitle true >>", Suspicious),
        ("/Metadata 40 0 R", Metadata),
        ("/Version /2.0", Metadata),
        (
            "/Extensions << /ESIC << /ExtensionLevel 1 >> >>",
            LongTermEvidence,
        ),
    ] {
        let catalog = CATALOG.replace(" >>", &format!(" {entry} >>"));
        let found = update_kinds(&Sample::signed(), &[(1, &catalog), (40, script)]);
        assert_eq!(found, [kind], "{entry} added");
        let base = Sample::signed_over(&[(1, &catalog), (40, script)], "");
        let removed = update_kinds(&base, &[(1, CATALOG)]);
        assert_eq!(removed, [kind], "{entry} removed");
        if entry.contains("40 0 R") {
            let behind = update_kinds(&base, &[(40, "<< /S /Named /N /Print >>")]);
            assert_eq!(behind, [kind], "{entry} changed behind its reference");
        }
    }
}

#[test]
fn the_form_gains_nothing_that_acts_or_lays_out() {
    for entry in ["/XFA 40 0 R", "/XFA [(template) 40 0 R]", "/CO [8 0 R]"] {
        let form = FORM.replace(" >>", &format!(" {entry} >>"));
        let found = update_kinds(&Sample::signed(), &[(5, &form), (40, EVIL)]);
        assert_eq!(found, [ModificationKind::Suspicious], "{entry} added");
        if entry.contains("40 0 R") {
            let base = Sample::signed_over(&[(5, &form), (40, EVIL)], "");
            let other = EVIL.replace("Pay 9", "Pay 7");
            let behind = update_kinds(&base, &[(40, &other)]);
            assert_eq!(behind, [ModificationKind::Suspicious], "{entry} changed");
        }
    }
}

#[test]
fn a_value_explains_nothing_but_itself() {
    let filled = TEXT_FIELD.replace(" >>", " /V (x) >>");
    let alone = update_kinds(&Sample::signed(), &[(8, &filled)]);
    assert_eq!(alone, [ModificationKind::FormFilling]);
    for entry in [
        "/A << /S /JavaScript /JS (x) >>",
        "/AA << /K << /S /JavaScript /JS (x) >> >>",
        "/QuadPoints [0 0 90 0 0 90 90 90]",
        "/F 2",
        "/OC 40 0 R",
        "/MaxLen 3",
        "/Ff 4096",
        "/Parent 6 0 R",
        "/Opt [(a)]",
        "/TU (Name)",
        "/Border [0 0 9]",
        "/Dest [3 0 R /Fit]",
        "/StructParent 3",
    ] {
        let more = filled.replace(" >>", &format!(" {entry} >>"));
        let found = update_kinds(&Sample::signed(), &[(8, &more), (40, "<< /Type /OCG >>")]);
        assert!(
            found.contains(&ModificationKind::Suspicious),
            "{entry}: {found:?}"
        );
    }
    let moved = filled.replace("200 100", "100 100");
    let found = update_kinds(&Sample::signed(), &[(8, &moved)]);
    assert!(found.contains(&ModificationKind::Suspicious), "moved");
}

#[test]
fn a_reused_number_is_no_copy_and_a_copy_is_no_change() {
    let mut again = Sample::signed();
    again.update(&[
        (4, "<< /Length 13 >>\nstream\nBT (Pay 1) ET\nendstream"),
        (3, PAGE),
    ]);
    let document = read(again.bytes);
    assert!(document.signatures()[0].modifications().is_empty());
    assert!(document.signatures()[0].problems.is_empty());
    // Freed and used again under another generation, which the page does not refer to.
    let mut reused = Sample::signed();
    let offset = reused.bytes.len();
    reused
        .bytes
        .extend(format!("4 1 obj\n{EVIL}\nendobj\n").bytes());
    reused.section(&format!("4 1\n{offset:010} 00001 n \n"));
    assert_tampered(reused, "another generation");
}

#[test]
fn objects_changes_and_comparisons_have_limits() {
    let array = format!("[{}]", "0 ".repeat(20_000));
    let page = PAGE.replace("/Contents 4 0 R", "/Contents 4 0 R /Tabs 20 0 R");
    let mut sample = Sample::signed_over(&[(3, &page), (20, &array)], "");
    for value in 0..20 {
        let filled = TEXT_FIELD.replace(" >>", &format!(" /V ({value}) >>"));
        sample.update(&[(8, &filled)]);
    }
    let refused = |limits: &Limits| {
        let bytes = Bytes::from(sample.bytes.clone());
        PdfDocument::read(bytes, limits).err()
    };
    let limits = Limits::default;
    assert_eq!(refused(&limits()), None);
    let few_values = Limits {
        pdf_values: 10_000,
        ..limits()
    };
    let few_steps = Limits {
        pdf_comparisons: 20,
        ..limits()
    };
    for few in [few_values, few_steps] {
        assert!(matches!(refused(&few), Some(Error::OverLimit { .. })));
    }
    let few_changes = Limits {
        pdf_changes: 15,
        ..limits()
    };
    let document = PdfDocument::read(Bytes::from(sample.bytes.clone()), &few_changes).unwrap();
    let changes = document.signatures()[0].modifications();
    assert_eq!(changes.len(), 20);
    assert!(
        changes[15..]
            .iter()
            .all(|change| change.change == Change::More)
    );
    assert!(
        changes[..15]
            .iter()
            .all(|change| change.kind == ModificationKind::FormFilling)
    );
}

#[test]
fn files_in_a_file_are_looked_into_up_to_a_limit() {
    let inner = "startxref\n7\n%%EOF\n";
    let embedded = |count: usize| {
        let body: String = (0..count)
            .map(|file| inner.replace('7', &file.to_string()))
            .collect();
        let stream = format!("<< /Length {} >>\nstream\n{body}\nendstream", body.len());
        let document = read(Sample::signed_over(&[(20, &stream)], "").bytes);
        document.signatures()[0].problems.len()
    };
    assert_eq!(embedded(150), 0);
    assert_eq!(embedded(300), 1);
}

#[test]
fn what_lies_over_an_older_field_is_told() {
    use ModificationKind::{Covering, FurtherSignature};
    let form = FORM.replace("8 0 R]", "8 0 R 30 0 R]");
    let page = PAGE.replace("8 0 R]", "8 0 R 30 0 R]");
    let over = |older: &str, corners: &str| {
        let base = Sample::signed_over(&[(8, older)], "");
        let widget = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [{corners}] /V 31 0 R >>"
        );
        let mut sample = base.clone();
        let objects = [
            (3, page.as_str()),
            (5, &form),
            (30, &widget),
            (31, &signature("")),
        ];
        sample.update(&objects);
        sample.close_signature();
        kinds(&read(sample.bytes))
    };
    assert_eq!(
        over(TEXT_FIELD, "205 105 290 140"),
        [FurtherSignature, Covering]
    );
    assert_eq!(
        over(TEXT_FIELD, "290 140 205 105"),
        [FurtherSignature, Covering]
    );
    assert_eq!(over(TEXT_FIELD, "209 105 290 140"), [FurtherSignature]);
    assert_eq!(over(TEXT_FIELD, "205 105 205 105"), [FurtherSignature]);
    let hidden = TEXT_FIELD.replace(" >>", " /F 2 >>");
    assert_eq!(over(&hidden, "205 105 290 140"), [FurtherSignature]);
}

#[test]
fn an_old_signature_does_not_sign_another_field() {
    let waiting = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [200 100 290 140] >>";
    let base = Sample::signed_over(&[(8, waiting)], "");
    let signed = waiting.replace(" >>", " /V 7 0 R /AP << /N 40 0 R >> >>");
    let mut again = base.clone();
    again.update(&[(8, &signed), (40, EVIL)]);
    assert_tampered(again, "the same signature");
}

#[test]
fn what_the_encryption_depends_on_stays() {
    let filter = "<< /Filter /Standard /V 4 /R 4 /O () /U () /P -4 /CF 41 0 R >>";
    let mut sample = Sample::signed_over(&[], "");
    sample.write(&[(40, filter), (41, "<< >>")], "", "");
    let before = read(sample.bytes.clone()).revisions();
    assert_eq!(before, 2);
    let with = |sample: &Sample, more: &str| {
        let mut sample = sample.clone();
        sample.write(&[(8, TEXT_FIELD)], "", more);
        PdfDocument::read(Bytes::from(sample.bytes), &Limits::default())
    };
    assert!(!is_tampered(&with(&sample, "").unwrap()));
    // A document that becomes encrypted is no longer what was signed, if it opens at all.
    let encrypted = with(&sample, "/Encrypt 40 0 R");
    assert!(encrypted.map_or(true, |document| is_tampered(&document)));
}
