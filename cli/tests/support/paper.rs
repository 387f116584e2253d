//! PDF documents of any size with any number of signatures; large parts are zeros, which take
//! no room on most disks.

use super::pki::{Identity, algorithm, der};
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::crypto::{DigestAlgorithm, Hasher};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// Bytes that are reserved for a CMS.
const RESERVED: usize = 2_000;

/// A document under construction.
pub struct Paper {
    parts: Vec<(usize, Vec<u8>)>,
    length: usize,
    state: Hasher,
    section: Option<usize>,
    fields: Vec<u32>,
    next: u32,
}

impl Paper {
    /// One page, and an object of as many zeros beside it.
    pub fn new(zeros: usize) -> Self {
        let mut paper = Paper {
            parts: Vec::new(),
            length: 0,
            state: DigestAlgorithm::Sha256.hasher(),
            section: None,
            fields: Vec::new(),
            next: 4,
        };
        paper.append(b"%PDF-1.7\n");
        let mut entries = String::new();
        paper.object(&mut entries, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
        paper.object(&mut entries, 3, page);
        paper.bulk(&mut entries, zeros);
        paper.object(&mut entries, 1, "<< /Type /Catalog /Pages 2 0 R >>");
        paper.close(&entries);
        paper
    }

    /// Signs all that is there in a revision that brings as many zeros.
    pub fn sign(&mut self, signer: &Identity, zeros: usize) {
        let (field, signature) = (self.next, self.next + 1);
        self.next += 2;
        self.fields.push(field);
        let mut fields = String::new();
        for field in &self.fields {
            write!(fields, "{field} 0 R ").unwrap();
        }
        let mut entries = String::new();
        let form = format!("/AcroForm << /SigFlags 3 /Fields [{fields}] >>");
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R {form} >>");
        self.object(&mut entries, 1, &catalog);
        let body = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal{field}) /Rect [0 0 0 0] \
             /V {signature} 0 R >>"
        );
        self.object(&mut entries, field, &body);
        self.bulk(&mut entries, zeros);
        self.note(&mut entries, signature);
        self.append(
            format!("{signature} 0 obj\n<< /Type /Sig /SubFilter /adbe.pkcs7.detached /Contents ")
                .as_bytes(),
        );
        let gap = self.length;
        let end = gap + 2 * RESERVED + 2;
        // What follows the gap holds the byte range, whose numbers are as wide as can be.
        let rest =
            |count: usize| format!(" /ByteRange [0 {gap:010} {end:010} {count:010}] >>\nendobj\n");
        let section = end + rest(0).len();
        let trailer = self.trailer(&entries, section);
        let rest = rest(rest(0).len() + trailer.len()) + &trailer;
        let mut signed = self.state.clone();
        signed.update(rest.as_bytes());
        let cms = cms(signer, &signed.finish());
        let digits: String = cms.iter().map(|byte| format!("{byte:02x}")).collect();
        let width = 2 * RESERVED;
        self.append(format!("<{digits:0<width$}>{rest}").as_bytes());
        self.section = Some(section);
    }

    pub fn write(&self, path: &Path) {
        let mut file = File::create(path).unwrap();
        for (offset, bytes) in &self.parts {
            file.seek(SeekFrom::Start(*offset as u64)).unwrap();
            file.write_all(bytes).unwrap();
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.length];
        for (offset, part) in &self.parts {
            bytes[*offset..offset + part.len()].copy_from_slice(part);
        }
        bytes
    }

    fn bulk(&mut self, entries: &mut String, zeros: usize) {
        if zeros == 0 {
            return;
        }
        let number = self.next;
        self.next += 1;
        self.note(entries, number);
        self.append(format!("{number} 0 obj\n<< /Length {zeros} >>\nstream\n").as_bytes());
        feed(&mut self.state, zeros);
        self.length += zeros;
        self.append(b"\nendstream\nendobj\n");
    }

    fn object(&mut self, entries: &mut String, number: u32, body: &str) {
        self.note(entries, number);
        self.append(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }

    fn note(&self, entries: &mut String, number: u32) {
        write!(entries, "{number} 1\n{:010} 00000 n \n", self.length).unwrap();
    }

    fn close(&mut self, entries: &str) {
        let section = self.length;
        let trailer = self.trailer(entries, section);
        self.append(trailer.as_bytes());
        self.section = Some(section);
    }

    fn trailer(&self, entries: &str, section: usize) -> String {
        let previous = self.section.map(|offset| format!("/Prev {offset}"));
        let previous = previous.unwrap_or_default();
        let size = self.next;
        format!(
            "xref\n{entries}trailer\n<< /Root 1 0 R /Size {size} {previous} >>\n\
             startxref\n{section}\n%%EOF\n"
        )
    }

    fn append(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
        self.parts.push((self.length, bytes.to_vec()));
        self.length += bytes.len();
    }
}

/// SHA-256 of as many zeros.
pub fn zeros(count: usize) -> Vec<u8> {
    let mut state = DigestAlgorithm::Sha256.hasher();
    feed(&mut state, count);
    state.finish()
}

fn feed(state: &mut Hasher, mut zeros: usize) {
    let some = vec![0; 1 << 20];
    while zeros > 0 {
        let count = zeros.min(some.len());
        state.update(&some[..count]);
        zeros -= count;
    }
}

/// A CMS signature over content of this SHA-256 that it does not hold.
pub fn detached(signer: &Identity, sha256: &[u8]) -> Vec<u8> {
    cms(signer, sha256)
}

fn cms(signer: &Identity, sha256: &[u8]) -> Vec<u8> {
    let digest = DigestAlgorithm::Sha256.oid();
    let attributes = [
        attribute(&oid::CONTENT_TYPE, |value| value.oid(&oid::DATA)),
        attribute(&oid::MESSAGE_DIGEST, |value| value.octet_string(sha256)),
    ];
    let attributes = attributes.concat();
    let value = signer.sign(&der(|writer| writer.primitive(tag::SET, &attributes)));
    let fields = |data: &mut DerWriter| {
        data.small_integer(1);
        data.constructed(tag::SET, |digests| {
            digests.sequence(|identifier| identifier.oid(&digest));
        });
        data.sequence(|content| content.oid(&oid::DATA));
        data.primitive(tag::context_constructed(0), &signer.der());
        data.constructed(tag::SET, |signers| {
            signers.sequence(|info| {
                info.small_integer(1);
                info.sequence(|identifier| {
                    identifier.raw(signer.certificate.issuer.der());
                    identifier.primitive(tag::INTEGER, &signer.certificate.serial);
                });
                info.sequence(|identifier| identifier.oid(&digest));
                info.primitive(tag::context_constructed(0), &attributes);
                algorithm(info);
                info.octet_string(&value);
            });
        });
    };
    der(|writer| {
        writer.sequence(|info| {
            info.oid(&oid::SIGNED_DATA);
            info.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(fields)
            });
        });
    })
}

fn attribute(kind: &Oid, value: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|attribute| {
            attribute.oid(kind);
            attribute.constructed(tag::SET, value);
        });
    })
}
