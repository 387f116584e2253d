//! A document with many signatures: what its report holds grows with their number, not with its
//! square, and nothing that came after any of them is lost.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::Value;
use sigill::report::{Options, Report, json, text};
use sigill::{Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is written after the last signature.
const LATER_FIELDS: usize = 30;

/// A page that was signed so many times, each time by an update, and filled in at the end.
fn signed(signatures: usize) -> Vec<u8> {
    let mut file = File::default();
    for signature in 1..=signatures {
        file.sign(signature);
    }
    file.fill_in();
    file.bytes
}

#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    section: Option<usize>,
}

/// Objects 1 to 9 are the document's, then come fields for text, then fields and signatures.
const FIRST_TEXT: usize = 10;
const FIRST_SIGNATURE: usize = FIRST_TEXT + LATER_FIELDS;

fn text_field(number: usize, value: &str) -> (usize, String) {
    let left = 10 * number;
    let body = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Text{number}) {value} \
         /Rect [{left} 100 {} 109] /P 3 0 R >>",
        left + 9
    );
    (number, body)
}

impl File {
    fn sign(&mut self, signature: usize) {
        let place = FIRST_SIGNATURE + 2 * (signature - 1);
        let mut objects = Vec::new();
        if signature == 1 {
            self.bytes = b"%PDF-1.7\n".to_vec();
            objects = vec![
                (
                    1,
                    "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>".to_owned(),
                ),
                (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
                (
                    4,
                    "<< /Length 13 >>\nstream\nBT (Pay 1) ET\nendstream".to_owned(),
                ),
            ];
            objects.extend((FIRST_TEXT..FIRST_SIGNATURE).map(|number| text_field(number, "")));
        }
        let fields = (FIRST_TEXT..FIRST_SIGNATURE).chain((FIRST_SIGNATURE..=place).step_by(2));
        let fields: String = fields.map(|number| format!("{number} 0 R ")).collect();
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] /Contents 4 0 R";
        objects.extend([
            (3, format!("{page} /Annots [{fields}] >>")),
            (5, format!("<< /Fields [{fields}] /SigFlags 3 >>")),
            (
                place,
                format!(
                    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S{signature}) \
                     /Rect [0 0 0 0] /P 3 0 R /V {} 0 R >>",
                    place + 1
                ),
            ),
            (
                place + 1,
                "<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents <3003020101000000> \
                 /ByteRange [0 000000 000000 000000] /M (D:20260101120000Z) >>"
                    .to_owned(),
            ),
        ]);
        self.update(&objects);
        self.close_signature();
    }

    fn fill_in(&mut self) {
        let fields = FIRST_TEXT..FIRST_SIGNATURE;
        let fields: Vec<_> = fields.map(|number| text_field(number, "/V (x)")).collect();
        self.update(&fields);
    }

    fn update(&mut self, objects: &[(usize, String)]) {
        let mut table = String::new();
        if self.section.is_none() {
            table.push_str("0 1\n0000000000 65535 f \n");
        }
        for (number, body) in objects {
            let offset = self.bytes.len();
            let object = format!("{number} 0 obj\n{body}\nendobj\n");
            self.bytes.extend(object.into_bytes());
            write!(table, "{number} 1\n{offset:010} 00000 n \n").unwrap();
        }
        let previous = self.section.map(|offset| format!("/Prev {offset}"));
        let (section, previous) = (self.bytes.len(), previous.unwrap_or_default());
        let trailer = format!(
            "xref\n{table}trailer\n<< /Root 1 0 R /Size 9999 {previous} >>\nstartxref\n{section}\n%%EOF\n"
        );
        self.bytes.extend(trailer.into_bytes());
        self.section = Some(section);
    }

    /// The last `/ByteRange` is over all but its `/Contents`.
    fn close_signature(&mut self) {
        let text = String::from_utf8(self.bytes.clone()).unwrap();
        let start = text.rfind("/Contents <").unwrap() + "/Contents ".len();
        let end = start + text[start..].find('>').unwrap() + 1;
        let range = format!("[0 {start:06} {end:06} {:06}]", text.len() - end);
        let place = text.rfind("[0 000000 000000 000000]").unwrap();
        self.bytes[place..place + range.len()].copy_from_slice(range.as_bytes());
    }
}

fn report(signatures: usize) -> Report {
    let (trust, policy) = (TrustAnchors::none(), Policy::default());
    let document = Document::read(signed(signatures)).unwrap();
    let evidence = Evidence::from(&document);
    let report = Validator::new(&trust, &policy).validate(&document, &evidence, UnixTime(0));
    assert_eq!(report.signatures.len(), signatures);
    report
}

fn coverages(report: &Report) -> Vec<Value> {
    let line: Value = serde_json::from_str(&json::to_json(report, &Options::default())).unwrap();
    let signatures = line["signatures"].as_array().unwrap().iter();
    signatures
        .map(|signature| signature["coverage"].clone())
        .collect()
}

#[test]
fn reports_grow_with_the_number_of_signatures_and_not_with_its_square() {
    let length = |signatures| json::to_json(&report(signatures), &Options::default()).len();
    let (few, many) = (length(40), length(80));
    assert!(
        many < few * 11 / 5,
        "{few} bytes for 40 signatures, {many} for 80"
    );
}

#[test]
fn every_change_is_listed_with_the_signature_before_it_and_counted_with_all() {
    const SIGNATURES: usize = 25;
    let report = report(SIGNATURES);
    let mut listed = BTreeSet::new();
    for (index, coverage) in coverages(&report).iter().enumerate() {
        let changes = coverage["modifications"].as_array().unwrap();
        let of_kind = |kind: &str| {
            let listed = changes
                .iter()
                .filter(|change| change["kind"] == kind)
                .count();
            let further = coverage["further_modifications"].as_array();
            let mut further = further.into_iter().flatten();
            let counted = further.find(|further| further["kind"] == kind);
            listed + counted.map_or(0, |found| found["count"].as_u64().unwrap() as usize)
        };
        assert_eq!(
            of_kind("further-signature"),
            SIGNATURES - 1 - index,
            "{index}"
        );
        assert_eq!(of_kind("form-filling"), LATER_FIELDS, "{index}");
        let descriptions = changes
            .iter()
            .map(|change| change["description"].to_string());
        listed.extend(descriptions);
    }
    assert_eq!(listed.len(), SIGNATURES - 1 + LATER_FIELDS, "{listed:?}");
    // What people read counts them all too: ten of 54 are told.
    let words = text::to_text(
        &report,
        &Options {
            language: sigill::validation::Language::English,
            ..Options::default()
        },
    );
    assert!(words.contains("and 44 more"), "{words}");
}
