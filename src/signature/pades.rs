//! PDF signatures and document time-stamps (ISO 32000-2, 12.8; EN 319 142-1).

use super::{
    Change, ChangeKind, Coverage, Covers, Embedded, Format, Signature, Signatures, SignedContent,
    Stamped, StampedPart, Timestamp, TimestampKind, UnreadableSignature,
};
use super::{cades, counter_signature, rsa_sha1};
use crate::UnixTime;
use crate::cms::SignedData;
use crate::container::pdf::{
    Modification, ModificationKind, PdfDocument, SignatureDictionary, SignatureRole, StoredObject,
};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::limits::Limits;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Every signature and document time-stamp of a PDF.
///
/// # Errors
/// [`Error::Malformed`] where the file had to be repaired and no signature was found in what is
/// left: a cut file must not pass for an unsigned one.
pub(super) fn read(pdf: &PdfDocument, limits: &Limits) -> Result<Signatures, Error> {
    if pdf.signatures().is_empty() && !pdf.problems().is_empty() {
        return Err(Error::malformed(
            "PDF",
            pdf.source().length(),
            "the file is damaged or cut, and no signature is left in it",
        ));
    }
    let mut signatures = Signatures {
        stored: stored_evidence(pdf),
        ..Signatures::default()
    };
    for dictionary in pdf.signatures() {
        match dictionary.role {
            SignatureRole::Signature => {
                let mut read = read_signature(pdf, dictionary, limits);
                if let Ok(signature) = &mut read {
                    let stored = stored_timestamps(pdf, dictionary, signature, limits);
                    signature.timestamps.extend(stored);
                }
                signatures.signatures.push(read);
            }
            SignatureRole::DocumentTimestamp => signatures
                .timestamps
                .push(read_timestamp(pdf, dictionary, limits)),
            // A vendor's licence to its own reader is nobody's signature on the document.
            SignatureRole::UsageRights => {}
        }
    }
    Ok(signatures)
}

/// What `/VRI` stores about this signature: its key is the digest of `/Contents`, padding and all
/// (ISO 32000-2, 12.8.4.4), and its time-stamp is over the signature value.
fn stored_timestamps(
    pdf: &PdfDocument,
    dictionary: &SignatureDictionary,
    signature: &Signature,
    limits: &Limits,
) -> Vec<Timestamp> {
    let entries = &pdf.security_store().signatures;
    if entries.is_empty() {
        return Vec::new();
    }
    let key = crate::hex(&DigestAlgorithm::Sha1.digest(&[&dictionary.contents]));
    entries
        .iter()
        .filter(|entry| entry.signature.eq_ignore_ascii_case(&key))
        .filter_map(|entry| entry.timestamp.as_ref())
        // Keys that differ in case alone are one.
        .take(limits.signature_timestamps)
        .map(|token| Timestamp {
            kind: TimestampKind::ValidationRelatedInformation,
            token: TimestampToken::read(token, limits),
            stamped: Stamped::Forms(vec![vec![StampedPart::Bytes(signature.value.clone())]]),
            format_problems: Vec::new(),
            coverage: None,
            covers: Covers {
                objects: vec![signature.value_sha256()],
                ..Covers::default()
            },
        })
        .collect()
}

fn read_signature(
    pdf: &PdfDocument,
    dictionary: &SignatureDictionary,
    limits: &Limits,
) -> Result<Signature, Box<UnreadableSignature>> {
    let coverage = coverage(pdf, dictionary);
    let unreadable = |error: Error| {
        Box::new(UnreadableSignature {
            error,
            format: announced_format(dictionary),
            coverage: coverage.clone(),
            format_problems: problems(dictionary),
        })
    };
    let sub_filter = dictionary.sub_filter.as_deref().unwrap_or_default();
    if sub_filter == "adbe.x509.rsa_sha1" {
        let mut signature = rsa_sha1::read(dictionary, coverage.clone()).map_err(unreadable)?;
        complete(&mut signature, dictionary);
        return Ok(signature);
    }
    let data = SignedData::read(&dictionary.contents, limits).map_err(unreadable)?;
    let Some(signer) = data.signer_infos.first() else {
        return Err(unreadable(Error::malformed("SignedData", 0, "no signer")));
    };
    let parts = dictionary.signed_parts().map(|parts| parts.to_vec());
    let is_sha1 = sub_filter == "adbe.pkcs7.sha1";
    // Content inside the CMS is what its signer signed (RFC 5652, 5.4), whatever the document
    // around it says.
    let content = match &data.content {
        Some(content) => Some(vec![content.clone().into()]),
        None if is_sha1 => None,
        None => parts.clone(),
    };
    let mut signature = cades::normalise(
        &data,
        signer,
        content.map(SignedContent::from),
        coverage.clone(),
        limits,
    );
    signature.counter_signatures = counter_signature::read_all(&data, signer, limits);
    signature
        .format_problems
        .extend(cms_problems(&data, is_sha1));
    if is_sha1 {
        signature.content_is_sha1_of = Some(parts.unwrap_or_default());
    }
    // EN 319 142-1, 4.1 and 6.2.1: detached, and of one signer.
    let is_pades =
        signature.format == Format::Cades && data.content.is_none() && data.signer_infos.len() == 1;
    signature.format = match is_pades {
        true => Format::Pades,
        false => Format::Pkcs7,
    };
    complete(&mut signature, dictionary);
    Ok(signature)
}

/// What the dictionary says beside `/Contents`.
fn complete(signature: &mut Signature, dictionary: &SignatureDictionary) {
    signature.format_problems.extend(problems(dictionary));
    signature.claimed_signing_time = signature
        .claimed_signing_time
        .or_else(|| dictionary.claimed_time.as_deref().and_then(pdf_date));
}

/// What a CMS in a signature dictionary must not be or hold.
fn cms_problems(data: &SignedData, is_sha1: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if data.signer_infos.len() > 1 {
        // ISO 32000-2, 12.8.3.3.
        problems.push(format!(
            "{} signers where one is allowed",
            data.signer_infos.len()
        ));
    }
    // `adbe.pkcs7.sha1` holds the digest of the document as its content.
    if data.content.is_some() && !is_sha1 {
        problems.push("a detached signature that holds content of its own".to_owned());
    }
    if data.trailing_bytes > 0 {
        problems.push(format!(
            "{} bytes other than padding stand after the CMS in Contents",
            data.trailing_bytes
        ));
    }
    problems
}

fn announced_format(dictionary: &SignatureDictionary) -> Format {
    match dictionary.sub_filter.as_deref() {
        Some("ETSI.CAdES.detached") => Format::Pades,
        _ => Format::Pkcs7,
    }
}

fn read_timestamp(
    pdf: &PdfDocument,
    dictionary: &SignatureDictionary,
    limits: &Limits,
) -> Timestamp {
    let coverage = coverage(pdf, dictionary);
    let mut format_problems = problems(dictionary);
    // Nobody else tells what became of the document that was stamped.
    let vouched_for = pdf.signatures().iter().any(|signature| {
        signature.role == SignatureRole::Signature && signature.revision >= dictionary.revision
    });
    if !vouched_for {
        let changes = coverage.changes.iter();
        let suspicious = changes.filter(|change| change.kind == ChangeKind::Suspicious);
        format_problems.extend(suspicious.map(|change| change.description.clone()));
    }
    Timestamp {
        kind: TimestampKind::Document,
        token: TimestampToken::read(&dictionary.contents, limits),
        stamped: Stamped::content(dictionary.signed_parts().map(|parts| parts.to_vec().into())),
        format_problems,
        coverage: Some(coverage),
        covers: Covers::default(),
    }
}

fn problems(dictionary: &SignatureDictionary) -> Vec<String> {
    dictionary
        .problems
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn coverage(pdf: &PdfDocument, dictionary: &SignatureDictionary) -> Coverage {
    let (changes, further_changes) = changes(pdf, dictionary);
    Coverage {
        whole_document: dictionary.covers_whole_document,
        revision: dictionary.revision + 1,
        revisions: pdf.revisions(),
        changes,
        further_changes,
        hidden: dictionary.hidden.iter().map(ToString::to_string).collect(),
        members: None,
    }
}

/// Changes of one kind beyond the next signature that are listed: all could fail the signature, and
/// all lists together would grow with the square of the number of signatures.
const LISTED_BEYOND: usize = 10;

/// The changes after a signature that are listed with it, and how many others there are.
fn changes(
    pdf: &PdfDocument,
    dictionary: &SignatureDictionary,
) -> (Vec<Change>, Vec<(ChangeKind, usize)>) {
    let others = pdf.signatures().iter();
    let next = others
        .filter(|other| other.role == SignatureRole::Signature)
        .map(|other| other.revision)
        .filter(|revision| *revision > dictionary.revision)
        .min();
    let mut listed = Vec::new();
    let mut beyond: BTreeMap<ChangeKind, usize> = BTreeMap::new();
    for modification in dictionary.modifications() {
        let is_near = next.is_none_or(|next| modification.revision <= next);
        if !is_near {
            let count = beyond.entry(change_kind(modification.kind)).or_default();
            *count += 1;
            if *count > LISTED_BEYOND {
                continue;
            }
        }
        listed.push(change(modification));
    }
    let further = beyond
        .into_iter()
        .map(|(kind, count)| (kind, count.saturating_sub(LISTED_BEYOND)))
        .filter(|(_, count)| *count > 0);
    (listed, further.collect())
}

fn change_kind(kind: ModificationKind) -> ChangeKind {
    match kind {
        ModificationKind::LongTermEvidence | ModificationKind::DocumentTimestamp => {
            ChangeKind::LongTermEvidence
        }
        ModificationKind::FurtherSignature => ChangeKind::FurtherSignature,
        ModificationKind::FormFilling => ChangeKind::FormFilling,
        ModificationKind::Covering => ChangeKind::Covering,
        ModificationKind::Annotation => ChangeKind::Annotation,
        ModificationKind::Metadata => ChangeKind::Metadata,
        ModificationKind::Suspicious => ChangeKind::Suspicious,
    }
}

fn change(modification: &Modification) -> Change {
    Change {
        kind: change_kind(modification.kind),
        object: modification.object.map(|object| object.to_string()),
        page: modification.page.map(|page| page + 1),
        description: modification.to_string(),
    }
}

/// What the DSS dictionaries hold, by the revision that holds it first.
fn stored_evidence(pdf: &PdfDocument) -> Vec<(Embedded, usize)> {
    let store = pdf.security_store();
    let mut by_revision: BTreeMap<usize, Embedded> = BTreeMap::new();
    let mut gather = |objects: &[StoredObject], list: fn(&mut Embedded) -> &mut Vec<Bytes>| {
        for object in objects {
            let embedded = by_revision.entry(object.revision + 1).or_default();
            list(embedded).push(object.content.clone());
        }
    };
    gather(&store.certificates, |embedded| &mut embedded.certificates);
    gather(&store.crls, |embedded| &mut embedded.revocation_lists);
    gather(&store.ocsps, |embedded| &mut embedded.ocsp_responses);
    by_revision
        .into_iter()
        .map(|(revision, embedded)| (embedded, revision))
        .collect()
}

/// A date as `D:20260115120000+01'00'` (ISO 32000-2, 7.9.4); without a zone it is taken as UTC.
fn pdf_date(text: &str) -> Option<UnixTime> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (fields, zone) = text.split_at_checked(digits)?;
    let field = |from: usize, default: u32| match fields.get(from..from + 2) {
        Some(two) => two.parse().ok(),
        None => Some(default),
    };
    let year = fields.get(..4)?.parse().ok()?;
    let local = UnixTime::from_calendar(
        year,
        field(4, 1)?,
        field(6, 1)?,
        field(8, 0)?,
        field(10, 0)?,
        field(12, 0)?,
    )?;
    let sign = match zone.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return Some(local),
    };
    let offset: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = offset.get(..2)?.parse().ok()?;
    let minutes: i64 = offset
        .get(2..4)
        .and_then(|two| two.parse().ok())
        .unwrap_or(0);
    Some(UnixTime(local.0 - sign * (hours * 3_600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::pdf_date;

    #[test]
    fn dates_are_read_with_and_without_zone() {
        let read = |text| pdf_date(text).map(|time| time.to_string());
        assert_eq!(
            read("D:20260115120000Z").as_deref(),
            Some("2026-01-15T12:00:00Z")
        );
        assert_eq!(
            read("D:20260115120000+01'00'").as_deref(),
            Some("2026-01-15T11:00:00Z")
        );
        assert_eq!(read("D:2026").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(read("tomorrow"), None);
    }
}
