//! Archive time-stamps of version 3 (EN 319 122-1, 5.5.3): what they are over, and whether what
//! their index names is there.

use super::covered::contents_of;
use super::imprint::{Composition, Stage, as_parts, both_forms, der_form};
use super::timestamp::{Covers, Stamped, StampedPart};
use crate::asn1::{DerWriter, oid};
use crate::cms::Attribute;
use crate::cms::attribute::{AttributeDigests, HashIndex};
use crate::crypto::{DigestAlgorithm, sha256};
use crate::error::Error;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use std::collections::HashSet;

/// What the imprint of `token` must be of, and what it binds by its index.
pub(super) fn compose(stage: &Stage<'_>, token: &TimestampToken) -> Composition {
    let mut problems = Vec::new();
    let index = index_of(token).map_err(|error| problems.push(error.to_string()));
    let index = index.ok();
    let mut composition = Composition::new(stamped(stage, index.as_ref()));
    composition.problems = problems;
    let Some(index) = index else {
        return composition;
    };
    let Some(algorithm) = index.digest_algorithm else {
        let problem = "the ats-hash-index names a digest algorithm that is unknown";
        composition.problems.push(problem.to_owned());
        return composition;
    };
    // 5.5.2: a weaker algorithm in the index would undo the imprint.
    if token.info.imprint_digest() != Some(algorithm) {
        let problem = "the ats-hash-index has another digest algorithm than the imprint";
        composition.problems.push(problem.to_owned());
    }
    Inventory::new(stage, algorithm, &mut composition).take(&index, token);
    composition
}

/// The one index among the unsigned attributes of the token.
fn index_of(token: &TimestampToken) -> Result<HashIndex, Error> {
    let kinds = [
        oid::ATS_HASH_INDEX,
        oid::ATS_HASH_INDEX_V2,
        oid::ATS_HASH_INDEX_V3,
    ];
    let attributes = token.signer_info.unsigned_attributes.iter();
    let mut indices = attributes.filter(|attribute| kinds.contains(&attribute.kind));
    match (indices.next(), indices.next()) {
        (Some(attribute), None) => HashIndex::read(attribute),
        (None, _) => Err(Error::malformed(
            "archive-time-stamp-v3",
            0,
            "no ats-hash-index",
        )),
        _ => Err(Error::malformed(
            "archive-time-stamp-v3",
            0,
            "more than one ats-hash-index",
        )),
    }
}

/// Content type, digest of the content, fields of the signer, index. Content is what the message
/// digest of the signer is of: for a counter-signature, the signature value below it.
fn stamped(stage: &Stage<'_>, index: Option<&HashIndex>) -> Stamped {
    let Some(content) = stage.content else {
        return Stamped::Unknown;
    };
    let mut content_type = DerWriter::new();
    content_type.oid(&stage.data.content_type);
    let beginning = [
        StampedPart::Bytes(content_type.into_bytes().into()),
        StampedPart::DigestOf(content.clone()),
    ];
    let mut fields = vec![stage.signer.signed_fields.clone()];
    fields.extend(index.map(|index| index.raw().clone()));
    let forms = both_forms(&fields)
        .into_iter()
        .map(|fields| [beginning.to_vec(), as_parts(fields)].concat());
    Stamped::Forms(forms.collect())
}

/// Compares what is there with what an index names.
struct Inventory<'a> {
    stage: &'a Stage<'a>,
    algorithm: DigestAlgorithm,
    covers: &'a mut Covers,
    problems: &'a mut Vec<String>,
}

impl<'a> Inventory<'a> {
    fn new(
        stage: &'a Stage<'a>,
        algorithm: DigestAlgorithm,
        composition: &'a mut Composition,
    ) -> Self {
        Inventory {
            stage,
            algorithm,
            covers: &mut composition.covers,
            problems: &mut composition.problems,
        }
    }

    fn take(mut self, index: &HashIndex, token: &TimestampToken) {
        let (data, signer) = (self.stage.data, self.stage.signer);
        self.covers.objects.push(sha256(&signer.signature));
        let certificates = data.certificates.iter().chain(&data.other_certificates);
        let certificates = certificates.map(|choice| (choice.clone(), one_object(choice)));
        self.compare("certificate", &index.certificates, certificates.collect());
        let revocation = data.revocation_choices.iter();
        let revocation =
            revocation.map(|choice| (choice.raw.clone(), one_object(&choice.information)));
        self.compare("revocation data", &index.revocation, revocation.collect());
        let mut attributes = Vec::new();
        for attribute in &signer.unsigned_attributes {
            if !self.stage.is_later_archive_timestamp(attribute, token) {
                attributes.extend(self.digested(attribute, index.attribute_digests));
            }
        }
        self.compare("unsigned attribute", &index.unsigned_attributes, attributes);
    }

    /// What is digested of an attribute, and the objects inside.
    fn digested(&self, attribute: &Attribute, digests: AttributeDigests) -> Vec<(Bytes, Covers)> {
        let limits = self.stage.limits;
        if digests == AttributeDigests::OfAttributes {
            return vec![(attribute.raw().clone(), contents_of(attribute, limits))];
        }
        let mut kind = DerWriter::new();
        kind.oid(&attribute.kind);
        let kind = kind.into_bytes();
        let values = attribute.values.iter().map(|value| {
            let one = attribute.with_value(value);
            let digested = [&kind, value.as_ref()].concat();
            (Bytes::from(digested), contents_of(&one, limits))
        });
        values.collect()
    }

    /// 5.5.2: an index is invalid if it names what is not there. What is there and not named was
    /// added later, and is merely not covered.
    fn compare(&mut self, what: &str, named: &[Bytes], present: Vec<(Bytes, Covers)>) {
        let mut missing: HashSet<&[u8]> = named.iter().map(Bytes::as_ref).collect();
        let named = missing.clone();
        for (bytes, contents) in present {
            let digests = [bytes.clone(), der_form(&bytes)]
                .map(|form| self.algorithm.digest(&[form.as_ref()]));
            let found = digests
                .iter()
                .find(|digest| named.contains(digest.as_slice()));
            match found {
                Some(digest) => {
                    missing.remove(digest.as_slice());
                    self.covers.extend(contents);
                }
                None => {
                    let sha256 = crate::hex(&sha256(&bytes));
                    self.covers.left_out.push(format!("{what} {sha256}"));
                }
            }
        }
        if !missing.is_empty() {
            self.problems.push(format!(
                "the ats-hash-index names {what} that is not there: {}",
                missing.len()
            ));
        }
    }
}

fn one_object(object: &[u8]) -> Covers {
    Covers {
        objects: vec![sha256(object)],
        ..Covers::default()
    }
}
