//! A small signed document and updates of it, written byte by byte.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A file under construction.
#[derive(Clone)]
pub(super) struct Sample {
    pub(super) bytes: Vec<u8>,
    section: Option<usize>,
    size: u32,
}

pub(super) const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>";
pub(super) const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] \
    /Resources << /Font << /F1 9 0 R >> >> /Contents 4 0 R /Annots [6 0 R 8 0 R] >>";
pub(super) const FORM: &str = "<< /Fields [6 0 R 8 0 R] /SigFlags 3 >>";
pub(super) const TEXT_FIELD: &str =
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /Rect [200 100 209 109] /P 3 0 R >>";

impl Sample {
    /// One page with a text field (8), a signature field (6) and its signature (7).
    pub(super) fn signed() -> Self {
        Self::signed_with("")
    }

    /// The same, with `more` entries in the signature dictionary.
    pub(super) fn signed_with(more: &str) -> Self {
        Self::signed_over(&[(7, &signature(more))], "")
    }

    /// The same, with another field than that for text.
    pub(super) fn signed_with_field(field: &str) -> Self {
        Self::signed_over(&[(8, field)], "")
    }

    /// The same, with these objects in place of its own or beside them, and with more
    /// subsections in its table.
    pub(super) fn signed_over(objects: &[(u32, &str)], entries: &str) -> Self {
        Self::made(objects, &[], entries, "")
    }

    /// The same as a hybrid file: its page is listed by the stream at `stream` only.
    pub(super) fn signed_hybrid(objects: &[(u32, &str)], stream: usize) -> Self {
        Self::made(objects, &[3], "", &format!("/XRefStm {stream:06}"))
    }

    fn made(objects: &[(u32, &str)], absent: &[u32], entries: &str, trailer: &str) -> Self {
        let mut sample = Sample {
            bytes: b"%PDF-1.7\n".to_vec(),
            section: None,
            size: 10,
        };
        let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] \
            /P 3 0 R /V 7 0 R >>";
        let signature = signature("");
        let mut all = BTreeMap::from([
            (1, CATALOG),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
            (3, PAGE),
            (4, "<< /Length 13 >>\nstream\nBT (Pay 1) ET\nendstream"),
            (5, FORM),
            (6, field),
            (7, &signature),
            (8, TEXT_FIELD),
            (9, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
        ]);
        all.extend(objects.iter().copied());
        all.retain(|number, _| !absent.contains(number));
        let all: Vec<(u32, &str)> = all.into_iter().collect();
        sample.write(&all, entries, trailer);
        sample.close_signature();
        sample
    }

    /// Appends a revision with these objects.
    pub(super) fn update(&mut self, objects: &[(u32, &str)]) {
        self.write(objects, "", "");
    }

    /// Appends a revision with these objects, more subsections and more entries in its trailer.
    pub(super) fn write(&mut self, objects: &[(u32, &str)], subsections: &str, trailer: &str) {
        let mut entries = String::new();
        for (number, body) in objects {
            let offset = self.bytes.len();
            self.bytes
                .extend(format!("{number} 0 obj\n{body}\nendobj\n").into_bytes());
            write!(entries, "{number} 1\n{offset:010} 00000 n \n").unwrap();
            self.size = self.size.max(number + 1);
        }
        entries.push_str(subsections);
        self.end(&entries, trailer);
    }

    /// Appends a cross-reference section of these subsections.
    pub(super) fn section(&mut self, entries: &str) {
        self.end(entries, "");
    }

    fn end(&mut self, entries: &str, more: &str) {
        let section = self.bytes.len();
        let first = if self.section.is_none() {
            "0 1\n0000000000 65535 f \n"
        } else {
            ""
        };
        let previous = self.section.map(|offset| format!("/Prev {offset}"));
        let previous = previous.unwrap_or_default();
        let size = self.size;
        let trailer = format!(
            "xref\n{first}{entries}trailer\n<< {more} /Root 1 0 R /Size {size} {previous} >>\nstartxref\n{section}\n%%EOF\n"
        );
        self.bytes.extend(trailer.into_bytes());
        self.section = Some(section);
    }

    /// Fills in the last `/ByteRange` so that it covers all but its `/Contents`.
    pub(super) fn close_signature(&mut self) {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        let start = text.rfind("/Contents <").unwrap() + "/Contents ".len();
        let end = start + text[start..].find('>').unwrap() + 1;
        let rest = self.bytes.len() - end;
        let range = format!("[0 {start:06} {end:06} {rest:06}]");
        let place = text.rfind("[0 000000 000000 000000]").unwrap();
        self.bytes[place..place + range.len()].copy_from_slice(range.as_bytes());
    }

    /// Where the newest section stands.
    pub(super) fn newest_section(&self) -> usize {
        self.section.unwrap()
    }

    /// Where the object `number` was last written.
    pub(super) fn offset(&self, number: u32) -> usize {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        text.rfind(&format!("\n{number} 0 obj")).unwrap() + 1
    }

    /// The file with the first `from` replaced by `to`, which is as long.
    pub(super) fn with(mut self, from: &str, to: &str) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let place = self
            .bytes
            .windows(from.len())
            .position(|window| window == from.as_bytes());
        let place = place.unwrap();
        self.bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
        self.bytes
    }
}

pub(super) fn signature(more: &str) -> String {
    format!(
        "<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents <3003020101000000> \
         /ByteRange [0 000000 000000 000000] /M (D:20260101120000Z) {more} >>"
    )
}
