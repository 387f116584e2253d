//! Updates that add evidence and document time-stamps, to documents laid out in many ways.

use super::sample::{CATALOG, FORM, PAGE, Sample};
use super::*;
use crate::source::Span;

/// The document with a list in its store, then with a time-stamp, each read anew.
fn added(bytes: Vec<u8>) -> Result<PdfDocument, Error> {
    let limits = Limits::default();
    let lists = [Bytes::from_static(b"a list \x00\xff endstream endobj")];
    let additions = StoreAdditions {
        certificates: &[],
        crls: &lists,
        ocsps: &[],
    };
    let before = read(bytes.clone());
    let with_list = before.with_evidence(&additions, &limits)?;
    assert!(with_list.starts_with(&bytes));
    let document = read(with_list.clone());
    assert_eq!(kinds(&document), [ModificationKind::LongTermEvidence]);
    let stored = &document.security_store().crls;
    assert!(stored.iter().any(|stored| stored.content == lists[0]));

    let pending = document.with_room_for_timestamp(100, &limits)?;
    let covered: usize = pending.signed_parts().iter().map(Span::length).sum();
    assert_eq!(pending.complete(&[0x30; 101]), None, "it has no room");
    let stamped = pending.complete(&[0x30; 100]).unwrap();
    assert_eq!(covered, stamped.len() - 202);
    assert!(stamped.starts_with(&with_list));
    let document = read(stamped);
    assert!(!is_tampered(&document), "{document:?}");
    let last = document.signatures().last().unwrap();
    assert_eq!(last.role, SignatureRole::DocumentTimestamp);
    assert!(last.covers_whole_document && last.contents.starts_with(&[0x30; 100]));
    assert_eq!(document.signatures().len(), before.signatures().len() + 1);
    Ok(document)
}

#[test]
fn an_update_fits_however_the_document_is_laid_out() {
    let stored = "<< /Length 3 >>\nstream\nold\nendstream";
    let layouts: [&[(u32, &str)]; 7] = [
        &[],
        // The form stands in the catalog, its fields in an object of their own.
        &[
            (
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm<</Fields 12 0 R/SigFlags 1>>>>",
            ),
            (12, "[6 0 R 8 0 R]"),
        ],
        // A comment ends the catalog.
        &[(
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R % the end\n>>",
        )],
        // Annotations in an object of their own, and none at all.
        &[
            (
                3,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144.123456789] /Annots 12 0 R >>",
            ),
            (12, "[6 0 R 8 0 R]"),
        ],
        &[(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] >>")],
        // A store in the catalog, and one in an object of its own with lists in another.
        &[
            (
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS<</CRLs[12 0 R]>>>>",
            ),
            (12, stored),
        ],
        &[
            (
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS 13 0 R >>",
            ),
            (12, stored),
            (13, "<< /Type /DSS /CRLs 14 0 R /Certs null >>"),
            (14, "[12 0 R]"),
        ],
    ];
    for layout in layouts {
        let document = added(Sample::signed_over(layout, "").bytes).unwrap();
        let had_list = layout.iter().any(|(_, object)| *object == stored);
        let lists = document.security_store().crls.len();
        assert_eq!(lists, 1 + usize::from(had_list), "{layout:?}");
    }
}

#[test]
fn numbers_and_names_are_not_met_twice() {
    let stamp = "<< /FT /Sig /T (Timestamp1) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>";
    let form = "<< /Fields [6 0 R 8 0 R 40 0 R] /SigFlags 3 >>";
    let document = added(Sample::signed_over(&[(5, form), (40, stamp)], "").bytes).unwrap();
    let last = document.signatures().last().unwrap();
    assert_eq!(last.field.as_deref(), Some("Timestamp2"));
    assert!(last.object.number > 40);
}

#[test]
fn what_can_be_read_in_two_ways_is_not_changed() {
    let doubled = [
        (
            1,
            CATALOG.replace("/AcroForm 5 0 R", "/AcroForm 5 0 R /AcroForm 5 0 R"),
        ),
        (5, FORM.replace("/Fields", "/Fields [] /Fields")),
        (3, PAGE.replace("/Annots", "/Annots [] /Annots")),
    ];
    for (number, object) in doubled {
        let bytes = Sample::signed_over(&[(number, &object)], "").bytes;
        let document = PdfDocument::read(bytes, &Limits::default()).unwrap();
        let added = document.with_room_for_timestamp(100, &Limits::default());
        assert!(matches!(added, Err(Error::Unsupported { .. })), "{object}");
    }
}

#[test]
fn no_number_is_left_behind_the_last() {
    let entry = format!("{} 1\n0000000009 00000 n \n", u32::MAX);
    let bytes = Sample::signed_over(&[], &entry).bytes;
    let document = PdfDocument::read(bytes, &Limits::default()).unwrap();
    let added = document.with_room_for_timestamp(100, &Limits::default());
    assert!(matches!(added, Err(Error::OverLimit { .. })), "{added:?}");
}

/// One bit changed at every place: what can still be read is added to, or refused, and never
/// changed.
#[test]
fn damage_is_added_to_or_refused() {
    let limits = Limits::default();
    let (sound, mut added) = (Sample::signed().bytes, 0);
    for place in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[place] ^= 1 << (place % 8);
        let Ok(document) = PdfDocument::read(bytes.clone(), &limits) else {
            continue;
        };
        if let Ok(pending) = document.with_room_for_timestamp(100, &limits) {
            let stamped = pending.complete(&[0x30; 100]).unwrap();
            assert!(stamped.starts_with(&bytes), "{place}");
            let _ = PdfDocument::read(stamped, &limits);
            added += 1;
        }
    }
    assert!(added > sound.len() / 4, "{added} of {}", sound.len());
}
