//! The layout of an envelope, the one place that knows it.
//!
//! ```text
//! mimetype                                     application/vnd.etsi.asic-e+zip
//! contract.pdf                                 the document, byte for byte
//! sigill/evidence/<sha256>.cer .crl .ocsp      evidence that was not in the document itself
//! sigill/trust/<sha256>.cer                    the anchors that were trusted at sealing
//! sigill/trust/<sha256>.until                  until when, as RFC 3339, where an end was known
//! sigill/policy.toml                           the constraints that applied
//! sigill/report.json                           the validation report at sealing
//! sigill/report-full.json                      the same with personal numbers, where asked for
//! sigill/binding.json                          who signed, for which organisation
//! sigill/registers/<sha256>.csv .json          extracts of registers that signers were bound by,
//!                  .p7m .asice                 as they are or as they were signed,
//!                  .csv.p7s .json.p7s          and signatures beside them
//! sigill/metadata/<sha256>.xml                 SAML metadata of identity providers
//! sigill/profiles/<sha256>.toml                profiles of e-identification systems
//! sigill/version.txt                           what wrote the envelope
//! sigill/record.json                           the number in the diary, where one was given
//! META-INF/ASiCEvidenceRecordManifest001.xml   the digest of every file above but mimetype
//! META-INF/evidencerecord001.ers               RFC 4998, over exactly these digests
//! ```
//!
//! Nothing in an envelope needs sigill: `unzip` opens it, `sha256sum` gives the digests that the
//! manifest states, and the record's time-stamp is over the hash of their sorted concatenation
//! (RFC 4998, 4.2), or over the one digest alone.

use crate::container::asic::{AsicContainer, DataObjectReference, Manifest, ManifestKind, Member};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;

/// The evidence record.
pub const RECORD: &str = "META-INF/evidencerecord001.ers";
/// The manifest of what the record covers.
pub const MANIFEST: &str = "META-INF/ASiCEvidenceRecordManifest001.xml";
/// The validation report at sealing.
pub const REPORT: &str = "sigill/report.json";
/// The validation report at sealing with personal numbers shown, where it was asked for.
pub const FULL_REPORT: &str = "sigill/report-full.json";
/// Who signed, for which organisation.
pub const BINDING: &str = "sigill/binding.json";
/// What the records system knows the document by.
pub const RECORDED_AS: &str = "sigill/record.json";
/// The constraints that applied at sealing.
pub const POLICY: &str = "sigill/policy.toml";
/// Where evidence stands that was not in the document itself.
pub const EVIDENCE: &str = "sigill/evidence/";
/// Where the anchors stand that were trusted at sealing. They are kept for the reader's
/// information: whoever checks an envelope says whom they trust now.
pub const TRUST: &str = "sigill/trust/";

/// Where extracts of registers stand.
pub const REGISTERS: &str = "sigill/registers/";
/// Where metadata of identity providers stands.
pub const METADATA: &str = "sigill/metadata/";
/// Where profiles of e-identification systems stand.
pub const PROFILES: &str = "sigill/profiles/";
/// Which version of sigill wrote the envelope.
pub const VERSION: &str = "sigill/version.txt";

const OWN_FOLDER: &str = "sigill/";
const META_INF: &str = "META-INF/";

/// A name for the document inside the envelope: the last part of its path, made harmless.
pub fn document_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless: String = last
        .chars()
        .map(|character| {
            if character.is_control() {
                '_'
            } else {
                character
            }
        })
        .collect();
    // A file beside a folder of the same name cannot be unpacked.
    let taken = ["mimetype", "META-INF", "sigill"];
    let is_taken = taken
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&harmless));
    let reserved = harmless.is_empty() || is_taken || harmless.starts_with('.');
    if reserved {
        format!("document-{harmless}")
    } else {
        harmless
    }
}

/// Whether a member is one of the documents: neither sigill's own nor the container's.
pub fn is_document(member: &Member) -> bool {
    !member.name.starts_with(OWN_FOLDER)
        && !member.name.starts_with(META_INF)
        && member.name != "mimetype"
        && !member.is_directory()
}

/// Whether the record must cover a member: all but the container's own bookkeeping.
pub fn must_be_covered(member: &Member) -> bool {
    let bookkeeping = [RECORD, MANIFEST, "mimetype"];
    !bookkeeping.contains(&member.name.as_str())
}

/// The reference to one member in the manifest.
pub fn reference(name: &str, content: &[u8], digest: DigestAlgorithm) -> DataObjectReference {
    DataObjectReference {
        uri: name.to_owned(),
        digest_method: digest.uri().unwrap_or_default().to_owned(),
        digest: digest.digest(&[content]),
        mime_type: None,
        root_file: false,
    }
}

/// The manifest of an envelope.
///
/// # Errors
/// [`Error::NotRecognised`] where the container is no envelope, [`Error::Malformed`] where its
/// manifest is damaged.
pub fn manifest(container: &AsicContainer) -> Result<Manifest, Error> {
    let member = container.member(MANIFEST).ok_or(Error::NotRecognised)?;
    let manifest = Manifest::read(MANIFEST, &member.content)?;
    let is_ours =
        manifest.kind == ManifestKind::EvidenceRecord && manifest.target.as_deref() == Some(RECORD);
    if is_ours {
        Ok(manifest)
    } else {
        Err(Error::malformed(
            "ASiCEvidenceRecordManifest",
            0,
            "it names another record",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::document_name;

    #[test]
    fn a_document_takes_no_name_of_the_container() {
        for taken in ["a/sigill", "META-INF", "mimetype", "Sigill", ".x", ""] {
            assert!(document_name(taken).starts_with("document-"), "{taken}");
        }
        assert_eq!(document_name("a/b.pdf"), "b.pdf");
    }
}
