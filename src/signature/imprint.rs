//! The bytes that each kind of time-stamp in a CMS is over, and what they hold
//! (EN 319 122-1, 5.3 and 5.5, A.1.5; TS 101 733, 6.3 and 6.4; RFC 3126, 4.4).

use super::archive_index;
use super::covered::contents_of;
use super::timestamp::{Covers, Stamped, StampedPart, Timestamp, TimestampKind};
use super::{Embedded, SignedContent};
use crate::asn1::{DerWriter, Oid, Reader, keep, oid, tag, to_der};
use crate::cms::attribute::{LongTermValidation, ProofValue};
use crate::cms::{Attribute, SignedAttributes, SignedData, SignerInfo};
use crate::crypto::sha256;
use crate::error::Error;
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// A signer with all that its time-stamps can be about.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub data: &'a SignedData,
    pub signer: &'a SignerInfo,
    pub content: Option<&'a SignedContent>,
    pub limits: &'a Limits,
}

/// What a time-stamp must be over, what that holds, and what is wrong with its form.
pub(super) struct Composition {
    pub stamped: Stamped,
    pub covers: Covers,
    pub problems: Vec<String>,
}

impl Composition {
    pub(super) fn new(stamped: Stamped) -> Self {
        Composition {
            stamped,
            covers: Covers::default(),
            problems: Vec::new(),
        }
    }
}

/// Whether an attribute was there when the signer signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Signed,
    Added,
}

impl Stage<'_> {
    /// The signer's time-stamps: first those it has signed, then those added later.
    pub(super) fn timestamps(&self) -> Vec<Timestamp> {
        let signed = self.signer.signed(&oid::CONTENT_TIMESTAMP);
        let signed = signed.map(|attribute| (attribute, Standing::Signed));
        let added = self.signer.unsigned_attributes.iter();
        let added = added.map(|attribute| (attribute, Standing::Added));
        let kinds = signed.chain(added).filter_map(|(attribute, standing)| {
            Some((kind_of(&attribute.kind)?, attribute, standing))
        });
        let values = kinds.flat_map(|(kind, attribute, standing)| {
            let values = tokens_in(attribute).into_iter();
            values.map(move |value| (kind, attribute, standing, value))
        });
        let allowed = self.limits.signature_timestamps;
        let read = values.enumerate().map(|(index, value)| {
            let (kind, attribute, standing, value) = value;
            let token = match index < allowed {
                true => TimestampToken::read(&value, self.limits),
                false => Err(Error::OverLimit {
                    limit: "time-stamps in one signature",
                    allowed: allowed as u64,
                }),
            };
            let mut timestamp = self.timestamp(kind, attribute, token);
            // EN 319 122-1, 5.2.8: only what the signer has signed says that the signature is
            // younger. Anybody can add another one.
            if (kind, standing) == (TimestampKind::Content, Standing::Added) {
                let problem = "a content-time-stamp that the signer has not signed";
                timestamp.format_problems.push(problem.to_owned());
            }
            timestamp
        });
        read.collect()
    }

    fn timestamp(
        &self,
        kind: TimestampKind,
        attribute: &Attribute,
        token: Result<TimestampToken, Error>,
    ) -> Timestamp {
        let composition = match &token {
            Ok(token) => self.compose(&attribute.kind, token),
            Err(_) => Composition::new(Stamped::Unknown),
        };
        Timestamp {
            kind,
            token,
            stamped: composition.stamped,
            format_problems: composition.problems,
            coverage: None,
            covers: composition.covers,
        }
    }

    fn compose(&self, attribute: &Oid, token: &TimestampToken) -> Composition {
        if *attribute == oid::CONTENT_TIMESTAMP {
            Composition::new(Stamped::content(self.content.cloned()))
        } else if *attribute == oid::CADES_C_TIMESTAMP {
            self.over_signature_and_references()
        } else if *attribute == oid::CERTIFICATES_AND_CRLS_TIMESTAMP {
            self.over_references()
        } else if *attribute == oid::ARCHIVE_TIMESTAMP_V1 {
            self.over_values(token)
        } else if *attribute == oid::ARCHIVE_TIMESTAMP_V2 {
            self.over_everything(token)
        } else if *attribute == oid::ARCHIVE_TIMESTAMP_V3 {
            archive_index::compose(self, token)
        } else if *attribute == oid::LONG_TERM_VALIDATION {
            Composition::new(Stamped::Unknown)
        } else {
            self.over_signature_value()
        }
    }

    fn over_signature_value(&self) -> Composition {
        let value = StampedPart::Bytes(self.signer.signature.clone());
        let mut composition = Composition::new(Stamped::Forms(vec![vec![value]]));
        composition.covers.objects = vec![sha256(&self.signer.signature)];
        composition
    }

    /// The CAdES-C time-stamp (A.1.5.2): the signature value, its time-stamps, the references.
    fn over_signature_and_references(&self) -> Composition {
        let mut composition = self.over_attributes(&[
            oid::SIGNATURE_TIMESTAMP,
            oid::CERTIFICATE_REFERENCES,
            oid::REVOCATION_REFERENCES,
        ]);
        if let Stamped::Forms(forms) = &mut composition.stamped {
            for form in forms {
                form.insert(0, StampedPart::Bytes(self.signer.signature.clone()));
            }
        }
        let value = sha256(&self.signer.signature);
        composition.covers.objects.push(value);
        composition
    }

    /// The time-stamp on references alone (A.1.5.1).
    fn over_references(&self) -> Composition {
        self.over_attributes(&[oid::CERTIFICATE_REFERENCES, oid::REVOCATION_REFERENCES])
    }

    /// Type and values of the unsigned attributes of these kinds, in this order.
    fn over_attributes(&self, kinds: &[Oid]) -> Composition {
        let attributes = self.attributes_of(kinds);
        let parts: Vec<Bytes> = attributes
            .iter()
            .map(|attribute| attribute.type_and_values())
            .collect();
        let forms = both_forms(&parts).into_iter().map(as_parts).collect();
        let mut composition = Composition::new(Stamped::Forms(forms));
        for attribute in attributes {
            let contents = contents_of(attribute, self.limits);
            composition.covers.extend(contents);
        }
        composition
    }

    fn attributes_of(&self, kinds: &[Oid]) -> Vec<&Attribute> {
        let mut found = Vec::new();
        for kind in kinds {
            let all = self.signer.unsigned_attributes.iter();
            found.extend(all.filter(|attribute| attribute.kind == *kind));
        }
        found
    }

    /// The first archive time-stamp (RFC 3126, 4.4.1; TS 101 733 V1.4.0 and before): the content
    /// inside, the signed attributes, the signature value and named unsigned attributes, "without
    /// the type or length encoding".
    ///
    /// Whether that is said of the attribute or of its values is left open, so that each reading
    /// is taken; whatever is covered stands in the stamped bytes in all of them.
    fn over_values(&self, token: &TimestampToken) -> Composition {
        let mut beginning: Vec<StampedPart> = Vec::new();
        if self.data.content.is_some() {
            beginning.extend(self.content.cloned().map(StampedPart::Content));
        }
        let signed = self.signer.signed_attributes.as_ref();
        let signed = signed.map(SignedAttributes::members).into_iter();
        beginning.extend(
            signed
                .chain([self.signer.signature.clone()])
                .map(StampedPart::Bytes),
        );
        let mut attributes = self.attributes_of(&STAMPED_BY_VERSION_1);
        attributes.retain(|attribute| !self.is_later_archive_timestamp(attribute, token));
        let readings: [fn(&Attribute) -> Vec<Bytes>; 3] = [
            |attribute| vec![attribute.type_and_values()],
            |attribute| attribute.values.clone(),
            |attribute| attribute.values.iter().map(without_header).collect(),
        ];
        let forms = readings.into_iter().flat_map(|reading| {
            let parts: Vec<Bytes> = attributes.iter().copied().flat_map(reading).collect();
            both_forms(&parts)
        });
        let forms = forms
            .map(|parts| [beginning.clone(), as_parts(parts)].concat())
            .collect();
        let mut composition = Composition::new(Stamped::Forms(forms));
        composition.covers.objects = vec![sha256(&self.signer.signature)];
        for attribute in attributes {
            let contents = contents_of(attribute, self.limits);
            composition.covers.extend(contents);
        }
        composition
    }

    /// Archive time-stamp, version 2 (TS 101 733, 6.4.1 and annex K): all of the CMS that was
    /// there before it.
    ///
    /// Version 1.8.3 and before left tag and length of the unsigned attributes out, version
    /// 2.2.1 has them; both are met (annex K, note 3 to table K.3).
    fn over_everything(&self, token: &TimestampToken) -> Composition {
        let Some(before_signer) = self.parts_before_signer() else {
            return Composition::new(Stamped::Unknown);
        };
        let earlier: Vec<&Attribute> = self
            .signer
            .unsigned_attributes
            .iter()
            .filter(|attribute| !self.is_later_archive_timestamp(attribute, token))
            .collect();
        let mut signer = vec![self.signer.signed_fields.clone()];
        signer.extend(earlier.iter().map(|attribute| attribute.raw().clone()));
        let forms = both_forms(&signer)
            .into_iter()
            .flat_map(|signer| {
                let members: usize = signer.iter().skip(1).map(Bytes::len).sum();
                let mut with_header = signer.clone();
                with_header.insert(1, header_of_unsigned_attributes(members));
                [with_header, signer]
            })
            .map(|signer| [before_signer.clone(), as_parts(signer)].concat());
        let mut composition = Composition::new(Stamped::Forms(forms.collect()));
        let objects = &mut composition.covers.objects;
        objects.push(sha256(&self.signer.signature));
        objects.extend(
            Embedded::of(self.data)
                .objects()
                .map(|object| sha256(object)),
        );
        for attribute in earlier {
            let contents = contents_of(attribute, self.limits);
            composition.covers.extend(contents);
        }
        composition
    }

    /// `None` where the content is not at hand.
    fn parts_before_signer(&self) -> Option<Vec<StampedPart>> {
        let mut parts = vec![StampedPart::Bytes(self.data.encapsulated_content.clone())];
        if self.data.content.is_none() {
            parts.push(StampedPart::Content(self.content?.clone()));
        }
        let sets = [&self.data.certificate_set, &self.data.revocation_set];
        parts.extend(sets.into_iter().flatten().cloned().map(StampedPart::Bytes));
        Some(parts)
    }

    /// Whether an attribute is the archive time-stamp `token` itself or one that came after it.
    pub(super) fn is_later_archive_timestamp(
        &self,
        attribute: &Attribute,
        token: &TimestampToken,
    ) -> bool {
        let tokens = tokens_in(attribute);
        kind_of(&attribute.kind) == Some(TimestampKind::Archive)
            && !tokens.is_empty()
            && tokens.iter().all(|value| {
                TimestampToken::read(value, self.limits).map_or(true, |other| {
                    other.info.generation_time >= token.info.generation_time
                })
            })
    }
}

/// RFC 3126, 4.4.1, in its order.
const STAMPED_BY_VERSION_1: [Oid; 8] = [
    oid::SIGNATURE_TIMESTAMP,
    oid::CERTIFICATE_REFERENCES,
    oid::REVOCATION_REFERENCES,
    oid::CERTIFICATE_VALUES,
    oid::REVOCATION_VALUES,
    oid::CADES_C_TIMESTAMP,
    oid::CERTIFICATES_AND_CRLS_TIMESTAMP,
    oid::ARCHIVE_TIMESTAMP_V1,
];

/// The tokens in an attribute that holds time-stamps.
fn tokens_in(attribute: &Attribute) -> Vec<Bytes> {
    if attribute.kind != oid::LONG_TERM_VALIDATION {
        return attribute.values.clone();
    }
    let values = attribute.values.iter();
    let proofs = values.filter_map(|value| LongTermValidation::read(value).ok()?.proof);
    proofs
        .filter_map(|proof| match proof {
            ProofValue::Timestamp(token) => Some(token),
            ProofValue::Record(_) => None,
        })
        .collect()
}

/// The content octets of an element; all of it where it cannot be read.
fn without_header(element: &Bytes) -> Bytes {
    let read = Reader::new(element, "attribute value").element();
    keep(element, read.map_or(element.as_ref(), |read| read.content))
}

pub(super) fn as_parts(parts: Vec<Bytes>) -> Vec<StampedPart> {
    parts.into_iter().map(StampedPart::Bytes).collect()
}

/// The kind of time-stamp that an attribute holds.
pub(super) fn kind_of(attribute: &Oid) -> Option<TimestampKind> {
    let kinds = [
        (oid::CONTENT_TIMESTAMP, TimestampKind::Content),
        (oid::SIGNATURE_TIMESTAMP, TimestampKind::Signature),
        (oid::ADOBE_TIMESTAMP, TimestampKind::Signature),
        (oid::CADES_C_TIMESTAMP, TimestampKind::References),
        (
            oid::CERTIFICATES_AND_CRLS_TIMESTAMP,
            TimestampKind::References,
        ),
        (oid::ARCHIVE_TIMESTAMP_V1, TimestampKind::Archive),
        (oid::ARCHIVE_TIMESTAMP_V2, TimestampKind::Archive),
        (oid::ARCHIVE_TIMESTAMP_V3, TimestampKind::Archive),
        (oid::LONG_TERM_VALIDATION, TimestampKind::Archive),
    ];
    kinds
        .into_iter()
        .find(|(known, _)| known == attribute)
        .map(|(_, kind)| kind)
}

/// Parts as they stand and, where that differs, in DER: signers of BER are met that stamp
/// either.
pub(super) fn both_forms(parts: &[Bytes]) -> Vec<Vec<Bytes>> {
    let as_sent = parts.to_vec();
    let in_der: Vec<Bytes> = parts.iter().map(der_form).collect();
    match in_der == as_sent {
        true => vec![as_sent],
        false => vec![as_sent, in_der],
    }
}

/// One or more elements in DER; as they stand where they cannot be walked.
pub(super) fn der_form(elements: &Bytes) -> Bytes {
    let mut reader = Reader::new(elements, "time-stamped fields");
    let mut output = Vec::with_capacity(elements.len());
    while !reader.is_empty() {
        match reader.element().and_then(|element| to_der(&element)) {
            Ok(der) => output.extend(der),
            Err(_) => return elements.clone(),
        }
    }
    Bytes::from(output)
}

/// Tag and length of `unsignedAttrs [1]` over members of this length together.
fn header_of_unsigned_attributes(members: usize) -> Bytes {
    let mut writer = DerWriter::new();
    writer.primitive(tag::context_constructed(1), &vec![0; members]);
    let mut whole = writer.into_bytes();
    whole.truncate(whole.len() - members);
    Bytes::from(whole)
}
