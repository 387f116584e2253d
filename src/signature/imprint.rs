//! The bytes that each kind of time-stamp in a CMS is over, and what they hold
//! (EN 319 122-1, 5.3 and 5.5, A.1.5; TS 101 733, 6.3 and 6.4).

use super::Embedded;
use super::archive_index;
use super::timestamp::{Covers, Stamped, Timestamp, TimestampKind, evidence_in};
use crate::asn1::{DerWriter, Oid, Reader, oid, tag, to_der};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::crypto::sha256;
use crate::error::Error;
use crate::limits::Limits;
use crate::source::Span;
use crate::tsp::TimestampToken;
use bytes::Bytes;

/// A signer with all that its time-stamps can be about.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub data: &'a SignedData,
    pub signer: &'a SignerInfo,
    pub content: Option<&'a [Span]>,
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

impl Stage<'_> {
    /// The signer's time-stamps: first those it has signed, then those added later.
    pub(super) fn timestamps(&self) -> Vec<Timestamp> {
        let content = self.signer.signed(&oid::CONTENT_TIMESTAMP);
        let kinds = content
            .chain(&self.signer.unsigned_attributes)
            .filter_map(|attribute| Some((kind_of(&attribute.kind)?, attribute)));
        let values = kinds.flat_map(|(kind, attribute)| {
            let values = attribute.values.iter();
            values.map(move |value| (kind, attribute, value))
        });
        let allowed = self.limits.signature_timestamps;
        let read = values.enumerate().map(|(index, (kind, attribute, value))| {
            let token = match index < allowed {
                true => TimestampToken::read(value, self.limits),
                false => Err(Error::OverLimit {
                    limit: "time-stamps in one signature",
                    allowed: allowed as u64,
                }),
            };
            self.timestamp(kind, attribute, token)
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
            Composition::new(Stamped::content(self.content.map(<[Span]>::to_vec)))
        } else if *attribute == oid::CADES_C_TIMESTAMP {
            self.over_signature_and_references(token)
        } else if *attribute == oid::CERTIFICATES_AND_CRLS_TIMESTAMP {
            let forms = both_forms(&self.references());
            Composition::new(Stamped::Bytes(first_match(token, spans(forms))))
        } else if *attribute == oid::ARCHIVE_TIMESTAMP_V2 {
            self.over_everything(token)
        } else if *attribute == oid::ARCHIVE_TIMESTAMP_V3 {
            archive_index::compose(self, token)
        } else {
            self.over_signature_value()
        }
    }

    fn over_signature_value(&self) -> Composition {
        let value = self.signer.signature.clone();
        let mut composition = Composition::new(Stamped::Bytes(vec![value.into()]));
        composition.covers.objects = vec![sha256(&self.signer.signature)];
        composition
    }

    /// The CAdES-C time-stamp (A.1.5.2): the signature value, its time-stamps, the references.
    fn over_signature_and_references(&self, token: &TimestampToken) -> Composition {
        let stamps = || self.signer.unsigned(&oid::SIGNATURE_TIMESTAMP);
        let attributes: Vec<Bytes> = stamps()
            .map(Attribute::type_and_values)
            .chain(self.references())
            .collect();
        let forms = both_forms(&attributes).into_iter().map(|attributes| {
            let value = self.signer.signature.clone();
            std::iter::once(value).chain(attributes).collect()
        });
        let stamped = Stamped::Bytes(first_match(token, spans(forms.collect())));
        let mut composition = Composition::new(stamped);
        composition.covers.objects = vec![sha256(&self.signer.signature)];
        for attribute in stamps() {
            let objects = self.objects_in(attribute);
            composition.covers.objects.extend(objects);
        }
        composition
    }

    fn references(&self) -> Vec<Bytes> {
        let certificates = self.signer.unsigned(&oid::CERTIFICATE_REFERENCES);
        certificates
            .chain(self.signer.unsigned(&oid::REVOCATION_REFERENCES))
            .map(Attribute::type_and_values)
            .collect()
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
            .map(|signer| {
                [
                    before_signer.clone(),
                    signer.into_iter().map(Span::from).collect(),
                ]
                .concat()
            });
        let mut composition = Composition::new(Stamped::Bytes(first_match(token, forms.collect())));
        let objects = &mut composition.covers.objects;
        objects.push(sha256(&self.signer.signature));
        objects.extend(
            Embedded::of(self.data)
                .objects()
                .map(|object| sha256(object)),
        );
        for attribute in earlier {
            objects.extend(self.objects_in(attribute));
        }
        composition
    }

    /// `None` where the content is not at hand.
    fn parts_before_signer(&self) -> Option<Vec<Span>> {
        let mut parts = vec![self.data.encapsulated_content.clone().into()];
        if self.data.content.is_none() {
            parts.extend(self.content?.iter().cloned());
        }
        parts.extend(self.data.certificate_set.clone().map(Span::from));
        parts.extend(self.data.revocation_set.clone().map(Span::from));
        Some(parts)
    }

    /// Whether an attribute is the archive time-stamp `token` itself or one that came after it.
    pub(super) fn is_later_archive_timestamp(
        &self,
        attribute: &Attribute,
        token: &TimestampToken,
    ) -> bool {
        kind_of(&attribute.kind) == Some(TimestampKind::Archive)
            && attribute.values.iter().all(|value| {
                TimestampToken::read(value, self.limits).map_or(true, |other| {
                    other.info.generation_time >= token.info.generation_time
                })
            })
    }

    /// SHA-256 of every object in an unsigned attribute that validation may rely on.
    pub(super) fn objects_in(&self, attribute: &Attribute) -> Vec<[u8; 32]> {
        self.objects_within(attribute, self.limits.counter_signature_depth)
    }

    fn objects_within(&self, attribute: &Attribute, depth: usize) -> Vec<[u8; 32]> {
        let evidence = evidence_in(attribute).unwrap_or_default();
        let mut objects: Vec<[u8; 32]> = evidence.objects().map(|object| sha256(object)).collect();
        for value in &attribute.values {
            if kind_of(&attribute.kind).is_some() {
                objects.extend(objects_of_token(value, self.limits));
            } else if attribute.kind == oid::COUNTERSIGNATURE
                && let Some(deeper) = depth.checked_sub(1)
                && let Ok(signer) = SignerInfo::read_countersignature(value)
            {
                objects.push(sha256(&signer.signature));
                for inner in &signer.unsigned_attributes {
                    objects.extend(self.objects_within(inner, deeper));
                }
            }
        }
        objects
    }
}

fn objects_of_token(value: &Bytes, limits: &Limits) -> Vec<[u8; 32]> {
    let Ok(token) = TimestampToken::read(value, limits) else {
        return Vec::new();
    };
    let mut objects = vec![sha256(token.raw()), sha256(&token.signer_info.signature)];
    let embedded = Embedded::of(&token.signed_data);
    objects.extend(embedded.objects().map(|object| sha256(object)));
    objects
}

/// The kind of time-stamp that an attribute holds.
fn kind_of(attribute: &Oid) -> Option<TimestampKind> {
    let kinds = [
        (oid::CONTENT_TIMESTAMP, TimestampKind::Content),
        (oid::SIGNATURE_TIMESTAMP, TimestampKind::Signature),
        (oid::ADOBE_TIMESTAMP, TimestampKind::Signature),
        (oid::CADES_C_TIMESTAMP, TimestampKind::References),
        (
            oid::CERTIFICATES_AND_CRLS_TIMESTAMP,
            TimestampKind::References,
        ),
        (oid::ARCHIVE_TIMESTAMP_V2, TimestampKind::Archive),
        (oid::ARCHIVE_TIMESTAMP_V3, TimestampKind::Archive),
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

/// The form that the imprint is of; the first where it is of none.
pub(super) fn first_match(token: &TimestampToken, forms: Vec<Vec<Span>>) -> Vec<Span> {
    let is_stamped = |form: &&Vec<Span>| token.info.matches(form) == Some(true);
    let only = forms.len() == 1;
    forms
        .iter()
        .find(|form| only || is_stamped(form))
        .or(forms.first())
        .cloned()
        .unwrap_or_default()
}

pub(super) fn spans(forms: Vec<Vec<Bytes>>) -> Vec<Vec<Span>> {
    let forms = forms.into_iter();
    forms
        .map(|parts| parts.into_iter().map(Span::from).collect())
        .collect()
}

/// Tag and length of `unsignedAttrs [1]` over members of this length together.
fn header_of_unsigned_attributes(members: usize) -> Bytes {
    let mut writer = DerWriter::new();
    writer.primitive(tag::context_constructed(1), &vec![0; members]);
    let mut whole = writer.into_bytes();
    whole.truncate(whole.len() - members);
    Bytes::from(whole)
}
